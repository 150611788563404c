import { UploadOutlined } from '@ant-design/icons';
import { Button, Flex, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Fault, FaultsError } from '../../graphql/hooks.ts';
import { fetchJson } from '../../graphql/request.ts';
import { type Paper, paperPath, paperTypes, SettlementPaper } from '../../shared/SettlementPaper.tsx';
import { Faults } from '../../shared/states.tsx';
import type { AdjustmentRow } from './fileRows.ts';

/** The paper of each agent (code) whose rows name none. */
export type Papers = Readonly<Record<string, Paper | undefined>>;

/** The rows, with the papers that were given for their agents. */
export const withPapers = (rows: readonly AdjustmentRow[], papers: Papers): AdjustmentRow[] =>
  rows.map((row) => ({ ...row, document: row.document || (papers[row.agent]?.id ?? '') }));

type FilePapersProps = {
  readonly rows: readonly AdjustmentRow[];
  readonly papers: Papers;
  readonly onChange: (agent: string, paper: Paper | undefined) => void;
};

/** Asks for the papers of rows that name none: one for each agent, which the agent can read. */
export function FilePapers({ rows, papers, onChange }: FilePapersProps) {
  const { t } = useTranslation('proposals');
  const agents = [...new Set(rows.filter((row) => row.document === '' && row.agent !== '').map(({ agent }) => agent))];
  if (agents.length === 0) return null;
  return (
    <fieldset className="fields">
      <legend>{t('file.papers')}</legend>
      <p className="quiet">{t('file.papersText')}</p>
      {agents.length > 1 && <SamePaper agents={agents.filter((agent) => !papers[agent])} onChange={onChange} />}
      <Flex gap="small" wrap style={{ marginBottom: 12 }}>
        {agents.map((agent) => (
          <Flex key={agent} align="center" gap="small" wrap>
            {papers[agent] && <strong>{agent}</strong>}
            <SettlementPaper
              label={t('file.paperOf', { agent })}
              leaveOut={t('file.leaveOutOf', { agent })}
              agentCode={agent}
              kind={kind}
              value={papers[agent]}
              onChange={(paper) => onChange(agent, paper)}
            />
          </Flex>
        ))}
      </Flex>
    </fieldset>
  );
}

const kind = 'ADJUSTMENT';

/** Stores the same file with each of the agents, one after the other; where one is refused, the others go on. */
function SamePaper({
  agents,
  onChange,
}: {
  readonly agents: readonly string[];
  readonly onChange: FilePapersProps['onChange'];
}) {
  const { t } = useTranslation('proposals');
  const [pending, setPending] = useState(false);
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const store = async (file: File) => {
    setPending(true);
    const refused: Fault[] = [];
    for (const agent of agents) {
      try {
        const { id, fileName } = await sendPaper(agent, file);
        onChange(agent, { id, fileName });
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        refused.push({ code: agent, message: `${agent}: ${message}` });
      }
    }
    setFaults(refused);
    setPending(false);
  };
  return (
    <div style={{ marginBottom: 12 }}>
      <Upload
        showUploadList={false}
        accept={paperTypes}
        disabled={agents.length === 0}
        beforeUpload={(file) => {
          store(file);
          return false;
        }}
      >
        <Button icon={<UploadOutlined />} loading={pending} disabled={agents.length === 0}>
          {t('file.samePaper', { count: agents.length })}
        </Button>
      </Upload>
      <Faults error={faults.length > 0 && new FaultsError(faults)} />
    </div>
  );
}

const sendPaper = (agent: string, file: File) =>
  fetchJson<Paper>(paperPath(agent, kind), {
    method: 'POST',
    headers: {
      'x-file-name': encodeURIComponent(file.name),
      'content-type': file.type || 'application/octet-stream',
      'x-graphql-yoga-csrf': '1',
    },
    body: file,
  });

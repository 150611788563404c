import { DownloadOutlined, UploadOutlined } from '@ant-design/icons';
import { App, Button, Flex, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Fault, FaultsError, newKey, useChange } from '../../graphql/hooks.ts';
import { Panel } from '../../shared/Panel.tsx';
import type { Paper } from '../../shared/SettlementPaper.tsx';
import { Faults } from '../../shared/states.tsx';
import { ProposalsProposeAdjustmentsDocument } from './Adjustments.generated.ts';
import { FilePapers, type Papers, withPapers } from './FilePapers.tsx';
import { FileRows, type RowFault } from './FileRows.tsx';
import { type AdjustmentRow, columns, readAdjustments } from './fileRows.ts';

type Chosen = {
  readonly key: string;
  readonly fileName: string;
  readonly rows: readonly AdjustmentRow[];
};

/** What the API takes at once. */
const mostRows = 1000;

/** Proposes the adjustments of a CSV file, all of them or none; what is wrong stands beside the row. */
export function AdjustmentFile({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation('proposals');
  const [chosen, setChosen] = useState<Chosen>();
  const [error, setError] = useState<FaultsError>();
  const choose = async (file: File) => {
    const { rows, faults } = await rowsOfFile(file);
    const told: Fault[] = faults.map(({ kind: code, ...at }) => ({ code, message: t(`file.fault.${code}`, at) }));
    if (rows.length > mostRows) {
      told.push({ code: 'TOO_MANY', message: t('file.tooMany', { count: rows.length, most: mostRows }) });
    }
    setError(told.length > 0 ? new FaultsError(told) : undefined);
    setChosen(told.length > 0 ? undefined : { key: newKey(), fileName: file.name, rows });
  };
  return (
    <Panel title={t('propose.file')} style={{ marginBottom: 16 }}>
      <p>{t('file.text', { most: mostRows })}</p>
      <Flex gap="small" wrap>
        <Upload
          showUploadList={false}
          accept=".csv,text/csv"
          beforeUpload={(file) => {
            choose(file);
            return false;
          }}
        >
          <Button icon={<UploadOutlined />}>{t('file.choose')}</Button>
        </Upload>
        <Template />
        <Button onClick={onDone}>{t('common:cancel')}</Button>
      </Flex>
      <Faults error={error} />
      {chosen && <ChosenFile key={chosen.key} chosen={chosen} onDone={onDone} />}
    </Panel>
  );
}

/** @returns its rows, or what is wrong with it */
async function rowsOfFile(file: File): Promise<ReturnType<typeof readAdjustments>> {
  const bytes = await file.arrayBuffer();
  try {
    return readAdjustments(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { rows: [], faults: [{ kind: 'ENCODING', line: 1, value: '' }] };
  }
}

function ChosenFile({ chosen: { fileName, rows }, onDone }: { readonly chosen: Chosen; readonly onDone: () => void }) {
  const { t } = useTranslation('proposals');
  const { message } = App.useApp();
  const [papers, setPapers] = useState<Papers>({});
  const [faults, setFaults] = useState<readonly RowFault[]>([]);
  const [idempotencyKey, setKey] = useState(newKey);
  const { mutateAsync, isPending, error } = useChange(ProposalsProposeAdjustmentsDocument);
  const whole = withPapers(rows, papers);
  const add = (agent: string, paper: Paper | undefined) => {
    setPapers((before) => ({ ...before, [agent]: paper }));
    setKey(newKey());
  };
  const send = async () => {
    const answer = await mutateAsync({ input: whole, idempotencyKey }).catch(() => undefined);
    if (!answer) return;
    // what was answered is kept under its key: what is mended needs another one
    setKey(newKey());
    const result = answer.proposeAdjustments;
    if ('rejections' in result && result.rejections.length > 0) return setFaults(result.rejections);
    message.success(t('proposed', { count: rows.length }));
    onDone();
  };
  return (
    <>
      <h3>{t('file.chosen', { name: fileName, count: rows.length })}</h3>
      <FilePapers rows={rows} papers={papers} onChange={add} />
      <FileRows rows={whole} faults={faults} />
      <Faults error={error} />
      <Button type="primary" loading={isPending} onClick={send} style={{ marginTop: 12 }}>
        {t('file.send', { count: rows.length })}
      </Button>
    </>
  );
}

/** A file to begin with, made here: nothing in it is anybody's. */
function Template() {
  const { t } = useTranslation('proposals');
  const save = () => {
    const lines = [columns.join(','), `AGENT-1,CORRECTION,120.50,CNY,"${t('file.exampleReason')}",`];
    const text = `\uFEFF${lines.join('\r\n')}\r\n`;
    const address = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = `${t('file.templateName')}.csv`;
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <Button icon={<DownloadOutlined />} onClick={save}>
      {t('file.template')}
    </Button>
  );
}

import { UploadOutlined } from '@ant-design/icons';
import { Alert, Button, Checkbox, Progress, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CsvFault, type CsvRow, readCsv } from '../../shared/csv.ts';
import { List } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Faults } from '../../shared/states.tsx';
import { mostTogether, type Outcome, type Rejection, useTargetRows } from './targetRows.ts';

const columns = {
  known: ['metric', 'agent_code', 'region_code', 'channel_type', 'value', 'valid_from', 'valid_to'],
  needed: ['metric', 'value', 'valid_from'],
};
const mostShown = 200;

type Chosen = { readonly name: string; readonly rows: readonly CsvRow[]; readonly faults: readonly CsvFault[] };

/** A file of targets: read here, sent row by row to the API, which says of each row what is wrong. */
export function TargetUpload() {
  const { t } = useTranslation('rounds');
  const [chosen, setChosen] = useState<Chosen>();
  const [atomic, setAtomic] = useState(true);
  const { save, begin, outcome, sent, isPending, error } = useTargetRows();
  const choose = async (file: File) => {
    begin();
    setChosen({ name: file.name, ...(await readFile(file)) });
  };
  const count = chosen?.rows.length ?? 0;
  // Requests are whole or nothing each by itself: more rows than fit one cannot be promised together.
  const together = atomic && count <= mostTogether;
  return (
    <Panel title={t('upload')}>
      <p>{t('uploadText')}</p>
      <p>
        <code className="hash">{columns.known.join(',')}</code>
      </p>
      <div className="buttons">
        <Upload
          accept=".csv,text/csv"
          showUploadList={false}
          disabled={isPending}
          beforeUpload={(file) => {
            choose(file);
            return false;
          }}
        >
          <Button icon={<UploadOutlined />}>{t('chooseFile')}</Button>
        </Upload>
      </div>
      {chosen && chosen.faults.length > 0 && <FileFaults name={chosen.name} faults={chosen.faults} />}
      {chosen && count > 0 && !outcome && (
        <>
          <p style={{ marginTop: 12 }}>{t('chosen', { name: chosen.name, count })}</p>
          {count <= mostTogether && (
            <Checkbox checked={atomic} onChange={({ target }) => setAtomic(target.checked)}>
              {t('atomic')}
            </Checkbox>
          )}
          <div className="buttons">
            <Button type="primary" loading={isPending} onClick={() => save(chosen.rows, together)}>
              {t('saveTargets')}
            </Button>
          </div>
        </>
      )}
      {isPending && count > mostTogether && (
        <Progress percent={Math.floor((100 * sent) / count)} aria-label={t('upload')} />
      )}
      <Faults error={error} />
      {outcome && <Saved outcome={outcome} />}
    </Panel>
  );
}

/** Spreadsheets often write other encodings: better refused than read as nonsense. */
async function readFile(file: File): Promise<Omit<Chosen, 'name'>> {
  try {
    return readCsv(new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()), columns);
  } catch {
    return { rows: [], faults: [{ kind: 'ENCODING', line: 1, value: '' }] };
  }
}

function FileFaults({ name, faults }: Pick<Chosen, 'name' | 'faults'>) {
  const { t } = useTranslation('rounds');
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      style={{ marginTop: 12 }}
      title={t('unreadable', { name })}
      description={
        <ul>
          {faults.slice(0, 20).map(({ kind, line, value }) => (
            <li key={`${kind} ${line} ${value}`}>{t(`fileFault.${kind}`, { line, value })}</li>
          ))}
        </ul>
      }
    />
  );
}

function Saved({ outcome }: { readonly outcome: Outcome }) {
  const { t } = useTranslation('rounds');
  const { created, changed, unchanged, rejected, rejections } = outcome;
  return (
    <div style={{ marginTop: 12 }}>
      <Alert
        type={rejected > 0 ? 'warning' : 'success'}
        showIcon
        role="status"
        title={t('saved', { created, changed, unchanged, rejected })}
      />
      {rejected > 0 && created + changed + unchanged === 0 && <p style={{ marginBlock: 8 }}>{t('nothingSaved')}</p>}
      {rejections.length > 0 && (
        <>
          <h3>{t('rejections')}</h3>
          <Rejections rows={rejections.slice(0, mostShown)} />
          {rejections.length > mostShown && <p>{t('more', { count: rejections.length - mostShown })}</p>}
        </>
      )}
    </div>
  );
}

function Rejections({ rows }: { readonly rows: readonly Rejection[] }) {
  const { t } = useTranslation('rounds');
  return (
    <List
      label={t('rejections')}
      rows={rows}
      rowKey={({ line, column, code, message }) => `${line} ${column} ${code} ${message}`}
      empty={t('noTargets')}
      columns={[
        { key: 'line', title: t('line'), render: ({ line }) => t('lineNumber', { line }) },
        { key: 'about', title: t('about'), render: ({ key }) => key ?? '–' },
        { key: 'column', title: t('column'), render: ({ column }) => column ?? '–' },
        { key: 'message', title: t('fault'), render: ({ message }) => message },
      ]}
    />
  );
}

import { UploadOutlined } from '@ant-design/icons';
import { Alert, Button, Checkbox, Progress, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Document } from '../graphql/request.ts';
import { type CsvColumns, type CsvFault, type CsvRow, readCsv } from './csv.ts';
import { List } from './PagedList.tsx';
import { Faults } from './states.tsx';
import { type Answer, mostTogether, type Outcome, type Rejection, useRowUpload } from './useRowUpload.ts';

const mostShown = 200;

type Chosen = { readonly name: string; readonly rows: readonly CsvRow[]; readonly faults: readonly CsvFault[] };

type RowUploadProps<Result, Variables> = {
  /** The columns of the file. */
  readonly columns: CsvColumns;
  readonly document: Document<Result, Variables>;
  /** What is sent of some rows; `atomic`: whether one wrong row keeps out the others of its request. */
  readonly variables: (rows: readonly CsvRow[], atomic: boolean, idempotencyKey: string) => Variables;
  /** What the API says became of them. */
  readonly answer: (result: Result) => Answer | undefined;
  /** Whether nothing is saved where a row is wrong, unless somebody chooses otherwise. */
  readonly atomicFirst?: boolean;
};

/** A CSV file of rows: read here, sent as many at a time as the API takes, which says of each row what is wrong. */
export function RowUpload<Result, Variables>({
  columns,
  document,
  variables,
  answer,
  atomicFirst = true,
}: RowUploadProps<Result, Variables>) {
  const { t } = useTranslation('upload');
  const [chosen, setChosen] = useState<Chosen>();
  const [atomic, setAtomic] = useState(atomicFirst);
  const { save, begin, outcome, sent, isPending, error } = useRowUpload(document, variables, answer);
  const choose = async (file: File) => {
    begin();
    setChosen({ name: file.name, ...(await readFile(file, columns)) });
  };
  const count = chosen?.rows.length ?? 0;
  // Requests are whole or nothing each by itself: more rows than fit one cannot be promised together.
  const together = atomic && count <= mostTogether;
  return (
    <>
      <p>
        {t('upload:columns')}{' '}
        <code className="hash">
          {columns.known.map((name) => (columns.needed.includes(name) ? name : `[${name}]`)).join(',')}
        </code>
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
          <Button icon={<UploadOutlined />}>{t('upload:chooseFile')}</Button>
        </Upload>
      </div>
      {chosen && chosen.faults.length > 0 && <FileFaults name={chosen.name} faults={chosen.faults} />}
      {chosen && count > 0 && !outcome && (
        <>
          <p style={{ marginTop: 12 }}>{t('upload:chosen', { name: chosen.name, count })}</p>
          {count <= mostTogether && (
            <Checkbox checked={atomic} onChange={({ target }) => setAtomic(target.checked)}>
              {t('upload:atomic')}
            </Checkbox>
          )}
          <div className="buttons">
            <Button type="primary" loading={isPending} onClick={() => save(chosen.rows, together)}>
              {t('upload:save')}
            </Button>
          </div>
        </>
      )}
      {isPending && count > mostTogether && (
        <Progress percent={Math.floor((100 * sent) / count)} aria-label={t('upload:save')} />
      )}
      <Faults error={error} />
      {outcome && <Saved outcome={outcome} />}
    </>
  );
}

/** Spreadsheets often write other encodings: better refused than read as nonsense. */
async function readFile(file: File, columns: CsvColumns): Promise<Omit<Chosen, 'name'>> {
  try {
    return readCsv(new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()), columns);
  } catch {
    return { rows: [], faults: [{ kind: 'ENCODING', line: 1, value: '' }] };
  }
}

function FileFaults({ name, faults }: Pick<Chosen, 'name' | 'faults'>) {
  const { t } = useTranslation('upload');
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      style={{ marginTop: 12 }}
      title={t('upload:unreadable', { name })}
      description={
        <ul>
          {faults.slice(0, 20).map(({ kind, line, value }) => (
            <li key={`${kind} ${line} ${value}`}>{t(`upload:fileFault.${kind}`, { line, value })}</li>
          ))}
        </ul>
      }
    />
  );
}

function Saved({ outcome: { counts, rejectedCount, rejections } }: { readonly outcome: Outcome }) {
  const { t } = useTranslation('upload');
  const done = Object.entries(counts);
  const parts = [...done, ['rejected', rejectedCount] as const];
  return (
    <div style={{ marginTop: 12 }}>
      <Alert
        type={rejectedCount > 0 ? 'warning' : 'success'}
        showIcon
        role="status"
        title={parts.map(([name, count]) => t(`upload:count.${name}`, { count })).join(' · ')}
      />
      {rejectedCount > 0 && done.every(([, count]) => count === 0) && (
        <p style={{ marginBlock: 8 }}>{t('upload:nothingSaved')}</p>
      )}
      {rejections.length > 0 && (
        <>
          <h3>{t('upload:rejections')}</h3>
          <Rejections rows={rejections.slice(0, mostShown)} />
          {rejections.length > mostShown && <p>{t('upload:more', { count: rejections.length - mostShown })}</p>}
        </>
      )}
    </div>
  );
}

function Rejections({ rows }: { readonly rows: readonly Rejection[] }) {
  const { t } = useTranslation('upload');
  return (
    <List
      label={t('upload:rejections')}
      rows={rows}
      rowKey={({ line, column, code, message }) => `${line} ${column} ${code} ${message}`}
      empty=""
      columns={[
        { key: 'line', title: t('upload:line'), render: ({ line }) => t('upload:lineNumber', { line }) },
        { key: 'about', title: t('upload:about'), render: ({ key }) => key ?? '–' },
        { key: 'column', title: t('upload:column'), render: ({ column }) => column ?? '–' },
        { key: 'message', title: t('upload:fault'), render: ({ message }) => message },
      ]}
    />
  );
}

import { Button, Checkbox, Form, Progress, Radio, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import { newKey, useChange, useRead } from '../../graphql/hooks.ts';
import { Page } from '../../shared/Page.tsx';
import { List } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { PeriodChoice, usePeriod } from '../../shared/PeriodChoice.tsx';
import { FailureText, Faults, Loaded, Nothing } from '../../shared/states.tsx';
import { InstantText, PeriodText, Quantity } from '../../shared/values.tsx';
import {
  ExportsOfPeriodDocument,
  type ExportsOfPeriodQuery,
  ExportsRequestDocument,
  type ExportsRequestMutationVariables,
} from './Exports.generated.ts';

type Request = ExportsOfPeriodQuery['exportRequests'][number];
type Kind = Request['kinds'][number];
type Fields = {
  readonly kinds: Kind[];
  readonly encoding: NonNullable<ExportsRequestMutationVariables['encoding']>;
  readonly byteOrderMark?: boolean;
};

const kinds: readonly Kind[] = [
  'STATEMENTS_CSV',
  'LINES_CSV',
  'UNPAID_EVENTS_CSV',
  'WORKBOOK',
  'STATEMENT_PDFS',
  'JOURNAL_CSV',
  'ACCRUALS_CSV',
  'ARCHIVE',
];
const busy = ({ state }: Request) => state === 'REQUESTED' || state === 'RUNNING';

/** The files of a month: asked for, made by a job, kept with their size and hash. */
export function Exports() {
  const { t } = useTranslation('exports');
  const { role } = useMe();
  const [period, setPeriod] = usePeriod();
  const [watching, setWatching] = useState(false);
  const read = useRead(ExportsOfPeriodDocument, { period }, { pollSeconds: watching ? 2 : 30 });
  const anyBusy = read.data?.exportRequests.some(busy) ?? false;
  if (anyBusy !== watching) setWatching(anyBusy);
  return (
    <Page
      title={t('exports.title')}
      lead={t('exports.lead')}
      actions={<PeriodChoice value={period} onChange={setPeriod} />}
    >
      {(role === 'FINANCE' || role === 'ADMIN') && <NewRequest period={period} />}
      <Loaded read={read}>
        {({ exportRequests }) =>
          exportRequests.length === 0 ? (
            <Nothing>{t('none')}</Nothing>
          ) : (
            exportRequests.map((request) => <RequestCard key={request.id} request={request} />)
          )
        }
      </Loaded>
    </Page>
  );
}

function NewRequest({ period }: { readonly period: string }) {
  const { t } = useTranslation('exports');
  const [key, setKey] = useState(newKey);
  const { mutateAsync, isPending, error } = useChange(ExportsRequestDocument);
  const submit = async ({ kinds: wanted, encoding, byteOrderMark }: Fields) => {
    await mutateAsync({ period, kinds: wanted, encoding, byteOrderMark: byteOrderMark ?? false, idempotencyKey: key })
      .then(() => setKey(newKey()))
      .catch(() => undefined);
  };
  return (
    <Panel
      title={
        <>
          {t('request')} · <PeriodText value={period} />
        </>
      }
      style={{ marginBottom: 12 }}
    >
      <Form<Fields>
        layout="vertical"
        onFinish={submit}
        initialValues={{ kinds: ['STATEMENTS_CSV', 'LINES_CSV', 'WORKBOOK'], encoding: 'UTF_8' }}
      >
        <Form.Item
          name="kinds"
          label={t('files')}
          rules={[
            {
              validator: async (_rule, chosen: Kind[]) => {
                if (chosen.length === 0) throw new Error(t('common:required'));
              },
            },
          ]}
        >
          <Checkbox.Group options={kinds.map((value) => ({ value, label: t(`kind.${value}`) }))} />
        </Form.Item>
        <Form.Item name="encoding" label={t('encoding')}>
          <Radio.Group
            options={[
              { value: 'UTF_8', label: 'UTF-8' },
              { value: 'GB18030', label: 'GB18030' },
            ]}
          />
        </Form.Item>
        <Form.Item name="byteOrderMark" valuePropName="checked">
          <Checkbox>{t('byteOrderMark')}</Checkbox>
        </Form.Item>
        <Faults error={error} />
        <Button type="primary" htmlType="submit" loading={isPending}>
          {t('make')}
        </Button>
      </Form>
    </Panel>
  );
}

function RequestCard({ request }: { readonly request: Request }) {
  const { t } = useTranslation('exports');
  const { state, requestedBy, requestedAt, progressPercent, step, failure, files } = request;
  return (
    <Panel style={{ marginBottom: 12 }}>
      <h2>
        <InstantText value={requestedAt} /> · {requestedBy}{' '}
        <Tag color={state === 'DONE' ? 'green' : state === 'FAILED' ? 'red' : 'gold'}>{t(`state.${state}`)}</Tag>
      </h2>
      {busy(request) && <Progress percent={progressPercent ?? 0} aria-label={step ?? t(`state.${state}`)} />}
      {failure && (
        <div role="alert">
          <FailureText failure={failure} />
        </div>
      )}
      <List
        label={t('files')}
        rows={files}
        rowKey={({ id }) => id}
        empty={t('noFiles')}
        columns={[
          { key: 'name', title: t('file'), render: ({ name, downloadPath }) => <a href={downloadPath}>{name}</a> },
          { key: 'size', title: t('size'), align: 'right', render: ({ sizeBytes }) => <Quantity value={sizeBytes} /> },
          { key: 'hash', title: 'SHA-256', render: ({ sha256 }) => <code className="hash">{sha256}</code> },
          { key: 'warnings', title: t('warnings'), render: ({ warnings }) => warnings.join(' ') || '–' },
        ]}
      />
    </Panel>
  );
}

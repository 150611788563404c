import { DownloadOutlined } from '@ant-design/icons';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMayChange } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { type Column, PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Amount, DateText, InstantText } from '../../shared/values.tsx';
import { InvoicesOwnDocument, type InvoicesOwnQuery, InvoicesWithdrawDocument } from './Invoices.generated.ts';

type Invoice = NonNullable<InvoicesOwnQuery['invoices']>['edges'][number]['node'];

const colours = { SUBMITTED: 'gold', ACCEPTED: 'green', REJECTED: 'red', WITHDRAWN: 'default' } as const;

/** Invoices that were sent, the latest first; what nobody has decided about can be taken back. */
export function OwnInvoices({ agent }: { readonly agent: string }) {
  const { t } = useTranslation('invoices');
  const pages = usePages();
  const read = useRead(InvoicesOwnDocument, { agent, after: pages.after }, { keep: true });
  return (
    <section>
      <h2>{t('own.title')}</h2>
      <Loaded read={read} rows={4}>
        {({ invoices }) => (
          <PagedList
            label={t('own.title')}
            connection={invoices}
            pages={pages}
            rowKey={({ id }) => id}
            columns={columnsOf(t)}
            empty={t('own.none')}
          />
        )}
      </Loaded>
    </section>
  );
}

function columnsOf(t: (key: string) => string): Column<Invoice>[] {
  return [
    {
      key: 'number',
      title: t('number'),
      render: ({ series, number }) => <span style={{ overflowWrap: 'anywhere' }}>{`${series} ${number}`.trim()}</span>,
    },
    { key: 'issuedOn', title: t('issuedOn'), render: ({ issuedOn }) => <DateText value={issuedOn} /> },
    { key: 'statements', title: t('statements'), render: ({ statements }) => statements.join(', ') },
    {
      key: 'gross',
      title: t('gross'),
      align: 'right',
      render: ({ net, vat, gross, currency }) => (
        <>
          <Amount value={gross} currency={currency} strong />
          <div className="quiet">
            <Amount value={net} currency={currency} /> + <Amount value={vat} currency={currency} />
          </div>
        </>
      ),
    },
    { key: 'state', title: t('state.title'), render: (invoice) => <State invoice={invoice} /> },
    { key: 'sent', title: t('submittedAt'), render: ({ submittedAt }) => <InstantText value={submittedAt} /> },
    { key: 'paper', title: t('paper'), render: ({ document }) => <PaperLink document={document} /> },
    { key: 'do', title: t('action'), render: (invoice) => <Withdraw invoice={invoice} /> },
  ];
}

function State({ invoice: { state, decision, decidedAt } }: { readonly invoice: Invoice }) {
  const { t } = useTranslation('invoices');
  return (
    <>
      <Tag color={colours[state]}>{t(`state.${state}`)}</Tag>
      {decidedAt && (
        <div className="quiet">
          <InstantText value={decidedAt} />
        </div>
      )}
      {decision && <div className="said">{decision}</div>}
    </>
  );
}

function PaperLink({ document }: { readonly document: Invoice['document'] }) {
  if (!document) return <>–</>;
  return (
    <a href={document.downloadPath} download style={{ overflowWrap: 'anywhere' }}>
      <DownloadOutlined aria-hidden /> {document.fileName}
    </a>
  );
}

function Withdraw({ invoice: { id, state } }: { readonly invoice: Invoice }) {
  const { t } = useTranslation('invoices');
  if (!useMayChange() || state !== 'SUBMITTED') return <>–</>;
  return (
    <Action
      size="small"
      danger
      label={t('withdraw')}
      reason="possible"
      document={InvoicesWithdrawDocument}
      variables={(reason, idempotencyKey) => ({ invoiceId: id, reason: reason || null, idempotencyKey })}
    >
      <p>{t('withdrawText')}</p>
    </Action>
  );
}

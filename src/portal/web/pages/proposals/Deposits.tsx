import { Form, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { type Column, PagedList, usePages } from '../../shared/PagedList.tsx';
import { type Paper, SettlementPaper } from '../../shared/SettlementPaper.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Amount } from '../../shared/values.tsx';
import { AgentField, AmountField, BalanceShown, CurrencyField } from './fields.tsx';
import {
  ProposalsDepositsDocument,
  type ProposalsDepositsQuery,
  ProposalsProposeDepositDocument,
} from './Money.generated.ts';
import { agentColumn, decidedColumns, Limits, reasonColumn, useIsOwn, useLimits } from './shown.tsx';

type Entry = NonNullable<ProposalsDepositsQuery['depositEntries']>['edges'][number]['node'];

const states = ['PROPOSED', 'APPROVED', 'REJECTED'] as const;
const kinds = ['PAID_IN', 'SET_OFF', 'REFUNDED'] as const;

/** Deposits: paid in, set off against a debt, refunded; collected ones come with payments. */
export function Deposits() {
  const { role } = useMe();
  const limits = useLimits(states);
  const { state, agentCode, key } = limits;
  return (
    <>
      {(role === 'ADMIN' || role === 'FINANCE') && <Propose />}
      <Limits states={states} limits={limits} />
      <EntryList key={key} state={state} agentCode={agentCode} />
    </>
  );
}

/** With the agent whose it is: another one needs another. */
type OwnPaper = Paper & { readonly agentCode: string };

function Propose() {
  const { t } = useTranslation('proposals');
  const [paper, setPaper] = useState<OwnPaper>();
  return (
    <div style={{ marginBottom: 12 }}>
      <Action
        type="primary"
        label={t('depositEntry.propose')}
        reason="needed"
        document={ProposalsProposeDepositDocument}
        variables={(reason, idempotencyKey, { agentCode = '', kind, amount = '', currency = '' }) => ({
          input: {
            agentCode,
            kind: kinds.find((one) => one === kind) ?? 'PAID_IN',
            amount,
            currency,
            reason,
            documentId: paper?.agentCode === agentCode ? paper.id : null,
          },
          idempotencyKey,
        })}
        onDone={() => setPaper(undefined)}
      >
        <DepositFields paper={paper} onPaper={setPaper} />
      </Action>
    </div>
  );
}

function DepositFields({
  paper,
  onPaper,
}: {
  readonly paper: OwnPaper | undefined;
  readonly onPaper: (paper: OwnPaper | undefined) => void;
}) {
  const { t } = useTranslation('proposals');
  const agentCode: string | undefined = Form.useWatch('agentCode');
  return (
    <>
      <AgentField />
      <Form.Item name="kind" label={t('kind.title')} initialValue="PAID_IN">
        <Select options={kinds.map((value) => ({ value, label: t(`kind.${value}`) }))} />
      </Form.Item>
      <CurrencyField />
      <BalanceShown />
      <AmountField name="amount" label={t('amount')} hint={t('depositEntry.amountHint')} />
      <Form.Item label={`${t('paper')} (${t('common:optional')})`}>
        <SettlementPaper
          label={t('addPaper')}
          leaveOut={t('leaveOut')}
          agentCode={agentCode}
          kind="DEPOSIT"
          value={paper?.agentCode === agentCode ? paper : undefined}
          onChange={(next) => onPaper(next && agentCode ? { ...next, agentCode } : undefined)}
        />
      </Form.Item>
    </>
  );
}

function EntryList({
  state,
  agentCode,
}: {
  readonly state: (typeof states)[number] | undefined;
  readonly agentCode: string | undefined;
}) {
  const { t } = useTranslation('proposals');
  const pages = usePages();
  const variables = { state: state ?? null, agentCode: agentCode ?? null, after: pages.after };
  const read = useRead(ProposalsDepositsDocument, variables, { keep: true });
  return (
    <Loaded read={read} rows={8}>
      {({ depositEntries }) => (
        <PagedList
          label={t('part.deposits')}
          connection={depositEntries}
          pages={pages}
          rowKey={({ id }) => id}
          columns={columnsOf(t)}
          empty={t('none')}
        />
      )}
    </Loaded>
  );
}

function columnsOf(t: (key: string) => string): Column<Entry>[] {
  return [
    agentColumn(t),
    { key: 'kind', title: t('kind.title'), render: ({ kind }) => t(`kind.${kind}`) },
    {
      key: 'amount',
      title: t('amount'),
      align: 'right',
      render: ({ amount, currency }) => <Amount value={amount} currency={currency} strong />,
    },
    reasonColumn(t),
    ...decidedColumns<Entry>(t),
    { key: 'do', title: t('action'), render: (entry) => <ToDecide entry={entry} /> },
  ];
}

/** What is proposed of a deposit is approved or rejected; nobody takes it back. */
function ToDecide({ entry: { state, proposedBy } }: { readonly entry: Entry }) {
  const { t } = useTranslation('proposals');
  const { role } = useMe();
  const isOwn = useIsOwn();
  const decides = (role === 'ADMIN' || role === 'FINANCE') && !isOwn(proposedBy);
  return state === 'PROPOSED' && decides ? <Link to="/approvals">{t('toDecide')}</Link> : <>–</>;
}

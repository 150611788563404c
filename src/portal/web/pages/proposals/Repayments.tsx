import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe, useTimeZone } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { dateOf } from '../../shared/format.ts';
import { type Column, PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Amount, DateText } from '../../shared/values.tsx';
import { AgentField, AmountField, BalanceShown, CurrencyField } from './fields.tsx';
import {
  ProposalsProposeRepaymentDocument,
  ProposalsRepaymentsDocument,
  type ProposalsRepaymentsQuery,
  ProposalsWithdrawRepaymentDocument,
} from './Money.generated.ts';
import { agentColumn, decidedColumns, Limits, reasonColumn, useIsOwn, useLimits } from './shown.tsx';

type Repayment = NonNullable<ProposalsRepaymentsQuery['repayments']>['edges'][number]['node'];

const states = ['PROPOSED', 'APPROVED', 'REJECTED', 'WITHDRAWN'] as const;

/** Money that agents paid towards what they owe. */
export function Repayments() {
  const { role } = useMe();
  const limits = useLimits(states);
  const { state, agentCode, key } = limits;
  return (
    <>
      {(role === 'ADMIN' || role === 'FINANCE') && <Propose />}
      <Limits states={states} limits={limits} />
      <RepaymentList key={key} state={state} agentCode={agentCode} />
    </>
  );
}

function Propose() {
  const { t } = useTranslation('proposals');
  const today = dateOf(new Date(), useTimeZone());
  return (
    <div style={{ marginBottom: 12 }}>
      <Action
        type="primary"
        label={t('repayment.propose')}
        reason="needed"
        document={ProposalsProposeRepaymentDocument}
        variables={(reason, idempotencyKey, { agentCode = '', amount = '', currency = '', receivedOn = '' }) => ({
          input: { agentCode, amount, currency, receivedOn, reason },
          idempotencyKey,
        })}
      >
        <AgentField />
        <CurrencyField />
        <BalanceShown />
        <AmountField name="amount" label={t('amount')} hint={t('repayment.amountHint')} />
        <Form.Item
          name="receivedOn"
          label={t('receivedOn')}
          initialValue={today}
          rules={[{ required: true, message: t('common:required') }]}
        >
          <Input type="date" max={today} />
        </Form.Item>
      </Action>
    </div>
  );
}

function RepaymentList({
  state,
  agentCode,
}: {
  readonly state: (typeof states)[number] | undefined;
  readonly agentCode: string | undefined;
}) {
  const { t } = useTranslation('proposals');
  const pages = usePages();
  const variables = { state: state ?? null, agentCode: agentCode ?? null, after: pages.after };
  const read = useRead(ProposalsRepaymentsDocument, variables, { keep: true });
  return (
    <Loaded read={read} rows={8}>
      {({ repayments }) => (
        <PagedList
          label={t('part.repayments')}
          connection={repayments}
          pages={pages}
          rowKey={({ id }) => id}
          columns={columnsOf(t)}
          empty={t('none')}
        />
      )}
    </Loaded>
  );
}

function columnsOf(t: (key: string) => string): Column<Repayment>[] {
  return [
    { key: 'code', title: t('code'), render: ({ code }) => <span className="amount">{code}</span> },
    agentColumn(t),
    {
      key: 'amount',
      title: t('amount'),
      align: 'right',
      render: ({ amount, currency }) => <Amount value={amount} currency={currency} strong />,
    },
    { key: 'received', title: t('receivedOn'), render: ({ receivedOn }) => <DateText value={receivedOn} /> },
    reasonColumn(t),
    ...decidedColumns<Repayment>(t),
    { key: 'do', title: t('action'), render: (repayment) => <Withdraw repayment={repayment} /> },
  ];
}

function Withdraw({ repayment: { id, state, proposedBy } }: { readonly repayment: Repayment }) {
  const { t } = useTranslation('proposals');
  const { role } = useMe();
  const isOwn = useIsOwn();
  if (state !== 'PROPOSED' || (role !== 'ADMIN' && role !== 'FINANCE')) return <>–</>;
  if (!isOwn(proposedBy)) return <Link to="/approvals">{t('toDecide')}</Link>;
  return (
    <Action
      size="small"
      danger
      label={t('withdraw')}
      reason="possible"
      document={ProposalsWithdrawRepaymentDocument}
      variables={(reason, idempotencyKey) => ({ repaymentId: id, reason: reason || null, idempotencyKey })}
    >
      <p>{t('withdrawText')}</p>
    </Action>
  );
}

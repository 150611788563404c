import { Flex, Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { type Column, PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Amount, Quantity } from '../../shared/values.tsx';
import { AgentField, AmountField, BalanceShown, CurrencyField } from './fields.tsx';
import {
  ProposalsOffCycleDocument,
  type ProposalsOffCycleQuery,
  ProposalsProposeFinalDocument,
  ProposalsProposeOffCycleDocument,
  ProposalsWithdrawOffCycleDocument,
} from './Money.generated.ts';
import { agentColumn, decidedColumns, Limits, reasonColumn, useIsOwn, useLimits } from './shown.tsx';

type Settlement = NonNullable<ProposalsOffCycleQuery['offCycleSettlements']>['edges'][number]['node'];

const states = ['PROPOSED', 'APPROVED', 'REJECTED', 'WITHDRAWN'] as const;
const proposable = ['ADVANCE', 'BALANCE'] as const;

/** Payments outside the monthly cycle, and the end of an account. */
export function OffCycle() {
  const { role } = useMe();
  const limits = useLimits(states);
  const { state, agentCode, key } = limits;
  return (
    <>
      {(role === 'ADMIN' || role === 'FINANCE') && <Propose />}
      <Limits states={states} limits={limits} />
      <SettlementList key={key} state={state} agentCode={agentCode} />
    </>
  );
}

function Propose() {
  const { t } = useTranslation('proposals');
  return (
    <Flex gap="small" wrap style={{ marginBottom: 12 }}>
      <Action
        type="primary"
        label={t('offCycle.propose')}
        reason="needed"
        document={ProposalsProposeOffCycleDocument}
        variables={(reason, idempotencyKey, { agentCode = '', kind, currency = '', gross }) => ({
          input: {
            agentCode,
            kind: proposable.find((one) => one === kind) ?? 'ADVANCE',
            currency,
            gross: gross || null,
            reason,
          },
          idempotencyKey,
        })}
      >
        <OffCycleFields />
      </Action>
      <Action
        label={t('final.propose')}
        reason="needed"
        document={ProposalsProposeFinalDocument}
        variables={(reason, idempotencyKey, { agentCode = '', currency = '' }) => ({
          agentCode,
          currency,
          reason,
          idempotencyKey,
        })}
      >
        <p>{t('final.text')}</p>
        <AgentField />
        <CurrencyField />
        <BalanceShown />
      </Action>
    </Flex>
  );
}

function OffCycleFields() {
  const { t } = useTranslation('proposals');
  const isAdvance = (Form.useWatch('kind') ?? 'ADVANCE') === 'ADVANCE';
  return (
    <>
      <p>{t('offCycle.text')}</p>
      <AgentField />
      <Form.Item name="kind" label={t('kind.title')} initialValue="ADVANCE">
        <Select options={proposable.map((value) => ({ value, label: t(`kind.${value}`) }))} />
      </Form.Item>
      <CurrencyField />
      <BalanceShown />
      <AmountField
        name="gross"
        label={t('gross')}
        required={isAdvance}
        {...(!isAdvance && { hint: t('offCycle.allHint') })}
      />
    </>
  );
}

function SettlementList({
  state,
  agentCode,
}: {
  readonly state: (typeof states)[number] | undefined;
  readonly agentCode: string | undefined;
}) {
  const { t } = useTranslation('proposals');
  const pages = usePages();
  const variables = { state: state ?? null, agentCode: agentCode ?? null, after: pages.after };
  const read = useRead(ProposalsOffCycleDocument, variables, { keep: true });
  return (
    <Loaded read={read} rows={8}>
      {({ offCycleSettlements }) => (
        <PagedList
          label={t('part.offCycle')}
          connection={offCycleSettlements}
          pages={pages}
          rowKey={({ id }) => id}
          columns={columnsOf(t)}
          empty={t('none')}
        />
      )}
    </Loaded>
  );
}

function columnsOf(t: (key: string) => string): Column<Settlement>[] {
  return [
    { key: 'code', title: t('code'), render: ({ code }) => <span className="amount">{code}</span> },
    agentColumn(t),
    { key: 'kind', title: t('kind.title'), render: ({ kind }) => t(`kind.${kind}`) },
    {
      key: 'gross',
      title: t('gross'),
      align: 'right',
      render: ({ gross, currency }) => <Amount value={gross} currency={currency} />,
    },
    {
      key: 'tax',
      title: t('tax'),
      align: 'right',
      render: ({ tax, taxPercent, currency }) => (
        <>
          <Amount value={tax} currency={currency} /> (<Quantity value={taxPercent} suffix="%" />)
        </>
      ),
    },
    {
      key: 'net',
      title: t('net'),
      align: 'right',
      render: ({ net, currency }) => <Amount value={net} currency={currency} strong />,
    },
    reasonColumn(t),
    ...decidedColumns<Settlement>(t),
    { key: 'do', title: t('action'), render: (settlement) => <Withdraw settlement={settlement} /> },
  ];
}

function Withdraw({ settlement: { id, state, proposedBy } }: { readonly settlement: Settlement }) {
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
      document={ProposalsWithdrawOffCycleDocument}
      variables={(reason, idempotencyKey) => ({ settlementId: id, reason: reason || null, idempotencyKey })}
    >
      <p>{t('withdrawText')}</p>
    </Action>
  );
}

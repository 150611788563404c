import { decideProposal } from '../src/balances/decide.ts';
import { proposeFinalSettlement, proposeOffCycle } from '../src/balances/offCycle.ts';
import { offCycleKind, type offCycleSettlement, offCycleState } from '../src/balances/tables.ts';
import type { PageOrder } from '../src/db/pages.ts';
import { balanceReaders, ProposalDecisionEnum, personFor } from './balance.ts';
import { builder, moneyWriters } from './builder.ts';
import { DepositEntry } from './deposit.ts';
import { describedEnum } from './enums.ts';
import { keyOfNode } from './ids.ts';
import { wantedAgent } from './lookups.ts';
import { moneyText } from './money.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { among, equals, readConnection } from './pages.ts';

const OffCycleKindEnum = describedEnum('OffCycleKind', 'What is settled out of turn.', offCycleKind.enumValues, {
  ADVANCE: 'Paid ahead, on what is earned later.',
  BALANCE: 'What is carried below the minimum payout, or a part of it.',
  FINAL: 'All that is carried, of an agent that left.',
});

const OffCycleStateEnum = describedEnum('OffCycleState', 'Where a settlement stands.', offCycleState.enumValues, {
  PROPOSED: 'Somebody else has to approve it.',
  APPROVED: 'It can be paid, and is taken from the next opening.',
  REJECTED: 'It is not paid.',
  WITHDRAWN: 'It was taken back.',
});

const OffCycleSettlement = builder.drizzleNode('offCycleSettlement', {
  name: 'OffCycleSettlement',
  description: 'A payment outside the monthly cycle: gross − tax = net. Gross is taken from the next opening.',
  authScopes: { roles: balanceReaders },
  id: { column: (columns) => columns.id },
  select: { columns: { proposedBy: true, decidedBy: true } },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    agent: t.relation('agent', { description: 'Who is paid.' }),
    kind: t.expose('kind', { type: OffCycleKindEnum, description: 'What is settled.' }),
    currency: t.exposeString('currency', { description: 'Its currency (ISO 4217).' }),
    gross: t.field({
      type: 'Decimal',
      description: 'Before tax.',
      select: { columns: { gross: true, currency: true } },
      resolve: ({ gross, currency }) => moneyText(gross, currency),
    }),
    returned: t.field({
      type: 'Decimal',
      description: 'The part of it that the bank returned: it is not taxed again.',
      select: { columns: { returned: true, currency: true } },
      resolve: ({ returned, currency }) => moneyText(returned, currency),
    }),
    taxPercent: t.expose('taxPercent', { type: 'Decimal', description: 'Percent of tax.' }),
    tax: t.field({
      type: 'Decimal',
      description: 'The tax.',
      select: { columns: { tax: true, currency: true } },
      resolve: ({ tax, currency }) => moneyText(tax, currency),
    }),
    net: t.field({
      type: 'Decimal',
      description: 'What is paid.',
      select: { columns: { net: true, currency: true } },
      resolve: ({ net, currency }) => moneyText(net, currency),
    }),
    reason: t.exposeString('reason', { description: 'Why.' }),
    state: t.expose('state', { type: OffCycleStateEnum, description: 'Where it stands.' }),
    proposedAt: t.expose('proposedAt', { type: 'DateTime', description: 'When it was proposed.' }),
    proposedBy: t.string({
      nullable: true,
      description: 'Who proposed it; null for agents.',
      resolve: ({ proposedBy }, _args, context) => personFor(context, proposedBy),
    }),
    decidedBy: t.string({
      nullable: true,
      description: 'Who decided; null for agents.',
      resolve: ({ decidedBy }, _args, context) => personFor(context, decidedBy),
    }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', nullable: true, description: 'When it was decided.' }),
  }),
});

const OffCycleConnection = builder.connectionObject(
  {
    type: OffCycleSettlement,
    name: 'OffCycleSettlementConnection',
    description: 'A page of settlements out of turn.',
    authScopes: { roles: balanceReaders },
  },
  { description: 'A settlement in a page.', authScopes: { roles: balanceReaders } },
);

const settlementOrder: PageOrder<typeof offCycleSettlement> = {
  name: 'offCycleSettlements',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryField('offCycleSettlements', (t) =>
  t.connection(
    {
      type: OffCycleSettlement,
      nullable: true,
      description: 'Settlements out of turn of agents you may see, the latest first.',
      authScopes: { roles: balanceReaders },
      args: {
        agentCode: t.arg.string({ description: 'Of this agent (code).' }),
        state: t.arg({ type: OffCycleStateEnum, description: 'That stand there.' }),
      },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.agentCode);
        return readConnection(OffCycleSettlement, settlementOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
          equals(table.state, args.state),
        ]);
      },
    },
    OffCycleConnection,
  ),
);

const OffCyclePayload = builder.objectRef<{ readonly settlementId: number }>('OffCycleSettlementPayload').implement({
  description: 'A settlement out of turn, and what became of it.',
  authScopes: { roles: moneyWriters },
  fields: (t) => ({
    settlement: t.drizzleField({
      type: OffCycleSettlement,
      nullable: true,
      description: 'It as it is now.',
      resolve: (query, { settlementId }, _args, { transaction }) =>
        transaction.query.offCycleSettlement.findFirst(query({ where: { id: settlementId } })),
    }),
  }),
});

type FinalAnswer = {
  readonly settlementId: number | null;
  readonly setOffId: number | null;
  readonly refundId: number | null;
};

const FinalPayload = builder.objectRef<FinalAnswer>('FinalSettlementPayload').implement({
  description: 'What was proposed to end the account of an agent that left; each is approved by somebody else.',
  authScopes: { roles: moneyWriters },
  fields: (t) => ({
    settlement: t.drizzleField({
      type: OffCycleSettlement,
      nullable: true,
      description: 'The payment of what is carried; null where nothing is.',
      resolve: (query, { settlementId }, _args, { transaction }) =>
        settlementId === null
          ? null
          : transaction.query.offCycleSettlement.findFirst(query({ where: { id: settlementId } })),
    }),
    setOff: t.drizzleField({
      type: DepositEntry,
      nullable: true,
      description: 'What of the deposit pays a debt; approve it before the refund.',
      resolve: (query, { setOffId }, _args, { transaction }) =>
        setOffId === null ? null : transaction.query.depositEntry.findFirst(query({ where: { id: setOffId } })),
    }),
    refund: t.drizzleField({
      type: DepositEntry,
      nullable: true,
      description: 'What of the deposit is refunded.',
      resolve: (query, { refundId }, _args, { transaction }) =>
        refundId === null ? null : transaction.query.depositEntry.findFirst(query({ where: { id: refundId } })),
    }),
  }),
});

const ProposedKindEnum = describedEnum(
  'OffCycleProposal',
  'What can be proposed to be settled out of turn.',
  ['ADVANCE', 'BALANCE'] as const,
  { ADVANCE: 'A payment ahead.', BALANCE: 'What is carried, or a part of it.' },
);

const OffCycleInput = builder.inputType('OffCycleSettlementInput', {
  description: 'A payment outside the monthly cycle.',
  fields: (t) => ({
    agentCode: t.string({ required: true, description: 'Who is paid (code).' }),
    kind: t.field({ type: ProposedKindEnum, required: true, description: 'What is settled.' }),
    currency: t.string({ required: true, description: 'The currency (ISO 4217).' }),
    gross: t.field({ type: 'Decimal', description: 'Before tax; without it, all that is carried.' }),
    reason: t.string({ required: true, description: 'Why.' }),
  }),
});

builder.mutationFields((t) => ({
  proposeOffCycleSettlement: t.field({
    type: OffCyclePayload,
    errors: resultUnion('proposeOffCycleSettlement'),
    description: 'Proposes a payment outside the monthly cycle; somebody else approves it.',
    authScopes: { roles: moneyWriters },
    args: {
      input: t.arg({ type: OffCycleInput, required: true, description: 'The settlement.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('proposeOffCycleSettlement', async (transaction, actor, { input }, { now }) => ({
      settlementId: await proposeOffCycle(transaction, actor, now, input),
    })),
  }),
  proposeFinalSettlement: t.field({
    type: FinalPayload,
    errors: resultUnion('proposeFinalSettlement'),
    description:
      'Proposes all that ends the account of a terminated agent: what is carried is paid, a debt is set off against the deposit, the rest of the deposit is refunded.',
    authScopes: { roles: moneyWriters },
    args: {
      agentCode: t.arg.string({ required: true, description: 'The agent (code).' }),
      currency: t.arg.string({ required: true, description: 'The currency (ISO 4217).' }),
      reason: t.arg.string({ required: true, description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('proposeFinalSettlement', (transaction, actor, args, { now }) =>
      proposeFinalSettlement(transaction, actor, now, args),
    ),
  }),
  decideOffCycleSettlement: t.field({
    type: OffCyclePayload,
    errors: resultUnion('decideOffCycleSettlement'),
    description: 'Approves, rejects or withdraws a settlement out of turn; what is approved can be paid.',
    authScopes: { roles: moneyWriters },
    args: {
      settlementId: t.arg.id({ required: true, description: 'Which settlement.' }),
      decision: t.arg({ type: ProposalDecisionEnum, required: true, description: 'What becomes of it.' }),
      reason: t.arg.string({ description: 'Why, if you like to say.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('decideOffCycleSettlement', async (transaction, actor, args, { now }) => {
      const id = keyOfNode('OffCycleSettlement', String(args.settlementId), 'settlementId');
      const wanted = { id, decision: args.decision, reason: args.reason ?? undefined };
      await decideProposal(transaction, actor, now, 'off_cycle_settlement', wanted);
      return { settlementId: id };
    }),
  }),
}));

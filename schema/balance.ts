import { sql } from 'drizzle-orm';
import { decideProposal } from '../src/balances/decide.ts';
import { currentBalance } from '../src/balances/openings.ts';
import { proposeRepayment } from '../src/balances/repayments.ts';
import { type balanceEntry, balanceEntryKind, type repayment, repaymentState } from '../src/balances/tables.ts';
import type { PageOrder } from '../src/db/pages.ts';
import type { Role } from '../src/db/transaction.ts';
import { builder, moneyWriters, staff } from './builder.ts';
import { isStaff } from './conflictCaseLoaders.ts';
import type { Context } from './context.ts';
import { describedEnum } from './enums.ts';
import { keyOfNode } from './ids.ts';
import { wantedAgent } from './lookups.ts';
import { moneyText } from './money.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { among, equals, readConnection } from './pages.ts';

/** Who sees what moves the balance of agents; whose, the policies decide. */
export const balanceReaders: readonly Role[] = [...staff, 'AGENT'];

/** Who of staff did something is no business of agents. */
export const personFor = (context: Context, name: string | null) =>
  name === null || isStaff(context) || name === context.actor?.name ? name : null;

/** What may become of a proposal. */
export const ProposalDecisionEnum = describedEnum(
  'ProposalDecision',
  'What becomes of a proposal.',
  ['APPROVED', 'REJECTED', 'WITHDRAWN'] as const,
  {
    APPROVED: 'It is booked at once. By somebody who has not proposed it.',
    REJECTED: 'It is not booked. By somebody who has not proposed it.',
    WITHDRAWN: 'Who proposed it takes it back.',
  },
);

const BalanceEntryKindEnum = describedEnum(
  'BalanceEntryKind',
  'What moves a balance between two statements.',
  balanceEntryKind.enumValues,
  {
    BANK_RETURN: 'A payment that failed and was not made again.',
    DEPOSIT_SET_OFF: 'A debt that was paid from the deposit.',
    REPAYMENT: 'A debt that the agent paid.',
    OFF_CYCLE: 'What was paid ahead; negative.',
  },
);

const BalanceEntry = builder.drizzleNode('balanceEntry', {
  name: 'BalanceEntry',
  description: 'What moves the balance of an agent between two statements.',
  authScopes: { roles: balanceReaders },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    agent: t.relation('agent', { description: 'Whose balance.' }),
    kind: t.expose('kind', { type: BalanceEntryKindEnum, description: 'What it is.' }),
    amount: t.field({
      type: 'Decimal',
      description: 'What is added to the opening of the next statement.',
      select: { columns: { amount: true, currency: true } },
      resolve: ({ amount, currency }) => moneyText(amount, currency),
    }),
    currency: t.exposeString('currency', { description: 'Its currency (ISO 4217).' }),
    reason: t.exposeString('reason', { description: 'Why.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Since when.' }),
    carriedBy: t.relation('carriedRun', {
      nullable: true,
      description: 'The run whose statements carry it; null: the next one that is approved.',
    }),
  }),
});

const BalanceEntryConnection = builder.connectionObject(
  {
    type: BalanceEntry,
    name: 'BalanceEntryConnection',
    description: 'A page of entries.',
    authScopes: { roles: balanceReaders },
  },
  { description: 'An entry in a page.', authScopes: { roles: balanceReaders } },
);

const entryOrder: PageOrder<typeof balanceEntry> = {
  name: 'balanceEntries',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

type ShownBalance = {
  readonly currency: string;
  readonly amount: string;
  readonly returned: string;
  readonly deposit: string;
};

const AgentBalance = builder.objectRef<ShownBalance>('AgentBalance').implement({
  description: 'What stands open with an agent in a currency, as of now.',
  authScopes: { roles: balanceReaders },
  fields: (t) => ({
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    amount: t.field({
      type: 'Decimal',
      description:
        'What its next statement would begin with; a debt is negative. What is payable already is not in it.',
      resolve: ({ amount, currency }) => moneyText(amount, currency),
    }),
    returned: t.field({
      type: 'Decimal',
      description: 'The part of it that the bank returned: it is not taxed again.',
      resolve: ({ returned, currency }) => moneyText(returned, currency),
    }),
    deposit: t.field({
      type: 'Decimal',
      description: 'What its deposit holds.',
      resolve: ({ deposit, currency }) => moneyText(deposit, currency),
    }),
  }),
});

const RepaymentStateEnum = describedEnum('RepaymentState', 'Where a repayment stands.', repaymentState.enumValues, {
  PROPOSED: 'Somebody else has to approve it.',
  APPROVED: 'It is booked.',
  REJECTED: 'It is not booked.',
  WITHDRAWN: 'It was taken back.',
});

const Repayment = builder.drizzleNode('repayment', {
  name: 'Repayment',
  description: 'Money that an agent paid towards its debt.',
  authScopes: { roles: balanceReaders },
  id: { column: (columns) => columns.id },
  select: { columns: { proposedBy: true, decidedBy: true } },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    agent: t.relation('agent', { description: 'Who paid.' }),
    amount: t.field({
      type: 'Decimal',
      description: 'How much.',
      select: { columns: { amount: true, currency: true } },
      resolve: ({ amount, currency }) => moneyText(amount, currency),
    }),
    currency: t.exposeString('currency', { description: 'Its currency (ISO 4217).' }),
    receivedOn: t.expose('receivedOn', { type: 'Date', description: 'The day on which it came in.' }),
    reason: t.exposeString('reason', { description: 'What for.' }),
    state: t.expose('state', { type: RepaymentStateEnum, description: 'Where it stands.' }),
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

const RepaymentConnection = builder.connectionObject(
  {
    type: Repayment,
    name: 'RepaymentConnection',
    description: 'A page of repayments.',
    authScopes: { roles: balanceReaders },
  },
  { description: 'A repayment in a page.', authScopes: { roles: balanceReaders } },
);

const repaymentOrder: PageOrder<typeof repayment> = {
  name: 'repayments',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryFields((t) => ({
  agentBalance: t.field({
    type: AgentBalance,
    nullable: true,
    description: 'What stands open with an agent in a currency; null where you may not see the agent.',
    authScopes: { roles: balanceReaders },
    args: {
      agentCode: t.arg.string({ required: true, description: 'The agent (code).' }),
      currency: t.arg.string({ required: true, description: 'The currency (ISO 4217).' }),
    },
    resolve: async (_root, { agentCode, currency }, { transaction }) => {
      const [agentId] = (await wantedAgent(transaction, agentCode)) ?? [];
      if (agentId === undefined) return null;
      const { amount, returned, deposit } = await currentBalance(transaction, agentId, currency);
      return {
        currency,
        amount: moneyText(amount, currency),
        returned: moneyText(returned, currency),
        deposit: moneyText(deposit, currency),
      };
    },
  }),
  balanceEntries: t.connection(
    {
      type: BalanceEntry,
      nullable: true,
      description: 'What moved the balances of agents you may see, the latest first.',
      authScopes: { roles: balanceReaders },
      args: {
        agentCode: t.arg.string({ description: 'Of this agent (code).' }),
        kind: t.arg({ type: BalanceEntryKindEnum, description: 'Of this kind.' }),
        carried: t.arg.boolean({ description: 'Whether a run has carried them.' }),
      },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.agentCode);
        return readConnection(BalanceEntry, entryOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
          equals(table.kind, args.kind),
          args.carried == null ? undefined : sql`(${table.carriedRunId} is not null) = ${args.carried}`,
        ]);
      },
    },
    BalanceEntryConnection,
  ),
  repayments: t.connection(
    {
      type: Repayment,
      nullable: true,
      description: 'Repayments of agents you may see, the latest first.',
      authScopes: { roles: balanceReaders },
      args: {
        agentCode: t.arg.string({ description: 'Of this agent (code).' }),
        state: t.arg({ type: RepaymentStateEnum, description: 'That stand there.' }),
      },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.agentCode);
        return readConnection(Repayment, repaymentOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
          equals(table.state, args.state),
        ]);
      },
    },
    RepaymentConnection,
  ),
}));

const RepaymentPayload = builder.objectRef<{ readonly repaymentId: number }>('RepaymentPayload').implement({
  description: 'A repayment, and what became of it.',
  authScopes: { roles: moneyWriters },
  fields: (t) => ({
    repayment: t.drizzleField({
      type: Repayment,
      nullable: true,
      description: 'It as it is now.',
      resolve: (query, { repaymentId }, _args, { transaction }) =>
        transaction.query.repayment.findFirst(query({ where: { id: repaymentId } })),
    }),
  }),
});

const RepaymentInput = builder.inputType('RepaymentInput', {
  description: 'Money that an agent paid towards its debt.',
  fields: (t) => ({
    agentCode: t.string({ required: true, description: 'Who paid (code).' }),
    amount: t.field({ type: 'Decimal', required: true, description: 'How much, at most the debt.' }),
    currency: t.string({ required: true, description: 'Its currency (ISO 4217).' }),
    receivedOn: t.field({ type: 'Date', required: true, description: 'The day on which it came in.' }),
    reason: t.string({ required: true, description: 'What for, and where it can be seen.' }),
  }),
});

builder.mutationFields((t) => ({
  proposeRepayment: t.field({
    type: RepaymentPayload,
    errors: resultUnion('proposeRepayment'),
    description: 'Proposes that money which an agent paid counts towards its debt; somebody else approves it.',
    authScopes: { roles: moneyWriters },
    args: {
      input: t.arg({ type: RepaymentInput, required: true, description: 'The repayment.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('proposeRepayment', async (transaction, actor, { input }, { now }) => ({
      repaymentId: await proposeRepayment(transaction, actor, now, input),
    })),
  }),
  decideRepayment: t.field({
    type: RepaymentPayload,
    errors: resultUnion('decideRepayment'),
    description: 'Approves, rejects or withdraws a repayment; the next run carries what is approved.',
    authScopes: { roles: moneyWriters },
    args: {
      repaymentId: t.arg.id({ required: true, description: 'Which repayment.' }),
      decision: t.arg({ type: ProposalDecisionEnum, required: true, description: 'What becomes of it.' }),
      reason: t.arg.string({ description: 'Why, if you like to say.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('decideRepayment', async (transaction, actor, args, { now }) => {
      const id = keyOfNode('Repayment', String(args.repaymentId), 'repaymentId');
      const wanted = { id, decision: args.decision, reason: args.reason ?? undefined };
      await decideProposal(transaction, actor, now, 'repayment', wanted);
      return { repaymentId: id };
    }),
  }),
}));

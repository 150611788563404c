import { sql } from 'drizzle-orm';
import { decideProposals, type ProposalChoice, withdrawProposals } from '../src/adjustments/decideProposals.ts';
import { type ProposalsSaved, proposeAdjustments } from '../src/adjustments/proposals.ts';
import { type adjustmentProposal, proposalState } from '../src/adjustments/tables.ts';
import { proposeTakingBack } from '../src/adjustments/takeBack.ts';
import type { PageOrder } from '../src/db/pages.ts';
import type { Role } from '../src/db/transaction.ts';
import type { RowError } from '../src/sales/import.ts';
import { AdjustmentKindEnum } from './adjustment.ts';
import { builder, moneyWriters, staff } from './builder.ts';
import { Document } from './document.ts';
import { describedEnum } from './enums.ts';
import { keyOfNode } from './ids.ts';
import { wantedAgent } from './lookups.ts';
import { RejectedRowType, rejectedRows } from './metric.ts';
import { moneyText } from './money.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { among, equals, readConnection } from './pages.ts';

const proposers: readonly Role[] = ['ADMIN', 'CHANNEL_MANAGER', 'FINANCE'];

const ProposalStateEnum = describedEnum(
  'AdjustmentProposalState',
  'Where a proposed adjustment stands.',
  proposalState.enumValues,
  {
    PROPOSED: 'Somebody else has to decide.',
    APPROVED: 'The next run that is approved books it.',
    REJECTED: 'It is not booked.',
    WITHDRAWN: 'It was taken back.',
  },
);

const AdjustmentProposal = builder.drizzleNode('adjustmentProposal', {
  name: 'AdjustmentProposal',
  description: 'An amount that somebody wants added or taken by hand; somebody else approves it.',
  authScopes: { roles: staff },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code, as in AP-17.' }),
    agent: t.relation('agent', { description: 'The agent.' }),
    kind: t.expose('kind', { type: AdjustmentKindEnum, description: 'What it is.' }),
    amount: t.field({
      type: 'Decimal',
      description: 'The amount; negative takes.',
      select: { columns: { amount: true, currency: true } },
      resolve: ({ amount, currency }) => moneyText(amount, currency),
    }),
    currency: t.exposeString('currency', { description: 'Its currency (ISO 4217).' }),
    reason: t.exposeString('reason', { description: 'Why; the agent reads it once it is approved.' }),
    document: t.relation('document', {
      type: Document,
      nullable: true,
      description: 'The paper; null where it takes back what has none, or you may not see it.',
    }),
    batchHash: t.exposeString('batchHash', { nullable: true, description: 'The batch that it came with.' }),
    state: t.expose('state', { type: ProposalStateEnum, description: 'Where it stands.' }),
    proposedBy: t.exposeString('proposedBy', { description: 'Who proposed it.' }),
    proposedAt: t.expose('proposedAt', { type: 'DateTime', description: 'When.' }),
    decidedBy: t.exposeString('decidedBy', { nullable: true, description: 'Who decided, or took it back.' }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', nullable: true, description: 'When.' }),
    decision: t.exposeString('decision', { nullable: true, description: 'What was said about it.' }),
  }),
});

const AdjustmentProposalConnection = builder.connectionObject(
  {
    type: AdjustmentProposal,
    name: 'AdjustmentProposalConnection',
    description: 'A page of proposed adjustments.',
    authScopes: { roles: staff },
  },
  { description: 'A proposed adjustment in a page.', authScopes: { roles: staff } },
);

const proposalOrder: PageOrder<typeof adjustmentProposal> = {
  name: 'adjustmentProposals',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryField('adjustmentProposals', (t) =>
  t.connection(
    {
      type: AdjustmentProposal,
      nullable: true,
      description: 'Proposed adjustments of agents you may see, the latest first.',
      authScopes: { roles: staff },
      args: {
        agentCode: t.arg.string({ description: 'Of this agent (code).' }),
        state: t.arg({ type: ProposalStateEnum, description: 'Only those that stand there.' }),
        batchHash: t.arg.string({ description: 'Of this batch.' }),
      },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.agentCode);
        return readConnection(AdjustmentProposal, proposalOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
          equals(sql`${table.state}`, args.state),
          equals(table.batchHash, args.batchHash),
        ]);
      },
    },
    AdjustmentProposalConnection,
  ),
);

// All text, as in the cells of a file: what is wrong with a row is then that row's rejection, not the whole request's end.
const AdjustmentInput = builder.inputType('AdjustmentInput', {
  description: 'An adjustment to propose. Every field is text, as a cell of a file would have it.',
  fields: (t) => ({
    agent: t.string({ required: true, description: 'The agent (code).' }),
    kind: t.string({ required: true, description: 'CORRECTION or PENALTY.' }),
    amount: t.string({ required: true, description: 'The amount; negative takes, as a penalty always does.' }),
    currency: t.string({ required: true, description: 'Its currency (ISO 4217).' }),
    reason: t.string({ required: true, description: 'Why; the agent reads it once it is approved.' }),
    document: t.string({
      required: true,
      description: 'The paper: the id that POST /documents?agent=…&subject=SETTLEMENT gave.',
    }),
  }),
});

const AdjustmentChoice = builder.inputType('AdjustmentProposalChoice', {
  description: 'Which proposals: named ones, or all undecided ones of a batch; one of the two.',
  fields: (t) => ({
    proposalIds: t.idList({ description: 'These.' }),
    batchHash: t.string({ description: 'All undecided ones of this batch.' }),
  }),
});

type Proposed = Omit<ProposalsSaved, 'rejections'> & {
  readonly rejections: readonly Pick<RowError, 'row' | 'column' | 'code' | 'message' | 'key'>[];
};

const ProposedPayload = builder.objectRef<Proposed>('ProposeAdjustmentsPayload').implement({
  description: 'What became of the batch: all of it is proposed or, where a row has a fault, nothing.',
  authScopes: { roles: proposers },
  fields: (t) => ({
    rowCount: t.exposeInt('rowCount', { description: 'How many rows were sent.' }),
    createdCount: t.exposeInt('createdCount', { description: 'How many are proposed.' }),
    rejectedCount: t.exposeInt('rejectedCount', { description: 'How many have faults.' }),
    batchHash: t.exposeString('batchHash', { description: 'Names the batch, to decide about all of it.' }),
    rejections: t.field({
      type: [RejectedRowType],
      description: 'What is wrong, at most the first 1,000 faults.',
      resolve: ({ rejections }) => [...rejections],
    }),
  }),
});

const CountPayload = builder.objectRef<{ readonly count: number }>('AdjustmentProposalsPayload').implement({
  description: 'What was decided or taken back.',
  authScopes: { roles: proposers },
  fields: (t) => ({ count: t.exposeInt('count', { description: 'How many proposals.' }) }),
});

type GivenChoice = {
  readonly proposalIds?: readonly (string | number)[] | null | undefined;
  readonly batchHash?: string | null | undefined;
};

const choiceOf = ({ proposalIds, batchHash }: GivenChoice): ProposalChoice => ({
  ids: proposalIds?.map((id) => keyOfNode('AdjustmentProposal', String(id), 'choice')),
  batchHash: batchHash ?? undefined,
});

const answerOf = ({ rejections, ...counts }: ProposalsSaved): Proposed => ({
  ...counts,
  rejections: rejectedRows(rejections),
});

builder.mutationFields((t) => ({
  proposeAdjustments: t.field({
    type: ProposedPayload,
    errors: resultUnion('proposeAdjustments'),
    description:
      'Proposes up to 1,000 adjustments of agents you may see, all of them or none. Somebody else approves them.',
    authScopes: { roles: proposers },
    args: {
      input: t.arg({ type: [AdjustmentInput], required: true, description: 'The adjustments.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('proposeAdjustments', async (transaction, actor, { input }, { now }) =>
      answerOf(await proposeAdjustments(transaction, actor, now, input)),
    ),
  }),
  proposeAdjustmentReversal: t.field({
    type: ProposedPayload,
    errors: resultUnion('proposeAdjustmentReversal'),
    description: 'Proposes to take an adjustment back by the opposite amount. Somebody else approves it.',
    authScopes: { roles: proposers },
    args: {
      adjustmentId: t.arg.id({ required: true, description: 'The adjustment.' }),
      reason: t.arg.string({ required: true, description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('proposeAdjustmentReversal', async (transaction, actor, args, { now }) => {
      const id = keyOfNode('Adjustment', String(args.adjustmentId), 'adjustmentId');
      return answerOf(await proposeTakingBack(transaction, actor, now, id, args.reason));
    }),
  }),
  approveAdjustments: t.field({
    type: CountPayload,
    errors: resultUnion('approveAdjustments'),
    description:
      'Approves proposals, all of them or none: never who proposed one. The next run that is approved books them.',
    authScopes: { roles: moneyWriters },
    args: {
      choice: t.arg({ type: AdjustmentChoice, required: true, description: 'Which ones.' }),
      decision: t.arg.string({ description: 'What is said about it.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('approveAdjustments', async (transaction, actor, { choice, decision }, { now }) => ({
      count: await decideProposals(transaction, actor, now, choiceOf(choice), 'APPROVED', decision ?? undefined),
    })),
  }),
  rejectAdjustments: t.field({
    type: CountPayload,
    errors: resultUnion('rejectAdjustments'),
    description: 'Rejects proposals, all of them or none: never who proposed one.',
    authScopes: { roles: moneyWriters },
    args: {
      choice: t.arg({ type: AdjustmentChoice, required: true, description: 'Which ones.' }),
      decision: t.arg.string({ required: true, description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('rejectAdjustments', async (transaction, actor, { choice, decision }, { now }) => ({
      count: await decideProposals(transaction, actor, now, choiceOf(choice), 'REJECTED', decision),
    })),
  }),
  withdrawAdjustments: t.field({
    type: CountPayload,
    errors: resultUnion('withdrawAdjustments'),
    description: 'Takes proposals back: who made them, or an administrator.',
    authScopes: { roles: proposers },
    args: {
      choice: t.arg({ type: AdjustmentChoice, required: true, description: 'Which ones.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('withdrawAdjustments', async (transaction, actor, { choice }, { now }) => ({
      count: await withdrawProposals(transaction, actor, now, choiceOf(choice)),
    })),
  }),
}));

import { decideProposal } from '../src/balances/decide.ts';
import type { PageOrder } from '../src/db/pages.ts';
import { proposeDeposit } from '../src/deposits/deposits.ts';
import { type depositEntry, depositEntryKind, depositEntryState } from '../src/deposits/tables.ts';
import { balanceReaders, personFor } from './balance.ts';
import { builder, moneyWriters } from './builder.ts';
import { describedEnum } from './enums.ts';
import { keyOfNode } from './ids.ts';
import { wantedAgent } from './lookups.ts';
import { moneyText } from './money.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { among, equals, readConnection } from './pages.ts';

const DepositKindEnum = describedEnum('DepositEntryKind', 'What moves a deposit.', depositEntryKind.enumValues, {
  PAID_IN: 'The agent paid it in.',
  COLLECTED: 'A payment was less by it. It does not count where that payment was cancelled.',
  SET_OFF: 'A debt was paid from it.',
  REFUNDED: 'It is given back to the agent.',
});

const DepositStateEnum = describedEnum('DepositEntryState', 'Where it stands.', depositEntryState.enumValues, {
  PROPOSED: 'Somebody else has to approve it.',
  APPROVED: 'It counts.',
  REJECTED: 'It does not count.',
});

/** A movement of a deposit. */
export const DepositEntry = builder.drizzleNode('depositEntry', {
  name: 'DepositEntry',
  description: 'A movement of the deposit of an agent. agentBalance says what the deposit holds.',
  authScopes: { roles: balanceReaders },
  id: { column: (columns) => columns.id },
  select: { columns: { proposedBy: true, decidedBy: true } },
  fields: (t) => ({
    agent: t.relation('agent', { description: 'Whose deposit.' }),
    kind: t.expose('kind', { type: DepositKindEnum, description: 'What it is.' }),
    amount: t.field({
      type: 'Decimal',
      description: 'What is added; negative where it leaves the deposit.',
      select: { columns: { amount: true, currency: true } },
      resolve: ({ amount, currency }) => moneyText(amount, currency),
    }),
    currency: t.exposeString('currency', { description: 'Its currency (ISO 4217).' }),
    reason: t.exposeString('reason', { description: 'Why.' }),
    state: t.expose('state', { type: DepositStateEnum, description: 'Where it stands.' }),
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

const DepositConnection = builder.connectionObject(
  {
    type: DepositEntry,
    name: 'DepositEntryConnection',
    description: 'A page of movements of deposits.',
    authScopes: { roles: balanceReaders },
  },
  { description: 'A movement in a page.', authScopes: { roles: balanceReaders } },
);

const depositOrder: PageOrder<typeof depositEntry> = {
  name: 'depositEntries',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryField('depositEntries', (t) =>
  t.connection(
    {
      type: DepositEntry,
      nullable: true,
      description: 'Movements of the deposits of agents you may see, the latest first.',
      authScopes: { roles: balanceReaders },
      args: {
        agentCode: t.arg.string({ description: 'Of this agent (code).' }),
        state: t.arg({ type: DepositStateEnum, description: 'That stand there.' }),
        kind: t.arg({ type: DepositKindEnum, description: 'Of this kind.' }),
      },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.agentCode);
        return readConnection(DepositEntry, depositOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
          equals(table.state, args.state),
          equals(table.kind, args.kind),
        ]);
      },
    },
    DepositConnection,
  ),
);

const DepositPayload = builder.objectRef<{ readonly depositEntryId: number }>('DepositEntryPayload').implement({
  description: 'A movement of a deposit, and what became of it.',
  authScopes: { roles: moneyWriters },
  fields: (t) => ({
    depositEntry: t.drizzleField({
      type: DepositEntry,
      nullable: true,
      description: 'It as it is now.',
      resolve: (query, { depositEntryId }, _args, { transaction }) =>
        transaction.query.depositEntry.findFirst(query({ where: { id: depositEntryId } })),
    }),
  }),
});

const ProposedKindEnum = describedEnum(
  'DepositProposal',
  'What can be proposed of a deposit.',
  ['PAID_IN', 'SET_OFF', 'REFUNDED'] as const,
  {
    PAID_IN: 'The agent paid it in.',
    SET_OFF: 'A debt is paid from it.',
    REFUNDED: 'It is given back to the agent.',
  },
);

const DepositInput = builder.inputType('DepositEntryInput', {
  description: 'A movement of a deposit.',
  fields: (t) => ({
    agentCode: t.string({ required: true, description: 'Whose deposit (code).' }),
    kind: t.field({ type: ProposedKindEnum, required: true, description: 'What it is.' }),
    amount: t.field({ type: 'Decimal', required: true, description: 'How much, above zero whatever its direction.' }),
    currency: t.string({ required: true, description: 'The currency (ISO 4217).' }),
    reason: t.string({ required: true, description: 'Why.' }),
    documentId: t.id({ description: 'The id of a stored document of the agent that shows it.' }),
  }),
});

builder.mutationFields((t) => ({
  proposeDepositEntry: t.field({
    type: DepositPayload,
    errors: resultUnion('proposeDepositEntry'),
    description: 'Proposes a movement of a deposit; somebody else approves it.',
    authScopes: { roles: moneyWriters },
    args: {
      input: t.arg({ type: DepositInput, required: true, description: 'The movement.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('proposeDepositEntry', async (transaction, actor, { input }, { now }) => {
      const documentId =
        input.documentId == null ? null : keyOfNode('Document', String(input.documentId), 'input.documentId');
      return { depositEntryId: await proposeDeposit(transaction, actor, now, { ...input, documentId }) };
    }),
  }),
  decideDepositEntry: t.field({
    type: DepositPayload,
    errors: resultUnion('decideDepositEntry'),
    description: 'Approves or rejects a movement of a deposit, by somebody who has not proposed it.',
    authScopes: { roles: moneyWriters },
    args: {
      depositEntryId: t.arg.id({ required: true, description: 'Which movement.' }),
      approve: t.arg.boolean({ required: true, description: 'Whether it is approved; else it is rejected.' }),
      reason: t.arg.string({ description: 'Why, if you like to say.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('decideDepositEntry', async (transaction, actor, args, { now }) => {
      const id = keyOfNode('DepositEntry', String(args.depositEntryId), 'depositEntryId');
      const decision = args.approve ? 'APPROVED' : 'REJECTED';
      const wanted = { id, decision, reason: args.reason ?? undefined } as const;
      await decideProposal(transaction, actor, now, 'deposit_entry', wanted);
      return { depositEntryId: id };
    }),
  }),
}));

import { sql } from 'drizzle-orm';
import type { PageOrder } from '../src/db/pages.ts';
import type { Role } from '../src/db/transaction.ts';
import { decidePayee, proposePayee } from '../src/payments/payees.ts';
import { type payee, payeeState } from '../src/payments/tables.ts';
import { builder, moneyWriters } from './builder.ts';
import { describedEnum } from './enums.ts';
import { encodeNodeId, keyOfNode } from './ids.ts';
import { wantedAgent } from './lookups.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { among, equals, readConnection } from './pages.ts';

/** Who sees where money goes; agents their own. */
export const paymentReaders: readonly Role[] = ['ADMIN', 'FINANCE', 'AUDITOR', 'AGENT'];

const PayeeStateEnum = describedEnum('PayeeState', 'Where a payee stands.', payeeState.enumValues, {
  PROPOSED: 'Somebody else has to decide about it.',
  APPROVED: 'It is paid on its days.',
  REJECTED: 'It was refused.',
});

const Payee = builder.drizzleNode('payee', {
  name: 'Payee',
  description: 'Who is paid for an agent from a day on: the agent itself at a bank it names, or somebody else.',
  authScopes: { roles: paymentReaders },
  // Named one by one: no request reads ciphertexts.
  select: { columns: { id: true } },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    agentCode: t.string({
      description: 'The agent (code).',
      select: {
        extras: { agentCode: (table) => sql<string>`(select code from agent where agent.id = ${table.agentId})` },
      },
      resolve: ({ agentCode }) => agentCode,
    }),
    holderName: t.exposeString('holderName', { description: 'In whose name the account is.' }),
    thirdParty: t.exposeBoolean('thirdParty', { description: 'Whether it is somebody other than the agent.' }),
    bankName: t.exposeString('bankName', { description: 'The bank.' }),
    bic: t.exposeString('bic', { nullable: true, description: 'The BIC of the bank (ISO 9362).' }),
    clearingCode: t.exposeString('clearingCode', { nullable: true, description: 'The CNAPS code of the bank.' }),
    account: t.exposeString('accountMasked', { description: 'The account, masked, as in ****1234.' }),
    from: t.expose('validFrom', { type: 'Date', description: 'The first day on which it is paid.' }),
    to: t.expose('validTo', { type: 'Date', nullable: true, description: 'The first day after; null: no end.' }),
    state: t.expose('state', { type: PayeeStateEnum, description: 'Where it stands.' }),
    reason: t.exposeString('reason', { description: 'Why.' }),
    documentId: t.id({
      nullable: true,
      description: 'The document (id) that speaks for it.',
      select: { columns: { documentId: true } },
      resolve: ({ documentId }) => (documentId === null ? null : encodeNodeId('Document', documentId)),
    }),
    proposedBy: t.exposeString('proposedBy', { description: 'Who proposed it.' }),
    proposedAt: t.expose('proposedAt', { type: 'DateTime', description: 'When.' }),
    decidedBy: t.exposeString('decidedBy', { nullable: true, description: 'Who decided.' }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', nullable: true, description: 'When.' }),
  }),
});

const PayeeConnection = builder.connectionObject(
  { type: Payee, name: 'PayeeConnection', description: 'A page of payees.', authScopes: { roles: paymentReaders } },
  { description: 'A payee in a page.', authScopes: { roles: paymentReaders } },
);

const payeeOrder: PageOrder<typeof payee> = {
  name: 'payees',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryField('payees', (t) =>
  t.connection(
    {
      type: Payee,
      nullable: true,
      description: 'Payees of agents, the latest first; agents see their own.',
      authScopes: { roles: paymentReaders },
      args: {
        agentCode: t.arg.string({ description: 'Of this agent (code).' }),
        state: t.arg({ type: PayeeStateEnum, description: 'Only those that stand there.' }),
      },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.agentCode);
        return readConnection(Payee, payeeOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
          equals(table.state, args.state),
        ]);
      },
    },
    PayeeConnection,
  ),
);

const proposers: readonly Role[] = [...moneyWriters, 'AGENT'];

type PayeeAnswer = { readonly payeeId: number };

const PayeePayload = builder.objectRef<PayeeAnswer>('PayeePayload').implement({
  description: 'The payee that was proposed or decided about.',
  authScopes: { roles: proposers },
  fields: (t) => ({
    payee: t.drizzleField({
      type: Payee,
      nullable: true,
      description: 'It as it is now.',
      resolve: (query, { payeeId }, _args, { transaction }) =>
        transaction.query.payee.findFirst(query({ where: { id: payeeId } })),
    }),
  }),
});

builder.mutationFields((t) => ({
  proposePayee: t.field({
    type: PayeePayload,
    errors: resultUnion('proposePayee'),
    description:
      'Proposes who is paid for an agent from a day on; somebody else decides about it. An agent proposes for itself, and finance decides.',
    authScopes: { roles: proposers },
    args: {
      agentCode: t.arg.string({ required: true, description: 'The agent (code).' }),
      holderName: t.arg.string({ required: true, description: 'In whose name the account is.' }),
      thirdParty: t.arg.boolean({
        defaultValue: false,
        description: 'Whether it is somebody other than the agent: a document is needed then.',
      }),
      bankName: t.arg.string({ required: true, description: 'The bank.' }),
      bic: t.arg.string({ description: 'The BIC of the bank (ISO 9362).' }),
      clearingCode: t.arg.string({ description: 'The CNAPS code of the bank, 12 digits.' }),
      account: t.arg.string({ required: true, description: 'The number of the account, or its IBAN.' }),
      from: t.arg({ type: 'Date', required: true, description: 'The first day on which it is paid.' }),
      reason: t.arg.string({ required: true, description: 'Why.' }),
      documentId: t.arg.id({ description: 'A stored document (id) of the agent that speaks for it.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'proposePayee',
      async (transaction, actor, { documentId, ...input }, { now, envelopeKeys }): Promise<PayeeAnswer> => {
        const document = documentId == null ? null : keyOfNode('Document', String(documentId), 'documentId');
        const given = { ...input, thirdParty: input.thirdParty ?? false, documentId: document };
        return { payeeId: await proposePayee(transaction, envelopeKeys, actor, now, given) };
      },
      { secrets: ['account'] },
    ),
  }),
  decidePayee: t.field({
    type: PayeePayload,
    errors: resultUnion('decidePayee'),
    description: 'Approves or rejects a payee that somebody else proposed. Approving ends the one that was there.',
    authScopes: { roles: moneyWriters },
    args: {
      payeeId: t.arg.id({ required: true, description: 'Which one.' }),
      approve: t.arg.boolean({ required: true, description: 'Whether it is approved.' }),
      reason: t.arg.string({ required: true, description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'decidePayee',
      async (transaction, actor, { payeeId, approve, reason }, { now }): Promise<PayeeAnswer> => {
        const id = keyOfNode('Payee', String(payeeId), 'payeeId');
        await decidePayee(transaction, actor, now, { id, approve, reason });
        return { payeeId: id };
      },
    ),
  }),
}));

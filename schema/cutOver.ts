import { Readable } from 'node:stream';
import { approveOpening, importOpening, type OpeningResult } from '../src/commissions/cutOver.ts';
import type { Period } from '../src/period.ts';
import { builder, moneyWriters } from './builder.ts';
import { keyOfNode } from './ids.ts';
import { RejectedRowType, rejectedRows } from './metric.ts';
import { idempotencyKeyArgument, mutationResolver, ownerMutationResolver, resultUnion } from './mutations.ts';

type Imported = Omit<OpeningResult, 'rejections'> & { readonly rejections: ReturnType<typeof rejectedRows> };

const OpeningPayload = builder.objectRef<Imported>('OpeningPayload').implement({
  description: 'What became of the opening positions: all landed, or none where a row was rejected.',
  authScopes: { roles: moneyWriters },
  fields: (t) => ({
    run: t.drizzleField({
      type: 'commissionRun',
      nullable: true,
      description: 'The run that holds them and waits for approval; null where a row was rejected.',
      resolve: (query, { runId }, _args, { transaction }) =>
        runId === null ? null : transaction.query.commissionRun.findFirst(query({ where: { id: runId } })),
    }),
    rowCount: t.exposeInt('rowCount', { description: 'How many rows the document had.' }),
    eventCount: t.exposeInt('eventCount', { description: 'How many sales events they brought in.' }),
    lineCount: t.exposeInt('lineCount', { description: 'How many lines they became.' }),
    statementCount: t.exposeInt('statementCount', { description: 'How many statements they became.' }),
    rejectedCount: t.exposeInt('rejectedCount', { description: 'How many rows were rejected.' }),
    rejections: t.field({
      type: [RejectedRowType],
      description: 'What was wrong with the rejected ones, at most the first 1,000 faults.',
      resolve: ({ rejections }) => rejections,
    }),
  }),
});

const OpeningApproval = builder.objectRef<{ readonly runId: number }>('OpeningApproval').implement({
  description: 'The approved opening positions.',
  authScopes: { roles: moneyWriters },
  fields: (t) => ({
    run: t.drizzleField({
      type: 'commissionRun',
      nullable: true,
      description: 'The run that holds them.',
      resolve: (query, { runId }, _args, { transaction }) =>
        transaction.query.commissionRun.findFirst(query({ where: { id: runId } })),
    }),
  }),
});

// A run's table of lines is the owner's to make, so the import stands by itself (see ownerMutationResolver).
builder.mutationFields((t) => ({
  importOpening: t.field({
    type: OpeningPayload,
    errors: resultUnion('importOpening'),
    description:
      'Imports what stands open before the first period: balances, to-date volumes, live subscriptions, what is unpaid and owed. It stands even where another field of the same request fails.',
    authScopes: { roles: moneyWriters },
    args: {
      document: t.arg.string({ required: true, description: 'The positions as CSV with a header line.' }),
      period: t.arg({
        type: 'Period',
        required: true,
        description: 'The last period before the first calculated one.',
      }),
      ...idempotencyKeyArgument,
    },
    resolve: ownerMutationResolver('importOpening', async (transaction, actor, { document, period }, { now }) => {
      const source = { name: 'API', stream: Readable.from([Buffer.from(document)]) };
      const result = await importOpening(transaction, actor, now, source, { period: period as Period });
      return { ...result, rejections: rejectedRows(result.rejections) };
    }),
  }),
  approveOpening: t.field({
    type: OpeningApproval,
    errors: resultUnion('approveOpening'),
    description: 'Approves opening positions and with them closes their period. Not by who imported them.',
    authScopes: { roles: moneyWriters },
    args: { runId: t.arg.id({ required: true, description: 'The id of the run.' }), ...idempotencyKeyArgument },
    resolve: mutationResolver('approveOpening', async (transaction, actor, args, { now }) => {
      const runId = keyOfNode('Run', String(args.runId), 'runId');
      await approveOpening(transaction, actor, now, runId);
      return { runId };
    }),
  }),
}));

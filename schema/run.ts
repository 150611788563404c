import { type SQL, sql } from 'drizzle-orm';
import { markRunPaid } from '../src/commissions/paidRuns.ts';
import { loadRunChecks, type RunCheck } from '../src/commissions/runChecks.ts';
import { approveRun, requestClose, voidRun } from '../src/commissions/runs.ts';
import type { commissionRun } from '../src/commissions/tables.ts';
import type { PageOrder } from '../src/db/pages.ts';
import { UserError } from '../src/errors.ts';
import { Decimal } from '../src/money.ts';
import type { Period } from '../src/period.ts';
import { builder, moneyReaders, moneyWriters, staff } from './builder.ts';
import { RunStatusEnum } from './enums.ts';
import { keyOfNode } from './ids.ts';
import { liveStatuses } from './lookups.ts';
import { moneyText } from './money.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { equals, readConnection } from './pages.ts';

builder.drizzleObject('runTotal', {
  name: 'RunTotal',
  description: 'What a run pays by component and currency.',
  authScopes: { roles: moneyReaders },
  fields: (t) => ({
    component: t.relation('component', { description: 'The component, or the pool.' }),
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    lineCount: t.exposeInt('lineCount', { description: 'How many lines.' }),
    amount: t.field({
      type: 'Decimal',
      description: 'What they add up to.',
      select: { columns: { amount: true, currency: true } },
      resolve: ({ amount, currency }) => moneyText(amount, currency),
    }),
  }),
});

builder.drizzleObject('runPool', {
  name: 'RunPool',
  description: 'How a pool was funded and shared in a run: shared + remainder = fund + carriedIn.',
  authScopes: { roles: moneyReaders },
  fields: (t) => ({
    pool: t.relation('pool', { description: 'The pool.' }),
    base: t.expose('base', { type: 'Decimal', description: 'The eligible base.' }),
    fund: t.expose('fund', { type: 'Decimal', description: 'The fund of the period.' }),
    carriedIn: t.expose('carriedIn', { type: 'Decimal', description: 'What the earlier period left.' }),
    weightTotal: t.expose('weightTotal', { type: 'Decimal', description: 'The weights of all members together.' }),
    memberCount: t.exposeInt('memberCount', { description: 'How many agents took part.' }),
    shared: t.expose('shared', { type: 'Decimal', description: 'What the members got.' }),
    remainder: t.expose('remainder', { type: 'Decimal', description: 'What nobody got.' }),
    carriedOut: t.expose('carriedOut', { type: 'Decimal', description: 'What goes into the next period.' }),
  }),
});

const RunCheckType = builder.objectRef<RunCheck>('RunCheck').implement({
  description: 'Two figures of a run that must agree, added up anew.',
  authScopes: { roles: moneyReaders },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What is compared.' }),
    currency: t.exposeString('currency', { nullable: true, description: 'The currency (ISO 4217), where it has one.' }),
    expected: t.expose('expected', { type: 'Decimal', description: 'What it must be.' }),
    actual: t.expose('actual', { type: 'Decimal', description: 'What it is.' }),
    holds: t.boolean({
      description: 'Whether they agree.',
      resolve: ({ expected, actual }) => new Decimal(expected).equals(actual),
    }),
  }),
});

const Run = builder.drizzleNode('commissionRun', {
  name: 'Run',
  description:
    'One calculation of a period. An agent sees those that are approved, without what concerns the operator.',
  authScopes: { signedIn: true },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    period: t.expose('period', { type: 'Period', description: 'The period.' }),
    status: t.expose('status', { type: RunStatusEnum, description: 'Where it stands.' }),
    step: t.string({
      nullable: true,
      description: 'What the calculation is doing, or did last.',
      authScopes: { roles: moneyReaders },
      select: { with: { progress: { columns: { step: true } } } },
      resolve: (row) => row.progress?.step,
    }),
    progressPercent: t.int({
      nullable: true,
      description: 'How far the calculation is.',
      authScopes: { roles: moneyReaders },
      select: { with: { progress: { columns: { percent: true } } } },
      resolve: (row) => row.progress?.percent,
    }),
    error: t.exposeString('error', {
      nullable: true,
      description: 'Why the calculation failed.',
      authScopes: { roles: moneyReaders },
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the calculation began.',
      authScopes: { roles: staff },
    }),
    calculatedAt: t.expose('calculatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was calculated.',
    }),
    approvedAt: t.expose('approvedAt', { type: 'DateTime', nullable: true, description: 'When it was approved.' }),
    paidAt: t.expose('paidAt', { type: 'DateTime', nullable: true, description: 'When it was paid.' }),
    voidedAt: t.expose('voidedAt', { type: 'DateTime', nullable: true, description: 'When it was voided.' }),
    voidReason: t.exposeString('voidReason', {
      nullable: true,
      description: 'Why it was voided.',
      authScopes: { roles: staff },
    }),
    calculatedBy: t.exposeString('calculatedBy', {
      nullable: true,
      description: 'Who had it calculated.',
      authScopes: { roles: staff },
    }),
    approvedBy: t.exposeString('approvedBy', {
      nullable: true,
      description: 'Who approved it: never who had it calculated.',
      authScopes: { roles: staff },
    }),
    paidBy: t.exposeString('paidBy', {
      nullable: true,
      description: 'Who marked it as paid.',
      authScopes: { roles: staff },
    }),
    voidedBy: t.exposeString('voidedBy', {
      nullable: true,
      description: 'Who voided it.',
      authScopes: { roles: staff },
    }),
    eventCount: t.exposeInt('eventCount', {
      nullable: true,
      description: 'How many sales events the period has.',
      authScopes: { roles: moneyReaders },
    }),
    lineCount: t.exposeInt('lineCount', {
      nullable: true,
      description: 'How many lines it made.',
      authScopes: { roles: moneyReaders },
    }),
    unpaidCount: t.exposeInt('unpaidCount', {
      nullable: true,
      description:
        'How many shares of events paid nothing, or less than their plan could pay; unpaidEvents lists them with the reasons.',
      authScopes: { roles: moneyReaders },
    }),
    unreadCount: t.exposeInt('unreadCount', {
      nullable: true,
      description: 'How many events no component reads.',
      authScopes: { roles: moneyReaders },
    }),
    inputsHash: t.exposeString('inputsHash', {
      nullable: true,
      description: 'SHA-256 over everything the calculation read.',
      authScopes: { roles: moneyReaders },
    }),
    linesHash: t.exposeString('linesHash', {
      nullable: true,
      description: 'SHA-256 over every line it made.',
      authScopes: { roles: moneyReaders },
    }),
    totals: t.relation('totals', {
      nullable: true,
      description: 'What it pays by component and currency.',
      authScopes: { roles: moneyReaders },
      query: { orderBy: { componentId: 'asc', currency: 'asc' } },
    }),
    pools: t.relation('pools', {
      nullable: true,
      description: 'How the pools were funded and shared.',
      authScopes: { roles: moneyReaders },
      query: { orderBy: { poolId: 'asc' } },
    }),
    checks: t.field({
      type: [RunCheckType],
      nullable: true,
      description: 'Its figures added up anew and compared.',
      authScopes: { roles: moneyReaders },
      select: { columns: { id: true } },
      resolve: ({ id }, _args, { transaction }) => loadRunChecks(transaction, id),
    }),
  }),
});

const RunConnection = builder.connectionObject(
  { type: Run, name: 'RunConnection', description: 'A page of runs.', authScopes: { roles: staff } },
  { description: 'A run in a page.', authScopes: { roles: staff } },
);

const runOrder: PageOrder<typeof commissionRun> = {
  name: 'runs',
  direction: 'desc',
  keys: [
    { column: 'period', type: 'text' },
    { column: 'id', type: 'integer' },
  ],
};

const CloseRequest = builder.drizzleObject('closeRequest', {
  name: 'CloseRequest',
  description: 'That somebody, or the clock, asked for a period to be calculated.',
  authScopes: { roles: moneyReaders },
  fields: (t) => ({
    period: t.expose('period', { type: 'Period', description: 'The period.' }),
    requestedBy: t.exposeString('requestedBy', { description: 'Who asked last.' }),
    requestedAt: t.expose('requestedAt', { type: 'DateTime', description: 'When that was.' }),
    failure: t.exposeString('failure', {
      nullable: true,
      description: 'Why it could not be done; ask again once that is mended.',
    }),
  }),
});

builder.queryFields((t) => ({
  closeRequest: t.drizzleField({
    type: CloseRequest,
    nullable: true,
    description: 'What became of asking for a period to be calculated; null where nobody asked.',
    authScopes: { roles: moneyReaders },
    args: { period: t.arg({ type: 'Period', required: true, description: 'The period.' }) },
    resolve: (query, _root, { period }, { transaction }) =>
      transaction.query.closeRequest.findFirst(query({ where: { period } })),
  }),
  run: t.drizzleField({
    type: Run,
    nullable: true,
    description:
      'A run by its id, or the run that stands for a period; while none stands, the latest one. Give exactly one.',
    authScopes: { roles: staff },
    args: {
      id: t.arg.id({ description: 'The id of the run.' }),
      period: t.arg({ type: 'Period', description: 'The period.' }),
    },
    resolve: async (query, _root, { id, period }, { transaction }) => {
      if ((id == null) === (period == null)) throw new UserError('INPUT_INVALID', 'Give an id or a period.', 'id');
      if (id != null) {
        return transaction.query.commissionRun.findFirst(query({ where: { id: keyOfNode('Run', String(id), 'id') } }));
      }
      return transaction.query.commissionRun.findFirst(
        query({ where: { period: period ?? '' }, orderBy: (table) => [standing(table.status), sql`${table.id} desc`] }),
      );
    },
  }),
  runs: t.connection(
    {
      type: Run,
      nullable: true,
      description: 'The runs, the latest period and the latest run first.',
      authScopes: { roles: staff },
      args: { period: t.arg({ type: 'Period', description: 'Of this period.' }) },
      resolve: (_root, args, context, info) =>
        readConnection(Run, runOrder, { args, context, info }, (table) => [equals(table.period, args.period)]),
    },
    RunConnection,
  ),
}));

/** Sorts the run that stands before the others. */
const standing = (status: unknown): SQL => sql`${status}::text in ${[...liveStatuses]} desc`;

const RunPayload = builder.objectRef<{ readonly runId: number }>('RunPayload').implement({
  description: 'The run that was changed.',
  authScopes: { roles: moneyWriters },
  fields: (t) => ({
    run: t.drizzleField({
      type: Run,
      nullable: true,
      description: 'The run as it is now.',
      resolve: (query, { runId }, _args, { transaction }) =>
        transaction.query.commissionRun.findFirst(query({ where: { id: runId } })),
    }),
  }),
});

const ClosePayload = builder
  .objectRef<{ readonly period: string; readonly requested: boolean }>('ClosePayload')
  .implement({
    description: 'What became of a request to close a period.',
    authScopes: { roles: moneyWriters },
    fields: (t) => ({
      period: t.expose('period', { type: 'Period', description: 'The period.' }),
      requested: t.exposeBoolean('requested', { description: 'Whether it is new; false: it was requested already.' }),
    }),
  });

const runIdArgument = builder.args((t) => ({
  runId: t.id({ required: true, description: 'The id of the run.' }),
}));

builder.mutationFields((t) => ({
  closePeriod: t.field({
    type: ClosePayload,
    errors: resultUnion('closePeriod'),
    description: 'Asks for a period to be calculated. `closeRequest`, `run` and `runProgress` tell how it goes.',
    authScopes: { roles: moneyWriters },
    args: {
      period: t.arg({ type: 'Period', required: true, description: 'The period; it must be over.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('closePeriod', async (transaction, actor, { period }, { now }) => ({
      period,
      requested: await requestClose(transaction, actor, now, period as Period),
    })),
  }),
  approveRun: t.field({
    type: RunPayload,
    errors: resultUnion('approveRun'),
    description: 'Approves a calculated run and locks its period. Not by who had it calculated.',
    authScopes: { roles: moneyWriters },
    args: { ...runIdArgument, ...idempotencyKeyArgument },
    resolve: mutationResolver('approveRun', async (transaction, actor, args, { now }) => {
      const runId = keyOfNode('Run', String(args.runId), 'runId');
      await approveRun(transaction, actor, now, runId);
      return { runId };
    }),
  }),
  markRunPaid: t.field({
    type: RunPayload,
    errors: resultUnion('markRunPaid'),
    description: 'Marks an approved run as paid.',
    authScopes: { roles: moneyWriters },
    args: { ...runIdArgument, ...idempotencyKeyArgument },
    resolve: mutationResolver('markRunPaid', async (transaction, actor, args, { now }) => {
      const runId = keyOfNode('Run', String(args.runId), 'runId');
      await markRunPaid(transaction, actor, now, runId);
      return { runId };
    }),
  }),
  voidRun: t.field({
    type: RunPayload,
    errors: resultUnion('voidRun'),
    description: 'Voids a run that was not paid, so that its period can be calculated again.',
    authScopes: { roles: moneyWriters },
    args: {
      ...runIdArgument,
      reason: t.arg.string({ required: true, description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('voidRun', async (transaction, actor, args, { now }) => {
      const runId = keyOfNode('Run', String(args.runId), 'runId');
      await voidRun(transaction, actor, now, runId, args.reason);
      return { runId };
    }),
  }),
}));

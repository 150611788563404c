import { sql } from 'drizzle-orm';
import { type MetricResult, saveMetricValues } from '../src/agents/metrics.ts';
import type { metricValue } from '../src/agents/tables.ts';
import type { PageOrder } from '../src/db/pages.ts';
import type { RowError } from '../src/sales/import.ts';
import { builder, managers } from './builder.ts';
import { ErrorCodeType } from './errors.ts';
import { wantedAgent } from './lookups.ts';
import { MetricSourceEnum } from './metricDefinition.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { among, equals, readConnection } from './pages.ts';

const MetricValue = builder.drizzleObject('metricValue', {
  name: 'MetricValue',
  description: 'A figure of an agent for a period: its score, a target, or what a condition looks at.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    agentCode: t.string({
      description: 'The agent (code).',
      select: {
        extras: { agentCode: (table) => sql<string>`(select code from agent where agent.id = ${table.agentId})` },
      },
      resolve: ({ agentCode }) => agentCode,
    }),
    metric: t.exposeString('metric', { description: 'The metric; SCORE is the score.' }),
    period: t.exposeString('period', { description: 'The month (2026-10), quarter (2026-Q4) or year (2026).' }),
    value: t.expose('value', { type: 'Decimal', description: 'The value.' }),
    source: t.expose('source', { type: MetricSourceEnum, description: 'Where it comes from.' }),
  }),
});

const MetricValueConnection = builder.connectionObject(
  {
    type: MetricValue,
    name: 'MetricValueConnection',
    description: 'A page of values of metrics.',
    authScopes: { signedIn: true },
  },
  { description: 'A value of a metric in a page.', authScopes: { signedIn: true } },
);

const metricOrder: PageOrder<typeof metricValue> = {
  name: 'metricValues',
  direction: 'asc',
  keys: [
    { column: 'agentId', type: 'integer' },
    { column: 'metric', type: 'text' },
    { column: 'period', type: 'text' },
  ],
};

builder.queryField('metricValues', (t) =>
  t.connection(
    {
      type: MetricValue,
      nullable: true,
      description: 'The values of metrics you may see, by agent, metric and period.',
      authScopes: { signedIn: true },
      args: {
        agentCode: t.arg.string({ description: 'Of this agent (code).' }),
        metric: t.arg.string({ description: 'Of this metric.' }),
        period: t.arg.string({ description: 'For this month (2026-10), quarter (2026-Q4) or year (2026).' }),
      },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.agentCode);
        return readConnection(MetricValue, metricOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
          equals(table.metric, args.metric),
          equals(table.period, args.period),
        ]);
      },
    },
    MetricValueConnection,
  ),
);

// All text, as in the cells of a file: what is wrong with a row is then that row's rejection, not the whole request's end.
const MetricValueInput = builder.inputType('MetricValueInput', {
  description: 'A value of a metric to save. Every field is text, as a cell of a file would have it.',
  fields: (t) => ({
    agentCode: t.string({ required: true, description: 'The agent (code).' }),
    metric: t.string({ required: true, description: 'The metric (a code); SCORE is the score.' }),
    period: t.string({ required: true, description: 'The month (2026-10), quarter (2026-Q4) or year (2026).' }),
    value: t.string({ required: true, description: 'The value: a plain decimal number.' }),
  }),
});

type RejectedRow = Pick<RowError, 'row' | 'column' | 'code' | 'message' | 'key'>;

/** One fault of a row that did not land. */
export const RejectedRowType = builder.objectRef<RejectedRow>('RejectedRow').implement({
  description: 'One fault of a rejected row.',
  authScopes: { roles: [...managers, 'FINANCE'] },
  fields: (t) => ({
    row: t.exposeInt('row', { description: 'The place of the row in what was sent, from 1.' }),
    column: t.exposeString('column', { nullable: true, description: 'The column at fault; null: the row as a whole.' }),
    code: t.expose('code', { type: ErrorCodeType, description: 'What is wrong.' }),
    message: t.exposeString('message', { description: 'What is wrong, in this case.' }),
    key: t.exposeString('key', { nullable: true, description: 'What the row is about, where that could be read.' }),
  }),
});

/** What an answer lists of the rejections, as JSON that an idempotency key can keep. */
export function rejectedRows(rejections: readonly RowError[]): RejectedRow[] {
  return rejections.map(({ row, column, code, message, key }) => ({ row, column, code, message, key }));
}

type Saved = Omit<MetricResult, 'rejections'> & { readonly rejections: readonly RejectedRow[] };

const MetricValuesPayload = builder.objectRef<Saved>('MetricValuesPayload').implement({
  description: 'What became of the values: each is created, changed, unchanged or rejected.',
  authScopes: { roles: managers },
  fields: (t) => ({
    rowCount: t.exposeInt('rowCount', { description: 'How many values were sent.' }),
    createdCount: t.exposeInt('createdCount', { description: 'How many were new.' }),
    changedCount: t.exposeInt('changedCount', { description: 'How many took the place of another value.' }),
    unchangedCount: t.exposeInt('unchangedCount', { description: 'How many were known already.' }),
    rejectedCount: t.exposeInt('rejectedCount', { description: 'How many were rejected.' }),
    rejections: t.field({
      type: [RejectedRowType],
      description: 'What was wrong with the rejected ones, at most the first 1,000 faults.',
      resolve: ({ rejections }) => rejections,
    }),
  }),
});

builder.mutationField('saveMetricValues', (t) =>
  t.field({
    type: MetricValuesPayload,
    errors: resultUnion('saveMetricValues'),
    description:
      'Saves up to 1,000 values of metrics of agents you may see: adds new ones, changes others, and says of each what is wrong.',
    authScopes: { roles: managers },
    args: {
      input: t.arg({ type: [MetricValueInput], required: true, description: 'The values.' }),
      atomic: t.arg.boolean({
        defaultValue: false,
        description: 'Whether one rejected value keeps out all the others.',
      }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('saveMetricValues', async (transaction, actor, { input, atomic }, { now }) => {
      const result = await saveMetricValues(transaction, actor, now, input, { atomic: atomic ?? false });
      return { ...result, rejections: rejectedRows(result.rejections) };
    }),
  }),
);

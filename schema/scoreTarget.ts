import { sql } from 'drizzle-orm';
import type { PageOrder } from '../src/db/pages.ts';
import type { scoreTarget } from '../src/scorecards/tables.ts';
import { saveTargets, type TargetsSaved } from '../src/scorecards/targets.ts';
import { builder, managers } from './builder.ts';
import { wantedAgent } from './lookups.ts';
import { RejectedRowType, rejectedRows } from './metric.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { among, equals, readConnection } from './pages.ts';
import { templateReaders } from './scoreTemplate.ts';

const ScoreTarget = builder.drizzleObject('scoreTarget', {
  name: 'ScoreTarget',
  description:
    'What an agent, the agents of a region and the regions under it, or those of a channel type are to reach in a metric. An agent’s own ' +
    'counts first, then that of the deepest region it is in, then that of its channel type; on the last day of the month.',
  authScopes: { roles: templateReaders },
  fields: (t) => ({
    metric: t.exposeString('metric', { description: 'The metric.' }),
    agentCode: t.string({
      nullable: true,
      description: 'The agent (code) it is set for; null: a region or channel type.',
      select: {
        extras: {
          agentCode: (table) => sql<string | null>`(select code from agent where agent.id = ${table.agentId})`,
        },
      },
      resolve: ({ agentCode }) => agentCode,
    }),
    region: t.relation('region', { nullable: true, description: 'The region it is set for; null: another scope.' }),
    channelType: t.relation('channelType', {
      nullable: true,
      description: 'The channel type it is set for; null: another scope.',
    }),
    value: t.expose('value', { type: 'Decimal', description: 'What is to be reached.' }),
    from: t.expose('validFrom', { type: 'Date', description: 'The first day on which it holds.' }),
    to: t.expose('validTo', {
      type: 'Date',
      nullable: true,
      description: 'The first day on which it no longer holds; null: no end.',
    }),
  }),
});

const ScoreTargetConnection = builder.connectionObject(
  {
    type: ScoreTarget,
    name: 'ScoreTargetConnection',
    description: 'A page of targets.',
    authScopes: { roles: templateReaders },
  },
  { description: 'A target in a page.', authScopes: { roles: templateReaders } },
);

const targetOrder: PageOrder<typeof scoreTarget> = {
  name: 'scoreTargets',
  direction: 'asc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryField('scoreTargets', (t) =>
  t.connection(
    {
      type: ScoreTarget,
      nullable: true,
      description: 'The targets you may see, in the order in which they were set.',
      authScopes: { roles: templateReaders },
      args: {
        agentCode: t.arg.string({ description: 'Set for this agent (code) itself.' }),
        metric: t.arg.string({ description: 'Of this metric.' }),
        onDate: t.arg({ type: 'Date', description: 'That hold on this day.' }),
      },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.agentCode);
        const { onDate } = args;
        return readConnection(ScoreTarget, targetOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
          equals(table.metric, args.metric),
          onDate == null
            ? undefined
            : sql`${table.validFrom} <= ${onDate} and (${table.validTo} is null or ${table.validTo} > ${onDate})`,
        ]);
      },
    },
    ScoreTargetConnection,
  ),
);

// All text, as in the cells of a file: what is wrong with a row is then that row's rejection, not the whole request's end.
const ScoreTargetInput = builder.inputType('ScoreTargetInput', {
  description:
    'A target to save, of an agent, a region or a channel type: exactly one of the three. Every field is text, as a cell of a file would have it.',
  fields: (t) => ({
    metric: t.string({ required: true, description: 'The metric (code).' }),
    agentCode: t.string({ description: 'The agent (code).' }),
    regionCode: t.string({ description: 'The region (code), for administrators.' }),
    channelType: t.string({ description: 'The channel type (code), for administrators.' }),
    value: t.string({ required: true, description: 'What is to be reached: a plain decimal number.' }),
    validFrom: t.string({ required: true, description: 'The first day (YYYY-MM-DD) on which it holds.' }),
    validTo: t.string({
      description:
        'The first day on which it no longer holds; without it, until the next one of the same metric and scope.',
    }),
  }),
});

type Saved = Omit<TargetsSaved, 'rejections'> & { readonly rejections: ReturnType<typeof rejectedRows> };

const ScoreTargetsPayload = builder.objectRef<Saved>('ScoreTargetsPayload').implement({
  description: 'What became of the targets: each is created, changed, unchanged or rejected.',
  authScopes: { roles: managers },
  fields: (t) => ({
    rowCount: t.exposeInt('rowCount', { description: 'How many targets were sent.' }),
    createdCount: t.exposeInt('createdCount', { description: 'How many were new.' }),
    changedCount: t.exposeInt('changedCount', { description: 'How many took the place of another.' }),
    unchangedCount: t.exposeInt('unchangedCount', { description: 'How many were known already.' }),
    rejectedCount: t.exposeInt('rejectedCount', { description: 'How many were rejected.' }),
    rejections: t.field({
      type: [RejectedRowType],
      description: 'What was wrong with the rejected ones, at most the first 1,000 faults.',
      resolve: ({ rejections }) => [...rejections],
    }),
  }),
});

builder.mutationField('saveScoreTargets', (t) =>
  t.field({
    type: ScoreTargetsPayload,
    errors: resultUnion('saveScoreTargets'),
    description:
      'Saves up to 1,000 targets. One of the same metric, scope and first day takes the other’s place; a target ends where the next one of ' +
      'its metric and scope begins, at the latest. Managers set those of the agents they may see, administrators all.',
    authScopes: { roles: managers },
    args: {
      input: t.arg({ type: [ScoreTargetInput], required: true, description: 'The targets.' }),
      atomic: t.arg.boolean({
        defaultValue: false,
        description: 'Whether one rejected target keeps out all the others.',
      }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('saveScoreTargets', async (transaction, actor, { input, atomic }, { now }) => {
      const result = await saveTargets(transaction, actor, now, input, { atomic: atomic ?? false });
      return { ...result, rejections: rejectedRows(result.rejections) };
    }),
  }),
);

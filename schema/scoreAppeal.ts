import { sql } from 'drizzle-orm';
import type { PageOrder } from '../src/db/pages.ts';
import type { Role } from '../src/db/transaction.ts';
import type { Period } from '../src/period.ts';
import { decideAppeal, fileAppeal, withdrawAppeal } from '../src/scorecards/appeals.ts';
import { appealStates } from '../src/scorecards/scoreStates.ts';
import type { scoreAppeal } from '../src/scorecards/tables.ts';
import { builder, managers } from './builder.ts';
import { describedEnum } from './enums.ts';
import { keyOfNode } from './ids.ts';
import { wantedAgent } from './lookups.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { among, equals, readConnection } from './pages.ts';
import { Score } from './score.ts';
import { scoreReaders } from './scoreRound.ts';

const ScoreAppealStateEnum = describedEnum(
  'ScoreAppealState',
  'Where an appeal against a score stands.',
  appealStates,
  {
    FILED: 'Somebody has to decide about it.',
    ACCEPTED: 'The agent was scored again with corrected values.',
    REJECTED: 'The score stays.',
    WITHDRAWN: 'The agent took it back.',
  },
);

type Correction = { readonly code: string; readonly value: string };

const CorrectionType = builder.objectRef<Correction>('ScoreCorrection').implement({
  description: 'A value that a decision put in place of another.',
  authScopes: { roles: scoreReaders },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The item, bonus, deduction or veto (code).' }),
    value: t.expose('value', { type: 'Decimal', description: 'The value.' }),
  }),
});

const ScoreAppeal = builder.drizzleNode('scoreAppeal', {
  name: 'ScoreAppeal',
  description: "An agent's objection to its published score.",
  authScopes: { roles: scoreReaders },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    agentCode: t.string({
      description: 'The agent (code).',
      select: {
        extras: { agentCode: (table) => sql<string>`(select code from agent where agent.id = ${table.agentId})` },
      },
      resolve: ({ agentCode }) => agentCode,
    }),
    score: t.relation('score', { description: 'The score it is against.' }),
    newScore: t.relation('newScore', { nullable: true, description: 'The score that took its place.' }),
    state: t.expose('state', { type: ScoreAppealStateEnum, description: 'Where it stands.' }),
    items: t.stringList({
      description: 'The items it objects to (codes); none: the score as a whole.',
      select: { columns: { items: true } },
      resolve: ({ items }) => [...items],
    }),
    reason: t.exposeString('reason', { description: 'Why.' }),
    filedBy: t.exposeString('filedBy', { description: 'Who filed it.' }),
    filedAt: t.expose('filedAt', { type: 'DateTime', description: 'When.' }),
    dueOn: t.expose('dueOn', { type: 'Date', description: 'By when it is to be decided.' }),
    decidedBy: t.exposeString('decidedBy', { nullable: true, description: 'Who decided, or took it back.' }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', nullable: true, description: 'When.' }),
    decision: t.exposeString('decision', { nullable: true, description: 'What was said about the decision.' }),
    corrections: t.field({
      type: [CorrectionType],
      description: 'The values that the decision put in place of others.',
      select: { columns: { corrections: true } },
      resolve: ({ corrections }) => Object.entries(corrections ?? {}).map(([code, value]) => ({ code, value })),
    }),
  }),
});

builder.drizzleObjectField(Score, 'appeals', (t) =>
  t.relation('appeals', { description: 'The appeals against it.', query: { orderBy: { id: 'asc' } } }),
);

const ScoreAppealConnection = builder.connectionObject(
  {
    type: ScoreAppeal,
    name: 'ScoreAppealConnection',
    description: 'A page of appeals against scores.',
    authScopes: { roles: scoreReaders },
  },
  { description: 'An appeal in a page.', authScopes: { roles: scoreReaders } },
);

const appealOrder: PageOrder<typeof scoreAppeal> = {
  name: 'scoreAppeals',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryField('scoreAppeals', (t) =>
  t.connection(
    {
      type: ScoreAppeal,
      nullable: true,
      description: 'Appeals against scores of agents you may see, the latest first.',
      authScopes: { roles: scoreReaders },
      args: {
        period: t.arg({ type: 'Period', description: 'Against scores of this month.' }),
        agentCode: t.arg.string({ description: 'Of this agent (code).' }),
        state: t.arg({ type: ScoreAppealStateEnum, description: 'Only those that stand there.' }),
        overdue: t.arg.boolean({ description: 'Whether they are not decided although their day is over.' }),
      },
      resolve: async (_root, args, context, info) => {
        const { period, agentCode, state, overdue } = args;
        const agents = await wantedAgent(context.transaction, agentCode);
        return readConnection(ScoreAppeal, appealOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
          equals(table.state, state),
          period == null ? undefined : sql`${table.scoreId} in (select id from score where period = ${period})`,
          equals(sql`(${table.state} = 'FILED' and ${table.dueOn} < ${context.today}::date)`, overdue),
        ]);
      },
    },
    ScoreAppealConnection,
  ),
);

type AppealAnswer = { readonly appealId: number };

const ScoreAppealPayload = builder.objectRef<AppealAnswer>('ScoreAppealPayload').implement({
  description: 'The appeal that was filed, taken back or decided.',
  authScopes: { roles: [...managers, 'AGENT'] },
  fields: (t) => ({
    appeal: t.drizzleField({
      type: ScoreAppeal,
      nullable: true,
      description: 'It as it is now.',
      resolve: (query, { appealId }, _args, { transaction }) =>
        transaction.query.scoreAppeal.findFirst(query({ where: { id: appealId } })),
    }),
  }),
});

type MovedTier = { readonly scheme: string; readonly before: string; readonly after: string };

const MovedTierType = builder.objectRef<MovedTier>('TierAfterAppeal').implement({
  description: 'A tier that is another one after an appeal.',
  authScopes: { roles: managers },
  fields: (t) => ({
    scheme: t.exposeString('scheme', { description: 'The scheme (code) by which it was evaluated again.' }),
    before: t.exposeString('before', { description: 'The tier before (code).' }),
    after: t.exposeString('after', { description: 'The tier now (code).' }),
  }),
});

type DecisionAnswer = AppealAnswer & { readonly tiers: readonly MovedTier[] };

const DecidedAppealPayload = builder.objectRef<DecisionAnswer>('DecidedScoreAppealPayload').implement({
  description: 'The appeal that was decided, and what followed.',
  authScopes: { roles: managers },
  fields: (t) => ({
    appeal: t.drizzleField({
      type: ScoreAppeal,
      nullable: true,
      description: 'It as it is now.',
      resolve: (query, { appealId }, _args, { transaction }) =>
        transaction.query.scoreAppeal.findFirst(query({ where: { id: appealId } })),
    }),
    tiers: t.field({
      type: [MovedTierType],
      description: 'The tiers applied before that are others now.',
      resolve: ({ tiers }) => [...tiers],
    }),
  }),
});

const CorrectionInput = builder.inputType('ScoreCorrectionInput', {
  description: 'A value to put in place of another.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'The item, bonus, deduction or veto (code).' }),
    value: t.field({
      type: 'Decimal',
      required: true,
      description: 'The value; for an item that raters rate, the points it is to have.',
    }),
  }),
});

const appealIdArgument = builder.args((t) => ({
  appealId: t.id({ required: true, description: 'Which one.' }),
}));
const keyOf = (id: string | number) => keyOfNode('ScoreAppeal', String(id), 'appealId');
const agents: readonly Role[] = ['AGENT'];

builder.mutationFields((t) => ({
  fileScoreAppeal: t.field({
    type: ScoreAppealPayload,
    errors: resultUnion('fileScoreAppeal'),
    description: 'Objects to your own published score, within the days for it.',
    authScopes: { roles: agents },
    args: {
      period: t.arg({ type: 'Period', required: true, description: 'The month.' }),
      items: t.arg.stringList({
        description: 'The items, bonuses, deductions or vetoes it is about (codes); none: the score as a whole.',
      }),
      reason: t.arg.string({ required: true, description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'fileScoreAppeal',
      async (transaction, actor, { period, items, reason }, { now }): Promise<AppealAnswer> => {
        const appeal = { period: period as Period, items: items ?? [], reason };
        return { appealId: await fileAppeal(transaction, actor, now, appeal) };
      },
    ),
  }),
  withdrawScoreAppeal: t.field({
    type: ScoreAppealPayload,
    errors: resultUnion('withdrawScoreAppeal'),
    description: 'Takes back your own appeal while nobody has decided about it.',
    authScopes: { roles: agents },
    args: { ...appealIdArgument, ...idempotencyKeyArgument },
    resolve: mutationResolver(
      'withdrawScoreAppeal',
      async (transaction, actor, { appealId }, { now }): Promise<AppealAnswer> => {
        const id = keyOf(appealId);
        await withdrawAppeal(transaction, actor, now, id);
        return { appealId: id };
      },
    ),
  }),
  decideScoreAppeal: t.field({
    type: DecidedAppealPayload,
    errors: resultUnion('decideScoreAppeal'),
    description:
      'Accepts or rejects an appeal that somebody else filed. Accepting scores the agent again with the corrected values; its commission and tier follow.',
    authScopes: { roles: managers },
    args: {
      ...appealIdArgument,
      accept: t.arg.boolean({ required: true, description: 'Whether it is accepted.' }),
      decision: t.arg.string({ required: true, description: 'What the agent is told about it.' }),
      corrections: t.arg({
        type: [CorrectionInput],
        description: 'Accepting: the values to put in place of others, at least one.',
      }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'decideScoreAppeal',
      async (transaction, actor, { appealId, ...args }, { databases, now }): Promise<DecisionAnswer> => {
        const id = keyOf(appealId);
        const decision = { ...args, id, corrections: args.corrections ?? [] };
        const { tiers } = await decideAppeal(transaction, databases.owner, actor, now, decision);
        return { appealId: id, tiers: tiers.map(({ scheme, before, after }) => ({ scheme, before, after })) };
      },
    ),
  }),
}));

import type { PageOrder } from '../src/db/pages.ts';
import type { Role } from '../src/db/transaction.ts';
import type { Period } from '../src/period.ts';
import { scoreStates } from '../src/scorecards/scoreStates.ts';
import { calculateScores, finaliseScores, publishScores } from '../src/scorecards/scores.ts';
import type { scoreRound } from '../src/scorecards/tables.ts';
import { builder, staff } from './builder.ts';
import { describedEnum } from './enums.ts';
import { runHeavy } from './heavy.ts';
import { idempotencyKeyArgument, ownerMutationResolver, resultUnion } from './mutations.ts';
import { readConnection } from './pages.ts';

/** Who sees scores; agents their own and those of agents below them, once they are published. */
export const scoreReaders: readonly Role[] = [...staff, 'AGENT'];

const ScoreStateEnum = describedEnum('ScoreState', 'Where the scores of a month stand.', scoreStates, {
  OPEN: 'They are not calculated yet.',
  CALCULATED: 'They can be looked at, calculated again or published.',
  PUBLISHED: 'Agents see them, commission uses them; only a decided appeal changes one.',
  FINAL: 'Nothing changes them any more.',
});

const ScoreRound = builder.drizzleObject('scoreRound', {
  name: 'ScoreRound',
  description: 'The scores of a month, and where they stand.',
  authScopes: { roles: scoreReaders },
  fields: (t) => ({
    period: t.expose('period', { type: 'Period', description: 'The month.' }),
    state: t.expose('state', { type: ScoreStateEnum, description: 'Where they stand.' }),
    calculatedBy: t.exposeString('calculatedBy', { nullable: true, description: 'Who calculated them last.' }),
    calculatedAt: t.expose('calculatedAt', { type: 'DateTime', nullable: true, description: 'When.' }),
    publishedBy: t.exposeString('publishedBy', { nullable: true, description: 'Who published them.' }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', nullable: true, description: 'When.' }),
    appealsUntil: t.expose('appealsUntil', {
      type: 'Date',
      nullable: true,
      description: 'The first day on which no appeal can be filed any more.',
    }),
    finalisedBy: t.exposeString('finalisedBy', { nullable: true, description: 'Who made them final.' }),
    finalisedAt: t.expose('finalisedAt', { type: 'DateTime', nullable: true, description: 'When.' }),
    agentCount: t.exposeInt('agentCount', {
      nullable: true,
      description: 'How many agents are scored; for staff.',
      authScopes: { roles: staff },
    }),
    blockedCount: t.exposeInt('blockedCount', {
      nullable: true,
      description: 'How many of them have no score, for want of a value; for staff.',
      authScopes: { roles: staff },
    }),
    inputsHash: t.exposeString('inputsHash', {
      nullable: true,
      description: 'SHA-256 of everything they are made of; for staff.',
      authScopes: { roles: staff },
    }),
    scoresHash: t.exposeString('scoresHash', {
      nullable: true,
      description: 'SHA-256 of the scores as they were calculated: the same inputs give the same; for staff.',
      authScopes: { roles: staff },
    }),
  }),
});

const ScoreRoundConnection = builder.connectionObject(
  {
    type: ScoreRound,
    name: 'ScoreRoundConnection',
    description: 'A page of months with scores.',
    authScopes: { roles: scoreReaders },
  },
  { description: 'A month in a page.', authScopes: { roles: scoreReaders } },
);

const roundOrder: PageOrder<typeof scoreRound> = {
  name: 'scoreRounds',
  direction: 'desc',
  keys: [{ column: 'period', type: 'text' }],
};

builder.queryFields((t) => ({
  scoreRounds: t.connection(
    {
      type: ScoreRound,
      nullable: true,
      description: 'The months with scores, the latest first.',
      authScopes: { roles: scoreReaders },
      resolve: (_root, args, context, info) => readConnection(ScoreRound, roundOrder, { args, context, info }),
    },
    ScoreRoundConnection,
  ),
  scoreRound: t.drizzleField({
    type: ScoreRound,
    nullable: true,
    description: 'Where the scores of a month stand; null: they are OPEN, nothing was calculated.',
    authScopes: { roles: scoreReaders },
    args: { period: t.arg({ type: 'Period', required: true, description: 'The month.' }) },
    resolve: (query, _root, { period }, { transaction }) =>
      transaction.query.scoreRound.findFirst(query({ where: { period } })),
  }),
}));

type RoundAnswer = { readonly period: string; readonly unscoredCount: number | null };

const ScoreRoundPayload = builder.objectRef<RoundAnswer>('ScoreRoundPayload').implement({
  description: 'What became of the scores of a month.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    round: t.drizzleField({
      type: ScoreRound,
      nullable: true,
      description: 'Where they stand now.',
      resolve: (query, { period }, _args, { transaction }) =>
        transaction.query.scoreRound.findFirst(query({ where: { period } })),
    }),
    unscoredCount: t.exposeInt('unscoredCount', {
      nullable: true,
      description: 'After calculating: how many agents at work have no template that is for them.',
    }),
  }),
});

const periodArgument = builder.args((t) => ({
  period: t.field({ type: 'Period', required: true, description: 'The month.' }),
}));

builder.mutationFields((t) => ({
  calculateScores: t.field({
    type: ScoreRoundPayload,
    errors: resultUnion('calculateScores'),
    description:
      'Calculates the scores of a month from the metrics as they stand, again as often as wanted until they are published.',
    authScopes: { roles: ['ADMIN'] },
    args: { ...periodArgument, ...idempotencyKeyArgument },
    resolve: ownerMutationResolver(
      'calculateScores',
      async (_transaction, actor, { period }, context): Promise<RoundAnswer> => {
        const { unscoredCount } = await runHeavy(context, () =>
          calculateScores(context.databases, actor, period as Period, context.now),
        );
        return { period, unscoredCount };
      },
    ),
  }),
  publishScores: t.field({
    type: ScoreRoundPayload,
    errors: resultUnion('publishScores'),
    description:
      'Publishes the calculated scores of a month: agents see them, and they become the metric SCORE that commission uses.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      ...periodArgument,
      appealDays: t.arg.int({
        required: true,
        description: 'For how many days, today included, agents may object.',
      }),
      allowBlocked: t.arg.boolean({
        defaultValue: false,
        description: 'Whether to publish although some agents have no score for want of a value.',
      }),
      ...idempotencyKeyArgument,
    },
    resolve: ownerMutationResolver(
      'publishScores',
      async (transaction, actor, { period, appealDays, allowBlocked }, { now }): Promise<RoundAnswer> => {
        const options = { appealDays, allowBlocked: allowBlocked ?? false };
        await publishScores(transaction, actor, now, period as Period, options);
        return { period, unscoredCount: null };
      },
    ),
  }),
  finaliseScores: t.field({
    type: ScoreRoundPayload,
    errors: resultUnion('finaliseScores'),
    description: 'Makes the published scores of a month final, once no appeal is open and none can be filed any more.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      ...periodArgument,
      early: t.arg.boolean({
        defaultValue: false,
        description: 'Whether to do so although appeals could still be filed.',
      }),
      ...idempotencyKeyArgument,
    },
    resolve: ownerMutationResolver(
      'finaliseScores',
      async (transaction, actor, { period, early }, { now }): Promise<RoundAnswer> => {
        await finaliseScores(transaction, actor, now, period as Period, { early: early ?? false });
        return { period, unscoredCount: null };
      },
    ),
  }),
}));

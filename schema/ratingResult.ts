import { type PageOrder, readPage } from '../src/db/pages.ts';
import {
  type CommentToRelease,
  type RatingComment,
  type RatingGroupResult,
  type RatingMetricsSaved,
  type RatingResult,
  type ReleasedComment,
  ratingResults,
  releasedComments,
  releaseRatingComment,
  saveRatingMetrics,
} from '../src/scorecards/ratingResults.ts';
import { loadRatingRound } from '../src/scorecards/ratingRounds.ts';
import { builder, managers } from './builder.ts';
import { RaterGroupEnum } from './enums.ts';
import { idempotencyKeyArgument, mutationResolver, ownerMutationResolver, resultUnion } from './mutations.ts';
import { ratingReaders } from './rating.ts';
import { aspect, period } from './ratingAnswer.ts';

// What a rating round came to: for those who manage agents, and what of it an agent is shown.

const RatingCommentType = builder.objectRef<RatingComment>('RatingComment').implement({
  description: 'Words of a rater.',
  authScopes: { roles: ratingReaders },
  fields: (t) => ({
    key: t.exposeString('key', { description: 'What releaseRatingComment names them by.' }),
    words: t.exposeString('words', { description: 'The words.' }),
    released: t.exposeBoolean('released', { description: 'Whether the agent sees them.' }),
  }),
});

const RatingGroupType = builder.objectRef<RatingGroupResult>('RatingGroupResult').implement({
  description: 'What a group of raters said of an agent.',
  authScopes: { roles: ratingReaders },
  fields: (t) => ({
    group: t.expose('group', { type: RaterGroupEnum, description: 'The group.' }),
    invitedCount: t.exposeInt('invitedCount', { description: 'How many are asked.' }),
    answeredCount: t.exposeInt('answeredCount', { description: 'How many have answered.' }),
    mean: t.expose('mean', {
      type: 'Decimal',
      nullable: true,
      description:
        'The mean of their points, 0 to 100, to six decimals; null until the round has closed, and where nobody answered.',
    }),
    comments: t.field({
      type: [RatingCommentType],
      description: 'What they said in words, by text; none until the round has closed.',
      resolve: ({ comments }) => [...comments],
    }),
  }),
});

const RatingResultType = builder.objectRef<RatingResult>('RatingResult').implement({
  description: 'What a rating round came to for an agent.',
  authScopes: { roles: ratingReaders },
  fields: (t) => ({
    agentCode: t.exposeString('agentCode', { description: 'The agent (code).' }),
    groups: t.field({
      type: [RatingGroupType],
      description: 'Its groups of raters.',
      resolve: ({ groups }) => [...groups],
    }),
  }),
});

const RatingResultConnection = builder.connectionObject(
  {
    type: RatingResultType,
    name: 'RatingResultConnection',
    description: 'A page of what a rating round came to.',
    authScopes: { roles: ratingReaders },
  },
  { description: 'What a rating round came to for an agent, in a page.', authScopes: { roles: ratingReaders } },
);

const ratingResultOrder: PageOrder<RatingResult> = {
  name: 'ratingResults',
  direction: 'asc',
  keys: [{ column: 'agentCode', type: 'text' }],
};

/** Who sees released words: the agent they are about, and who manages it. */
const wordsReaders = [...ratingReaders, 'AGENT'] as const;

const ReleasedCommentType = builder.objectRef<ReleasedComment>('ReleasedComment').implement({
  description: 'Words about an agent that were released to it.',
  authScopes: { roles: wordsReaders },
  fields: (t) => ({
    roundCode: t.exposeString('roundCode', { description: 'The round (code).' }),
    aspect: t.exposeString('aspect', { description: aspect }),
    period: t.expose('period', { type: 'Period', description: period }),
    words: t.exposeString('words', { description: 'The words.' }),
  }),
});

builder.queryFields((t) => ({
  ratingResults: t.connection(
    {
      type: RatingResultType,
      nullable: true,
      description: 'What a rating round came to for each agent that you may see, by code.',
      authScopes: { roles: ratingReaders },
      args: {
        roundCode: t.arg.string({ required: true, description: 'The round (code).' }),
        agentCode: t.arg.string({ description: 'For this agent (code).' }),
      },
      resolve: async (_root, args, { transaction, now }) => {
        const found = await loadRatingRound(transaction, args.roundCode);
        return readPage(args, ratingResultOrder, (slice) =>
          ratingResults(transaction, now, found, { slice, agentCode: args.agentCode }),
        );
      },
    },
    RatingResultConnection,
  ),
  releasedComments: t.field({
    type: [ReleasedCommentType],
    nullable: true,
    description: 'Words of raters about an agent that were released to it, by month, round and text.',
    authScopes: { roles: wordsReaders },
    args: { agentCode: t.arg.string({ required: true, description: 'The agent (code).' }) },
    resolve: (_root, { agentCode }, { transaction }) => releasedComments(transaction, agentCode),
  }),
}));

const CommentReleasedPayload = builder
  .objectRef<{ readonly outcome: string }>('RatingCommentReleasedPayload')
  .implement({
    description: 'What became of the words.',
    authScopes: { roles: managers },
    fields: (t) => ({
      outcome: t.exposeString('outcome', { description: 'released, or unchanged: they were before.' }),
    }),
  });

const RatingMetricsPayload = builder.objectRef<RatingMetricsSaved>('RatingMetricsPayload').implement({
  description: 'What became of the means: each is a new value of the metric, another one, or known.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    createdCount: t.exposeInt('createdCount', { description: 'How many values were new.' }),
    changedCount: t.exposeInt('changedCount', { description: 'How many took the place of another value.' }),
    unchangedCount: t.exposeInt('unchangedCount', { description: 'How many were known already.' }),
  }),
});

builder.mutationFields((t) => ({
  releaseRatingComment: t.field({
    type: CommentReleasedPayload,
    errors: resultUnion('releaseRatingComment'),
    description: 'Lets the rated agent see words of a rater, once the round has closed. That cannot be taken back.',
    authScopes: { roles: managers },
    args: {
      roundCode: t.arg.string({ required: true, description: 'The round (code).' }),
      agentCode: t.arg.string({ required: true, description: 'The agent (code).' }),
      group: t.arg({ type: RaterGroupEnum, required: true, description: 'The group of the rater.' }),
      commentKey: t.arg.string({ required: true, description: 'The key of the words, as ratingResults gives it.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'releaseRatingComment',
      async (transaction, actor, { roundCode, agentCode, group, commentKey }: CommentToRelease, { now }) => ({
        outcome: await releaseRatingComment(transaction, actor, now, { roundCode, agentCode, group, commentKey }),
      }),
    ),
  }),
  saveRatingMetrics: t.field({
    type: RatingMetricsPayload,
    errors: resultUnion('saveRatingMetrics'),
    description:
      'Saves what a round that has closed came to as the metric RATING_<aspect> of its month: the unweighted mean over the groups that rated, to six decimals.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      period: t.arg({ type: 'Period', required: true, description: 'The month.' }),
      aspect: t.arg.string({ required: true, description: 'The aspect.' }),
      ...idempotencyKeyArgument,
    },
    resolve: ownerMutationResolver('saveRatingMetrics', (transaction, actor, args: AspectArgs, { now }) =>
      saveRatingMetrics(transaction, actor, now, args),
    ),
  }),
}));

type AspectArgs = { readonly period: string; readonly aspect: string };

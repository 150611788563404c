import type { Transaction } from '../src/db/client.ts';
import type { Role } from '../src/db/transaction.ts';
import {
  type ItemCorrelation,
  type ItemSpread,
  type ReviewedItem,
  reviewTemplate,
  type TemplateReview,
} from '../src/scorecards/review.ts';
import type { ReviewedTiers } from '../src/scorecards/reviewTiers.ts';
import { mostMovers, type ReviewedWeights, type ScoreMover } from '../src/scorecards/reviewWeights.ts';
import { builder } from './builder.ts';
import { runHeavy } from './heavy.ts';
import { resultUnion } from './mutations.ts';

const reviewers: readonly Role[] = ['ADMIN', 'CHANNEL_MANAGER', 'AUDITOR'];
const authScopes = { roles: reviewers };

const Spread = builder.objectRef<ItemSpread>('ScoreItemSpread').implement({
  description:
    'How the points of an item are spread among agents in a period; agents without points in it are left out.',
  authScopes,
  fields: (t) => ({
    period: t.expose('period', { type: 'Period', description: 'The period.' }),
    agentCount: t.exposeInt('agentCount', { description: 'How many agents have points.' }),
    mean: t.expose('mean', { type: 'Decimal', description: 'Their mean.' }),
    standardDeviation: t.expose('standardDeviation', { type: 'Decimal', description: 'Their standard deviation.' }),
    minimum: t.expose('minimum', { type: 'Decimal', description: 'The fewest points.' }),
    lowerQuartile: t.expose('lowerQuartile', {
      type: 'Decimal',
      description: 'The fewest points that a quarter of the agents do not exceed.',
    }),
    median: t.expose('median', { type: 'Decimal', description: 'The fewest points that half of them do not exceed.' }),
    upperQuartile: t.expose('upperQuartile', {
      type: 'Decimal',
      description: 'The fewest points that three quarters of them do not exceed.',
    }),
    maximum: t.expose('maximum', { type: 'Decimal', description: 'The most points.' }),
    mostFrequentPercent: t.expose('mostFrequentPercent', {
      type: 'Decimal',
      description: 'How many percent of the agents have the points that most have.',
    }),
  }),
});

const Correlation = builder.objectRef<ItemCorrelation>('ScoreItemCorrelation').implement({
  description: 'How the points of an item go with what came later.',
  authScopes,
  fields: (t) => ({
    metric: t.exposeString('metric', { description: 'The metric.' }),
    lagMonths: t.exposeInt('lagMonths', { description: 'So many months after the score.' }),
    pairCount: t.exposeInt('pairCount', { description: 'How many agents and periods have both.' }),
    correlation: t.expose('correlation', {
      type: 'Decimal',
      nullable: true,
      description: 'From −1 to 1 (Pearson); null: fewer than three pairs, or one of both is always the same.',
    }),
  }),
});

const Item = builder.objectRef<ReviewedItem>('ReviewedScoreItem').implement({
  description: 'An item of a scorecard template under review.',
  authScopes,
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code, by which it is known in all versions.' }),
    name: t.exposeString('name', { description: 'Its name in the latest version that has it.' }),
    tellsApart: t.exposeBoolean('tellsApart', {
      description:
        'Whether it still tells agents apart, by its latest period: fewer than 90 % of them have the same points, and the standard deviation is at least 1 point.',
    }),
    spreads: t.field({ type: [Spread], description: 'By period.', resolve: ({ spreads }) => [...spreads] }),
    correlations: t.field({
      type: [Correlation],
      description: 'With each of the outcomes asked about.',
      resolve: ({ correlations }) => [...correlations],
    }),
  }),
});

const Mover = builder.objectRef<ScoreMover>('ScoreMover').implement({
  description: 'An agent whose rank would be another under other weights.',
  authScopes,
  fields: (t) => ({
    agentCode: t.exposeString('agentCode', { description: 'The code of the agent.' }),
    totalNow: t.expose('totalNow', { type: 'Decimal', description: 'Its score.' }),
    totalThen: t.expose('totalThen', { type: 'Decimal', description: 'What it would be.' }),
    rankNow: t.exposeInt('rankNow', { description: 'Its place, 1 being the best; who ties shares one.' }),
    rankThen: t.exposeInt('rankThen', { description: 'What it would be.' }),
    tierNow: t.exposeString('tierNow', {
      nullable: true,
      description: 'The code of the tier that the scheme gives; null where none was named, or it is not for the agent.',
    }),
    tierThen: t.exposeString('tierThen', { nullable: true, description: 'What it would be.' }),
  }),
});

const Weight = builder.objectRef<ReviewedWeights['weights'][number]>('ReviewedWeight').implement({
  description: 'What an item weighs and would weigh.',
  authScopes,
  fields: (t) => ({
    item: t.exposeString('item', { description: 'The code of the item.' }),
    weightNow: t.expose('weightNow', { type: 'Decimal', description: 'What it weighs of 100.' }),
    weightThen: t.expose('weightThen', { type: 'Decimal', description: 'What it would weigh.' }),
  }),
});

const TierCount = builder.objectRef<ReviewedTiers['tiers'][number]>('ReviewedTierCount').implement({
  description: 'How many agents are in a tier after the period.',
  authScopes,
  fields: (t) => ({
    tier: t.exposeString('tier', { description: 'The code of the tier.' }),
    countNow: t.exposeInt('countNow', { description: 'With the scores as they are.' }),
    countThen: t.exposeInt('countThen', { description: 'Under the other weights.' }),
  }),
});

const Tiers = builder.objectRef<ReviewedTiers>('ReviewedTiers').implement({
  description:
    'The tiers that a scheme gives after the period, with the scores as they are and with those of other weights. Ratios of scores stay as they are.',
  authScopes,
  fields: (t) => ({
    scheme: t.exposeString('scheme', { description: 'The code of the scheme.' }),
    higherCount: t.exposeInt('higherCount', { description: 'How many agents would be in a higher tier.' }),
    lowerCount: t.exposeInt('lowerCount', { description: 'How many agents would be in a lower tier.' }),
    sameCount: t.exposeInt('sameCount', { description: 'How many agents would be in the same tier.' }),
    tiers: t.field({ type: [TierCount], description: 'The lowest first.', resolve: ({ tiers }) => [...tiers] }),
  }),
});

const Weights = builder.objectRef<ReviewedWeights>('ReviewedWeights').implement({
  description: 'What the scores of a period would be under other weights, by the points that were kept.',
  authScopes,
  fields: (t) => ({
    period: t.expose('period', { type: 'Period', description: 'The last of the periods with scores.' }),
    weights: t.field({ type: [Weight], description: 'Of all items.', resolve: ({ weights }) => [...weights] }),
    movedUpCount: t.exposeInt('movedUpCount', { description: 'How many agents would be ranked higher.' }),
    movedDownCount: t.exposeInt('movedDownCount', { description: 'How many agents would be ranked lower.' }),
    unmovedCount: t.exposeInt('unmovedCount', { description: 'How many agents would be ranked the same.' }),
    unrankedCount: t.exposeInt('unrankedCount', { description: 'How many agents have no score, now or then.' }),
    movers: t.field({
      type: [Mover],
      description: `Who moves by most places first; at most ${mostMovers}.`,
      resolve: ({ movers }) => [...movers],
    }),
    tiers: t.field({
      type: Tiers,
      nullable: true,
      description: 'With the scheme asked about; null where none was named.',
      resolve: ({ tiers }) => tiers,
    }),
  }),
});

const Review = builder.objectRef<TemplateReview>('ScoreTemplateReview').implement({
  description:
    'Whether a scorecard template still does its work: how its items spread, what came later of agents that scored well, and who would ' +
    'stand where under other weights. Of the agents that you may see.',
  authScopes,
  fields: (t) => ({
    template: t.exposeString('template', { description: 'The code of the template.' }),
    periods: t.field({
      type: ['Period'],
      description: 'The periods in which agents have scores by it.',
      resolve: ({ periods }) => [...periods],
    }),
    items: t.field({
      type: [Item],
      description: 'Its items in the order of the latest version, then those that only earlier ones had.',
      resolve: ({ items }) => [...items],
    }),
    weights: t.field({
      type: Weights,
      nullable: true,
      description: 'Under the weights asked about; null where none were named.',
      resolve: ({ weights }) => weights,
    }),
  }),
});

const OutcomeInput = builder.inputType('ScoreOutcomeInput', {
  description: 'What came later of agents.',
  fields: (t) => ({
    metric: t.string({ required: true, description: 'The metric (code): revenue, churn.' }),
    lagMonths: t.int({ required: true, description: 'How many months after the score, 0 to 36.' }),
  }),
});

const WeightInput = builder.inputType('ScoreItemWeightInput', {
  description: 'What an item would weigh.',
  fields: (t) => ({
    item: t.string({ required: true, description: 'The item (code).' }),
    weight: t.field({ type: 'Decimal', required: true, description: 'What it would weigh of 100; 0: nothing.' }),
  }),
});

builder.queryField('scoreTemplateReview', (t) =>
  t.field({
    type: Review,
    errors: resultUnion('scoreTemplateReview'),
    description:
      'Reviews a scorecard template over past periods, by the scores calculated or published. Writes nothing.',
    authScopes,
    args: {
      template: t.arg.string({ required: true, description: 'The template (code).' }),
      from: t.arg({ type: 'Period', required: true, description: 'The first period.' }),
      to: t.arg({ type: 'Period', description: 'The last period; without it the first.' }),
      outcomes: t.arg({ type: [OutcomeInput], description: 'What items are compared with; at most 10.' }),
      weights: t.arg({
        type: [WeightInput],
        description: 'Other weights, tried on the last period. Items not named keep theirs; all total exactly 100.',
      }),
      scheme: t.arg.string({ description: 'A tier scheme (code), to see the tiers under the other weights.' }),
    },
    resolve: (_root, { template, from, to, outcomes, weights, scheme }, context) => {
      const input = {
        template,
        from,
        to: to ?? from,
        outcomes: outcomes ?? [],
        weights: weights ?? undefined,
        scheme: scheme ?? undefined,
      };
      // Who sees every agent need not be asked for each of a hundred thousand rows whether it may be seen.
      const seesAll = context.actor?.user?.role !== 'CHANNEL_MANAGER';
      const review = (transaction: Transaction) => reviewTemplate(transaction, input);
      return runHeavy(context, () =>
        seesAll
          ? context.databases.owner.transaction(review, { accessMode: 'read only' })
          : review(context.transaction),
      );
    },
  }),
);

import {
  type ChangeReason,
  changeReasons,
  findReviewedRun,
  type ReviewBucket,
  type ReviewComponent,
  type ReviewCurrency,
  type ReviewedRun,
  type ReviewOutlier,
  reviewCurrencies,
  reviewOutliers,
  unusualDeviation,
} from '../src/commissions/runReview.ts';
import { Decimal } from '../src/money.ts';
import { builder, moneyReaders } from './builder.ts';
import { describedEnum } from './enums.ts';
import { keyOfNode } from './ids.ts';
import { moneyText } from './money.ts';

// A run next to the month before it, for whoever is about to approve it.

const authScopes = { roles: moneyReaders };
const changeOf = (amount: string, before: string, currency: string) =>
  moneyText(new Decimal(amount).minus(before).toFixed(), currency);

type ShownBucket = ReviewBucket & { readonly currency: string };

const RunReviewBucket = builder.objectRef<ShownBucket>('RunReviewBucket').implement({
  description: 'How many agents earned from one amount to another: [from, to), in the last stretch [from, to].',
  authScopes,
  fields: (t) => ({
    from: t.field({
      type: 'Decimal',
      description: 'The least amount.',
      resolve: ({ from, currency }) => moneyText(from, currency),
    }),
    to: t.field({
      type: 'Decimal',
      description: 'Where the stretch ends.',
      resolve: ({ to, currency }) => moneyText(to, currency),
    }),
    agentCount: t.exposeInt('agentCount', { description: 'How many agents in this run.' }),
    agentCountBefore: t.exposeInt('agentCountBefore', { description: 'How many in the run it is compared with.' }),
  }),
});

const RunReviewComponent = builder.objectRef<ReviewComponent>('RunReviewComponent').implement({
  description: 'What a component, or a pool, comes to in a run, next to the month before: all its lines but tax.',
  authScopes,
  fields: (t) => ({
    planCode: t.exposeString('planCode', { nullable: true, description: 'The plan (code); null of a pool.' }),
    componentCode: t.exposeString('componentCode', { description: 'The component or pool (code).' }),
    name: t.exposeString('name', { description: 'What it is called.' }),
    amount: t.field({
      type: 'Decimal',
      description: 'What it comes to.',
      resolve: ({ amount, currency }) => moneyText(amount, currency),
    }),
    amountBefore: t.field({
      type: 'Decimal',
      description: 'What it came to the month before.',
      resolve: ({ amountBefore, currency }) => moneyText(amountBefore, currency),
    }),
    change: t.field({
      type: 'Decimal',
      description: 'amount − amountBefore.',
      resolve: ({ amount, amountBefore, currency }) => changeOf(amount, amountBefore, currency),
    }),
    agentCount: t.exposeInt('agentCount', { description: 'How many agents have lines of it.' }),
  }),
});

const RunReviewCurrency = builder.objectRef<ReviewCurrency>('RunReviewCurrency').implement({
  description: 'What a run comes to in one currency, next to the month before.',
  authScopes,
  fields: (t) => ({
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    agentCount: t.exposeInt('agentCount', { description: 'How many agents have a statement.' }),
    agentCountBefore: t.exposeInt('agentCountBefore', { description: 'How many had one the month before.' }),
    earned: t.field({
      type: 'Decimal',
      description: 'What they earned together.',
      resolve: ({ earned, currency }) => moneyText(earned, currency),
    }),
    earnedBefore: t.field({
      type: 'Decimal',
      description: 'What they earned the month before.',
      resolve: ({ earnedBefore, currency }) => moneyText(earnedBefore, currency),
    }),
    change: t.field({
      type: 'Decimal',
      description: 'earned − earnedBefore.',
      resolve: ({ earned, earnedBefore, currency }) => changeOf(earned, earnedBefore, currency),
    }),
    distribution: t.field({
      type: [RunReviewBucket],
      description:
        'How what agents earned is spread, in up to ten stretches: equally wide up to what 95 of 100 agents earn at most, the last as wide as the rest needs.',
      resolve: ({ buckets, currency }) => buckets.map((bucket) => ({ ...bucket, currency })),
    }),
    components: t.field({
      type: [RunReviewComponent],
      description: 'By component and pool.',
      resolve: ({ components }) => [...components],
    }),
  }),
});

const RunChangeReasonEnum = describedEnum<ChangeReason>(
  'RunChangeReason',
  'What may explain that an agent earned more or less.',
  changeReasons,
  {
    NEW_AGENT: 'It had no statement the month before.',
    TERMINATED: 'It has no statement any more, or is terminated at the end of the period.',
    SUSPENDED: 'It is suspended at the end of the period.',
    NO_SALES: 'It earned nothing in the period.',
    TIER_CHANGED: 'Its tier at the end of the period is not the one of a month before.',
  },
);

const RunReviewOutlier = builder.objectRef<ReviewOutlier>('RunReviewOutlier').implement({
  description: 'An agent that earned more or less than the month before.',
  authScopes,
  fields: (t) => ({
    agentCode: t.exposeString('agentCode', { description: 'The agent (code).' }),
    agentName: t.exposeString('agentName', { description: 'The agent (name).' }),
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    amount: t.field({
      type: 'Decimal',
      description: 'What it earned.',
      resolve: ({ amount, currency }) => moneyText(amount, currency),
    }),
    amountBefore: t.field({
      type: 'Decimal',
      description: 'What it earned the month before.',
      resolve: ({ amountBefore, currency }) => moneyText(amountBefore, currency),
    }),
    change: t.field({
      type: 'Decimal',
      description: 'amount − amountBefore.',
      resolve: ({ amount, amountBefore, currency }) => changeOf(amount, amountBefore, currency),
    }),
    changePercent: t.expose('changePercent', {
      type: 'Decimal',
      nullable: true,
      description: 'The change in percent of amountBefore, to one decimal; null where that is 0.',
    }),
    deviation: t.expose('deviation', {
      type: 'Decimal',
      description:
        "How far the change is from the median change of all agents in the currency, in robust standard deviations: 1.4826 × the median of all agents' distances (MAD), which counts as one minor unit of the currency (0.01, of JPY 1, of KWD 0.001) at least.",
    }),
    isUnusual: t.boolean({
      description: `Whether deviation is more than ${unusualDeviation}.`,
      resolve: ({ deviation }) => new Decimal(deviation).gt(unusualDeviation),
    }),
    lineCount: t.exposeInt('lineCount', { description: 'How many lines its statement has.' }),
    reason: t.expose('reason', {
      type: RunChangeReasonEnum,
      nullable: true,
      description: 'What may explain it; null: nothing that is known beside its sales.',
    }),
  }),
});

const RunReviewOutlierConnection = builder.connectionObject(
  {
    type: RunReviewOutlier,
    name: 'RunReviewOutlierConnection',
    description: 'A page of agents that earned more or less.',
    authScopes,
  },
  { description: 'An agent that earned more or less, in a page.', authScopes },
);

const RunReview = builder.objectRef<ReviewedRun>('RunReview').implement({
  description: 'A run next to the run of the month before that stands.',
  authScopes,
  fields: (t) => ({
    comparedTo: t.drizzleField({
      type: 'commissionRun',
      nullable: true,
      description: 'The run it is compared with; null: the month before has none, and everything counts as new.',
      resolve: (query, { comparedId }, _args, { transaction }) =>
        comparedId === null ? null : transaction.query.commissionRun.findFirst(query({ where: { id: comparedId } })),
    }),
    currencies: t.field({
      type: [RunReviewCurrency],
      description: 'By currency.',
      resolve: (run, _args, { transaction }) => reviewCurrencies(transaction, run),
    }),
    outliers: t.connection(
      {
        type: RunReviewOutlier,
        description:
          'Agents that earned more or less than the month before, those first whose change is farthest from the median change.',
        resolve: (run, args, { transaction }) => reviewOutliers(transaction, run, args),
      },
      RunReviewOutlierConnection,
    ),
  }),
});

builder.queryField('runReview', (t) =>
  t.field({
    type: RunReview,
    nullable: true,
    description:
      'A calculated run next to the month before: what changed in all, by component and by agent, of what was earned before tax. Null where there is no such run.',
    authScopes,
    args: { runId: t.arg.id({ required: true, description: 'The id of the run.' }) },
    resolve: (_root, { runId }, { transaction }) =>
      findReviewedRun(transaction, keyOfNode('Run', String(runId), 'runId')),
  }),
);

import type { Role } from '../src/db/transaction.ts';
import type { SchemeTier, TierCriterion } from '../src/tiers/scheme.ts';
import { publishScheme } from '../src/tiers/schemes.ts';
import { builder, staff } from './builder.ts';
import { describedEnum } from './enums.ts';
import { aggregateDescription, MetricAggregateEnum, metricDescription, monthsDescription } from './metricWindow.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { deepWithoutNulls } from './programmeDocument.ts';

/** By what they are graded is no secret for agents. */
export const tierReaders: readonly Role[] = [...staff, 'AGENT'];

const CriterionKindEnum = describedEnum(
  'TierCriterionKind',
  'What a criterion looks at.',
  ['METRIC', 'RATIO', 'CERTIFICATION', 'MONTHS_OF_SERVICE'] as const,
  {
    METRIC: 'A metric over the last months; SCORE is the published score.',
    RATIO: 'One metric in percent of another, both summed over the months; no value where that is 0.',
    CERTIFICATION: 'A course that is passed, and has not expired on the last day of the period.',
    MONTHS_OF_SERVICE: 'Calendar months with a day active, the evaluated one included.',
  },
);

const EvaluationEnum = describedEnum(
  'TierEvaluationRhythm',
  'How often agents are evaluated.',
  ['MONTHLY', 'QUARTERLY'] as const,
  { MONTHLY: 'With every month.', QUARTERLY: 'With the last month of every calendar quarter.' },
);

export const TierCriterionType = builder.objectRef<TierCriterion>('TierCriterion').implement({
  description: 'What an agent must fulfil; without a value it does not.',
  authScopes: { roles: tierReaders },
  fields: (t) => ({
    kind: t.expose('kind', { type: CriterionKindEnum, description: 'What it looks at.' }),
    metric: t.string({
      nullable: true,
      description: 'Of METRIC: the metric.',
      resolve: (criterion) => (criterion.kind === 'METRIC' ? criterion.metric : null),
    }),
    aggregate: t.field({
      type: MetricAggregateEnum,
      nullable: true,
      description: 'Of METRIC: what is made of the values of its months.',
      resolve: (criterion) => (criterion.kind === 'METRIC' ? criterion.aggregate : null),
    }),
    unit: t.string({
      nullable: true,
      description: 'Of METRIC: in what it is counted.',
      resolve: (criterion) => (criterion.kind === 'METRIC' ? criterion.unit : null),
    }),
    numerator: t.string({
      nullable: true,
      description: 'Of RATIO: the metric that is counted.',
      resolve: (criterion) => (criterion.kind === 'RATIO' ? criterion.numerator : null),
    }),
    denominator: t.string({
      nullable: true,
      description: 'Of RATIO: the metric that it is a part of.',
      resolve: (criterion) => (criterion.kind === 'RATIO' ? criterion.denominator : null),
    }),
    months: t.int({
      nullable: true,
      description: 'Of METRIC and RATIO: over how many months, the evaluated one included.',
      resolve: (criterion) => ('months' in criterion ? criterion.months : null),
    }),
    course: t.string({
      nullable: true,
      description: 'Of CERTIFICATION: the course (code).',
      resolve: (criterion) => (criterion.kind === 'CERTIFICATION' ? criterion.course : null),
    }),
    atLeast: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The least value that will do.',
      resolve: (criterion) => ('atLeast' in criterion ? criterion.atLeast : null),
    }),
    atMost: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The greatest value that will do.',
      resolve: (criterion) => ('atMost' in criterion ? criterion.atMost : null),
    }),
  }),
});

const SchemeTierType = builder.objectRef<SchemeTier>('TierSchemeTier').implement({
  description: 'A tier of a scheme.',
  authScopes: { roles: tierReaders },
  fields: (t) => ({
    tier: t.exposeString('tier', { description: 'The tier (code).' }),
    entry: t.field({
      type: [TierCriterionType],
      description: 'What lifts an agent into it: all of it.',
      resolve: ({ entry }) => [...entry],
    }),
    keep: t.field({
      type: [TierCriterionType],
      description: 'What keeps an agent in it: all of it.',
      resolve: ({ keep }) => [...keep],
    }),
    priority: t.int({
      nullable: true,
      description: 'The lower the earlier it is served.',
      resolve: ({ benefits }) => benefits.priority,
    }),
    creditLimit: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'How much it may owe, in the currency of the operator.',
      resolve: ({ benefits }) => benefits.creditLimit,
    }),
    materials: t.stringList({
      description: 'What it gets to sell with.',
      resolve: ({ benefits }) => [...(benefits.materials ?? [])],
    }),
  }),
});

builder.drizzleObject('tierSchemeVersion', {
  name: 'TierSchemeVersion',
  description: 'A published version of a tier scheme. It is never altered.',
  authScopes: { roles: tierReaders },
  select: { columns: { definition: true } },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'Its number, from 1.' }),
    from: t.expose('validFrom', { type: 'Date', description: 'The first day on which it is in force.' }),
    channelTypes: t.stringList({
      description: 'The channel types (codes) whose agents it grades; none: any.',
      resolve: ({ definition }) => [...definition.channelTypes],
    }),
    evaluation: t.field({
      type: EvaluationEnum,
      description: 'How often agents are evaluated.',
      resolve: ({ definition }) => definition.evaluation,
    }),
    maxSteps: t.int({
      description: 'At most so many tiers up or down at once.',
      resolve: ({ definition }) => definition.maxSteps,
    }),
    grace: t.int({
      description: 'How many misses in a row lead to demotion.',
      resolve: ({ definition }) => definition.grace,
    }),
    protectionMonths: t.int({
      description: 'In its first so many months of service an agent is not demoted.',
      resolve: ({ definition }) => definition.protectionMonths,
    }),
    tiers: t.field({
      type: [SchemeTierType],
      description: 'Its tiers, the lowest first.',
      resolve: ({ definition }) => [...definition.tiers],
    }),
    publishedBy: t.exposeString('publishedBy', { description: 'Who published it.' }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', description: 'When.' }),
  }),
});

const TierScheme = builder.drizzleObject('tierScheme', {
  name: 'TierScheme',
  description: 'How agents move between tiers.',
  authScopes: { roles: tierReaders },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    name: t.exposeString('name', { description: 'Its name, for people.' }),
    versions: t.relation('versions', {
      description: 'Its versions, the latest first.',
      query: { orderBy: { number: 'desc' } },
    }),
  }),
});

builder.queryField('tierSchemes', (t) =>
  t.drizzleField({
    type: [TierScheme],
    nullable: true,
    description: 'All tier schemes, by code.',
    authScopes: { roles: tierReaders },
    resolve: (query, _root, _args, { transaction }) =>
      transaction.query.tierScheme.findMany(query({ orderBy: { code: 'asc' } })),
  }),
);

const CriterionInput = builder.inputType('TierCriterionInput', {
  description: 'What an agent must fulfil.',
  fields: (t) => ({
    kind: t.field({ type: CriterionKindEnum, required: true, description: 'What it looks at.' }),
    metric: t.string({ description: `For METRIC. ${metricDescription}` }),
    months: t.int({ description: `For METRIC and RATIO. ${monthsDescription}` }),
    aggregate: t.field({ type: MetricAggregateEnum, description: `For METRIC. ${aggregateDescription}` }),
    unit: t.string({ description: 'For METRIC: in what it is counted, for people.' }),
    numerator: t.string({ description: 'For RATIO: the metric that is counted.' }),
    denominator: t.string({ description: 'For RATIO: the metric that it is a part of.' }),
    course: t.string({ description: 'For CERTIFICATION: the course (code).' }),
    atLeast: t.field({ type: 'Decimal', description: 'The least value that will do; not for CERTIFICATION.' }),
    atMost: t.field({ type: 'Decimal', description: 'For METRIC and RATIO: the greatest value that will do.' }),
  }),
});

const BenefitsInput = builder.inputType('TierBenefitsInput', {
  description: 'What a tier gives beside its commission multiplier.',
  fields: (t) => ({
    priority: t.int({ description: 'The lower the earlier it is served.' }),
    creditLimit: t.field({ type: 'Decimal', description: 'How much it may owe, in the currency of the operator.' }),
    materials: t.stringList({ description: 'What it gets to sell with.' }),
  }),
});

const SchemeTierInput = builder.inputType('TierSchemeTierInput', {
  description: 'A tier of a scheme.',
  fields: (t) => ({
    tier: t.string({ required: true, description: 'The tier (code).' }),
    entry: t.field({ type: [CriterionInput], description: 'What lifts an agent into it; everybody without any.' }),
    keep: t.field({ type: [CriterionInput], description: 'What keeps an agent in it; always without any.' }),
    benefits: t.field({ type: BenefitsInput, description: 'What it gives beside its commission multiplier.' }),
  }),
});

const SchemeDefinitionInput = builder.inputType('TierSchemeDefinitionInput', {
  description: 'What a version of a tier scheme says.',
  fields: (t) => ({
    channelTypes: t.stringList({ description: 'Only agents of these channel types (codes); any without it.' }),
    evaluation: t.field({ type: EvaluationEnum, description: 'How often; MONTHLY without it.' }),
    maxSteps: t.int({ description: 'At most so many tiers up or down at once; 1 without it.' }),
    grace: t.int({ description: 'How many misses in a row lead to demotion; 1 without it.' }),
    protectionMonths: t.int({
      description: 'In its first so many months of service an agent is not demoted; 0 without it.',
    }),
    tiers: t.field({ type: [SchemeTierInput], required: true, description: 'Its tiers by rank, the lowest first.' }),
  }),
});

type SchemeAnswer = { readonly code: string; readonly number: number };

const SchemePayload = builder.objectRef<SchemeAnswer>('TierSchemePayload').implement({
  description: 'The tier scheme that got a version.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'The version that says what was sent.' }),
    scheme: t.drizzleField({
      type: TierScheme,
      nullable: true,
      description: 'The scheme as it is now.',
      resolve: (query, { code }, _args, { transaction }) =>
        transaction.query.tierScheme.findFirst(query({ where: { code } })),
    }),
  }),
});

builder.mutationField('publishTierScheme', (t) =>
  t.field({
    type: SchemePayload,
    errors: resultUnion('publishTierScheme'),
    description:
      'Publishes a version of a tier scheme, declared if it is new. What the latest version says already, from the same day on, is not published again.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      code: t.arg.string({ required: true, description: 'The code of the scheme.' }),
      name: t.arg.string({ required: true, description: 'Its name, for people.' }),
      from: t.arg({
        type: 'Date',
        required: true,
        description: 'The first day on which the version is in force: the first of a month.',
      }),
      definition: t.arg({ type: SchemeDefinitionInput, required: true, description: 'What the version says.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'publishTierScheme',
      async (transaction, actor, { code, name, from, definition }, { now }): Promise<SchemeAnswer> => {
        const scheme = { code, name, validFrom: from, definition: deepWithoutNulls(definition) };
        return { code, number: await publishScheme(transaction, actor, now, scheme) };
      },
    ),
  }),
);

import { metricSource } from '../src/agents/tables.ts';
import { UserError } from '../src/errors.ts';
import { parsePeriod } from '../src/period.ts';
import { measureMetrics } from '../src/scorecards/measure.ts';
import { type CatalogueEntry, loadCatalogue, saveMetricDefinition } from '../src/scorecards/metricCatalogue.ts';
import type { EventFilter, MetricFormula, MetricTerm, Span } from '../src/scorecards/metricDefinition.ts';
import { builder, staff } from './builder.ts';
import { ConflictKindEnum, describedEnum, SalesEventTypeEnum } from './enums.ts';
import { idempotencyKeyArgument, mutationResolver, ownerMutationResolver, resultUnion } from './mutations.ts';

// The catalogue of metrics: what scorecards, tiers and awards can look at. One type has the fields of every kind of formula; a formula has
// those of its kind, the others are null.

/** Who knows the catalogue: everybody but compliance. */
const readers = [...staff, 'AGENT'] as const;

export const MetricSourceEnum = describedEnum('MetricSource', 'Where a figure comes from.', metricSource.enumValues, {
  IMPORTED: 'A file, the API or the programme file.',
  COMPUTED: 'A formula of the catalogue.',
  RATED: 'Raters.',
  SURVEY: 'A survey.',
  SCORED: "The agent's published score.",
  AWARDED: 'An award that was granted.',
});

const measures = ['AMOUNT', 'QUANTITY', 'EVENTS', 'SUBSCRIPTIONS', 'CUSTOMERS'] as const;
const MeasureEnum = describedEnum('MetricMeasure', 'What of the events is counted.', measures, {
  AMOUNT: "Their amounts by share, in the operator's currency.",
  QUANTITY: 'Their quantities by share.',
  EVENTS: 'The events themselves by share.',
  SUBSCRIPTIONS: 'How many different subscriptions.',
  CUSTOMERS: 'How many different customers.',
});

const kinds = ['TOTAL', 'RATIO', 'GROWTH', 'SHARE', 'FOLLOWED', 'ON_TIME', 'CONFLICTS'] as const;
const FormulaKindEnum = describedEnum('MetricFormulaKind', 'What a formula does.', kinds, {
  TOTAL: 'Adds up; 0 where nothing happened.',
  RATIO: 'Divides one total by another.',
  GROWTH: 'By how many percent a total grew.',
  SHARE: 'Percent of the total of all agents of the same region.',
  FOLLOWED: 'Percent of the subscriptions that began and that something followed: recharge rate, churn.',
  ON_TIME: 'Percent of the events that were imported soon after they occurred.',
  CONFLICTS: 'Conflicts in which the agent is accused.',
});

const conflictCounts = ['CASES', 'UPHELD', 'DEDUCTED_AMOUNT'] as const;
const ConflictCountEnum = describedEnum('MetricConflictCount', 'What of conflicts is counted.', conflictCounts, {
  CASES: 'Cases whose facts stand, settled or not.',
  UPHELD:
    'Sales about which a case was decided against the agent: not credited to it alone, or money is taken from it. Several cases about one sale count once.',
  DEDUCTED_AMOUNT: "What decisions take from the agent, in the operator's currency.",
});

const DefinitionSourceEnum = describedEnum(
  'MetricDefinitionSource',
  'Where the values of a metric come from.',
  ['COMPUTED', 'IMPORTED'] as const,
  { COMPUTED: 'A formula.', IMPORTED: 'Files or the API.' },
);

const lists = {
  products: 'Only these products (codes).',
  categories: 'Only products of these categories (codes).',
  segments: 'Only these customer segments (codes).',
  campaigns: 'Only events of these campaigns (codes).',
  regions:
    'Only events in these regions (codes) and those under them; an event without a region counts where its agent was that day.',
  roles: 'Only credits of these roles, such as SELLER.',
} as const;

const words = {
  code: 'Its code; values stand under it.',
  name: 'Its name, for people.',
  unit: 'In what it is counted, for people.',
  events:
    'The types of events that count; only ON_TIME can do without, for all. A REFUND is looked at as what it pays back.',
  terms: 'TOTAL, GROWTH, SHARE: what is added up.',
  numerator: 'RATIO: what is divided.',
  denominator: 'RATIO: what it is divided by; no value where that is 0.',
  months: 'Over how many months, this one included; 1 without it. Not for FOLLOWED and ON_TIME.',
  monthsBack: 'GROWTH: how many months earlier it is compared with; 1 without it.',
  percent: 'RATIO: whether it is times 100.',
  cohort: 'FOLLOWED: with which events subscriptions began.',
  began: "FOLLOWED: how long before the period's end they began at most.",
  followedBy: 'FOLLOWED: what followed.',
  within: 'FOLLOWED: within how much time of the beginning.',
  filter: 'ON_TIME: which events are looked at.',
  withinDays: 'ON_TIME: at most so many local days after the event; 0: on the same day.',
  count: 'CONFLICTS: what is counted.',
  kinds: 'CONFLICTS: only conflicts of these kinds; null: of any.',
};

const FilterType = builder.objectRef<EventFilter>('MetricEventFilter').implement({
  description: 'Which events count. A list that is null matches any.',
  authScopes: { roles: readers },
  fields: (t) => {
    const list = (name: keyof typeof lists) =>
      t.stringList({ nullable: true, description: lists[name], resolve: (filter) => filter[name] });
    return {
      events: t.field({ type: [SalesEventTypeEnum], description: words.events, resolve: ({ events }) => events }),
      products: list('products'),
      categories: list('categories'),
      segments: list('segments'),
      campaigns: list('campaigns'),
      regions: list('regions'),
      roles: list('roles'),
    };
  },
});

const TermType = builder.objectRef<MetricTerm>('MetricTerm').implement({
  description: 'A sum over credits.',
  authScopes: { roles: readers },
  fields: (t) => ({
    measure: t.expose('measure', { type: MeasureEnum, description: 'What of the events is counted.' }),
    subtract: t.boolean({ description: 'Whether it is taken away.', resolve: ({ subtract }) => subtract ?? false }),
    filter: t.field({ type: FilterType, description: 'Which events count.', resolve: (term) => term }),
  }),
});

const SpanType = builder.objectRef<Span>('MetricSpan').implement({
  description: 'A span of time; one of the two is not null.',
  authScopes: { roles: readers },
  fields: (t) => ({
    days: t.int({ nullable: true, description: 'Days.', resolve: (span) => ('days' in span ? span.days : null) }),
    months: t.int({
      nullable: true,
      description: 'Months.',
      resolve: (span) => ('months' in span ? span.months : null),
    }),
  }),
});

/** A formula with the fields of every kind. */
type AnyFormula = { readonly kind: MetricFormula['kind'] } & {
  readonly [Name in Exclude<keyof typeof words, 'code' | 'name' | 'unit' | 'events'>]?: FieldOf<Name>;
};
type FieldOf<Name extends string> = MetricFormula extends infer One
  ? One extends { readonly [Key in Name]: infer Value }
    ? Value
    : never
  : never;

const FormulaType = builder.objectRef<AnyFormula>('MetricFormula').implement({
  description: 'How a metric is computed. What its kind does not have is null.',
  authScopes: { roles: readers },
  fields: (t) => {
    const terms = (name: 'terms' | 'numerator' | 'denominator') =>
      t.field({ type: [TermType], nullable: true, description: words[name], resolve: (formula) => formula[name] });
    const count = (name: 'months' | 'monthsBack' | 'withinDays') =>
      t.int({ nullable: true, description: words[name], resolve: (formula) => formula[name] });
    const filter = (name: 'cohort' | 'filter') =>
      t.field({ type: FilterType, nullable: true, description: words[name], resolve: (formula) => formula[name] });
    const span = (name: 'began' | 'within') =>
      t.field({ type: SpanType, nullable: true, description: words[name], resolve: (formula) => formula[name] });
    return {
      kind: t.expose('kind', { type: FormulaKindEnum, description: 'What it does.' }),
      terms: terms('terms'),
      numerator: terms('numerator'),
      denominator: terms('denominator'),
      months: count('months'),
      monthsBack: count('monthsBack'),
      percent: t.boolean({ nullable: true, description: words.percent, resolve: ({ percent }) => percent }),
      cohort: filter('cohort'),
      began: span('began'),
      followedBy: t.field({
        type: [SalesEventTypeEnum],
        nullable: true,
        description: words.followedBy,
        resolve: ({ followedBy }) => followedBy,
      }),
      within: span('within'),
      filter: filter('filter'),
      withinDays: count('withinDays'),
      count: t.field({
        type: ConflictCountEnum,
        nullable: true,
        description: words.count,
        resolve: (formula) => formula.count,
      }),
      kinds: t.field({
        type: [ConflictKindEnum],
        nullable: true,
        description: words.kinds,
        resolve: ({ kinds }) => kinds,
      }),
    };
  },
});

const DefinitionType = builder.objectRef<CatalogueEntry>('MetricDefinition').implement({
  description: 'A metric of the catalogue.',
  authScopes: { roles: readers },
  fields: (t) => ({
    code: t.exposeString('code', { description: words.code }),
    name: t.exposeString('name', { description: words.name }),
    source: t.field({
      type: DefinitionSourceEnum,
      description: 'Where its values come from.',
      resolve: ({ definition }) => definition.source,
    }),
    unit: t.string({ nullable: true, description: words.unit, resolve: ({ definition }) => definition.unit }),
    formula: t.field({
      type: FormulaType,
      nullable: true,
      description: 'How it is computed; null where it is imported.',
      resolve: ({ definition }) => (definition.source === 'COMPUTED' ? (definition.formula as AnyFormula) : null),
    }),
  }),
});

builder.queryField('metricDefinitions', (t) =>
  t.field({
    type: [DefinitionType],
    nullable: true,
    description: 'The catalogue of metrics, by code.',
    authScopes: { roles: readers },
    resolve: (_root, _args, { transaction }) => loadCatalogue(transaction),
  }),
);

const SpanInput = builder.inputType('MetricSpanInput', {
  description: 'A span of time: exactly one of the two.',
  fields: (t) => ({ days: t.int({ description: 'Days.' }), months: t.int({ description: 'Months.' }) }),
});

const FilterInput = builder.inputType('MetricEventFilterInput', {
  description: 'Which events count. A list that is left out matches any.',
  fields: (t) => ({
    events: t.field({ type: [SalesEventTypeEnum], description: words.events }),
    products: t.stringList({ description: lists.products }),
    categories: t.stringList({ description: lists.categories }),
    segments: t.stringList({ description: lists.segments }),
    campaigns: t.stringList({ description: lists.campaigns }),
    regions: t.stringList({ description: lists.regions }),
    roles: t.stringList({ description: lists.roles }),
  }),
});

const TermInput = builder.inputType('MetricTermInput', {
  description: 'A sum over credits.',
  fields: (t) => ({
    measure: t.field({ type: MeasureEnum, required: true, description: 'What of the events is counted.' }),
    subtract: t.boolean({ description: 'Whether it is taken away: net adds are activations less churns.' }),
    filter: t.field({ type: FilterInput, required: true, description: 'Which events count.' }),
  }),
});

const FormulaInput = builder.inputType('MetricFormulaInput', {
  description: 'How a metric is computed. It takes the fields of its kind; any other is refused.',
  fields: (t) => ({
    kind: t.field({ type: FormulaKindEnum, required: true, description: 'What it does.' }),
    terms: t.field({ type: [TermInput], description: words.terms }),
    numerator: t.field({ type: [TermInput], description: words.numerator }),
    denominator: t.field({ type: [TermInput], description: words.denominator }),
    months: t.int({ description: words.months }),
    monthsBack: t.int({ description: words.monthsBack }),
    percent: t.boolean({ description: words.percent }),
    cohort: t.field({ type: FilterInput, description: words.cohort }),
    began: t.field({ type: SpanInput, description: words.began }),
    followedBy: t.field({ type: [SalesEventTypeEnum], description: words.followedBy }),
    within: t.field({ type: SpanInput, description: words.within }),
    filter: t.field({ type: FilterInput, description: words.filter }),
    withinDays: t.int({ description: words.withinDays }),
    count: t.field({ type: ConflictCountEnum, description: words.count }),
    kinds: t.field({ type: [ConflictKindEnum], description: words.kinds }),
  }),
});

const DefinitionInput = builder.inputType('MetricDefinitionInput', {
  description: 'A metric of the catalogue.',
  fields: (t) => ({
    code: t.string({ required: true, description: words.code }),
    name: t.string({ required: true, description: words.name }),
    source: t.field({ type: DefinitionSourceEnum, required: true, description: 'Where its values come from.' }),
    unit: t.string({ description: words.unit }),
    formula: t.field({ type: FormulaInput, description: 'COMPUTED: how it is computed.' }),
  }),
});

/** As the programme file has it: what is null is left out, and a term's filter stands in the term. */
function inFileForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inFileForm);
  if (value === null || typeof value !== 'object') return value;
  const given = Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => (part == null ? [] : [[key, inFileForm(part)]])),
  );
  if (!('measure' in given)) return given;
  const { filter, ...term } = given;
  return { ...term, ...(filter as object) };
}

type SavedDefinition = { readonly code: string; readonly outcome: string };

const SavedDefinitionType = builder.objectRef<SavedDefinition>('MetricDefinitionPayload').implement({
  description: 'The metric that was declared.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    changed: t.boolean({
      description: 'Whether anything changed; not where the catalogue said so already.',
      resolve: ({ outcome }) => outcome !== 'unchanged',
    }),
    metric: t.field({
      type: DefinitionType,
      nullable: true,
      description: 'The metric as it is now.',
      resolve: async ({ code }, _args, { transaction }) =>
        (await loadCatalogue(transaction)).find((entry) => entry.code === code),
    }),
  }),
});

builder.mutationField('saveMetricDefinition', (t) =>
  t.field({
    type: SavedDefinitionType,
    errors: resultUnion('saveMetricDefinition'),
    description: 'Declares a metric of the catalogue, or changes it. Values stay until their month is measured again.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      metric: t.arg({ type: DefinitionInput, required: true, description: 'The metric.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'saveMetricDefinition',
      async (transaction, actor, { metric: { code, name, ...definition } }, { now }): Promise<SavedDefinition> => {
        const entry = { code, name, definition: inFileForm(definition) };
        return { code, outcome: await saveMetricDefinition(transaction, actor, now, entry) };
      },
    ),
  }),
);

type Measured = { readonly metric: string; readonly agentCount: number; readonly isKept: boolean };

const MeasuredType = builder.objectRef<Measured>('MeasuredMetric').implement({
  description: 'A metric that was computed.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    metric: t.exposeString('metric', { description: 'The metric (code).' }),
    agentCount: t.exposeInt('agentCount', { description: 'How many agents have a value.' }),
    isKept: t.exposeBoolean('isKept', {
      description: 'Whether published scores read it, so that its values stay as they were.',
    }),
  }),
});

const MeasurePayload = builder.objectRef<{ readonly metrics: readonly Measured[] }>('MeasureMetricsPayload').implement({
  description: 'What was computed.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    metrics: t.field({ type: [MeasuredType], description: 'Each metric, by code.', resolve: ({ metrics }) => metrics }),
  }),
});

builder.mutationField('measureMetrics', (t) =>
  t.field({
    type: MeasurePayload,
    errors: resultUnion('measureMetrics'),
    description:
      'Computes the metrics of the catalogue for a month, for every agent that was active or suspended in it. Again as often as you like; what published scores read stays as it is.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      period: t.arg({ type: 'Period', required: true, description: 'The month.' }),
      ...idempotencyKeyArgument,
    },
    resolve: ownerMutationResolver('measureMetrics', async (transaction, actor, { period: text }, { now }) => {
      const period = parsePeriod(text);
      if (!period) throw new UserError('PERIOD_INVALID', `"${text}" is no period.`, 'period');
      const metrics = await measureMetrics(transaction, actor, now, period);
      return { metrics: metrics.map(({ metric, agentCount, isKept }) => ({ metric, agentCount, isKept })) };
    }),
  }),
);

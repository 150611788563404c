import { z } from 'zod';
import type { ConflictKind } from '../conflicts/rule.ts';
import { code, codeSchema, eventTypesSchema, nameSchema, wholeNumber } from '../programme/fields.ts';
import type { EventFilter, MetricDefinition, MetricFormula, MetricTerm, Span } from './metricDefinition.ts';

// What an entry of the catalogue of metrics may say. A list that is left out matches anything.

const list = (item: z.ZodType<string, string>, description: string) =>
  z
    .array(item)
    .min(1, 'must name at least one; leave the list out for any')
    .max(500, 'must name at most 500')
    .refine((codes) => new Set(codes).size === codes.length, 'names one twice')
    .optional()
    .describe(description);

const eventsSchema = eventTypesSchema.refine(
  (types) => !types.includes('REVERSAL'),
  'must not name REVERSAL: it takes its original back, wherever that counts',
);

const filterShape = {
  events: eventsSchema.describe('The types of events that count. A REFUND is looked at as what it pays back.'),
  products: list(code('Code of a product.'), 'Only these products.'),
  categories: list(code('Code of a product category.'), 'Only products of these categories.'),
  segments: list(code('Code of a customer segment.'), 'Only these customer segments.'),
  campaigns: list(code('Code of a campaign.'), 'Only events of these campaigns.'),
  regions: list(code('Code of a region.'), 'Only events in these regions and those under them.'),
  roles: list(code('Role of a credit, such as SELLER.'), 'Only credits of these roles.'),
};

const termSchema = z
  .strictObject({
    measure: z
      .enum(['AMOUNT', 'QUANTITY', 'EVENTS', 'SUBSCRIPTIONS', 'CUSTOMERS'])
      .describe('Amounts, quantities or events by their shares, or how many different subscriptions or customers.'),
    subtract: z.boolean().optional().describe('Whether it is taken away.'),
    ...filterShape,
  })
  .transform(({ subtract, ...term }): MetricTerm => (subtract ? { ...term, subtract } : term))
  .describe('A sum over credits.');

const termsSchema = (description: string) =>
  z.array(termSchema).min(1, 'must have at least one term').max(20, 'must have at most 20 terms').describe(description);

const months = (description: string) => wholeNumber(1, 36, description).default(1);

const spanSchema = (description: string) =>
  z
    .strictObject({
      days: wholeNumber(1, 1100, 'So many days.').optional(),
      months: wholeNumber(1, 36, 'So many months.').optional(),
    })
    .transform(({ days, months: monthCount }, context): Span => {
      if (days !== undefined && monthCount === undefined) return { days };
      if (days === undefined && monthCount !== undefined) return { months: monthCount };
      context.addIssue({ code: 'custom', message: 'must be days or months, one of the two' });
      return z.NEVER;
    })
    .describe(description);

const conflictKinds = [
  'TERRITORY',
  'OWNERSHIP',
  'DUPLICATE',
  'PRICE_FLOOR',
  'AUTHORISATION',
  'CAMPAIGN_OVERLAP',
] as const satisfies readonly ConflictKind[];

const formulaSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('TOTAL'),
      terms: termsSchema('What is added up.'),
      months: months('Over how many months, this one included.'),
    }),
    z.strictObject({
      kind: z.literal('RATIO'),
      numerator: termsSchema('What is divided.'),
      denominator: termsSchema('What it is divided by; no value where that is 0.'),
      months: months('Over how many months, this one included.'),
      percent: z.boolean().default(false).describe('Whether it is times 100.'),
    }),
    z.strictObject({
      kind: z.literal('GROWTH'),
      terms: termsSchema('What is added up.'),
      months: months('Over how many months, this one included.'),
      monthsBack: wholeNumber(1, 36, 'How many months earlier it is compared with.').default(1),
    }),
    z.strictObject({
      kind: z.literal('SHARE'),
      terms: termsSchema('What is added up.'),
      months: months('Over how many months, this one included.'),
    }),
    z.strictObject({
      kind: z.literal('FOLLOWED'),
      cohort: z.strictObject(filterShape).describe('With which events subscriptions began.'),
      began: spanSchema("How long before the period's end they began at most."),
      followedBy: eventsSchema.describe('What followed.'),
      within: spanSchema('Within how much time of the beginning.'),
    }),
    z.strictObject({
      kind: z.literal('ON_TIME'),
      filter: z
        .strictObject({
          ...filterShape,
          events: z
            .union([z.tuple([]), eventsSchema])
            .default([])
            .describe('The types of events; none: all.'),
        })
        .describe('Which events are looked at; no types of events: all.'),
      withinDays: wholeNumber(0, 366, 'At most so many local days after the event; 0: on the same day.'),
    }),
    z.strictObject({
      kind: z.literal('CONFLICTS'),
      count: z
        .enum(['CASES', 'UPHELD', 'DEDUCTED_AMOUNT'])
        .describe('Cases in which the agent is accused, those decided against it, or what decisions take from it.'),
      kinds: z
        .array(z.enum(conflictKinds))
        .min(1, 'must name at least one; leave the list out for any')
        .refine((kinds) => new Set(kinds).size === kinds.length, 'names one twice')
        .optional()
        .describe('Only conflicts of these kinds.'),
      months: months('Over how many months, this one included, by when the event occurred.'),
    }),
  ])
  .transform((formula): MetricFormula => formula)
  .describe('What is computed, by agent and month.');

const unit = nameSchema.optional().describe('In what it is counted, for people: CNY, %, items.');

const reserved = /^(SCORE$|(SURVEY|AWARD|RATING)_)/;

/**
 * An entry of the catalogue of metrics (DOMAIN.md §5): a code, a name for people, and whether its values are computed, and how, or
 * imported. SCORE and what surveys, ratings and awards write cannot be declared.
 */
export const metricDefinitionSchema = z
  .strictObject({
    code: codeSchema
      .describe('Code of the metric; values stand under it.')
      .refine((text) => !reserved.test(text), 'must not be SCORE nor begin with SURVEY_, AWARD_ or RATING_'),
    name: nameSchema.describe('Name of the metric.'),
    definition: z
      .discriminatedUnion('source', [
        z.strictObject({ source: z.literal('COMPUTED'), unit, formula: formulaSchema }),
        z.strictObject({ source: z.literal('IMPORTED'), unit }),
      ])
      .transform((definition): MetricDefinition => definition)
      .describe('Where its values come from.'),
  })
  .describe('A metric of the catalogue.');

/** The filters of a formula, each with the place at which it stands. */
export function filtersOf(formula: MetricFormula): { readonly at: string; readonly filter: EventFilter }[] {
  const each = (name: string, filters: readonly EventFilter[]) =>
    filters.map((filter, index) => ({ at: `${name}[${index}]`, filter }));
  switch (formula.kind) {
    case 'RATIO':
      return [...each('numerator', formula.numerator), ...each('denominator', formula.denominator)];
    case 'FOLLOWED':
      return [{ at: 'cohort', filter: formula.cohort }];
    case 'ON_TIME':
      return [{ at: 'filter', filter: formula.filter }];
    case 'CONFLICTS':
      return [];
    default:
      return each('terms', formula.terms);
  }
}

/** What a filter names, and in which of its lists. */
export const filterReferences = [
  { list: 'products', what: 'product', table: 'product' },
  { list: 'categories', what: 'product category', table: 'product_category' },
  { list: 'segments', what: 'segment', table: 'segment' },
  { list: 'campaigns', what: 'campaign', table: 'campaign' },
  { list: 'regions', what: 'region', table: 'region' },
] as const;

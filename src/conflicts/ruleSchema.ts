import { z } from 'zod';
import { codeSchema, eventTypesSchema, percentOfWhole, wholeNumber } from '../programme/fields.ts';
import { neverEarningTypes, type SalesEventType } from '../sales/eventTypes.ts';
import type { ConflictRuleDefinition } from './rule.ts';

/** Types of events that are nobody's sale: no conflict rule reads them. */
const neverJudgedTypes: readonly SalesEventType[] = [...neverEarningTypes, 'PAYMENT'];

/** Codes in no order that matters, each once; none: any. */
export const codeList = (description: string) =>
  z
    .array(codeSchema)
    .refine((codes) => new Set(codes).size === codes.length, 'names a code twice')
    .transform((codes) => [...codes].sort())
    .default([])
    .describe(description);

/** The event types a rule reads, each once, none of those in `never`. */
export const eventList = (never: readonly SalesEventType[], description: string) =>
  eventTypesSchema
    .refine((types) => !types.some((type) => never.includes(type)), `must name none of ${never.join(', ')}`)
    .transform((types) => [...types].sort())
    .describe(description);

const days = (most: number, description: string) => wholeNumber(1, most, description);

const severalOf = <const Value extends string>(values: readonly [Value, ...Value[]], description: string) =>
  z
    .array(z.enum(values))
    .min(1, `must name at least one of ${values.join(', ')}`)
    .refine((named) => new Set(named).size === named.length, 'names a test twice')
    .transform((named) => [...named].sort())
    .describe(description);

const scopeSchema = z
  .strictObject({
    events: eventList(neverJudgedTypes, 'The types of sales events that it judges.'),
    channelTypes: codeList('Only sales of agents of these channel types; empty: of any.'),
    regions: codeList('Only sales in these regions and the regions under them; empty: anywhere.'),
    categories: codeList('Only sales of products of these categories; empty: of any product.'),
  })
  .describe('Which sales it judges.');

const common = {
  effect: z
    .enum(['FLAG', 'HOLD', 'REJECT'])
    .describe(
      'What a hit does to the commission until the case is settled: nothing, it is held, or it is not paid at all.',
    ),
  scope: scopeSchema,
  dueDays: days(365, 'Within how many days a case is to be settled.'),
  appealDays: wholeNumber(0, 365, 'For how many days a decision may be appealed against.'),
  enabled: z.boolean().default(true).describe('false: from this day on the rule finds nothing any more.'),
};

const windowDays = days(3660, 'Within how many local days, the day of the earlier sale included.');

const kindSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z
      .literal('TERRITORY')
      .describe('TERRITORY: sold outside one’s own territory, or inside another’s exclusive one.'),
    ...common,
    tests: severalOf(
      ['OUTSIDE_OWN', 'INSIDE_EXCLUSIVE'],
      'OUTSIDE_OWN: no territory of the agent, or of one above it, covers the region. INSIDE_EXCLUSIVE: another agent’s exclusive one does.',
    ),
    withoutTerritory: z
      .enum(['HIT', 'IGNORE'])
      .default('IGNORE')
      .describe('Whether selling outside counts for agents that hold no territory at all on that day.'),
  }),
  z.strictObject({
    kind: z.literal('OWNERSHIP').describe('OWNERSHIP: the customer, or a registered deal, is another agent’s.'),
    ...common,
    protects: severalOf(
      ['REGISTRATION', 'CUSTOMER'],
      'REGISTRATION: another agent’s registered deal protects the customer. CUSTOMER: another agent sold to it within the window.',
    ),
    windowDays: windowDays.optional().describe('CUSTOMER: for how many days from a sale on a customer is an agent’s.'),
  }),
  z.strictObject({
    kind: z.literal('DUPLICATE').describe('DUPLICATE: two agents claim one customer and product.'),
    ...common,
    windowDays,
    same: z
      .enum(['PRODUCT', 'CATEGORY'])
      .default('PRODUCT')
      .describe('Whether the same product, or one of the same category, makes two claims one.'),
  }),
  z.strictObject({
    kind: z.literal('PRICE_FLOOR').describe('PRICE_FLOOR: sold below the floor price.'),
    ...common,
    percentOfListPrice: percentOfWhole('Also a price below this percent of the list price is a hit.')
      .refine((percent) => percent !== '0', 'must be more than 0')
      .optional(),
  }),
  z.strictObject({
    kind: z.literal('AUTHORISATION').describe('AUTHORISATION: sold without the right to.'),
    ...common,
    tests: severalOf(
      ['MATRIX', 'CERTIFICATION'],
      'MATRIX: the channel type may not sell the category to the segment. CERTIFICATION: a certificate is missing.',
    ),
    unlisted: z
      .enum(['ALLOWED', 'REFUSED'])
      .default('ALLOWED')
      .describe('What the matrix means for a combination that it does not list.'),
  }),
  z.strictObject({
    kind: z.literal('CAMPAIGN_OVERLAP').describe('CAMPAIGN_OVERLAP: one sale claimed under two campaigns.'),
    ...common,
    windowDays,
  }),
]);

/**
 * A version of a conflict rule (DOMAIN.md §8). In: JSON or YAML, decimals as text. Out: the definition with its defaults, lists sorted.
 * Event types that are nobody's sale (REFUND, REVERSAL, CHURN, TRANSFER, PLAN_CHANGE, PAYMENT) are refused, OWNERSHIP of a CUSTOMER
 * without a window too.
 */
export const conflictRuleDefinitionSchema = kindSchema
  .superRefine((definition, context) => {
    if (definition.kind !== 'OWNERSHIP' || definition.windowDays !== undefined) return;
    if (!definition.protects.includes('CUSTOMER')) return;
    context.addIssue({ code: 'custom', message: 'is needed where CUSTOMER is protected', path: ['windowDays'] });
  })
  .transform((definition): ConflictRuleDefinition => {
    if (definition.kind !== 'OWNERSHIP') return definition;
    return { ...definition, windowDays: definition.windowDays ?? 1 };
  })
  .describe('What a version of a conflict rule says.');

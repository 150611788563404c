import { z } from 'zod';
import { rateBases, volumeMeasures } from '../commissions/definitions.ts';
import { salesEventType } from '../sales/eventTypes.ts';
import {
  code,
  codeSchema,
  decimal,
  eventTypesSchema,
  nameSchema,
  number,
  positive,
  signedDecimal,
  wholeNumber,
} from './fields.ts';

// The components of a plan version, one strict form for each kind (DOMAIN.md §9). What their fields mean together is said in
// checkComponents.ts, so that it is reported along with every other fault.

export const ruleSchema = z
  .strictObject({
    code: codeSchema.optional().describe('Code of the rule; without it R1, R2 … by its position.'),
    product: code('Only this product.').optional(),
    category: code('Only products of this category.').optional(),
    event: z.enum(salesEventType.enumValues).optional().describe('Only events of this type, one of the component’s.'),
    channelType: code('Only agents of this channel type.').optional(),
    tier: code('Only agents in this tier.').optional(),
    region: code('Only events in this region and the regions under it.').optional(),
    segment: code('Only this customer segment.').optional(),
    campaign: code('Only events of this campaign.').optional(),
    contractMonths: wholeNumber(0, 600, 'Only contracts of exactly this many months.').optional(),
    baseFrom: decimal('Only events whose base is at least this.').optional(),
    baseTo: decimal('Only events whose base is below this.').optional(),
    baseUpTo: decimal('Only events whose base is at most this; instead of baseTo.').optional(),
    percent: decimal('Percent of the base.').optional(),
    flat: decimal('Money per unit of quantity.').optional(),
    minimum: decimal('Least amount of one event, before shares and multipliers.').optional(),
    maximum: decimal('Most amount of one event, before shares and multipliers.').optional(),
  })
  .superRefine((rule, context) => {
    const fault = (field: string, message: string) => context.addIssue({ code: 'custom', message, path: [field] });
    if (rule.product && rule.category) fault('category', 'a rule names a product or a category, not both');
    if (rule.baseTo && rule.baseUpTo) fault('baseUpTo', 'a base range has one end: baseTo or baseUpTo, not both');
    const rangeStart = number(rule.baseFrom ?? '0');
    if (rule.baseTo && rangeStart.gte(rule.baseTo)) fault('baseTo', 'must be more than baseFrom (0 without one)');
    if (rule.baseUpTo && rangeStart.gt(rule.baseUpTo)) fault('baseUpTo', 'must not be less than baseFrom');
    if (rule.minimum && rule.maximum && number(rule.minimum).gt(rule.maximum)) {
      fault('minimum', 'must not be more than maximum');
    }
    if (!rule.percent && !rule.flat && !rule.minimum) {
      fault('percent', 'a rule pays something: percent, flat or minimum; write "flat: 0" where it shall pay nothing');
    }
  })
  .describe('What is paid for matching events: percent · base + flat · quantity, between minimum and maximum.');

const rulesSchema = z
  .array(ruleSchema)
  .min(1, 'must have at least one rule')
  .describe('Its rules; the most specific matching one wins, whatever their order.');

const scoreFactorSchema = z
  .strictObject({
    period: z
      .enum(['SAME', 'PREVIOUS'])
      .default('SAME')
      .describe('Whose score counts: that of the same period, or of the one before.'),
    steps: z
      .array(
        z.strictObject({
          from: decimal('The score from which on the factor holds.'),
          factor: decimal('What the amount is multiplied by.'),
        }),
      )
      .min(1, 'must have at least one step')
      .describe('In ascending order of score; the highest step reached counts, below the first the factor is 0.'),
  })
  .describe('Times a factor for the agent’s score (its metric SCORE): a table of steps.');

const metricConditionSchema = z.strictObject({
  metric: code('The metric (metricValues) that is looked at.'),
  atLeast: signedDecimal('Holds where the value is at least this.').optional(),
  below: signedDecimal('Holds where the value is below this.').optional(),
});

const instalmentSchema = z
  .strictObject({
    percent: positive('Percent of the amount.'),
    month: wholeNumber(0, 600, 'Due at the end of the event’s period + this many months; 0: at once.').optional(),
    days: wholeNumber(1, 9999, 'Due this many days after the event.').optional(),
    paidBill: wholeNumber(1, 600, 'Due when this many bills of the subscription are paid.').optional(),
  })
  .describe('One part of an amount. It falls due by exactly one of month, days and paidBill.');

const holdbackSchema = z
  .strictObject({
    percent: positive('Percent that is held back.').refine((text) => number(text).lt(100), 'must be less than 100'),
    months: wholeNumber(1, 600, 'Released at the end of the event’s period + this many months.'),
    condition: metricConditionSchema
      .optional()
      .describe('Released only where the agent’s metric passes this test in the month of release; else forfeited.'),
  })
  .describe('A part that is paid later, and forfeited by a CHURN before.');

const clawbackSchema = z
  .strictObject({
    events: z
      .array(z.enum(['CHURN', 'REFUND']))
      .min(1, 'must name CHURN, REFUND or both')
      .refine((types) => new Set(types).size === types.length, 'names an event type twice')
      .default(['CHURN', 'REFUND'])
      .describe('What takes money back.'),
    method: z
      .enum(['FULL', 'PRO_RATA'])
      .describe('What a CHURN takes back. FULL: everything; PRO_RATA: for the months or days not served.'),
    months: wholeNumber(1, 600, 'Within this many months of the event.').optional(),
    days: wholeNumber(1, 9999, 'Within this many days of the event.').optional(),
  })
  .describe('Money that comes back when the customer leaves or is refunded, within exactly one of months and days.');

const identity = {
  code: code('Code of the component, the same in every version of the plan.'),
  name: nameSchema.describe('Name of the component.'),
};

const events = eventTypesSchema.describe('The event types it reads.');
const base = z
  .enum(rateBases)
  .default('AMOUNT')
  .describe('What percent applies to. MARGIN is amount − cost · quantity.');
const cap = decimal('Most amount per agent and period.').optional();
const measure = z.enum(volumeMeasures).default('AMOUNT').describe('AMOUNT: the amounts; UNITS: the quantities.');

const multipliers = {
  multiplyBy: z
    .array(z.enum(['TIER', 'SCORE']))
    .default([])
    .describe('TIER: times the multiplier of the agent’s tier. SCORE: times scoreFactor, which says so alone as well.'),
  scoreFactor: scoreFactorSchema.optional(),
};

const rateLike = {
  base,
  ...multipliers,
  instalments: z
    .array(instalmentSchema)
    .min(1, 'must have at least one instalment')
    .optional()
    .describe('Parts in which the amount is paid; their percents total 100. Without it, all at once.'),
  onBill: z.boolean().optional().describe('true: paidBill counts bills when they are billed, not when they are paid.'),
  holdback: holdbackSchema.optional(),
  clawback: clawbackSchema.optional(),
  reactivationDays: wholeNumber(
    1,
    9999,
    'A REACTIVATION within this many days of a CHURN undoes what the CHURN took back or forfeited.',
  ).optional(),
  cap,
  floor: decimal('Least amount per agent and period, where a rule matched for one of its credits.').optional(),
  rules: rulesSchema,
};

const rateSchema = z
  .strictObject({
    ...identity,
    kind: z.literal('RATE').describe('RATE: pays per credit of a sales event.'),
    events,
    ...rateLike,
  })
  .describe('Pays per credit of a sales event.');

const residualSchema = z
  .strictObject({
    ...identity,
    kind: z.literal('RESIDUAL').describe('RESIDUAL: pays per BILL of a subscription in its first months.'),
    months: wholeNumber(1, 600, 'Paid for bills in month 1 to this month of the subscription.'),
    events: z
      .array(z.literal('BILL', { error: 'must be BILL: a RESIDUAL reads bills only' }))
      .length(1, 'must be [BILL]: a RESIDUAL reads bills only')
      .default(['BILL'])
      .describe('Always [BILL].'),
    ...rateLike,
  })
  .describe('Pays per BILL of a subscription in its first months.');

const spiffSchema = z
  .strictObject({
    ...identity,
    kind: z.literal('SPIFF').describe('SPIFF: as RATE, within a campaign’s dates until its budget is used up.'),
    events,
    campaign: code('The campaign (code) within whose dates it pays.'),
    budget: decimal('Most that it pays in all, over all agents and periods.'),
    ...rateLike,
  })
  .describe('Pays as RATE within a campaign’s dates until its budget is used up.');

const volumeLike = {
  events: eventTypesSchema.describe('The event types whose credits make the volume.'),
  measure,
  window: z
    .enum(['MONTH', 'QUARTER', 'YEAR'])
    .default('MONTH')
    .describe('The volume of the month, or of the calendar quarter or year to date.'),
  ...multipliers,
  cap,
};

const bracketSchema = z
  .strictObject({
    ...identity,
    kind: z.literal('BRACKET').describe('BRACKET: pays on an agent’s volume by brackets.'),
    ...volumeLike,
    method: z
      .enum(['MARGINAL', 'WHOLE'])
      .describe('MARGINAL: each slice at its own rate; WHOLE: the whole volume at the rate of its bracket.'),
    bounds: z
      .enum(['VOLUME', 'ATTAINMENT'])
      .default('VOLUME')
      .describe('What from and to are: volumes, or percents of the agent’s target.'),
    target: code('The metric that holds the agent’s target for the window; with bounds ATTAINMENT only.').optional(),
    brackets: z
      .array(
        z.strictObject({
          from: decimal('The volume (or attainment) from which on it holds.'),
          to: decimal('Where it ends: [from, to). Only the last bracket may have no end.').optional(),
          rate: decimal('Percent of an AMOUNT; money per unit of UNITS.'),
        }),
      )
      .min(1, 'must have at least one bracket')
      .describe('In ascending order, each beginning where the one before ends.'),
  })
  .describe('Pays on an agent’s volume by brackets.');

const quotaBonusSchema = z
  .strictObject({
    ...identity,
    kind: z.literal('QUOTA_BONUS').describe('QUOTA_BONUS: pays for an agent’s attainment of its target.'),
    ...volumeLike,
    target: code('The metric that holds the agent’s target for the window.'),
    curve: z.enum(['STEP', 'LINEAR']).describe('STEP: the highest point reached; LINEAR: straight between points.'),
    pays: z.enum(['AMOUNT', 'PERCENT_OF_VOLUME']).describe('What values are: money, or percents of the volume.'),
    points: z
      .array(
        z.strictObject({
          attainment: decimal('Percent of the target.'),
          value: decimal('What is paid there: money, or a percent of the volume.'),
        }),
      )
      .min(1, 'must have at least one point')
      .describe('In ascending order of attainment. Below the first nothing is paid, above the last its value.'),
    maximumAttainment: positive('Attainment (percent) above which no more is counted.').optional(),
  })
  .describe('Pays for an agent’s attainment of its target: 100 · volume / target.');

const levelsSchema = z
  .array(
    z.strictObject({
      level: wholeNumber(1, 10, 'How far above the agent of the credit: 1 is its parent.'),
      percent: decimal('Percent that an agent on this level gets.'),
    }),
  )
  .min(1, 'must have at least one level')
  .describe('What ancestors get, by level.');

const overrideKind = z.literal('OVERRIDE').describe('OVERRIDE: pays agents for the sales of those below them.');

const overrideSchema = z.discriminatedUnion(
  'method',
  [
    z
      .strictObject({
        ...identity,
        kind: overrideKind,
        method: z.literal('PERCENT_OF_COMMISSION').describe('Percents of what the agent of the credit earned.'),
        levels: levelsSchema,
        cap,
      })
      .describe('Pays ancestors percents of what the agent of the credit earned.'),
    z
      .strictObject({
        ...identity,
        kind: overrideKind,
        method: z.literal('PERCENT_OF_BASE').describe('Percents of the base of the sale.'),
        events,
        base,
        levels: levelsSchema,
        cap,
      })
      .describe('Pays ancestors percents of the base of the sale.'),
    z
      .strictObject({
        ...identity,
        kind: overrideKind,
        method: z
          .literal('DIFFERENTIAL')
          .describe('The difference between an agent’s own rate and the highest rate below it.'),
        events,
        base,
        measure,
        table: z
          .array(
            z.strictObject({
              from: decimal('The team volume from which on it holds.'),
              to: decimal('Where it ends: [from, to). Only the last entry may have no end.').optional(),
              percent: decimal('The rate: percent of the base.'),
            }),
          )
          .min(1, 'must have at least one entry')
          .describe('The rate of an agent by its team’s volume of the month: its own and that of all below it.'),
        paysSeller: z.boolean().default(true).describe('Whether the seller gets its own rate.'),
        cap,
      })
      .describe('Pays each agent the difference between its own rate and the highest rate below it.'),
  ],
  { error: 'expected one of "PERCENT_OF_COMMISSION"|"PERCENT_OF_BASE"|"DIFFERENTIAL"' },
);

const drawSchema = z
  .strictObject({
    ...identity,
    kind: z.literal('DRAW').describe('DRAW: tops up to a minimum; recovered from what is earned above it later.'),
    minimum: positive('What an agent gets at least for a full month.'),
  })
  .describe(
    'Tops what was earned up to a minimum; the top-up is recovered from what is earned above the minimum later.',
  );

export const componentSchema = z.discriminatedUnion(
  'kind',
  [rateSchema, residualSchema, spiffSchema, bracketSchema, quotaBonusSchema, overrideSchema, drawSchema],
  {
    error:
      'expected one of "RATE"|"RESIDUAL"|"SPIFF"|"BRACKET"|"QUOTA_BONUS"|"OVERRIDE"|"DRAW"; a POOL stands in pools',
  },
);

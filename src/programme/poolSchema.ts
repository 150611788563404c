import { z } from 'zod';
import { codeSchema, decimal, endsAfterStart, eventTypesSchema, percentOfWhole, versionShape } from './fields.ts';

// The versions of a pool (DOMAIN.md §9.8). What their fields mean together is said in checkPools.ts.

const fundSchema = z.union([
  z.strictObject({
    fixed: decimal('The same amount of money every period.'),
    of: z
      .enum(['AMOUNT', 'QUANTITY'])
      .optional()
      .describe('What of the events makes the base that a threshold looks at; AMOUNT without it.'),
    events: eventTypesSchema.optional().describe('The events that make the base; only for a threshold.'),
  }),
  z.strictObject({
    percent: decimal('Percent of the eligible base of the period.'),
    of: z.enum(['AMOUNT', 'QUANTITY']).default('AMOUNT').describe('What of the events makes the base.'),
    events: eventTypesSchema.describe('The events that make the base.'),
  }),
]);

const weightSchema = z.discriminatedUnion(
  'factor',
  [
    z.strictObject({
      factor: z.enum(['UNITS', 'VOLUME']).describe('UNITS: the quantity, VOLUME: the amount of the named events.'),
      events: eventTypesSchema.describe('The events it counts.'),
    }),
    z.strictObject({
      factor: z
        .enum(['TIER_MULTIPLIER', 'SCORE', 'MONTHS_OF_SERVICE'])
        .describe(
          'TIER_MULTIPLIER: the multiplier of the agent’s tier. SCORE: its metric SCORE of the pool’s last month. MONTHS_OF_SERVICE: the part of the pool’s months in which it was active.',
        ),
    }),
    z.strictObject({
      factor: z
        .literal('METRIC')
        .describe('METRIC: the agent’s value of the named metric of the pool’s last month; without one 0.'),
      metric: codeSchema.describe('The metric, such as AWARD_TOP for the winners of the award TOP.'),
    }),
  ],
  { error: 'expected one of "UNITS"|"VOLUME"|"TIER_MULTIPLIER"|"SCORE"|"MONTHS_OF_SERVICE"|"METRIC"' },
);

export const poolVersionSchema = z
  .strictObject({
    ...versionShape,
    fund: fundSchema.describe('How the pool is funded: a fixed amount, or a percent of the eligible base.'),
    threshold: z
      .strictObject({
        target: decimal('Target of the eligible base.'),
        percent: decimal('Percent of the target below which nothing is paid.'),
      })
      .optional()
      .describe('Below this share of the target the fund is 0.'),
    minimum: decimal('Least fund.').optional(),
    maximum: decimal('Most fund.').optional(),
    reservePercent: percentOfWhole('Percent of the fund that is held back.').default('0'),
    weight: z
      .array(weightSchema)
      .min(1, 'must name at least one factor')
      .describe('Factors whose product is the weight.'),
    remainder: z
      .enum(['CARRY_OVER', 'RETURN', 'KEEP'])
      .describe('What happens to money nobody gets: into the next period’s pool, back to the budget, or kept.'),
    channelTypes: z.array(codeSchema).default([]).describe('Only agents of these channel types; empty: of any.'),
    plans: z
      .array(codeSchema)
      .default([])
      .describe('Only agents whose agreement is to one of these plans; empty: to any.'),
    period: z
      .enum(['MONTH', 'QUARTER'])
      .default('MONTH')
      .describe('MONTH: every month. QUARTER: over the calendar quarter, paid with its last month.'),
    floor: decimal('Least share of one member.').optional(),
    cap: decimal('Most share of one member.').optional(),
  })
  .refine(...endsAfterStart);

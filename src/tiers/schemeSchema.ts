import { z } from 'zod';
import { metricWindowShape } from '../agents/metricWindowSchema.ts';
import { code, codeSchema, decimal, number, positive, signedDecimal, wholeNumber } from '../programme/fields.ts';
import type { TierSchemeDefinition } from './scheme.ts';

const boundsShape = {
  atLeast: signedDecimal('The least value that will do.').optional(),
  atMost: signedDecimal('The greatest value that will do.').optional(),
};

type Bounds = { readonly atLeast?: string | undefined; readonly atMost?: string | undefined };

function checkBounds({ atLeast, atMost }: Bounds, context: z.RefinementCtx): void {
  if (atLeast === undefined && atMost === undefined) {
    context.addIssue({ code: 'custom', message: 'must be given, or else atMost', path: ['atLeast'] });
  } else if (atLeast !== undefined && atMost !== undefined && number(atMost).lt(number(atLeast))) {
    context.addIssue({ code: 'custom', message: `must be at least ${atLeast}`, path: ['atMost'] });
  }
}

const criterionSchema = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('METRIC').describe('METRIC: a metric over the last months; SCORE is the published score.'),
        ...metricWindowShape,
        unit: z
          .string()
          .regex(/^[^\p{Cc}\p{Cs}]{1,40}$/u, 'must be a text of 1 to 40 characters on one line')
          .describe('In what it is counted, for people.')
          .optional(),
        ...boundsShape,
      })
      .superRefine(checkBounds),
    z
      .strictObject({
        kind: z.literal('RATIO').describe('RATIO: one metric in percent of another, both summed over the months.'),
        numerator: code('The metric that is counted.'),
        denominator: code('The metric that it is a part of.'),
        months: wholeNumber(1, 36, 'Over how many months, the one evaluated included; 1 without it.').default(1),
        ...boundsShape,
      })
      .superRefine(checkBounds),
    z.strictObject({
      kind: z.literal('CERTIFICATION').describe('CERTIFICATION: a course is passed, and has not expired.'),
      course: code('The course.'),
    }),
    z.strictObject({
      kind: z.literal('MONTHS_OF_SERVICE').describe('MONTHS_OF_SERVICE: calendar months with a day active.'),
      atLeast: positive('How many there must be.'),
    }),
  ])
  .describe('What an agent must fulfil; without a value it does not.');

const criteria = (description: string) =>
  z.array(criterionSchema).max(50, 'must have at most 50 criteria').default([]).describe(description);

const benefitsSchema = z
  .strictObject({
    priority: wholeNumber(1, 1000, 'The lower the earlier it is served.').optional(),
    creditLimit: decimal("In the operator's currency.").optional(),
    materials: z
      .array(z.string().regex(/^(?=.*\S)[^\p{Cc}\p{Cs}]{1,200}$/u, 'must be a text of 1 to 200 characters on one line'))
      .max(100, 'must have at most 100 entries')
      .describe('What it is supplied with.')
      .optional(),
  })
  .describe('What the tier gives beside its commission multiplier.');

const tierSchema = z
  .strictObject({
    tier: code('The tier.'),
    entry: criteria('What lifts an agent into it; none: everybody. Those of the lowest tier are not looked at.'),
    keep: criteria('What keeps an agent in it; none: it is always kept.'),
    benefits: benefitsSchema.default({}),
  })
  .describe('One tier of the scheme.');

const twice = (codes: readonly string[]) => codes.find((each, index) => codes.indexOf(each) < index);

/** What a version of a tier scheme says (DOMAIN.md §6). That tiers ascend by rank is known once they are looked up. */
export const tierSchemeDefinitionSchema = z
  .strictObject({
    channelTypes: z
      .array(codeSchema)
      .refine((codes) => twice(codes) === undefined, 'names a channel type twice')
      .default([])
      .describe('Only agents of these channel types; empty: of any.'),
    evaluation: z
      .enum(['MONTHLY', 'QUARTERLY'])
      .default('MONTHLY')
      .describe('How often; QUARTERLY: with the last month of a calendar quarter.'),
    maxSteps: wholeNumber(1, 100, 'At most so many tiers up or down at once.').default(1),
    grace: wholeNumber(1, 100, 'How many misses in a row lead to demotion.').default(1),
    protectionMonths: wholeNumber(0, 120, 'In its first so many months of service an agent is not demoted.').default(0),
    tiers: z
      .array(tierSchema)
      .min(1, 'must have at least one tier')
      .max(100, 'must have at most 100 tiers')
      .refine((tiers) => twice(tiers.map(({ tier }) => tier)) === undefined, 'names a tier twice')
      .describe('Its tiers by rank, the lowest first.'),
  })
  .transform((definition): TierSchemeDefinition => definition)
  .describe('What a version of a tier scheme says.');

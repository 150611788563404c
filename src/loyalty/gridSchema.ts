import { z } from 'zod';
import { metricWindowShape } from '../agents/metricWindowSchema.ts';
import { codeSchema, nameSchema, number, signedDecimal } from '../programme/fields.ts';
import type { LoyaltyGridDefinition } from './grid.ts';

const measureSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('METRIC').describe('METRIC: a metric over some months.'), ...metricWindowShape }),
    z.strictObject({
      kind: z
        .literal('MONTHS_OF_SERVICE')
        .describe('MONTHS_OF_SERVICE: the calendar months that have a day on which the agent was active.'),
    }),
  ])
  .describe('By what agents are placed on the axis.');

const bandSchema = z
  .strictObject({
    code: codeSchema.describe('Code of the band, unique on its axis.'),
    name: nameSchema.describe('What its agents are called.'),
    from: signedDecimal('The least value in it; the first band has none and reaches down without end.').optional(),
  })
  .describe('A band: from its value up to the next band.');

const axisSchema = z
  .strictObject({
    measure: measureSchema,
    bands: z
      .array(bandSchema)
      .min(1, 'must have at least one band')
      .max(20, 'must have at most 20 bands')
      .describe('The bands, the lowest first. The first one takes agents without a value too.'),
  })
  .superRefine(({ bands }, context) => {
    const fault = (index: number, field: 'code' | 'from', message: string) =>
      context.addIssue({ code: 'custom', message, path: ['bands', index, field] });
    for (const [index, { code, from }] of bands.entries()) {
      if (bands.findIndex((band) => band.code === code) < index) fault(index, 'code', `${code} is there twice`);
      const below = bands[index - 1];
      if (!below) {
        if (from !== undefined) fault(index, 'from', 'must not be there: the first band reaches down without end');
      } else if (from === undefined) {
        fault(index, 'from', 'is missing: only the first band reaches down without end');
      } else if (below.from !== undefined && number(below.from).gte(number(from))) {
        fault(index, 'from', `must be more than ${below.from}, where the band before begins`);
      }
    }
  });

/** A version of a loyalty grid 忠诚度分类: bands ascend, the first has no lower end, codes are unique on their axis. */
export const loyaltyGridDefinitionSchema = z
  .strictObject({
    channelTypes: z
      .array(codeSchema)
      .refine((codes) => new Set(codes).size === codes.length, 'names a channel type twice')
      .default([])
      .describe('Only agents of these channel types; empty: of any.'),
    loyalty: axisSchema.describe('How loyal an agent is.'),
    contribution: axisSchema.describe('How much it contributes.'),
  })
  .transform((definition): LoyaltyGridDefinition => definition)
  .describe('What a version of a loyalty grid says.');

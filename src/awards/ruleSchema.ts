import { z } from 'zod';
import { metricWindowShape } from '../agents/metricWindowSchema.ts';
import { code, codeSchema, positive, signedDecimal, wholeNumber } from '../programme/fields.ts';
import type { AwardRuleDefinition } from './rule.ts';

const prizeSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('NON_CASH').describe('NON_CASH: something other than money.'),
      text: z
        .string()
        .regex(/^(?=.*\S)[^\p{Cc}\p{Cs}]{1,500}$/u, 'must be a text of 1 to 500 characters on one line')
        .describe('What is given.'),
    }),
    z.strictObject({
      kind: z
        .literal('POOL')
        .describe('POOL: a share of a pool whose weight has the factor METRIC with AWARD_ and the code of the award.'),
      pool: code('The pool.'),
      weights: z
        .array(positive('What a place weighs in the pool.'))
        .min(1, 'must have at least one weight')
        .max(1000, 'must have at most 1000 weights')
        .describe('The weights by place, the first one first; places after the list have its last one.'),
    }),
  ])
  .describe('What winners get.');

/** A version of an award rule 评优: ranks by a metric within groups; a level of regions only where groups are regions. */
export const awardRuleDefinitionSchema = z
  .strictObject({
    channelTypes: z
      .array(codeSchema)
      .refine((codes) => new Set(codes).size === codes.length, 'names a channel type twice')
      .default([])
      .describe('Only agents of these channel types; empty: of any.'),
    measure: z.strictObject(metricWindowShape).describe('What agents are ranked by.'),
    lowestFirst: z.boolean().default(false).describe('Whether the lowest value is the best.'),
    minimum: signedDecimal(
      'The least value (with lowestFirst the greatest) that wins; without it any does.',
    ).optional(),
    per: z
      .enum(['ALL', 'REGION', 'CHANNEL_TYPE', 'REGION_AND_CHANNEL_TYPE'])
      .default('ALL')
      .describe('Among whom agents are ranked: all of them, or those of the same region, channel type or both.'),
    regionLevel: wholeNumber(
      1,
      20,
      'Where agents are ranked by region: by their region of this level, 1 being the roots; without it by their own.',
    ).optional(),
    places: wholeNumber(1, 1000, 'How many places win in each group; who ties with the last of them wins too.'),
    prize: prizeSchema,
  })
  .superRefine(({ per, regionLevel }, context) => {
    if (regionLevel === undefined || per === 'REGION' || per === 'REGION_AND_CHANNEL_TYPE') return;
    const message = 'means something with REGION or REGION_AND_CHANNEL_TYPE only: remove it';
    context.addIssue({ code: 'custom', message, path: ['regionLevel'] });
  })
  .transform((definition): AwardRuleDefinition => definition)
  .describe('What a version of an award rule says.');

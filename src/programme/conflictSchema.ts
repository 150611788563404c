import { z } from 'zod';
import { conflictRuleDefinitionSchema } from '../conflicts/ruleSchema.ts';
import { creditRuleDefinitionSchema } from '../crediting/ruleSchema.ts';
import { registrationPolicyDefinitionSchema } from '../registrations/policySchema.ts';
import { code, codeSchema, currencySchema, date, dateSchema, named, positive } from './fields.ts';
import { versions } from './scorecardSchema.ts';

// What a programme says of channel conflicts: their rules, the CPC matrix, floor prices, shared credits, deal registration.

const validity = {
  validFrom: date('First local day on which it holds.'),
  validTo: dateSchema
    .optional()
    .describe('First local day on which it no longer holds; without it, until the next one of the same begins.'),
};
const endsLater: [(entry: { validFrom: string; validTo?: string | undefined }) => boolean, object] = [
  ({ validFrom, validTo }) => !validTo || validFrom < validTo,
  { message: 'must be after "validFrom"', path: ['validTo'] },
];

export const conflictRulesSchema = z
  .array(named('conflict rule').extend({ versions: versions(conflictRuleDefinitionSchema) }))
  .default([])
  .describe('What conflicts are looked for, where, and what a hit does to the commission meanwhile.');

export const matrixSchema = z
  .array(
    z
      .strictObject({
        channelType: code('The channel type that sells.'),
        category: code('The product category that is sold.'),
        segment: codeSchema
          .optional()
          .describe('The customer segment; without it any segment that has no cell of its own, and sales without one.'),
        allowed: z.boolean().describe('Whether it may.'),
        ...validity,
      })
      .refine(...endsLater),
  )
  .default([])
  .describe('The CPC matrix: which channel type may sell which product category to which customer segment.');

export const priceFloorsSchema = z
  .array(
    z
      .strictObject({
        product: codeSchema.optional().describe('The product.'),
        category: codeSchema.optional().describe('The product category, instead of a product.'),
        region: codeSchema.optional().describe('Only in this region and the regions under it; without it anywhere.'),
        channelType: codeSchema.optional().describe('Only sales of this channel type; without it of any.'),
        currency: currencySchema.describe('The currency of the price; sales in another one are not compared.'),
        price: positive('The lowest price of one unit.'),
        ...validity,
      })
      .refine(({ product, category }) => (product === undefined) !== (category === undefined), {
        message: 'must name a product or a category: exactly one of the two',
      })
      .refine(...endsLater),
  )
  .default([])
  .describe('Floor prices; the most specific one counts: product before category, the deeper region, a channel type.');

export const creditRulesSchema = z
  .array(named('rule of shared credits').extend({ versions: versions(creditRuleDefinitionSchema) }))
  .default([])
  .describe('Who is credited for what several agents did together.');

export const registrationPoliciesSchema = z
  .array(named('registration policy').extend({ versions: versions(registrationPolicyDefinitionSchema) }))
  .default([])
  .describe('How deals are registered, and for how long they are protected.');

import { z } from 'zod';
import { Decimal } from '../money.ts';
import {
  code,
  codeSchema,
  decimal,
  nameSchema,
  number,
  positive,
  signedDecimal,
  wholeNumber,
} from '../programme/fields.ts';
import { missingPolicies, raterGroups, type TemplateDefinition } from './template.ts';

const greatestCap = 150;
const greatestCount = 100;

const stepsSchema = z
  .array(
    z
      .strictObject({
        from: signedDecimal('The value from which on it gives these points.'),
        points: decimal('The points.'),
      })
      .describe('One step.'),
  )
  .min(1, 'must have at least one step')
  .max(greatestCount, `must have at most ${greatestCount} steps`)
  .superRefine((steps, context) => {
    for (const [index, { from }] of steps.entries()) {
      const before = steps[index - 1];
      if (!before || number(before.from).lt(number(from))) continue;
      context.addIssue({ code: 'custom', message: `must be more than ${before.from}`, path: [index, 'from'] });
    }
  })
  .describe('From which value on there are how many points, ascending; below the first there are none.');

const linearSchema = z
  .strictObject({
    kind: z.literal('LINEAR'),
    target: signedDecimal('The value that gives 100, where no target is set.').optional(),
    floor: signedDecimal('The value that gives 0; 0 without it.').optional(),
    floorPercent: decimal('The floor as a percent of the target.').optional(),
  })
  .refine(({ floor, floorPercent }) => floor === undefined || floorPercent === undefined, {
    message: 'cannot stand beside floor',
    path: ['floorPercent'],
  })
  .describe('100·(x − floor)/(target − floor); lower is better where the target is below the floor.');

const ratedSchema = z
  .strictObject({
    kind: z.literal('RATED_360'),
    aspect: code('What is rated; names the rating rounds, one a period.'),
    groups: z
      .array(
        z
          .strictObject({
            group: z.enum(raterGroups).describe('Who rates.'),
            weight: positive('What the group weighs beside the others.'),
            survey: code('A survey whose answers of the period are this group’s ratings.').optional(),
          })
          .describe('One group of raters.'),
      )
      .min(1, 'must name at least one group')
      .refine((groups) => new Set(groups.map(({ group }) => group)).size === groups.length, 'names a group twice')
      .describe('The groups of raters.'),
    minimumRaters: wholeNumber(1, 1000, 'How many raters there must be at least, all groups together.').default(1),
  })
  .describe('The mean of the groups’ means by weight.');

const methodSchema = z
  .discriminatedUnion('kind', [
    linearSchema,
    z
      .strictObject({ kind: z.literal('STEP'), steps: stepsSchema })
      .describe('The points of the highest step that the value reaches.'),
    z
      .strictObject({
        kind: z.literal('RANK'),
        lowestFirst: z.boolean().describe('Whether the lowest value is the best; the highest without it.').optional(),
      })
      .describe('100·(n − r)/(n − 1) among peers, r the average rank of ties.'),
    z.strictObject({ kind: z.literal('PEER_MEAN') }).describe('100·x/mean of the peers.'),
    ratedSchema,
  ])
  .describe('How a value becomes points.');

const itemSchema = z
  .strictObject({
    code: code('Code of the item, unique in the template.'),
    name: nameSchema.describe('What is judged.'),
    metric: code('The metric that is measured; not with RATED_360.').optional(),
    weight: positive('What it weighs of 100.'),
    method: methodSchema,
    cap: decimal('Most points of the item, 1 to 150; 100 without it.')
      .refine((text) => number(text).gte(1) && number(text).lte(greatestCap), `must be from 1 to ${greatestCap}`)
      .default('100'),
    missing: z
      .enum(missingPolicies)
      .describe('Without a value: 0 points, left out with its weight, or no score at all.'),
  })
  .superRefine(({ metric, method, cap }, context) => {
    const isRated = method.kind === 'RATED_360';
    if (isRated === (metric !== undefined)) {
      const message = isRated ? 'cannot be named with RATED_360' : 'must name what is measured';
      context.addIssue({ code: 'custom', message, path: ['metric'] });
    }
    if (method.kind !== 'STEP') return;
    for (const [index, { points }] of method.steps.entries()) {
      if (number(points).lte(number(cap))) continue;
      const message = `must be at most the cap of ${cap}`;
      context.addIssue({ code: 'custom', message, path: ['method', 'steps', index, 'points'] });
    }
  })
  .describe('One weighted item.');

const pointsRuleSchema = z
  .strictObject({
    code: code('Code of the rule, unique in the template.'),
    name: nameSchema.describe('What it is for.'),
    metric: code('The metric it looks at.'),
    maximum: positive('Most points.'),
    perUnit: positive('Points for each unit of the metric.').optional(),
    steps: stepsSchema.optional(),
  })
  .refine(({ perUnit, steps }) => (perUnit === undefined) !== (steps === undefined), {
    message: 'must be given, or else steps: exactly one of the two',
    path: ['perUnit'],
  })
  .describe('Points beside the weighted items.');

const vetoSchema = z
  .strictObject({
    code: code('Code of the veto, unique in the template.'),
    name: nameSchema.describe('What it is for.'),
    metric: code('The metric it looks at.'),
    atLeast: signedDecimal('It is triggered by this value or a greater one.').optional(),
    atMost: signedDecimal('It is triggered by this value or a lesser one.').optional(),
    cap: decimal('The total is at most this.'),
  })
  .refine(({ atLeast, atMost }) => atLeast !== undefined || atMost !== undefined, {
    message: 'must be given, or else atMost',
    path: ['atLeast'],
  })
  .describe('A veto: when triggered, it caps the total.');

const listOf = <Schema extends z.ZodType>(schema: Schema, description: string) =>
  z.array(schema).max(greatestCount, `must have at most ${greatestCount} entries`).default([]).describe(description);

/** What a version of a scorecard template says (DOMAIN.md §5): item weights total exactly 100, by exact arithmetic. */
export const templateDefinitionSchema = z
  .strictObject({
    items: z
      .array(itemSchema)
      .min(1, 'must have at least one item')
      .max(greatestCount, `must have at most ${greatestCount} items`)
      .describe('What is judged; the weights total exactly 100.'),
    bonuses: listOf(pointsRuleSchema, 'Points that are added.'),
    deductions: listOf(pointsRuleSchema, 'Points that are taken away.'),
    vetoes: listOf(vetoSchema, 'What caps the total.'),
    maximum: positive('The highest total; 100 without it.').default('100'),
  })
  .superRefine((definition, context) => {
    const seen = new Set<string>();
    for (const list of ['items', 'bonuses', 'deductions', 'vetoes'] as const) {
      for (const [index, entry] of definition[list].entries()) {
        if (seen.has(entry.code)) {
          context.addIssue({ code: 'custom', message: `${entry.code} is there twice`, path: [list, index, 'code'] });
        }
        seen.add(entry.code);
      }
    }
    const total = definition.items.reduce((sum, { weight }) => sum.plus(number(weight)), new Decimal(0));
    if (total.eq(100)) return;
    const message = `weights must total exactly 100, they total ${total.toFixed()}`;
    context.addIssue({ code: 'custom', message, path: ['items'] });
  })
  .transform((definition): TemplateDefinition => definition)
  .describe('What a version of a scorecard template says.');

/** A template's own fields: code, name and whom it is for. */
export const templateScopeSchema = z.strictObject({
  code: codeSchema,
  name: nameSchema,
  channelType: codeSchema.nullish(),
  tier: codeSchema.nullish(),
});

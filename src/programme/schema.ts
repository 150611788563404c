import { z } from 'zod';
import { rateBases } from '../commissions/definitions.ts';
import { canonicalDecimal, minorUnitDigits, parseDecimal, roundingModes } from '../money.ts';
import { isDate, isTimeZone } from '../period.ts';
import { salesEventType } from '../sales/eventTypes.ts';

// The programme document (DOMAIN.md §11): what each entry may hold, on its own. What entries mean together (references,
// circles, overlaps, ties, what is published already) is checked against the database in the check*.ts files.

/** Agents that declare no `since` hold their single-valued facts from this date on. */
const defaultSince = '2000-01-01';

const codeSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
    'must be a code: 1 to 64 letters, digits, "-" or "_", beginning with a letter or digit',
  )
  .meta({ id: 'Code', description: 'A code: the key by which everything else refers to this entry.' });

// Neither control characters nor halves of a surrogate pair can be stored as text.
const nameSchema = z
  .string()
  .regex(/^(?=.*\S)[^\p{Cc}\p{Cs}]{1,200}$/u, 'must be a text of 1 to 200 characters on one line')
  .meta({ id: 'Name', description: 'A name for people, in any language.' });

const dateSchema = z
  .string()
  .refine(
    (text) => isDate(text) && text >= '1900-01-01',
    'must be a real calendar date YYYY-MM-DD, not before 1900-01-01',
  )
  .meta({ id: 'LocalDate', format: 'date', description: "A local date YYYY-MM-DD in the operator's time zone." });

const decimalSchema = z
  .string()
  .refine(
    (text) => parseDecimal(text) !== undefined && !text.startsWith('-'),
    'must be a plain decimal number that is not negative: at most 20 digits before and 18 after the point',
  )
  .meta({
    id: 'Decimal',
    description: 'An exact number, not negative; written as a number or in quotes, never rounded.',
  });

const currencySchema = z
  .string()
  .refine((text) => Object.hasOwn(minorUnitDigits, text), 'must be an ISO 4217 currency code such as CNY')
  .meta({ id: 'Currency', pattern: '^[A-Z]{3}$', description: 'An ISO 4217 currency code.' });

const eventTypesSchema = z
  .array(z.enum(salesEventType.enumValues))
  .min(1, 'must name at least one event type')
  .refine((types) => new Set(types).size === types.length, 'names an event type twice')
  .meta({ id: 'EventTypes', uniqueItems: true, description: 'Types of sales events.' });

const decimal = (description: string) => decimalSchema.transform(canonicalDecimal).describe(description);
const code = (description: string) => codeSchema.describe(description);
const date = (description: string) => dateSchema.describe(description);

/** A whole number; YAML gives it as text, GraphQL as a number. */
const wholeNumber = (minimum: number, maximum: number, description: string) =>
  z
    .preprocess(
      (value) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value),
      z
        .int(`must be a whole number from ${minimum} to ${maximum}`)
        .min(minimum, `must be at least ${minimum}`)
        .max(maximum, `must be at most ${maximum}`),
    )
    .describe(description);

const from = date('First local date on which it holds.');
const to = dateSchema
  .nullish()
  .describe('First local date on which it no longer holds: [from, to). Without it, it has no end.');
type Dated = { readonly from: string; readonly to?: string | null };
const endsAfterStart: [(entry: Dated) => boolean, { message: string; path: string[] }] = [
  (entry) => !entry.to || entry.from < entry.to,
  { message: 'must be after "from"', path: ['to'] },
];

const operatorSchema = z
  .strictObject({
    code: code('Code of the operator.'),
    name: nameSchema.describe('Name of the operator.'),
    timeZone: z
      .string()
      .refine(isTimeZone, 'must be an IANA time zone such as Asia/Shanghai')
      .describe('IANA time zone in which days and periods begin. Fixed once there are sales events.'),
    currency: currencySchema.describe('Currency of the operator. Fixed once there are sales events.'),
  })
  .describe('The company that pays commission.');

const named = (what: string) =>
  z.strictObject({ code: code(`Code of the ${what}.`), name: nameSchema.describe(`Name of the ${what}.`) });

const regionSchema = named('region').extend({
  parent: codeSchema.nullish().describe('The region it lies in. null makes it a root; without it, it stays as it is.'),
});

const productSchema = named('product').extend({
  category: codeSchema.nullish().describe('Its product category. null removes it; without it, it stays as it is.'),
});

const campaignSchema = named('campaign')
  .extend({
    startsOn: date('First local date of the campaign.'),
    endsOn: dateSchema.nullish().describe('First local date after it. null: no end; without it, it stays as it is.'),
  })
  .refine((campaign) => !campaign.endsOn || campaign.startsOn < campaign.endsOn, {
    message: 'must be after "startsOn"',
    path: ['endsOn'],
  });

const tierSchema = named('tier').extend({
  rank: wholeNumber(0, 32_767, 'Its place among the tiers: the higher the better.'),
  multiplier: decimal('What commission is multiplied by where a component says multiplyBy: [TIER].'),
});

const ruleSchema = z
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

const componentSchema = z
  .strictObject({
    code: code('Code of the component, the same in every version of the plan.'),
    name: nameSchema.describe('Name of the component.'),
    kind: z.literal('RATE').describe('RATE: pays per credit of a sales event.'),
    events: eventTypesSchema.describe('The event types it reads.'),
    base: z.enum(rateBases).default('AMOUNT').describe('What percent applies to. MARGIN is amount − cost · quantity.'),
    multiplyBy: z
      .array(z.enum(['TIER']))
      .default([])
      .describe('TIER: times the multiplier of the agent’s tier.'),
    rules: z
      .array(ruleSchema)
      .min(1, 'must have at least one rule')
      .describe('Its rules; the most specific matching one wins, whatever their order.'),
  })
  .superRefine((component, context) => {
    for (const [index, rule] of component.rules.entries()) {
      if (!rule.event || component.events.includes(rule.event)) continue;
      context.addIssue({
        code: 'custom',
        message: `the component does not read ${rule.event} events`,
        path: ['rules', index, 'event'],
      });
    }
  });

const versionShape = {
  from,
  to,
  currency: currencySchema.describe('The currency it pays in.'),
  rounding: z.enum(roundingModes).default('HALF_UP').describe('How amounts are rounded to the minor unit, once.'),
};

const planSchema = named('plan').extend({
  versions: z
    .array(
      z
        .strictObject({
          ...versionShape,
          components: z.array(componentSchema).min(1, 'must have at least one component').describe('In plan order.'),
        })
        .refine(...endsAfterStart),
    )
    .default([])
    .describe(
      'Its versions. A published version is never altered: declare another one for later dates, it supersedes.',
    ),
});

const fundSchema = z.union([
  z.strictObject({ fixed: decimal('The same amount of money every period.') }),
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
    z.strictObject({ factor: z.literal('TIER_MULTIPLIER').describe('The multiplier of the agent’s tier.') }),
  ],
  { error: 'expected one of "UNITS"|"VOLUME"|"TIER_MULTIPLIER"' },
);

const poolVersionSchema = z
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
    reservePercent: decimal('Percent of the fund that is held back.')
      .refine((percent) => number(percent).lte(100), 'must be at most 100')
      .default('0'),
    weight: z
      .array(weightSchema)
      .min(1, 'must name at least one factor')
      .describe('Factors whose product is the weight.'),
    remainder: z
      .enum(['CARRY_OVER', 'RETURN', 'KEEP'])
      .describe('What happens to money nobody gets: into the next period’s pool, back to the budget, or kept.'),
    channelTypes: z.array(codeSchema).default([]).describe('Only agents of these channel types; empty: of any.'),
  })
  .refine(...endsAfterStart)
  .refine((pool) => !pool.threshold || 'percent' in pool.fund, {
    message: 'a fixed fund has no eligible base that could reach a threshold',
    path: ['threshold'],
  })
  .refine((pool) => !pool.minimum || !pool.maximum || number(pool.minimum).lte(pool.maximum), {
    message: 'must not be more than maximum',
    path: ['minimum'],
  });

const poolSchema = named('pool').extend({
  versions: z
    .array(poolVersionSchema)
    .default([])
    .describe(
      'Its versions. A published version is never altered: declare another one for later dates, it supersedes.',
    ),
});

const factEnd = dateSchema
  .nullish()
  .describe('First local date on which it no longer holds; without it, until the next entry begins.');
const oneOrHistory = (what: string) =>
  `The ${what}: one value from "since" on, or its whole history as a dated list; without it, it stays as it is.`;
const statusSchema = z.enum(['ACTIVE', 'SUSPENDED', 'TERMINATED']);

const inlineAgreementSchema = z
  .strictObject({
    code: codeSchema.optional().describe('Code of the agreement; without it AGENT-PLAN-FROM.'),
    plan: code('The commission plan it binds the agent to.'),
    from,
    to,
  })
  .refine(...endsAfterStart);

const agentSchema = named('agent').extend({
  channelType: code('Its channel type.'),
  since: dateSchema
    .default(defaultSince)
    .describe('From when on tier, region, parent and status hold where they are given as one value.'),
  status: z
    .union([
      statusSchema,
      z.array(
        z.strictObject({ status: statusSchema.describe('The status.'), from, to: factEnd }).refine(...endsAfterStart),
      ),
    ])
    .optional()
    .describe(`${oneOrHistory('status')} A new agent without it is ACTIVE.`),
  tier: z
    .union([
      codeSchema,
      z.array(z.strictObject({ tier: code('The tier.'), from, to: factEnd }).refine(...endsAfterStart)),
    ])
    .optional()
    .describe(oneOrHistory('tier')),
  region: z
    .union([
      codeSchema,
      z.array(z.strictObject({ region: code('The region.'), from, to: factEnd }).refine(...endsAfterStart)),
    ])
    .optional()
    .describe(oneOrHistory('region the agent sells in')),
  parent: z
    .union([
      codeSchema,
      z.array(z.strictObject({ parent: code('The agent above it.'), from, to: factEnd }).refine(...endsAfterStart)),
    ])
    .optional()
    .describe(oneOrHistory('agent above it')),
  agreements: z.array(inlineAgreementSchema).default([]).describe('Its agreements, one at most on any day.'),
});

const agreementSchema = z
  .strictObject({
    code: codeSchema.optional().describe('Code of the agreement; without it AGENT-PLAN-FROM.'),
    agent: code('The agent it binds.'),
    plan: code('The commission plan it binds the agent to.'),
    from,
    to,
  })
  .refine(...endsAfterStart);

export const programmeSchema = z
  .strictObject({
    operator: operatorSchema.optional(),
    regions: z.array(regionSchema).default([]).describe('The tree of regions.'),
    channelTypes: z.array(named('channel type')).default([]).describe('Kinds of sales channels.'),
    productCategories: z.array(named('product category')).default([]).describe('Groups of products.'),
    products: z.array(productSchema).default([]).describe('What is sold.'),
    segments: z.array(named('segment')).default([]).describe('Customer segments.'),
    campaigns: z.array(campaignSchema).default([]).describe('Campaigns with their dates.'),
    tiers: z.array(tierSchema).default([]).describe('Grades of agents.'),
    plans: z.array(planSchema).default([]).describe('Commission plans.'),
    pools: z.array(poolSchema).default([]).describe('Commission pools.'),
    agents: z.array(agentSchema).default([]).describe('Partners that sell.'),
    agreements: z.array(agreementSchema).default([]).describe('Dated contracts that bind agents to plans.'),
  })
  .describe('A Tributary programme. Every section is optional; what is left out stays as it is, nothing is deleted.');

export type Programme = z.output<typeof programmeSchema>;
/** What a caller may hand to parseProgramme: defaults left out, decimals as text. */
export type ProgrammeInput = z.input<typeof programmeSchema>;
export type ProgrammeAgent = Programme['agents'][number];
type ProgrammePlan = Programme['plans'][number];
export type ProgrammePlanVersion = ProgrammePlan['versions'][number];
export type ProgrammeComponent = ProgrammePlanVersion['components'][number];
export type ProgrammeRule = ProgrammeComponent['rules'][number];
type ProgrammePool = Programme['pools'][number];
export type ProgrammePoolVersion = ProgrammePool['versions'][number];

/** The JSON Schema (draft 2020-12) of a programme file, for editors: programme.schema.json. */
export function programmeJsonSchema(): object {
  return z.toJSONSchema(programmeSchema, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema !== decimalSchema) return;
      Object.assign(jsonSchema, { type: ['number', 'string'], minimum: 0, pattern: '^\\d{1,20}(\\.\\d{1,18})?$' });
    },
  });
}

function number(text: string) {
  const parsed = parseDecimal(text);
  if (!parsed) throw new Error(`${text} is no decimal`);
  return parsed;
}

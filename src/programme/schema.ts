import { z } from 'zod';
import { isTimeZone } from '../period.ts';
import { componentSchema, type ruleSchema } from './componentSchema.ts';
import {
  conflictRulesSchema,
  creditRulesSchema,
  matrixSchema,
  priceFloorsSchema,
  registrationPoliciesSchema,
} from './conflictSchema.ts';
import {
  code,
  codeSchema,
  currencySchema,
  date,
  dateSchema,
  decimal,
  decimalSchema,
  endsAfterStart,
  from,
  named,
  nameSchema,
  percentOfWhole,
  positive,
  signedDecimal,
  signedDecimalSchema,
  to,
  versionShape,
  wholeNumber,
} from './fields.ts';
import {
  channelCapacitySchema,
  coursesSchema,
  screeningFormsSchema,
  surveysSchema,
  territoriesSchema,
} from './partnerSchema.ts';
import { poolVersionSchema } from './poolSchema.ts';
import {
  awardRulesSchema,
  loyaltyGridsSchema,
  metricsSchema,
  scoreTargetsSchema,
  scoreTemplatesSchema,
  tierSchemesSchema,
} from './scorecardSchema.ts';
import { settlementPolicySchema } from './settlementSchema.ts';

// The programme document (DOMAIN.md §11): what each entry may hold, on its own. What entries mean together (references,
// circles, overlaps, ties, what is published already) is checked against the database in the check*.ts files.

/** Agents that declare no `since` hold their single-valued facts from this date on. */
const defaultSince = '2000-01-01';

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

const planSchema = named('plan').extend({
  versions: z
    .array(
      z
        .strictObject({
          ...versionShape,
          corrects: z
            .boolean()
            .optional()
            .describe(
              'true: a correction. It may begin before published versions and reach into approved periods, and supersedes them for its dates once two people other than who proposed it have approved it.',
            ),
          components: z.array(componentSchema).min(1, 'must have at least one component').describe('In plan order.'),
        })
        .refine(...endsAfterStart),
    )
    .default([])
    .describe(
      'Its versions. A published version is never altered: declare another one for later dates, it supersedes; or a correction.',
    ),
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

const agreementTerms = {
  totalCap: decimal('Most commission of a period, over all components, pools last.').optional(),
  minimumPayout: decimal('Less than this is not paid out but carried forward.').optional(),
  taxPercent: percentOfWhole('Percent of what is payable that is withheld as tax.').optional(),
  trailing: z
    .enum(['CONTINUE', 'STOP'])
    .optional()
    .describe(
      'Whether RESIDUAL goes on being paid after termination while the agreement is in force; STOP without it.',
    ),
  vatPercent: percentOfWhole('Percent of value-added tax on the agent’s invoices; none without it.').optional(),
  vatIncluded: z
    .boolean()
    .optional()
    .describe('Whether what is payable contains value-added tax; without it, it is paid on top.'),
  invoiceRequired: z.boolean().optional().describe('Whether an accepted invoice is needed before payment.'),
  depositTarget: decimal('The deposit to be kept, in the plan’s currency.').optional(),
  depositPercent: percentOfWhole('Percent of each payment that goes into the deposit until it is full.').optional(),
};

const inlineAgreementSchema = z
  .strictObject({
    code: codeSchema.optional().describe('Code of the agreement; without it AGENT-PLAN-FROM.'),
    plan: code('The commission plan it binds the agent to.'),
    from,
    to,
    ...agreementTerms,
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
  territories: territoriesSchema,
});

const agreementSchema = z
  .strictObject({
    code: codeSchema.optional().describe('Code of the agreement; without it AGENT-PLAN-FROM.'),
    agent: code('The agent it binds.'),
    plan: code('The commission plan it binds the agent to.'),
    from,
    to,
    ...agreementTerms,
  })
  .refine(...endsAfterStart);

const exchangeRateSchema = z
  .strictObject({
    currency: currencySchema.describe('The currency that is converted.'),
    into: currencySchema.describe('The currency it is converted into.'),
    from,
    to: dateSchema
      .nullish()
      .describe('First local date on which it no longer holds; without it, until the next rate of the pair begins.'),
    rate: positive('Units of "into" for one unit of "currency".'),
  })
  .refine(...endsAfterStart);

const metricValueSchema = z.strictObject({
  agent: code('The agent.'),
  metric: code('The metric: SCORE is the agent’s score; others are targets or what conditions name.'),
  period: z
    .string()
    .regex(/^(?!0000)\d{4}(-(0[1-9]|1[0-2])|-Q[1-4])?$/, 'must be a month, quarter or year: 2026-10, 2026-Q4 or 2026')
    .describe('The month (2026-10), calendar quarter (2026-Q4) or year (2026) it is for.'),
  value: signedDecimal('The value.'),
});

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
    screeningForms: screeningFormsSchema,
    courses: coursesSchema,
    channelCapacity: channelCapacitySchema,
    surveys: surveysSchema,
    metrics: metricsSchema,
    scoreTemplates: scoreTemplatesSchema,
    scoreTargets: scoreTargetsSchema,
    tierSchemes: tierSchemesSchema,
    loyaltyGrids: loyaltyGridsSchema,
    awardRules: awardRulesSchema,
    conflictRules: conflictRulesSchema,
    matrix: matrixSchema,
    priceFloors: priceFloorsSchema,
    creditRules: creditRulesSchema,
    registrationPolicies: registrationPoliciesSchema,
    settlementPolicy: settlementPolicySchema,
    exchangeRates: z
      .array(exchangeRateSchema)
      .default([])
      .describe('Dated rates for sales in another currency than the plan’s. No inverse and no cross rate is made.'),
    metricValues: z
      .array(metricValueSchema)
      .default([])
      .describe('Figures of agents for periods: scores, targets, what conditions look at.'),
  })
  .describe('A Tributary programme. Every section is optional; what is left out stays as it is, nothing is deleted.');

export type Programme = z.output<typeof programmeSchema>;
/** What a caller may hand to parseProgramme: defaults left out, decimals as text. */
export type ProgrammeInput = z.input<typeof programmeSchema>;
export type ProgrammeAgent = Programme['agents'][number];
type ProgrammePlan = Programme['plans'][number];
export type ProgrammePlanVersion = ProgrammePlan['versions'][number];
export type ProgrammeComponent = ProgrammePlanVersion['components'][number];
/** The components that pay by rules. */
export type ProgrammeRateComponent = Extract<ProgrammeComponent, { readonly rules: unknown }>;
export type ProgrammeRule = z.output<typeof ruleSchema>;
type ProgrammePool = Programme['pools'][number];
export type ProgrammePoolVersion = ProgrammePool['versions'][number];

/** The JSON Schema (draft 2020-12) of a programme file, for editors: programme.schema.json. */
export function programmeJsonSchema(): object {
  return z.toJSONSchema(programmeSchema, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === decimalSchema) {
        Object.assign(jsonSchema, { type: ['number', 'string'], minimum: 0, pattern: '^\\d{1,20}(\\.\\d{1,18})?$' });
      } else if (zodSchema === signedDecimalSchema) {
        Object.assign(jsonSchema, { type: ['number', 'string'], pattern: '^-?\\d{1,20}(\\.\\d{1,18})?$' });
      }
      // What tells forms apart is described by what the form is.
      for (const property of Object.values(jsonSchema.properties ?? {})) {
        if (typeof property !== 'object' || property.const === undefined || property.description) continue;
        property.description = [String(property.const), jsonSchema.description].filter(Boolean).join(': ');
      }
      const [first, second] = jsonSchema.anyOf ?? [];
      // What may be null is described where it is not.
      if (second?.type === 'null' && first?.description && !jsonSchema.description) {
        jsonSchema.description = first.description;
      }
    },
  });
}

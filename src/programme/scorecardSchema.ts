import { z } from 'zod';
import { awardRuleDefinitionSchema } from '../awards/ruleSchema.ts';
import { loyaltyGridDefinitionSchema } from '../loyalty/gridSchema.ts';
import { metricDefinitionSchema } from '../scorecards/metricSchema.ts';
import { templateDefinitionSchema } from '../scorecards/templateSchema.ts';
import { tierSchemeDefinitionSchema } from '../tiers/schemeSchema.ts';

import { code, codeSchema, date, dateSchema, named, signedDecimal } from './fields.ts';

// What a programme says of how agents are judged: metrics, scorecard templates and targets, tier schemes, loyalty grids, awards. What a
// definition may hold is said where it is used; here it only gets its code, its name and its days.

/** The versions of a definition, by their first days. */
export const versions = <Definition extends z.ZodType>(definition: Definition) =>
  z
    .array(
      z.strictObject({
        validFrom: date('First local day on which it is in force; until a later version is.'),
        definition,
      }),
    )
    .min(1, 'must have at least one version')
    .describe('Its versions. A published version is never altered: declare another one that begins later.');

export const metricsSchema = z
  .array(metricDefinitionSchema)
  .default([])
  .describe('The catalogue of metrics: what is computed from sales, and what is imported.');

export const scoreTemplatesSchema = z
  .array(
    named('scorecard template').extend({
      channelType: codeSchema.optional().describe('Only agents of this channel type; a template keeps it.'),
      tier: codeSchema.optional().describe('Only agents of this tier; a template keeps it.'),
      versions: versions(templateDefinitionSchema),
    }),
  )
  .default([])
  .describe(
    'Scorecards by which agents are scored. The most specific one counts: channel type and tier, channel type, tier, neither.',
  );

export const scoreTargetsSchema = z
  .array(
    z
      .strictObject({
        metric: code('The metric, of the catalogue or SURVEY_ and the code of a survey.'),
        agent: codeSchema.optional().describe('The agent it is for.'),
        region: codeSchema.optional().describe('The region whose agents it is for.'),
        channelType: codeSchema.optional().describe('The channel type whose agents it is for.'),
        validFrom: date('First local day on which it holds.'),
        validTo: dateSchema
          .optional()
          .describe(
            'First local day on which it no longer holds; without it, until the next target of the same begins.',
          ),
        value: signedDecimal('What is to be reached.'),
      })
      .refine(({ agent, region, channelType }) => [agent, region, channelType].filter(Boolean).length === 1, {
        message: 'must name an agent, a region or a channel type: exactly one of the three',
      })
      .refine(({ validFrom, validTo }) => !validTo || validFrom < validTo, {
        message: 'must be after "validFrom"',
        path: ['validTo'],
      }),
  )
  .default([])
  .describe(
    'What agents are to reach: the target of the agent counts, else of the nearest region, else of the channel type.',
  );

export const tierSchemesSchema = z
  .array(named('tier scheme').extend({ versions: versions(tierSchemeDefinitionSchema) }))
  .default([])
  .describe('How agents move between tiers.');

export const loyaltyGridsSchema = z
  .array(named('loyalty grid').extend({ versions: versions(loyaltyGridDefinitionSchema) }))
  .default([])
  .describe('Grids of loyalty and contribution on which agents are placed.');

export const awardRulesSchema = z
  .array(named('award').extend({ versions: versions(awardRuleDefinitionSchema) }))
  .default([])
  .describe('Awards that are given by period.');

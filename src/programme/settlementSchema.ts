import { z } from 'zod';
import { settlementIdentity } from '../settlement/policies.ts';
import { settlementPolicyDefinitionSchema } from '../settlement/policySchema.ts';
import { versions } from './scorecardSchema.ts';

/** How statements are settled: an operator has one policy. Out: a list of none or one, with its code, as other sections are. */
export const settlementPolicySchema = z
  .strictObject({ versions: versions(settlementPolicyDefinitionSchema) })
  .describe('How statements are settled with agents and with the books; an operator has one such policy.')
  .optional()
  .transform((policy) => (policy ? [{ ...settlementIdentity, ...policy }] : []));

import { z } from 'zod';
import { codeList } from '../conflicts/ruleSchema.ts';
import { wholeNumber } from '../programme/fields.ts';
import type { RegistrationPolicyDefinition } from './policy.ts';

/**
 * A version of a policy of deal registration 报备 (DOMAIN.md §8). In: JSON or YAML. Out: the definition with its defaults, lists sorted.
 * Extensions have days where there may be any.
 */
export const registrationPolicyDefinitionSchema = z
  .strictObject({
    channelTypes: codeList('Only deals of agents of these channel types; empty: of any.'),
    categories: codeList('Only deals of these product categories; empty: of any, or of none.'),
    protectionDays: wholeNumber(
      1,
      3660,
      'For how many days a deal is protected: until local midnight of its day + n days.',
    ),
    extensionDays: wholeNumber(0, 3660, 'By how many days one extension lengthens that; 0 without it.').default(0),
    maximumExtensions: wholeNumber(0, 100, 'How often a deal may be extended; 0 without it.').default(0),
    mode: z
      .enum(['FIRST_COME', 'JUDGEMENT'])
      .describe('FIRST_COME: protected at once where nobody else is. JUDGEMENT: staff decides about each.'),
    clash: z
      .enum(['REFUSE', 'QUEUE'])
      .describe('What becomes of one that clashes with another agent’s protected deal: it is refused, or it waits.'),
  })
  .superRefine(({ extensionDays, maximumExtensions }, context) => {
    if (maximumExtensions === 0 || extensionDays > 0) return;
    const message = 'must be at least 1 where a deal may be extended';
    context.addIssue({ code: 'custom', message, path: ['extensionDays'] });
  })
  .transform((definition): RegistrationPolicyDefinition => definition)
  .describe('What a version of a registration policy says.');

import { z } from 'zod';
import { codeList, eventList } from '../conflicts/ruleSchema.ts';
import { Decimal } from '../money.ts';
import { percentOfWhole, wholeNumber } from '../programme/fields.ts';
import { neverEarningTypes } from '../sales/eventTypes.ts';
import type { CreditRuleDefinition } from './rule.ts';

const shareSchema = z
  .strictObject({
    role: z
      .string()
      .regex(/^[A-Z][A-Z_]{0,31}$/, 'must be a role: capital letters and "_", at most 32')
      .describe('The role, as events name it: LEAD, SALE, FULFILMENT …; of a registration REGISTRANT or SELLER.'),
    percent: percentOfWhole('The part of the role.').refine((percent) => percent !== '0', 'must be more than 0'),
    channelTypes: codeList('Of which channel types whoever has the role must be; empty: of any.'),
  })
  .describe('The part of one role.');

/**
 * A version of a rule of shared credits 业绩融合 (DOMAIN.md §8). In: JSON or YAML, decimals as text. Out: the definition with its defaults.
 * Percents total exactly 100, each role stands once; CREDITS names two roles or more, REGISTRATION the REGISTRANT and,
 * unless it gets everything, the SELLER.
 */
export const creditRuleDefinitionSchema = z
  .strictObject({
    events: eventList(neverEarningTypes, 'The types of sales events whose credits it divides.'),
    categories: codeList('Only sales of products of these categories; empty: of any product.'),
    regions: codeList('Only sales in these regions and the regions under them; empty: anywhere.'),
    source: z
      .enum(['CREDITS', 'REGISTRATION'])
      .describe(
        'CREDITS: the event came with exactly these roles, one agent each. REGISTRATION: another agent’s registered deal protected the customer.',
      ),
    shares: z
      .array(shareSchema)
      .min(1, 'must have at least one share')
      .max(20, 'must have at most 20 shares')
      .describe('The parts of the roles; the percents total exactly 100.'),
    priority: wholeNumber(
      1,
      1_000_000,
      'Of several rules that fit, the one with the lowest counts; no two rules in force have the same.',
    ),
    enabled: z.boolean().default(true).describe('false: from this day on the rule credits nobody any more.'),
  })
  .superRefine(({ source, shares }, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message, path: ['shares'] });
    const total = shares.reduce((sum, { percent }) => sum.plus(percent), new Decimal(0));
    if (!total.eq(100)) refuse(`must total exactly 100 percent, not ${total.toFixed()}`);
    const roles = shares.map(({ role }) => role);
    const doubled = roles.find((role, index) => roles.indexOf(role) < index);
    if (doubled !== undefined) refuse(`names the role ${doubled} twice`);
    if (source === 'CREDITS' && roles.length < 2) refuse('must name at least two roles that share');
    if (source === 'CREDITS') return;
    const strange = roles.find((role) => role !== 'REGISTRANT' && role !== 'SELLER');
    if (strange !== undefined) refuse(`of a REGISTRATION are of REGISTRANT and SELLER, not of ${strange}`);
    if (!roles.includes('REGISTRANT')) refuse('of a REGISTRATION must name the REGISTRANT');
  })
  .transform((definition): CreditRuleDefinition => definition)
  .describe('What a version of a rule of shared credits says.');

import { z } from 'zod';
import { Decimal } from '../../money.ts';
import { codeSchema, currencySchema, decimal, positive } from '../../programme/fields.ts';

// What can be decided about a case (DOMAIN.md §8), as data: what a mutation takes, and what a proposal to a committee keeps.

/** How a decision credits a case's events. */
export const decisionCredits = ['KEEP', 'AWARD', 'SPLIT', 'VOID'] as const;
export type DecisionCredits = (typeof decisionCredits)[number];

const who = {
  agentCode: codeSchema.optional().describe('The agent (code).'),
  side: z.enum(['ACCUSED', 'CLAIMANT']).optional().describe('Instead of a code: the one agent of this side.'),
};
const namesOne: [
  (entry: { readonly agentCode?: string | undefined; readonly side?: string | undefined }) => boolean,
  string,
] = [
  ({ agentCode, side }) => (agentCode === undefined) !== (side === undefined),
  'names an agent by its code or by its side: one of the two',
];

const shareSchema = z
  .strictObject({
    ...who,
    role: z
      .string()
      .regex(/^[A-Z][A-Z_]{0,31}$/, 'must be a role: capital letters and _, at most 32')
      .default('SELLER')
      .describe('As what it is credited.'),
    percent: decimal('Its part; all parts total exactly 100.')
      .refine((percent) => new Decimal(percent).decimalPlaces() <= 16, 'has at most 16 decimals')
      .refine((percent) => new Decimal(percent).gt(0), 'must be more than 0')
      .optional(),
  })
  .refine(...namesOne);

const penaltySchema = z
  .strictObject({ ...who, amount: positive('What is taken from it.'), currency: currencySchema })
  .refine(...namesOne);

const keySchema = z.string().min(1, 'is missing').max(200, 'has at most 200 characters');

/** A decision about the credits and money of a case; nothing in it depends on the case yet. */
export const decisionSchema = z
  .strictObject({
    credits: z.enum(decisionCredits),
    shares: z.array(shareSchema).max(100, 'has at most 100 entries').default([]),
    keptEvent: z.strictObject({ source: keySchema, externalId: keySchema }).optional(),
    penalties: z.array(penaltySchema).max(100, 'has at most 100 entries').default([]),
    priceDifference: z.boolean().default(false),
    reason: z.string().trim().min(1, 'says why: the parties read it').max(2000, 'has at most 2,000 characters'),
  })
  .superRefine(({ credits, shares, keptEvent }, context) => {
    const divides = credits === 'AWARD' || credits === 'SPLIT';
    const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (!divides && shares.length > 0) fault('shares', `has no meaning with ${credits}: remove it`);
    if (!divides && keptEvent) fault('keptEvent', `has no meaning with ${credits}: remove it`);
    if (credits === 'AWARD' && shares.length !== 1) fault('shares', 'names the one agent that is credited');
    if (credits === 'SPLIT' && shares.length < 2) fault('shares', 'names at least two agents or roles');
    if (divides && !totals100(credits, shares)) fault('shares', 'must total exactly 100 percent');
  });

/** As whoever decides gives it. */
export type DecisionInput = z.input<typeof decisionSchema>;
export type DecisionContent = z.output<typeof decisionSchema>;
/** An agent by its code or by its side in the case. */
export type Named = { readonly agentCode?: string | undefined; readonly side?: 'ACCUSED' | 'CLAIMANT' | undefined };

function totals100(credits: 'AWARD' | 'SPLIT', shares: readonly { readonly percent?: string | undefined }[]): boolean {
  const whole = credits === 'AWARD' ? '100' : '0';
  const total = shares.reduce((sum, { percent }) => sum.plus(percent ?? whole), new Decimal(0));
  return total.eq(100);
}

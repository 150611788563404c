import { z } from 'zod';
import { type Period, parsePeriod } from '../period.ts';
import { code, decimal, wholeNumber } from '../programme/fields.ts';

const mostOutcomes = 10;

const periodSchema = z.string().transform((text, context): Period => {
  const period = parsePeriod(text);
  if (period) return period;
  context.addIssue({ code: 'custom', message: 'must be a month, as in 2026-10' });
  return z.NEVER;
});

/** What a review of a scorecard template looks at. */
export const reviewSchema = z
  .strictObject({
    template: code('The template.'),
    from: periodSchema,
    to: periodSchema,
    outcomes: z
      .array(z.strictObject({ metric: code('A metric.'), lagMonths: wholeNumber(0, 36, 'So many months later.') }))
      .max(mostOutcomes, `must be at most ${mostOutcomes}`)
      .default([]),
    weights: z
      .array(z.strictObject({ item: code('An item.'), weight: decimal('What it would weigh.') }))
      .refine((weights) => new Set(weights.map(({ item }) => item)).size === weights.length, 'names an item twice')
      .optional(),
    scheme: code('A tier scheme.').optional(),
  })
  .refine(({ from, to }) => from <= to, { message: 'must not be before "from"', path: ['to'] })
  .refine(({ scheme, weights }) => !scheme || weights, {
    message: 'needs other weights to compare with',
    path: ['scheme'],
  });

export type ReviewInput = z.input<typeof reviewSchema>;

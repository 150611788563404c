import { z } from 'zod';
import { code, date, named } from '../programme/fields.ts';

// What a rating round may say, on its own.

/** The metric that the ratings of an aspect become. */
export const metricOfAspect = (aspect: string) => `RATING_${aspect}`;

/** A rating round, whole. */
export const ratingRoundSchema = named('rating round')
  .extend({
    aspect: code('What is rated; items of scorecards with the method RATED_360 name it.'),
    period: z
      .string()
      .regex(/^(?!0000)\d{4}-(0[1-9]|1[0-2])$/, 'must be a month (2026-10)')
      .describe('The month (2026-10) whose scores it counts in.'),
    opensOn: date('The first local day on which raters may answer.'),
    closesOn: date('The first local day on which they may no longer answer.'),
  })
  .refine(({ opensOn, closesOn }) => opensOn < closesOn, { message: 'must be after "opensOn"', path: ['closesOn'] })
  .refine(({ aspect }) => metricOfAspect(aspect).length <= 64, {
    message: 'must have at most 57 characters',
    path: ['aspect'],
  });

/** A rating round as it is declared. */
export type RatingRoundInput = z.input<typeof ratingRoundSchema>;

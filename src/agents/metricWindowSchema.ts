import { z } from 'zod';
import { code, wholeNumber } from '../programme/fields.ts';
import { aggregates } from './metricWindow.ts';

/** The fields of a metric over several periods, as definitions declare it. */
export const metricWindowShape = {
  metric: code('The metric; SCORE is the published score.'),
  months: wholeNumber(1, 36, 'Over how many months, the one looked at included; 1 without it.').default(1),
  aggregate: z
    .enum(aggregates)
    .default('LATEST')
    .describe(
      'What is made of the values of these months: their sum, average, least, greatest, or the latest one; LATEST without it.',
    ),
};

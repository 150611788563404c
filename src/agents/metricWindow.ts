// A figure of an agent over several periods, as tiers, loyalty grids and awards look at it.

export const aggregates = ['SUM', 'AVERAGE', 'MINIMUM', 'MAXIMUM', 'LATEST'] as const;
export type Aggregate = (typeof aggregates)[number];

/**
 * A metric over the last `months` periods, the one looked at included; SCORE is the published score. Periods without a value are left
 * out of the average, the least and the greatest; without any value there is none.
 */
export type MetricWindow = { readonly metric: string; readonly months: number; readonly aggregate: Aggregate };

import type { MetricWindow } from '../agents/metricWindow.ts';

// What a loyalty grid 忠诚度分类 says: bands of loyalty × bands of contribution. All decimals as text.

export type GridMeasure = ({ readonly kind: 'METRIC' } & MetricWindow) | { readonly kind: 'MONTHS_OF_SERVICE' };

/** Bands by their lower end; the first one reaches down without end (no `from`), and takes agents without a value too. */
export type GridAxis = {
  readonly measure: GridMeasure;
  readonly bands: readonly { readonly code: string; readonly name: string; readonly from?: string }[];
};

export type LoyaltyGridDefinition = {
  /** Only agents of these channel types; empty: all. */
  readonly channelTypes: readonly string[];
  readonly loyalty: GridAxis;
  readonly contribution: GridAxis;
};

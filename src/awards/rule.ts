import type { MetricWindow } from '../agents/metricWindow.ts';

// What an award 评优 is given for. All decimals as text.

export type AwardPrize =
  | { readonly kind: 'NON_CASH'; readonly text: string }
  /**
   * A pool whose weight has the factor METRIC with AWARD_<code of the award>: granting writes that metric for the period, `weights` by
   * place (those after the list: its last one).
   */
  | { readonly kind: 'POOL'; readonly pool: string; readonly weights: readonly string[] };

export type AwardRuleDefinition = {
  /** Only agents of these channel types; empty: all. */
  readonly channelTypes: readonly string[];
  readonly measure: MetricWindow;
  readonly lowestFirst: boolean;
  /** Without it nobody is too low (or, with lowestFirst, too high). */
  readonly minimum?: string;
  /** Among whom agents are ranked. REGION: those of the same region, or of the same region of `regionLevel` (1: the roots) above it. */
  readonly per: 'ALL' | 'REGION' | 'CHANNEL_TYPE' | 'REGION_AND_CHANNEL_TYPE';
  readonly regionLevel?: number;
  /** How many places win in each group; who ties with the last of them wins too. */
  readonly places: number;
  readonly prize: AwardPrize;
};

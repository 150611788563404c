import type { MetricWindow } from '../agents/metricWindow.ts';

// What a tier scheme says (DOMAIN.md §6). In stored JSON all decimals are text.

/** At least or at most, or both. */
type Bounds = { readonly atLeast?: string; readonly atMost?: string };

/** What an agent must fulfil. Without a value it is not fulfilled. */
export type TierCriterion =
  | ({ readonly kind: 'METRIC'; readonly unit?: string } & MetricWindow & Bounds)
  /** Σ numerator / Σ denominator over the window, times 100: percent. No value where the denominator is 0. */
  | ({
      readonly kind: 'RATIO';
      readonly numerator: string;
      readonly denominator: string;
      readonly months: number;
    } & Bounds)
  /** The course is passed and has not expired on the period's last day. */
  | { readonly kind: 'CERTIFICATION'; readonly course: string }
  /** Calendar months with a day ACTIVE, the evaluated period included. */
  | { readonly kind: 'MONTHS_OF_SERVICE'; readonly atLeast: string };

/** Benefits other than money; the commission multiplier is the tier's own. */
type TierBenefits = {
  /** The lower the earlier it is served. */
  readonly priority?: number;
  /** In the operator's currency. */
  readonly creditLimit?: string;
  readonly materials?: readonly string[];
};

export type SchemeTier = {
  readonly tier: string;
  readonly entry: readonly TierCriterion[];
  readonly keep: readonly TierCriterion[];
  readonly benefits: TierBenefits;
};

export type TierSchemeDefinition = {
  /** Only agents of these channel types; empty: all. */
  readonly channelTypes: readonly string[];
  /** QUARTERLY: with the last month of a calendar quarter. */
  readonly evaluation: 'MONTHLY' | 'QUARTERLY';
  /** At most so many tiers up or down at once. */
  readonly maxSteps: number;
  /** How many misses in a row lead to demotion; at least 1. */
  readonly grace: number;
  /** New agents are not demoted in their first so many calendar months of service. */
  readonly protectionMonths: number;
  /** By rank, the lowest first. */
  readonly tiers: readonly SchemeTier[];
};

/** One criterion of a tier as an evaluation found it, kept with the move: all that explains it. */
export type CriterionFact = {
  /** The tier (code) whose criterion it is, and of which kind. */
  readonly tier: string;
  readonly list: 'ENTRY' | 'KEEP';
  readonly criterion: TierCriterion;
  /** null: no value. CERTIFICATION: 1 or 0. At most ten decimals; compared unrounded. */
  readonly value: string | null;
  readonly held: boolean;
};

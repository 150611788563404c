import type { ConflictKind } from '../conflicts/rule.ts';
import type { SalesEventType } from '../sales/eventTypes.ts';

// What a metric of the catalogue measures (DOMAIN.md §5), as data: a manager adds one without a release. All decimals as text.

/** Which events count; an empty or missing list: any. Regions mean their subtrees. */
export type EventFilter = {
  readonly events: readonly SalesEventType[];
  readonly products?: readonly string[];
  readonly categories?: readonly string[];
  readonly segments?: readonly string[];
  readonly campaigns?: readonly string[];
  readonly regions?: readonly string[];
  /** Only credits of these roles. */
  readonly roles?: readonly string[];
};

/**
 * A sum over credits: AMOUNT and QUANTITY times the credit's share, EVENTS the shares themselves, SUBSCRIPTIONS and CUSTOMERS how many
 * different ones. A REVERSAL takes its original back.
 */
export type MetricTerm = EventFilter & {
  readonly measure: 'AMOUNT' | 'QUANTITY' | 'EVENTS' | 'SUBSCRIPTIONS' | 'CUSTOMERS';
  /** Whether it is taken away: net adds are activations less churns. */
  readonly subtract?: boolean;
};

/** A span of time, exactly one of the two. */
export type Span = { readonly days: number } | { readonly months: number };

export type MetricFormula =
  /** Σ terms over the last `months` periods, this one included. */
  | { readonly kind: 'TOTAL'; readonly terms: readonly MetricTerm[]; readonly months: number }
  /** One total over another, times 100 where `percent`; no value where the denominator is 0. */
  | {
      readonly kind: 'RATIO';
      readonly numerator: readonly MetricTerm[];
      readonly denominator: readonly MetricTerm[];
      readonly months: number;
      readonly percent: boolean;
    }
  /** Percent by which the total grew against the same span `monthsBack` earlier; no value where that was not above 0. */
  | {
      readonly kind: 'GROWTH';
      readonly terms: readonly MetricTerm[];
      readonly months: number;
      readonly monthsBack: number;
    }
  /** Percent of the total of all agents of the same region on the period's last day. */
  | { readonly kind: 'SHARE'; readonly terms: readonly MetricTerm[]; readonly months: number }
  /**
   * Percent of the subscriptions that began (events of `cohort`, by whoever was credited) in the span before the period's end and for
   * which one of `followedBy` came within `within` of their beginning, the period's end at the latest: recharge rate, churn.
   */
  | {
      readonly kind: 'FOLLOWED';
      readonly cohort: EventFilter;
      readonly began: Span;
      readonly followedBy: readonly SalesEventType[];
      readonly within: Span;
    }
  /** Percent of the period's events that were imported within `withinDays` of when they occurred. */
  | { readonly kind: 'ON_TIME'; readonly filter: EventFilter; readonly withinDays: number }
  /**
   * Conflicts in which the agent is accused (DOMAIN.md §8), by the period of the event: CASES whose facts stand, UPHELD the sales about which
   * one was decided against it, DEDUCTED_AMOUNT what decisions take from it.
   */
  | {
      readonly kind: 'CONFLICTS';
      readonly count: 'CASES' | 'UPHELD' | 'DEDUCTED_AMOUNT';
      /** An empty or missing list: of any kind. */
      readonly kinds?: readonly ConflictKind[];
      readonly months: number;
    };

/** Where the values of a metric come from. */
export type MetricDefinition =
  | { readonly source: 'COMPUTED'; readonly unit?: string; readonly formula: MetricFormula }
  | { readonly source: 'IMPORTED'; readonly unit?: string };

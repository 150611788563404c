import type { SalesEventType } from '../sales/eventTypes.ts';

// The parts of a plan version or pool version that need no columns of their own. Stored as JSON, immutable once
// published, every number in them as text. The programme's validation is the only thing that lets them in.

/** What a RATE component's percent applies to (DOMAIN.md §9.2); margin = amount − cost · quantity. */
export const rateBases = ['AMOUNT', 'MONTHLY_FEE', 'MARGIN', 'QUANTITY'] as const;
export type RateBase = (typeof rateBases)[number];

export type RateDefinition = {
  /** The event types the component reads. */
  readonly eventTypes: readonly SalesEventType[];
  readonly base: RateBase;
  /** Whether the amount is multiplied by the agent's tier multiplier. */
  readonly multiplyByTier: boolean;
};

/** What a pool's weight counts: units or amount of the named event types, or the tier multiplier. */
export type PoolFactor =
  | { readonly factor: 'UNITS' | 'VOLUME'; readonly eventTypes: readonly SalesEventType[] }
  | { readonly factor: 'TIER_MULTIPLIER' };

export type PoolFund =
  | { readonly fixed: string }
  | { readonly percent: string; readonly of: 'AMOUNT' | 'QUANTITY'; readonly eventTypes: readonly SalesEventType[] };

export type PoolDefinition = {
  readonly fund: PoolFund;
  /** Below this share of the target the fund is 0 (DOMAIN.md §9.8). The base it looks at is the eligible base. */
  readonly threshold: { readonly target: string; readonly percent: string } | null;
  readonly minimum: string | null;
  readonly maximum: string | null;
  readonly reservePercent: string;
  /** Factors of the weight; their product is the weight. */
  readonly weight: readonly PoolFactor[];
  /** What happens to money nobody gets. */
  readonly remainder: 'CARRY_OVER' | 'RETURN' | 'KEEP';
  /** Codes; empty = every channel type. */
  readonly channelTypes: readonly string[];
};

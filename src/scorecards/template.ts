import type { Decimal } from '../money.ts';

// What a scorecard template says (DOMAIN.md §5) and what a score keeps of it. In stored JSON all decimals are text.

export const missingPolicies = ['ZERO', 'EXCLUDE', 'BLOCK'] as const;
type MissingPolicy = (typeof missingPolicies)[number];

export const raterGroups = ['MANAGER', 'CUSTOMER_SERVICE', 'PEER', 'CUSTOMER'] as const;
export type RaterGroup = (typeof raterGroups)[number];

export type ItemMethod =
  /**
   * 100·(x − floor)/(target − floor). The target is what is set for the agent, its region or its channel type, else `target`; the floor is
   * `floor`, or `floorPercent` of the target, else 0.
   */
  | { readonly kind: 'LINEAR'; readonly target?: string; readonly floor?: string; readonly floorPercent?: string }
  | { readonly kind: 'STEP'; readonly steps: readonly { readonly from: string; readonly points: string }[] }
  | { readonly kind: 'RANK'; readonly lowestFirst?: boolean }
  | { readonly kind: 'PEER_MEAN' }
  | {
      readonly kind: 'RATED_360';
      /** What is rated: names the rating rounds, one a period. */
      readonly aspect: string;
      /** `survey`: a survey whose answers of the period are this group's ratings (metric SURVEY_<code>). */
      readonly groups: readonly { readonly group: RaterGroup; readonly weight: string; readonly survey?: string }[];
      readonly minimumRaters: number;
    };

export type TemplateItem = {
  readonly code: string;
  readonly name: string;
  /** What is measured; RATED_360 items have none. */
  readonly metric?: string;
  readonly weight: string;
  readonly method: ItemMethod;
  /** Most points of the item: 100, or up to 150. */
  readonly cap: string;
  readonly missing: MissingPolicy;
};

/** Points beside the weighted items: `perUnit`·x, or those of the highest `from` ≤ x; never below 0, at most `maximum`. No value: none. */
export type PointsRule = {
  readonly code: string;
  readonly name: string;
  readonly metric: string;
  readonly maximum: string;
  readonly perUnit?: string;
  readonly steps?: readonly { readonly from: string; readonly points: string }[];
};

/** 一票否决: where the metric is at least, or at most, this, the total is `cap` at most. No value: not triggered. */
export type VetoRule = {
  readonly code: string;
  readonly name: string;
  readonly metric: string;
  readonly atLeast?: string;
  readonly atMost?: string;
  readonly cap: string;
};

export type TemplateDefinition = {
  /** Their weights total exactly 100. */
  readonly items: readonly TemplateItem[];
  readonly bonuses: readonly PointsRule[];
  readonly deductions: readonly PointsRule[];
  readonly vetoes: readonly VetoRule[];
  /** Highest total. */
  readonly maximum: string;
};

/** What one group of raters said: the sum of its points and how many they were; the quotient of the two is not a decimal always. */
export type GroupRating = { readonly group: RaterGroup; readonly sum: Decimal; readonly raterCount: number };

/** The same as it is kept with a score: `sum` and `raterCount` are exact, `mean` (at most ten decimals) is for reading only. */
export type GroupScore = {
  readonly group: RaterGroup;
  readonly sum: string;
  readonly mean: string;
  readonly raterCount: number;
};

/**
 * What is known of one agent, by the order of the template's lists; undefined: no value. `ratings` has an entry for RATED_360 items,
 * `values` for all others.
 */
export type PeerInput = {
  readonly agentCode: string;
  readonly values: readonly (Decimal | undefined)[];
  readonly ratings: readonly (readonly GroupRating[] | undefined)[];
  /** Targets set for the agent, its region or its channel type; undefined: the template's own. */
  readonly targets: readonly (Decimal | undefined)[];
  readonly bonuses: readonly (Decimal | undefined)[];
  readonly deductions: readonly (Decimal | undefined)[];
  readonly vetoes: readonly (Decimal | undefined)[];
};

/** How an item came to its points, kept with the score: all that explains it. */
export type ItemScore = {
  readonly code: string;
  /** The value; for RATED_360 the weighted mean of the groups. null: missing. */
  readonly input: string | null;
  readonly target?: string;
  readonly floor?: string;
  /** RANK: the average rank; PEER_MEAN: the mean; both: how many peers had a value. */
  readonly rank?: string;
  readonly peerMean?: string;
  readonly peerCount?: number;
  readonly groups?: readonly GroupScore[];
  /** 0..cap, at most ten decimals (what the total is made of is not rounded). null: left out, or it blocks. */
  readonly points: string | null;
  /** The template's weight, and what it became where items were left out (at most ten decimals). */
  readonly weight: string;
  readonly effectiveWeight: string;
  /** effectiveWeight · points / 100, at most ten decimals. */
  readonly contribution: string;
};

export type PointsScore = { readonly code: string; readonly input: string | null; readonly points: string };
export type VetoScore = { readonly code: string; readonly input: string | null; readonly triggered: boolean };

/** Everything a score is made of, as it is stored. */
export type ScoreDetail = {
  readonly items: readonly ItemScore[];
  readonly bonuses: readonly PointsScore[];
  readonly deductions: readonly PointsScore[];
  readonly vetoes: readonly VetoScore[];
};

export type AgentScore = {
  readonly agentCode: string;
  /** Two decimals; null where an item with BLOCK has no value, or every item was left out. */
  readonly total: Decimal | null;
  /** The items that keep it from being scored. */
  readonly blockedBy: readonly string[];
  readonly detail: ScoreDetail;
};

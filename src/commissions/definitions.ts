import type { SalesEventType } from '../sales/eventTypes.ts';

// The parts of a plan version or pool version that need no columns of their own. Stored as JSON, immutable once
// published, every number in them as text. The programme's validation is the only thing that lets them in. What is optional is
// left out where it is not declared, so that content hashes of what was published before stay the same.

/** What a percent applies to (DOMAIN.md §9.2); margin = amount − cost · quantity. */
export const rateBases = ['AMOUNT', 'MONTHLY_FEE', 'MARGIN', 'QUANTITY'] as const;
export type RateBase = (typeof rateBases)[number];

export const planComponentKinds = ['RATE', 'RESIDUAL', 'SPIFF', 'BRACKET', 'QUOTA_BONUS', 'OVERRIDE', 'DRAW'] as const;
export type PlanComponentKind = (typeof planComponentKinds)[number];

/** A step table over an agent's score: the factor of the highest `from` the score reaches; below the first, 0. */
export type ScoreFactor = {
  readonly period: 'SAME' | 'PREVIOUS';
  readonly steps: readonly { readonly from: string; readonly factor: string }[];
};

export type Multipliers = {
  /** Whether the amount is multiplied by the agent's tier multiplier. */
  readonly multiplyByTier: boolean;
  readonly scoreFactor?: ScoreFactor;
};

/** One part of an amount, and when it falls due (docs/commission.md §9). */
export type Instalment = { readonly percent: string } & (
  | { readonly month: number }
  | { readonly days: number }
  | { readonly paidBill: number }
);

/** A test of one of the agent's metrics; a missing value fails it. */
export type MetricCondition = { readonly metric: string; readonly atLeast?: string; readonly below?: string };

export type Holdback = {
  readonly percent: string;
  readonly months: number;
  readonly condition?: MetricCondition;
};

export type Clawback = {
  readonly events: readonly ('CHURN' | 'REFUND')[];
  readonly method: 'FULL' | 'PRO_RATA';
} & ({ readonly months: number } | { readonly days: number });

/** What RATE, RESIDUAL and SPIFF have in common: they pay per credit, by rules. */
export type RateDefinition = Multipliers & {
  /** The event types the component reads. */
  readonly eventTypes: readonly SalesEventType[];
  readonly base: RateBase;
  /** Parts in order, percents totalling 100; absent: all at once. */
  readonly instalments?: readonly Instalment[];
  /** Whether the n-th bill counts when billed, not when paid. */
  readonly onBill?: true;
  readonly holdback?: Holdback;
  readonly clawback?: Clawback;
  /** Days after a CHURN within which a REACTIVATION undoes what the CHURN did. */
  readonly reactivationDays?: number;
  /** Most and least per agent and period. */
  readonly cap?: string;
  readonly floor?: string;
};

type ResidualDefinition = RateDefinition & { readonly months: number };
export type SpiffDefinition = RateDefinition & { readonly campaign: string; readonly budget: string };

export const volumeMeasures = ['AMOUNT', 'UNITS'] as const;
type VolumeMeasure = (typeof volumeMeasures)[number];
export type VolumeWindow = 'MONTH' | 'QUARTER' | 'YEAR';

/** A volume over a window, as BRACKET and QUOTA_BONUS read it. */
export type VolumeDefinition = Multipliers & {
  readonly eventTypes: readonly SalesEventType[];
  readonly measure: VolumeMeasure;
  readonly window: VolumeWindow;
  /** The metric that holds the agent's target for the window. */
  readonly target?: string;
  readonly cap?: string;
};

/** [from, to); without `to` it has no end. */
type Bracket = { readonly from: string; readonly to?: string; readonly rate: string };

export type BracketDefinition = VolumeDefinition & {
  readonly method: 'MARGINAL' | 'WHOLE';
  /** ATTAINMENT: from and to are percents of the target. */
  readonly bounds: 'VOLUME' | 'ATTAINMENT';
  readonly brackets: readonly Bracket[];
};

export type QuotaBonusDefinition = VolumeDefinition & {
  readonly target: string;
  readonly curve: 'STEP' | 'LINEAR';
  readonly pays: 'AMOUNT' | 'PERCENT_OF_VOLUME';
  /** In ascending order of attainment (percent). */
  readonly points: readonly { readonly attainment: string; readonly value: string }[];
  readonly maximumAttainment?: string;
};

export type OverrideLevel = { readonly level: number; readonly percent: string };

export type OverrideDefinition = { readonly cap?: string } & (
  | { readonly method: 'PERCENT_OF_COMMISSION'; readonly levels: readonly OverrideLevel[] }
  | {
      readonly method: 'PERCENT_OF_BASE';
      readonly levels: readonly OverrideLevel[];
      readonly eventTypes: readonly SalesEventType[];
      readonly base: RateBase;
    }
  | {
      readonly method: 'DIFFERENTIAL';
      readonly eventTypes: readonly SalesEventType[];
      readonly base: RateBase;
      readonly measure: VolumeMeasure;
      readonly table: readonly { readonly from: string; readonly to?: string; readonly percent: string }[];
      readonly paysSeller: boolean;
    }
);

export type DrawDefinition = { readonly minimum: string };

/** What a component's definition holds, by its kind. */
export type DefinitionOf = {
  RATE: RateDefinition;
  RESIDUAL: ResidualDefinition;
  SPIFF: SpiffDefinition;
  BRACKET: BracketDefinition;
  QUOTA_BONUS: QuotaBonusDefinition;
  OVERRIDE: OverrideDefinition;
  DRAW: DrawDefinition;
};

/** A component's kind with its definition. */
export type Definition = {
  [Kind in PlanComponentKind]: { readonly kind: Kind; readonly definition: DefinitionOf[Kind] };
}[PlanComponentKind];

/** What a pool's weight counts. UNITS and VOLUME name event types, METRIC a metric; the others are facts of the agent. */
export type PoolFactor =
  | { readonly factor: 'UNITS' | 'VOLUME'; readonly eventTypes: readonly SalesEventType[] }
  | { readonly factor: 'TIER_MULTIPLIER' | 'SCORE' | 'MONTHS_OF_SERVICE' }
  | { readonly factor: 'METRIC'; readonly metric: string };

/** The base of a fixed fund is only looked at by a threshold. */
export type PoolFund =
  | { readonly fixed: string; readonly of?: 'AMOUNT' | 'QUANTITY'; readonly eventTypes?: readonly SalesEventType[] }
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
  /** Codes of plans; absent = any. */
  readonly plans?: readonly string[];
  /** Absent: every month. QUARTER: over the quarter, in its last month. */
  readonly period?: 'QUARTER';
  /** Least and most of one member's share. */
  readonly floor?: string;
  readonly cap?: string;
};

/** What an agreement says about money besides its plan; absent = none. Stored with the agreement. */
export type AgreementTerms = {
  /** Most commission of a period, over all components; pools come last. */
  readonly totalCap?: string;
  readonly minimumPayout?: string;
  readonly taxPercent?: string;
  /** Whether RESIDUAL goes on being paid after termination while the agreement is in force. */
  readonly trailing?: 'CONTINUE';
  /** Value-added tax of the agent's invoices; without it the agent charges none. */
  readonly vatPercent?: string;
  /** Whether what is payable contains it; else it is paid on top. */
  readonly vatIncluded?: true;
  /** Whether an accepted invoice is needed before payment. */
  readonly invoiceRequired?: true;
  /** The deposit to be kept, in the plan's currency, and how much of each payment goes into it until it is full. */
  readonly depositTarget?: string;
  readonly depositPercent?: string;
};

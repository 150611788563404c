import type { RoundingMode } from './fraction.ts';

/*
 * What the oracle of histories reads: plain values that survive JSON. Money, rates, shares, scores and quantities are
 * decimal texts; dates are local 'YYYY-MM-DD' of the operator's zone and spans are [from, to); everything is named by
 * code. Fields are called as in a plan version's definitions, so that little stands between this and a programme file.
 */
export type Dated = { from: string; to?: string };
export type AgentStatus = 'ACTIVE' | 'SUSPENDED' | 'TERMINATED';
export type Base = 'AMOUNT' | 'MONTHLY_FEE' | 'MARGIN' | 'QUANTITY';
export type Measure = 'AMOUNT' | 'UNITS';

export type Agent = {
  code: string;
  channelType: string;
  tiers: (Dated & { tier: string })[];
  regions: (Dated & { region: string })[];
  /** A day no entry covers counts as ACTIVE. */
  statuses: (Dated & { status: AgentStatus })[];
  /** A day no entry covers has no parent. */
  parents: (Dated & { parent: string })[];
};

export type AgreementTerms = {
  totalCap?: string;
  minimumPayout?: string;
  taxPercent?: string;
  trailing?: 'CONTINUE';
};
/** Spans of one agent do not overlap. */
export type Agreement = Dated & { code: string; agent: string; plan: string; terms?: AgreementTerms };

export type Match = {
  product?: string;
  category?: string;
  event?: string;
  channelType?: string;
  tier?: string;
  region?: string;
  segment?: string;
  campaign?: string;
  contractMonths?: number;
  baseFrom?: string;
  baseTo?: string;
  /** An inclusive end, instead of baseTo. */
  baseUpTo?: string;
};
export type Rule = { code: string; match: Match; percent?: string; flat?: string; minimum?: string; maximum?: string };

export type ScoreFactor = { period: 'SAME' | 'PREVIOUS'; steps: { from: string; factor: string }[] };
type Multipliers = { multiplyByTier: boolean; scoreFactor?: ScoreFactor };
export type Instalment = { percent: string; month?: number; days?: number; paidBill?: number };
type MetricCondition = { metric: string; atLeast?: string; below?: string };
export type Holdback = { percent: string; months: number; condition?: MetricCondition };
/** Either months or days. */
export type Clawback = {
  events: ('CHURN' | 'REFUND')[];
  method: 'FULL' | 'PRO_RATA';
  months?: number;
  days?: number;
};

type EventDefinition = Multipliers & {
  code: string;
  eventTypes: string[];
  base: Base;
  rules: Rule[];
  instalments?: Instalment[];
  onBill?: true;
  holdback?: Holdback;
  clawback?: Clawback;
  reactivationDays?: number;
  cap?: string;
  floor?: string;
};
type RateComponent = EventDefinition & { kind: 'RATE' };
type ResidualComponent = EventDefinition & { kind: 'RESIDUAL'; months: number };
export type SpiffComponent = EventDefinition & { kind: 'SPIFF'; campaign: string; budget: string };
export type EventComponent = RateComponent | ResidualComponent | SpiffComponent;

type VolumeDefinition = Multipliers & {
  code: string;
  eventTypes: string[];
  measure: Measure;
  window: 'MONTH' | 'QUARTER' | 'YEAR';
  target?: string;
  cap?: string;
};
export type BracketComponent = VolumeDefinition & {
  kind: 'BRACKET';
  method: 'MARGINAL' | 'WHOLE';
  bounds: 'VOLUME' | 'ATTAINMENT';
  brackets: { from: string; to?: string; rate: string }[];
};
export type QuotaBonusComponent = VolumeDefinition & {
  kind: 'QUOTA_BONUS';
  target: string;
  curve: 'STEP' | 'LINEAR';
  pays: 'AMOUNT' | 'PERCENT_OF_VOLUME';
  points: { attainment: string; value: string }[];
  maximumAttainment?: string;
};
export type VolumeComponent = BracketComponent | QuotaBonusComponent;

type OverrideLevels = { level: number; percent: string }[];
type OverrideCommon = { code: string; kind: 'OVERRIDE'; cap?: string };
export type CommissionOverride = OverrideCommon & { method: 'PERCENT_OF_COMMISSION'; levels: OverrideLevels };
export type BaseOverride = OverrideCommon & {
  method: 'PERCENT_OF_BASE';
  levels: OverrideLevels;
  eventTypes: string[];
  base: Base;
};
export type DifferentialOverride = OverrideCommon & {
  method: 'DIFFERENTIAL';
  eventTypes: string[];
  base: Base;
  measure: Measure;
  table: { from: string; to?: string; percent: string }[];
  paysSeller: boolean;
};
export type OverrideComponent = CommissionOverride | BaseOverride | DifferentialOverride;

/** At most one of these in a version. */
type DrawComponent = { code: string; kind: 'DRAW'; minimum: string };

/** In plan order. Codes are unique in a version; the same code in another version is the same component. */
export type Component = EventComponent | VolumeComponent | OverrideComponent | DrawComponent;

/** Of the versions whose dates contain a day, the one with the highest number is in force. One currency a plan. */
export type PlanVersion = Dated & {
  number: number;
  currency: string;
  rounding: RoundingMode;
  components: Component[];
};
export type Plan = { code: string; versions: PlanVersion[] };

type PoolFactor =
  | { factor: 'UNITS' | 'VOLUME'; eventTypes: string[] }
  | { factor: 'TIER_MULTIPLIER' | 'SCORE' | 'MONTHS_OF_SERVICE' }
  | { factor: 'METRIC'; metric: string };
/** Either fixed or percent. */
type PoolFund = { fixed?: string; percent?: string; of?: 'AMOUNT' | 'QUANTITY'; eventTypes?: string[] };
export type Pool = Dated & {
  code: string;
  currency: string;
  rounding: RoundingMode;
  fund: PoolFund;
  threshold?: { target: string; percent: string };
  minimum?: string;
  maximum?: string;
  reservePercent?: string;
  weight: PoolFactor[];
  remainder: 'CARRY_OVER' | 'RETURN' | 'KEEP';
  channelTypes?: string[];
  plans?: string[];
  /** Absent: every month. */
  period?: 'QUARTER';
  floor?: string;
  cap?: string;
  /** Into its first run; later runs take what the one before carried over. */
  carriedIn?: string;
};

export type Credit = { agent: string; role: string; share: string };
export type SalesEvent = {
  source: string;
  externalId: string;
  type: string;
  /** ISO 8601 with an offset. */
  occurredAt: string;
  agent: string;
  product: string;
  quantity: string;
  /** Of the whole row, never negative. */
  amount: string;
  currency: string;
  region?: string;
  segment?: string;
  campaign?: string;
  contractMonths?: number;
  monthlyFee?: string;
  /** Per unit. */
  cost?: string;
  subscription?: string;
  /** External id, in the same source, of what a REVERSAL undoes, a REFUND pays back or a PAYMENT pays (a BILL). */
  original?: string;
  /** Without it, `agent` has the whole as SELLER. */
  credits?: Credit[];
};

/** `period` is '2026-10', '2026-Q4' or '2026'; the metric SCORE is the agent's score of a month. */
export type MetricValue = { agent: string; metric: string; period: string; value: string };
/** Units of `into` for one unit of `currency`. */
export type ExchangeRate = Dated & { currency: string; into: string; rate: string };

/**
 * A conflict about an event, as it is known: whoever states it again replaces what was stated of the same rule and event.
 * Neither decided nor gone: open.
 */
export type Conflict = {
  rule: string;
  /** What it means for the event while it is open. */
  effect: 'FLAG' | 'HOLD' | 'REJECT';
  /** 'source:externalId' of the event that was found. */
  event: string;
  /** Other agents' events that the case is about; they stay the same. */
  others?: string[];
  decision?: ConflictDecision;
  /** Closed since what was found is no more. */
  isGone?: true;
};
export type ConflictDecision = {
  credits: 'KEEP' | 'AWARD' | 'SPLIT' | 'VOID';
  /** AWARD, SPLIT: the event of the case that is credited by `shares`, which total 1. */
  keeps?: string;
  shares?: Credit[];
  /** One for an agent and currency. */
  deductions?: { agent: string; amount: string; currency: string }[];
};

export type World = {
  timeZone: string;
  /** Decimals of the minor unit, by currency. */
  currencyDigits: Record<string, number>;
  regions: { code: string; parent?: string }[];
  products: { code: string; category?: string }[];
  tiers: { code: string; multiplier: string }[];
  campaigns: (Dated & { code: string })[];
  agents: Agent[];
  agreements: Agreement[];
  plans: Plan[];
  pools: Pool[];
  metricValues: MetricValue[];
  exchangeRates: ExchangeRate[];
  /** Before the first period. */
  openings: { agent: string; currency: string; amount: string }[];
  /** In the order in which they were stated: of two decisions about an event the later one holds. */
  conflicts?: Conflict[];
};

/** What becomes known between two runs besides events. */
export type Changes = {
  /** Each replaces the whole agent of its code (all its dated facts). */
  agents?: Agent[];
  /** Each replaces all agreements of its agent. */
  agreements?: { agent: string; agreements: Agreement[] }[];
  /** Each replaces or adds the value of its agent, metric and period. */
  metricValues?: MetricValue[];
  /** Correction versions (with both approvals), added to their plan. */
  versions?: { plan: string; version: PlanVersion }[];
  /** One after another; of a rule and event also several, but every first one before any second one. */
  conflicts?: Conflict[];
  /** What moves balances before the period's statement: paid ahead (negative), repaid, or returned by the bank (positive). */
  balances?: { agent: string; currency: string; amount: string; returned?: boolean }[];
};

/** Changes and arrivals come first, then the period is calculated and approved. */
export type Step = { period: string; arrivals: SalesEvent[]; changes?: Changes };

/** Steps are consecutive months; no event occurred before the first of them. */
export type HistoryInput = World & { steps: Step[] };

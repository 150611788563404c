import type { RoundingMode } from './fraction.ts';

/*
 * What the oracle reads and writes: plain values that survive JSON. Money, rates, shares and quantities are decimal
 * texts, dates are local 'YYYY-MM-DD' of the operator's zone and spans are [from, to), everything is named by code.
 */
export type Dated = { from: string; to?: string };
type AgentStatus = 'ACTIVE' | 'SUSPENDED' | 'TERMINATED';
type Base = 'amount' | 'monthly_fee' | 'margin' | 'quantity';

type Region = { code: string; parent?: string };
type Product = { code: string; category?: string };
type Tier = { code: string; multiplier: string };

export type Agent = {
  code: string;
  channelType: string;
  tiers: (Dated & { tier: string })[];
  regions: (Dated & { region: string })[];
  /** A day no entry covers counts as ACTIVE. */
  statuses: (Dated & { status: AgentStatus })[];
};

export type Agreement = Dated & { agent: string; plan: string };

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
};

export type Rule = { code: string; match: Match; percent?: string; flat?: string; min?: string; max?: string };

export type Component = {
  code: string;
  kind: 'RATE';
  events: string[];
  base: Base;
  multiplyByTier: boolean;
  rules: Rule[];
};

export type PlanVersion = Dated & { currency: string; rounding: RoundingMode; components: Component[] };
export type Plan = { code: string; versions: PlanVersion[] };

type Weight = { factor: 'UNITS' | 'VOLUME' | 'TIER_MULTIPLIER'; events?: string[] };

export type Pool = Dated & {
  code: string;
  currency: string;
  rounding: RoundingMode;
  plans?: string[];
  channelTypes?: string[];
  /** Either fixed or percent; a fixed fund needs base and events only where there is a threshold. */
  fund: { fixed?: string; percent?: string; base?: 'amount' | 'quantity'; events?: string[] };
  min?: string;
  max?: string;
  reservePercent?: string;
  /** The fund is 0 where the eligible base is less than thresholdPercent of the target. */
  thresholdPercent?: string;
  target?: string;
  weights: Weight[];
  remainder: 'CARRY_OVER' | 'RETURN' | 'KEEP';
  carriedIn: string;
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
  /** Of the whole row. */
  amount: string;
  currency: string;
  region?: string;
  segment?: string;
  campaign?: string;
  contractMonths?: number;
  monthlyFee?: string;
  /** Per unit. */
  cost?: string;
  /** The external id, in the same source, of the event that a REVERSAL undoes. */
  original?: string;
  /** Without it, `agent` has the whole as SELLER. */
  credits?: Credit[];
};

/** Units of currency `in` for one unit of currency `of`. */
type ExchangeRate = Dated & { of: string; in: string; rate: string };

export type OracleInput = {
  timeZone: string;
  /** 'YYYY-MM' */
  period: string;
  /** Decimals of the minor unit, by currency. */
  currencyDigits: Record<string, number>;
  regions: Region[];
  products: Product[];
  tiers: Tier[];
  agents: Agent[];
  agreements: Agreement[];
  plans: Plan[];
  pools: Pool[];
  events: SalesEvent[];
  exchangeRates: ExchangeRate[];
  openings: { agent: string; currency: string; amount: string }[];
};

export type Reason =
  | 'NO_AGREEMENT'
  | 'NO_PLAN_VERSION'
  | 'AGENT_SUSPENDED'
  | 'AGENT_TERMINATED'
  | 'NO_COMPONENT'
  | 'NO_MATCHING_RULE'
  | 'NO_EXCHANGE_RATE'
  | 'NO_BASE'
  | 'ZERO_AMOUNT'
  | 'REVERSED';

export type Line = {
  /** Component code, or the pool's code. */
  component: string;
  /** '' for a pool. */
  plan: string;
  kind: 'RATE' | 'POOL';
  /** 'source:externalId' of the event, or the pool's code. */
  cause: string;
  agent: string;
  role: string;
  rule: string;
  /** The whole event's base in plan currency; for a pool what there is to share. */
  base: string;
  /** Share × tier multiplier; for a pool weight / total weight. */
  factor: string;
  amount: string;
  currency: string;
};

export type PoolResult = {
  code: string;
  currency: string;
  /** The eligible base. */
  base: string;
  /** F, without what was carried in. */
  fund: string;
  carriedIn: string;
  weightTotal: string;
  paid: string;
  remainder: string;
  /** What the next period's carriedIn is. */
  carriedOver: string;
};

export type Statement = {
  agent: string;
  currency: string;
  opening: string;
  earned: string;
  closing: string;
  payable: string;
  nextOpening: string;
};

export type Unpaid = { source: string; externalId: string; agent: string; role: string; reason: Reason };

/** One component (or pool) that read a credit and gave it no line. */
type Refusal = Unpaid & { component: string };

export type OracleOutput = {
  lines: Line[];
  pools: PoolResult[];
  statements: Statement[];
  unpaid: Unpaid[];
  refusals: Refusal[];
  totals: {
    components: { component: string; currency: string; amount: string }[];
    currencies: { currency: string; amount: string }[];
    /** Events of the period of types that neither a component nor a pool reads. */
    notRead: { type: string; count: number }[];
  };
};

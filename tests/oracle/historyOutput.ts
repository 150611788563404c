/** What the oracle of histories writes. All lists are ordered by the bytes of their keys, whatever the input's order. */
export type LineKind =
  | 'EARNING'
  | 'VOLUME'
  | 'OVERRIDE'
  | 'POOL'
  | 'CAP'
  | 'FLOOR'
  | 'DRAW'
  | 'WITHHOLDING'
  | 'RELEASE'
  | 'CLAWBACK'
  | 'RETRO'
  | 'ADJUSTMENT'
  | 'TAX';

/** '' (or 0 for the instalment) where a line has no such thing. */
export type Line = {
  kind: LineKind;
  /** Of the component (or of what pays a pool's member, ''). */
  plan: string;
  /** The component's code, the pool's, TAX or ADJUSTMENT. */
  component: string;
  /** 'source:externalId' of the event (ADJUSTMENT: of the conflict's), the pool's code, or '' for the agent's period. */
  cause: string;
  /** CLAWBACK, and RETRO of one: 'source:externalId' of the line's own event. */
  original: string;
  agent: string;
  role: string;
  rule: string;
  /** Numbered from 1. */
  instalment: number;
  sourceAgent: string;
  sourceComponent: string;
  /** RETRO: the closed period it corrects. */
  origin: string;
  /** EARNING: the whole event's base in plan currency; VOLUME: V to the period; POOL: what there is to share; else ''. */
  base: string;
  /** EARNING: share × multipliers; VOLUME: the multiplier; POOL: weight / total weight; else ''. */
  factor: string;
  amount: string;
  currency: string;
};

export type PoolResult = {
  code: string;
  currency: string;
  base: string;
  /** F, without what was carried in. */
  fund: string;
  carriedIn: string;
  weightTotal: string;
  paid: string;
  remainder: string;
  carriedOver: string;
};

export type Statement = {
  agent: string;
  currency: string;
  opening: string;
  earned: string;
  withheld: string;
  released: string;
  clawedBack: string;
  adjustments: string;
  tax: string;
  closing: string;
  payable: string;
  nextOpening: string;
};

export type Reason =
  | 'NO_AGREEMENT'
  | 'NO_PLAN_VERSION'
  | 'AGENT_SUSPENDED'
  | 'AGENT_TERMINATED'
  | 'NO_COMPONENT'
  | 'NO_MATCHING_RULE'
  | 'NO_EXCHANGE_RATE'
  | 'OUTSIDE_CAMPAIGN'
  | 'NO_SUBSCRIPTION'
  | 'MONTH_OUT_OF_RANGE'
  | 'NO_BASE'
  | 'ZERO_AMOUNT'
  | 'BUDGET_USED_UP'
  | 'CAP_REACHED'
  | 'REVERSED'
  | 'HELD_BY_CONFLICT'
  | 'REJECTED_BY_CONFLICT';

export type Unpaid = { source: string; externalId: string; agent: string; role: string; reason: Reason };
/** One component (or pool) that read a credit and paid nothing or less for it. */
export type Refusal = Unpaid & { component: string };

/** What a component would have paid for a credit of the period that a conflict holds: whole, before caps. */
type Held = {
  component: string;
  cause: string;
  agent: string;
  role: string;
  amount: string;
  currency: string;
};

export type PeriodOutput = {
  lines: Line[];
  /** SPIFFs aside, whose budget may be used up. */
  held: Held[];
  pools: PoolResult[];
  statements: Statement[];
  /** Per credit and reason; a credit may have several reasons. */
  unpaid: Unpaid[];
  refusals: Refusal[];
  /** Events of the period of types that neither a component nor a pool reads. */
  notRead: { type: string; count: number }[];
};

/** By period 'YYYY-MM'. */
export type HistoryOutput = { periods: Record<string, PeriodOutput> };

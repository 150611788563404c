import type { Decimal, RoundingMode } from '../money.ts';
import type { Period } from '../period.ts';
import type { AgreementTerms, PoolDefinition } from './definitions.ts';
import type { AgentFacts, AgentHistory } from './engine/facts.ts';
import type { PlanVersion } from './engine/resolve.ts';

// What one calculation is about and what it reads. An official run calculates a period for everybody; a shadow calculates a
// closed period again for some agents with today's facts (RETRO); a simulation does the same with other plan versions.

type ScopeKind = 'OFFICIAL' | 'SHADOW' | 'SIMULATION';

export type DatedVersion = PlanVersion & {
  readonly number: number;
  readonly from: string;
  readonly to: string | null;
  readonly contentHash: string;
};

export type DatedPool = {
  readonly poolId: number;
  readonly code: string;
  readonly componentId: number;
  readonly versionId: number;
  readonly currency: string;
  readonly rounding: RoundingMode;
  readonly definition: PoolDefinition;
  readonly contentHash: string;
};

export type ReferenceData = {
  readonly products: readonly { id: number; code: string; category: string | undefined }[];
  /** Codes from the region itself up to the root, by region id. */
  readonly regionPaths: ReadonlyMap<number, readonly string[]>;
  readonly segments: readonly { id: number; code: string }[];
  readonly campaigns: readonly { id: number; code: string; startsOn: string; endsOn: string | null }[];
  readonly tierMultipliers: ReadonlyMap<string, Decimal>;
  readonly exchangeRates: readonly ExchangeRate[];
};

/** Units of `into` for one unit of `currency`, on local dates [from, to). */
export type ExchangeRate = {
  readonly currency: string;
  readonly into: string;
  readonly from: string;
  readonly to: string | null;
  readonly rate: string;
};

/** Periods with events that cases and rules credit otherwise than they came: what is in none of them costs a calculation nothing. */
export type CreditingPeriods = {
  /** With events whose credits stand in event_award. */
  readonly shared: ReadonlySet<string>;
  /** With events that a conflict holds or rejects. */
  readonly blocked: ReadonlySet<string>;
};

/** Everything a calculation reads but events and earlier lines. */
export type Inputs = {
  readonly reference: ReferenceData;
  readonly versions: readonly DatedVersion[];
  readonly pools: readonly DatedPool[];
  readonly histories: readonly AgentHistory[];
  /** Each agent's facts over the period, in order of agent code and date. */
  readonly facts: readonly AgentFacts[];
  /** An agent's metric for a period (`2026-10`, `2026-Q4`, `2026`). */
  readonly metric: (agentId: number, metric: string, period: string) => Decimal | undefined;
  readonly carriedIn: ReadonlyMap<number, Decimal>;
  /** What is carried into the period, and how much of it the bank returned. */
  readonly openings: readonly { agentId: number; currency: string; amount: Decimal; returned: Decimal }[];
  /** Which periods have events that are not credited as they came. */
  readonly crediting: CreditingPeriods;
  /** Of agents' last agreements before the period: their terms, and how their plan rounded. */
  readonly lastTerms: ReadonlyMap<number, { readonly terms: AgreementTerms; readonly rounding: RoundingMode }>;
};

/** Names of a calculation's tables, safe in SQL text. All but lines and unpaid are dropped at its end. */
export type RunTables = {
  readonly facts: string;
  readonly indexes: string;
  readonly credits: string;
  /** Credits of the period's REFUNDs, if there are any, else an empty table (see credits.ts). */
  readonly refunds: string;
  /** Exchange rates: currency, into_currency, from_instant, to_instant, rate. */
  readonly rates: string;
  readonly resolutions: string;
  readonly reasons: string;
  readonly lines: string;
  readonly unpaid: string;
  /** Sums of the lines: agent_id, component_id, kind, currency, origin_period, line_count, amount. */
  readonly agentTotals: string;
  /** For a table of a step's own: `of('chain')` → `runs.chain_17`; dropped with the others. */
  readonly of: (name: string) => string;
};

/**
 * What closed periods came to, as SQL of subqueries in parentheses. A line belongs to its origin: a run's own lines to its period,
 * RETRO lines (kind RETRO) to the period they correct. Naming few periods reads few partitions.
 */
export type Ledger = {
  /** Closed periods (and the cut-over's), ascending. */
  readonly periods: readonly Period[];
  /** Those that the calculation in progress has calculated again. */
  readonly recalculated: readonly Period[];
  /**
   * Lines as they stand with today's facts, what the calculation in progress has recalculated included. Columns: period text,
   * component_id, kind, cause_id, agent_id, role, rule_id, base, amount, currency, original_id, instalment, source_agent_id,
   * source_component_id.
   */
  readonly lines: (periods: readonly Period[]) => string;
  /** The same as approved runs booked them, without what the calculation in progress has recalculated. */
  readonly booked: (periods: readonly Period[]) => string;
  /** Sums of lines, with today's facts: agent_id, component_id, kind, period, amount. */
  readonly totals: (periods: readonly Period[]) => string;
  /** Sums of lines as booked: agent_id, component_id, kind, amount. */
  readonly bookedTotals: string;
  /** All RETRO lines that were booked, with the columns of commission_line. */
  readonly bookedRetro: string;
  /** Volumes of months with today's facts: agent_id, component_id, period, part, volume. */
  readonly volumes: (periods: readonly Period[]) => string;
  /** The same as approved runs counted them. */
  readonly bookedVolumes: (periods: readonly Period[]) => string;
};

export type Scope = {
  readonly kind: ScopeKind;
  /** What lines carry as run_id. */
  readonly runId: number;
  readonly period: Period;
  readonly timeZone: string;
  readonly tables: RunTables;
  readonly inputs: Inputs;
  readonly ledger: Ledger;
};

/** Up to so many agents it is quicker to find their events one by one than to read a month. */
const fewAgents = 500;

/** Whether a calculation is about so few agents that it reads their events alone. */
export const isOfFew = ({ kind, inputs }: Scope): boolean =>
  kind !== 'OFFICIAL' && inputs.histories.length <= fewAgents;

/** @param id distinguishes the tables of calculations that go on at the same time: a run's number, or `17_202608`. */
export function runTables(id: string): RunTables {
  const of = (name: string) => `runs.${name}_${id}`;
  return {
    facts: of('fact'),
    indexes: of('index'),
    credits: of('credit'),
    refunds: of('refund'),
    rates: of('rate'),
    resolutions: of('resolution'),
    reasons: of('reason'),
    lines: of('line'),
    unpaid: of('unpaid'),
    agentTotals: of('agent_total'),
    of,
  };
}

/** The columns of a lines table, in order: what COPY and INSERT name. */
export const lineColumns = `run_id, component_id, kind, cause_id, agent_id, role, rule_id, base, share, factor, amount, currency,
  original_id, instalment, source_agent_id, source_component_id, origin_period`;

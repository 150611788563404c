import { hashAdjustments } from '../adjustments/booked.ts';
import { loadOpenings } from '../balances/openings.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { Decimal } from '../money.ts';
import { type Period, periodsBetween, previousPeriod } from '../period.ts';
import type { Operator } from '../reference/operator.ts';
import { hashCrediting, loadCreditingPeriods } from './crediting.ts';
import type { ScoreFactor } from './definitions.ts';
import { type AgentFacts, factsOverPeriod } from './engine/facts.ts';
import { groupBy } from './engine/group.ts';
import type { CreditClass } from './engine/resolve.ts';
import { hashEvents, hashOf } from './hashes.ts';
import {
  earliestTouched,
  loadAgentHistories,
  loadLastTerms,
  loadMetrics,
  loadPlanVersions,
  loadPools,
  loadReferenceData,
  metricPeriods,
} from './load.ts';
import type { DatedVersion, Inputs } from './scope.ts';

type InputOptions = {
  /** Whose facts; without it everybody's. */
  readonly agentIds?: readonly number[];
  /** What stands in for the published versions (simulation). */
  readonly replaceVersions?: (versions: DatedVersion[]) => DatedVersion[];
};

/** Everything a calculation of the period reads but events and earlier lines. */
export async function loadInputs(
  transaction: Transaction,
  period: Period,
  options: InputOptions = {},
): Promise<Inputs> {
  const published = await loadPlanVersions(transaction, period);
  const versions = options.replaceVersions?.(published) ?? published;
  const versionDates = versions.flatMap(({ from, to }) => (to === null ? [from] : [from, to]));
  const histories = await loadAgentHistories(transaction, period, options.agentIds);
  const pools = await loadPools(transaction, period);
  return {
    reference: await loadReferenceData(transaction),
    versions,
    pools,
    histories,
    facts: histories.flatMap((history) => factsOverPeriod(history, period, versionDates)),
    metric: await loadMetrics(transaction, period, namedMetrics({ versions, pools }), options.agentIds),
    carriedIn: await loadCarriedIn(transaction, period),
    openings: await loadOpenings(transaction, period),
    crediting: await loadCreditingPeriods(transaction),
    lastTerms: await loadLastTerms(transaction, period),
  };
}

async function loadCarriedIn(transaction: Transaction, period: Period): Promise<Map<number, Decimal>> {
  const rows = await rawSql(transaction)<{ pool_id: number; amount: string }[]>`
    select distinct on (result.pool_id) result.pool_id, result.carried_out as amount
    from run_pool result join commission_run run on run.id = result.run_id
    where run.period < ${period} and run.status in ('APPROVED', 'PAID') order by result.pool_id, run.period desc`;
  return new Map(rows.map((row) => [row.pool_id, new Decimal(row.amount)]));
}

/** The plan version in force on a local date: of those whose dates contain it, the one with the highest number. */
export function versionOn(
  versions: readonly DatedVersion[],
  plan: string | undefined,
  date: string,
): DatedVersion | undefined {
  return versions.findLast(
    (version) => version.plan === plan && version.from <= date && (version.to === null || date < version.to),
  );
}

/** No tier: multiplier 1 (DOMAIN.md §9.12). */
export function tierMultiplierOf(inputs: Inputs, tier: string | undefined): Decimal {
  return (tier === undefined ? undefined : inputs.reference.tierMultipliers.get(tier)) ?? new Decimal(1);
}

/** An agent's scores as score factors ask for them: of the period itself and of the one before (DOMAIN.md §9.10). */
export function scoresOf(inputs: Inputs, agentId: number, period: Period): CreditClass['scores'] {
  return {
    SAME: inputs.metric(agentId, 'SCORE', period),
    PREVIOUS: inputs.metric(agentId, 'SCORE', previousPeriod(period)),
  };
}

/** The periods of score that the definitions ask for. */
export function scorePeriods(definitions: readonly { readonly scoreFactor?: ScoreFactor }[]): ScoreFactor['period'][] {
  return [...new Set(definitions.flatMap(({ scoreFactor }) => (scoreFactor ? [scoreFactor.period] : [])))];
}

/** The facts that an agent's components of a plan go by, and the version in force then. */
export type PlanFacts = {
  readonly facts: AgentFacts;
  readonly version: DatedVersion;
  /** Whether it is the plan of the agent's last agreement in the period. */
  readonly isLast: boolean;
};

/**
 * For each agent and each plan it was in: the facts on its last day there within the period (DOMAIN.md §3.5, §9.3), in order of
 * date. Plans without a version in force on that day are left out.
 */
export function planFacts(inputs: Inputs): Map<number, PlanFacts[]> {
  const byAgent = new Map<number, PlanFacts[]>();
  for (const [agentId, stretches] of groupBy(inputs.facts, (fact) => fact.agentId)) {
    const last = new Map<string, AgentFacts>();
    for (const facts of stretches) {
      if (facts.plan === undefined) continue;
      last.delete(facts.plan);
      last.set(facts.plan, facts);
    }
    const plans = [...last.values()].flatMap((facts, index): PlanFacts[] => {
      const version = versionOn(inputs.versions, facts.plan, facts.from);
      return version ? [{ facts, version, isLast: index === last.size - 1 }] : [];
    });
    if (plans.length > 0) byAgent.set(agentId, plans);
  }
  return byAgent;
}

/** What a calculation's result depends on, as one hash: what approval compares, to see whether anything changed since. */
export async function hashInputs(
  transaction: Transaction,
  inputs: Inputs,
  operator: Operator,
  period: Period,
): Promise<string> {
  const causes = await rawSql(transaction)<{ code: string; period: string; reason: string }[]>`
    select agent.code, cause.period, cause.reason from retro_cause cause join agent on agent.id = cause.agent_id
    where cause.settled_run_id is null and cause.period < ${period} order by agent.code collate "C", cause.period, cause.reason`;
  const [late] = await rawSql(transaction)<{ hash: string | null }[]>`
    select encode(sha256(string_agg(uuid_send(content_hash), ''::bytea order by content_hash)), 'hex') as hash
    from sales_event where late and period < ${period}`;
  const crediting = await hashCrediting(transaction, (await earliestTouched(transaction, period)) ?? period, period);
  const adjustments = await hashAdjustments(transaction, period);
  return hashOf([
    inputsForHash(inputs, operator, period),
    await hashEvents(transaction, period),
    causes.map((cause) => [cause.code, cause.period, cause.reason]),
    late?.hash ?? null,
    await hashOlderMetrics(transaction, period),
    // left out where there is nothing of the kind: runs from before there was keep their hash
    ...(crediting === null && adjustments === null ? [] : [{ crediting, adjustments }]),
  ]);
}

/**
 * The figures that versions of plans before the period read: conditions of holdbacks that are released now, and all that closed
 * periods read that are calculated again.
 */
async function hashOlderMetrics(transaction: Transaction, period: Period): Promise<string | null> {
  const from = await earliestTouched(transaction, period);
  const closed = from === undefined ? [] : periodsBetween(from, previousPeriod(period));
  const [row] = await rawSql(transaction)<{ hash: string | null }[]>`
    with named as (
      select definition -> 'holdback' -> 'condition' ->> 'metric' as metric, true as is_now from plan_component
      union select definition ->> 'target', false from plan_component
      union select 'SCORE', false)
    select encode(sha256(convert_to(string_agg(concat_ws('|', agent.code, value.metric, value.period, trim_scale(value.value)), ','
      order by agent.code collate "C", value.metric collate "C", value.period collate "C"), 'UTF8')), 'hex') as hash
    from metric_value value join agent on agent.id = value.agent_id
    where exists (select from named where named.metric = value.metric and (value.period = any(${[...new Set(closed.flatMap(metricPeriods))]})
      or named.is_now and value.period = ${period}))`;
  return row?.hash ?? null;
}

/** What of the inputs the result depends on, by code. Agents without agreement and opening cannot be paid: left out. */
function inputsForHash(inputs: Inputs, operator: Operator, period: Period): unknown {
  const codes = new Map(inputs.facts.map((fact) => [fact.agentId, fact.agentCode]));
  const planned = new Set(inputs.facts.filter((fact) => fact.plan !== undefined).map((fact) => fact.agentId));
  const { regionPaths, products, tierMultipliers, exchangeRates } = inputs.reference;
  const rules = inputs.versions.flatMap(({ components }) => components.flatMap((component) => component.rules));
  const namesCategory = rules.some((rule) => rule.category !== undefined);
  const namesRegion = rules.some((rule) => rule.region !== undefined);
  return {
    period,
    timeZone: operator.timeZone,
    versions: inputs.versions.map(({ plan, number, contentHash }) => [plan, number, contentHash]),
    pools: inputs.pools.map(({ poolId, code, contentHash }) => [
      code,
      contentHash,
      inputs.carriedIn.get(poolId)?.toFixed(),
    ]),
    multipliers: [...tierMultipliers].map(([tier, multiplier]) => [tier, multiplier.toFixed()]).sort(),
    categories: namesCategory ? products.map(({ code, category }) => [code, category]) : [],
    regions: namesRegion ? [...regionPaths.values()].map((path) => path.join('/')).sort() : [],
    exchangeRates: exchangeRates.map(({ currency, into, from, to, rate }) => [currency, into, from, to, rate]),
    openings: inputs.openings
      .map(({ agentId, currency, amount, returned }) => [
        codes.get(agentId),
        currency,
        amount.toFixed(),
        // left out where there is nothing of the kind: runs from before there was keep their hash
        ...(returned.isZero() ? [] : [returned.toFixed()]),
      ])
      .sort(),
    metrics: metricsForHash(inputs, planned, codes, period),
    facts: inputs.facts
      .filter((fact) => planned.has(fact.agentId))
      .map((fact) => [
        fact.agentCode,
        fact.from,
        fact.to,
        fact.channelType,
        fact.status,
        fact.tier,
        fact.plan,
        regionPaths.get(fact.regionId ?? 0)?.[0],
        fact.parentId === undefined ? undefined : codes.get(fact.parentId),
        fact.agreement?.terms,
      ]),
  };
}

/** The figures that plans and pools of the period name, of the agents that can be paid. */
function metricsForHash(
  inputs: Inputs,
  agentIds: ReadonlySet<number>,
  codes: ReadonlyMap<number, string>,
  period: Period,
): unknown {
  const named = namedMetrics(inputs);
  if (named.length === 0) return [];
  return [...agentIds].flatMap((agentId) =>
    named.flatMap((metric) =>
      metricPeriods(period).flatMap((at) => {
        const value = inputs.metric(agentId, metric, at);
        return value === undefined ? [] : [[codes.get(agentId), metric, at, value.toFixed()]];
      }),
    ),
  );
}

function namedMetrics(inputs: Pick<Inputs, 'versions' | 'pools'>): string[] {
  const definitions = inputs.versions.flatMap(({ components }) => components.map(({ definition }) => definition));
  const names = definitions.flatMap((definition) => [
    ...('scoreFactor' in definition && definition.scoreFactor ? ['SCORE'] : []),
    ...('target' in definition && definition.target ? [definition.target] : []),
    ...('holdback' in definition && definition.holdback?.condition ? [definition.holdback.condition.metric] : []),
  ]);
  const weighed = inputs.pools.flatMap(({ definition }) =>
    definition.weight.flatMap((factor) => {
      if (factor.factor === 'METRIC') return [factor.metric];
      return factor.factor === 'SCORE' ? ['SCORE'] : [];
    }),
  );
  return [...new Set([...names, ...weighed])].sort();
}

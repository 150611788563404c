import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { type CopyValue, copyRows } from '../db/copy.ts';
import { UserError } from '../errors.ts';
import { Decimal, minorUnitDigits } from '../money.ts';
import { type Period, shiftPeriod } from '../period.ts';
import type { PoolOutcome } from './calculation.ts';
import { type AgentFacts, factsOnAgreementsLastDay, factsOverPeriod } from './engine/facts.ts';
import { groupBy } from './engine/group.ts';
import {
  countedParts,
  FloorsExceedFund,
  monthCount,
  type PoolMember,
  type PoolResult,
  sharePool,
} from './engine/pools.ts';
import { tierMultiplierOf } from './inputs.ts';
import { loadAgentHistories } from './load.ts';
import { type DatedPool, lineColumns, type Scope } from './scope.ts';
import { requireAllScored, settleUnpaid } from './volumes.ts';

// The pools of a run (docs/commission.md §7): who shares, by which volumes, and the POOL lines.

/** The event types that pools count, for bases or weights. */
export function poolEventTypes(pools: readonly DatedPool[]): string[] {
  const types = pools.flatMap(({ definition }) => countedParts(definition).flatMap(({ eventTypes }) => eventTypes));
  return [...new Set(types)].sort();
}

/**
 * Shares the pools of an official run and writes their lines; a quarter's pool only with the quarter's last month. Settles for
 * the members which of their events are listed as unpaid. Needs the table of volumes.
 * @returns the pools shared, in order of code
 * @throws UserError SCORE_MISSING, POOL_FLOORS_EXCEED_FUND.
 */
export async function sharePools(transaction: Transaction, scope: Scope): Promise<PoolOutcome[]> {
  const outcomes: PoolOutcome[] = [];
  const ofMonth = factsByAgent(scope.inputs.facts);
  const hasQuarters = scope.inputs.pools.some(({ definition }) => definition.period === 'QUARTER');
  const ofQuarter = hasQuarters ? factsByAgent(await quarterFacts(transaction, scope)) : ofMonth;
  for (const pool of scope.inputs.pools) {
    const months = monthsOf(pool, scope.period);
    const facts = memberFacts(pool, pool.definition.period === 'QUARTER' ? ofQuarter : ofMonth);
    if (countedParts(pool.definition).length > 0) {
      await settleUnpaid(transaction, scope, {
        join: '',
        condition: `counted.component_id = ${pool.componentId} and entry.agent_id = any($1)`,
        values: [facts.map(({ last }) => last.agentId)],
      });
    }
    if (months.length < monthCount(pool.definition)) continue;
    const volumes = await readVolumes(transaction, scope, pool, months);
    outcomes.push({ pool, result: share(scope, pool, membersOf(scope, pool, facts, volumes)) });
  }
  await writePoolLines(transaction, scope, outcomes);
  return outcomes;
}

/** The pool's months up to the period: all of them only where it is shared with the period. */
function monthsOf({ definition }: DatedPool, period: Period): Period[] {
  const before = definition.period === 'QUARTER' ? (Number(period.slice(5)) - 1) % 3 : 0;
  return Array.from({ length: before + 1 }, (_, index) => shiftPeriod(period, index - before));
}

/** Everybody's facts from the first month of the quarter on: who left in it may have been a member. */
async function quarterFacts(transaction: Transaction, { inputs, period }: Scope): Promise<AgentFacts[]> {
  const months = Array.from({ length: (Number(period.slice(5)) - 1) % 3 }, (_, index) =>
    shiftPeriod(period, -index - 1),
  );
  const earlier: AgentFacts[][] = [];
  for (const month of months.reverse()) {
    const histories = await loadAgentHistories(transaction, month);
    earlier.push(histories.flatMap((history) => factsOverPeriod(history, month, [])));
  }
  return [...earlier.flat(), ...inputs.facts];
}

const factsByAgent = (facts: readonly AgentFacts[]) => [...groupBy(facts, (fact) => fact.agentId).values()];

type MemberFacts = { readonly last: AgentFacts; readonly monthsOfService: number };

/** Members: ACTIVE on the last day of the last agreement, and within the pool's filter (DOMAIN.md §9.12, Pools). */
function memberFacts({ definition }: DatedPool, agents: readonly (readonly AgentFacts[])[]): MemberFacts[] {
  const { channelTypes, plans = [] } = definition;
  const isWithin = (codes: readonly string[], code: string) => codes.length === 0 || codes.includes(code);
  return agents.flatMap((facts): MemberFacts[] => {
    const last = factsOnAgreementsLastDay(facts);
    if (last?.plan === undefined || last.status !== 'ACTIVE') return [];
    if (!isWithin(channelTypes, last.channelType) || !isWithin(plans, last.plan)) return [];
    const served = facts.filter(({ status, plan }) => status === 'ACTIVE' && plan !== undefined);
    return [{ last, monthsOfService: new Set(served.map(({ from }) => from.slice(0, 7))).size }];
  });
}

function membersOf(
  { inputs, period }: Scope,
  { definition, code }: DatedPool,
  facts: readonly MemberFacts[],
  volumes: ReadonlyMap<number, ReadonlyMap<number, Decimal>>,
): PoolMember[] {
  const named = definition.weight.flatMap((factor) => (factor.factor === 'METRIC' ? [factor.metric] : []));
  const members = facts.map(
    ({ last, monthsOfService }): PoolMember => ({
      agentId: last.agentId,
      code: last.agentCode,
      volumes: volumes.get(last.agentId) ?? new Map(),
      tierMultiplier: tierMultiplierOf(inputs, last.tier),
      score: inputs.metric(last.agentId, 'SCORE', period),
      metrics: new Map(
        named.flatMap((metric) => {
          const value = inputs.metric(last.agentId, metric, period);
          return value ? [[metric, value] as const] : [];
        }),
      ),
      monthsOfService,
    }),
  );
  if (definition.weight.some(({ factor }) => factor === 'SCORE')) {
    const lacking = members.filter(({ score }) => score === undefined);
    requireAllScored(
      lacking.map((member) => member.code),
      `members of pool ${code}, in ${period}`,
    );
  }
  return members;
}

function share(
  { inputs }: Scope,
  { poolId, code, definition, currency, rounding }: DatedPool,
  members: PoolMember[],
): PoolResult {
  const carriedIn = inputs.carriedIn.get(poolId) ?? new Decimal(0);
  try {
    return sharePool(definition, members, carriedIn, minorUnitDigits[currency] ?? 2, rounding);
  } catch (error) {
    if (!(error instanceof FloorsExceedFund)) throw error;
    const [needed, toShare] = [error.needed.toFixed(), error.toShare.toFixed()];
    throw new UserError(
      'POOL_FLOORS_EXCEED_FUND',
      `The floors of pool ${code} come to ${needed}, and it has ${toShare} to share.`,
      code,
    );
  }
}

/** Volumes of everybody in the pool's months, with what late facts add to what earlier runs counted, by agent and part. */
async function readVolumes(
  transaction: Transaction,
  scope: Scope,
  pool: DatedPool,
  months: readonly Period[],
): Promise<Map<number, Map<number, Decimal>>> {
  const { tables, period, ledger } = scope;
  const before = months.filter((month) => month < period && ledger.periods.includes(month));
  const sources = [
    `select agent_id, component_id, part, volume from ${tables.of('volume')}`,
    ...(before.length > 0 ? [`select agent_id, component_id, part, volume from ${ledger.volumes(before)} booked`] : []),
    ...(await lateSources(transaction, scope, pool, months)),
  ];
  const rows = await rawSql(transaction).unsafe<{ agent_id: number; part: number; volume: string }[]>(
    `select agent_id, part, sum(volume) as volume from (${sources.join(' union all ')}) known
     where component_id = ${pool.componentId} group by agent_id, part`,
  );
  const volumes = new Map<number, Map<number, Decimal>>();
  for (const { agent_id, part, volume } of rows) {
    const parts = volumes.get(agent_id) ?? new Map<number, Decimal>();
    volumes.set(agent_id, parts.set(part, new Decimal(volume)));
  }
  return volumes;
}

/**
 * What late facts have changed since the pool was last shared, in months that it had counted by then: today's volumes, less those
 * known to that run (docs/commission.md §11). Only months that a later run, or this one, calculated again can differ. A simulation
 * counts each month's facts in that month.
 */
async function lateSources(
  transaction: Transaction,
  { kind, period, ledger }: Scope,
  { poolId }: DatedPool,
  months: readonly Period[],
): Promise<string[]> {
  if (kind === 'SIMULATION') return [];
  const sql = rawSql(transaction);
  const [last] = await sql<{ period: Period }[]>`
    select run.period from run_pool shared join commission_run run on run.id = shared.run_id
    where shared.pool_id = ${poolId} and run.status in ('APPROVED', 'PAID') and run.period < ${period}
    order by run.period desc limit 1`;
  if (!last) return [];
  const since = await sql<{ period: Period }[]>`
    select distinct counted.period from run_volume counted join commission_run run on run.id = counted.run_id
    where run.status in ('APPROVED', 'PAID') and run.period > ${last.period} and run.period < ${period}
      and counted.period <= ${last.period}`;
  const again = new Set([...since.map((row) => row.period), ...ledger.recalculated]);
  const counted = [...again].filter((month) => month <= last.period && !months.includes(month)).sort();
  if (counted.length === 0) return [];
  const names = counted.map((month) => `'${month}'`).join(',');
  return [
    `select agent_id, component_id, part, volume from ${ledger.volumes(counted)} today`,
    `select agent_id, component_id, part, -volume from (
       select distinct on (volume.agent_id, volume.component_id, volume.period, volume.part)
              volume.agent_id, volume.component_id, volume.part, volume.volume
       from run_volume volume join commission_run run on run.id = volume.run_id
       where run.status in ('APPROVED', 'PAID') and run.period <= '${last.period}' and volume.period in (${names})
       order by volume.agent_id, volume.component_id, volume.period, volume.part, run.period desc) counted`,
  ];
}

async function writePoolLines(
  transaction: Transaction,
  { tables, runId }: Scope,
  pools: readonly PoolOutcome[],
): Promise<void> {
  const rows = pools.flatMap(({ pool, result }) =>
    result.shares
      .filter((share) => !share.amount.isZero())
      .map((share): CopyValue[] => {
        const amount = share.amount.toFixed(minorUnitDigits[pool.currency] ?? 2);
        const identity = [runId, pool.componentId, 'POOL', pool.poolId, share.agentId, 'MEMBER', null];
        return [...identity, share.weight.toFixed(), '1', '1', amount, pool.currency, null, null, null, null, null];
      }),
  );
  await copyRows(transaction, `${tables.lines} (${lineColumns})`, rows);
}

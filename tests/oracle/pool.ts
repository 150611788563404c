import { daysOf, eachDay, monthsToDate } from './dates.ts';
import {
  add,
  clamp,
  compare,
  compareText,
  divide,
  type Fraction,
  fraction,
  multiply,
  ONE,
  percent,
  roundToUnits,
  subtract,
  sum,
  toText,
  unitsToFraction,
  unitsToText,
  ZERO,
} from './fraction.ts';
import type { Agent, Pool } from './historyModel.ts';
import type { PoolResult } from './historyOutput.ts';
import { type Item, item } from './items.ts';
import {
  type AgentFacts,
  agentFactsBetween,
  agreementOn,
  digitsOf,
  isInForce,
  type Known,
  metricOf,
  multiplierOn,
  statusOn,
} from './known.ts';
import { sharePool } from './poolShares.ts';
import { type Credit, isListed, measured, type VolumeEntry, volumeEntries } from './sales.ts';
import { collectMissing, scoreOf } from './scores.ts';

/** What a pool counts of one agent: its part of the base, then of each factor that counts events. */
type Volumes = Fraction[];
/** What a closed run of a pool, and later runs for it, have counted: by agent, whether it was a member or not. */
export type PoolMemory = { period: string; counted: Map<string, Volumes> }[];

export type PoolRun = {
  result: PoolResult;
  items: Item[];
  memory: PoolMemory;
};

/** What a pool reads of a month, whether or not it is shared with it. */
export type PoolReading = {
  code: string;
  /** Credits that feed the base or a weight. */
  fed: Credit[];
  refusals: { credit: Credit; sale: VolumeEntry['figures'] }[];
};

type Member = { agent: Agent; facts: AgentFacts };

/** Whether the pool counts the period: it is in force on its last day. */
export function isPoolOfPeriod(pool: Pool, period: string): boolean {
  return isInForce(pool, daysOf(period).last);
}

/** Whether the pool is calculated with the period: a quarterly one only with the quarter's last month. */
export function isShared(pool: Pool, period: string): boolean {
  const isLast = pool.period !== 'QUARTER' || Number(period.slice(5)) % 3 === 0;
  return isLast && isPoolOfPeriod(pool, period);
}

/** All event types a pool reads, for its base or for its weights. */
export function typesReadBy(pool: Pool): string[] {
  return [
    ...(pool.fund.eventTypes ?? []),
    ...pool.weight.flatMap((each) => ('eventTypes' in each ? each.eventTypes : [])),
  ];
}

function monthsOf(pool: Pool, period: string): string[] {
  return monthsToDate(period, pool.period ?? 'MONTH');
}

/** ACTIVE on the last day of the last agreement within the months up to the period, of the pool's channel types and plans. */
function membersOf(known: Known, pool: Pool, period: string): Member[] {
  const months = monthsOf(pool, period);
  const first = daysOf(months[0] ?? period).first;
  const members = known.world.agents.flatMap((agent) => {
    if (pool.channelTypes?.includes(agent.channelType) === false) return [];
    const facts = agentFactsBetween(known, agent, { first, last: daysOf(period).last });
    if (facts?.status !== 'ACTIVE') return [];
    if (pool.plans?.includes(facts.agreement.plan) === false) return [];
    return [{ agent, facts }];
  });
  return members.sort((a, b) => compareText(a.agent.code, b.agent.code));
}

function counted(
  known: Known,
  pool: Pool,
  entries: readonly VolumeEntry[],
  measure: 'AMOUNT' | 'QUANTITY',
  eventTypes: readonly string[],
): Fraction {
  const listed = entries.filter((entry) => isListed(entry, eventTypes));
  return sum(listed.map((entry) => measured(known, entry, measure, pool.currency) ?? ZERO));
}

function volumesOf(known: Known, pool: Pool, entries: readonly VolumeEntry[]): Volumes {
  const { of = 'AMOUNT', eventTypes = [] } = pool.fund;
  const factors = pool.weight.flatMap((each) => ('eventTypes' in each ? [each] : []));
  return [
    counted(known, pool, entries, of, eventTypes),
    ...factors.map(({ factor, eventTypes: types }) =>
      counted(known, pool, entries, factor === 'UNITS' ? 'QUANTITY' : 'AMOUNT', types),
    ),
  ];
}

/** Everybody's volumes of the pool's months up to the period. */
function allVolumes(known: Known, pool: Pool, period: string): Map<string, Volumes> {
  const entries = monthsOf(pool, period).flatMap((month) => volumeEntries(known, month));
  return new Map(
    known.world.agents.map((agent) => [
      agent.code,
      volumesOf(
        known,
        pool,
        entries.filter((entry) => entry.credit.agent === agent),
      ),
    ]),
  );
}

function combine(a: Volumes | undefined, b: Volumes | undefined, how: (x: Fraction, y: Fraction) => Fraction): Volumes {
  const length = Math.max(a?.length ?? 0, b?.length ?? 0);
  return Array.from({ length }, (_, index) => how(a?.[index] ?? ZERO, b?.[index] ?? ZERO));
}

/**
 * Adds to the members' volumes what late facts changed in closed runs of the pool (docs/commission.md §11), whoever was a member
 * then. It is counted once: what concerns agents that are no members now is lost to them.
 */
function addLate(known: Known, pool: Pool, volumes: Map<string, Volumes>, memory: PoolMemory): PoolMemory {
  return memory.map((run) => {
    const today = allVolumes(known, pool, run.period);
    for (const [agent, own] of volumes) {
      volumes.set(agent, combine(own, combine(today.get(agent), run.counted.get(agent), subtract), add));
    }
    return { period: run.period, counted: today };
  });
}

function monthsOfService(known: Known, pool: Pool, agent: Agent, period: string): Fraction {
  const months = monthsOf(pool, period);
  const served = months.filter((month) =>
    eachDay(month).some((day) => agreementOn(known, agent.code, day) && statusOn(agent, day) === 'ACTIVE'),
  );
  return divide(fraction(String(served.length)), fraction(String(months.length)));
}

/** The product of the factors; a negative one counts as 0. */
function weightOf(known: Known, pool: Pool, member: Member, volumes: Volumes, period: string): Fraction {
  let weight = ONE;
  let next = 1;
  for (const part of pool.weight) {
    const { factor } = part;
    let value = ONE;
    if (factor === 'UNITS' || factor === 'VOLUME') value = volumes[next++] ?? ZERO;
    if (factor === 'TIER_MULTIPLIER') value = multiplierOn(known, member.agent, member.facts.date);
    if (factor === 'SCORE') value = scoreOf(known, member.agent.code, period);
    if (factor === 'MONTHS_OF_SERVICE') value = monthsOfService(known, pool, member.agent, period);
    if (part.factor === 'METRIC') value = metricOf(known, member.agent.code, part.metric, period) ?? ZERO;
    weight = multiply(weight, compare(value, ZERO) < 0 ? ZERO : value);
  }
  return weight;
}

/** Whether the base misses what the pool asks for, so that nobody is paid (DOMAIN.md §9.12, Pools). */
function isMissed(pool: Pool, base: Fraction): boolean {
  if (compare(base, ZERO) < 0) return true;
  if (!pool.threshold) return false;
  return compare(base, multiply(percent(pool.threshold.percent), fraction(pool.threshold.target))) < 0;
}

/** F in minor units: round( clamp( percent · base or fixed, minimum, maximum ) · (1 − reserve) ), or 0 where missed. */
function fundOf(pool: Pool, base: Fraction, digits: number): bigint {
  if (isMissed(pool, base)) return 0n;
  const { fixed, percent: part } = pool.fund;
  const full = fixed !== undefined ? fraction(fixed) : multiply(percent(part ?? '0'), base);
  const kept = subtract(ONE, percent(pool.reservePercent ?? '0'));
  return roundToUnits(multiply(clamp(full, pool.minimum, pool.maximum), kept), digits, pool.rounding);
}

function exactUnits(text: string, digits: number): bigint {
  const units = roundToUnits(fraction(text), digits, 'DOWN');
  if (compare(unitsToFraction(units, digits), fraction(text)) !== 0)
    throw new Error(`${text} is finer than the minor unit`);
  return units;
}

/** What the pool reads of the month's entries of those who are its members by then (DOMAIN.md §10, Nothing is silent). */
export function readingOf(known: Known, pool: Pool, period: string): PoolReading {
  const members = membersOf(known, pool, period).map(({ agent }) => agent);
  const entries = volumeEntries(known, period).filter((entry) => members.includes(entry.credit.agent));
  const inMoney = [
    ...(pool.fund.of === 'QUANTITY' ? [] : (pool.fund.eventTypes ?? [])),
    ...pool.weight.flatMap((each) => (each.factor === 'VOLUME' ? each.eventTypes : [])),
  ];
  // the pool needs their amount in its own currency and cannot have it
  const refused = entries.filter(
    (entry) => isListed(entry, inMoney) && measured(known, entry, 'AMOUNT', pool.currency) === undefined,
  );
  const types = typesReadBy(pool);
  return {
    code: pool.code,
    fed: entries.filter((entry) => isListed(entry, types) && !refused.includes(entry)).map((entry) => entry.credit),
    refusals: refused.map((entry) => ({ credit: entry.credit, sale: entry.figures })),
  };
}

/** Funds one pool and shares it out exactly: Σ shares + remainder = F + carried in (docs/commission.md §7). */
export function runPool(known: Known, pool: Pool, period: string, carriedText: string, memory: PoolMemory): PoolRun {
  const digits = digitsOf(known, pool.currency);
  const members = membersOf(known, pool, period);
  const own = allVolumes(known, pool, period);
  const volumes = new Map(members.map(({ agent }) => [agent.code, own.get(agent.code) ?? []]));
  const late = addLate(known, pool, volumes, memory);
  const base = sum([...volumes.values()].map(([ofBase = ZERO]) => ofBase));
  const fund = fundOf(pool, base, digits);
  const carriedIn = exactUnits(carriedText, digits);
  const toShare = fund + carriedIn;
  const weights = collectMissing(members, (member) => ({
    code: member.agent.code,
    weight: weightOf(known, pool, member, volumes.get(member.agent.code) ?? [], period),
  })).filter(({ weight }) => compare(weight, ZERO) > 0);
  const weightTotal = sum(weights.map(({ weight }) => weight));
  const limit = (text: string | undefined) => (text === undefined ? undefined : exactUnits(text, digits));
  const limits = { floor: limit(pool.floor), cap: limit(pool.cap) };
  const shares = isMissed(pool, base) ? [] : sharePool(toShare, weights, limits);
  if (!shares) throw new Error(`POOL_FLOORS_EXCEED_FUND ${pool.code}`);
  const paid = shares.reduce((total, share) => total + share.units, 0n);
  const money = (units: bigint) => unitsToText(units, digits);
  const items = shares.flatMap(({ code, units }) => {
    const weight = weights.find((each) => each.code === code)?.weight ?? ZERO;
    if (units === 0n) return [];
    return [
      item({
        kind: 'POOL',
        plan: '',
        component: pool.code,
        cause: pool.code,
        agent: code,
        role: 'MEMBER',
        base: money(toShare),
        factor: toText(divide(weight, weightTotal)),
        units,
        currency: pool.currency,
      }),
    ];
  });
  return {
    result: {
      code: pool.code,
      currency: pool.currency,
      base: toText(base),
      fund: money(fund),
      carriedIn: money(carriedIn),
      weightTotal: toText(weightTotal),
      paid: money(paid),
      remainder: money(toShare - paid),
      carriedOver: money(pool.remainder === 'CARRY_OVER' ? toShare - paid : 0n),
    },
    items,
    memory: [...late, { period, counted: own }],
  };
}

import { type PeriodCredit, refusal } from './credits.ts';
import { agreementOn, daysOf, isInForce, lastDayIn, multiplierOn, overlaps, rateOn, statusOn } from './facts.ts';
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
  shareOut,
  subtract,
  sum,
  toText,
  unitsToFraction,
  unitsToText,
  ZERO,
} from './fraction.ts';
import type { Agent, Line, OracleInput, Pool, PoolResult, Refusal } from './model.ts';
import { digitsOf } from './rate.ts';

/** A member of a pool: the agent, the day whose facts count, and the credits that count. */
type Member = { agent: Agent; lastDay: string; credits: PeriodCredit[] };

export type PoolRun = { result: PoolResult; lines: Line[]; fed: Set<PeriodCredit>; refusals: Refusal[] };

export function isPoolOfPeriod(input: OracleInput, pool: Pool): boolean {
  return isInForce(pool, daysOf(input.period).last);
}

/** All event types a pool reads, for its base or for its weights. */
export function typesReadBy(pool: Pool): string[] {
  return [...(pool.fund.events ?? []), ...pool.weights.flatMap((weight) => weight.events ?? [])];
}

/**
 * The pool's members (DOMAIN.md §9.8, §9.12): ACTIVE on the last day in the period of their last agreement within the
 * filter. Their credits are those earned under such an agreement, not reversed, and not while suspended or terminated.
 */
function membersOf(input: OracleInput, pool: Pool, credits: readonly PeriodCredit[]): Member[] {
  const members: Member[] = [];
  const isPlanWithin = (plan: string) => pool.plans === undefined || pool.plans.includes(plan);
  for (const agent of input.agents) {
    if (pool.channelTypes !== undefined && !pool.channelTypes.includes(agent.channelType)) continue;
    const agreements = input.agreements.filter(
      (each) => each.agent === agent.code && isPlanWithin(each.plan) && overlaps(each, input.period),
    );
    const lastDay = agreements
      .map((each) => lastDayIn(each, input.period))
      .sort()
      .at(-1);
    if (lastDay === undefined || statusOn(agent, lastDay) !== 'ACTIVE') continue;
    const own = credits.filter((credit) => {
      if (credit.agent !== agent || credit.isReversed || statusOn(agent, credit.date) !== 'ACTIVE') return false;
      const agreement = agreementOn(input, agent.code, credit.date);
      return agreement !== undefined && isPlanWithin(agreement.plan);
    });
    members.push({ agent, lastDay, credits: own });
  }
  return members.sort((a, b) => compareText(a.agent.code, b.agent.code));
}

/** Σ share · quantity of the named event types. */
function unitsOf(credits: readonly PeriodCredit[], events: readonly string[]): Fraction {
  const named = credits.filter((credit) => events.includes(credit.event.type));
  return sum(named.map((credit) => multiply(credit.share, fraction(credit.event.quantity))));
}

/** Σ share · amount of the named event types in the pool's currency; what has no exchange rate is left out. */
function volumeOf(
  input: OracleInput,
  pool: Pool,
  credits: readonly PeriodCredit[],
  events: readonly string[],
): Fraction {
  let volume = ZERO;
  for (const credit of credits) {
    if (!events.includes(credit.event.type)) continue;
    const rate = rateOn(input, credit.event.currency, pool.currency, credit.date);
    if (rate === undefined) continue;
    volume = add(volume, multiply(multiply(credit.share, fraction(credit.event.amount)), rate));
  }
  return volume;
}

function baseOf(input: OracleInput, pool: Pool, credits: readonly PeriodCredit[]): Fraction {
  const events = pool.fund.events ?? [];
  return pool.fund.base === 'quantity' ? unitsOf(credits, events) : volumeOf(input, pool, credits, events);
}

function weightOf(input: OracleInput, pool: Pool, member: Member): Fraction {
  let weight = ONE;
  for (const { factor, events = [] } of pool.weights) {
    if (factor === 'UNITS') weight = multiply(weight, unitsOf(member.credits, events));
    if (factor === 'VOLUME') weight = multiply(weight, volumeOf(input, pool, member.credits, events));
    if (factor === 'TIER_MULTIPLIER') weight = multiply(weight, multiplierOn(input, member.agent, member.lastDay));
  }
  return compare(weight, ZERO) < 0 ? ZERO : weight;
}

/** Whether the base misses what the pool asks for, so that nobody is paid (DOMAIN.md §9.12, Pools). */
function isMissed(pool: Pool, base: Fraction): boolean {
  if (compare(base, ZERO) < 0) return true;
  if (pool.thresholdPercent === undefined || pool.target === undefined) return false;
  return compare(base, multiply(percent(pool.thresholdPercent), fraction(pool.target))) < 0;
}

/** F in minor units: round( clamp( percent · base or fixed, min, max ) · (1 − reserve) ), or 0 where the base misses. */
function fundOf(pool: Pool, base: Fraction, digits: number): bigint {
  if (isMissed(pool, base)) return 0n;
  const full =
    pool.fund.fixed !== undefined ? fraction(pool.fund.fixed) : multiply(percent(pool.fund.percent ?? '0'), base);
  const kept = subtract(ONE, percent(pool.reservePercent ?? '0'));
  return roundToUnits(multiply(clamp(full, pool.min, pool.max), kept), digits, pool.rounding);
}

/** Credits of members that the pool needs in its own currency and cannot have (DOMAIN.md §3.6). */
function refusalsOf(input: OracleInput, pool: Pool, credits: readonly PeriodCredit[]): Refusal[] {
  const moneyEvents = [
    ...(pool.fund.base === 'quantity' ? [] : (pool.fund.events ?? [])),
    ...pool.weights.flatMap((weight) => (weight.factor === 'VOLUME' ? (weight.events ?? []) : [])),
  ];
  return credits
    .filter((credit) => moneyEvents.includes(credit.event.type))
    .filter((credit) => rateOn(input, credit.event.currency, pool.currency, credit.date) === undefined)
    .map((credit) => refusal(credit, pool.code, 'NO_EXCHANGE_RATE'));
}

/** Funds one pool and shares it out exactly: Σ shares + remainder = F + carried in (DOMAIN.md §9.8, §3.3). */
export function runPool(input: OracleInput, pool: Pool, credits: readonly PeriodCredit[]): PoolRun {
  const digits = digitsOf(input, pool.currency);
  const members = membersOf(input, pool, credits);
  const memberCredits = members.flatMap((member) => member.credits);
  const base = baseOf(input, pool, memberCredits);
  const fund = fundOf(pool, base, digits);
  const carriedIn = roundToUnits(fraction(pool.carriedIn), digits, 'DOWN');
  if (compare(unitsToFraction(carriedIn, digits), fraction(pool.carriedIn)) !== 0) {
    throw new Error(`carriedIn of ${pool.code} is finer than the minor unit`);
  }
  const toShare = fund + carriedIn;
  const weights = members
    .map((member) => ({ code: member.agent.code, weight: weightOf(input, pool, member) }))
    .filter(({ weight }) => compare(weight, ZERO) > 0);
  const weightTotal = sum(weights.map(({ weight }) => weight));
  const shares = isMissed(pool, base) || weights.length === 0 ? [] : shareOut(toShare, weights);
  const paid = shares.reduce((total, share) => total + share.units, 0n);
  const remainder = toShare - paid;
  const money = (units: bigint) => unitsToText(units, digits);
  const lines = weights.flatMap(({ code, weight }): Line[] => {
    const units = shares.find((share) => share.code === code)?.units ?? 0n;
    if (units === 0n) return [];
    return [
      {
        component: pool.code,
        plan: '',
        kind: 'POOL',
        cause: pool.code,
        agent: code,
        role: '',
        rule: '',
        base: money(toShare),
        factor: toText(divide(weight, weightTotal)),
        amount: money(units),
        currency: pool.currency,
      },
    ];
  });
  const refusals = refusalsOf(input, pool, memberCredits);
  const isRefused = (credit: PeriodCredit) =>
    refusals.some((each) => each.externalId === credit.event.externalId && each.source === credit.event.source);
  const types = typesReadBy(pool);
  return {
    result: {
      code: pool.code,
      currency: pool.currency,
      base: toText(base),
      fund: money(fund),
      carriedIn: money(carriedIn),
      weightTotal: toText(weightTotal),
      paid: money(paid),
      remainder: money(remainder),
      carriedOver: money(pool.remainder === 'CARRY_OVER' ? remainder : 0n),
    },
    lines,
    fed: new Set(memberCredits.filter((credit) => types.includes(credit.event.type) && !isRefused(credit))),
    refusals,
  };
}

import { Decimal, type RoundingMode, roundMoney, shareExactly } from '../../money.ts';
import type { PoolDefinition, PoolFactor } from '../definitions.ts';

// A pool's fund and shares (DOMAIN.md §9.8, §3.3; docs/commission.md §7): pure arithmetic on totals by agent.

export type PoolMember = {
  readonly agentId: number;
  readonly code: string;
  /** What its credits come to in each part that the pool counts (`countedParts`), by part; absent: 0. */
  readonly volumes: ReadonlyMap<number, Decimal>;
  readonly tierMultiplier: Decimal;
  /** Only looked at where the weight names SCORE, and then required. */
  readonly score: Decimal | undefined;
  /** Its values of the metrics that the weight names, of the pool's last month; absent: 0. */
  readonly metrics: ReadonlyMap<string, Decimal>;
  /** In how many of the pool's months it had a day ACTIVE under an agreement. */
  readonly monthsOfService: number;
};

type PoolShare = {
  readonly agentId: number;
  /** What the shares go by; where a quarter's months of service make it endless, as far as 18 decimals say it. */
  readonly weight: Decimal;
  readonly factors: { factor: string; value: string }[];
  readonly amount: Decimal;
};

export type PoolResult = {
  readonly base: Decimal;
  readonly fund: Decimal;
  readonly carriedIn: Decimal;
  readonly weightTotal: Decimal;
  readonly shares: PoolShare[];
  readonly shared: Decimal;
  readonly remainder: Decimal;
  /** What the next period's pool begins with. */
  readonly carriedOut: Decimal;
};

/** One volume that a pool counts of each agent: part 0 is the base, part n the n-th factor of the weight. */
export type CountedPart = {
  readonly part: number;
  readonly measure: 'AMOUNT' | 'UNITS';
  readonly eventTypes: readonly string[];
};

/** The volumes that a pool counts. A fixed fund without event types has no base. */
export function countedParts({ fund, weight }: PoolDefinition): CountedPart[] {
  const measure = fund.of === 'QUANTITY' ? 'UNITS' : 'AMOUNT';
  const base: CountedPart[] = fund.eventTypes ? [{ part: 0, measure, eventTypes: fund.eventTypes }] : [];
  const factors = weight.flatMap((factor, index): CountedPart[] =>
    'eventTypes' in factor
      ? [{ part: index + 1, measure: factor.factor === 'UNITS' ? 'UNITS' : 'AMOUNT', eventTypes: factor.eventTypes }]
      : [],
  );
  return [...base, ...factors];
}

/** How many months a pool is over. */
export function monthCount(pool: PoolDefinition): number {
  return pool.period === 'QUARTER' ? 3 : 1;
}

/** The floors of those with weight come to more than there is to share: the run fails and names the pool. */
export class FloorsExceedFund extends Error {
  readonly needed: Decimal;
  readonly toShare: Decimal;
  constructor(needed: Decimal, toShare: Decimal) {
    super(`floors of ${needed.toFixed()} exceed ${toShare.toFixed()}`);
    this.needed = needed;
    this.toShare = toShare;
  }
}

/**
 * Funds a pool and shares it out exactly: Σ shares + remainder = fund + carried in.
 * @param digits minor unit of the pool's currency
 * @throws FloorsExceedFund
 */
export function sharePool(
  pool: PoolDefinition,
  members: readonly PoolMember[],
  carriedIn: Decimal,
  digits: number,
  rounding: RoundingMode,
): PoolResult {
  const base = sum(members.map((member) => volumeOf(member, 0)));
  const isMissed = base.isNegative() || missesThreshold(pool, base);
  const fund = isMissed ? new Decimal(0) : fundAmount(pool, base, digits, rounding);
  const weighed = members.map((member) => weigh(pool, member));
  const amounts = isMissed ? [] : shareWithin(fund.plus(carriedIn), weighed, boundsOf(pool, digits), digits);
  const shares = weighed.map(
    ({ agentId, factors, weight }, index): PoolShare => ({
      agentId,
      factors,
      weight: asWeight(pool, weight),
      amount: amounts[index] ?? new Decimal(0),
    }),
  );
  const shared = sum(shares.map((share) => share.amount));
  const remainder = fund.plus(carriedIn).minus(shared);
  return {
    base,
    fund,
    carriedIn,
    weightTotal: asWeight(pool, sum(weighed.map(({ weight }) => weight))),
    shares,
    shared,
    remainder,
    carriedOut: pool.remainder === 'CARRY_OVER' ? remainder : new Decimal(0),
  };
}

function missesThreshold(pool: PoolDefinition, base: Decimal): boolean {
  if (!pool.threshold) return false;
  return base.times(100).lt(new Decimal(pool.threshold.target).times(pool.threshold.percent));
}

/** round( clamp( percent · base or fixed, min, max ) · (1 − reserve) ), rounded once. */
function fundAmount(pool: PoolDefinition, base: Decimal, digits: number, rounding: RoundingMode): Decimal {
  const whole = 'fixed' in pool.fund ? new Decimal(pool.fund.fixed) : base.times(pool.fund.percent).div(100);
  const raised = pool.minimum === null ? whole : Decimal.max(whole, pool.minimum);
  const clamped = pool.maximum === null ? raised : Decimal.min(raised, pool.maximum);
  return roundMoney(clamped.times(new Decimal(100).minus(pool.reservePercent)).div(100), digits, rounding);
}

type Weighed = {
  readonly agentId: number;
  readonly code: string;
  readonly factors: { factor: string; value: string }[];
  /** In whole months of service, so that it stays exact: `monthCount` times the weight where it counts them. */
  readonly weight: Decimal;
};

/** A negative weight counts as 0. */
function weigh(pool: PoolDefinition, member: PoolMember): Weighed {
  const factors = pool.weight.map((factor, index) => ({ factor, value: factorValue(factor, index, member) }));
  return {
    agentId: member.agentId,
    code: member.code,
    factors: factors.map(({ factor, value }) => ({ factor: nameOf(factor), value: factorText(pool, factor, value) })),
    weight: Decimal.max(0, product(factors.map(({ value }) => value))),
  };
}

/** What an explanation calls a factor: a metric by its own name. */
const nameOf = (factor: PoolFactor) => (factor.factor === 'METRIC' ? factor.metric : factor.factor);

function factorValue(factor: PoolFactor, index: number, member: PoolMember): Decimal {
  switch (factor.factor) {
    case 'TIER_MULTIPLIER':
      return member.tierMultiplier;
    case 'MONTHS_OF_SERVICE':
      return new Decimal(member.monthsOfService);
    case 'SCORE':
      if (!member.score) throw new Error(`${member.code} has no score`);
      return member.score;
    case 'METRIC':
      return member.metrics.get(factor.metric) ?? new Decimal(0);
    default:
      return volumeOf(member, index + 1);
  }
}

/** Months of service are a part of the pool's months: `2/3`. */
function factorText(pool: PoolDefinition, { factor }: PoolFactor, value: Decimal): string {
  if (factor !== 'MONTHS_OF_SERVICE') return value.toFixed();
  const months = monthCount(pool);
  return value.mod(months).isZero() ? value.div(months).toFixed() : `${value.toFixed()}/${months}`;
}

function asWeight(pool: PoolDefinition, inMonths: Decimal): Decimal {
  const times = pool.weight.filter(({ factor }) => factor === 'MONTHS_OF_SERVICE').length;
  const weight = inMonths.div(new Decimal(monthCount(pool)).pow(times));
  return times === 0 ? weight : weight.toDecimalPlaces(Math.max(18, inMonths.decimalPlaces()));
}

type Bounds = { readonly floor: Decimal; readonly cap: Decimal | undefined };

/** The bounds of a share, which is of whole minor units. */
function boundsOf({ floor, cap }: PoolDefinition, digits: number): Bounds {
  return {
    floor: new Decimal(floor ?? 0).toDecimalPlaces(digits, Decimal.ROUND_UP),
    cap: cap === undefined ? undefined : new Decimal(cap).toDecimalPlaces(digits, Decimal.ROUND_DOWN),
  };
}

/**
 * Shares clamp( λ · weight, floor, cap ) with the λ that places the whole, or everyone at the cap. Those at a bound get it, the
 * others share the rest exactly by weight (§3.3): no one at the cap gets a left-over unit. Weight 0 gets nothing, no floor either.
 */
function shareWithin(toShare: Decimal, takers: readonly Weighed[], bounds: Bounds, digits: number): Decimal[] {
  const { floor, cap } = bounds;
  const heavy = takers.filter(({ weight }) => !weight.isZero()).sort((a, b) => b.weight.cmp(a.weight));
  const needed = floor.times(heavy.length);
  if (needed.gt(toShare)) throw new FloorsExceedFund(needed, toShare);
  const { capped, unbound } = placesOf(toShare, heavy, bounds);
  const atCap = heavy.slice(0, capped);
  const between = heavy.slice(capped, unbound);
  const atFloor = heavy.slice(unbound);
  const rest = toShare.minus((cap ?? new Decimal(0)).times(atCap.length)).minus(floor.times(atFloor.length));
  const shared = between.length === 0 ? [] : shareExactly(rest, between, digits);
  const amounts = new Map([
    ...atCap.map(({ agentId }) => [agentId, cap] as const),
    ...between.map(({ agentId }, index) => [agentId, shared[index]] as const),
    ...atFloor.map(({ agentId }) => [agentId, floor] as const),
  ]);
  return takers.map(({ agentId }) => amounts.get(agentId) ?? new Decimal(0));
}

/**
 * Where λ places those with weight, heaviest first: the first `capped` at the cap, those from `unbound` on at the floor. As λ grows,
 * each leaves the floor at floor / weight and reaches the cap at cap / weight, the heaviest first; the walk over these points ends
 * before the one at which more than `toShare` would be placed.
 */
function placesOf(
  toShare: Decimal,
  heavy: readonly Weighed[],
  { floor, cap }: Bounds,
): { capped: number; unbound: number } {
  let [capped, unbound, weightBetween] = [0, 0, new Decimal(0)];
  for (;;) {
    const leaving = heavy[unbound];
    const rising = cap ? heavy[capped] : undefined;
    // floor / weight of the one ≤ cap / weight of the other, both multiplied by the weights
    const leaves = leaving && (!cap || !rising || floor.times(rising.weight).lte(cap.times(leaving.weight)));
    const next = leaves ? leaving : rising;
    const bound = leaves ? floor : cap;
    if (!next || !bound) return { capped, unbound };
    const left = toShare.minus((cap ?? new Decimal(0)).times(capped)).minus(floor.times(heavy.length - unbound));
    if (bound.times(weightBetween).gte(left.times(next.weight))) return { capped, unbound };
    if (leaves) {
      unbound += 1;
      weightBetween = weightBetween.plus(next.weight);
    } else {
      capped += 1;
      weightBetween = weightBetween.minus(next.weight);
    }
  }
}

function volumeOf(member: PoolMember, part: number): Decimal {
  return member.volumes.get(part) ?? new Decimal(0);
}

function sum(values: readonly Decimal[]): Decimal {
  return values.reduce((total, value) => total.plus(value), new Decimal(0));
}

function product(values: readonly Decimal[]): Decimal {
  return values.reduce((total, value) => total.times(value), new Decimal(1));
}

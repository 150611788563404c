import { Decimal, type RoundingMode, roundMoney, shareExactly } from '../../money.ts';
import type { PoolDefinition } from '../definitions.ts';

// A pool's fund and shares (DOMAIN.md §9.8, §3.3): pure arithmetic on totals by agent.

/** Volumes of an agent by event type: share-weighted amounts (in the pool's currency) and units of its credits. */
type Volume = { readonly eventType: string; readonly amount: Decimal; readonly units: Decimal };

export type PoolMember = {
  readonly agentId: number;
  readonly code: string;
  readonly tierMultiplier: Decimal;
  readonly volumes: readonly Volume[];
};

type PoolShare = {
  readonly agentId: number;
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

/**
 * Funds a pool and shares it out exactly: Σ shares + remainder = fund + carried in.
 * @param digits minor unit of the pool's currency
 */
export function sharePool(
  pool: PoolDefinition,
  members: readonly PoolMember[],
  carriedIn: Decimal,
  digits: number,
  rounding: RoundingMode,
): PoolResult {
  const base = eligibleBase(pool, members);
  const missed = base.isNegative() || missesThreshold(pool, base);
  const fund = missed ? new Decimal(0) : fundAmount(pool, base, digits, rounding);
  const weighed = members.map((member) => ({ member, factors: weightFactors(pool, member) }));
  const takers = weighed.map(({ member, factors }) => ({
    code: member.code,
    weight: Decimal.max(0, product(factors.map((factor) => factor.value))),
  }));
  const amounts = missed ? [] : shareExactly(fund.plus(carriedIn), takers, digits);
  const shares = weighed.map(({ member, factors }, index) => ({
    agentId: member.agentId,
    weight: takers[index]?.weight ?? new Decimal(0),
    factors: factors.map(({ factor, value }) => ({ factor, value: value.toFixed() })),
    amount: amounts[index] ?? new Decimal(0),
  }));
  const shared = sum(shares.map((share) => share.amount));
  const remainder = fund.plus(carriedIn).minus(shared);
  return {
    base,
    fund,
    carriedIn,
    weightTotal: sum(shares.map((share) => share.weight)),
    shares,
    shared,
    remainder,
    carriedOut: pool.remainder === 'CARRY_OVER' ? remainder : new Decimal(0),
  };
}

/** The members' volume that a percent fund and a threshold look at; a fixed fund without threshold looks at none. */
function eligibleBase(pool: PoolDefinition, members: readonly PoolMember[]): Decimal {
  const { fund } = pool;
  if ('fixed' in fund) return new Decimal(0);
  return sum(members.map((member) => volumeOf(member, fund.eventTypes, fund.of === 'AMOUNT' ? 'amount' : 'units')));
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

function weightFactors(pool: PoolDefinition, member: PoolMember): { factor: string; value: Decimal }[] {
  return pool.weight.map((part) =>
    part.factor === 'TIER_MULTIPLIER'
      ? { factor: part.factor, value: member.tierMultiplier }
      : { factor: part.factor, value: volumeOf(member, part.eventTypes, part.factor === 'UNITS' ? 'units' : 'amount') },
  );
}

function volumeOf(member: PoolMember, eventTypes: readonly string[], measure: 'amount' | 'units'): Decimal {
  return sum(member.volumes.filter((volume) => eventTypes.includes(volume.eventType)).map((volume) => volume[measure]));
}

function sum(values: readonly Decimal[]): Decimal {
  return values.reduce((total, value) => total.plus(value), new Decimal(0));
}

function product(values: readonly Decimal[]): Decimal {
  return values.reduce((total, value) => total.times(value), new Decimal(1));
}

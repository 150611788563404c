import { add, compare, compareText, divide, type Fraction, multiply, subtract, sum, ZERO } from './fraction.ts';

export type Weighed = { code: string; weight: Fraction };
export type Limits = { floor?: bigint; cap?: bigint };

function whole(units: bigint): Fraction {
  return { numerator: units, denominator: 1n };
}

function clamped(lambda: Fraction, weight: Fraction, { floor, cap }: Limits): Fraction {
  let share = multiply(lambda, weight);
  if (floor !== undefined && compare(share, whole(floor)) < 0) share = whole(floor);
  if (cap !== undefined && compare(share, whole(cap)) > 0) share = whole(cap);
  return share;
}

/** The λ with Σ clamp(λ · weight, floor, cap) = units; undefined where that is everyone at cap. */
function lambdaOf(units: Fraction, weights: readonly Weighed[], limits: Limits): Fraction | undefined {
  const placed = (lambda: Fraction) => sum(weights.map(({ weight }) => clamped(lambda, weight, limits)));
  // Between two of these the total grows along a straight line.
  const edges = weights.flatMap(({ weight }) =>
    [limits.floor, limits.cap].flatMap((limit) => (limit === undefined ? [] : [divide(whole(limit), weight)])),
  );
  const ordered = [ZERO, ...edges].sort(compare);
  let low = ZERO;
  for (const edge of ordered) {
    if (compare(placed(edge), units) >= 0) {
      const [from, to] = [placed(low), placed(edge)];
      if (compare(from, to) === 0) return edge;
      return add(low, divide(multiply(subtract(edge, low), subtract(units, from)), subtract(to, from)));
    }
    low = edge;
  }
  if (limits.cap !== undefined) return undefined;
  const slope = sum(weights.map(({ weight }) => weight));
  return add(low, divide(subtract(units, placed(low)), slope));
}

/**
 * Shares units out as clamp(λ · weight, floor, cap): exact shares floored, then one unit each to the largest remainders,
 * agents at cap skipped, ties by code (DOMAIN.md §9.8). Weights are positive; undefined where the floors exceed it all.
 */
export function sharePool(
  units: bigint,
  weights: readonly Weighed[],
  limits: Limits,
): { code: string; units: bigint }[] | undefined {
  if (weights.length === 0) return [];
  if ((limits.floor ?? 0n) * BigInt(weights.length) > units) return undefined;
  const lambda = lambdaOf(whole(units), weights, limits);
  if (lambda === undefined) return weights.map(({ code }) => ({ code, units: limits.cap ?? 0n }));
  const shares = weights.map(({ code, weight }) => {
    const exact = clamped(lambda, weight, limits);
    const floor = exact.numerator / exact.denominator;
    return { code, units: floor, remainder: subtract(exact, whole(floor)) };
  });
  let left = units - shares.reduce((placed, share) => placed + share.units, 0n);
  const byRemainder = shares
    .filter((share) => share.units !== limits.cap)
    .sort((a, b) => compare(b.remainder, a.remainder) || compareText(a.code, b.code));
  for (const share of byRemainder) {
    if (left === 0n) break;
    share.units += 1n;
    left -= 1n;
  }
  return shares.map(({ code, units: share }) => ({ code, units: share }));
}

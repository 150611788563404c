import { canonicalDecimal, compareBytes, Decimal } from '../money.ts';
import { quotientText } from './quotients.ts';

// Figures by which a scorecard template is reviewed. Pure and exact: points are whole numbers of 10^-10, sums are never rounded; answers
// have at most ten decimals, HALF_UP.

/** Points have at most so many decimals. */
export const pointDecimals = 10;
const unit = 10n ** BigInt(pointDecimals);

/** From which share of agents with the same points on (percent), and below which standard deviation, an item tells nobody apart. */
const samePercent = 90;
const leastDeviation = 1;
/** Fewer pairs say nothing. */
const leastPairs = 3;

export type Spread = {
  readonly agentCount: number;
  readonly mean: string;
  readonly standardDeviation: string;
  readonly minimum: string;
  /** The least points that at least a quarter, half, three quarters of the agents do not exceed. */
  readonly lowerQuartile: string;
  readonly median: string;
  readonly upperQuartile: string;
  readonly maximum: string;
  /** How many percent of the agents have the points that most have. */
  readonly mostFrequentPercent: string;
};

/**
 * How points (whole numbers of 10^-10) are spread; undefined where there are none. The standard deviation is that of the values
 * themselves, not of a sample: √(Σx²/n − (Σx/n)²).
 */
export function spreadOf(points: readonly bigint[]): Spread | undefined {
  const sorted = BigInt64Array.from(points).sort();
  const count = sorted.length;
  if (count === 0) return undefined;
  let sum = 0n;
  let squares = 0n;
  let mostFrequent = 0;
  let same = 0;
  for (let index = 0; index < count; index++) {
    const value = sorted[index] ?? 0n;
    sum += value;
    squares += value * value;
    same = value === sorted[index - 1] ? same + 1 : 1;
    if (same > mostFrequent) mostFrequent = same;
  }
  const text = (value: bigint | undefined) => quotientText(value ?? 0n, unit, pointDecimals);
  const quarter = (quarters: number) => text(sorted[Math.ceil((count * quarters) / 4) - 1]);
  const all = BigInt(count);
  const deviation = new Decimal((squares * all - sum * sum).toString()).sqrt().div((all * unit).toString());
  return {
    agentCount: count,
    mean: quotientText(sum, all * unit, pointDecimals),
    standardDeviation: tenDecimals(deviation),
    minimum: text(sorted[0]),
    lowerQuartile: quarter(1),
    median: quarter(2),
    upperQuartile: quarter(3),
    maximum: text(sorted[count - 1]),
    mostFrequentPercent: quotientText(BigInt(mostFrequent) * 100n, all, 10),
  };
}

/** Whether an item tells agents apart: fewer than 90 % have the same points, and the standard deviation is at least 1 point. */
export function tellsApart({ mostFrequentPercent, standardDeviation }: Spread): boolean {
  return new Decimal(mostFrequentPercent).lt(samePercent) && new Decimal(standardDeviation).gte(leastDeviation);
}

/** Pairs of values, each side in any unit: how many, the sums of either side, and of the products. */
export type PairSums = { count: number; x: bigint; y: bigint; xx: bigint; yy: bigint; xy: bigint };

export const noPairs = (): PairSums => ({ count: 0, x: 0n, y: 0n, xx: 0n, yy: 0n, xy: 0n });

/** Adds a pair to the sums. */
export function addPair(sums: PairSums, x: bigint, y: bigint): void {
  sums.count += 1;
  sums.x += x;
  sums.y += y;
  sums.xx += x * x;
  sums.yy += y * y;
  sums.xy += x * y;
}

/** Pearson's correlation, −1 to 1; undefined where either side has no spread, or there are fewer than three pairs. */
export function correlationOf({ count, x, y, xx, yy, xy }: PairSums): string | undefined {
  const n = BigInt(count);
  const spread = (n * xx - x * x) * (n * yy - y * y);
  if (count < leastPairs || spread === 0n) return undefined;
  return tenDecimals(new Decimal((n * xy - x * y).toString()).div(new Decimal(spread.toString()).sqrt()));
}

/** What an agent comes to, now and under other weights; null: it has no score. */
export type Rescored = {
  readonly agentCode: string;
  readonly totalNow: Decimal | null;
  readonly totalThen: Decimal | null;
};

/** An agent in both rankings, 1 being the best; who ties shares the place, and the next place is skipped. */
export type Reranked = {
  readonly agentCode: string;
  readonly totalNow: Decimal;
  readonly totalThen: Decimal;
  readonly rankNow: number;
  readonly rankThen: number;
};

/** Ranks those that have a score both now and then, in the order given. */
export function rerank(agents: readonly Rescored[]): Reranked[] {
  const ranked = agents.flatMap(({ agentCode, totalNow, totalThen }) =>
    totalNow && totalThen ? [{ agentCode, totalNow, totalThen }] : [],
  );
  const ranksNow = ranksOf(ranked.map(({ totalNow }) => totalNow));
  const ranksThen = ranksOf(ranked.map(({ totalThen }) => totalThen));
  return ranked.map((each, index) => ({
    ...each,
    rankNow: ranksNow[index] ?? 0,
    rankThen: ranksThen[index] ?? 0,
  }));
}

function ranksOf(totals: readonly Decimal[]): number[] {
  const texts = totals.map((total) => canonicalDecimal(total));
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const places = new Map<string, number>();
  let place = 1;
  for (const text of [...counts.keys()].sort((a, b) => new Decimal(b).comparedTo(a))) {
    places.set(text, place);
    place += counts.get(text) ?? 0;
  }
  return texts.map((text) => places.get(text) ?? 0);
}

/** Who moves by most places, up or down, first; ties by agent code as bytes. */
export function biggestMovers(ranked: readonly Reranked[], most: number): Reranked[] {
  const moved = ranked.filter(({ rankNow, rankThen }) => rankNow !== rankThen);
  const places = ({ rankNow, rankThen }: Reranked) => Math.abs(rankThen - rankNow);
  return moved.sort((a, b) => places(b) - places(a) || compareBytes(a.agentCode, b.agentCode)).slice(0, most);
}

function tenDecimals(value: Decimal): string {
  return canonicalDecimal(value.toDecimalPlaces(10));
}

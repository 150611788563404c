import type { Fraction } from '../commissions/engine/fraction.ts';
import { canonicalDecimal, type Decimal } from '../money.ts';
import { ranksOf, scaleOf, sumOf } from './peers.ts';
import { decimalsOf, plainText, quotientText, tenTo, unitsOf } from './quotients.ts';
import type { GroupRating, GroupScore, ItemMethod, ItemScore, PeerInput, TemplateItem } from './template.ts';

/** What a method looked at beside the input, kept with the score. */
type Facts = Pick<ItemScore, 'target' | 'floor' | 'rank' | 'peerMean' | 'peerCount' | 'groups'>;

/** What an item gives one agent. `points` is exact and within 0..cap; undefined: no value, or no target to measure it by. */
export type ItemPoints = {
  readonly input: string | null;
  readonly points: Fraction | undefined;
  readonly facts: Facts;
};

/** The points of the peer at a place in the list. */
export type PointsOf = (place: number) => ItemPoints;

type Method<Kind extends ItemMethod['kind']> = Extract<ItemMethod, { readonly kind: Kind }>;

const none: Fraction = { numerator: 0n, denominator: 1n };
const noFacts: Facts = {};

/**
 * How an item makes points of what is known of the peers (DOMAIN.md §5); `index` is its place in the template. Nothing is rounded but
 * the texts that explain.
 */
export function itemPoints(item: TemplateItem, index: number, peers: readonly PeerInput[]): PointsOf {
  const { method } = item;
  const clamp = clampTo(item.cap);
  if (method.kind === 'RATED_360') return ratedPoints(method, index, peers, clamp);
  const texts = peers.map(({ values }) => textOf(values[index]));
  switch (method.kind) {
    case 'LINEAR':
      return linearPoints(method, texts, (place) => textOf(peers[place]?.targets[index]), clamp);
    case 'STEP':
      return stepPoints(method, texts, clamp);
    case 'RANK':
      return rankPoints(method, texts, clamp);
    case 'PEER_MEAN':
      return peerMeanPoints(texts, clamp);
  }
}

type Clamp = (numerator: bigint, denominator: bigint) => Fraction;

/** Into 0..cap; the denominator is above 0. */
function clampTo(cap: string): Clamp {
  const scale = decimalsOf(cap);
  const most: Fraction = { numerator: unitsOf(cap, scale), denominator: tenTo(scale) };
  return (numerator, denominator) => {
    if (numerator <= 0n) return none;
    if (numerator * most.denominator >= most.numerator * denominator) return most;
    return { numerator, denominator };
  };
}

const textOf = (value: Decimal | undefined) => (value === undefined ? undefined : plainText(value));

/** 100·(x − floor)/(target − floor). Target = floor: 100 from there on, 0 below. Without a target there are no points. */
function linearPoints(
  { target: usualTarget, floor: fixedFloor = '0', floorPercent }: Method<'LINEAR'>,
  texts: readonly (string | undefined)[],
  ownTarget: (place: number) => string | undefined,
  clamp: Clamp,
): PointsOf {
  const targets = texts.map((_, place) => ownTarget(place) ?? usualTarget);
  const percentScale = floorPercent === undefined ? 0 : decimalsOf(floorPercent) + 2;
  const scale = Math.max(scaleOf(texts), scaleOf(targets) + percentScale, decimalsOf(fixedFloor));
  const percent = floorPercent === undefined ? undefined : unitsOf(floorPercent, percentScale - 2);
  const measures = new Map<string, { readonly from: bigint; readonly to: bigint; readonly facts: Facts }>();
  const measureOf = (target: string) => {
    const known = measures.get(target);
    if (known) return known;
    const to = unitsOf(target, scale);
    const from = percent === undefined ? unitsOf(fixedFloor, scale) : (to * percent) / tenTo(percentScale);
    const measure = { from, to, facts: { target, floor: quotientText(from, tenTo(scale), scale) } };
    measures.set(target, measure);
    return measure;
  };
  return (place) => {
    const input = texts[place];
    const target = targets[place];
    if (target === undefined) return { input: input ?? null, points: undefined, facts: noFacts };
    const { from, to, facts } = measureOf(target);
    if (input === undefined) return { input: null, points: undefined, facts };
    const value = unitsOf(input, scale);
    if (to === from) return { input, points: value >= to ? clamp(100n, 1n) : none, facts };
    const sign = to > from ? 1n : -1n;
    return { input, points: clamp(100n * (value - from) * sign, (to - from) * sign), facts };
  };
}

/** The points of the highest `from` ≤ x; below the first, none. */
function stepPoints({ steps }: Method<'STEP'>, texts: readonly (string | undefined)[], clamp: Clamp): PointsOf {
  const scale = Math.max(scaleOf(texts), scaleOf(steps.map(({ from }) => canonicalDecimal(from))));
  const ladder = steps
    .map(({ from, points }) => ({ from: unitsOf(canonicalDecimal(from), scale), points: fixed(points, clamp) }))
    .sort((a, b) => (a.from < b.from ? 1 : -1));
  return (place) => {
    const input = texts[place];
    if (input === undefined) return missing;
    const value = unitsOf(input, scale);
    return { input, points: ladder.find(({ from }) => from <= value)?.points ?? none, facts: noFacts };
  };
}

const missing: ItemPoints = { input: null, points: undefined, facts: noFacts };

function fixed(text: string, clamp: Clamp): Fraction {
  const scale = decimalsOf(text);
  return clamp(unitsOf(text, scale), tenTo(scale));
}

/** 100·(n − r)/(n − 1) among the peers that have a value; alone: 100. */
function rankPoints(method: Method<'RANK'>, texts: readonly (string | undefined)[], clamp: Clamp): PointsOf {
  const { twiceRanks, count } = ranksOf(texts, method.lowestFirst ?? false);
  const known = new Map<string, Omit<ItemPoints, 'input'>>();
  for (const [text, twiceRank] of twiceRanks) {
    const facts = { rank: quotientText(twiceRank, 2n, 1), peerCount: count };
    const points =
      count === 1 ? clamp(100n, 1n) : clamp(100n * (BigInt(2 * count) - twiceRank), BigInt(2 * (count - 1)));
    known.set(text, { points, facts });
  }
  return (place) => {
    const input = texts[place];
    const found = input === undefined ? undefined : known.get(input);
    return input === undefined || !found ? { ...missing, facts: { peerCount: count } } : { input, ...found };
  };
}

/** 100·x/mean of the peers that have a value. A mean of 0 gives 0, and so does one below: it would reward the worst. */
function peerMeanPoints(texts: readonly (string | undefined)[], clamp: Clamp): PointsOf {
  const { sum, scale, count } = sumOf(texts);
  const facts: Facts =
    count === 0
      ? { peerCount: 0 }
      : { peerMean: quotientText(sum, tenTo(scale) * BigInt(count), 10), peerCount: count };
  return (place) => {
    const input = texts[place];
    if (input === undefined) return { ...missing, facts };
    if (sum <= 0n) return { input, points: none, facts };
    return { input, points: clamp(100n * unitsOf(input, scale) * BigInt(count), sum), facts };
  };
}

/**
 * The mean of the groups' means by weight, over the groups that rated. Missing where the raters of all the groups together are fewer
 * than the minimum.
 */
function ratedPoints(
  { groups, minimumRaters }: Method<'RATED_360'>,
  index: number,
  peers: readonly PeerInput[],
  clamp: Clamp,
): PointsOf {
  const weightScale = scaleOf(groups.map(({ weight }) => weight));
  const weights = new Map(groups.map(({ group, weight }) => [group, unitsOf(weight, weightScale)]));
  return (place) => {
    const rated = (peers[place]?.ratings[index] ?? []).filter(
      ({ group, raterCount }) => raterCount > 0 && weights.has(group),
    );
    if (rated.length === 0) return missing;
    const facts: Facts = { groups: rated.map(groupScore) };
    const raterCount = rated.reduce((count, each) => count + each.raterCount, 0);
    if (raterCount < minimumRaters) return { input: null, points: undefined, facts };
    const sums = rated.map(({ sum }) => plainText(sum));
    const scale = scaleOf(sums);
    const product = rated.reduce((counts, each) => counts * BigInt(each.raterCount), 1n);
    let [numerator, weightSum] = [0n, 0n];
    for (const [place, each] of rated.entries()) {
      const weight = weights.get(each.group) ?? 0n;
      numerator += weight * unitsOf(sums[place] ?? '0', scale) * (product / BigInt(each.raterCount));
      weightSum += weight;
    }
    const denominator = tenTo(scale) * product * weightSum;
    return { input: quotientText(numerator, denominator, 10), points: clamp(numerator, denominator), facts };
  };
}

function groupScore({ group, sum, raterCount }: GroupRating): GroupScore {
  const text = plainText(sum);
  const scale = decimalsOf(text);
  return {
    group,
    sum: text,
    mean: quotientText(unitsOf(text, scale), tenTo(scale) * BigInt(raterCount), 10),
    raterCount,
  };
}

import { add, type Fraction, reduced } from '../commissions/engine/fraction.ts';
import { canonicalDecimal, Decimal } from '../money.ts';
import { scaleOf } from './peers.ts';
import { type ItemPoints, itemPoints } from './points.ts';
import { decimalsOf, plainText, quotientText, roundedUnits, tenTo, unitsOf } from './quotients.ts';
import type {
  AgentScore,
  ItemScore,
  PeerInput,
  PointsRule,
  PointsScore,
  ScoreDetail,
  TemplateDefinition,
  VetoRule,
  VetoScore,
} from './template.ts';

// Scores (DOMAIN.md §5): total = Σ w·s / Σ w over what is present + bonus − deduction, capped by vetoes, clamped to 0..maximum, rounded once.

/**
 * Scores agents that are peers: on the same template version and channel type. Pure; the same whatever the order.
 * @returns their scores, in the order given. An agent with a missing BLOCK item, or whose items are all left out, has no total.
 */
export function scorePeers(definition: TemplateDefinition, peers: readonly PeerInput[]): AgentScore[] {
  return [...scoresOf(definition, peers)];
}

/** As scorePeers, one after another: what explains tens of thousands of scores need not be in memory at once. */
export function* scoresOf(definition: TemplateDefinition, peers: readonly PeerInput[]): Generator<AgentScore> {
  const pointsOf = definition.items.map((item, index) => itemPoints(item, index, peers));
  const weigh = weigher(definition);
  const round = rounder(definition);
  for (const [place, peer] of peers.entries()) {
    const found = pointsOf.map((of) => of(place));
    const { items, blockedBy, parts, weightSum } = weigh(found);
    const bonuses = definition.bonuses.map((rule, index) => rulePoints(rule, peer.bonuses[index]));
    const deductions = definition.deductions.map((rule, index) => rulePoints(rule, peer.deductions[index]));
    const vetoes = definition.vetoes.map((rule, index) => vetoOf(rule, peer.vetoes[index]));
    const detail = { items, bonuses, deductions, vetoes };
    const total = blockedBy.length > 0 ? null : round(parts, weightSum, detail);
    yield { agentCode: peer.agentCode, total, blockedBy, detail };
  }
}

/** An item's weight, in the units that all weights are in, and its exact points. */
type Part = { readonly weight: bigint; readonly points: Fraction };

type Weighed = {
  readonly items: readonly ItemScore[];
  readonly blockedBy: readonly string[];
  readonly parts: readonly Part[];
  /** Of what is not left out. */
  readonly weightSum: bigint;
};

function weigher({ items }: TemplateDefinition): (found: readonly ItemPoints[]) => Weighed {
  const weightScale = scaleOf(items.map(({ weight }) => weight));
  const rules = items.map((item) => ({ ...item, units: unitsOf(item.weight, weightScale) }));
  const fullWeight = rules.reduce((sum, { units }) => sum + units, 0n);
  // What an item's weight becomes depends on the sum of those that are left, and few sums occur.
  const effectiveWeights = new Map<bigint, readonly string[]>();
  const effectiveOf = (weightSum: bigint) => {
    const known = effectiveWeights.get(weightSum);
    if (known) return known;
    const made = rules.map(({ units }) => (weightSum === 0n ? '0' : quotientText(100n * units, weightSum, 10)));
    effectiveWeights.set(weightSum, made);
    return made;
  };
  return (found) => {
    let weightSum = fullWeight;
    const blockedBy: string[] = [];
    for (const [index, { code, missing, units }] of rules.entries()) {
      if (found[index]?.points) continue;
      if (missing === 'EXCLUDE') weightSum -= units;
      if (missing === 'BLOCK') blockedBy.push(code);
    }
    const effective = effectiveOf(weightSum);
    const parts: Part[] = [];
    const scores = rules.map(({ code, missing, weight, units }, index): ItemScore => {
      const { input = null, points, facts } = found[index] ?? {};
      if (!points) {
        const isZero = missing === 'ZERO';
        const effectiveWeight = missing === 'EXCLUDE' ? '0' : (effective[index] ?? '0');
        return { code, input, ...facts, points: isZero ? '0' : null, weight, effectiveWeight, contribution: '0' };
      }
      parts.push({ weight: units, points });
      const { numerator, denominator } = points;
      return {
        code,
        input,
        ...facts,
        points: quotientText(numerator, denominator, 10),
        weight,
        effectiveWeight: effective[index] ?? '0',
        contribution: quotientText(units * numerator, weightSum * denominator, 10),
      };
    });
    const isEmpty = weightSum === 0n;
    return { items: scores, blockedBy: isEmpty ? rules.map(({ code }) => code) : blockedBy, parts, weightSum };
  };
}

/** Points of a bonus or deduction: within 0..maximum; none without a value. */
function rulePoints({ code, maximum, perUnit, steps = [] }: PointsRule, value: Decimal | undefined): PointsScore {
  if (value === undefined) return { code, input: null, points: '0' };
  const reached = steps.filter(({ from }) => value.gte(from));
  const highest = reached.reduce(
    (best, step) => (best && new Decimal(best.from).gte(step.from) ? best : step),
    reached[0],
  );
  const points = perUnit === undefined ? new Decimal(highest?.points ?? '0') : value.times(perUnit);
  const clamped = Decimal.max(0, Decimal.min(points, maximum));
  return { code, input: plainText(value), points: plainText(clamped) };
}

/** Whether a veto is triggered: never without a value. */
function vetoOf({ code, atLeast, atMost }: VetoRule, value: Decimal | undefined): VetoScore {
  if (value === undefined) return { code, input: null, triggered: false };
  const triggered = (atLeast !== undefined && value.gte(atLeast)) || (atMost !== undefined && value.lte(atMost));
  return { code, input: plainText(value), triggered };
}

// Points are quotients with all kinds of denominators. A sum of 30 decimals between two bounds says how the total is rounded, but where a
// half lies between them; only then the quotients are added up.
const guard = tenTo(30);

type Beside = Pick<ScoreDetail, 'bonuses' | 'deductions' | 'vetoes'>;

function rounder(definition: TemplateDefinition) {
  const maximum = new Decimal(definition.maximum);
  const caps = new Map(definition.vetoes.map(({ code, cap }) => [code, new Decimal(cap)]));
  return (parts: readonly Part[], weightSum: bigint, beside: Beside): Decimal => {
    const extra = extraOf(beside);
    const rounded = (numerator: bigint, denominator: bigint) =>
      roundedUnits(
        numerator * extra.denominator + extra.numerator * weightSum * denominator,
        weightSum * denominator * extra.denominator,
        2,
      );
    const bounds = boundsOf(parts);
    let units = rounded(bounds.lower, guard);
    if (units !== rounded(bounds.upper, guard)) {
      const { numerator, denominator } = exactSum(parts);
      units = rounded(numerator, denominator);
    }
    // Rounding keeps order, so that caps and bounds may come after it, rounded themselves.
    const triggered = beside.vetoes.flatMap(({ code, triggered: isHit }) => (isHit ? [caps.get(code) ?? maximum] : []));
    const most = Decimal.min(maximum, ...triggered).toDecimalPlaces(2);
    return Decimal.max(0, Decimal.min(new Decimal(units.toString()).div(100), most));
  };
}

/** bonus − deduction, exact. */
function extraOf({ bonuses, deductions }: Beside): Fraction {
  if (bonuses.length === 0 && deductions.length === 0) return { numerator: 0n, denominator: 1n };
  const scale = Math.max(scaleOf(bonuses.map(({ points }) => points)), scaleOf(deductions.map(({ points }) => points)));
  const sum = (scores: readonly PointsScore[]) => scores.reduce((all, { points }) => all + unitsOf(points, scale), 0n);
  return { numerator: sum(bonuses) - sum(deductions), denominator: tenTo(scale) };
}

/** Σ weight·points in units of 1/guard: at least `lower`, at most `upper`. */
function boundsOf(parts: readonly Part[]): { readonly lower: bigint; readonly upper: bigint } {
  let lower = 0n;
  let upper = 0n;
  for (const { weight, points } of parts) {
    const scaled = points.numerator * guard;
    const down = scaled / points.denominator;
    lower += weight * down;
    upper += weight * (down * points.denominator === scaled ? down : down + 1n);
  }
  return { lower, upper };
}

function exactSum(parts: readonly Part[]): Fraction {
  return parts.reduce<Fraction>(
    (sum, { weight, points: { numerator, denominator } }) =>
      reduced(add(sum, { numerator: weight * numerator, denominator })),
    { numerator: 0n, denominator: 1n },
  );
}

/**
 * What a score would be under other weights, by item (those not named keep theirs): from the points that were kept, to ten decimals,
 * with the same bonuses, deductions and vetoes.
 * @returns null where a missing BLOCK item keeps it from being scored, or nothing is left that weighs.
 */
export function rescoreWithWeights(
  definition: TemplateDefinition,
  detail: ScoreDetail,
  weights: ReadonlyMap<string, string>,
): Decimal | null {
  const policies = new Map(definition.items.map(({ code, missing }) => [code, missing]));
  const isBlocked = detail.items.some(({ code, points }) => points === null && policies.get(code) === 'BLOCK');
  if (isBlocked) return null;
  const left = detail.items.flatMap(({ code, points, weight }) =>
    points === null ? [] : [{ points, weight: canonicalDecimal(weights.get(code) ?? weight) }],
  );
  const weightScale = scaleOf(left.map(({ weight }) => weight));
  const parts = left.map(({ points, weight }): Part => {
    const scale = decimalsOf(points);
    const exact = { numerator: unitsOf(points, scale), denominator: tenTo(scale) };
    return { weight: unitsOf(weight, weightScale), points: exact };
  });
  const weightSum = parts.reduce((sum, { weight }) => sum + weight, 0n);
  return weightSum <= 0n ? null : rounder(definition)(parts, weightSum, detail);
}

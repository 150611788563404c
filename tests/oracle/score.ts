import {
  add,
  clamp,
  compare,
  divide,
  type Fraction,
  fraction,
  multiply,
  ONE,
  roundToUnits,
  subtract,
  sum,
  unitsToText,
  ZERO,
} from './fraction.ts';

// Scores by DOMAIN.md §5, agent by agent and as plainly as it says them, on exact fractions.

type Step = { readonly from: string; readonly points: string };
type Method = {
  readonly kind: string;
  readonly target?: string;
  readonly floor?: string;
  readonly floorPercent?: string;
  readonly steps?: readonly Step[];
  readonly lowestFirst?: boolean;
  readonly groups?: readonly { readonly group: string; readonly weight: string }[];
  readonly minimumRaters?: number;
};
type Item = {
  readonly code: string;
  readonly weight: string;
  readonly method: Method;
  readonly cap: string;
  readonly missing: string;
};
type Beside = { readonly maximum: string; readonly perUnit?: string; readonly steps?: readonly Step[] };
type Veto = { readonly atLeast?: string; readonly atMost?: string; readonly cap: string };

export type ScoreTemplate = {
  readonly items: readonly Item[];
  readonly bonuses: readonly Beside[];
  readonly deductions: readonly Beside[];
  readonly vetoes: readonly Veto[];
  readonly maximum: string;
};

/** Texts, by the order of the template's lists; null: nothing known. */
export type ScoredAgent = {
  readonly values: readonly (string | null)[];
  readonly ratings: readonly (
    | readonly { readonly group: string; readonly mean: string; readonly raterCount: number }[]
    | null
  )[];
  readonly targets: readonly (string | null)[];
  readonly bonuses: readonly (string | null)[];
  readonly deductions: readonly (string | null)[];
  readonly vetoes: readonly (string | null)[];
};

export type OracleScore = {
  /** Two decimals. */
  readonly total: string | null;
  readonly blockedBy: readonly string[];
  readonly points: readonly (Fraction | null)[];
  readonly effectiveWeights: readonly Fraction[];
};

const HUNDRED = fraction('100');

/** The scores of agents on the same template and channel type. */
export function scoreAll(template: ScoreTemplate, agents: readonly ScoredAgent[]): OracleScore[] {
  return agents.map((agent) => scoreOf(template, agents, agent));
}

function scoreOf(template: ScoreTemplate, agents: readonly ScoredAgent[], agent: ScoredAgent): OracleScore {
  const found = template.items.map((item, place) => {
    const raw = itemPoints(item, place, agents, agent);
    return raw && clamp(raw, '0', item.cap);
  });
  const points = found.map((each, place) => each ?? (template.items[place]?.missing === 'ZERO' ? ZERO : null));
  const isOut = (place: number) => points[place] === null && template.items[place]?.missing === 'EXCLUDE';
  const weights = template.items.map((item, place) => (isOut(place) ? ZERO : fraction(item.weight)));
  const whole = sum(weights);
  const isEmpty = compare(whole, ZERO) === 0;
  const blockedBy = template.items
    .filter((item, place) => isEmpty || (points[place] === null && item.missing === 'BLOCK'))
    .map((item) => item.code);
  const effectiveWeights = weights.map((weight) => (isEmpty ? ZERO : divide(multiply(weight, HUNDRED), whole)));
  if (blockedBy.length > 0) return { total: null, blockedBy, points, effectiveWeights };
  const weighted = sum(points.map((each, place) => multiply(each ?? ZERO, effectiveWeights[place] ?? ZERO)));
  const extra = (rules: readonly Beside[], values: readonly (string | null)[]) =>
    sum(rules.map((rule, place) => besidePoints(rule, values[place] ?? null)));
  let total = divide(weighted, HUNDRED);
  total = add(total, extra(template.bonuses, agent.bonuses));
  total = subtract(total, extra(template.deductions, agent.deductions));
  for (const [place, veto] of template.vetoes.entries()) {
    if (isTriggered(veto, agent.vetoes[place] ?? null)) total = clamp(total, undefined, veto.cap);
  }
  total = clamp(total, '0', template.maximum);
  return { total: unitsToText(roundToUnits(total, 2, 'HALF_UP'), 2), blockedBy, points, effectiveWeights };
}

function itemPoints(item: Item, place: number, agents: readonly ScoredAgent[], agent: ScoredAgent): Fraction | null {
  const { method } = item;
  if (method.kind === 'RATED_360') return rated(method, agent.ratings[place] ?? []);
  const text = agent.values[place] ?? null;
  if (text === null) return null;
  const x = fraction(text);
  const peers = agents.flatMap(({ values }) => {
    const value = values[place];
    return value == null ? [] : [fraction(value)];
  });
  if (method.kind === 'STEP') return step(method.steps ?? [], x);
  if (method.kind === 'RANK') return rank(peers, x, method.lowestFirst === true);
  if (method.kind === 'PEER_MEAN') {
    const mean = divide(sum(peers), fraction(String(peers.length)));
    return compare(mean, ZERO) <= 0 ? ZERO : divide(multiply(HUNDRED, x), mean);
  }
  return linear(method, agent.targets[place] ?? method.target ?? null, x);
}

function linear({ floor, floorPercent }: Method, targetText: string | null, x: Fraction): Fraction | null {
  if (targetText === null) return null;
  const target = fraction(targetText);
  const from = floorPercent ? divide(multiply(target, fraction(floorPercent)), HUNDRED) : fraction(floor ?? '0');
  if (compare(target, from) === 0) return compare(x, target) >= 0 ? HUNDRED : ZERO;
  return divide(multiply(HUNDRED, subtract(x, from)), subtract(target, from));
}

function step(steps: readonly Step[], x: Fraction): Fraction {
  let points = ZERO;
  let highest: Fraction | undefined;
  for (const each of steps) {
    const from = fraction(each.from);
    if (compare(from, x) > 0 || (highest && compare(from, highest) < 0)) continue;
    highest = from;
    points = fraction(each.points);
  }
  return points;
}

function rank(peers: readonly Fraction[], x: Fraction, lowestFirst: boolean): Fraction {
  if (peers.length === 1) return HUNDRED;
  const better = peers.filter((peer) => (lowestFirst ? compare(peer, x) < 0 : compare(peer, x) > 0)).length;
  const tied = peers.filter((peer) => compare(peer, x) === 0).length;
  // The tied stand on the ranks better + 1 … better + tied, on average on better + (tied + 1) / 2.
  const average = add(fraction(String(better)), divide(fraction(String(tied + 1)), fraction('2')));
  const count = fraction(String(peers.length));
  return divide(multiply(HUNDRED, subtract(count, average)), subtract(count, ONE));
}

function rated(
  { groups = [], minimumRaters = 1 }: Method,
  answers: readonly { readonly group: string; readonly mean: string; readonly raterCount: number }[],
): Fraction | null {
  let raters = 0;
  let weighted = ZERO;
  let weight = ZERO;
  for (const group of groups) {
    for (const answer of answers.filter((each) => each.group === group.group && each.raterCount > 0)) {
      raters += answer.raterCount;
      weighted = add(weighted, multiply(fraction(group.weight), fraction(answer.mean)));
      weight = add(weight, fraction(group.weight));
    }
  }
  return raters === 0 || raters < minimumRaters ? null : divide(weighted, weight);
}

function besidePoints({ maximum, perUnit, steps = [] }: Beside, text: string | null): Fraction {
  if (text === null) return ZERO;
  const x = fraction(text);
  return clamp(perUnit ? multiply(fraction(perUnit), x) : step(steps, x), '0', maximum);
}

function isTriggered({ atLeast, atMost }: Veto, text: string | null): boolean {
  if (text === null) return false;
  const x = fraction(text);
  return (!!atLeast && compare(x, fraction(atLeast)) >= 0) || (!!atMost && compare(x, fraction(atMost)) <= 0);
}

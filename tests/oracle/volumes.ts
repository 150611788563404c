import { monthsToDate, quarterOf } from './dates.ts';
import {
  add,
  compare,
  divide,
  type Fraction,
  fraction,
  multiply,
  percent,
  roundToUnits,
  subtract,
  toText,
  ZERO,
} from './fraction.ts';
import type { BracketComponent, QuotaBonusComponent, VolumeComponent } from './historyModel.ts';
import { type Item, item } from './items.ts';
import { type AgentFacts, agentFacts, digitsOf, type Known, metricOf } from './known.ts';
import { isListed, measured, type VolumeEntry, volumeEntries } from './sales.ts';
import { collectMissing, multiplierOf } from './scores.ts';

export function isVolumeComponent(component: { kind: string }): component is VolumeComponent {
  return component.kind === 'BRACKET' || component.kind === 'QUOTA_BONUS';
}

/** V(agent, plan, component, month): what the agent's credits under a version of the plan add up to (docs/commission.md §5). */
function volumeOf(
  known: Known,
  entries: readonly VolumeEntry[],
  { agent, agreement: { plan } }: AgentFacts,
  component: VolumeComponent,
  currency: string,
): Fraction {
  let volume = ZERO;
  for (const entry of entries) {
    const { credit } = entry;
    if (credit.agent !== agent || credit.agreement?.plan !== plan || !credit.version) continue;
    if (!isListed(entry, component.eventTypes)) continue;
    volume = add(volume, measured(known, entry, component.measure, currency) ?? ZERO);
  }
  return volume;
}

/** Each month as the version of its own agent facts counts it; 0 where that has no such component (docs/commission.md §5). */
function volumeOfMonth(known: Known, { agent, agreement }: AgentFacts, code: string, month: string): Fraction {
  const facts = agentFacts(known, agent, month, agreement.plan);
  const component = facts?.version?.components.filter(isVolumeComponent).find((each) => each.code === code);
  if (!facts?.version || !component) return ZERO;
  return volumeOf(known, volumeEntries(known, month), facts, component, facts.version.currency);
}

type Piece = { from: Fraction; to?: Fraction; rate: Fraction };

function bracketResult(component: BracketComponent, volume: Fraction, target: Fraction): Fraction {
  const edge = (text: string) => (component.bounds === 'ATTAINMENT' ? multiply(target, percent(text)) : fraction(text));
  const pieces = component.brackets.map(
    ({ from, to, rate }): Piece => ({
      from: edge(from),
      to: to === undefined ? undefined : edge(to),
      rate: component.measure === 'AMOUNT' ? percent(rate) : fraction(rate),
    }),
  );
  if (compare(volume, ZERO) <= 0) return ZERO;
  const isBelowEnd = ({ to }: Piece) => to === undefined || compare(volume, to) < 0;
  if (component.method === 'WHOLE') {
    const held = pieces.find((piece) => compare(piece.from, volume) <= 0 && isBelowEnd(piece));
    return held ? multiply(volume, held.rate) : ZERO;
  }
  let result = ZERO;
  for (const piece of pieces) {
    if (compare(volume, piece.from) <= 0) continue;
    const end = isBelowEnd(piece) ? volume : (piece.to ?? volume);
    result = add(result, multiply(subtract(end, piece.from), piece.rate));
  }
  return result;
}

/** The curve's value: 0 below its first point, the last point's above the last. */
function curveValue(component: QuotaBonusComponent, attainment: Fraction): Fraction {
  const points = component.points
    .map((point) => ({ at: fraction(point.attainment), value: fraction(point.value) }))
    .sort((a, b) => compare(a.at, b.at));
  const reached = points.filter((point) => compare(point.at, attainment) <= 0);
  const below = reached.at(-1);
  if (!below) return ZERO;
  const above = points[reached.length];
  if (component.curve === 'STEP' || !above) return below.value;
  const way = divide(subtract(attainment, below.at), subtract(above.at, below.at));
  return add(below.value, multiply(way, subtract(above.value, below.value)));
}

function quotaResult(component: QuotaBonusComponent, volume: Fraction, target: Fraction): Fraction {
  const whole = divide(multiply(fraction('100'), volume), target);
  const most = component.maximumAttainment === undefined ? whole : fraction(component.maximumAttainment);
  const value = curveValue(component, compare(whole, most) > 0 ? most : whole);
  return component.pays === 'AMOUNT' ? value : multiply(divide(value, fraction('100')), volume);
}

/** C(V): what a volume is worth under the component. */
function worth(component: VolumeComponent, volume: Fraction, target: Fraction): Fraction {
  return component.kind === 'BRACKET'
    ? bracketResult(component, volume, target)
    : quotaResult(component, volume, target);
}

/** The agent's target for the window that holds the period; undefined where there is none or it is not above 0. */
function targetOf(known: Known, component: VolumeComponent, agent: string, period: string): Fraction | undefined {
  const needsTarget = component.kind === 'QUOTA_BONUS' || component.bounds === 'ATTAINMENT';
  if (!needsTarget) return ZERO;
  const names = { MONTH: period, QUARTER: quarterOf(period), YEAR: period.slice(0, 4) };
  const target = metricOf(known, agent, component.target ?? '', names[component.window]);
  return target === undefined || compare(target, ZERO) <= 0 ? undefined : target;
}

function volumeItem(known: Known, facts: AgentFacts, component: VolumeComponent, period: string): Item | undefined {
  const { agent, version, agreement } = facts;
  if (!version) return undefined;
  const target = targetOf(known, component, agent.code, period);
  if (target === undefined) return undefined;
  const multiplier = multiplierOf(known, component, agent, facts.date, period);
  const months = monthsToDate(period, component.window);
  const volumes = months.map((month) => volumeOfMonth(known, facts, component.code, month));
  const toDate = volumes.reduce(add, ZERO);
  const before = volumes.slice(0, -1).reduce(add, ZERO);
  const worthBefore = months.length === 1 ? ZERO : worth(component, before, target);
  const difference = subtract(worth(component, toDate, target), worthBefore);
  const units = roundToUnits(multiply(multiplier, difference), digitsOf(known, version.currency), version.rounding);
  if (units === 0n) return undefined;
  return item({
    kind: 'VOLUME',
    plan: agreement.plan,
    component: component.code,
    cause: '',
    agent: agent.code,
    role: 'SELF',
    base: toText(toDate),
    factor: toText(multiplier),
    units,
    currency: version.currency,
  });
}

/** The facts by which each agent's agent components go, one per agent and plan of the period. */
export function allAgentFacts(known: Known, period: string): AgentFacts[] {
  return known.world.agents.flatMap((agent) => {
    const plans = [...new Set((known.agreements.get(agent.code) ?? []).map((each) => each.plan))];
    return plans.flatMap((plan) => agentFacts(known, agent, period, plan) ?? []);
  });
}

/** The VOLUME lines of a period: every BRACKET and QUOTA_BONUS of every agent ACTIVE on its last day in the plan. */
export function volumeItems(known: Known, period: string): Item[] {
  const asked = allAgentFacts(known, period)
    .filter((facts) => facts.status === 'ACTIVE')
    .flatMap((facts) =>
      (facts.version?.components ?? []).filter(isVolumeComponent).map((component) => ({ facts, component })),
    );
  return collectMissing(asked, ({ facts, component }) => volumeItem(known, facts, component, period)).flatMap(
    (each) => each ?? [],
  );
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../src/money.ts';
import { scorePeers } from '../../src/scorecards/scoring.ts';
import type { AgentScore, PeerInput, TemplateDefinition } from '../../src/scorecards/template.ts';
import { templateDefinitionSchema } from '../../src/scorecards/templateSchema.ts';
import { type Draw, decimal, drawing } from '../oracle/draw.ts';
import {
  add,
  compare,
  type Fraction,
  fraction,
  roundToUnits,
  subtract,
  sum,
  unitsToText,
  ZERO,
} from '../oracle/fraction.ts';
import { type ScoredAgent, scoreAll } from '../oracle/score.ts';

const mostRuns = Number(process.env.ORACLE_SCORES ?? 600);
const fewRuns = mostRuns / 4;
const methodKinds = ['LINEAR', 'STEP', 'RANK', 'PEER_MEAN', 'RATED_360'] as const;

function holds(name: string, check: (seed: number) => void, numRuns = fewRuns): void {
  it(name, { timeout: 60_000 }, () => fc.assert(fc.property(fc.integer(), check), { numRuns }));
}

function steps({ integer }: Draw, isRising = false) {
  let [from, points] = [integer(-5, 3), integer(0, 5)];
  return Array.from({ length: integer(1, 4) }, () => {
    from += integer(1, 4);
    points = isRising ? Math.min(100, points + integer(0, 40)) : integer(0, 100);
    return { from: String(from), points: String(points) };
  });
}

function methodOf(draw: Draw, kind: (typeof methodKinds)[number], isRising = false) {
  const { integer, one, chance } = draw;
  if (kind === 'STEP') return { kind, steps: steps(draw, isRising) };
  if (kind === 'RANK') return { kind, lowestFirst: !isRising && chance(50) };
  if (kind === 'PEER_MEAN') return { kind };
  if (kind === 'RATED_360') {
    const groups = draw
      .some(['MANAGER', 'PEER', 'CUSTOMER'], 1)
      .map((group) => ({ group, weight: String(integer(1, 9)) }));
    return { kind, aspect: 'SERVICE', groups, minimumRaters: integer(1, 3) };
  }
  const target = chance(80) ? { target: String(integer(-6, 9)) } : {};
  if (isRising) return { kind, target: '9', floor: one(['-3', '0', '2.5']) };
  return { kind, ...target, ...one([{}, { floor: String(integer(-4, 6)) }, { floorPercent: one(['80', '33.3']) }]) };
}

/** Weights with two decimals that total exactly 100. */
function weights({ integer }: Draw, count: number): string[] {
  let left = 10_000;
  return Array.from({ length: count }, (_, index) => {
    const units = index === count - 1 ? left : integer(1, left - (count - index - 1));
    left -= units;
    return decimal(units, 2);
  });
}

function pointsRules(draw: Draw) {
  const { integer, one } = draw;
  return Array.from({ length: integer(0, 2) }, () => ({
    metric: 'M',
    maximum: decimal(integer(1, 90), 1),
    ...one([{ perUnit: decimal(integer(1, 300), 2) }, { steps: steps(draw) }]),
  }));
}

function templateOf(draw: Draw, kinds: readonly (typeof methodKinds)[number][] = methodKinds, isRising = false) {
  const { integer, one, chance } = draw;
  const count = integer(1, 6);
  const shares = weights(draw, count);
  const coded = <Entry extends object>(entries: Entry[], letter: string) =>
    entries.map((entry, index) => ({ code: `${letter}${index}`, name: 'x', ...entry }));
  const items = shares.map((weight) => {
    const kind = one(kinds);
    return {
      weight,
      method: methodOf(draw, kind, isRising),
      ...(kind === 'RATED_360' ? {} : { metric: 'M' }),
      cap: kind === 'STEP' ? '100' : one(['100', '150', '120.5', '60']),
      missing: one(chance(85) ? ['ZERO', 'EXCLUDE'] : ['BLOCK']),
    };
  });
  return templateDefinitionSchema.parse({
    items: coded(items, 'I'),
    bonuses: coded(pointsRules(draw), 'B'),
    deductions: coded(pointsRules(draw), 'D'),
    vetoes: coded(
      Array.from({ length: integer(0, 2) }, () => ({
        metric: 'M',
        cap: decimal(integer(0, 9000), 2),
        ...one([{ atLeast: String(integer(2, 8)) }, { atMost: String(integer(-4, 3)) }]),
      })),
      'V',
    ),
    maximum: one(['100', '120', '150', '99.5']),
  });
}

function agentOf(draw: Draw, template: TemplateDefinition): ScoredAgent {
  const { integer, one, chance } = draw;
  const figure = (percent: number) =>
    chance(percent) ? one([String(integer(-3, 9)), decimal(integer(0, 99), 1)]) : null;
  const figures = (list: readonly object[], percent: number) => list.map(() => figure(percent));
  return {
    values: template.items.map(({ method }) => (method.kind === 'RATED_360' ? null : figure(85))),
    ratings: template.items.map(({ method }) => {
      if (method.kind !== 'RATED_360' || chance(15)) return null;
      const groups = draw.some(['MANAGER', 'CUSTOMER_SERVICE', 'PEER', 'CUSTOMER'], 1);
      return groups.map((group) => ({ group, mean: decimal(integer(0, 10_000), 2), raterCount: integer(0, 3) }));
    }),
    targets: template.items.map(({ method }) => (method.kind === 'LINEAR' ? figure(30) : null)),
    bonuses: figures(template.bonuses, 70),
    deductions: figures(template.deductions, 70),
    vetoes: figures(template.vetoes, 70),
  };
}

const agentsOf = (draw: Draw, template: TemplateDefinition) =>
  Array.from({ length: draw.integer(1, 8) }, () => agentOf(draw, template));

const read = (texts: readonly (string | null)[]) =>
  texts.map((text) => (text === null ? undefined : new Decimal(text)));

function peerOf(agent: ScoredAgent, index: number): PeerInput {
  return {
    agentCode: `A${index}`,
    values: read(agent.values),
    ratings: agent.ratings.map((groups) =>
      groups?.map(({ group, mean, raterCount }) => ({
        group: group as 'PEER',
        sum: new Decimal(mean).times(raterCount),
        raterCount,
      })),
    ),
    targets: read(agent.targets),
    bonuses: read(agent.bonuses),
    deductions: read(agent.deductions),
    vetoes: read(agent.vetoes),
  };
}

const scores = (template: TemplateDefinition, agents: readonly ScoredAgent[]) =>
  scorePeers(template, agents.map(peerOf));
const totals = (found: readonly AgentScore[]) => found.map(({ total }) => total?.toFixed(2) ?? null);
const tenDecimals = (value: Fraction | null) => value && fraction(unitsToText(roundToUnits(value, 10, 'HALF_UP'), 10));
const asFraction = (text: string | null) => (text === null ? null : fraction(text));

function equalsOracle(seed: number): void {
  const draw = drawing(seed);
  const template = templateOf(draw);
  const agents = agentsOf(draw, template);
  const found = scores(template, agents);
  const expected = scoreAll(template, agents);
  expect(totals(found)).toEqual(expected.map(({ total }) => total));
  expect(found.map(({ blockedBy }) => blockedBy)).toEqual(expected.map(({ blockedBy }) => blockedBy));
  for (const [index, { detail }] of found.entries()) {
    const { points = [], effectiveWeights = [] } = expected[index] ?? {};
    expect(detail.items.map((item) => asFraction(item.points))).toEqual(points.map(tenDecimals));
    expect(detail.items.map(({ effectiveWeight }) => fraction(effectiveWeight))).toEqual(
      effectiveWeights.map(tenDecimals),
    );
  }
}

describe('scores', () => {
  holds('are those of exact fractions, to the last digit', equalsOracle, mostRuns);

  holds('have weights that total 100 again, whatever is left out', (seed) => {
    const draw = drawing(seed);
    const template = templateOf(draw);
    const agents = agentsOf(draw, template);
    for (const { effectiveWeights, points } of scoreAll(template, agents)) {
      const isEmpty = points.every((each, place) => each === null && template.items[place]?.missing === 'EXCLUDE');
      expect(sum(effectiveWeights)).toEqual(fraction(isEmpty ? '0' : '100'));
    }
    for (const { detail } of scores(template, agents)) {
      const weight = sum(detail.items.map(({ effectiveWeight }) => fraction(effectiveWeight)));
      const off = compare(weight, ZERO) === 0 ? ZERO : subtract(weight, fraction('100'));
      expect(compare(off, fraction('0.000000001'))).toBeLessThan(0);
      expect(compare(off, fraction('-0.000000001'))).toBeGreaterThan(0);
    }
  });

  holds('stay within their bounds', (seed) => {
    const draw = drawing(seed);
    const template = templateOf(draw);
    for (const { total, detail } of scores(template, agentsOf(draw, template))) {
      if (total) expect(total.gte(0) && total.lte(template.maximum)).toBe(true);
      for (const [place, { points }] of detail.items.entries()) {
        const isWithin =
          points === null || (new Decimal(points).gte(0) && new Decimal(points).lte(template.items[place]?.cap ?? 0));
        expect(isWithin).toBe(true);
      }
      for (const [place, { triggered }] of detail.vetoes.entries()) {
        if (triggered && total) expect(total.lte(template.vetoes[place]?.cap ?? 0)).toBe(true);
      }
    }
  });

  holds('do not depend on the order of the agents, and those who are alike have the same', (seed) => {
    const draw = drawing(seed);
    const template = templateOf(draw);
    const agents = agentsOf(draw, template);
    const first = agents[0];
    if (!first) return;
    const twins = [...agents, first];
    const found = totals(scores(template, twins));
    expect(found.at(-1)).toBe(found[0]);
    expect(totals(scores(template, twins.toReversed())).toReversed()).toEqual(found);
  });

  const worseOrSame = (before: AgentScore | undefined, after: AgentScore | undefined, direction: number) => {
    if (!before?.total || !after?.total) throw new Error('nothing is missing here');
    expect(after.total.cmp(before.total) * direction).toBeGreaterThanOrEqual(0);
  };

  // Methods that rise with the metric; the lowest first and a target below the floor fall with it.
  for (const kind of ['LINEAR', 'STEP', 'RANK', 'PEER_MEAN'] as const) {
    for (const isFalling of kind === 'LINEAR' || kind === 'RANK' ? [false, true] : [false]) {
      holds(`${kind} never ${isFalling ? 'rises' : 'falls'} where the metric rises`, (seed) => {
        const draw = drawing(seed);
        const template = templateOf(draw, [kind], true);
        const falling = {
          LINEAR: { kind: 'LINEAR', target: '2', floor: '8.5' },
          RANK: { kind: 'RANK', lowestFirst: true },
        } as const;
        const items = template.items.map((item) =>
          isFalling && (kind === 'LINEAR' || kind === 'RANK') ? { ...item, method: falling[kind] } : item,
        );
        const bare: TemplateDefinition = { ...template, items, bonuses: [], deductions: [], vetoes: [] };
        const agents = agentsOf(draw, bare).map((agent) => ({
          ...agent,
          targets: [],
          values: agent.values.map((value) => value ?? '0'),
        }));
        const place = draw.integer(0, items.length - 1);
        const rise = fraction(decimal(draw.integer(1, 60), 1));
        const raised = agents.map((agent, index) => {
          if (index > 0) return agent;
          const values = agent.values.map((value, at) =>
            at === place && value !== null
              ? unitsToText(roundToUnits(add(fraction(value), rise), 1, 'DOWN'), 1)
              : value,
          );
          return { ...agent, values };
        });
        worseOrSame(scores(bare, agents)[0], scores(bare, raised)[0], isFalling ? -1 : 1);
      });
    }
  }

  holds('RATED_360 never falls where a group rates higher', (seed) => {
    const draw = drawing(seed);
    const template = { ...templateOf(draw, ['RATED_360']), bonuses: [], deductions: [], vetoes: [] };
    const groups = ['MANAGER', 'PEER', 'CUSTOMER'].map((group) => ({ group, raterCount: 3 }));
    const means = groups.map(() => draw.integer(0, 90));
    const rated = (raise: number) => ({
      ...agentOf(draw, template),
      ratings: template.items.map(() =>
        groups.map((group, at) => ({ ...group, mean: String((means[at] ?? 0) + (at === 0 ? raise : 0)) })),
      ),
    });
    worseOrSame(scores(template, [rated(0)])[0], scores(template, [rated(draw.integer(1, 10))])[0], 1);
  });
});

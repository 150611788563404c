import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../src/money.ts';
import { evaluateTier } from '../../src/tiers/evaluate.ts';
import type { TierCriterion, TierSchemeDefinition } from '../../src/tiers/scheme.ts';
import cases from '../cases/tiers.json' with { type: 'json' };
import { oracleTier } from '../oracle/tiers.ts';

const atLeast = (bound: number | string): TierCriterion => {
  return { kind: 'METRIC', metric: 'M', months: 1, aggregate: 'LATEST', atLeast: String(bound) };
};

// T1 is kept from 20 on, T2 entered from 70 and kept from 60 on, T3 entered from 90 and kept from 80 on.
const scheme: TierSchemeDefinition = {
  channelTypes: [],
  evaluation: 'MONTHLY',
  maxSteps: 1,
  grace: 2,
  protectionMonths: 3,
  tiers: [
    { tier: 'T1', entry: [], keep: [atLeast(20)], benefits: {} },
    { tier: 'T2', entry: [atLeast(70)], keep: [atLeast(60)], benefits: {} },
    { tier: 'T3', entry: [atLeast(90)], keep: [atLeast(80)], benefits: {} },
  ],
};

describe('what becomes of a tier', () => {
  it.each(cases)('$name', (given) => {
    const outcome = evaluateTier(
      { ...scheme, maxSteps: given.maxSteps ?? 1 },
      {
        tierNow: given.now,
        misses: given.misses ?? 0,
        monthsOfService: given.months ?? 24,
        isOverridden: given.overridden ?? false,
        value: () => (given.value === null ? undefined : new Decimal(given.value)),
      },
    );
    expect([outcome.kind, outcome.tier, outcome.missesAfter]).toEqual(given.expect);
  });

  it('keeps what was looked at, criterion by criterion, with values of at most ten decimals, compared unrounded', () => {
    const value = () => new Decimal(60).minus('1e-15');
    const input = { tierNow: 'T2', misses: 0, monthsOfService: 24, isOverridden: false, value };
    expect(evaluateTier(scheme, input)).toEqual({
      kind: 'MISSED',
      tier: 'T2',
      missesAfter: 1,
      facts: [
        { tier: 'T3', list: 'ENTRY', criterion: atLeast(90), value: '60', held: false },
        { tier: 'T2', list: 'KEEP', criterion: atLeast(60), value: '60', held: false },
      ],
    });
  });
});

/** Criteria of several metrics, so that which of them hold is anything; thresholds need not ascend. */
const metrics = ['A', 'B', 'C'];
const criterion = fc
  .record({ metric: fc.constantFrom(...metrics), bound: fc.integer({ min: 0, max: 10 }) })
  .map(({ metric, bound }): TierCriterion => {
    return { kind: 'METRIC', metric, months: 1, aggregate: 'LATEST', atLeast: String(bound) };
  });
const list = fc.array(criterion, { maxLength: 3 });
const anyScheme = fc.record({
  channelTypes: fc.constant([]),
  evaluation: fc.constant('MONTHLY' as const),
  maxSteps: fc.integer({ min: 1, max: 4 }),
  grace: fc.integer({ min: 1, max: 4 }),
  protectionMonths: fc.integer({ min: 0, max: 6 }),
  tiers: fc
    .array(fc.record({ entry: list, keep: list, benefits: fc.constant({}) }), { minLength: 1, maxLength: 6 })
    .map((tiers) => tiers.map((tier, place) => ({ tier: `T${place}`, ...tier }))),
});
const anyValues = fc.array(fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined, freq: 8 }), {
  minLength: metrics.length,
  maxLength: metrics.length,
});
type Values = readonly (number | undefined)[];

const valuesAt = (values: Values) => (wanted: TierCriterion) => {
  const value = wanted.kind === 'METRIC' ? values[metrics.indexOf(wanted.metric)] : undefined;
  return value === undefined ? undefined : new Decimal(value);
};
const holds = (criteria: readonly TierCriterion[], values: Values) =>
  criteria.every((each) => each.kind === 'METRIC' && valuesAt(values)(each)?.gte(each.atLeast ?? '0'));

const anyAgent = fc.record({
  place: fc.integer({ min: -1, max: 5 }),
  misses: fc.integer({ min: 0, max: 3 }),
  months: fc.integer({ min: 0, max: 8 }),
  overridden: fc.boolean(),
  values: anyValues,
});
type Agent = typeof anyAgent extends fc.Arbitrary<infer Value> ? Value : never;

function become(definition: TierSchemeDefinition, { place, misses, months, overridden, values }: Agent) {
  const { kind, tier, missesAfter } = evaluateTier(definition, {
    tierNow: definition.tiers[place]?.tier ?? null,
    misses,
    monthsOfService: months,
    isOverridden: overridden,
    value: valuesAt(values),
  });
  return { kind, place: definition.tiers.findIndex((each) => each.tier === tier), misses: missesAfter };
}

const runs = { numRuns: 1000 };
const placeOf = ({ tiers }: TierSchemeDefinition, { place }: Agent) => (place < tiers.length ? place : -1);

describe('for any scheme and agent', () => {
  it('is what the rules written down a second time say', () => {
    fc.assert(
      fc.property(anyScheme, anyAgent, (definition, agent) => {
        const entry = definition.tiers.map((tier) => holds(tier.entry, agent.values));
        const keep = definition.tiers.map((tier) => holds(tier.keep, agent.values));
        const found = { ...agent, place: placeOf(definition, agent), entry, keep };
        expect(become(definition, agent)).toEqual(oracleTier(definition, found));
      }),
      runs,
    );
  });

  it('moves at most maxSteps, falls only at the grace-th miss, and never while it is protected or overridden', () => {
    fc.assert(
      fc.property(anyScheme, anyAgent, (definition, agent) => {
        const start = Math.max(placeOf(definition, agent), 0);
        const { place, kind } = become(definition, agent);
        expect(Math.abs(place - start)).toBeLessThanOrEqual(definition.maxSteps);
        if (place >= start) return;
        expect(kind).toBe('DEMOTED');
        expect(agent.misses + 1).toBeGreaterThanOrEqual(definition.grace);
        expect(agent.months).toBeGreaterThan(definition.protectionMonths);
        expect(agent.overridden).toBe(false);
      }),
      runs,
    );
  });

  it('is never lower than now where all that the highest tier asks for on entry holds', () => {
    fc.assert(
      fc.property(anyScheme, anyAgent, (definition, agent) => {
        const top = definition.tiers.length - 1;
        const place = placeOf(definition, agent);
        const entry = definition.tiers[top]?.entry ?? [];
        fc.pre(place < top && holds(entry, agent.values));
        expect(become(definition, agent).place).toBeGreaterThanOrEqual(place);
      }),
      runs,
    );
  });

  it('never gives a lower tier for better figures', () => {
    fc.assert(
      fc.property(anyScheme, anyAgent, anyValues, (definition, agent, other) => {
        const better = agent.values.map((value, index) =>
          value === undefined ? other[index] : Math.max(value, other[index] ?? 0),
        );
        expect(become(definition, { ...agent, values: better }).place).toBeGreaterThanOrEqual(
          become(definition, agent).place,
        );
      }),
      runs,
    );
  });
});

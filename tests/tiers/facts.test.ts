import { beforeAll, describe, expect, it } from 'vitest';
import type { Period } from '../../src/period.ts';
import { loadTierFacts } from '../../src/tiers/facts.ts';
import type { TierCriterion } from '../../src/tiers/scheme.ts';
import { course, trainingResult } from '../../src/training/tables.ts';
import { openTiers, type TierWorld } from './tierFixture.ts';

// Facts as of the end of January 2027.
const january = '2027-01' as Period;
let world: TierWorld;

const status = (...entries: [status: string, from: string, to?: string][]) => ({
  status: entries.map(([state, from, to]) => ({ status: state, from, ...(to === undefined ? {} : { to }) })),
});

beforeAll(async () => {
  world = await openTiers([
    { code: 'A' },
    { code: 'B' },
    { code: 'C' },
    { code: 'D' },
    { code: 'LASTDAY', ...status(['ACTIVE', '2026-10-31']) },
    {
      code: 'PAUSED',
      ...status(
        ['ACTIVE', '2026-10-31', '2026-11-30'],
        ['SUSPENDED', '2026-11-30', '2027-01-31'],
        ['ACTIVE', '2027-01-31'],
      ),
    },
    { code: 'LEFT', ...status(['ACTIVE', '2026-10-01', '2026-11-01'], ['TERMINATED', '2026-11-01']) },
    { code: 'TOCOME', ...status(['ACTIVE', '2027-02-01']) },
  ]);
});

/** What a criterion finds for agents; null: nothing. */
async function valuesOf(criterion: TierCriterion, agents: readonly string[], only?: readonly string[]) {
  const ids = await Promise.all(agents.map(world.idOf));
  const named = only && (await Promise.all(only.map(world.idOf)));
  const tiers = [{ tier: 'T1', entry: [], keep: [criterion], benefits: {} }];
  const definition = {
    channelTypes: [],
    evaluation: 'MONTHLY',
    maxSteps: 1,
    grace: 1,
    protectionMonths: 0,
    tiers,
  } as const;
  const factsOf = await world.owner((transaction) => loadTierFacts(transaction, january, definition, named));
  return ids.map((id) => factsOf(id).value(criterion)?.toString() ?? null);
}

describe('a metric over months', () => {
  it('reaches back over the end of the year, as far as its months; months without a value are left out', async () => {
    await world.measured('UNITS', '2026-10', { A: '1000', B: '7' });
    await world.measured('UNITS', '2026-11', { A: '10' });
    await world.measured('UNITS', '2027-01', { A: '30.5', C: '0' });
    await world.measured('UNITS', '2027-02', { A: '5000', D: '1' });
    const over3 = (aggregate: 'SUM' | 'AVERAGE' | 'MINIMUM' | 'MAXIMUM' | 'LATEST') =>
      valuesOf({ kind: 'METRIC', metric: 'UNITS', months: 3, aggregate, atLeast: '1' }, ['A', 'B', 'C', 'D']);
    // A: November and January, nothing in December. B: October alone, C: January alone, D: February alone.
    expect(await over3('SUM')).toEqual(['40.5', null, '0', null]);
    expect(await over3('AVERAGE')).toEqual(['20.25', null, '0', null]);
    expect(await over3('MINIMUM')).toEqual(['10', null, '0', null]);
    expect(await over3('MAXIMUM')).toEqual(['30.5', null, '0', null]);
    expect(await over3('LATEST')).toEqual(['30.5', null, '0', null]);
    const latestOf4 = { kind: 'METRIC', metric: 'UNITS', months: 4, aggregate: 'LATEST', atLeast: '1' } as const;
    expect(await valuesOf(latestOf4, ['A', 'B'])).toEqual(['30.5', '7']);
    expect(await valuesOf(latestOf4, ['A', 'B'], ['B'])).toEqual([null, '7']);
  });
});

describe('a ratio', () => {
  it('is of both sums, in percent; it has no value without a numerator, nor by a denominator of 0', async () => {
    await world.measured('CHURNS', '2026-10', { A: '500' });
    await world.measured('CHURNS', '2026-12', { A: '2' });
    await world.measured('CHURNS', '2027-01', { A: '1', B: '3', C: '1' });
    const ratio = { kind: 'RATIO', numerator: 'CHURNS', denominator: 'UNITS', atMost: '10' } as const;
    // A: 3 churns of 40.5 units, 7.407 %. B has no units, C none but 0, D neither.
    const [a, ...rest] = await valuesOf({ ...ratio, months: 3 }, ['A', 'B', 'C', 'D']);
    expect(a?.slice(0, 9)).toBe('7.4074074');
    expect(rest).toEqual([null, null, null]);
    // B of four months: 3 of 7; A: 503 of 1040.5.
    const wider = await valuesOf({ ...ratio, months: 4 }, ['A', 'B']);
    expect(wider.map((text) => text?.slice(0, 8))).toEqual(['48.34214', '42.85714']);
    // D has units of another month alone, and no churns at all.
    await world.measured('UNITS', '2027-01', { D: '5' });
    expect(await valuesOf({ ...ratio, months: 1 }, ['D'])).toEqual([null]);
  });
});

describe('a certificate', () => {
  it('counts where it holds on the last day of the period', async () => {
    const { databases, idOf } = world;
    const [added] = await databases.owner.insert(course).values({ code: 'SALES', name: 'Sales' }).returning();
    const [other] = await databases.owner.insert(course).values({ code: 'SAFETY', name: 'Safety' }).returning();
    const takes = async (agent: string, takenOn: string, expiresOn: string | null, passed = true, of = added) =>
      databases.owner.insert(trainingResult).values({
        courseId: of?.id ?? 0,
        agentId: await idOf(agent),
        takenOn,
        expiresOn,
        passed,
      });
    await takes('A', '2026-02-01', '2027-02-01');
    await takes('B', '2026-01-31', '2027-01-31');
    await takes('C', '2027-01-31', null);
    await takes('D', '2027-02-01', null);
    await takes('LASTDAY', '2026-12-01', null, false);
    await takes('PAUSED', '2026-12-01', null, true, other);
    // Failed later, while the former certificate still holds.
    await takes('A', '2027-01-15', null, false);
    const held = { kind: 'CERTIFICATION', course: 'SALES' } as const;
    const agents = ['A', 'B', 'C', 'D', 'LASTDAY', 'PAUSED'];
    expect(await valuesOf(held, agents)).toEqual(['1', '0', '1', '0', '0', '0']);
    expect(await valuesOf(held, ['A', 'C'], ['C'])).toEqual(['0', '1']);
  });
});

describe('months of service', () => {
  it('are calendar months with a day active, up to the period', async () => {
    // From 31 October: October to January. Suspended from 30 November until 30 January: not December, but its first and last month.
    const months = { kind: 'MONTHS_OF_SERVICE', atLeast: '1' } as const;
    expect(await valuesOf(months, ['LASTDAY', 'PAUSED', 'LEFT', 'TOCOME'])).toEqual(['4', '3', '1', '0']);
  });
});

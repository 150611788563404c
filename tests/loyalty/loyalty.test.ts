import { desc } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { agent, metricValue } from '../../src/agents/tables.ts';
import { auditRecord } from '../../src/audit/tables.ts';
import { bandOf } from '../../src/loyalty/bands.ts';
import type { GridAxis } from '../../src/loyalty/grid.ts';
import { loyaltyPlacement } from '../../src/loyalty/tables.ts';
import { Decimal } from '../../src/money.ts';
import { saveMetricDefinition } from '../../src/scorecards/metricCatalogue.ts';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, type Person, type World } from '../schema/world.ts';
import { asOwner, clerk, now } from '../support/books.ts';

// EAST: E1, E2, E3; WEST: W1. E3 was terminated before October.
let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  await world.databases.owner.$client`
    update agent_status set valid_to = '2026-09-01' where agent_id = (select id from agent where code = 'E3')`;
  await asOwner(world.databases, (transaction) =>
    saveMetricDefinition(transaction, clerk, now, {
      code: 'REVENUE',
      name: 'Revenue',
      definition: { source: 'IMPORTED' },
    }),
  );
  await setMetric('2026-09', { E1: '900', E2: '200' });
  await setMetric('2026-10', { E1: '1000', E2: '1000', W1: '2.5' });
  await setMetric('2026-11', { E1: '500', E2: '0' });
});

async function setMetric(period: string, values: Record<string, string>) {
  const agents = new Map((await world.databases.owner.select().from(agent)).map(({ code, id }) => [code, id]));
  const rows = Object.entries(values).map(([code, value]) => {
    return { agentId: agents.get(code) ?? 0, metric: 'REVENUE', period, value };
  });
  await world.databases.owner.insert(metricValue).values(rows);
}

const bands = (...entries: [code: string, from?: string][]) =>
  entries.map(([code, from]) => ({ code, name: code, ...(from === undefined ? {} : { from }) }));
const definition = {
  loyalty: { measure: { kind: 'MONTHS_OF_SERVICE' }, bands: bands(['NEW'], ['OLD', '24']) },
  contribution: {
    measure: { kind: 'METRIC', metric: 'REVENUE', months: 2, aggregate: 'AVERAGE' },
    bands: bands(['LOW'], ['MIDDLE', '250'], ['HIGH', '750']),
  },
};

const orError = '... on UserError { code message at }';
const publishText = `mutation ($code: String!, $from: Date!, $definition: LoyaltyGridDefinitionInput!) {
  answer: publishLoyaltyGrid(code: $code, name: "Loyalty", from: $from, definition: $definition) { ... on LoyaltyGridPayload { number } ${orError} } }`;
const publish = async (given: object, code = 'GRID', from = '2026-10-01') =>
  (await data(world, 'admin', publishText, { code, from, definition: given })).answer;
const place = async (period: string, grid = 'GRID') =>
  (
    await data(
      world,
      'admin',
      `mutation { answer: placeAgents(grid: "${grid}", period: "${period}") { ... on LoyaltyPlacedPayload { version agentCount hash } ${orError} } }`,
    )
  ).answer;
const cells = async (person: Person, period: string) => {
  const { loyaltyCells } = await data(
    world,
    person,
    `{ loyaltyCells(grid: "GRID", period: "${period}") { loyalty contribution agentCount } }`,
  );
  type Cell = { loyalty: string; contribution: string; agentCount: number };
  return Object.fromEntries(
    loyaltyCells.map(({ loyalty, contribution, agentCount }: Cell) => [`${loyalty} ${contribution}`, agentCount]),
  );
};
const placements = async (person: Person, args: string) =>
  (
    await data(
      world,
      person,
      `{ loyaltyPlacements(grid: "GRID", ${args}) { nodes { agentCode loyalty contribution contributionValue previousContribution } } }`,
    )
  ).loyaltyPlacements.nodes;

describe('bandOf', () => {
  const axis: GridAxis = { measure: { kind: 'MONTHS_OF_SERVICE' }, bands: bands(['A'], ['B', '-1'], ['C', '10']) };
  it.each([
    [undefined, 'A'],
    ['-1.01', 'A'],
    ['-1', 'B'],
    ['9.9999999999999', 'B'],
    ['10', 'C'],
    ['1000', 'C'],
  ])('puts %s into %s', (value, code) => {
    expect(bandOf(axis, value === undefined ? undefined : new Decimal(value)).code).toBe(code);
  });
});

describe('a grid', () => {
  it('is refused where its bands do not ascend, are doubled or have no end, each fault at its place', async () => {
    const faulty = {
      ...definition,
      loyalty: { ...definition.loyalty, bands: bands(['A', '1'], ['B', '5'], ['C', '5'], ['A', '9'], ['D']) },
    };
    const text = (await publish(faulty, 'BAD')).message;
    expect(text).toContain('definition.loyalty.bands[0].from');
    expect(text).toContain('definition.loyalty.bands[2].from');
    expect(text).toContain('definition.loyalty.bands[3].code');
    expect(text).toContain('definition.loyalty.bands[4].from');
    expect(await publish({ ...definition, channelTypes: ['NONE'] }, 'BAD')).toMatchObject({
      code: 'REFERENCE_UNKNOWN',
    });
    const unknown = { kind: 'METRIC', metric: 'REVENEU' };
    const bothUnknown = {
      loyalty: { ...definition.loyalty, measure: unknown },
      contribution: { ...definition.contribution, measure: { kind: 'METRIC', metric: 'SURVEY_NONE' } },
    };
    expect((await publish(bothUnknown, 'BAD')).message).toBe(
      'definition.loyalty.measure.metric: The catalogue has no metric REVENEU.\ndefinition.contribution.measure.metric: The catalogue has no metric SURVEY_NONE.',
    );
    const { loyaltyGrids } = await data(world, 'auditor', '{ loyaltyGrids { code } }');
    expect(loyaltyGrids).toEqual([]);
  });

  it('is published in versions; the same again is no new one', async () => {
    expect(await publish(definition)).toEqual({ number: 1 });
    expect(await publish(definition)).toEqual({ number: 1 });
    const { loyaltyGrids } = await data(
      world,
      'managerWest',
      '{ loyaltyGrids { code versions { number from loyalty { measure { kind window { metric } } bands { code from } } contribution { measure { window { metric months aggregate } } } } } }',
    );
    expect(loyaltyGrids[0].versions).toEqual([
      {
        number: 1,
        from: '2026-10-01',
        loyalty: {
          measure: { kind: 'MONTHS_OF_SERVICE', window: null },
          bands: [
            { code: 'NEW', from: null },
            { code: 'OLD', from: '24' },
          ],
        },
        contribution: { measure: { window: { metric: 'REVENUE', months: 2, aggregate: 'AVERAGE' } } },
      },
    ]);
  });
});

describe('placing', () => {
  it('puts everybody of the month in a cell, those without a value in the first; the same again is the same', async () => {
    // Averages of September and October: E1 (900 + 1000) / 2 = 950, E2 (200 + 1000) / 2 = 600, W1 2.5 alone.
    const first = await place('2026-10');
    expect(first).toEqual({ version: 1, agentCount: 3, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await place('2026-10')).toEqual(first);
    const [record] = await world.databases.owner.select().from(auditRecord).orderBy(desc(auditRecord.id)).limit(1);
    expect(record).toMatchObject({
      action: 'loyalty_grid.placed',
      entityKey: 'GRID 2026-10',
      after: { agentCount: 3 },
    });
    expect(await world.databases.owner.$count(loyaltyPlacement)).toBe(3);
    const counts = await cells('admin', '2026-10');
    expect(Object.keys(counts)).toHaveLength(6);
    const byContribution = (code: string) => (counts[`NEW ${code}`] ?? 0) + (counts[`OLD ${code}`] ?? 0);
    expect(['LOW', 'MIDDLE', 'HIGH'].map(byContribution)).toEqual([1, 1, 1]);
  });

  it('counts a month of service for each month with an active day: 23 are NEW, 24 are OLD', async () => {
    const { owner } = world.databases;
    await owner.$client`update agent_status set valid_from = '2024-12-31' where agent_id = (select id from agent where code = 'E1')`;
    await owner.$client`update agent_status set valid_from = '2024-11-30' where agent_id = (select id from agent where code = 'E2')`;
    // December 2024 to October 2026: 23 months; November 2024 to October 2026: 24.
    await place('2026-10');
    const found = await placements('managerEast', 'period: "2026-10"');
    expect(found.map(({ agentCode, loyalty }: Record<string, string>) => [agentCode, loyalty])).toEqual([
      ['E1', 'NEW'],
      ['E2', 'OLD'],
    ]);
  });

  it('shows where agents came from', async () => {
    // October and November: E1 (1000 + 500) / 2 = 750, the very beginning of HIGH; E2 (1000 + 0) / 2 = 500; W1 2.5 alone.
    await place('2026-11');
    expect(await placements('managerEast', 'period: "2026-11"')).toEqual([
      { agentCode: 'E1', loyalty: 'OLD', contribution: 'HIGH', contributionValue: '750', previousContribution: 'HIGH' },
      {
        agentCode: 'E2',
        loyalty: 'OLD',
        contribution: 'MIDDLE',
        contributionValue: '500',
        previousContribution: 'MIDDLE',
      },
    ]);
    const moved = await placements('admin', 'period: "2026-11", movedOnly: true');
    expect(moved.map(({ agentCode }: { agentCode: string }) => agentCode)).toEqual(['E1']);
    expect(await placements('admin', 'period: "2026-11", contribution: "LOW"')).toHaveLength(1);
    expect((await placements('admin', 'period: "2026-10"'))[0]).toMatchObject({ previousContribution: null });
  });

  it('managers count only their agents, and agents see nothing of it', async () => {
    expect(await cells('managerWest', '2026-11')).toMatchObject({ 'OLD HIGH': 0, 'OLD MIDDLE': 0 });
    expect(await cells('managerEast', '2026-11')).toMatchObject({ 'OLD HIGH': 1, 'OLD MIDDLE': 1, 'OLD LOW': 0 });
    for (const person of ['agentE1', 'finance'] as const) {
      const { errors } = await ask(world, person, '{ loyaltyCells(grid: "GRID", period: "2026-11") { agentCount } }');
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
  });

  it('is refused without a version in force, and for what is not known', async () => {
    expect(await place('2026-09')).toMatchObject({ code: 'NOT_FOUND' });
    expect(await place('2026-10', 'NONE')).toMatchObject({ code: 'NOT_FOUND' });
    expect(await place('October')).toMatchObject({ code: 'PERIOD_INVALID' });
  });

  it('goes by the version in force on the last day; cells keep the bands that placed the month', async () => {
    const wider = { ...definition, contribution: { ...definition.contribution, bands: bands(['ANY']) } };
    expect(await publish(wider, 'GRID', '2026-11-30')).toEqual({ number: 2 });
    expect(Object.keys(await cells('admin', '2026-11'))).toHaveLength(6);
    expect(await place('2026-11')).toMatchObject({ version: 2, agentCount: 3 });
    expect(await cells('admin', '2026-11')).toEqual({ 'NEW ANY': 0, 'OLD ANY': 3 });
    expect(Object.keys(await cells('admin', '2026-10'))).toHaveLength(6);
  });
});

it('agents are placed when the month is over, and by scores once they are published', async () => {
  expect(await place('2099-01')).toMatchObject({ code: 'PERIOD_NOT_OVER' });
  const byScore = { ...definition.contribution, measure: { kind: 'METRIC', metric: 'SCORE' } };
  await publish({ ...definition, contribution: byScore }, 'BY-SCORE');
  expect(await place('2026-10', 'BY-SCORE')).toMatchObject({ code: 'SCORES_NOT_PUBLISHED' });
  await world.databases.owner.$client`insert into score_round (period, state) values ('2026-10', 'FINAL')`;
  expect(await place('2026-10', 'BY-SCORE')).not.toHaveProperty('code');
});

import { beforeAll, describe, expect, it } from 'vitest';
import { importEventBatch } from '../../src/sales/import.ts';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, now, type Person, tryOut, type World } from '../schema/world.ts';
import { clerk } from '../support/books.ts';

// The hierarchy over GraphQL, in the world of tests/schema/world.ts: E2 and E3 below E1 in EAST, W1 in WEST.

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

const figures = async (person: Person, args: string) => {
  const query = `{ teamFigures(${args}) { nodes {
    code level parentCode agentCount sales { currency events units amount } commission { currency amount } } } }`;
  return (await data(world, person, query)).teamFigures.nodes;
};

// October, worked by hand. Sales: E1 an activation and a bill of 100 each, E2 an activation of 100 and 0.3 of one of W1's, E3 an
// activation of 100. Commission: E1 80 + 100 · 3.25 % · 1.1 = 3.575 → 3.58, E2 80 + 0.3 · 80 = 104, E3 has no agreement. The pot
// is 1 % of 300 = 3.00 by 1.1 (E1) : 1.3 (E2) : 1.7 (W1) of 4.1: 0.80, 0.95, 1.24, and 0.01 more to E1. So 84.39 and 104.95.
const teamE1 = {
  code: 'E1',
  level: 0,
  parentCode: null,
  agentCount: 3,
  sales: [{ currency: 'CNY', events: 5, units: '4.3', amount: '430' }],
  commission: [{ currency: 'CNY', amount: '189.34' }],
};
const teamE2 = {
  code: 'E2',
  level: 1,
  parentCode: 'E1',
  agentCount: 1,
  sales: [{ currency: 'CNY', events: 2, units: '1.3', amount: '130' }],
  commission: [{ currency: 'CNY', amount: '104.95' }],
};
const teamE3 = {
  code: 'E3',
  level: 1,
  parentCode: 'E1',
  agentCount: 1,
  sales: [{ currency: 'CNY', events: 1, units: '1', amount: '100' }],
  commission: [],
};

describe('teamFigures', () => {
  it('adds up the team, and the teams below', async () => {
    const october = 'code: "E1", from: "2026-10"';
    expect(await figures('managerEast', october)).toEqual([teamE1, teamE2, teamE3]);
    expect(await figures('agentE1', october)).toEqual([teamE1, teamE2, teamE3]);
    expect(await figures('finance', `${october}, depth: 0`)).toEqual([teamE1]);
    expect(await figures('admin', `${october}, first: 1`)).toEqual([teamE1]);
  });

  it('looks at the months, the day and the types asked for', async () => {
    // November is not approved: E1's activation there is a sale, but nothing is earned yet.
    expect(await figures('admin', 'code: "E1", from: "2026-10", to: "2026-11", depth: 0')).toEqual([
      { ...teamE1, sales: [{ currency: 'CNY', events: 6, units: '5.3', amount: '530' }] },
    ]);
    expect(await figures('admin', 'code: "E1", from: "2026-11", depth: 0')).toMatchObject([
      { sales: [{ events: 1 }], commission: [] },
    ]);
    expect(await figures('admin', 'code: "E1", from: "2026-10", eventTypes: [BILL], depth: 0')).toMatchObject([
      { sales: [{ events: 1, units: '1', amount: '100' }] },
    ]);
    // before anybody stood below it
    expect(await figures('admin', 'code: "E1", from: "2026-10", on: "1999-01-01"')).toMatchObject([
      { agentCount: 1, sales: [{ events: 2 }], commission: [{ amount: '84.39' }] },
    ]);
    const wrong = await ask(
      world,
      'admin',
      '{ teamFigures(code: "E1", from: "2026-10", to: "2026-09") { nodes { code } } }',
    );
    expect(wrong.errors?.[0]?.extensions).toMatchObject({ code: 'INPUT_INVALID', at: 'to' });
  });

  it.each(['agentE2', 'agentW1', 'managerWest'] as const)('tells %s nothing about E1', async (person) => {
    expect(await figures(person, 'code: "E1", from: "2026-10"')).toEqual([]);
  });

  it('tells an agent of its own', async () => {
    expect(await figures('agentE2', 'code: "E2", from: "2026-10"')).toEqual([
      { ...teamE2, level: 0, parentCode: null },
    ]);
  });
});

describe('the hierarchy', () => {
  it('is read by who may see it', async () => {
    const query = `{ ancestors(code: "E3") { code level } descendants(code: "E1") { nodes { code level parentCode } } }`;
    const below = [
      { code: 'E2', level: 1, parentCode: 'E1' },
      { code: 'E3', level: 1, parentCode: 'E1' },
    ];
    expect(await data(world, 'managerEast', query)).toEqual({
      ancestors: [{ code: 'E1', level: 1 }],
      descendants: { nodes: below },
    });
    expect(await data(world, 'agentE2', query)).toEqual({ ancestors: [], descendants: { nodes: [] } });
    const page = '{ descendants(code: "E1", first: 1) { nodes { code } pageInfo { hasNextPage endCursor } } }';
    const { descendants: first } = await data(world, 'agentE1', page);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const next = await data(
      world,
      'agentE1',
      page.replace('first: 1', `first: 1, after: "${first.pageInfo.endCursor}"`),
    );
    expect(next.descendants.nodes).toEqual([{ code: 'E3' }]);
  });

  const moved = `mutation ($parent: String, $from: Date!) {
    moveSubtree(agentCode: "E3", parentCode: $parent, from: $from, reason: "test") {
      ... on MoveSubtreePayload { changed links { parentCode from to } } ... on UserError { code at } } }`;

  it('is changed by a manager, with typed refusals', async () => {
    const attempt = async (person: Person, variables: object) =>
      (await tryOut(world, person, moved, { from: '2026-12-01', ...variables })).data?.moveSubtree;
    expect(await attempt('managerEast', { parent: 'E2' })).toMatchObject({
      changed: true,
      links: [
        { parentCode: 'E1', to: '2026-12-01' },
        { parentCode: 'E2', from: '2026-12-01', to: null },
      ],
    });
    expect(await attempt('managerEast', { parent: 'E3' })).toEqual({ code: 'PARENT_CIRCLE', at: 'parentCode' });
    expect(await attempt('managerEast', { parent: 'W1' })).toEqual({ code: 'AGENT_UNKNOWN', at: 'parentCode' });
    expect(await attempt('managerWest', { parent: 'W1' })).toEqual({ code: 'AGENT_UNKNOWN', at: 'agentCode' });
    expect(await attempt('finance', { parent: 'E2' })).toMatchObject({ code: 'FORBIDDEN' });
  });
});

it('leaves out what was reversed', async () => {
  const reversal = {
    source: 'CRM',
    externalId: 'R-E3',
    type: 'REVERSAL',
    occurredAt: '2026-12-01T10:00:00+08:00',
    agentCode: 'E3',
    productCode: 'FIBER',
    quantity: '1',
    amount: '100',
    currency: 'CNY',
    originalExternalId: 'A-E3',
  };
  const imported = await world.databases.owner.transaction((transaction) =>
    importEventBatch(transaction, clerk, now, [reversal], { atomic: true }),
  );
  expect(imported.acceptedCount).toBe(1);
  expect(await figures('admin', 'code: "E1", from: "2026-10"')).toMatchObject([
    { code: 'E1', sales: [{ events: 4, units: '3.3', amount: '330' }] },
    { code: 'E2' },
    { code: 'E3', sales: [] },
  ]);
});

import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { channelCapacity, territory } from '../../src/territories/tables.ts';
import { testDatabase } from '../database.ts';
import { data, makeWorld, type Person, type World } from '../schema/world.ts';

// Territories over GraphQL, in the world of tests/schema/world.ts: ROOT ─ EAST: E1, E2 and E3 below it; WEST: W1.

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});
beforeEach(async () => {
  await world.databases.owner.delete(territory);
  await world.databases.owner.delete(channelCapacity);
});

const grantText = `mutation ($input: TerritoryInput!) { grantTerritory(input: $input) {
  ... on TerritoryPayload { territory { id agent { code } region { code } exclusive from to } } ... on UserError { code at message } } }`;
const grant = async (person: Person, agentCode: string, regionCode: string, more: object = {}) => {
  const input = { agentCode, regionCode, from: '2026-01-01', ...more };
  return (await data(world, person, grantText, { input })).grantTerritory;
};
const listed = async (person: Person, filter: string) => {
  const text = `{ territories(filter: { ${filter} }) { nodes { agent { code } region { code } } } }`;
  const { nodes } = (await data(world, person, text)).territories;
  return nodes.map(
    (node: { agent: { code: string }; region: { code: string } }) => `${node.agent.code} ${node.region.code}`,
  );
};

describe('territories', () => {
  it('are granted, refused by name, listed and ended', async () => {
    const { territory: granted } = await grant('managerEast', 'E1', 'EAST', { exclusive: true });
    expect(granted).toMatchObject({
      agent: { code: 'E1' },
      region: { code: 'EAST' },
      exclusive: true,
      from: '2026-01-01',
      to: null,
    });
    expect(await grant('admin', 'W1', 'ROOT')).toMatchObject({
      code: 'TERRITORY_EXCLUSIVE',
      message: expect.stringContaining('agent E1 has region EAST exclusively'),
    });
    expect(await grant('managerEast', 'W1', 'EAST')).toMatchObject({ code: 'AGENT_UNKNOWN', at: 'input.agentCode' });
    expect(await grant('admin', 'E2', 'NONE')).toMatchObject({ code: 'REGION_UNKNOWN', at: 'input.regionCode' });
    const end = `mutation ($id: ID!, $to: Date!) { endTerritory(territoryId: $id, to: $to, reason: "test") {
      ... on TerritoryPayload { territory { to } } ... on UserError { code } } }`;
    const ended = (await data(world, 'managerEast', end, { id: granted.id, to: '2026-12-31' })).endTerritory;
    expect(ended).toEqual({ territory: { to: '2026-12-31' } });
    expect(await grant('admin', 'W1', 'ROOT', { from: '2026-12-31' })).toHaveProperty('territory');
  });

  it('tell who serves a region on a day, as far as one may see', async () => {
    await grant('admin', 'E1', 'ROOT', { to: '2026-06-01' });
    await grant('admin', 'E2', 'EAST');
    await grant('admin', 'W1', 'WEST');
    expect(await listed('admin', 'serves: "EAST", on: "2026-05-31"')).toEqual(['E1 ROOT', 'E2 EAST']);
    expect(await listed('admin', 'serves: "EAST", on: "2026-06-01"')).toEqual(['E2 EAST']);
    expect(await listed('admin', 'serves: "WEST", on: "2026-05-31"')).toEqual(['E1 ROOT', 'W1 WEST']);
    expect(await listed('managerWest', 'serves: "WEST", on: "2026-05-31"')).toEqual(['W1 WEST']);
    expect(await listed('admin', 'under: "ROOT"')).toEqual(['E1 ROOT', 'E2 EAST', 'W1 WEST']);
    expect(await listed('admin', 'under: "EAST"')).toEqual(['E2 EAST']);
    expect(await listed('agentE1', 'exclusive: false')).toEqual(['E1 ROOT', 'E2 EAST']);
    expect(await listed('agentE2', 'agentCode: "E1"')).toEqual([]);
  });
});

describe('the channel capacity plan', () => {
  it("is an administrator's to save, and compared with what there is", async () => {
    const save = `mutation ($input: [ChannelCapacityInput!]!) { saveChannelCapacity(input: $input) {
      ... on ChannelCapacityPayload { changedCount unchangedCount } ... on UserError { code at } } }`;
    const figure = (regionCode: string, plannedAgents: number | null, from = '2026-01-01') => {
      return { regionCode, channelTypeCode: 'AGENT', from, plannedAgents };
    };
    const input = [figure('EAST', 4), figure('WEST', 1), figure('WEST', null, '2027-01-01')];
    expect((await data(world, 'admin', save, { input })).saveChannelCapacity).toEqual({
      changedCount: 2,
      unchangedCount: 0,
    });
    expect((await data(world, 'admin', save, { input: [figure('NONE', 1)] })).saveChannelCapacity).toEqual({
      code: 'REGION_UNKNOWN',
      at: 'input[0].regionCode',
    });
    const plan =
      '{ channelCapacity(on: "2027-01-01") { nodes { region { code } channelType { code } plannedAgents from to } } }';
    expect((await data(world, 'auditor', plan)).channelCapacity.nodes).toEqual([
      { region: { code: 'EAST' }, channelType: { code: 'AGENT' }, plannedAgents: 4, from: '2026-01-01', to: null },
    ]);
    const coverage = `{ channelCoverage { nodes { regionCode channelTypeCode plannedAgents actualAgents missingAgents } }
      missing: channelCoverage(onlyMissing: true) { nodes { regionCode } } }`;
    const nodes = (
      regionCode: string,
      plannedAgents: number | null,
      actualAgents: number,
      missingAgents: number | null,
    ) => {
      return { regionCode, channelTypeCode: 'AGENT', plannedAgents, actualAgents, missingAgents };
    };
    expect(await data(world, 'finance', coverage)).toEqual({
      channelCoverage: { nodes: [nodes('EAST', 4, 3, 1), nodes('ROOT', null, 4, null), nodes('WEST', 1, 1, 0)] },
      missing: { nodes: [{ regionCode: 'EAST' }] },
    });
    expect((await data(world, 'managerWest', coverage)).channelCoverage.nodes).toEqual([nodes('WEST', 1, 1, 0)]);
  });

  it('and regions where nobody sells are found', async () => {
    const empty = '{ regionsWithoutAgents(on: "1999-01-01") { nodes { code name parentCode } } }';
    expect((await data(world, 'managerEast', empty)).regionsWithoutAgents.nodes).toEqual([
      { code: 'EAST', name: 'East', parentCode: 'ROOT' },
    ]);
    expect(
      (await data(world, 'admin', '{ regionsWithoutAgents { nodes { code } } }')).regionsWithoutAgents.nodes,
    ).toEqual([]);
  });
});

import { beforeAll, expect, it } from 'vitest';
import { agent, agentParent, agentRegion, agentTier, agreement } from '../../src/agents/tables.ts';
import { testDatabase } from '../database.ts';
import { data, makeWorld, type World } from './world.ts';

let world: World;
const sent: string[] = [];

beforeAll(async () => {
  const databases = await testDatabase();
  world = await makeWorld(databases);
  await addAgents(world, 60);
  const client = databases.request.$client as unknown as { options: { debug: unknown } };
  client.options.debug = (_connection: number, text: string) => sent.push(text);
});

/** Agents X00 … with a tier, a region, a parent and an agreement each. */
async function addAgents({ databases: { owner } }: World, count: number): Promise<void> {
  const tiers = await owner.query.tier.findMany();
  const regions = await owner.query.region.findMany();
  const [plan] = await owner.query.plan.findMany();
  const [channel] = await owner.query.channelType.findMany();
  const validFrom = '2026-01-01';
  for (let index = 0; index < count; index += 1) {
    const code = `X${String(index).padStart(2, '0')}`;
    const [added] = await owner
      .insert(agent)
      .values({ code, name: code, channelTypeId: channel?.id ?? 0 })
      .returning();
    const agentId = added?.id ?? 0;
    await owner.insert(agentTier).values({ agentId, tierId: tiers[index % tiers.length]?.id ?? 0, validFrom });
    await owner.insert(agentRegion).values({ agentId, regionId: regions[index % regions.length]?.id ?? 0, validFrom });
    await owner.insert(agentParent).values({ agentId, parentId: 1, validFrom });
    await owner.insert(agreement).values({ code: `${code}-P`, agentId, planId: plan?.id ?? 0, validFrom });
  }
}

const queries: Record<string, string> = {
  agents: `query ($first: Int!) { agents(first: $first) { edges { cursor node {
      code status channelType { code } tier { code multiplier } october: tier(on: "2026-10-31") { code }
      tiers { from tier { code } } region { code parent { code } } parent { code tier { code } } parents { from parent { code } }
      agreements { code plan { code versions { number components { code rules { code tier { code } } } } } }
      statements(first: 3) { nodes { period closing run { status } } pageInfo { hasNextPage } }
    } } pageInfo { endCursor hasNextPage } } }`,
  salesEvents: `query ($first: Int!) { salesEvents(first: $first) { nodes {
      externalId agent { code tier { code } } product { code category { code } } region { code } segment { code } campaign { code }
      credits { share agent { code } } } } }`,
  commissionLines: `query ($first: Int!) { commissionLines(period: "2026-10", first: $first) { nodes {
      lineId amount agent { code } component { code planCode poolCode } rule { code product { code } }
      event { externalId product { code } } run { period totals { amount } } } } }`,
  statements: `query ($first: Int!) { statements(first: $first) { nodes { period agent { code region { code } } run { status } closing } } }`,
};

/** How many statements a page of `first` takes, and how many objects it had. */
async function count(text: string, first: number): Promise<{ statementCount: number; nodeCount: number }> {
  sent.length = 0;
  const answer = await data(world, 'admin', text, { first });
  const [page] = Object.values(answer) as { edges?: object[]; nodes?: object[] }[];
  return { statementCount: sent.length, nodeCount: (page?.edges ?? page?.nodes ?? []).length };
}

it.each(Object.entries(queries))('%s: a page of 50 takes as many statements as a page of 5', async (name, text) => {
  await count(text, 1);
  const small = await count(text, name === 'agents' ? 5 : 1);
  const large = await count(text, 50);
  expect(large.nodeCount).toBeGreaterThan(small.nodeCount * 4);
  if (name === 'agents') expect([small.nodeCount, large.nodeCount]).toEqual([5, 50]);
  expect(large.statementCount).toBe(small.statementCount);
  expect(large.statementCount).toBeLessThan(16);
});

it('node ids of one type are read together', async () => {
  const ids = (await data(world, 'admin', '{ agents(first: 50) { nodes { id } } }')).agents.nodes.map(
    (n: { id: string }) => n.id,
  );
  const ask = async (some: string[]) => {
    sent.length = 0;
    await data(world, 'admin', 'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Agent { tier { code } } } }', {
      ids: some,
    });
    return sent.length;
  };
  const one = await ask(ids.slice(0, 1));
  expect(await ask(ids)).toBe(one);
});

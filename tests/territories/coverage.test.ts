import { asc, desc } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditRecord } from '../../src/audit/tables.ts';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { asUserError } from '../../src/db/constraints.ts';
import { type Actor, asRequest } from '../../src/db/transaction.ts';
import type { UserErrors } from '../../src/errors.ts';
import { type CapacityInput, saveChannelCapacity } from '../../src/territories/capacity.ts';
import { withPlan } from '../../src/territories/capacityPlan.ts';
import { channelCoverage, regionsWithoutAgents } from '../../src/territories/coverage.ts';
import { channelCapacity, territory } from '../../src/territories/tables.ts';
import { testDatabase } from '../database.ts';
import { clerk, now, type Province, setUpTerritories } from './province.ts';

let databases: Databases;
let province: Province;

beforeAll(async () => {
  databases = await testDatabase();
  province = await setUpTerritories(databases);
});
beforeEach(async () => {
  await databases.owner.delete(territory);
  await databases.owner.delete(channelCapacity);
});

const owner = <Result>(work: (transaction: Transaction) => Promise<Result>) => databases.owner.transaction(work);
const asManager = <Result>(
  region: string,
  work: (transaction: Transaction) => Promise<Result>,
  today = '2026-12-05',
) => {
  const user = { id: 1, role: 'CHANNEL_MANAGER' as const, agentId: null, regionId: province.regions.get(region) ?? 0 };
  const actor: Actor = { name: 'manager@demo.example', requestId: null, user };
  return asRequest(databases.request, actor, today, work);
};
const figure = (regionCode: string, from: string, plannedAgents: number | null, channelTypeCode = 'AGENT') => {
  return { regionCode, channelTypeCode, from, plannedAgents };
};
const save = (...figures: CapacityInput[]) =>
  owner((transaction) => saveChannelCapacity(transaction, clerk, now, figures));
const planned = () =>
  databases.owner
    .select({ from: channelCapacity.validFrom, to: channelCapacity.validTo, agents: channelCapacity.plannedAgents })
    .from(channelCapacity)
    .orderBy(asc(channelCapacity.regionId), asc(channelCapacity.validFrom));

describe('withPlan', () => {
  const entry = (from: string, to: string | null, plannedAgents: number) => ({ from, to, plannedAgents });

  it('lets a figure hold until the next one', () => {
    expect(withPlan([], [{ from: '2026-01-01', plannedAgents: 5 }])).toEqual([entry('2026-01-01', null, 5)]);
    expect(withPlan([entry('2026-06-01', null, 7)], [{ from: '2026-01-01', plannedAgents: 5 }])).toEqual([
      entry('2026-01-01', '2026-06-01', 5),
      entry('2026-06-01', null, 7),
    ]);
  });

  it('divides what was there, and keeps its end', () => {
    const plan = [entry('2026-01-01', '2026-07-01', 5)];
    expect(withPlan(plan, [{ from: '2026-03-01', plannedAgents: 6 }])).toEqual([
      entry('2026-01-01', '2026-03-01', 5),
      entry('2026-03-01', '2026-07-01', 6),
    ]);
    expect(withPlan(plan, [{ from: '2026-01-01', plannedAgents: 6 }])).toEqual([entry('2026-01-01', '2026-07-01', 6)]);
  });

  it('ends with null, several changes in any order', () => {
    const changes = [
      { from: '2026-07-01', plannedAgents: null },
      { from: '2026-01-01', plannedAgents: 0 },
    ];
    expect(withPlan([], changes)).toEqual([entry('2026-01-01', '2026-07-01', 0)]);
    expect(withPlan([entry('2026-01-01', null, 0)], [{ from: '2026-01-01', plannedAgents: null }])).toEqual([]);
  });
});

describe('saveChannelCapacity', () => {
  it('saves, changes and leaves alone, with an audit record a plan', async () => {
    expect(await save(figure('NORTH', '2026-01-01', 3), figure('N1', '2026-01-01', 1))).toEqual({
      changedCount: 2,
      unchangedCount: 0,
    });
    expect(await save(figure('NORTH', '2026-06-01', 4), figure('N1', '2026-01-01', 1))).toEqual({
      changedCount: 1,
      unchangedCount: 1,
    });
    expect(await planned()).toEqual([
      { from: '2026-01-01', to: '2026-06-01', agents: 3 },
      { from: '2026-06-01', to: null, agents: 4 },
      { from: '2026-01-01', to: null, agents: 1 },
    ]);
    const [record] = await databases.owner.select().from(auditRecord).orderBy(desc(auditRecord.id)).limit(1);
    expect(record).toMatchObject({
      action: 'channelCapacity.saved',
      entityKey: 'NORTH AGENT',
      before: [{ from: '2026-01-01', to: null, plannedAgents: 3 }],
      after: [
        { to: '2026-06-01', plannedAgents: 3 },
        { from: '2026-06-01', to: null, plannedAgents: 4 },
      ],
    });
  });

  it('names every fault and saves nothing', async () => {
    const error = await save(
      figure('NORTH', '2026-01-01', 3),
      figure('NONE', '2026-13-01', 1, 'NEITHER'),
      figure('N1', '2026-01-01', -1),
      figure('NORTH', '2026-01-01', 4),
    ).catch((reason: unknown) => reason as UserErrors);
    expect('errors' in error ? error.errors.map(({ code, at }) => [code, at]) : error).toEqual([
      ['REGION_UNKNOWN', 'input[1].regionCode'],
      ['REFERENCE_UNKNOWN', 'input[1].channelTypeCode'],
      ['INPUT_INVALID', 'input[1].from'],
      ['INPUT_INVALID', 'input[2].plannedAgents'],
      ['CODE_DUPLICATE', 'input[3]'],
    ]);
    expect(await planned()).toEqual([]);
  });

  it("is an administrator's", async () => {
    const refused = asManager('ALL', (transaction) =>
      saveChannelCapacity(transaction, clerk, now, [figure('N1', '2026-01-01', 1)]),
    ).catch(asUserError);
    expect(await refused).toMatchObject({ code: 'FORBIDDEN' });
    await save(figure('N1', '2026-01-01', 1));
    const ended = asManager('ALL', (transaction) =>
      saveChannelCapacity(transaction, clerk, now, [figure('N1', '2026-01-01', null)]),
    ).catch(asUserError);
    expect(await ended).toMatchObject({ code: 'FORBIDDEN' });
    expect(await planned()).toHaveLength(1);
  });
});

const page = { first: 100 };

describe('channelCoverage', () => {
  const coverage = async (
    question: Omit<Parameters<typeof channelCoverage>[2], 'on'> & { on?: string } = {},
    run: typeof owner = owner,
  ) => {
    const { edges } = await run((transaction) => channelCoverage(transaction, page, { on: '2026-05-01', ...question }));
    return edges.map(({ node }) =>
      [node.regionCode, node.channelTypeCode, node.plannedAgents, node.actualAgents].join(' '),
    );
  };

  // In May M and X are in NORTH, C and T in N1: 4; Y and, ONLINE, O in SOUTH. In July T is terminated.
  it('adds up each subtree on a day, beside the plan', async () => {
    await save(figure('NORTH', '2026-01-01', 5), figure('N2', '2026-01-01', 1), figure('SOUTH', '2026-06-01', 9));
    expect(await coverage()).toEqual([
      'ALL AGENT  5',
      'ALL ONLINE  1',
      'N1 AGENT  2',
      'N2 AGENT 1 0',
      'NORTH AGENT 5 4',
      'SOUTH AGENT  1',
      'SOUTH ONLINE  1',
    ]);
    expect(await coverage({ under: 'NORTH', on: '2026-07-01' })).toEqual([
      'N1 AGENT  1',
      'N2 AGENT 1 0',
      'NORTH AGENT 5 3',
    ]);
    expect(await coverage({ onlyMissing: true, on: '2026-07-01' })).toEqual([
      'N2 AGENT 1 0',
      'NORTH AGENT 5 3',
      'SOUTH AGENT 9 1',
    ]);
    expect(await coverage({ channelType: 'ONLINE' })).toEqual(['ALL ONLINE  1', 'SOUTH ONLINE  1']);
    expect(await coverage({ under: 'NONE' })).toEqual([]);
  });

  it('shows a manager its regions, with all their agents', async () => {
    await save(figure('S1', '2026-01-01', 1));
    const run = <Result>(work: (transaction: Transaction) => Promise<Result>) => asManager('N1', work);
    expect(await coverage({}, run)).toEqual(['N1 AGENT  2']);
  });

  it('goes from page to page', async () => {
    const read = (after?: string) =>
      owner((transaction) => channelCoverage(transaction, { first: 2, after }, { on: '2026-05-01' }));
    const first = await read();
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = await read(first.pageInfo.endCursor ?? '');
    expect(second.edges.map(({ node }) => `${node.regionCode} ${node.channelTypeCode}`)).toEqual([
      'N1 AGENT',
      'NORTH AGENT',
    ]);
  });
});

describe('regionsWithoutAgents', () => {
  const empty = async (on = '2026-05-01', under?: string, run: typeof owner = owner) => {
    const { edges } = await run((transaction) => regionsWithoutAgents(transaction, page, { on, under }));
    return edges.map(({ node }) => node.code);
  };
  const right = (agent: string, region: string, from: string) => ({
    agentId: province.agents.get(agent) ?? 0,
    regionId: province.regions.get(region) ?? 0,
    validFrom: from,
  });

  it('knows where nobody is placed and nobody has a right: in it, above or under it', async () => {
    expect(await empty()).toEqual(['N2', 'S1']);
    expect(await empty('2025-12-31')).toEqual(['ALL', 'N1', 'N2', 'NORTH', 'S1', 'SOUTH']);
    await databases.owner.insert(territory).values([right('X', 'NORTH', '2026-06-01')]);
    expect(await empty()).toEqual(['N2', 'S1']);
    expect(await empty('2026-06-01')).toEqual(['S1']);
    expect(await empty('2026-06-01', 'NORTH')).toEqual([]);
    expect(await empty('2026-05-01', 'NORTH')).toEqual(['N2']);
  });

  it('does not count agents that may not sell', async () => {
    await databases.owner.insert(territory).values([right('T', 'S1', '2026-01-01')]);
    expect(await empty('2026-06-30')).toEqual(['N2']);
    expect(await empty('2026-07-01')).toEqual(['N2', 'S1']);
  });

  it("asks for a manager's regions, and knows of rights of others' agents there", async () => {
    const run = <Result>(work: (transaction: Transaction) => Promise<Result>) => asManager('NORTH', work);
    expect(await empty('2026-05-01', undefined, run)).toEqual(['N2']);
    await databases.owner.insert(territory).values([right('Y', 'ALL', '2026-01-01')]);
    expect(await empty('2026-05-01', undefined, run)).toEqual([]);
  });
});

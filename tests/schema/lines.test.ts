import { beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import type { Role } from '../../src/db/transaction.ts';
import { testDatabase } from '../database.ts';
import { runEveryKind } from '../support/everyKind.ts';
import { data, type Person, type World } from './world.ts';

// Lines of every kind through the API: fields, filters, pages, nodes by id, explanations.

let world: World;
let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await runEveryKind(databases);
  const user = (role: Role, agentId: number | null) => ({
    name: role,
    user: { id: 1, role, agentId, regionId: null },
    requestId: null,
  });
  const [sub] = await databases.owner.query.agent.findMany({ where: { code: 'SUB' } });
  const actors = { admin: user('ADMIN', null), agentE1: user('AGENT', sub?.id ?? 0) };
  world = { databases, actors: actors as unknown as World['actors'] };
});

type Line = Record<string, unknown> & { id: string; lineId: string; kind: string; amount: string };
const fields = `id lineId kind amount role instalment originPeriod event { externalId } originalEvent { externalId }
  sourceAgent { code } sourceComponent { code }`;

async function lines(person: Person, period: string, filter = ''): Promise<Line[]> {
  const answer = await data(world, person, `{ commissionLines(period: "${period}"${filter}) { nodes { ${fields} } } }`);
  return answer.commissionLines.nodes as Line[];
}

describe('lines of every kind', () => {
  it('have what they hang together with', async () => {
    const [october, november] = [await lines('admin', '2026-10'), await lines('admin', '2026-11')];
    const [override] = october.filter(({ kind }) => kind === 'OVERRIDE');
    expect(override).toMatchObject({
      amount: '5.00',
      event: { externalId: 'S1' },
      sourceAgent: { code: 'SUB' },
      sourceComponent: { code: 'SALE' },
      instalment: null,
      originPeriod: null,
    });
    expect(october.find(({ kind }) => kind === 'WITHHOLDING')).toMatchObject({ instalment: 2, amount: '-50.00' });
    expect(october.find(({ kind }) => kind === 'VOLUME')).toMatchObject({ event: null, role: 'SELF', amount: '3.75' });
    const clawback = november.find(({ kind, sourceAgent }) => kind === 'CLAWBACK' && sourceAgent === null);
    expect(clawback).toMatchObject({ event: { externalId: 'C1' }, originalEvent: { externalId: 'S1' } });
    expect(november.filter(({ kind }) => kind === 'RETRO').map(({ originPeriod }) => originPeriod)).toContain(
      '2026-10',
    );
  });

  it('are filtered by kind, component and origin', async () => {
    const kinds = new Set((await lines('admin', '2026-10', ', kind: OVERRIDE')).map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(['OVERRIDE']));
    expect((await lines('admin', '2026-10', ', component: "VOLUME"')).map(({ kind }) => kind)).toEqual(['VOLUME']);
    const corrected = await lines('admin', '2026-11', ', originPeriod: "2026-10"');
    expect(corrected.length).toBeGreaterThan(1);
    expect(corrected.every(({ kind }) => kind === 'RETRO')).toBe(true);
    expect(await lines('admin', '2026-11', ', originPeriod: "2026-09"')).toEqual([]);
  });

  it('are each their own node, and explain themselves', async () => {
    const all = [...(await lines('admin', '2026-10')), ...(await lines('admin', '2026-11'))];
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const line of all) {
      const text = `query ($id: ID!, $lineId: String!) { node(id: $id) { ... on CommissionLine { ${fields} } }
        explainLine(lineId: $lineId) { ... on Explanation { lineId kind amount } } }`;
      const { node, explainLine } = await data(world, 'admin', text, { id: line.id, lineId: line.lineId });
      expect(node).toEqual(line);
      expect(explainLine).toEqual({ lineId: line.lineId, kind: line.kind, amount: line.amount });
    }
  });

  it('come page by page, each once, forwards and backwards', async () => {
    const whole = (await lines('admin', '2026-10')).map(({ lineId }) => lineId);
    const page = async (args: string) =>
      (
        await data(
          world,
          'admin',
          `{ commissionLines(period: "2026-10", ${args}) { nodes { lineId } pageInfo { endCursor startCursor } } }`,
        )
      ).commissionLines as { nodes: Line[]; pageInfo: { endCursor: string; startCursor: string } };
    const forwards: string[] = [];
    for (let after = ''; forwards.length < whole.length; ) {
      const { nodes, pageInfo } = await page(`first: 3${after && `, after: "${after}"`}`);
      if (nodes.length === 0) break;
      forwards.push(...nodes.map(({ lineId }) => lineId));
      after = pageInfo.endCursor;
    }
    expect(forwards).toEqual(whole);
    const backwards: string[] = [];
    for (let before = ''; backwards.length < whole.length; ) {
      const { nodes, pageInfo } = await page(`last: 4${before && `, before: "${before}"`}`);
      if (nodes.length === 0) break;
      backwards.unshift(...nodes.map(({ lineId }) => lineId));
      before = pageInfo.startCursor;
    }
    expect(backwards).toEqual(whole);
  });

  it('of others are not an agent’s, nor what is not approved', async () => {
    const own = await lines('agentE1', '2026-10');
    expect(own.length).toBeGreaterThan(5);
    expect(own.every(({ lineId }) => lineId.includes('.SUB.'))).toBe(true);
    expect(await lines('agentE1', '2026-11')).toEqual([]);
    for (const line of await lines('admin', '2026-10')) {
      const text =
        'query ($id: ID!, $lineId: String!) { node(id: $id) { id } explainLine(lineId: $lineId) { __typename } }';
      const { node, explainLine } = await data(world, 'agentE1', text, { id: line.id, lineId: line.lineId });
      const isOwn = own.some(({ id }) => id === line.id);
      expect([node !== null, explainLine.__typename]).toEqual([isOwn, isOwn ? 'Explanation' : 'UserError']);
    }
  });
});

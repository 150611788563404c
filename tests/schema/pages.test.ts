import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { emptyPage, type PageOrder, type PageSlice, readPage } from '../../src/db/pages.ts';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

type Line = { lineId: string; amount: string };
const lines =
  'query ($first: Int, $after: String, $last: Int, $before: String) { commissionLines(period: "2026-10", first: $first, after: $after, last: $last, before: $before) { nodes { lineId amount } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }';

async function page(variables: Record<string, unknown>) {
  return (await data(world, 'finance', lines, variables)).commissionLines as {
    nodes: Line[];
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  };
}

describe('a list of lines', () => {
  it('walked page by page, forwards and backwards, is the whole list once', async () => {
    const whole = (await page({ first: 200 })).nodes.map((line) => line.lineId);
    expect(whole.length).toBeGreaterThan(8);
    expect(new Set(whole).size).toBe(whole.length);
    for (const size of [1, 2, 3, 200]) {
      const forwards: string[] = [];
      for (let after: string | null = null, more = true; more; ) {
        const next = await page({ first: size, after });
        forwards.push(...next.nodes.map((line) => line.lineId));
        expect(next.pageInfo.hasPreviousPage).toBe(after !== null);
        after = next.pageInfo.endCursor;
        more = next.pageInfo.hasNextPage;
      }
      expect(forwards).toEqual(whole);
      const backwards: string[] = [];
      for (let before: string | null = null, more = true; more; ) {
        const next = await page({ last: size, before });
        backwards.unshift(...next.nodes.map((line) => line.lineId));
        before = next.pageInfo.startCursor;
        more = next.pageInfo.hasPreviousPage;
      }
      expect(backwards).toEqual(whole);
    }
  });

  it('adds up to the total of the run', async () => {
    const { nodes } = await page({ first: 200 });
    const sum = nodes.reduce((total, line) => total + Number(line.amount.replace('.', '').padEnd(3, '0')), 0);
    const { run } = await data(
      world,
      'finance',
      '{ run(period: "2026-10") { lineCount totals { amount } checks { holds } } }',
    );
    expect(run.lineCount).toBe(nodes.length);
    const totals = run.totals.map((total: { amount: string }) => Math.round(Number(total.amount) * 100));
    expect(sum).toBe(totals.reduce((a: number, b: number) => a + b, 0));
    expect(run.checks.length).toBeGreaterThan(2);
    expect(run.checks.every((check: { holds: boolean }) => check.holds)).toBe(true);
  });

  it.each([
    [{ first: 201 }, 'first'],
    [{ first: -1 }, 'first'],
    [{ last: 201 }, 'last'],
    [{ first: 1, last: 1 }, 'last'],
    [{ after: 'x' }, 'after'],
    [{ before: Buffer.from('["salesEvents","2026-10",1,1]').toString('base64url') }, 'before'],
    [{ after: Buffer.from('["commissionLines",1,1,1,1,"A\\u0000"]').toString('base64url') }, 'after'],
    [{ after: Buffer.from('["commissionLines",1,1,1,"1","A"]').toString('base64url') }, 'after'],
    [{ after: Buffer.from('["commissionLines",99999999999,1,1,1,"A"]').toString('base64url') }, 'after'],
  ])('%o is refused by name', async (variables, at) => {
    const answer = await ask(world, 'finance', lines, variables);
    expect(answer.errors?.map(({ extensions }) => [extensions.code, extensions.at])).toEqual([['INPUT_INVALID', at]]);
  });

  it('may have a page of nothing', async () => {
    expect(await page({ first: 0 })).toMatchObject({ nodes: [], pageInfo: { hasNextPage: true, startCursor: null } });
  });

  it('of a period without a run is empty', async () => {
    const answer = await data(
      world,
      'finance',
      '{ commissionLines(period: "2026-01") { nodes { lineId } pageInfo { hasNextPage } } }',
    );
    expect(answer.commissionLines).toEqual({ nodes: [], pageInfo: { hasNextPage: false } });
  });

  it('looks into one partition', async () => {
    const explained = await world.databases.owner.execute(
      'explain select * from commission_line where run_id = 1 and (run_id, agent_id, component_id, cause_id, role) > (1, 1, 1, 1::bigint, $$A$$) order by run_id, agent_id, component_id, cause_id, role limit 50',
    );
    const plan = JSON.stringify(explained);
    expect(plan).toMatch(/_1\b/);
    expect(plan).not.toMatch(/line_2\b/);
  });
});

describe('newest first', () => {
  it('holds for runs and audit records', async () => {
    const { runs } = await data(world, 'auditor', '{ runs { nodes { period } } }');
    expect(runs.nodes.map((run: { period: string }) => run.period)).toEqual(['2026-11', '2026-10']);
    const first = await data(
      world,
      'auditor',
      '{ auditRecords(first: 2) { nodes { at action } pageInfo { endCursor } } }',
    );
    expect(first.auditRecords.nodes.map((record: { action: string }) => record.action)).toEqual([
      'run.calculated',
      'run.started',
    ]);
    const after = first.auditRecords.pageInfo.endCursor;
    const next = await data(
      world,
      'auditor',
      'query ($after: String) { auditRecords(first: 1, after: $after) { nodes { action } } }',
      { after },
    );
    expect(next.auditRecords.nodes).toEqual([{ action: 'run.approved' }]);
  });
});

describe('readPage', () => {
  type Row = { key: number };
  const order: PageOrder<Row> = { name: 'rows', direction: 'asc', keys: [{ column: 'key', type: 'integer' }] };

  it('asks for one row more than the page, in the direction of the walk', async () => {
    const slices: PageSlice[] = [];
    const read = async (slice: PageSlice) => {
      slices.push(slice);
      return [];
    };
    await readPage({}, order, read);
    await readPage({ last: 7 }, order, read);
    expect(slices.map(({ limit, orderBy }) => [limit, orderBy])).toEqual([
      [51, { key: 'asc' }],
      [8, { key: 'desc' }],
    ]);
  });

  it('gives cursors that are read back, whatever the key', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -2_147_483_647, max: 2_147_483_647 }), async (key) => {
        const found = await readPage<Row>({ first: 1 }, order, async () => [{ key }]);
        await emptyPage({ after: found.pageInfo.endCursor }, order);
      }),
    );
  });

  it('survives any text as a cursor', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (cursor) => {
        await expect(emptyPage({ after: cursor }, order)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
      }),
    );
  });
});

import { PassThrough, Readable } from 'node:stream';
import { desc, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { importMetricFile, type MetricInput, saveMetricValues } from '../../src/agents/metrics.ts';
import { agent, metricValue } from '../../src/agents/tables.ts';
import { auditRecord } from '../../src/audit/tables.ts';
import { retroCause } from '../../src/commissions/tables.ts';
import { type Databases, rawSql } from '../../src/db/client.ts';
import { asUserError } from '../../src/db/constraints.ts';
import { programmeLock } from '../../src/db/roles.ts';
import { type Actor, asRequest, type Role } from '../../src/db/transaction.ts';
import { region } from '../../src/reference/tables.ts';
import type { RowError } from '../../src/sales/import.ts';
import { testDatabase } from '../database.ts';
import { actor, now, setUpProvince } from '../sales/fixture.ts';
import { data, makeWorld } from '../schema/world.ts';

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await setUpProvince(databases);
});

const row = (agentCode: string, metric: string, period: string, value: string): MetricInput => {
  return { agentCode, metric, period, value };
};
const save = (values: MetricInput[], atomic = false) =>
  databases.owner.transaction((transaction) => saveMetricValues(transaction, actor, now, values, { atomic }));
const importText = (text: string) =>
  databases.owner.transaction((transaction) =>
    importMetricFile(
      transaction,
      actor,
      now,
      { name: 'm.csv', stream: Readable.from([Buffer.from(text)]) },
      { atomic: false },
    ),
  );
const stored = async (metric: string) =>
  databases.owner
    .select({ agent: agent.code, period: metricValue.period, value: metricValue.value })
    .from(metricValue)
    .innerJoin(agent, eq(agent.id, metricValue.agentId))
    .where(eq(metricValue.metric, metric))
    .orderBy(agent.code, metricValue.period);
const faults = (errors: readonly RowError[]) => errors.map(({ row, column, code }) => [row, column, code]);

describe('saveMetricValues', () => {
  it('adds, changes and leaves alone, whatever the notation', async () => {
    const first = await save([row('A001', 'SCORE', '2026-10', '85.50'), row('A002', 'SCORE', '2026-10', '-3')]);
    expect(first).toMatchObject({ rowCount: 2, createdCount: 2, changedCount: 0, unchangedCount: 0, rejectedCount: 0 });
    const again = await save([
      row('A001', 'SCORE', '2026-10', '085.5'),
      row('A002', 'SCORE', '2026-10', '4'),
      row('A002', 'SCORE', '2026-Q4', '7'),
      row('A002', 'SCORE', '2026', '8'),
    ]);
    expect(again).toMatchObject({ createdCount: 2, changedCount: 1, unchangedCount: 1 });
    expect(await stored('SCORE')).toEqual([
      { agent: 'A001', period: '2026-10', value: '85.5' },
      { agent: 'A002', period: '2026', value: '8' },
      { agent: 'A002', period: '2026-10', value: '4' },
      { agent: 'A002', period: '2026-Q4', value: '7' },
    ]);
  });

  it('writes one audit record with counts and a hash, and none where nothing changed', async () => {
    const count = () => databases.owner.$count(auditRecord);
    const before = await count();
    const values = [row('A001', 'AUDITED', '2026-10', '1'), row('A999', 'AUDITED', '2026-10', '1')];
    await save(values);
    expect(await count()).toBe(before + 1);
    const [record] = await databases.owner.select().from(auditRecord).orderBy(desc(auditRecord.id)).limit(1);
    expect(record).toMatchObject({
      action: 'metrics.saved',
      actor: 'clerk',
      after: { rowCount: 2, createdCount: 1, rejectedCount: 1, contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    await save(values);
    expect(await count()).toBe(before + 1);
  });

  it('reports every fault of a row by its column, and lands the others', async () => {
    const result = await save([
      row('A999', 'bad metric', '2026-13', '1e3'),
      row('', 'X', '2026-Q5', 'NaN'),
      row('A001', 'X', '2026-10', ''),
      row('A001', 'X', '2026-10', '12345678901234567890.123456789012345678'),
      row('A001', 'X', '2026-10', '2'),
    ]);
    expect(result).toMatchObject({ rowCount: 5, createdCount: 1, rejectedCount: 4 });
    expect(faults(result.rejections)).toEqual([
      [1, 'agent_code', 'AGENT_UNKNOWN'],
      [1, 'metric', 'METRIC_INVALID'],
      [1, 'period', 'METRIC_PERIOD_INVALID'],
      [1, 'value', 'NUMBER_INVALID'],
      [2, 'agent_code', 'VALUE_MISSING'],
      [2, 'period', 'METRIC_PERIOD_INVALID'],
      [2, 'value', 'NUMBER_INVALID'],
      [3, 'value', 'VALUE_MISSING'],
      [5, null, 'METRIC_DOUBLED'],
    ]);
    expect(result.rejections.at(-1)?.key).toBe('A001 X 2026-10');
    expect(await stored('X')).toEqual([
      { agent: 'A001', period: '2026-10', value: '12345678901234567890.123456789012345678' },
    ]);
  });

  it('lands nothing under atomic where one row is rejected', async () => {
    const values = [row('A001', 'ATOMIC', '2026-10', '1'), row('A999', 'ATOMIC', '2026-10', '1')];
    expect(await save(values, true)).toMatchObject({ createdCount: 0, rejectedCount: 1 });
    expect(await stored('ATOMIC')).toEqual([]);
  });

  it('takes at most 1,000 values, and can come several times in one transaction', async () => {
    const values = Array.from({ length: 1001 }, (_, index) => row('A001', `M${index}`, '2026', '1'));
    await expect(save(values)).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE' });
    await databases.owner.transaction(async (transaction) => {
      for (const value of ['1', '2']) {
        await saveMetricValues(transaction, actor, now, [row('A003', 'TWICE', '2026', value)], { atomic: true });
      }
    });
    expect(await stored('TWICE')).toMatchObject([{ value: '2' }]);
  });

  it('notes the closed periods that a changed value touches', async () => {
    const undo = new Error('undo');
    const work = databases.owner.transaction(async (transaction) => {
      await rawSql(transaction)`
        insert into commission_run (period, status, calculated_by, started_at) values ('2026-09', 'APPROVED', 'x', ${now.toISOString()})`;
      // No plan names T, so commission never reads it; the fourth quarter begins after the approved month.
      const values = [
        row('A001', 'SCORE', '2026-Q3', '1'),
        row('A002', 'SCORE', '2026-Q4', '1'),
        row('A003', 'T', '2026-Q3', '1'),
      ];
      await saveMetricValues(transaction, actor, now, values, { atomic: true });
      expect(
        await transaction.select({ period: retroCause.period, reason: retroCause.reason }).from(retroCause),
      ).toEqual([{ period: '2026-07', reason: 'metric_value' }]);
      throw undo;
    });
    await expect(work).rejects.toBe(undo);
  });
});

describe('importMetricFile', () => {
  it('reads columns in any order, tells line and fault, and saves thousands', async () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `${index},T${index},A001,2026-10`);
    const result = await importText(['Value,metric,agent_code,PERIOD', 'x,F,A001,2026-10', '', ...lines].join('\r\n'));
    expect(result).toMatchObject({ rowCount: 5001, createdCount: 5000, rejectedCount: 1 });
    expect(result.rejections).toMatchObject([{ row: 1, line: 2, column: 'value', code: 'NUMBER_INVALID' }]);
    expect(await stored('T4999')).toMatchObject([{ value: '4999' }]);
  });

  it('holds nobody off while the file comes, and takes no SCORE of a month that was scored meanwhile', async () => {
    const hold = new PassThrough();
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const importing = databases.owner.transaction((transaction) =>
      importMetricFile(
        transaction,
        actor,
        now,
        { name: 'slow.csv', stream: hold },
        { atomic: false, onProgress: () => begin() },
      ),
    );
    const others = Array.from({ length: 5000 }, (_, index) => `A001,SLOW${index},2025-01,1`);
    hold.write(['agent_code,metric,period,value', 'A001,SCORE,2025-01,1', ...others].join('\n'));
    await begun;
    const [free] = await databases.owner.$client<{ locked: boolean }[]>`
      select pg_try_advisory_xact_lock(${programmeLock}::bigint) as locked`;
    expect(free?.locked).toBe(true);
    await databases.owner.$client`insert into score_round (period, state) values ('2025-01', 'CALCULATED')`;
    hold.end('\nA001,SCORE,2025-02,1\n');
    const { createdCount, rejections } = await importing;
    expect(createdCount).toBe(5001);
    expect(faults(rejections)).toEqual([[1, 'period', 'METRIC_SCORED']]);
    expect((await stored('SCORE')).filter(({ period }) => period === '2025-01')).toEqual([]);
  });

  it('refuses a header it does not know', async () => {
    await expect(importText('agent_code,metric,period,amount\n')).rejects.toMatchObject({ code: 'COLUMN_UNKNOWN' });
    await expect(importText('')).rejects.toMatchObject({ code: 'FILE_EMPTY' });
  });
});

describe('under row-level security', () => {
  const saveAs = async (role: Role, values: MetricInput[]) => {
    const [east] = await databases.owner.select().from(region).where(eq(region.code, 'R-EAST'));
    const [first] = await databases.owner.select().from(agent).where(eq(agent.code, 'A001'));
    const claims = {
      regionId: role === 'CHANNEL_MANAGER' ? (east?.id ?? 0) : null,
      agentId: role === 'AGENT' ? (first?.id ?? 0) : null,
    };
    const user: Actor = { name: `${role}@demo.example`, requestId: 'r', user: { id: 1, role, ...claims } };
    return asRequest(databases.request, user, '2026-11-15', (transaction) =>
      saveMetricValues(transaction, user, now, values, { atomic: false }),
    );
  };

  it('a manager writes of the agents of its region; the others do not exist for it', async () => {
    const values = [row('A001', 'RLS', '2026', '1'), row('A004', 'RLS', '2026', '1')];
    const result = await saveAs('CHANNEL_MANAGER', values);
    expect(faults(result.rejections)).toEqual([[2, 'agent_code', 'AGENT_UNKNOWN']]);
    expect(await saveAs('CHANNEL_MANAGER', [row('A001', 'RLS', '2026', '2')])).toMatchObject({ changedCount: 1 });
    expect(await saveAs('ADMIN', values.slice(1))).toMatchObject({ createdCount: 1 });
    expect(await stored('RLS')).toMatchObject([
      { agent: 'A001', value: '2' },
      { agent: 'A004', value: '1' },
    ]);
  });

  it.each(['AGENT', 'FINANCE', 'AUDITOR'] as const)('nothing of an %s lands', async (role) => {
    const error = await saveAs(role, [row('A001', 'NOT', '2026', '1')]).catch(asUserError);
    expect(error).toMatchObject({ code: 'FORBIDDEN' });
    expect(await stored('NOT')).toEqual([]);
  });
});

describe('over GraphQL', () => {
  it('is saved by a manager for its region, and read by the agent itself, page by page', async () => {
    const world = await makeWorld(await testDatabase());
    const save = `mutation ($input: [MetricValueInput!]!) { saveMetricValues(input: $input) {
      ... on MetricValuesPayload { createdCount rejectedCount rejections { row code } } ... on UserError { code } } }`;
    const input = [
      row('E1', 'SCORE', '2026-10', '80'),
      row('E1', 'SCORE', '2026-11', '90'),
      row('W1', 'SCORE', '2026-10', '70'),
    ];
    expect((await data(world, 'managerEast', save, { input })).saveMetricValues).toEqual({
      createdCount: 2,
      rejectedCount: 1,
      rejections: [{ row: 3, code: 'AGENT_UNKNOWN' }],
    });
    await data(world, 'admin', save, { input });
    const query = `query ($after: String) { metricValues(metric: "SCORE", first: 1, after: $after) {
      nodes { agentCode period value } pageInfo { endCursor hasNextPage } } }`;
    const first = (await data(world, 'agentE1', query)).metricValues;
    expect(first.nodes).toEqual([{ agentCode: 'E1', period: '2026-10', value: '80' }]);
    const second = (await data(world, 'agentE1', query, { after: first.pageInfo.endCursor })).metricValues;
    expect(second.nodes).toEqual([{ agentCode: 'E1', period: '2026-11', value: '90' }]);
    expect(second.pageInfo.hasNextPage).toBe(false);
    const west = '{ metricValues(agentCode: "W1") { nodes { value } } }';
    expect((await data(world, 'agentE1', west)).metricValues.nodes).toEqual([]);
    expect((await data(world, 'auditor', west)).metricValues.nodes).toEqual([{ value: '70' }]);
  });
});

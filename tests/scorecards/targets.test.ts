import { Readable } from 'node:stream';
import { desc, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { agent } from '../../src/agents/tables.ts';
import { auditRecord } from '../../src/audit/tables.ts';
import { type Databases, rawSql } from '../../src/db/client.ts';
import { asUserError } from '../../src/db/constraints.ts';
import { type Actor, asRequest, type Role } from '../../src/db/transaction.ts';
import type { Period } from '../../src/period.ts';
import { channelType, region } from '../../src/reference/tables.ts';
import type { RowError } from '../../src/sales/import.ts';
import { metricDefinition } from '../../src/scorecards/tables.ts';
import type { TargetInput } from '../../src/scorecards/targetRows.ts';
import { importTargetFile, saveTargets } from '../../src/scorecards/targets.ts';
import { loadTargets } from '../../src/scorecards/targetsLoad.ts';
import { testDatabase } from '../database.ts';
import { actor, now, setUpProvince } from '../sales/fixture.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await setUpProvince(databases);
  const metrics = ['SALES', 'CHAIN', 'BULK', 'RLS', 'SCOPE', 'ENDS'];
  await databases.owner
    .insert(metricDefinition)
    .values(metrics.map((code) => ({ code, name: code, definition: { source: 'IMPORTED' as const } })));
});

const target = (metric: string, value: string, validFrom: string, more: Partial<TargetInput> = {}): TargetInput => ({
  metric,
  value,
  validFrom,
  ...('regionCode' in more || 'channelType' in more ? {} : { agentCode: 'A001' }),
  ...more,
});
const save = (targets: TargetInput[], atomic = false) =>
  databases.owner.transaction((transaction) => saveTargets(transaction, actor, now, targets, { atomic }));
const stored = (metric: string) =>
  databases.owner.transaction(
    (transaction) => rawSql(transaction)<{ at: string }[]>`
      select concat_ws(' ', coalesce((select code from agent where id = agent_id), (select code from region where id = region_id),
        (select code from channel_type where id = channel_type_id)), value, valid_from, coalesce(valid_to::text, '-')) as at
      from score_target where metric = ${metric} order by 1`,
  );
const faults = (errors: readonly RowError[]) => errors.map(({ row, column, code }) => [row, column, code]);

describe('targets', () => {
  it('begin and end: each where the next begins, at the latest', async () => {
    const first = await save([
      target('CHAIN', '50', '2026-03-01'),
      target('CHAIN', '40.0', '2026-01-01', { validTo: '2026-12-01' }),
    ]);
    expect(first).toMatchObject({ createdCount: 2, changedCount: 0, unchangedCount: 0, rejectedCount: 0 });
    expect(await stored('CHAIN')).toEqual([{ at: 'A001 40 2026-01-01 2026-03-01' }, { at: 'A001 50 2026-03-01 -' }]);
    const again = await save([
      target('CHAIN', '040', '2026-01-01', { validTo: '2026-12-01' }),
      target('CHAIN', '55', '2026-03-01'),
      target('CHAIN', '60', '2026-06-01', { validTo: '2026-07-01' }),
      target('CHAIN', '7', '2026-06-01', { agentCode: 'A002' }),
    ]);
    expect(again).toMatchObject({ createdCount: 2, changedCount: 1, unchangedCount: 1 });
    expect(await stored('CHAIN')).toEqual([
      { at: 'A001 40 2026-01-01 2026-03-01' },
      { at: 'A001 55 2026-03-01 2026-06-01' },
      { at: 'A001 60 2026-06-01 2026-07-01' },
      { at: 'A002 7 2026-06-01 -' },
    ]);
  });

  it('of regions and channel types end where the next of the same one begins, and other scopes stay', async () => {
    const scopes = [
      { regionCode: 'R-EAST' },
      { regionCode: 'R-WEST' },
      { channelType: 'AGENT' },
      { agentCode: 'A001' },
    ];
    await save(scopes.map((scope) => target('ENDS', '1', '2026-01-01', scope)));
    await save([target('ENDS', '2', '2026-05-01', { regionCode: 'R-EAST' })]);
    await save([target('ENDS', '3', '2026-06-01', { channelType: 'AGENT' })]);
    expect(await stored('ENDS')).toEqual([
      { at: 'A001 1 2026-01-01 -' },
      { at: 'AGENT 1 2026-01-01 2026-06-01' },
      { at: 'AGENT 3 2026-06-01 -' },
      { at: 'R-EAST 1 2026-01-01 2026-05-01' },
      { at: 'R-EAST 2 2026-05-01 -' },
      { at: 'R-WEST 1 2026-01-01 -' },
    ]);
  });

  it('are said to be wrong by row and column, and the others land', async () => {
    const result = await save([
      target('NONE', '1e3', '2026-13-01', { agentCode: 'A999' }),
      target('SALES', '', '', { validTo: '2026-02-30' }),
      target('SALES', '1', '2026-01-01', { agentCode: 'A001', regionCode: 'R-EAST' }),
      target('SALES', '1', '2026-01-01', { agentCode: '' }),
      target('SALES', '1', '2026-02-01', { validTo: '2026-02-01' }),
      target('SALES', '1', '2026-02-01', { regionCode: 'R-NONE' }),
      target('SALES', '1', '2026-02-01', { channelType: 'NONE' }),
      target('SALES', '10', '2026-01-01'),
      target('SALES', '11', '2026-01-01'),
    ]);
    expect(result).toMatchObject({ rowCount: 9, createdCount: 1, rejectedCount: 8 });
    expect(faults(result.rejections)).toEqual([
      [1, 'metric', 'METRIC_UNKNOWN'],
      [1, 'agentCode', 'AGENT_UNKNOWN'],
      [1, 'value', 'NUMBER_INVALID'],
      [1, 'validFrom', 'VALUE_INVALID'],
      [2, 'value', 'VALUE_MISSING'],
      [2, 'validFrom', 'VALUE_MISSING'],
      [2, 'validTo', 'VALUE_INVALID'],
      [3, null, 'TARGET_SCOPE'],
      [4, null, 'TARGET_SCOPE'],
      [5, 'validTo', 'VALUE_INVALID'],
      [6, 'regionCode', 'REGION_UNKNOWN'],
      [7, 'channelType', 'REFERENCE_UNKNOWN'],
      [9, null, 'TARGET_DOUBLED'],
    ]);
    expect(result.rejections.at(-1)?.key).toBe('SALES A001 2026-01-01');
    expect(result.rejections[5]?.message).toBe('validFrom is empty.');
    expect(await stored('SALES')).toEqual([{ at: 'A001 10 2026-01-01 -' }]);
  });

  it('all stay out under atomic where one is rejected; at most 1,000 at once', async () => {
    const some = [target('SALES', '99', '2026-05-01'), target('SALES', '99', '2026-05-01', { agentCode: 'A999' })];
    expect(await save(some, true)).toMatchObject({ createdCount: 0, rejectedCount: 1 });
    expect(await stored('SALES')).toHaveLength(1);
    const many = Array.from({ length: 1001 }, () => target('SALES', '1', '2026-01-01'));
    await expect(save(many)).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE' });
  });

  it('come from a file, with one audit record', async () => {
    const before = await databases.owner.$count(auditRecord);
    const days = Array.from({ length: 28 }, (_, day) => `2026-01-${String(day + 1).padStart(2, '0')}`);
    const lines = ['A001', 'A002', 'A003'].flatMap((code) => days.map((day) => `${day},BULK,1,${code}`));
    const text = ['valid_from,metric,value,agent_code', ...lines, 'soon,BULK,1,A999'].join('\r\n');
    const source = { name: 't.csv', stream: Readable.from([Buffer.from(text)]) };
    const result = await databases.owner.transaction((transaction) =>
      importTargetFile(transaction, actor, now, source, { atomic: false }),
    );
    expect(result).toMatchObject({ rowCount: 85, createdCount: 84, rejectedCount: 1 });
    // A file knows its columns by their names.
    expect(faults(result.rejections)).toEqual([
      [85, 'agent_code', 'AGENT_UNKNOWN'],
      [85, 'valid_from', 'VALUE_INVALID'],
    ]);
    expect(await databases.owner.$count(auditRecord)).toBe(before + 1);
    const [record] = await databases.owner.select().from(auditRecord).orderBy(desc(auditRecord.id)).limit(1);
    expect(record).toMatchObject({ action: 'targets.saved', entityKey: 't.csv', after: { createdCount: 84 } });
  });
});

describe('the target of an agent', () => {
  it('is its own, else that of the deepest region above it, else that of its channel type, on the last day of the period', async () => {
    const [east] = await databases.owner.select().from(region).where(eq(region.code, 'R-EAST'));
    const [west] = await databases.owner.select().from(region).where(eq(region.code, 'R-WEST'));
    const [type] = await databases.owner.select().from(channelType);
    const agents = await databases.owner.select().from(agent).orderBy(agent.code);
    await save([
      target('SCOPE', '1', '2026-01-01', { channelType: 'AGENT' }),
      target('SCOPE', '2', '2026-01-01', { regionCode: 'R-WEST' }),
      target('SCOPE', '3', '2026-01-01', { regionCode: 'R-EAST' }),
      target('SCOPE', '4', '2026-10-31', { agentCode: 'A002' }),
      target('SCOPE', '5', '2026-10-01', { agentCode: 'A003', validTo: '2026-10-31' }),
    ]);
    const found = await databases.owner.transaction(async (transaction) => {
      const targetOf = await loadTargets(transaction, '2026-10' as Period, ['SCOPE']);
      const of = (index: number, regionPath: (number | undefined)[], metric = 'SCOPE') =>
        targetOf(
          {
            agentId: agents[index]?.id ?? 0,
            regionPath: regionPath.map((id) => id ?? 0),
            channelTypeId: type?.id ?? 0,
          },
          metric,
        )?.toFixed();
      return [
        of(0, [east?.id, west?.id]),
        of(0, [west?.id, east?.id]),
        of(0, []),
        of(1, [east?.id]),
        of(2, [east?.id]),
        of(1, [east?.id], 'SALES'),
      ];
    });
    expect(found).toEqual(['3', '2', '1', '4', '3', undefined]);
  });
});

describe('under row-level security', () => {
  const saveAs = async (role: Role, targets: TargetInput[]) => {
    const [east] = await databases.owner.select().from(region).where(eq(region.code, 'R-EAST'));
    const [first] = await databases.owner.select().from(agent).where(eq(agent.code, 'A001'));
    const claims = {
      regionId: role === 'CHANNEL_MANAGER' ? (east?.id ?? 0) : null,
      agentId: role === 'AGENT' ? (first?.id ?? 0) : null,
    };
    const user: Actor = { name: `${role}@demo.example`, requestId: 'r', user: { id: 1, role, ...claims } };
    return asRequest(databases.request, user, '2026-11-15', (transaction) =>
      saveTargets(transaction, user, now, targets, { atomic: false }),
    );
  };

  it('a manager sets those of its agents, an administrator all', async () => {
    const all = [
      target('RLS', '1', '2026-01-01'),
      target('RLS', '1', '2026-01-01', { agentCode: 'A004' }),
      target('RLS', '1', '2026-01-01', { regionCode: 'R-EAST' }),
      target('RLS', '1', '2026-01-01', { channelType: 'AGENT' }),
    ];
    expect(faults((await saveAs('CHANNEL_MANAGER', all)).rejections)).toEqual([
      [2, 'agentCode', 'AGENT_UNKNOWN'],
      [3, 'regionCode', 'FORBIDDEN'],
      [4, 'channelType', 'FORBIDDEN'],
    ]);
    expect(await saveAs('CHANNEL_MANAGER', [target('RLS', '2', '2026-01-01')])).toMatchObject({ changedCount: 1 });
    expect(await saveAs('ADMIN', all.slice(1))).toMatchObject({ createdCount: 3 });
    // The others' targets of the metric stand as they are.
    expect(await saveAs('CHANNEL_MANAGER', [target('RLS', '3', '2026-06-01')])).toMatchObject({ createdCount: 1 });
    expect(await stored('RLS')).toEqual([
      { at: 'A001 2 2026-01-01 2026-06-01' },
      { at: 'A001 3 2026-06-01 -' },
      { at: 'A004 1 2026-01-01 -' },
      { at: 'AGENT 1 2026-01-01 -' },
      { at: 'R-EAST 1 2026-01-01 -' },
    ]);
  });

  it.each(['AGENT', 'FINANCE', 'AUDITOR'] as const)('nothing of an %s lands', async (role) => {
    const error = await saveAs(role, [target('SALES', '7', '2027-01-01')]).catch(asUserError);
    expect(error).toMatchObject({ code: 'FORBIDDEN' });
    expect(await stored('SALES')).toHaveLength(1);
  });
});

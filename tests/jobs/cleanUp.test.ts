import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { dropReplacedRuns } from '../../src/commissions/cleanUp.ts';
import { calculatePeriod } from '../../src/commissions/close.ts';
import { voidRun } from '../../src/commissions/runs.ts';
import type { Databases } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import type { Period } from '../../src/period.ts';
import { testDatabase } from '../database.ts';
import { approveCalculated, clerk, now, runStates, setUp } from './fixture.ts';

const clock = localActor('clock');
const august = '2026-08' as Period;

/** The tables of the schema `runs`, and whether each is attached. */
async function runTables({ owner }: Databases): Promise<string[]> {
  const rows = await owner.execute<{ name: string }>(sql`
    select relname || case when link.inhparent is null then ' (detached)' when link.inhdetachpending then ' (pending)' else '' end as name
    from pg_class left join pg_inherits link on link.inhrelid = pg_class.oid
    where relnamespace = 'runs'::regnamespace and relkind = 'r' order by relname`);
  return rows.map(({ name }) => name);
}

async function lineCounts({ owner }: Databases): Promise<unknown[]> {
  return owner.execute(
    sql`select run_id, count(*)::integer as lines from commission_line group by run_id order by run_id`,
  );
}

describe('dropping replaced results', () => {
  let databases: Databases;

  beforeAll(async () => {
    databases = await testDatabase();
    await setUp(databases, ['2026-08']);
  });

  it('keeps the run that stands, and drops those before it', async () => {
    for (let time = 0; time < 3; time += 1) await calculatePeriod(databases, clock, august, now);
    expect(await runStates(databases)).toEqual(['2026-08 VOIDED', '2026-08 VOIDED', '2026-08 CALCULATED']);
    expect(await runTables(databases)).toEqual(['line_1', 'line_2', 'line_3', 'unpaid_1', 'unpaid_2', 'unpaid_3']);
    expect(await dropReplacedRuns(databases)).toEqual({
      dropped: ['runs.line_1', 'runs.unpaid_1', 'runs.line_2', 'runs.unpaid_2'],
      busy: undefined,
    });
    expect(await runTables(databases)).toEqual(['line_3', 'unpaid_3']);
    expect(await lineCounts(databases)).toEqual([{ run_id: 3, lines: 1 }]);
  });

  it('finds nothing the next time', async () => {
    expect(await dropReplacedRuns(databases)).toEqual({ dropped: [], busy: undefined });
  });

  it('keeps what was approved once, whatever reason it was voided for', async () => {
    await approveCalculated(databases);
    await databases.owner.transaction((transaction) => voidRun(transaction, clerk, now, 3, 'replaced by run 4'));
    await calculatePeriod(databases, clock, august, now);
    await databases.owner.transaction((transaction) => voidRun(transaction, clerk, now, 4, 'replaced by run 5'));
    await calculatePeriod(databases, clock, august, now);
    expect(await dropReplacedRuns(databases)).toEqual({ dropped: [], busy: undefined });
    expect(await lineCounts(databases)).toEqual([3, 4, 5].map((run_id) => ({ run_id, lines: 1 })));
  });

  it('waits for no reader for long, and is finished when that one is gone', async () => {
    await calculatePeriod(databases, clock, august, now);
    await databases.owner.transaction(async (reader) => {
      await reader.execute(sql`select count(*) from commission_line`);
      expect(await dropReplacedRuns(databases, { lockTimeoutMilliseconds: 50 })).toEqual({
        dropped: [],
        busy: 'runs.line_5',
      });
      expect(await runTables(databases)).toContain('line_5 (pending)');
      await databases.owner.transaction((other) => other.execute(sql`select count(*) from commission_line`));
    });
    // Meanwhile periods are calculated as ever.
    await calculatePeriod(databases, clock, august, now);
    expect((await dropReplacedRuns(databases)).dropped).toEqual([
      'runs.line_5',
      'runs.unpaid_5',
      'runs.line_6',
      'runs.unpaid_6',
    ]);
    expect(await runTables(databases)).toEqual(['line_3', 'line_4', 'line_7', 'unpaid_3', 'unpaid_4', 'unpaid_7']);
  });

  it('drops what was detached already, and what a failed run left', async () => {
    await calculatePeriod(databases, clock, august, now);
    await databases.owner.execute(sql`alter table commission_line detach partition runs.line_7`);
    await databases.owner.execute(sql`
      insert into commission_run (id, period, status, calculated_by, started_at)
      overriding system value values (90, '2026-08', 'FAILED', 'clock', now())`);
    await databases.owner.execute(sql`create table runs.credit_90 ()`);
    await databases.owner.execute(sql`create table runs.other ()`);
    expect((await dropReplacedRuns(databases)).dropped).toEqual(['runs.line_7', 'runs.unpaid_7', 'runs.credit_90']);
  });

  it('is done by one of two at once', async () => {
    await calculatePeriod(databases, clock, august, now);
    const both = await Promise.all([dropReplacedRuns(databases), dropReplacedRuns(databases)]);
    expect(both.flatMap(({ dropped }) => dropped)).toEqual(['runs.line_8', 'runs.unpaid_8']);
  });
});

import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Jobs, startJobs } from '../../jobs/worker.ts';
import type { Databases } from '../../src/db/client.ts';
import { testDatabase } from '../database.ts';
import { never, setUp, silent, until } from './fixture.ts';

let databases: Databases;
const running: Jobs[] = [];
/** 23:30 on 21 November in Shanghai, later than the database's clock shows; what is due on the 22nd is not due yet. */
let now = new Date('2036-11-21T15:30:00Z');

beforeAll(async () => {
  databases = await testDatabase();
});
afterAll(async () => {
  await Promise.all(running.splice(0).map((jobs) => jobs.stop()));
});

async function start(): Promise<Jobs> {
  const jobs = await startJobs({
    databases,
    clock: () => now,
    logger: silent,
    closeDelayHours: 0,
    clockPattern: never,
  });
  running.push(jobs);
  return jobs;
}

const planned = () =>
  databases.owner.execute<{ at: string }>(sql`
    select to_char(run_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as at from graphile_worker.jobs where task_identifier = 'remind'`);
const found = () =>
  databases.owner.query.reminder.findMany({ columns: { subject: true }, orderBy: { subject: 'asc' } });

describe('reminders', () => {
  it('are not looked for before the operator is set up', async () => {
    await start();
    expect(await planned()).toEqual([]);
  });

  it('are looked for at once, and again from local midnight on, whatever the number of processes', async () => {
    await setUp(databases, []);
    await databases.owner.execute(sql`
      update agreement set valid_to = '2037-01-20'`);
    await databases.owner.execute(sql`
      insert into agreement_paper (agreement_id, remind_days) select id, 59 from agreement`);
    const jobs = await start();
    await Promise.all(running.map((process) => process.tick()));
    // Midnight of 22 November in Shanghai.
    await until(async () => expect(await planned()).toEqual([{ at: '2036-11-21 16:00' }]));
    expect(await found()).toEqual([]);

    now = new Date('2036-11-22T16:00:00Z');
    await databases.owner.execute(sql`update graphile_worker._private_jobs set run_at = now() where key = 'remind'`);
    await jobs.tick();
    await until(async () => expect(await planned()).toEqual([{ at: '2036-11-23 16:00' }]));
    expect(await found()).toEqual([{ subject: 'A-P-2026-01-01' }]);
  });
});

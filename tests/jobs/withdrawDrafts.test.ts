import { sql } from 'drizzle-orm';
import { afterAll, expect, it } from 'vitest';
import { type Jobs, startJobs } from '../../jobs/worker.ts';
import { applyAsApplicant } from '../../src/onboarding/applicantAccess.ts';
import { testDatabase } from '../database.ts';
import { applicant, findApplication, keys, setUp } from '../onboarding/fixture.ts';
import { never, silent, until } from './fixture.ts';

const running: Jobs[] = [];
afterAll(async () => {
  await Promise.all(running.splice(0).map((jobs) => jobs.stop()));
});

it('forgotten drafts are withdrawn by themselves, once a day', async () => {
  const databases = await testDatabase();
  await setUp(databases);
  const { name, channelType, region, contactName, email } = applicant();
  const wanted = { name, channelType, region, contactName, email };
  const { code } = await databases.owner.transaction((transaction) =>
    applyAsApplicant(transaction, keys, new Date('2036-09-06T02:00:00Z'), wanted),
  );
  // 90 days later to the hour
  const clock = () => new Date('2036-12-05T02:00:00Z');
  running.push(await startJobs({ databases, clock, logger: silent, closeDelayHours: 1_000_000, clockPattern: never }));
  await until(async () => expect((await findApplication(databases.owner, code)).state).toBe('WITHDRAWN'));
  const planned = () =>
    databases.owner.execute<{ at: string }>(sql`
      select to_char(run_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as at from graphile_worker.jobs
      where task_identifier = 'withdraw_drafts'`);
  // Midnight of 6 December in Shanghai.
  await until(async () => expect(await planned()).toEqual([{ at: '2036-12-05 16:00' }]));
});

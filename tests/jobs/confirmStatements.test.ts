import { sql } from 'drizzle-orm';
import { afterAll, expect, it } from 'vitest';
import { type Jobs, startJobs } from '../../jobs/worker.ts';
import { issueStatements } from '../../src/statements/issue.ts';
import { testDatabase } from '../database.ts';
import { approved, makeAgents } from '../statements/issueFixture.ts';
import { clerk, now, october } from '../support/books.ts';
import { never, silent, until } from './fixture.ts';

const running: Jobs[] = [];
afterAll(async () => {
  await Promise.all(running.splice(0).map((jobs) => jobs.stop()));
});

it('statements are confirmed by themselves from local midnight of their day on, once a day', async () => {
  const databases = await testDatabase();
  const books = await makeAgents(databases);
  books.runId = await approved(databases, october);
  await databases.owner.transaction((transaction) => issueStatements(transaction, clerk, now, books.runId));
  // 12 December has just begun in Shanghai
  const clock = () => new Date('2026-12-11T16:00:00Z');
  running.push(await startJobs({ databases, clock, logger: silent, closeDelayHours: 1_000_000, clockPattern: never }));
  await until(async () =>
    expect(await books.states()).toEqual(['A1', 'A2', 'A3', 'A4'].map((agent) => `${agent} CONFIRMED TIME clock`)),
  );
  const planned = () =>
    databases.owner.execute<{ at: string }>(sql`
      select to_char(run_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as at from graphile_worker.jobs
      where task_identifier = 'confirm_statements'`);
  await until(async () => expect(await planned()).toEqual([{ at: '2026-12-12 16:00' }]));
});

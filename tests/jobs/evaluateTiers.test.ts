import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Jobs, startJobs } from '../../jobs/worker.ts';
import type { Databases } from '../../src/db/client.ts';
import { applyProgramme } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { publishScheme } from '../../src/tiers/schemes.ts';
import { testDatabase } from '../database.ts';
import { clerk, never, setUp, silent, until } from './fixture.ts';

let databases: Databases;
const running: Jobs[] = [];
/** 10:00 on 5 December in Shanghai, later than the database's clock shows. */
const now = new Date('2036-12-05T02:00:00Z');

beforeAll(async () => {
  databases = await testDatabase();
  await setUp(databases, []);
  await databases.owner.transaction((transaction) =>
    applyProgramme(
      transaction,
      clerk,
      now,
      readProgramme(
        'tiers: [{ code: T1, name: One, rank: 1, multiplier: 1 }]\nchannelTypes: [{ code: SHOP, name: Shop }]',
      ),
    ),
  );
  const scheme = (code: string, definition: object) => ({ code, name: code, validFrom: '2026-01-01', definition });
  await databases.owner.transaction(async (transaction) => {
    const monthly = { channelTypes: ['AGENT'], tiers: [{ tier: 'T1' }] };
    await publishScheme(transaction, clerk, now, scheme('MONTHS', monthly));
    // Its scores are never published here.
    const keep = [{ kind: 'METRIC', metric: 'SCORE', atLeast: '1' }];
    const scored = { channelTypes: ['SHOP'], evaluation: 'QUARTERLY', tiers: [{ tier: 'T1', keep }] };
    await publishScheme(transaction, clerk, now, scheme('SCORED', scored));
  });
});
afterAll(async () => {
  await Promise.all(running.splice(0).map((jobs) => jobs.stop()));
});

const start = async () => {
  const options = { databases, clock: () => now, logger: silent, closeDelayHours: 0, clockPattern: never };
  const jobs = await startJobs(options);
  running.push(jobs);
};
const evaluations = async () =>
  (
    await databases.owner.execute<{ text: string }>(sql`
      select concat_ws(' ', scheme.code, period, state, created_by, agent_count) as text
      from tier_evaluation join tier_scheme scheme on scheme.id = scheme_id order by tier_evaluation.id`)
  ).map(({ text }) => text);
const planned = () =>
  databases.owner.execute<{ at: string }>(sql`
    select to_char(run_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as at from graphile_worker.jobs
    where task_identifier = 'evaluate_tiers'`);

describe('tiers', () => {
  it('are previewed once for the last month, whatever the number of processes, and never applied', async () => {
    await start();
    await start();
    // Midnight of 6 December in Shanghai.
    await until(async () => expect(await planned()).toEqual([{ at: '2036-12-05 16:00' }]));
    expect(await evaluations()).toEqual(['MONTHS 2036-11 PREVIEW clock 1']);
    await databases.owner.execute(sql`
      update graphile_worker._private_jobs set run_at = now() where key = 'evaluate_tiers'`);
    await Promise.all(running.map((jobs) => jobs.tick()));
    await until(async () => expect(await planned()).toEqual([{ at: '2036-12-05 16:00' }]));
    expect(await evaluations()).toEqual(['MONTHS 2036-11 PREVIEW clock 1']);
  });

  it('are previewed once their scores are published; by quarter', async () => {
    await databases.owner.execute(sql`insert into score_round (period, state) values ('2036-09', 'PUBLISHED')`);
    await databases.owner.execute(sql`
      update graphile_worker._private_jobs set run_at = now() where key = 'evaluate_tiers'`);
    await Promise.all(running.map((jobs) => jobs.tick()));
    await until(async () =>
      expect(await evaluations()).toEqual(['MONTHS 2036-11 PREVIEW clock 1', 'SCORED 2036-09 PREVIEW clock 0']),
    );
  });
});

import { sql } from 'drizzle-orm';
import { afterAll, expect, it } from 'vitest';
import { type Jobs, startJobs } from '../../jobs/worker.ts';
import { makeWorld, register, standing } from '../registrations/fixture.ts';
import { never, silent, until } from './fixture.ts';

const running: Jobs[] = [];
afterAll(async () => {
  await Promise.all(running.splice(0).map((jobs) => jobs.stop()));
});

it('registered deals expire by themselves, once a day', async () => {
  const world = await makeWorld();
  const { databases } = world;
  await register(world, 'E1', { at: new Date('2036-11-02T02:00:00Z') });
  const now = new Date('2036-12-05T02:00:00Z');
  running.push(
    await startJobs({ databases, clock: () => now, logger: silent, closeDelayHours: 1_000_000, clockPattern: never }),
  );
  await until(async () => expect((await standing(world))[0]).toMatch(/^E1 EXPIRED/));
  const planned = () =>
    databases.owner.execute<{ at: string }>(sql`
      select to_char(run_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as at from graphile_worker.jobs
      where task_identifier = 'expire_registrations'`);
  // Midnight of 6 December in Shanghai.
  await until(async () => expect(await planned()).toEqual([{ at: '2036-12-05 16:00' }]));
});

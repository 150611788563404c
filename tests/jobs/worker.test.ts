import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type JobOptions, type Jobs, startJobs } from '../../jobs/worker.ts';
import { calculatePeriod } from '../../src/commissions/close.ts';
import { enqueueDueCloses } from '../../src/commissions/due.ts';
import { requestClose } from '../../src/commissions/runs.ts';
import type { Databases } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import type { Period } from '../../src/period.ts';
import { testDatabase } from '../database.ts';
import {
  approveCalculated,
  closeJobs,
  closeRequests,
  holdCalculations,
  never,
  now,
  runStates,
  runsOf,
  setUp,
  silent,
  until,
  untilHeld,
} from './fixture.ts';

const august = '2026-08' as Period;
const september = '2026-09' as Period;
const person = localActor('finance@demo.example');

const running: Jobs[] = [];

/** Jobs that are stopped after the test. Months are due at once. */
async function start(databases: Databases, options: Partial<JobOptions> = {}): Promise<Jobs> {
  const jobs = await startJobs({
    databases,
    clock: () => now,
    logger: silent,
    closeDelayHours: 0,
    clockPattern: never,
    ...options,
  });
  running.push(jobs);
  return jobs;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((jobs) => jobs.stop()));
});

/** A database of the describe block's own. */
function freshDatabase(periods: readonly string[]): () => Databases {
  let databases: Databases | undefined;
  beforeAll(async () => {
    databases = await testDatabase();
    await setUp(databases, periods);
  });
  return () => {
    if (!databases) throw new Error('used before the tests began');
    return databases;
  };
}

function ask(databases: Databases, period: Period): Promise<boolean> {
  return databases.owner.transaction((transaction) => requestClose(transaction, person, now, period));
}

/** Waits until the runs are these and nothing is left to be done. */
function untilDone(databases: Databases, states: readonly string[]): Promise<void> {
  return until(async () => {
    expect(await runStates(databases)).toEqual(states);
    expect(await closeRequests(databases)).toEqual([]);
    expect(await closeJobs(databases)).toEqual([]);
  });
}

/** Makes every calculation fail near its end. 42501 (insufficient_privilege) is an error that no retry would mend. */
async function refuseResults({ owner }: Databases, code: '42501' | 'P0001'): Promise<void> {
  await owner.execute(
    sql.raw(`
    create function refuse() returns trigger language plpgsql as $$
    begin raise exception 'refused' using errcode = '${code}'; end $$;
    create trigger refuse before update on commission_run for each row when (new.status = 'CALCULATED') execute function refuse();`),
  );
}

describe('three processes', () => {
  const database = freshDatabase([august]);

  it('that tick at once make one run', async () => {
    const databases = database();
    const replicas = await Promise.all([1, 2, 3].map(() => start(databases)));
    await Promise.all(replicas.map((jobs) => jobs.tick()));
    await untilDone(databases, ['2026-08 CALCULATED']);
    await Promise.all(replicas.map((jobs) => jobs.tick()));
    await untilDone(databases, ['2026-08 CALCULATED']);
    expect(await runsOf(databases)).toMatchObject([{ calculated_by: 'clock' }]);
  });

  it('plan one clean-up a day', async () => {
    const databases = database();
    // Long after the database's own time, or the job would be due at once.
    const clock = () => new Date('2126-11-22T02:00:00Z');
    await databases.owner.execute(sql`select graphile_worker.remove_job('drop_replaced_runs')`);
    await Promise.all([1, 2, 3].map(() => start(databases, { clock })));
    const planned = await databases.owner.execute(sql`
      select run_at = ${'2126-11-23T02:00:00Z'}::timestamptz as tomorrow from graphile_worker.jobs
      where task_identifier = 'drop_replaced_runs'`);
    expect(planned).toEqual([{ tomorrow: true }]);
  });
});

describe('a process killed in the middle of a calculation', () => {
  const database = freshDatabase([august]);

  it('has its job taken over', async () => {
    const databases = database();
    const release = await holdCalculations(databases);
    const script = fileURLToPath(new URL('replica.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, databases.ownerUrl], { stdio: 'inherit' });
    await untilHeld(databases);

    const jobs = await start(databases);
    const [held] = await closeJobs(databases);
    expect(held?.locked_by).toMatch(/^pool-/);
    await jobs.tick();
    expect((await closeJobs(databases))[0]?.locked_by).toBe(held?.locked_by);

    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    await release();
    await until(async () => {
      await jobs.tick();
      expect((await closeJobs(databases))[0]?.locked_by).not.toBe(held?.locked_by);
    });
    await untilDone(databases, ['2026-08 FAILED', '2026-08 CALCULATED']);
  });
});

describe('months of downtime', () => {
  const database = freshDatabase(['2026-06', '2026-07', '2026-09']);

  it('are caught up in order, each once the one before is approved', async () => {
    const databases = database();
    const jobs = await start(databases);
    await untilDone(databases, ['2026-06 CALCULATED']);
    await jobs.tick();
    expect(await closeRequests(databases)).toEqual([]);

    await approveCalculated(databases);
    await jobs.tick();
    await untilDone(databases, ['2026-06 APPROVED', '2026-07 CALCULATED']);
    await approveCalculated(databases);
    await jobs.tick();
    await untilDone(databases, ['2026-06 APPROVED', '2026-07 APPROVED', '2026-09 CALCULATED']);
    await approveCalculated(databases);
    await jobs.tick();
    expect(await closeRequests(databases)).toEqual([]);
  });
});

describe('a period that cannot be calculated', () => {
  const database = freshDatabase([august]);

  it('is left alone by the clock, and calculated again when a person asks', async () => {
    const databases = database();
    await refuseResults(databases, '42501');
    const jobs = await start(databases);
    await until(async () => {
      expect(await closeRequests(databases)).toEqual([
        { period: '2026-08', failure: 'FORBIDDEN: You may not do this.' },
      ]);
      expect(await closeJobs(databases)).toEqual([]);
    });
    await jobs.tick();
    expect(await closeJobs(databases)).toEqual([]);
    expect(await runStates(databases)).toEqual(['2026-08 FAILED']);

    await databases.owner.execute(sql`drop trigger refuse on commission_run`);
    expect(await ask(databases, august)).toBe(true);
    await untilDone(databases, ['2026-08 FAILED', '2026-08 CALCULATED']);
    expect((await runsOf(databases))[1]?.calculated_by).toBe(person.name);
  });
});

describe('a calculation that fails for reasons of its own', () => {
  const database = freshDatabase([august]);

  it('is tried three times', async () => {
    const databases = database();
    await refuseResults(databases, 'P0001');
    const jobs = await start(databases);
    const failed = ['2026-08 FAILED', '2026-08 FAILED', '2026-08 FAILED'];
    await until(async () => {
      // The queue would wait some seconds before each further attempt.
      await databases.owner.execute(
        sql`update graphile_worker._private_jobs set run_at = now() where key like 'close:%'`,
      );
      expect(await runStates(databases)).toEqual(failed);
      expect(await closeJobs(databases)).toMatchObject([{ attempts: 3, locked_by: null }]);
    });
    await jobs.tick();
    const failure = "INTERNAL_ERROR: The calculation failed 3 times; the server's log says why.";
    expect(await closeRequests(databases)).toEqual([{ period: '2026-08', failure }]);
    expect(await runStates(databases)).toEqual(failed);
  });
});

describe('a person', () => {
  const database = freshDatabase([august, september]);

  it('who asks for a period before its turn is told so, and the clock asks when its turn has come', async () => {
    const databases = database();
    const jobs = await start(databases);
    await untilDone(databases, ['2026-08 CALCULATED']);
    await ask(databases, september);
    await until(async () => {
      expect((await closeRequests(databases))[0]?.failure).toMatch(/^PREVIOUS_PERIOD_OPEN: .*2026-08/);
    });
    await approveCalculated(databases);
    await jobs.tick();
    await untilDone(databases, ['2026-08 APPROVED', '2026-09 CALCULATED']);
    expect((await runsOf(databases))[1]?.calculated_by).toBe('clock');
  });

  it('may have a result calculated anew, and then cannot approve it', async () => {
    const databases = database();
    await start(databases);
    await ask(databases, september);
    await untilDone(databases, ['2026-08 APPROVED', '2026-09 VOIDED', '2026-09 CALCULATED']);
    expect((await runsOf(databases))[2]?.calculated_by).toBe(person.name);
  });
});

describe('the clock', () => {
  const database = freshDatabase([august]);

  it('does not replace what somebody calculated while its job waited', async () => {
    const databases = database();
    expect(await enqueueDueCloses(databases, now, 0)).toEqual([august]);
    await calculatePeriod(databases, person, august, now);
    await start(databases);
    await untilDone(databases, ['2026-08 CALCULATED']);
    expect((await runsOf(databases))[0]?.calculated_by).toBe(person.name);
  });

  it('says of what was asked for and has no job that it failed', async () => {
    const databases = database();
    await databases.owner.execute(sql`
      insert into close_request (period, requested_by, requested_at) values ('2026-08', 'x', now())`);
    await start(databases);
    expect((await closeRequests(databases))[0]?.failure).toMatch(/^INTERNAL_ERROR: .*every attempt/);
  });

  it('refuses a pattern that is none', async () => {
    await expect(start(database(), { clockPattern: 'daily' })).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' });
  });

  it('rings by its pattern', async () => {
    const read = vi.fn(() => now);
    await start(database(), { clockPattern: '* * * * * *', clock: read });
    const readAtStart = read.mock.calls.length;
    await until(async () => expect(read.mock.calls.length).toBeGreaterThan(readAtStart));
  });
});

describe('stopping', () => {
  const database = freshDatabase([august, september]);

  it('waits for the running calculation, and takes no other job', async () => {
    const databases = database();
    const release = await holdCalculations(databases);
    const jobs = await start(databases);
    await untilHeld(databases);
    let isStopped = false;
    const stop = jobs.stop().then(() => {
      isStopped = true;
    });
    await ask(databases, september);
    await jobs.tick();
    expect(isStopped).toBe(false);
    await release();
    await stop;
    expect(await runStates(databases)).toEqual(['2026-08 CALCULATED']);
    expect((await closeJobs(databases)).map(({ period }) => period)).toEqual(['2026-09']);
    await approveCalculated(databases);
  });

  it('gives back to the queue what takes longer than it may', async () => {
    const databases = database();
    const release = await holdCalculations(databases);
    const jobs = await start(databases);
    await untilHeld(databases);
    await jobs.stop(0);
    expect(await closeJobs(databases)).toMatchObject([{ period: '2026-09', attempts: 1, locked_by: null }]);
    await release();
    // What the process still did until it ended counts: the next one finds nothing left to do.
    await until(async () => expect(await closeRequests(databases)).toEqual([]));
    await databases.owner.execute(
      sql`update graphile_worker._private_jobs set run_at = now() where key like 'close:%'`,
    );
    await start(databases);
    await untilDone(databases, ['2026-08 APPROVED', '2026-09 CALCULATED']);
  });
});

describe('a worker that ended by itself', () => {
  const database = freshDatabase([august]);

  it('is replaced at the next tick', async () => {
    const databases = database();
    const { owner } = databases;
    const jobs = await start(databases);
    await untilDone(databases, ['2026-08 CALCULATED']);
    // What another version of the queue says when it changes the queue's tables; it sets the exit code, too.
    await owner.execute(sql`select pg_notify('worker:migrate', '{"breaking": true}')`);
    await until(async () => {
      const shown = await owner.execute(sql`
        select from pg_stat_activity where application_name like 'tributary worker %' and datname = current_database()`);
      expect(shown).toHaveLength(0);
    });
    process.exitCode = undefined;
    expect(await ask(databases, august)).toBe(true);
    await jobs.tick();
    await untilDone(databases, ['2026-08 VOIDED', '2026-08 CALCULATED']);
  });
});

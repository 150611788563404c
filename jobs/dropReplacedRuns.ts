import { sql } from 'drizzle-orm';
import type { Task } from 'graphile-worker';
import { dropReplacedRuns } from '../src/commissions/cleanUp.ts';
import type { Databases } from '../src/db/client.ts';
import type { JobContext } from './context.ts';

/** Drops the lines of runs that a later calculation replaced. What somebody is reading is left for the next day. */
export function dropReplacedRunsTask({ databases, logger }: JobContext): Task {
  return async () => {
    const { dropped, busy } = await dropReplacedRuns(databases);
    if (dropped.length > 0) logger.info({ tables: dropped }, 'Results of replaced runs are dropped');
    if (busy !== undefined) logger.warn({ table: busy }, 'A replaced result is in use and will be dropped later');
  };
}

/** Has the clean-up done a day from `now`, unless it is planned already: once a day, whatever the number of processes. */
export async function scheduleDropReplacedRuns({ owner }: Databases, now: Date): Promise<void> {
  const tomorrow = new Date(now.getTime() + 24 * 3_600_000).toISOString();
  await owner.execute(sql`
    select from (select 'drop_replaced_runs' as key) task
    cross join lateral graphile_worker.add_job(task.key, run_at => ${tomorrow}::timestamptz, max_attempts => 3,
      job_key => task.key, job_key_mode => 'preserve_run_at')
    where not exists (select from graphile_worker.jobs job where job.key = task.key and job.attempts < job.max_attempts)`);
}

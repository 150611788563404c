import { sql } from 'drizzle-orm';
import type { Task } from 'graphile-worker';
import type { Databases } from '../src/db/client.ts';
import { localDate, localMidnight, nextDate } from '../src/period.ts';
import { findOperator } from '../src/reference/operator.ts';
import type { JobContext } from './context.ts';

/**
 * A task that does its work once on each of the operator's days, and plans itself for the next one. The work finds what is to be done
 * in the database and does no harm when it is done twice: a day on which no process ran is caught up with.
 * @param key the task's name and the key of its one job
 */
export function dailyTask(
  { databases, clock }: JobContext,
  key: string,
  work: (now: Date, today: string) => Promise<void>,
): Task {
  return async () => {
    const now = clock();
    const operator = await findOperator(databases.owner);
    if (!operator) return;
    const today = localDate(now, operator.timeZone);
    await work(now, today);
    // Last of all: the queue does not repeat a job whose key another one has taken.
    await plan(databases, key, new Date(localMidnight(nextDate(today), operator.timeZone)));
  };
}

/**
 * Has the work done at once where nothing is planned: when the first process starts, or when the job failed for good. Before the
 * operator is set up there is nothing to do.
 */
export async function scheduleDaily(databases: Databases, key: string): Promise<void> {
  const planned = await databases.owner.execute(sql`
    select from graphile_worker.jobs where key = ${key} and attempts < max_attempts`);
  if (planned.length > 0 || !(await findOperator(databases.owner))) return;
  await plan(databases, key);
}

/**
 * One job, whatever the number of processes: at once, or from an instant on. Not within the hour, lest a clock that differs from
 * the database's makes it run and run.
 */
async function plan({ owner }: Databases, key: string, from?: Date): Promise<void> {
  const at = from ? sql`greatest(${from.toISOString()}::timestamptz, now() + interval '1 hour')` : sql`now()`;
  await owner.execute(
    sql`select graphile_worker.add_job(${key}, run_at => ${at}, max_attempts => 3, job_key => ${key})`,
  );
}

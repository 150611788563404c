import { sql } from 'drizzle-orm';
import type { Task } from 'graphile-worker';
import type { Databases } from '../src/db/client.ts';
import { localActor } from '../src/db/transaction.ts';
import { localDate, localMidnight, nextDate } from '../src/period.ts';
import { findOperator } from '../src/reference/operator.ts';
import { findReminders } from '../src/reminders/reminders.ts';
import type { JobContext } from './context.ts';

const clockActor = localActor('clock');
const key = 'remind';

/**
 * Finds what is to be reminded of on the operator's day, and plans itself for the next one. What was found before is not found
 * again, so doing it twice does no harm, and a day on which no process ran is caught up with.
 */
export function remindTask({ databases, clock, logger }: JobContext): Task {
  return async () => {
    const now = clock();
    const operator = await findOperator(databases.owner);
    if (!operator) return;
    const today = localDate(now, operator.timeZone);
    const found = await databases.owner.transaction((transaction) =>
      findReminders(transaction, clockActor, now, today),
    );
    if (found.addedCount > 0) logger.info({ today, ...found }, 'There is something to be reminded of');
    // Last of all: the queue does not repeat a job whose key another one has taken.
    await plan(databases, new Date(localMidnight(nextDate(today), operator.timeZone)));
  };
}

/**
 * Has reminders looked for at once where nothing is planned: when the first process starts, or when the job failed for good.
 * Before the operator is set up there is nothing to look for.
 */
export async function scheduleReminders(databases: Databases): Promise<void> {
  const planned = await databases.owner.execute(sql`
    select from graphile_worker.jobs where key = ${key} and attempts < max_attempts`);
  if (planned.length > 0 || !(await findOperator(databases.owner))) return;
  await plan(databases);
}

/**
 * One job, whatever the number of processes: at once, or from an instant on. Not within the hour, lest a clock that differs from
 * the database's makes it run and run.
 */
async function plan({ owner }: Databases, from?: Date): Promise<void> {
  const at = from ? sql`greatest(${from.toISOString()}::timestamptz, now() + interval '1 hour')` : sql`now()`;
  await owner.execute(
    sql`select graphile_worker.add_job(${key}, run_at => ${at}, max_attempts => 3, job_key => ${key})`,
  );
}

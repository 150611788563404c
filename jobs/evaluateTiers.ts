import { sql } from 'drizzle-orm';
import type { Task } from 'graphile-worker';
import type { Databases } from '../src/db/client.ts';
import { localActor } from '../src/db/transaction.ts';
import { localDate, localMidnight, nextDate } from '../src/period.ts';
import { findOperator } from '../src/reference/operator.ts';
import { findDueEvaluations } from '../src/tiers/due.ts';
import { previewTiers } from '../src/tiers/evaluations.ts';
import type { JobContext } from './context.ts';

const clockActor = localActor('clock');
const key = 'evaluate_tiers';

/**
 * Previews each tier scheme whose last month, or quarter, is over and has no evaluation yet, once the scores that it looks at are
 * published; somebody looks at the preview and applies it. Plans itself for the next day. What has an evaluation, even a discarded one,
 * is not previewed again, so doing it twice does no harm.
 */
export function evaluateTiersTask({ databases, clock, logger }: JobContext): Task {
  return async () => {
    const now = clock();
    const operator = await findOperator(databases.owner);
    if (!operator) return;
    const today = localDate(now, operator.timeZone);
    for (const due of await databases.owner.transaction((transaction) => findDueEvaluations(transaction, today))) {
      try {
        const { agentCount, counts } = await databases.owner.transaction((transaction) =>
          previewTiers(transaction, clockActor, now, due),
        );
        logger.info({ ...due, agentCount, counts }, 'Tiers are previewed');
      } catch (error) {
        // One scheme keeps no other from being previewed; it is due again tomorrow.
        logger.error({ ...due, err: error }, 'Tiers could not be previewed');
      }
    }
    // Last of all: the queue does not repeat a job whose key another one has taken.
    await plan(databases, new Date(localMidnight(nextDate(today), operator.timeZone)));
  };
}

/** Has schemes looked at at once where nothing is planned. Before the operator is set up there is nothing to look for. */
export async function scheduleEvaluateTiers(databases: Databases): Promise<void> {
  const planned = await databases.owner.execute(sql`
    select from graphile_worker.jobs where key = ${key} and attempts < max_attempts`);
  if (planned.length > 0 || !(await findOperator(databases.owner))) return;
  await plan(databases);
}

/** One job, whatever the number of processes; not within the hour, as reminders. */
async function plan({ owner }: Databases, from?: Date): Promise<void> {
  const at = from ? sql`greatest(${from.toISOString()}::timestamptz, now() + interval '1 hour')` : sql`now()`;
  await owner.execute(
    sql`select graphile_worker.add_job(${key}, run_at => ${at}, max_attempts => 3, job_key => ${key})`,
  );
}

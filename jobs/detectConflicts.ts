import { sql } from 'drizzle-orm';
import type { Task } from 'graphile-worker';
import { detectPending, hasPending } from '../src/conflicts/detection/detect.ts';
import type { Databases } from '../src/db/client.ts';
import { localActor } from '../src/db/transaction.ts';
import type { JobContext } from './context.ts';

const clockActor = localActor('clock');
const key = 'detect_conflicts';

/** Looks for conflicts in imports that came over the API, and in events whose facts have changed. Doing it twice does no harm. */
export function detectConflictsTask({ databases, clock, logger }: JobContext): Task {
  return async () => {
    const result = await detectPending(databases, clockActor, clock());
    if (result.scanned > 0) logger.info(result, 'Events were looked through for conflicts');
  };
}

/** Has it done at once where something waits for it and nothing is planned. */
export async function scheduleDetectConflicts(databases: Databases): Promise<void> {
  if (!(await hasPending(databases))) return;
  await databases.owner.execute(sql`
    select graphile_worker.add_job(${key}, max_attempts => 5, job_key => ${key})
    where not exists (select from graphile_worker.jobs where key = ${key} and attempts < max_attempts)`);
}

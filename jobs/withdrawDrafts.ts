import type { Task } from 'graphile-worker';
import type { Databases } from '../src/db/client.ts';
import { localActor } from '../src/db/transaction.ts';
import { withdrawForgottenDrafts } from '../src/onboarding/forgottenDrafts.ts';
import type { JobContext } from './context.ts';
import { dailyTask, scheduleDaily } from './daily.ts';

const clockActor = localActor('clock');
const key = 'withdraw_drafts';

/** Ends the drafts of applicants without an account that were forgotten. */
export function withdrawDraftsTask(context: JobContext): Task {
  const { databases, logger } = context;
  return dailyTask(context, key, async (now, today) => {
    const withdrawnCount = await withdrawForgottenDrafts(databases.owner, clockActor, now);
    if (withdrawnCount > 0) logger.info({ today, withdrawnCount }, 'Forgotten drafts were withdrawn');
  });
}

/** Has forgotten drafts looked for at once where nothing is planned. */
export const scheduleWithdrawDrafts = (databases: Databases): Promise<void> => scheduleDaily(databases, key);

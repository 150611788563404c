import type { Task } from 'graphile-worker';
import type { Databases } from '../src/db/client.ts';
import { localActor } from '../src/db/transaction.ts';
import { escalateDisputes } from '../src/disputes/due.ts';
import type { JobContext } from './context.ts';
import { dailyTask, scheduleDaily } from './daily.ts';

const clockActor = localActor('clock');
const key = 'escalate_disputes';

/** Says of disputes whose time is over that they are not decided. */
export function escalateDisputesTask(context: JobContext): Task {
  const { databases, logger } = context;
  return dailyTask(context, key, async (now, today) => {
    const count = await databases.owner.transaction((transaction) => escalateDisputes(transaction, clockActor, now));
    if (count > 0) logger.warn({ today, count }, 'Disputes are overdue');
  });
}

/** Has it done at once where nothing is planned. */
export const scheduleEscalateDisputes = (databases: Databases): Promise<void> => scheduleDaily(databases, key);

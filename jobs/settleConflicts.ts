import type { Task } from 'graphile-worker';
import { closeFinal, escalateDue } from '../src/conflicts/cases/dueCases.ts';
import type { Databases } from '../src/db/client.ts';
import { localActor } from '../src/db/transaction.ts';
import type { JobContext } from './context.ts';
import { dailyTask, scheduleDaily } from './daily.ts';

const clockActor = localActor('clock');
const key = 'settle_conflicts';

/** Hands cases on whose time is over, and closes those that nobody appealed against in time. */
export function settleConflictsTask(context: JobContext): Task {
  const { databases, logger } = context;
  return dailyTask(context, key, async (now, today) => {
    const [escalatedCount, closedCount] = await databases.owner.transaction(async (transaction) => [
      await escalateDue(transaction, clockActor, now),
      await closeFinal(transaction, clockActor, now),
    ]);
    if (escalatedCount + closedCount > 0) logger.info({ today, escalatedCount, closedCount }, 'Conflicts were settled');
  });
}

/** Has it done at once where nothing is planned. */
export const scheduleSettleConflicts = (databases: Databases): Promise<void> => scheduleDaily(databases, key);

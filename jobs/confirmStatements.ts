import type { Task } from 'graphile-worker';
import type { Databases } from '../src/db/client.ts';
import { localActor } from '../src/db/transaction.ts';
import { confirmDue } from '../src/statements/confirm.ts';
import type { JobContext } from './context.ts';
import { dailyTask, scheduleDaily } from './daily.ts';

const clockActor = localActor('clock');
const key = 'confirm_statements';

/** Confirms statements that nobody objected to until their day came. */
export function confirmStatementsTask(context: JobContext): Task {
  const { databases, logger } = context;
  return dailyTask(context, key, async (now, today) => {
    const confirmedCount = await databases.owner.transaction((transaction) =>
      confirmDue(transaction, clockActor, now, today),
    );
    if (confirmedCount > 0) logger.info({ today, confirmedCount }, 'Statements were confirmed by time');
  });
}

/** Has it done at once where nothing is planned. */
export const scheduleConfirmStatements = (databases: Databases): Promise<void> => scheduleDaily(databases, key);

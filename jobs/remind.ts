import type { Task } from 'graphile-worker';
import type { Databases } from '../src/db/client.ts';
import { localActor } from '../src/db/transaction.ts';
import { findReminders } from '../src/reminders/reminders.ts';
import type { JobContext } from './context.ts';
import { dailyTask, scheduleDaily } from './daily.ts';

const clockActor = localActor('clock');
const key = 'remind';

/** Finds what is to be reminded of on the operator's day. What was found before is not found again. */
export function remindTask(context: JobContext): Task {
  const { databases, logger } = context;
  return dailyTask(context, key, async (now, today) => {
    const found = await databases.owner.transaction((transaction) =>
      findReminders(transaction, clockActor, now, today),
    );
    if (found.addedCount > 0) logger.info({ today, ...found }, 'There is something to be reminded of');
  });
}

/** Has reminders looked for at once where nothing is planned. */
export const scheduleReminders = (databases: Databases): Promise<void> => scheduleDaily(databases, key);

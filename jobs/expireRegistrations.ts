import type { Task } from 'graphile-worker';
import type { Databases } from '../src/db/client.ts';
import { localActor } from '../src/db/transaction.ts';
import { expireRegistrations } from '../src/registrations/expiry.ts';
import type { JobContext } from './context.ts';
import { dailyTask, scheduleDaily } from './daily.ts';

const clockActor = localActor('clock');
const key = 'expire_registrations';

/** Ends protections of registered deals that are over and moves queues on, from the instants at which that was due. */
export function expireRegistrationsTask(context: JobContext): Task {
  const { databases, logger } = context;
  return dailyTask(context, key, async (now, today) => {
    const done = await expireRegistrations(databases.owner, clockActor, now);
    if (done.wonCount + done.movedCount > 0) logger.info({ today, ...done }, 'Registered deals have moved on');
  });
}

/** Has registered deals looked at at once where nothing is planned. */
export const scheduleExpireRegistrations = (databases: Databases): Promise<void> => scheduleDaily(databases, key);

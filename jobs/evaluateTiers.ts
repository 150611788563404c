import type { Task } from 'graphile-worker';
import type { Databases } from '../src/db/client.ts';
import { localActor } from '../src/db/transaction.ts';
import { findDueEvaluations } from '../src/tiers/due.ts';
import { previewTiers } from '../src/tiers/evaluations.ts';
import type { JobContext } from './context.ts';
import { dailyTask, scheduleDaily } from './daily.ts';

const clockActor = localActor('clock');
const key = 'evaluate_tiers';

/**
 * Previews each tier scheme whose last month, or quarter, is over and has no evaluation yet, once the scores that it looks at are
 * published; somebody looks at the preview and applies it. What has an evaluation, even a discarded one, is not previewed again.
 */
export function evaluateTiersTask(context: JobContext): Task {
  const { databases, logger } = context;
  return dailyTask(context, key, async (now, today) => {
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
  });
}

/** Has schemes looked at at once where nothing is planned. */
export const scheduleEvaluateTiers = (databases: Databases): Promise<void> => scheduleDaily(databases, key);

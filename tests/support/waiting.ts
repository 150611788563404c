import { vi } from 'vitest';
import type { Databases } from '../../src/db/client.ts';

/** Waits until a transaction of this database waits for a lock that another one holds. */
export function untilSomebodyWaits({ owner }: Databases): Promise<void> {
  return vi.waitFor(
    async () => {
      const waiting = await owner.$client`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      if (waiting.length === 0) throw new Error('nobody waits');
    },
    { timeout: 10_000, interval: 10 },
  );
}

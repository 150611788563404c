import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import type { Databases } from '../src/db/client.ts';

// A process that is killed leaves its jobs locked, and the queue would wait four hours for it. The server, however, knows
// at once: each worker keeps a connection that bears its name.

const namePrefix = 'tributary worker ';

export type Presence = {
  /** Sees to it that the connection is there. */
  show(): Promise<void>;
  end(): Promise<void>;
};

/** @param workerId what the worker locks its jobs with */
export function openPresence(ownerUrl: string, workerId: string): Presence {
  const connection = postgres(ownerUrl, {
    max: 1,
    max_lifetime: null,
    onnotice: () => {},
    connection: { application_name: `${namePrefix}${workerId}` },
  });
  return {
    show: async () => {
      // The first statement after a lost connection may fail with the news of it.
      await connection`select 1`.catch(() => connection`select 1`);
    },
    end: () => connection.end({ timeout: 1 }),
  };
}

/**
 * Gives back to the queue what workers hold that no longer live. Jobs are read before connections: a worker shows itself
 * before it takes its first job.
 * @returns the ids of the dead workers.
 */
export async function unlockJobsOfDeadWorkers({ owner }: Databases): Promise<string[]> {
  const holders = await owner.execute<{ id: string }>(sql`
    select distinct locked_by as id from graphile_worker.jobs where locked_by is not null`);
  if (holders.length === 0) return [];
  const living = await owner.execute<{ name: string }>(sql`
    select application_name as name from pg_stat_activity where datname = current_database()`);
  const names = new Set(living.map(({ name }) => name));
  const dead = holders.map(({ id }) => id).filter((id) => !names.has(`${namePrefix}${id}`));
  if (dead.length > 0) {
    await owner.execute(
      sql`select graphile_worker.force_unlock_workers(array[${sql.join(
        dead.map((id) => sql`${id}`),
        sql`, `,
      )}]::text[])`,
    );
  }
  return dead;
}

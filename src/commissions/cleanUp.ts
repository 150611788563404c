import type { Sql } from 'postgres';
import { type Databases, openDatabase } from '../db/client.ts';
import { serverError } from '../db/constraints.ts';
import { lockKey } from '../db/roles.ts';

/** `busy`: the table that somebody used for too long; it and those after it are left for the next time. */
export type CleanUp = { readonly dropped: readonly string[]; readonly busy: string | undefined };

const lockNotAvailable = '55P03';
const deadlockDetected = '40P01';

/**
 * Drops the lines of runs that were calculated anew before anybody approved them, and what failed runs left behind. A run
 * that was approved once keeps its lines, also when it is voided. Nobody who reads waits for this: tables are detached
 * CONCURRENTLY first, which needs a connection of its own and no transaction. A clean-up that was cut short is finished by
 * the next; of two at once, one works.
 * @param options.lockTimeoutMilliseconds how long to wait for those who are reading
 */
export async function dropReplacedRuns(
  databases: Databases,
  options: { readonly lockTimeoutMilliseconds?: number } = {},
): Promise<CleanUp> {
  const { $client: connection } = openDatabase(databases.ownerUrl, 1, 'tributary clean-up');
  const dropped: string[] = [];
  try {
    const [lock] = await connection<{ locked: boolean }[]>`
      select pg_try_advisory_lock(${lockKey('tributary clean-up')}) as locked,
             set_config('lock_timeout', ${String(options.lockTimeoutMilliseconds ?? 10_000)}, false)`;
    if (!lock?.locked) return { dropped, busy: undefined };
    for (const leftover of await findLeftovers(connection)) {
      const isDropped = await dropLeftover(connection, leftover);
      if (!isDropped) return { dropped, busy: leftover.name };
      dropped.push(leftover.name);
    }
    return { dropped, busy: undefined };
  } finally {
    await connection.end({ timeout: 5 });
  }
}

/** `parent`: what it is still attached to; `pending`: a detach of it was cut short. */
type Leftover = { readonly name: string; readonly parent: string | null; readonly pending: boolean };

/** A table can have one pending detach at a time, so those come first. */
async function findLeftovers(connection: Sql): Promise<Leftover[]> {
  return connection<Leftover[]>`
    select 'runs.' || leftover.relname as name, parent.relname as parent, coalesce(link.inhdetachpending, false) as pending
    from pg_class leftover
    join commission_run run on run.id = substring(leftover.relname from '^[a-z]+_([0-9]+)$')::integer
    left join pg_inherits link on link.inhrelid = leftover.oid
    left join pg_class parent on parent.oid = link.inhparent
    where leftover.relnamespace = 'runs'::regnamespace and leftover.relkind = 'r'
      and (run.status = 'FAILED'
           or (run.status = 'VOIDED' and run.approved_at is null and run.voided_by is null and run.void_reason like 'replaced by run %'))
    order by pending desc, run.id, leftover.relname`;
}

/** @returns false where somebody uses it for longer than the lock timeout. */
async function dropLeftover(connection: Sql, { name, parent, pending }: Leftover): Promise<boolean> {
  try {
    if (parent !== null) {
      await connection.unsafe(
        `alter table ${parent} detach partition ${name} ${pending ? 'finalize' : 'concurrently'}`,
      );
    }
    await connection.unsafe(`drop table ${name}`);
    return true;
  } catch (error) {
    const code = serverError(error)?.code;
    if (code === lockNotAvailable || code === deadlockDetected) return false;
    throw error;
  }
}

import { sql } from 'drizzle-orm';
import type { Databases } from '../src/db/client.ts';
import { UserError } from '../src/errors.ts';
import type { Context } from './context.ts';

// Queries that calculate for a while, as the database's owner, without writing anything. They must check the actor's rights.

/** How many calculate at the same time for each database; the others wait for their turn. */
const togetherMost = 2;
/** How many wait: each keeps the connection of its request, of which there are ten, and others want answers meanwhile. */
const waitingMost = 4;
/** Well within the time after which the server ends a transaction that does nothing. */
const awakeMilliseconds = 20_000;

const waitingOf = new WeakMap<Databases, { running: number; readonly waiting: (() => void)[] }>();

/**
 * Runs `work` when it is its turn, and keeps the transaction of the request, which has nothing to do meanwhile, from being ended.
 * @throws UserError CALCULATIONS_BUSY where too many wait already.
 */
export async function runHeavy<Result>(
  { databases, transaction }: Context,
  work: () => Promise<Result>,
): Promise<Result> {
  const queue = waitingOf.get(databases) ?? { running: 0, waiting: [] };
  waitingOf.set(databases, queue);
  if (queue.running >= togetherMost && queue.waiting.length >= waitingMost) {
    throw new UserError('CALCULATIONS_BUSY', `${waitingMost} calculations are waiting for their turn already.`);
  }
  const ping = () => {
    transaction.execute(sql`select 1`).catch(() => {});
  };
  const timer = setInterval(ping, awakeMilliseconds);
  try {
    if (queue.running >= togetherMost) await new Promise<void>((resolve) => queue.waiting.push(resolve));
    else queue.running += 1;
    try {
      return await work();
    } finally {
      // Whoever waits takes over the turn.
      const next = queue.waiting.shift();
      if (next) next();
      else queue.running -= 1;
    }
  } finally {
    clearInterval(timer);
  }
}

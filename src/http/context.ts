import { sql } from 'drizzle-orm';
import type { Databases, Transaction } from '../db/client.ts';
import { type Actor, asRequest } from '../db/transaction.ts';
import type { EnvelopeKeys } from '../partners/envelope.ts';
import type { Logger } from './log.ts';

/** What a resolver knows of the operation it serves. */
export type Context = {
  /** Who is asking; null: nobody is signed in. */
  readonly actor: Actor | null;
  readonly now: Date;
  /** The operator's local date `YYYY-MM-DD`, by which dated rights are judged. */
  readonly today: string;
  readonly databases: Databases;
  /** The operation's own, as the request role with the actor's claims. Subscriptions have none: reading it throws. */
  readonly transaction: Transaction;
  /** Writes the request's id into each line. */
  readonly logger: Logger;
  /** The keys with which numbers are encrypted. */
  readonly envelopeKeys: EnvelopeKeys;
};

const statementTimeout = '30s';
const idleTimeout = '60s';

/**
 * Runs `work` in one transaction as the request role with the actor's claims; who is not signed in sees nothing. Queries and
 * mutations get theirs from the server; a subscription calls this for each event, shortly.
 */
export function requestTransaction<Result>(
  context: Pick<Context, 'actor' | 'today' | 'databases'> & { readonly requestId?: string | null },
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const { actor, today, databases, requestId = null } = context;
  const asking = actor ?? { name: 'nobody', user: null, requestId };
  return asRequest(databases.request, asking, today, async (transaction) => {
    await transaction.execute(sql`
      select set_config('statement_timeout', ${statementTimeout}, true),
             set_config('idle_in_transaction_session_timeout', ${idleTimeout}, true)`);
    return work(transaction);
  });
}

import { sql } from 'drizzle-orm';
import type { Database, Transaction } from './client.ts';
import { requestRole } from './roles.ts';

export const roles = ['ADMIN', 'CHANNEL_MANAGER', 'FINANCE', 'AUDITOR', 'AGENT', 'COMPLIANCE'] as const;
export type Role = (typeof roles)[number];

/**
 * Who does something. `name` is what audit records, runs and the four-eyes rule know: the e-mail address of an account,
 * or the name given on the command line; always lower case.
 */
export type Actor = {
  readonly name: string;
  /** null: the operator's own machine (command line, jobs), which acts as the database's owner. */
  readonly user: {
    readonly id: number;
    readonly role: Role;
    readonly agentId: number | null;
    readonly regionId: number | null;
  } | null;
  readonly requestId: string | null;
};

/** An actor without an account: the command line (`name` as given) or the clock. */
export function localActor(name: string): Actor {
  return { name: name.trim().toLowerCase(), user: null, requestId: null };
}

/**
 * Runs `work` in one transaction as the request role with the actor's claims, so that row-level security decides what it
 * sees and writes. `today` is the operator's local date (`YYYY-MM-DD`) that dated rights are judged by.
 */
export function asRequest<Result>(
  database: Database,
  actor: Actor,
  today: string,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  return database.transaction(async (transaction) => {
    await transaction.execute(sql`
      select set_config('role', ${requestRole}, true),
             set_config('tributary.role', ${actor.user?.role ?? ''}, true),
             set_config('tributary.user_id', ${String(actor.user?.id ?? '')}, true),
             set_config('tributary.agent_id', ${String(actor.user?.agentId ?? '')}, true),
             set_config('tributary.region_id', ${String(actor.user?.regionId ?? '')}, true),
             set_config('tributary.today', ${today}, true)`);
    return work(transaction);
  });
}

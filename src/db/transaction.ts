import { sql } from 'drizzle-orm';
import { UserError } from '../errors.ts';
import type { Database, Transaction } from './client.ts';
import { requestRole } from './roles.ts';

export const roles = ['ADMIN', 'CHANNEL_MANAGER', 'FINANCE', 'AUDITOR', 'AGENT', 'COMPLIANCE'] as const;
export type Role = (typeof roles)[number];

/** What one of an agent's people may do of what the agent may: all of it, or see all and change nothing. */
export const companyRights = ['FULL', 'READ'] as const;
export type CompanyRight = (typeof companyRights)[number];

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
    /** Of an agent's user; left out: FULL. */
    readonly companyRight?: CompanyRight;
  } | null;
  readonly requestId: string | null;
};

/** An actor without an account: the command line (`name` as given) or the clock. */
export function localActor(name: string): Actor {
  return { name: name.trim().toLowerCase(), user: null, requestId: null };
}

/** FORBIDDEN for somebody whose company can give the right: no administrator of the operator is needed. */
class ReadOnlyError extends UserError {
  override get remedy(): string {
    return 'Ask somebody of your company whose right is FULL to do it, or to give you that right.';
  }
}

const readsOnly = ({ user }: Actor) => user?.companyRight === 'READ';

/** Says early what the database would refuse. @throws UserError FORBIDDEN for a company user with the right READ. */
export function requireWriting(actor: Actor): void {
  if (!readsOnly(actor)) return;
  throw new ReadOnlyError('FORBIDDEN', 'Your right is READ: you see what your company sees, and change nothing.');
}

const accessOf = (actor: Actor) => (readsOnly(actor) ? ({ accessMode: 'read only' } as const) : undefined);

/** Runs `work` with the owner's rights; what a company user with the right READ asks for can change nothing. */
export function asOwner<Result>(
  database: Database,
  actor: Actor,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  return database.transaction(work, accessOf(actor));
}

/**
 * Runs `work` in one transaction as the request role with the actor's claims, so that row-level security decides what it
 * sees and writes; for a company user with the right READ it writes nothing. `today` is the operator's local date (`YYYY-MM-DD`)
 * that dated rights are judged by.
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
  }, accessOf(actor));
}

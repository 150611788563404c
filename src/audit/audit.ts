import type { Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { auditRecord } from './tables.ts';

/** One change to be recorded: what was done to which thing, what it was before and is after. Values must be JSON. */
export type Change = {
  /** What happened, as a dotted verb: `agent.created`, `run.approved`, `events.imported`. */
  readonly action: string;
  /** The kind of thing and its natural key. */
  readonly entity: string;
  readonly entityKey: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string;
};

/**
 * Writes audit records in the caller's transaction (DOMAIN.md §12). They are chained by hash when it commits.
 * Bulk work writes one record with counts and a hash, not one a row.
 */
export async function recordChanges(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  changes: readonly Change[],
): Promise<void> {
  const at = now.toISOString();
  const rows = changes.map((change) => ({
    at,
    actor: actor.name,
    action: change.action,
    entity: change.entity,
    entityKey: change.entityKey,
    before: change.before ?? null,
    after: change.after ?? null,
    reason: change.reason ?? null,
    requestId: actor.requestId,
  }));
  for (let start = 0; start < rows.length; start += 1000) {
    await transaction.insert(auditRecord).values(rows.slice(start, start + 1000));
  }
}

import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';

/**
 * Marks notices of the agent that asks as read, as the request role; others' and those read before stay as they are.
 * @returns how many are read now that were not.
 */
export async function markNoticesRead(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  noticeIds: readonly number[],
): Promise<number> {
  const marked = await rawSql(transaction)<{ id: number }[]>`
    update notice set read_at = ${now.toISOString()}
    where id = any (${[...noticeIds]}::integer[]) and agent_id = ${actor.user?.agentId ?? null} and read_at is null returning id`;
  if (marked.length === 0) return 0;
  await recordChanges(transaction, actor, now, [
    { action: 'notices.read', entity: 'notice', entityKey: actor.name, after: { readCount: marked.length } },
  ]);
  return marked.length;
}

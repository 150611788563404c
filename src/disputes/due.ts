import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';

/**
 * Says of each dispute, once, that it is not decided although its time is over: to the agent by a notice, to staff by an internal comment.
 * As owner; done twice it does no harm.
 * @returns how many there were.
 */
export async function escalateDisputes(transaction: Transaction, actor: Actor, now: Date): Promise<number> {
  const at = now.toISOString();
  const overdue = await rawSql(transaction)<{ code: string }[]>`
    with told as (
      insert into notice (agent_id, kind, subject, details, created_at)
      select agent_id, 'DISPUTE_OVERDUE', code, jsonb_build_object('dispute', code), ${at} from dispute
      where state = 'OPEN' and due_at <= ${at} order by id
      on conflict on constraint notice_once do nothing returning subject
    ), said as (
      insert into dispute_comment (dispute_id, agent_id, text, internal, by, at)
      select dispute.id, dispute.agent_id, 'The time for a decision is over.', true, ${actor.name}, ${at}
      from told join dispute on dispute.code = told.subject
    )
    select subject as code from told order by subject`;
  await recordChanges(
    transaction,
    actor,
    now,
    overdue.map(({ code }) => ({ action: 'dispute.overdue', entity: 'dispute', entityKey: code })),
  );
  return overdue.length;
}

import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import type { Decimal } from '../money.ts';

/** A movement of a deposit that is proposed; what leaves the deposit is negative. */
export type NewDepositEntry = {
  readonly agentId: number;
  readonly agentCode: string;
  readonly kind: 'PAID_IN' | 'SET_OFF' | 'REFUNDED';
  readonly currency: string;
  readonly amount: Decimal;
  readonly reason: string;
  readonly documentId?: number | null;
};

/** Writes a proposed movement with its audit record. @returns its key. */
export async function addDepositEntry(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  entry: NewDepositEntry,
): Promise<number> {
  const { agentId, agentCode, kind, currency, reason, documentId = null } = entry;
  const amount = entry.amount.toFixed();
  const [added] = await rawSql(transaction)<{ id: number }[]>`
    insert into deposit_entry (agent_id, kind, amount, currency, reason, document_id, state, proposed_by, proposed_at)
    values (${agentId}, ${kind}, ${amount}, ${currency}, ${reason}, ${documentId}, 'PROPOSED', ${actor.name}, ${now.toISOString()})
    returning id`;
  if (!added) throw new Error('an insert gave no row');
  await recordChanges(transaction, actor, now, [
    {
      action: 'deposit_entry.proposed',
      entity: 'deposit_entry',
      entityKey: `D-${added.id}`,
      after: { agent: agentCode, kind, amount, currency },
      reason,
    },
  ]);
  return added.id;
}

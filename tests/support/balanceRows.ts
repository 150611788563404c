import { rawSql, type Transaction } from '../../src/db/client.ts';
import type { Changes } from '../oracle/historyModel.ts';

type Moved = NonNullable<Changes['balances']>[number];

/** Writes what moves an agent's balance straight into the tables: money that came back, was paid ahead, or was repaid. */
export async function moveBalance(
  transaction: Transaction,
  { agent, currency, amount, returned }: Moved,
): Promise<void> {
  const sql = rawSql(transaction);
  const isRepaid = !returned && !amount.startsWith('-');
  if (isRepaid) {
    await sql`
      insert into balance_entry (agent_id, kind, amount, currency, reason, created_by, created_at, approved_by)
      select id, 'REPAYMENT', ${amount}, ${currency}, 'r', 'x', now(), 'y' from agent where code = ${agent}`;
    return;
  }
  const [settlement] = await sql<{ id: number }[]>`
    insert into off_cycle_settlement (agent_id, kind, currency, gross, tax_percent, tax, net, reason, state, proposed_by, proposed_at)
    select id, 'ADVANCE', ${currency}, abs(${amount}::numeric), 0, 0, abs(${amount}::numeric), 'r', 'PROPOSED', 'x', now() from agent
    where code = ${agent} returning id`;
  if (!settlement) throw new Error(`there is no agent ${agent}`);
  if (!returned) {
    await sql`update off_cycle_settlement set state = 'APPROVED', decided_by = 'y', decided_at = now() where id = ${settlement.id}`;
    return;
  }
  // A payment that failed: the approval of the run makes the entry.
  await sql`
    with batch as (insert into payment_batch (message_id, currency, debtor_account, policy_version_id, format, executes_on, state, payment_count,
        control_sum, file_size_bytes, file_sha256, created_by, created_at)
      values ('M' || ${settlement.id}::text, ${currency}, 'D', 0, 'x', '2026-01-01', 'CREATED', 1, 1, 1, 'h', 'x', now()) returning id)
    insert into payment (batch_id, end_to_end_id, agent_id, kind, settlement_id, currency, gross, amount, holder_name, ciphertext, wrapped_key,
      envelope_key_id, account_masked, state)
    select batch.id, 'E' || ${settlement.id}::text, agent.id, 'OFF_CYCLE', ${settlement.id}, ${currency}, ${amount}::numeric, ${amount}::numeric,
      'h', 'c', 'w', 'k', '***', 'FAILED' from batch, agent where agent.code = ${agent}`;
}

import { markRunPaid } from '../commissions/runs.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';

/**
 * Marks a run as PAID once all that its issued statements pay is settled: paid, set off against the deposit, or, where the bank did not pay,
 * carried by a later run. Does nothing before, nor for a run of which no statement is issued.
 * @returns whether it became PAID now.
 */
export async function payRunIfSettled(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  runId: number,
): Promise<boolean> {
  const [run] = await rawSql(transaction)<{ settled: boolean }[]>`
    select not exists (
        select from statement where run_id = run.id and payable > 0 and not exists (
          select from issued_statement issued
          where issued.run_id = statement.run_id and issued.agent_id = statement.agent_id and issued.currency = statement.currency))
      and exists (select from issued_statement where run_id = run.id)
      and not exists (
        select from issued_statement issued where issued.run_id = run.id and issued.gross > 0 and not exists (
          select from payment left join balance_entry returned on returned.payment_id = payment.id
          where payment.run_id = issued.run_id and payment.agent_id = issued.agent_id and payment.currency = issued.currency
            and (payment.state in ('PAID', 'SET_OFF') or payment.state = 'FAILED' and returned.carried_run_id is not null))) as settled
    from commission_run run where run.id = ${runId} and run.status = 'APPROVED'`;
  if (!run?.settled) return false;
  await markRunPaid(transaction, actor, now, runId);
  return true;
}

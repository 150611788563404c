import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { Decimal } from '../money.ts';
import type { Period } from '../period.ts';

/** What a statement begins with; `returned` is the part that the bank returned, and that was taxed before. */
export type OpeningBalance = {
  readonly agentId: number;
  readonly currency: string;
  readonly amount: Decimal;
  readonly returned: Decimal;
};

/** SQL of what of a statement's `returned` was not payable yet: no tax is taken of as much later. The database's carried_balance says the same. */
const returnedLeft = 'case when payable = 0 then returned else greatest(0, returned - (closing + tax)) end';

/**
 * What is carried into a period (DOMAIN.md §10): closing − payable of the latest approved run before it, and what moved the balance since:
 * entries that no run has carried, and failed payments that were not made again. Of an approved period: what its run carried. What the bank
 * returned stays untaxed until as much is payable.
 */
export async function loadOpenings(transaction: Transaction, period: Period): Promise<OpeningBalance[]> {
  const sql = rawSql(transaction);
  const rows = await sql<{ agent_id: number; currency: string; amount: string; returned: string }[]>`
    with before as (
      select id from commission_run where period < ${period} and status in ('APPROVED', 'PAID') order by period desc limit 1),
    own as (select id from commission_run where period = ${period} and status in ('APPROVED', 'PAID')),
    moved as (
      select agent_id, currency, closing - payable as amount, ${sql.unsafe(returnedLeft)} as returned
      from statement where run_id = (select id from before)
      union all
      select entry.agent_id, entry.currency, entry.amount,
        case entry.kind when 'BANK_RETURN' then entry.amount when 'OFF_CYCLE' then -settlement.returned else 0 end
      from balance_entry entry left join off_cycle_settlement settlement on settlement.id = entry.settlement_id
      where entry.carried_run_id is not distinct from (select id from own)
      union all
      select agent_id, currency, amount, amount from open_failed_payment where not exists (select from own))
    select agent_id, currency, sum(amount) as amount, sum(returned) as returned from moved
    group by agent_id, currency having sum(amount) <> 0 or sum(returned) <> 0`;
  return rows.map(({ agent_id, currency, amount, returned }) => ({
    agentId: agent_id,
    currency,
    amount: new Decimal(amount),
    returned: new Decimal(returned),
  }));
}

/** What a run carried, for its audit record: the approval itself takes the entries and the failed payments along (trigger). */
export async function carriedBy(transaction: Transaction, runId: number): Promise<{ readonly entryCount: number }> {
  const [row] = await rawSql(transaction)<{ count: number }[]>`
    select count(*)::integer as count from balance_entry where carried_run_id = ${runId}`;
  return { entryCount: row?.count ?? 0 };
}

/** What an agent's next statement would begin with as of now, and what its deposit holds. The caller sees to it that the agent may be seen. */
export async function currentBalance(
  transaction: Transaction,
  agentId: number,
  currency: string,
): Promise<{ readonly amount: Decimal; readonly returned: Decimal; readonly deposit: Decimal }> {
  const [row] = await rawSql(transaction)<{ amount: string; returned: string; deposit: string }[]>`
    select amount, returned, deposit_balance(${agentId}, ${currency}) as deposit from carried_balance(${agentId}, ${currency})`;
  if (!row) throw new Error('a sum gave no row');
  return {
    amount: new Decimal(row.amount),
    returned: new Decimal(row.returned),
    deposit: new Decimal(row.deposit),
  };
}

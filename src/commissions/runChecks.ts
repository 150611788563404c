import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';

/** Two figures of a run that must agree. */
export type RunCheck = {
  readonly name: string;
  readonly currency: string | null;
  readonly expected: string;
  readonly actual: string;
};

/**
 * Adds up what a run published once more and sets the sums side by side (DOMAIN.md §10): lines, statements and the totals of
 * the run by currency; and for each pool the shares with the remainder against the fund with what was carried in.
 */
export async function loadRunChecks(transaction: Transaction, runId: number): Promise<RunCheck[]> {
  const rows = await rawSql(transaction)<RunCheck[]>`
    with total as (select currency, sum(amount) as amount from run_total where run_id = ${runId} group by currency),
         line as (select currency, sum(amount) as amount from commission_line where run_id = ${runId} group by currency),
         due as (select currency, sum(closing - opening) as amount from statement where run_id = ${runId} group by currency)
    select 'lines = totals' as name, total.currency, total.amount::text as expected, coalesce(line.amount, 0)::text as actual
    from total left join line using (currency)
    union all
    select 'statements = totals', total.currency, total.amount::text, coalesce(due.amount, 0)::text
    from total left join due using (currency)
    union all
    select 'pool ' || pool.code || ': shares + remainder = fund + carried in', null,
           (result.fund + result.carried_in)::text, (result.shared + result.remainder)::text
    from run_pool result join pool on pool.id = result.pool_id where result.run_id = ${runId}
    order by 1, 2`;
  return [...rows];
}

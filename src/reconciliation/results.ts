import { type SQL, sql } from 'drizzle-orm';
import { rawSql, type Transaction } from '../db/client.ts';
import { copyOut } from '../db/copy.ts';
import { UserError } from '../errors.ts';
import { moneyOf, text } from '../exports/csv/cells.ts';
import { formatMoney, minorUnitDigits } from '../money.ts';
import { loadOperator } from '../reference/operator.ts';
import { makeCandidates } from './candidates.ts';
import type { reconciliationVerdict } from './tables.ts';

type ReconciliationVerdict = (typeof reconciliationVerdict.enumValues)[number];

/** Rows of one verdict and currency, added up. */
export type VerdictTotal = {
  readonly verdict: ReconciliationVerdict;
  readonly currency: string;
  readonly rowCount: number;
  readonly expected: string;
  readonly paid: string;
  /** Paid less expected, of the rows that expect an amount. */
  readonly difference: string;
};

/** SQL of the totals of a reconciliation, a JSON list of VerdictTotal by verdict and currency. @param id SQL of its key. */
export const verdictTotals = (id: SQL): SQL => sql`(
  select coalesce(json_agg(json_build_object('verdict', verdict, 'currency', currency, 'rowCount', row_count, 'expected', expected::text,
    'paid', paid::text, 'difference', difference::text) order by verdict, currency collate "C"), '[]'::json)
  from (
    select verdict, currency, count(*) as row_count, coalesce(sum(expected_amount), 0) as expected, coalesce(sum(paid_amount), 0) as paid,
      coalesce(sum(coalesce(paid_amount, 0) - expected_amount), 0) as difference
    from reconciliation_row where reconciliation_id = ${id} group by verdict, currency
  ) total)`;

/** The totals of one reconciliation, amounts with the decimals of their currency. */
export async function loadTotals(transaction: Transaction, id: number): Promise<readonly VerdictTotal[]> {
  const [row] = await transaction.execute<{ totals: VerdictTotal[] }>(
    sql`select ${verdictTotals(sql`${id}`)} as totals`,
  );
  return (row?.totals ?? []).map((total) => {
    const money = (amount: string) => formatMoney(amount, minorUnitDigits[total.currency] ?? 2);
    return { ...total, expected: money(total.expected), paid: money(total.paid), difference: money(total.difference) };
  });
}

export type FoundReconciliation = {
  readonly id: number;
  readonly code: string;
  readonly agentCode: string;
  readonly period: string;
};

/** The reconciliation with this code, as far as whoever asks may see it. @throws UserError NOT_FOUND. */
export async function findReconciliation(transaction: Transaction, code: string): Promise<FoundReconciliation> {
  const [found] = await rawSql(transaction)<FoundReconciliation[]>`
    select reconciliation.id, reconciliation.code, agent.code as "agentCode", run.period
    from reconciliation join agent on agent.id = reconciliation.agent_id join commission_run run on run.id = reconciliation.run_id
    where reconciliation.code = ${code}`;
  if (found) return found;
  throw new UserError('NOT_FOUND', 'There is no such reconciliation, or you may not see it.', 'code');
}

/** The rows with their verdicts as CSV, in order. Rights are the caller's to check: needs the owner's, for the sales behind the rows. */
export async function* resultCsv(transaction: Transaction, id: number): AsyncGenerator<Buffer> {
  const currencies = await rawSql(transaction)<{ currency: string }[]>`
    select distinct currency from reconciliation_row where reconciliation_id = ${id} order by currency`;
  const money = moneyOf(currencies.map(({ currency }) => currency));
  yield* copyOut(
    transaction,
    `select line.row, ${text('line.external_id')} as external_id, ${text('line.source')} as source, ${text('line.subscription_id')} as subscription,
       ${text('line.product_code')} as product, line.sold_on, ${money('line.expected_amount', 'line.currency')} as amount, line.currency,
       line.verdict, line.matched_by, ${text('event.source')} as matched_source, ${text('event.external_id')} as matched_external_id,
       ${money('line.paid_amount', 'line.currency')} as paid,
       ${money('coalesce(line.paid_amount, 0) - line.expected_amount', 'line.currency')} as difference, line.reason, dispute.code as dispute
     from reconciliation_row line left join sales_event event on event.id = line.event_id left join dispute on dispute.id = line.dispute_id
     where line.reconciliation_id = ${id} order by line.row`,
  );
}

/** A sale of the agent's that its list does not have. */
export type UnlistedSale = {
  readonly source: string;
  readonly externalId: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly subscriptionId: string | null;
  readonly productCode: string;
  readonly paid: string;
  readonly currency: string;
  readonly reason: string | null;
};

/** Sales that a list does not have, as they are paid now, in the order of DOMAIN.md §9.1. Needs the owner's rights; who may see is the caller's to check. */
export async function unlistedSales(
  transaction: Transaction,
  id: number,
  most: number,
): Promise<readonly UnlistedSale[]> {
  const raw = rawSql(transaction);
  const { timeZone, currency } = await loadOperator(transaction);
  const [compared] = await raw<{ agentId: number; runId: number; period: string }[]>`
    select agent_id as "agentId", run_id as "runId", period from reconciliation join commission_run run on run.id = run_id
    where reconciliation.id = ${id}`;
  if (!compared) return [];
  await makeCandidates(transaction, { ...compared, timeZone });
  const rows = await raw<UnlistedSale[]>`
    select source, external_id as "externalId", type, to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "occurredAt",
      subscription_id as "subscriptionId", product_code as "productCode", paid::text as paid, coalesce(paid_currency, ${currency}) as currency, reason
    from sale_candidate
    where is_told and id not in (select event_id from reconciliation_row where reconciliation_id = ${id} and event_id is not null)
    order by place limit ${most}`;
  await raw`drop table sale_candidate, sale_booked, sale_unpaid`;
  return rows;
}

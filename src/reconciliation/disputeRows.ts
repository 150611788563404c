import { recordChanges } from '../audit/audit.ts';
import { lineIdJoinsWithoutSource, lineIdSql } from '../commissions/lineId.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { fileDispute, type NewDispute } from '../disputes/disputes.ts';
import { UserError, UserErrors } from '../errors.ts';
import { canonicalDecimal } from '../money.ts';
import { findReconciliation } from './results.ts';

const mostRows = 100;

type DisputableRow = {
  readonly row: number;
  readonly verdict: string;
  readonly source: string | null;
  readonly externalId: string | null;
  readonly subscriptionId: string | null;
  readonly productCode: string | null;
  readonly soldOn: string | null;
  readonly expected: string | null;
  readonly currency: string;
  readonly disputeId: number | null;
  /** The one line that earned the sale's commission; null where there is none, or several. */
  readonly lineId: string | null;
};

/**
 * Files a dispute for each of the rows, all of them or none: about the line that paid the sale where there is one, else about the sale as
 * missing. A row is disputed once. Runs as the request role.
 * @returns the keys of the disputes, in the order of the rows.
 * @throws UserError NOT_FOUND, INPUT_INVALID, BATCH_TOO_LARGE and whatever fileDispute says; UserErrors RECORD_STATE for rows that are disputed.
 */
export async function disputeReconciliationRows(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { code, rows: wanted, reason }: { readonly code: string; readonly rows: readonly number[]; readonly reason: string },
): Promise<readonly number[]> {
  const numbers = [...new Set(wanted)].sort((a, b) => a - b);
  if (numbers.length === 0) throw new UserError('INPUT_INVALID', 'Name at least one row.', 'rows');
  if (numbers.length > mostRows)
    throw new UserError('BATCH_TOO_LARGE', `At most ${mostRows} rows are disputed together.`, 'rows');
  const found = await findReconciliation(transaction, code);
  const rows = await lockRows(transaction, found.id, numbers);
  requireUndisputed(rows, numbers);
  const disputeIds: number[] = [];
  for (const row of rows) {
    const disputeId = await fileDispute(transaction, actor, now, disputeOf(row, found, reason));
    await rawSql(transaction)`
      update reconciliation_row set dispute_id = ${disputeId} where reconciliation_id = ${found.id} and row = ${row.row}`;
    disputeIds.push(disputeId);
  }
  await recordChanges(transaction, actor, now, [
    {
      action: 'reconciliation.disputed',
      entity: 'reconciliation',
      entityKey: found.code,
      after: { rows: numbers.join(', '), disputes: disputeIds.map((id) => `DP-${id}`).join(', ') },
      reason,
    },
  ]);
  return disputeIds;
}

async function lockRows(
  transaction: Transaction,
  id: number,
  numbers: readonly number[],
): Promise<readonly DisputableRow[]> {
  const sql = rawSql(transaction);
  return sql<DisputableRow[]>`
    select wanted.row, wanted.verdict, wanted.source, external_id as "externalId", subscription_id as "subscriptionId",
      product_code as "productCode", sold_on::text as "soldOn", expected_amount::text as expected, wanted.currency, dispute_id as "disputeId",
      (select min(${sql.unsafe(lineIdSql)}) from commission_line line
        join commission_run run on run.id = line.run_id join agent on agent.id = line.agent_id ${sql.unsafe(lineIdJoinsWithoutSource)}
        where wanted.verdict <> 'MISSING' and line.run_id = reconciliation.run_id and line.agent_id = wanted.agent_id
          and line.cause_id = wanted.event_id and line.kind = 'EARNING' and line.currency = wanted.currency
        having count(*) = 1) as "lineId"
    from reconciliation_row wanted join reconciliation on reconciliation.id = wanted.reconciliation_id
    where reconciliation_id = ${id} and row = any(${numbers}::integer[]) order by row for update of wanted`;
}

/** @throws UserError NOT_FOUND; UserErrors RECORD_STATE. */
function requireUndisputed(rows: readonly DisputableRow[], numbers: readonly number[]): void {
  const missing = numbers.find((number) => !rows.some(({ row }) => row === number));
  if (missing !== undefined)
    throw new UserError('NOT_FOUND', `The reconciliation has no row ${missing}.`, `row ${missing}`);
  const disputed = rows.filter(({ disputeId }) => disputeId !== null);
  if (disputed.length > 0) {
    throw new UserErrors(
      disputed.map(
        ({ row, disputeId }) =>
          new UserError('RECORD_STATE', `Row ${row} is disputed already: DP-${disputeId}.`, `row ${row}`),
      ),
    );
  }
}

function disputeOf(
  row: DisputableRow,
  { agentCode, period }: { readonly agentCode: string; readonly period: string },
  reason: string,
): NewDispute {
  const claimedAmount = row.expected === null ? undefined : canonicalDecimal(row.expected);
  const said = { agentCode, period, currency: row.currency, claimedAmount, reason };
  if (row.lineId !== null) return { ...said, subject: 'LINE', lineId: row.lineId };
  return {
    ...said,
    subject: 'MISSING_CREDIT',
    source: row.source ?? undefined,
    externalId: row.externalId ?? undefined,
    subscriptionId: row.subscriptionId ?? undefined,
    productCode: row.productCode ?? undefined,
    soldOn: row.soldOn ?? undefined,
  };
}

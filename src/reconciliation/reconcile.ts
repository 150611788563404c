import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { type CopyValue, copyRows } from '../db/copy.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError, UserErrors } from '../errors.ts';
import { minorUnitDigits } from '../money.ts';
import { loadOperator } from '../reference/operator.ts';
import { openCsvFile, type SourcePiece } from '../sales/file.ts';
import { decodeTextFile } from '../textFile.ts';
import { makeCandidates } from './candidates.ts';
import { type ListedSale, listColumns, listedValues, readListedRow } from './listRows.ts';
import { matchRows } from './match.ts';

// An agent's own list of sales of a month, compared with what the month's run paid (DOMAIN.md §10, Reconciliation 对账).

/** The largest list that is read. */
export const largestListBytes = 32_000_000;
const mostRows = 200_000;
const mostBatchRows = 1000;
const mostFaults = 1000;

/** A list as it comes: a file, or rows of the API. */
export type SalesList = {
  readonly agentCode: string;
  readonly period: string;
  readonly fileName: string;
  readonly content: Buffer | readonly ListedSale[];
};

type Listener = (percent: number, rows: number) => void;

/**
 * Compares an agent's list with what was paid and keeps the result: agents their own, administrators and finance everybody's. CSV in UTF-8 or
 * GB18030, which is told by its bytes. Either every row is compared or, where one is faulty, nothing is kept. Needs the owner's rights.
 * @returns the key of the reconciliation.
 * @throws UserError FORBIDDEN, NOT_FOUND, NO_RUN before a run of the month is approved, REQUEST_TOO_LARGE, BATCH_TOO_LARGE, INPUT_INVALID, FILE_EMPTY,
 * COLUMN_UNKNOWN, COLUMN_DOUBLED; UserErrors with every faulty row: VALUE_MISSING, VALUE_INVALID, VALUE_TOO_LONG, NUMBER_INVALID, ROW_COLUMNS …
 */
export async function reconcileList(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  list: SalesList,
  onProgress: Listener = () => {},
): Promise<number> {
  const statement = await findStatement(transaction, actor, list);
  const { timeZone } = await loadOperator(transaction);
  const pieces = await openList(list.content);
  const rowCount = await stageRows(transaction, pieces, statement.currency, lengthOf(list.content), onProgress);
  await makeCandidates(transaction, { ...statement, period: list.period, timeZone });
  onProgress(70, rowCount);
  await matchRows(transaction);
  onProgress(85, rowCount);
  const id = await keep(transaction, actor, now, list, statement, rowCount);
  await rawSql(transaction)`drop table list_staging, sale_candidate, sale_booked, sale_unpaid`;
  onProgress(100, rowCount);
  return id;
}

/** How a sum of several texts is told: by their bytes. */
function sha256Of(content: SalesList['content']): string {
  const bytes = Buffer.isBuffer(content) ? content : JSON.stringify(content.map(listedValues));
  return createHash('sha256').update(bytes).digest('hex');
}

const lengthOf = (content: SalesList['content']) => Math.max(1, content.length);

type Statement = { readonly agentId: number; readonly runId: number; readonly currency: string };

/** @throws UserError FORBIDDEN, NOT_FOUND, NO_RUN. */
async function findStatement(
  transaction: Transaction,
  { user }: Actor,
  { agentCode, period }: SalesList,
): Promise<Statement> {
  const sql = rawSql(transaction);
  const [agent] = await sql<{ id: number }[]>`select id from agent where code = ${agentCode}`;
  const mayAll = user === null || user.role === 'ADMIN' || user.role === 'FINANCE';
  if (!mayAll && (user.role !== 'AGENT' || user.agentId !== agent?.id)) {
    throw new UserError('FORBIDDEN', "Agents compare lists of their own, finance everybody's.", 'agentCode');
  }
  if (!agent) throw new UserError('NOT_FOUND', `There is no agent ${agentCode}.`, 'agentCode');
  const [run] = await sql<{ id: number }[]>`
    select id from commission_run where period = ${period} and status in ('APPROVED', 'PAID') and not is_cut_over`;
  if (!run) throw new UserError('NO_RUN', `No run of ${period} is approved.`, 'period');
  const [row] = await sql<{ currency: string }[]>`
    select coalesce((select min(currency collate "C") from statement where run_id = ${run.id} and agent_id = ${agent.id}),
      (select currency from operator)) as currency`;
  if (!row) throw new Error('a query without a table gave no row');
  return { agentId: agent.id, runId: run.id, currency: row.currency };
}

async function openList(content: SalesList['content']): Promise<AsyncIterable<SourcePiece>> {
  if (!Buffer.isBuffer(content)) {
    requireBatch(content);
    return batchPieces(content);
  }
  if (content.length > largestListBytes) {
    throw new UserError('REQUEST_TOO_LARGE', `The list has more than ${largestListBytes} bytes.`, 'list');
  }
  return openCsvFile(Readable.from([Buffer.from(decodeTextFile(content))]), listColumns);
}

/** @throws UserError INPUT_INVALID, BATCH_TOO_LARGE. */
function requireBatch(rows: readonly ListedSale[]): void {
  if (rows.length === 0) throw new UserError('INPUT_INVALID', 'The list has no rows.', 'rows');
  if (rows.length > mostBatchRows) {
    throw new UserError('BATCH_TOO_LARGE', `A list of more than ${mostBatchRows} rows is sent as a file.`, 'rows');
  }
}

async function* batchPieces(rows: readonly ListedSale[]): AsyncGenerator<SourcePiece> {
  yield {
    rows: rows.map((row, index) => ({ line: index + 1, values: listedValues(row), fault: null })),
    bytes: rows.length,
  };
}

/** Checks every row by itself and stages them. @returns how many there are. @throws UserErrors with the faults of all rows. */
async function stageRows(
  transaction: Transaction,
  pieces: AsyncIterable<SourcePiece>,
  currency: string,
  bytes: number,
  onProgress: Listener,
): Promise<number> {
  await rawSql(transaction)`
    create temporary table list_staging (
      row integer primary key, external_id text, source text, subscription_id text, product_code text, sold_on date, expected numeric,
      event_id bigint, matched_by reconciliation_match, note text
    ) on commit drop`;
  const digits = minorUnitDigits[currency] ?? 2;
  const faults: UserError[] = [];
  let rowCount = 0;
  const readRows = async function* (): AsyncGenerator<readonly CopyValue[]> {
    for await (const piece of pieces) {
      for (const row of piece.rows) {
        rowCount += 1;
        if (rowCount > mostRows) continue;
        const read = readListedRow(row, digits);
        if (!('faults' in read)) yield [row.line, ...Object.values(read)];
        else if (faults.length < mostFaults) faults.push(...read.faults.map((fault) => faultAt(row.line, fault)));
      }
      onProgress((piece.bytes / bytes) * 50, rowCount);
    }
  };
  await copyRows(
    transaction,
    'list_staging (row, external_id, source, subscription_id, product_code, sold_on, expected)',
    readRows(),
  );
  if (rowCount > mostRows) {
    throw new UserError('REQUEST_TOO_LARGE', `A list has at most ${mostRows} rows; this one has ${rowCount}.`, 'list');
  }
  if (faults.length > 0) throw new UserErrors(faults.slice(0, mostFaults));
  if (rowCount === 0) throw new UserError('FILE_EMPTY', 'The list has no rows.', 'list');
  await rawSql(transaction)`analyze list_staging`;
  return rowCount;
}

type RowFault = {
  readonly column: string | null;
  readonly code: UserError['code'];
  readonly message: string;
};

const faultAt = (line: number, { column, code, message }: RowFault) =>
  new UserError(code, message, column === null ? `row ${line}` : `row ${line}, ${column}`);

/** Writes what became of the rows, with its audit record. @returns the key of the reconciliation. */
async function keep(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { agentCode, period, fileName, content }: SalesList,
  { agentId, runId, currency }: Statement,
  rowCount: number,
): Promise<number> {
  const sql = rawSql(transaction);
  const sha256 = sha256Of(content);
  const [added] = await sql<{ id: number; code: string; unlistedCount: number }[]>`
    insert into reconciliation (agent_id, run_id, file_name, sha256, uploaded_by, uploaded_at, row_count, unlisted_count)
    select ${agentId}, ${runId}, ${fileName.slice(0, 255)}, ${sha256}, ${actor.name}, ${now.toISOString()}, ${rowCount}, count(*)
    from sale_candidate where is_told and id not in (select event_id from list_staging where event_id is not null)
    returning id, code, unlisted_count as "unlistedCount"`;
  if (!added) throw new Error('The reconciliation was not added');
  await sql`
    insert into reconciliation_row (reconciliation_id, row, agent_id, source, external_id, subscription_id, product_code, sold_on, expected_amount,
      currency, verdict, matched_by, event_id, paid_amount, reason)
    select ${added.id}, row, ${agentId}, staged.source, staged.external_id, staged.subscription_id, staged.product_code, staged.sold_on, expected,
      coalesce(paid_currency, ${currency}),
      case when note = 'LISTED_TWICE' then 'DISQUALIFIED' when staged.event_id is null then 'MISSING' when expected = paid then 'MATCHED'
        when paid = 0 then 'DISQUALIFIED' when paid < expected then 'UNDERPAID' when paid > expected then 'OVERPAID' else 'MATCHED'
        end::reconciliation_verdict,
      matched_by, staged.event_id, case when note = 'LISTED_TWICE' then 0 else paid end,
      case when note is not null then note when staged.event_id is null then 'NOT_FOUND' else reason end
    from list_staging staged left join sale_candidate candidate on candidate.id = staged.event_id order by row`;
  await recordChanges(transaction, actor, now, [
    {
      action: 'reconciliation.made',
      entity: 'reconciliation',
      entityKey: added.code,
      after: { agent: agentCode, period, fileName, sha256, rowCount, unlistedCount: added.unlistedCount },
    },
  ]);
  return added.id;
}

import type { Readable } from 'node:stream';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError, UserErrors } from '../errors.ts';
import {
  type DatedRowOptions,
  type DatedRowsSaved,
  endDatedRow,
  fieldOfColumn,
  importDatedFile,
  saveDatedBatch,
} from './datedRows.ts';
import { type MatrixCellInput, matrixKind, matrixReader, matrixValues } from './matrixRows.ts';
import { loadIds } from './references.ts';

// The CPC matrix (DOMAIN.md §2, §8): which channel type may sell which product category to which customer segment, by dates.

/**
 * Saves up to 1,000 cells in the caller's transaction. One of the same combination and first day takes the other's place; a cell ends
 * where the next one of its combination begins, at the latest. For administrators. Faults of rows are in the result.
 * @throws UserError BATCH_TOO_LARGE.
 */
export async function saveMatrixCells(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  cells: readonly MatrixCellInput[],
  options: DatedRowOptions,
): Promise<DatedRowsSaved> {
  const kind = { kind: matrixKind, read: await loadReader(transaction) };
  return saveDatedBatch(transaction, actor, now, kind, cells.map(matrixValues), options);
}

/**
 * Saves the cells of a CSV file (channel_type, product_category, [segment], allowed, valid_from, [valid_to]), however large; otherwise as
 * saveMatrixCells. The stream is closed in the end. @throws UserError FILE_EMPTY, FILE_ENCODING, and COLUMN_*, ROW_* for a header that
 * cannot be used.
 */
export async function importMatrixFile(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { stream }: { readonly stream: Readable },
  options: DatedRowOptions,
): Promise<DatedRowsSaved> {
  const kind = { kind: matrixKind, read: await loadReader(transaction) };
  return importDatedFile(transaction, actor, now, kind, stream, options);
}

/**
 * Ends the cell that holds on a day: from that day on it is not there any more; one that begins on that very day is removed.
 * @throws UserErrors for codes that are not known; UserError NOT_FOUND where no cell of the combination holds then.
 */
export async function endMatrixCell(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  cell: Pick<MatrixCellInput, 'channelType' | 'productCategory' | 'segment'>,
  day: string,
): Promise<void> {
  const read = await loadReader(transaction);
  const values = matrixValues({ ...cell, allowed: true, validFrom: day });
  const found = read({ line: 1, values, fault: null }, fieldOfColumn);
  if ('faults' in found) throw faultsOf(found.faults);
  await endDatedRow(transaction, actor, now, matrixKind, found, day);
}

/** The faults of one row as errors of its fields. */
export function faultsOf(faults: readonly { column: string | null; code: UserError['code']; message: string }[]) {
  return new UserErrors(faults.map(({ column, code, message }) => new UserError(code, message, column ?? undefined)));
}

async function loadReader(transaction: Transaction) {
  return matrixReader({
    channelTypes: await loadIds(transaction, 'channel_type'),
    categories: await loadIds(transaction, 'product_category'),
    segments: await loadIds(transaction, 'segment'),
  });
}

/** A cell as a file has it. */
export type MatrixRow = {
  readonly channel_type: string;
  readonly product_category: string;
  readonly segment: string | null;
  readonly allowed: boolean;
  readonly valid_from: string;
  readonly valid_to: string | null;
};

/** All cells there are, past and to come, in a settled order; imported into an empty matrix they give the same one. */
export async function loadMatrix(transaction: Transaction): Promise<MatrixRow[]> {
  return rawSql(transaction)<MatrixRow[]>`
    select channel.code as channel_type, category.code as product_category, segment.code as segment, cell.allowed,
      cell.valid_from::text, cell.valid_to::text
    from matrix_cell cell join channel_type channel on channel.id = cell.channel_type_id
    join product_category category on category.id = cell.product_category_id left join segment on segment.id = cell.segment_id
    order by channel.code collate "C", category.code collate "C", segment.code collate "C" nulls first, cell.valid_from`;
}

import { stringify } from 'csv-stringify/sync';
import type { Transaction } from '../db/client.ts';
import { loadMatrix } from './matrix.ts';
import { matrixKind } from './matrixRows.ts';

/** The whole CPC matrix, past and to come, as a CSV file that importMatrixFile reads; the same bytes for the same matrix. */
export async function matrixCsv(transaction: Transaction): Promise<string> {
  const cells = await loadMatrix(transaction);
  return stringify(
    cells.map((cell) => ({ ...cell, allowed: String(cell.allowed) })),
    { header: true, columns: [...matrixKind.fileColumns.names], record_delimiter: '\r\n' },
  );
}

import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';

/** A text cell that a spreadsheet would take for a formula, made harmless (DOMAIN.md §11). Not for amounts: they stay numbers. */
export function harmless(text: string): string {
  return /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
}

/** Writes rows as CSV: UTF-8, RFC 4180, a header line first. The file is replaced. */
export async function writeCsv<Row extends object>(
  path: string,
  columns: readonly (keyof Row & string)[],
  rows: readonly Row[],
): Promise<void> {
  const csv = stringify({ header: true, columns: [...columns], record_delimiter: '\r\n' });
  const written = pipeline(csv, createWriteStream(path));
  for (const row of rows) csv.write(row);
  csv.end();
  await written;
}

import type { Readable } from 'node:stream';
import { UserError } from '../errors.ts';
import { type FileColumns, type Header, readHeader, rowValues } from './columns.ts';
import { type CsvPiece, type CsvRecord, readCsv } from './csv.ts';
import type { Fault } from './rows.ts';

/** A data row of a file or batch: its values in the order of the file's possible columns, or why they cannot be told. */
export type SourceRow = { readonly line: number; readonly values: readonly string[]; readonly fault: Fault | null };
export type SourcePiece = { readonly rows: readonly SourceRow[]; readonly bytes: number };

/**
 * Opens a CSV file and reads its header line, which must suit `columns`.
 * @returns the data rows in pieces, `bytes` being how much of the file is read so far.
 * @throws UserError FILE_EMPTY, FILE_ENCODING, COLUMN_UNKNOWN, COLUMN_DOUBLED, COLUMN_MISSING or what made the header unreadable.
 */
export async function openCsvFile(stream: Readable, columns: FileColumns): Promise<AsyncGenerator<SourcePiece>> {
  const pieces = readCsv(stream);
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
    const start = next.value.records.findIndex((record) => 'fault' in record || !isBlank(record.fields));
    const first = next.value.records[start];
    if (!first) continue;
    return sourcePieces(
      checkedHeader(first, columns),
      { ...next.value, records: next.value.records.slice(start + 1) },
      pieces,
    );
  }
  throw new UserError('FILE_EMPTY', 'The file is empty.');
}

function checkedHeader(record: CsvRecord, columns: FileColumns): Header {
  const at = `line ${record.line}`;
  if ('fault' in record) throw new UserError(record.fault.code, `Header line: ${record.fault.message}`, at);
  if (record.invalidUtf8) throw new UserError('FILE_ENCODING', 'The header line is not UTF-8.', at);
  return readHeader(record.fields, columns);
}

async function* sourcePieces(
  header: Header,
  first: CsvPiece,
  others: AsyncGenerator<CsvPiece>,
): AsyncGenerator<SourcePiece> {
  yield sourcePiece(header, first);
  for await (const piece of others) yield sourcePiece(header, piece);
}

function sourcePiece(header: Header, piece: CsvPiece): SourcePiece {
  const rows: SourceRow[] = [];
  for (const record of piece.records) {
    if ('fault' in record) rows.push({ line: record.line, values: [], fault: { column: null, ...record.fault } });
    else if (!isBlank(record.fields)) rows.push(sourceRow(header, record.line, record.fields, record.invalidUtf8));
  }
  return { rows, bytes: piece.bytes };
}

function sourceRow(header: Header, line: number, fields: readonly string[], invalidUtf8: boolean): SourceRow {
  if (fields.length !== header.fieldCount) {
    const message = `The row has ${fields.length} fields, the header line ${header.fieldCount}.`;
    return { line, values: [], fault: { column: null, code: 'ROW_COLUMNS', message } };
  }
  const values = rowValues(header, fields);
  if (!invalidUtf8) return { line, values, fault: null };
  const column = header.names[values.findIndex((value) => value.includes('\ufffd'))] ?? null;
  return { line, values, fault: { column, code: 'FILE_ENCODING', message: 'The row is not UTF-8.' } };
}

/** Spreadsheets write rows of nothing but commas. */
function isBlank(fields: readonly string[]): boolean {
  return fields.every((field) => field.trim() === '');
}

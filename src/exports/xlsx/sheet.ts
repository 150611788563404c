import {
  amountStyle,
  columnName,
  fittingText,
  isExactNumber,
  numberCell,
  serialInstants,
  styles,
  textCell,
} from './cells.ts';

// A worksheet with one table: frozen header, filter, widths; written row by row.

export type ColumnKind = 'TEXT' | 'AMOUNT' | 'NUMBER' | 'INSTANT';

export type Column = { readonly name: string; readonly kind: ColumnKind; readonly width: number };

/** What could not be written as it is, by column: how often, and in which row of the sheet first. */
export type Losses = Map<
  string,
  { kind: 'LONG_NUMBER' | 'LONG_TEXT'; column: string; count: number; firstRow: number }
>;

const pieceCharacters = 262_144;

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
// printed across, all columns on a page
const onePageWide = '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>';
const printed = '<pageSetup orientation="landscape" fitToWidth="1" fitToHeight="0"/>';
const namespace = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';

/**
 * The XML of a sheet: `columns` as a frozen, filtered header, then the rows.
 * @param rows in batches; each row has a text for each column, empty ones make no cell. Numbers that a spreadsheet cannot keep exactly
 *   stand as text; too long texts are cut; both are counted in `losses`.
 */
export async function* tableSheet(
  columns: readonly Column[],
  rows: AsyncIterable<readonly (readonly string[])[]>,
  timeZone: string,
  losses: Losses,
): AsyncGenerator<Buffer> {
  const write = rowWriter(columns, timeZone, losses);
  const header = columns.map(({ name }, index) => textCell(`${columnName(index)}1`, name, styles.header)).join('');
  let piece =
    `${head}<worksheet ${namespace}>${onePageWide}<sheetViews><sheetView workbookViewId="0">` +
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>' +
    `${widths(columns.map(({ width }) => width))}<sheetData><row r="1">${header}</row>`;
  let last = 1;
  for await (const batch of rows) {
    for (const row of batch) {
      last += 1;
      piece += write(row, last);
      if (piece.length < pieceCharacters) continue;
      yield Buffer.from(piece);
      piece = '';
    }
  }
  yield Buffer.from(
    `${piece}</sheetData><autoFilter ref="A1:${columnName(columns.length - 1)}${last}"/>${printed}</worksheet>`,
  );
}

function rowWriter(columns: readonly Column[], timeZone: string, losses: Losses) {
  const names = columns.map((_, index) => columnName(index));
  const currencyAt = columns.findIndex(({ name }) => name === 'currency');
  const serialOf = serialInstants(timeZone);
  const lose = (kind: 'LONG_NUMBER' | 'LONG_TEXT', column: string, firstRow: number) => {
    const key = `${kind} ${column}`;
    const known = losses.get(key);
    if (known) known.count += 1;
    else losses.set(key, { kind, column, count: 1, firstRow });
  };
  const numeric = (at: string, value: string, style: number, column: Column, number: number) => {
    if (isExactNumber(value)) return numberCell(at, value, style);
    lose('LONG_NUMBER', column.name, number);
    return textCell(at, value);
  };
  const cell = (column: Column, at: string, value: string, row: readonly string[], number: number): string => {
    if (column.kind === 'AMOUNT') {
      return numeric(at, value, amountStyle(value, row[currencyAt] ?? ''), column, number);
    }
    if (column.kind === 'NUMBER') return numeric(at, value, styles.plain, column, number);
    const serial = column.kind === 'INSTANT' ? serialOf(value) : undefined;
    if (serial !== undefined) return numberCell(at, serial, styles.instant);
    const fitting = fittingText(value);
    if (fitting !== value) lose('LONG_TEXT', column.name, number);
    return textCell(at, fitting);
  };
  return (row: readonly string[], number: number): string => {
    let cells = '';
    for (const [index, column] of columns.entries()) {
      const value = row[index] ?? '';
      if (value !== '') cells += cell(column, `${names[index]}${number}`, value, row, number);
    }
    return `<row r="${number}">${cells}</row>`;
  };
}

function widths(all: readonly number[]): string {
  const columns = all.map(
    (width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`,
  );
  return `<cols>${columns.join('')}</cols>`;
}

export type FreeCell =
  | { readonly text: string; readonly style?: number }
  | { readonly amount: string; readonly currency: string };

/** The XML of a small sheet without header or filter: rows of cells. Amounts too long for a spreadsheet stand as text. */
export function freeSheet(rows: readonly (readonly FreeCell[])[], columnWidths: readonly number[]): Buffer {
  const xml = rows.map((row, index) => {
    const cells = row.map((cell, column) => freeCell(cell, `${columnName(column)}${index + 1}`));
    return `<row r="${index + 1}">${cells.join('')}</row>`;
  });
  return Buffer.from(
    `${head}<worksheet ${namespace}>${onePageWide}<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0"/></sheetViews>` +
      `${widths(columnWidths)}<sheetData>${xml.join('')}</sheetData>${printed}</worksheet>`,
  );
}

function freeCell(cell: FreeCell, at: string): string {
  if ('text' in cell) return cell.text === '' ? '' : textCell(at, fittingText(cell.text), cell.style);
  const { amount, currency } = cell;
  return isExactNumber(amount) ? numberCell(at, amount, amountStyle(amount, currency)) : textCell(at, amount);
}

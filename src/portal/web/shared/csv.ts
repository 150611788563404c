// Reads CSV files that somebody chose (RFC 4180), so that the API gets their rows: small files, read whole.

/** A row by the names of its columns, and the line of the file where it begins. */
export type CsvRow = { readonly line: number; readonly values: Readonly<Record<string, string>> };

/** What keeps a file from being sent; `value` is the column at fault, or how many fields a row has. */
export type CsvFault = {
  readonly kind: 'EMPTY' | 'ENCODING' | 'QUOTE' | 'COLUMN_UNKNOWN' | 'COLUMN_DOUBLED' | 'COLUMN_MISSING' | 'FIELDS';
  readonly line: number;
  readonly value: string;
};

/** The columns of a file: all that may be there, and those that must be. */
export type CsvColumns = { readonly known: readonly string[]; readonly needed: readonly string[] };

type CsvRecord = { readonly line: number; readonly fields: readonly string[] };

/** A field with what ends it: quoted, or up to the next comma or end of line. */
const fieldPattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|\r|$)/y;

/** @returns the records, and the line of the quote that no field should have there, or that is never closed. */
function readRecords(text: string): { readonly records: readonly CsvRecord[]; readonly faultLine?: number } {
  const records: CsvRecord[] = [];
  let [line, start] = [1, 1];
  let fields: string[] = [];
  fieldPattern.lastIndex = 0;
  while (fieldPattern.lastIndex < text.length || fields.length > 0) {
    const match = fieldPattern.exec(text);
    if (!match) return { records, faultLine: line };
    const [whole, quoted, plain = '', end] = match;
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    line += whole.match(/\r\n|\r|\n/g)?.length ?? 0;
    if (end === ',') continue;
    records.push({ line: start, fields });
    fields = [];
    start = line;
  }
  return { records };
}

/** Spreadsheets write rows of nothing but commas. */
const isBlank = ({ fields }: CsvRecord) => fields.every((field) => field.trim() === '');

function headerFaults({ line, fields }: CsvRecord, known: readonly string[], needed: readonly string[]): CsvFault[] {
  const fault = (kind: CsvFault['kind']) => (value: string) => ({ kind, line, value });
  return [
    ...fields.filter((name) => !known.includes(name)).map(fault('COLUMN_UNKNOWN')),
    ...fields.filter((name, place) => fields.indexOf(name) < place).map(fault('COLUMN_DOUBLED')),
    ...needed.filter((name) => !fields.includes(name)).map(fault('COLUMN_MISSING')),
  ];
}

/**
 * The rows of a CSV text whose first line names its columns, in any order and case; blank rows are left out.
 * @param text the file's text, without byte order mark
 * @returns rows, or what is wrong with the file; with faults nothing should be sent.
 */
export function readCsv(
  text: string,
  columns: CsvColumns,
): { readonly rows: readonly CsvRow[]; readonly faults: readonly CsvFault[] } {
  const { records, faultLine } = readRecords(text);
  if (faultLine !== undefined) return { rows: [], faults: [{ kind: 'QUOTE', line: faultLine, value: '' }] };
  const [first, ...others] = records.filter((record) => !isBlank(record));
  if (!first) return { rows: [], faults: [{ kind: 'EMPTY', line: 1, value: '' }] };
  const header = { ...first, fields: first.fields.map((name) => name.trim().toLowerCase()) };
  const wrong = headerFaults(header, columns.known, columns.needed);
  if (wrong.length > 0) return { rows: [], faults: wrong };
  const uneven = others.filter(({ fields }) => fields.length !== header.fields.length);
  if (uneven.length > 0) {
    return {
      rows: [],
      faults: uneven.map(({ line, fields }) => ({ kind: 'FIELDS', line, value: `${fields.length}` })),
    };
  }
  const rows = others.map(({ line, fields }) => {
    const cells = header.fields.map((name, place): [string, string] => [name, fields[place] ?? '']);
    return { line, values: Object.fromEntries(cells) };
  });
  return { rows, faults: rows.length === 0 ? [{ kind: 'EMPTY', line: 1, value: '' }] : [] };
}

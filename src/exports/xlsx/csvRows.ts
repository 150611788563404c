// Reads back what our own CSV writers write, piece by piece: comma separated, RFC 4180, LF.

/**
 * The rows of a CSV file as they come, some at a time; the header is the first of them. Only unfinished rows are held.
 * @param pieces UTF-8, cut anywhere.
 */
export async function* csvRows(pieces: AsyncIterable<Buffer>): AsyncGenerator<string[][]> {
  let rest = Buffer.alloc(0);
  let open = '';
  for await (const piece of pieces) {
    const end = piece.lastIndexOf(10) + 1;
    if (end === 0) {
      rest = Buffer.concat([rest, piece]);
      continue;
    }
    const { rows, unfinished } = rowsIn(open + Buffer.concat([rest, piece.subarray(0, end)]).toString('utf8'));
    open = unfinished;
    rest = Buffer.from(piece.subarray(end));
    if (rows.length > 0) yield rows;
  }
  const last = open + rest.toString('utf8');
  if (last !== '') yield rowsIn(last.endsWith('\n') ? last : `${last}\n`).rows;
}

/** The rows of a text that ends with a line feed; `unfinished` is what stands in a quote that is still open. */
function rowsIn(text: string): { rows: string[][]; unfinished: string } {
  const rows: string[][] = [];
  let start = 0;
  let from = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
    from = end + 1;
    const line = text.slice(start, end);
    const isQuoted = line.includes('"');
    if (isQuoted && (line.split('"').length - 1) % 2 === 1) continue;
    rows.push(isQuoted ? quotedFields(line) : line.split(','));
    start = from;
  }
  return { rows, unfinished: text.slice(start) };
}

const field = /(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/gy;

function quotedFields(line: string): string[] {
  const fields: string[] = [];
  for (const [, quoted, bare, end] of line.matchAll(field)) {
    fields.push(quoted?.replaceAll('""', '"') ?? bare ?? '');
    if (end === '') break;
  }
  return fields;
}

/** What a CSV writer put before text that a spreadsheet would take for a formula (DOMAIN.md §11) is left out again. */
export function withoutGuard(text: string): string {
  return /^'[-+=@\t\r\n]/.test(text) ? text.slice(1) : text;
}

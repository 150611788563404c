import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Transaction } from './client.ts';
import { rawSql } from './client.ts';

export type CopyValue = string | number | boolean | null;

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function copyText(value: CopyValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return typeof value === 'number' ? String(value) : value.replace(/[\\\t\n\r]/g, (char) => escapes[char] ?? char);
}

/** One row in PostgreSQL's text COPY format, with its line end. */
function copyLine(values: readonly CopyValue[]): string {
  return `${values.map(copyText).join('\t')}\n`;
}

/** Gathers lines into pieces of about 64 KiB: a chunk a row would cost more than the row. */
async function* inPieces(rows: Iterable<readonly CopyValue[]> | AsyncIterable<readonly CopyValue[]>) {
  let piece = '';
  for await (const row of rows) {
    piece += copyLine(row);
    if (piece.length > 65_536) {
      yield piece;
      piece = '';
    }
  }
  if (piece) yield piece;
}

const answerSeconds = 60;

/**
 * Writes rows with COPY in the caller's transaction. `target` is `table (column, …)`, trusted text. Values should be valid
 * for their columns: a COPY that the server refuses never settles in this driver, so it is given up when the server has not
 * answered a minute after the last row.
 * @throws Error where the server refused the rows or did not answer.
 */
export async function copyRows(
  transaction: Transaction,
  target: string,
  rows: Iterable<readonly CopyValue[]> | AsyncIterable<readonly CopyValue[]>,
): Promise<void> {
  const writable = await rawSql(transaction).unsafe(`copy ${target} from stdin`).writable();
  const unanswered = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const pieces = async function* () {
    yield* inPieces(rows);
    timer = setTimeout(() => unanswered.abort(), answerSeconds * 1000);
  };
  try {
    await pipeline(Readable.from(pieces()), writable, { signal: unanswered.signal });
  } catch (error) {
    if (!unanswered.signal.aborted) throw error;
    throw new Error(`The server refused rows of COPY ${target}, or did not answer within ${answerSeconds} s.`);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The CSV (with header) of a query's rows, in the caller's transaction, in pieces of about 256 KiB; `onRows` hears how many
 * lines have come.
 */
export function copyOut(transaction: Transaction, query: string, onRows?: OnRows): AsyncGenerator<Buffer> {
  return inLargePieces(copiedChunks(transaction, `copy (${query}) to stdout (format csv, header)`), onRows);
}

/**
 * As copyOut, of a query of one text column whose values are finished CSV rows already, several joined by line feeds: `header` (one
 * line, without line end) and all rows. Much faster where rows are many. The rows must not hold the control characters U+0001
 * and U+0002.
 */
export function copyOutRows(
  transaction: Transaction,
  header: string,
  query: string,
  onRows?: OnRows,
): AsyncGenerator<Buffer> {
  const copy = `copy (${query}) to stdout (format csv, quote E'\\x01', delimiter E'\\x02')`;
  const chunks = async function* () {
    yield Buffer.from(`${header}\n`);
    for await (const chunk of copiedChunks(transaction, copy)) yield* between(chunk, 1);
  };
  return inLargePieces(chunks(), onRows);
}

type OnRows = (rows: number) => void;

/** What COPY sends. */
async function* copiedChunks(transaction: Transaction, copy: string): AsyncGenerator<Buffer> {
  const stream = await rawSql(transaction).unsafe(copy).readable();
  yield* stream as AsyncIterable<Buffer>;
  // The driver pauses its socket when the stream is full and relies on the stream's next read to resume it. Where the last chunk
  // filled the stream no read follows, and the connection would wait for ever.
  stream._read(0);
}

/** The parts of `chunk` that a byte divides it into. */
function* between(chunk: Buffer, byte: number): Generator<Buffer> {
  let start = 0;
  for (let at = chunk.indexOf(byte); at >= 0; at = chunk.indexOf(byte, start)) {
    if (at > start) yield chunk.subarray(start, at);
    start = at + 1;
  }
  if (start < chunk.length) yield chunk.subarray(start);
}

const pieceBytes = 262_144;

async function* inLargePieces(chunks: AsyncIterable<Buffer>, onRows: OnRows = () => {}): AsyncGenerator<Buffer> {
  let gathered: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    gathered.push(chunk);
    bytes += chunk.length;
    if (bytes < pieceBytes) continue;
    const piece = Buffer.concat(gathered);
    yield piece;
    onRows(countLines(piece));
    gathered = [];
    bytes = 0;
  }
  const rest = Buffer.concat(gathered);
  yield rest;
  onRows(countLines(rest));
}

function countLines(piece: Buffer): number {
  let lines = 0;
  for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) lines += 1;
  return lines;
}

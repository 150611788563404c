import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { type CsvError, Parser } from 'csv-parse';
import { type ErrorCode, UserError } from '../errors.ts';

/** One record of a CSV file: its fields, or what kept it from being read. `line` is where it begins, from 1. */
export type CsvRecord =
  | { readonly line: number; readonly fields: readonly string[]; readonly invalidUtf8: boolean }
  | { readonly line: number; readonly fault: { readonly code: ErrorCode; readonly message: string } };

/** Records that were read together, and how many bytes of the file are behind them. */
export type CsvPiece = { readonly records: readonly CsvRecord[]; readonly bytes: number };

const pieceBytes = 65_536;
const maxRecordBytes = 1_048_576;
const lineFeed = 10;
const carriageReturn = 13;
const byteOrderMark = Buffer.from('\ufeff');

/**
 * Reads CSV (RFC 4180; UTF-8 with or without BOM; LF or CRLF; blank lines skipped) piece by piece, in flat memory. A record
 * that cannot be read (quoting, longer than 1 MiB) is given as a fault, and reading goes on with the line after the one
 * where it began.
 * @throws UserError FILE_ENCODING for UTF-16.
 */
export async function* readCsv(stream: Readable): AsyncGenerator<CsvPiece> {
  const reader = new CsvReader();
  let bytes = 0;
  for await (const part of withoutByteOrderMark(stream)) {
    for (let start = 0; start < part.length; start += pieceBytes) {
      const piece = part.subarray(start, start + pieceBytes);
      bytes += piece.length;
      yield { records: await reader.read(piece), bytes };
    }
  }
  yield { records: await reader.end(), bytes };
}

async function* withoutByteOrderMark(stream: Readable): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const part of stream) {
    const bytes = Buffer.isBuffer(part) ? part : Buffer.from(part);
    if (!head) {
      yield bytes;
      continue;
    }
    head = Buffer.concat([head, bytes]);
    if (head.length < byteOrderMark.length) continue;
    yield stripped(head);
    head = undefined;
  }
  if (head) yield stripped(head);
}

function stripped(head: Buffer): Buffer {
  const mark = head.length >= 2 ? head.readUInt16BE(0) : 0;
  if (mark === 0xfffe || mark === 0xfeff)
    throw new UserError('FILE_ENCODING', 'The file is UTF-16, not UTF-8.', 'line 1');
  return head.subarray(0, 3).equals(byteOrderMark) ? head.subarray(3) : head;
}

/** csv-parse without its stream of objects, which costs as much as the parsing: records go straight to a listener. */
class RecordParser extends Parser {
  readonly #onRecord: (fields: string[], endByte: number) => void;

  constructor(onRecord: (fields: string[], endByte: number) => void) {
    super({ record_delimiter: ['\r\n', '\n'], relax_column_count: true, skip_empty_lines: true });
    this.#onRecord = onRecord;
  }

  override push(record: string[] | null): boolean {
    if (record === null) return super.push(null);
    this.#onRecord(record, this.info.bytes);
    return true;
  }
}

/**
 * Drives csv-parse. It keeps the bytes since the last record that was read, `rest`, so that it can name lines, check the
 * encoding of each record and begin anew after one that csv-parse gave up on.
 */
class CsvReader {
  #parser: Parser | undefined;
  #ends: { fields: string[]; end: number }[] = [];
  #rest: Buffer = Buffer.alloc(0);
  /** How many bytes of `rest` were there before this parser's first byte; negative: it began before `rest`. */
  #parserStart = 0;
  #line = 1;
  /** Within a line that is too long: what comes until its end is dropped. */
  #dropping = false;

  async read(piece: Buffer): Promise<CsvRecord[]> {
    const bytes = this.#dropping ? this.#afterLineEnd(piece) : piece;
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const records: CsvRecord[] = [];
    let fault = await this.#write(bytes, records);
    while (fault) fault = await this.#startAnew(fault, records);
    return records;
  }

  async end(): Promise<CsvRecord[]> {
    const records: CsvRecord[] = [];
    let fault = await this.#finish(records);
    while (fault) {
      while (fault) fault = await this.#startAnew(fault, records);
      fault = await this.#finish(records);
    }
    return records;
  }

  /** Feeds bytes that stand at the end of `rest`. @returns why reading stopped, if it did. */
  async #write(bytes: Buffer, records: CsvRecord[]): Promise<Fault | undefined> {
    if (bytes.length === 0) return undefined;
    const parser = this.#openParser(bytes);
    const error = await new Promise<Error | null | undefined>((resolve) => parser.write(bytes, resolve));
    this.#take(records);
    if (error) return quotingFault(error);
    return this.#rest.length > maxRecordBytes ? tooLong : undefined;
  }

  async #finish(records: CsvRecord[]): Promise<Fault | undefined> {
    const parser = this.#parser;
    if (!parser) return undefined;
    const error = await new Promise<Error | null | undefined>((resolve) => {
      parser.once('error', resolve);
      parser.end(resolve);
    });
    this.#take(records);
    return error ? quotingFault(error) : undefined;
  }

  #openParser(bytes: Buffer): Parser {
    if (this.#parser) return this.#parser;
    this.#parserStart = this.#rest.length - bytes.length;
    const parser = new RecordParser((fields, end) => this.#ends.push({ fields, end }));
    parser.on('error', () => {});
    this.#parser = parser;
    return parser;
  }

  /** Turns what the parser read into records and lets go of its bytes. */
  #take(records: CsvRecord[]): void {
    if (this.#ends.length === 0) return;
    const last = this.#parserStart + (this.#ends.at(-1)?.end ?? 0);
    const invalidUtf8 = !isUtf8(this.#rest.subarray(0, last));
    let start = 0;
    for (const { fields, end } of this.#ends) {
      start = this.#skipLineEnds(start);
      const bytes = this.#rest.subarray(start, this.#parserStart + end);
      const line = this.#line;
      this.#countLines(bytes);
      start = this.#parserStart + end;
      if (bytes.length > maxRecordBytes) records.push({ line, fault: tooLong });
      else records.push({ line, fields, invalidUtf8: invalidUtf8 && !isUtf8(bytes) });
    }
    this.#ends = [];
    this.#rest = this.#rest.subarray(start);
    this.#parserStart -= start;
  }

  /**
   * Gives the record that begins `rest` as a fault and reads on from the next line. A quote left open reaches at most to the
   * next quote or 1 MiB, and what lies between has no other such quote: nothing is read more than twice.
   */
  async #startAnew(fault: Fault, records: CsvRecord[]): Promise<Fault | undefined> {
    this.#rest = this.#rest.subarray(this.#skipLineEnds(0));
    records.push({ line: this.#line, fault });
    this.#parser = undefined;
    this.#ends = [];
    this.#dropping = true;
    this.#rest = this.#afterLineEnd(this.#rest);
    return this.#write(this.#rest, records);
  }

  #afterLineEnd(bytes: Buffer): Buffer {
    const lineEnd = bytes.indexOf(lineFeed);
    if (lineEnd < 0) return bytes.subarray(bytes.length);
    this.#dropping = false;
    this.#line += 1;
    return bytes.subarray(lineEnd + 1);
  }

  #skipLineEnds(start: number): number {
    let position = start;
    for (; this.#rest[position] === lineFeed || this.#rest[position] === carriageReturn; position += 1) {
      if (this.#rest[position] === lineFeed) this.#line += 1;
    }
    return position;
  }

  #countLines(bytes: Buffer): void {
    for (let found = bytes.indexOf(lineFeed); found >= 0; found = bytes.indexOf(lineFeed, found + 1)) this.#line += 1;
  }
}

type Fault = { readonly code: ErrorCode; readonly message: string };

const tooLong: Fault = { code: 'ROW_TOO_LONG', message: 'The row is longer than 1 MiB.' };

function quotingFault(error: Error): Fault {
  const messages: Partial<Record<CsvError['code'], string>> = {
    CSV_QUOTE_NOT_CLOSED: 'A quote that opens in this row is never closed.',
    CSV_INVALID_CLOSING_QUOTE: 'A closing quote is followed by something other than a comma or the end of the row.',
    INVALID_OPENING_QUOTE: 'A quote stands within a field that does not begin with one.',
  };
  const message = messages[(error as CsvError).code];
  if (!message) throw error;
  return { code: 'ROW_UNREADABLE', message };
}

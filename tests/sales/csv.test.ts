import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvRecord, readCsv } from '../../src/sales/csv.ts';

async function read(...parts: (string | Buffer)[]): Promise<CsvRecord[]> {
  const records: CsvRecord[] = [];
  for await (const piece of readCsv(Readable.from(parts.map((part) => Buffer.from(part)))))
    records.push(...piece.records);
  return records;
}

/** Fields, or the code of the fault, by line. */
function brief(records: readonly CsvRecord[]): (string | number | readonly string[])[][] {
  return records.map((record) => ('fault' in record ? [record.line, record.fault.code] : [record.line, record.fields]));
}

describe('readCsv', () => {
  it.each([
    ['plain', 'a,b\n1,2\n'],
    ['without a last line end', 'a,b\n1,2'],
    ['CRLF', 'a,b\r\n1,2\r\n'],
    ['line ends of both kinds', 'a,b\r\n1,2\n'],
    ['BOM', '\ufeffa,b\n1,2\n'],
    ['quotes', '"a","b"\n"1",2\n'],
  ])('reads %s', async (_, text) =>
    expect(brief(await read(text))).toEqual([
      [1, ['a', 'b']],
      [2, ['1', '2']],
    ]),
  );

  it('names the line where a record begins: after quoted line ends and blank lines', async () => {
    expect(brief(await read('a,"x\r\ny"\r\n\r\nb,"1""\n2"\n\n\nc,d'))).toEqual([
      [1, ['a', 'x\r\ny']],
      [4, ['b', '1"\n2']],
      [8, ['c', 'd']],
    ]);
  });

  it('reads what was written, however the stream is cut', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'é', '中', '🀄', '"', ',', '\n', '\r\n', ' '), maxLength: 8 });
    const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 20 });
    const cuts = fc.array(fc.nat(400), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(rows, cuts, fc.constantFrom('\n', '\r\n'), async (written, places, lineEnd) => {
        const quoted = written.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(',') + lineEnd);
        const bytes = Buffer.from(quoted.join(''));
        const edges = [0, ...places.map((place) => Math.min(place, bytes.length)).sort((a, b) => a - b), bytes.length];
        const parts = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
        const records = await read(...parts);
        expect(records.map((record) => ('fields' in record ? record.fields : record.fault))).toEqual(written);
        const linesBefore = quoted.map((_, index) => quoted.slice(0, index).join('').split('\n').length);
        expect(records.map((record) => record.line)).toEqual(linesBefore);
        expect(records.some((record) => 'invalidUtf8' in record && record.invalidUtf8)).toBe(false);
      }),
    );
  });

  it.each([
    ['text after a closing quote', 'a,b\n"x"y,1\nc,d\n', 2],
    ['a quote within a field', 'a,b\nx"y,1\nc,d\n', 2],
    ['a quote that is never closed', 'a,b\n"x,1\nc,d\n', 2],
    ['a quote that is never closed in the last row', 'a,b\nc,d\n"x,1\n', 3],
  ])('gives %s as a fault of its row and reads on', async (_, text, line) => {
    const records = await read(text);
    expect(brief(records)).toContainEqual([line, 'ROW_UNREADABLE']);
    expect(brief(records)).toContainEqual([1, ['a', 'b']]);
    expect(brief(records)).toContainEqual([line === 2 ? 3 : 2, ['c', 'd']]);
    expect(records).toHaveLength(3);
  });

  it('tells rows apart among thousands with broken quotes', async () => {
    const rows = Array.from({ length: 4000 }, (_, index) => (index % 2 ? `${index},5" pipe` : `${index},ok`));
    const records = await read(rows.join('\n'));
    expect(records.filter((record) => 'fault' in record)).toHaveLength(2000);
    expect(records.map((record) => record.line)).toEqual(rows.map((_, index) => index + 1));
  });

  it('marks exactly the rows that are not UTF-8, and not a true U+FFFD', async () => {
    const latin1 = Buffer.from('b,M\u00fcller\n', 'latin1');
    const records = await read(Buffer.concat([Buffer.from('a,1\n'), latin1, Buffer.from('c,\ufffd\nd,Müller\n')]));
    expect(records.map((record) => 'invalidUtf8' in record && record.invalidUtf8)).toEqual([false, true, false, false]);
  });

  it.each(['utf16le', 'utf16be'])('refuses %s', async (encoding) => {
    const bytes = Buffer.from('\ufeffa,b\n', 'utf16le');
    await expect(read(encoding === 'utf16le' ? bytes : bytes.swap16())).rejects.toMatchObject({
      code: 'FILE_ENCODING',
    });
  });

  it('passes over a line of 50 MB in flat memory', async () => {
    const long = Buffer.alloc(1_048_576, 'x');
    function* parts() {
      yield Buffer.from('a,b\n');
      for (let index = 0; index < 50; index += 1) yield long;
      yield Buffer.from('\nc,d\n');
    }
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const records: CsvRecord[] = [];
    for await (const piece of readCsv(Readable.from(parts()))) {
      records.push(...piece.records);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect(brief(records)).toEqual([
      [1, ['a', 'b']],
      [2, 'ROW_TOO_LONG'],
      [3, ['c', 'd']],
    ]);
    expect(most).toBeLessThan(40_000_000);
  });
});

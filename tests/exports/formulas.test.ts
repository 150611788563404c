import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { rawSql } from '../../src/db/client.ts';
import { copyOut, copyOutRows } from '../../src/db/copy.ts';
import { text } from '../../src/exports/csv/cells.ts';
import { eventCell } from '../../src/exports/csv/lineRows.ts';
import { testDatabase } from '../database.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
});

const begins = ['=', '+', '-', '@', '\t', '\r', '\n', '"', ',', "'", '电', 'a', '\\', ' '];
/** What a source or an id may be, nasty beginnings first; events never hold the characters U+0000 to U+0002. */
const nasty = fc
  .tuple(fc.constantFrom(...begins), fc.array(fc.constantFrom(...begins, '😀', '1', '('), { maxLength: 6 }))
  .map(([first, rest]) => first + rest.join(''));

const harmless = (value: string) => (/^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value);

async function cellsOf(pieces: AsyncIterable<Buffer>): Promise<string[]> {
  const chunks: Buffer[] = [];
  for await (const piece of pieces) chunks.push(piece);
  const rows = parse(Buffer.concat(chunks), { record_delimiter: '\n', relax_column_count: false }) as string[][];
  return rows.slice(1).map((row) => row[1] ?? '');
}

it('no cell begins as a formula, and each is read back as it was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(nasty, { minLength: 1, maxLength: 20 }), async (names) => {
      await databases.owner.transaction(async (transaction) => {
        const connection = rawSql(transaction);
        await connection`create temp table if not exists given (number integer, source text, external_id text) on commit drop`;
        const rows = names.map((name, number) => ({ number, source: name, external_id: 'x' }));
        await connection`insert into given ${connection(rows)}`;
        const plain = await cellsOf(
          copyOut(transaction, `select number, ${text('source')} as cell from given order by number`),
        );
        expect(plain).toEqual(names.map(harmless));
        const finished = await cellsOf(
          copyOutRows(
            transaction,
            'number,cell',
            `select string_agg(number || ',' || ${eventCell('event')}, E'\\n' order by number) from given event`,
          ),
        );
        expect(finished).toEqual(names.map((name) => harmless(`${name}/x`)));
        for (const cell of [...plain, ...finished]) expect(cell).not.toMatch(/^[=+\-@\t\r\n]/);
      });
    }),
    { numRuns: 60 },
  );
});

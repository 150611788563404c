import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { copyOutRows } from '../../src/db/copy.ts';
import { eventCell } from '../../src/exports/csv/lineRows.ts';
import { testDatabase } from '../database.ts';

it('rows that the query finishes itself arrive as CSV: quoted where they must be, formulas made harmless', async () => {
  const names = ['BSS/E1', 'a,b/"c"', '=1/2', '@x,y/z', '电信/ü', 'back\\slash/\\.'];
  const values = names.map((name) => `('${name.split('/')[0]}', '${name.split('/')[1]}')`).join(', ');
  const databases = await testDatabase();
  const pieces: Buffer[] = [];
  await databases.owner.transaction(async (transaction) => {
    const query = `select string_agg(${eventCell('event')} || ',' || number, E'\\n' order by number)
      from (select *, row_number() over () as number from (values ${values}) given (source, external_id)) event
      group by number / 4 order by number / 4`;
    for await (const piece of copyOutRows(transaction, 'cell,number', query)) pieces.push(piece);
  });
  const [header, ...rows] = parse(Buffer.concat(pieces)) as string[][];
  expect(header).toEqual(['cell', 'number']);
  const cells = ['BSS/E1', 'a,b/"c"', "'=1/2", "'@x,y/z", '电信/ü', 'back\\slash/\\.'];
  expect(rows).toEqual(cells.map((cell, index) => [cell, String(index + 1)]));
});

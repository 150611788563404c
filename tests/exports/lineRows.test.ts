import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { loadRunSummary } from '../../src/commissions/runs.ts';
import { type Databases, rawSql } from '../../src/db/client.ts';
import { copyOutRows } from '../../src/db/copy.ts';
import { moneyOf } from '../../src/exports/csv/cells.ts';
import { eventCell, lineRowsQuery } from '../../src/exports/csv/lineRows.ts';
import type { Period } from '../../src/period.ts';
import { testDatabase } from '../database.ts';
import { asOwner, calculate, november, october, openBooks } from '../support/books.ts';
import { runEveryKind } from '../support/everyKind.ts';

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

const isPrepared = 'earning.head is not null';

async function lineRows(databases: Databases, period: Period, change: (query: string) => string = (query) => query) {
  return asOwner(databases, async (transaction) => {
    const { id } = await loadRunSummary(transaction, period);
    const query = await lineRowsQuery(transaction, id, period, moneyOf(['CNY', 'JPY']));
    expect(query).toContain(isPrepared);
    return [...(await rawSql(transaction).unsafe(change(query)).values())];
  });
}

it('lines of sales are put together from prepared texts as all lines are one by one', async () => {
  const plain = await testDatabase();
  await openBooks(plain);
  await calculate(plain);
  const everyKind = await testDatabase();
  await runEveryKind(everyKind);
  for (const [databases, period] of [
    [plain, october],
    [everyKind, october],
    [everyKind, november],
  ] as const) {
    const oneByOne = await lineRows(databases, period, (query) => query.replace(isPrepared, 'false'));
    expect(await lineRows(databases, period)).toEqual(oneByOne);
  }
  // and there are some that are
  expect(await lineRows(plain, october, (query) => query.replace('earning.head ||', "'' ||"))).not.toEqual(
    await lineRows(plain, october),
  );
});

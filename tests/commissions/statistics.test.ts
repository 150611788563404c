import { beforeAll, expect, it } from 'vitest';
import { refreshStatistics } from '../../src/commissions/statistics.ts';
import type { Databases } from '../../src/db/client.ts';
import { testDatabase } from '../database.ts';
import { calculate, openBooks } from '../support/books.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await openBooks(databases);
});

const estimated = async (table: string) => {
  const [row] = await databases.owner.$client<{ rows: number }[]>`
    select reltuples as rows from pg_class where oid = ${table}::regclass`;
  return row?.rows;
};

it('a calculation does not plan with tables that were filled since the server last looked', async () => {
  await databases.owner.$client`
    insert into region (code, name) select 'X' || number, 'X' from generate_series(1, 1500) number`;
  expect(await estimated('region')).toBeLessThan(1500);
  await calculate(databases);
  expect(await estimated('region')).toBeGreaterThanOrEqual(1500);
  // nothing changed since
  expect(await refreshStatistics(databases.owner)).toEqual([]);
});

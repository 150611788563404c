import { rawSql, type Transaction } from '../db/client.ts';

const tables = ['channel_type', 'product_category', 'segment', 'product', 'region'] as const;

/** Keys by code of reference data. */
export async function loadIds(
  transaction: Transaction,
  table: (typeof tables)[number],
): Promise<ReadonlyMap<string, number>> {
  const sql = rawSql(transaction);
  const rows = await sql<{ id: number; code: string }[]>`select id, code from ${sql(table)}`;
  return new Map(rows.map(({ id, code }) => [code, id]));
}

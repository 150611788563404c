import { type SQL, sql } from 'drizzle-orm';
import type { Transaction } from './client.ts';
import { type Page, type PageArguments, type PageOrder, readPage } from './pages.ts';

/**
 * One page of a query that relational queries have no words for.
 * @param rows a SELECT whose columns are called as Row's fields, those of the order among them
 * @throws UserError INPUT_INVALID as readPage does.
 */
export function readRowPage<Row extends Record<string, unknown>>(
  transaction: Transaction,
  args: PageArguments,
  order: PageOrder<Row>,
  rows: SQL,
): Promise<Page<Row>> {
  const column = (name: string) => sql`page.${sql.identifier(name)}`;
  return readPage(args, order, async (slice) => {
    const columns = Object.fromEntries(order.keys.map((key) => [key.column, column(key.column)]));
    const directions = Object.entries(slice.orderBy).map(([name, way]) => sql`${column(name)} ${sql.raw(way)}`);
    const found = await transaction.execute<Record<string, unknown>>(sql`
      select * from (${rows}) page where ${slice.where(columns)}
      order by ${sql.join(directions, sql`, `)} limit ${slice.limit}`);
    return [...found] as Row[];
  });
}

import { getSchemaConfig, queryFromInfo } from '@pothos/plugin-drizzle';
import { type SQL, sql } from 'drizzle-orm';
import type { GraphQLResolveInfo } from 'graphql';
import { type Page, type PageArguments, type PageOrder, readPage } from '../src/db/pages.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';

/** What every connection's resolver is given. */
export type Asked = { readonly args: PageArguments; readonly context: Context; readonly info: GraphQLResolveInfo };

/** A type of the schema that stands for a table. */
type TableRef<Row> = { readonly tableName: string; readonly $inferType: Row };

type FindMany = { findMany(config: object): PromiseLike<unknown[]> };

/**
 * Reads the page of a connection with everything that the client selected beneath it, in one statement.
 * @param type the type of the nodes; its table is read, under the row-level security of the request.
 * @param conditions that rows must meet; undefined ones are left out. `table` is the table as the query calls it.
 */
export function readConnection<Row extends object, Keys extends object>(
  type: TableRef<Row>,
  order: PageOrder<Keys>,
  { args, context, info }: Asked,
  conditions: (table: Keys) => (SQL | undefined)[] = () => [],
): Promise<Page<Row>> {
  const tables = context.transaction.query as unknown as Record<string, FindMany>;
  const selected = queryFromInfo({
    config: getSchemaConfig(builder),
    context,
    info,
    paths: [['edges', 'node'], ['nodes']],
  });
  return readPage(args, order as unknown as PageOrder<Row>, async (slice) => {
    const rows = await tables[type.tableName]?.findMany({
      ...selected,
      where: {
        RAW: (table: Keys) => {
          const given = conditions(table).filter((condition) => condition !== undefined);
          return sql.join([slice.where(table), ...given], sql` and `);
        },
      },
      orderBy: slice.orderBy,
      limit: slice.limit,
    });
    return rows as Row[];
  });
}

/** Whether a column has the wanted value; undefined where none is wanted. */
export function equals(column: unknown, wanted: string | number | boolean | null | undefined): SQL | undefined {
  return wanted == null ? undefined : sql`${column} = ${wanted}`;
}

/** Whether a column has one of the wanted numbers; undefined where none is wanted. */
export function among(column: unknown, wanted: readonly number[] | undefined): SQL | undefined {
  if (wanted === undefined) return undefined;
  // One number as an equality lets the planner see a single partition.
  if (wanted.length === 1) return sql`${column} = ${wanted[0]}`;
  return wanted.length === 0 ? sql`false` : sql`${column} in ${wanted}`;
}

/** Whether one of the texts has the wanted one in it, in any case; undefined where none is wanted. */
export function contains(texts: readonly unknown[], wanted: string | null | undefined): SQL | undefined {
  if (!wanted) return undefined;
  const pattern = `%${wanted.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const found = texts.map((text) => sql`${text} ilike ${pattern}`);
  return sql`(${sql.join(found, sql` or `)})`;
}

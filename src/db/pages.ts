import { type Column, type SQL, sql } from 'drizzle-orm';
import { UserError } from '../errors.ts';

// Keyset pages: a cursor holds the key of a row, and a page begins after it by one row comparison that an index answers.
// Deep pages cost what the first does, and rows that come or go meanwhile shift nothing.

export const defaultPageSize = 50;
export const largestPageSize = 200;

/** What a client asks for, as Relay names it. */
export type PageArguments = {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
};

/** One column of an order, never null; `type` is the PostgreSQL type that a value of a cursor is read as. */
type PageKey<Row> = {
  readonly column: keyof Row & string;
  readonly type: 'integer' | 'bigint' | 'text';
};

/** The one order of a list. Its keys together are unique. `name` keeps a cursor of one list out of another. */
export type PageOrder<Row> = {
  readonly name: string;
  readonly direction: 'asc' | 'desc';
  readonly keys: readonly PageKey<Row>[];
};

/** What to read from the database for a page: hand it to drizzle's relational `findMany`. */
export type PageSlice = {
  readonly limit: number;
  /** The rows beyond the cursors; `table` is the table as the query calls it. */
  readonly where: (table: object) => SQL;
  readonly orderBy: Record<string, 'asc' | 'desc'>;
};

export type Page<Row> = {
  readonly edges: { readonly cursor: string; readonly node: Row }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
};

type CursorValue = string | number;

/**
 * Reads one page: `read` gets the slice to read and gives its rows, which hold the columns of the order.
 * @throws UserError INPUT_INVALID for a size out of 0..200, both `first` and `last`, or a cursor of another list.
 */
export async function readPage<Row extends object>(
  args: PageArguments,
  order: PageOrder<Row>,
  read: (slice: PageSlice) => Promise<Row[]>,
): Promise<Page<Row>> {
  const size = pageSize(args);
  const backwards = args.last != null;
  const after = args.after == null ? undefined : readCursor(args.after, order, 'after');
  const before = args.before == null ? undefined : readCursor(args.before, order, 'before');
  const direction = backwards ? opposite(order.direction) : order.direction;
  const rows = await read({
    limit: size + 1,
    where: (table) => beyond(table as Record<string, Column>, order, after, before),
    orderBy: Object.fromEntries(order.keys.map((key) => [key.column, direction])),
  });
  const isMore = rows.length > size;
  const kept = rows.slice(0, size);
  if (backwards) kept.reverse();
  const edges = kept.map((node) => ({ cursor: writeCursor(node, order), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: backwards ? before !== undefined : isMore,
      hasPreviousPage: backwards ? isMore : after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** A page without rows, for lists whose scope turned out to hold nothing. Checks the arguments all the same. */
export function emptyPage<Row extends object>(args: PageArguments, order: PageOrder<Row>): Promise<Page<Row>> {
  return readPage(args, order, async () => []);
}

function pageSize({ first, last }: PageArguments): number {
  if (first != null && last != null) throw invalid('Ask for first or for last, not for both.', 'last');
  const size = first ?? last ?? defaultPageSize;
  if (size < 0 || size > largestPageSize) {
    throw invalid(`A page has 0 to ${largestPageSize} objects.`, last == null ? 'first' : 'last');
  }
  return size;
}

function beyond<Row>(
  table: Record<string, Column>,
  order: PageOrder<Row>,
  after: CursorValue[] | undefined,
  before: CursorValue[] | undefined,
): SQL {
  const [later, earlier] = order.direction === 'asc' ? [sql`>`, sql`<`] : [sql`<`, sql`>`];
  const columns = sql.join(
    order.keys.map((key) => sql`${table[key.column]}`),
    sql`, `,
  );
  const conditions = [
    ...(after ? [sql`(${columns}) ${later} (${values(order, after)})`] : []),
    ...(before ? [sql`(${columns}) ${earlier} (${values(order, before)})`] : []),
  ];
  return conditions.length > 0 ? sql.join(conditions, sql` and `) : sql`true`;
}

function values<Row>(order: PageOrder<Row>, cursor: CursorValue[]): SQL {
  return sql.join(
    order.keys.map((key, index) => sql`${cursor[index]}::${sql.raw(key.type)}`),
    sql`, `,
  );
}

function writeCursor<Row extends object>(row: Row, order: PageOrder<Row>): string {
  const parts = [order.name, ...order.keys.map((key) => row[key.column])];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function readCursor<Row>(cursor: string, order: PageOrder<Row>, at: string): CursorValue[] {
  const parts = parse(Buffer.from(cursor, 'base64url').toString());
  const [name, ...found] = Array.isArray(parts) ? (parts as unknown[]) : [];
  const isValid = order.keys.every((key, index) => isValueOf(key.type, found[index]));
  if (name !== order.name || found.length !== order.keys.length || !isValid) {
    throw invalid('This is not a cursor of this list.', at);
  }
  return found as CursorValue[];
}

function isValueOf(type: PageKey<unknown>['type'], value: unknown): boolean {
  if (type === 'text') return typeof value === 'string' && !value.includes('\0');
  const largest = type === 'integer' ? 2_147_483_647 : Number.MAX_SAFE_INTEGER;
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= largest;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const opposite = (direction: 'asc' | 'desc') => (direction === 'asc' ? 'desc' : 'asc');

const invalid = (message: string, at: string) => new UserError('INPUT_INVALID', message, at);

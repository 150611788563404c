import type { Readable } from 'node:stream';
import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { isDate } from '../period.ts';
import type { FileColumns } from '../sales/columns.ts';
import { openCsvFile, type SourcePiece, type SourceRow } from '../sales/file.ts';
import { Rejections, type RowError } from '../sales/rejections.ts';
import type { Fault } from '../sales/rows.ts';
import { quote } from '../sales/values.ts';

// What holds for a combination of codes from a day on: cells of the CPC matrix, floor prices. Set in batches or imported from files.

/** What saving did: each row is created, changed, unchanged or rejected. */
export type DatedRowsSaved = {
  readonly rowCount: number;
  readonly createdCount: number;
  readonly changedCount: number;
  readonly unchangedCount: number;
  readonly rejectedCount: number;
  /** The first 1,000 faults by row; a row may have several. */
  readonly rejections: readonly RowError[];
};

export type DatedRowOptions = {
  /** Whether one rejected row keeps all the others out as well. */
  readonly atomic: boolean;
  readonly onRejected?: (error: RowError) => void | Promise<void>;
  readonly onProgress?: (rows: number, bytes: number) => void;
};

/** The table, the columns that make the combination, and the one that says what holds. */
export type DatedKind = {
  readonly table: 'matrix_cell' | 'price_floor';
  readonly scope: readonly string[];
  readonly value: 'allowed' | 'price';
  readonly fileColumns: FileColumns;
};

/** A row that may go into the database: columns of the table by name. */
export type DatedRow = {
  readonly [column: string]: string | number | boolean | null;
  readonly valid_from: string;
  readonly valid_to: string | null;
};

/** Reads a row. `key` is what it is about, for people, without its days. */
export type RowReader = (
  row: SourceRow,
  nameOf: ColumnName,
) => { readonly key: string; readonly row: DatedRow } | { readonly key: string; readonly faults: readonly Fault[] };

/** What the sender calls a column: as the file does, or the API. */
export type ColumnName = (column: string) => string;

/** As the API calls it: product_code is productCode. */
export const fieldOfColumn: ColumnName = (column) =>
  column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

const earliestDate = '1900-01-01';
const maxBatchSize = 1000;
const auditedRowsMost = 200;

/** Reads the days of a row; adds what is wrong with them. */
export function readDays(from: string, to: string, add: (column: string, code: Fault['code'], text: string) => void) {
  const isDay = (text: string) => isDate(text) && text >= earliestDate;
  for (const [column, day] of Object.entries({ valid_from: from, valid_to: to })) {
    if (day === '' || isDay(day)) continue;
    add(column, 'VALUE_INVALID', `${quote(day)} is no calendar date YYYY-MM-DD from ${earliestDate} on.`);
  }
  if (isDay(from) && isDay(to) && to <= from) add('valid_to', 'VALUE_INVALID', `${to} is not after ${from}.`);
}

/** @throws UserError BATCH_TOO_LARGE; otherwise as saveDatedRows. */
export function saveDatedBatch(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { kind, read }: { readonly kind: DatedKind; readonly read: RowReader },
  values: readonly (readonly string[])[],
  options: DatedRowOptions,
): Promise<DatedRowsSaved> {
  if (values.length > maxBatchSize) {
    const message = `The batch has ${values.length} rows, at most ${maxBatchSize} are allowed.`;
    throw new UserError('BATCH_TOO_LARGE', message);
  }
  const rows = values.map((row, index): SourceRow => ({ line: index + 1, values: row, fault: null }));
  async function* pieces() {
    yield { rows, bytes: 0 };
  }
  return saveDatedRows(transaction, actor, now, kind, (row) => read(row, fieldOfColumn), pieces(), options);
}

/** Saves the rows of a CSV file; the stream is closed in the end. @throws UserError where its header cannot be used. */
export async function importDatedFile(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { kind, read }: { readonly kind: DatedKind; readonly read: RowReader },
  stream: Readable,
  options: DatedRowOptions,
): Promise<DatedRowsSaved> {
  try {
    const pieces = await openCsvFile(stream, kind.fileColumns);
    return await saveDatedRows(transaction, actor, now, kind, (row) => read(row, (column) => column), pieces, options);
  } finally {
    stream.destroy();
  }
}

/** A row of the same combination and first day takes the other's place; each ends where the next one begins, at the latest. */
async function saveDatedRows(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  kind: DatedKind,
  read: (row: SourceRow) => ReturnType<RowReader>,
  pieces: AsyncIterable<SourcePiece>,
  options: DatedRowOptions,
): Promise<DatedRowsSaved> {
  const sql = rawSql(transaction);
  const rejections = new Rejections(options.onRejected);
  const columns = [...kind.scope, kind.value, 'valid_from', 'valid_to'];
  await sql`
    create temporary table dated_staging on commit drop as
    select 0 as row, ''::text as key, ${sql(columns)} from ${sql(kind.table)} where false`;
  const rowCount = await stage(transaction, kind, read, pieces, rejections, options.onProgress);
  const keptOut = options.atomic && rejections.rowCount > 0;
  const written = keptOut ? nothingWritten : await write(transaction, kind, columns);
  await sql`drop table dated_staging`;
  const { createdCount, changedCount, unchangedCount } = written;
  const counts = { rowCount, createdCount, changedCount, unchangedCount, rejectedCount: rejections.rowCount };
  if (createdCount + changedCount > 0) {
    await recordChanges(transaction, actor, now, auditOf(kind, counts, written));
  }
  return { ...counts, rejections: rejections.kept };
}

/** Checks every row by itself and stages the good ones; of several of one combination and day the first. @returns how many there were. */
async function stage(
  transaction: Transaction,
  kind: DatedKind,
  read: (row: SourceRow) => ReturnType<RowReader>,
  pieces: AsyncIterable<SourcePiece>,
  rejections: Rejections,
  onProgress: DatedRowOptions['onProgress'],
): Promise<number> {
  const seen = new Set<string>();
  let rowCount = 0;
  for await (const { rows, bytes } of pieces) {
    const good: object[] = [];
    for (const source of rows) {
      rowCount += 1;
      const { key, ...checked } = read(source);
      if ('faults' in checked) {
        await rejections.add(rowCount, source.line, key.slice(0, 400), checked.faults);
        continue;
      }
      const identity = JSON.stringify([...kind.scope, 'valid_from'].map((column) => checked.row[column]));
      const dated = `${key} ${checked.row.valid_from}`;
      if (seen.has(identity)) {
        const message = `An earlier row is about ${quote(dated)}.`;
        await rejections.add(rowCount, source.line, dated, [{ column: null, code: 'ROW_DOUBLED', message }]);
        continue;
      }
      seen.add(identity);
      good.push({ row: rowCount, key: dated, ...checked.row });
    }
    await rawSql(transaction)`
      insert into dated_staging select * from json_populate_recordset(null::dated_staging, ${JSON.stringify(good)}::text::json)`;
    onProgress?.(rowCount, bytes);
  }
  return rowCount;
}

type WrittenRow = {
  readonly key: string;
  readonly isNew: boolean;
  readonly value: string;
  readonly validTo: string | null;
  readonly oldValue: string | null;
  readonly oldTo: string | null;
};

type Written = Pick<DatedRowsSaved, 'createdCount' | 'changedCount' | 'unchangedCount'> & {
  readonly contentHash: string;
  /** The first of what changed. */
  readonly rows: readonly WrittenRow[];
};

const nothingWritten: Written = { createdCount: 0, changedCount: 0, unchangedCount: 0, contentHash: '', rows: [] };

/** Lays the new rows among those that are there. Another's end that moves is no change of a row. */
async function write(transaction: Transaction, kind: DatedKind, columns: readonly string[]): Promise<Written> {
  const sql = rawSql(transaction);
  const table = sql(kind.table);
  const value = sql(kind.value);
  // As JSON, combinations with empty places are equal too.
  const scope = sql.unsafe(`jsonb_build_array(${kind.scope.join(', ')})`);
  // Where rows end is decided by all that there are: two who save at once would each not see the other's.
  await sql`select pg_advisory_xact_lock(hashtext(${kind.table}))`;
  await sql`
    create temporary table dated_standing on commit drop as
    with staged as (
      select row, key, ${scope} as scope, ${value}, valid_from, valid_to from dated_staging
    ), present as (
      select * from (select id, ${scope} as scope, ${value}, valid_from, valid_to from ${table}) every
      where scope in (select scope from staged)
    ), merged as (
      select id, row, key, scope, valid_from, coalesce(staged.${value}, present.${value}) as value, present.${value} as old_value,
        case when row is null then present.valid_to else staged.valid_to end as valid_to, present.valid_to as old_to
      from staged full join present using (scope, valid_from)
    ), ended as (
      select *, least(valid_to, lead(valid_from) over (partition by scope order by valid_from)) as ends_on from merged
    )
    select *, id is not null and (value <> old_value or ends_on is distinct from old_to) as changed from ended
    where row is not null or ends_on is distinct from old_to`;
  const [due] = await sql<{ count: number }[]>`select count(*)::integer from dated_standing where changed`;
  const updated = await sql`
    update ${table} present set ${value} = standing.value, valid_to = ends_on
    from dated_standing standing where standing.id = present.id and changed returning present.id`;
  // Row-level security passes over rows that one may not change without a word.
  if (updated.length !== due?.count) throw new UserError('FORBIDDEN', 'You may not change this.');
  const added = columns.filter((column) => column !== 'valid_to');
  await sql`
    insert into ${table} (${sql(added)}, valid_to)
    select ${sql(added.map((column) => `staged.${column}`))}, standing.ends_on
    from dated_standing standing join dated_staging staged using (row) where standing.id is null order by row`;
  const written = await summary(transaction);
  await sql`drop table dated_standing`;
  return written;
}

async function summary(transaction: Transaction): Promise<Written> {
  const sql = rawSql(transaction);
  const [counts] = await sql<Omit<Written, 'rows'>[]>`
    select count(*) filter (where id is null)::integer as "createdCount",
      count(*) filter (where changed)::integer as "changedCount",
      count(*) filter (where id is not null and not changed)::integer as "unchangedCount",
      encode(sha256(coalesce(string_agg(sha256(convert_to(concat_ws('|', key, value::text, ends_on), 'UTF8')), ''::bytea
        order by key collate "C") filter (where id is null or changed), ''::bytea)), 'hex') as "contentHash"
    from dated_standing where row is not null`;
  if (!counts) throw new Error('an aggregate gave no row');
  const rows = await sql<WrittenRow[]>`
    select key, id is null as "isNew", value::text, ends_on::text as "validTo", old_value::text as "oldValue", old_to::text as "oldTo"
    from dated_standing where row is not null and (id is null or changed) order by row limit ${auditedRowsMost}`;
  return { ...counts, rows };
}

/** A record for each row, where they are few; one for all of them else. */
function auditOf({ table, value }: DatedKind, counts: object, { createdCount, changedCount, ...written }: Written) {
  if (createdCount + changedCount > auditedRowsMost) {
    const after = { ...counts, contentHash: written.contentHash };
    return [{ action: `${table}.saved`, entity: table, entityKey: written.contentHash, after }];
  }
  return written.rows.map(({ key, isNew, validTo, oldValue, oldTo, ...row }) => ({
    action: `${table}.${isNew ? 'created' : 'changed'}`,
    entity: table,
    entityKey: key,
    ...(isNew ? {} : { before: { [value]: oldValue, validTo: oldTo } }),
    after: { [value]: row.value, validTo },
  }));
}

/**
 * Ends what holds for a combination on a day: from that day on it no longer does. What begins on that very day is removed.
 * @throws UserError NOT_FOUND where nothing holds then.
 */
export async function endDatedRow(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  kind: DatedKind,
  { key, row }: { readonly key: string; readonly row: DatedRow },
  day: string,
): Promise<void> {
  const sql = rawSql(transaction);
  const table = sql(kind.table);
  const wanted = JSON.stringify(kind.scope.map((column) => row[column] ?? null));
  const scope = sql.unsafe(`jsonb_build_array(${kind.scope.join(', ')})`);
  await sql`select pg_advisory_xact_lock(hashtext(${kind.table}))`;
  const [standing] = await sql<{ id: number; value: string; validFrom: string; validTo: string | null }[]>`
    select id, ${sql(kind.value)}::text as value, valid_from::text as "validFrom", valid_to::text as "validTo" from ${table}
    where ${scope} = ${wanted}::text::jsonb and valid_from <= ${day} and (valid_to is null or valid_to > ${day})`;
  if (!standing) throw new UserError('NOT_FOUND', `Nothing holds for ${key} on ${day}.`);
  const { id, value, validFrom, validTo } = standing;
  const done =
    validFrom === day
      ? await sql`delete from ${table} where id = ${id} returning id`
      : await sql`update ${table} set valid_to = ${day} where id = ${id} returning id`;
  if (done.length === 0) throw new UserError('FORBIDDEN', 'You may not change this.');
  await recordChanges(transaction, actor, now, [
    {
      action: `${kind.table}.${validFrom === day ? 'removed' : 'ended'}`,
      entity: kind.table,
      entityKey: `${key} ${validFrom}`,
      before: { [kind.value]: value, validTo },
      ...(validFrom === day ? {} : { after: { [kind.value]: value, validTo: day } }),
    },
  ]);
}

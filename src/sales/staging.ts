import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { booksLock, lockKey } from '../db/roles.ts';
import type { EventRow } from './rows.ts';

// The database's part of an import: rows wait in a temporary table and go over in a few set-based statements.

/** A staged row as an error report names it. */
export type StagedRow = {
  readonly row: number;
  readonly line: number;
  readonly source: string;
  readonly externalId: string;
  readonly originalExternalId: string | null;
};

const stagingColumns = [
  'row',
  'line',
  'source',
  'external_id',
  'type',
  'occurred_at',
  'agent_id',
  'product_id',
  'quantity',
  'amount',
  'currency',
  'region_id',
  'segment_id',
  'customer_id',
  'subscription_id',
  'contract_months',
  'monthly_fee',
  'campaign_id',
  'list_price',
  'cost',
  'original_external_id',
  'credits',
  'content_hash',
];

/** The values of a row in the order of `stagingColumns`. */
export type StagedValues = readonly (string | number | null)[];

export function stagedValues(row: number, line: number, event: EventRow): StagedValues {
  return [
    row,
    line,
    event.source,
    event.externalId,
    event.type,
    event.occurredAt,
    event.agentId,
    event.productId,
    event.quantity,
    event.amount,
    event.currency,
    event.regionId,
    event.segmentId,
    event.customerId,
    event.subscriptionId,
    event.contractMonths,
    event.monthlyFee,
    event.campaignId,
    event.listPrice,
    event.cost,
    event.originalExternalId,
    event.credits,
    event.contentHash,
  ];
}

export async function createStaging(transaction: Transaction): Promise<void> {
  await rawSql(transaction).unsafe(`
    create temporary table import_staging (
      row integer primary key, line integer not null, source text not null, external_id text not null,
      type sales_event_type not null, occurred_at timestamptz not null, agent_id integer not null, product_id integer not null,
      quantity numeric not null, amount numeric not null, currency text not null, region_id integer, segment_id integer,
      customer_id text, subscription_id text, contract_months smallint, monthly_fee numeric, campaign_id integer,
      list_price numeric, cost numeric, original_external_id text, credits text, content_hash uuid not null
    ) on commit drop`);
}

const delimiter = '\u001f';
const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r' };

/**
 * Stages the rows of a file, however many, with COPY. No value holds the delimiter and none is an empty text, so a row needs
 * no look at its single values: this takes a third of the time of escaping them one by one.
 */
export async function copyToStaging(transaction: Transaction, pieces: AsyncIterable<StagedValues[]>): Promise<void> {
  const target = `import_staging (${stagingColumns.join(', ')})`;
  const copy = `copy ${target} from stdin with (delimiter '${delimiter}', null '')`;
  await pipeline(Readable.from(copyTexts(pieces)), await rawSql(transaction).unsafe(copy).writable());
}

async function* copyTexts(pieces: AsyncIterable<StagedValues[]>): AsyncGenerator<string> {
  for await (const rows of pieces) {
    const text = rows.map((values) => copyLine(values)).join('');
    if (text !== '') yield text;
  }
}

function copyLine(values: StagedValues): string {
  const line = values.join(delimiter);
  return `${/[\\\n\r]/.test(line) ? line.replace(/[\\\n\r]/g, (char) => escapes[char] ?? char) : line}\n`;
}

/** Stages a few rows in one statement: a COPY takes several messages, which the network may hold back for 40 ms each. */
export async function insertIntoStaging(
  transaction: Transaction,
  pieces: AsyncIterable<StagedValues[]>,
): Promise<void> {
  const records: unknown[] = [];
  for await (const rows of pieces) {
    for (const values of rows) {
      records.push(Object.fromEntries(stagingColumns.map((column, index) => [column, values[index]])));
    }
  }
  await rawSql(transaction)`
    insert into import_staging
    select * from json_populate_recordset(null::import_staging, ${JSON.stringify(records)}::text::json)`;
}

/** Dropped at once and not only at the commit: one transaction may import several batches. */
export async function dropStaging(transaction: Transaction): Promise<void> {
  await rawSql(transaction).unsafe('drop table import_staging');
}

/** Without statistics the planner takes the staging table for small and joins it row by row. */
export async function analyzeStaging(transaction: Transaction): Promise<void> {
  await rawSql(transaction).unsafe('analyze import_staging');
}

/** Waits for other file imports: two that hold the same keys in another order would wait for each other. */
export async function lockFileImports(transaction: Transaction): Promise<void> {
  await rawSql(transaction)`select pg_advisory_xact_lock(${lockKey('tributary import')}::bigint)`;
}

/**
 * Holds off approvals until the transaction ends, so an event is either in the run that is approved or late. Imports do not
 * hold off one another.
 * @returns the latest approved period, up to which every event is late; null where none is.
 */
export async function lockBooks(transaction: Transaction): Promise<string | null> {
  await rawSql(transaction)`select pg_advisory_xact_lock_shared(${booksLock}::bigint)`;
  return approvedUpTo(transaction);
}

/** The latest approved period as it is now; null where none is. What is written by it must be rolled back, or the books locked: see lockBooks. */
export async function approvedUpTo(transaction: Transaction): Promise<string | null> {
  const [approved] = await rawSql(transaction)<{ period: string | null }[]>`select latest_approved_period() as period`;
  return approved?.period ?? null;
}

type Inserted = { readonly acceptedCount: number; readonly lateCount: number; readonly contentHash: string };

/**
 * Moves the staged rows into sales_event in their order, except those whose key is there already: by an earlier import, by
 * one that goes on at the same time (it is waited for), or by an earlier row of this one. Credits that were given go along;
 * a row that was staged twice is told by its content hash, which covers the key.
 * Late is what lies in an approved period, and a REVERSAL of what does (DOMAIN.md §7, §9.5), be it in the same file. What closed
 * periods have to be recalculated for is noted (§10, RETRO).
 * `contentHash` is the SHA-256 over the content hashes of the accepted rows in their order.
 */
export async function insertEvents(
  transaction: Transaction,
  importId: number,
  timeZone: string,
  approvedUpTo: string | null,
): Promise<Inserted> {
  const [inserted] = await rawSql(transaction)<Inserted[]>`
    with inserted as (
      insert into sales_event (source, external_id, type, occurred_at, period, agent_id, product_id, quantity, amount, currency,
        region_id, segment_id, customer_id, subscription_id, contract_months, monthly_fee, campaign_id, list_price, cost,
        original_external_id, has_credits, late, content_hash, import_id)
      select source, external_id, type, occurred_at, period, agent_id, product_id, quantity, amount, currency, region_id,
        segment_id, customer_id, subscription_id, contract_months, monthly_fee, campaign_id, list_price, cost,
        original_external_id, credits is not null, coalesce(period <= ${approvedUpTo}::text or original_period <= ${approvedUpTo}::text, false),
        content_hash, ${importId}::integer
      from (select staged.*, to_char(staged.occurred_at at time zone ${timeZone}, 'YYYY-MM') as period,
              coalesce(original.period, to_char(sibling.occurred_at at time zone ${timeZone}, 'YYYY-MM')) as original_period
            from import_staging staged
            left join sales_event original on staged.type = 'REVERSAL' and original.source = staged.source
              and original.external_id = staged.original_external_id
            left join (
              select source, external_id, min(occurred_at) as occurred_at from import_staging
              where (source, external_id) in (select source, original_external_id from import_staging where type = 'REVERSAL')
              group by source, external_id
            ) sibling on staged.type = 'REVERSAL' and sibling.source = staged.source
              and sibling.external_id = staged.original_external_id) event
      order by row
      on conflict (source, external_id) do nothing
      returning id, has_credits, late, content_hash
    ), credited as (
      insert into event_credit (event_id, agent_id, role, share)
      select id, split_part(credit, ':', 1)::integer, split_part(credit, ':', 2), split_part(credit, ':', 3)::numeric
      from inserted
      join (select distinct content_hash, credits from import_staging where credits is not null) staged using (content_hash)
      cross join lateral unnest(string_to_array(staged.credits, '|')) as credit
      where has_credits
    )
    select count(*)::integer as "acceptedCount", count(*) filter (where late)::integer as "lateCount",
           encode(sha256(coalesce(string_agg(uuid_send(content_hash), ''::bytea order by id), ''::bytea)), 'hex') as "contentHash"
    from inserted`;
  if (!inserted) throw new Error('an aggregate gave no row');
  if (inserted.lateCount > 0) await rawSql(transaction)`select note_late_events(${importId}::integer)`;
  return inserted;
}

/** The staged rows whose key sales_event now holds with other content (or where the caller may not see it). */
export function eachChangedRow(
  transaction: Transaction,
  onRow: (row: StagedRow) => void | Promise<void>,
): Promise<number> {
  return eachRow(
    transaction,
    `select row, line, source, external_id as "externalId", null as "originalExternalId"
     from import_staging staged
     where not exists (select from sales_event event
                       where event.source = staged.source and event.external_id = staged.external_id
                         and event.content_hash = staged.content_hash)
     order by row`,
    [],
    onRow,
  );
}

/** Hands over the rows of a statement, however many, one by one. `onRow` must not query the same transaction. @returns how many. */
export async function eachRow<Row extends StagedRow>(
  transaction: Transaction,
  statement: string,
  parameters: string[],
  onRow: (row: Row) => void | Promise<void>,
): Promise<number> {
  let count = 0;
  for await (const rows of rawSql(transaction).unsafe<Row[]>(statement, parameters).cursor(1000)) {
    for (const row of rows) {
      count += 1;
      const wait = onRow(row);
      if (wait) await wait;
    }
  }
  return count;
}

import { recordChanges } from '../../audit/audit.ts';
import { findRuleCredits, writeRuleCredits } from '../../crediting/assign.ts';
import { type Databases, rawSql, type Transaction } from '../../db/client.ts';
import { lockKey } from '../../db/roles.ts';
import type { Actor } from '../../db/transaction.ts';
import { type Period, periodsBetween } from '../../period.ts';
import { writeHits } from './hits.ts';
import { syncCases } from './openCases.ts';
import { dropScan, findHits, openPeriodScan, openScan } from './scan.ts';
import { type OnStep, quoteLiteral } from './scanText.ts';

/** What a detection did: how many events it looked at, how many hits it found, and what became of cases. */
export type DetectionResult = {
  readonly scanned: number;
  readonly found: number;
  readonly opened: number;
  readonly reopened: number;
  readonly closed: number;
};

const nothingDone: DetectionResult = { scanned: 0, found: 0, opened: 0, reopened: 0, closed: 0 };

/** Held by every scan to its transaction's end: two never judge the same events, and each sees what the one before has written. */
const detectionLock = lockKey('tributary conflicts');

/**
 * Looks through the events of an import, and those that they shed new light on (DOMAIN.md §8), in the import's own transaction, as
 * owner: hits, cases and shared credits are right when it commits. Where there are no rules it only notes that it was done.
 */
export async function detectImport(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  importId: number,
): Promise<DetectionResult> {
  await lockDetection(transaction);
  return scanImports(transaction, actor, now, [importId]);
}

/**
 * Looks through all that has not been: imports that came over the API, and events from the day on from which facts have changed. Each import
 * and month is a transaction of its own, as owner; what was done stays done, and the rest is found again.
 */
export async function detectPending(
  databases: Databases,
  actor: Actor,
  now: Date,
  onProgress: OnStep = () => {},
): Promise<DetectionResult> {
  const { owner } = databases;
  const stale = await owner.transaction((transaction) => claimStale(transaction));
  let result = nothingDone;
  for (const [index, { period, since }] of stale.months.entries()) {
    const from = Math.floor((90 * index) / stale.months.length);
    onProgress(period, from);
    const open = (transaction: Transaction) => openPeriodScan(transaction, period, since);
    result = added(result, await owner.transaction((transaction) => scanLocked(transaction, actor, now, period, open)));
  }
  if (stale.ids.length > 0) await owner.$client`delete from conflict_stale where id = any (${stale.ids})`;
  onProgress('imports', 90);
  for (const importIds of await unscannedImports(databases)) {
    const done = owner.transaction(async (transaction) => {
      await lockDetection(transaction);
      return scanImports(transaction, actor, now, importIds);
    });
    result = added(result, await done);
  }
  onProgress('', 100);
  return result;
}

/** Looks through all events of a period anew, in a transaction of its own as owner. The same facts change nothing. */
export async function detectPeriod(
  databases: Databases,
  actor: Actor,
  now: Date,
  period: Period,
  onProgress: OnStep = () => {},
): Promise<DetectionResult> {
  const open = (transaction: Transaction) => openPeriodScan(transaction, period);
  const result = await databases.owner.transaction((transaction) =>
    scanLocked(transaction, actor, now, period, open, onProgress),
  );
  onProgress('', 100);
  return result;
}

/** Whether something waits for detectPending. */
export async function hasPending(databases: Databases): Promise<boolean> {
  const [row] = await databases.owner.$client<{ pending: boolean }[]>`
    select exists (select from conflict_stale) or (exists (select from conflict_rule_version) or exists (select from credit_rule_version))
      and exists (select from event_import where id not in (select import_id from conflict_scan)) as pending`;
  return row?.pending ?? false;
}

async function lockDetection(transaction: Transaction): Promise<void> {
  await rawSql(transaction)`select pg_advisory_xact_lock(${detectionLock}::bigint)`;
}

async function scanLocked(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  subject: string,
  open: OpenScan,
  onStep?: OnStep,
): Promise<DetectionResult> {
  await lockDetection(transaction);
  return scan(transaction, actor, now, subject, open, onStep);
}

/** Makes the events known that are scanned, and tells how many they are. */
type OpenScan = (transaction: Transaction) => Promise<number>;

/** Judges the events that are opened, and brings cases and shared credits up to date. */
async function scan(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  subject: string,
  open: OpenScan,
  onStep: OnStep = () => {},
): Promise<DetectionResult> {
  const sql = rawSql(transaction);
  await sql.unsafe(
    "set local work_mem = '256MB'; set local parallel_tuple_cost = 0.005; set local parallel_setup_cost = 100",
  );
  await dropScan(transaction);
  const scanned = await open(transaction);
  if (scanned === 0) {
    await dropScan(transaction);
    return nothingDone;
  }
  await findHits(transaction, undefined, onStep);
  onStep('hits', 85);
  await writeHits(transaction);
  onStep('cases', 90);
  const credited = await findRuleCredits(transaction, 'scan_event');
  const { opened, reopened, changed, closed, hash } = await syncCases(transaction, actor, now, credited > 0);
  const [counted] = await sql<{ found: number }[]>`select count(*)::integer as found from scan_hit`;
  const found = counted?.found ?? 0;
  onStep('credits', 95);
  await writeRuleCredits(transaction, credited);
  if (opened + reopened + changed + closed + credited > 0) {
    const after = { scanned, found, opened, reopened, changed, closed, credited, hash };
    await recordChanges(transaction, actor, now, [
      { action: 'conflicts.detected', entity: 'conflict_scan', entityKey: subject, after },
    ]);
  }
  await dropScan(transaction);
  return { scanned, found, opened, reopened, closed };
}

/** Scans what imports bring, and notes that they were looked through. */
async function scanImports(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  importIds: readonly number[],
): Promise<DetectionResult> {
  const sql = rawSql(transaction);
  const { since, days } = await loadReach(transaction);
  const subject = `import ${importIds.join(', ')}`.slice(0, 400);
  const open = () => openScan(transaction, touchedBy(importIds, since ?? '', days));
  const result = since === null ? nothingDone : await scan(transaction, actor, now, subject, open);
  await sql`
    insert into conflict_scan (import_id, scanned_at) select unnest(${sql.array([...importIds])}::integer[]), ${now.toISOString()}
    on conflict do nothing`;
  return result;
}

type Reach = {
  /** The first local day on which any rule is in force; null: there are no rules. */
  readonly since: string | null;
  /** The longest window of any rule. */
  readonly days: number;
};

async function loadReach(transaction: Transaction): Promise<Reach> {
  const [reach] = await rawSql(transaction)<Reach[]>`
    select min(valid_from)::text as since, coalesce(max((definition ->> 'windowDays')::integer), 0) as days
    from (select valid_from, definition from conflict_rule_version union all select valid_from, definition from credit_rule_version) version`;
  if (!reach) throw new Error('an aggregate gave no row');
  return reach;
}

/**
 * SQL of the events that imports touch: their own, the originals they reverse, and whatever came after these to the same customer or
 * subscription within the longest window. A day more at both ends: local dates count, not instants.
 */
const touchedBy = (importIds: readonly number[], since: string, days: number) => `
  with seed as materialized (
    select id, customer_id, subscription_id, occurred_at from sales_event where import_id in (${importIds.join(', ')})
    union
    select original.id, original.customer_id, original.subscription_id, original.occurred_at
    from sales_event reversal join sales_event original
      on original.source = reversal.source and original.external_id = reversal.original_external_id
    where reversal.import_id in (${importIds.join(', ')}) and reversal.type = 'REVERSAL'
  ), touched as (
    select id, occurred_at from seed
    union
    select event.id, event.occurred_at from seed join sales_event event on event.customer_id = seed.customer_id
    where ${days} > 0 and event.occurred_at >= seed.occurred_at and event.occurred_at < seed.occurred_at + interval '${days + 1} days'
    union
    select event.id, event.occurred_at from seed join sales_event event on event.subscription_id = seed.subscription_id
    where ${days} > 0 and event.occurred_at >= seed.occurred_at and event.occurred_at < seed.occurred_at + interval '${days + 1} days'
  )
  select id as event_id from touched where occurred_at >= ${quoteLiteral(since)}::date - interval '1 day'`;

type Stale = {
  readonly ids: readonly number[];
  /** The months to look through, each from an instant on. */
  readonly months: readonly { readonly period: Period; readonly since: string }[];
};

/**
 * Takes over the changed facts that are noted. A change that is noted in this moment must not be mistaken for one of these: triggers note a
 * change once only, so the table is locked until all who have read it have committed, and what is taken over gets another reason, beside
 * which the next change is noted again. Rows stay until their events were looked through.
 */
async function claimStale(transaction: Transaction): Promise<Stale> {
  const sql = rawSql(transaction);
  await lockDetection(transaction);
  const waiting = await sql`select from conflict_stale limit 1`;
  if (waiting.length === 0) return { ids: [], months: [] };
  await sql`lock table conflict_stale in access exclusive mode`;
  await sql`update conflict_stale set reason = 'scanning ' || reason where not starts_with(reason, 'scanning ')`;
  const rows = await sql<{ id: number; since: string }[]>`
    select id, (since - 1)::text as since from conflict_stale order by since`;
  const [range] = await sql<{ first: Period | null; last: Period | null }[]>`
    select min(period) as first, max(period) as last from sales_event`;
  const ids = rows.map(({ id }) => id);
  const since = rows[0]?.since;
  if (since === undefined || !range?.first || !range.last) return { ids, months: [] };
  const from = since.slice(0, 7) > range.first ? (since.slice(0, 7) as Period) : range.first;
  return { ids, months: periodsBetween(from, range.last).map((period) => ({ period, since })) };
}

const eventsTogether = 500_000;

/** The imports that were not looked through, some thousands of events at a time. */
async function unscannedImports({ owner }: Databases): Promise<number[][]> {
  const rows = await owner.$client<{ id: number; acceptedCount: number }[]>`
    select id, accepted_count as "acceptedCount" from event_import
    where id not in (select import_id from conflict_scan) order by id`;
  const groups: number[][] = [];
  let eventCount = 0;
  for (const { id, acceptedCount } of rows) {
    const last = groups.at(-1);
    if (last && eventCount + acceptedCount <= eventsTogether) last.push(id);
    else {
      groups.push([id]);
      eventCount = 0;
    }
    eventCount += acceptedCount;
  }
  return groups;
}

function added(one: DetectionResult, other: DetectionResult): DetectionResult {
  return {
    scanned: one.scanned + other.scanned,
    found: one.found + other.found,
    opened: one.opened + other.opened,
    reopened: one.reopened + other.reopened,
    closed: one.closed + other.closed,
  };
}

import { rawSql, type Transaction } from '../../db/client.ts';
import type { Period } from '../../period.ts';
import { loadOperator } from '../../reference/operator.ts';
import type { ConflictRuleDefinition } from '../rule.ts';
import { writeBreaches } from './scanBreaches.ts';
import { writeClaims } from './scanClaims.ts';
import { readTypes, writeScanRules } from './scanRules.ts';
import { notReversed, type OnStep, quoteLiteral } from './scanText.ts';

// A scan: which of the events in `scan_event`(event_id) are hits of which rules (DOMAIN.md §8). All of it is set-based and stays in the
// database. Its tables are unlogged, since workers cannot read temporary ones, and in a schema of its own that nobody else ever sees:
// `dropScan` drops it before the transaction ends.

const nothing: OnStep = () => {};

/**
 * Makes `scan_event` of the events that a query names, each once. The query is trusted text.
 * @returns how many there are.
 */
export async function openScan(transaction: Transaction, query: string): Promise<number> {
  await openSchema(transaction);
  await rawSql(transaction).unsafe(`
    create unlogged table scan_event as ${query};
    alter table scan_event add primary key (event_id);
    create view scan_source as select event.* from scan_event join sales_event event on event.id = scan_event.event_id;
    analyze scan_event`);
  return countEvents(transaction);
}

/** As openScan, for all events of a period from an instant on: these are read where they are. */
export async function openPeriodScan(transaction: Transaction, period: Period, since?: string): Promise<number> {
  await openSchema(transaction);
  const fromSince = since === undefined ? '' : `and occurred_at >= ${quoteLiteral(since)}`;
  await rawSql(transaction).unsafe(`
    create view scan_source as select * from sales_event where period = ${quoteLiteral(period)} ${fromSince};
    create view scan_event as select id as event_id from scan_source`);
  return countEvents(transaction);
}

async function openSchema(transaction: Transaction): Promise<void> {
  const sql = rawSql(transaction);
  await sql`
    select set_config('search_path', 'scan_' || pg_backend_pid() || ', ' || current_setting('search_path'), true)`;
  await sql.unsafe(`do $$ begin execute 'create schema scan_' || pg_backend_pid(); end $$`);
}

async function countEvents(transaction: Transaction): Promise<number> {
  const [counted] = await rawSql(transaction)<{ count: number }[]>`select count(*)::integer as count from scan_event`;
  return counted?.count ?? 0;
}

/**
 * Judges the events of `scan_event` by all published rules, or by one that is only tried: `scan_fact` holds those that a rule reads,
 * `scan_finding` what was found, a row for each rule, event, test and thing found.
 * @throws UserError NOT_SET_UP.
 */
export async function findHits(
  transaction: Transaction,
  tried?: ConflictRuleDefinition,
  onStep: OnStep = nothing,
): Promise<void> {
  const { timeZone } = await loadOperator(transaction);
  const sql = rawSql(transaction);
  onStep('rules', 0);
  await writeScanRules(transaction, tried);
  onStep('events', 5);
  await sql.unsafe(factStatements(timeZone));
  await writeBreaches(transaction, onStep);
  await writeClaims(transaction, timeZone, onStep);
  await sql.unsafe('analyze scan_finding');
}

const factStatements = (timeZone: string) => `
  create unlogged table scan_fact as
  select event.id as event_id, event.source, event.external_id, event.type, event.occurred_at, event.period, event.local_date, event.agent_id,
    seller.channel_type_id, event.product_id, product.category_id, coalesce(event.region_id, placed.region_id) as region_id,
    event.segment_id, event.customer_id, event.subscription_id, event.campaign_id, event.quantity, event.amount, event.currency,
    event.list_price
  from (
    select event.*, (event.occurred_at at time zone ${quoteLiteral(timeZone)})::date as local_date
    from scan_source event
    where event.type = any (${readTypes}) and ${notReversed('event.source', 'event.external_id')}
  ) event
  join agent seller on seller.id = event.agent_id
  join product on product.id = event.product_id
  left join agent_region placed on event.region_id is null and placed.agent_id = event.agent_id
    and placed.valid_from <= event.local_date and (placed.valid_to is null or placed.valid_to > event.local_date);
  analyze scan_fact;
  create unlogged table scan_finding (rule_id integer, version_id integer, event_id bigint, test text, agent_id integer, other_event_id bigint,
    region_id integer, registration_id integer, floor_price numeric, currency text, course_id integer, campaign_id integer)`;

/** Drops what a scan made, so that the transaction can have another one. */
export async function dropScan(transaction: Transaction): Promise<void> {
  await rawSql(transaction).unsafe(`
    do $$ begin execute format('drop schema if exists scan_%s cascade', pg_backend_pid()); end $$;
    select set_config('search_path', regexp_replace(current_setting('search_path'), '^scan_\\d+, ', ''), true)`);
}

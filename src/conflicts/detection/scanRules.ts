import { rawSql, type Transaction } from '../../db/client.ts';
import { neverEarningTypes } from '../../sales/eventTypes.ts';
import type { ConflictRuleDefinition } from '../rule.ts';

/** Types of events that no rule ever reads, whatever its scope lists (DOMAIN.md §8, §9.12). */
const neverReadTypes = [...neverEarningTypes, 'PAYMENT'];

const neverRead = `array[${neverReadTypes.map((type) => `'${type}'`).join(', ')}]`;

const publishedVersions = 'select id as version_id, rule_id, number, valid_from, definition from conflict_rule_version';

/**
 * Makes the temporary tables of a scan's rules: `scan_rule`, each version with the days [valid_from, valid_to) on which it is in force and the
 * ids of its scope, and `scan_rule_region`, with subtrees; and the tree itself as `scan_path`. Versions that are not enabled
 * find nothing and are left out. `tried` takes the place of all published rules.
 */
export async function writeScanRules(transaction: Transaction, tried?: ConflictRuleDefinition): Promise<void> {
  const sql = rawSql(transaction);
  await sql.unsafe(`
    create unlogged table scan_rule_source (version_id integer, rule_id integer, number integer, valid_from date, definition jsonb)`);
  if (tried) {
    await sql`
      insert into scan_rule_source values (0, 0, 1, '-infinity', ${JSON.stringify({ ...tried, enabled: true })}::text::jsonb)`;
  } else {
    await sql.unsafe(`insert into scan_rule_source ${publishedVersions}`);
  }
  await sql.unsafe(scopeStatements);
}

const codes = (name: string) => `nullif(definition -> 'scope' -> '${name}', '[]'::jsonb)`;
const idsOf = (table: string, name: string) =>
  `case when ${codes(name)} is not null then array(select id from ${table} where ${codes(name)} ? ${table}.code) end`;

const scopeStatements = `
  create unlogged table scan_path as
  with recursive tree as (
    select id, parent_id, 1 as depth from region where parent_id is null
    union all
    select child.id, child.parent_id, tree.depth + 1 from region child join tree on child.parent_id = tree.id
  ), path as (
    select id as region_id, id as above_id, parent_id as next_id from tree
    union all
    select path.region_id, tree.id, tree.parent_id from path join tree on tree.id = path.next_id
  )
  select path.region_id, path.above_id, tree.depth as above_depth from path join tree on tree.id = path.above_id;
  analyze scan_path;
  create unlogged table scan_rule as
  with in_force as (
    select first_day.*, lead(valid_from, 1, 'infinity'::date) over (partition by rule_id order by valid_from) as valid_to
    from (select distinct on (rule_id, valid_from) * from scan_rule_source order by rule_id, valid_from, number desc) first_day
  )
  select version_id, rule_id, valid_from, valid_to, definition,
    definition ->> 'kind' as kind, definition ->> 'effect' as effect,
    (definition ->> 'dueDays')::integer as due_days, (definition ->> 'appealDays')::integer as appeal_days,
    (definition ->> 'windowDays')::integer as window_days,
    array(select type::sales_event_type from jsonb_array_elements_text(definition -> 'scope' -> 'events') type
          where type <> all (${neverRead})) as types,
    ${idsOf('channel_type', 'channelTypes')} as channel_type_ids,
    ${idsOf('product_category', 'categories')} as category_ids,
    ${codes('regions')} is not null as has_regions
  from in_force where coalesce((definition ->> 'enabled')::boolean, true);
  analyze scan_rule;
  create unlogged table scan_rule_region as
  select distinct rule.version_id, path.region_id
  from scan_rule rule join region on rule.has_regions and rule.definition -> 'scope' -> 'regions' ? region.code
  join scan_path path on path.above_id = region.id;
  analyze scan_rule_region`;

/** SQL: whether a version (`rule`) is in force and its scope fits a judged event (`fact`), of one kind. */
export const applies = (kind: ConflictRuleDefinition['kind']): string => `
  rule.kind = '${kind}' and fact.local_date >= rule.valid_from and fact.local_date < rule.valid_to and fact.type = any (rule.types)
  and (rule.channel_type_ids is null or fact.channel_type_id = any (rule.channel_type_ids))
  and (rule.category_ids is null or fact.category_id = any (rule.category_ids))
  and (not rule.has_regions or (rule.version_id, fact.region_id) in (select version_id, region_id from scan_rule_region))`;

/** SQL of the types of events that any rule reads: one array, so that a scan of events can be divided among workers. */
export const readTypes = 'array(select distinct unnest(types) from scan_rule)';

import { rawSql, type Transaction } from '../db/client.ts';
import { dealCovers } from '../registrations/coverage.ts';

/** So many events are changed at a time: what follows from each change is found for all of a statement together. */
const batchSize = 5000;

/**
 * The rules that are enabled, each version for the local days [valid_from, until) on which it is in force, with what it names by number; and
 * their shares. A product, unlike a quotient, is exact.
 */
const rules = `
  create temporary table scan_credit_rule on commit drop as
  select version.id as version_id, valid_from, until, definition -> 'shares' as shares, (definition ->> 'priority')::integer as priority,
    definition ->> 'source' as source, array(select jsonb_array_elements_text(definition -> 'events')::sales_event_type) as types,
    case when jsonb_array_length(definition -> 'categories') > 0
      then array(select category.id from product_category category where definition -> 'categories' ? category.code) end as category_ids,
    case when jsonb_array_length(definition -> 'regions') > 0
      then array(select below.id from region, region_subtree(region.id) as below(id) where definition -> 'regions' ? region.code) end as region_ids,
    (select array_agg(share ->> 'role' order by share ->> 'role' collate "C") from jsonb_array_elements(definition -> 'shares') share) as roles
  from (select *, lead(valid_from) over (partition by rule_id order by valid_from, number) as until from credit_rule_version) version
  where (definition ->> 'enabled')::boolean;
  create temporary table scan_credit_share on commit drop as
  select version_id, share ->> 'role' as role, (share ->> 'percent')::numeric * 0.01 as share,
    case when jsonb_array_length(share -> 'channelTypes') > 0
      then array(select channel.id from channel_type channel where share -> 'channelTypes' ? channel.code) end as channel_type_ids
  from scan_credit_rule, jsonb_array_elements(shares) share;
  analyze scan_credit_rule, scan_credit_share`;

/** The scanned events to which rules may apply; what was reversed never happened. */
const fits = (scanTable: string) => `
  create temporary table scan_credit_fit on commit drop as
  select event.id as event_id, event.agent_id, event.occurred_at, event.customer_id, event.product_id, product.category_id,
    rule.version_id, rule.priority, rule.source, rule.roles
  from (
    select event.*, (event.occurred_at at time zone (select time_zone from operator))::date as local_date
    from ${scanTable} scanned join sales_event event on event.id = scanned.event_id
    where (event.has_credits or event.customer_id is not null) and event.type in (select unnest(types) from scan_credit_rule)
  ) event
  join product on product.id = event.product_id
  join scan_credit_rule rule on event.type = any (rule.types) and event.local_date >= rule.valid_from
    and (rule.until is null or event.local_date < rule.until)
    and case rule.source when 'CREDITS' then event.has_credits else event.customer_id is not null end
    and (rule.category_ids is null or product.category_id = any (rule.category_ids))
  left join agent_region placed on rule.region_ids is not null and event.region_id is null and placed.agent_id = event.agent_id
    and daterange(placed.valid_from, placed.valid_to) @> event.local_date
  where (rule.region_ids is null or coalesce(event.region_id, placed.region_id) = any (rule.region_ids))
    and not exists (select from sales_event reversal where reversal.type = 'REVERSAL' and reversal.source = event.source
      and reversal.original_external_id = event.external_id);
  analyze scan_credit_fit`;

/** Who has which role by which rule: of an event's own credits where its roles are exactly the rule's, or of a registered deal. */
const holders = `
  create temporary table scan_credit_holder on commit drop as
  with came as (
    select event_id, array_agg(role order by role collate "C") as roles from event_credit
    where event_id in (select event_id from scan_credit_fit where source = 'CREDITS') group by event_id
  ), registered as (
    select distinct on (fit.event_id, fit.version_id) fit.event_id, fit.version_id, fit.priority, deal.agent_id as registrant_id, fit.agent_id as seller_id
    from scan_credit_fit fit join deal_registration deal on deal.customer_id = fit.customer_id and deal.agent_id <> fit.agent_id
      and ${dealCovers('fit.occurred_at', 'fit.product_id', 'fit.category_id')}
    where fit.source = 'REGISTRATION' and deal.state in ('PROTECTED', 'WON', 'LOST', 'EXPIRED', 'WITHDRAWN')
    order by fit.event_id, fit.version_id, deal.registered_at, deal.id
  )
  select fit.event_id, fit.version_id, fit.priority, credit.agent_id, credit.role
  from scan_credit_fit fit join came on came.event_id = fit.event_id and came.roles = fit.roles join event_credit credit on credit.event_id = fit.event_id
  where fit.source = 'CREDITS'
  union all
  select event_id, version_id, priority, registrant_id, 'REGISTRANT' from registered
  union all
  select event_id, version_id, priority, seller_id, 'SELLER' from registered;
  analyze scan_credit_holder`;

/** What the rule with the lowest priority gives of those whose roles are all of their channel types. */
const wanted = `
  create temporary table scan_credit_wanted on commit drop as
  with candidate as (
    select holder.event_id, holder.version_id, holder.priority, holder.agent_id, holder.role, trim_scale(share.share) as share,
      share.channel_type_ids is null or agent.channel_type_id = any (share.channel_type_ids) as is_fit
    from scan_credit_holder holder join scan_credit_share share on share.version_id = holder.version_id and share.role = holder.role
    join agent on agent.id = holder.agent_id
  ), chosen as (
    select distinct on (event_id) event_id, version_id from candidate
    group by event_id, version_id, priority having bool_and(is_fit) order by event_id, priority, version_id
  )
  select candidate.event_id, agent_id, role, share, candidate.version_id
  from candidate join chosen on chosen.event_id = candidate.event_id and chosen.version_id = candidate.version_id;
  analyze scan_credit_wanted`;

/** Which rows go and which come. Rule_credit itself is read once: beside an insert it grows under the reader. */
const differences = (scanTable: string) => `
  create temporary table scan_credit_present on commit drop as
  select present.* from rule_credit present join ${scanTable} scanned on scanned.event_id = present.event_id;
  analyze scan_credit_present;
  create temporary table scan_credit_gone on commit drop as
  select event_id, agent_id, role from scan_credit_present present where not exists (
    select from scan_credit_wanted wanted where wanted.event_id = present.event_id and wanted.agent_id = present.agent_id
      and wanted.role = present.role and wanted.share = present.share and wanted.version_id = present.rule_version_id);
  create temporary table scan_credit_new on commit drop as
  select event_id, agent_id, role, share, version_id from scan_credit_wanted wanted where not exists (
    select from scan_credit_present present where present.event_id = wanted.event_id and present.agent_id = wanted.agent_id
      and present.role = wanted.role and present.share = wanted.share and present.rule_version_id = wanted.version_id);
  create temporary table scan_credit_changed on commit drop as
  select event_id, (row_number() over (order by event_id) - 1) / ${batchSize} as batch
  from (select event_id from scan_credit_gone union select event_id from scan_credit_new) changed;
  create index on scan_credit_changed (batch);
  create index on scan_credit_gone (event_id);
  create index on scan_credit_new (event_id);
  analyze scan_credit_gone, scan_credit_new, scan_credit_changed`;

// In one statement: between two, the shares of an event would not total 1. What goes goes first, for the keys may be the same.
const write = (batch: number) => `
  with removed as (
    delete from rule_credit present using scan_credit_changed changed join scan_credit_gone gone on gone.event_id = changed.event_id
    where changed.batch = ${batch} and present.event_id = gone.event_id and present.agent_id = gone.agent_id and present.role = gone.role
    returning present.event_id
  )
  insert into rule_credit (event_id, agent_id, role, share, rule_version_id)
  select added.event_id, added.agent_id, added.role, added.share, added.version_id
  from scan_credit_changed changed join scan_credit_new added on added.event_id = changed.event_id
  where changed.batch = ${batch} and (select count(*) from removed) >= 0`;

const made = [
  'scan_credit_rule, scan_credit_share, scan_credit_fit, scan_credit_holder, scan_credit_wanted',
  'scan_credit_present, scan_credit_gone, scan_credit_new, scan_credit_changed',
].join(', ');

/**
 * Finds what makes rule_credit right for all events of a table (DOMAIN.md §8, 业绩融合), as the owner. The version of a rule in force on the event's
 * local date counts; CREDITS: the roles that the event came with are exactly the rule's, one agent each; REGISTRATION: a deal of another
 * agent protected the customer at that instant, its agent is the REGISTRANT and the event's the SELLER (of several deals the one registered
 * first). Whoever has a role must be of its channel types. Of several rules that fit the lowest priority wins. Reversed events have none.
 * Only differences are found: `scan_credit_changed` names their events, `writeRuleCredits` writes them.
 * @param scanTable the name of a table with the column event_id, each event once
 * @returns of how many events the shares change.
 */
export async function findRuleCredits(transaction: Transaction, scanTable: string): Promise<number> {
  const sql = rawSql(transaction);
  const [found] = await sql`select where exists (select from credit_rule_version) or exists (select from rule_credit)`;
  if (!found) return 0;
  for (const statements of [rules, fits(scanTable), holders, wanted, differences(scanTable)])
    await sql.unsafe(statements);
  const [changed] = await sql<{ count: number }[]>`select count(*)::integer as count from scan_credit_changed`;
  const count = changed?.count ?? 0;
  if (count === 0) await sql.unsafe(`drop table ${made}`);
  return count;
}

/**
 * Writes what was found for so many events; what follows for credits and closed periods the database sees to. The caller has locked the
 * events: a batch takes shares away before it gives others, so that they would not be locked in one order.
 */
export async function writeRuleCredits(transaction: Transaction, count: number): Promise<void> {
  if (count === 0) return;
  const sql = rawSql(transaction);
  for (let batch = 0; batch * batchSize < count; batch += 1) {
    // Statements that were planned for empty tables would read them whole for each event.
    if (batch > 0) await sql`analyze rule_credit, event_award, event_crediting`;
    await sql.unsafe(write(batch));
  }
  await sql.unsafe(`drop table ${made}`);
}

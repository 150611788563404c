-- By hand: exclusivity judged day by day, what a hierarchy and its territories look like beyond what a request may see, and
-- which regions a manager may grant rights in.

-- 1. A right in a region is granted by who looks after the region. What an agent or a region is called a right for never changes:
--    a right ends, and another is granted.
drop policy add on territory;
--> statement-breakpoint
create policy add on territory for insert to tributary_request with check (
  agent_id = any (array(select visible_agents()))
  and (claim_role() = 'ADMIN' or (claim_role() = 'CHANNEL_MANAGER' and region_id in (select region_subtree(claim_region())))));
--> statement-breakpoint
revoke update on territory from tributary_request;
--> statement-breakpoint
grant update (exclusive, valid_to) on territory to tributary_request;
--> statement-breakpoint

-- 2. Exclusivity, day by day.
-- Whether `lower_agent` stands below `upper_agent` on every one of `days`.
create or replace function is_below(lower_agent integer, upper_agent integer, days daterange) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  with recursive above(id, days) as (
    select link.parent_id, is_below.days * daterange(link.valid_from, link.valid_to)
    from agent_parent link where link.agent_id = lower_agent and daterange(link.valid_from, link.valid_to) && is_below.days
    union
    select link.parent_id, above.days * daterange(link.valid_from, link.valid_to)
    from above join agent_parent link on link.agent_id = above.id and daterange(link.valid_from, link.valid_to) && above.days
  )
  select coalesce((select range_agg(above.days) from above where above.id = upper_agent), '{}'::datemultirange) @> is_below.days
$$;
--> statement-breakpoint
-- What stands against a territory: others' rights in its region, above or below it, on some of its days, where either is exclusive.
-- An exclusive territory is open to those who stand below its holder on all days that the two rights have in common.
create or replace function territory_conflicts(wanted_agent integer, wanted_region integer, wanted_exclusive boolean, days daterange)
returns table (territory_id integer, agent_code text, region_code text, exclusive boolean, valid_from date, valid_to date)
language sql stable security definer set search_path = public, pg_temp as $$
  select other.id, agent.code, region.code, other.exclusive, other.valid_from, other.valid_to
  from territory other join agent on agent.id = other.agent_id join region on region.id = other.region_id,
    lateral (select daterange(other.valid_from, other.valid_to) * territory_conflicts.days as days) common
  where other.agent_id <> wanted_agent and (other.exclusive or wanted_exclusive)
    and daterange(other.valid_from, other.valid_to) && territory_conflicts.days
    and (other.region_id in (select region_path(wanted_region)) or other.region_id in (select region_subtree(wanted_region)))
    and not is_below(wanted_agent, other.agent_id, common.days) and not is_below(other.agent_id, wanted_agent, common.days)
  order by agent.code collate "C", region.code collate "C", other.valid_from
$$;
--> statement-breakpoint
-- What stands, from a day on, against the territories of some agents: they may have lost those below them to others.
create function agents_territory_conflicts(wanted_agents integer[], since date)
returns table (holder_code text, holder_region_code text, agent_code text, region_code text, valid_from date)
language sql stable security definer set search_path = public, pg_temp as $$
  select holder.code, region.code, conflict.agent_code, conflict.region_code, greatest(own.valid_from, conflict.valid_from, since)
  from territory own join agent holder on holder.id = own.agent_id join region on region.id = own.region_id
    cross join lateral territory_conflicts(own.agent_id, own.region_id, own.exclusive,
      daterange(own.valid_from, own.valid_to) * daterange(since, null)) conflict
  where own.agent_id = any (wanted_agents) and (own.valid_to is null or own.valid_to > since)
  order by holder.code collate "C", conflict.agent_code collate "C", conflict.region_code collate "C"
$$;
--> statement-breakpoint

-- 3. The hierarchy, whole: a walk must not end at an agent that the request does not see. Who is not seen has no code here. Joined
--    here, and not by the request, since its policies are tried row by row against a long list where it sees many.
create function seen_agents() returns setof integer language sql stable security definer set search_path = public, pg_temp rows 1000 as $$
  select visible_agents() where is_request()
  union all
  select id from agent where not is_request()
$$;
--> statement-breakpoint
create function agents_below(top_agent integer, wanted_day date, most_levels integer)
returns table (agent_id integer, parent_id integer, level integer, code text, name text, parent_code text)
language sql stable security definer set search_path = public, pg_temp as $$
  with recursive seen(id) as materialized (
    select seen_agents()
  ), below(agent_id, parent_id, level) as (
    select top_agent, null::integer, 0 where top_agent in (select id from seen)
    union all
    select link.agent_id, link.parent_id, below.level + 1
    from below join agent_parent link on link.parent_id = below.agent_id and daterange(link.valid_from, link.valid_to) @> wanted_day
    -- ten levels, the top included
    where below.level < least(most_levels, 9)
  )
  select below.*, agent.code, agent.name, parent.code
  from below left join agent on agent.id = below.agent_id and agent.id in (select id from seen)
    left join agent parent on parent.id = below.parent_id and parent.id in (select id from seen)
  where below.level > 0
$$;
--> statement-breakpoint
create function agents_above(bottom_agent integer, wanted_day date)
returns table (agent_id integer, level integer, code text, name text, parent_code text)
language sql stable security definer set search_path = public, pg_temp as $$
  with recursive seen(id) as materialized (
    select seen_agents()
  ), above(agent_id, level) as (
    select bottom_agent, 0 where bottom_agent in (select id from seen)
    union all
    select link.parent_id, above.level + 1
    from above join agent_parent link on link.agent_id = above.agent_id and daterange(link.valid_from, link.valid_to) @> wanted_day
    where above.level < 9
  )
  select above.agent_id, above.level, agent.code, agent.name, parent.code
  from above left join agent on agent.id = above.agent_id and agent.id in (select id from seen)
    left join above next on next.level = above.level + 1
    left join agent parent on parent.id = next.agent_id and parent.id in (select id from seen)
  where above.level > 0
$$;
--> statement-breakpoint
-- All links, from a day on, of the agents that are below one agent or above another at some time then: where the first is put below
-- the second, every circle and every level too many leads over these.
create function hierarchy_links(lower_agent integer, upper_agent integer, since date)
returns table (agent_id integer, agent_code text, parent_id integer, parent_code text, valid_from date, valid_to date)
language sql stable security definer set search_path = public, pg_temp as $$
  with recursive seen(id) as materialized (
    select seen_agents()
  ), below(id) as (
    select lower_agent where lower_agent in (select id from seen)
    union
    select link.agent_id from agent_parent link join below on link.parent_id = below.id where link.valid_to is null or link.valid_to > since
  ), above(id) as (
    select upper_agent where upper_agent in (select id from seen)
    union
    select link.parent_id from agent_parent link join above on link.agent_id = above.id where link.valid_to is null or link.valid_to > since
  )
  select link.agent_id, agent.code, link.parent_id, parent.code, link.valid_from, link.valid_to
  from (select id from below union select id from above) concerned join agent_parent link on link.agent_id = concerned.id
    left join agent on agent.id = link.agent_id and agent.id in (select id from seen)
    left join agent parent on parent.id = link.parent_id and parent.id in (select id from seen)
  where link.valid_to is null or link.valid_to > since
$$;
--> statement-breakpoint

-- 4. Figures: what teams sold. An event counts by its credits, also where the sale is another agent's; without the reversed ones.
create function team_sales(tops integer[], members integer[], from_period text, to_period text, wanted_types text[])
returns table (top_id integer, currency text, event_count integer, units numeric, amount numeric)
language sql stable security definer set search_path = public, pg_temp as $$
  with team as materialized (
    select * from unnest(tops, members) as pair (top_id, agent_id) where pair.agent_id in (select seen_agents())
  ), own as materialized (
    select distinct agent_id from team
  ), sold as materialized (
    select event.agent_id, event.id, 1::numeric as share, event.quantity, event.amount, event.currency, event.source, event.external_id
    from sales_event event join own on own.agent_id = event.agent_id
    where event.period between from_period and to_period and event.type::text = any (wanted_types) and not event.has_credits
    union all
    select credit.agent_id, event.id, credit.share, event.quantity, event.amount, event.currency, event.source, event.external_id
    from event_credit credit join own on own.agent_id = credit.agent_id join sales_event event on event.id = credit.event_id
    where event.period between from_period and to_period and event.type::text = any (wanted_types)
  )
  select team.top_id, sold.currency, count(distinct sold.id)::integer, sum(sold.share * sold.quantity), sum(sold.share * sold.amount)
  from sold join team on team.agent_id = sold.agent_id
  -- looked up event by event: as an anti join it was planned over all reversals for each event
  where coalesce((select false from sales_event reversal where reversal.type = 'REVERSAL'
    and reversal.source = sold.source and reversal.original_external_id = sold.external_id limit 1), true)
  group by team.top_id, sold.currency
$$;
--> statement-breakpoint

-- What teams earned: all lines of approved runs but tax, by their totals by agent.
create function team_commission(tops integer[], members integer[], from_period text, to_period text)
returns table (top_id integer, currency text, amount numeric)
language sql stable security definer set search_path = public, pg_temp as $$
  with approved as materialized (
    select id from commission_run
    where status in ('APPROVED', 'PAID') and not is_cut_over and period between from_period and to_period
      and (not is_request() or id in (select visible_runs()))
  ), earned as materialized (
    select total.agent_id, total.currency, sum(total.amount) as amount
    from run_agent_total total join approved on approved.id = total.run_id
    where total.kind::text <> 'TAX' and total.agent_id in (select seen_agents())
    group by total.agent_id, total.currency
  )
  select pair.top_id, earned.currency, sum(earned.amount)
  from unnest(tops, members) as pair (top_id, agent_id) join earned on earned.agent_id = pair.agent_id
  group by pair.top_id, earned.currency
$$;
--> statement-breakpoint

-- 5. Coverage: how many, not who, so that a region is not called empty because its agents are not the manager's own.
create function placed_agents(wanted_day date) returns table (region_id integer, channel_type_id integer, agent_count integer)
language sql stable security definer set search_path = public, pg_temp as $$
  select place.region_id, agent.channel_type_id, count(*)::integer
  from agent_region place join agent on agent.id = place.agent_id
    join agent_status status on status.agent_id = place.agent_id and status.status = 'ACTIVE'
      and daterange(status.valid_from, status.valid_to) @> wanted_day
  where daterange(place.valid_from, place.valid_to) @> wanted_day
    and (not is_request() or claim_role() in ('ADMIN', 'CHANNEL_MANAGER', 'FINANCE', 'AUDITOR'))
  group by place.region_id, agent.channel_type_id
$$;
--> statement-breakpoint
create function served_regions(wanted_day date) returns setof integer
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct territory.region_id
  from territory join agent_status status on status.agent_id = territory.agent_id and status.status = 'ACTIVE'
    and daterange(status.valid_from, status.valid_to) @> wanted_day
  where daterange(territory.valid_from, territory.valid_to) @> wanted_day
    and (not is_request() or claim_role() in ('ADMIN', 'CHANNEL_MANAGER', 'FINANCE', 'AUDITOR'))
$$;
--> statement-breakpoint
revoke execute on function agents_territory_conflicts(integer[], date), agents_below(integer, date, integer), agents_above(integer, date),
  hierarchy_links(integer, integer, date), team_sales(integer[], integer[], text, text, text[]), team_commission(integer[], integer[], text, text),
  seen_agents(), placed_agents(date), served_regions(date)
  from public;
--> statement-breakpoint
grant execute on function agents_territory_conflicts(integer[], date), agents_below(integer, date, integer), agents_above(integer, date),
  hierarchy_links(integer, integer, date), team_sales(integer[], integer[], text, text, text[]), team_commission(integer[], integer[], text, text),
  seen_agents(), placed_agents(date), served_regions(date)
  to tributary_request;

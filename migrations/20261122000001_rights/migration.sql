-- By hand: what drizzle-kit cannot express (docs/architecture.md, "Migrations"): partitions, exclusion constraints,
-- triggers, functions, roles' rights and row-level security.
-- The roles themselves are made before migrations run (src/db/roles.ts): roles belong to a server, not to a database.

-- 1. Tables partitioned by run. Their partitions live in a schema that the request role cannot enter: read directly,
--    a partition would ignore its parent's policies.
create schema runs;
--> statement-breakpoint
create type line_kind as enum ('EARNING', 'POOL');
--> statement-breakpoint
create table commission_line (
  run_id integer not null,
  component_id integer not null,
  kind line_kind not null,
  cause_id bigint not null,
  agent_id integer not null,
  role text not null,
  rule_id integer,
  base numeric not null,
  share numeric not null,
  factor numeric not null,
  amount numeric not null,
  currency text not null,
  constraint commission_line_key primary key (run_id, agent_id, component_id, cause_id, role)
) partition by list (run_id);
--> statement-breakpoint
create index commission_line_cause on commission_line (cause_id);
--> statement-breakpoint
create table unpaid_event (
  run_id integer not null,
  event_id bigint not null,
  agent_id integer not null,
  role text not null,
  reason text not null,
  constraint unpaid_event_key primary key (run_id, agent_id, event_id, role)
) partition by list (run_id);
--> statement-breakpoint

-- 2. No two dated facts of a kind on the same day. Whole-number ranges of one point stand in for equality, so that no
--    extension (btree_gist) is needed.
alter table agent_status add constraint agent_status_no_overlap
  exclude using gist (int4range(agent_id, agent_id, '[]') with &&, daterange(valid_from, valid_to) with &&) deferrable initially deferred;
--> statement-breakpoint
alter table agent_tier add constraint agent_tier_no_overlap
  exclude using gist (int4range(agent_id, agent_id, '[]') with &&, daterange(valid_from, valid_to) with &&) deferrable initially deferred;
--> statement-breakpoint
alter table agent_parent add constraint agent_parent_no_overlap
  exclude using gist (int4range(agent_id, agent_id, '[]') with &&, daterange(valid_from, valid_to) with &&) deferrable initially deferred;
--> statement-breakpoint
alter table agent_region add constraint agent_region_no_overlap
  exclude using gist (int4range(agent_id, agent_id, '[]') with &&, daterange(valid_from, valid_to) with &&) deferrable initially deferred;
--> statement-breakpoint
alter table agreement add constraint agreement_no_overlap
  exclude using gist (int4range(agent_id, agent_id, '[]') with &&, daterange(valid_from, valid_to) with &&) deferrable initially deferred;
--> statement-breakpoint

-- No agent above itself on any date, even where the one who writes cannot see all of the links (DOMAIN.md §4). Walks up from
-- the new parent, keeping the days on which all links of the way hold together.
create function refuse_parent_circle() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (
    with recursive above(id, days, height) as (
      select new.parent_id, daterange(new.valid_from, new.valid_to), 1
      union all
      select link.parent_id, above.days * daterange(link.valid_from, link.valid_to), above.height + 1
      from above join agent_parent link on link.agent_id = above.id and daterange(link.valid_from, link.valid_to) && above.days
      where above.id <> new.agent_id and above.height < 20
    )
    select from above where above.id = new.agent_id
  ) then
    raise exception 'agent % would be above itself', new.agent_id using errcode = 'check_violation', constraint = 'agent_parent_no_circle';
  end if;
  return null;
end $$;
--> statement-breakpoint
create constraint trigger agent_parent_no_circle after insert or update on agent_parent
  deferrable initially deferred for each row execute function refuse_parent_circle();
--> statement-breakpoint

-- 3. What is written once stays as it is, for every role.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is never changed or deleted', tg_table_name using errcode = 'restrict_violation', constraint = tg_table_name || '_immutable';
end $$;
--> statement-breakpoint
do $$
declare name text;
begin
  foreach name in array array['sales_event', 'event_credit', 'plan_version', 'plan_component', 'rate_rule', 'pool_version',
                              'component', 'audit_record', 'audit_chain'] loop
    execute format('create trigger %I before update or delete on %I for each row execute function refuse_change()', name || '_immutable', name);
    execute format('create trigger %I before truncate on %I for each statement execute function refuse_change()', name || '_no_truncate', name);
  end loop;
end $$;
--> statement-breakpoint

-- What events name is never deleted; it stands in for their foreign keys (src/sales/tables.ts).
do $$
declare name text;
begin
  foreach name in array array['agent', 'product', 'region', 'segment', 'campaign', 'event_import'] loop
    execute format('create trigger %I before delete on %I for each row execute function refuse_change()', name || '_kept', name);
  end loop;
end $$;
--> statement-breakpoint

-- 4. The audit chain. Records are chained when their transaction commits, one committer at a time: chained at insert,
--    the lock would be held for the whole of each business transaction.
create function audit_hash(previous_hash text, record audit_record) returns text language sql immutable as $$
  select encode(sha256(convert_to(previous_hash || jsonb_build_array(
    record.id, (extract(epoch from record.at) * 1000000)::bigint, record.actor, record.action, record.entity, record.entity_key,
    record.before, record.after, record.reason, record.request_id)::text, 'UTF8')), 'hex')
$$;
--> statement-breakpoint
create function chain_audit_record() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  last audit_chain;
  previous text;
begin
  perform pg_advisory_xact_lock(hashtext('tributary audit chain'));
  select * into last from audit_chain order by position desc limit 1;
  previous := coalesce(last.hash, repeat('0', 64));
  insert into audit_chain (position, record_id, previous_hash, hash)
  values (coalesce(last.position, 0) + 1, new.id, previous, audit_hash(previous, new));
  return null;
end $$;
--> statement-breakpoint
create constraint trigger audit_record_chain after insert on audit_record
  deferrable initially deferred for each row execute function chain_audit_record();
--> statement-breakpoint

-- 5. Who is asking. A request sets its claims for its transaction; nothing else tells the policies anything.
create function claim_role() returns text language sql stable as $$
  select coalesce(current_setting('tributary.role', true), '')
$$;
--> statement-breakpoint
create function claim_user() returns integer language sql stable as $$
  select nullif(current_setting('tributary.user_id', true), '')::integer
$$;
--> statement-breakpoint
create function claim_agent() returns integer language sql stable as $$
  select nullif(current_setting('tributary.agent_id', true), '')::integer
$$;
--> statement-breakpoint
create function claim_region() returns integer language sql stable as $$
  select nullif(current_setting('tributary.region_id', true), '')::integer
$$;
--> statement-breakpoint
create function claim_today() returns date language sql stable as $$
  select coalesce(nullif(current_setting('tributary.today', true), '')::date, current_date)
$$;
--> statement-breakpoint
-- Whether a request is asking (then its claims decide, also where it has none) or the owner itself.
create function is_request() returns boolean language sql stable as $$
  select current_setting('role') = 'tributary_request'
$$;
--> statement-breakpoint
create function region_subtree(root integer) returns setof integer language sql stable set search_path = public, pg_temp as $$
  with recursive tree as (
    select id from region where id = root
    union
    select child.id from region child join tree on child.parent_id = tree.id
  )
  select id from tree
$$;
--> statement-breakpoint
-- Managers see the agents placed in their regions' subtree today; an agent not placed today, by wherever it is or was to be
-- placed. Agents see themselves and their descendants. Definer's rights: a policy on `agent` cannot read `agent`.
create function visible_agents() returns setof integer language sql stable security definer set search_path = public, pg_temp rows 1000 as $$
  select id from agent where claim_role() in ('ADMIN', 'FINANCE', 'AUDITOR')
  union all
  select distinct fact.agent_id from agent_region fact
  where claim_role() = 'CHANNEL_MANAGER'
    and fact.region_id in (select region_subtree(claim_region()))
    and (daterange(fact.valid_from, fact.valid_to) @> claim_today()
         or not exists (select from agent_region today where today.agent_id = fact.agent_id
                        and daterange(today.valid_from, today.valid_to) @> claim_today()))
  union all
  (with recursive below as (
    select claim_agent() as id where claim_role() = 'AGENT' and claim_agent() is not null
    union
    select link.agent_id from agent_parent link join below on link.parent_id = below.id
    where daterange(link.valid_from, link.valid_to) @> claim_today()
  ) select id from below)
$$;
--> statement-breakpoint
-- Agents that a manager may place: the visible ones, and new ones nobody has placed yet.
create function placeable_agents() returns setof integer language sql stable security definer set search_path = public, pg_temp as $$
  select visible_agents()
  union all
  select agent.id from agent
  where claim_role() = 'CHANNEL_MANAGER' and not exists (select from agent_region fact where fact.agent_id = agent.id)
$$;
--> statement-breakpoint
-- A calculation that nobody approved is no agent's business yet.
create function visible_runs() returns setof integer language sql stable security definer set search_path = public, pg_temp as $$
  select id from commission_run
  where claim_role() in ('ADMIN', 'FINANCE', 'AUDITOR', 'CHANNEL_MANAGER')
     or (claim_role() = 'AGENT' and status in ('APPROVED', 'PAID'))
$$;
--> statement-breakpoint
-- Whoever imports must know what is closed, whatever runs the importer may see.
create function latest_approved_period() returns text language sql stable security definer set search_path = public, pg_temp as $$
  select max(period) from commission_run where status in ('APPROVED', 'PAID')
$$;
--> statement-breakpoint
-- A request may ask for a close, but may not touch the queue: one row per period, and one job for it. People may ask again
-- for what failed; the clock (`again` false) does not.
create function request_close(wanted_period text, wanted_by text, wanted_at timestamptz, again boolean) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if is_request() and claim_role() not in ('ADMIN', 'FINANCE') then
    raise exception 'not allowed to request a close' using errcode = 'insufficient_privilege';
  end if;
  insert into close_request (period, requested_by, requested_at) values (wanted_period, wanted_by, wanted_at)
  on conflict (period) do update set requested_by = excluded.requested_by, requested_at = excluded.requested_at, failure = null
    where again and close_request.failure is not null;
  if not found then
    return false;
  end if;
  perform graphile_worker.add_job('close_period', json_build_object('period', wanted_period),
    job_key => 'close:' || wanted_period, max_attempts => 3);
  return true;
end $$;
--> statement-breakpoint

-- 6. Rights of the request role, and which rows it sees and writes.
grant usage on schema public to tributary_request;
--> statement-breakpoint
revoke execute on function request_close(text, text, timestamptz, boolean), placeable_agents(), visible_agents(), visible_runs() from public;
--> statement-breakpoint
grant execute on function request_close(text, text, timestamptz, boolean), placeable_agents(), visible_agents(), visible_runs() to tributary_request;
--> statement-breakpoint
do $$
declare
  name text;
  anybody constant text := 'claim_role() <> ''''';
  -- an array, not IN (select …): only the array can be an index condition, so an agent's query reads the agent's rows alone
  seen constant text := 'agent_id = any (array(select visible_agents()))';
  seen_run constant text := 'run_id = any (array(select visible_runs()))';
  manages constant text := 'claim_role() in (''ADMIN'', ''CHANNEL_MANAGER'')';
begin
  -- reference data and plans: everybody signed in reads, administrators write
  foreach name in array array['operator', 'region', 'channel_type', 'product_category', 'product', 'segment', 'campaign', 'tier',
                              'plan', 'plan_version', 'component', 'plan_component', 'rate_rule', 'pool', 'pool_version'] loop
    execute format('alter table %I enable row level security', name);
    execute format('grant select, insert, update on %I to tributary_request', name);
    execute format('create policy read on %I for select to tributary_request using (%s)', name, anybody);
    execute format('create policy add on %I for insert to tributary_request with check (claim_role() = ''ADMIN'')', name);
    execute format('create policy change on %I for update to tributary_request using (claim_role() = ''ADMIN'')', name);
  end loop;

  -- dated facts of agents: seen with the agent, written by administrators and by the managers who see the agent
  foreach name in array array['agent_status', 'agent_tier', 'agent_parent', 'agreement'] loop
    execute format('alter table %I enable row level security', name);
    execute format('grant select, insert, update, delete on %I to tributary_request', name);
    execute format('create policy read on %I for select to tributary_request using (%s)', name, seen);
    execute format('create policy add on %I for insert to tributary_request with check (%s and %s)', name, manages, seen);
    execute format('create policy change on %I for update to tributary_request using (%s and %s)', name, manages, seen);
    execute format('create policy remove on %I for delete to tributary_request using (%s and %s)', name, manages, seen);
  end loop;

  -- sales: seen with the agent, brought in by administrators and managers
  foreach name in array array['sales_event', 'event_credit'] loop
    execute format('alter table %I enable row level security', name);
    execute format('grant select, insert on %I to tributary_request', name);
    execute format('create policy read on %I for select to tributary_request using (%s)', name, seen);
    execute format('create policy add on %I for insert to tributary_request with check (%s and %s)', name, manages, seen);
  end loop;

  -- results of runs, by agent
  foreach name in array array['commission_line', 'unpaid_event', 'statement', 'run_pool_member'] loop
    execute format('alter table %I enable row level security', name);
    execute format('grant select on %I to tributary_request', name);
    execute format('create policy read on %I for select to tributary_request using (%s and %s)', name, seen, seen_run);
  end loop;

  -- results of runs, as a whole: not an agent's
  foreach name in array array['run_total', 'run_pool', 'run_progress'] loop
    execute format('alter table %I enable row level security', name);
    execute format('grant select on %I to tributary_request', name);
    execute format('create policy read on %I for select to tributary_request using (claim_role() in (''ADMIN'', ''FINANCE'', ''AUDITOR'') and %s)', name, seen_run);
  end loop;

  -- what belongs to one user
  foreach name in array array['idempotency_key', 'user_session', 'api_key'] loop
    execute format('alter table %I enable row level security', name);
    execute format('grant select, insert, update on %I to tributary_request', name);
    execute format('create policy own on %I to tributary_request using (user_id = claim_user()) with check (user_id = claim_user())', name);
  end loop;
end $$;
--> statement-breakpoint
alter table agent enable row level security;
--> statement-breakpoint
grant select, insert, update on agent to tributary_request;
--> statement-breakpoint
-- A manager who adds an agent must be able to read it back before it is placed.
create policy read on agent for select to tributary_request using (id = any (array(select placeable_agents())));
--> statement-breakpoint
create policy add on agent for insert to tributary_request with check (claim_role() in ('ADMIN', 'CHANNEL_MANAGER'));
--> statement-breakpoint
create policy change on agent for update to tributary_request
  using (claim_role() in ('ADMIN', 'CHANNEL_MANAGER') and id in (select visible_agents()));
--> statement-breakpoint
alter table agent_region enable row level security;
--> statement-breakpoint
grant select, insert, update, delete on agent_region to tributary_request;
--> statement-breakpoint
create policy read on agent_region for select to tributary_request using (agent_id = any (array(select visible_agents())));
--> statement-breakpoint
-- A manager places agents within its own regions only.
create policy add on agent_region for insert to tributary_request with check (
  agent_id in (select placeable_agents())
  and (claim_role() = 'ADMIN' or (claim_role() = 'CHANNEL_MANAGER' and region_id in (select region_subtree(claim_region())))));
--> statement-breakpoint
create policy change on agent_region for update to tributary_request
  using (claim_role() in ('ADMIN', 'CHANNEL_MANAGER') and agent_id in (select visible_agents()))
  with check (claim_role() = 'ADMIN' or region_id in (select region_subtree(claim_region())));
--> statement-breakpoint
create policy remove on agent_region for delete to tributary_request
  using (claim_role() in ('ADMIN', 'CHANNEL_MANAGER') and agent_id in (select visible_agents()));
--> statement-breakpoint
alter table event_import enable row level security;
--> statement-breakpoint
grant select, insert, update on event_import to tributary_request;
--> statement-breakpoint
create policy read on event_import for select to tributary_request using (claim_role() in ('ADMIN', 'CHANNEL_MANAGER', 'FINANCE', 'AUDITOR'));
--> statement-breakpoint
create policy add on event_import for insert to tributary_request with check (claim_role() in ('ADMIN', 'CHANNEL_MANAGER'));
--> statement-breakpoint
create policy change on event_import for update to tributary_request using (claim_role() in ('ADMIN', 'CHANNEL_MANAGER'));
--> statement-breakpoint
alter table commission_run enable row level security;
--> statement-breakpoint
grant select, update on commission_run to tributary_request;
--> statement-breakpoint
create policy read on commission_run for select to tributary_request using (id = any (array(select visible_runs())));
--> statement-breakpoint
create policy change on commission_run for update to tributary_request using (claim_role() in ('ADMIN', 'FINANCE'));
--> statement-breakpoint
alter table close_request enable row level security;
--> statement-breakpoint
grant select on close_request to tributary_request;
--> statement-breakpoint
create policy read on close_request for select to tributary_request using (claim_role() in ('ADMIN', 'FINANCE', 'AUDITOR', 'CHANNEL_MANAGER'));
--> statement-breakpoint
alter table user_account enable row level security;
--> statement-breakpoint
-- Never the password's hash.
grant select (id, email, name, role, agent_id, region_id, disabled, created_at) on user_account to tributary_request;
--> statement-breakpoint
create policy read on user_account for select to tributary_request using (claim_role() in ('ADMIN', 'AUDITOR') or id = claim_user());
--> statement-breakpoint
alter table audit_record enable row level security;
--> statement-breakpoint
alter table audit_chain enable row level security;
--> statement-breakpoint
grant select, insert on audit_record to tributary_request;
--> statement-breakpoint
grant select on audit_chain to tributary_request;
--> statement-breakpoint
create policy read on audit_record for select to tributary_request using (claim_role() in ('ADMIN', 'AUDITOR'));
--> statement-breakpoint
create policy add on audit_record for insert to tributary_request with check (claim_role() <> '');
--> statement-breakpoint
create policy read on audit_chain for select to tributary_request using (claim_role() in ('ADMIN', 'AUDITOR'));
--> statement-breakpoint
-- An agent may know the fund and the total weight that its own share came from, but not the run's totals as a whole.
create function pool_facts(wanted_run integer, wanted_pool integer)
returns table (fund numeric, carried_in numeric, weight_total numeric, member_count integer)
language sql stable security definer set search_path = public, pg_temp as $$
  select result.fund, result.carried_in, result.weight_total, result.member_count
  from run_pool result
  where result.run_id = wanted_run and result.pool_id = wanted_pool
    and (not is_request() or wanted_run in (select visible_runs()))
$$;
--> statement-breakpoint
-- An agent that has a share in a sale may know the sale, also where another agent made it.
create function credited_event(wanted_event bigint) returns setof sales_event
language sql stable security definer set search_path = public, pg_temp as $$
  select event.* from sales_event event
  where event.id = wanted_event
    and (not is_request() or event.agent_id in (select visible_agents())
         or exists (select from event_credit credit where credit.event_id = wanted_event and credit.agent_id in (select visible_agents())))
$$;
--> statement-breakpoint
revoke execute on function credited_event(bigint), pool_facts(integer, integer), latest_approved_period() from public;
--> statement-breakpoint
grant execute on function credited_event(bigint), pool_facts(integer, integer), latest_approved_period() to tributary_request;

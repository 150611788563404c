-- By hand: partitioned lines get what a complete statement needs; what is dated excludes itself; causes of recalculation are
-- recorded by triggers; rights of the new tables.

-- 1. Lines: the key of DOMAIN.md §10 (nothing twice for one event, original, component, agent, role, kind, instalment, origin).
alter table commission_line add column original_id bigint, add column instalment smallint, add column source_agent_id integer,
  add column source_component_id integer, add column origin_period text;
--> statement-breakpoint
alter table commission_line drop constraint commission_line_key;
--> statement-breakpoint
alter table commission_line add constraint commission_line_key unique nulls not distinct (run_id, agent_id, component_id, cause_id, role, kind,
  instalment, original_id, source_agent_id, source_component_id, origin_period, currency);
--> statement-breakpoint
create index commission_line_origin on commission_line (origin_period) where origin_period is not null;
--> statement-breakpoint
insert into component (kind, code) values ('TAX', 'TAX');
--> statement-breakpoint

-- 2. One rate for a pair of currencies on any day.
create function currency_number(code text) returns integer language sql immutable as $$
  select (ascii(substr(code, 1, 1)) * 256 + ascii(substr(code, 2, 1))) * 256 + ascii(substr(code, 3, 1))
$$;
--> statement-breakpoint
alter table exchange_rate add constraint exchange_rate_no_overlap exclude using gist (
  int4range(currency_number(currency), currency_number(currency), '[]') with &&,
  int4range(currency_number(into_currency), currency_number(into_currency), '[]') with &&,
  daterange(valid_from, valid_to) with &&) deferrable initially deferred;
--> statement-breakpoint

-- 3. Approvals are for ever, like what they approve.
create trigger plan_version_approval_immutable before update or delete on plan_version_approval for each row execute function refuse_change();
--> statement-breakpoint
create trigger plan_version_approval_no_truncate before truncate on plan_version_approval for each statement execute function refuse_change();
--> statement-breakpoint
-- Four eyes twice: nobody approves what they proposed.
create function refuse_own_approval() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select from plan_version where id = new.version_id and lower(published_by) = lower(new.approved_by)) then
    raise exception 'who proposed a correction cannot approve it' using errcode = 'check_violation', constraint = 'plan_version_approval_four_eyes';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger plan_version_approval_four_eyes before insert on plan_version_approval for each row execute function refuse_own_approval();
--> statement-breakpoint
create unique index plan_version_approval_person on plan_version_approval (version_id, lower(approved_by));
--> statement-breakpoint
-- Published at once, or a correction with its two approvals.
create function plan_version_in_force(wanted integer) returns boolean language sql stable security definer set search_path = public, pg_temp as $$
  select not version.corrects or (select count(*) >= 2 from plan_version_approval approval where approval.version_id = version.id)
  from plan_version version where version.id = wanted
$$;
--> statement-breakpoint

-- 4. What closed periods have to be recalculated for (DOMAIN.md §10, RETRO).
create function record_retro_cause(wanted_agent integer, since date, why text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if to_char(since, 'YYYY-MM') <= latest_approved_period() then
    insert into retro_cause (agent_id, period, reason) values (wanted_agent, to_char(since, 'YYYY-MM'), why)
    on conflict (agent_id, period, reason) where settled_run_id is null do nothing;
  end if;
end $$;
--> statement-breakpoint
-- A fact whose end alone moves changes nothing before the earlier of the two ends.
create function note_changed_fact() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  since date;
  before jsonb := to_jsonb(old) - array['id', 'valid_to'];
  after jsonb := to_jsonb(new) - array['id', 'valid_to'];
begin
  if tg_op = 'UPDATE' and before = after then
    if old.valid_to is not distinct from new.valid_to then
      return null;
    end if;
    since := least(old.valid_to, new.valid_to);
  else
    since := least(case when tg_op <> 'INSERT' then old.valid_from end, case when tg_op <> 'DELETE' then new.valid_from end);
  end if;
  -- a former parent is touched like the child: it was paid on the child's sales and is connected with it no more
  perform record_retro_cause(touched, since, tg_table_name)
  from unnest(array[(to_jsonb(old) ->> 'agent_id')::integer, (to_jsonb(new) ->> 'agent_id')::integer,
    (to_jsonb(old) ->> 'parent_id')::integer, (to_jsonb(new) ->> 'parent_id')::integer]) touched
  where touched is not null;
  return null;
end $$;
--> statement-breakpoint
do $$
declare name text;
begin
  foreach name in array array['agent_status', 'agent_tier', 'agent_parent', 'agent_region', 'agreement'] loop
    execute format('create trigger %I after insert or update or delete on %I for each row execute function note_changed_fact()', name || '_retro', name);
  end loop;
end $$;
--> statement-breakpoint
create function note_changed_metric() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  changed metric_value := case when tg_op = 'DELETE' then old else new end;
  since date;
begin
  if tg_op = 'UPDATE' and old.value = new.value then
    return null;
  end if;
  since := case
    when changed.period ~ 'Q' then to_date(left(changed.period, 4) || (right(changed.period, 1)::integer * 3 - 2)::text, 'YYYYMM')
    when length(changed.period) = 4 then to_date(changed.period || '01', 'YYYYMM')
    else to_date(changed.period, 'YYYY-MM') end;
  perform record_retro_cause(changed.agent_id, since, 'metric_value');
  return null;
end $$;
--> statement-breakpoint
create trigger metric_value_retro after insert or update or delete on metric_value for each row execute function note_changed_metric();
--> statement-breakpoint
create function note_changed_rate() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  changed_currency text := case when tg_op = 'DELETE' then old.currency else new.currency end;
  since date := least(case when tg_op <> 'INSERT' then old.valid_from end, case when tg_op <> 'DELETE' then new.valid_from end);
begin
  if tg_op = 'UPDATE' and old.currency = new.currency and old.valid_from = new.valid_from and old.rate = new.rate then
    since := least(old.valid_to, new.valid_to);
  end if;
  insert into retro_cause (agent_id, period, reason)
  select distinct coalesce(credit.agent_id, event.agent_id), event.period, 'exchange_rate'
  from sales_event event left join event_credit credit on event.has_credits and credit.event_id = event.id
  where event.currency = changed_currency and event.period >= to_char(since, 'YYYY-MM') and event.period <= latest_approved_period()
  on conflict (agent_id, period, reason) where settled_run_id is null do nothing;
  return null;
end $$;
--> statement-breakpoint
create trigger exchange_rate_retro after insert or update or delete on exchange_rate for each row execute function note_changed_rate();
--> statement-breakpoint
-- With its second approval a correction touches everyone who was in the plan on its dates.
create function note_correction() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if plan_version_in_force(new.version_id) then
    insert into retro_cause (agent_id, period, reason)
    select distinct agreement.agent_id, to_char(greatest(agreement.valid_from, version.valid_from), 'YYYY-MM'), 'plan_version'
    from plan_version version join agreement on agreement.plan_id = version.plan_id
      and daterange(agreement.valid_from, agreement.valid_to) && daterange(version.valid_from, version.valid_to)
    where version.id = new.version_id
      and to_char(greatest(agreement.valid_from, version.valid_from), 'YYYY-MM') <= latest_approved_period()
    on conflict (agent_id, period, reason) where settled_run_id is null do nothing;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger plan_version_approval_retro after insert on plan_version_approval for each row execute function note_correction();
--> statement-breakpoint
-- Late events: the agents they are credited to, and those of earlier events of the same subscription or of their original,
-- whose instalments and clawbacks they may change.
create function note_late_events(wanted_import integer) returns void language sql security definer set search_path = public, pg_temp as $$
  with late as (
    select id, source, subscription_id, original_external_id, period from sales_event where import_id = wanted_import and late
  ), touched as (
    select event.id, event.agent_id, event.has_credits, late.period from late join sales_event event on event.id = late.id
    union
    select event.id, event.agent_id, event.has_credits, late.period from late
      join sales_event event on event.subscription_id = late.subscription_id
    union
    select event.id, event.agent_id, event.has_credits, least(event.period, late.period) from late
      join sales_event event on event.source = late.source and event.external_id = late.original_external_id
    union
    select event.id, event.agent_id, event.has_credits, least(original.period, late.period) from late
      join sales_event original on original.source = late.source and original.external_id = late.original_external_id
      join sales_event event on event.subscription_id = original.subscription_id
  )
  insert into retro_cause (agent_id, period, reason)
  select coalesce(credit.agent_id, touched.agent_id), min(touched.period), 'late_event'
  from touched left join event_credit credit on touched.has_credits and credit.event_id = touched.id
  group by 1
  on conflict (agent_id, period, reason) where settled_run_id is null do nothing
$$;
--> statement-breakpoint

-- 5. Rights.
revoke execute on function record_retro_cause(integer, date, text), note_late_events(integer), plan_version_in_force(integer) from public;
--> statement-breakpoint
grant execute on function note_late_events(integer), plan_version_in_force(integer) to tributary_request;
--> statement-breakpoint
do $$
declare
  name text;
  seen constant text := 'agent_id = any (array(select visible_agents()))';
  seen_run constant text := 'run_id = any (array(select visible_runs()))';
begin
  foreach name in array array['run_volume', 'run_agent_total'] loop
    execute format('alter table %I enable row level security', name);
    execute format('grant select on %I to tributary_request', name);
    execute format('create policy read on %I for select to tributary_request using (%s and %s)', name, seen, seen_run);
  end loop;
  foreach name in array array['exchange_rate', 'plan_version_approval'] loop
    execute format('alter table %I enable row level security', name);
    execute format('grant select, insert, update on %I to tributary_request', name);
    execute format('create policy read on %I for select to tributary_request using (claim_role() <> '''')', name);
    execute format('create policy change on %I for update to tributary_request using (claim_role() = ''ADMIN'')', name);
  end loop;
end $$;
--> statement-breakpoint
create policy add on exchange_rate for insert to tributary_request with check (claim_role() = 'ADMIN');
--> statement-breakpoint
-- Finance may be one of the two who approve a correction: it is their money.
create policy add on plan_version_approval for insert to tributary_request with check (claim_role() in ('ADMIN', 'FINANCE'));
--> statement-breakpoint
grant delete on exchange_rate to tributary_request;
--> statement-breakpoint
create policy remove on exchange_rate for delete to tributary_request using (claim_role() = 'ADMIN');
--> statement-breakpoint
alter table metric_value enable row level security;
--> statement-breakpoint
grant select, insert, update, delete on metric_value to tributary_request;
--> statement-breakpoint
create policy read on metric_value for select to tributary_request using (agent_id = any (array(select visible_agents())));
--> statement-breakpoint
create policy add on metric_value for insert to tributary_request
  with check (claim_role() in ('ADMIN', 'CHANNEL_MANAGER') and agent_id = any (array(select visible_agents())));
--> statement-breakpoint
create policy change on metric_value for update to tributary_request
  using (claim_role() in ('ADMIN', 'CHANNEL_MANAGER') and agent_id = any (array(select visible_agents())));
--> statement-breakpoint
create policy remove on metric_value for delete to tributary_request
  using (claim_role() in ('ADMIN', 'CHANNEL_MANAGER') and agent_id = any (array(select visible_agents())));
--> statement-breakpoint
alter table retro_cause enable row level security;
--> statement-breakpoint
grant select, update on retro_cause to tributary_request;
--> statement-breakpoint
create policy read on retro_cause for select to tributary_request using (claim_role() in ('ADMIN', 'FINANCE', 'AUDITOR'));
--> statement-breakpoint
create policy settle on retro_cause for update to tributary_request using (claim_role() in ('ADMIN', 'FINANCE'));
--> statement-breakpoint

-- 6. What an agent may know of events that are not its own.
-- An agent that has a line about an event may know the event, also where another agent made it: the new agent after a TRANSFER,
--    an ancestor whose child has moved since, the CHURN or REFUND that took money back.
create or replace function credited_event(wanted_event bigint) returns setof sales_event
language sql stable security definer set search_path = public, pg_temp as $$
  select event.* from sales_event event
  where event.id = wanted_event
    and (not is_request() or event.agent_id in (select visible_agents())
         or exists (select from event_credit credit where credit.event_id = wanted_event and credit.agent_id in (select visible_agents()))
         or exists (select from commission_line line where line.cause_id = wanted_event and line.kind <> 'POOL'
                    and line.agent_id = any (array(select visible_agents())) and line.run_id = any (array(select visible_runs()))))
$$;
--> statement-breakpoint

-- explainRule finds a shared event by its key. Without it an agent's shares are looked through one by one (correct, slower).
create function credited_event_id(wanted_source text, wanted_external_id text) returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select event.id from sales_event event
  where event.source = wanted_source and event.external_id = wanted_external_id and exists (select from credited_event(event.id))
$$;
--> statement-breakpoint

-- Who a TRANSFER credits an event to, and when its subscription began, whoever's events these are: without it, explainRule tells
--    an agent from whom a subscription was transferred that it is still credited, and the new agent of a RESIDUAL NO_SUBSCRIPTION
--    where the ACTIVATION was the old agent's. Null where there is none.
create function event_facts(wanted_event bigint) returns table (transferred_to integer, started_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select
    (select transfer.agent_id from sales_event transfer
     where transfer.type = 'TRANSFER' and transfer.subscription_id = event.subscription_id
       and event.type in ('BILL', 'PAYMENT', 'RECHARGE', 'RENEWAL')
       and row(transfer.occurred_at, transfer.source collate "C", transfer.external_id collate "C")
         < row(event.occurred_at, event.source collate "C", event.external_id collate "C")
       and not exists (select from sales_event reversal where reversal.type = 'REVERSAL' and reversal.source = transfer.source
         and reversal.original_external_id = transfer.external_id)
     order by transfer.occurred_at desc, transfer.source collate "C" desc, transfer.external_id collate "C" desc limit 1),
    (select activation.occurred_at from sales_event activation
     where activation.type = 'ACTIVATION' and activation.subscription_id = event.subscription_id
       and row(activation.occurred_at, activation.source collate "C", activation.external_id collate "C")
         < row(event.occurred_at, event.source collate "C", event.external_id collate "C")
       and not exists (select from sales_event reversal where reversal.type = 'REVERSAL' and reversal.source = activation.source
         and reversal.original_external_id = activation.external_id)
     order by activation.occurred_at desc, activation.source collate "C" desc, activation.external_id collate "C" desc limit 1)
  from credited_event(wanted_event) event
$$;
--> statement-breakpoint
revoke execute on function credited_event_id(text, text), event_facts(bigint) from public;
--> statement-breakpoint
grant execute on function credited_event_id(text, text), event_facts(bigint) to tributary_request;

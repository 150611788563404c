-- By hand: how events were credited when a run was approved, what agents may know of events, rights.

-- 1. What changes of approved periods is kept as it was (nothing calculates with it; it is what verifying an approved run goes by).
create function keep_crediting_past() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  approved integer := (select id from commission_run where status in ('APPROVED', 'PAID') order by period desc, id desc limit 1);
  until_period text := latest_approved_period();
begin
  if approved is null then
    return null;
  end if;
  if tg_table_name = 'event_award' then
    insert into event_crediting_past (event_id, until_run_id, block, case_id, shared, awards)
    select crediting.event_id, approved, crediting.block, crediting.case_id, crediting.shared,
      jsonb_agg(jsonb_build_object('agent_id', old_row.agent_id, 'role', old_row.role, 'share', old_row.share::text))
    from changed old_row join event_crediting crediting on crediting.event_id = old_row.event_id
    where crediting.period <= until_period
    group by crediting.event_id, crediting.block, crediting.case_id, crediting.shared
    on conflict do nothing;
  else
    insert into event_crediting_past (event_id, until_run_id, block, case_id, shared, awards)
    select changed.event_id, approved, case tg_op when 'DELETE' then changed.block end, case tg_op when 'DELETE' then changed.case_id end,
      tg_op = 'DELETE' and changed.shared, '[]'
    from changed where changed.period <= until_period
    on conflict do nothing;
  end if;
  return null;
end $$;
--> statement-breakpoint
-- Awards go first: with them the whole is kept; then what had none, or nothing at all before.
create trigger event_award_past after delete on event_award
  referencing old table as changed for each statement execute function keep_crediting_past();
--> statement-breakpoint
create trigger event_crediting_past_removed after delete on event_crediting
  referencing old table as changed for each statement execute function keep_crediting_past();
--> statement-breakpoint
create trigger event_crediting_past_added after insert on event_crediting
  referencing new table as changed for each statement execute function keep_crediting_past();
--> statement-breakpoint
alter table event_crediting_past enable row level security;
--> statement-breakpoint

-- 2. An event may be known to whoever a case or rule credits it to; the number of an ADJUSTMENT's cause is no event's.
create or replace function credited_event(wanted_event bigint) returns setof sales_event
language sql stable security definer set search_path = public, pg_temp as $$
  select event.* from sales_event event
  where event.id = wanted_event
    and (not is_request() or event.agent_id in (select visible_agents())
         or exists (select from event_credit credit where credit.event_id = wanted_event and credit.agent_id in (select visible_agents()))
         or exists (select from event_award award where award.event_id = wanted_event and award.agent_id in (select visible_agents()))
         or exists (select from commission_line line where line.cause_id = wanted_event and line.kind::text not in ('POOL', 'ADJUSTMENT')
                    and line.agent_id = any (array(select visible_agents())) and line.run_id = any (array(select visible_runs()))))
$$;
--> statement-breakpoint
-- What is made of an event, for whoever may know the event: whether a case blocks it, and by which case or credit rule it is shared. After a
--    decision the case, else the rule.
create function crediting_of(wanted_event bigint) returns table (block text, case_code text, rule_code text, shared boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  select crediting.block::text, found.code,
    case when crediting.shared and (crediting.case_id is null or crediting.block is not null) then
      (select rule.code from rule_credit credit join credit_rule_version version on version.id = credit.rule_version_id
       join credit_rule rule on rule.id = version.rule_id where credit.event_id = wanted_event limit 1) end,
    crediting.shared
  from event_crediting crediting left join conflict_case found on found.id = crediting.case_id
  where crediting.event_id = wanted_event and exists (select from credited_event(wanted_event))
$$;
--> statement-breakpoint
revoke execute on function crediting_of(bigint), keep_crediting_past() from public;
--> statement-breakpoint
grant execute on function crediting_of(bigint) to tributary_request;

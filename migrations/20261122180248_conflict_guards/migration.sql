-- By hand: what two at once, an appeal, and somebody who stands above a party must not do to a case; policies that find one case without finding all.

-- An agent writes the steps of its own registrations, not of those below it.
drop policy add on registration_step;
--> statement-breakpoint
create policy add on registration_step for insert to tributary_request
  with check (registration_id in (select registration.id from deal_registration registration
    where claim_role() in ('ADMIN', 'CHANNEL_MANAGER') or claim_role() = 'AGENT' and registration.agent_id = claim_agent()));
--> statement-breakpoint
-- Who changes facts has events looked through; nobody else fills the queue.
create or replace function request_detection() returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if is_request() and claim_role() not in ('ADMIN', 'CHANNEL_MANAGER') then
    return;
  end if;
  if exists (select from conflict_rule_version) or exists (select from credit_rule_version) then
    perform graphile_worker.add_job('detect_conflicts', job_key => 'detect_conflicts', max_attempts => 5);
  end if;
end $$;
--> statement-breakpoint
-- A case that is not settled has no decision in force, and a case only decisions of its own.
alter table conflict_case add constraint conflict_case_undecided check (state not in ('OPEN', 'IN_MEDIATION') or decision_id is null);
--> statement-breakpoint
alter table conflict_case add constraint conflict_case_final check (closing <> 'FINAL' or decision_id is not null);
--> statement-breakpoint
alter table conflict_decision add constraint conflict_decision_of_case unique (id, case_id);
--> statement-breakpoint
alter table conflict_case add constraint conflict_case_own_decision foreign key (decision_id, id) references conflict_decision (id, case_id);
--> statement-breakpoint
-- Each party appeals once against a decision; what was decided about an appeal, or withdrawn, stays.
create unique index conflict_appeal_once on conflict_appeal (decision_id, agent_id);
--> statement-breakpoint
create or replace function refuse_own_appeal() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if old.state <> 'FILED' then
    raise exception 'the appeal is settled' using errcode = 'check_violation', constraint = 'conflict_appeal_settled';
  end if;
  if new.state in ('UPHELD', 'CHANGED') and exists (select from conflict_decision decision where decision.id = new.decision_id and lower(decision.decided_by) = lower(new.decided_by)) then
    raise exception 'an appeal is decided by somebody else' using errcode = 'check_violation', constraint = 'conflict_appeal_other_person';
  end if;
  return new;
end $$;
--> statement-breakpoint
-- Also where a decision does not call itself one on appeal while an appeal is open.
create or replace function refuse_own_appeal_decision() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if (new.on_appeal or exists (select from conflict_case found where found.id = new.case_id and found.state = 'APPEALED'))
    and exists (select from conflict_decision earlier where earlier.case_id = new.case_id and lower(earlier.decided_by) = lower(new.decided_by)) then
    raise exception 'an appeal is decided by somebody else' using errcode = 'check_violation', constraint = 'conflict_appeal_other_person';
  end if;
  return new;
end $$;
--> statement-breakpoint
-- The events are locked one after the other, so that two transactions that change what is said of one event do not each miss the other;
-- and what is credited is compared by event, not by a search for each of them.
create or replace function refresh_crediting(wanted bigint[]) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  changed bigint[];
begin
  if coalesce(cardinality(wanted), 0) = 0 then
    return 0;
  end if;
  -- approvals hold it alone: what is credited does not change while a period is being approved
  perform pg_advisory_xact_lock_shared(7627095748223293862);
  perform from sales_event where id in (select unnest(wanted)) order by id for no key update;
  with due as materialized (
    select * from due_crediting(wanted)
  ), due_award as (
    select due.event_id, share.agent_id, share.role, share.share from due join conflict_decision_share share on share.decision_id = due.decision_id
    where due.shared
    union all
    select due.event_id, credit.agent_id, credit.role, credit.share from due join rule_credit credit on credit.event_id = due.event_id
    where due.shared and due.decision_id is null
  ), before as (
    select row.event_id, row.block, row.case_id, row.shared, award.awards
    from event_crediting row left join (
      select event_id, string_agg(concat_ws(' ', agent_id, role, trim_scale(share)), ',' order by agent_id, role collate "C") as awards
      from event_award where event_id in (select unnest(wanted)) group by event_id) award on award.event_id = row.event_id
    where row.event_id in (select unnest(wanted))
  ), after as (
    select due.event_id, due.block, due.case_id, due.shared, award.awards
    from due left join (
      select event_id, string_agg(concat_ws(' ', agent_id, role, trim_scale(share)), ',' order by agent_id, role collate "C") as awards
      from due_award group by event_id) award on award.event_id = due.event_id
    where due.block is not null or due.shared
  )
  select array_agg(coalesce(before.event_id, after.event_id)) into changed
  from before full join after on after.event_id = before.event_id
  where (before.block, before.case_id, before.shared, before.awards) is distinct from (after.block, after.case_id, after.shared, after.awards);
  if changed is null then
    return 0;
  end if;
  perform note_recredited(changed);
  delete from event_award where event_id in (select unnest(changed));
  delete from event_crediting where event_id in (select unnest(changed));
  with due as materialized (
    select * from due_crediting(changed)
  ), crediting as (
    insert into event_crediting (event_id, period, block, case_id, shared)
    select due.event_id, due.period, due.block, due.case_id, due.shared from due where due.block is not null or due.shared
  )
  insert into event_award (event_id, agent_id, role, share)
  select due.event_id, share.agent_id, share.role, share.share
  from due join conflict_decision_share share on share.decision_id = due.decision_id where due.shared
  union all
  select due.event_id, credit.agent_id, credit.role, credit.share
  from due join rule_credit credit on credit.event_id = due.event_id where due.shared and due.decision_id is null;
  if exists (select from event_award where event_id in (select unnest(changed)) group by event_id having sum(share) <> 1) then
    raise exception 'the shares of an event total exactly 1' using errcode = 'check_violation', constraint = 'event_award_whole';
  end if;
  perform note_recredited(changed);
  return cardinality(changed);
end $$;
--> statement-breakpoint
-- When a decision was taken back by hand; nothing where facts did that.
create function reverted_at(wanted_case integer, wanted_decision integer) returns timestamptz language sql stable set search_path = public, pg_temp as $$
  select max(step.at) from conflict_step step join conflict_decision decision on decision.id = wanted_decision
  where step.case_id = wanted_case and step.action = 'REVERTED' and step.at >= decision.decided_at
$$;
--> statement-breakpoint
revoke execute on function reverted_at(integer, integer) from public;
--> statement-breakpoint
-- The lock of the books, as imports take it: approvals and voids hold it alone. Changed cases are found once, by a join that is hashed;
-- a case that is only moved on within what counts the same (OPEN, IN_MEDIATION; RESOLVED, APPEALED, CLOSED) leaves credits as they are.
create or replace function follow_changed_cases() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  approved text;
  next_period text;
  decided integer[] := array(select before.id from before join after using (id) where before.decision_id is distinct from after.decision_id);
  moved integer[] := array(select before.id from before join after using (id)
    where (before.state in ('OPEN', 'IN_MEDIATION'), before.decision_id, before.effect)
      is distinct from (after.state in ('OPEN', 'IN_MEDIATION'), after.decision_id, after.effect));
begin
  if cardinality(decided) > 0 then
    perform pg_advisory_xact_lock_shared(7627095748223293862);
    approved := latest_approved_period();
    next_period := to_char(to_date(approved, 'YYYY-MM') + interval '1 month', 'YYYY-MM');
    insert into component (kind, code) values ('ADJUSTMENT', 'ADJUSTMENT') on conflict do nothing;
    insert into adjustment (agent_id, kind, amount, currency, from_period, reason, created_by, created_at, reverses_id)
    select made.agent_id, 'REVERSED', -made.amount, made.currency, next_period, made.reason,
      coalesce(latest.decided_by, made.created_by), coalesce(latest.decided_at, reverted_at(after.id, before.decision_id), now()), made.id
    from before join after using (id) join conflict_deduction deduction on deduction.decision_id = before.decision_id
    join adjustment made on made.deduction_id = deduction.id and made.withdrawn_at is null and made.from_period <= approved
    left join conflict_decision latest on latest.id = after.decision_id
    where before.decision_id is distinct from after.decision_id
      and not exists (select from adjustment reversed where reversed.reverses_id = made.id);
    update adjustment set withdrawn_at = coalesce(left_off.at, now())
    from (
      select deduction.id as deduction_id, coalesce(latest.decided_at, reverted_at(after.id, before.decision_id)) as at
      from before join after using (id) join conflict_deduction deduction on deduction.decision_id = before.decision_id
      left join conflict_decision latest on latest.id = after.decision_id
      where before.decision_id is distinct from after.decision_id) left_off
    where adjustment.deduction_id = left_off.deduction_id and withdrawn_at is null and (approved is null or from_period > approved);
    insert into adjustment (agent_id, kind, amount, currency, from_period, reason, created_by, created_at, deduction_id)
    select deduction.agent_id, deduction.kind::text::adjustment_kind, -deduction.amount, deduction.currency,
      greatest(after.period, next_period), after.code, decision.decided_by, decision.decided_at, deduction.id
    from before join after using (id) join conflict_decision decision on decision.id = after.decision_id
    join conflict_deduction deduction on deduction.decision_id = decision.id
    where before.decision_id is distinct from after.decision_id;
  end if;
  if cardinality(moved) > 0 then
    perform refresh_crediting(array(
      select event_id from conflict_hit where case_id in (select unnest(moved))
      union
      select event_id from conflict_party where event_id is not null and case_id in (select unnest(moved))));
  end if;
  return null;
end $$;
--> statement-breakpoint
-- What is approved is asked once, not for each event.
create or replace function note_recredited(wanted bigint[]) returns void language sql security definer set search_path = public, pg_temp as $$
  with event as (
    select id, agent_id, period, type, subscription_id from sales_event
    where id in (select unnest(wanted)) and period <= (select latest_approved_period())
  ), touched as (
    select agent_id, period from event
    union select credit.agent_id, event.period from event join event_credit credit on credit.event_id = event.id
    union select award.agent_id, event.period from event join event_award award on award.event_id = event.id
    union select transfer.agent_id, event.period from event
      join sales_event transfer on transfer.subscription_id = event.subscription_id and transfer.type = 'TRANSFER'
      where event.type in ('BILL', 'PAYMENT', 'RECHARGE', 'RENEWAL')
  )
  insert into retro_cause (agent_id, period, reason)
  select agent_id, period, 'conflict' from touched
  on conflict (agent_id, period, reason) where settled_run_id is null do nothing
$$;
--> statement-breakpoint
-- An appeal that is withdrawn once facts have opened the case again has no step back.
create or replace function follow_appeal() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    update conflict_case set state = 'APPEALED' where id = new.case_id and state = 'RESOLVED' and decision_id = new.decision_id and appeal_until > new.filed_at;
    if not found then
      raise exception 'there is no decision to appeal against' using errcode = 'check_violation', constraint = 'conflict_appeal_open';
    end if;
    insert into conflict_step (case_id, action, from_state, to_state, by, at, reason, for_parties)
    values (new.case_id, 'APPEALED', 'RESOLVED', 'APPEALED', new.filed_by, new.filed_at, new.reason, true);
  elsif new.state = 'WITHDRAWN' and old.state = 'FILED' then
    update conflict_case set state = 'RESOLVED' where id = new.case_id and state = 'APPEALED';
    if found then
      insert into conflict_step (case_id, action, from_state, to_state, by, at, reason, for_parties)
      values (new.case_id, 'APPEAL_WITHDRAWN', 'APPEALED', 'RESOLVED', coalesce(new.decided_by, new.filed_by), coalesce(new.decided_at, new.filed_at), null, true);
    end if;
  end if;
  return null;
end $$;
--> statement-breakpoint

-- Cases that one sees because of an agent or a seat; the others one sees by region, which the policy itself says.
create function own_cases() returns setof integer language sql stable security definer set search_path = public, pg_temp rows 100 as $$
  select party.case_id from conflict_party party
  where claim_role() in ('CHANNEL_MANAGER', 'AGENT') and party.agent_id = any (array(select visible_agents()))
  union
  select seat.case_id from conflict_committee seat where claim_role() = 'CHANNEL_MANAGER' and seat.user_id = claim_user()
$$;
--> statement-breakpoint
-- Only a party has a side: an agent that merely stands above one says and brings nothing.
create function is_party(wanted_case integer, wanted_agent integer) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from conflict_party party where party.case_id = wanted_case and party.agent_id = wanted_agent) and case_visible(wanted_case)
$$;
--> statement-breakpoint
-- An agent that is a party itself sees its own side alone, though the other side be an agent below it.
create function has_own_side(wanted_case integer) returns boolean language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from conflict_party party where party.case_id = wanted_case and party.agent_id = claim_agent())
$$;
--> statement-breakpoint
create function decided_own_side(wanted_decision integer) returns boolean language sql stable security definer set search_path = public, pg_temp as $$
  select has_own_side(decision.case_id) from conflict_decision decision where decision.id = wanted_decision
$$;
--> statement-breakpoint
-- Who settles a case: staff of its region, its mediator, whoever sits on its committee. A manager who sees it only because an agent is a party
-- speaks for that agent. The committee is set by whoever works on the case without it.
create function case_settled_by_asker(wanted_case integer, with_seat boolean) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from conflict_case found where found.id = wanted_case and (claim_role() = 'ADMIN'
    or claim_role() = 'CHANNEL_MANAGER' and (found.region_id in (select region_subtree(claim_region())) or found.mediator_id = claim_user()
      or with_seat and exists (select from conflict_committee seat where seat.case_id = found.id and seat.user_id = claim_user()))))
$$;
--> statement-breakpoint
-- An agent holds its case before it takes its appeal back, in the order in which whoever decides about the appeal holds both.
create function hold_own_case(wanted_case integer) returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not is_request() or is_party(wanted_case, claim_agent()) then
    perform from conflict_case where id = wanted_case for update;
  end if;
end $$;
--> statement-breakpoint
-- Under what name those who ask are written down.
create function claim_name() returns text language sql stable security definer set search_path = public, pg_temp as $$
  select email from user_account where id = claim_user()
$$;
--> statement-breakpoint
create or replace function case_steps(wanted_case integer) returns table (action text, to_state conflict_case_state, at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select step.action, step.to_state, step.at from conflict_step step
  where step.case_id = wanted_case and step.for_parties and case_visible(wanted_case) order by step.id
$$;
--> statement-breakpoint
create or replace function case_outcomes(wanted_case integer)
returns table (decision_id integer, number smallint, credits conflict_credits, reason text, decided_at timestamptz, on_appeal boolean, in_force boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  select decision.id, decision.number, decision.credits, decision.reason, decision.decided_at, decision.on_appeal, found.decision_id is not distinct from decision.id
  from conflict_decision decision join conflict_case found on found.id = decision.case_id
  where decision.case_id = wanted_case and case_visible(wanted_case) order by decision.number
$$;
--> statement-breakpoint
create or replace function case_mediators(wanted_case integer) returns table (user_id integer, name text, email text, region_code text)
language sql stable security definer set search_path = public, pg_temp as $$
  select account.id, account.name, account.email, region.code
  from conflict_case found join user_account account on not account.disabled and (account.role = 'ADMIN'
    or account.role = 'CHANNEL_MANAGER' and account.region_id in (select region_path(found.region_id)))
  left join region on region.id = account.region_id
  where found.id = wanted_case and (not is_request() or claim_role() in ('ADMIN', 'CHANNEL_MANAGER', 'AUDITOR') and case_visible(wanted_case))
  order by account.email collate "C"
$$;
--> statement-breakpoint
-- Also whoever is credited with what is disputed, and whom a decision credits or takes money from, though it be no party.
create or replace function tell_parties(told jsonb, told_at timestamptz) returns void language sql security definer set search_path = public, pg_temp as $$
  with said as materialized (
    select said.* from jsonb_to_recordset(told) as said (case_id integer, kind text, subject text, details jsonb)
    where said.kind in ('CONFLICT_OPENED', 'CONFLICT_DECIDED', 'CONFLICT_CLOSED') and (not is_request() or case_settled_by_asker(said.case_id, true))
  ), disputed as (
    select said.case_id, hit.event_id from said join conflict_hit hit on hit.case_id = said.case_id
    union
    select said.case_id, party.event_id from said
    join conflict_case found on found.id = said.case_id and found.kind in ('DUPLICATE', 'CAMPAIGN_OVERLAP')
    join conflict_party party on party.case_id = said.case_id and party.event_id is not null
  ), concerned as (
    select party.case_id, party.agent_id from said join conflict_party party on party.case_id = said.case_id
    union
    select disputed.case_id, given.agent_id from disputed join event_credit given on given.event_id = disputed.event_id
    union
    select disputed.case_id, credit.agent_id from disputed join rule_credit credit on credit.event_id = disputed.event_id
    union
    select decision.case_id, share.agent_id from said join conflict_decision decision on decision.case_id = said.case_id
    join conflict_decision_share share on share.decision_id = decision.id
    union
    select decision.case_id, deduction.agent_id from said join conflict_decision decision on decision.case_id = said.case_id
    join conflict_deduction deduction on deduction.decision_id = decision.id
  )
  insert into notice (agent_id, kind, subject, details, created_at)
  select distinct concerned.agent_id, said.kind::notice_kind, said.subject, said.details, told_at
  from said join concerned on concerned.case_id = said.case_id
  on conflict on constraint notice_once do nothing
$$;
--> statement-breakpoint
-- What a policy says of rows about a case: whoever sees the case. The subquery is judged by the case's own policy, by its key.
do $$
declare
  name text;
  staff constant text := 'claim_role() in (''ADMIN'', ''CHANNEL_MANAGER'', ''FINANCE'', ''AUDITOR'')';
  manages constant text := 'claim_role() in (''ADMIN'', ''CHANNEL_MANAGER'')';
  own constant text := 'claim_role() = ''AGENT'' and (agent_id = claim_agent() or agent_id = any (array(select visible_agents())) and not has_own_side(case_id))';
  own_part constant text := 'claim_role() = ''AGENT'' and (agent_id = claim_agent()
    or agent_id = any (array(select visible_agents())) and not decided_own_side(decision_id))';
  as_agent constant text := 'claim_role() = ''AGENT'' and agent_id = claim_agent()';
  of_case constant text := 'exists (select from conflict_case found where found.id = case_id)';
  seen constant text := 'claim_role() in (''ADMIN'', ''FINANCE'', ''AUDITOR'')
    or claim_role() = ''CHANNEL_MANAGER'' and (region_id = any (array(select region_subtree(claim_region()))) or mediator_id = claim_user())
    or claim_role() in (''CHANNEL_MANAGER'', ''AGENT'') and id in (select own_cases())';
  settles constant text := 'claim_role() = ''ADMIN'' or claim_role() = ''CHANNEL_MANAGER'' and (region_id = any (array(select region_subtree(claim_region())))
    or case_settled_by_asker(id, true))';
  settles_case constant text := 'case_settled_by_asker(case_id, true)';
  seats constant text := 'case_settled_by_asker(case_id, false)';
begin
  drop policy read on conflict_case;
  drop policy change on conflict_case;
  execute format('create policy read on conflict_case for select to tributary_request using (%s)', seen);
  execute format('create policy change on conflict_case for update to tributary_request using (%s)', settles);
  foreach name in array array['conflict_hit', 'conflict_step', 'conflict_decision', 'conflict_committee', 'conflict_proposal'] loop
    execute format('drop policy read on %I', name);
    execute format('create policy read on %I for select to tributary_request using (%s and %s)', name, staff, of_case);
  end loop;
  foreach name in array array['conflict_step', 'conflict_decision', 'conflict_committee', 'conflict_proposal'] loop
    execute format('drop policy add on %I', name);
  end loop;
  execute format('create policy add on conflict_step for insert to tributary_request with check (%s)', settles_case);
  execute format('create policy add on conflict_decision for insert to tributary_request with check (%s and decided_by = claim_name())', settles_case);
  execute format('create policy add on conflict_committee for insert to tributary_request with check (%s)', seats);
  execute format('create policy add on conflict_proposal for insert to tributary_request with check (%s)', settles_case);
  drop policy remove on conflict_committee;
  execute format('create policy remove on conflict_committee for delete to tributary_request using (%s)', seats);
  drop policy change on conflict_proposal;
  execute format('create policy change on conflict_proposal for update to tributary_request using (%s)', settles_case);
  drop policy read on conflict_party;
  execute format('create policy read on conflict_party for select to tributary_request using ((%s and %s) or (%s))', staff, of_case, own);
  drop policy read on conflict_comment;
  execute format('create policy read on conflict_comment for select to tributary_request
    using (%s and (%s or audience = ''PARTIES'' and claim_role() = ''AGENT'' or %s))', of_case, staff, own);
  drop policy add on conflict_comment;
  execute format('create policy add on conflict_comment for insert to tributary_request
    with check (%s and (%s or audience = ''SIDE'' and %s and is_party(case_id, claim_agent())))', of_case, manages, as_agent);
  drop policy read on conflict_evidence;
  execute format('create policy read on conflict_evidence for select to tributary_request using (%s and (%s or %s))', of_case, staff, own);
  drop policy add on conflict_evidence;
  execute format('create policy add on conflict_evidence for insert to tributary_request
    with check (%s and (%s or %s and is_party(case_id, claim_agent())))', of_case, manages, as_agent);
  drop policy read on conflict_appeal;
  execute format('create policy read on conflict_appeal for select to tributary_request using ((%s and %s) or (%s))', staff, of_case, own);
  drop policy add on conflict_appeal;
  execute format('create policy add on conflict_appeal for insert to tributary_request
    with check (%s and state = ''FILED'' and filed_by = claim_name() and is_party(case_id, claim_agent()))', as_agent);
  drop policy change on conflict_appeal;
  execute format('create policy change on conflict_appeal for update to tributary_request
    using (%s) with check (%s and coalesce(decided_by, claim_name()) = claim_name())', settles_case, settles_case);
  foreach name in array array['conflict_decision_share', 'conflict_deduction'] loop
    execute format('drop policy read on %I', name);
    execute format('create policy read on %I for select to tributary_request
      using ((%s and exists (select from conflict_decision decision where decision.id = decision_id)) or (%s))', name, staff, own_part);
    execute format('drop policy add on %I', name);
    execute format('create policy add on %I for insert to tributary_request
      with check (%s and exists (select from conflict_decision decision where decision.id = decision_id and case_settled_by_asker(decision.case_id, true)))', name, manages);
  end loop;
end $$;
--> statement-breakpoint
revoke execute on function own_cases(), is_party(integer, integer), has_own_side(integer), decided_own_side(integer), case_settled_by_asker(integer, boolean),
  hold_own_case(integer), claim_name() from public;
--> statement-breakpoint
grant execute on function own_cases(), is_party(integer, integer), has_own_side(integer), decided_own_side(integer), case_settled_by_asker(integer, boolean),
  hold_own_case(integer), claim_name() to tributary_request;
--> statement-breakpoint
-- TAX and ADJUSTMENT exist once, whoever is the first to need them.
create unique index component_of_all on component (kind) where plan_id is null and pool_id is null;

-- By hand: what is never changed, sums of shares, what cases and rules do to credits and money, changed facts, rights.

alter type line_kind add value 'ADJUSTMENT';
--> statement-breakpoint

-- 1. What is written once stays as it is.
do $$
declare name text;
begin
  foreach name in array array['conflict_rule_version', 'credit_rule_version', 'registration_policy_version', 'conflict_step',
                              'conflict_comment', 'conflict_evidence', 'conflict_decision', 'conflict_decision_share',
                              'conflict_deduction', 'conflict_vote', 'registration_step'] loop
    execute format('create trigger %I before update or delete on %I for each row execute function refuse_change()', name || '_immutable', name);
    execute format('create trigger %I before truncate on %I for each statement execute function refuse_change()', name || '_no_truncate', name);
  end loop;
end $$;
--> statement-breakpoint
-- An adjustment can only be withdrawn, once.
create function keep_adjustment() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or to_jsonb(new) - 'withdrawn_at' <> to_jsonb(old) - 'withdrawn_at' or old.withdrawn_at is not null then
    raise exception 'an adjustment is never changed' using errcode = 'check_violation', constraint = 'adjustment_kept';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger adjustment_kept before update or delete on adjustment for each row execute function keep_adjustment();
--> statement-breakpoint
create trigger conflict_case_kept before delete on conflict_case for each row execute function refuse_change();
--> statement-breakpoint
-- DOMAIN.md §8: OPEN → IN_MEDIATION → RESOLVED → (appeal) → CLOSED; changed facts close an open case and open a settled one again.
create function keep_case_order() returns trigger language plpgsql as $$
begin
  if new.state <> old.state and (old.state, new.state) not in (
    ('OPEN', 'IN_MEDIATION'), ('OPEN', 'RESOLVED'), ('OPEN', 'CLOSED'), ('IN_MEDIATION', 'RESOLVED'), ('IN_MEDIATION', 'CLOSED'),
    ('RESOLVED', 'APPEALED'), ('RESOLVED', 'CLOSED'), ('RESOLVED', 'OPEN'), ('APPEALED', 'RESOLVED'), ('APPEALED', 'CLOSED'),
    ('APPEALED', 'OPEN'), ('CLOSED', 'OPEN')) then
    raise exception 'a case cannot go from % to %', old.state, new.state using errcode = 'check_violation', constraint = 'conflict_case_order';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger conflict_case_order before update on conflict_case for each row execute function keep_case_order();
--> statement-breakpoint

-- 2. Overlaps, and sums of shares.
alter table matrix_cell add constraint matrix_cell_no_overlap exclude using gist (
  int4range(channel_type_id, channel_type_id, '[]') with &&, int4range(product_category_id, product_category_id, '[]') with &&,
  int4range(coalesce(segment_id, 0), coalesce(segment_id, 0), '[]') with &&, daterange(valid_from, valid_to) with &&)
  deferrable initially deferred;
--> statement-breakpoint
alter table price_floor add constraint price_floor_no_overlap exclude using gist (
  int4range(coalesce(product_id, 0), coalesce(product_id, 0), '[]') with &&,
  int4range(coalesce(product_category_id, 0), coalesce(product_category_id, 0), '[]') with &&,
  int4range(coalesce(region_id, 0), coalesce(region_id, 0), '[]') with &&,
  int4range(coalesce(channel_type_id, 0), coalesce(channel_type_id, 0), '[]') with &&,
  int8range(hashtextextended(currency, 0), hashtextextended(currency, 0), '[]') with &&,
  daterange(valid_from, valid_to) with &&) deferrable initially deferred;
--> statement-breakpoint
create function require_whole_decision() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  wanted integer := case tg_table_name when 'conflict_decision' then (to_jsonb(new) ->> 'id')::integer else (to_jsonb(new) ->> 'decision_id')::integer end;
  divides boolean := (select credits in ('AWARD', 'SPLIT') from conflict_decision where id = wanted);
begin
  if coalesce((select sum(share) from conflict_decision_share where decision_id = wanted), 0) <> divides::integer then
    raise exception 'the shares of a decision total exactly 1' using errcode = 'check_violation', constraint = 'conflict_decision_whole';
  end if;
  return null;
end $$;
--> statement-breakpoint
create constraint trigger conflict_decision_whole after insert on conflict_decision deferrable initially deferred
  for each row execute function require_whole_decision();
--> statement-breakpoint
create constraint trigger conflict_decision_share_whole after insert on conflict_decision_share deferrable initially deferred
  for each row execute function require_whole_decision();
--> statement-breakpoint

-- 3. What all cases and rules together make of events (DOMAIN.md §8, §9.3). The latest decision that says something about an event holds;
-- else the strictest effect of a case that is open; where nothing blocks it a rule's shares, else the credits it came with.
create function due_crediting(wanted bigint[])
returns table (event_id bigint, period text, block credit_block, case_id integer, shared boolean, decision_id integer)
language sql stable set search_path = public, pg_temp as $$
  with event as (
    select event.id, event.period from sales_event event where event.id in (select unnest(wanted))
  ), undecided as (
    select hit.event_id, min(found.id) filter (where found.effect = 'REJECT') as rejected_by, min(found.id) filter (where found.effect = 'HOLD') as held_by
    from event join conflict_hit hit on hit.event_id = event.id and hit.gone_at is null
    join conflict_case found on found.id = hit.case_id and found.state in ('OPEN', 'IN_MEDIATION') and found.effect <> 'FLAG'
    group by hit.event_id
  ), concerned as (
    select hit.event_id, hit.case_id, true as is_hit from event join conflict_hit hit on hit.event_id = event.id
    union
    -- of two claims to one sale one alone can be credited; an earlier sale to the same customer stays whose it is
    select party.event_id, party.case_id, false from event join conflict_party party on party.event_id = event.id
    join conflict_case disputed on disputed.id = party.case_id and disputed.kind in ('DUPLICATE', 'CAMPAIGN_OVERLAP')
    where not exists (select from conflict_hit hit where hit.case_id = party.case_id and hit.event_id = party.event_id)
  ), decided as (
    select distinct on (concerned.event_id) concerned.event_id, settled.id as case_id, decision.id as decision_id,
      decision.kept_event_id is not distinct from concerned.event_id as is_kept
    from concerned join conflict_case settled on settled.id = concerned.case_id and settled.state in ('RESOLVED', 'APPEALED', 'CLOSED')
    join conflict_decision decision on decision.id = settled.decision_id
      and (decision.credits in ('AWARD', 'SPLIT') or decision.credits = 'VOID' and concerned.is_hit)
    order by concerned.event_id, decision.id desc
  ), judged as (
    select event.id, event.period,
      case when not decided.is_kept then 'REJECTED'::credit_block
           when undecided.rejected_by is not null then 'REJECTED'
           when undecided.held_by is not null then 'HELD' end as block,
      case when not decided.is_kept then decided.case_id else coalesce(undecided.rejected_by, undecided.held_by, decided.case_id) end as case_id,
      case when decided.is_kept then decided.decision_id end as decision_id
    from event left join undecided on undecided.event_id = event.id left join decided on decided.event_id = event.id
  )
  select judged.id, judged.period, judged.block, judged.case_id,
    judged.block is distinct from 'REJECTED' and (judged.decision_id is not null
      or exists (select from rule_credit credit where credit.event_id = judged.id)), judged.decision_id
  from judged
$$;
--> statement-breakpoint
-- How many of the events are credited otherwise than before; whoever that concerns is noted for closed periods (DOMAIN.md §10).
create function refresh_crediting(wanted bigint[]) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  changed bigint[];
  touched integer[];
begin
  if coalesce(cardinality(wanted), 0) = 0 then
    return 0;
  end if;
  -- approvals hold it alone: what is credited does not change while a period is being approved
  perform pg_advisory_xact_lock_shared(-6879545618550172578);
  with due as materialized (
    select * from due_crediting(wanted)
  ), due_award as materialized (
    select due.event_id, share.agent_id, share.role, share.share from due join conflict_decision_share share on share.decision_id = due.decision_id
    where due.shared
    union all
    select due.event_id, credit.agent_id, credit.role, credit.share from due join rule_credit credit on credit.event_id = due.event_id
    where due.shared and due.decision_id is null
  ), before as (
    select row.event_id, row.block, row.case_id, row.shared,
      (select string_agg(concat_ws(' ', award.agent_id, award.role, trim_scale(award.share)), ',' order by award.agent_id, award.role collate "C")
       from event_award award where award.event_id = row.event_id) as awards
    from event_crediting row where row.event_id in (select unnest(wanted))
  ), after as (
    select due.event_id, due.block, due.case_id, due.shared,
      (select string_agg(concat_ws(' ', award.agent_id, award.role, trim_scale(award.share)), ',' order by award.agent_id, award.role collate "C")
       from due_award award where award.event_id = due.event_id) as awards
    from due where due.block is not null or due.shared
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
  insert into event_crediting (event_id, period, block, case_id, shared)
  select due.event_id, due.period, due.block, due.case_id, due.shared from due_crediting(changed) due where due.block is not null or due.shared;
  insert into event_award (event_id, agent_id, role, share)
  select due.event_id, share.agent_id, share.role, share.share
  from due_crediting(changed) due join conflict_decision_share share on share.decision_id = due.decision_id where due.shared
  union all
  select due.event_id, credit.agent_id, credit.role, credit.share
  from due_crediting(changed) due join rule_credit credit on credit.event_id = due.event_id where due.shared and due.decision_id is null;
  if exists (select from event_award where event_id in (select unnest(changed)) group by event_id having sum(share) <> 1) then
    raise exception 'the shares of an event total exactly 1' using errcode = 'check_violation', constraint = 'event_award_whole';
  end if;
  perform note_recredited(changed);
  return cardinality(changed);
end $$;
--> statement-breakpoint
-- Everyone the events are credited to now; asked before and after a change.
create function note_recredited(wanted bigint[]) returns void language sql security definer set search_path = public, pg_temp as $$
  with event as (
    select id, agent_id, period, type, subscription_id from sales_event where id in (select unnest(wanted)) and period <= latest_approved_period()
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
create function credit_changed_hits() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform refresh_crediting(array(select distinct event_id from changed));
  return null;
end $$;
--> statement-breakpoint
create trigger conflict_hit_added after insert on conflict_hit
  referencing new table as changed for each statement execute function credit_changed_hits();
--> statement-breakpoint
create trigger conflict_hit_changed after update on conflict_hit
  referencing new table as changed for each statement execute function credit_changed_hits();
--> statement-breakpoint
create trigger rule_credit_added after insert on rule_credit
  referencing new table as changed for each statement execute function credit_changed_hits();
--> statement-breakpoint
create trigger rule_credit_removed after delete on rule_credit
  referencing old table as changed for each statement execute function credit_changed_hits();
--> statement-breakpoint
create trigger rule_credit_kept before update on rule_credit for each row execute function refuse_change();
--> statement-breakpoint
create function credit_changed_parties() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform refresh_crediting(array(select distinct changed.event_id from changed join conflict_case settled on settled.id = changed.case_id
    where changed.event_id is not null and settled.decision_id is not null));
  return null;
end $$;
--> statement-breakpoint
create trigger conflict_party_added after insert on conflict_party
  referencing new table as changed for each statement execute function credit_changed_parties();
--> statement-breakpoint
create trigger conflict_party_removed after delete on conflict_party
  referencing old table as changed for each statement execute function credit_changed_parties();
--> statement-breakpoint
create trigger conflict_party_kept before update on conflict_party for each row execute function refuse_change();
--> statement-breakpoint
-- A decision that comes into force, or out of it, books its deductions, or takes them back; events are credited by it.
create function follow_changed_cases() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  next_period text := to_char(to_date(latest_approved_period(), 'YYYY-MM') + interval '1 month', 'YYYY-MM');
begin
  if exists (select from before join after using (id) where before.decision_id is distinct from after.decision_id) then
    perform pg_advisory_xact_lock_shared(-6879545618550172578);
    next_period := to_char(to_date(latest_approved_period(), 'YYYY-MM') + interval '1 month', 'YYYY-MM');
    insert into component (kind, code) select 'ADJUSTMENT', 'ADJUSTMENT' where not exists (select from component where kind::text = 'ADJUSTMENT');
    insert into adjustment (agent_id, kind, amount, currency, from_period, reason, created_by, created_at, reverses_id)
    select made.agent_id, 'REVERSED', -made.amount, made.currency, next_period, made.reason,
      coalesce(latest.decided_by, made.created_by), coalesce(latest.decided_at, now()), made.id
    from before join after using (id) join conflict_deduction deduction on deduction.decision_id = before.decision_id
    join adjustment made on made.deduction_id = deduction.id and made.withdrawn_at is null and made.from_period <= latest_approved_period()
    left join conflict_decision latest on latest.id = after.decision_id
    where before.decision_id is distinct from after.decision_id
      and not exists (select from adjustment reversed where reversed.reverses_id = made.id);
    update adjustment set withdrawn_at = now()
    where withdrawn_at is null and (latest_approved_period() is null or from_period > latest_approved_period()) and deduction_id in (
      select deduction.id from before join after using (id) join conflict_deduction deduction on deduction.decision_id = before.decision_id
      where before.decision_id is distinct from after.decision_id);
    insert into adjustment (agent_id, kind, amount, currency, from_period, reason, created_by, created_at, deduction_id)
    select deduction.agent_id, deduction.kind::text::adjustment_kind, -deduction.amount, deduction.currency,
      greatest(after.period, next_period), after.code, decision.decided_by, decision.decided_at, deduction.id
    from before join after using (id) join conflict_decision decision on decision.id = after.decision_id
    join conflict_deduction deduction on deduction.decision_id = decision.id
    where before.decision_id is distinct from after.decision_id;
  end if;
  perform refresh_crediting(array(
    select hit.event_id from before join after using (id) join conflict_hit hit on hit.case_id = after.id
    where (before.state, before.decision_id, before.effect) is distinct from (after.state, after.decision_id, after.effect)
    union
    select party.event_id from before join after using (id) join conflict_party party on party.case_id = after.id and party.event_id is not null
    where (before.state, before.decision_id) is distinct from (after.state, after.decision_id)));
  return null;
end $$;
--> statement-breakpoint
create trigger conflict_case_followed after update on conflict_case
  referencing old table as before new table as after for each statement execute function follow_changed_cases();
--> statement-breakpoint
-- Whoever appeals does not touch the case: the appeal itself does.
create function follow_appeal() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
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
    insert into conflict_step (case_id, action, from_state, to_state, by, at, reason, for_parties)
    values (new.case_id, 'APPEAL_WITHDRAWN', 'APPEALED', 'RESOLVED', coalesce(new.decided_by, new.filed_by), coalesce(new.decided_at, new.filed_at), null, true);
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger conflict_appeal_followed after insert or update on conflict_appeal for each row execute function follow_appeal();
--> statement-breakpoint
-- The appeal goes to another person (DOMAIN.md §8).
create function refuse_own_appeal_decision() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.on_appeal and exists (select from conflict_decision earlier where earlier.case_id = new.case_id and lower(earlier.decided_by) = lower(new.decided_by)) then
    raise exception 'an appeal is decided by somebody else' using errcode = 'check_violation', constraint = 'conflict_appeal_other_person';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger conflict_decision_other_person before insert on conflict_decision for each row execute function refuse_own_appeal_decision();
--> statement-breakpoint
create function refuse_own_appeal() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.state in ('UPHELD', 'CHANGED') and exists (select from conflict_decision decision where decision.id = new.decision_id and lower(decision.decided_by) = lower(new.decided_by)) then
    raise exception 'an appeal is decided by somebody else' using errcode = 'check_violation', constraint = 'conflict_appeal_other_person';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger conflict_appeal_other_person before update on conflict_appeal for each row execute function refuse_own_appeal();
--> statement-breakpoint

-- 4. Changed facts: events from their day on are looked through again.
create function note_stale(since date, why text) returns void language sql security definer set search_path = public, pg_temp as $$
  insert into conflict_stale (since, reason)
  select note_stale.since, why
  where note_stale.since is not null and (exists (select from conflict_rule_version) or exists (select from credit_rule_version))
    and not exists (select from conflict_stale known where known.since <= note_stale.since and known.reason = why)
$$;
--> statement-breakpoint
create function note_stale_rows() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare earliest date;
begin
  if tg_op = 'UPDATE' then
    execute format('select min(least(before.%1$I::date, after.%1$I::date)) from before join after using (id) where to_jsonb(before) <> to_jsonb(after)', tg_argv[0]) into earliest;
  else
    execute format('select min(%I::date) from changed', tg_argv[0]) into earliest;
  end if;
  perform note_stale(earliest, tg_table_name);
  return null;
end $$;
--> statement-breakpoint
do $$
declare fact text[];
begin
  foreach fact slice 1 in array array[
    array['territory', 'valid_from'], array['agent_region', 'valid_from'], array['agent_parent', 'valid_from'], array['matrix_cell', 'valid_from'],
    array['price_floor', 'valid_from'], array['course_requirement', 'valid_from'], array['training_result', 'taken_on'],
    array['conflict_rule_version', 'valid_from'], array['credit_rule_version', 'valid_from'], array['deal_registration', 'protected_from']] loop
    execute format('create trigger %I after insert on %I referencing new table as changed for each statement execute function note_stale_rows(%L)', fact[1] || '_stale_added', fact[1], fact[2]);
    execute format('create trigger %I after delete on %I referencing old table as changed for each statement execute function note_stale_rows(%L)', fact[1] || '_stale_removed', fact[1], fact[2]);
    execute format('create trigger %I after update on %I referencing old table as before new table as after for each statement execute function note_stale_rows(%L)', fact[1] || '_stale_changed', fact[1], fact[2]);
  end loop;
end $$;
--> statement-breakpoint
-- A request may ask for events to be looked through, but may not touch the queue.
create function request_detection() returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select from conflict_rule_version) or exists (select from credit_rule_version) then
    perform graphile_worker.add_job('detect_conflicts', job_key => 'detect_conflicts', max_attempts => 5);
  end if;
end $$;
--> statement-breakpoint

-- 5. Who sees which case: staff of its region, its mediator and committee; agents where they, or agents below them, are parties.
create function visible_cases() returns setof integer language sql stable security definer set search_path = public, pg_temp rows 1000 as $$
  select found.id from conflict_case found
  where claim_role() in ('ADMIN', 'FINANCE', 'AUDITOR')
    or claim_role() = 'CHANNEL_MANAGER' and (found.region_id in (select region_subtree(claim_region())) or found.mediator_id = claim_user())
  union
  select party.case_id from conflict_party party
  where claim_role() in ('CHANNEL_MANAGER', 'AGENT') and party.agent_id in (select visible_agents())
  union
  select seat.case_id from conflict_committee seat where claim_role() = 'CHANNEL_MANAGER' and seat.user_id = claim_user()
$$;
--> statement-breakpoint
-- What parties are told of a case's life: neither who nor why.
create function case_steps(wanted_case integer) returns table (action text, to_state conflict_case_state, at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select step.action, step.to_state, step.at from conflict_step step
  where step.case_id = wanted_case and step.for_parties and wanted_case in (select visible_cases()) order by step.id
$$;
--> statement-breakpoint
-- What parties are told of decisions: how the credits were settled and why, their own share, whether there is an appeal left.
create function case_outcomes(wanted_case integer)
returns table (decision_id integer, number smallint, credits conflict_credits, reason text, decided_at timestamptz, on_appeal boolean, in_force boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  select decision.id, decision.number, decision.credits, decision.reason, decision.decided_at, decision.on_appeal, found.decision_id is not distinct from decision.id
  from conflict_decision decision join conflict_case found on found.id = decision.case_id
  where decision.case_id = wanted_case and wanted_case in (select visible_cases()) order by decision.number
$$;
--> statement-breakpoint
-- Staff who can mediate: administrators, and managers of a region above or equal the case's.
create function case_mediators(wanted_case integer) returns table (user_id integer, name text, email text, region_code text)
language sql stable security definer set search_path = public, pg_temp as $$
  select account.id, account.name, account.email, region.code
  from conflict_case found join user_account account on not account.disabled and (account.role = 'ADMIN'
    or account.role = 'CHANNEL_MANAGER' and account.region_id in (select region_path(found.region_id)))
  left join region on region.id = account.region_id
  where found.id = wanted_case and (not is_request() or claim_role() in ('ADMIN', 'CHANNEL_MANAGER', 'AUDITOR') and wanted_case in (select visible_cases()))
  order by account.email collate "C"
$$;
--> statement-breakpoint
revoke execute on function due_crediting(bigint[]), refresh_crediting(bigint[]), note_recredited(bigint[]), note_stale(date, text),
  request_detection(), visible_cases(), case_steps(integer), case_outcomes(integer), case_mediators(integer) from public;
--> statement-breakpoint
grant execute on function request_detection(), visible_cases(), case_steps(integer), case_outcomes(integer), case_mediators(integer) to tributary_request;
--> statement-breakpoint

-- 6. Rights.
do $$
declare
  name text;
  anybody constant text := 'claim_role() <> ''''';
  staff constant text := 'claim_role() in (''ADMIN'', ''CHANNEL_MANAGER'', ''FINANCE'', ''AUDITOR'')';
  manages constant text := 'claim_role() in (''ADMIN'', ''CHANNEL_MANAGER'')';
  seen constant text := 'agent_id = any (array(select visible_agents()))';
  seen_run constant text := 'run_id = any (array(select visible_runs()))';
  of_case constant text := 'case_id in (select visible_cases())';
  own constant text := 'claim_role() = ''AGENT'' and agent_id = any (array(select visible_agents()))';
  as_agent constant text := 'claim_role() = ''AGENT'' and agent_id = claim_agent()';
begin
  -- definitions and prices: everybody who is signed in may read them, administrators set them up
  foreach name in array array['conflict_rule', 'conflict_rule_version', 'matrix_cell', 'price_floor', 'credit_rule', 'credit_rule_version',
                              'registration_policy', 'registration_policy_version'] loop
    execute format('alter table %I enable row level security', name);
    execute format('grant select, insert, update, delete on %I to tributary_request', name);
    execute format('create policy read on %I for select to tributary_request using (%s)', name, anybody);
    execute format('create policy add on %I for insert to tributary_request with check (claim_role() = ''ADMIN'')', name);
    execute format('create policy change on %I for update to tributary_request using (claim_role() = ''ADMIN'')', name);
    execute format('create policy remove on %I for delete to tributary_request using (claim_role() = ''ADMIN'')', name);
  end loop;
  revoke update, delete on conflict_rule_version, credit_rule_version, registration_policy_version from tributary_request;

  alter table conflict_case enable row level security;
  grant select, update (state, due_at, appeal_until, resolved_at, closed_at, closing, mediator_id, mediator_name, escalation_level, decision_id)
    on conflict_case to tributary_request;
  create policy read on conflict_case for select to tributary_request using (id in (select visible_cases()));
  execute format('create policy change on conflict_case for update to tributary_request using (%s and id in (select visible_cases()))', manages);

  -- what was found, who decided and who sits on a committee is for staff
  foreach name in array array['conflict_hit', 'conflict_step', 'conflict_decision', 'conflict_committee', 'conflict_proposal'] loop
    execute format('alter table %I enable row level security', name);
    execute format('grant select on %I to tributary_request', name);
    execute format('create policy read on %I for select to tributary_request using (%s and %s)', name, staff, of_case);
  end loop;
  foreach name in array array['conflict_step', 'conflict_decision', 'conflict_committee', 'conflict_proposal'] loop
    execute format('grant insert on %I to tributary_request', name);
    execute format('create policy add on %I for insert to tributary_request with check (%s and %s)', name, manages, of_case);
  end loop;
  grant delete on conflict_committee to tributary_request;
  execute format('create policy remove on conflict_committee for delete to tributary_request using (%s and %s)', manages, of_case);
  grant update (settled_at) on conflict_proposal to tributary_request;
  execute format('create policy change on conflict_proposal for update to tributary_request using (%s and %s)', manages, of_case);

  -- each side sees itself
  alter table conflict_party enable row level security;
  grant select on conflict_party to tributary_request;
  execute format('create policy read on conflict_party for select to tributary_request using ((%s and %s) or (%s))', staff, of_case, own);

  alter table conflict_comment enable row level security;
  grant select, insert on conflict_comment to tributary_request;
  execute format('create policy read on conflict_comment for select to tributary_request
    using (%s and (%s or audience = ''PARTIES'' and claim_role() = ''AGENT'' or %s))', of_case, staff, own);
  execute format('create policy add on conflict_comment for insert to tributary_request
    with check (%s and (%s or audience = ''SIDE'' and %s))', of_case, manages, as_agent);

  alter table conflict_evidence enable row level security;
  grant select, insert on conflict_evidence to tributary_request;
  execute format('create policy read on conflict_evidence for select to tributary_request using (%s and (%s or %s))', of_case, staff, own);
  execute format('create policy add on conflict_evidence for insert to tributary_request with check (%s and (%s or %s))', of_case, manages, as_agent);

  foreach name in array array['conflict_decision_share', 'conflict_deduction'] loop
    execute format('alter table %I enable row level security', name);
    execute format('grant select, insert on %I to tributary_request', name);
    execute format('create policy read on %I for select to tributary_request
      using ((%s and decision_id in (select decision.id from conflict_decision decision)) or (%s))', name, staff, own);
    execute format('create policy add on %I for insert to tributary_request
      with check (%s and decision_id in (select decision.id from conflict_decision decision))', name, manages);
  end loop;

  alter table conflict_appeal enable row level security;
  grant select, insert, update (state, decided_by, decided_at, decision) on conflict_appeal to tributary_request;
  execute format('create policy read on conflict_appeal for select to tributary_request using ((%s and %s) or (%s))', staff, of_case, own);
  execute format('create policy add on conflict_appeal for insert to tributary_request
    with check (%s and state = ''FILED'' and exists (select from conflict_party party where party.case_id = conflict_appeal.case_id and party.agent_id = claim_agent()))', as_agent);
  execute format('create policy change on conflict_appeal for update to tributary_request using (%s and %s)', manages, of_case);
  execute format('create policy withdraw on conflict_appeal for update to tributary_request
    using (%s and state = ''FILED'') with check (%s and state = ''WITHDRAWN'')', as_agent, as_agent);

  alter table conflict_vote enable row level security;
  grant select, insert on conflict_vote to tributary_request;
  execute format('create policy read on conflict_vote for select to tributary_request
    using (%s and proposal_id in (select proposal.id from conflict_proposal proposal))', staff);
  execute format('create policy add on conflict_vote for insert to tributary_request
    with check (%s and user_id = claim_user() and exists (
      select from conflict_proposal proposal join conflict_committee seat on seat.case_id = proposal.case_id and seat.user_id = claim_user()
      where proposal.id = proposal_id and proposal.settled_at is null))', manages);

  -- what is found and credited is written by the database and the owner alone
  alter table conflict_scan enable row level security;
  alter table conflict_stale enable row level security;
  foreach name in array array['rule_credit', 'event_crediting', 'event_award'] loop
    execute format('alter table %I enable row level security', name);
    execute format('grant select on %I to tributary_request', name);
  end loop;
  execute format('create policy read on rule_credit for select to tributary_request using (%s)', seen);
  execute format('create policy read on event_award for select to tributary_request using (%s)', seen);
  create policy read on event_crediting for select to tributary_request
    using (claim_role() in ('ADMIN', 'FINANCE', 'AUDITOR') or exists (select from sales_event event where event.id = event_id));

  alter table adjustment enable row level security;
  grant select on adjustment to tributary_request;
  execute format('create policy read on adjustment for select to tributary_request using (%s)', seen);

  alter table run_held enable row level security;
  grant select on run_held to tributary_request;
  execute format('create policy read on run_held for select to tributary_request using (%s and %s)', seen, seen_run);

  -- an agent registers for itself; what clashes with it, it is not told
  alter table deal_registration enable row level security;
  grant select, insert, update (state, protected_from, protected_until, protected_until_day, extension_count, won_event_id) on deal_registration to tributary_request;
  execute format('create policy read on deal_registration for select to tributary_request using (claim_role() <> ''COMPLIANCE'' and %s)', seen);
  execute format('create policy add on deal_registration for insert to tributary_request with check ((%s and %s) or (%s))', manages, seen, as_agent);
  execute format('create policy change on deal_registration for update to tributary_request using ((%s and %s) or (%s))', manages, seen, as_agent);
  alter table registration_step enable row level security;
  grant select, insert on registration_step to tributary_request;
  create policy read on registration_step for select to tributary_request
    using (registration_id in (select registration.id from deal_registration registration));
  execute format('create policy add on registration_step for insert to tributary_request
    with check (registration_id in (select registration.id from deal_registration registration) and (%s or claim_role() = ''AGENT''))', manages);
end $$;

-- By hand: what a decided dispute and an approved proposal do, and papers for settlement.

-- 1. What everybody's dispute goes by, of a policy that only those who see money read.
create function settlement_definition_on(wanted_day date) returns jsonb language sql stable security definer set search_path = public, pg_temp as $$
  select definition from settlement_policy_version where valid_from <= wanted_day order by valid_from desc, number desc limit 1
$$;
--> statement-breakpoint
-- Within how many days a dispute filed that day is decided.
create function dispute_days(wanted_day date) returns integer language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce((settlement_definition_on(wanted_day) ->> 'decisionDays')::integer, 15)
$$;
--> statement-breakpoint
-- Up to which amount in a currency whoever asks decides that day; null: about no amount.
create function decision_limit(wanted_currency text, wanted_day date) returns numeric language sql stable security definer set search_path = public, pg_temp as $$
  select (given ->> 'amount')::numeric from jsonb_array_elements(coalesce(settlement_definition_on(wanted_day) -> 'decisionLimits', '[]')) given
  where given ->> 'role' = claim_role() and given ->> 'currency' = wanted_currency
$$;
--> statement-breakpoint
-- The first month after everything that is approved; before the first approval the first month with sales.
create function next_open_period(wanted_at timestamptz) returns text language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(
    to_char(to_date(latest_approved_period(), 'YYYY-MM') + interval '1 month', 'YYYY-MM'),
    (select period from sales_event order by period limit 1),
    to_char(wanted_at at time zone (select time_zone from operator), 'YYYY-MM'))
$$;
--> statement-breakpoint

-- 2. Who asks is who files, proposes and decides: what stands there decides who may be the second person.
create function keep_own_name() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  said text := to_jsonb(new) ->> tg_argv[0];
begin
  if is_request() and said is not null and lower(coalesce(claim_name(), said)) <> lower(said) then
    raise exception 'nobody signs with another name' using errcode = 'check_violation', constraint = 'own_name';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger dispute_filed_name before insert on dispute for each row execute function keep_own_name('filed_by');
--> statement-breakpoint
create trigger dispute_decided_name before update on dispute for each row when (old.state <> new.state) execute function keep_own_name('decided_by');
--> statement-breakpoint
create trigger dispute_comment_name before insert on dispute_comment for each row execute function keep_own_name('by');
--> statement-breakpoint
create trigger adjustment_proposal_name before insert on adjustment_proposal for each row execute function keep_own_name('proposed_by');
--> statement-breakpoint
create trigger adjustment_proposal_decided_name before update on adjustment_proposal for each row when (old.state <> new.state)
  execute function keep_own_name('decided_by');
--> statement-breakpoint
create function keep_limits() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if is_request() and claim_role() <> 'ADMIN' and abs(new.decided_amount) > coalesce(decision_limit(new.currency, claim_today()), 0) then
    raise exception 'the amount is beyond the limit' using errcode = 'check_violation', constraint = 'dispute_limit';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger dispute_limit before update on dispute for each row when (old.state = 'OPEN' and new.state <> 'OPEN') execute function keep_limits();
--> statement-breakpoint
create function keep_approvers() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if is_request() and new.state in ('APPROVED', 'REJECTED') and claim_role() not in ('ADMIN', 'FINANCE') then
    raise exception 'finance decides about adjustments' using errcode = 'check_violation', constraint = 'adjustment_proposal_approver';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger adjustment_proposal_approver before update on adjustment_proposal for each row when (old.state <> new.state) execute function keep_approvers();
--> statement-breakpoint

-- 3. The adjustment. Approvals hold the lock alone: none passes between the month that is found and the row that names it.
create function book_decided_dispute() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform pg_advisory_xact_lock_shared(7627095748223293862);
  if new.effect = 'ADJUSTMENT' then
    insert into component (kind, code) values ('ADJUSTMENT', 'ADJUSTMENT') on conflict do nothing;
    insert into adjustment (agent_id, kind, amount, currency, from_period, reason, created_by, created_at, dispute_id)
    values (new.agent_id, 'CORRECTION', new.decided_amount, new.currency, next_open_period(new.decided_at), new.code, new.decided_by, new.decided_at, new.id);
  elsif new.effect = 'RECALCULATION' then
    perform record_retro_cause(new.agent_id, (select to_date(run.period, 'YYYY-MM') from commission_run run where run.id = new.run_id), 'dispute');
  end if;
  insert into notice (agent_id, kind, subject, details, created_at)
  values (new.agent_id, 'DISPUTE_DECIDED', new.code, jsonb_build_object('dispute', new.code, 'state', new.state, 'effect', new.effect,
    'amount', trim_scale(new.decided_amount)::text, 'currency', new.currency, 'decision', new.decision), new.decided_at)
  on conflict on constraint notice_once do nothing;
  return null;
end $$;
--> statement-breakpoint
create trigger dispute_decided after update on dispute for each row
  when (old.state = 'OPEN' and new.state in ('ACCEPTED', 'PARTLY_ACCEPTED', 'REJECTED')) execute function book_decided_dispute();
--> statement-breakpoint
create function book_approved_proposal() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform pg_advisory_xact_lock_shared(7627095748223293862);
  insert into component (kind, code) values ('ADJUSTMENT', 'ADJUSTMENT') on conflict do nothing;
  insert into adjustment (agent_id, kind, amount, currency, from_period, reason, created_by, created_at, proposal_id)
  values (new.agent_id, new.kind, new.amount, new.currency, next_open_period(new.decided_at), new.reason, new.decided_by, new.decided_at, new.id);
  return null;
end $$;
--> statement-breakpoint
create trigger adjustment_proposal_approved after update on adjustment_proposal for each row
  when (old.state = 'PROPOSED' and new.state = 'APPROVED') execute function book_approved_proposal();
--> statement-breakpoint

-- 4. What the agent is told.
create function tell_filed_dispute() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into notice (agent_id, kind, subject, details, created_at)
  values (new.agent_id, 'DISPUTE_FILED', new.code, jsonb_build_object('dispute', new.code,
    'due', to_char(new.due_at at time zone (select time_zone from operator), 'YYYY-MM-DD')), new.filed_at)
  on conflict on constraint notice_once do nothing;
  return null;
end $$;
--> statement-breakpoint
create trigger dispute_filed after insert on dispute for each row execute function tell_filed_dispute();
--> statement-breakpoint
create function tell_dispute_comment() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not new.internal and claim_role() is distinct from 'AGENT' then
    insert into notice (agent_id, kind, subject, details, created_at)
    select new.agent_id, 'DISPUTE_ANSWERED', found.code || ' ' || new.id, jsonb_build_object('dispute', found.code), new.at
    from dispute found where found.id = new.dispute_id
    on conflict on constraint notice_once do nothing;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger dispute_comment_told after insert on dispute_comment for each row execute function tell_dispute_comment();
--> statement-breakpoint

-- 5. Papers for settlement: an agent stores its own; finance sees these, and no others.
drop policy read on document;
--> statement-breakpoint
create policy read on document for select to tributary_request using (
  (claim_role() <> 'FINANCE' or subject::text = 'SETTLEMENT')
  and (agent_id = any (array(select visible_agents())) or application_id = any (array(select visible_applications()))));
--> statement-breakpoint
create policy add_settlement on document for insert to tributary_request with check (
  subject::text = 'SETTLEMENT' and application_id is null
  and (claim_role() = 'FINANCE' and agent_id = any (array(select visible_agents())) or claim_role() = 'AGENT' and agent_id = claim_agent()));
--> statement-breakpoint
revoke execute on function settlement_definition_on(date), dispute_days(date), decision_limit(text, date), next_open_period(timestamptz) from public;
--> statement-breakpoint
grant execute on function dispute_days(date), decision_limit(text, date), next_open_period(timestamptz) to tributary_request;

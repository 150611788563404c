-- By hand: runs that were paid elsewhere stay paid, what was paid twice is in the books, adjustments are taken back once, names of issued statements stay.

-- 1. Runs that 20261123005617 opened again though nothing of them had come back: they were marked by hand, and paid elsewhere.
with opened as (
  select distinct on (run.id) run.id, run.period, step.actor as by, step.at, step.action from commission_run run
  join audit_record step on step.entity = 'run' and step.entity_key = run.period || '#' || run.id and step.action in ('run.paid', 'run.reopened')
  where run.status = 'APPROVED'
  order by run.id, step.id desc),
elsewhere as (
  select opened.id, opened.period, paid.actor as by, paid.at from opened
  left join lateral (
    select step.actor, step.at from audit_record step
    where step.entity = 'run' and step.entity_key = opened.period || '#' || opened.id and step.action = 'run.paid'
    order by step.id desc limit 1) paid on true
  where opened.action = 'run.reopened' and opened.by = 'migration' and not exists (
    select from payment join payment_batch batch on batch.id = payment.batch_id
    where payment.run_id = opened.id and payment.state in ('FAILED', 'CANCELLED') and batch.created_at < opened.at)),
restored as (
  update commission_run run set status = 'PAID', paid_by = coalesce(elsewhere.by, 'migration'), paid_at = coalesce(elsewhere.at, run.approved_at, now())
  from elsewhere where run.id = elsewhere.id
  returning run.id, run.period)
insert into audit_record (at, actor, action, entity, entity_key, before, after, reason)
  select now(), 'migration', 'run.paid', 'run', period || '#' || id, '{"status": "APPROVED"}', '{"status": "PAID"}',
    'paid elsewhere: nothing had come back when it was opened again'
  from restored;
--> statement-breakpoint

-- 2. What became of payments: CANCELLED where the bank paid one that another one had taken the place of, FAILED where it gave that back.
create or replace function note_payment_outcome() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into payment_outcome (payment_id, state, at) values (new.id,
    case when new.state = 'CANCELLED' and new.paid_after_cancel_at is null then 'FAILED' else new.state end, coalesce(new.settled_at, now()));
  return null;
end $$;
--> statement-breakpoint
drop trigger payment_outcome_noted on payment;
--> statement-breakpoint
create trigger payment_outcome_noted after update on payment for each row
  when (new.state <> old.state and new.state in ('PAID', 'FAILED')
    or new.state = 'CANCELLED' and (new.paid_after_cancel_at is null) <> (old.paid_after_cancel_at is null))
  execute function note_payment_outcome();
--> statement-breakpoint
-- Those that are there: books that are locked stay as they are, what they lack is booked now.
insert into payment_outcome (payment_id, state, at)
  select payment.id, payment.state, case when exists (
      select from operator join period_lock closed on closed.period = to_char(payment.paid_after_cancel_at at time zone operator.time_zone, 'YYYY-MM')
      where closed.state <> 'REOPENED') then now() else payment.paid_after_cancel_at end
  from payment where payment.state = 'CANCELLED' and payment.paid_after_cancel_at is not null order by payment.id;
--> statement-breakpoint
-- Where the payment in whose place it was has failed since, it is the one that counts.
with counted as (
  update payment set state = 'PAID', settled_at = now() where id in (
    select distinct on (told.agent_id, told.run_id, told.currency, told.settlement_id, told.deposit_entry_id) told.id from payment told
    where told.state = 'CANCELLED' and told.paid_after_cancel_at is not null and not exists (
      select from payment other where other.id <> told.id and other.agent_id = told.agent_id
        and (other.run_id = told.run_id and other.currency = told.currency
          or other.settlement_id = told.settlement_id or other.deposit_entry_id = told.deposit_entry_id)
        and (other.state in ('INSTRUCTED', 'PAID', 'SET_OFF') or exists (select from balance_entry entry where entry.payment_id = other.id)))
    order by told.agent_id, told.run_id, told.currency, told.settlement_id, told.deposit_entry_id, told.paid_after_cancel_at, told.id)
  returning end_to_end_id)
insert into audit_record (at, actor, action, entity, entity_key, before, after, reason)
  select now(), 'migration', 'payment.counted', 'payment', end_to_end_id, '{"state": "CANCELLED"}', '{"state": "PAID"}', 'what had taken its place failed'
  from counted;
--> statement-breakpoint
-- Of the payments of a statement that begin anew one collects: the one that was paid, else the last that was not cancelled. Retries go on from it.
create or replace function deposit_balance(of_agent integer, in_currency text) returns numeric
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(sum(entry.amount), 0) from deposit_entry entry left join payment on payment.id = entry.payment_id
  where entry.agent_id = of_agent and entry.currency = in_currency and entry.state = 'APPROVED' and payment.state is distinct from 'CANCELLED'
    and not exists (
      select from payment other where other.agent_id = of_agent and other.run_id = payment.run_id and other.currency = payment.currency
        and other.retries_id is null and other.state <> 'CANCELLED'
        and (other.state in ('PAID', 'SET_OFF'), other.id) > (payment.state in ('PAID', 'SET_OFF'), payment.id))
    and (not is_request() or claim_role() <> 'COMPLIANCE' and of_agent in (select visible_agents()))
$$;
--> statement-breakpoint

-- 3. What was taken back while that was a correction with a reason that says so is not taken back again.
create or replace function keep_take_back() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (
    select from adjustment made where made.id = new.takes_back_id and made.agent_id = new.agent_id and made.currency = new.currency
      and made.amount = -new.amount and made.reverses_id is null and made.deduction_id is null) then
    raise exception 'what takes an adjustment back is its opposite' using errcode = 'check_violation', constraint = 'adjustment_proposal_opposite';
  end if;
  if exists (
    select from adjustment made join adjustment_proposal other on other.agent_id = made.agent_id
    where made.id = new.takes_back_id and other.takes_back_id is null and other.kind = 'CORRECTION' and other.state in ('PROPOSED', 'APPROVED')
      and starts_with(other.reason, 'Takes back ' || coalesce('AP-' || made.proposal_id, 'DP-' || made.dispute_id) || ': ')) then
    raise exception 'it is taken back already' using errcode = 'unique_violation', constraint = 'adjustment_proposal_takes_back';
  end if;
  return new;
end $$;
--> statement-breakpoint

-- 4. Statements that are issued keep the names that agents and operator have now.
alter table issued_statement disable trigger issued_statement_kept;
--> statement-breakpoint
update issued_statement issued set agent_name = agent.name, operator_name = (select name from operator) from agent where agent.id = issued.agent_id;
--> statement-breakpoint
alter table issued_statement enable trigger issued_statement_kept;

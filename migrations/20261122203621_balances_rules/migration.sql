-- By hand: what moves balances and deposits, which the database books by itself; invoices; rights.

-- 1. What is carried. A failed payment is open until it is paid again, or until a run carries it.
create view open_failed_payment with (security_invoker = true) as
  select failed.id, failed.agent_id, failed.currency, failed.amount from payment failed
  where failed.state = 'FAILED' and failed.kind in ('STATEMENT', 'OFF_CYCLE')
    and not exists (select from balance_entry entry where entry.payment_id = failed.id)
    and not exists (select from payment later where later.id > failed.id and later.state <> 'CANCELLED'
      and case failed.kind when 'OFF_CYCLE' then later.settlement_id = failed.settlement_id
        else later.run_id = failed.run_id and later.agent_id = failed.agent_id and later.currency = failed.currency end);
--> statement-breakpoint
-- What an agent's next statement begins with, as of now, and how much of it was taxed already. Negative: a debt.
create function carried_balance(of_agent integer, in_currency text) returns table (amount numeric, returned numeric)
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(sum(moved.amount), 0), coalesce(sum(moved.returned), 0) from (
    select closing - payable, case when payable = 0 then returned else 0 end from statement
    where agent_id = of_agent and currency = in_currency
      and run_id = (select id from commission_run where status in ('APPROVED', 'PAID') order by period desc limit 1)
    union all
    select entry.amount, case entry.kind when 'BANK_RETURN' then entry.amount when 'OFF_CYCLE' then -settlement.returned else 0 end
    from balance_entry entry left join off_cycle_settlement settlement on settlement.id = entry.settlement_id
    where entry.agent_id = of_agent and entry.currency = in_currency and entry.carried_run_id is null
    union all
    select failed.amount, failed.amount from open_failed_payment failed
    where failed.agent_id = of_agent and failed.currency = in_currency) moved (amount, returned)
$$;
--> statement-breakpoint
create function deposit_balance(of_agent integer, in_currency text) returns numeric
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(sum(entry.amount), 0) from deposit_entry entry left join payment on payment.id = entry.payment_id
  where entry.agent_id = of_agent and entry.currency = in_currency and entry.state = 'APPROVED' and payment.state is distinct from 'CANCELLED'
$$;
--> statement-breakpoint
-- One at a time decides about an agent's balance and deposit, and none while a run is being approved.
create function lock_balance(of_agent integer) returns void language sql security definer set search_path = public, pg_temp as $$
  select pg_advisory_xact_lock_shared(7627095748223293862);
  select pg_advisory_xact_lock(hashtext('tributary balance'), of_agent);
$$;
--> statement-breakpoint
create trigger payment_await before insert or update on payment for each statement execute function await_approvals();
--> statement-breakpoint
create function carry_balances() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.status = 'VOIDED' then
    update balance_entry set carried_run_id = null where carried_run_id = new.id;
    return null;
  end if;
  insert into balance_entry (agent_id, kind, amount, currency, payment_id, reason, created_by, created_at, carried_run_id)
    select agent_id, 'BANK_RETURN', amount, currency, id, 'the bank did not pay', new.approved_by, new.approved_at, new.id from open_failed_payment;
  update balance_entry set carried_run_id = new.id where carried_run_id is null;
  return null;
end $$;
--> statement-breakpoint
create trigger commission_run_carries after update of status on commission_run for each row
  when (not new.is_cut_over and (old.status = 'CALCULATED' and new.status = 'APPROVED' or old.status = 'APPROVED' and new.status = 'VOIDED'))
  execute function carry_balances();
--> statement-breakpoint

-- 2. What two people decided moves the balance in the same moment, and never more than there is.
create function decide_balance() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  carried record;
begin
  if tg_op = 'INSERT' then
    if new.state::text <> 'PROPOSED' then
      raise exception '% is proposed first', replace(tg_table_name, '_', ' ') using errcode = 'check_violation', constraint = 'state_order';
    end if;
    return new;
  end if;
  if new.state::text <> 'APPROVED' or old.state::text = 'APPROVED' then
    return new;
  end if;
  perform lock_balance(new.agent_id);
  select * into carried from carried_balance(new.agent_id, new.currency);
  if tg_table_name = 'repayment' then
    if new.amount > -carried.amount then
      raise exception 'the debt is smaller' using errcode = 'check_violation', constraint = 'balance_debt';
    end if;
    insert into balance_entry (agent_id, kind, amount, currency, repayment_id, reason, created_by, created_at, approved_by)
      values (new.agent_id, 'REPAYMENT', new.amount, new.currency, new.id, new.reason, new.proposed_by, new.decided_at, new.decided_by);
  else
    if new.kind <> 'ADVANCE' and (new.gross > carried.amount or new.returned > carried.returned) then
      raise exception 'less is carried' using errcode = 'check_violation', constraint = 'balance_carried';
    end if;
    insert into balance_entry (agent_id, kind, amount, currency, settlement_id, reason, created_by, created_at, approved_by)
      values (new.agent_id, 'OFF_CYCLE', -new.gross, new.currency, new.id, new.reason, new.proposed_by, new.decided_at, new.decided_by);
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger off_cycle_settlement_decided before insert or update on off_cycle_settlement for each row execute function decide_balance();
--> statement-breakpoint
create trigger repayment_decided before insert or update on repayment for each row execute function decide_balance();
--> statement-breakpoint
create function decide_deposit() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    if new.state <> 'PROPOSED' and new.kind <> 'COLLECTED' then
      raise exception 'a movement of a deposit is proposed first' using errcode = 'check_violation', constraint = 'state_order';
    end if;
    return new;
  end if;
  if new.state <> 'APPROVED' or old.state = 'APPROVED' or new.amount > 0 then
    return new;
  end if;
  perform lock_balance(new.agent_id);
  if deposit_balance(new.agent_id, new.currency) + new.amount < 0 then
    raise exception 'the deposit holds less' using errcode = 'check_violation', constraint = 'deposit_balance';
  end if;
  if new.kind = 'SET_OFF' then
    if -new.amount > (select -carried.amount from carried_balance(new.agent_id, new.currency) carried) then
      raise exception 'the debt is smaller' using errcode = 'check_violation', constraint = 'balance_debt';
    end if;
    insert into balance_entry (agent_id, kind, amount, currency, deposit_entry_id, reason, created_by, created_at, approved_by)
      values (new.agent_id, 'DEPOSIT_SET_OFF', -new.amount, new.currency, new.id, new.reason, new.proposed_by, new.decided_at, new.decided_by);
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger deposit_entry_decided before insert or update on deposit_entry for each row execute function decide_deposit();
--> statement-breakpoint
-- A payment that is cancelled takes back what it brought into the deposit, unless that was spent.
create function take_back_deposit() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.collected > 0 then
    perform lock_balance(new.agent_id);
    if deposit_balance(new.agent_id, new.currency) < 0 then
      raise exception 'the deposit holds less' using errcode = 'check_violation', constraint = 'deposit_balance';
    end if;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger payment_cancelled after update of state on payment for each row when (new.state = 'CANCELLED' and old.state <> 'CANCELLED')
  execute function take_back_deposit();
--> statement-breakpoint
create trigger repayment_kept before update or delete on repayment for each row execute function keep_columns('{code,state,decided_by,decided_at}');
--> statement-breakpoint
create trigger repayment_order before update on repayment for each row
  execute function keep_state_order('{PROPOSED>APPROVED,PROPOSED>REJECTED,PROPOSED>WITHDRAWN}');
--> statement-breakpoint

-- 3. A statement has one invoice that counts, of its own agent and currency.
create function refuse_second_invoice() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtext('tributary invoice'), new.agent_id);
  if not exists (select from invoice where id = new.invoice_id and agent_id = new.agent_id and currency = new.currency) then
    raise exception 'the statement is not the agent''s, or in another currency' using errcode = 'check_violation', constraint = 'invoice_of_agent';
  end if;
  if exists (select from invoice_statement covered join invoice other on other.id = covered.invoice_id
      where covered.run_id = new.run_id and covered.agent_id = new.agent_id and covered.currency = new.currency
        and other.id <> new.invoice_id and other.state in ('SUBMITTED', 'ACCEPTED')) then
    raise exception 'the statement has an invoice' using errcode = 'check_violation', constraint = 'invoice_once';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger invoice_statement_once before insert on invoice_statement for each row execute function refuse_second_invoice();
--> statement-breakpoint
create trigger invoice_statement_kept before update or delete on invoice_statement for each row execute function refuse_change();
--> statement-breakpoint

-- 4. Rights. Entries of balances are the database's own.
alter table repayment enable row level security;
--> statement-breakpoint
grant select, insert, update (state, decided_by, decided_at) on repayment to tributary_request;
--> statement-breakpoint
create policy read on repayment for select to tributary_request using (claim_role() <> 'COMPLIANCE' and agent_id = any (array(select visible_agents())));
--> statement-breakpoint
create policy add on repayment for insert to tributary_request with check (claim_role() in ('ADMIN', 'FINANCE'));
--> statement-breakpoint
create policy change on repayment for update to tributary_request using (claim_role() in ('ADMIN', 'FINANCE'));
--> statement-breakpoint
revoke insert on balance_entry from tributary_request;
--> statement-breakpoint
grant select on open_failed_payment to tributary_request;
--> statement-breakpoint
revoke execute on function lock_balance(integer), carried_balance(integer, text), deposit_balance(integer, text) from public;
--> statement-breakpoint
grant execute on function carried_balance(integer, text), deposit_balance(integer, text) to tributary_request;

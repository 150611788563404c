-- By hand: what the bank returned is paid once, taxed once and invoiced once.

-- 1. What statements that are issued already pay of it.
alter table issued_statement disable trigger issued_statement_kept;
--> statement-breakpoint
update issued_statement issued set returned = least(due.returned, due.payable) from statement due
  where due.run_id = issued.run_id and due.agent_id = issued.agent_id and due.currency = issued.currency and due.returned > 0 and due.payable > 0;
--> statement-breakpoint
alter table issued_statement enable trigger issued_statement_kept;
--> statement-breakpoint

-- 2. What an agent's next statement begins with: what of the returned money was not payable yet stays untaxed, also where something was payable.
create or replace function carried_balance(of_agent integer, in_currency text) returns table (amount numeric, returned numeric)
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(sum(moved.amount), 0), coalesce(sum(moved.returned), 0) from (
    select closing - payable, case when payable = 0 then returned else greatest(0, returned - (closing + tax)) end from statement
    where agent_id = of_agent and currency = in_currency
      and run_id = (select id from commission_run where status in ('APPROVED', 'PAID') order by period desc limit 1)
    union all
    select entry.amount, case entry.kind when 'BANK_RETURN' then entry.amount when 'OFF_CYCLE' then -settlement.returned else 0 end
    from balance_entry entry left join off_cycle_settlement settlement on settlement.id = entry.settlement_id
    where entry.agent_id = of_agent and entry.currency = in_currency and entry.carried_run_id is null
    union all
    select failed.amount, failed.amount from open_failed_payment failed
    where failed.agent_id = of_agent and failed.currency = in_currency) moved (amount, returned)
  where not is_request() or claim_role() <> 'COMPLIANCE' and of_agent in (select visible_agents())
$$;
--> statement-breakpoint

-- 3. Whoever pays the balance out of turn pays what failed with it: from then on that is in the balance, and is not made again by itself.
create or replace function decide_balance() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
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
    return new;
  end if;
  if new.kind <> 'ADVANCE' then
    if new.gross > carried.amount or new.returned > carried.returned then
      raise exception 'less is carried' using errcode = 'check_violation', constraint = 'balance_carried';
    end if;
    insert into balance_entry (agent_id, kind, amount, currency, payment_id, reason, created_by, created_at)
      select agent_id, 'BANK_RETURN', amount, currency, id, 'the bank did not pay', new.decided_by, new.decided_at from open_failed_payment
      where agent_id = new.agent_id and currency = new.currency;
  end if;
  insert into balance_entry (agent_id, kind, amount, currency, settlement_id, reason, created_by, created_at, approved_by)
    values (new.agent_id, 'OFF_CYCLE', -new.gross, new.currency, new.id, new.reason, new.proposed_by, new.decided_at, new.decided_by);
  return new;
end $$;
--> statement-breakpoint
-- Before payment_refused looks (triggers go by their names): nobody settles a balance while what failed is made again.
create function lock_retried_balance() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform lock_balance(new.agent_id);
  return new;
end $$;
--> statement-breakpoint
create trigger payment_balance before insert on payment for each row when (new.retries_id is not null) execute function lock_retried_balance();

-- By hand: what is paid is confirmed, and what a run has carried is not paid again.

create function refuse_payment() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.kind = 'STATEMENT' and not exists (
    select from issued_statement issued where issued.run_id = new.run_id and issued.agent_id = new.agent_id and issued.currency = new.currency
      and issued.state = 'CONFIRMED') then
    raise exception 'the statement is not confirmed' using errcode = 'check_violation', constraint = 'payment_confirmed';
  end if;
  if exists (select from balance_entry entry where entry.payment_id = new.retries_id) then
    raise exception 'a run has carried the failed payment' using errcode = 'check_violation', constraint = 'payment_carried';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger payment_refused before insert on payment for each row execute function refuse_payment();

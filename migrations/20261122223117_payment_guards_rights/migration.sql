-- By hand: two people cancel what the bank may have; what it paid nevertheless is on record, and not due.

-- 1. A batch whose file was fetched is cancelled by somebody other than who asked; the asking stays.
create function refuse_lone_cancel() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if old.cancel_asked_by is not null
    and (new.cancel_asked_by, new.cancel_asked_at) is distinct from (old.cancel_asked_by, old.cancel_asked_at) then
    raise exception 'what was asked for stays' using errcode = 'check_violation', constraint = 'record_kept';
  end if;
  if new.state = 'CANCELLED' and old.state <> 'CANCELLED' and old.cancel_asked_by is null and exists (
    select from audit_record
    where entity = 'payment_batch' and entity_key = old.code and action = 'payment_batch.fetched') then
    raise exception 'the bank file was fetched' using errcode = 'check_violation', constraint = 'payment_batch_cancel_asked';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger payment_batch_cancel before update on payment_batch for each row execute function refuse_lone_cancel();
--> statement-breakpoint
create trigger payment_batch_asked_name before update on payment_batch for each row
  when (old.cancel_asked_by is distinct from new.cancel_asked_by) execute function keep_own_name('cancel_asked_by');
--> statement-breakpoint
create trigger payment_batch_cancelled_name before update on payment_batch for each row
  when (old.cancelled_by is distinct from new.cancelled_by) execute function keep_own_name('cancelled_by');
--> statement-breakpoint
drop trigger payment_batch_kept on payment_batch;
--> statement-breakpoint
create trigger payment_batch_kept before update or delete on payment_batch for each row execute function
  keep_columns('{code,state,approved_by,approved_at,cancel_asked_by,cancel_asked_at,cancelled_by,cancelled_at,cancel_reason,settled_at}');
--> statement-breakpoint
grant update (cancel_asked_by, cancel_asked_at) on payment_batch to tributary_request;
--> statement-breakpoint

-- 2. What was cancelled and paid all the same.
drop trigger payment_kept on payment;
--> statement-breakpoint
create trigger payment_kept before update or delete on payment for each row execute function
  keep_columns('{state,failure_code,failure_text,settled_at,status_import_id,wrapped_key,envelope_key_id,paid_after_cancel_at}');
--> statement-breakpoint
drop trigger payment_order on payment;
--> statement-breakpoint
create trigger payment_order before update on payment for each row execute function
  keep_state_order('{INSTRUCTED>PAID,INSTRUCTED>FAILED,INSTRUCTED>CANCELLED,SET_OFF>CANCELLED,PAID>FAILED,CANCELLED>PAID}');
--> statement-breakpoint
grant select (paid_after_cancel_at) on payment to tributary_request;
--> statement-breakpoint
-- A failed payment is open until it is paid again, or carried; not where an earlier one was paid although it was cancelled.
create or replace view open_failed_payment with (security_invoker = true) as
  select failed.id, failed.agent_id, failed.currency, failed.amount from payment failed
  where failed.state = 'FAILED' and failed.kind in ('STATEMENT', 'OFF_CYCLE')
    and not exists (select from balance_entry entry where entry.payment_id = failed.id)
    and not exists (select from payment other
      where (other.id > failed.id and other.state <> 'CANCELLED' or other.paid_after_cancel_at is not null and other.state in ('PAID', 'CANCELLED'))
      and case failed.kind when 'OFF_CYCLE' then other.settlement_id = failed.settlement_id
        else other.run_id = failed.run_id and other.agent_id = failed.agent_id and other.currency = failed.currency end);

-- By hand: what became of payments, in order, is written by the database itself and never changed.
create function note_payment_outcome() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into payment_outcome (payment_id, state, at) values (new.id, new.state, coalesce(new.settled_at, now()));
  return null;
end $$;
--> statement-breakpoint
create trigger payment_outcome_noted after update on payment for each row
  when (new.state <> old.state and new.state in ('PAID', 'FAILED')) execute function note_payment_outcome();
--> statement-breakpoint
create trigger payment_outcome_kept before update or delete on payment_outcome for each row execute function keep_columns('{}');
--> statement-breakpoint
insert into payment_outcome (payment_id, state, at)
select id, state, settled_at from payment where state::text in ('PAID', 'FAILED') and settled_at is not null;
--> statement-breakpoint
alter table payment_outcome enable row level security;
--> statement-breakpoint
grant select on payment_outcome to tributary_request;
--> statement-breakpoint
create policy read on payment_outcome for select to tributary_request using (claim_role() in ('ADMIN', 'FINANCE', 'AUDITOR'));

-- By hand: what takes an adjustment back is booked as that; amounts by hand have a paper; which version of the settlement policy books go by.

-- Rows that are there stay as they are.
alter table adjustment_proposal add constraint adjustment_proposal_document check (document_id is not null or kind::text = 'REVERSED') not valid;
--> statement-breakpoint
-- The opposite of what it takes back, of the same agent and currency; what takes something back is not taken back itself, nor what a conflict made.
create function keep_take_back() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (
    select from adjustment made where made.id = new.takes_back_id and made.agent_id = new.agent_id and made.currency = new.currency
      and made.amount = -new.amount and made.reverses_id is null and made.deduction_id is null) then
    raise exception 'what takes an adjustment back is its opposite' using errcode = 'check_violation', constraint = 'adjustment_proposal_opposite';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger adjustment_proposal_opposite before insert on adjustment_proposal for each row when (new.takes_back_id is not null)
  execute function keep_take_back();
--> statement-breakpoint
create or replace function book_approved_proposal() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform pg_advisory_xact_lock_shared(7627095748223293862);
  insert into component (kind, code) values ('ADJUSTMENT', 'ADJUSTMENT') on conflict do nothing;
  insert into adjustment (agent_id, kind, amount, currency, from_period, reason, created_by, created_at, proposal_id, reverses_id)
  values (new.agent_id, new.kind, new.amount, new.currency, next_open_period(new.decided_at), new.reason, new.decided_by, new.decided_at, new.id,
    new.takes_back_id);
  return null;
end $$;
--> statement-breakpoint
-- The books of a period go by the newest version: one that has begun by a day, or, once the period is locked, that had begun and was published then.
create function books_policy_on(wanted_period text, wanted_day date) returns table (id integer, number smallint, valid_from date, definition jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
  with known as (
    select coalesce((closed.locked_at at time zone operator.time_zone)::date, wanted_day) as day, closed.locked_at
    from operator left join period_lock closed on closed.period = wanted_period and closed.state <> 'REOPENED')
  select version.id, version.number, version.valid_from, version.definition
  from known join settlement_policy_version version on version.valid_from <= known.day
    and (known.locked_at is null or version.published_at <= known.locked_at)
  where not is_request() or claim_role() in ('ADMIN', 'FINANCE', 'AUDITOR')
  order by version.number desc limit 1
$$;
--> statement-breakpoint
revoke execute on function books_policy_on(text, date) from public;
--> statement-breakpoint
grant execute on function books_policy_on(text, date) to tributary_request;

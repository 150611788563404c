-- By hand: who issues statements tells their agents; what of the settlement policy others than finance go by.

create policy issue on notice for insert to tributary_request with check (claim_role() = 'FINANCE' and kind::text = 'STATEMENT_ISSUED');
--> statement-breakpoint
-- told once: whoever tells must see what was told before
create policy read_issued on notice for select to tributary_request using (claim_role() = 'FINANCE' and kind::text = 'STATEMENT_ISSUED');
--> statement-breakpoint
-- Everybody goes by the days and limits; accounts of the operator are for those who see all money.
create function settlement_policy_on(wanted_day date) returns table (id integer, number smallint, valid_from date, definition jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
  select version.id, version.number, version.valid_from, case
      when not is_request() or claim_role() in ('ADMIN', 'FINANCE', 'AUDITOR') then version.definition
      else version.definition - array['debtorAccounts', 'bankLayouts', 'journal'] end
  from settlement_policy_version version where version.valid_from <= wanted_day
  order by version.valid_from desc, version.number desc limit 1
$$;
--> statement-breakpoint
revoke execute on function settlement_policy_on(date) from public;
--> statement-breakpoint
grant execute on function settlement_policy_on(date) to tributary_request;

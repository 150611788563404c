-- By hand: what a withdrawn termination puts back.

grant delete on agreement_paper to tributary_request;
--> statement-breakpoint
create policy remove on agreement_paper for delete to tributary_request
  using (claim_role() in ('ADMIN', 'CHANNEL_MANAGER') and exists (select from agreement where agreement.id = agreement_id));
--> statement-breakpoint
-- A termination for cause that is withdrawn before its day never was; a request may take back nothing that is in force.
create function unblacklist_agent(wanted_agent integer, since date) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  removed integer;
begin
  if is_request() and not (claim_role() in ('ADMIN', 'CHANNEL_MANAGER') and wanted_agent in (select visible_agents()) and since > claim_today()) then
    raise exception 'not allowed to take agent % off the blacklist', wanted_agent using errcode = 'insufficient_privilege';
  end if;
  delete from blacklist_entry where agent_id = wanted_agent and valid_from = since;
  get diagnostics removed = row_count;
  return removed;
end $$;
--> statement-breakpoint
revoke execute on function unblacklist_agent(integer, date) from public;
--> statement-breakpoint
grant execute on function unblacklist_agent(integer, date) to tributary_request;

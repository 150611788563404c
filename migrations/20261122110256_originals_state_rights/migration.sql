-- What refers to originals, whoever brought it in: what their REFUNDs come to (reversed ones aside) and how many REVERSALs they have.
-- Under row-level security a manager sees only the REFUNDs and REVERSALs of its own agents, so without this the limit of an original
-- could be exceeded, and an original reversed twice, across regions. It tells only of originals that the caller may see; an original
-- that is not stored has no row. One call for all originals of an import: whom the caller sees is found out once.
-- `|| ''` keeps the planner from reading all REVERSALs of a source for each event.
create function state_of_originals(wanted_sources text[], wanted_external_ids text[])
returns table (source text, external_id text, refunded numeric, reversal_count bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select wanted.source, wanted.external_id, refund.amount, reversal.count
  from unnest(wanted_sources, wanted_external_ids) wanted (source, external_id)
  join sales_event original on original.source = wanted.source and original.external_id = wanted.external_id
  cross join lateral (
    select coalesce(sum(event.amount), 0) as amount from sales_event event
    where event.source = wanted.source and event.original_external_id = wanted.external_id and event.type = 'REFUND'
      and not exists (select from sales_event reversal where reversal.source = event.source || ''
                      and reversal.original_external_id = event.external_id and reversal.type = 'REVERSAL')
  ) refund
  cross join lateral (
    select count(*) as count from sales_event event
    where event.source = wanted.source and event.original_external_id = wanted.external_id and event.type = 'REVERSAL'
  ) reversal
  where not is_request() or original.agent_id = any (array(select visible_agents()))
$$;
--> statement-breakpoint
revoke execute on function state_of_originals(text[], text[]) from public;
--> statement-breakpoint
grant execute on function state_of_originals(text[], text[]) to tributary_request;

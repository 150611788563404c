-- Checked at the end of a transaction: a link that was changed again within it no longer stands, and only those that do count.
create or replace function refuse_parent_circle() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (
    select from agent_parent link where link.id = new.id and link.agent_id = new.agent_id and link.parent_id = new.parent_id
      and link.valid_from = new.valid_from and link.valid_to is not distinct from new.valid_to
  ) then
    return null;
  end if;
  if exists (
    with recursive above(id, days, height) as (
      select new.parent_id, daterange(new.valid_from, new.valid_to), 1
      union all
      select link.parent_id, above.days * daterange(link.valid_from, link.valid_to), above.height + 1
      from above join agent_parent link on link.agent_id = above.id and daterange(link.valid_from, link.valid_to) && above.days
      where above.id <> new.agent_id and above.height < 20
    )
    select from above where above.id = new.agent_id
  ) then
    raise exception 'agent % would be above itself', new.agent_id using errcode = 'check_violation', constraint = 'agent_parent_no_circle';
  end if;
  return null;
end $$;

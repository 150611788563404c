-- By hand: the life of registered deals 报备 (DOMAIN.md §8), what of a clash may be told, and how queues move on whosever deals they hold.

create function keep_registration_order() returns trigger language plpgsql as $$
begin
  if new.state <> old.state and (old.state, new.state) not in (
    ('PENDING', 'PROTECTED'), ('PENDING', 'REFUSED'), ('PENDING', 'WITHDRAWN'), ('QUEUED', 'PROTECTED'), ('QUEUED', 'WITHDRAWN'),
    ('PROTECTED', 'WON'), ('PROTECTED', 'LOST'), ('PROTECTED', 'EXPIRED'), ('PROTECTED', 'WITHDRAWN'), ('EXPIRED', 'WON')) then
    raise exception 'a registration cannot go from % to %', old.state, new.state using errcode = 'check_violation', constraint = 'deal_registration_order';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger deal_registration_order before update on deal_registration for each row execute function keep_registration_order();
--> statement-breakpoint
create trigger deal_registration_kept before delete on deal_registration for each row execute function refuse_change();
--> statement-breakpoint

-- Whether two claims cover some product in common. None named: any product; a category contains its products.
create function registrations_overlap(product_a integer, category_a integer, product_b integer, category_b integer) returns boolean
language sql stable set search_path = public, pg_temp as $$
  select case
    when num_nonnulls(product_a, category_a) = 0 or num_nonnulls(product_b, category_b) = 0 then true
    when product_a is not null and product_b is not null then product_a = product_b
    else coalesce(category_a, (select category_id from product where id = product_a)) = coalesce(category_b, (select category_id from product where id = product_b))
  end is true
$$;
--> statement-breakpoint
-- Deals of other agents that stand against a protection from an instant on: whatever ends later. That one has begun later, or has ended
-- meanwhile, is so where the request is older: it waited while others were at work on the customer.
create function clashing_registrations(wanted_agent integer, wanted_customer text, wanted_product integer, wanted_category integer, instant timestamptz)
returns setof integer language sql stable set search_path = public, pg_temp as $$
  select deal.id from deal_registration deal
  where deal.customer_id = wanted_customer and deal.agent_id <> wanted_agent
    and instant < deal.protected_until and deal.protected_from < deal.protected_until
    and registrations_overlap(deal.product_id, deal.product_category_id, wanted_product, wanted_category)
$$;
--> statement-breakpoint
-- What may be told of the deal that a claim clashes with: whoever may see that deal is told everything, others that there is one, and since which
-- month. Staff asks for agents that it sees, an agent for itself.
create function registration_clash(wanted_agent integer, wanted_customer text, wanted_product integer, wanted_category integer, instant timestamptz)
returns table (since_month text, customer_name text, registration text, agent_code text, agent_name text, protected_until timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select to_char(deal.protected_from at time zone (select time_zone from operator), 'YYYY-MM'),
    case when told.whole then deal.customer_name else left(deal.customer_name, 1) || '**' end,
    case when told.whole then deal.code end, case when told.whole then agent.code end, case when told.whole then agent.name end,
    case when told.whole then deal.protected_until end
  from clashing_registrations(wanted_agent, wanted_customer, wanted_product, wanted_category, instant) as clash(id)
  join deal_registration deal on deal.id = clash.id join agent on agent.id = deal.agent_id
  cross join lateral (select not is_request() or deal.agent_id in (select visible_agents()) as whole) told
  where not is_request() or claim_role() = 'AGENT' and wanted_agent = claim_agent()
    or claim_role() in ('ADMIN', 'CHANNEL_MANAGER', 'FINANCE', 'AUDITOR') and wanted_agent in (select visible_agents())
  order by deal.protected_from, deal.id limit 1
$$;
--> statement-breakpoint
-- The end of a protection that begins at an instant: local midnight after so many days.
create function protection_end(instant timestamptz, days integer) returns timestamptz language sql stable set search_path = public, pg_temp as $$
  select ((instant at time zone time_zone)::date + days)::timestamp at time zone time_zone from operator
$$;
--> statement-breakpoint
-- Brings the deals of a customer to where they stand at an instant, and keeps them from being changed by others until the transaction ends:
-- protections that are over expire; whoever waited longest is protected from the very instant at which nothing stands against it any more.
-- What happened is the clock's doing, whoever asks: nobody learns whose deal ended. Returns how many deals moved.
create function settle_registrations(wanted_customer text, instant timestamptz) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  moved integer := 0;
  passed record;
begin
  if is_request() and claim_role() not in ('ADMIN', 'CHANNEL_MANAGER', 'AGENT') then
    raise exception 'not allowed to register deals' using errcode = 'insufficient_privilege';
  end if;
  if is_request() and (instant at time zone (select time_zone from operator))::date > claim_today() then
    raise exception 'that day has not come yet' using errcode = 'insufficient_privilege';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('registrations of ' || wanted_customer, 0));
  loop
    for passed in
      update deal_registration set state = 'EXPIRED'
      where customer_id = wanted_customer and state = 'PROTECTED' and protected_until <= instant
      returning id, code, agent_id, protected_until
    loop
      moved := moved + 1;
      insert into registration_step (registration_id, action, by, at) values (passed.id, 'EXPIRED', 'clock', passed.protected_until);
      insert into notice (agent_id, kind, subject, details, created_at)
      values (passed.agent_id, 'REGISTRATION_EXPIRED', passed.code, jsonb_build_object('registration', passed.code), instant)
      on conflict on constraint notice_once do nothing;
      insert into audit_record (at, actor, action, entity, entity_key, before, after)
      values (instant, 'clock', 'deal_registration.expired', 'deal_registration', passed.code, '{"state": "PROTECTED"}', '{"state": "EXPIRED"}');
    end loop;
    update deal_registration deal set state = 'PROTECTED', protected_from = next.since, protected_until = protection_end(next.since, next.days),
      protected_until_day = (protection_end(next.since, next.days) at time zone (select time_zone from operator))::date
    from (
      select queued.id, (version.definition ->> 'protectionDays')::integer as days, greatest(queued.registered_at, (
        select max(ended.protected_until) from deal_registration ended
        where ended.customer_id = queued.customer_id and ended.agent_id <> queued.agent_id and ended.protected_until <= instant
          and registrations_overlap(ended.product_id, ended.product_category_id, queued.product_id, queued.product_category_id))) as since
      from deal_registration queued join registration_policy_version version on version.id = queued.policy_version_id
      where queued.customer_id = wanted_customer and queued.state = 'QUEUED' and not exists (
        select from clashing_registrations(queued.agent_id, queued.customer_id, queued.product_id, queued.product_category_id, instant))
      order by queued.registered_at, queued.id limit 1
    ) next
    where deal.id = next.id returning deal.id, deal.code, deal.agent_id, deal.protected_from, deal.protected_until into passed;
    exit when not found;
    moved := moved + 1;
    insert into registration_step (registration_id, action, by, at) values (passed.id, 'PROTECTED', 'clock', passed.protected_from);
    insert into notice (agent_id, kind, subject, details, created_at)
    values (passed.agent_id, 'REGISTRATION_DECIDED', passed.code || ' PROTECTED', jsonb_build_object('registration', passed.code, 'state', 'PROTECTED'), instant)
    on conflict on constraint notice_once do nothing;
    insert into audit_record (at, actor, action, entity, entity_key, before, after)
    values (instant, 'clock', 'deal_registration.protected', 'deal_registration', passed.code, '{"state": "QUEUED"}',
      jsonb_build_object('state', 'PROTECTED', 'from', passed.protected_from, 'until', passed.protected_until));
  end loop;
  return moved;
end $$;
--> statement-breakpoint
-- A request protects nothing but by the deal's policy, from today on, where no other agent stands against it; it lengthens a protection as
-- often, and by as many days, as the policy says, and shortens it only by losing or withdrawing the deal. Queues and ends are the clock's.
create function refuse_forged_registration() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  -- nothing is protected before the programme names an operator
  zone constant text := coalesce((select time_zone from operator), 'UTC');
  policy constant jsonb := (select definition from registration_policy_version where id = new.policy_version_id);
  manages constant boolean := claim_role() in ('ADMIN', 'CHANNEL_MANAGER');
  is_new constant boolean := tg_op = 'INSERT';
  kept boolean := false;
  right_days constant boolean := new.protected_until is null
    or new.protected_until_day = ((new.protected_until - interval '1 microsecond') at time zone zone)::date + 1;
  allowed boolean;
begin
  perform pg_advisory_xact_lock(hashtextextended('registrations of ' || new.customer_id, 0));
  if is_new then
    allowed := new.state in ('PENDING', 'QUEUED', 'REFUSED', 'PROTECTED') and new.extension_count = 0 and new.won_event_id is null
      and (new.registered_at at time zone zone)::date = claim_today()
      and (new.state = 'PROTECTED' or new.protected_until is null)
      and (new.state <> 'PROTECTED' or policy ->> 'mode' = 'FIRST_COME' and new.protected_from = new.registered_at);
  else
    kept := (new.protected_from, new.protected_until) is not distinct from (old.protected_from, old.protected_until);
    allowed := case
      when new.extension_count <> old.extension_count then old.state = 'PROTECTED' and new.state = 'PROTECTED' and new.protected_from = old.protected_from
        and new.extension_count = old.extension_count + 1 and new.extension_count <= (policy ->> 'maximumExtensions')::integer
        and new.protected_until = protection_end(old.protected_until, (policy ->> 'extensionDays')::integer)
      when new.state = old.state then kept
      when new.state in ('PROTECTED', 'REFUSED') then old.state = 'PENDING' and manages and (new.state = 'PROTECTED' or kept)
      when new.state in ('LOST', 'WITHDRAWN') then
        kept or new.protected_from = old.protected_from and new.protected_until <= old.protected_until
      when new.state = 'WON' then kept and new.won_event_id is not null
      else false
    end;
  end if;
  if new.state = 'PROTECTED' and (is_new or old.state <> 'PROTECTED') then
    allowed := allowed and (new.protected_from at time zone zone)::date = claim_today()
      and new.protected_until = protection_end(new.protected_from, (policy ->> 'protectionDays')::integer)
      and not exists (select from clashing_registrations(new.agent_id, new.customer_id, new.product_id, new.product_category_id, new.protected_from));
  end if;
  if allowed and right_days then return new; end if;
  raise exception 'the policy does not give this protection' using errcode = 'insufficient_privilege';
end $$;
--> statement-breakpoint
-- What the clock does runs as the owner, whoever asked.
create trigger deal_registration_forged before insert or update on deal_registration for each row
  when (current_user = 'tributary_request') execute function refuse_forged_registration();
--> statement-breakpoint
revoke execute on function refuse_forged_registration(), clashing_registrations(integer, text, integer, integer, timestamptz), registrations_overlap(integer, integer, integer, integer),
  registration_clash(integer, text, integer, integer, timestamptz), protection_end(timestamptz, integer), settle_registrations(text, timestamptz) from public;
--> statement-breakpoint
grant execute on function registration_clash(integer, text, integer, integer, timestamptz), protection_end(timestamptz, integer),
  settle_registrations(text, timestamptz) to tributary_request;
--> statement-breakpoint

-- Events are looked through again only where what a deal protects has changed, from the first local day for which that is so: winning, or an
-- end that has come, changes nothing.
drop trigger deal_registration_stale_added on deal_registration;
--> statement-breakpoint
drop trigger deal_registration_stale_changed on deal_registration;
--> statement-breakpoint
drop trigger deal_registration_stale_removed on deal_registration;
--> statement-breakpoint
create function note_stale_registrations() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare earliest timestamptz;
begin
  if tg_op = 'INSERT' then
    select min(protected_from) from changed into earliest;
  else
    select min(case when before.protected_from is distinct from after.protected_from then least(before.protected_from, after.protected_from)
                    else least(before.protected_until, after.protected_until) end)
    from before join after using (id)
    where (before.protected_from, before.protected_until) is distinct from (after.protected_from, after.protected_until) into earliest;
  end if;
  perform note_stale((earliest at time zone (select time_zone from operator))::date, tg_table_name);
  return null;
end $$;
--> statement-breakpoint
create trigger deal_registration_stale_added after insert on deal_registration
  referencing new table as changed for each statement execute function note_stale_registrations();
--> statement-breakpoint
create trigger deal_registration_stale_changed after update on deal_registration
  referencing old table as before new table as after for each statement execute function note_stale_registrations();
--> statement-breakpoint

-- An agent says what became of its own deals alone, not of those below it.
drop policy add on registration_step;
--> statement-breakpoint
create policy add on registration_step for insert to tributary_request
  with check (registration_id in (
    select registration.id from deal_registration registration
    where claim_role() in ('ADMIN', 'CHANNEL_MANAGER') or claim_role() = 'AGENT' and registration.agent_id = claim_agent()));

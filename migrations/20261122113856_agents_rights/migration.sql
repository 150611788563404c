-- By hand: what is never changed, exclusivity of territories, what finds duplicates across regions, rights of the new tables.

-- 1. What is written once stays as it is.
do $$
declare name text;
begin
  foreach name in array array['screening_form_version', 'application_step', 'agent_decision', 'survey_answer', 'misconduct_message'] loop
    execute format('create trigger %I before update or delete on %I for each row execute function refuse_change()', name || '_immutable', name);
    execute format('create trigger %I before truncate on %I for each statement execute function refuse_change()', name || '_no_truncate', name);
  end loop;
end $$;
--> statement-breakpoint
create trigger application_kept before delete on application for each row execute function refuse_change();
--> statement-breakpoint
-- Four eyes: who entered an application does not decide on it.
create function refuse_own_decision() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.from_state = 'SCREENING' and new.to_state in ('APPROVED', 'REJECTED') and exists (
    select from application where id = new.application_id and lower(entered_by) = lower(new.by)) then
    raise exception 'who entered an application cannot decide on it' using errcode = 'check_violation', constraint = 'application_four_eyes';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger application_four_eyes before insert on application_step for each row execute function refuse_own_decision();
--> statement-breakpoint

-- 2. The same right of the same agent once on a day; one figure of capacity.
alter table territory add constraint territory_no_overlap exclude using gist (
  int4range(agent_id, agent_id, '[]') with &&, int4range(region_id, region_id, '[]') with &&, daterange(valid_from, valid_to) with &&)
  deferrable initially deferred;
--> statement-breakpoint
alter table channel_capacity add constraint channel_capacity_no_overlap exclude using gist (
  int4range(region_id, region_id, '[]') with &&, int4range(channel_type_id, channel_type_id, '[]') with &&, daterange(valid_from, valid_to) with &&)
  deferrable initially deferred;
--> statement-breakpoint
create function region_path(leaf integer) returns setof integer language sql stable set search_path = public, pg_temp as $$
  with recursive path as (
    select id, parent_id from region where id = leaf
    union
    select above.id, above.parent_id from region above join path on path.parent_id = above.id
  )
  select id from path
$$;
--> statement-breakpoint
-- Whether `lower_agent` stands below `upper_agent` at some time within `days`.
create function is_below(lower_agent integer, upper_agent integer, days daterange) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  with recursive above(id, days) as (
    select link.parent_id, is_below.days * daterange(link.valid_from, link.valid_to)
    from agent_parent link where link.agent_id = lower_agent and daterange(link.valid_from, link.valid_to) && is_below.days
    union
    select link.parent_id, above.days * daterange(link.valid_from, link.valid_to)
    from above join agent_parent link on link.agent_id = above.id and daterange(link.valid_from, link.valid_to) && above.days
  )
  select exists (select from above where id = upper_agent)
$$;
--> statement-breakpoint
-- What stands against a territory: others' rights in its region, above or below it, on some of its days, where either is exclusive.
-- An exclusive territory is open to those below its holder.
create function territory_conflicts(wanted_agent integer, wanted_region integer, wanted_exclusive boolean, days daterange)
returns table (territory_id integer, agent_code text, region_code text, exclusive boolean, valid_from date, valid_to date)
language sql stable security definer set search_path = public, pg_temp as $$
  select other.id, agent.code, region.code, other.exclusive, other.valid_from, other.valid_to
  from territory other join agent on agent.id = other.agent_id join region on region.id = other.region_id
  where other.agent_id <> wanted_agent and (other.exclusive or wanted_exclusive)
    and daterange(other.valid_from, other.valid_to) && days
    and (other.region_id in (select region_path(wanted_region)) or other.region_id in (select region_subtree(wanted_region)))
    and not is_below(wanted_agent, other.agent_id, days) and not is_below(other.agent_id, wanted_agent, days)
  order by agent.code collate "C", region.code collate "C", other.valid_from
$$;
--> statement-breakpoint
create function refuse_shared_exclusivity() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  other record;
begin
  -- an import by the owner has looked at all of its rows together, under the same lock
  if not is_request() and current_setting('tributary.territories_checked', true) = 'yes' then
    return null;
  end if;
  -- two at once: the second looks when the first has committed
  perform pg_advisory_xact_lock(hashtext('tributary territories'));
  select * into other from territory_conflicts(new.agent_id, new.region_id, new.exclusive, daterange(new.valid_from, new.valid_to)) limit 1;
  if found and exists (select from territory where id = new.id) then
    raise exception 'agent % has a right in region % that stands against this one', other.agent_code, other.region_code
      using errcode = 'check_violation', constraint = 'territory_exclusive';
  end if;
  return null;
end $$;
--> statement-breakpoint
create constraint trigger territory_exclusive after insert or update on territory
  deferrable initially deferred for each row execute function refuse_shared_exclusivity();
--> statement-breakpoint

-- 3. Which applications a request sees: those for its region's subtree; finance none (DOMAIN.md §12).
create function visible_applications() returns setof integer language sql stable security definer set search_path = public, pg_temp as $$
  select id from application
  where claim_role() in ('ADMIN', 'AUDITOR')
     or (claim_role() = 'CHANNEL_MANAGER' and region_id in (select region_subtree(claim_region())))
$$;
--> statement-breakpoint
-- Who else has the same number, and whether it is blacklisted: across all regions, but nothing more than what a reviewer must know.
create function same_numbers(wanted_kind secret_kind, wanted_fingerprint text)
returns table (subject text, code text, name text, state text, blacklisted_for text)
language sql stable security definer set search_path = public, pg_temp as $$
  select * from (
    select 'AGENT' as subject, agent.code, agent.name,
      (select status.status::text from agent_status status where status.agent_id = agent.id
        and daterange(status.valid_from, status.valid_to) @> claim_today()) as state, null::text as blacklisted_for
    from secret join agent on agent.id = secret.agent_id
    where secret.kind = wanted_kind and secret.fingerprint = wanted_fingerprint
    union all
    select 'APPLICATION', application.code, application.name, application.state::text, null
    from secret join application on application.id = secret.application_id
    where secret.kind = wanted_kind and secret.fingerprint = wanted_fingerprint
    union all
    select 'BLACKLIST', coalesce(agent.code, ''), coalesce(agent.name, ''), 'BLACKLISTED', entry.reason
    from blacklist_entry entry left join agent on agent.id = entry.agent_id
    where entry.kind = wanted_kind and entry.fingerprint = wanted_fingerprint and daterange(entry.valid_from, entry.valid_to) @> claim_today()
  ) found
  where not is_request() or claim_role() in ('ADMIN', 'CHANNEL_MANAGER', 'AUDITOR')
  order by subject, code collate "C"
$$;
--> statement-breakpoint
-- A termination for cause puts the agent's numbers on the blacklist; a request reads no fingerprints.
create function blacklist_agent(wanted_agent integer, why text, decided_by text, since date) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  added integer;
begin
  if is_request() and not (claim_role() in ('ADMIN', 'CHANNEL_MANAGER') and wanted_agent in (select visible_agents())) then
    raise exception 'not allowed to blacklist agent %', wanted_agent using errcode = 'insufficient_privilege';
  end if;
  insert into blacklist_entry (kind, fingerprint, agent_id, reason, by, valid_from)
  select kind, fingerprint, agent_id, why, decided_by, since from secret where agent_id = wanted_agent;
  get diagnostics added = row_count;
  return added;
end $$;
--> statement-breakpoint
revoke execute on function visible_applications(), same_numbers(secret_kind, text), blacklist_agent(integer, text, text, date),
  is_below(integer, integer, daterange), territory_conflicts(integer, integer, boolean, daterange) from public;
--> statement-breakpoint
grant execute on function visible_applications(), same_numbers(secret_kind, text), blacklist_agent(integer, text, text, date),
  is_below(integer, integer, daterange), territory_conflicts(integer, integer, boolean, daterange) to tributary_request;
--> statement-breakpoint

-- 4. Rights.
do $$
declare
  name text;
  seen constant text := 'agent_id = any (array(select visible_agents()))';
  applied constant text := 'application_id = any (array(select visible_applications()))';
  manages constant text := 'claim_role() in (''ADMIN'', ''CHANNEL_MANAGER'')';
begin
  foreach name in array array['screening_form', 'screening_form_version', 'course', 'course_requirement', 'survey', 'channel_capacity'] loop
    execute format('alter table %I enable row level security', name);
    execute format('grant select, insert, update, delete on %I to tributary_request', name);
    execute format('create policy read on %I for select to tributary_request using (claim_role() <> '''')', name);
    execute format('create policy add on %I for insert to tributary_request with check (claim_role() = ''ADMIN'')', name);
    execute format('create policy change on %I for update to tributary_request using (claim_role() = ''ADMIN'')', name);
    execute format('create policy remove on %I for delete to tributary_request using (claim_role() = ''ADMIN'')', name);
  end loop;

  foreach name in array array['territory', 'agent_contact', 'survey_invitation'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy read on %I for select to tributary_request using (%s)', name, seen);
    execute format('create policy add on %I for insert to tributary_request with check (%s and %s)', name, manages, seen);
    execute format('create policy change on %I for update to tributary_request using (%s and %s)', name, manages, seen);
    execute format('create policy remove on %I for delete to tributary_request using (%s and %s)', name, manages, seen);
  end loop;
  grant select, insert, update, delete on territory, agent_contact to tributary_request;
  -- who was asked about an agent is not for the agent
  drop policy read on survey_invitation;
  execute format('create policy read on survey_invitation for select to tributary_request using (claim_role() in (''ADMIN'', ''CHANNEL_MANAGER'', ''AUDITOR'') and %s)', seen);
  -- never the token's hash
  grant select (id, survey_id, agent_id, recipient, created_at, answered_at), insert on survey_invitation to tributary_request;

  foreach name in array array['application_step', 'application_score', 'application_territory'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy read on %I for select to tributary_request using (%s)', name, applied);
    execute format('create policy add on %I for insert to tributary_request with check (%s and %s)', name, manages, applied);
    execute format('create policy change on %I for update to tributary_request using (%s and %s)', name, manages, applied);
    execute format('create policy remove on %I for delete to tributary_request using (%s and %s)', name, manages, applied);
  end loop;
  grant select, insert on application_step to tributary_request;
  grant select, insert, update, delete on application_score, application_territory to tributary_request;

  -- of an agent or of an applicant; finance sees no papers of either
  foreach name in array array['document', 'training_result', 'secret', 'reminder'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy read on %I for select to tributary_request using (claim_role() <> ''FINANCE'' and (%s or %s))', name, seen, applied);
    execute format('create policy add on %I for insert to tributary_request with check (%s and (%s or %s))', name, manages, seen, applied);
    execute format('create policy change on %I for update to tributary_request using (%s and (%s or %s))', name, manages, seen, applied);
    execute format('create policy remove on %I for delete to tributary_request using (%s and (%s or %s))', name, manages, seen, applied);
  end loop;
  grant select, insert, update, delete on training_result to tributary_request;
  grant select, insert, update (agent_id) on document to tributary_request;
  grant select, update (done_by, done_at) on reminder to tributary_request;
  -- neither what was encrypted nor what would let one compare
  grant select (id, agent_id, application_id, kind, masked, changed_by, changed_at), insert, delete,
    update (agent_id, ciphertext, wrapped_key, envelope_key_id, fingerprint, masked, changed_by, changed_at) on secret to tributary_request;
end $$;
--> statement-breakpoint
-- published for ever
revoke update, delete on screening_form_version from tributary_request;
--> statement-breakpoint
alter table application enable row level security;
--> statement-breakpoint
grant select, insert, update on application to tributary_request;
--> statement-breakpoint
create policy read on application for select to tributary_request using (
  claim_role() in ('ADMIN', 'AUDITOR') or (claim_role() = 'CHANNEL_MANAGER' and region_id in (select region_subtree(claim_region()))));
--> statement-breakpoint
create policy add on application for insert to tributary_request with check (
  claim_role() = 'ADMIN' or (claim_role() = 'CHANNEL_MANAGER' and region_id in (select region_subtree(claim_region()))));
--> statement-breakpoint
create policy change on application for update to tributary_request using (
  claim_role() = 'ADMIN' or (claim_role() = 'CHANNEL_MANAGER' and region_id in (select region_subtree(claim_region()))));
--> statement-breakpoint
alter table agent_decision enable row level security;
--> statement-breakpoint
grant select, insert on agent_decision to tributary_request;
--> statement-breakpoint
-- Why somebody was suspended or terminated is for those above it and the agent itself.
create policy read on agent_decision for select to tributary_request using (agent_id = any (array(select visible_agents())));
--> statement-breakpoint
create policy add on agent_decision for insert to tributary_request
  with check (claim_role() in ('ADMIN', 'CHANNEL_MANAGER') and agent_id = any (array(select visible_agents())));
--> statement-breakpoint
alter table blacklist_entry enable row level security;
--> statement-breakpoint
grant select (id, kind, agent_id, reason, by, valid_from, valid_to), update (valid_to) on blacklist_entry to tributary_request;
--> statement-breakpoint
create policy read on blacklist_entry for select to tributary_request using (claim_role() in ('ADMIN', 'CHANNEL_MANAGER', 'AUDITOR'));
--> statement-breakpoint
create policy change on blacklist_entry for update to tributary_request using (claim_role() = 'ADMIN');
--> statement-breakpoint
alter table agreement_paper enable row level security;
--> statement-breakpoint
grant select, insert, update on agreement_paper to tributary_request;
--> statement-breakpoint
create policy read on agreement_paper for select to tributary_request
  using (exists (select from agreement where agreement.id = agreement_id));
--> statement-breakpoint
create policy add on agreement_paper for insert to tributary_request
  with check (claim_role() in ('ADMIN', 'CHANNEL_MANAGER') and exists (select from agreement where agreement.id = agreement_id));
--> statement-breakpoint
create policy change on agreement_paper for update to tributary_request
  using (claim_role() in ('ADMIN', 'CHANNEL_MANAGER') and exists (select from agreement where agreement.id = agreement_id));
--> statement-breakpoint
alter table portal_invitation enable row level security;
--> statement-breakpoint
grant select (id, agent_id, email, name, created_at, expires_at, accepted_at), insert on portal_invitation to tributary_request;
--> statement-breakpoint
create policy read on portal_invitation for select to tributary_request
  using (claim_role() in ('ADMIN', 'CHANNEL_MANAGER', 'AUDITOR') and agent_id = any (array(select visible_agents())));
--> statement-breakpoint
create policy add on portal_invitation for insert to tributary_request
  with check (claim_role() in ('ADMIN', 'CHANNEL_MANAGER') and agent_id = any (array(select placeable_agents())));
--> statement-breakpoint
-- What was answered about an agent names nobody, and is read by those who manage it.
alter table survey_answer enable row level security;
--> statement-breakpoint
grant select on survey_answer to tributary_request;
--> statement-breakpoint
create policy read on survey_answer for select to tributary_request
  using (claim_role() in ('ADMIN', 'CHANNEL_MANAGER', 'AUDITOR') and exists (select from survey_invitation where survey_invitation.id = invitation_id));
--> statement-breakpoint
-- Reports of misconduct are compliance's alone; they are filed and followed with the owner's rights.
alter table misconduct_report enable row level security;
--> statement-breakpoint
alter table misconduct_message enable row level security;
--> statement-breakpoint
grant select (id, category, about, state, filed_on), update (state) on misconduct_report to tributary_request;
--> statement-breakpoint
grant select, insert on misconduct_message to tributary_request;
--> statement-breakpoint
create policy own on misconduct_report to tributary_request using (claim_role()::text = 'COMPLIANCE');
--> statement-breakpoint
create policy own on misconduct_message to tributary_request using (claim_role() = 'COMPLIANCE') with check (claim_role() = 'COMPLIANCE' and not from_reporter);

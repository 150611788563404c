-- By hand: who else has an applicant's numbers, and along which steps an application may go.

-- 1. Across all regions, but nothing more than what a reviewer must know; a request reads no fingerprints.
create function application_duplicates(wanted_application integer, wanted_on date)
returns table (kind secret_kind, subject text, code text, name text, state text, reason text, barred_until date)
language sql stable security definer set search_path = public, pg_temp as $$
  with number as (
    select secret.kind, secret.fingerprint from secret
    where secret.application_id = wanted_application
      and (not is_request() or wanted_application in (select visible_applications()))
  )
  select found.* from (
    select number.kind, 'AGENT' as subject, agent.code, agent.name,
      (select status.status::text from agent_status status where status.agent_id = agent.id
        and daterange(status.valid_from, status.valid_to) @> wanted_on) as state,
      null::text as reason, null::date as barred_until
    from number join secret on secret.kind = number.kind and secret.fingerprint = number.fingerprint
      join agent on agent.id = secret.agent_id
    union all
    select number.kind, 'APPLICATION', other.code, other.name, other.state::text, null,
      case when other.state = 'REJECTED'
        then other.rejected_on + coalesce((version.definition ->> 'coolingOffDays')::integer, 0) end
    from number join secret on secret.kind = number.kind and secret.fingerprint = number.fingerprint
      join application other on other.id = secret.application_id and other.id <> wanted_application
      left join screening_form_version version on version.id = other.form_version_id
    union all
    select number.kind, 'BLACKLIST', coalesce(agent.code, ''), coalesce(agent.name, ''), 'BLACKLISTED', entry.reason, entry.valid_to
    from number join blacklist_entry entry on entry.kind = number.kind and entry.fingerprint = number.fingerprint
      and daterange(entry.valid_from, entry.valid_to) @> wanted_on
      left join agent on agent.id = entry.agent_id
  ) found
  order by found.kind, found.subject, found.code collate "C"
$$;
--> statement-breakpoint
revoke execute on function application_duplicates(integer, date) from public;
--> statement-breakpoint
grant execute on function application_duplicates(integer, date) to tributary_request;
--> statement-breakpoint

-- 2. The steps of DOMAIN.md §4, whoever writes: what has ended stays as it ended.
create function refuse_application_leap() returns trigger language plpgsql as $$
begin
  if (old.state, new.state) not in (
    ('DRAFT', 'SUBMITTED'), ('SUBMITTED', 'SCREENING'), ('SCREENING', 'APPROVED'), ('APPROVED', 'CONTRACTED'), ('CONTRACTED', 'ACTIVE'),
    ('SUBMITTED', 'REJECTED'), ('SCREENING', 'REJECTED'), ('APPROVED', 'REJECTED'), ('CONTRACTED', 'REJECTED'),
    ('DRAFT', 'WITHDRAWN'), ('SUBMITTED', 'WITHDRAWN'), ('SCREENING', 'WITHDRAWN'), ('APPROVED', 'WITHDRAWN'), ('CONTRACTED', 'WITHDRAWN')
  ) then
    raise exception 'an application does not go from % to %', old.state, new.state
      using errcode = 'check_violation', constraint = 'application_transition';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger application_transition before update on application for each row
  when (old.state is distinct from new.state) execute function refuse_application_leap();
--> statement-breakpoint

-- 3. Four eyes, again: BY is a word of the language, and the column has to be quoted.
create or replace function refuse_own_decision() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.from_state = 'SCREENING' and new.to_state in ('APPROVED', 'REJECTED') and exists (
    select from application where id = new.application_id and lower(entered_by) = lower(new."by")) then
    raise exception 'who entered an application cannot decide on it' using errcode = 'check_violation', constraint = 'application_four_eyes';
  end if;
  return new;
end $$;

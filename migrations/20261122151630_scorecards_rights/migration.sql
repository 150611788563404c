-- By hand: what is never changed, overlaps, changed figures noted by statement, rights of the tables about scores and tiers.

-- 1. What is written once stays as it is.
do $$
declare name text;
begin
  foreach name in array array['score_template_version', 'tier_scheme_version', 'loyalty_grid_version', 'award_rule_version', 'award'] loop
    execute format('create trigger %I before update or delete on %I for each row execute function refuse_change()', name || '_immutable', name);
    execute format('create trigger %I before truncate on %I for each statement execute function refuse_change()', name || '_no_truncate', name);
  end loop;
end $$;
--> statement-breakpoint
-- A published score stays; an appeal's decision adds a revision and supersedes it.
create function keep_published_score() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if (select state from score_round where period = old.period) in ('PUBLISHED', 'FINAL')
    and (to_jsonb(new) - 'superseded_at' <> to_jsonb(old) - 'superseded_at' or old.superseded_at is not null) then
    raise exception 'a published score is never changed' using errcode = 'check_violation', constraint = 'score_published';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger score_published before update on score for each row execute function keep_published_score();
--> statement-breakpoint
-- By statement: a calculation takes the place of tens of thousands.
create function keep_published_scores() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select from score_round round where round.state in ('PUBLISHED', 'FINAL')
    and exists (select from removed where removed.period = round.period)) then
    raise exception 'a published score is never removed' using errcode = 'check_violation', constraint = 'score_published';
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger score_published_kept after delete on score
  referencing old table as removed for each statement execute function keep_published_scores();
--> statement-breakpoint
-- Forward only: a published round does not open again.
create function keep_round_order() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or new.state < old.state and old.state in ('PUBLISHED', 'FINAL') then
    raise exception 'a published round stays published' using errcode = 'check_violation', constraint = 'score_round_order';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger score_round_order before update or delete on score_round for each row execute function keep_round_order();
--> statement-breakpoint

-- 2. One target of a scope on a day, one approved override of an agent on a day.
alter table score_target add constraint score_target_no_overlap exclude using gist (
  int8range(hashtextextended(metric, 0), hashtextextended(metric, 0), '[]') with &&,
  int4range(coalesce(agent_id, 0), coalesce(agent_id, 0), '[]') with &&,
  int4range(coalesce(region_id, 0), coalesce(region_id, 0), '[]') with &&,
  int4range(coalesce(channel_type_id, 0), coalesce(channel_type_id, 0), '[]') with &&,
  daterange(valid_from, valid_to) with &&) deferrable initially deferred;
--> statement-breakpoint
alter table tier_override add constraint tier_override_no_overlap exclude using gist (
  int4range(agent_id, agent_id, '[]') with &&, daterange(valid_from, valid_to) with &&) where (state = 'APPROVED');
--> statement-breakpoint

-- 3. Changed figures are noted a statement at a time, and only those that commission reads: a scoring writes hundreds of thousands.
create function metric_first_day(period text) returns date language sql immutable as $$
  select case
    when period ~ 'Q' then to_date(left(period, 4) || (right(period, 1)::integer * 3 - 2)::text, 'YYYYMM')
    when length(period) = 4 then to_date(period || '01', 'YYYYMM')
    else to_date(period, 'YYYY-MM') end
$$;
--> statement-breakpoint
-- The metrics that published plans name, and the score.
create function metrics_of_plans() returns setof text language sql stable security definer set search_path = public, pg_temp as $$
  select 'SCORE' union select definition ->> 'target' from plan_component
  union select definition -> 'holdback' -> 'condition' ->> 'metric' from plan_component
$$;
--> statement-breakpoint
create function note_added_metrics() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform record_retro_cause(agent_id, since, 'metric_value')
  from (select distinct agent_id, metric_first_day(period) as since from changed
        where metric = any (array(select metrics_of_plans()))
          and to_char(metric_first_day(period), 'YYYY-MM') <= (select latest_approved_period())) touched;
  return null;
end $$;
--> statement-breakpoint
create function note_changed_metrics() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform record_retro_cause(agent_id, since, 'metric_value')
  from (select distinct after.agent_id, metric_first_day(after.period) as since
        from before join after using (agent_id, metric, period)
        where before.value <> after.value and metric = any (array(select metrics_of_plans()))
          and to_char(metric_first_day(after.period), 'YYYY-MM') <= (select latest_approved_period())) touched;
  return null;
end $$;
--> statement-breakpoint
drop trigger metric_value_retro on metric_value;
--> statement-breakpoint
drop function note_changed_metric();
--> statement-breakpoint
create trigger metric_value_added after insert on metric_value
  referencing new table as changed for each statement execute function note_added_metrics();
--> statement-breakpoint
create trigger metric_value_removed after delete on metric_value
  referencing old table as changed for each statement execute function note_added_metrics();
--> statement-breakpoint
create trigger metric_value_changed after update on metric_value
  referencing old table as before new table as after for each statement execute function note_changed_metrics();
--> statement-breakpoint
-- A figure's key is what it is: only its value changes.
create function keep_metric_key() returns trigger language plpgsql as $$
begin
  raise exception 'the key of a figure is never changed' using errcode = 'check_violation', constraint = 'metric_value_key_kept';
end $$;
--> statement-breakpoint
create trigger metric_value_key_kept before update of agent_id, metric, period on metric_value
  for each row when (old.agent_id <> new.agent_id or old.metric <> new.metric or old.period <> new.period)
  execute function keep_metric_key();
--> statement-breakpoint

-- 4. What raters and the rated may know. Who is asked to rate is known by the account's e-mail address.
create function my_rating_invitations()
returns table (invitation_id integer, round_code text, round_name text, aspect text, period text, opens_on date, closes_on date,
  agent_code text, agent_name text, rater_group rater_group, answered_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select invitation.id, round.code, round.name, round.aspect, round.period, round.opens_on, round.closes_on,
    agent.code, agent.name, invitation.rater_group, invitation.answered_at
  from rating_invitation invitation join rating_round round on round.id = invitation.round_id
  join agent on agent.id = invitation.agent_id
  where claim_role() <> '' and lower(invitation.rater) = (select lower(email) from user_account where id = claim_user())
  order by round.closes_on, round.code collate "C", agent.code collate "C"
$$;
--> statement-breakpoint
-- What was released, in no order that tells when or by whom it was said.
create function released_comments(wanted_agent integer)
returns table (round_code text, aspect text, period text, comment text)
language sql stable security definer set search_path = public, pg_temp as $$
  select round.code, round.aspect, round.period, answer.comment
  from rating_answer answer join rating_invitation invitation on invitation.id = answer.invitation_id
  join rating_round round on round.id = invitation.round_id
  where answer.released_at is not null and answer.comment is not null
    and invitation.agent_id = wanted_agent and wanted_agent in (select visible_agents())
  order by round.period, round.code collate "C", answer.comment collate "C"
$$;
--> statement-breakpoint
revoke execute on function my_rating_invitations(), released_comments(integer), metrics_of_plans() from public;
--> statement-breakpoint
grant execute on function my_rating_invitations(), released_comments(integer) to tributary_request;
--> statement-breakpoint

-- 5. Rights.
do $$
declare
  name text;
  seen constant text := 'agent_id = any (array(select visible_agents()))';
  manages constant text := 'claim_role() in (''ADMIN'', ''CHANNEL_MANAGER'')';
  staff constant text := 'claim_role() in (''ADMIN'', ''CHANNEL_MANAGER'', ''AUDITOR'')';
begin
  -- definitions: everybody who is signed in may read them, administrators set them up
  foreach name in array array['metric_definition', 'score_template', 'score_template_version', 'rating_round', 'tier_scheme',
                              'tier_scheme_version', 'award_rule', 'award_rule_version'] loop
    execute format('alter table %I enable row level security', name);
    execute format('grant select, insert, update, delete on %I to tributary_request', name);
    execute format('create policy read on %I for select to tributary_request using (claim_role() <> '''')', name);
    execute format('create policy add on %I for insert to tributary_request with check (claim_role() = ''ADMIN'')', name);
    execute format('create policy change on %I for update to tributary_request using (claim_role() = ''ADMIN'')', name);
    execute format('create policy remove on %I for delete to tributary_request using (claim_role() = ''ADMIN'')', name);
  end loop;
  -- how agents are classified is not for agents
  foreach name in array array['loyalty_grid', 'loyalty_grid_version'] loop
    execute format('alter table %I enable row level security', name);
    execute format('grant select, insert, update, delete on %I to tributary_request', name);
    execute format('create policy read on %I for select to tributary_request using (%s)', name, staff);
    execute format('create policy add on %I for insert to tributary_request with check (claim_role() = ''ADMIN'')', name);
    execute format('create policy change on %I for update to tributary_request using (claim_role() = ''ADMIN'')', name);
    execute format('create policy remove on %I for delete to tributary_request using (claim_role() = ''ADMIN'')', name);
  end loop;
  revoke update, delete on score_template_version, tier_scheme_version, award_rule_version, loyalty_grid_version from tributary_request;

  alter table loyalty_placement enable row level security;
  grant select on loyalty_placement to tributary_request;
  execute format('create policy read on loyalty_placement for select to tributary_request using (%s and %s)', staff, seen);

  alter table score_round enable row level security;
  grant select on score_round to tributary_request;
  create policy read on score_round for select to tributary_request using (claim_role() not in ('', 'COMPLIANCE'));

  -- targets of agents are seen and set with the agent, those of regions and channel types by administrators
  alter table score_target enable row level security;
  grant select, insert, update, delete on score_target to tributary_request;
  execute format('create policy read on score_target for select to tributary_request using (claim_role() not in ('''', ''COMPLIANCE'') and (agent_id is null or %s))', seen);
  execute format('create policy add on score_target for insert to tributary_request with check (claim_role() = ''ADMIN'' or (claim_role() = ''CHANNEL_MANAGER'' and agent_id is not null and %s))', seen);
  execute format('create policy change on score_target for update to tributary_request using (claim_role() = ''ADMIN'' or (claim_role() = ''CHANNEL_MANAGER'' and agent_id is not null and %s))', seen);
  execute format('create policy remove on score_target for delete to tributary_request using (claim_role() = ''ADMIN'' or (claim_role() = ''CHANNEL_MANAGER'' and agent_id is not null and %s))', seen);

  -- an agent sees what was published
  alter table score enable row level security;
  grant select, insert, update (superseded_at) on score to tributary_request;
  execute format('create policy read on score for select to tributary_request using (%s and (claim_role() <> ''AGENT'' or exists (
    select from score_round round where round.period = score.period and round.state in (''PUBLISHED'', ''FINAL''))))', seen);
  execute format('create policy add on score for insert to tributary_request with check (%s and %s)', manages, seen);
  execute format('create policy change on score for update to tributary_request using (%s and %s)', manages, seen);

  alter table score_appeal enable row level security;
  grant select, insert, update (state, decided_by, decided_at, decision, corrections, new_score_id) on score_appeal to tributary_request;
  execute format('create policy read on score_appeal for select to tributary_request using (%s)', seen);
  create policy add on score_appeal for insert to tributary_request
    with check (claim_role() = 'AGENT' and agent_id = claim_agent() and state = 'FILED');
  execute format('create policy change on score_appeal for update to tributary_request using (%s and %s)', manages, seen);
  create policy withdraw on score_appeal for update to tributary_request
    using (claim_role() = 'AGENT' and agent_id = claim_agent() and state = 'FILED')
    with check (claim_role() = 'AGENT' and agent_id = claim_agent() and state = 'WITHDRAWN' and new_score_id is null and corrections is null);

  -- who rates an agent, and what was said, is for those who manage it
  alter table rating_invitation enable row level security;
  -- never the token's hash
  grant select (id, round_id, agent_id, rater_group, rater, created_at, answered_at), insert, delete on rating_invitation to tributary_request;
  execute format('create policy read on rating_invitation for select to tributary_request using (%s and %s)', staff, seen);
  execute format('create policy add on rating_invitation for insert to tributary_request with check (%s and %s)', manages, seen);
  execute format('create policy remove on rating_invitation for delete to tributary_request using (%s and %s and answered_at is null)', manages, seen);
  alter table rating_answer enable row level security;
  grant select, update (released_by, released_at) on rating_answer to tributary_request;
  execute format('create policy read on rating_answer for select to tributary_request using (%s and exists (select from rating_invitation where rating_invitation.id = invitation_id))', staff);
  execute format('create policy change on rating_answer for update to tributary_request using (%s and exists (select from rating_invitation where rating_invitation.id = invitation_id))', manages);

  alter table tier_evaluation enable row level security;
  grant select on tier_evaluation to tributary_request;
  create policy read on tier_evaluation for select to tributary_request
    using (claim_role() in ('ADMIN', 'CHANNEL_MANAGER', 'AUDITOR', 'FINANCE') or (claim_role() = 'AGENT' and state = 'APPLIED'));
  alter table tier_move enable row level security;
  grant select, insert, update (superseded) on tier_move to tributary_request;
  execute format('create policy read on tier_move for select to tributary_request using (%s and exists (select from tier_evaluation where tier_evaluation.id = evaluation_id))', seen);
  execute format('create policy add on tier_move for insert to tributary_request with check (%s and %s)', manages, seen);
  execute format('create policy change on tier_move for update to tributary_request using (%s and %s)', manages, seen);

  -- an agent learns of an override once it holds
  alter table tier_override enable row level security;
  grant select, insert, update (state, decided_by, decided_at, decision) on tier_override to tributary_request;
  execute format('create policy read on tier_override for select to tributary_request using (%s and (claim_role() <> ''AGENT'' or state = ''APPROVED''))', seen);
  execute format('create policy add on tier_override for insert to tributary_request with check (%s and %s and state = ''REQUESTED'')', manages, seen);
  execute format('create policy change on tier_override for update to tributary_request using (%s and %s and state = ''REQUESTED'') with check (%s and %s)', manages, seen, manages, seen);

  alter table award enable row level security;
  grant select on award to tributary_request;
  execute format('create policy read on award for select to tributary_request using (%s)', seen);

  -- a notice is the agent's own, not its parent's
  alter table notice enable row level security;
  grant select, insert, update (read_at) on notice to tributary_request;
  execute format('create policy read on notice for select to tributary_request using ((%s and %s) or (claim_role() = ''AGENT'' and agent_id = claim_agent()))', staff, seen);
  execute format('create policy add on notice for insert to tributary_request with check (%s and %s)', manages, seen);
  create policy change on notice for update to tributary_request using (claim_role() = 'AGENT' and agent_id = claim_agent());
end $$;
--> statement-breakpoint
-- What raters said of an agent is not for the agent: of few raters an average would tell who said what.
drop policy read on metric_value;
--> statement-breakpoint
create policy read on metric_value for select to tributary_request
  using (agent_id = any (array(select visible_agents())) and (claim_role() <> 'AGENT' or source <> 'RATED'));

/** How E1 of the schema's world was judged. Published scores stay as they are: the round is published last. */
export const grades = `
  insert into score_template (code, name) values ('CARD', 'Card');
  insert into score_template_version (template_id, number, valid_from, definition, published_by, published_at)
    select id, 1, date '2026-01-01', '{}', 'anna', '2026-01-01T00:00:00Z' from score_template;
  insert into score_round (period, state, published_at) values
    ('2026-08', 'CALCULATED', '2026-09-10T01:00:00Z'), ('2026-10', 'CALCULATED', '2026-11-10T01:00:00Z'), ('2026-11', 'CALCULATED', null);
  insert into score (period, agent_id, revision, template_version_id, channel_type_id, total, blocked_by, detail, superseded_at)
    select period, agent.id, revision, version.id, agent.channel_type_id, total::numeric, '[]', '{}', superseded_at::timestamptz
    from agent, score_template_version version, (values ('2026-08', 0, '78.50', '2026-09-20T01:00:00Z'), ('2026-08', 1, '82.00', null),
      ('2026-10', 0, '75.00', null), ('2026-11', 0, '99.00', null)) score(period, revision, total, superseded_at) where agent.code = 'E1';
  update score_round set state = 'PUBLISHED' where period = '2026-10';
  update score_round set state = 'FINAL' where period = '2026-08';
  insert into score_appeal (score_id, agent_id, state, reason, items, filed_by, filed_at, due_on, decided_by, decided_at, decision)
    select id, agent_id, 'ACCEPTED', 'a day is missing', '[]', 'e1', '2026-09-12T01:00:00Z', date '2026-09-22', 'anna', '2026-09-20T01:00:00Z', 'so it is'
    from score where period = '2026-08' and revision = 0;
  insert into tier_scheme (code, name) values ('STARS', 'Stars');
  insert into tier_scheme_version (scheme_id, number, valid_from, definition, published_by, published_at)
    select id, 1, date '2026-01-01', '{}', 'anna', '2026-01-01T00:00:00Z' from tier_scheme;
  insert into tier_evaluation (scheme_id, version_id, period, state, effective_on, created_by, created_at, decided_by, decided_at, agent_count, moves_hash)
    select scheme_id, id, period, state::tier_evaluation_state, effective_on::date, 'anna', at::timestamptz, 'anna', at::timestamptz, 1, 'h'
    from tier_scheme_version, (values ('2026-08', 'APPLIED', '2026-09-01', '2026-09-15T01:00:00Z'),
      ('2026-10', 'PREVIEW', '2026-11-01', '2026-11-15T01:00:00Z')) evaluation(period, state, effective_on, at);
  insert into tier_move (evaluation_id, agent_id, revision, kind, from_tier_id, to_tier_id, misses_before, misses_after, facts, superseded)
    select evaluation.id, agent.id, move.revision, move.kind::tier_move_kind, before.id, after.id, 1, 0, '[]', move.superseded
    from tier_evaluation evaluation, agent, tier before, tier after,
      (values (0, 'KEPT', 'STAR_3', true), (1, 'PROMOTED', 'STAR_4', false)) move(revision, kind, after, superseded)
    where agent.code = 'E1' and before.code = 'STAR_3' and after.code = move.after;
  insert into award_rule (code, name) values ('BEST', 'Best shop');
  insert into award_rule_version (rule_id, number, valid_from, definition, published_by, published_at)
    select id, 1, date '2026-01-01', '{}', 'anna', '2026-01-01T00:00:00Z' from award_rule;
  insert into award (rule_id, version_id, period, agent_id, ranked_among, place, value, prize, granted_by, granted_at)
    select rule_id, version.id, '2026-08', agent.id, 'EAST', 1, 82, '{"kind":"NON_CASH","text":"a cup"}', 'anna', '2026-09-25T01:00:00Z'
    from award_rule_version version, agent where agent.code = 'E1';
  insert into rating_round (code, name, aspect, period, opens_on, closes_on) values ('R', 'Service', 'SERVICE', '2026-08', '2026-09-01', '2026-09-08');
  insert into rating_invitation (round_id, agent_id, rater_group, rater, token_hash, created_at, answered_at)
    select rating_round.id, agent.id, 'PEER', rater, rater, now(), now() from rating_round, agent, unnest(array['x', 'y']) rater where agent.code = 'E1';
  insert into rating_answer (invitation_id, points, comment, released_by, released_at)
    select id, 50, 'words of ' || rater, case rater when 'x' then 'anna' end, case rater when 'x' then now() end from rating_invitation;
  insert into loyalty_grid (code, name) values ('GRID', 'Grid');
  insert into loyalty_grid_version (grid_id, number, valid_from, definition, published_by, published_at)
    select id, 1, date '2026-01-01', '{}', 'anna', '2026-01-01T00:00:00Z' from loyalty_grid;
  insert into loyalty_placement (grid_id, period, agent_id, version_id, loyalty, contribution)
    select grid_id, '2026-08', agent.id, version.id, 'LOYAL', 'HIGH' from loyalty_grid_version version, agent where agent.code = 'E1'`;

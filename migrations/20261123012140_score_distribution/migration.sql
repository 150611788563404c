-- By hand: how many peers came to about what, without who they are.

-- Stretches of ten points over the standing scores of the same month, template and channel type; none for a score that the request does not
-- see, that is not published, or that has fewer than five peers (itself among them).
create function score_distribution(asked integer) returns table (first_point integer, peers integer, is_own boolean)
  language sql stable security definer set search_path = public, pg_temp as $$
  with own as (
    select score.period, score.channel_type_id, score.template_version_id, score.total from score
    join score_round round on round.period = score.period and round.state in ('PUBLISHED', 'FINAL')
    where score.id = asked and score.total is not null and score.agent_id in (select visible_agents())
  ), peer as (
    select floor(peer.total / 10)::integer * 10 as first_point, floor(own.total / 10)::integer * 10 as own_point
    from own join score peer on peer.period = own.period and peer.channel_type_id = own.channel_type_id
      and peer.template_version_id = own.template_version_id
    where peer.superseded_at is null and peer.total is not null
  )
  select first_point, count(*)::integer, bool_or(first_point = own_point) from peer
  where (select count(*) from peer) >= 5 group by first_point order by first_point
$$;
--> statement-breakpoint
revoke all on function score_distribution(integer) from public;
--> statement-breakpoint
grant execute on function score_distribution(integer) to tributary_request;

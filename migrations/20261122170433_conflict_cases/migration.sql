-- By hand: what staff who settle a case read of it, whosever agents it concerns, and how all its parties are told.

-- What visible_cases() says, of one case.
create function case_visible(wanted integer) returns boolean language sql stable security definer set search_path = public, pg_temp as $$
  select exists (
    select from conflict_case found where found.id = wanted and (
      claim_role() in ('ADMIN', 'FINANCE', 'AUDITOR')
      or claim_role() = 'CHANNEL_MANAGER' and (found.region_id in (select region_subtree(claim_region())) or found.mediator_id = claim_user()
        or exists (select from conflict_committee seat where seat.case_id = wanted and seat.user_id = claim_user()))
      or claim_role() in ('CHANNEL_MANAGER', 'AGENT') and exists (
        select from conflict_party party where party.case_id = wanted and party.agent_id in (select visible_agents()))))
$$;
--> statement-breakpoint
-- What cases are about, for staff who see them: parties, their events in the order of DOMAIN.md §9.1, and how these would be credited but for the cases.
create function case_matters(wanted integer[]) returns table (case_id integer, matter jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
  with allowed as materialized (
    select found.id from conflict_case found where found.id = any (wanted) and not is_request()
    union all
    select asked.id from unnest(wanted) asked(id)
    where is_request() and claim_role() in ('ADMIN', 'CHANNEL_MANAGER', 'FINANCE', 'AUDITOR') and case_visible(asked.id)
  ), concerned as materialized (
    select hit.case_id, hit.event_id, true as is_hit from allowed join conflict_hit hit on hit.case_id = allowed.id
    union all
    select distinct party.case_id, party.event_id, false from allowed join conflict_party party on party.case_id = allowed.id
    where party.event_id is not null
      and not exists (select from conflict_hit hit where hit.case_id = party.case_id and hit.event_id = party.event_id)
  )
  select allowed.id, jsonb_build_object(
    'parties', (
      select coalesce(jsonb_agg(jsonb_build_object('agentId', agent.id, 'agentCode', agent.code, 'agentName', agent.name, 'side', party.side,
        'eventId', party.event_id, 'facts', party.facts) order by party.side, agent.code collate "C", party.id), '[]')
      from conflict_party party join agent on agent.id = party.agent_id where party.case_id = allowed.id),
    'events', (
      select coalesce(jsonb_agg(jsonb_build_object('id', event.id, 'source', event.source, 'externalId', event.external_id, 'type', event.type,
        'occurredAt', event.occurred_at, 'agentId', agent.id, 'agentCode', agent.code, 'productCode', product.code,
        'customerId', event.customer_id, 'quantity', trim_scale(event.quantity)::text, 'amount', trim_scale(event.amount)::text,
        'currency', event.currency, 'isHit', concerned.is_hit)
        order by event.occurred_at, event.source collate "C", event.external_id collate "C"), '[]')
      from concerned join sales_event event on event.id = concerned.event_id join agent on agent.id = event.agent_id
      join product on product.id = event.product_id where concerned.case_id = allowed.id),
    'credits', (
      select coalesce(jsonb_agg(jsonb_build_object('eventId', credit.event_id, 'agentId', agent.id, 'agentCode', agent.code, 'role', credit.role,
        'share', trim_scale(credit.share)::text) order by credit.event_id, agent.code collate "C", credit.role collate "C"), '[]')
      from concerned join sales_event event on event.id = concerned.event_id cross join lateral (
        select award.event_id, award.agent_id, award.role, award.share from event_award award where award.event_id = event.id
        union all
        select rule.event_id, rule.agent_id, rule.role, rule.share from rule_credit rule
        where rule.event_id = event.id and not exists (select from event_award award where award.event_id = event.id)
        union all
        select given.event_id, given.agent_id, given.role, given.share from event_credit given
        where given.event_id = event.id and not exists (select from event_award award where award.event_id = event.id)
          and not exists (select from rule_credit rule where rule.event_id = event.id)
        union all
        select event.id, event.agent_id, 'SELLER', 1::numeric where not event.has_credits
          and not exists (select from event_award award where award.event_id = event.id)
          and not exists (select from rule_credit rule where rule.event_id = event.id)
      ) credit join agent on agent.id = credit.agent_id where concerned.case_id = allowed.id),
    'agents', (
      select coalesce(jsonb_object_agg(agent.id, agent.code), '{}') from agent where agent.id in (
        select party.agent_id from conflict_party party where party.case_id = allowed.id
        union select share.agent_id from conflict_decision decision join conflict_decision_share share on share.decision_id = decision.id
          where decision.case_id = allowed.id
        union select deduction.agent_id from conflict_decision decision join conflict_deduction deduction on deduction.decision_id = decision.id
          where decision.case_id = allowed.id)))
  from allowed
$$;
--> statement-breakpoint
-- Tells every party of a case what `told` says of it (case_id, kind, subject, details): who settles a case need not see all of them.
create function tell_parties(told jsonb, told_at timestamptz) returns void language sql security definer set search_path = public, pg_temp as $$
  insert into notice (agent_id, kind, subject, details, created_at)
  select distinct party.agent_id, said.kind::notice_kind, said.subject, said.details, told_at
  from jsonb_to_recordset(told) as said (case_id integer, kind text, subject text, details jsonb)
  join conflict_party party on party.case_id = said.case_id
  where said.kind in ('CONFLICT_OPENED', 'CONFLICT_DECIDED', 'CONFLICT_CLOSED')
    and (not is_request() or claim_role() in ('ADMIN', 'CHANNEL_MANAGER') and case_visible(said.case_id))
  on conflict on constraint notice_once do nothing
$$;
--> statement-breakpoint
-- Accounts that can sit on a committee, of any region.
create function committee_accounts(emails text[]) returns table (user_id integer, name text, email text)
language sql stable security definer set search_path = public, pg_temp as $$
  select account.id, account.name, account.email from user_account account
  where account.email = any (emails) and account.role in ('ADMIN', 'CHANNEL_MANAGER') and not account.disabled
    and (not is_request() or claim_role() in ('ADMIN', 'CHANNEL_MANAGER'))
$$;
--> statement-breakpoint
revoke execute on function case_visible(integer), case_matters(integer[]), tell_parties(jsonb, timestamptz), committee_accounts(text[]) from public;
--> statement-breakpoint
grant execute on function case_matters(integer[]), tell_parties(jsonb, timestamptz), committee_accounts(text[]) to tributary_request;

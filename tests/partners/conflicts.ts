// What the world of partnerFile.test.ts knows of E1's conflicts and registered deals: accused and settled by a split with W1, claimant of a
// sale of W1; and a deal with a customer.

export const conflicts = `
  insert into conflict_rule (code, name) values ('CLAIMS', 'Two claims');
  insert into conflict_rule_version (rule_id, number, valid_from, definition, published_by, published_at)
    select id, 1, date '2026-01-01', '{}', 'anna', '2026-01-01T00:00:00Z' from conflict_rule;
  insert into conflict_case (rule_id, kind, effect, region_id, period, occurred_on, state, opened_at, due_at, appeal_days)
    select rule.id, 'DUPLICATE', 'FLAG', region.id, '2026-10', date '2026-10-05', 'OPEN', at::timestamptz, '2027-01-01T00:00:00Z', 10
    from conflict_rule rule, (values (1, 'EAST', '2026-08-20T01:00:00Z'), (2, 'WEST', '2026-09-20T01:00:00Z')) one(place, region, at)
      join region on region.code = one.region order by place;
  insert into conflict_hit (case_id, rule_id, rule_version_id, event_id, agent_id, facts, facts_hash, found_at)
    select found.id, found.rule_id, version.id, event.id, event.agent_id, '{"findings": []}', 'h', found.opened_at
    from conflict_case found join conflict_rule_version version on version.rule_id = found.rule_id
      join sales_event event on event.external_id = case found.id when 1 then 'A-E1' else 'A-W1' end;
  insert into conflict_party (case_id, agent_id, side, event_id, facts)
    select hit.case_id, agent.id, case when agent.id = hit.agent_id then 'ACCUSED' else 'CLAIMANT' end::conflict_side, event.id, '{"tests": []}'
    from conflict_hit hit, agent join sales_event event on event.agent_id = agent.id and event.external_id in ('A-E1', 'A-W1');
  insert into conflict_decision (case_id, number, credits, kept_event_id, reason, decided_by, decided_at, by_committee, on_appeal)
    select 1, 1, 'SPLIT', event_id, 'why', 'anna', '2026-09-01T01:00:00Z', false, false from conflict_hit where case_id = 1;
  insert into conflict_decision_share (decision_id, agent_id, role, share)
    select decision.id, agent.id, 'SELLER', case agent.code when 'E1' then 0.4 else 0.6 end from conflict_decision decision, agent
    where agent.code in ('E1', 'W1');
  insert into conflict_deduction (decision_id, agent_id, kind, amount, currency)
    select decision.id, agent.id, 'PENALTY', case agent.code when 'E1' then 12.34 else 99 end, 'CNY' from conflict_decision decision, agent
    where agent.code in ('E1', 'W1');
  update conflict_case set state = 'RESOLVED', decision_id = (select id from conflict_decision), resolved_at = '2026-09-01T01:00:00Z' where id = 1;
  insert into registration_policy (code, name) values ('DEALS', 'Deals');
  insert into registration_policy_version (policy_id, number, valid_from, definition, published_by, published_at)
    select id, 1, date '2026-01-01', '{}', 'anna', '2026-01-01T00:00:00Z' from registration_policy;
  insert into deal_registration (agent_id, policy_version_id, customer_id, customer_name, opportunity, product_category_id, state, registered_by,
      registered_at, protected_from, protected_until, protected_until_day)
    select agent.id, version.id, 'C9', 'A mill', 'a new hall', category.id, 'PROTECTED', 'e1', '2026-08-01T01:00:00Z', '2026-08-01T01:00:00Z',
      '2026-12-30T16:00:00Z', date '2026-12-31'
    from registration_policy_version version, agent, product_category category where agent.code = 'E1' and category.code = 'BROADBAND'`;

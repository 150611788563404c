import { rawSql, type Transaction } from '../../db/client.ts';

/**
 * Gathers what a scan found: `scan_hit`, one row for each rule and event with its facts (src/conflicts/facts.ts) and their hash, and
 * `scan_party`, whom each concerns, with what that agent may know of it. The hash is SHA-256 over the facts as PostgreSQL writes jsonb:
 * natural keys in a settled order, so that the same facts always give the same.
 */
export async function writeHits(transaction: Transaction): Promise<void> {
  await rawSql(transaction).unsafe(`${hitStatements}; ${partyStatements}`);
}

const keyOf = (event: string) => `${event}.source || '/' || ${event}.external_id`;

const distinctCodes = (code: string) =>
  `array_agg(distinct ${code} collate "C" order by ${code} collate "C") filter (where ${code} is not null)`;

const hitStatements = `
  create unlogged table scan_hit_fact as
  select event_id, agent_id, region_id, campaign_id, period, local_date, occurred_at, source, external_id
  from scan_fact where event_id in (select event_id from scan_finding);
  analyze scan_hit_fact;
  create unlogged table scan_hit as
  with judged as (
    select finding.rule_id, finding.version_id, finding.event_id, finding.test, deal.code as registration,
      ${distinctCodes('claimant.code')} as agents,
      array_agg(${keyOf('other')} order by other.occurred_at, other.source collate "C", other.external_id collate "C")
        filter (where other.id is not null) as events,
      min(region.code) as region, min(finding.floor_price) as floor_price, min(finding.currency) as currency,
      ${distinctCodes('course.code')} as courses, array_agg(finding.campaign_id) filter (where finding.campaign_id is not null) as campaign_ids
    from scan_finding finding
    left join agent claimant on claimant.id = finding.agent_id
    left join sales_event other on other.id = finding.other_event_id
    left join region on region.id = finding.region_id
    left join deal_registration deal on deal.id = finding.registration_id
    left join course on course.id = finding.course_id
    group by finding.rule_id, finding.version_id, finding.event_id, finding.test, deal.code
  ), described as (
    select judged.rule_id, judged.version_id, judged.event_id, judged.test, judged.registration, jsonb_strip_nulls(jsonb_build_object(
      'test', judged.test, 'agents', judged.agents, 'events', judged.events, 'region', judged.region, 'registration', judged.registration,
      'floorPrice', trim_scale(judged.floor_price)::text, 'currency', judged.currency, 'courses', judged.courses, 'campaigns', (
        select array_agg(campaign.code order by campaign.code collate "C") from campaign
        where judged.campaign_ids is not null and campaign.id = any (judged.campaign_ids || fact.campaign_id)))) as finding
    from judged join scan_hit_fact fact on fact.event_id = judged.event_id
  ), gathered as (
    select rule_id, version_id, event_id,
      jsonb_build_object('findings', jsonb_agg(finding order by test collate "C", registration collate "C")) as facts
    from described group by rule_id, version_id, event_id
  )
  select gathered.*, encode(sha256(convert_to(facts::text, 'UTF8')), 'hex') as facts_hash,
    fact.agent_id, fact.region_id, fact.period, fact.local_date, fact.occurred_at, fact.source, fact.external_id
  from gathered join scan_hit_fact fact on fact.event_id = gathered.event_id;
  analyze scan_hit`;

const partyStatements = `
  create unlogged table scan_party as
  with side as (
    select finding.rule_id, finding.event_id, fact.agent_id, 'ACCUSED'::conflict_side as side, fact.event_id as own_event_id,
      null::integer as registration_id, finding.test, finding.region_id
    from scan_finding finding join scan_hit_fact fact on fact.event_id = finding.event_id
    union all
    select rule_id, event_id, agent_id, 'CLAIMANT', other_event_id, registration_id, test, null::integer
    from scan_finding where agent_id is not null
  ), gathered as (
    select rule_id, event_id, agent_id, side, own_event_id, registration_id,
      array_agg(distinct test collate "C" order by test collate "C") as tests, min(region_id) as region_id
    from side group by rule_id, event_id, agent_id, side, own_event_id, registration_id
  )
  select gathered.rule_id, gathered.event_id as hit_event_id, gathered.agent_id, gathered.side, gathered.own_event_id as event_id,
    gathered.registration_id, jsonb_strip_nulls(jsonb_build_object('tests', gathered.tests, 'event', ${keyOf('own')},
      'region', region.code, 'registration', deal.code)) as facts
  from gathered
  left join sales_event own on own.id = gathered.own_event_id
  left join region on region.id = gathered.region_id
  left join deal_registration deal on deal.id = gathered.registration_id;
  analyze scan_party`;

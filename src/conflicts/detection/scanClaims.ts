import { rawSql, type Transaction } from '../../db/client.ts';
import { dealCovers } from '../../registrations/coverage.ts';
import { applies, readTypes } from './scanRules.ts';
import { addFindings, notReversed, type OnStep, quoteLiteral } from './scanText.ts';

// What others have a claim to (DOMAIN.md §8): registered deals, customers, the same sale. Windows count local dates, [day, day + n);
// "before" is the order of §9.1.

/** Adds what kinds find that look at other agents' claims. Kinds without a rule cost nothing. */
export async function writeClaims(transaction: Transaction, timeZone: string, onStep: OnStep): Promise<void> {
  const sql = rawSql(transaction);
  const [wanted] = await sql<Wanted[]>`
    select coalesce(bool_or(definition -> 'protects' ? 'REGISTRATION'), false) as registrations,
      coalesce(max(window_days) filter (where kind = 'DUPLICATE' or definition -> 'protects' ? 'CUSTOMER'), 0) as "customerDays",
      coalesce(max(window_days) filter (where kind = 'CAMPAIGN_OVERLAP'), 0) as "campaignDays"
    from scan_rule`;
  if (!wanted) throw new Error('an aggregate gave no row');
  onStep('registrations', 60);
  if (wanted.registrations) await sql.unsafe(registrations);
  onStep('customers', 65);
  if (wanted.customerDays > 0) await sql.unsafe(customers(timeZone, wanted.customerDays));
  onStep('campaigns', 80);
  if (wanted.campaignDays > 0) await sql.unsafe(campaigns(timeZone, wanted.campaignDays));
}

type Wanted = { readonly registrations: boolean; readonly customerDays: number; readonly campaignDays: number };

const registrations = `
  ${addFindings(
    'registration',
    'agent_id, registration_id',
    `
  select rule.rule_id, rule.version_id, fact.event_id, 'REGISTRATION', fact.holder_id, fact.registration_id
  from (
    select fact.*, deal.agent_id as holder_id, deal.id as registration_id
    from scan_fact fact join deal_registration deal on deal.customer_id = fact.customer_id and deal.agent_id <> fact.agent_id
      and deal.state in ('PROTECTED', 'WON', 'LOST', 'EXPIRED', 'WITHDRAWN')
      and ${dealCovers('fact.occurred_at', 'fact.product_id', 'fact.category_id')}
  ) fact
  join scan_rule rule on ${applies('OWNERSHIP')}
  where rule.definition -> 'protects' ? 'REGISTRATION'`,
  )}`;

/** SQL: an earlier event (`other`) of a type that rules read, at most so many days before. */
const earlier = (days: number) => `
  other.type = any (${readTypes})
  and other.occurred_at <= fact.occurred_at and other.occurred_at > fact.occurred_at - interval '${days + 1} days'
  and (other.occurred_at < fact.occurred_at
    or (other.source collate "C", other.external_id collate "C") < (fact.source collate "C", fact.external_id collate "C"))`;

/** SQL of pairs of an event and an earlier one that was not reversed, with the earlier one's local day. */
const standing = (pairs: string, timeZone: string) => `
  select pair.*, (pair.other_occurred_at at time zone ${quoteLiteral(timeZone)})::date as other_date
  from ${pairs} pair
  where ${notReversed('pair.other_source', 'pair.other_external_id')}`;

const otherColumns = `other.id as other_id, other.agent_id as other_agent_id, other.type as other_type, other.product_id as other_product_id,
  other.campaign_id as other_campaign_id, other.occurred_at as other_occurred_at, other.source as other_source,
  other.external_id as other_external_id`;

const inWindow = 'fact.other_type = any (rule.types) and fact.local_date < fact.other_date + rule.window_days';
const latestFirst =
  'fact.other_occurred_at desc, fact.other_source collate "C" desc, fact.other_external_id collate "C" desc';

const customers = (timeZone: string, days: number) => `
  create unlogged table scan_pair as
  with pair as materialized (
    select fact.*, ${otherColumns}
    from scan_fact fact join sales_event other on other.customer_id = fact.customer_id and other.agent_id <> fact.agent_id and ${earlier(days)}
  )
  select standing.*, product.category_id as other_category_id
  from (${standing('pair', timeZone)}) standing join product on product.id = standing.other_product_id;
  analyze scan_pair;
  ${addFindings(
    'customer',
    'agent_id, other_event_id',
    `
  select distinct on (rule.version_id, fact.event_id, fact.other_agent_id)
    rule.rule_id, rule.version_id, fact.event_id, 'CUSTOMER', fact.other_agent_id, fact.other_id
  from scan_pair fact join scan_rule rule on ${applies('OWNERSHIP')}
  where rule.definition -> 'protects' ? 'CUSTOMER' and ${inWindow}
  order by rule.version_id, fact.event_id, fact.other_agent_id, ${latestFirst}`,
  )};
  ${addFindings(
    'duplicate',
    'agent_id, other_event_id',
    `
  select rule.rule_id, rule.version_id, fact.event_id, 'DUPLICATE', fact.other_agent_id, fact.other_id
  from scan_pair fact join scan_rule rule on ${applies('DUPLICATE')}
  where ${inWindow} and (fact.other_product_id = fact.product_id
    or rule.definition ->> 'same' = 'CATEGORY' and fact.other_category_id = fact.category_id)`,
  )}`;

// Few events name a campaign: that they do is said of both, for the planner does not conclude it.
const otherCampaign =
  'other.campaign_id <> fact.campaign_id and other.campaign_id is not null and fact.campaign_id is not null';

const campaigns = (timeZone: string, days: number) => `
  ${addFindings(
    'campaign_overlap',
    'agent_id, other_event_id, campaign_id',
    `
  with pair as materialized (
    select fact.*, ${otherColumns}
    from scan_fact fact join sales_event other on other.subscription_id = fact.subscription_id
      and ${otherCampaign} and ${earlier(days)}
    union all
    select fact.*, ${otherColumns}
    from scan_fact fact join sales_event other on other.customer_id = fact.customer_id and other.product_id = fact.product_id
      and fact.subscription_id is null and other.subscription_id is null and ${otherCampaign} and ${earlier(days)}
  )
  select rule.rule_id, rule.version_id, fact.event_id, 'CAMPAIGN_OVERLAP', nullif(fact.other_agent_id, fact.agent_id), fact.other_id,
    fact.other_campaign_id
  from (${standing('pair', timeZone)}) fact join scan_rule rule on ${applies('CAMPAIGN_OVERLAP')}
  where ${inWindow}`,
  )}`;

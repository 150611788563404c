import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { Decimal, type RoundingMode } from '../money.ts';
import { endDate, firstDate, type Period, previousPeriod } from '../period.ts';
import type { AgreementTerms, Definition } from './definitions.ts';
import type { AgentHistory, AgentStatus, AgreementFact, Dated } from './engine/facts.ts';
import { groupBy } from './engine/group.ts';
import type { PlanComponent, RateRule } from './engine/resolve.ts';
import type { DatedPool, DatedVersion, ExchangeRate, Inputs, ReferenceData } from './scope.ts';

// What a calculation reads besides events: reference data, histories of agents, plan and pool versions.

export async function loadReferenceData(transaction: Transaction): Promise<ReferenceData> {
  const sql = rawSql(transaction);
  const products = await sql<{ id: number; code: string; category: string | null }[]>`
    select product.id, product.code, category.code as category
    from product left join product_category category on category.id = product.category_id order by product.code collate "C"`;
  const regions = await sql<
    { id: number; code: string; parent_id: number | null }[]
  >`select id, code, parent_id from region`;
  const byId = new Map(regions.map((region) => [region.id, region]));
  const pathOf = (id: number | null): string[] => {
    const region = id === null ? undefined : byId.get(id);
    return region ? [region.code, ...pathOf(region.parent_id)] : [];
  };
  const tiers = await sql<{ code: string; multiplier: string }[]>`select code, multiplier from tier`;
  return {
    products: products.map((row) => ({ ...row, category: row.category ?? undefined })),
    regionPaths: new Map(regions.map((region) => [region.id, pathOf(region.id)])),
    segments: await sql<{ id: number; code: string }[]>`select id, code from segment`,
    campaigns: await sql<ReferenceData['campaigns'][number][]>`
      select id, code, starts_on::text as "startsOn", ends_on::text as "endsOn" from campaign`,
    exchangeRates: await sql<ExchangeRate[]>`
      select currency, into_currency as into, valid_from::text as from, valid_to::text as to, rate
      from exchange_rate order by currency, into_currency, valid_from`,
    tierMultipliers: new Map(tiers.map((tier) => [tier.code, new Decimal(tier.multiplier)])),
  };
}

/**
 * The histories of agents as far as they reach into the period, in order of code (bytes).
 * @param agentIds whose; undefined: of all agents
 */
export async function loadAgentHistories(
  transaction: Transaction,
  period: Period,
  agentIds?: readonly number[],
): Promise<AgentHistory[]> {
  const sql = rawSql(transaction);
  const wanted = agentIds as number[] | undefined;
  const agents = await sql<{ id: number; code: string; channel_type: string }[]>`
    select agent.id, agent.code, channel_type.code as channel_type
    from agent join channel_type on channel_type.id = agent.channel_type_id
    ${wanted ? sql`where agent.id = any(${wanted})` : sql``} order by agent.code collate "C"`;
  const dated = async <Value>(query: string): Promise<Map<number, Dated<Value>[]>> => {
    const rows = await sql.unsafe<{ agent_id: number; from: string; to: string | null; value: Value }[]>(
      `select fact.agent_id, fact.valid_from as from, fact.valid_to as to, ${query}
       where fact.valid_from < $2 and (fact.valid_to is null or fact.valid_to > $1)
         ${wanted ? 'and fact.agent_id = any($3)' : ''} order by fact.agent_id, fact.valid_from`,
      wanted ? [firstDate(period), endDate(period), wanted] : [firstDate(period), endDate(period)],
    );
    const byAgent = new Map<number, Dated<Value>[]>();
    for (const { agent_id, ...fact } of rows) {
      const facts = byAgent.get(agent_id);
      if (facts) facts.push(fact);
      else byAgent.set(agent_id, [fact]);
    }
    return byAgent;
  };
  const statuses = await dated<AgentStatus>('status as value from agent_status fact');
  const tiers = await dated<string>('tier.code as value from agent_tier fact join tier on tier.id = fact.tier_id');
  const regions = await dated<number>('region_id as value from agent_region fact');
  const parents = await dated<number>('parent_id as value from agent_parent fact');
  const agreements = await dated<AgreementFact>(
    "json_build_object('id', fact.id, 'plan', plan.code, 'terms', fact.terms) as value from agreement fact join plan on plan.id = fact.plan_id",
  );
  return agents.map((agent) => ({
    id: agent.id,
    code: agent.code,
    channelType: agent.channel_type,
    statuses: statuses.get(agent.id) ?? [],
    tiers: tiers.get(agent.id) ?? [],
    regions: regions.get(agent.id) ?? [],
    agreements: agreements.get(agent.id) ?? [],
    parents: parents.get(agent.id) ?? [],
  }));
}

/**
 * Looks up an agent's metric for the period, the one before, or their quarter and year. Of what the catalogue computes, only the `named`
 * metrics: scorecards have many that commission never reads.
 * @param agentIds whose; undefined: of all agents
 */
export async function loadMetrics(
  transaction: Transaction,
  period: Period,
  named: readonly string[],
  agentIds?: readonly number[],
): Promise<(agentId: number, metric: string, period: string) => Decimal | undefined> {
  const wanted = metricPeriods(period);
  const sql = rawSql(transaction);
  const rows = await sql<{ agent_id: number; metric: string; period: string; value: string }[]>`
    select agent_id, metric, period, value from metric_value
    where period = any(${wanted}) and (source <> 'COMPUTED' or metric = any(${[...named]}))
      ${agentIds ? sql`and agent_id = any(${[...agentIds]})` : sql``}`;
  const values = new Map(rows.map((row) => [`${row.agent_id}|${row.metric}|${row.period}`, new Decimal(row.value)]));
  return (agentId, metric, at) => values.get(`${agentId}|${metric}|${at}`);
}

/** The periods whose metrics a calculation of `period` may ask for. */
export function metricPeriods(period: Period): string[] {
  return [period, previousPeriod(period), quarterOf(period), period.slice(0, 4)];
}

/** The quarter a period lies in: `2026-Q4`. */
function quarterOf(period: Period): string {
  return `${period.slice(0, 4)}-Q${Math.ceil(Number(period.slice(5)) / 3)}`;
}

/** Of each agent's last agreement that ended before the period: its terms, and how its plan rounded on its last day. */
export async function loadLastTerms(transaction: Transaction, period: Period): Promise<Inputs['lastTerms']> {
  const rows = await rawSql(transaction)<{ agent_id: number; terms: AgreementTerms; rounding: RoundingMode | null }[]>`
    select agent_id, terms, (
        select rounding from plan_version version
        where version.plan_id = last.plan_id and version.valid_from < last.valid_to
          and (version.valid_to is null or version.valid_to >= last.valid_to) and plan_version_in_force(version.id)
        order by version.number desc limit 1) as rounding
    from (select distinct on (agent_id) agent_id, plan_id, terms, valid_to from agreement where valid_to <= ${firstDate(period)}
          order by agent_id, valid_from desc) last`;
  return new Map(rows.map(({ agent_id, terms, rounding }) => [agent_id, { terms, rounding: rounding ?? 'HALF_UP' }]));
}

/** The plan versions that reach into the period, with components in plan order and rules. */
export async function loadPlanVersions(transaction: Transaction, period: Period): Promise<DatedVersion[]> {
  const sql = rawSql(transaction);
  const versions = await sql<VersionRow[]>`
    select version.id, plan.id as "planId", plan.code as plan, version.number, version.valid_from as from,
           version.valid_to as to, version.currency, version.rounding, version.content_hash as "contentHash"
    from plan_version version join plan on plan.id = version.plan_id
    where version.valid_from < ${endDate(period)} and (version.valid_to is null or version.valid_to > ${firstDate(period)})
      and plan_version_in_force(version.id)
    order by plan.code collate "C", version.number`;
  const components = await sql<ComponentRow[]>`
    select part.id, part.version_id, part.component_id, component.code, component.kind, part.position, part.definition
    from plan_component part join component on component.id = part.component_id
    where part.version_id = any(${versions.map((version) => version.id)}) order by part.version_id, part.position`;
  const rules = await sql<RuleRow[]>`
    select rule.id, rule.plan_component_id, rule.code, product.code as product, category.code as category,
           rule.event_type as event, channel.code as "channelType", tier.code as tier, region.code as region,
           segment.code as segment, campaign.code as campaign, rule.contract_months as "contractMonths",
           rule.base_from as "baseFrom", rule.base_to as "baseTo", rule.base_up_to as "baseUpTo",
           rule.percent, rule.flat, rule.minimum, rule.maximum
    from rate_rule rule
    left join product on product.id = rule.product_id
    left join product_category category on category.id = rule.product_category_id
    left join channel_type channel on channel.id = rule.channel_type_id
    left join tier on tier.id = rule.tier_id
    left join region on region.id = rule.region_id
    left join segment on segment.id = rule.segment_id
    left join campaign on campaign.id = rule.campaign_id
    where rule.plan_component_id = any(${components.map((component) => component.id)}) order by rule.id`;
  const rulesOf = groupBy([...rules], (rule) => rule.plan_component_id);
  return versions.map((version) => ({
    ...version,
    components: components
      .filter((component) => component.version_id === version.id)
      .map(
        ({ id, component_id: componentId, code, kind, position, definition }) =>
          ({
            componentId,
            code,
            kind,
            position,
            definition,
            rules: (rulesOf.get(id) ?? []).map(asRule),
            // what the table says of a component is what the programme's validation let in for its kind
          }) as PlanComponent,
      ),
  }));
}

type VersionRow = Omit<DatedVersion, 'components'>;
type ComponentRow = Definition & {
  readonly id: number;
  readonly version_id: number;
  readonly component_id: number;
  readonly code: string;
  readonly position: number;
};
type Nullable<Type> = { [Key in keyof Type]: Type[Key] | null };
type RuleRow = Nullable<{
  product: string;
  category: string;
  event: string;
  channelType: string;
  tier: string;
  region: string;
  segment: string;
  campaign: string;
  contractMonths: number;
  baseFrom: string;
  baseTo: string;
  baseUpTo: string;
  minimum: string;
  maximum: string;
}> & { id: number; plan_component_id: number; code: string; percent: string; flat: string };

function asRule(row: RuleRow): RateRule {
  const number = (text: string | null) => (text === null ? undefined : new Decimal(text));
  return {
    id: row.id,
    code: row.code,
    product: row.product ?? undefined,
    category: row.category ?? undefined,
    event: row.event ?? undefined,
    channelType: row.channelType ?? undefined,
    tier: row.tier ?? undefined,
    region: row.region ?? undefined,
    segment: row.segment ?? undefined,
    campaign: row.campaign ?? undefined,
    contractMonths: row.contractMonths ?? undefined,
    baseFrom: number(row.baseFrom),
    baseTo: number(row.baseTo),
    baseUpTo: number(row.baseUpTo),
    percent: new Decimal(row.percent),
    flat: new Decimal(row.flat),
    minimum: number(row.minimum) ?? null,
    maximum: number(row.maximum) ?? null,
  };
}

/** The pool versions in force on the period's last day, in order of code. */
export async function loadPools(transaction: Transaction, period: Period): Promise<DatedPool[]> {
  const sql = rawSql(transaction);
  const rows = await sql<DatedPool[]>`
    select distinct on (pool.code collate "C") pool.id as "poolId", pool.code, component.id as "componentId",
           version.id as "versionId", version.currency, version.rounding, version.definition,
           version.content_hash as "contentHash"
    from pool_version version
    join pool on pool.id = version.pool_id
    join component on component.pool_id = pool.id
    where version.valid_from < ${endDate(period)} and (version.valid_to is null or version.valid_to >= ${endDate(period)})
    order by pool.code collate "C", version.number desc`;
  return [...rows];
}

/** The earliest closed period with an unsettled cause; none before the cut-over: from it on closed periods are calculated again. */
export async function earliestTouched(transaction: Transaction, period: Period): Promise<Period | undefined> {
  const [row] = await rawSql(transaction)<{ period: Period | null }[]>`
    select min(greatest(cause.period, opened.first)) as period
    from retro_cause cause
    cross join (select coalesce(
        (select to_char(to_date(max(period), 'YYYY-MM') + interval '1 month', 'YYYY-MM') from commission_run
         where is_cut_over and status = 'APPROVED'),
        least((select min(period) from commission_run where status in ('APPROVED', 'PAID')), (select min(period) from sales_event))) as first) opened
    where cause.settled_run_id is null and cause.period < ${period} and opened.first < ${period}`;
  return row?.period ?? undefined;
}

import type { Definition, PlanComponentKind } from '../commissions/definitions.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { canonicalDecimal } from '../money.ts';
import { findOperator, type Operator } from '../reference/operator.ts';
import { loadConflicts } from './conflictState.ts';
import type { ConflictState } from './conflicts.ts';
import { byCode, type PlanVersionContent, type PoolVersionContent, type RuleContent } from './content.ts';
import { type KnownValues, loadExchangeRates, loadMetricValues, loadSettledValues } from './figures.ts';
import { loadPartners, type PartnerState } from './partnerState.ts';
import {
  type AgentRecord,
  type AgreementRecord,
  declaredAgreements,
  type Fact,
  type FactKind,
  factKinds,
  type Keyed,
  type Known,
} from './records.ts';
import type { Programme } from './schema.ts';
import { loadScorecards } from './scorecardState.ts';
import type { ScorecardState } from './scorecards.ts';

/** A dated fact as it stands in the database. */
export type FactRow = Fact & { readonly id: number; readonly agent: string };

/** A published version of a plan or pool, `owner` being its code. */
export type PublishedVersion = {
  readonly id: number;
  readonly owner: string;
  readonly number: number;
  readonly from: string;
  readonly contentHash: string;
  /** Whether it is a correction, in force or still waiting for its approvals. */
  readonly corrects: boolean;
};

/** What is in the database, as far as a programme touches it. */
export type State = {
  readonly operator: Operator | undefined;
  readonly hasSalesEvents: boolean;
  readonly known: Known;
  readonly partners: PartnerState;
  readonly scorecards: ScorecardState;
  readonly conflicts: ConflictState;
  /** Of the periods whose figures a programme declares, the metrics that published scores are or read. */
  readonly settledMetrics: KnownValues['settled'];
  /** Surrogate keys by code. */
  readonly ids: { readonly [Kind in Keyed]: Map<string, number> };
  readonly facts: Readonly<Record<FactKind, readonly FactRow[]>>;
  readonly planVersions: readonly PublishedVersion[];
  readonly poolVersions: readonly PublishedVersion[];
  /** Kinds of the components of the plans declared, by `PLAN.CODE`. */
  readonly componentKinds: ReadonlyMap<string, PlanComponentKind>;
  /** Periods with an approved or paid run. */
  readonly lockedPeriods: readonly string[];
};

type Coded = { readonly id: number; readonly code: string };

/** Loads the state in a fixed number of queries: all reference data, and of the agents those that the programme names. */
export async function loadState(transaction: Transaction, programme: Programme): Promise<State> {
  const sql = rawSql(transaction);
  const named = async <Row extends Coded>(query: string) => [...(await sql.unsafe<Row[]>(query))];
  type NamedRow = Coded & { name: string };
  const regions = await named<NamedRow & { parent: string | null }>(
    'select region.id, region.code, region.name, parent.code as parent from region left join region parent on parent.id = region.parent_id',
  );
  const channelTypes = await named<NamedRow>('select id, code, name from channel_type');
  const productCategories = await named<NamedRow>('select id, code, name from product_category');
  const products = await named<NamedRow & { category: string | null }>(
    'select product.id, product.code, product.name, category.code as category from product left join product_category category on category.id = product.category_id',
  );
  const segments = await named<NamedRow>('select id, code, name from segment');
  const campaigns = await named<NamedRow & { startsOn: string; endsOn: string | null }>(
    'select id, code, name, starts_on::text as "startsOn", ends_on::text as "endsOn" from campaign',
  );
  const tiers = await named<NamedRow & { rank: number; multiplier: string }>(
    'select id, code, name, rank, multiplier from tier',
  );
  const plans = await named<NamedRow>('select id, code, name from plan');
  const pools = await named<NamedRow>('select id, code, name from pool');

  const facts = await loadFacts(transaction, programme);
  const agents = await loadAgents(transaction, programme, facts);
  const agreements = await loadAgreements(transaction, programme);
  const partners = await loadPartners(transaction, programme);
  const { fixedSurveys: _fixed, ...knownPartners } = partners;
  const [events] = await sql<{ any: boolean }[]>`select exists (select from sales_event) as any`;
  return {
    operator: await operatorRecord(transaction),
    hasSalesEvents: events?.any ?? false,
    partners,
    scorecards: await loadScorecards(transaction, programme),
    conflicts: await loadConflicts(transaction, programme),
    settledMetrics: await loadSettledValues(transaction, programme),
    known: {
      regions: records(regions),
      channelTypes: records(channelTypes),
      productCategories: records(productCategories),
      products: records(products),
      segments: records(segments),
      campaigns: records(campaigns),
      tiers: records(tiers.map((tier) => ({ ...tier, multiplier: canonicalDecimal(tier.multiplier) }))),
      plans: records(plans),
      pools: records(pools),
      agents: records(agents),
      agreements: records(agreements),
      ...knownPartners,
      exchangeRates: byKey(await loadExchangeRates(transaction, programme)),
      metricValues: byKey(await loadMetricValues(transaction, programme)),
    },
    ids: {
      regions: ids(regions),
      channelTypes: ids(channelTypes),
      productCategories: ids(productCategories),
      products: ids(products),
      segments: ids(segments),
      campaigns: ids(campaigns),
      tiers: ids(tiers),
      plans: ids(plans),
      pools: ids(pools),
      agents: ids(agents),
      agreements: ids(agreements),
    },
    facts,
    ...(await loadVersions(transaction, programme)),
  };
}

function records<Row extends Coded>(rows: readonly Row[]): Map<string, Omit<Row, 'id'>> {
  return new Map(rows.map(({ id: _id, ...record }) => [record.code, record]));
}

function byKey<Row extends { readonly code: string }>(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.code, row]));
}

function ids(rows: readonly Coded[]): Map<string, number> {
  return new Map(rows.map(({ id, code }) => [code, id]));
}

async function operatorRecord(transaction: Transaction): Promise<Operator | undefined> {
  const found = await findOperator(transaction);
  return found && { code: found.code, name: found.name, timeZone: found.timeZone, currency: found.currency };
}

const factSources: Record<FactKind, { readonly value: string; readonly join: string }> = {
  status: { value: 'fact.status::text', join: '' },
  tier: { value: 'target.code', join: 'join tier target on target.id = fact.tier_id' },
  region: { value: 'target.code', join: 'join region target on target.id = fact.region_id' },
  parent: { value: 'target.code', join: 'join agent target on target.id = fact.parent_id' },
};

/**
 * Facts of the agents declared; of parents, where any or a territory is declared, all there are: a circle may lead through any agent,
 * and who stands below the holder of an exclusive territory may share it.
 */
async function loadFacts(transaction: Transaction, programme: Programme): Promise<Record<FactKind, FactRow[]>> {
  const facts: Record<FactKind, FactRow[]> = { status: [], region: [], tier: [], parent: [] };
  const codes = programme.agents.map((agent) => agent.code);
  if (codes.length === 0) return facts;
  const needsTree = programme.agents.some((agent) => agent.parent !== undefined || agent.territories.length > 0);
  for (const kind of factKinds) {
    const everybody = kind === 'parent' && needsTree;
    const rows = await rawSql(transaction).unsafe<FactRow[]>(
      `select fact.id, agent.code as agent, ${factSources[kind].value} as value,
              fact.valid_from::text as from, fact.valid_to::text as to
       from agent_${kind} fact join agent on agent.id = fact.agent_id ${factSources[kind].join}
       ${everybody ? '' : 'where agent.code = any($1)'} order by agent.code, fact.valid_from`,
      everybody ? [] : [codes],
    );
    facts[kind] = [...rows];
  }
  return facts;
}

async function loadAgents(
  transaction: Transaction,
  programme: Programme,
  facts: Record<FactKind, FactRow[]>,
): Promise<(AgentRecord & { id: number })[]> {
  const parents = programme.agents.flatMap(({ parent }) =>
    typeof parent === 'string' ? [parent] : (parent ?? []).map((fact) => fact.parent),
  );
  const codes = [
    ...new Set([
      ...programme.agents.map((agent) => agent.code),
      ...programme.agreements.map((agreement) => agreement.agent),
      ...programme.metricValues.map((value) => value.agent),
      ...programme.scoreTargets.flatMap(({ agent }) => agent ?? []),
      ...parents,
    ]),
  ];
  if (codes.length === 0) return [];
  const rows = await rawSql(transaction)<{ id: number; code: string; name: string; channelType: string }[]>`
    select agent.id, agent.code, agent.name, channel.code as "channelType"
    from agent join channel_type channel on channel.id = agent.channel_type_id where agent.code = any(${codes})`;
  const byKind = Object.fromEntries(factKinds.map((kind) => [kind, factsByAgent(facts[kind])]));
  return rows.map((row) => ({
    ...row,
    status: byKind.status?.get(row.code) ?? [],
    region: byKind.region?.get(row.code) ?? [],
    tier: byKind.tier?.get(row.code) ?? [],
    parent: byKind.parent?.get(row.code) ?? [],
  }));
}

/** Facts by agent, in order of date. */
export function factsByAgent(rows: readonly FactRow[]): Map<string, Fact[]> {
  const byAgent = new Map<string, Fact[]>();
  for (const { agent, value, from, to } of rows) {
    const facts = byAgent.get(agent);
    if (facts) facts.push({ value, from, to });
    else byAgent.set(agent, [{ value, from, to }]);
  }
  return byAgent;
}

async function loadAgreements(transaction: Transaction, programme: Programme) {
  const declared = declaredAgreements(programme, new Map());
  if (declared.length === 0) return [];
  const agents = [...new Set(declared.map((agreement) => agreement.agent))];
  const codes = declared.map((agreement) => agreement.code);
  return await rawSql(transaction)<(AgreementRecord & { id: number })[]>`
    select agreement.id, agreement.code, agent.code as agent, plan.code as plan,
           agreement.valid_from::text as from, agreement.valid_to::text as to, agreement.terms
    from agreement join agent on agent.id = agreement.agent_id join plan on plan.id = agreement.plan_id
    where agent.code = any(${agents}) or agreement.code = any(${codes})`;
}

async function loadVersions(transaction: Transaction, programme: Programme) {
  const sql = rawSql(transaction);
  const plans = programme.plans.filter((plan) => plan.versions.length > 0).map((plan) => plan.code);
  const pools = programme.pools.filter((pool) => pool.versions.length > 0).map((pool) => pool.code);
  const planVersions = await sql<PublishedVersion[]>`
    select version.id, plan.code as owner, version.number, version.valid_from::text as from,
           version.content_hash as "contentHash", version.corrects
    from plan_version version join plan on plan.id = version.plan_id where plan.code = any(${plans}) order by version.number`;
  const poolVersions = await sql<PublishedVersion[]>`
    select version.id, pool.code as owner, version.number, version.valid_from::text as from,
           version.content_hash as "contentHash", false as corrects
    from pool_version version join pool on pool.id = version.pool_id where pool.code = any(${pools}) order by version.number`;
  const kinds = await sql<{ key: string; kind: PlanComponentKind }[]>`
    select plan.code || '.' || component.code as key, component.kind
    from component join plan on plan.id = component.plan_id where plan.code = any(${plans})`;
  const locked = await sql<{ period: string }[]>`
    select period from commission_run where status in ('APPROVED', 'PAID') order by period`;
  return {
    planVersions: [...planVersions],
    poolVersions: [...poolVersions],
    componentKinds: new Map(kinds.map(({ key, kind }) => [key, kind])),
    lockedPeriods: locked.map((row) => row.period),
  };
}

/** The content of a published plan version, in the form that is hashed and compared. */
export async function loadPlanVersionContent(transaction: Transaction, id: number): Promise<PlanVersionContent> {
  const sql = rawSql(transaction);
  const [version] = await sql<(Omit<PlanVersionContent, 'components' | 'corrects'> & { corrects: boolean })[]>`
    select valid_from::text as from, valid_to::text as to, currency, rounding, corrects from plan_version where id = ${id}`;
  if (!version) throw new Error(`plan version ${id} does not exist`);
  const components = await sql<({ id: number; code: string; name: string } & Definition)[]>`
    select part.id, component.code, part.name, component.kind, part.definition
    from plan_component part join component on component.id = part.component_id
    where part.version_id = ${id} order by part.position`;
  const rules = await sql<RuleRow[]>`
    select rule.plan_component_id as "planComponentId", rule.code, product.code as product, category.code as category,
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
    where rule.plan_component_id = any(${components.map((component) => component.id)})`;
  const { corrects, ...content } = version;
  return {
    ...content,
    ...(corrects ? { corrects } : {}),
    components: components.map(({ id: partId, ...component }) => ({
      ...component,
      rules: rules
        .filter((rule) => rule.planComponentId === partId)
        .map(ruleContent)
        .sort(byCode),
    })),
  };
}

type RuleRow = { [Key in keyof RuleContent]-?: Exclude<RuleContent[Key], undefined> | null } & {
  planComponentId: number;
};

const decimalFields = ['baseFrom', 'baseTo', 'baseUpTo', 'percent', 'flat', 'minimum', 'maximum'] as const;

function ruleContent({ planComponentId: _id, ...row }: RuleRow): RuleContent {
  const decimals = decimalFields.flatMap((field) => {
    const value = row[field];
    return value === null ? [] : [[field, canonicalDecimal(value)]];
  });
  const named = Object.entries(row).filter(([, value]) => value !== null);
  return Object.fromEntries([...named, ...decimals]) as RuleContent;
}

/** The content of a published pool version, in the form that is hashed and compared. */
export async function loadPoolVersionContent(transaction: Transaction, id: number): Promise<PoolVersionContent> {
  const [version] = await rawSql(transaction)<PoolVersionContent[]>`
    select valid_from::text as from, valid_to::text as to, currency, rounding, definition from pool_version where id = ${id}`;
  if (!version) throw new Error(`pool version ${id} does not exist`);
  return version;
}

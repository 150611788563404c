import type { AgreementTerms } from '../commissions/definitions.ts';
import type { Operator } from '../reference/operator.ts';
import { type PlanVersionContent, type PoolVersionContent, planVersionContent, poolVersionContent } from './content.ts';
import {
  declaredExchangeRates,
  declaredMetricValues,
  type ExchangeRateRecord,
  type MetricValueRecord,
} from './figures.ts';
import {
  type CapacityRecord,
  type CourseRecord,
  declaredCapacity,
  declaredCourses,
  declaredForms,
  declaredFormVersions,
  declaredSurveys,
  declaredTerritories,
  type ScreeningFormRecord,
  type ScreeningFormVersionRecord,
  type SurveyRecord,
  type TerritoryRecord,
} from './partners.ts';
import type { Path } from './paths.ts';
import type { Programme, ProgrammeAgent } from './schema.ts';

// What a programme can declare, one record a thing, by code: the same form for what is declared and for what is in the
// database, so that the two can be compared.

type Named = { readonly code: string; readonly name: string };
type RegionRecord = Named & { readonly parent: string | null };
type ProductRecord = Named & { readonly category: string | null };
type CampaignRecord = Named & { readonly startsOn: string; readonly endsOn: string | null };
type TierRecord = Named & { readonly rank: number; readonly multiplier: string };

/** A dated fact of an agent, [from, to). */
export type Fact = { readonly value: string; readonly from: string; readonly to: string | null };
export const factKinds = ['status', 'region', 'tier', 'parent'] as const;
export type FactKind = (typeof factKinds)[number];
export type AgentRecord = Named & { readonly channelType: string } & Readonly<Record<FactKind, readonly Fact[]>>;

export type AgreementRecord = {
  readonly code: string;
  readonly agent: string;
  readonly plan: string;
  readonly from: string;
  readonly to: string | null;
  readonly terms: AgreementTerms;
};

export type PlanVersionRecord = PlanVersionContent & { readonly plan: string };
export type PoolVersionRecord = PoolVersionContent & { readonly pool: string };

/** Everything declared, or everything there is: lists by kind. */
export type Records = {
  readonly operator: Operator | undefined;
  readonly regions: readonly RegionRecord[];
  readonly channelTypes: readonly Named[];
  readonly productCategories: readonly Named[];
  readonly products: readonly ProductRecord[];
  readonly segments: readonly Named[];
  readonly campaigns: readonly CampaignRecord[];
  readonly tiers: readonly TierRecord[];
  readonly plans: readonly Named[];
  readonly pools: readonly Named[];
  readonly agents: readonly AgentRecord[];
  readonly agreements: readonly AgreementRecord[];
  readonly screeningForms: readonly ScreeningFormRecord[];
  readonly screeningFormVersions: readonly ScreeningFormVersionRecord[];
  readonly courses: readonly CourseRecord[];
  readonly territories: readonly TerritoryRecord[];
  readonly channelCapacity: readonly CapacityRecord[];
  readonly surveys: readonly SurveyRecord[];
  readonly exchangeRates: readonly ExchangeRateRecord[];
  readonly metricValues: readonly MetricValueRecord[];
};

/** What there is now, by code. */
export type Known = {
  readonly [Kind in Exclude<keyof Records, 'operator'>]: ReadonlyMap<string, Records[Kind][number]>;
};

/** The kinds that other rows refer to by a surrogate key. */
export type Keyed = Exclude<
  keyof Known,
  | 'screeningForms'
  | 'screeningFormVersions'
  | 'courses'
  | 'territories'
  | 'channelCapacity'
  | 'surveys'
  | 'exchangeRates'
  | 'metricValues'
>;

/** The records a programme declares; what an entry leaves open stays as it is `known`. */
export function declaredRecords(programme: Programme, known: Known): Records {
  return {
    operator: programme.operator,
    regions: programme.regions.map((entry) => ({
      ...entry,
      parent: entry.parent === undefined ? (known.regions.get(entry.code)?.parent ?? null) : entry.parent,
    })),
    channelTypes: programme.channelTypes,
    productCategories: programme.productCategories,
    products: programme.products.map((entry) => ({
      ...entry,
      category: entry.category === undefined ? (known.products.get(entry.code)?.category ?? null) : entry.category,
    })),
    segments: programme.segments,
    campaigns: programme.campaigns.map((entry) => ({
      ...entry,
      endsOn: entry.endsOn === undefined ? (known.campaigns.get(entry.code)?.endsOn ?? null) : entry.endsOn,
    })),
    tiers: programme.tiers,
    plans: programme.plans.map(({ code, name }) => ({ code, name })),
    pools: programme.pools.map(({ code, name }) => ({ code, name })),
    agents: programme.agents.map((entry) => agentRecord(entry, known.agents.get(entry.code))),
    agreements: declaredAgreements(programme, known.agreements),
    screeningForms: declaredForms(programme),
    screeningFormVersions: declaredFormVersions(programme),
    courses: declaredCourses(programme, known.courses),
    territories: declaredTerritories(programme, known.territories),
    channelCapacity: declaredCapacity(programme, known.channelCapacity),
    surveys: declaredSurveys(programme),
    exchangeRates: declaredExchangeRates(programme, known.exchangeRates),
    metricValues: declaredMetricValues(programme),
  };
}

/**
 * The agreements of a programme: those of its own section, then those that stand with their agents. Where one says nothing of its end, that
 * which is `known` stays: a termination or a renewal may have brought it (DOMAIN.md §4).
 */
export function declaredAgreements(
  programme: Programme,
  known: ReadonlyMap<string, Pick<AgreementRecord, 'to'>>,
): AgreementRecord[] {
  const inline = programme.agents.flatMap((agent) =>
    agent.agreements.map((agreement) => ({ ...agreement, agent: agent.code })),
  );
  return [...programme.agreements, ...inline].map(({ code: given, agent, plan, from, to, ...terms }) => {
    const code = given ?? `${agent}-${plan}-${from}`;
    const end = to === undefined ? (known.get(code)?.to ?? null) : to;
    return { code, agent, plan, from, to: end, terms: agreementTerms(terms) };
  });
}

type DeclaredTerms = Omit<Programme['agreements'][number], 'code' | 'agent' | 'plan' | 'from' | 'to'>;

/** Only what is declared; what holds without being said (STOP, no value-added tax in it, no invoice) is left out. */
function agreementTerms({ trailing, vatIncluded, invoiceRequired, ...amounts }: DeclaredTerms): AgreementTerms {
  const declared = Object.entries(amounts).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(declared),
    ...(trailing === 'CONTINUE' ? { trailing } : {}),
    ...(vatIncluded ? { vatIncluded } : {}),
    ...(invoiceRequired ? { invoiceRequired } : {}),
  };
}

export function declaredPlanVersions(programme: Programme): PlanVersionRecord[] {
  return programme.plans.flatMap((plan) =>
    plan.versions.map((version) => ({ plan: plan.code, ...planVersionContent(version) })),
  );
}

export function declaredPoolVersions(programme: Programme): PoolVersionRecord[] {
  return programme.pools.flatMap((pool) =>
    pool.versions.map((version) => ({ pool: pool.code, ...poolVersionContent(version) })),
  );
}

/** The whole history an agent's entry declares for a fact, in order of date; undefined where it leaves the fact as it is. */
export function declaredFacts(entry: ProgrammeAgent, kind: FactKind): Fact[] | undefined {
  const declared: string | readonly DatedEntry[] | undefined = entry[kind];
  if (declared === undefined) return undefined;
  if (typeof declared === 'string') return [{ value: declared, from: entry.since, to: null }];
  const sorted = declared
    .map((fact) => ({ value: fact[kind] ?? '', from: fact.from, to: fact.to }))
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  return sorted.map((fact, index) => ({ ...fact, to: fact.to ?? sorted[index + 1]?.from ?? null }));
}

type DatedEntry = { readonly from: string; readonly to?: string | null } & { readonly [Kind in FactKind]?: string };

function agentRecord(entry: ProgrammeAgent, known: AgentRecord | undefined): AgentRecord {
  const { code, name, channelType, since } = entry;
  const facts = (kind: FactKind) => declaredFacts(entry, kind) ?? known?.[kind] ?? [];
  const isNew = known === undefined;
  return {
    code,
    name,
    channelType,
    status: isNew && entry.status === undefined ? [{ value: 'ACTIVE', from: since, to: null }] : facts('status'),
    region: facts('region'),
    tier: facts('tier'),
    parent: facts('parent'),
  };
}

/** One thing that applying a programme creates or changes; of a change, only the fields that differ. */
export type ProgrammeChange = {
  readonly action: 'create' | 'change';
  /** `operator`, `region`, `agent`, `planVersion` … */
  readonly entity: string;
  /** Its code; of a version, the plan's or pool's code and its first day: `TELCO-2026@2020-01-01`. */
  readonly key: string;
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
};

/** What an entry names of other sections. */
export type Reference = {
  readonly target: Exclude<Keyed, 'agreements'>;
  readonly code: string | null | undefined;
  readonly path: Path;
};

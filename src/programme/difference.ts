import { canonicalJson, hashOf } from '../commissions/hashes.ts';
import type { Operator } from '../reference/operator.ts';
import { type ConflictDifference, conflictChanges, conflictDifference } from './conflicts.ts';
import {
  declaredPlanVersions,
  declaredPoolVersions,
  declaredRecords,
  type Known,
  type PlanVersionRecord,
  type PoolVersionRecord,
  type ProgrammeChange,
  type Records,
} from './records.ts';
import type { Programme } from './schema.ts';
import { type ScorecardDifference, scorecardChanges, scorecardDifference } from './scorecards.ts';
import type { PublishedVersion, State } from './state.ts';

export type Compared<Entry> = {
  readonly created: readonly Entry[];
  readonly changed: readonly { readonly before: Entry; readonly after: Entry }[];
};

/** What a programme declares and the database does not have. */
export type Difference = { readonly [Kind in keyof Known]: Compared<Records[Kind][number]> } & {
  readonly operator: { readonly before: Operator | undefined; readonly after: Operator } | undefined;
  /** New versions, in order of date. */
  readonly planVersions: readonly PlanVersionRecord[];
  readonly poolVersions: readonly PoolVersionRecord[];
  readonly scorecards: ScorecardDifference;
  readonly conflicts: ConflictDifference;
};

export function difference(programme: Programme, state: State): Difference {
  const { known } = state;
  const declared = declaredRecords(programme, known);
  const { operator } = declared;
  const isOperatorSame = !operator || (state.operator && isSame(operator, state.operator));
  return {
    operator: isOperatorSame ? undefined : { before: state.operator, after: operator },
    regions: compare(declared.regions, known.regions),
    channelTypes: compare(declared.channelTypes, known.channelTypes),
    productCategories: compare(declared.productCategories, known.productCategories),
    products: compare(declared.products, known.products),
    segments: compare(declared.segments, known.segments),
    campaigns: compare(declared.campaigns, known.campaigns),
    tiers: compare(declared.tiers, known.tiers),
    plans: compare(declared.plans, known.plans),
    pools: compare(declared.pools, known.pools),
    agents: compare(declared.agents, known.agents),
    agreements: compare(declared.agreements, known.agreements),
    screeningForms: compare(declared.screeningForms, known.screeningForms),
    screeningFormVersions: compare(declared.screeningFormVersions, known.screeningFormVersions),
    courses: compare(declared.courses, known.courses),
    territories: compare(declared.territories, known.territories),
    channelCapacity: compare(declared.channelCapacity, known.channelCapacity),
    surveys: compare(declared.surveys, known.surveys),
    exchangeRates: compare(declared.exchangeRates, known.exchangeRates),
    metricValues: compare(declared.metricValues, known.metricValues),
    planVersions: newPlanVersions(declaredPlanVersions(programme), state.planVersions),
    poolVersions: newPoolVersions(declaredPoolVersions(programme), state.poolVersions),
    scorecards: scorecardDifference(programme, state.scorecards),
    conflicts: conflictDifference(programme, state.conflicts),
  };
}

/** The difference as a list for people and the audit, in the order in which it is written. */
export function changesOf(difference: Difference): ProgrammeChange[] {
  const { operator } = difference;
  return [
    ...(operator ? [changeOf('operator', operator.after.code, operator.before, operator.after)] : []),
    ...entityNames.flatMap(([kind, entity]) => {
      const { created, changed }: Compared<{ readonly code: string }> = difference[kind];
      return [
        ...created.map((after) => changeOf(entity, after.code, undefined, after)),
        ...changed.map(({ before, after }) => changeOf(entity, after.code, before, after)),
      ];
    }),
    ...difference.planVersions.map((version) =>
      changeOf(
        version.corrects ? 'planCorrection' : 'planVersion',
        `${version.plan}@${version.from}`,
        undefined,
        version,
      ),
    ),
    ...difference.poolVersions.map((version) =>
      changeOf('poolVersion', `${version.pool}@${version.from}`, undefined, version),
    ),
    ...scorecardChanges(difference.scorecards),
    ...conflictChanges(difference.conflicts),
  ];
}

const entityNames: readonly (readonly [keyof Known, string])[] = [
  ['regions', 'region'],
  ['channelTypes', 'channelType'],
  ['productCategories', 'productCategory'],
  ['products', 'product'],
  ['segments', 'segment'],
  ['campaigns', 'campaign'],
  ['tiers', 'tier'],
  ['plans', 'plan'],
  ['pools', 'pool'],
  ['agents', 'agent'],
  ['agreements', 'agreement'],
  ['screeningForms', 'screeningForm'],
  ['screeningFormVersions', 'screeningFormVersion'],
  ['courses', 'course'],
  ['territories', 'territory'],
  ['channelCapacity', 'channelCapacity'],
  ['surveys', 'survey'],
  ['exchangeRates', 'exchangeRate'],
  ['metricValues', 'metricValue'],
];

function compare<Entry extends { readonly code: string }>(
  declared: readonly Entry[],
  known: ReadonlyMap<string, Entry>,
): Compared<Entry> {
  const created: Entry[] = [];
  const changed: { before: Entry; after: Entry }[] = [];
  for (const after of declared) {
    const before = known.get(after.code);
    if (!before) created.push(after);
    else if (!isSame(before, after)) changed.push({ before, after });
  }
  return { created, changed };
}

function isSame(before: unknown, after: unknown): boolean {
  return canonicalJson(before) === canonicalJson(after);
}

/**
 * A version is known by its first day; a correction, of which several may begin on one day, by its content. One that stands
 * twice in the programme is proposed twice: it may be wanted again after another.
 */
function newPlanVersions(declared: readonly PlanVersionRecord[], published: readonly PublishedVersion[]) {
  const keyOf = (owner: string, from: string, hash: string) => `${owner}@${from} ${hash}`;
  const present = new Map<string, number>();
  for (const { owner, from, corrects, contentHash } of published) {
    const key = keyOf(owner, from, corrects ? contentHash : '');
    present.set(key, (present.get(key) ?? 0) + 1);
  }
  return declared
    .filter(({ plan, ...content }) => {
      const key = keyOf(plan, content.from, content.corrects ? hashOf(content) : '');
      const count = present.get(key) ?? 0;
      present.set(key, count - 1);
      return count <= 0;
    })
    .sort(byFirstDay);
}

function newPoolVersions(declared: readonly PoolVersionRecord[], published: readonly PublishedVersion[]) {
  const keys = new Set(published.map((version) => `${version.owner}@${version.from}`));
  return declared.filter((version) => !keys.has(`${version.pool}@${version.from}`)).sort(byFirstDay);
}

function byFirstDay(a: { readonly from: string }, b: { readonly from: string }): number {
  return a.from < b.from ? -1 : a.from > b.from ? 1 : 0;
}

function changeOf<Entry extends object>(
  entity: string,
  key: string,
  before: Entry | undefined,
  after: Entry,
): ProgrammeChange {
  if (!before) return { action: 'create', entity, key, after: Object.fromEntries(Object.entries(after)) };
  const fields = Object.keys(after) as (keyof Entry & string)[];
  const differing = fields.filter((field) => !isSame(before[field], after[field]));
  const only = (entry: Entry) => Object.fromEntries(differing.map((field) => [field, entry[field]]));
  return { action: 'change', entity, key, before: only(before), after: only(after) };
}

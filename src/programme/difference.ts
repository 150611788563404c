import { canonicalJson } from '../commissions/hashes.ts';
import type { Operator } from '../reference/operator.ts';
import {
  declaredPlanVersions,
  declaredPoolVersions,
  declaredRecords,
  type Known,
  type PlanVersionRecord,
  type PoolVersionRecord,
  type Records,
} from './records.ts';
import type { Programme } from './schema.ts';
import type { PublishedVersion, State } from './state.ts';

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
    planVersions: newVersions(declaredPlanVersions(programme), state.planVersions, (version) => version.plan),
    poolVersions: newVersions(declaredPoolVersions(programme), state.poolVersions, (version) => version.pool),
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
      changeOf('planVersion', `${version.plan}@${version.from}`, undefined, version),
    ),
    ...difference.poolVersions.map((version) =>
      changeOf('poolVersion', `${version.pool}@${version.from}`, undefined, version),
    ),
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

function newVersions<Version extends { readonly from: string }>(
  declared: readonly Version[],
  published: readonly PublishedVersion[],
  ownerOf: (version: Version) => string,
): Version[] {
  const keys = new Set(published.map((version) => `${version.owner}@${version.from}`));
  return declared
    .filter((version) => !keys.has(`${ownerOf(version)}@${version.from}`))
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
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

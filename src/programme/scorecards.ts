import { canonicalJson } from '../commissions/hashes.ts';
import type { Path } from './paths.ts';
import type { ProgrammeChange } from './records.ts';
import type { Programme } from './schema.ts';

// How agents are judged, and whatever else has versions, as a programme declares it and as it is in the database: one entry a thing, in the same form, so that the two
// can be compared. Pure.

/** The sections whose entries have versions, and what they are called. */
export const versionedSections = {
  scoreTemplates: { entity: 'scoreTemplate', what: 'scorecard template' },
  tierSchemes: { entity: 'tierScheme', what: 'tier scheme' },
  loyaltyGrids: { entity: 'loyaltyGrid', what: 'loyalty grid' },
  awardRules: { entity: 'awardRule', what: 'award' },
  conflictRules: { entity: 'conflictRule', what: 'conflict rule' },
  creditRules: { entity: 'creditRule', what: 'rule of shared credits' },
  registrationPolicies: { entity: 'registrationPolicy', what: 'registration policy' },
  settlementPolicy: { entity: 'settlementPolicy', what: 'settlement policy' },
} as const;

/** Changes of these are recorded by the audit where they are made. */
export const recordedElsewhere: ReadonlySet<string> = new Set([
  'metric',
  'scoreTarget',
  'matrixCell',
  'priceFloor',
  ...Object.values(versionedSections).flatMap(({ entity }) => [entity, `${entity}Version`]),
]);

export type VersionedSection = keyof typeof versionedSections;
export const sectionsWithVersions = Object.keys(versionedSections) as VersionedSection[];

export type DeclaredVersion = { readonly validFrom: string; readonly definition: object };

/** A template, scheme, grid, award, rule or policy, without its versions. */
export type Declared = {
  readonly code: string;
  readonly name: string;
  /** Only of templates: whom it is for; a template keeps both. */
  readonly channelType?: string;
  readonly tier?: string;
};

/** Of a definition there is: its versions by their first days, the latest of each day. */
export type Standing = { readonly declared: Declared; readonly versions: ReadonlyMap<string, object> };

type Metric = { readonly code: string; readonly name: string; readonly definition: object };

export type Target = {
  readonly metric: string;
  readonly agent: string | null;
  readonly region: string | null;
  readonly channelType: string | null;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly value: string;
};

/** What there is, as far as a programme declares any of its kind. */
export type ScorecardState = {
  readonly metrics: ReadonlyMap<string, Metric>;
  readonly targets: ReadonlyMap<string, Target>;
  readonly definitions: Readonly<Record<VersionedSection, ReadonlyMap<string, Standing>>>;
  /** Codes of surveys and courses. */
  readonly surveys: ReadonlySet<string>;
  readonly courses: ReadonlySet<string>;
};

/** One thing to write, and where it is declared. */
type Placed<Entry> = { readonly path: Path; readonly entry: Entry; readonly before: Entry | undefined };

/** A new version, or another name for what has versions already. */
export type Publication = {
  readonly section: VersionedSection;
  readonly path: Path;
  readonly declared: Declared;
  /** What it is called now; undefined: it is new. */
  readonly before: Declared | undefined;
  /** New versions in order of their first days; none: it is renamed. */
  readonly versions: readonly DeclaredVersion[];
  /** The latest version there is. */
  readonly latest: DeclaredVersion | undefined;
};

export type ScorecardDifference = {
  readonly metrics: readonly Placed<Metric>[];
  readonly targets: readonly Placed<Target>[];
  readonly publications: readonly Publication[];
};

export function scorecardDifference(programme: Programme, state: ScorecardState): ScorecardDifference {
  return {
    metrics: programme.metrics.flatMap((entry, index) => {
      const before = state.metrics.get(entry.code);
      return before && isSame(before, entry) ? [] : [{ path: ['metrics', index], entry, before }];
    }),
    targets: declaredTargets(programme, state.targets).flatMap((entry, index) => {
      const before = state.targets.get(targetKey(entry));
      return before && isSame(before, entry) ? [] : [{ path: ['scoreTargets', index], entry, before }];
    }),
    publications: sectionsWithVersions.flatMap((section) =>
      programme[section].flatMap(({ versions, ...declared }, index): Publication[] => {
        const standing = state.definitions[section].get(declared.code);
        const added = versions
          .filter(({ validFrom }) => !standing?.versions.has(validFrom))
          .sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
        if (added.length === 0 && standing && standing.declared.name === declared.name) return [];
        const before = standing?.declared;
        const path = [section, index];
        return [{ section, path, declared, before, versions: added, latest: latestOf(standing) }];
      }),
    ),
  };
}

export function latestOf(standing: Standing | undefined): DeclaredVersion | undefined {
  const validFrom = [...(standing?.versions.keys() ?? [])].sort().at(-1);
  const definition = validFrom && standing?.versions.get(validFrom);
  return validFrom && definition ? { validFrom, definition } : undefined;
}

/** The targets of a programme, in its order; one ends where the next of the same metric and scope begins, at the latest. */
function declaredTargets({ scoreTargets }: Programme, known: ReadonlyMap<string, Target>): Target[] {
  const declared = scoreTargets.map(({ agent = null, region = null, channelType = null, validTo = null, ...rest }) => {
    return { ...rest, agent, region, channelType, validTo };
  });
  const starts = new Map<string, string[]>();
  for (const target of [...known.values(), ...declared]) {
    const scope = targetScope(target);
    starts.set(scope, [...(starts.get(scope) ?? []), target.validFrom]);
  }
  for (const list of starts.values()) list.sort();
  return declared.map((target) => {
    const next = starts.get(targetScope(target))?.find((start) => start > target.validFrom);
    const isCut = next !== undefined && (target.validTo === null || next < target.validTo);
    return isCut ? { ...target, validTo: next } : target;
  });
}

const targetScope = ({ metric, agent, region, channelType }: Omit<Target, 'validFrom' | 'validTo' | 'value'>) =>
  `${metric} ${agent ? `agent ${agent}` : region ? `region ${region}` : `channelType ${channelType}`}`;

/** Metric, scope and first day as one text: what a target is known by. */
export const targetKey = (target: Omit<Target, 'validTo' | 'value'>) => `${targetScope(target)}@${target.validFrom}`;

/** The difference as a list for people, in the order in which it is written. */
export function scorecardChanges({ metrics, targets, publications }: ScorecardDifference): ProgrammeChange[] {
  return [
    ...metrics.map(({ entry, before }) => changeOf('metric', entry.code, before, entry)),
    ...targets.map(({ entry, before }) => changeOf('scoreTarget', targetKey(entry), before, entry)),
    ...publications.flatMap(({ section, declared, before, versions }) => {
      const { entity } = versionedSections[section];
      const { code } = declared;
      return [
        ...(before?.name === declared.name ? [] : [changeOf(entity, code, before, declared)]),
        ...versions.map((version) => changeOf(`${entity}Version`, `${code}@${version.validFrom}`, undefined, version)),
      ];
    }),
  ];
}

/** A change of one thing; only the fields that differ. */
export function changeOf(entity: string, key: string, before: object | undefined, after: object): ProgrammeChange {
  const fields = Object.entries(after).filter(([, value]) => value !== undefined);
  if (!before) return { action: 'create', entity, key, after: Object.fromEntries(fields) };
  const old = new Map(Object.entries(before));
  const differing = fields.filter(([field, value]) => !isSame(old.get(field) ?? null, value));
  const was = differing.map(([field]) => [field, old.get(field) ?? null]);
  return { action: 'change', entity, key, before: Object.fromEntries(was), after: Object.fromEntries(differing) };
}

/** Whether two entries say the same. */
export function isSame(before: unknown, after: unknown): boolean {
  return canonicalJson(before) === canonicalJson(after);
}

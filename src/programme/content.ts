import type { Definition, PoolDefinition } from '../commissions/definitions.ts';
import { canonicalJson } from '../commissions/hashes.ts';
import type { RoundingMode } from '../money.ts';
import { componentDefinition, poolDefinition } from './definition.ts';
import type { ProgrammeComponent, ProgrammePlanVersion, ProgrammePoolVersion, ProgrammeRule } from './schema.ts';

// The content of plan and pool versions in one form, whether it comes from a file or from the database: defaults filled
// in, decimals canonical, references by code, what has no order sorted. Hashes and comparisons work on this form.

type VersionContent = {
  readonly from: string;
  readonly to: string | null;
  readonly currency: string;
  readonly rounding: RoundingMode;
};

/** What a rule names and pays; absent = not named. `percent` and `flat` are always there, 0 by default. */
export type RuleContent = Omit<ProgrammeRule, 'code' | 'percent' | 'flat'> & {
  readonly code: string;
  readonly percent: string;
  readonly flat: string;
};

export type ComponentContent = {
  readonly code: string;
  readonly name: string;
  /** In order of code: which rule wins does not depend on their order. None where the kind has no rules. */
  readonly rules: readonly RuleContent[];
} & Definition;

export type PlanVersionContent = VersionContent & {
  /** Absent where it is no correction. */
  readonly corrects?: true;
  readonly components: readonly ComponentContent[];
};
export type PoolVersionContent = VersionContent & { readonly definition: PoolDefinition };

export function planVersionContent(version: ProgrammePlanVersion): PlanVersionContent {
  const components = version.components.map(componentContent);
  return { ...versionContent(version), ...(version.corrects ? { corrects: true } : {}), components };
}

export function poolVersionContent(version: ProgrammePoolVersion): PoolVersionContent {
  return { ...versionContent(version), definition: poolDefinition(version) };
}

/** The code of a rule: its own, or R1, R2 … by its position in the component. */
export function ruleCode(rule: ProgrammeRule, index: number): string {
  return rule.code ?? `R${index + 1}`;
}

export function byCode(a: { readonly code: string }, b: { readonly code: string }): number {
  return a.code < b.code ? -1 : a.code > b.code ? 1 : 0;
}

function versionContent(version: ProgrammePlanVersion | ProgrammePoolVersion): VersionContent {
  const { from, to, currency, rounding } = version;
  return { from, to: to ?? null, currency, rounding };
}

function componentContent(component: ProgrammeComponent): ComponentContent {
  const { code, name } = component;
  return { code, name, ...componentDefinition(component), rules: rulesOf(component).map(ruleContent).sort(byCode) };
}

/** The rules of a component; none where its kind has no rules. */
export function rulesOf(component: ProgrammeComponent): readonly ProgrammeRule[] {
  return 'rules' in component ? component.rules : [];
}

function ruleContent(rule: ProgrammeRule, index: number): RuleContent {
  return { ...rule, code: ruleCode(rule, index), percent: rule.percent ?? '0', flat: rule.flat ?? '0' };
}

/** Where two contents differ, as sentences: `components[RES].base is AMOUNT, the programme says MARGIN`. */
export function differences(published: unknown, declared: unknown, at = ''): string[] {
  if (canonicalJson(published ?? null) === canonicalJson(declared ?? null)) return [];
  if (isCoded(published) && isCoded(declared)) return codedDifferences(published, declared, at);
  if (isRecord(published) && isRecord(declared)) {
    const keys = [...new Set([...Object.keys(published), ...Object.keys(declared)])];
    return keys.flatMap((key) => differences(published[key], declared[key], childPath(at, key)));
  }
  return [`${at} is ${inWords(published)}, the programme says ${inWords(declared)}`];
}

/** In the words of the file, where definitions stand flat. */
function childPath(at: string, key: string): string {
  const name = fileNames[key] ?? key;
  return [at, name].filter(Boolean).join('.');
}

const fileNames: Readonly<Record<string, string>> = {
  definition: '',
  eventTypes: 'events',
  multiplyByTier: 'multiplyBy TIER',
};

type Coded = readonly { readonly code: string }[];

function codedDifferences(published: Coded, declared: Coded, at: string): string[] {
  const codes = [...new Set([...published, ...declared].map((entry) => entry.code))];
  const found = codes.flatMap((code) => {
    const before = published.find((entry) => entry.code === code);
    const after = declared.find((entry) => entry.code === code);
    if (!after) return [`${at}[${code}] is missing in the programme`];
    if (!before) return [`${at}[${code}] is new in the programme`];
    return differences(before, after, `${at}[${code}]`);
  });
  return found.length > 0 ? found : [`${at} stand in another order`];
}

function isCoded(value: unknown): value is Coded {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((entry) => isRecord(entry) && typeof entry.code === 'string')
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function inWords(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  return typeof value === 'string' ? value : canonicalJson(value);
}

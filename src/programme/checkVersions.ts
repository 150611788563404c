import { findTies, type RuleMatch } from '../commissions/engine/rules.ts';
import { hashOf } from '../commissions/hashes.ts';
import { Decimal } from '../money.ts';
import { endDate, firstDate, type Period } from '../period.ts';
import { checkCodes } from './codes.ts';
import {
  differences,
  type PlanVersionContent,
  type PoolVersionContent,
  planVersionContent,
  poolVersionContent,
  ruleCode,
} from './content.ts';
import type { Fault, Path } from './paths.ts';
import type { Programme, ProgrammeComponent, ProgrammeRule } from './schema.ts';
import type { PublishedVersion, State } from './state.ts';

/** Contents of published versions whose hash differs from what the programme declares for their dates, by version id. */
export type Published = {
  readonly plans: ReadonlyMap<number, PlanVersionContent>;
  readonly pools: ReadonlyMap<number, PoolVersionContent>;
};

/** Plan and pool versions: published ones are never altered, new ones come after them and not into approved periods. */
export function checkVersions(programme: Programme, state: State, published: Published): Fault[] {
  const plans = programme.plans.flatMap(({ code, versions }, planIndex) => [
    ...checkDates(versions, ['plans', planIndex, 'versions'], `plan ${code}`, state.lockedPeriods, {
      published: state.planVersions.filter((version) => version.owner === code),
      contentOf: planVersionContent,
      contents: published.plans,
    }),
    ...versions.flatMap((version, index) =>
      checkComponents(version.components, ['plans', planIndex, 'versions', index]),
    ),
  ]);
  const pools = programme.pools.flatMap(({ code, versions }, poolIndex) => [
    ...checkDates(versions, ['pools', poolIndex, 'versions'], `pool ${code}`, state.lockedPeriods, {
      published: state.poolVersions.filter((version) => version.owner === code),
      contentOf: poolVersionContent,
      contents: published.pools,
    }),
    ...versions.flatMap((version, index) => doubledChannelTypes(version, ['pools', poolIndex, 'versions', index])),
  ]);
  return [...plans, ...pools];
}

type DatedVersion = { readonly from: string; readonly to?: string | null };

type Versions<Version, Content> = {
  readonly published: readonly PublishedVersion[];
  readonly contentOf: (version: Version) => Content;
  readonly contents: ReadonlyMap<number, Content>;
};

function checkDates<Version extends DatedVersion, Content>(
  declared: readonly Version[],
  path: Path,
  owner: string,
  lockedPeriods: readonly string[],
  { published, contentOf, contents }: Versions<Version, Content>,
): Fault[] {
  const last = published.reduce((latest, version) => (version.from > latest ? version.from : latest), '');
  const seen = new Set<string>();
  return declared.flatMap((version, index): Fault[] => {
    const at = [...path, index];
    const isSecond = seen.has(version.from);
    seen.add(version.from);
    if (isSecond) {
      const message = `${owner} has two versions that begin on ${version.from}`;
      return [{ code: 'PLAN_VERSION_OVERLAP', path: [...at, 'from'], message }];
    }
    const same = published.find((each) => each.from === version.from);
    if (same) return alterations(same, contentOf(version), contents, at, owner);
    if (version.from < last) {
      const message = `a new version of ${owner} must begin after the published one of ${last}`;
      return [{ code: 'PLAN_VERSION_OVERLAP', path: [...at, 'from'], message }];
    }
    return lockedFaults(version, at, owner, lockedPeriods);
  });
}

function alterations<Content>(
  version: PublishedVersion,
  content: Content,
  contents: ReadonlyMap<number, Content>,
  path: Path,
  owner: string,
): Fault[] {
  if (version.contentHash === hashOf(content)) return [];
  const found = differences(contents.get(version.id), content);
  if (found.length === 0) return [];
  const named = found.length > 5 ? [...found.slice(0, 5), `and ${found.length - 5} more`] : found;
  const message = `the version of ${owner} from ${version.from} is published with other content: ${named.join('; ')}`;
  return [{ code: 'PLAN_VERSION_PUBLISHED', path, message }];
}

function lockedFaults(version: DatedVersion, path: Path, owner: string, lockedPeriods: readonly string[]): Fault[] {
  const touched = (lockedPeriods as readonly Period[]).filter(
    (period) => version.from < endDate(period) && (!version.to || version.to > firstDate(period)),
  );
  if (touched.length === 0) return [];
  const periods = touched.length > 3 ? `${touched[0]} … ${touched.at(-1)}` : touched.join(', ');
  const message = `a version of ${owner} from ${version.from} would change approved periods: ${periods}`;
  return [{ code: 'PERIOD_APPROVED', path: [...path, 'from'], message }];
}

function checkComponents(components: readonly ProgrammeComponent[], path: Path): Fault[] {
  return [
    ...checkCodes(components, [...path, 'components']),
    ...components.flatMap((component, index) => checkRules(component, [...path, 'components', index, 'rules'])),
  ];
}

function checkRules({ rules }: ProgrammeComponent, path: Path): Fault[] {
  const coded = rules.map((rule, index) => ({ ...rule, code: ruleCode(rule, index) }));
  const doubled = checkCodes(coded, path);
  if (doubled.length > 0) return doubled;
  return findTies(coded.map(ruleMatch)).map(({ first, second }) => ({
    code: 'RULES_TIE',
    path: [...path, coded.findIndex((rule) => rule.code === second)],
    message: `the rules ${first} and ${second} could both win for the same event`,
  }));
}

function ruleMatch(rule: ProgrammeRule & { readonly code: string }): RuleMatch {
  const decimal = (text: string | undefined) => (text === undefined ? undefined : new Decimal(text));
  const { percent: _percent, flat: _flat, minimum: _minimum, maximum: _maximum, ...named } = rule;
  return {
    ...named,
    baseFrom: decimal(rule.baseFrom),
    baseTo: decimal(rule.baseTo),
    baseUpTo: decimal(rule.baseUpTo),
  };
}

function doubledChannelTypes({ channelTypes }: { readonly channelTypes: readonly string[] }, path: Path): Fault[] {
  return channelTypes.flatMap((code, index): Fault[] =>
    channelTypes.indexOf(code) === index
      ? []
      : [{ code: 'CODE_DUPLICATE', path: [...path, 'channelTypes', index], message: `${code} is named twice` }],
  );
}

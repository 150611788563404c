import type { PlanComponentKind } from '../commissions/definitions.ts';
import { hashOf } from '../commissions/hashes.ts';
import { endDate, firstDate, type Period } from '../period.ts';
import { checkComponents } from './checkComponents.ts';
import { checkPoolVersion } from './checkPools.ts';
import {
  differences,
  type PlanVersionContent,
  type PoolVersionContent,
  planVersionContent,
  poolVersionContent,
} from './content.ts';
import type { Fault, Path } from './paths.ts';
import type { Programme, ProgrammePlanVersion } from './schema.ts';
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
      checkComponents(
        version,
        ['plans', planIndex, 'versions', index],
        kindsBefore(code, versions.slice(0, index), state),
      ),
    ),
  ]);
  const pools = programme.pools.flatMap(({ code, versions }, poolIndex) => [
    ...checkDates(versions, ['pools', poolIndex, 'versions'], `pool ${code}`, state.lockedPeriods, {
      published: state.poolVersions.filter((version) => version.owner === code),
      contentOf: poolVersionContent,
      contents: published.pools,
    }),
    ...versions.flatMap((version, index) => checkPoolVersion(version, ['pools', poolIndex, 'versions', index])),
  ]);
  return [...plans, ...pools];
}

/** The kind of a plan's component in versions that are published or stand before in the programme. */
function kindsBefore(
  plan: string,
  versions: readonly ProgrammePlanVersion[],
  { componentKinds }: State,
): (code: string) => PlanComponentKind | undefined {
  const declared = versions.flatMap(({ components }) => components);
  return (code) => componentKinds.get(`${plan}.${code}`) ?? declared.find((component) => component.code === code)?.kind;
}

type DatedVersion = { readonly from: string; readonly to?: string | null; readonly corrects?: boolean };

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
  const regular = published.filter((version) => !version.corrects);
  const last = regular.reduce((latest, version) => (version.from > latest ? version.from : latest), '');
  const seen = new Set<string>();
  return declared.flatMap((version, index): Fault[] => {
    const at = [...path, index];
    if (version.corrects) {
      const corrected = regular.length > 0 || declared.some((other) => !other.corrects);
      const message = `${owner} has no version that this could correct: declare it without "corrects"`;
      return corrected ? [] : [{ code: 'PROGRAMME_INVALID', path: [...at, 'corrects'], message }];
    }
    const isSecond = seen.has(version.from);
    seen.add(version.from);
    if (isSecond) {
      const message = `${owner} has two versions that begin on ${version.from}`;
      return [{ code: 'PLAN_VERSION_OVERLAP', path: [...at, 'from'], message }];
    }
    const same = regular.find((each) => each.from === version.from);
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

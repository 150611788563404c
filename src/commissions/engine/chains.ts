import { Decimal } from '../../money.ts';
import type { OverrideDefinition } from '../definitions.ts';
import type { AgentFacts } from './facts.ts';
import { groupBy } from './group.ts';
import type { PlanComponent, PlanVersion } from './resolve.ts';

// Who stands above whom, and when: overrides pay the ancestors of a credit's agent as of the event (docs/commission.md §6).

export type OverrideComponent = Extract<PlanComponent, { kind: 'OVERRIDE' }>;

/** An agent in the tree, over days on which neither it nor anything above it changes. */
export type Place = {
  readonly agentId: number;
  readonly isActive: boolean;
  /** Of the agent's own plan. */
  readonly version: PlanVersion | undefined;
  readonly parent: Place | undefined;
};

/** Where an agent stands on the local dates [from, to). */
export type Stretch = { readonly from: string; readonly to: string; readonly place: Place };

/** That on the dates of the stretch a component pays `payee` for every credit of the stretch's agent. */
export type Payable = {
  readonly stretch: Stretch;
  readonly payee: Place;
  readonly version: PlanVersion;
  readonly componentId: number;
  readonly definition: OverrideDefinition;
  readonly percent: Decimal;
};

/** The plan version in force on a local date. */
type VersionOn = (plan: string, date: string) => PlanVersion | undefined;

/**
 * Each agent's stretches, in order of date, none longer than the whole chain above it stays as it is: parents, their status
 * and their plan versions.
 * @param facts of all agents over one range of dates, cut at every change, plan versions' too. A parent without facts counts
 * as none.
 */
export function chainsOf(facts: readonly AgentFacts[], versionOn: VersionOn): Stretch[] {
  const factsOf = groupBy(facts, (fact) => fact.agentId);
  const version = remembered(versionOn);
  const known = new Map<string, Stretch[]>();
  // Always of a range on which the child's parent is the same: so it ends, also where two agents take turns as parent of the other.
  const stretchesOf = (agentId: number, from: string, to: string): Stretch[] => {
    const key = `${agentId}|${from}|${to}`;
    const found = known.get(key);
    if (found) return found;
    const stretches = (factsOf.get(agentId) ?? [])
      .filter((fact) => fact.from < to && fact.to > from)
      .flatMap((fact): Stretch[] => {
        const start = fact.from > from ? fact.from : from;
        const end = fact.to < to ? fact.to : to;
        const own = {
          agentId,
          isActive: fact.status === 'ACTIVE',
          version: fact.plan === undefined ? undefined : version(fact.plan, start),
        };
        const above = fact.parentId === undefined ? [] : stretchesOf(fact.parentId, start, end);
        if (above.length === 0) return [{ from: start, to: end, place: { ...own, parent: undefined } }];
        return above.map(({ place, ...dates }) => ({ ...dates, place: { ...own, parent: place } }));
      });
    const merged = mergeAlike(stretches);
    known.set(key, merged);
    return merged;
  };
  return [...factsOf].flatMap(([agentId, own]) => {
    const [first, last] = [own[0], own.at(-1)];
    return first && last ? stretchesOf(agentId, first.from, last.to) : [];
  });
}

function remembered(versionOn: VersionOn): VersionOn {
  const known = new Map<string, PlanVersion | undefined>();
  return (plan, date) => {
    const key = `${date}|${plan}`;
    if (!known.has(key)) known.set(key, versionOn(plan, date));
    return known.get(key);
  };
}

/** Joins neighbours between which nothing changes that overrides look at (a tier may have). */
function mergeAlike(stretches: readonly Stretch[]): Stretch[] {
  const merged: Stretch[] = [];
  for (const stretch of stretches) {
    const last = merged.at(-1);
    if (last && isSamePlace(last.place, stretch.place)) merged[merged.length - 1] = { ...last, to: stretch.to };
    else merged.push(stretch);
  }
  return merged;
}

function isSamePlace(one: Place | undefined, other: Place | undefined): boolean {
  if (one === other) return true;
  if (!one || !other) return false;
  return (
    one.agentId === other.agentId &&
    one.isActive === other.isActive &&
    one.version === other.version &&
    isSamePlace(one.parent, other.parent)
  );
}

/** Those above a place, nearest first: the first has level 1. */
export function ancestorsOf(place: Place): Place[] {
  const ancestors: Place[] = [];
  for (let above = place.parent; above; above = above.parent) ancestors.push(above);
  return ancestors;
}

/** The OVERRIDE components of a version, in plan order. */
export function overridesOf(version: PlanVersion | undefined): OverrideComponent[] {
  return (version?.components ?? []).filter((component) => component.kind === 'OVERRIDE');
}

/**
 * What PERCENT_OF_COMMISSION and PERCENT_OF_BASE pay: each ACTIVE ancestor the percent that its own plan gives its level. Levels
 * count all ancestors, whatever their status.
 */
export function levelPayables(stretches: readonly Stretch[]): Payable[] {
  return stretches.flatMap((stretch) =>
    ancestorsOf(stretch.place).flatMap((payee, index) =>
      payee.isActive ? payablesAtLevel(stretch, payee, index + 1) : [],
    ),
  );
}

function payablesAtLevel(stretch: Stretch, payee: Place, level: number): Payable[] {
  const { version } = payee;
  if (!version) return [];
  return overridesOf(version).flatMap(({ componentId, definition }): Payable[] => {
    if (definition.method === 'DIFFERENTIAL') return [];
    const percent = definition.levels.find((entry) => entry.level === level)?.percent;
    if (percent === undefined) return [];
    return [{ stretch, payee, version, componentId, definition, percent: new Decimal(percent) }];
  });
}

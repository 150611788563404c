import type { Fact } from './records.ts';

// The tree of agents through time (DOMAIN.md §4): on no day is an agent above itself, on no day are there more than ten
// levels, future-dated links included.

const levelsMost = 10;
/** Circles of more agents are reported as too deep. */
const stepsMost = 200;
const faultsMost = 20;

export type HierarchyFault = {
  readonly code: 'PARENT_CIRCLE' | 'HIERARCHY_TOO_DEEP';
  /** The agents concerned, the one at the bottom first. */
  readonly agents: readonly string[];
  readonly message: string;
};

/** A way up from the agent `bottom`, and the days [from, to) on which all its links hold. */
type Way = {
  readonly bottom: string;
  readonly top: string;
  /** How many agents stand on it, `bottom` and `top` included. */
  readonly levels: number;
  readonly below: Way | undefined;
  readonly from: string;
  readonly to: string | null;
};

/**
 * @param links each agent's parents as dated facts, no two of an agent on the same day
 * @returns circles, each once; where there are none, agents with too many above them (the first twenty).
 */
export function checkHierarchy(links: ReadonlyMap<string, readonly Fact[]>): HierarchyFault[] {
  const circles = walkUp(links, stepsMost, circleFault);
  return circles.length > 0 ? circles : walkUp(links, levelsMost, depthFault);
}

/**
 * Walks up from every agent that has a parent, cutting the time at each link: links of one agent do not overlap, so the
 * ways of an agent split its time and never multiply.
 */
function walkUp(
  links: ReadonlyMap<string, readonly Fact[]>,
  steps: number,
  faultOf: (way: Way) => HierarchyFault | undefined,
): HierarchyFault[] {
  const faults = new Map<string, HierarchyFault>();
  for (const agent of links.keys()) {
    const ways: Way[] = [{ bottom: agent, top: agent, levels: 1, below: undefined, from: '', to: null }];
    for (let way = ways.pop(); way && faults.size < faultsMost; way = ways.pop()) {
      const fault = faultOf(way);
      const key = fault?.agents.toSorted().join(' ');
      if (fault && key !== undefined && !faults.has(key)) faults.set(key, fault);
      if (!fault && way.levels <= steps) ways.push(...stepsUp(way, links.get(way.top) ?? []));
    }
  }
  return [...faults.values()];
}

function stepsUp(way: Way, parents: readonly Fact[]): Way[] {
  return parents.flatMap((link) => {
    const from = link.from > way.from ? link.from : way.from;
    const to = way.to === null || (link.to !== null && link.to < way.to) ? link.to : way.to;
    if (to !== null && to <= from) return [];
    return [{ bottom: way.bottom, top: link.value, levels: way.levels + 1, below: way, from, to }];
  });
}

function circleFault(way: Way): HierarchyFault | undefined {
  if (way.levels === 1 || way.top !== way.bottom) return undefined;
  const agents = agentsOn(way);
  const message = `from ${way.from} on agent ${way.bottom} would be above itself: ${agents.join(' → ')}`;
  return { code: 'PARENT_CIRCLE', agents: agents.slice(0, -1), message };
}

function depthFault(way: Way): HierarchyFault | undefined {
  if (way.levels <= levelsMost) return undefined;
  const agents = agentsOn(way);
  const message = `from ${way.from} on agent ${way.bottom} would have ${levelsMost} agents above it: ${agents.join(' → ')}`;
  return { code: 'HIERARCHY_TOO_DEEP', agents, message };
}

function agentsOn(way: Way): string[] {
  const agents: string[] = [];
  for (let step: Way | undefined = way; step; step = step.below) agents.unshift(step.top);
  return agents;
}

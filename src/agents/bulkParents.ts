import type { Fault } from '../sales/rows.ts';

// Whether the agents of a file fit into the hierarchy (DOMAIN.md §4): never a circle, at most ten levels, on any day. Pure.

const levelsMost = 10;

/** A new agent and the one it is to stand under from a day on, for good. */
export type NewAgent = { readonly code: string; readonly parent: string | null; readonly since: string };

/** A link to the agent above, [from, to). */
export type ParentLink = { readonly parent: string; readonly from: string; readonly to: string | null };

/** What is known of agents that are there already: the links of those that new ones may stand below. */
export type KnownAgents = {
  readonly codes: ReadonlySet<string>;
  readonly links: ReadonlyMap<string, readonly ParentLink[]>;
};

/** How many levels there are from an agent up to its top, itself included, on the days [from, to); all days are covered. */
type Stretch = { readonly from: string; readonly to: string | null; readonly levels: number };

/**
 * @param agents new agents by code, parents anywhere among them or among the known ones
 * @returns the fault of each agent that cannot land, by code, in the order of `agents`: unknown parents, circles, too many levels,
 * and parents that cannot land themselves
 */
export function parentFaults(agents: ReadonlyMap<string, NewAgent>, known: KnownAgents): Map<string, Fault> {
  const faults = new Map([...unknownParents(agents, known), ...circleFaults(agents)]);
  const heights = new Map<string, readonly Stretch[]>();
  for (const code of agents.keys()) {
    for (const agent of wayUp(code, agents, heights, faults).reverse()) {
      const fault = placeFault(agent, agents, faults);
      const height = fault ? [] : heightOf(agent, known, heights);
      const tooDeep = fault ? undefined : depthFault(agent, height);
      if (fault ?? tooDeep) faults.set(agent.code, (fault ?? tooDeep) as Fault);
      heights.set(agent.code, height);
    }
  }
  return new Map([...agents.keys()].flatMap((code) => entryOf(faults, code)));
}

const entryOf = (faults: ReadonlyMap<string, Fault>, code: string): [string, Fault][] => {
  const fault = faults.get(code);
  return fault ? [[code, fault]] : [];
};

function* unknownParents(agents: ReadonlyMap<string, NewAgent>, known: KnownAgents): Generator<[string, Fault]> {
  for (const { code, parent } of agents.values()) {
    if (parent === null || agents.has(parent) || known.codes.has(parent)) continue;
    yield [code, { column: 'parent', code: 'AGENT_UNKNOWN', message: `No agent has the code ${parent}.` }];
  }
}

function* circleFaults(agents: ReadonlyMap<string, NewAgent>): Generator<[string, Fault]> {
  const clear = new Set<string>();
  for (const start of agents.keys()) {
    const way = new Set<string>();
    let current: string | null | undefined = start;
    while (typeof current === 'string' && agents.has(current) && !clear.has(current) && !way.has(current)) {
      way.add(current);
      current = agents.get(current)?.parent;
    }
    for (const code of way) clear.add(code);
    if (typeof current !== 'string' || !way.has(current)) continue;
    const circle = [...way].slice([...way].indexOf(current));
    const shown = circle.length > 12 ? [...circle.slice(0, 12), '…'] : circle;
    const message = `Agents in a circle: ${[...shown, current].join(' → ')}.`;
    for (const code of circle) yield [code, { column: 'parent', code: 'PARENT_CIRCLE', message }];
  }
}

/** The new agents from one up to the first that is settled already, or to the top. */
function wayUp(
  code: string,
  agents: ReadonlyMap<string, NewAgent>,
  settled: ReadonlyMap<string, unknown>,
  faults: ReadonlyMap<string, Fault>,
): NewAgent[] {
  const way: NewAgent[] = [];
  let agent = agents.get(code);
  while (agent && !settled.has(agent.code) && !faults.has(agent.code)) {
    way.push(agent);
    agent = agent.parent === null ? undefined : agents.get(agent.parent);
  }
  return way;
}

function placeFault(
  { parent }: NewAgent,
  agents: ReadonlyMap<string, NewAgent>,
  faults: ReadonlyMap<string, Fault>,
): Fault | undefined {
  if (parent === null || !agents.has(parent) || !faults.has(parent)) return undefined;
  const message = `The row of its parent ${parent} is rejected.`;
  return { column: 'parent', code: 'AGENT_UNKNOWN', message };
}

function depthFault({ code, parent }: NewAgent, height: readonly Stretch[]): Fault | undefined {
  const deep = height.find(({ levels }) => levels > levelsMost);
  if (!deep) return undefined;
  const message = `From ${deep.from} on agent ${code}, under ${parent}, would have ${deep.levels - 1} agents above it.`;
  return { column: 'parent', code: 'HIERARCHY_TOO_DEEP', message };
}

type Heights = Map<string, readonly Stretch[]>;

/** How many levels lead up from an agent; of known ones on the way the heights are remembered. */
function heightOf({ parent, since }: NewAgent, known: KnownAgents, heights: Heights): Stretch[] {
  return parent === null ? ground() : above([{ parent, from: since, to: null }], known, heights);
}

const ground = (): Stretch[] => [{ from: '', to: null, levels: 1 }];

/** Known agents form no circle, so that this ends, after ten levels. */
function knownHeight(code: string, known: KnownAgents, heights: Heights): readonly Stretch[] {
  const settled = heights.get(code);
  if (settled) return settled;
  const height = above(known.links.get(code) ?? [], known, heights);
  heights.set(code, height);
  return height;
}

/** One level more than each parent has, on the days of its link; without a parent there is one level. */
function above(links: readonly ParentLink[], known: KnownAgents, heights: Heights): Stretch[] {
  const linked = links.flatMap(({ parent, from, to }) =>
    knownHeight(parent, known, heights).flatMap((stretch): Stretch[] => {
      const start = from > stretch.from ? from : stretch.from;
      const end = earlier(to, stretch.to);
      return end !== null && end <= start ? [] : [{ from: start, to: end, levels: stretch.levels + 1 }];
    }),
  );
  return [...withGaps(linked)];
}

function* withGaps(stretches: readonly Stretch[]): Generator<Stretch> {
  let reached: string | null = '';
  for (const stretch of stretches.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    if (reached !== null && reached < stretch.from) yield { from: reached, to: stretch.from, levels: 1 };
    yield stretch;
    reached = stretch.to;
  }
  if (reached !== null) yield { from: reached, to: null, levels: 1 };
}

function earlier(a: string | null, b: string | null): string | null {
  if (a === null) return b;
  return b === null || a < b ? a : b;
}

import { checkHierarchy } from './hierarchy.ts';
import type { Fault, Path } from './paths.ts';
import {
  type AgreementRecord,
  declaredAgreements,
  declaredFacts,
  type Fact,
  type FactKind,
  factKinds,
} from './records.ts';
import type { Programme, ProgrammeAgent } from './schema.ts';
import { factsByAgent, type State } from './state.ts';

/** Dated facts, the hierarchy and agreements of agents, as they would be once the programme is applied. */
export function checkAgents(programme: Programme, state: State): Fault[] {
  const overlaps = programme.agents.flatMap((agent, index) =>
    factKinds.flatMap((kind) => overlappingFacts(agent, kind, ['agents', index, kind])),
  );
  return [
    ...overlaps,
    // Where two parents hold on the same day there is no tree to walk.
    ...(overlaps.some((fault) => fault.path[2] === 'parent') ? [] : hierarchyFaults(programme, state)),
    ...agreementFaults(programme, state),
  ];
}

function overlappingFacts(agent: ProgrammeAgent, kind: FactKind, path: Path): Fault[] {
  const facts = declaredFacts(agent, kind) ?? [];
  return consecutive(facts)
    .filter(([earlier, later]) => overlap(earlier, later))
    .map(([earlier, later]) => ({
      code: 'DATES_OVERLAP',
      path,
      message: `agent ${agent.code} has two entries on ${later.from}: ${inWords(earlier)} and ${inWords(later)}`,
    }));
}

function hierarchyFaults(programme: Programme, state: State): Fault[] {
  const links = factsByAgent(state.facts.parent);
  const positions = new Map<string, number>();
  for (const [index, agent] of programme.agents.entries()) {
    const declared = declaredFacts(agent, 'parent');
    if (!declared) continue;
    links.set(agent.code, declared);
    positions.set(agent.code, index);
  }
  if (positions.size === 0) return [];
  return checkHierarchy(links).map(({ code, agents, message }) => {
    const position = agents.map((agent) => positions.get(agent)).find((index) => index !== undefined);
    return { code, message, path: position === undefined ? ['agents'] : ['agents', position, 'parent'] };
  });
}

function agreementFaults(programme: Programme, state: State): Fault[] {
  const declared = declaredAgreements(programme, state.known.agreements);
  const paths = agreementPaths(programme);
  const pathOf = new Map<string, Path>();
  const after = new Map(state.known.agreements);
  const faults: Fault[] = [];
  for (const [index, agreement] of declared.entries()) {
    const path = paths[index] ?? [];
    const { code, agent } = agreement;
    const other = state.known.agreements.get(code);
    if (pathOf.has(code)) {
      faults.push({ code: 'CODE_DUPLICATE', path, message: `the agreement ${code} is declared twice` });
    } else if (other && other.agent !== agent) {
      faults.push({ code: 'CODE_DUPLICATE', path, message: `the agreement ${code} is one of agent ${other.agent}` });
    } else {
      pathOf.set(code, path);
      after.set(code, agreement);
    }
  }
  return [...faults, ...overlappingAgreements([...after.values()], pathOf)];
}

/** Where each of declaredAgreements() stands, in the same order. */
function agreementPaths(programme: Programme): Path[] {
  return [
    ...programme.agreements.map((_, index) => ['agreements', index]),
    ...programme.agents.flatMap((agent, index) =>
      agent.agreements.map((_, position) => ['agents', index, 'agreements', position]),
    ),
  ];
}

function overlappingAgreements(agreements: readonly AgreementRecord[], pathOf: ReadonlyMap<string, Path>): Fault[] {
  const byAgent = new Map<string, AgreementRecord[]>();
  for (const agreement of agreements) {
    const own = byAgent.get(agreement.agent);
    if (own) own.push(agreement);
    else byAgent.set(agreement.agent, [agreement]);
  }
  return [...byAgent].flatMap(([agent, own]) =>
    consecutive(own.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0)))
      .filter(([earlier, later]) => overlap(earlier, later))
      .map(([earlier, later]) => ({
        code: 'AGREEMENT_OVERLAP' as const,
        path: pathOf.get(later.code) ?? pathOf.get(earlier.code) ?? ['agreements'],
        message: `agreements of agent ${agent} overlap: ${named(earlier)} and ${named(later)}`,
      })),
  );
}

type Dated = Pick<Fact, 'from' | 'to'>;

/** Each entry with the one before it that reaches farthest; entries in order of their first day. */
function consecutive<Entry extends Dated>(entries: readonly Entry[]): [Entry, Entry][] {
  const pairs: [Entry, Entry][] = [];
  let farthest: Entry | undefined;
  for (const entry of entries) {
    if (farthest) pairs.push([farthest, entry]);
    if (!farthest || reachesFarther(entry, farthest)) farthest = entry;
  }
  return pairs;
}

function reachesFarther(entry: Dated, other: Dated): boolean {
  return other.to !== null && (entry.to === null || entry.to > other.to);
}

function overlap(earlier: Dated, later: Dated): boolean {
  return earlier.from === later.from || earlier.to === null || earlier.to > later.from;
}

const period = ({ from, to }: Dated) => (to === null ? `from ${from}` : `from ${from} to ${to}`);
const inWords = (fact: Fact) => `${fact.value} ${period(fact)}`;
const named = (agreement: AgreementRecord) => `${agreement.code} (${period(agreement)})`;

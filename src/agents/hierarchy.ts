import { eq, inArray, sql } from 'drizzle-orm';
import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Page, PageArguments, PageOrder } from '../db/pages.ts';
import { programmeLock } from '../db/roles.ts';
import { readRowPage } from '../db/rowPages.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError, UserErrors } from '../errors.ts';
import { checkHierarchy } from '../programme/hierarchy.ts';
import type { Fact } from '../programme/records.ts';
import { type Link, type ParentLink, withMove } from './hierarchyMove.ts';
import { agentParent } from './tables.ts';

// The tree of agents (DOMAIN.md §4): moving a subtree, and who is above and below whom on a day.

export type SubtreeMove = {
  /** The agent at the top of what moves; all below it moves with it. */
  readonly agentCode: string;
  /** The agent above it from then on; null: none. */
  readonly parentCode: string | null;
  readonly from: string;
  /** Whether what was planned for later days falls away; else the move holds until then. */
  readonly replaceLater: boolean;
  readonly reason: string;
};

export type MoveResult = {
  readonly changed: boolean;
  /** The agent's links to those above it, as they are now, in order. */
  readonly links: readonly ParentLink[];
};

/**
 * Gives the top of a subtree another parent from a day on (DOMAIN.md §4). Closed months that this touches are recalculated as RETRO.
 * @throws UserError AGENT_UNKNOWN for agents not seen; PARENT_CIRCLE, HIERARCHY_TOO_DEEP for any day, naming the agents;
 * TERRITORY_EXCLUSIVE where a right below one agent's exclusive territory would be below it no longer.
 */
export async function moveSubtree(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { agentCode, parentCode, from, replaceLater, reason }: SubtreeMove,
): Promise<MoveResult> {
  await rawSql(transaction)`select pg_advisory_xact_lock(${programmeLock}::bigint)`;
  const { agentId, parentId } = await findBoth(transaction, agentCode, parentCode);
  const before = await loadLinks(transaction, agentId);
  const after = withMove(before, { parentId, from, replaceLater });
  const codeOf = new Map<number | null, string | null>([
    ...before.map((link) => [link.parentId, link.parentCode] as const),
    [parentId, parentCode],
    [agentId, agentCode],
  ]);
  const links = after.map((link): ParentLink => {
    return { parentCode: codeOf.get(link.parentId) ?? null, from: link.from, to: link.to };
  });
  await refuseFaults(transaction, { agentId, parentId, from, links: after, names: codeOf });
  const former = await rawSql(transaction)<{ id: number }[]>`
    select agent_id as id from agents_above(${agentId}, ${from}::date)`;
  if (!(await writeLinks(transaction, agentId, before, after))) return { changed: false, links };
  await refuseLostTerritories(
    transaction,
    former.map(({ id }) => id),
    from,
  );
  await recordChanges(transaction, actor, now, [
    {
      action: 'agent.moved',
      entity: 'agent',
      entityKey: agentCode,
      before: before.map(withoutIds),
      after: links,
      reason,
    },
  ]);
  return { changed: true, links };
}

async function findBoth(transaction: Transaction, agentCode: string, parentCode: string | null) {
  const rows = await rawSql(transaction)<{ id: number; code: string }[]>`
    select id, code from agent
    where code in (${agentCode}, ${parentCode}) and (not is_request() or id in (select visible_agents()))`;
  const idOf = (code: string, at: string): number => {
    const id = rows.find((row) => row.code === code)?.id;
    if (id === undefined) throw new UserError('AGENT_UNKNOWN', `No agent has the code ${code}.`, at);
    return id;
  };
  return {
    agentId: idOf(agentCode, 'agentCode'),
    parentId: parentCode === null ? null : idOf(parentCode, 'parentCode'),
  };
}

type PresentLink = ParentLink & { readonly id: number; readonly parentId: number };

const withoutIds = ({ parentCode, from, to }: ParentLink): ParentLink => ({ parentCode, from, to });

async function loadLinks(transaction: Transaction, agentId: number): Promise<readonly PresentLink[]> {
  return await rawSql(transaction)<PresentLink[]>`
    select link.id, link.parent_id as "parentId", parent.code as "parentCode",
      link.valid_from::text as "from", link.valid_to::text as "to"
    from agent_parent link left join agent parent on parent.id = link.parent_id
    where link.agent_id = ${agentId} order by link.valid_from`;
}

/** Refuses circles and too many levels on any day, over links that the one who moves may not see as well. */
async function refuseFaults(
  transaction: Transaction,
  move: {
    readonly agentId: number;
    readonly parentId: number | null;
    readonly from: string;
    readonly links: readonly Link[];
    readonly names: ReadonlyMap<number | null, string | null>;
  },
): Promise<void> {
  const found = await rawSql(transaction)<Connection[]>`
    select agent_id as "agentId", agent_code as "agentCode", parent_id as "parentId", parent_code as "parentCode",
      valid_from::text as "from", valid_to::text as "to"
    from hierarchy_links(${move.agentId}, ${move.parentId}, ${move.from}::date) order by valid_from`;
  const others = found.filter(({ agentId }) => agentId !== move.agentId);
  const all = [...others, ...move.links.map((link) => ({ ...link, agentId: move.agentId }))];
  const names = namesOf(found, move.names);
  const links = new Map<string, Fact[]>();
  for (const { agentId, parentId, from, to } of all) {
    const agent = names(agentId);
    const facts = links.get(agent);
    const fact = { value: names(parentId), from, to };
    if (facts) facts.push(fact);
    else links.set(agent, [fact]);
  }
  const faults = checkHierarchy(links).map(({ code, message }) => new UserError(code, message, 'parentCode'));
  if (faults.length > 0) throw new UserErrors(faults);
}

type Connection = Link & {
  readonly agentId: number;
  readonly agentCode: string | null;
  readonly parentCode: string | null;
};

/** Agents by their codes; those that are not seen, by a name that tells them apart and no more. */
function namesOf(connections: readonly Connection[], known: ReadonlyMap<number | null, string | null>) {
  const names = new Map(known);
  for (const { agentId, agentCode, parentId, parentCode } of connections) {
    names.set(agentId, agentCode);
    names.set(parentId, parentCode);
  }
  let unseen = 0;
  return (id: number): string => {
    const name = names.get(id) ?? `(agent ${++unseen} of another region)`;
    names.set(id, name);
    return name;
  };
}

/**
 * Writes what differs. Where the end alone moves the row stays: then closed months before that are not calculated again.
 * @returns whether anything differed
 */
async function writeLinks(
  transaction: Transaction,
  agentId: number,
  before: readonly PresentLink[],
  after: readonly Link[],
): Promise<boolean> {
  const same = (one: Link, other: Link) => one.parentId === other.parentId && one.from === other.from;
  const outdated = before.filter((row) => !after.some((link) => same(row, link)));
  const added = after.filter((link) => !before.some((row) => same(row, link)));
  const moved = before.flatMap((row) => {
    const link = after.find((other) => same(row, other));
    return link && link.to !== row.to ? [{ id: row.id, to: link.to }] : [];
  });
  const ids = outdated.map(({ id }) => id);
  if (ids.length > 0) {
    const gone = transaction.delete(agentParent).where(inArray(agentParent.id, ids)).returning({ id: agentParent.id });
    requireWritten((await gone).length, ids.length);
  }
  for (const { id, to } of moved) {
    const written = transaction.update(agentParent).set({ validTo: to }).where(eq(agentParent.id, id));
    requireWritten((await written.returning({ id: agentParent.id })).length, 1);
  }
  if (added.length > 0) {
    const rows = added.map(({ parentId, from, to }) => ({ agentId, parentId, validFrom: from, validTo: to }));
    await transaction.insert(agentParent).values(rows);
  }
  return outdated.length + moved.length + added.length > 0;
}

/** Row-level security passes over rows that one may not change without a word: that must not look like success. */
function requireWritten(written: number, wanted: number): void {
  if (written !== wanted) throw new UserError('FORBIDDEN', 'You may not change this.');
}

/** An exclusive territory is open to those below its holder: who leaves them must not stay in it. */
async function refuseLostTerritories(transaction: Transaction, former: readonly number[], from: string): Promise<void> {
  const conflicts = await rawSql(transaction)<
    { holder: string; holderRegion: string; agent: string; region: string; since: string }[]
  >`
    select holder_code as holder, holder_region_code as "holderRegion", agent_code as agent, region_code as region,
      valid_from::text as since
    from agents_territory_conflicts(${[...former]}::integer[], ${from}::date)`;
  const faults = conflicts.slice(0, 20).map(({ holder, holderRegion, agent, region, since }) => {
    const message = `From ${since} on agent ${agent} would have region ${region}, and agent ${holder}, no longer above it, region ${holderRegion}; one of them exclusively.`;
    return new UserError('TERRITORY_EXCLUSIVE', message, 'parentCode');
  });
  if (faults.length > 0) throw new UserErrors(faults);
}

/** An agent above or below another, as many links away as its level. */
export type Relative = {
  agentId: number;
  code: string;
  name: string;
  level: number;
  /** The agent directly above it; null where there is none, or it is not seen. */
  parentCode: string | null;
};

const relativeOrder: PageOrder<Relative> = {
  name: 'relatives',
  direction: 'asc',
  keys: [
    { column: 'level', type: 'integer' },
    { column: 'code', type: 'text' },
  ],
};

type TreeQuestion = { readonly code: string; readonly on: string };

/**
 * Who stands below an agent on a day, the nearest first; under row-level security those that are seen. One statement.
 * @param depth how many levels down; all without it
 */
export function descendants(
  transaction: Transaction,
  args: PageArguments,
  { code, on, depth }: TreeQuestion & { readonly depth?: number | null | undefined },
): Promise<Page<Relative>> {
  return readRowPage(
    transaction,
    args,
    relativeOrder,
    sql`
    select agent_id as "agentId", code, name, level, parent_code as "parentCode"
    from agents_below((select id from agent where code = ${code}), ${on}::date, ${depth ?? 9}) where code is not null`,
  );
}

/** Who stands above an agent on a day, the nearest first; under row-level security those that are seen. One statement. */
export async function ancestors(transaction: Transaction, { code, on }: TreeQuestion): Promise<Relative[]> {
  const rows = await rawSql(transaction)<Relative[]>`
    select agent_id as "agentId", code, name, level, parent_code as "parentCode"
    from agents_above((select id from agent where code = ${code}), ${on}::date) where code is not null order by level`;
  return [...rows];
}

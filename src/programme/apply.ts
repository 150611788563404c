import { sql } from 'drizzle-orm';
import { recordChanges } from '../audit/audit.ts';
import { hashOf } from '../commissions/hashes.ts';
import type { Transaction } from '../db/client.ts';
import { asUserError } from '../db/constraints.ts';
import { programmeLock } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { checkProgramme } from './check.ts';
import type { Published } from './checkVersions.ts';
import { changesOf, type Difference, difference } from './difference.ts';
import { throwFaults } from './paths.ts';
import { declaredPlanVersions, declaredPoolVersions, type ProgrammeChange } from './records.ts';
import type { Programme } from './schema.ts';
import { recordedElsewhere } from './scorecards.ts';
import {
  loadPlanVersionContent,
  loadPoolVersionContent,
  loadState,
  type PublishedVersion,
  type State,
} from './state.ts';
import { writeDifference } from './write.ts';
import { writeConflicts } from './writeConflicts.ts';
import { writeScorecards } from './writeScorecards.ts';

export type { ProgrammeChange };

/** Above this many changes the audit gets one summary instead of a record for each. */
const auditedChangesMost = 200;

/**
 * What applying a programme would change; empty where everything is as declared. Writes nothing.
 * @throws UserErrors with every fault of the programme: REFERENCE_UNKNOWN, CODE_DUPLICATE, RULES_TIE, AGREEMENT_OVERLAP …
 */
export async function planProgramme(transaction: Transaction, programme: Programme): Promise<ProgrammeChange[]> {
  return (await prepare(transaction, programme)).changes;
}

/**
 * Applies a programme in the caller's transaction (DOMAIN.md §11). Applying it again changes nothing; two at once run one
 * after the other. What the programme does not name stays as it is.
 * @param options.dryRun answers what would change and writes nothing
 * @throws UserErrors with every fault, as planProgramme; UserError FORBIDDEN where row-level security refuses a change.
 */
export async function applyProgramme(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  programme: Programme,
  options: { readonly dryRun?: boolean } = {},
): Promise<{ changes: ProgrammeChange[] }> {
  const { changes, wanted, state } = await prepare(transaction, programme);
  if (changes.length === 0) return { changes };
  const write = async (within: Transaction) => {
    try {
      await writeDifference(within, actor, now, wanted, state);
      await recordChanges(within, actor, now, auditOf(changes.filter(({ entity }) => !recordedElsewhere.has(entity))));
      await writeScorecards(within, actor, now, programme, wanted.scorecards);
      await writeConflicts(within, actor, now, programme, wanted.conflicts);
    } catch (error) {
      throw asUserError(error);
    }
  };
  if (!options.dryRun) await write(transaction);
  else if (changes.some(({ entity }) => recordedElsewhere.has(entity))) await rehearse(transaction, write);
  return { changes };
}

class Rehearsed extends Error {}

/** Writes and takes it back: what scorecards and the like are refused for is known once they are written. */
async function rehearse(transaction: Transaction, write: (within: Transaction) => Promise<void>): Promise<void> {
  try {
    await transaction.transaction(async (within) => {
      await write(within);
      throw new Rehearsed();
    });
  } catch (error) {
    if (!(error instanceof Rehearsed)) throw error;
  }
}

type Prepared = { readonly changes: ProgrammeChange[]; readonly wanted: Difference; readonly state: State };

async function prepare(transaction: Transaction, programme: Programme): Promise<Prepared> {
  await transaction.execute(sql`select pg_advisory_xact_lock(${programmeLock}::bigint)`);
  const state = await loadState(transaction, programme);
  throwFaults(programme, checkProgramme(programme, state, await publishedContents(transaction, programme, state)));
  const wanted = difference(programme, state);
  return { changes: changesOf(wanted), wanted, state };
}

/** Contents are read only where a hash differs, to say what differs. */
async function publishedContents(transaction: Transaction, programme: Programme, state: State): Promise<Published> {
  const plans = declaredPlanVersions(programme).map(({ plan, ...content }) => ({ owner: plan, content }));
  const pools = declaredPoolVersions(programme).map(({ pool, ...content }) => ({ owner: pool, content }));
  return {
    plans: await contentsOf(altered(plans, state.planVersions), (id) => loadPlanVersionContent(transaction, id)),
    pools: await contentsOf(altered(pools, state.poolVersions), (id) => loadPoolVersionContent(transaction, id)),
  };
}

type Declared = { readonly owner: string; readonly content: { readonly from: string; readonly corrects?: true } };

function altered(declared: readonly Declared[], published: readonly PublishedVersion[]): number[] {
  const regular = declared.filter(({ content }) => !content.corrects);
  const hashes = new Map(regular.map(({ owner, content }) => [`${owner}@${content.from}`, hashOf(content)]));
  return published
    .filter(({ owner, from, contentHash, corrects }) => {
      return !corrects && (hashes.get(`${owner}@${from}`) ?? contentHash) !== contentHash;
    })
    .map((version) => version.id);
}

async function contentsOf<Content>(
  ids: readonly number[],
  load: (id: number) => Promise<Content>,
): Promise<Map<number, Content>> {
  const contents = new Map<number, Content>();
  for (const id of ids) contents.set(id, await load(id));
  return contents;
}

const versionVerbs: Readonly<Record<string, string>> = {
  planVersion: 'published',
  planCorrection: 'proposed',
  poolVersion: 'published',
  screeningFormVersion: 'published',
};
const pastTense = { create: 'created', change: 'changed' } as const;

function auditOf(changes: readonly ProgrammeChange[]) {
  if (changes.length <= auditedChangesMost) {
    return changes.map(({ action, entity, key, before, after }) => {
      const verb = versionVerbs[entity] ?? pastTense[action];
      return { action: `${entity}.${verb}`, entity, entityKey: key, before, after };
    });
  }
  const counts: Record<string, { create: number; change: number }> = {};
  for (const { action, entity } of changes) {
    const count = counts[entity] ?? { create: 0, change: 0 };
    count[action] += 1;
    counts[entity] = count;
  }
  const changesHash = hashOf(changes);
  return [{ action: 'programme.applied', entity: 'programme', entityKey: changesHash, after: { counts, changesHash } }];
}

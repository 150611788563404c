import { recordChanges } from '../../audit/audit.ts';
import { rawSql, type Transaction } from '../../db/client.ts';
import type { Actor } from '../../db/transaction.ts';
import { UserError, UserErrors } from '../../errors.ts';
import { checkInput } from '../../input.ts';
import { localDate } from '../../period.ts';
import { loadOperator } from '../../reference/operator.ts';
import { type CaseEvent, loadMatters } from './caseMatters.ts';
import {
  addSteps,
  type CaseRow,
  findCases,
  lockCases,
  refuseCases,
  requireCaseAction,
  tellParties,
} from './caseRecords.ts';
import { deadline } from './deadline.ts';
import { type DecisionContent, type DecisionInput, decisionSchema } from './decisionSchema.ts';
import { decisionRecord, recordDecisions, type Taken } from './recordDecisions.ts';
import { disputedEvents, type KnownAgent, type ResolvedDecision, resolveDecision } from './resolveDecision.ts';

// Decisions about cases (DOMAIN.md §8). They run as the request role: whose cases somebody may settle is decided by the database.

/**
 * Decides a case: credits and deductions follow from the decision by themselves, and its parties are told. A case with a committee is
 * decided by its votes alone. May be appealed against until local midnight after the rule's days.
 * @returns the key of the decision.
 * @throws UserError NOT_FOUND, CASE_STATE, CASE_COMMITTEE, INPUT_INVALID, and what resolveDecision throws; SAME_PERSON where the case was
 * appealed against before its facts changed and this is whoever decided then.
 */
export async function decideCase(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  caseId: number,
  input: DecisionInput,
): Promise<number> {
  const decided = await decideAll(transaction, actor, now, [caseId], input, false);
  return idOf(decided, caseId);
}

/** As decideCase, with the votes of the case's committee. */
export async function decideByCommittee(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  caseId: number,
  input: DecisionInput,
): Promise<number> {
  const decided = await decideAll(transaction, actor, now, [caseId], input, true);
  return idOf(decided, caseId);
}

function idOf(decided: ReadonlyMap<number, number>, caseId: number): number {
  const id = decided.get(caseId);
  if (id === undefined) throw new Error(`Case ${caseId} was not decided`);
  return id;
}

/**
 * The same decision about several cases of one kind, all of them or none.
 * @returns the key of each case's decision, by the key of the case.
 * @throws UserErrors with every case at fault; CASES_UNEQUAL.
 */
export async function decideAll(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  caseIds: readonly number[],
  input: DecisionInput,
  byCommittee: boolean,
): Promise<ReadonlyMap<number, number>> {
  const content = checkInput(decisionSchema, input, 'decision');
  const cases = await lockCases(transaction, caseIds);
  if (cases.length < new Set(caseIds).size) return refuseCases(transaction, caseIds);
  refuseUnequal(cases);
  const taken = await resolveAll(transaction, actor, cases, content, (found) => {
    requireCaseAction('decide', found);
    if (!found.hasCommittee || byCommittee) return;
    throw new UserError('CASE_COMMITTEE', `${found.code} has a committee.`, found.code);
  });
  await settleLeftAppeals(transaction, actor, now, cases);
  const how = { reason: content.reason, byCommittee, onAppeal: false };
  const decisionIds = await recordDecisions(transaction, actor, now, taken, how);
  await bringIntoForce(transaction, actor, now, taken, decisionIds, content);
  return decisionIds;
}

/** What a decision would credit and deduct, without taking it. @throws as decideCase. */
export async function previewDecision(
  transaction: Transaction,
  actor: Actor,
  caseId: number,
  input: DecisionInput,
): Promise<{ readonly notCredited: readonly CaseEvent[]; readonly resolved: ResolvedDecision }> {
  const content = checkInput(decisionSchema, input, 'decision');
  const cases = await findCases(transaction, [caseId]);
  const [taken] = await resolveAll(transaction, actor, cases, content);
  const matter = (await loadMatters(transaction, [caseId])).get(caseId);
  const [found] = cases;
  if (!taken || !matter || !found) throw new UserError('NOT_FOUND', 'There is no such case.', 'caseId');
  const { keptEvent, credits } = taken.resolved;
  const disputed = disputedEvents(found.kind, matter.events);
  const notCredited = disputed.filter(({ id, isHit }) =>
    keptEvent ? id !== keptEvent.id : credits === 'VOID' && isHit,
  );
  return { notCredited, resolved: taken.resolved };
}

/**
 * What a decision comes to for each of the cases; `check` may refuse one.
 * @throws UserErrors with the faults of all cases, each at the case's code where there are several.
 */
export async function resolveAll(
  transaction: Transaction,
  actor: Actor,
  cases: readonly CaseRow[],
  content: DecisionContent,
  check: (found: CaseRow) => void = () => {},
): Promise<readonly Taken[]> {
  const ids = cases.map(({ id }) => id);
  const matters = await loadMatters(transaction, ids);
  const others = await namedAgents(transaction, actor, content);
  const faults: UserError[] = [];
  const taken = cases.flatMap((found) => {
    const matter = matters.get(found.id);
    if (!matter) return [];
    try {
      check(found);
      return [{ found, resolved: resolveDecision({ ...found, matter }, content, others) }];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      faults.push(cases.length === 1 ? error : new UserError(error.code, error.message, found.code));
      return [];
    }
  });
  const [first] = faults;
  if (first && cases.length === 1) throw first;
  if (first) throw new UserErrors(faults.slice(0, 100));
  return taken;
}

/** Administrators may also credit agents that the case does not concern. */
async function namedAgents(
  transaction: Transaction,
  actor: Actor,
  { shares }: DecisionContent,
): Promise<ReadonlyMap<string, KnownAgent>> {
  if (actor.user !== null && actor.user.role !== 'ADMIN') return new Map();
  const codes = shares.flatMap(({ agentCode }) => (agentCode === undefined ? [] : [agentCode]));
  if (codes.length === 0) return new Map();
  const rows = await rawSql(transaction)<KnownAgent[]>`select id, code from agent where code = any(${codes})`;
  return new Map(rows.map((agent) => [agent.code, agent]));
}

function refuseUnequal(cases: readonly CaseRow[]): void {
  const kinds = [...new Set(cases.map(({ kind }) => kind))];
  if (kinds.length > 1) throw new UserError('CASES_UNEQUAL', `They are of the kinds ${kinds.join(', ')}.`, 'caseIds');
}

/** The facts changed while an appeal was open: it ends with the new decision, which somebody else takes. */
async function settleLeftAppeals(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  cases: readonly CaseRow[],
): Promise<void> {
  const sql = rawSql(transaction);
  const ids = cases.map(({ id }) => id);
  const left = await sql<{ code: string; decidedBy: string }[]>`
    select found.code, decision.decided_by as "decidedBy" from conflict_appeal appeal
    join conflict_decision decision on decision.id = appeal.decision_id join conflict_case found on found.id = appeal.case_id
    where appeal.case_id = any(${ids}::integer[]) and appeal.state = 'FILED'`;
  const own = left.find(({ decidedBy }) => decidedBy.toLowerCase() === actor.name.toLowerCase());
  if (own) {
    const message = `${own.code} was appealed against before its facts changed: somebody else decides.`;
    throw new UserError('SAME_PERSON', message, own.code);
  }
  if (left.length === 0) return;
  await sql`
    update conflict_appeal set state = 'CHANGED', decided_by = ${actor.name}, decided_at = ${now.toISOString()},
      decision = 'Decided anew: the facts had changed.'
    where case_id = any(${ids}::integer[]) and state = 'FILED'`;
}

async function bringIntoForce(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  taken: readonly Taken[],
  decisionIds: ReadonlyMap<number, number>,
  { reason }: DecisionContent,
): Promise<void> {
  const sql = rawSql(transaction);
  const { timeZone } = await loadOperator(transaction);
  const rows = taken.map(({ found }) => ({
    id: found.id,
    decision_id: idOf(decisionIds, found.id),
    appeal_until: deadline(now, found.appealDays, timeZone),
  }));
  const untilOf = new Map(rows.map((row) => [row.id, row.appeal_until]));
  await sql`
    update conflict_case settled set state = 'RESOLVED', decision_id = row.decision_id, resolved_at = ${now.toISOString()},
      appeal_until = row.appeal_until
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as row(id integer, decision_id integer, appeal_until timestamptz)
    where settled.id = row.id`;
  await sql`
    update conflict_proposal set settled_at = ${now.toISOString()}
    where case_id = any(${rows.map(({ id }) => id)}::integer[]) and settled_at is null`;
  await addSteps(
    transaction,
    actor,
    now,
    taken.map(({ found: { id, state } }) => ({
      caseId: id,
      action: 'RESOLVED',
      from: state,
      to: 'RESOLVED',
      reason,
      forParties: true,
    })),
  );
  await tellParties(
    transaction,
    now,
    taken.map(({ found: { id, code } }) => ({
      caseId: id,
      kind: 'CONFLICT_DECIDED',
      subject: `${code} ${decisionIds.get(id)}`,
      details: { case: code, appealUntil: localDate(untilOf.get(id) ?? now, timeZone) },
    })),
  );
  await recordChanges(
    transaction,
    actor,
    now,
    taken.map(({ found, resolved }) => ({
      action: 'conflict_case.decided',
      entity: 'conflict_case',
      entityKey: found.code,
      before: { state: found.state },
      after: { state: 'RESOLVED', ...decisionRecord(resolved) },
      reason,
    })),
  );
}

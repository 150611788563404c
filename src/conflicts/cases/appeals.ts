import { rawSql, type Transaction } from '../../db/client.ts';
import type { Actor } from '../../db/transaction.ts';
import { UserError } from '../../errors.ts';
import { checkInput } from '../../input.ts';
import { localDate } from '../../period.ts';
import { loadOperator } from '../../reference/operator.ts';
import {
  addSteps,
  auditCase,
  type CaseRow,
  lockCase,
  requireCaseAction,
  requireText,
  tellParties,
} from './caseRecords.ts';
import type { CaseState } from './caseStates.ts';
import { type DecisionInput, decisionSchema } from './decisionSchema.ts';
import { resolveAll } from './decisions.ts';
import { decisionRecord, recordDecisions } from './recordDecisions.ts';

// Appeals of parties against decisions (DOMAIN.md §8): once, in time, decided by another person. The decision stays in force meanwhile.

/**
 * Appeals against the decision of a case, for the agent's own side.
 * @returns the key of the appeal.
 * @throws UserError FORBIDDEN for anybody but a party, NOT_FOUND, CASE_STATE, APPEAL_WINDOW_OVER, VALUE_MISSING, VALUE_TOO_LONG.
 */
export async function fileCaseAppeal(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  caseId: number,
  reason: string,
): Promise<number> {
  const sql = rawSql(transaction);
  const said = requireText(reason, 'reason');
  const agentId = actor.user?.agentId ?? null;
  if (agentId === null) throw new UserError('FORBIDDEN', 'A party appeals for itself.');
  const [found] = await sql<
    { code: string; state: CaseState; appealUntil: string; decisionId: number; isParty: boolean }[]
  >`
    select code, state, appeal_until as "appealUntil", decision_id as "decisionId",
      exists (select from conflict_party where case_id = ${caseId} and agent_id = ${agentId}) as "isParty"
    from conflict_case where id = ${caseId}`;
  if (!found) throw new UserError('NOT_FOUND', 'There is no such case.', 'caseId');
  if (!found.isParty) throw new UserError('FORBIDDEN', 'A party appeals for itself.', 'caseId');
  requireCaseAction('appeal', found);
  if (new Date(found.appealUntil) <= now) {
    const { timeZone } = await loadOperator(transaction);
    const until = localDate(new Date(found.appealUntil), timeZone);
    throw new UserError('APPEAL_WINDOW_OVER', `Appeals were possible until ${until}, that day excluded.`, 'caseId');
  }
  const [added] = await sql<{ id: number }[]>`
    insert into conflict_appeal (case_id, decision_id, agent_id, state, reason, filed_by, filed_at)
    values (${caseId}, ${found.decisionId}, ${agentId}, 'FILED', ${said}, ${actor.name}, ${now.toISOString()}) returning id`;
  if (!added) throw new Error('The appeal was not added');
  await auditCase(transaction, actor, now, found.code, {
    action: 'conflict_case.appealed',
    before: { state: found.state },
    after: { state: 'APPEALED', appeal: added.id },
    reason: said,
  });
  return added.id;
}

/**
 * Takes an appeal back, by any account of the agent that filed it. It was the party's one appeal against this decision; another party can still appeal.
 * @returns the key of the case.
 * @throws UserError NOT_FOUND, FORBIDDEN, APPEAL_STATE.
 */
export async function withdrawCaseAppeal(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  appealId: number,
): Promise<number> {
  const sql = rawSql(transaction);
  // whoever decides about the appeal holds the case first, too
  await sql`select hold_own_case(case_id) from conflict_appeal where id = ${appealId}`;
  const [appeal] = await sql<{ caseId: number; agentId: number; code: string; state: string }[]>`
    select appeal.case_id as "caseId", appeal.agent_id as "agentId", found.code, appeal.state
    from conflict_appeal appeal join conflict_case found on found.id = appeal.case_id where appeal.id = ${appealId}`;
  if (!appeal) throw new UserError('NOT_FOUND', 'There is no such appeal.', 'appealId');
  if (actor.user?.agentId !== appeal.agentId) {
    throw new UserError('FORBIDDEN', 'An agent takes back its own appeal.', 'appealId');
  }
  const [withdrawn] = await sql`
    update conflict_appeal set state = 'WITHDRAWN', decided_by = ${actor.name}, decided_at = ${now.toISOString()}
    where id = ${appealId} and state = 'FILED' returning id`;
  if (!withdrawn) throw new UserError('APPEAL_STATE', `The appeal is ${appeal.state}.`, 'appealId');
  await auditCase(transaction, actor, now, appeal.code, {
    action: 'conflict_case.appeal_withdrawn',
    after: { appeal: appealId },
  });
  return appeal.caseId;
}

export type AppealDecision = {
  /** What the party is told. */
  readonly answer: string;
  /** The decision that takes the place of the other; without it that one stays. */
  readonly decision?: DecisionInput | undefined;
};

/**
 * Decides an appeal; the case is closed with it. Not by whoever decided about the case before, nor by a member of its committee where
 * that did.
 * @returns the key of the case.
 * @throws UserError NOT_FOUND, CASE_STATE, SAME_PERSON, and as decideCase where it decides anew.
 */
export async function decideCaseAppeal(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  appealId: number,
  { answer, decision }: AppealDecision,
): Promise<number> {
  const sql = rawSql(transaction);
  const said = requireText(answer, 'answer');
  const [appeal] = await sql<
    { caseId: number }[]
  >`select case_id as "caseId" from conflict_appeal where id = ${appealId}`;
  if (!appeal) throw new UserError('NOT_FOUND', 'There is no such appeal.', 'appealId');
  const found = await lockCase(transaction, appeal.caseId);
  const [open] = await sql`select from conflict_appeal where id = ${appealId} and state = 'FILED'`;
  if (!open) throw new UserError('APPEAL_STATE', 'The appeal was decided or withdrawn.', 'appealId');
  const to = requireCaseAction('decideAppeal', found);
  await refuseSamePerson(transaction, actor, found);
  const changed = decision ? await changeDecision(transaction, actor, now, found, decision) : undefined;
  await sql`
    update conflict_appeal set state = ${changed ? 'CHANGED' : 'UPHELD'}, decided_by = ${actor.name}, decided_at = ${now.toISOString()},
      decision = ${said} where id = ${appealId}`;
  const decisionId = changed?.id ?? found.decisionId;
  await sql`
    update conflict_case set state = ${to}, decision_id = ${decisionId}, closing = 'APPEAL_DECIDED', closed_at = ${now.toISOString()}
    where id = ${found.id}`;
  await addSteps(transaction, actor, now, [
    { caseId: found.id, action: 'APPEAL_DECIDED', from: found.state, to, reason: said, forParties: true },
  ]);
  await tellParties(transaction, now, [
    {
      caseId: found.id,
      kind: 'CONFLICT_CLOSED',
      subject: `${found.code} ${decisionId}`,
      details: { case: found.code },
    },
  ]);
  await auditCase(transaction, actor, now, found.code, {
    action: 'conflict_case.appeal_decided',
    before: { state: found.state },
    after: { state: to, appeal: changed ? 'CHANGED' : 'UPHELD', ...changed?.record },
    reason: said,
  });
  return found.id;
}

/** @throws UserError SAME_PERSON. */
async function refuseSamePerson(transaction: Transaction, actor: Actor, { id, code }: CaseRow): Promise<void> {
  const [before] = await rawSql(transaction)`
    select from conflict_decision decision where decision.case_id = ${id} and (lower(decision.decided_by) = lower(${actor.name})
      or decision.by_committee and exists (
        select from conflict_committee seat where seat.case_id = ${id} and seat.user_id = ${actor.user?.id ?? null}))`;
  if (before) throw new UserError('SAME_PERSON', `You decided about ${code}: an appeal goes to another person.`, code);
}

async function changeDecision(transaction: Transaction, actor: Actor, now: Date, found: CaseRow, input: DecisionInput) {
  const content = checkInput(decisionSchema, input, 'decision');
  const taken = await resolveAll(transaction, actor, [found], content);
  const how = { reason: content.reason, byCommittee: false, onAppeal: true };
  const ids = await recordDecisions(transaction, actor, now, taken, how);
  const [{ resolved } = { resolved: undefined }] = taken;
  return { id: ids.get(found.id) ?? null, record: resolved ? decisionRecord(resolved) : {} };
}

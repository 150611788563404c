import { rawSql, type Transaction } from '../../db/client.ts';
import type { Actor } from '../../db/transaction.ts';
import { UserError } from '../../errors.ts';
import { localDate } from '../../period.ts';
import { loadOperator } from '../../reference/operator.ts';
import { addSteps, auditCase, lockCase, requireCaseAction, requireText, tellParties } from './caseRecords.ts';
import { deadline } from './deadline.ts';

/**
 * Takes a decision back that was a mistake: credits and money are as if it had not been, and the case is due anew. Administrators only; an
 * appeal that is open is decided first. Where the facts are gone meanwhile the case is closed instead.
 * @throws UserError FORBIDDEN, NOT_FOUND, CASE_STATE also for a case that was closed without a decision, VALUE_MISSING, VALUE_TOO_LONG.
 */
export async function reopenCase(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  caseId: number,
  reason: string,
): Promise<void> {
  const said = requireText(reason, 'reason');
  if (actor.user !== null && actor.user.role !== 'ADMIN') {
    throw new UserError('FORBIDDEN', 'Administrators take decisions back.');
  }
  const found = await lockCase(transaction, caseId);
  const reopened = requireCaseAction('revert', found);
  if (found.decisionId === null) throw new UserError('CASE_STATE', `${found.code} was not decided.`, found.code);
  const to = found.isGone ? 'CLOSED' : reopened;
  const { timeZone } = await loadOperator(transaction);
  const dueAt = deadline(now, found.dueDays, timeZone);
  const [closing, closedAt] = found.isGone ? ['FACTS_CHANGED', now.toISOString()] : [null, null];
  // what follows the case takes the time from it
  await addSteps(transaction, actor, now, [
    { caseId, action: 'REVERTED', from: found.state, to, reason: said, forParties: true },
  ]);
  await rawSql(transaction)`
    update conflict_case set state = ${to}, decision_id = null, resolved_at = null, appeal_until = null, due_at = ${dueAt},
      closing = ${closing}, closed_at = ${closedAt} where id = ${caseId}`;
  const subject = `${found.code} reverted ${found.decisionId}`;
  const details = { case: found.code, rule: found.ruleCode, due: localDate(new Date(dueAt), timeZone) };
  const kind = found.isGone ? 'CONFLICT_CLOSED' : 'CONFLICT_OPENED';
  await tellParties(transaction, now, [{ caseId, kind, subject, details }]);
  await auditCase(transaction, actor, now, found.code, {
    action: 'conflict_case.decision_reverted',
    before: { state: found.state, decision: found.decisionId },
    after: { state: to },
    reason: said,
  });
}

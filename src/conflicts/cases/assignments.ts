import { rawSql, type Transaction } from '../../db/client.ts';
import type { Actor } from '../../db/transaction.ts';
import { UserError } from '../../errors.ts';
import { addSteps, auditCase, lockCase, requireCaseAction } from './caseRecords.ts';

/** Somebody who can mediate a case. */
export type Mediator = {
  readonly userId: number;
  readonly name: string;
  readonly email: string;
  /** The region it manages; null for administrators. */
  readonly regionCode: string | null;
};

/** Who can mediate a case: administrators, and managers of its region or of one above it. Agents never. */
export async function caseMediators(transaction: Transaction, caseId: number): Promise<readonly Mediator[]> {
  return rawSql(transaction)<Mediator[]>`
    select user_id as "userId", name, email, region_code as "regionCode" from case_mediators(${caseId})`;
}

/**
 * Gives a case to a mediator, or to nobody.
 * @param email of the mediator's account; null: nobody
 * @throws UserError NOT_FOUND, CASE_STATE, CASE_MEDIATOR.
 */
export async function assignMediator(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  caseId: number,
  email: string | null,
): Promise<void> {
  const found = await lockCase(transaction, caseId);
  const to = requireCaseAction('assign', found);
  const mediator = email === null ? undefined : await findMediator(transaction, caseId, email);
  await rawSql(transaction)`
    update conflict_case set mediator_id = ${mediator?.userId ?? null}, mediator_name = ${mediator?.name ?? null} where id = ${caseId}`;
  const reason = mediator?.email ?? null;
  await addSteps(transaction, actor, now, [
    { caseId, action: 'ASSIGNED', from: found.state, to, reason, forParties: false },
  ]);
  await auditCase(transaction, actor, now, found.code, {
    action: 'conflict_case.assigned',
    before: { mediator: found.mediatorName },
    after: { mediator: mediator?.name ?? null },
  });
}

async function findMediator(transaction: Transaction, caseId: number, email: string): Promise<Mediator> {
  const mediators = await caseMediators(transaction, caseId);
  const mediator = mediators.find((one) => one.email === email.trim().toLowerCase());
  if (mediator) return mediator;
  throw new UserError('CASE_MEDIATOR', `${email} cannot mediate this case.`, 'mediator');
}

/** Begins to mediate. @throws UserError NOT_FOUND, CASE_STATE. */
export async function startMediation(transaction: Transaction, actor: Actor, now: Date, caseId: number): Promise<void> {
  const found = await lockCase(transaction, caseId);
  const to = requireCaseAction('startMediation', found);
  await rawSql(transaction)`update conflict_case set state = ${to} where id = ${caseId}`;
  await addSteps(transaction, actor, now, [{ caseId, action: 'MEDIATION', from: found.state, to, forParties: true }]);
  await auditCase(transaction, actor, now, found.code, {
    action: 'conflict_case.mediation_started',
    before: { state: found.state },
    after: { state: to },
  });
}

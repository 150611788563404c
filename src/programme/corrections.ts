import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { asUserError } from '../db/constraints.ts';
import { programmeLock } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';

/** How many people besides the proposer approve a correction before it is in force (DOMAIN.md §9). */
const approvalsNeeded = 2;

/** Where a correction stands after an approval. */
export type CorrectionStanding = {
  readonly plan: string;
  readonly number: number;
  readonly approvalCount: number;
  readonly inForce: boolean;
};

type Correction = {
  readonly id: number;
  readonly corrects: boolean;
  readonly proposedBy: string;
  readonly from: string;
  readonly approvers: readonly string[];
};

/**
 * Approves a correction version of a plan. With the second approval it is in force: it supersedes the versions before it for
 * its dates, approved periods included.
 * @throws UserError NOT_FOUND, INPUT_INVALID where the version is no correction, CORRECTION_IN_FORCE where it has its
 * approvals, SAME_PERSON where the actor proposed it or approved it before.
 */
export async function approvePlanVersion(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  plan: string,
  number: number,
): Promise<CorrectionStanding> {
  await rawSql(transaction)`select pg_advisory_xact_lock(${programmeLock})`;
  const correction = await findCorrection(transaction, plan, number);
  requireApprovable(correction, plan, number, actor);
  const approvalCount = correction.approvers.length + 1;
  const inForce = approvalCount >= approvalsNeeded;
  try {
    await rawSql(transaction)`
      insert into plan_version_approval (version_id, approved_by, approved_at)
      values (${correction.id}, ${actor.name}, ${now.toISOString()})`;
    await recordChanges(transaction, actor, now, [
      {
        action: 'planCorrection.approved',
        entity: 'planCorrection',
        entityKey: `${plan}@${correction.from}#${number}`,
        before: { approvedBy: correction.approvers, inForce: false },
        after: { approvedBy: [...correction.approvers, actor.name], inForce },
      },
    ]);
  } catch (error) {
    throw asUserError(error);
  }
  return { plan, number, approvalCount, inForce };
}

async function findCorrection(transaction: Transaction, plan: string, number: number): Promise<Correction> {
  const [row] = await rawSql(transaction)<Correction[]>`
    select version.id, version.corrects, version.published_by as "proposedBy", version.valid_from::text as from,
           array(select approved_by from plan_version_approval approval where approval.version_id = version.id
                 order by approved_at, approved_by) as approvers
    from plan_version version join plan on plan.id = version.plan_id
    where plan.code = ${plan} and version.number = ${number}`;
  if (!row) throw new UserError('NOT_FOUND', `Plan ${plan} has no version ${number}.`, 'number');
  return row;
}

function requireApprovable(correction: Correction, plan: string, number: number, actor: Actor): void {
  const named = `version ${number} of plan ${plan}`;
  if (!correction.corrects) {
    throw new UserError(
      'INPUT_INVALID',
      `Version ${number} of plan ${plan} is no correction: it is in force without approvals.`,
      'number',
    );
  }
  if (correction.approvers.length >= approvalsNeeded) {
    throw new UserError(
      'CORRECTION_IN_FORCE',
      `Version ${number} of plan ${plan} is approved by ${correction.approvers.join(' and ')}.`,
    );
  }
  if (isSame(correction.proposedBy, actor.name)) {
    throw new UserError('SAME_PERSON', `${actor.name} proposed ${named}: two others must approve it.`);
  }
  if (correction.approvers.some((approver) => isSame(approver, actor.name))) {
    throw new UserError('SAME_PERSON', `${actor.name} approved ${named} already: somebody else must approve it, too.`);
  }
}

function isSame(name: string, other: string): boolean {
  return name.toLowerCase() === other.toLowerCase();
}

import type { Databases, Transaction } from '../db/client.ts';
import { type Actor, localActor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { approvePlanVersion, type CorrectionStanding } from '../programme/corrections.ts';
import type { Output } from './output.ts';

/**
 * `tributary approve-plan`: approves a correction of a plan, as the mutation approvePlanVersion does.
 * @throws UserError as approvePlanVersion; FORBIDDEN where `--as` is an account that may not approve.
 */
export async function approvePlan(
  databases: Databases,
  output: Output,
  plan: string,
  version: string,
  options: { as: string },
): Promise<void> {
  if (!/^[1-9]\d{0,4}$/.test(version)) {
    throw new UserError('INPUT_INVALID', `"${version}" is no number of a version.`, 'version');
  }
  const approver = localActor(options.as);
  const standing = await databases.owner.transaction(async (transaction) => {
    await requireApprover(transaction, approver);
    return approvePlanVersion(transaction, approver, new Date(), plan, Number(version));
  });
  output.answer(standing, describeStanding(approver.name));
}

/** A name without an account is whoever has the operator's machine; an account has its role here, too. */
async function requireApprover(transaction: Transaction, { name }: Actor): Promise<void> {
  const account = await transaction.query.userAccount.findFirst({ columns: { role: true }, where: { email: name } });
  if (!account || account.role === 'ADMIN' || account.role === 'FINANCE') return;
  const message = `${name} is an account of the role ${account.role}: ADMIN and FINANCE approve corrections.`;
  throw new UserError('FORBIDDEN', message, '--as');
}

const describeStanding =
  (approver: string) =>
  ({ plan, number, inForce }: CorrectionStanding) =>
    `${approver} approved version ${number} of plan ${plan}: ${inForce ? 'it is in force now' : 'it is in force once one more person approves it'}.`;

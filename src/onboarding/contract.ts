import { z } from 'zod';
import type { Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError, UserErrors } from '../errors.ts';
import { checkInput } from '../input.ts';
import { codeSchema, endsAfterStart, from, to } from '../programme/fields.ts';
import { reasonOf, saveTerritories, territoriesSchema } from './applications.ts';
import { lockApplication, takeStep, todayOf } from './steps.ts';

const contractSchema = z
  .strictObject({
    documentId: z.int(),
    plan: codeSchema,
    from,
    to,
    signedOn: from,
    territories: territoriesSchema.nullish(),
    reason: z.string().default('Contract signed'),
  })
  .refine(...endsAfterStart);

/**
 * What was signed: the stored document (its hash is kept), the plan (code) that it binds to, [from, to), the day of the signature, and
 * the territories where they differ from what was applied for.
 */
export type SignedContract = z.input<typeof contractSchema>;

/**
 * Records the signed contract of an APPROVED application, with the hash of its document.
 * @throws UserError NOT_FOUND, APPLICATION_STATE, INPUT_INVALID, REFERENCE_UNKNOWN (plan), REGION_UNKNOWN, FORBIDDEN.
 */
export async function signContract(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  code: string,
  given: SignedContract,
): Promise<void> {
  const { documentId, territories, reason, ...contract } = checkInput(contractSchema, given, 'contract');
  const locked = await lockApplication(transaction, code, 'sign');
  const today = await todayOf(transaction, now);
  const plan = await transaction.query.plan.findFirst({ columns: { id: true }, where: { code: contract.plan } });
  const paper = await transaction.query.document.findFirst({
    columns: { id: true, sha256: true },
    where: { id: documentId, applicationId: locked.id },
  });
  const faults = [
    plan ? undefined : new UserError('REFERENCE_UNKNOWN', `There is no plan ${contract.plan}.`, 'contract.plan'),
    paper ? undefined : new UserError('NOT_FOUND', `Application ${code} has no such document.`, 'contract.documentId'),
    contract.signedOn > today
      ? new UserError('INPUT_INVALID', 'A contract is recorded once it is signed.', 'contract.signedOn')
      : undefined,
  ].filter((fault) => fault !== undefined);
  if (faults.length > 0 || !plan || !paper) throw new UserErrors(faults);
  if (territories != null) await saveTerritories(transaction, actor, locked.id, territories);
  await takeStep(transaction, actor, now, locked, {
    action: 'sign',
    reason: reasonOf(reason),
    values: {
      contractDocumentId: paper.id,
      contractSha256: paper.sha256,
      planId: plan.id,
      contractFrom: contract.from,
      contractTo: contract.to ?? null,
      contractSignedOn: contract.signedOn,
    },
    details: { ...contract, sha256: paper.sha256, ...(territories == null ? {} : { territories }) },
  });
}

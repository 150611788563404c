import { timingSafeEqual } from 'node:crypto';
import { count, eq, gte, sql, sum } from 'drizzle-orm';
import { z } from 'zod';
import { recordChanges } from '../audit/audit.ts';
import { hashToken, newToken } from '../auth/tokens.ts';
import type { Transaction } from '../db/client.ts';
import { lockKey } from '../db/roles.ts';
import { type Actor, localActor } from '../db/transaction.ts';
import { document } from '../documents/tables.ts';
import { UserError, UserErrors } from '../errors.ts';
import { checkInput } from '../input.ts';
import type { EnvelopeKeys } from '../partners/envelope.ts';
import { localMidnight } from '../period.ts';
import { codeSchema } from '../programme/fields.ts';
import { loadOperator } from '../reference/operator.ts';
import { applicantName, missingOf, type OwnAccess } from './applicantView.ts';
import {
  type ApplicationChange,
  changeApplication,
  createApplication,
  type NewApplication,
  newCode,
  submitApplication,
} from './applications.ts';
import { withdrawApplication } from './screening.ts';
import { type Application, todayOf } from './steps.ts';
import { application, applicationAccess } from './tables.ts';

// Applicants have no account: whoever has an application's code and token acts as its applicant. All here takes the owner's
// transaction, and looks at the token itself.

const draftDays = 30;
const dayMilliseconds = 86_400_000;
const mostPerDay = 200;
const mostDocuments = 50;
const mostBytesStored = 100 * 1024 ** 2;

/** What an applicant comes back with. */
export type ApplicantKey = { readonly code: string; readonly token: string };

/** An application as its applicant enters it; territories are regions (codes), never exclusive. */
export type OwnApplication = Omit<NewApplication, 'code' | 'territories'> & {
  readonly territories?: readonly string[] | null | undefined;
};
export type OwnChange = Omit<ApplicationChange, 'territories'> & Pick<OwnApplication, 'territories'>;

/** Who an applicant is for audit records and the four-eyes rule. */
export function applicantActor(code: string): Actor {
  return localActor(applicantName(code));
}

/**
 * Enters an application as a DRAFT of somebody without an account. Without territories it asks for its region.
 * @returns its code, and the token that is kept nowhere.
 * @throws UserError APPLICATIONS_FULL, and what createApplication throws.
 */
export async function applyAsApplicant(
  transaction: Transaction,
  keys: EnvelopeKeys,
  now: Date,
  given: OwnApplication,
): Promise<ApplicantKey> {
  await requirePlace(transaction, now);
  const today = await todayOf(transaction, now);
  const code = newCode(today);
  const wanted = { ...given, code, territories: open(given.territories ?? [given.region]) };
  await createApplication(transaction, keys, applicantActor(code), now, wanted);
  const token = newToken('app_');
  const [created] = await transaction
    .select({ id: application.id })
    .from(application)
    .where(eq(application.code, code));
  if (!created) throw new Error('the application was not created');
  const access = { applicationId: created.id, tokenHash: hashToken(token), createdAt: now.toISOString() };
  await transaction.insert(applicationAccess).values(access);
  return { code, token };
}

const territoriesSchema = z.array(codeSchema).max(100, 'must have at most 100 entries');

function open(regions: unknown) {
  return checkInput(territoriesSchema, regions, 'application.territories').map((region) => ({
    region,
    exclusive: false,
  }));
}

/** Strangers do not fill the desk: so many of their applications in a day, over all of them. */
async function requirePlace(transaction: Transaction, now: Date): Promise<void> {
  // two at once: the second counts the first
  await transaction.execute(sql`select pg_advisory_xact_lock(${lockKey('tributary applicants')}::bigint)`);
  const { timeZone } = await loadOperator(transaction);
  const since = new Date(localMidnight(await todayOf(transaction, now), timeZone)).toISOString();
  const [found] = await transaction
    .select({ entered: count() })
    .from(applicationAccess)
    .where(gte(applicationAccess.createdAt, since));
  if ((found?.entered ?? 0) >= mostPerDay) {
    throw new UserError('APPLICATIONS_FULL', 'No more applications are taken online today.');
  }
}

/**
 * The application of a code and token, locked for the rest of the transaction. A draft that was not handed in within 30 days is gone.
 * @throws UserError NOT_FOUND, in the same words whatever does not fit.
 */
export async function openOwn(transaction: Transaction, now: Date, { code, token }: ApplicantKey): Promise<OwnAccess> {
  const [found] = await transaction
    .select({ application, access: applicationAccess })
    .from(application)
    .innerJoin(applicationAccess, eq(applicationAccess.applicationId, application.id))
    .where(eq(application.code, code))
    .for('update');
  const fits = sameHash(found?.access.tokenHash ?? hashToken(''), hashToken(token));
  if (!found || !fits || isStale(found.application.state, found.access.createdAt, now)) {
    throw new UserError('NOT_FOUND', 'There is no application with this code and token.', 'code');
  }
  const { signedDocumentId, signedAt } = found.access;
  return { application: found.application, signedDocumentId, signedAt };
}

/** Takes as long wherever the two differ. */
const sameHash = (kept: string, given: string) => timingSafeEqual(Buffer.from(kept), Buffer.from(given));

function isStale(state: Application['state'], createdAt: string, now: Date): boolean {
  return state === 'DRAFT' && now.getTime() - new Date(createdAt).getTime() >= draftDays * dayMilliseconds;
}

/** Changes the applicant's own DRAFT. @throws UserError NOT_FOUND, and what changeApplication throws. */
export async function changeOwn(
  transaction: Transaction,
  keys: EnvelopeKeys,
  now: Date,
  key: ApplicantKey,
  { territories, ...change }: OwnChange,
): Promise<void> {
  const { code } = (await openOwn(transaction, now, key)).application;
  const wanted = { ...change, ...(territories == null ? {} : { territories: open(territories) }) };
  await changeApplication(transaction, keys, applicantActor(code), now, code, wanted);
}

const toldApart = new Set(['APPLICANT_BLACKLISTED', 'APPLICANT_DUPLICATE', 'APPLICANT_COOLING_OFF']);

/**
 * Hands the applicant's own DRAFT in, once its numbers and the documents of its form are there. Why one is kept out is not told: it
 * would tell of others.
 * @throws UserErrors NOT_FOUND, APPLICATION_STATE, APPLICATION_INCOMPLETE (each thing that is missing), SCREENING_FORM_MISSING,
 * APPLICATION_NOT_ACCEPTED.
 */
export async function submitOwn(transaction: Transaction, now: Date, key: ApplicantKey): Promise<void> {
  const own = (await openOwn(transaction, now, key)).application;
  const { numbers, documents } = await missingOf(transaction, own);
  const faults = [...numbers, ...documents].map(
    (kind) => new UserError('APPLICATION_INCOMPLETE', `The application has no ${kind}.`, kind),
  );
  if (own.state === 'DRAFT' && faults.length > 0) throw new UserErrors(faults);
  try {
    await submitApplication(transaction, applicantActor(own.code), now, own.code);
  } catch (error) {
    if (!(error instanceof UserErrors) || !error.errors.some(({ code }) => toldApart.has(code))) throw error;
    throw new UserError('APPLICATION_NOT_ACCEPTED', 'This application cannot be handed in online.', 'code');
  }
}

/** Ends the applicant's own application. @throws UserError NOT_FOUND, APPLICATION_STATE, INPUT_INVALID without a reason. */
export async function withdrawOwn(
  transaction: Transaction,
  now: Date,
  key: ApplicantKey,
  reason: string,
): Promise<void> {
  const { code } = (await openOwn(transaction, now, key)).application;
  await withdrawApplication(transaction, applicantActor(code), now, code, reason);
}

/**
 * Marks a CONTRACT that the applicant itself uploaded as signed by it, while its application is APPROVED; a later one takes the place of an
 * earlier. The operator's people then record the contract as ever.
 * @throws UserError NOT_FOUND (application, document), APPLICATION_STATE.
 */
export async function signOwn(
  transaction: Transaction,
  now: Date,
  key: ApplicantKey,
  documentId: number,
): Promise<void> {
  const { id, code, state } = (await openOwn(transaction, now, key)).application;
  if (state !== 'APPROVED') {
    throw new UserError(
      'APPLICATION_STATE',
      `Application ${code} is ${state}; to be signed it must be APPROVED.`,
      'code',
    );
  }
  const actor = applicantActor(code);
  const paper = await transaction.query.document.findFirst({
    columns: { id: true, sha256: true },
    where: { id: documentId, applicationId: id, kind: 'CONTRACT', uploadedBy: actor.name },
  });
  if (!paper) throw new UserError('NOT_FOUND', 'You have uploaded no such contract.', 'documentId');
  const signed = { signedDocumentId: paper.id, signedAt: now.toISOString() };
  await transaction.update(applicationAccess).set(signed).where(eq(applicationAccess.applicationId, id));
  await recordChanges(transaction, actor, now, [
    {
      action: 'application.signed_by_applicant',
      entity: 'application',
      entityKey: code,
      after: { sha256: paper.sha256, signedAt: signed.signedAt },
    },
  ]);
}

/**
 * Whether the applicant may add a document of a kind: to its DRAFT, or its CONTRACT once APPROVED, at most 50, and none once they have
 * 100 MiB together.
 * @returns the key of the application. @throws UserError NOT_FOUND, APPLICATION_STATE, DOCUMENTS_FULL.
 */
export async function openForDocument(
  transaction: Transaction,
  now: Date,
  key: ApplicantKey,
  kind: string,
): Promise<number> {
  const { id, code, state } = (await openOwn(transaction, now, key)).application;
  if (state !== 'DRAFT' && !(state === 'APPROVED' && kind === 'CONTRACT')) {
    const message = `Application ${code} is ${state}; documents are added to a DRAFT, the CONTRACT once it is APPROVED.`;
    throw new UserError('APPLICATION_STATE', message, 'application');
  }
  const [found] = await transaction
    .select({ stored: count(), bytes: sum(document.sizeBytes).mapWith(Number) })
    .from(document)
    .where(eq(document.applicationId, id));
  if ((found?.stored ?? 0) >= mostDocuments) {
    throw new UserError('DOCUMENTS_FULL', `An application has at most ${mostDocuments} documents.`, 'application');
  }
  if ((found?.bytes ?? 0) >= mostBytesStored) {
    throw new UserError(
      'DOCUMENTS_FULL',
      'The documents of an application have at most 100 MiB together.',
      'application',
    );
  }
  return id;
}

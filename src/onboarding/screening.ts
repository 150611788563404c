import { eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { documentKinds } from '../documents/documents.ts';
import { UserError, UserErrors } from '../errors.ts';
import { checkInput } from '../input.ts';
import { codeSchema, percentOfWhole } from '../programme/fields.ts';
import { reasonOf } from './applications.ts';
import { requireAdmissible } from './duplicates.ts';
import { type ScreeningFormDefinition, screeningResult } from './form.ts';
import { type LockedApplication, lockApplication, requireAnotherPerson, takeStep, todayOf } from './steps.ts';
import { applicationScore } from './tables.ts';

const scoresSchema = z
  .array(
    z.strictObject({
      item: codeSchema,
      points: percentOfWhole('Points, 0 to 100.'),
      comment: z.string().trim().max(2000, 'must have at most 2,000 characters').nullish(),
    }),
  )
  .min(1, 'must have at least one entry')
  .max(100, 'must have at most 100 entries')
  .refine((list) => new Set(list.map(({ item }) => item)).size === list.length, 'names an item twice');

/** Points for items of the form, 0 to 100 as text. */
export type ScoreInput = z.input<typeof scoresSchema>[number];

/** Takes a SUBMITTED application up for screening. @throws UserError NOT_FOUND, APPLICATION_STATE. */
export async function startScreening(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  code: string,
  reason = 'Screening started',
): Promise<void> {
  const locked = await lockApplication(transaction, code, 'startScreening');
  await takeStep(transaction, actor, now, locked, { action: 'startScreening', reason: reasonOf(reason) });
}

/**
 * Enters what the reviewer found, item by item; an item that has points gets the new ones.
 * @throws UserError NOT_FOUND, APPLICATION_STATE, INPUT_INVALID (each fault at its place).
 */
export async function enterScores(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  code: string,
  given: readonly ScoreInput[],
): Promise<void> {
  const scores = checkInput(scoresSchema, given, 'scores');
  const locked = await lockApplication(transaction, code, 'score');
  const items = new Set(definitionOf(locked).items.map((item) => item.code));
  const unknown = scores.flatMap(({ item }, index) =>
    items.has(item) ? [] : [new UserError('INPUT_INVALID', `The form has no item ${item}.`, `scores[${index}].item`)],
  );
  if (unknown.length > 0) throw new UserErrors(unknown);
  const entered = { applicationId: locked.id, enteredBy: actor.name, enteredAt: now.toISOString() };
  await transaction
    .insert(applicationScore)
    .values(scores.map(({ comment = null, ...score }) => ({ ...score, comment, ...entered })))
    .onConflictDoUpdate({
      target: [applicationScore.applicationId, applicationScore.item],
      set: {
        points: sql`excluded.points`,
        comment: sql`excluded.comment`,
        enteredBy: sql`excluded.entered_by`,
        enteredAt: sql`excluded.entered_at`,
      },
    });
  await takeStep(transaction, actor, now, locked, {
    action: 'score',
    reason: `Scored ${scores.map(({ item }) => item).join(', ')}`,
    details: { scores },
  });
}

function definitionOf({ code, definition }: LockedApplication): ScreeningFormDefinition {
  if (definition) return definition;
  throw new UserError('SCREENING_FORM_MISSING', `Application ${code} has no screening form.`, 'code');
}

/**
 * Approves an application in SCREENING: every item is scored, the total reaches the pass mark, the required documents are there, nothing
 * keeps the applicant out, and whoever decides neither entered nor scored it.
 * @throws UserErrors APPLICATION_STATE, SAME_PERSON, APPLICATION_INCOMPLETE, SCREENING_SCORE_LOW, and what requireAdmissible throws.
 */
export async function approveApplication(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  code: string,
  reason: string,
): Promise<void> {
  const why = reasonOf(reason);
  const locked = await lockApplication(transaction, code, 'approve');
  await requireAnotherPerson(transaction, actor, locked);
  const definition = definitionOf(locked);
  const rows = await transaction
    .select({ item: applicationScore.item, points: applicationScore.points })
    .from(applicationScore)
    .where(eq(applicationScore.applicationId, locked.id));
  const result = screeningResult(definition, new Map(rows.map(({ item, points }) => [item, points])));
  const kinds = await documentKinds(transaction, locked.id);
  const faults = [
    ...result.unscored.map(
      (item) => new UserError('APPLICATION_INCOMPLETE', `Item ${item} of the form is not scored.`, item),
    ),
    ...definition.requiredDocuments
      .filter((kind) => !kinds.has(kind))
      .map((kind) => new UserError('APPLICATION_INCOMPLETE', `The document ${kind} is missing.`, kind)),
  ];
  if (faults.length > 0) throw new UserErrors(faults);
  if (!result.passes) {
    const message = `The total is ${result.total}, the pass mark ${definition.passMark}.`;
    throw new UserError('SCREENING_SCORE_LOW', message, 'code');
  }
  await requireAdmissible(transaction, locked, now);
  const details = { total: result.total, passMark: definition.passMark };
  await takeStep(transaction, actor, now, locked, { action: 'approve', reason: why, details });
}

/**
 * Rejects an application that was submitted. The applicant may come back after the form's cooling-off days.
 * @throws UserError APPLICATION_STATE, INPUT_INVALID without a reason, SAME_PERSON.
 */
export async function rejectApplication(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  code: string,
  reason: string,
): Promise<void> {
  const why = reasonOf(reason);
  const locked = await lockApplication(transaction, code, 'reject');
  await requireAnotherPerson(transaction, actor, locked);
  const values = { rejectedOn: await todayOf(transaction, now) };
  await takeStep(transaction, actor, now, locked, { action: 'reject', reason: why, values });
}

/** Ends an application that the applicant takes back. @throws UserError APPLICATION_STATE, INPUT_INVALID without a reason. */
export async function withdrawApplication(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  code: string,
  reason: string,
): Promise<void> {
  const why = reasonOf(reason);
  const locked = await lockApplication(transaction, code, 'withdraw');
  await takeStep(transaction, actor, now, locked, { action: 'withdraw', reason: why });
}

import { eq } from 'drizzle-orm';
import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { lockKey } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { checkInput } from '../input.ts';
import { localDate } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { type SurveyInput, surveySchema } from './surveyForm.ts';
import { survey, surveyInvitation } from './tables.ts';

// Satisfaction surveys 满意度 (DOMAIN.md §4): their questions and days.

export type Survey = typeof survey.$inferSelect;

const surveysLock = lockKey('tributary surveys');

/**
 * Declares or changes a survey; once somebody was invited it stays as it is. For administrators.
 * @returns what became of it. @throws UserErrors INPUT_INVALID, all faults; UserError SURVEY_FIXED.
 */
export async function saveSurvey(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  input: SurveyInput,
): Promise<'created' | 'changed' | 'unchanged'> {
  const after = checkInput(surveySchema, input, 'survey');
  const { code } = after;
  await rawSql(transaction)`select pg_advisory_xact_lock(${surveysLock}::bigint)`;
  // The lock holds off invitations, whose foreign key asks for the row.
  const [present] = await transaction.select().from(survey).where(eq(survey.code, code)).for('update');
  if (!present) {
    await transaction.insert(survey).values(after);
    await recordChanges(transaction, actor, now, [
      { action: 'survey.created', entity: 'survey', entityKey: code, after },
    ]);
    return 'created';
  }
  const { id, ...before } = present;
  if (surveyText(before) === surveyText(after)) return 'unchanged';
  const [invited] = await transaction
    .select({ id: surveyInvitation.id })
    .from(surveyInvitation)
    .where(eq(surveyInvitation.surveyId, id))
    .limit(1);
  if (invited) throw new UserError('SURVEY_FIXED', `Somebody was invited to the survey ${code} already.`, code);
  await transaction.update(survey).set(after).where(eq(survey.id, id));
  await recordChanges(transaction, actor, now, [
    { action: 'survey.changed', entity: 'survey', entityKey: code, before, after },
  ]);
  return 'changed';
}

/** A survey in the one text that equal surveys share: the database has an order of its own for keys. */
function surveyText({ name, questions, period, opensOn, closesOn }: Omit<Survey, 'id' | 'code'>): string {
  const asked = questions.map(({ code, text, scale }) => [code, text, scale ?? null]);
  return JSON.stringify([name, asked, period, opensOn, closesOn]);
}

/** The survey with a code. @throws UserError NOT_FOUND. */
export async function loadSurvey(transaction: Transaction, code: string): Promise<Survey> {
  const [found] = await transaction.select().from(survey).where(eq(survey.code, code));
  if (!found) throw new UserError('NOT_FOUND', `There is no survey ${code}.`, code);
  return found;
}

/** BEFORE it opens, OPEN on [opensOn, closesOn), then CLOSED, by the operator's local date. @throws UserError NOT_SET_UP. */
export async function surveyState(
  transaction: Transaction,
  now: Date,
  { opensOn, closesOn }: Pick<Survey, 'opensOn' | 'closesOn'>,
): Promise<'BEFORE' | 'OPEN' | 'CLOSED'> {
  const { timeZone } = await loadOperator(transaction);
  const today = localDate(now, timeZone);
  if (today < opensOn) return 'BEFORE';
  return today < closesOn ? 'OPEN' : 'CLOSED';
}

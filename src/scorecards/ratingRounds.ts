import { and, eq, ne } from 'drizzle-orm';
import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { lockKey } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { checkInput } from '../input.ts';
import { localDate } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { type RatingRoundInput, ratingRoundSchema } from './ratingSchema.ts';
import { ratingInvitation, ratingRound } from './tables.ts';

// Rounds of 360° ratings (DOMAIN.md §5): in which aspect agents are rated for which month, and from when to when.

export type RatingRound = typeof ratingRound.$inferSelect;

const roundsLock = lockKey('tributary rating rounds');

/**
 * Declares or changes a round; once somebody was invited it stays as it is. For administrators.
 * @returns what became of it.
 * @throws UserErrors INPUT_INVALID, all faults; UserError RATING_FIXED, RATING_ASPECT_TAKEN where another round is of this aspect and month.
 */
export async function saveRatingRound(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  input: RatingRoundInput,
): Promise<'created' | 'changed' | 'unchanged'> {
  const after = checkInput(ratingRoundSchema, input, 'round');
  const { code } = after;
  await rawSql(transaction)`select pg_advisory_xact_lock(${roundsLock}::bigint)`;
  // The lock holds off invitations, whose foreign key asks for the row.
  const [present] = await transaction.select().from(ratingRound).where(eq(ratingRound.code, code)).for('update');
  if (present && roundText(present) === roundText(after)) return 'unchanged';
  await refuseSecond(transaction, after);
  if (!present) {
    await transaction.insert(ratingRound).values(after);
    await recordChanges(transaction, actor, now, [
      { action: 'rating_round.created', entity: 'rating_round', entityKey: code, after },
    ]);
    return 'created';
  }
  const { id, ...before } = present;
  const [invited] = await transaction
    .select({ id: ratingInvitation.id })
    .from(ratingInvitation)
    .where(eq(ratingInvitation.roundId, id))
    .limit(1);
  if (invited) throw new UserError('RATING_FIXED', `Somebody was invited to the round ${code} already.`, code);
  await transaction.update(ratingRound).set(after).where(eq(ratingRound.id, id));
  await recordChanges(transaction, actor, now, [
    { action: 'rating_round.changed', entity: 'rating_round', entityKey: code, before, after },
  ]);
  return 'changed';
}

async function refuseSecond(
  transaction: Transaction,
  { code, aspect, period }: Pick<RatingRound, 'code' | 'aspect' | 'period'>,
): Promise<void> {
  const [other] = await transaction
    .select({ code: ratingRound.code })
    .from(ratingRound)
    .where(and(eq(ratingRound.aspect, aspect), eq(ratingRound.period, period), ne(ratingRound.code, code)));
  if (!other) return;
  const message = `The round ${other.code} is about ${aspect} in ${period} already.`;
  throw new UserError('RATING_ASPECT_TAKEN', message, 'aspect');
}

/** A round in the one text that equal rounds share. */
function roundText({ name, aspect, period, opensOn, closesOn }: Omit<RatingRound, 'id' | 'code'>): string {
  return JSON.stringify([name, aspect, period, opensOn, closesOn]);
}

/** The round with a code. @throws UserError NOT_FOUND. */
export async function loadRatingRound(transaction: Transaction, code: string): Promise<RatingRound> {
  const [found] = await transaction.select().from(ratingRound).where(eq(ratingRound.code, code));
  if (!found) throw new UserError('NOT_FOUND', `There is no rating round ${code}.`, code);
  return found;
}

/** BEFORE it opens, OPEN on [opensOn, closesOn), then CLOSED, by the operator's local date. @throws UserError NOT_SET_UP. */
export async function ratingState(
  transaction: Transaction,
  now: Date,
  { opensOn, closesOn }: Pick<RatingRound, 'opensOn' | 'closesOn'>,
): Promise<'BEFORE' | 'OPEN' | 'CLOSED'> {
  const { timeZone } = await loadOperator(transaction);
  const today = localDate(now, timeZone);
  if (today < opensOn) return 'BEFORE';
  return today < closesOn ? 'OPEN' : 'CLOSED';
}

/** @throws UserError RATING_OPEN until the round has closed: what moves with each answer would tell who gave it. */
export async function requireClosed(transaction: Transaction, now: Date, round: RatingRound): Promise<void> {
  if ((await ratingState(transaction, now, round)) === 'CLOSED') return;
  throw new UserError('RATING_OPEN', `The round ${round.code} closes on ${round.closesOn}.`, round.code);
}

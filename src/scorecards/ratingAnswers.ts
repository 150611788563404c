import { recordChanges } from '../audit/audit.ts';
import { hashToken } from '../auth/tokens.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError, UserErrors } from '../errors.ts';
import { canonicalDecimal, parseDecimal } from '../money.ts';
import { ratingState } from './ratingRounds.ts';
import { ratingAnswer } from './tables.ts';
import type { RaterGroup } from './template.ts';

// Raters answer once: with the invitation's token, or signed in with the e-mail address that was invited. Answers are kept with the
// owner's rights; no record says who gave which.

/** What a rater says: points from 0 to 100, as text, and words. */
export type Rating = { readonly points: string; readonly comment?: string | null | undefined };

type Asked = {
  readonly roundCode: string;
  readonly roundName: string;
  readonly aspect: string;
  readonly period: string;
  readonly opensOn: string;
  readonly closesOn: string;
  readonly agentName: string;
};

/** What somebody who was invited to rate is shown. */
export type RatingForm = Asked & { readonly answered: boolean };

/** What somebody who is signed in has still to rate. */
export type RatingToGive = Asked & { readonly agentCode: string; readonly group: RaterGroup };

const mostCharacters = 2000;
/** Who rated stands in no record. */
const raterActor: Actor = { name: 'rater', user: null, requestId: null };

type Invited = Pick<Asked, 'roundCode' | 'opensOn' | 'closesOn'> & { readonly id: number };

/** What a token asks; null where there is no such invitation. `transaction` is the owner's. */
export async function findRatingForm(transaction: Transaction, token: string): Promise<RatingForm | null> {
  const [form] = await rawSql(transaction)<RatingForm[]>`
    select round.code as "roundCode", round.name as "roundName", round.aspect, round.period, round.opens_on::text as "opensOn",
      round.closes_on::text as "closesOn", agent.name as "agentName", invitation.answered_at is not null as answered
    from rating_invitation invitation join rating_round round on round.id = invitation.round_id
      join agent on agent.id = invitation.agent_id
    where invitation.token_hash = ${hashToken(token)}`;
  return form ?? null;
}

/**
 * Keeps the answer to the invitation with a token, once; `transaction` is the owner's.
 * @throws UserError NOT_FOUND, RATING_CLOSED outside of [opensOn, closesOn), RATING_ANSWERED; UserErrors INPUT_INVALID.
 */
export async function answerRating(transaction: Transaction, now: Date, token: string, rating: Rating): Promise<void> {
  const [invited] = await rawSql(transaction)<Invited[]>`
    select invitation.id, round.code as "roundCode", round.opens_on::text as "opensOn", round.closes_on::text as "closesOn"
    from rating_invitation invitation join rating_round round on round.id = invitation.round_id
    where invitation.token_hash = ${hashToken(token)}`;
  if (!invited) throw new UserError('NOT_FOUND', 'There is no such invitation.', 'token');
  await keepAnswer(transaction, now, invited, rating);
}

/**
 * Keeps the answer of somebody who is signed in and whose e-mail address was invited; `transaction` is the owner's.
 * @throws UserError NOT_FOUND, RATER_IS_RATED, RATING_CLOSED, RATING_ANSWERED; UserErrors INPUT_INVALID.
 */
export async function giveRating(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { roundCode, agentCode, ...rating }: Rating & { readonly roundCode: string; readonly agentCode: string },
): Promise<void> {
  const [invited] = await rawSql(transaction)<(Invited & { readonly isOwn: boolean })[]>`
    select invitation.id, round.code as "roundCode", round.opens_on::text as "opensOn", round.closes_on::text as "closesOn",
      account.agent_id is not distinct from invitation.agent_id as "isOwn"
    from rating_invitation invitation join rating_round round on round.id = invitation.round_id
      join agent on agent.id = invitation.agent_id join user_account account on lower(account.email) = lower(invitation.rater)
    where round.code = ${roundCode} and agent.code = ${agentCode} and account.id = ${actor.user?.id ?? null}`;
  if (!invited) throw new UserError('NOT_FOUND', `You are not asked about ${agentCode} in ${roundCode}.`, 'agentCode');
  if (invited.isOwn) throw new UserError('RATER_IS_RATED', `Yours is an account of ${agentCode}.`, 'agentCode');
  await keepAnswer(transaction, now, invited, rating);
}

async function keepAnswer(
  transaction: Transaction,
  now: Date,
  { id, roundCode, opensOn, closesOn }: Invited,
  rating: Rating,
): Promise<void> {
  if ((await ratingState(transaction, now, { opensOn, closesOn })) !== 'OPEN') {
    throw new UserError('RATING_CLOSED', `The round may be answered from ${opensOn} and before ${closesOn}.`);
  }
  const kept = readRating(rating);
  // Of two who answer at once the second waits here, and then finds it answered.
  const claimed = await rawSql(transaction)`
    update rating_invitation set answered_at = ${now.toISOString()} where id = ${id} and answered_at is null returning id`;
  if (claimed.length === 0) throw new UserError('RATING_ANSWERED', 'This invitation was answered already.');
  await transaction.insert(ratingAnswer).values({ invitationId: id, ...kept });
  await recordChanges(transaction, raterActor, now, [
    { action: 'rating_round.answered', entity: 'rating_round', entityKey: roundCode },
  ]);
}

function readRating({ points: pointsText, comment: text }: Rating): { points: string; comment: string | null } {
  const points = parseDecimal(pointsText.trim());
  const comment = text?.trim() || null;
  const faults: UserError[] = [];
  if (!points || points.lt(0) || points.gt(100)) {
    faults.push(new UserError('INPUT_INVALID', 'Points are a plain decimal number from 0 to 100.', 'points'));
  }
  // NUL and halves of a surrogate pair cannot be stored as text.
  if (comment !== null && (comment.length > mostCharacters || /[\0\p{Cs}]/u.test(comment))) {
    faults.push(new UserError('INPUT_INVALID', `A comment has at most ${mostCharacters} characters.`, 'comment'));
  }
  if (!points || faults.length > 0) throw new UserErrors(faults);
  return { points: canonicalDecimal(points), comment };
}

/** What whoever is signed in has still to rate, in rounds that have not closed; as the request role. */
export async function ratingsToGive(transaction: Transaction, today: string): Promise<RatingToGive[]> {
  return rawSql(transaction)<RatingToGive[]>`
    select round_code as "roundCode", round_name as "roundName", aspect, period, opens_on::text as "opensOn",
      closes_on::text as "closesOn", agent_code as "agentCode", agent_name as "agentName", rater_group::text as group
    from my_rating_invitations() where answered_at is null and closes_on > ${today}::date`;
}

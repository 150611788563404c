import { userAccount } from '../../src/auth/tables.ts';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { UserErrors } from '../../src/errors.ts';
import { answerRating, type Rating } from '../../src/scorecards/ratingAnswers.ts';
import { inviteRaters, loadAccountAgents, type Rater } from '../../src/scorecards/ratingInvitations.ts';
import { ratingResults } from '../../src/scorecards/ratingResults.ts';
import { loadRatingRound, saveRatingRound } from '../../src/scorecards/ratingRounds.ts';
import type { RatingRoundInput } from '../../src/scorecards/ratingSchema.ts';
import { actor, now } from '../sales/fixture.ts';
import { idOf, setUpTraining } from '../training/fixture.ts';

// A001 to A003 in R-EAST, A004 in R-WEST; the account ben is A001's. Rounds are open on [1 November, 16 November) in Shanghai; the clock
// stands at the 15th.

export const ben = 'ben@demo.example';
export const closed = new Date('2026-11-15T16:00:00Z');

export const form = (code: string, changes: Partial<RatingRoundInput> = {}): RatingRoundInput => ({
  code,
  name: 'How do they work?',
  aspect: code,
  period: '2026-10',
  opensOn: '2026-11-01',
  closesOn: '2026-11-16',
  ...changes,
});
export const rater = (agentCode: string, group: string, name: string): Rater => ({
  agentCode,
  group,
  rater: `${name}@raters.example`,
});
export const fault = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );
export const places = async (work: Promise<unknown>) => {
  const error = await fault(work);
  return error instanceof UserErrors ? error.errors.map(({ at }) => at) : error;
};

export async function openAccount(databases: Databases, email: string, agentCode: string) {
  const agentId = await idOf(databases, 'agent', agentCode);
  const account = { email, name: email, role: 'AGENT' as const, agentId, passwordHash: 'none' };
  const [opened] = await databases.owner
    .insert(userAccount)
    .values({ ...account, createdAt: now.toISOString() })
    .returning();
  const user = { id: opened?.id ?? 0, role: account.role, agentId, regionId: null };
  return { name: email, requestId: 'r', user };
}

/** The province, and what is done in it as the owner. */
export async function setUpRatings(databases: Databases) {
  await setUpTraining(databases);
  const owner = <Result>(work: (transaction: Transaction) => Promise<Result>) => databases.owner.transaction(work);
  const save = (input: RatingRoundInput) => owner((transaction) => saveRatingRound(transaction, actor, now, input));
  const invite = (code: string, raters: Rater[], at = now) =>
    owner(async (transaction) =>
      inviteRaters(transaction, await loadAccountAgents(transaction, raters), actor, at, code, raters),
    );
  const answer = (token: string, rating: Rating, at = now) =>
    owner((transaction) => answerRating(transaction, at, token, rating));
  const results = (code: string, at: Date) =>
    owner(async (transaction) => ratingResults(transaction, at, await loadRatingRound(transaction, code)));
  /** Declares a round and has an agent rated in it: group, points, words. */
  async function rated(code: string, agentCode: string, answers: [string, string, string?][]): Promise<void> {
    await save(form(code));
    const raters = answers.map(([group], index) => rater(agentCode, group, `guest${index}`));
    const { invitations } = await invite(code, raters);
    for (const [index, { token }] of invitations.entries()) {
      const [, points = '', comment] = answers[index] ?? [];
      await answer(token, { points, comment });
    }
  }
  return { owner, save, invite, answer, results, rated, ben: await openAccount(databases, ben, 'A001') };
}

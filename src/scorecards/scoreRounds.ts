import { rawSql, type Transaction } from '../db/client.ts';
import { lockKey } from '../db/roles.ts';
import { UserError } from '../errors.ts';
import { nextScoreState, type ScoreAction, type ScoreState } from './scoreStates.ts';

// Where the scores of a period stand, and who works on them.

/** Held by whoever changes what stands for a period: calculating, publishing, an appeal, finalising. */
export const scoreLock = (period: string) => lockKey(`tributary scores ${period}`);

/** Waits until nobody else works on the scores of the period. */
export async function lockScores(transaction: Transaction, period: string): Promise<void> {
  await rawSql(transaction)`select pg_advisory_xact_lock(${scoreLock(period)})`;
}

export type ScoreRound = {
  readonly state: ScoreState;
  readonly agentCount: number;
  readonly blockedCount: number;
  readonly inputsHash: string | null;
  readonly scoresHash: string | null;
  readonly appealsUntil: string | null;
};

/** The scores of a period, where the action is allowed for them. @throws UserError SCORES_STATE. */
export async function requireAction(
  transaction: Transaction,
  action: ScoreAction,
  period: string,
): Promise<ScoreRound> {
  const [round] = await rawSql(transaction)<ScoreRound[]>`
    select state, agent_count as "agentCount", blocked_count as "blockedCount", inputs_hash as "inputsHash",
      scores_hash as "scoresHash", appeals_until::text as "appealsUntil"
    from score_round where period = ${period}`;
  if (round && nextScoreState(action, round.state) !== undefined) return round;
  const message = `The scores of ${period} are ${round?.state ?? 'OPEN'}: they cannot be ${participles[action]}.`;
  throw new UserError('SCORES_STATE', message, 'period');
}

const participles: Readonly<Record<ScoreAction, string>> = {
  calculate: 'calculated',
  publish: 'published',
  appeal: 'appealed against',
  finalise: 'made final',
};

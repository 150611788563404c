import { rawSql, type Transaction } from '../db/client.ts';
import { UserError } from '../errors.ts';
import type { Period } from '../period.ts';

/**
 * The scores of a period count for others once they are PUBLISHED or FINAL (DOMAIN.md §9.10); where nobody calculates scores, imported ones
 * do. `what` looks at them. @throws UserError SCORES_NOT_PUBLISHED.
 */
export async function requirePublishedScores(transaction: Transaction, period: Period, what: string): Promise<void> {
  const [found] = await rawSql(transaction)<{ state: string | null; imported: boolean }[]>`
    select (select state from score_round where period = ${period}) as state,
      exists (select from metric_value where metric = 'SCORE' and period = ${period}) as imported`;
  const state = found?.state ?? (found?.imported ? 'PUBLISHED' : 'OPEN');
  if (state === 'PUBLISHED' || state === 'FINAL') return;
  throw new UserError('SCORES_NOT_PUBLISHED', `The scores of ${period} are ${state}; ${what} looks at them.`, 'period');
}

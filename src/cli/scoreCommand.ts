import type { Databases } from '../db/client.ts';
import { localActor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { parsePeriod } from '../period.ts';
import { measureMetrics } from '../scorecards/measure.ts';
import { calculateScores, publishScores } from '../scorecards/scores.ts';
import type { Output } from './output.ts';

type ScoreOptions = {
  readonly as: string;
  readonly publish: boolean;
  readonly appealDays: string;
  readonly allowBlocked: boolean;
};

/** Measures the metrics of a period, calculates its scores and, where asked for, publishes them. */
export async function score(databases: Databases, output: Output, text: string, options: ScoreOptions): Promise<void> {
  const period = parsePeriod(text);
  if (!period) throw new UserError('PERIOD_INVALID', `"${text}" is no period.`, 'period');
  if (!/^\d{1,3}$/.test(options.appealDays)) {
    throw new UserError('INPUT_INVALID', `"${options.appealDays}" is no number of days.`, '--appeal-days');
  }
  const actor = localActor(options.as);
  const bar = output.progress(`score ${period}`);
  try {
    const metrics = await databases.owner.transaction((transaction) =>
      measureMetrics(transaction, actor, new Date(), period, (metric, percent) =>
        bar.update(percent / 2, `measuring ${metric}`),
      ),
    );
    const scored = await calculateScores(databases, actor, period, new Date(), (step, percent) =>
      bar.update(50 + percent / 2, step),
    );
    const published = options.publish
      ? await databases.owner.transaction((transaction) =>
          publishScores(transaction, actor, new Date(), period, {
            appealDays: Number(options.appealDays),
            allowBlocked: options.allowBlocked,
          }),
        )
      : undefined;
    bar.end();
    const state = published ? 'PUBLISHED' : 'CALCULATED';
    const appealsUntil = published?.appealsUntil ?? null;
    output.answer({ ...scored, state, appealsUntil, metricCount: metrics.length }, () =>
      [
        `${period} is ${state}: ${scored.agentCount} agents scored, ${scored.blockedCount} of them blocked, ${scored.unscoredCount} without a template; ${metrics.length} metrics measured.`,
        ...(appealsUntil ? [`Appeals until ${appealsUntil}, that day excluded.`] : []),
        `scores ${scored.scoresHash}`,
      ].join('\n'),
    );
  } finally {
    bar.end();
  }
}

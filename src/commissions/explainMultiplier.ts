import type { Transaction } from '../db/client.ts';
import { Decimal } from '../money.ts';
import { previousPeriod } from '../period.ts';
import type { Multipliers } from './definitions.ts';
import { multiplierOf } from './engine/resolve.ts';
import { type LineRow, loadMetric, loadTier } from './explainLoad.ts';
import { isOne, plain } from './explainText.ts';

// The multipliers of a line (DOMAIN.md §9, `multiplyBy`): the line holds their product; what it is the product of is told
// where today's tiers and scores still give it.

export type Multiplier = {
  /** `× 1.1 × 0.8`, or nothing where the line was not multiplied. */
  readonly formula: string;
  readonly en: string;
  readonly zh: string;
  readonly steps: readonly (readonly [label: string, value: string | undefined])[];
};

/** @param date the day whose tier counts */
export async function explainMultiplier(
  transaction: Transaction,
  row: LineRow,
  definition: Multipliers,
  date: string | undefined,
): Promise<Multiplier> {
  const { multiplyByTier, scoreFactor } = definition;
  const tier = multiplyByTier && date ? await loadTier(transaction, row.agentId, date) : undefined;
  const scorePeriod = scoreFactor?.period === 'PREVIOUS' ? previousPeriod(row.period) : row.period;
  const score = scoreFactor && (await loadMetric(transaction, row.agentId, 'SCORE', scorePeriod));
  const scores = { SAME: score ? new Decimal(score) : undefined, PREVIOUS: score ? new Decimal(score) : undefined };
  const tierMultiplier = new Decimal(tier?.multiplier ?? 1);
  const ofScore = scoreFactor
    ? multiplierOf({ tierMultiplier: new Decimal(1), scores }, { multiplyByTier: false, scoreFactor })
    : new Decimal(1);
  const ofTier = multiplyByTier ? tierMultiplier : new Decimal(1);
  const isKnown = ofTier.times(ofScore).equals(row.factor);
  const both = isKnown && multiplyByTier && scoreFactor !== undefined;
  const figures = both ? [plain(ofTier), plain(ofScore)] : [plain(row.factor)];
  return {
    formula: figures.map((figure) => ` × ${figure}`).join(''),
    ...words(row, multiplyByTier, scoreFactor !== undefined),
    steps: [
      ['factor', plain(row.factor)],
      ['tier', isKnown && multiplyByTier ? `${tier?.code ?? 'none'}: multiplier ${plain(ofTier)}` : undefined],
      [
        'score',
        isKnown && scoreFactor
          ? `${score ? plain(score) : 'none'} of ${scorePeriod}: factor ${plain(ofScore)}`
          : undefined,
      ],
    ],
  };
}

function words(row: LineRow, hasTier: boolean, hasScore: boolean): { en: string; zh: string } {
  if (isOne(row.factor)) return { en: '', zh: '' };
  const factor = plain(row.factor);
  const en = hasTier ? (hasScore ? 'the tier and score factor' : 'the tier multiplier') : 'the score factor';
  const zh = hasTier ? (hasScore ? '星级与考核系数' : '星级系数') : '考核系数';
  return { en: `, times ${en} ${factor}`, zh: `，乘以${zh} ${factor}` };
}

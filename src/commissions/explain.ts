import type { Transaction } from '../db/client.ts';
import { explainAdjustment } from './explainAdjustment.ts';
import { explainEarning } from './explainEvent.ts';
import { explainClawback, explainPart } from './explainLife.ts';
import { explainCap, explainFloor } from './explainLimits.ts';
import { type LineRow, loadLine } from './explainLoad.ts';
import { explainOverride } from './explainOverride.ts';
import { explainDraw, explainRetro, explainTax } from './explainPeriod.ts';
import { explainPool } from './explainPool.ts';
import { type Explanation, moneyText, type Story } from './explainText.ts';
import { explainVolume } from './explainVolume.ts';
import { type LineKind, parseLineId } from './lineId.ts';

export type { Explanation } from './explainText.ts';

const storyOf: Readonly<Record<LineKind, (transaction: Transaction, row: LineRow) => Promise<Story>>> = {
  EARNING: explainEarning,
  VOLUME: explainVolume,
  OVERRIDE: explainOverride,
  POOL: explainPool,
  CAP: explainCap,
  FLOOR: explainFloor,
  DRAW: explainDraw,
  WITHHOLDING: explainPart,
  RELEASE: explainPart,
  CLAWBACK: explainClawback,
  RETRO: explainRetro,
  TAX: explainTax,
  ADJUSTMENT: explainAdjustment,
};

/**
 * Explains one line from what it stores, the lines it hangs together with and its immutable plan version (DOMAIN.md §10). What
 * is not stored is derived from these; where facts were changed since, so that the amount no longer follows, the formula says
 * no more than the amount.
 * @param lineId as lines.csv and the API give it
 * @throws UserError LINE_UNKNOWN where there is no such line, or the caller may not see it.
 */
export async function explainLine(transaction: Transaction, lineId: string): Promise<Explanation> {
  const row = await loadLine(transaction, lineId, parseLineId(lineId));
  const { period, agent, component, kind, currency } = row;
  const story = await storyOf[kind](transaction, row);
  return { lineId, period, agent, component, kind, amount: moneyText(row.amount, currency), currency, ...story };
}

import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { LineRow } from './explainLoad.ts';
import { moneyText, type Story, stepsOf } from './explainText.ts';

// ADJUSTMENT lines: what a decision takes from an agent, or gives back (DOMAIN.md §8; docs/commission.md §10).

type AdjustmentRow = {
  readonly kind: 'PENALTY' | 'PRICE_DIFFERENCE' | 'REVERSED';
  /** What was booked first: of REVERSED what it takes back. */
  readonly bookedAs: 'PENALTY' | 'PRICE_DIFFERENCE' | 'REVERSED';
  /** The code of the case, or whatever else was noted. */
  readonly reason: string;
  readonly fromPeriod: string;
  readonly madeAt: string;
  /** Of the decision, where the reader may know it. */
  readonly decision: string | null;
};

const words = {
  PENALTY: ['a penalty', '违规扣罚'],
  PRICE_DIFFERENCE: ['the difference to the floor price', '低于限价的差额扣款'],
  REVERSED: ['an adjustment', '调整'],
} as const;

/** @throws Error where the adjustment is not there: lines are never without their cause. */
export async function explainAdjustment(transaction: Transaction, row: LineRow): Promise<Story> {
  const made = await loadAdjustment(transaction, row);
  const amount = moneyText(row.amount, row.currency);
  const [en, zh] = words[made.bookedAs];
  const because = made.decision === null ? '' : `: “${made.decision}”`;
  const zhBecause = made.decision === null ? '' : `：“${made.decision}”`;
  const [sentenceEn, sentenceZh] =
    made.kind === 'REVERSED'
      ? [
          `${amount} ${row.currency} of ${row.agentName} (${row.agent}) takes back ${en} of ${made.reason}, which was booked before${because}.`,
          `${row.agentName}（${row.agent}）${made.reason} 此前已记的${zh}予以冲回，金额 ${amount} ${row.currency}${zhBecause}。`,
        ]
      : [
          `${amount} ${row.currency} of ${row.agentName} (${row.agent}) is ${en} by the decision of ${made.reason}${because}.`,
          `根据 ${made.reason} 的裁定，${row.agentName}（${row.agent}）${zh} ${amount} ${row.currency}${zhBecause}。`,
        ];
  return {
    formula: `${amount} = ${amount}`,
    sentenceEn,
    sentenceZh,
    steps: stepsOf([
      ['adjustment', made.kind],
      ['takes back', made.kind === 'REVERSED' ? made.bookedAs : undefined],
      ['case', made.reason],
      ['decision', made.decision ?? undefined],
      ['booked from', made.fromPeriod],
      ['made at', made.madeAt],
    ]),
  };
}

/** Staff read decisions; whoever is a party is told why. */
async function loadAdjustment(transaction: Transaction, row: LineRow): Promise<AdjustmentRow> {
  const [made] = await rawSql(transaction)<AdjustmentRow[]>`
    select made.kind, coalesce(original.kind, made.kind) as "bookedAs", made.reason, made.from_period as "fromPeriod",
      made.created_at::text as "madeAt", coalesce(decision.reason, told.reason) as decision
    from adjustment made left join adjustment original on original.id = made.reverses_id
    left join conflict_deduction deduction on deduction.id = coalesce(original.deduction_id, made.deduction_id)
    left join conflict_decision decision on decision.id = deduction.decision_id
    left join conflict_case found on found.code = made.reason
    left join lateral case_outcomes(found.id) told on told.decision_id = deduction.decision_id
    where made.id = ${row.causeId}`;
  if (!made) throw new Error(`there is no adjustment ${row.causeId}`);
  return made;
}

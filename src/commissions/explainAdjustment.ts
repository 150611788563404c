import type { adjustmentKind } from '../adjustments/tables.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { LineRow } from './explainLoad.ts';
import { moneyText, type Story, stepsOf } from './explainText.ts';

// ADJUSTMENT lines: what a decision takes from an agent, or gives back (DOMAIN.md §8; docs/commission.md §10).

type Kind = (typeof adjustmentKind.enumValues)[number];

type AdjustmentRow = {
  readonly kind: Kind;
  /** What was booked first: of REVERSED what it takes back. */
  readonly bookedAs: Kind;
  /** The code of the case or dispute; of what was proposed by hand why. */
  readonly reason: string;
  readonly fromPeriod: string;
  readonly madeAt: string;
  /** Of the decision, where the reader may know it. */
  readonly decision: string | null;
  /** Where it was proposed by hand: the proposal's code. */
  readonly proposal: string | null;
  /** Where it settles a dispute: its code. */
  readonly dispute: string | null;
};

const words = {
  PENALTY: ['a penalty', '违规扣罚'],
  PRICE_DIFFERENCE: ['the difference to the floor price', '低于限价的差额扣款'],
  REVERSED: ['an adjustment', '调整'],
  CORRECTION: ['a correction', '更正'],
} as const;

/** @throws Error where the adjustment is not there: lines are never without their cause. */
export async function explainAdjustment(transaction: Transaction, row: LineRow): Promise<Story> {
  const made = await loadAdjustment(transaction, row);
  const amount = moneyText(row.amount, row.currency);
  const [sentenceEn, sentenceZh] = sentences(made, row, `${amount} ${row.currency}`);
  return {
    formula: `${amount} = ${amount}`,
    sentenceEn,
    sentenceZh,
    steps: stepsOf([
      ['adjustment', made.kind],
      ['takes back', made.kind === 'REVERSED' ? made.bookedAs : undefined],
      ['proposal', made.proposal ?? undefined],
      [made.dispute === null ? 'case' : 'dispute', made.proposal === null ? made.reason : undefined],
      ['reason', made.proposal === null ? undefined : made.reason],
      ['decision', made.decision ?? undefined],
      ['booked from', made.fromPeriod],
      ['made at', made.madeAt],
    ]),
  };
}

function sentences(made: AdjustmentRow, row: LineRow, money: string): readonly [string, string] {
  const [en, zh] = words[made.bookedAs];
  const [who, zhWho] = [`${row.agentName} (${row.agent})`, `${row.agentName}（${row.agent}）`];
  const because = made.decision === null ? '' : `: “${made.decision}”`;
  const zhBecause = made.decision === null ? '' : `：“${made.decision}”`;
  if (made.proposal !== null && made.kind === 'REVERSED') {
    return [
      `${money} of ${who} takes back ${en} by hand (${made.proposal}): “${made.reason}”.`,
      `${zhWho}人工冲回${zh}（${made.proposal}）${money}：“${made.reason}”。`,
    ];
  }
  if (made.proposal !== null) {
    return [
      `${money} of ${who} is ${en} by hand (${made.proposal}): “${made.reason}”.`,
      `${zhWho}人工${zh}（${made.proposal}）${money}：“${made.reason}”。`,
    ];
  }
  if (made.dispute !== null) {
    return [
      `${money} of ${who} settles the dispute ${made.dispute}${because}.`,
      `${zhWho}的申诉 ${made.dispute} 以 ${money} 结清${zhBecause}。`,
    ];
  }
  if (made.kind === 'REVERSED') {
    return [
      `${money} of ${who} takes back ${en} of ${made.reason}, which was booked before${because}.`,
      `${zhWho}${made.reason} 此前已记的${zh}予以冲回，金额 ${money}${zhBecause}。`,
    ];
  }
  return [
    `${money} of ${who} is ${en} by the decision of ${made.reason}${because}.`,
    `根据 ${made.reason} 的裁定，${zhWho}${zh} ${money}${zhBecause}。`,
  ];
}

/** Staff read decisions; whoever is a party is told why. */
async function loadAdjustment(transaction: Transaction, row: LineRow): Promise<AdjustmentRow> {
  const [made] = await rawSql(transaction)<AdjustmentRow[]>`
    select made.kind, coalesce(original.kind, made.kind) as "bookedAs", made.reason, made.from_period as "fromPeriod",
      made.created_at::text as "madeAt", coalesce(decision.reason, told.reason, dispute.decision) as decision,
      'AP-' || made.proposal_id as proposal, 'DP-' || made.dispute_id as dispute
    from adjustment made left join adjustment original on original.id = made.reverses_id
    left join conflict_deduction deduction on deduction.id = coalesce(original.deduction_id, made.deduction_id)
    left join conflict_decision decision on decision.id = deduction.decision_id
    left join dispute on dispute.id = made.dispute_id
    left join conflict_case found on deduction.id is not null and found.code = made.reason
    left join lateral case_outcomes(found.id) told on told.decision_id = deduction.decision_id
    where made.id = ${row.causeId}`;
  if (!made) throw new Error(`there is no adjustment ${row.causeId}`);
  return made;
}

import type { RateDefinition } from '../commissions/definitions.ts';
import { lostByRefunds, partsOf, shareParts } from '../commissions/engine/life.ts';
import { shiftDate } from '../commissions/engine/lifeDates.ts';
import { Decimal, type RoundingMode, roundMoney } from '../money.ts';

// What is left of a withheld part at a month's end (docs/commission.md §9): pure.

/** How the amounts of a rule are divided, and what takes them away. */
export type PartRule = {
  readonly definition: Pick<RateDefinition, 'instalments' | 'holdback' | 'onBill' | 'clawback' | 'reactivationDays'>;
  readonly digits: number;
  readonly rounding: RoundingMode;
};

/** Something that happened to the sale or its subscription by the month's end; nothing reversed. */
export type Fate = {
  readonly kind: 'CHURN' | 'REACTIVATION' | 'REFUND';
  /** Local. */
  readonly date: string;
  readonly amount: Decimal;
};

/** A part that was withheld and not paid out so far. */
export type WithheldPart = {
  readonly instalment: number;
  readonly withheld: Decimal;
  /** What was divided, net of caps; as later months corrected it; null where nothing happened to the sale. */
  readonly whole: Decimal | null;
  /** The local date of the sale, and its whole amount (of which refunds are a part). */
  readonly date: string;
  readonly originalAmount: Decimal;
  /** In order, after the sale. */
  readonly fates: readonly Fate[];
};

export type OpenPart = {
  readonly kind: 'INSTALMENT' | 'HOLDBACK';
  /** The month in which it falls due; ON_BILL: whenever a bill is paid. */
  readonly duePeriod: string;
  readonly amount: Decimal;
};

/** What is due whenever the subscription's next bill comes. */
export const onBill = 'ON_BILL';

/**
 * What the operator still owes of a withheld part at the end of a month, if nothing more happens (and a holdback's condition holds).
 * @returns undefined where nothing is: its day has passed without payment (it was forfeited, or its condition failed), the subscription is
 * churned, or refunds took all of it.
 */
export function openPart(part: WithheldPart, rule: PartRule, period: string): OpenPart | undefined {
  const due = partsOf(rule.definition)[part.instalment - 1]?.due;
  if (!due) return undefined;
  const kind = 'holdbackMonths' in due ? 'HOLDBACK' : 'INSTALMENT';
  const duePeriod = dueMonth(part.date, due);
  if (duePeriod !== onBill && duePeriod <= period) return undefined;
  if (isChurned(part.fates, rule.definition.reactivationDays) || wasPaidAtOnce(part, rule)) return undefined;
  const amount = leftAfterRefunds(part, rule);
  return amount.isZero() ? undefined : { kind, duePeriod, amount };
}

type Due = ReturnType<typeof partsOf>[number]['due'];

function dueMonth(date: string, due: Due): string {
  if ('paidBill' in due) return onBill;
  if ('days' in due) return shiftDate(date, { days: due.days }).slice(0, 7);
  const months = 'month' in due ? due.month : due.holdbackMonths;
  return shiftDate(`${date.slice(0, 7)}-01`, { months }).slice(0, 7);
}

/** §9.5, §9.6: a REACTIVATION comes in time or not at all, and a churned subscription cannot churn again. */
function isChurned(fates: readonly Fate[], reactivationDays: number | undefined): boolean {
  let churnedOn: string | undefined;
  for (const { kind, date } of fates) {
    if (kind === 'CHURN') churnedOn ??= date;
    if (kind !== 'REACTIVATION' || churnedOn === undefined || reactivationDays === undefined) continue;
    if (date < shiftDate(churnedOn, { days: reactivationDays })) churnedOn = undefined;
  }
  return churnedOn !== undefined;
}

/** Of a part that was paid in the month of the sale after a refund only what the refund cancelled is withheld, for good. */
function wasPaidAtOnce(
  { instalment, withheld, whole, fates }: WithheldPart,
  { definition, digits }: PartRule,
): boolean {
  if (whole === null || fates.length === 0) return false;
  const share = shareParts(whole, partsOf(definition), digits)[instalment - 1];
  return share !== undefined && withheld.abs().lt(share.abs());
}

/** §9.4: a_i − round( a_i · F ), of a negative part by its absolute value. */
function leftAfterRefunds({ withheld, date, originalAmount, fates }: WithheldPart, rule: PartRule): Decimal {
  const { clawback } = rule.definition;
  if (!clawback?.events.includes('REFUND')) return withheld;
  const end = shiftDate(date, 'months' in clawback ? { months: clawback.months } : { days: clawback.days });
  const felt = fates.filter((fate) => fate.kind === 'REFUND' && fate.date >= date && fate.date < end);
  if (felt.length === 0) return withheld;
  const refunded = felt.reduce((sum, { amount }) => sum.plus(amount), new Decimal(0));
  const lost = roundMoney(lostByRefunds(withheld.abs(), refunded, originalAmount), rule.digits, rule.rounding);
  const left = withheld.abs().minus(lost);
  return withheld.isNegative() ? left.negated() : left;
}

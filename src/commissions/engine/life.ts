import { Decimal, type RoundingMode, roundMoney, shareExactly } from '../../money.ts';
import type { Period } from '../../period.ts';
import type { Clawback, RateDefinition } from '../definitions.ts';
import { daysBetween, monthsBetween, nextPeriod, shiftDate } from './lifeDates.ts';

// The life of a commission line (docs/commission.md §9): in which parts it is paid, what of them is forfeited, cancelled or
// taken back, period by period. Everything follows from the line and what happened to its subscription and its event.

/** When a part falls due. A holdback's part is the only one that may be forfeited by a condition. */
type Due =
  | { readonly month: number }
  | { readonly days: number }
  | { readonly paidBill: number }
  | { readonly holdbackMonths: number };

export type PartTerms = { readonly weight: Decimal; readonly due: Due };

/** What a component's definition says about its lines after they were earned. */
export type LifeTerms = {
  /** Instalments in order, the holdback last; at least one part. */
  readonly parts: readonly PartTerms[];
  readonly onBill: boolean;
  readonly clawback: Clawback | undefined;
  readonly reactivationDays: number | undefined;
  readonly digits: number;
  readonly rounding: RoundingMode;
};

/** Something that happened to the line's subscription or event; `date` is local, `id` the event's. */
export type Happening = { readonly id: string; readonly date: string } & (
  | { readonly kind: 'CHURN' | 'REACTIVATION' | 'BILL' }
  | { readonly kind: 'REFUND'; readonly amount: Decimal }
  | { readonly kind: 'PAYMENT'; readonly billId: string }
);

export type LifeInput = {
  readonly terms: LifeTerms;
  /** A': what was earned, net of caps. */
  readonly amount: Decimal;
  /** The line's event: its local date, and its whole amount (of which refunds are a part). */
  readonly date: string;
  readonly originalAmount: Decimal;
  /** In order (DOMAIN.md §9.1), after the line's event, nothing reversed. */
  readonly happenings: readonly Happening[];
  readonly terminatedAtEndOf: (period: Period) => boolean;
  /** Whether the holdback's condition holds for the agent's metric of a period. */
  readonly conditionHolds: (period: Period) => boolean;
  /** The last period to book. */
  readonly until: Period;
};

type Released = { readonly instalment: number; readonly amount: Decimal };

/** What one period books for a line, and how it stands at the period's end. */
type LifePeriod = {
  readonly period: Period;
  /** Parts paid out in this period; in the line's own period they were never withheld. */
  readonly released: readonly Released[];
  /** Amounts of CLAWBACK lines, negative where money is taken back. */
  readonly clawbacks: readonly { readonly causeId: string; readonly amount: Decimal }[];
  /** What of A' is forfeited, cancelled or taken back. */
  readonly lost: Decimal;
  /** The last CHURN, REFUND or REACTIVATION of the period that the component's definition lets the line feel. */
  readonly lastCauseId: string | undefined;
};

export type Life = {
  /** By part: what was not paid out by the end of the line's own period. */
  readonly withheld: readonly Released[];
  /** From the line's own period to `until`. */
  readonly periods: readonly LifePeriod[];
};

const zero = new Decimal(0);
const hundred = new Decimal(100);

/** What a definition says about the life of its lines, in the plan version's currency and rounding. */
export function lifeTermsOf(
  definition: Pick<RateDefinition, 'instalments' | 'holdback' | 'clawback' | 'onBill' | 'reactivationDays'>,
  digits: number,
  rounding: RoundingMode,
): LifeTerms {
  return {
    parts: partsOf(definition),
    onBill: definition.onBill ?? false,
    clawback: definition.clawback,
    reactivationDays: definition.reactivationDays,
    digits,
    rounding,
  };
}

/** The parts of a component's amounts: instalments share what the holdback leaves (§9.1). */
export function partsOf(definition: Pick<RateDefinition, 'instalments' | 'holdback'>): PartTerms[] {
  const { holdback } = definition;
  const instalments = definition.instalments ?? [{ percent: '100', month: 0 }];
  const left = hundred.minus(holdback?.percent ?? 0);
  const parts = instalments.map((instalment): PartTerms => {
    const { percent, ...due } = instalment;
    return { weight: left.times(percent).div(hundred), due };
  });
  if (!holdback) return parts;
  return [...parts, { weight: new Decimal(holdback.percent), due: { holdbackMonths: holdback.months } }];
}

/** Shares an amount over its parts (DOMAIN.md §3.3), ties to the earlier one; a negative one by its absolute value. */
export function shareParts(amount: Decimal, parts: readonly PartTerms[], digits: number): Decimal[] {
  const takers = parts.map(({ weight }, index) => ({ code: String(index).padStart(6, '0'), weight }));
  const shares = shareExactly(amount.abs(), takers, digits);
  return amount.isNegative() ? shares.map((share) => share.negated()) : shares;
}

/**
 * Books a line's life up to the end of `until` (§9).
 * @throws Error where the amount is finer than its currency
 */
export function bookLife(input: LifeInput): Life {
  const state = begin(input);
  const own = input.date.slice(0, 7) as Period;
  const periods: LifePeriod[] = [];
  let withheld: Released[] = [];
  let next = 0;
  for (let period = own; period <= input.until; period = nextPeriod(period)) {
    state.released = [];
    state.clawbacks = [];
    let lastCauseId: string | undefined;
    for (; next < input.happenings.length; next += 1) {
      const happening = input.happenings[next];
      if (!happening || happening.date.slice(0, 7) > period) break;
      payWhatIsDueBy(state, happening.date);
      if (apply(state, happening)) lastCauseId = happening.id;
    }
    payWhatIsDueBy(state, `${period}-31`);
    endPeriod(state, period);
    if (period === own) withheld = unpaid(state);
    periods.push({ period, ...bookings(state), lastCauseId });
  }
  return { withheld, periods };
}

type Part = {
  readonly instalment: number;
  /** a_i, absolute. */
  readonly amount: Decimal;
  readonly due: Due;
  /** The local date, or the period at whose end, it falls due, where that is known from the start. */
  readonly dueDate: string | undefined;
  readonly duePeriod: string | undefined;
  isDue: boolean;
  /** Forfeited for good, by a condition that failed. */
  isVoid: boolean;
  paid: Decimal | undefined;
};

type State = {
  readonly input: LifeInput;
  readonly parts: readonly Part[];
  /** −1 for a negative whole, whose life is that of its absolute value. */
  readonly sign: 1 | -1;
  readonly clawbackEnd: string | undefined;
  readonly billIds: Set<string>;
  /** Undefined before the first REFUND: that of an event of amount 0 is of 0 and means all of it. */
  refunded: Decimal | undefined;
  /** Taken back by refunds, and net by churns. */
  backByRefunds: Decimal;
  backByChurns: Decimal;
  churn: { readonly date: string; readonly taken: Decimal } | undefined;
  released: Released[];
  clawbacks: { causeId: string; amount: Decimal }[];
};

function begin(input: LifeInput): State {
  const { terms, amount, date } = input;
  const own = date.slice(0, 7);
  const amounts = shareParts(amount.abs(), terms.parts, terms.digits);
  const parts = terms.parts.map(({ due }, index): Part => {
    const months = 'month' in due ? due.month : 'holdbackMonths' in due ? due.holdbackMonths : undefined;
    return {
      instalment: index + 1,
      amount: amounts[index] ?? zero,
      due,
      dueDate: 'days' in due ? shiftDate(date, { days: due.days }) : undefined,
      duePeriod: months === undefined ? undefined : shiftDate(`${own}-01`, { months }).slice(0, 7),
      isDue: false,
      isVoid: false,
      paid: undefined,
    };
  });
  const state: State = {
    input,
    parts,
    sign: amount.isNegative() ? -1 : 1,
    clawbackEnd: terms.clawback && shiftDate(date, terms.clawback),
    billIds: new Set(),
    refunded: undefined,
    backByRefunds: zero,
    backByChurns: zero,
    churn: undefined,
    released: [],
    clawbacks: [],
  };
  for (const part of parts) if ('month' in part.due && part.due.month === 0) fallDue(state, part);
  return state;
}

/** @returns whether it was a CHURN, REFUND or REACTIVATION that the line feels */
function apply(state: State, happening: Happening): boolean {
  const { onBill } = state.input.terms;
  if (happening.kind === 'CHURN') return churn(state, happening);
  if (happening.kind === 'REACTIVATION') return reactivate(state, happening);
  if (happening.kind === 'REFUND') return refund(state, happening);
  if (happening.kind === 'PAYMENT' && !onBill) countBill(state, happening.billId);
  if (happening.kind === 'BILL' && onBill) countBill(state, happening.id);
  return false;
}

/** §9.5: a churned line forfeits what is unpaid, as long as it is churned, and gives back of what is left of what was paid. */
function churn(state: State, { id, date }: Happening): boolean {
  if (state.churn) return false;
  const { clawback } = state.input.terms;
  const isTaken = clawback?.events.includes('CHURN') && isWithinClawback(state, date);
  const taken = clawback && isTaken ? unserved(state, clawback, date) : zero;
  state.churn = { date, taken };
  state.backByChurns = state.backByChurns.plus(taken);
  book(state, id, taken);
  return true;
}

/** FULL: all that is left; PRO_RATA: round( left · (n − served) / n ) by whole months or days from the line's date. */
function unserved(state: State, clawback: Clawback, date: string): Decimal {
  if (clawback.method === 'FULL') return left(state);
  const isMonths = 'months' in clawback;
  const whole = isMonths ? clawback.months : clawback.days;
  const served = isMonths ? monthsBetween(state.input.date, date) : daysBetween(state.input.date, date);
  return round(
    state,
    left(state)
      .times(whole - served)
      .div(whole),
  );
}

/** §9.6: what the CHURN took is booked back and its forfeited parts live again; those that fell due meanwhile are paid now. */
function reactivate(state: State, { id, date }: Happening): boolean {
  const { reactivationDays } = state.input.terms;
  const { churn } = state;
  if (!churn || reactivationDays === undefined || date >= shiftDate(churn.date, { days: reactivationDays }))
    return false;
  state.churn = undefined;
  state.backByChurns = state.backByChurns.minus(churn.taken);
  book(state, id, churn.taken.negated());
  for (const part of state.parts) if (part.isDue) pay(state, part);
  return true;
}

/** §9.4: unpaid parts shrink (see `worth`); of the paid ones comes back what the refunds so far leave them too much. */
function refund(state: State, { id, date, amount }: Extract<Happening, { kind: 'REFUND' }>): boolean {
  const { clawback } = state.input.terms;
  if (!clawback?.events.includes('REFUND') || !isWithinClawback(state, date)) return false;
  state.refunded = amount.plus(state.refunded ?? zero);
  const paid = state.parts.filter((part) => part.paid !== undefined);
  const whole = paid.reduce((sum, part) => sum.plus(part.amount), zero);
  const total = refundedShare(state, whole).minus(whole.minus(out(state)));
  const more = Decimal.min(Decimal.max(total.minus(state.backByRefunds), zero), left(state));
  state.backByRefunds = state.backByRefunds.plus(more);
  book(state, id, more);
  return true;
}

function countBill(state: State, billId: string): void {
  if (state.billIds.has(billId)) return;
  state.billIds.add(billId);
  for (const part of state.parts) {
    if ('paidBill' in part.due && part.due.paidBill === state.billIds.size) fallDue(state, part);
  }
}

/** Parts due so many days after the event fall due at local midnight, before anything of that date happens. */
function payWhatIsDueBy(state: State, date: string): void {
  for (const part of state.parts) {
    if (part.dueDate !== undefined && part.dueDate <= date && !part.isDue) fallDue(state, part);
  }
}

/** Month offsets and holdbacks fall due; of an agent who is TERMINATED then, everything that is not forfeited is paid. */
function endPeriod(state: State, period: Period): void {
  const { terminatedAtEndOf, conditionHolds } = state.input;
  const isTerminated = terminatedAtEndOf(period);
  for (const part of state.parts) {
    if (part.duePeriod === period) {
      const isSettled = part.paid !== undefined || (isTerminated && !state.churn);
      part.isVoid = 'holdbackMonths' in part.due && !isSettled && !conditionHolds(period);
      fallDue(state, part);
    }
    if (isTerminated) pay(state, part);
  }
}

function fallDue(state: State, part: Part): void {
  part.isDue = true;
  pay(state, part);
}

/** Pays what is left of a part, unless it was paid or is forfeited. */
function pay(state: State, part: Part): void {
  if (part.paid !== undefined || part.isVoid || state.churn) return;
  part.paid = worth(state, part);
  state.released.push({ instalment: part.instalment, amount: part.paid });
}

/** What is left of an unpaid part: a_i − round( a_i · F ). */
function worth(state: State, part: Part): Decimal {
  return part.amount.minus(refundedShare(state, part.amount));
}

/** round( amount · F ), F = refunds / original amount, 1 where that is 0. */
function refundedShare(state: State, amount: Decimal): Decimal {
  if (state.refunded === undefined) return zero;
  return round(state, lostByRefunds(amount, state.refunded, state.input.originalAmount));
}

/** amount · F before its rounding; never more than the amount. */
export function lostByRefunds(amount: Decimal, refunded: Decimal, originalAmount: Decimal): Decimal {
  return refunded.gte(originalAmount) ? amount : amount.times(refunded).div(originalAmount);
}

function out(state: State): Decimal {
  return state.parts.reduce((sum, part) => sum.plus(part.paid ?? zero), zero);
}

/** What was paid and did not come back. */
function left(state: State): Decimal {
  return out(state).minus(state.backByRefunds).minus(state.backByChurns);
}

function isWithinClawback({ input, clawbackEnd }: State, date: string): boolean {
  return clawbackEnd !== undefined && input.date <= date && date < clawbackEnd;
}

function round({ input }: State, amount: Decimal): Decimal {
  return roundMoney(amount, input.terms.digits, input.terms.rounding);
}

/** Notes what is taken back (negative: given back), as the amount of a CLAWBACK line. */
function book(state: State, causeId: string, taken: Decimal): void {
  if (!taken.isZero()) state.clawbacks.push({ causeId, amount: taken.negated().times(state.sign) });
}

function bookings(state: State): Pick<LifePeriod, 'released' | 'clawbacks' | 'lost'> {
  const expected = state.parts
    .filter((part) => part.paid === undefined && !part.isVoid && !state.churn)
    .reduce((sum, part) => sum.plus(worth(state, part)), left(state));
  return {
    released: state.released
      .filter(({ amount }) => !amount.isZero())
      .map(({ instalment, amount }) => ({ instalment, amount: amount.times(state.sign) })),
    clawbacks: state.clawbacks,
    lost: state.input.amount.minus(expected.times(state.sign)),
  };
}

function unpaid(state: State): Released[] {
  return state.parts
    .map(({ instalment, amount, paid }) => ({ instalment, amount: amount.minus(paid ?? zero).times(state.sign) }))
    .filter(({ amount }) => !amount.isZero());
}

/** What an OVERRIDE line has lost in total: round( own amount · lost / whole ) of its child line or lines (§9.8); of 0 nothing. */
export function followedLoss(
  own: Decimal,
  lost: Decimal,
  whole: Decimal,
  digits: number,
  rounding: RoundingMode,
): Decimal {
  return whole.isZero() ? zero : roundMoney(own.times(lost).div(whole), digits, rounding);
}

import { daysBetween, daysOf, shiftDays, shiftMonths, shiftPeriod } from './dates.ts';
import {
  add,
  compare,
  divide,
  type Fraction,
  fraction,
  multiply,
  ONE,
  roundToUnits,
  shareOut,
  subtract,
  sum,
  ZERO,
} from './fraction.ts';
import type { Clawback, EventComponent, Holdback, Instalment } from './historyModel.ts';
import { type Earning, type Item, itemOf } from './items.ts';
import { compareSales, isTerminatedAtEnd, type Known, metricOf, originalKey, type Sale } from './known.ts';

/*
 * What becomes of one EARNING after it was earned (docs/commission.md §9), told from its event on, one thing after another,
 * up to the end of a period. Amounts are minor units, and positive: a negative line is told mirrored.
 */

type Part = {
  number: number;
  units: bigint;
  due: { instalment?: Instalment; holdback?: Holdback };
  state: 'OPEN' | 'PAID' | 'CHURNED' | 'FAILED';
  paid: bigint;
  /** It fell due while it was forfeited; for a holdback whether its condition held then. */
  missed?: 'HELD' | 'FAILED';
};

/** How an EARNING stands at the end of a period. */
type Standing = { lost: bigint; cause?: Sale };
export type Life = { bookings: { period: string; item: Item }[]; standing: Map<string, Standing> };

type Telling = {
  known: Known;
  earning: Earning;
  sign: bigint;
  parts: Part[];
  refunded: Fraction;
  backByRefunds: bigint;
  backByChurn: bigint;
  churn?: Sale;
  bills: number;
  paidBills: Set<string>;
  period: string;
  cause?: Sale;
  bookings: Life['bookings'];
};

/** A' over the parts: instalments by their percents of what no holdback keeps, the holdback last (§9.1). */
function partsOf(definition: EventComponent, units: bigint): Part[] {
  const { holdback, instalments = [{ percent: '100', month: 0 }] } = definition;
  const kept = fraction(holdback?.percent ?? '0');
  const rest = subtract(fraction('100'), kept);
  const weighed: { weight: Fraction; due: Part['due'] }[] = instalments.map((instalment) => ({
    weight: divide(multiply(fraction(instalment.percent), rest), fraction('100')),
    due: { instalment },
  }));
  if (holdback) weighed.push({ weight: kept, due: { holdback } });
  const rows = weighed.map(({ weight }, index) => ({ code: String(index).padStart(4, '0'), weight }));
  const shares = shareOut(
    units,
    rows.filter(({ weight }) => compare(weight, ZERO) > 0),
  );
  return weighed.map(({ due }, index) => {
    const share = shares.find(({ code }) => Number(code) === index);
    return { number: index + 1, units: share?.units ?? 0n, due, state: 'OPEN', paid: 0n };
  });
}

function rounded(telling: Telling, units: Fraction): bigint {
  return roundToUnits(units, 0, telling.earning.version.rounding);
}

function unitsTimes(units: bigint, by: Fraction): Fraction {
  return multiply({ numerator: units, denominator: 1n }, by);
}

/** What refunds so far cancel of a part that is not paid. */
function cancelled(telling: Telling, part: Part): bigint {
  return rounded(telling, unitsTimes(part.units, telling.refunded));
}

function outOf(telling: Telling): bigint {
  return telling.parts.reduce((total, part) => total + part.paid, 0n);
}

function book(telling: Telling, given: Pick<Item, 'kind' | 'units'> & Partial<Item>): void {
  if (given.units === 0n) return;
  const item = itemOf(telling.earning, { ...given, units: telling.sign * given.units });
  telling.bookings.push({ period: telling.period, item });
}

function pay(telling: Telling, part: Part): void {
  part.state = 'PAID';
  part.paid = part.units - cancelled(telling, part);
  if (telling.period === telling.earning.credit.sale.period) return;
  book(telling, { kind: 'RELEASE', units: part.paid, instalment: part.number });
}

function conditionHolds(telling: Telling, { condition }: Holdback): boolean {
  if (!condition) return true;
  const value = metricOf(telling.known, telling.earning.agent, condition.metric, telling.period);
  if (value === undefined) return false;
  if (condition.atLeast !== undefined && compare(value, fraction(condition.atLeast)) < 0) return false;
  return condition.below === undefined || compare(value, fraction(condition.below)) < 0;
}

/** A part's due instant has come. */
function fallDue(telling: Telling, part: Part): void {
  const holds = part.due.holdback === undefined || conditionHolds(telling, part.due.holdback);
  if (part.state === 'CHURNED') part.missed = holds ? 'HELD' : 'FAILED';
  if (part.state !== 'OPEN') return;
  if (holds) pay(telling, part);
  else part.state = 'FAILED';
}

/** Parts that fall due at local midnight of a date up to the given one (§9.2, days). */
function fallDueByDate(telling: Telling, date: string): void {
  for (const part of telling.parts) {
    const days = part.due.instalment?.days;
    if (days === undefined || part.missed || part.state === 'PAID') continue;
    if (shiftDays(telling.earning.credit.sale.date, days) <= date) fallDue(telling, part);
  }
}

/** Whether a CHURN or REFUND on the date is within the clawback's window [event's date, + n). */
function isWithinWindow(telling: Telling, { months, days }: Clawback, date: string): boolean {
  const start = telling.earning.credit.sale.date;
  const end = months !== undefined ? shiftMonths(start, months) : shiftDays(start, days ?? 0);
  return date >= start && date < end;
}

/** Whole months or days served of how many, as the part that is not served. */
function unserved(telling: Telling, { months, days }: Clawback, date: string): Fraction {
  const start = telling.earning.credit.sale.date;
  const all = months ?? days ?? 1;
  let served = 0;
  if (months === undefined) served = daysBetween(start, date);
  else while (shiftMonths(start, served + 1) <= date) served++;
  return divide(fraction(String(all - served)), fraction(String(all)));
}

function takeRefund(telling: Telling, sale: Sale): void {
  const { clawback } = telling.earning.definition;
  if (!clawback?.events.includes('REFUND') || !isWithinWindow(telling, clawback, sale.date)) return;
  const original = fraction(telling.earning.credit.sale.event.amount);
  telling.refunded =
    compare(original, ZERO) === 0 ? ONE : add(telling.refunded, divide(fraction(sale.event.amount), original));
  telling.cause = sale;
  const out = outOf(telling);
  const whole = telling.parts.filter((part) => part.state === 'PAID').reduce((total, part) => total + part.units, 0n);
  const asked = rounded(telling, unitsTimes(whole, telling.refunded)) - (whole - out);
  const left = out - telling.backByChurn;
  const capped = asked < left ? asked : left;
  const total = capped > telling.backByRefunds ? capped : telling.backByRefunds;
  book(telling, {
    kind: 'CLAWBACK',
    units: telling.backByRefunds - total,
    cause: sale.key,
    original: telling.earning.cause,
  });
  telling.backByRefunds = total;
}

function takeChurn(telling: Telling, sale: Sale): void {
  if (telling.churn) return;
  telling.churn = sale;
  telling.cause = sale;
  for (const part of telling.parts) {
    if (part.state === 'OPEN') part.state = 'CHURNED';
  }
  const { clawback } = telling.earning.definition;
  if (!clawback?.events.includes('CHURN') || !isWithinWindow(telling, clawback, sale.date)) return;
  const left = outOf(telling) - telling.backByRefunds;
  const taken =
    clawback.method === 'FULL' ? left : rounded(telling, unitsTimes(left, unserved(telling, clawback, sale.date)));
  book(telling, { kind: 'CLAWBACK', units: -taken, cause: sale.key, original: telling.earning.cause });
  telling.backByChurn = taken;
}

function takeReactivation(telling: Telling, sale: Sale): void {
  const { reactivationDays } = telling.earning.definition;
  if (!telling.churn || reactivationDays === undefined) return;
  if (sale.date >= shiftDays(telling.churn.date, reactivationDays)) return;
  telling.churn = undefined;
  telling.cause = sale;
  book(telling, {
    kind: 'CLAWBACK',
    units: telling.backByChurn,
    cause: sale.key,
    original: telling.earning.cause,
  });
  telling.backByChurn = 0n;
  for (const part of telling.parts) {
    if (part.state !== 'CHURNED') continue;
    part.state = part.missed === 'FAILED' ? 'FAILED' : 'OPEN';
    if (part.missed === 'HELD') pay(telling, part);
  }
}

/** The n-th bill billed or paid lets the parts fall due that wait for it. */
function countBill(telling: Telling): void {
  telling.bills++;
  for (const part of telling.parts) {
    if (part.due.instalment?.paidBill === telling.bills) fallDue(telling, part);
  }
}

function takePayment(telling: Telling, sale: Sale): void {
  const billKey = originalKey(sale.event);
  const bill = billKey === undefined ? undefined : telling.known.byKey.get(billKey);
  if (bill?.event.type !== 'BILL' || telling.known.reversed.has(bill.key) || telling.paidBills.has(bill.key)) return;
  telling.paidBills.add(bill.key);
  countBill(telling);
}

/** One event of the subscription or of the sale itself; the sale's own event comes first of all. */
function happen(telling: Telling, sale: Sale): void {
  fallDueByDate(telling, sale.date);
  const { earning } = telling;
  const isOwn = sale.key === earning.cause;
  const { type } = sale.event;
  if (isOwn) {
    for (const part of telling.parts) {
      if (!part.due.holdback && part.due.instalment?.month === 0) fallDue(telling, part);
    }
  }
  if (type === 'REFUND' && originalKey(sale.event) === earning.cause) takeRefund(telling, sale);
  if (type === 'CHURN' && !isOwn) takeChurn(telling, sale);
  if (type === 'REACTIVATION' && !isOwn) takeReactivation(telling, sale);
  if (type === 'PAYMENT' && earning.definition.onBill !== true) takePayment(telling, sale);
  if (type === 'BILL' && earning.definition.onBill === true && !isOwn) countBill(telling);
}

/** What a period's end brings: a final settlement, or the parts due then; and what stays back in the sale's own period. */
function endPeriod(telling: Telling, monthsSince: number): void {
  const { earning, parts, period } = telling;
  fallDueByDate(telling, daysOf(period).last);
  if (isTerminatedAtEnd(earning.credit.agent, period)) {
    for (const part of parts) if (part.state === 'OPEN') pay(telling, part);
  }
  for (const part of parts) {
    const month = part.due.holdback?.months ?? part.due.instalment?.month;
    if (month === monthsSince && !(month === 0 && part.due.instalment)) fallDue(telling, part);
  }
  if (monthsSince !== 0) return;
  for (const part of parts) {
    book(telling, { kind: 'WITHHOLDING', units: part.paid - part.units, instalment: part.number });
  }
}

function lostUnits(telling: Telling): bigint {
  const ofParts = telling.parts.map((part) => {
    if (part.state === 'PAID') return part.units - part.paid;
    return part.state === 'OPEN' ? cancelled(telling, part) : part.units;
  });
  return ofParts.reduce((total, each) => total + each, telling.backByRefunds + telling.backByChurn);
}

/** Everything that concerns the sale from its own event on, in order. */
function happeningsOf(known: Known, own: Sale): Sale[] {
  const { subscription } = own.event;
  const ofSubscription = subscription === undefined ? [] : (known.bySubscription.get(subscription) ?? []);
  const refunds = (known.refunds.get(own.key) ?? []).filter((sale) => !ofSubscription.includes(sale));
  const later = [...ofSubscription, ...refunds].filter((sale) => compareSales(sale, own) > 0);
  return [own, ...later.sort(compareSales)];
}

/** The life of an EARNING to the end of the last period, with its bookings and how much of it is lost when. */
export function lifeOf(known: Known, earning: Earning, last: string): Life {
  const net = earning.units - earning.cut;
  const sign = net < 0n ? -1n : 1n;
  const own = earning.credit.sale;
  const telling: Telling = {
    known,
    earning,
    sign,
    parts: net === 0n ? [] : partsOf(earning.definition, sign * net),
    refunded: ZERO,
    backByRefunds: 0n,
    backByChurn: 0n,
    bills: 0,
    paidBills: new Set(),
    period: own.period,
    bookings: [],
  };
  const standing = new Map<string, Standing>();
  const happenings = happeningsOf(known, own);
  for (let months = 0; shiftPeriod(own.period, months) <= last; months++) {
    telling.period = shiftPeriod(own.period, months);
    telling.cause = undefined;
    for (const sale of happenings) if (sale.period === telling.period) happen(telling, sale);
    endPeriod(telling, months);
    standing.set(telling.period, { lost: sign * lostUnits(telling), cause: telling.cause });
  }
  return { bookings: telling.bookings, standing };
}

/** Σ refunds / original amount by the end of a period, for a credit with no earnings of its own. */
export function refundedBy(known: Known, own: Sale, period: string): { part: Fraction; cause?: Sale } {
  const refunds = (known.refunds.get(own.key) ?? []).filter((sale) => sale.period <= period);
  const original = fraction(own.event.amount);
  if (refunds.length === 0) return { part: ZERO };
  const total = sum(refunds.map((sale) => fraction(sale.event.amount)));
  const part = compare(original, ZERO) === 0 ? ONE : divide(total, original);
  return { part, cause: refunds.filter((sale) => sale.period === period).at(-1) };
}

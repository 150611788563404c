import { rawSql, type Transaction } from '../db/client.ts';
import { localDate, localMidnight, nextDate } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';

/** When a deal is protected: at instants of [from, until) exactly. */
export type Protection = {
  readonly from: string;
  readonly until: string;
  /** The first local day on which it is protected no more. */
  readonly untilDay: string;
};

/** The protection that begins now: until local midnight of today + so many days. */
export async function protectionFrom(transaction: Transaction, now: Date, days: number): Promise<Protection> {
  const from = now.toISOString();
  const [end] = await rawSql(transaction)<Omit<Protection, 'from'>[]>`
    select ending as until, (ending at time zone operator.time_zone)::date::text as "untilDay"
    from operator, protection_end(${from}, ${days}) ending`;
  if (!end) throw new Error('There is no operator');
  return { from, ...end };
}

/** A protection that is extended by so many days. */
export async function extendedProtection(
  transaction: Transaction,
  { from, untilDay: before }: Pick<Protection, 'from' | 'untilDay'>,
  days: number,
): Promise<Protection> {
  const [end] = await rawSql(transaction)<Omit<Protection, 'from'>[]>`
    select ending as until, (${before}::date + ${days}::integer)::text as "untilDay"
    from operator, protection_end(${before}::date::timestamp at time zone time_zone, ${days}) ending`;
  if (!end) throw new Error('There is no operator');
  return { from, ...end };
}

/**
 * A protection that ends at this very instant. One that began later, because whoever ends it waited for another to be done with the customer,
 * ends as it begins.
 */
export async function endedProtection(transaction: Transaction, from: string, now: Date): Promise<Protection> {
  const { timeZone } = await loadOperator(transaction);
  const until = new Date(Math.max(now.getTime(), new Date(from).getTime()));
  const day = localDate(until, timeZone);
  const isMidnight = until.getTime() === new Date(localMidnight(day, timeZone)).getTime();
  return { from, until: until.toISOString(), untilDay: isMidnight ? day : nextDate(day) };
}

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
  const { timeZone } = await loadOperator(transaction);
  const [end] = await rawSql(transaction)<
    { untilDay: string }[]
  >`select (${before}::date + ${days}::integer)::text as "untilDay"`;
  if (!end) throw new Error('There is no such day');
  return { from, until: localMidnight(end.untilDay, timeZone), untilDay: end.untilDay };
}

/** A protection that ends at this very instant. */
export async function endedProtection(transaction: Transaction, from: string, now: Date): Promise<Protection> {
  const { timeZone } = await loadOperator(transaction);
  const today = localDate(now, timeZone);
  const isMidnight = now.getTime() === new Date(localMidnight(today, timeZone)).getTime();
  return { from, until: now.toISOString(), untilDay: isMidnight ? today : nextDate(today) };
}

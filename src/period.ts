import { Temporal } from 'temporal-polyfill';

/** A calendar month `YYYY-MM` in the operator's time zone (DOMAIN.md §3.4). */
export type Period = string & { readonly brand: 'Period' };

const periodPattern = /^\d{4}-(0[1-9]|1[0-2])$/;

/** @returns the text as a period, or undefined where it is not `YYYY-MM`. */
export function parsePeriod(text: string): Period | undefined {
  return periodPattern.test(text) ? (text as Period) : undefined;
}

/** The period's first local date, `YYYY-MM-01`. */
export function firstDate(period: Period): string {
  return `${period}-01`;
}

/** The local date after the period's last one: periods are half open. */
export function endDate(period: Period): string {
  return firstDate(nextPeriod(period));
}

/** The period's last local date. */
export function lastDate(period: Period): string {
  return Temporal.PlainDate.from(endDate(period)).subtract({ days: 1 }).toString();
}

export function nextPeriod(period: Period): Period {
  return shiftPeriod(period, 1);
}

export function previousPeriod(period: Period): Period {
  return shiftPeriod(period, -1);
}

/** The period `months` later (earlier when negative). */
export function shiftPeriod(period: Period, months: number): Period {
  return Temporal.PlainYearMonth.from(period).add({ months }).toString() as Period;
}

/** All periods from `from` to `to`, both included; empty where `to` is before `from`. */
export function periodsBetween(from: Period, to: Period): Period[] {
  const periods: Period[] = [];
  for (let period = from; period <= to; period = nextPeriod(period)) periods.push(period);
  return periods;
}

/** The instant (ISO, UTC) of local midnight that begins `date` (`YYYY-MM-DD`) in `timeZone`: where dated facts change. */
export function localMidnight(date: string, timeZone: string): string {
  return Temporal.PlainDate.from(date).toZonedDateTime(timeZone).toInstant().toString();
}

/** The period in which `instant` (ISO with offset, or a Date) lies for an operator in `timeZone`. */
export function periodOf(instant: string | Date, timeZone: string): Period {
  return localDate(instant, timeZone).slice(0, 7) as Period;
}

/** The local date `YYYY-MM-DD` of `instant` in `timeZone`. */
export function localDate(instant: string | Date, timeZone: string): string {
  const text = typeof instant === 'string' ? instant : instant.toISOString();
  return Temporal.Instant.from(text).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** The local minute `YYYY-MM-DD HH:MM` of `instant` in `timeZone`, for people. */
export function localMinute(instant: string, timeZone: string): string {
  return Temporal.Instant.from(instant)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
    .replace('T', ' ');
}

/** The local date `days` after `date`. */
export function shiftDate(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** The local date after `date`. */
export function nextDate(date: string): string {
  return Temporal.PlainDate.from(date).add({ days: 1 }).toString();
}

/** The instant at which `period` is over in `timeZone`, as a Date. */
export function periodEnd(period: Period, timeZone: string): Date {
  return new Date(localMidnight(endDate(period), timeZone));
}

/** @returns whether `timeZone` is an IANA zone this system knows. */
export function isTimeZone(timeZone: string): boolean {
  try {
    Temporal.Now.plainDateISO(timeZone);
    return true;
  } catch {
    return false;
  }
}

/** @returns whether `text` is a real calendar date `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text, { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}

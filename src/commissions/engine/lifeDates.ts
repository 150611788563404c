import type { Period } from '../../period.ts';

// Local dates as lives of lines count them (DOMAIN.md §9.1).

type Span = { readonly months: number } | { readonly days: number };

/**
 * A local date so many days or months later; months end at the month's end (DOMAIN.md §9.1). Plain arithmetic: it is done for
 * hundreds of thousands of lines.
 */
export function shiftDate(date: string, span: Span): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  if ('days' in span) return isoDate(year, month - 1, day + span.days);
  const lastDay = new Date(Date.UTC(year, month + span.months, 0)).getUTCDate();
  return isoDate(year, month - 1 + span.months, Math.min(day, lastDay));
}

function isoDate(year: number, monthIndex: number, day: number): string {
  return new Date(Date.UTC(year, monthIndex, day)).toISOString().slice(0, 10);
}

/** The period after another. */
export function nextPeriod(period: Period): Period {
  return shiftDate(`${period}-01`, { months: 1 }).slice(0, 7) as Period;
}

/** Whole months from one date to a later one: the most that, added to the first, do not pass the second. */
export function monthsBetween(from: string, to: string): number {
  const months =
    (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5, 7)) - Number(from.slice(5, 7));
  return shiftDate(from, { months }) <= to ? months : months - 1;
}

/** Days from one date to a later one. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000;
}

const formatters = new Map<string, Intl.DateTimeFormat>();
const knownDates = new Map<string, string>();
const knownInstants = new Map<string, bigint>();
const knownDays = new Map<string, string[]>();

/** The calendar date 'YYYY-MM-DD' of an instant in a time zone. */
export function localDate(instant: string, timeZone: string): string {
  const key = `${instant} ${timeZone}`;
  const known = knownDates.get(key);
  if (known !== undefined) return known;
  if (!/T.*(Z|[+-]\d\d:\d\d)$/.test(instant)) throw new Error(`no offset: ${instant}`);
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formatters.set(timeZone, formatter);
  }
  const parts = new Map(formatter.formatToParts(new Date(instant)).map((part) => [part.type, part.value]));
  const date = `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
  knownDates.set(key, date);
  return date;
}

/** Microseconds since 1970, so that instants order exactly. */
export function microseconds(instant: string): bigint {
  const known = knownInstants.get(instant);
  if (known !== undefined) return known;
  const [, fractional = ''] = /\.(\d+)/.exec(instant) ?? [];
  const seconds = BigInt(Date.parse(instant.replace(/\.\d+/, ''))) * 1000n;
  const exact = seconds + BigInt(fractional.slice(0, 6).padEnd(6, '0'));
  knownInstants.set(instant, exact);
  return exact;
}

export function shiftDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000;
}

/** The period so many months after one. */
export function shiftPeriod(period: string, months: number): string {
  const index = monthIndex(period) + months;
  return `${String(Math.floor(index / 12)).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}`;
}

/** Months since year 0 of a period or a date. */
export function monthIndex(periodOrDate: string): number {
  return Number(periodOrDate.slice(0, 4)) * 12 + Number(periodOrDate.slice(5, 7)) - 1;
}

/** The same day so many months later, clamped to the month's end (DOMAIN.md §9.1). */
export function shiftMonths(date: string, months: number): string {
  const period = shiftPeriod(date, months);
  const { last } = daysOf(period);
  const same = `${period}-${date.slice(8)}`;
  return same < last ? same : last;
}

/** First and last day of a period 'YYYY-MM'. */
export function daysOf(period: string): { first: string; last: string } {
  return { first: `${period}-01`, last: shiftDays(`${shiftPeriod(period, 1)}-01`, -1) };
}

/** All days of a period, in order. */
export function eachDay(period: string): readonly string[] {
  const known = knownDays.get(period);
  if (known) return known;
  const { first, last } = daysOf(period);
  const days: string[] = [];
  for (let day = first; day <= last; day = shiftDays(day, 1)) days.push(day);
  knownDays.set(period, days);
  return days;
}

export function quarterOf(period: string): string {
  return `${period.slice(0, 4)}-Q${Math.ceil(Number(period.slice(5, 7)) / 3)}`;
}

/** The months from the start of a window (MONTH, QUARTER, YEAR) to the period, the period last. */
export function monthsToDate(period: string, window: 'MONTH' | 'QUARTER' | 'YEAR'): string[] {
  const month = Number(period.slice(5, 7)) - 1;
  const before = window === 'MONTH' ? 0 : window === 'QUARTER' ? month % 3 : month;
  return Array.from({ length: before + 1 }, (_, index) => shiftPeriod(period, index - before));
}

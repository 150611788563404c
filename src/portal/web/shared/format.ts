// How values look. Amounts are texts from end to end: Intl formats decimal texts exactly, a number would round them.

type Exact = Intl.StringNumericLiteral;

const exact = (value: string) => value as Exact;

/**
 * An amount of money in the currency's own digits; more where it has more.
 * @param value a decimal text
 * @param own the operator's currency: that alone has its short sign, which several currencies share; others have their codes
 */
export function formatAmount(value: string, currency: string, language: string, own?: string): string {
  const digits = fractionDigits(value);
  const usual =
    new Intl.NumberFormat(language, { style: 'currency', currency }).resolvedOptions().minimumFractionDigits ?? 2;
  const most = Math.max(usual, digits);
  return new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    currencyDisplay: currency === own ? 'narrowSymbol' : 'code',
    minimumFractionDigits: usual,
    maximumFractionDigits: most,
  }).format(exact(value));
}

/** A number that is no money, with all its digits. @param value a decimal text, or a count */
export function formatNumber(value: string | number, language: string): string {
  if (typeof value === 'number') return new Intl.NumberFormat(language).format(value);
  return new Intl.NumberFormat(language, { maximumFractionDigits: fractionDigits(value) }).format(exact(value));
}

/** Digits after the point that say something. */
const fractionDigits = (value: string) => (/\.(\d*?)0*$/.exec(value)?.[1] ?? '').length;

/** A local day. @param date YYYY-MM-DD */
export const formatDate = (date: string, language: string) =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`));

/** A month. @param period YYYY-MM */
export const formatPeriod = (period: string, language: string) =>
  new Intl.DateTimeFormat(language, { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(
    new Date(`${period}-01T00:00:00Z`),
  );

/** A moment, in the operator's zone. @param instant ISO 8601 */
export const formatInstant = (instant: string, language: string, timeZone: string) =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(new Date(instant));

/** The month of a moment in the operator's zone, as YYYY-MM. */
export const periodOf = (instant: Date, timeZone: string) =>
  new Intl.DateTimeFormat('sv-SE', { year: 'numeric', month: '2-digit', timeZone }).format(instant);

/** The day of a moment in the operator's zone, as YYYY-MM-DD. */
export const dateOf = (instant: Date, timeZone: string) =>
  new Intl.DateTimeFormat('sv-SE', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone }).format(instant);

/** When a local day begins. @param date YYYY-MM-DD @returns ISO 8601 */
export function startOfDay(date: string, timeZone: string): string {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  const guess = midnight - clockAhead(midnight, timeZone);
  // Again: the guess may lie on the other side of a change of the clocks.
  return new Date(midnight - clockAhead(guess, timeZone)).toISOString();
}

/** When a local day is over. @param date YYYY-MM-DD @returns ISO 8601 */
export const endOfDay = (date: string, timeZone: string) => startOfDay(dayBeside(date, 1), timeZone);

/**
 * A day some days after another, or before it. People name the last day on which something holds, the API the first one on which it no
 * longer does. @param date YYYY-MM-DD
 */
export const dayBeside = (date: string, days: number) =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** How much later than UTC the zone's clocks show at a moment, in milliseconds. */
function clockAhead(milliseconds: number, timeZone: string): number {
  const shown = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone }).format(
    milliseconds,
  );
  return Date.parse(`${shown.replace(' ', 'T')}Z`) - milliseconds;
}

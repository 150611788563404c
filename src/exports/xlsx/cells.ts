import { Temporal } from 'temporal-polyfill';
import { minorUnitDigits } from '../../money.ts';

// Cells of a worksheet as SpreadsheetML. Text stands in them as text: whatever it begins with, nothing is a formula.

/** How a cell looks: the positions of the formats in the workbook's style sheet (parts.ts writes them in this order). */
export const styles = {
  plain: 0,
  header: 1,
  title: 2,
  amount0: 3,
  amount2: 4,
  amount3: 5,
  instant: 6,
} as const;

const amountStyles: Readonly<Record<number, number>> = { 0: styles.amount0, 2: styles.amount2, 3: styles.amount3 };

/** What Excel keeps of a text. */
export const longestText = 32_767;
/** Of longer numbers a spreadsheet would forget digits. */
const exactDigits = 15;

// What XML cannot hold: control characters but tab, LF and CR, and the two that are no characters.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unfit = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;
const special = /[&<>\r]|_(?=x[0-9A-Fa-f]{4}_)/g;
const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#13;',
  // a reader takes `_x0041_` for an A
  _: '_x005F_',
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const plain = /^[^&<>_\u0000-\u001F\uFFFE\uFFFF]*$/;

/** The text as XML reads it back; characters that XML cannot hold become U+FFFD. */
export function xmlText(text: string): string {
  if (plain.test(text)) return text;
  return text.replace(unfit, '\uFFFD').replace(special, (found) => escapes[found] ?? found);
}

/** The text as far as a cell can hold it, with an ellipsis where it was cut; no character is cut in two. */
export function fittingText(text: string): string {
  if (text.length <= longestText) return text;
  const end = longestText - 1;
  const isInTwo = /[\uD800-\uDBFF]/.test(text.charAt(end - 1));
  return `${text.slice(0, isInTwo ? end - 1 : end)}…`;
}

/** A cell with text. `at` is its place, as in B7. */
export function textCell(at: string, text: string, style: number = styles.plain): string {
  const isSpaced = text !== text.trim() || /\s\s|[\n\r\t]/.test(text);
  const space = isSpaced ? ' xml:space="preserve"' : '';
  const styled = style === styles.plain ? '' : ` s="${style}"`;
  return `<c r="${at}"${styled} t="inlineStr"><is><t${space}>${xmlText(text)}</t></is></c>`;
}

/** Whether a spreadsheet keeps every digit of a plain decimal. */
export function isExactNumber(text: string): boolean {
  if (text.length <= exactDigits) return true;
  const digits = text.replace(/^-?0*\.?0*/, '').replace('.', '');
  return digits.replace(/0+$/, '').length <= exactDigits;
}

/** A cell with a number: the decimal digits themselves, so that nothing is rounded on the way. */
export function numberCell(at: string, number: string, style: number = styles.plain): string {
  return style === styles.plain
    ? `<c r="${at}"><v>${number}</v></c>`
    : `<c r="${at}" s="${style}"><v>${number}</v></c>`;
}

/** The format of an amount: all decimals of its currency; none of its own where the amount is finer than that. */
export function amountStyle(amount: string, currency: string): number {
  const digits = minorUnitDigits[currency] ?? 2;
  const point = amount.indexOf('.');
  const decimals = point < 0 ? 0 : amount.slice(point + 1).replace(/0+$/, '').length;
  return decimals > digits ? styles.plain : (amountStyles[digits] ?? styles.plain);
}

const instantForm = /^(\d{4}-\d\d-\d\d) (\d\d):(\d\d):(\d\d)(?:\.\d+)?\+00$/;
const secondsPerDay = 86_400;
/** 1970-01-01 in days of spreadsheets. */
const epochDay = 25_569;

/**
 * Makes the reader of instants as PostgreSQL writes them in UTC (`2026-10-10 02:00:00.25+00`): the local date and time in the zone, as
 * the number of days by which spreadsheets count them, to the second; undefined for any other text.
 */
export function serialInstants(timeZone: string): (text: string) => string | undefined {
  const offsets = new Map<string, number>();
  const offsetSeconds = (quarterHour: string) => {
    const known = offsets.get(quarterHour);
    if (known !== undefined) return known;
    const found = Temporal.Instant.from(`${quarterHour}Z`).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e9;
    offsets.set(quarterHour, found);
    return found;
  };
  return (text) => {
    const parts = instantForm.exec(text);
    if (!parts) return undefined;
    const [, date = '', hour = '', minute = '', second = ''] = parts;
    const utcSeconds = Date.parse(`${date}T${hour}:${minute}:${second}Z`) / 1000;
    // zones change their offset on quarters of an hour
    const quarter = String(Math.floor(Number(minute) / 15) * 15).padStart(2, '0');
    const localSeconds = utcSeconds + offsetSeconds(`${date}T${hour}:${quarter}:00`);
    return (epochDay + localSeconds / secondsPerDay).toFixed(10);
  };
}

/** Column 0 → A, 25 → Z, 26 → AA. */
export function columnName(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : columnName(Math.floor(index / 26) - 1) + last;
}

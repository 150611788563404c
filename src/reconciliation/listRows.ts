import type { ErrorCode } from '../errors.ts';
import { isDate } from '../period.ts';
import type { FileColumns } from '../sales/columns.ts';
import type { SourceRow } from '../sales/file.ts';
import type { Fault } from '../sales/rows.ts';
import { quote, readNumber } from '../sales/values.ts';

// Reads the texts of a row of an agent's own list of sales.

/** A sale as the agent knows it, all as text, as the cells of its list have it. */
export type ListedSale = {
  readonly externalId?: string | null | undefined;
  readonly source?: string | null | undefined;
  readonly subscription?: string | null | undefined;
  readonly product?: string | null | undefined;
  readonly soldOn?: string | null | undefined;
  readonly amount?: string | null | undefined;
};

/** The columns of a list; each may be missing, but a row needs an external id or a subscription. */
export const listColumns: FileColumns = {
  names: ['external_id', 'source', 'subscription', 'product', 'sold_on', 'amount'],
  required: [],
};

/** The values of a sale of the API in the order of the file's columns. */
export function listedValues({ externalId, source, subscription, product, soldOn, amount }: ListedSale): string[] {
  return [externalId ?? '', source ?? '', subscription ?? '', product ?? '', soldOn ?? '', amount ?? ''];
}

/** A row that may be compared, in the order of the staging table's columns behind its number. */
export type ListedRow = {
  readonly externalId: string | null;
  readonly source: string | null;
  readonly subscriptionId: string | null;
  readonly productCode: string | null;
  readonly soldOn: string | null;
  readonly expected: string | null;
};

const longestText = 200;

/** @param digits the decimals of the statement's currency. @returns the row, or every fault of it. */
export function readListedRow(
  { values, fault }: SourceRow,
  digits: number,
): ListedRow | { readonly faults: readonly Fault[] } {
  if (fault) return { faults: [fault] };
  const faults: Fault[] = [];
  const [externalId = null, source = null, subscriptionId = null, productCode = null, soldOn = null, amount = null] =
    values.map((value) => value.trim() || null);
  const refuse = (column: string | null, code: ErrorCode, message: string) => faults.push({ column, code, message });
  for (const [index, text] of [externalId, source, subscriptionId, productCode].entries()) {
    const column = listColumns.names[index] ?? null;
    if (text !== null && text.length > longestText)
      refuse(column, 'VALUE_TOO_LONG', `${column} has at most ${longestText} characters.`);
    if (text?.includes('\0')) refuse(column, 'VALUE_INVALID', `${column} has a control character.`);
  }
  if (externalId === null && subscriptionId === null)
    refuse('external_id', 'VALUE_MISSING', 'The row names neither an external_id nor a subscription.');
  if (soldOn !== null && !isDate(soldOn))
    refuse('sold_on', 'VALUE_INVALID', `${quote(soldOn)} is no date: YYYY-MM-DD.`);
  const expected = amount === null ? null : readNumber(amount);
  if (expected === undefined || (expected?.split('.')[1]?.length ?? 0) > digits) {
    const message = `${quote(amount ?? '')} is no amount of commission: a plain number with at most ${digits} decimals.`;
    refuse('amount', 'NUMBER_INVALID', message);
  }
  if (faults.length > 0) return { faults };
  return { externalId, source, subscriptionId, productCode, soldOn, expected: expected ?? null };
}

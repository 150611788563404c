import { parse } from 'csv-parse/sync';
import { UserError, UserErrors } from '../errors.ts';
import { isDate } from '../period.ts';

/** What a bank says of one payment. */
export type PaymentNews = {
  /** Where in the file: a row, or the id itself. */
  readonly at: string;
  readonly endToEndId: string;
  /** The message in which it was sent, where the bank names it. */
  readonly messageId: string | null;
  /** PENDING: nothing is decided yet. */
  readonly outcome: 'PAID' | 'FAILED' | 'PENDING';
  readonly code: string | null;
  readonly text: string | null;
  /** The local day on which it was paid or failed, as the bank says. */
  readonly date: string | null;
  /** The amount that the bank speaks of, where it names it. */
  readonly given: { readonly amount: string; readonly currency: string } | null;
};

const required = ['end_to_end_id', 'status'];
const optional = ['code', 'text', 'date', 'amount', 'currency'];

/**
 * The news of a CSV file with the columns end_to_end_id, status (PAID or FAILED), code, text, date, and, where given, amount and currency.
 * Pure. @throws UserErrors STATUS_REPORT_UNFIT, all faults with their rows.
 */
export function readStatusCsv(text: string): PaymentNews[] {
  const rows = parseRows(text);
  const faults: UserError[] = [];
  const news = rows.map((row, index): PaymentNews => {
    const at = `row ${index + 1}`;
    const cell = (name: string) => row[name]?.trim() || null;
    const status = cell('status')?.toUpperCase() ?? '';
    const date = cell('date');
    const fault = (message: string) => faults.push(new UserError('STATUS_REPORT_UNFIT', message, at));
    if (status !== 'PAID' && status !== 'FAILED')
      fault(`The status "${status.slice(0, 20)}" is neither PAID nor FAILED.`);
    if (cell('end_to_end_id') === null) fault('The row has no end_to_end_id.');
    if (date !== null && !isDate(date)) fault(`"${date.slice(0, 20)}" is no day YYYY-MM-DD.`);
    const amount = cell('amount');
    return {
      at,
      endToEndId: cell('end_to_end_id') ?? '',
      messageId: null,
      outcome: status === 'PAID' ? 'PAID' : 'FAILED',
      code: cell('code'),
      text: cell('text'),
      date,
      given: amount === null ? null : { amount, currency: cell('currency') ?? '' },
    };
  });
  if (faults.length > 0) throw new UserErrors(faults.slice(0, 100));
  return news;
}

function parseRows(text: string): Record<string, string | undefined>[] {
  let rows: Record<string, string | undefined>[];
  let header: string[] = [];
  try {
    rows = parse(text, {
      bom: true,
      skip_empty_lines: true,
      columns: (names: string[]) => {
        header = names.map((name) => name.trim().toLowerCase());
        return header;
      },
    });
  } catch (error) {
    throw new UserError(
      'STATUS_REPORT_UNFIT',
      `The file is no CSV: ${(error as Error).message.slice(0, 200)}`,
      'line 1',
    );
  }
  const missing = required.find((name) => !header.includes(name));
  const unknown = header.find((name) => ![...required, ...optional].includes(name));
  if (missing === undefined && unknown === undefined && rows.length > 0) return rows;
  const message =
    missing === undefined
      ? unknown === undefined
        ? 'The file has no rows.'
        : `The column "${unknown.slice(0, 40)}" is not known.`
      : `The column ${missing} is missing.`;
  throw new UserError('STATUS_REPORT_UNFIT', message, 'line 1');
}

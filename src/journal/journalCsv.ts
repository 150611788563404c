import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { UserError } from '../errors.ts';
import type { ExportContent, ExportContext } from '../exports/writer.ts';
import { formatMoney, minorUnitDigits } from '../money.ts';
import { lastDate, type Period } from '../period.ts';
import { balancedTotals, type DatedEntry, type JournalEntry, type MissingAccount } from './entries.ts';
import { loadJournal } from './journal.ts';
import type { PaymentJournal } from './payments.ts';

const columns = [
  'period',
  'entry_no',
  'date',
  'account',
  'cost_centre',
  'agent_code',
  'component',
  'text',
  'debit',
  'credit',
  'currency',
];

/** journal.csv: the run in double entry, on the period's last day; one entry number a currency, and each of them balanced. */
export const journalContent: ExportContent = {
  name: 'journal.csv',
  kind: 'JOURNAL_CSV',
  mediaType: 'text/csv',
  write: writeJournal,
};

async function* writeJournal({ transaction, run }: ExportContext): AsyncGenerator<Buffer> {
  await requireIssued(transaction, run);
  const { entries, missing } = await loadJournal(transaction, run);
  requireAccounts(missing);
  balancedTotals(entries);
  const date = lastDate(run.period);
  yield* csvPieces(run.period, dated(entries, date), ({ currency }) => `${run.period}-${currency}`);
}

function* dated(entries: readonly JournalEntry[], date: string): Generator<DatedEntry> {
  for (const entry of entries) yield { ...entry, date };
}

/**
 * The file of what moved in a month, journal-payments.csv: the columns of journal.csv, one entry number a day and currency.
 * @throws UserError JOURNAL_ACCOUNT_MISSING.
 */
export function paymentJournalCsv(month: Period, { entries, missing }: PaymentJournal): string {
  requireAccounts(missing);
  return [...csvPieces(month, entries, ({ date, currency }) => `${date}-${currency}`)].join('');
}

/** The file, some rows at a time. Codes, accounts and texts need no quotes. */
function* csvPieces(
  period: Period,
  entries: Iterable<DatedEntry>,
  entryNumber: (entry: DatedEntry) => string,
): Generator<Buffer> {
  let piece = `${columns.join(',')}\n`;
  for (const entry of entries) {
    const { date, account, costCentre, agent, component, text, currency } = entry;
    const amount = (value: JournalEntry['debit']) => formatMoney(value, minorUnitDigits[currency] ?? 2);
    const names = [period, entryNumber(entry), date, account, costCentre, agent, component, text];
    piece += `${[...names, amount(entry.debit), amount(entry.credit), currency].join(',')}\n`;
    if (piece.length < pieceCharacters) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  yield Buffer.from(piece);
}

const pieceCharacters = 262_144;

/** Named in a message; there may be one for each component. */
const mostNamed = 5;

/** @throws UserError JOURNAL_ACCOUNT_MISSING where something has no account. */
function requireAccounts(missing: readonly MissingAccount[]): void {
  const [first] = missing;
  if (!first) return;
  const named = missing.slice(0, mostNamed).map(missingText);
  const more = missing.length > mostNamed ? `, and ${missing.length - mostNamed} more` : '';
  throw new UserError('JOURNAL_ACCOUNT_MISSING', `No journal rule fits ${named.join('; ')}${more}.`, 'journal');
}

function missingText({ entry, plan, component, channelType, currency }: MissingAccount): string {
  const of = component === null ? '' : ` of ${plan === null ? component : `${plan}.${component}`}`;
  return `${entry}${of} in ${currency} (channel type ${channelType})`;
}

/** Value-added tax is fixed by the issue: a journal made before would not be the same afterwards. */
async function requireIssued(transaction: Transaction, { id, period }: ExportContext['run']): Promise<void> {
  const [found] = await rawSql(transaction)<{ open: boolean }[]>`
    select exists (
      select from statement where run_id = ${id} and payable > 0 and not exists (
        select from issued_statement issued where issued.run_id = statement.run_id and issued.agent_id = statement.agent_id
          and issued.currency = statement.currency)) as open`;
  if (found?.open) {
    throw new UserError('STATEMENTS_NOT_ISSUED', `The statements of ${period} are not issued yet.`, period);
  }
}

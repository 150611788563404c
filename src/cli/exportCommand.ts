import { writeFile } from 'node:fs/promises';
import type { Databases } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { exportPeriod } from '../exports/folder.ts';
import { type ExportKind, exportKinds, type TextEncoding, textEncodings } from '../exports/kinds.ts';
import { listExports } from '../exports/requests.ts';
import { paymentJournalCsv } from '../journal/journalCsv.ts';
import { loadPaymentJournal } from '../journal/payments.ts';
import { loadOperator } from '../reference/operator.ts';
import { requirePeriod } from './commands.ts';
import { type Output, table } from './output.ts';

export type ExportFlags = {
  readonly out: string;
  readonly bom: boolean;
  readonly kinds?: string;
  readonly encoding: string;
};

/** `tributary export`: writes a period's files into a folder, the same bytes that a request for them gives. */
export async function exportFiles(
  databases: Databases,
  output: Output,
  text: string,
  flags: ExportFlags,
): Promise<void> {
  const period = requirePeriod(text);
  const encoding = readEncoding(flags.encoding);
  if (flags.bom && encoding !== 'UTF-8') {
    throw new UserError('INPUT_INVALID', 'A byte order mark goes with UTF-8 alone.', 'bom');
  }
  const options = {
    encoding,
    byteOrderMark: flags.bom,
    ...(flags.kinds === undefined ? {} : { kinds: readKinds(flags.kinds) }),
  };
  const bar = output.progress(`export ${period}`);
  const made = await exportPeriod(databases, period, flags.out, {
    ...options,
    onProgress: (percent, file) => bar.update(percent, file),
  }).finally(() => bar.end());
  for (const { name, warnings } of made.files) for (const warning of warnings) output.note(`${name}: ${warning}`);
  const files = made.files.map(({ name, sizeBytes, sha256 }) => ({ name, bytes: sizeBytes, sha256 }));
  output.answer({ files }, () => table(files, ['bytes']));
}

/** `tributary exports`: lists the files that were made of a period and are kept. */
export async function listExportFiles(databases: Databases, output: Output, text: string): Promise<void> {
  const period = requirePeriod(text);
  const files = await databases.owner.transaction((transaction) => listExports(transaction, period));
  output.answer({ files }, () =>
    table(
      files.map(({ name, encoding, sizeBytes, sha256, madeAt }) => ({
        name,
        encoding,
        bytes: sizeBytes,
        sha256,
        made: madeAt,
      })),
      ['bytes'],
    ),
  );
}

/**
 * `tributary journal MONTH --payments --out FILE`: writes what moved in a month, in double entry. A file that is there is replaced; none is
 * written where an account is missing. The journal of a run is a file of its export.
 * @throws UserError INPUT_INVALID, JOURNAL_ACCOUNT_MISSING.
 */
export async function paymentJournal(
  databases: Databases,
  output: Output,
  text: string,
  options: { readonly payments: boolean; readonly out?: string },
): Promise<void> {
  const month = requirePeriod(text);
  if (!options.payments) {
    const message = `The journal of the run is written by: tributary export ${month} --kinds JOURNAL_CSV. Say --payments for what moved in a month.`;
    throw new UserError('INPUT_INVALID', message, 'payments');
  }
  const csv = await databases.owner.transaction(async (transaction) => {
    const { timeZone } = await loadOperator(transaction);
    return paymentJournalCsv(month, await loadPaymentJournal(transaction, month, timeZone));
  });
  const file = options.out ?? 'journal-payments.csv';
  await writeFile(file, csv);
  const bytes = Buffer.byteLength(csv);
  output.answer({ file, bytes }, () => `${file}: ${bytes} bytes.`);
}

/** @throws UserError INPUT_INVALID. */
function readKinds(text: string): ExportKind[] {
  if (text.toUpperCase() === 'ALL') return ['ARCHIVE'];
  return text.split(',').map((name) => {
    const kind = exportKinds.find((known) => known === name.trim().toUpperCase().replaceAll('-', '_'));
    if (kind) return kind;
    throw new UserError('INPUT_INVALID', `"${name}" is no kind of file; all, ${exportKinds.join(', ')} are.`, 'kinds');
  });
}

/** @throws UserError INPUT_INVALID. */
function readEncoding(text: string): TextEncoding {
  const encoding = textEncodings.find((known) => known === text.toUpperCase());
  if (encoding) return encoding;
  throw new UserError('INPUT_INVALID', `"${text}" is no encoding; ${textEncodings.join(' and ')} are.`, 'encoding');
}

import { createReadStream, createWriteStream, type ReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type Stringifier, stringify } from 'csv-stringify';
import type { Databases, Transaction } from '../db/client.ts';
import { asUserError } from '../db/constraints.ts';
import { UserError } from '../errors.ts';
import type { RowError } from '../sales/import.ts';
import type { Output } from './output.ts';

// What all imports of files on the command line have in common.

export type ImportOptions = { as: string; atomic: boolean; errors?: string };

type ImportSource = { readonly name: string; readonly stream: ReadStream; readonly sizeBytes: number };
type ImportListeners = {
  readonly onRejected: (error: RowError) => void;
  readonly onProgress: (rows: number, bytes: number) => void;
};
type ImportCounts = {
  readonly rowCount: number;
  readonly rejectedCount: number;
  readonly rejections: readonly RowError[];
};
type ImportedFile<Result> = { readonly result: Result; readonly errorCount: number; readonly errorFile: string };

/**
 * Runs an import of a file in one transaction, shows how far it is and writes the faults of rows to a file as they are found. Where that
 * cannot be written, nothing is imported.
 */
export async function importFile<Result extends ImportCounts>(
  databases: Databases,
  output: Output,
  file: string,
  options: { errors?: string },
  work: (transaction: Transaction, source: ImportSource, listeners: ImportListeners) => Promise<Result>,
): Promise<ImportedFile<Result>> {
  const { size } = await requireFile(file);
  const errorFile = options.errors ?? `${file}.errors.csv`;
  const errors = errorWriter(errorFile);
  const bar = output.progress('import');
  const onProgress = (rows: number, bytes: number) =>
    bar.update(size === 0 ? 100 : (bytes / size) * 100, `${rows} rows`);
  try {
    const result = await databases.owner
      .transaction(async (transaction) => {
        const source = { name: file, stream: createReadStream(file), sizeBytes: size };
        const done = await work(transaction, source, { onRejected: errors.write, onProgress });
        await errors.close();
        return done;
      })
      .catch((error: unknown) => {
        throw asUserError(error);
      });
    bar.update(100, `${result.rowCount} rows`);
    return { result, errorCount: errors.count(), errorFile };
  } catch (error) {
    // The faults that were found are kept; why the import failed is told before why they could not be.
    await errors.close().catch(() => {});
    throw error;
  } finally {
    bar.end();
  }
}

export function answerImport<Result extends ImportCounts>(
  output: Output,
  { result, errorCount, errorFile }: ImportedFile<Result>,
  describe: (result: Result) => string,
): void {
  const { rejections: _listedInFile, ...counts } = result;
  output.answer({ ...counts, errorFile: errorCount > 0 ? errorFile : null }, () =>
    [describe(result), ...(errorCount > 0 ? [`${errorCount} faults are listed in ${errorFile}.`] : [])].join('\n'),
  );
  if (result.rejectedCount > 0) process.exitCode = 1;
}

/** Writes rejected rows as CSV as they are found; a file left over from an earlier import is removed where none is. */
function errorWriter(path: string) {
  let opened: { readonly csv: Stringifier; readonly written: Promise<void> } | undefined;
  let count = 0;
  const columns = ['row', 'line', 'column', 'code', 'message', 'key'];
  const open = () => {
    const csv = stringify({ header: true, columns, escape_formulas: true });
    const written = pipeline(csv, createWriteStream(path));
    // What goes wrong is thrown when it is closed.
    written.catch(() => {});
    return { csv, written };
  };
  return {
    write: (error: RowError) => {
      opened ??= open();
      count += 1;
      if (opened.csv.writable) opened.csv.write(error);
    },
    count: () => count,
    close: async () => {
      opened?.csv.end();
      await (opened?.written ?? rm(path, { force: true }));
    },
  };
}

/** @throws UserError NOT_FOUND. */
export async function requireFile(file: string): Promise<{ size: number }> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new UserError('NOT_FOUND', `There is no file ${file}.`, file);
  return found;
}

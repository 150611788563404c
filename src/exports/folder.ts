import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Databases } from '../db/client.ts';
import type { Period } from '../period.ts';
import { writeWholeFile } from '../wholeFile.ts';
import type { ExportKind, TextEncoding } from './kinds.ts';
import { makeFiles } from './run.ts';
import type { ExportTarget, MadeFile } from './writer.ts';

/** What is made where no kinds are named: what is quickly made of any run. */
const csvKinds: readonly ExportKind[] = ['STATEMENTS_CSV', 'LINES_CSV', 'UNPAID_EVENTS_CSV'];

export type ExportOptions = {
  readonly kinds?: readonly ExportKind[];
  readonly encoding?: TextEncoding;
  readonly byteOrderMark?: boolean;
  readonly onProgress?: (percent: number, file: string) => void;
};

/**
 * Writes a period's files into a folder: the bytes that a request for them gives. Each file appears whole under its name or not at all.
 * Also of a run that nobody approved yet.
 * @param folder made where it does not exist
 * @throws UserError NO_RUN.
 */
export async function exportPeriod(
  databases: Databases,
  period: Period,
  folder: string,
  options: ExportOptions = {},
): Promise<{ files: MadeFile[] }> {
  const { kinds = csvKinds, encoding = 'UTF-8', byteOrderMark = false, onProgress = () => {} } = options;
  await mkdir(folder, { recursive: true });
  const work = { period, kinds, settings: { encoding, byteOrderMark }, onProgress };
  return { files: await makeFiles(databases, folderTarget(folder), work) };
}

function folderTarget(folder: string): ExportTarget {
  return {
    write: (name, bytes) => writeWholeFile(join(folder, name), bytes),
    read: (name) => createReadStream(join(folder, name)),
  };
}

import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Databases } from '../db/client.ts';
import type { Period } from '../period.ts';
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
    write: async (name, bytes) => {
      const path = join(folder, name);
      const unfinished = `${path}.part`;
      try {
        await pipeline(bytes, createWriteStream(unfinished));
        await rename(unfinished, path);
      } catch (error) {
        await rm(unfinished, { force: true });
        throw error;
      }
    },
    read: (name) => createReadStream(join(folder, name)),
  };
}

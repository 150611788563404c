import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { UserError } from '../errors.ts';
import { writeWholeFile } from '../wholeFile.ts';
import type { DocumentStore } from './store.ts';

/**
 * Documents as files of a folder that only this system user can read. A file is there whole, and on disk, or not at all.
 */
export function openLocalStore(folder: string): DocumentStore {
  const root = resolve(folder);
  const fileOf = (key: string) => {
    const file = resolve(root, key);
    if (!file.startsWith(root + sep)) throw new Error(`The key ${key} leads out of the folder.`);
    return file;
  };
  return {
    put: async (key, stream) => {
      const file = fileOf(key);
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await writeWholeFile(file, stream, 0o600);
    },
    get: async (key) => {
      const file = await open(fileOf(key), 'r').catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOENT' ? documentLost() : error;
      });
      return file.createReadStream();
    },
    remove: (key) => rm(fileOf(key), { force: true }),
  };
}

export const documentLost = () => new UserError('DOCUMENT_LOST', 'The file of the document is not in the store.');

/** Where a local store lies. */
export const documentsFolder = (dataDir: string) => join(dataDir, 'documents');

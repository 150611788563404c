import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../errors.ts';
import type { DocumentStore } from './store.ts';

/**
 * Documents as files of a folder that only this system user can read. A file is there whole, and on disk, or not at all: what a crash
 * leaves half written lies beside it with a name of its own.
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
      const draft = `${file}.${randomBytes(6).toString('hex')}`;
      try {
        await pipeline(stream, createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true }));
        await rename(draft, file);
        await syncFolder(dirname(file));
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
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

/** A new name in a folder outlives a power cut once the folder is on disk. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export const documentLost = () => new UserError('DOCUMENT_LOST', 'The file of the document is not in the store.');

/** Where a local store lies. */
export const documentsFolder = (dataDir: string) => join(dataDir, 'documents');

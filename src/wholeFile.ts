import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

type Bytes = Readable | AsyncIterable<Uint8Array>;

/**
 * Writes a file that is there whole, and on disk, or not at all; one of that name is replaced. What a crash leaves half written lies beside
 * it with a name of its own that ends in ".part".
 */
export async function writeWholeFile(path: string, bytes: Bytes, mode?: number): Promise<void> {
  const unfinished = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    await writeNewFile(unfinished, bytes, mode);
    await rename(unfinished, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/**
 * Writes a file that must not be there yet. Where this fails, what is written may be removed at once: nothing appears later. (A stream that
 * opens its file itself may still be about to when its source has failed.)
 */
export async function writeNewFile(path: string, bytes: Bytes, mode?: number): Promise<void> {
  const handle = await open(path, 'wx', mode);
  await pipeline(bytes, handle.createWriteStream({ flush: true }));
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

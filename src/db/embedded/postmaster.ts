import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import { UserError } from '../../errors.ts';
import { type Cluster, settingsFileName, superuser } from './cluster.ts';
import { readIfThere, replaceDurably } from './files.ts';
import { processStart, run, worksIn } from './processes.ts';

/** A server that runs and has answered: its port and `server_version`, as in 18.4. */
type Running = { readonly port: number; readonly version: string };

export const host = '127.0.0.1';
const pollMilliseconds = 100;
// Recovery after a crash replays up to max_wal_size and may take minutes.
const recoverySeconds = 900;
const answerSeconds = 20;
const leftoversSeconds = 60;
const largeLogBytes = 20_000_000;

// Tuned for analytic work on two cores; every setting is known to PostgreSQL 15 to 18.
const analyticSettings: Record<string, string> = {
  shared_buffers: '256MB',
  work_mem: '64MB',
  maintenance_work_mem: '256MB',
  max_parallel_workers_per_gather: '2',
  jit: 'off',
  max_wal_size: '4GB',
  max_connections: '100',
  wal_compression: 'on',
  // A run's new tables and indexes are written once, without the log. No replica can follow our own server; pg_dump backs it up.
  wal_level: 'minimal',
  max_wal_senders: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
};

type PostmasterFile = { readonly pid: number; readonly port: number; readonly status: string };

function readPostmasterFile(cluster: Cluster): PostmasterFile | undefined {
  // Lines: pid, data directory, start time, port, socket folder, address, shared memory, status.
  const lines = readIfThere(join(cluster.folder, 'postmaster.pid'))?.split('\n');
  const pid = Number(lines?.[0]);
  if (!lines || !(pid > 0)) return undefined;
  return { pid, port: Number(lines[3]), status: lines[7]?.trim() ?? 'starting' };
}

/** The cluster's server as its postmaster.pid tells, if that process runs and is this cluster's. */
function liveServer(cluster: Cluster): PostmasterFile | undefined {
  const file = readPostmasterFile(cluster);
  return file && worksIn(file.pid, cluster.folder) ? file : undefined;
}

function failure(cluster: Cluster, text: string): UserError {
  return new UserError('DATABASE_NOT_STARTED', `${text}\nThe log is in ${cluster.logFile}`, cluster.folder);
}

/** Signs in and asks the server who it is. */
async function greet(cluster: Cluster, port: number): Promise<Running> {
  const access = { host, port, user: superuser, password: cluster.superuserPassword, database: 'postgres' };
  const sql = postgres({ ...access, max: 1, connect_timeout: 5, fetch_types: false });
  try {
    const [row] = await sql<{ version: string; folder: string }[]>`
      select current_setting('server_version') as version, current_setting('data_directory') as folder`;
    if (row?.folder !== cluster.folder) throw failure(cluster, `The server on port ${port} serves ${row?.folder}.`);
    return { port, version: row.version };
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/**
 * Takes up the server that an earlier process left running, waiting while it recovers or shuts down. Undefined if none
 * runs; then it is safe to start one. Throws DATABASE_NOT_STARTED if one runs but does not answer in time.
 */
export async function adopt(cluster: Cluster, onStep: (text: string) => void): Promise<Running | undefined> {
  let waited = 0;
  let unanswered = 0;
  for (let live = liveServer(cluster); live; live = liveServer(cluster)) {
    if (live.status === 'ready') {
      if (unanswered === 0) onStep(`Adopting the running PostgreSQL server (process ${live.pid})`);
      try {
        return await greet(cluster, live.port);
      } catch (error) {
        if (error instanceof UserError) throw error;
        unanswered += 1;
        if ((error as { code?: string }).code === '28P01' || unanswered * pollMilliseconds > answerSeconds * 1000) {
          throw failure(
            cluster,
            `The running server (process ${live.pid}) does not let us in: ${(error as Error).message}`,
          );
        }
      }
    } else if (waited === 0) onStep(`Waiting for the PostgreSQL server (process ${live.pid}), which is ${live.status}`);
    waited += 1;
    if (waited * pollMilliseconds > recoverySeconds * 1000)
      throw failure(cluster, `Process ${live.pid} is still ${live.status}.`);
    await pause(pollMilliseconds);
  }
  // PostgreSQL clears a stale file itself unless its pid now belongs to another process, or to a zombie.
  const stale = readPostmasterFile(cluster);
  if (stale && !worksIn(stale.pid, cluster.folder)) forgetForeignPid(cluster, stale.pid);
  return undefined;
}

function forgetForeignPid(cluster: Cluster, pid: number): void {
  let exists = true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    exists = (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  if (exists) rmSync(join(cluster.folder, 'postmaster.pid'), { force: true });
}

/** The preferred port if it is free (0 means none), else any free one. */
function freePort(preferred: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', (error) => (preferred === 0 ? reject(error) : resolve(freePort(0))));
    server.listen({ host, port: preferred, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : preferred));
    });
  });
}

function writeSettings(cluster: Cluster, port: number, overrides: Record<string, string>): void {
  const access = { listen_addresses: host, port: String(port), unix_socket_directories: '' };
  const lines = Object.entries({ ...analyticSettings, ...overrides, ...access }).map(
    ([name, value]) => `${name} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'\n`,
  );
  const text = `# Written at every start. For settings of your own use ALTER SYSTEM.\n${lines.join('')}`;
  replaceDurably(join(cluster.folder, settingsFileName), text, 0o600, cluster.account);
}

function pgCtl(cluster: Cluster, args: readonly string[], logDescriptor?: number) {
  const options = {
    account: cluster.account,
    detached: true,
    ...(logDescriptor === undefined ? {} : { logDescriptor }),
  };
  return run(join(cluster.binaries.folder, 'bin', 'pg_ctl'), [...args, '-D', cluster.folder], options);
}

/** One attempt; undefined when the server runs, else what it wrote to its log. */
async function attemptStart(cluster: Cluster): Promise<string | undefined> {
  // The server inherits the open file, so the log may lie where its user cannot go.
  const log = openSync(cluster.logFile, 'a', 0o600);
  try {
    const before = statSync(cluster.logFile).size;
    const { code } = await pgCtl(cluster, ['start', '-s', '-w', '-t', String(recoverySeconds)], log);
    return code === 0 ? undefined : readFileSync(cluster.logFile).subarray(before).toString('utf8').trim();
  } finally {
    closeSync(log);
  }
}

function keepLogSmall(cluster: Cluster): void {
  const size = statSync(cluster.logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size > largeLogBytes) renameSync(cluster.logFile, `${cluster.logFile}.1`);
}

/**
 * Starts the cluster's server in a session of its own, on the port it had last time if that is free. Waits for processes
 * that a killed server left behind. `overrides`: settings by name. Throws DATABASE_NOT_STARTED with the server's words.
 */
export async function start(
  cluster: Cluster,
  overrides: Record<string, string>,
  onStep: (text: string) => void,
): Promise<Running> {
  onStep(`Starting PostgreSQL ${cluster.binaries.majorVersion}`);
  keepLogSmall(cluster);
  let preferredPort = Number(readIfThere(cluster.portFile) ?? 0);
  let portsTaken = 0;
  for (let waited = 0; ; ) {
    const port = await freePort(preferredPort);
    writeSettings(cluster, port, overrides);
    const complaint = await attemptStart(cluster);
    if (complaint === undefined) {
      replaceDurably(cluster.portFile, `${port}\n`, 0o644);
      return greet(cluster, port);
    }
    if (complaint.includes('pre-existing shared memory block') && waited * pollMilliseconds < leftoversSeconds * 1000) {
      if (waited === 0) onStep('Waiting for processes of the killed server to end');
      waited += 1;
      await pause(pollMilliseconds);
    } else if (complaint.includes('could not bind') && portsTaken < 5) {
      preferredPort = 0;
      portsTaken += 1;
    } else throw failure(cluster, `PostgreSQL did not start:\n${complaint}`);
  }
}

/** Ends the server: sessions are cut and work is written to disk; if that takes too long, it ends at once and recovers later. */
export async function stop(cluster: Cluster): Promise<void> {
  const server = liveServer(cluster);
  if (!server) return;
  for (const [mode, seconds] of [
    ['fast', 60],
    ['immediate', 30],
  ] as const) {
    const { code } = await pgCtl(cluster, ['stop', '-s', '-w', '-m', mode, '-t', String(seconds)]);
    if (code === 0 || !liveServer(cluster)) break;
  }
  // pg_ctl returns when postmaster.pid is gone, which is a moment before the process is.
  for (let waited = 0; processStart(server.pid) !== undefined; waited += 1) {
    if (waited * pollMilliseconds > 5000)
      throw new Error(`The PostgreSQL server (process ${server.pid}) does not stop.`);
    await pause(pollMilliseconds);
  }
}

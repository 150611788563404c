import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Jobs, startJobs } from '../../jobs/worker.ts';
import { schema } from '../../schema/schema.ts';
import { createAccount } from '../../src/auth/accounts.ts';
import { createApiKey } from '../../src/auth/apiKeys.ts';
import { readConfig } from '../../src/config.ts';
import type { Databases } from '../../src/db/client.ts';
import type { Role } from '../../src/db/transaction.ts';
import { openDocumentStore } from '../../src/documents/documents.ts';
import { exportPeriod } from '../../src/exports/folder.ts';
import { createLogger } from '../../src/http/log.ts';
import { createServer } from '../../src/server.ts';
import { testDatabase } from '../database.ts';
import { never, silent, until } from '../jobs/fixture.ts';
import { clerk, close, now, october, openBooks } from '../support/books.ts';

// From the request in GraphQL to the file on the disk of who asked for it.

const dataDir = mkdtempSync(join(tmpdir(), 'tributary-delivery-'));
const documents = openDocumentStore({ s3: null, dataDir });

let databases: Databases;
let url: string;
let jobs: Jobs | undefined;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  databases = await testDatabase();
  await openBooks(databases);
  await close(databases, october);
  const config = { ...readConfig({ NODE_ENV: 'test' }), port: 0, dataDir };
  const logger = createLogger('debug', { write: () => {} });
  const server = createServer({ config, databases, graphql: { schema }, logger, clock: () => now });
  ({ url } = await server.listen());
  afterAll(() => server.close(100));
  const people: readonly [string, Role, object][] = [
    ['finance', 'FINANCE', {}],
    ['auditor', 'AUDITOR', {}],
    ['manager', 'CHANNEL_MANAGER', { regionCode: 'NORTH' }],
    ['agent', 'AGENT', { agentCode: 'A1' }],
  ];
  for (const [name, role, more] of people) {
    tokens[name] = await databases.owner.transaction(async (transaction) => {
      const account = { email: `${name}@demo.example`, name, role, password: 'a long password', ...more };
      const { id } = await createAccount(transaction, clerk, now, account);
      const actor = { name, requestId: null, user: { id, role, agentId: null, regionId: null } };
      return (await createApiKey(transaction, actor, now, { name: 'k', expiresAt: null })).token;
    });
  }
});

afterEach(async () => {
  await jobs?.stop();
  jobs = undefined;
});
afterAll(() => rmSync(dataDir, { recursive: true }));

const start = async () => {
  const clock = () => now;
  jobs = await startJobs({
    databases,
    clock,
    logger: silent,
    closeDelayHours: 1_000_000,
    clockPattern: never,
    documents,
  });
  return jobs;
};

const headers = (who?: string): Record<string, string> =>
  who === undefined ? {} : { authorization: `Bearer ${tokens[who]}` };
const get = (path: string, who?: string) => fetch(`${url}${path}`, { headers: headers(who) });

type Answer<Data> = {
  readonly data: Data;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
};

async function ask<Data>(who: string, query: string): Promise<Answer<Data>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { ...headers(who), 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Answer<Data>;
}

const mutation = (kinds: string) => `mutation { requestExports(period: "2026-10", kinds: [${kinds}]) {
  __typename ... on ExportRequestPayload { request { state kinds } } ... on UserError { code } } }`;

type Listed = {
  readonly state: string;
  readonly progressPercent: number | null;
  readonly files: readonly { name: string; sizeBytes: string; sha256: string; downloadPath: string }[];
};

async function lastRequest(): Promise<Listed | undefined> {
  const { data } = await ask<{ exportRequests: Listed[] }>(
    'auditor',
    '{ exportRequests(period: "2026-10") { state progressPercent files { name sizeBytes sha256 downloadPath } } }',
  );
  return data.exportRequests[0];
}

const untilDone = () => until(async () => expect((await lastRequest())?.state).toBe('DONE'));
const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** The files of the last request, as they come over HTTP, by name. */
async function download(who: string): Promise<Map<string, Buffer>> {
  const downloads = new Map<string, Buffer>();
  for (const { name, sizeBytes, sha256, downloadPath } of (await lastRequest())?.files ?? []) {
    const response = await get(downloadPath, who);
    expect(response.status).toBe(200);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(String(bytes.length)).toBe(sizeBytes);
    expect(sha256Of(bytes)).toBe(sha256);
    downloads.set(name, bytes);
  }
  return downloads;
}

describe('files that finance asks for in GraphQL', () => {
  it('are made by the queue and downloaded, the same bytes as from the command line', async () => {
    const { data } = await ask('finance', mutation('STATEMENTS_CSV, LINES_CSV'));
    expect(data).toMatchObject({
      requestExports: { request: { state: 'REQUESTED', kinds: ['STATEMENTS_CSV', 'LINES_CSV'] } },
    });
    expect((await lastRequest())?.files).toEqual([]);
    await start();
    await untilDone();
    const folder = join(dataDir, 'folder');
    await exportPeriod(databases, october, folder, { kinds: ['STATEMENTS_CSV', 'LINES_CSV'] });
    for (const who of ['finance', 'auditor']) {
      const files = await download(who);
      expect([...files.keys()]).toEqual(['statements.csv', 'lines.csv']);
      for (const [name, bytes] of files) expect(bytes).toEqual(readFileSync(join(folder, name)));
    }
  });

  it('are not there for agents, managers and nobody, who cannot ask for any either', async () => {
    const path = (await lastRequest())?.files[0]?.downloadPath ?? '';
    expect((await get(path, 'finance')).status).toBe(200);
    for (const who of ['agent', 'manager', undefined]) expect((await get(path, who)).status).toBe(404);
    for (const who of ['agent', 'manager', 'auditor']) {
      expect((await ask(who, mutation('LINES_CSV'))).data).toEqual({
        requestExports: { __typename: 'UserError', code: 'FORBIDDEN' },
      });
    }
    const { errors, data } = await ask('agent', '{ exportFiles { edges { node { sha256 } } } }');
    expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    expect(data).toEqual({ exportFiles: null });
  });
});

describe('a process that is killed in the middle', () => {
  /** Holds up what reads lines of commission until `release` is called. */
  async function holdLines(): Promise<() => Promise<void>> {
    const held = await databases.owner.$client.reserve();
    await held`begin`;
    await held`lock table commission_line in access exclusive mode`;
    return async () => {
      await held`commit`;
      held.release();
    };
  }

  const stored = () =>
    readdirSync(join(dataDir, 'documents'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.includes('csv'),
    );

  it('leaves nothing listed; the next makes the files, whole', async () => {
    const kept = stored().length;
    await ask('finance', mutation('STATEMENTS_CSV, LINES_CSV'));
    const release = await holdLines();
    const script = fileURLToPath(new URL('replica.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, databases.ownerUrl, dataDir], {
      stdio: 'inherit',
    });
    const exited = once(child, 'exit');
    try {
      await until(async () => {
        const waiting = await databases.owner.$client`
          select from pg_locks where locktype = 'relation' and not granted
            and database = (select oid from pg_database where datname = current_database())`;
        expect(waiting).not.toHaveLength(0);
      });
      // the first file is written, the second begun
      expect(stored().length).toBeGreaterThan(kept);
    } finally {
      child.kill('SIGKILL');
      await exited;
      await release();
    }
    expect(await lastRequest()).toMatchObject({ state: 'RUNNING', files: [] });
    const { tick } = await start();
    await until(async () => {
      await tick();
      expect((await lastRequest())?.state).toBe('DONE');
    });
    const files = await download('finance');
    expect([...files.keys()]).toEqual(['statements.csv', 'lines.csv']);
    for (const [name, bytes] of files) expect(bytes).toEqual(readFileSync(join(dataDir, 'folder', name)));
  });
});

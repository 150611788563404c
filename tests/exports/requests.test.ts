import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Jobs, startJobs } from '../../jobs/worker.ts';
import { createAccount } from '../../src/auth/accounts.ts';
import { createApiKey } from '../../src/auth/apiKeys.ts';
import { approveRun, type RunSummary } from '../../src/commissions/runs.ts';
import type { Databases } from '../../src/db/client.ts';
import { asRequest, localActor, type Role } from '../../src/db/transaction.ts';
import { openDocumentStore } from '../../src/documents/documents.ts';
import type { DocumentStore } from '../../src/documents/store.ts';
import { exportPeriod } from '../../src/exports/folder.ts';
import type { ExportKind } from '../../src/exports/kinds.ts';
import { abandonedRequests, failRequest, makeRequestedFiles } from '../../src/exports/make.ts';
import { findExportFile, listExports, requestExports } from '../../src/exports/requests.ts';
import { exportFile, exportProgress, exportRequest } from '../../src/exports/tables.ts';
import { Decimal } from '../../src/money.ts';
import { testDatabase } from '../database.ts';
import { never, silent } from '../jobs/fixture.ts';
import { startTestServer, type TestServer } from '../server/testServer.ts';
import { asOwner, calculate, clerk, codeOf, controller, now, october, openBooks } from '../support/books.ts';
import { hashesOf, unzip } from '../support/unzip.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'tributary-requests-'));
const utf8 = { encoding: 'UTF-8', byteOrderMark: false } as const;
const csv: ExportKind[] = ['STATEMENTS_CSV', 'LINES_CSV', 'UNPAID_EVENTS_CSV'];

let databases: Databases;
let store: DocumentStore;
let run: RunSummary;

beforeAll(async () => {
  databases = await testDatabase();
  store = openDocumentStore({ s3: null, dataDir });
  await openBooks(databases);
  run = await calculate(databases);
  expect(await codeOf(request())).toBe('RUN_STATE');
  await asOwner(databases, (transaction) => approveRun(transaction, controller, now, run.id));
});

afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

beforeEach(async () => {
  await databases.owner.execute(sql`
    update export_request set state = 'FAILED', failure = 'x' where state in ('REQUESTED', 'RUNNING')`);
  await databases.owner.execute(sql`select graphile_worker.complete_jobs(array(select id from graphile_worker.jobs))`);
});

const request = (
  kinds: readonly ExportKind[] = csv,
  settings: Parameters<typeof requestExports>[3]['settings'] = utf8,
) => asOwner(databases, (transaction) => requestExports(transaction, clerk, now, { period: october, kinds, settings }));

const make = (id: number, from = store, attempt = 1) => makeRequestedFiles(databases, from, () => now, id, attempt);
const filesOf = (id: number) => databases.owner.select().from(exportFile).where(eq(exportFile.requestId, id));

async function bytesOf(id: number): Promise<Buffer> {
  const { open } = await asOwner(databases, (transaction) => findExportFile(transaction, store, id));
  const chunks: Uint8Array[] = [];
  for await (const chunk of await open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Of a process that was killed: it removes nothing. */
const killed = { ...openDocumentStore({ s3: null, dataDir }), remove: () => Promise.reject(new Error('killed')) };

const stored = () =>
  readdirSync(join(dataDir, 'documents'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

describe('files that were asked for', () => {
  it('are made by the queue, listed with size and checksum, the same bytes as those of the command line', async () => {
    const id = await request();
    const jobs: Jobs = await startJobs({
      databases,
      clock: () => now,
      logger: silent,
      closeDelayHours: 1_000_000,
      clockPattern: never,
      documents: store,
    });
    try {
      await expect.poll(async () => (await filesOf(id)).length).toBe(3);
    } finally {
      await jobs.stop();
    }
    const folder = join(dataDir, 'folder');
    await exportPeriod(databases, october, folder);
    for (const { id: file, name, sizeBytes, sha256 } of await filesOf(id)) {
      const bytes = await bytesOf(file);
      expect(bytes).toEqual(readFileSync(join(folder, name)));
      expect(sizeBytes).toBe(bytes.length);
      expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    }
    const [done] = await databases.owner.select().from(exportRequest).where(eq(exportRequest.id, id));
    expect(done).toMatchObject({ state: 'DONE', requestedBy: 'clerk' });
    const [progress] = await databases.owner.select().from(exportProgress).where(eq(exportProgress.requestId, id));
    expect(progress?.step).toMatch(/\.csv$/);
    const listed = await asOwner(databases, (transaction) => listExports(transaction, october));
    expect(listed.filter(({ requestId }) => requestId === id).map(({ name }) => name)).toEqual([
      'statements.csv',
      'lines.csv',
      'unpaid-events.csv',
    ]);
  });

  it('are asked for once at a time', async () => {
    const id = await request();
    expect(await codeOf(request())).toBe('EXPORT_RUNNING');
    await make(id);
    await make(await request());
  });

  it('are made anew after an attempt that ended half way; none of it is listed before', async () => {
    const id = await request();
    let puts = 0;
    const before = stored().length;
    const dying: DocumentStore = {
      ...killed,
      put: async (key, stream) => {
        puts += 1;
        if (puts === 2) throw new Error('killed');
        await store.put(key, stream);
      },
    };
    await expect(make(id, dying)).rejects.toThrow('killed');
    expect(await filesOf(id)).toEqual([]);
    expect(stored().length).toBe(before + 1);
    expect(await make(id, store, 2)).toHaveLength(3);
    // what the first attempt had written is gone
    expect(stored().length).toBe(before + 3);
    expect(await make(id, store, 3)).toBeUndefined();
    expect(await filesOf(id)).toHaveLength(3);
  });

  it('are those of one attempt where two are under way: the one that is late listens to what became of the request', async () => {
    const id = await request();
    const before = stored().length;
    let resume = () => {};
    const stalls = new Promise<void>((resolve) => {
      resume = resolve;
    });
    let reached = () => {};
    const isStalled = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const slow: DocumentStore = {
      ...store,
      put: async (key, stream) => {
        if (key.endsWith('unpaid-events-csv')) {
          reached();
          await stalls;
        }
        await store.put(key, stream);
      },
    };
    const first = make(id, slow, 1);
    await isStalled;
    expect(await make(id, store, 2)).toHaveLength(3);
    resume();
    expect(await first).toBeUndefined();
    const files = await filesOf(id);
    expect(files.map(({ storageKey }) => storageKey.split('/')[3])).toEqual(['2', '2', '2']);
    for (const file of files) expect((await bytesOf(file.id)).length).toBe(file.sizeBytes);
    expect(stored().length).toBe(before + 3);
  });

  it('leave nothing where an attempt is late and the request was given up', async () => {
    const id = await request();
    const before = stored().length;
    let given = false;
    const slow: DocumentStore = {
      ...store,
      put: async (key, stream) => {
        await store.put(key, stream);
        if (!given) await failRequest(databases, store, now, id, 'given up');
        given = true;
      },
    };
    expect(await make(id, slow)).toBeUndefined();
    expect(await filesOf(id)).toEqual([]);
    expect(stored().length).toBe(before);
  });

  it('are given up, and forgotten, once no job will make them', async () => {
    const id = await request();
    expect(await abandonedRequests(databases)).toEqual([]);
    await databases.owner.execute(
      sql`select graphile_worker.complete_jobs(array(select id from graphile_worker.jobs))`,
    );
    expect(await abandonedRequests(databases)).toEqual([id]);
    const before = stored().length;
    const dying: DocumentStore = {
      ...killed,
      put: (key, stream) => store.put(key, stream).then(() => Promise.reject(new Error('killed'))),
    };
    await expect(make(id, dying)).rejects.toThrow('killed');
    expect(stored().length).toBe(before + 1);
    const jobs = await startJobs({
      databases,
      clock: () => now,
      logger: silent,
      closeDelayHours: 1_000_000,
      clockPattern: never,
      documents: store,
    });
    await jobs.stop();
    const [failed] = await databases.owner.select().from(exportRequest).where(eq(exportRequest.id, id));
    expect(failed).toMatchObject({ state: 'FAILED', failure: expect.stringContaining('INTERNAL_ERROR') });
    expect(stored().length).toBe(before);
  });

  it('are not given out once their bytes are others', async () => {
    const id = await request(['STATEMENTS_CSV']);
    await make(id);
    const [file] = await filesOf(id);
    const changed = async function* () {
      yield Buffer.from('period,agent_code\n');
    };
    await store.put(file?.storageKey ?? '', changed());
    expect(await codeOf(bytesOf(file?.id ?? 0))).toBe('DOCUMENT_LOST');
  });

  it('are asked for by finance, under its own rights, and by nobody who only reads', async () => {
    const ask = (role: Role) => {
      const actor = { name: role, user: { id: 1, role, agentId: null, regionId: null }, requestId: null };
      return asRequest(databases.request, actor, '2026-12-05', (transaction) =>
        requestExports(transaction, actor, now, { period: october, kinds: csv, settings: utf8 }),
      );
    };
    const id = await ask('FINANCE');
    const jobs = await databases.owner.execute(sql`
      select task_identifier from graphile_worker.jobs where key = ${`export:${id}`}`);
    expect([...jobs]).toEqual([{ task_identifier: 'make_exports' }]);
    await make(id);
    await expect(ask('AUDITOR')).rejects.toThrow();
    expect(await abandonedRequests(databases)).toEqual([]);
  });

  it('cannot have a byte order mark in GB18030', async () => {
    expect(await codeOf(request(csv, { encoding: 'GB18030', byteOrderMark: true }))).toBe('INPUT_INVALID');
  });
});

describe('the archive', () => {
  it('holds the other files and says their checksums', async () => {
    const id = await request([...csv, 'ARCHIVE']);
    await make(id);
    const files = await filesOf(id);
    const archive = files.find(({ kind }) => kind === 'ARCHIVE');
    expect(archive).toMatchObject({ name: 'archive-2026-10.zip', mediaType: 'application/zip' });
    const { 'manifest.json': manifest = Buffer.alloc(0), ...others } = Object.fromEntries(
      unzip(await bytesOf(archive?.id ?? 0)),
    );
    const rest = files.filter(({ kind }) => kind !== 'ARCHIVE');
    expect(hashesOf(others)).toEqual(Object.fromEntries(rest.map(({ name, sha256 }) => [name, sha256])));
    expect(JSON.parse(manifest.toString())).toMatchObject({
      period: '2026-10',
      run: { id: run.id, linesHash: run.linesHash, inputsHash: run.inputsHash },
      encoding: 'UTF-8',
      files: rest.map(({ name, sizeBytes, sha256 }) => ({ name, sizeBytes, sha256 })),
      bankFiles: [],
    });
  });
});

describe('what is read back from the files', () => {
  it('adds up to what the database holds', async () => {
    const folder = join(dataDir, 'back');
    await exportPeriod(databases, october, folder);
    const rowsOf = (name: string) =>
      parse(readFileSync(join(folder, name)), { columns: true }) as Record<string, string>[];
    const sum = (rows: Record<string, string>[], column: string) =>
      rows.reduce((total, row) => total.plus(row[column] ?? 'NaN'), new Decimal(0)).toFixed(2);
    const [total] = await databases.owner.execute<{
      lines: string;
      closing: string;
      payable: string;
      change: string;
    }>(sql`
      select (select round(sum(amount), 2)::text from commission_line where run_id = ${run.id}) as lines, round(sum(closing), 2)::text as closing,
             round(sum(payable), 2)::text as payable, round(sum(closing - opening), 2)::text as change from statement where run_id = ${run.id}`);
    const [lines, statements] = [rowsOf('lines.csv'), rowsOf('statements.csv')];
    expect(sum(lines, 'amount')).toBe(total?.lines);
    expect(sum(lines, 'amount')).toBe(total?.change);
    expect(sum(statements, 'closing')).toBe(total?.closing);
    expect(sum(statements, 'payable')).toBe(total?.payable);
    expect(lines).toHaveLength(run.lineCount);
    expect(rowsOf('unpaid-events.csv')).toHaveLength(run.unpaidCount);
  });
});

describe('a download', () => {
  let server: TestServer;
  const keys: Partial<Record<Role, string>> = {};
  let path: string;
  let file: typeof exportFile.$inferSelect;

  beforeAll(async () => {
    server = await startTestServer({ dataDir }, databases);
    server.clock.now = now;
    const agentCode = 'A1';
    for (const role of ['FINANCE', 'AUDITOR', 'ADMIN', 'AGENT', 'COMPLIANCE'] as const) {
      keys[role] = await databases.owner.transaction(async (transaction) => {
        const email = `${role.toLowerCase()}@demo.example`;
        const account = { email, name: role, role, password: 'correct horse battery' };
        const { id } = await createAccount(transaction, localActor('clerk'), now, {
          ...account,
          ...(role === 'AGENT' ? { agentCode } : {}),
        });
        const user = { id, role, agentId: null, regionId: null };
        const actor = { name: email, user, requestId: null };
        return (await createApiKey(transaction, actor, now, { name: 'k', expiresAt: null })).token;
      });
    }
    const id = await request(['STATEMENTS_CSV']);
    await make(id);
    [file] = (await filesOf(id)) as [typeof file];
    path = `/exports/${Buffer.from(`ExportFile:${file.id}`).toString('base64url')}`;
  });

  const download = (role?: Role, to = path) =>
    fetch(`${server.url}${to}`, role ? { headers: { authorization: `Bearer ${keys[role]}` } } : {});

  it('gives the file with its length, name and checksum', async () => {
    for (const role of ['FINANCE', 'AUDITOR', 'ADMIN'] as const) {
      const response = await download(role);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-length')).toBe(String(file.sizeBytes));
      expect(response.headers.get('content-type')).toBe('text/csv; charset=UTF-8');
      expect(response.headers.get('content-disposition')).toBe('attachment; filename=statements.csv');
      const bytes = Buffer.from(await response.arrayBuffer());
      const digest = createHash('sha256').update(bytes).digest('base64');
      expect(response.headers.get('repr-digest')).toBe(`sha-256=:${digest}:`);
    }
  });

  it('is not there for whom it is not meant', async () => {
    for (const role of ['AGENT', 'COMPLIANCE', undefined] as const) expect((await download(role)).status).toBe(404);
    expect((await download('FINANCE', '/exports/nonsense')).status).toBe(404);
    expect(
      (await download('FINANCE', `/exports/${Buffer.from('ExportFile:999999').toString('base64url')}`)).status,
    ).toBe(404);
  });

  it('is for those who see all money: the database shows a manager or an agent nothing', async () => {
    for (const role of ['CHANNEL_MANAGER', 'AGENT', 'COMPLIANCE'] as const) {
      const actor = { name: role, user: { id: 1, role, agentId: 1, regionId: 1 }, requestId: null };
      const seen = asRequest(databases.request, actor, '2026-12-05', (transaction) =>
        findExportFile(transaction, store, file.id),
      );
      expect(await codeOf(seen)).toBe('NOT_FOUND');
    }
  });
});

import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditRecord } from '../../src/audit/tables.ts';
import { createAccount } from '../../src/auth/accounts.ts';
import { createApiKey } from '../../src/auth/apiKeys.ts';
import type { Databases } from '../../src/db/client.ts';
import { localActor, type Role } from '../../src/db/transaction.ts';
import { documentKinds, moveDocuments, storeDocument } from '../../src/documents/documents.ts';
import { openLocalStore } from '../../src/documents/localStore.ts';
import { document } from '../../src/documents/tables.ts';
import { testDatabase } from '../database.ts';
import { as, makePeople, now, type People, today, type Who } from '../partners/people.ts';
import { password, startTestServer, type TestServer } from '../server/testServer.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'tributary-documents-'));
const folder = join(dataDir, 'documents');
afterAll(() => rmSync(dataDir, { recursive: true }));

const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(1000, 'x')]);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let databases: Databases;
let people: People;
let server: TestServer;
const keys = {} as Record<Who, string>;

beforeAll(async () => {
  databases = await testDatabase();
  people = await makePeople(databases);
  server = await startTestServer({ dataDir, documentMaxBytes: 5000 }, databases);
  server.clock.now = now;
  const particulars: Record<Who, [Role, string?, string?]> = {
    admin: ['ADMIN'],
    finance: ['FINANCE'],
    auditor: ['AUDITOR'],
    compliance: ['COMPLIANCE'],
    north: ['CHANNEL_MANAGER', undefined, 'NORTH'],
    south: ['CHANNEL_MANAGER', undefined, 'SOUTH'],
    agentN1: ['AGENT', 'N1'],
    agentS1: ['AGENT', 'S1'],
  };
  for (const [who, [role, agentCode, regionCode]] of Object.entries(particulars) as [Who, [Role, string?, string?]][]) {
    const email = `${who.toLowerCase()}@demo.example`;
    keys[who] = await databases.owner.transaction(async (transaction) => {
      const clerk = localActor('clerk');
      const account = { email, name: who, role, agentCode, regionCode, password };
      const { id } = await createAccount(transaction, clerk, now, account);
      const user = { ...people.actors[who].user, role, id, agentId: null, regionId: null };
      return (
        await createApiKey(transaction, { name: email, user, requestId: null }, now, { name: 'k', expiresAt: null })
      ).token;
    });
  }
});

beforeEach(async () => {
  await databases.owner.delete(document);
  rmSync(folder, { recursive: true, force: true });
});

type Extra = { readonly headers?: Record<string, string>; readonly body?: BodyInit; readonly type?: string };

const upload = (who: Who, query: string, { headers = {}, body = pdf, type = 'application/pdf' }: Extra = {}) =>
  fetch(`${server.url}/documents?${query}`, {
    method: 'POST',
    body,
    duplex: 'half',
    headers: { authorization: `Bearer ${keys[who]}`, 'content-type': type, 'x-file-name': 'licence.pdf', ...headers },
  } as RequestInit);

const licence = 'application=APP_N&kind=LICENCE';
const stored = async (who: Who = 'north', query = licence) => {
  const response = await upload(who, query);
  expect(response.status, await response.clone().text()).toBe(201);
  return (await response.json()) as { id: string; sha256: string; sizeBytes: number };
};
const download = (who: Who, id: string) =>
  fetch(`${server.url}/documents/${id}`, { headers: { authorization: `Bearer ${keys[who]}` } });
const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;
const files = () =>
  (existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [])
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('an upload', () => {
  it('keeps the bytes for this system user alone, their checksum, and who sent them', async () => {
    const answer = await stored();
    expect(answer).toMatchObject({ kind: 'LICENCE', fileName: 'licence.pdf', mediaType: 'application/pdf' });
    expect(answer).toMatchObject({ sizeBytes: 1009, sha256: sha256(pdf) });
    const [file = ''] = files();
    expect(readFileSync(file).equals(pdf)).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const [audited] = await databases.owner.select().from(auditRecord).orderBy(sql`id desc`).limit(1);
    expect(audited).toMatchObject({
      action: 'document.stored',
      actor: 'north@demo.example',
      entityKey: 'APPLICATION APP_N',
    });
    expect(audited?.after).toMatchObject({ sha256: sha256(pdf) });
  });

  it('of an unsuitable kind, size or content is refused and leaves nothing', async () => {
    const chunked = new ReadableStream({
      start(controller) {
        for (let count = 0; count < 6; count += 1) controller.enqueue(new Uint8Array(pdf));
        controller.close();
      },
    });
    const cases: [string, Extra, number, string][] = [
      [licence, { body: Buffer.concat([pdf, Buffer.alloc(5000)]) }, 413, 'DOCUMENT_TOO_LARGE'],
      [licence, { body: chunked }, 413, 'DOCUMENT_TOO_LARGE'],
      [licence, { body: '' }, 400, 'DOCUMENT_EMPTY'],
      [licence, { body: '<html>' }, 415, 'DOCUMENT_TYPE_UNFIT'],
      [licence, { type: 'text/html', body: '<html>' }, 415, 'DOCUMENT_TYPE_UNFIT'],
      [licence, { type: 'image/png' }, 415, 'DOCUMENT_TYPE_UNFIT'],
      ['application=APP_N&kind=a+b', {}, 400, 'INPUT_INVALID'],
      ['application=APP_N', {}, 400, 'INPUT_INVALID'],
      ['application=APP_N&agent=N1&kind=X', {}, 400, 'INPUT_INVALID'],
      ['agent=NONE&kind=X', {}, 404, 'NOT_FOUND'],
      [licence, { headers: { 'x-file-name': '%00' } }, 400, 'INPUT_INVALID'],
      [licence, { headers: { 'x-file-name': '%E0' } }, 400, 'INPUT_INVALID'],
    ];
    for (const [query, extra, status, code] of cases) {
      const response = await upload('north', query, extra);
      expect([response.status, await codeOf(response)], `${query} ${JSON.stringify(extra.type)}`).toEqual([
        status,
        code,
      ]);
    }
    expect(files()).toEqual([]);
    expect(await databases.owner.select().from(document)).toEqual([]);
  });

  it('without the header that other sites cannot send is refused, with a session as with a key', async () => {
    const cookie = await server.signIn('admin@demo.example');
    const post = (headers: Record<string, string>) =>
      fetch(`${server.url}/documents?${licence}`, {
        method: 'POST',
        body: pdf,
        headers: { cookie, 'content-type': 'application/pdf', ...headers },
      });
    const refused = await post({});
    expect([refused.status, await codeOf(refused)]).toEqual([403, 'CROSS_SITE_REQUEST']);
    expect((await post({ 'x-file-name': 'a.pdf' })).status).toBe(201);
  });

  it.each([
    ['south', licence, 404],
    ['finance', licence, 404],
    ['compliance', licence, 404],
    ['agentN1', licence, 404],
    ['auditor', licence, 403],
    ['south', 'agent=N1&kind=X', 404],
    ['agentS1', 'agent=N1&kind=X', 404],
    ['finance', 'agent=N1&kind=X', 403],
    ['agentN1', 'agent=N1&kind=X', 403],
    ['north', 'agent=N1&kind=X', 201],
    ['admin', 'agent=N1&kind=X', 201],
    ['agentN1', 'agent=N1&kind=X&subject=SETTLEMENT', 201],
    ['finance', 'agent=N1&kind=X&subject=SETTLEMENT', 201],
    ['north', 'agent=N1&kind=X&subject=SETTLEMENT', 201],
    ['auditor', 'agent=N1&kind=X&subject=SETTLEMENT', 403],
    ['south', 'agent=N1&kind=X&subject=SETTLEMENT', 404],
    ['agentS1', 'agent=N1&kind=X&subject=SETTLEMENT', 404],
    ['agentN1', 'agent=N1&kind=X&subject=AGENT', 400],
    ['admin', 'application=APP_N&kind=X&subject=SETTLEMENT', 400],
  ] as const)('by %s to %s: %i', async (who, query, status) => {
    expect((await upload(who, query)).status).toBe(status);
    expect(files()).toHaveLength(status === 201 ? 1 : 0);
  });

  it('for settlement is what finance sees of an agent, and nothing else', async () => {
    const [invoice, licenceOfAgent] = [
      await stored('agentN1', 'agent=N1&kind=INVOICE&subject=SETTLEMENT'),
      await stored('admin', 'agent=N1&kind=LICENCE'),
    ];
    const seen = async (who: Who) => [
      (await download(who, invoice.id)).status,
      (await download(who, licenceOfAgent.id)).status,
    ];
    expect(await seen('finance')).toEqual([200, 404]);
    expect(await seen('auditor')).toEqual([200, 200]);
    expect(await seen('agentN1')).toEqual([200, 200]);
    expect(await seen('agentS1')).toEqual([404, 404]);
    expect(await seen('compliance')).toEqual([404, 404]);
  });

  it('by nobody is refused', async () => {
    const response = await fetch(`${server.url}/documents?${licence}`, {
      method: 'POST',
      body: pdf,
      headers: { 'x-file-name': 'a' },
    });
    expect(response.status).toBe(401);
  });

  it('whose row cannot be written leaves no file', async () => {
    const store = openLocalStore(folder);
    const spying = {
      ...store,
      // Between file and row the region's manager loses the applicant.
      put: async (key: string, stream: AsyncIterable<Uint8Array>) => {
        await store.put(key, stream);
        expect(files()).toHaveLength(1);
        await databases.owner.execute(
          sql`update application set region_id = ${people.regions.get('SOUTH')} where code = 'APP_N'`,
        );
      },
    };
    async function* stream() {
      yield pdf;
    }
    const file = {
      owner: { applicationCode: 'APP_N' },
      kind: 'X',
      fileName: 'a.pdf',
      mediaType: 'application/pdf',
      stream: stream(),
    };
    const attempt = storeDocument(databases, spying, people.actors.north, now, today, file, 5000);
    await expect(attempt).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(files()).toEqual([]);
    await databases.owner.execute(
      sql`update application set region_id = ${people.regions.get('NORTH')} where code = 'APP_N'`,
    );
  });
});

describe('a download', () => {
  it('is the file, to be saved under its name, never to be shown or guessed at', async () => {
    const name = encodeURIComponent('营业执照 "1".pdf');
    const { id } = (await (await upload('north', licence, { headers: { 'x-file-name': name } })).json()) as {
      id: string;
    };
    const response = await download('north', id);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(pdf)).toBe(true);
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; .*filename\*=UTF-8''/);
    expect(response.headers.get('content-disposition')).toContain(encodeURIComponent('营业执照'));
    expect(response.headers.get('content-type')).toBe('application/pdf');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('is for those who may see the papers', async () => {
    const ofApplicant = (await stored('north')).id;
    const ofAgent = (await stored('north', 'agent=N1&kind=X')).id;
    const statuses: Record<string, number[]> = {};
    for (const who of Object.keys(keys) as Who[]) {
      statuses[who] = [(await download(who, ofApplicant)).status, (await download(who, ofAgent)).status];
    }
    expect(statuses).toEqual({
      admin: [200, 200],
      north: [200, 200],
      auditor: [200, 200],
      agentN1: [404, 200],
      south: [404, 404],
      finance: [404, 404],
      compliance: [404, 404],
      agentS1: [404, 404],
    });
    expect((await fetch(`${server.url}/documents/${ofAgent}`)).status).toBe(404);
  });

  it('of what is no document is not found', async () => {
    for (const id of [
      '1',
      'x',
      Buffer.from('Document:99999999').toString('base64url'),
      Buffer.from('Agent:1').toString('base64url'),
    ]) {
      expect((await download('admin', id)).status).toBe(404);
    }
  });

  it('breaks off where the file is not the one that was stored, and says so where it is gone', async () => {
    const { id } = await stored();
    const [file = ''] = files();
    writeFileSync(file, Buffer.concat([pdf.subarray(0, 1008), Buffer.from('y')]));
    const whole = async () => (await (await download('admin', id)).arrayBuffer()).byteLength;
    await expect(whole()).rejects.toThrow();
    rmSync(file);
    const response = await download('admin', id);
    expect([response.status, await codeOf(response)]).toEqual([500, 'DOCUMENT_LOST']);
  });
});

describe('documents of an applicant that became an agent', () => {
  it('are the agent’s as well', async () => {
    const applicationId = people.applications.get('APP_N') ?? 0;
    const { id } = await stored();
    await stored('north', 'application=APP_N&kind=CONTRACT');
    expect(await as(databases, people, 'north', (transaction) => documentKinds(transaction, applicationId))).toEqual(
      new Set(['LICENCE', 'CONTRACT']),
    );
    expect(await as(databases, people, 'finance', (transaction) => documentKinds(transaction, applicationId))).toEqual(
      new Set(),
    );
    await as(databases, people, 'north', (transaction) =>
      moveDocuments(transaction, applicationId, people.agents.get('N1') ?? 0),
    );
    expect((await download('agentN1', id)).status).toBe(200);
    expect((await download('south', id)).status).toBe(404);
    const rows = await databases.owner.select({ applicationId: document.applicationId }).from(document);
    expect(rows).toEqual([{ applicationId }, { applicationId }]);
  });
});

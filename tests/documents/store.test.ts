import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openDocumentStore } from '../../src/documents/documents.ts';
import { checkMediaType } from '../../src/documents/mediaTypes.ts';
import type { DocumentStore } from '../../src/documents/store.ts';
import { type FakeS3, startFakeS3 } from './fakeS3.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'tributary-store-'));
afterAll(() => rmSync(dataDir, { recursive: true }));
let s3: FakeS3;
const stores = {} as Record<'local' | 's3', DocumentStore>;

beforeAll(async () => {
  s3 = await startFakeS3();
  const environment = { DATA_DIR: dataDir, NODE_ENV: 'test' };
  stores.local = openDocumentStore(readConfig(environment));
  stores.s3 = openDocumentStore(
    readConfig({
      ...environment,
      S3_ENDPOINT: s3.endpoint,
      S3_BUCKET: 'papers',
      S3_REGION: 'cn-north-1',
      S3_ACCESS_KEY_ID: 'key-id',
      S3_SECRET_ACCESS_KEY: 'secret-key',
    }),
  );
});
beforeEach(() => {
  rmSync(join(dataDir, 'documents'), { recursive: true, force: true });
  s3.objects.clear();
  s3.requests.length = 0;
});

async function* give(...chunks: string[]) {
  for (const chunk of chunks) yield Buffer.from(chunk);
}
async function* fail() {
  yield Buffer.from('half');
  throw new Error('hung up');
}
const filesLeft = () => {
  const folder = join(dataDir, 'documents');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
};

describe.each(['local', 's3'] as const)('the %s store', (name) => {
  it('gives back what was put, until it is removed', async () => {
    const store = stores[name];
    await store.put('2026-11/a', give('one ', 'two'));
    expect((await buffer(await store.get('2026-11/a'))).toString()).toBe('one two');
    await store.remove('2026-11/a');
    await expect(store.get('2026-11/a')).rejects.toMatchObject({ code: 'DOCUMENT_LOST' });
    await store.remove('2026-11/a');
  });

  it('keeps nothing of what breaks off', async () => {
    await expect(stores[name].put('2026-11/b', fail())).rejects.toThrow('hung up');
    await expect(stores[name].get('2026-11/b')).rejects.toMatchObject({ code: 'DOCUMENT_LOST' });
    expect(filesLeft()).toEqual([]);
    expect(s3.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
  });
});

describe('the local store', () => {
  it('never leaves its folder', async () => {
    await expect(stores.local.put('../outside', give('x'))).rejects.toThrow('leads out');
  });
});

describe('the S3 store', () => {
  it('asks in path style, signed, with the size, and leaves no file behind', async () => {
    await stores.s3.put('2026-11/c', give('one ', 'two'));
    expect(s3.requests).toEqual([{ method: 'PUT', path: '/papers/2026-11/c', length: '7', signed: true }]);
    expect(s3.objects.get('/papers/2026-11/c')?.toString()).toBe('one two');
    expect(filesLeft()).toEqual([]);
  });

  it('passes on what the store refuses', async () => {
    s3.failNext(403);
    await expect(stores.s3.put('2026-11/d', give('x'))).rejects.toThrow();
    expect(filesLeft()).toEqual([]);
  });
});

describe('checkMediaType', () => {
  const zip = (name: string) => {
    const header = Buffer.alloc(30);
    header.write('PK\u0003\u0004', 'latin1');
    header.writeUInt16LE(name.length, 26);
    return Buffer.concat([header, Buffer.from(name), Buffer.alloc(20)]);
  };
  const office = 'application/vnd.openxmlformats-officedocument.';
  it.each([
    ['application/pdf', Buffer.from('%PDF-1.4')],
    ['Application/PDF; name=a', Buffer.from('%PDF-1.4')],
    ['image/png', Buffer.from('89504e470d0a1a0a00', 'hex')],
    ['image/jpeg', Buffer.from('ffd8ffe0', 'hex')],
    [`${office}wordprocessingml.document`, zip('[Content_Types].xml')],
    [`${office}spreadsheetml.sheet`, zip('xl/workbook.xml')],
    [`${office}presentationml.presentation`, zip('_rels/.rels')],
  ])('takes %s', (declared, first) => {
    expect(checkMediaType(declared, first)).toBe(declared.toLowerCase().split(';')[0]);
  });

  it.each([
    ['application/pdf', Buffer.from('<html>')],
    ['image/png', Buffer.from('%PDF-1.4')],
    ['image/jpeg', Buffer.from('ff', 'hex')],
    ['text/plain', Buffer.from('%PDF-1.4')],
    ['constructor', Buffer.from('%PDF-1.4')],
    ['', Buffer.from('%PDF-1.4')],
    [`${office}wordprocessingml.document`, zip('virus.exe')],
    [`${office}wordprocessingml.document`, zip('xl/workbook.xml')],
    [`${office}wordprocessingml.document`, Buffer.from('PK\u0003\u0004', 'latin1')],
  ])('refuses %s that is something else', (declared, first) => {
    expect(() => checkMediaType(declared, first)).toThrow(expect.objectContaining({ code: 'DOCUMENT_TYPE_UNFIT' }));
  });
});

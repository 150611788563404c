import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { openDocumentStore } from '../../src/documents/documents.ts';
import type { DocumentStore } from '../../src/documents/store.ts';
import { exportPeriod } from '../../src/exports/folder.ts';
import { type ExportKind, exportKinds } from '../../src/exports/kinds.ts';
import { failRequest, makeRequestedFiles } from '../../src/exports/make.ts';
import { requestExports } from '../../src/exports/requests.ts';
import { exportFile } from '../../src/exports/tables.ts';
import type { MadeFile } from '../../src/exports/writer.ts';
import { publishSettlementPolicy } from '../../src/settlement/policies.ts';
import { journalEntryKinds } from '../../src/settlement/policy.ts';
import { issueStatements } from '../../src/statements/issue.ts';
import { testDatabase } from '../database.ts';
import { asOwner, clerk, codeOf, now, october } from '../support/books.ts';
import { runEveryKind } from '../support/everyKind.ts';
import { damagedIn, hashesOf, unzip } from '../support/unzip.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'tributary-archive-'));
const store = openDocumentStore({ s3: null, dataDir });

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await runEveryKind(databases);
});
afterAll(() => rmSync(dataDir, { recursive: true }));

/** Nothing, for a file that makes the folder. */
async function* empty(): AsyncGenerator<Buffer> {}

const everything: readonly ExportKind[] = ['ARCHIVE'];
const archiveOf = (files: readonly { name: string; warnings: readonly string[] }[]) =>
  files.find(({ name }) => name.startsWith('archive-'));

async function make(kinds: readonly ExportKind[], encoding: 'UTF-8' | 'GB18030' = 'UTF-8') {
  const folder = mkdtempSync(join(dataDir, 'out-'));
  const { files } = await exportPeriod(databases, october, folder, { kinds, encoding });
  return { folder, files };
}

type Manifest = {
  files: { name: string; sha256: string }[];
  leftOut: { kind: string; code: string; message: string }[];
};

/** What the archive in a folder says of itself, and the checksums of what is in it. */
function readArchive(folder: string): { manifest: Manifest; hashes: Record<string, string> } {
  const zip = readFileSync(join(folder, 'archive-2026-10.zip'));
  expect(damagedIn(zip)).toEqual([]);
  const { 'manifest.json': manifest = Buffer.alloc(0), ...others } = Object.fromEntries(unzip(zip));
  return { manifest: JSON.parse(manifest.toString()), hashes: hashesOf(others) };
}

const expectLeftOut = ({ folder, files }: { folder: string; files: MadeFile[] }, kind: string, code: string) => {
  const { manifest, hashes } = readArchive(folder);
  expect(manifest.leftOut).toMatchObject([{ kind, code }]);
  expect(archiveOf(files)?.warnings).toEqual([`${kind} is left out: ${code}: ${manifest.leftOut[0]?.message}`]);
  expect(Object.keys(hashes)).not.toContain('journal.csv');
  expect(readdirSync(folder).sort()).toEqual(files.map(({ name }) => name).sort());
};

describe('files that are not set up', () => {
  it('are left out where everything is asked for, the archive says so, and are missed where they are named', async () => {
    expectLeftOut(await make(everything), 'JOURNAL_CSV', 'STATEMENTS_NOT_ISSUED');
    expect(await codeOf(make(['JOURNAL_CSV']))).toBe('STATEMENTS_NOT_ISSUED');
    expect(await codeOf(make(['JOURNAL_CSV', 'ARCHIVE']))).toBe('STATEMENTS_NOT_ISSUED');
    const [run] = await databases.owner.$client<{ id: number }[]>`
      select id from commission_run where period = ${october} and status = 'APPROVED'`;
    await asOwner(databases, (transaction) => issueStatements(transaction, clerk, now, run?.id ?? 0));
    expectLeftOut(await make([]), 'JOURNAL_CSV', 'JOURNAL_ACCOUNT_MISSING');
    expect(await codeOf(make(exportKinds))).toBe('JOURNAL_ACCOUNT_MISSING');
  });

  it('are left out by a request too, which lists the others', async () => {
    const settings = { encoding: 'UTF-8', byteOrderMark: false } as const;
    const ask = (kinds: readonly ExportKind[]) =>
      asOwner(databases, (transaction) =>
        requestExports(transaction, clerk, now, { period: october, kinds, settings }),
      );
    const id = await ask([]);
    await makeRequestedFiles(databases, store, () => now, id, 1);
    const files = await databases.owner.select().from(exportFile).where(eq(exportFile.requestId, id));
    expect(files.map(({ kind }) => kind)).not.toContain('JOURNAL_CSV');
    expect(files.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['WORKBOOK', 'STATEMENT_PDFS', 'ARCHIVE']));
    expect(archiveOf(files)?.warnings).toEqual([expect.stringContaining('JOURNAL_ACCOUNT_MISSING')]);

    const named = await ask(['LINES_CSV', 'JOURNAL_CSV']);
    expect(await codeOf(makeRequestedFiles(databases, store, () => now, named, 1))).toBe('JOURNAL_ACCOUNT_MISSING');
    await failRequest(databases, store, now, named, 'JOURNAL_ACCOUNT_MISSING');
  });

  it('leave nothing behind where a request for everything is given up', async () => {
    const stored = () =>
      readdirSync(join(dataDir, 'documents'), { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      ).length;
    const settings = { encoding: 'UTF-8', byteOrderMark: false } as const;
    const id = await asOwner(databases, (transaction) =>
      requestExports(transaction, clerk, now, { period: october, kinds: [], settings }),
    );
    await store.put(`exports/2026-10/${id}/x`, empty());
    const before = stored();
    const refusing: DocumentStore = {
      ...store,
      put: (key, stream) =>
        key.includes('archive') ? Promise.reject(new Error('the disk is full')) : store.put(key, stream),
      remove: () => Promise.reject(new Error('the disk is full')),
    };
    await expect(makeRequestedFiles(databases, refusing, () => now, id, 1)).rejects.toThrow('full');
    expect(stored()).toBeGreaterThan(before + 3);
    await failRequest(databases, store, now, id, 'the disk is full');
    expect(stored()).toBe(before);
  });

  it('are there once they are set up: the archive of all kinds is whole, in both encodings', async () => {
    const definition = { journal: journalEntryKinds.map((entry) => ({ entry, account: entry })) };
    await asOwner(databases, (transaction) =>
      publishSettlementPolicy(transaction, clerk, now, { validFrom: '2026-01-01', definition }),
    );
    for (const encoding of ['UTF-8', 'GB18030'] as const) {
      const [made, again] = [await make(everything, encoding), await make(everything, encoding)];
      const { manifest, hashes } = readArchive(made.folder);
      expect(manifest.leftOut).toEqual([]);
      expect(archiveOf(made.files)?.warnings).toEqual([]);
      const rest = made.files.filter(({ kind }) => kind !== 'ARCHIVE');
      expect(rest.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['journal.csv', 'accruals.csv', 'statements-pdf.zip']),
      );
      expect(hashes).toEqual(Object.fromEntries(rest.map(({ name, sha256 }) => [name, sha256])));
      expect(again.files).toEqual(made.files);
    }
  });
});

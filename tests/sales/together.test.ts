import { Readable } from 'node:stream';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { importEventFile } from '../../src/sales/import.ts';
import { eventImport } from '../../src/sales/tables.ts';
import { testDatabase } from '../database.ts';
import { actor, eventContent, file, importText, line, now, setUpProvince, whileLocked } from './fixture.ts';

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await setUpProvince(databases);
});

/** What the files leave behind when imported one after the other; nothing of it stays. */
async function contentAfter(files: readonly (readonly string[])[]): Promise<unknown[]> {
  let content: unknown[] = [];
  const rollback = new Error('rolled back');
  const work = async (transaction: Transaction) => {
    for (const lines of files) {
      const stream = Readable.from([Buffer.from(file(...lines))]);
      await importEventFile(transaction, actor, now, { name: 'x', stream }, { atomic: false });
    }
    content = await eventContent(transaction);
    throw rollback;
  };
  await databases.owner.transaction(work).catch((error) => {
    if (error !== rollback) throw error;
  });
  return content;
}

describe('imports together', () => {
  it('leave the same events however the rows are ordered and divided into files, and however often they come', async () => {
    const row = fc.record({
      external_id: fc.constantFrom('E1', 'E2', 'E3', 'E4', 'E5', 'E6', 'E7'),
      agent_code: fc.constantFrom('A001', 'A002', 'A999'),
      occurred_at: fc.constantFrom('2026-09-30T23:59:59+08:00', '2026-09-30T16:00:00Z'),
      amount: fc.constantFrom('1', '1.50', '12345678901234567890.123456789012345678', 'NaN'),
      customer_id: fc.constantFrom('', 'C\\N', '"a\nb"', '"say ""hi"", 中"'),
      credits: fc.constantFrom('', 'A001:SELLER:0.7|A002:REFERRER:0.3', 'A001:SELLER:0.7'),
    });
    // One row a key: which of two contents of a key comes first is what the order does decide.
    const rows = fc.uniqueArray(row, { selector: ({ external_id }) => external_id, maxLength: 7 });
    const arrangement = rows.chain((unique) => {
      const lines = unique.map((changes) => line(changes));
      const arranged = fc.array(fc.shuffledSubarray(lines, { minLength: 0 }), { maxLength: 3 });
      return fc.record({ lines: fc.constant(lines), files: arranged.map((some) => [...some, lines.toReversed()]) });
    });
    await fc.assert(
      fc.asyncProperty(arrangement, async ({ lines, files }) => {
        expect(await contentAfter(files)).toEqual(await contentAfter([lines]));
      }),
      { numRuns: 15 },
    );
  });

  it.each([
    ['the same file', false],
    ['the same rows in opposite order', true],
  ])('at the same moment from two connections: %s', async (_, reversed) => {
    const source = reversed ? 'OPPOSITE' : 'SAME';
    const lines = Array.from({ length: 3000 }, (_, index) =>
      line({ source, external_id: `E${index}`, credits: 'A001:SELLER:0.5|A002:SELLER:0.5' }),
    );
    const importsBefore = await databases.owner.$count(eventImport);
    const results = await Promise.all([
      importText(databases.owner, file(...lines)),
      importText(databases.owner, file(...(reversed ? lines.toReversed() : lines))),
    ]);
    const sums = results.map(({ acceptedCount, duplicateCount, rejectedCount }) => [
      acceptedCount,
      duplicateCount,
      rejectedCount,
    ]);
    expect(sums.sort()).toEqual([
      [0, 3000, 0],
      [3000, 0, 0],
    ]);
    expect(await databases.owner.$count(eventImport)).toBe(importsBefore + 1);
    const content = (await eventContent(databases.owner)) as { source: string; credits: unknown[] }[];
    const written = content.filter((event) => event.source === source);
    expect([written.length, written.filter(({ credits }) => credits.length === 2).length]).toEqual([3000, 3000]);
  });

  it('wait for each other, or rows in opposite order would lock each other out', async () => {
    const importing = () => importText(databases.owner, file(line({ source: 'WAITING' })));
    expect(await whileLocked(databases, 'tributary import', importing)).toMatchObject({ acceptedCount: 1 });
  });

  it('at the same moment with other content: one of the two is told', async () => {
    const lines = (amount: string) => ['E1', 'E2'].map((id) => line({ source: 'OTHER', external_id: id, amount }));
    const results = await Promise.all([
      importText(databases.owner, file(...lines('1'))),
      importText(databases.owner, file(...lines('2'))),
    ]);
    expect(results.map(({ acceptedCount }) => acceptedCount).sort()).toEqual([0, 2]);
    expect(results.flatMap(({ rejections }) => rejections.map(({ code }) => code))).toEqual([
      'EVENT_CHANGED',
      'EVENT_CHANGED',
    ]);
  });
});

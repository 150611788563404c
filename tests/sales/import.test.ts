import { PassThrough, Readable } from 'node:stream';
import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditRecord } from '../../src/audit/tables.ts';
import { commissionRun } from '../../src/commissions/tables.ts';
import type { Databases } from '../../src/db/client.ts';
import { type EventInput, importEventBatch, importEventFile, type RowError } from '../../src/sales/import.ts';
import { eventCredit, eventImport, salesEvent } from '../../src/sales/tables.ts';
import { testDatabase } from '../database.ts';
import { actor, file, line as goodLine, header, importText, now, setUpProvince, whileLocked } from './fixture.ts';

let databases: Databases;
// Events are never deleted, not even between tests: each test has a source of its own.
let source: string;
let sourceCount = 0;

beforeAll(async () => {
  databases = await testDatabase();
  await setUpProvince(databases);
});

beforeEach(() => {
  sourceCount += 1;
  source = `SOURCE-${sourceCount}`;
});

const line = (changes: Record<string, string> = {}) => goodLine({ source, ...changes });
const places = (errors: readonly RowError[]) => errors.map(({ row, line, column, code }) => [row, line, column, code]);
const landed = () =>
  databases.owner.select().from(salesEvent).where(eq(salesEvent.source, source)).orderBy(salesEvent.id);
const importCount = () => databases.owner.$count(eventImport);

describe('importEventFile', () => {
  it('writes events in the order of the file, with their period in the zone of the operator', async () => {
    const result = await importText(
      databases.owner,
      file(
        line({ external_id: 'B', occurred_at: '2026-09-30T16:00:00Z' }),
        line({ external_id: 'A', occurred_at: '2026-09-30T15:59:59.999999Z', amount: '0010.50', customer_id: 'a\\tb' }),
      ),
    );
    expect(result).toEqual({
      importId: expect.any(Number),
      rowCount: 2,
      acceptedCount: 2,
      duplicateCount: 0,
      rejectedCount: 0,
      lateCount: 0,
      rejections: [],
    });
    expect(await landed()).toMatchObject([
      { externalId: 'B', period: '2026-10', amount: '99.9', importId: result.importId, late: false, hasCredits: false },
      { externalId: 'A', period: '2026-09', amount: '10.5', customerId: 'a\\tb' },
    ]);
  });

  it('writes the import and one audit record', async () => {
    const { importId } = await importText(databases.owner, file(line(), line({ external_id: 'E2', amount: 'NaN' })));
    const counts = { rowCount: 2, acceptedCount: 1, duplicateCount: 0, rejectedCount: 1, lateCount: 0 };
    const [row] = await databases.owner
      .select()
      .from(eventImport)
      .where(eq(eventImport.id, importId ?? 0));
    expect(row).toMatchObject({
      name: 'events.csv',
      importedBy: 'clerk',
      contentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      ...counts,
    });
    const records = await databases.owner
      .select()
      .from(auditRecord)
      .where(eq(auditRecord.entityKey, String(importId)));
    expect(records).toMatchObject([
      {
        action: 'events.imported',
        actor: 'clerk',
        after: { name: 'events.csv', contentHash: row?.contentHash, ...counts },
      },
    ]);
  });

  it('hashes the accepted rows in the order of the file', async () => {
    const lines = [line({ external_id: 'E1' }), line({ external_id: 'E2' })];
    const hashes: (string | undefined)[] = [];
    for (const order of [lines, lines.toReversed()]) {
      await databases.owner
        .transaction(async (transaction) => {
          const stream = Readable.from([Buffer.from(file(...order))]);
          const { importId } = await importEventFile(transaction, actor, now, { name: 'x', stream }, { atomic: false });
          const [row] = await transaction
            .select()
            .from(eventImport)
            .where(eq(eventImport.id, importId ?? 0));
          const events = await transaction
            .select()
            .from(salesEvent)
            .where(eq(salesEvent.source, source))
            .orderBy(salesEvent.id);
          const { createHash } = await import('node:crypto');
          const expected = createHash('sha256');
          for (const event of events) expected.update(Buffer.from(event.contentHash.replaceAll('-', ''), 'hex'));
          expect(row?.contentHash).toBe(expected.digest('hex'));
          hashes.push(row?.contentHash);
          throw new Error('rolled back');
        })
        .catch((error: Error) => expect(error.message).toBe('rolled back'));
    }
    expect(new Set(hashes).size).toBe(2);
  });

  it('writes the credits that are given, and only those', async () => {
    await importText(
      databases.owner,
      file(line({ external_id: 'E1', credits: 'A002:REFERRER:0.3|A001:SELLER:0.7' }), line({ external_id: 'E2' })),
    );
    const rows = await databases.owner
      .select({
        event: salesEvent.externalId,
        hasCredits: salesEvent.hasCredits,
        role: eventCredit.role,
        share: eventCredit.share,
      })
      .from(salesEvent)
      .leftJoin(eventCredit, eq(eventCredit.eventId, salesEvent.id))
      .where(eq(salesEvent.source, source))
      .orderBy(salesEvent.externalId, eventCredit.role);
    expect(rows).toEqual([
      { event: 'E1', hasCredits: true, role: 'REFERRER', share: '0.3' },
      { event: 'E1', hasCredits: true, role: 'SELLER', share: '0.7' },
      { event: 'E2', hasCredits: false, role: null, share: null },
    ]);
  });

  it('changes nothing when imported twice, in any order and notation', async () => {
    const lines = ['E1', 'E2', 'E3'].map((id) => line({ external_id: id, credits: 'A001:SELLER:0.5|A002:SELLER:0.5' }));
    await importText(databases.owner, file(...lines));
    const before = {
      events: await landed(),
      imports: await importCount(),
      records: await databases.owner.$count(auditRecord),
    };
    const other = lines
      .toReversed()
      .map((text) => text.replace('99.90', '099.9').replace('T10:00:00+08:00', 'T02:00:00Z'));
    for (const again of [lines, other]) {
      expect(await importText(databases.owner, file(...again))).toMatchObject({
        importId: null,
        acceptedCount: 0,
        duplicateCount: 3,
        rejectedCount: 0,
      });
    }
    const after = {
      events: await landed(),
      imports: await importCount(),
      records: await databases.owner.$count(auditRecord),
    };
    expect(after).toEqual(before);
  });

  it('lets the first row of a file win: the same again is a duplicate, another content is changed', async () => {
    const result = await importText(
      databases.owner,
      file(
        line({ amount: '1', credits: 'A002:SELLER:1' }),
        line({ amount: '2' }),
        line({ amount: '1.0', credits: 'A002:SELLER:1' }),
      ),
    );
    expect(result).toMatchObject({ rowCount: 3, acceptedCount: 1, duplicateCount: 1, rejectedCount: 1 });
    expect(places(result.rejections)).toEqual([[2, 3, 'external_id', 'EVENT_CHANGED']]);
    expect(result.rejections[0]?.key).toBe(`${source}/E1`);
    expect(await landed()).toMatchObject([{ amount: '1' }]);
  });

  it('lets a good row follow a bad one with the same key', async () => {
    const result = await importText(databases.owner, file(line({ amount: 'NaN' }), line({ amount: '2' })));
    expect(result).toMatchObject({ acceptedCount: 1, rejectedCount: 1 });
  });

  it('rejects an event that came before with other content, and lands the rest', async () => {
    await importText(databases.owner, file(line({ amount: '1' })));
    const result = await importText(databases.owner, file(line({ amount: '2' }), line({ external_id: 'E2' })));
    expect(result).toMatchObject({ acceptedCount: 1, duplicateCount: 0, rejectedCount: 1 });
    expect(places(result.rejections)).toEqual([[1, 2, 'external_id', 'EVENT_CHANGED']]);
  });

  it('takes the same external id of two sources for two events', async () => {
    const result = await importText(databases.owner, file(line(), line({ source: `${source}-B`, amount: '2' })));
    expect(result).toMatchObject({ acceptedCount: 2 });
  });

  it('reports each bad row with row, line, column, code and message, and tells all faults to the listener', async () => {
    const heard: RowError[] = [];
    const text = file(
      line({ external_id: 'E1', customer_id: '"two\nlines"' }),
      line({ external_id: 'E2', agent_code: 'A999', amount: '-1' }),
      '',
      line({ external_id: 'E4' }).replace(/,$/, ''),
      line({ external_id: 'E5', customer_id: '"x"y' }),
      line({ external_id: 'E6' }),
    );
    const result = await importText(databases.owner, text, {
      onRejected: async (error) => {
        await Promise.resolve();
        heard.push(error);
      },
    });
    expect(result).toMatchObject({ rowCount: 5, acceptedCount: 2, rejectedCount: 3 });
    expect(places(result.rejections)).toEqual([
      [2, 4, 'agent_code', 'AGENT_UNKNOWN'],
      [2, 4, 'amount', 'AMOUNT_NEGATIVE'],
      [3, 6, null, 'ROW_COLUMNS'],
      [4, 7, null, 'ROW_UNREADABLE'],
    ]);
    expect(result.rejections[0]).toMatchObject({ key: `${source}/E2`, message: 'No agent has the code "A999".' });
    expect(heard).toEqual(result.rejections);
  });

  it('keeps the first 1,000 rejections and tells all', async () => {
    let heard = 0;
    const lines = Array.from({ length: 1500 }, (_, index) => line({ external_id: `E${index}`, amount: 'NaN' }));
    const result = await importText(databases.owner, file(...lines), {
      onRejected: () => {
        heard += 1;
      },
    });
    expect([result.rejectedCount, result.rejections.length, heard]).toEqual([1500, 1000, 1500]);
  });

  it('tells its progress', async () => {
    const told: number[][] = [];
    const text = file(line());
    await importText(databases.owner, text, { onProgress: (rows, bytes) => told.push([rows, bytes]) });
    expect(told.at(-1)).toEqual([1, Buffer.byteLength(text)]);
  });

  it('rejects what is not UTF-8 by row and column', async () => {
    const text = Buffer.from(file(line(), line({ external_id: 'E2', customer_id: 'M\u00fcller' })), 'latin1');
    const result = await importText(databases.owner, text);
    expect(result.acceptedCount).toBe(1);
    expect(places(result.rejections)).toEqual([[2, 3, 'customer_id', 'FILE_ENCODING']]);
  });

  it('rejects a line of 50 MB and lands the others', async () => {
    function* parts() {
      yield Buffer.from(`${file(line())}\n`);
      for (let count = 0; count < 50; count += 1) yield Buffer.alloc(1_048_576, 'x');
      yield Buffer.from(`\n${line({ external_id: 'E2' })}\n`);
    }
    const result = await databases.owner.transaction((transaction) =>
      importEventFile(transaction, actor, now, { name: 'x', stream: Readable.from(parts()) }, { atomic: false }),
    );
    expect(result).toMatchObject({ rowCount: 3, acceptedCount: 2 });
    expect(places(result.rejections)).toEqual([[2, 3, null, 'ROW_TOO_LONG']]);
  });

  it('reads columns in any order and case, with BOM, CRLF and rows of nothing but commas', async () => {
    const columns = [
      'AMOUNT',
      ' Currency ',
      'quantity',
      'product_code',
      'agent_code',
      'occurred_at',
      'type',
      'external_id',
      'source',
    ];
    const row = ['7.5', 'CNY', '2', 'DSL', 'A002', '2026-10-01T00:00:00+08:00', 'BILL', 'E1', source];
    const result = await importText(databases.owner, `\ufeff${columns.join(',')}\r\n${row.join(',')}\r\n,,,,,,,,\r\n`);
    expect(result).toMatchObject({ rowCount: 1, acceptedCount: 1, rejectedCount: 0 });
    expect(await landed()).toMatchObject([
      { type: 'BILL', amount: '7.5', quantity: '2', period: '2026-10', regionId: null },
    ]);
  });

  it.each([
    ['an empty file', '', ['FILE_EMPTY']],
    ['a file of blank lines', '\ufeff\r\n \n', ['FILE_EMPTY']],
    ['missing columns', header.replace('source,', '').replace('amount,', ''), ['COLUMN_MISSING', 'COLUMN_MISSING']],
    ['doubled columns', `${header},Amount`, ['COLUMN_DOUBLED']],
    ['unknown columns', `${header},colour,`, ['COLUMN_UNKNOWN', 'COLUMN_UNKNOWN']],
    ['a header in Latin-1', Buffer.from(`${header},f\u00e4rbe`, 'latin1'), ['FILE_ENCODING']],
    ['UTF-16', Buffer.from(`\ufeff${header}`, 'utf16le'), ['FILE_ENCODING']],
    ['a header with a broken quote', `"${header}`, ['ROW_UNREADABLE']],
    ['a header of 2 MB', 'x'.repeat(2_000_000), ['ROW_TOO_LONG']],
  ])('refuses %s', async (_, text, codes) => {
    const error = await importText(databases.owner, text).catch((thrown) => thrown);
    expect((error.errors ?? [error]).map(({ code }: { code: string }) => code)).toEqual(codes);
  });

  it('closes the stream, also of a file it refuses', async () => {
    for (const text of [file(line()), `${header},colour\n${line()},red\n`]) {
      const stream = new PassThrough();
      stream.write(text);
      if (!text.includes('colour')) stream.end();
      const attempt = databases.owner.transaction((transaction) =>
        importEventFile(transaction, actor, now, { name: 'x', stream }, { atomic: false }),
      );
      await attempt.catch(() => {});
      expect(stream.destroyed).toBe(true);
    }
  });

  it('says so where no programme was applied yet', async () => {
    const empty = await testDatabase();
    await expect(importText(empty.owner, file(line()))).rejects.toMatchObject({ code: 'NOT_SET_UP' });
  });

  it('accepts a file without rows as nothing', async () => {
    expect(await importText(databases.owner, `${header}\n`)).toMatchObject({
      importId: null,
      rowCount: 0,
      acceptedCount: 0,
    });
  });

  it('passes on what breaks the stream, and nothing lands', async () => {
    const stream = Readable.from(
      (async function* () {
        yield Buffer.from(`${file(line())}\n`);
        throw new Error('the disk broke');
      })(),
    );
    const attempt = databases.owner.transaction((transaction) =>
      importEventFile(transaction, actor, now, { name: 'x', stream }, { atomic: false }),
    );
    await expect(attempt).rejects.toThrow('the disk broke');
    expect(await landed()).toEqual([]);
  });
});

describe('originals', () => {
  it('must exist, earlier or anywhere in the same file, in the same source', async () => {
    await importText(databases.owner, file(line({ external_id: 'OLD' })));
    const result = await importText(
      databases.owner,
      file(
        line({ external_id: 'R1', type: 'REFUND', original_external_id: 'OLD' }),
        line({ external_id: 'R2', type: 'REVERSAL', original_external_id: 'NEW' }),
        line({ external_id: 'NEW' }),
        line({ external_id: 'P1', type: 'PAYMENT', original_external_id: 'NEW' }),
        line({ external_id: 'P2', type: 'PAYMENT' }),
        line({ external_id: 'R3', type: 'REFUND', original_external_id: 'NOWHERE' }),
        line({ external_id: 'R4', type: 'REFUND' }),
        line({ external_id: 'R5', type: 'REFUND', original_external_id: 'OLD', source: `${source}-B` }),
      ),
    );
    expect(result).toMatchObject({ rowCount: 8, acceptedCount: 5, rejectedCount: 3 });
    expect(places(result.rejections)).toEqual([
      [6, 7, 'original_external_id', 'ORIGINAL_UNKNOWN'],
      [7, 8, 'original_external_id', 'ORIGINAL_REQUIRED'],
      [8, 9, 'original_external_id', 'ORIGINAL_UNKNOWN'],
    ]);
  });

  it('that are rejected themselves do not count, link by link', async () => {
    const result = await importText(
      databases.owner,
      file(
        line({ external_id: 'E1', amount: 'NaN' }),
        line({ external_id: 'E2', type: 'REFUND', original_external_id: 'E1' }),
        line({ external_id: 'E3', type: 'REVERSAL', original_external_id: 'E2' }),
      ),
    );
    expect(result).toMatchObject({ acceptedCount: 0, rejectedCount: 3, importId: null });
    expect(result.rejections.map(({ code }) => code)).toEqual([
      'NUMBER_INVALID',
      'ORIGINAL_UNKNOWN',
      'ORIGINAL_UNKNOWN',
    ]);
  });
});

describe('atomic', () => {
  it.each([
    ['a bad value', { amount: 'NaN' }],
    ['an unknown original', { type: 'REFUND', original_external_id: 'NOWHERE' }],
    ['other content', { external_id: 'OLD', amount: '2' }],
  ])('lets nothing land because of %s', async (_, changes) => {
    await importText(databases.owner, file(line({ external_id: 'OLD', amount: '1' })));
    const before = [await importCount(), await databases.owner.$count(auditRecord)];
    const bad = line({ external_id: 'BAD', ...changes });
    const result = await importText(databases.owner, file(line(), bad, line({ external_id: 'E3' })), { atomic: true });
    expect(result).toMatchObject({
      importId: null,
      rowCount: 3,
      acceptedCount: 0,
      duplicateCount: 0,
      rejectedCount: 1,
      lateCount: 0,
    });
    expect(result.rejections).toHaveLength(1);
    expect(await landed()).toHaveLength(1);
    expect([await importCount(), await databases.owner.$count(auditRecord)]).toEqual(before);
  });

  it('lets everything land, duplicates aside, where no row is rejected', async () => {
    await importText(databases.owner, file(line()));
    const result = await importText(databases.owner, file(line(), line({ external_id: 'E2' })), { atomic: true });
    expect(result).toMatchObject({ acceptedCount: 1, duplicateCount: 1 });
  });
});

describe('late events', () => {
  it.each(['APPROVED', 'PAID', 'CALCULATED'] as const)('of a period whose run is %s', async (status) => {
    const period = `2020-0${sourceCount % 9 || 9}`;
    const [run] = await databases.owner
      .insert(commissionRun)
      .values({ period, status, calculatedBy: 'x', startedAt: now.toISOString() })
      .returning();
    const result = await importText(
      databases.owner,
      file(line({ external_id: 'E1', occurred_at: `${period}-15T00:00:00Z` }), line({ external_id: 'E2' })),
    );
    const late = status !== 'CALCULATED';
    expect(result).toMatchObject({ acceptedCount: 2, rejectedCount: 0, lateCount: late ? 1 : 0 });
    expect(await landed()).toMatchObject([
      { externalId: 'E1', period, late },
      { externalId: 'E2', late: false },
    ]);
    await databases.owner
      .update(commissionRun)
      .set({ status: 'VOIDED' })
      .where(eq(commissionRun.id, run?.id ?? 0));
  });

  it('are told while an approval is under way: the import waits for it', async () => {
    const period = '2019-05';
    const run = { period, status: 'APPROVED', calculatedBy: 'x', startedAt: now.toISOString() } as const;
    const result = await whileLocked(
      databases,
      'tributary books',
      () => importText(databases.owner, file(line({ occurred_at: `${period}-15T00:00:00Z` }))),
      (approval) => approval.insert(commissionRun).values(run),
    );
    expect(result).toMatchObject({ acceptedCount: 1, lateCount: 1 });
  });
});

describe('importEventBatch', () => {
  const input = (changes: Partial<EventInput> = {}): EventInput => ({
    source,
    externalId: 'E1',
    type: 'ACTIVATION',
    occurredAt: '2026-10-28T10:00:00+08:00',
    agentCode: 'A001',
    productCode: 'FIBER',
    quantity: '1',
    amount: '99.90',
    currency: 'CNY',
    ...changes,
  });
  const importBatch = (events: EventInput[], atomic = false) =>
    databases.owner.transaction((transaction) => importEventBatch(transaction, actor, now, events, { atomic }));

  it('is the same as a file with the same events', async () => {
    await importText(databases.owner, file(line({ credits: 'A001:SELLER:0.7|A002:REFERRER:0.3' })));
    const result = await importBatch([
      input({ credits: 'A001:SELLER:0.7|A002:REFERRER:0.3', amount: '99.9', regionCode: null }),
      input({ externalId: 'E2', credits: 'A003:SELLER:0.7|A002:REFERRER:0.3' }),
      input({ externalId: 'E3', agentCode: 'A999' }),
    ]);
    expect(result).toMatchObject({ rowCount: 3, acceptedCount: 1, duplicateCount: 1, rejectedCount: 1 });
    expect(places(result.rejections)).toEqual([[3, 3, 'agent_code', 'AGENT_UNKNOWN']]);
  });

  it('can come several times in one transaction', async () => {
    await databases.owner.transaction(async (transaction) => {
      await importEventBatch(transaction, actor, now, [input()], { atomic: true });
      const again = await importEventBatch(transaction, actor, now, [input()], { atomic: true });
      expect(again).toMatchObject({ duplicateCount: 1 });
    });
  });

  it('has at most 1,000 events', async () => {
    const events = Array.from({ length: 1001 }, (_, index) => input({ externalId: `E${index}` }));
    await expect(importBatch(events)).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE' });
    expect(await importBatch(events.slice(0, 1000))).toMatchObject({ acceptedCount: 1000 });
    expect(await importBatch([])).toMatchObject({ rowCount: 0, importId: null });
  });
});

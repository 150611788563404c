import { Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commissionRun, retroCause } from '../../src/commissions/tables.ts';
import type { Databases } from '../../src/db/client.ts';
import { importEventFile, type RowError } from '../../src/sales/import.ts';
import { testDatabase } from '../database.ts';
import { actor, file, line as goodLine, importText, now, setUpProvince } from './fixture.ts';

// REFUNDs are positive and together at most their original's amount; one REVERSAL each (DOMAIN.md §9.5).

let databases: Databases;
let source: string;
let sourceCount = 0;

beforeAll(async () => {
  databases = await testDatabase();
  await setUpProvince(databases);
});

beforeEach(() => {
  sourceCount += 1;
  source = `ORIGINALS-${sourceCount}`;
});

const line = (changes: Record<string, string> = {}) => goodLine({ source, ...changes });
const sale = (id: string, amount: string) => line({ external_id: id, amount });
const refund = (id: string, original: string, amount: string, changes: Record<string, string> = {}) =>
  line({ external_id: id, type: 'REFUND', original_external_id: original, amount, ...changes });
const reversal = (id: string, original: string, changes: Record<string, string> = {}) =>
  line({ external_id: id, type: 'REVERSAL', original_external_id: original, ...changes });
const importLines = (...lines: string[]) => importText(databases.owner, file(...lines));
const faults = (errors: readonly RowError[]) => errors.map(({ row, column, code }) => [row, column, code]);

describe('refunds', () => {
  it('of earlier imports and of the file add up to at most the amount; what still fits lands', async () => {
    await importLines(sale('S', '100'), refund('R1', 'S', '30'));
    // 70 are left: 50 lands, 20.01 does not, 20 does, 0.01 does not.
    const result = await importLines(
      refund('R2', 'S', '50'),
      refund('R3', 'S', '20.01'),
      refund('R4', 'S', '20'),
      refund('R5', 'S', '0.01'),
    );
    expect(result).toMatchObject({ acceptedCount: 2, rejectedCount: 2, duplicateCount: 0 });
    expect(faults(result.rejections)).toEqual([
      [2, 'amount', 'REFUND_TOO_LARGE'],
      [4, 'amount', 'REFUND_TOO_LARGE'],
    ]);
    expect(result.rejections[0]?.message).toBe('Of the 100 of S 20 are left to be refunded.');
  });

  it('take four times as long where there are four times as many, not sixteen times', async () => {
    const lines = (count: number, row: (index: number) => string) =>
      Array.from({ length: count }, (_, index) => row(index));
    const secondsFor = async (name: string, count: number) => {
      await importLines(...lines(count, (index) => sale(`${name}${index}`, '100')));
      const start = performance.now();
      // the last one asks for 0.01 more than is left
      const refunds = lines(count, (index) => refund(`R${name}${index}`, `${name}${index}`, '60'));
      const result = await importLines(...refunds, refund(`X${name}`, `${name}${count - 1}`, '40.01'));
      expect(result).toMatchObject({ acceptedCount: count, rejectedCount: 1 });
      expect(faults(result.rejections)).toEqual([[count + 1, 'amount', 'REFUND_TOO_LARGE']]);
      return (performance.now() - start) / 1000;
    };
    const few = await secondsFor('A', 2500);
    const first = await secondsFor('B', 10_000);
    // What else the machine does may hold up one of them.
    const many = first < 10 * few ? first : await secondsFor('C', 10_000);
    expect(many).toBeLessThan(10 * few);
  }, 60_000);

  it('stand with their original in one file, in any order', async () => {
    const result = await importLines(refund('R1', 'S', '60'), sale('S', '99.90'), refund('R2', 'S', '40'));
    expect(faults(result.rejections)).toEqual([[3, 'amount', 'REFUND_TOO_LARGE']]);
    expect(result).toMatchObject({ acceptedCount: 2 });
  });

  it('that are reversed do not count, whether the REVERSAL came before or comes along', async () => {
    await importLines(sale('S', '100'), refund('R1', 'S', '100'), reversal('V1', 'R1'));
    expect(await importLines(refund('R2', 'S', '100'))).toMatchObject({ acceptedCount: 1 });
    expect(await importLines(refund('R3', 'S', '100'), reversal('V2', 'R2'))).toMatchObject({ acceptedCount: 2 });
    expect(await importLines(refund('R4', 'S', '100'), reversal('V4', 'R4'))).toMatchObject({ acceptedCount: 2 });
    expect(faults((await importLines(refund('R5', 'S', '0.01'))).rejections)).toEqual([
      [1, 'amount', 'REFUND_TOO_LARGE'],
    ]);
  });

  it('sent again are duplicates, also where nothing is left', async () => {
    const lines = [sale('S', '100'), refund('R1', 'S', '100'), reversal('V1', 'R1'), refund('R2', 'S', '100')];
    await importLines(...lines);
    expect(await importLines(...lines, ...lines)).toMatchObject({ duplicateCount: 8, rejectedCount: 0 });
  });

  it('that are refused leave their key to a later row, which is judged as well', async () => {
    const result = await importLines(
      sale('S', '100'),
      refund('R', 'S', '101'),
      refund('R', 'S', '102'),
      refund('R', 'S', '9'),
    );
    expect(result).toMatchObject({ acceptedCount: 2, rejectedCount: 2 });
    expect(faults(result.rejections).map(([row]) => row)).toEqual([2, 3]);
  });

  it.each([
    ['of 0', { amount: '0' }, 'amount', 'AMOUNT_NOT_POSITIVE'],
    ['in another currency', { currency: 'USD' }, 'original_external_id', 'ORIGINAL_UNFIT'],
    ['of a refund', { original_external_id: 'R0' }, 'original_external_id', 'ORIGINAL_UNFIT'],
    ['of a reversal', { original_external_id: 'V0' }, 'original_external_id', 'ORIGINAL_UNFIT'],
  ])('%s are refused', async (_, changes, column, code) => {
    await importLines(sale('S', '100'), refund('R0', 'S', '1'), reversal('V0', 'R0'));
    expect(faults((await importLines(refund('R1', 'S', '1', changes))).rejections)).toEqual([[1, column, code]]);
  });

  it('at the same moment from two connections share what is there', async () => {
    await importLines(sale('S', '100'));
    const results = await Promise.all(['A', 'B', 'C'].map((id) => importLines(refund(`R-${id}`, 'S', '60'))));
    expect(results.map(({ acceptedCount, rejectedCount }) => [acceptedCount, rejectedCount]).sort()).toEqual([
      [0, 1],
      [0, 1],
      [1, 0],
    ]);
  });

  it('keep everything out under atomic', async () => {
    const result = await importText(databases.owner, file(sale('S', '10'), refund('R', 'S', '11')), { atomic: true });
    expect(result).toMatchObject({ importId: null, acceptedCount: 0, rejectedCount: 1 });
  });
});

describe('reversals', () => {
  it('undo anything but a REVERSAL, and anything once', async () => {
    await importLines(sale('S1', '1'), sale('S2', '1'), reversal('V1', 'S1'));
    const result = await importLines(
      reversal('V2', 'V1'),
      reversal('V3', 'S1'),
      reversal('V4', 'S2'),
      reversal('V5', 'S2'),
      reversal('V6', 'V4'),
    );
    expect(result).toMatchObject({ acceptedCount: 1 });
    expect(faults(result.rejections)).toEqual([
      [1, 'original_external_id', 'ORIGINAL_UNFIT'],
      [2, 'original_external_id', 'ALREADY_REVERSED'],
      [4, 'original_external_id', 'ALREADY_REVERSED'],
      [5, 'original_external_id', 'ORIGINAL_UNFIT'],
    ]);
  });

  it('lose their original with a refused refund', async () => {
    const result = await importLines(sale('S', '10'), refund('R', 'S', '1', { currency: 'USD' }), reversal('V', 'R'));
    expect(faults(result.rejections)).toEqual([
      [2, 'original_external_id', 'ORIGINAL_UNFIT'],
      [3, 'original_external_id', 'ORIGINAL_UNKNOWN'],
    ]);
  });
});

describe('what needs its subscription', () => {
  it.each(['TRANSFER'])('%s', async (type) => {
    expect(faults((await importLines(line({ type }))).rejections)).toEqual([
      [1, 'subscription_id', 'SUBSCRIPTION_REQUIRED'],
    ]);
    expect(await importLines(line({ type, subscription_id: 'N1' }))).toMatchObject({ acceptedCount: 1 });
  });
});

describe('late events', () => {
  it('note what has to be recalculated; a REVERSAL of a late one is late in the same file too', async () => {
    const undo = new Error('undo');
    const work = databases.owner.transaction(async (transaction) => {
      await transaction
        .insert(commissionRun)
        .values({ period: '2026-08', status: 'APPROVED', calculatedBy: 'x', startedAt: now.toISOString() });
      const text = file(
        line({ external_id: 'S', occurred_at: '2026-08-10T10:00:00+08:00' }),
        reversal('V', 'S', { agent_code: 'A002' }),
        line({ external_id: 'T', agent_code: 'A003' }),
      );
      const stream = Readable.from([Buffer.from(text)]);
      const result = await importEventFile(transaction, actor, now, { name: 'x', stream }, { atomic: true });
      expect(result).toMatchObject({ acceptedCount: 3, lateCount: 2 });
      const causes = await transaction
        .select({
          period: retroCause.period,
          reason: retroCause.reason,
          agent: sql`(select code from agent where id = agent_id)`,
        })
        .from(retroCause)
        .orderBy(retroCause.agentId);
      expect(causes).toEqual([
        { period: '2026-08', reason: 'late_event', agent: 'A001' },
        { period: '2026-10', reason: 'late_event', agent: 'A002' },
      ]);
      throw undo;
    });
    await expect(work).rejects.toBe(undo);
  });
});

import { Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { endMatrixCell, importMatrixFile, saveMatrixCells } from '../../src/conflicts/matrix.ts';
import { loadMatrixCoverage } from '../../src/conflicts/matrixCoverage.ts';
import { matrixCsv } from '../../src/conflicts/matrixCsv.ts';
import type { MatrixCellInput } from '../../src/conflicts/matrixRows.ts';
import type { Databases } from '../../src/db/client.ts';
import { channelType, productCategory } from '../../src/reference/tables.ts';
import type { RowError } from '../../src/sales/import.ts';
import { testDatabase } from '../database.ts';
import { actor, now } from '../sales/fixture.ts';
import { refusals, setUpRules } from './ruleFixture.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await setUpRules(databases);
});
beforeEach(async () => {
  await rows('delete from matrix_cell');
});

const cell = (allowed: boolean, validFrom: string, more: Partial<MatrixCellInput> = {}): MatrixCellInput => ({
  channelType: 'AGENT',
  productCategory: 'BROADBAND',
  allowed,
  validFrom,
  ...more,
});
const save = (cells: MatrixCellInput[], atomic = false) =>
  databases.owner.transaction((transaction) => saveMatrixCells(transaction, actor, now, cells, { atomic }));
const importText = (text: string, atomic = false) =>
  databases.owner.transaction((transaction) => {
    const source = { stream: Readable.from([Buffer.from(text)]) };
    return importMatrixFile(transaction, actor, now, source, { atomic });
  });
const rows = async (query: string) => [...(await databases.owner.execute(sql.raw(query)))];
const stored = async () =>
  (
    await rows(`
      select concat_ws(' ', channel.code, category.code, segment.code, allowed, cell.valid_from, coalesce(cell.valid_to::text, '-')) as at
      from matrix_cell cell join channel_type channel on channel.id = channel_type_id
      join product_category category on category.id = product_category_id left join segment on segment.id = segment_id order by 1`)
  ).map(({ at }) => at);
const faults = (errors: readonly RowError[]) => errors.map(({ row, column, code }) => [row, column, code]);
const exported = () => databases.owner.transaction((transaction) => matrixCsv(transaction));

describe('cells of the CPC matrix', () => {
  it('hold until the next one of the same combination begins', async () => {
    const first = await save([
      cell(true, '2026-03-01'),
      cell(false, '2026-01-01', { validTo: '2026-12-01' }),
      cell(false, '2026-01-01', { segment: 'BUSINESS' }),
    ]);
    expect(first).toMatchObject({ rowCount: 3, createdCount: 3, changedCount: 0, unchangedCount: 0, rejectedCount: 0 });
    expect(await stored()).toEqual([
      'AGENT BROADBAND BUSINESS f 2026-01-01 -',
      'AGENT BROADBAND f 2026-01-01 2026-03-01',
      'AGENT BROADBAND t 2026-03-01 -',
    ]);
    // The first changes nothing, the second says something else, the third is new and ends the second.
    const again = await save([
      cell(false, '2026-01-01', { validTo: '2026-03-01' }),
      cell(false, '2026-03-01'),
      cell(true, '2026-06-01', { validTo: '2026-07-01' }),
    ]);
    expect(again).toMatchObject({ createdCount: 1, changedCount: 1, unchangedCount: 1 });
    expect(await stored()).toEqual([
      'AGENT BROADBAND BUSINESS f 2026-01-01 -',
      'AGENT BROADBAND f 2026-01-01 2026-03-01',
      'AGENT BROADBAND f 2026-03-01 2026-06-01',
      'AGENT BROADBAND t 2026-06-01 2026-07-01',
    ]);
    expect(await rows(`select action, entity_key, before, after from audit_record order by id desc limit 2`)).toEqual([
      {
        action: 'matrix_cell.created',
        entity_key: 'AGENT BROADBAND 2026-06-01',
        before: null,
        after: { allowed: 'true', validTo: '2026-07-01' },
      },
      {
        action: 'matrix_cell.changed',
        entity_key: 'AGENT BROADBAND 2026-03-01',
        before: { allowed: 'true', validTo: null },
        after: { allowed: 'false', validTo: '2026-06-01' },
      },
    ]);
  });

  it('are said to be wrong by row and field, and the others land, or none of them', async () => {
    const some = [
      cell(true, '2026-13-01', { channelType: 'X', productCategory: 'Y', segment: 'Z' }),
      cell(true, '', { channelType: '' }),
      cell(true, '2026-02-01', { validTo: '2026-02-01' }),
      cell(true, '2026-01-01'),
      cell(false, '2026-01-01'),
    ];
    const expected = [
      [1, 'channelType', 'REFERENCE_UNKNOWN'],
      [1, 'productCategory', 'REFERENCE_UNKNOWN'],
      [1, 'segment', 'SEGMENT_UNKNOWN'],
      [1, 'validFrom', 'VALUE_INVALID'],
      [2, 'channelType', 'VALUE_MISSING'],
      [2, 'validFrom', 'VALUE_MISSING'],
      [3, 'validTo', 'VALUE_INVALID'],
      [5, null, 'ROW_DOUBLED'],
    ];
    const none = await save(some, true);
    expect(none).toMatchObject({ rowCount: 5, createdCount: 0, rejectedCount: 4 });
    expect(faults(none.rejections)).toEqual(expected);
    expect(await stored()).toEqual([]);
    expect(faults((await save(some)).rejections)).toEqual(expected);
    expect(await stored()).toEqual(['AGENT BROADBAND t 2026-01-01 -']);
    const tooMany = Array.from({ length: 1001 }, () => cell(true, '2026-01-01'));
    expect(await refusals(Promise.resolve().then(() => save(tooMany)))).toEqual([
      'BATCH_TOO_LARGE undefined: The batch has 1001 rows, at most 1000 are allowed.',
    ]);
  });

  it('come from a file, whose rows say what is wrong with them', async () => {
    const result = await importText(
      'Channel_Type,product_category,allowed,valid_from\nAGENT,BROADBAND,TRUE,2026-01-01\nAGENT,DEVICES,no,2026-01-01\nAGENT,DEVICES,maybe,2026-05-01\nAGENT,DEVICES\n',
    );
    expect(result).toMatchObject({ rowCount: 4, createdCount: 2, rejectedCount: 2 });
    expect(faults(result.rejections)).toEqual([
      [3, 'allowed', 'VALUE_INVALID'],
      [4, null, 'ROW_COLUMNS'],
    ]);
    expect(await stored()).toEqual(['AGENT BROADBAND t 2026-01-01 -', 'AGENT DEVICES f 2026-01-01 -']);
    expect(await refusals(importText('channel_type,price\n'))).toEqual([
      'COLUMN_UNKNOWN column 2: There is no column "price".',
      'COLUMN_MISSING product_category: product_category is missing in the header line.',
      'COLUMN_MISSING allowed: allowed is missing in the header line.',
      'COLUMN_MISSING valid_from: valid_from is missing in the header line.',
    ]);
  });

  it('are exported so that importing them again changes nothing, and gives the same where there were none', async () => {
    await save([
      cell(true, '2026-01-01', { validTo: '2026-02-01' }),
      cell(false, '2026-03-01'),
      cell(true, '2026-01-01', { segment: 'PUBLIC' }),
      cell(false, '2026-01-01', { productCategory: 'DEVICES', segment: 'BUSINESS', validTo: '2027-01-01' }),
    ]);
    const before = await stored();
    const text = await exported();
    expect(text).toBe(
      'channel_type,product_category,segment,allowed,valid_from,valid_to\r\n' +
        'AGENT,BROADBAND,,true,2026-01-01,2026-02-01\r\n' +
        'AGENT,BROADBAND,,false,2026-03-01,\r\n' +
        'AGENT,BROADBAND,PUBLIC,true,2026-01-01,\r\n' +
        'AGENT,DEVICES,BUSINESS,false,2026-01-01,2027-01-01\r\n',
    );
    expect(await importText(text)).toMatchObject({ createdCount: 0, changedCount: 0, unchangedCount: 4 });
    await rows('delete from matrix_cell');
    expect(await importText(text)).toMatchObject({ createdCount: 4, rejectedCount: 0 });
    expect(await stored()).toEqual(before);
    expect(await exported()).toBe(text);
  });

  it('end on a day, or are removed on their first', async () => {
    await save([cell(true, '2026-01-01'), cell(true, '2026-01-01', { segment: 'PUBLIC' })]);
    const end = (day: string, more: object = {}) =>
      databases.owner.transaction((transaction) =>
        endMatrixCell(transaction, actor, now, { channelType: 'AGENT', productCategory: 'BROADBAND', ...more }, day),
      );
    await end('2026-05-01');
    await end('2026-01-01', { segment: 'PUBLIC' });
    expect(await stored()).toEqual(['AGENT BROADBAND t 2026-01-01 2026-05-01']);
    expect(await refusals(end('2026-05-01'))).toEqual([
      'NOT_FOUND undefined: Nothing holds for AGENT BROADBAND on 2026-05-01.',
    ]);
    expect(await refusals(end('2026-02-30', { channelType: 'X' }))).toEqual([
      'REFERENCE_UNKNOWN channelType: "X" is not known here.',
      'VALUE_INVALID validFrom: "2026-02-30" is no calendar date YYYY-MM-DD from 1900-01-01 on.',
    ]);
    expect(await rows(`select action from audit_record order by id desc limit 2`)).toEqual([
      { action: 'matrix_cell.removed' },
      { action: 'matrix_cell.ended' },
    ]);
  });
});

describe('the coverage of the CPC matrix', () => {
  const coverage = (day: string, filter = {}) =>
    databases.owner.transaction((transaction) => loadMatrixCoverage(transaction, day, filter));

  it('tells for a day what is allowed, refused and not listed, the segment before the general cell', async () => {
    await save([
      cell(true, '2026-01-01', { validTo: '2026-06-01' }),
      cell(false, '2026-01-01', { segment: 'BUSINESS' }),
    ]);
    // 1 channel type · 2 categories · 2 segments = 4; of BROADBAND both are listed: 50 %
    expect(await coverage('2026-05-31')).toEqual({
      cellCount: 4,
      allowedCount: 1,
      refusedCount: 1,
      notListedCount: 2,
      coveredPercent: '50',
      cells: [
        ['BROADBAND', 'BUSINESS', 'REFUSED', false],
        ['BROADBAND', 'PUBLIC', 'ALLOWED', true],
        ['DEVICES', 'BUSINESS', 'NOT_LISTED', false],
        ['DEVICES', 'PUBLIC', 'NOT_LISTED', false],
      ].map(([productCategory, segment, state, fromGeneral]) => {
        return { channelType: 'AGENT', productCategory, segment, state, fromGeneral };
      }),
    });
    // From June on only the cell of BUSINESS is left: 1 of 4.
    expect(await coverage('2026-06-01')).toMatchObject({ notListedCount: 3, coveredPercent: '25' });
    expect(await coverage('2026-06-01', { productCategory: 'BROADBAND' })).toMatchObject({
      cellCount: 2,
      coveredPercent: '50',
    });
    expect(await coverage('2026-06-01', { channelType: 'NONE' })).toMatchObject({ cellCount: 0, coveredPercent: null });
  });

  it('has one cell a category where there are no segments', async () => {
    const plain = await testDatabase();
    await plain.owner.insert(channelType).values({ code: 'AGENT', name: 'Agent' });
    await plain.owner.insert(productCategory).values(['BROADBAND', 'DEVICES'].map((code) => ({ code, name: code })));
    const { cells } = await plain.owner.transaction(async (transaction) => {
      await saveMatrixCells(transaction, actor, now, [cell(true, '2026-01-01')], { atomic: true });
      return loadMatrixCoverage(transaction, '2026-01-01');
    });
    expect(cells).toEqual([
      {
        channelType: 'AGENT',
        productCategory: 'BROADBAND',
        segment: null,
        state: 'ALLOWED',
        fromGeneral: false,
      },
      { channelType: 'AGENT', productCategory: 'DEVICES', segment: null, state: 'NOT_LISTED', fromGeneral: false },
    ]);
  });
});

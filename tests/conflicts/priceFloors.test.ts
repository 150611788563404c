import { Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PriceFloorInput } from '../../src/conflicts/priceFloorRows.ts';
import { endPriceFloor, importPriceFloorFile, savePriceFloors } from '../../src/conflicts/priceFloors.ts';
import type { Databases } from '../../src/db/client.ts';
import { testDatabase } from '../database.ts';
import { actor, now } from '../sales/fixture.ts';
import { refusals, setUpRules } from './ruleFixture.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await setUpRules(databases);
});

const floor = (price: string, validFrom: string, more: Partial<PriceFloorInput> = {}): PriceFloorInput => ({
  ...('productCategory' in more ? {} : { productCode: 'FIBER' }),
  currency: 'CNY',
  price,
  validFrom,
  ...more,
});
const save = (floors: PriceFloorInput[], atomic = false) =>
  databases.owner.transaction((transaction) => savePriceFloors(transaction, actor, now, floors, { atomic }));
const stored = async (currency: string) =>
  [
    ...(await databases.owner.execute(sql`
      select concat_ws(' ', product.code, category.code, region.code, channel.code, price, floor.valid_from,
        coalesce(floor.valid_to::text, '-')) as at
      from price_floor floor left join product on product.id = product_id
      left join product_category category on category.id = product_category_id left join region on region.id = region_id
      left join channel_type channel on channel.id = channel_type_id where currency = ${currency} order by 1`)),
  ].map(({ at }) => at);

describe('floor prices', () => {
  it('hold until the next one of the same begins, each combination by itself', async () => {
    await save([
      floor('99.90', '2026-01-01'),
      floor('80', '2026-01-01', { regionCode: 'R-EAST' }),
      floor('70', '2026-01-01', { regionCode: 'R-EAST', channelType: 'AGENT' }),
      floor('60', '2026-01-01', { productCategory: 'BROADBAND' }),
    ]);
    const again = await save([
      floor('99.9', '2026-01-01', { validTo: '2026-04-01' }),
      floor('95.555', '2026-04-01'),
      floor('60.000', '2026-01-01', { productCategory: 'BROADBAND' }),
    ]);
    expect(again).toMatchObject({ createdCount: 1, changedCount: 1, unchangedCount: 1, rejectedCount: 0 });
    expect(await stored('CNY')).toEqual([
      'BROADBAND 60 2026-01-01 -',
      'FIBER 95.555 2026-04-01 -',
      'FIBER 99.9 2026-01-01 2026-04-01',
      'FIBER R-EAST 80 2026-01-01 -',
      'FIBER R-EAST AGENT 70 2026-01-01 -',
    ]);
  });

  it('are said to be wrong by row and field', async () => {
    const { rejections, createdCount } = await save([
      floor('0', '2026-01-01', { currency: 'XXX', productCode: 'NONE' }),
      floor('1e2', '2026-01-01', { currency: 'USD', regionCode: 'NONE', channelType: 'NONE' }),
      { currency: 'USD', price: '', validFrom: '' },
      floor('1', '2026-01-01', { currency: 'USD', productCode: 'FIBER', productCategory: 'NONE' }),
      floor('1', '2026-01-01', { currency: 'USD' }),
      floor('2', '2026-01-01', { currency: 'USD' }),
    ]);
    expect(createdCount).toBe(1);
    expect(rejections.map(({ row, column, code, key }) => [row, column, code, key])).toEqual([
      [1, 'productCode', 'PRODUCT_UNKNOWN', 'product NONE currency XXX'],
      [1, 'price', 'AMOUNT_NOT_POSITIVE', 'product NONE currency XXX'],
      [1, 'currency', 'CURRENCY_UNKNOWN', 'product NONE currency XXX'],
      [2, 'regionCode', 'REGION_UNKNOWN', 'product FIBER region NONE channelType NONE currency USD'],
      [2, 'channelType', 'REFERENCE_UNKNOWN', 'product FIBER region NONE channelType NONE currency USD'],
      [2, 'price', 'NUMBER_INVALID', 'product FIBER region NONE channelType NONE currency USD'],
      [3, 'price', 'VALUE_MISSING', 'currency USD'],
      [3, 'validFrom', 'VALUE_MISSING', 'currency USD'],
      [3, 'productCode', 'VALUE_MISSING', 'currency USD'],
      [4, 'productCategory', 'VALUE_INVALID', 'product FIBER category NONE currency USD'],
      [4, 'productCategory', 'REFERENCE_UNKNOWN', 'product FIBER category NONE currency USD'],
      [6, null, 'ROW_DOUBLED', 'product FIBER currency USD 2026-01-01'],
    ]);
  });

  it('come from a file, and end on a day', async () => {
    const text = 'currency,price,valid_from,product_code\nJPY,1000,2026-01-01,FIBER\nJPY,1100,2026-06-01,FIBER\n';
    const imported = await databases.owner.transaction((transaction) =>
      importPriceFloorFile(transaction, actor, now, { stream: Readable.from([Buffer.from(text)]) }, { atomic: true }),
    );
    expect(imported).toMatchObject({ rowCount: 2, createdCount: 2 });
    const end = (day: string, currency = 'JPY') =>
      databases.owner.transaction((transaction) =>
        endPriceFloor(transaction, actor, now, { productCode: 'FIBER', currency }, day),
      );
    await end('2026-05-01');
    await end('2026-06-01');
    expect(await stored('JPY')).toEqual(['FIBER 1000 2026-01-01 2026-05-01']);
    expect(await refusals(end('2026-01-01', 'EUR'))).toEqual([
      'NOT_FOUND undefined: Nothing holds for product FIBER currency EUR on 2026-01-01.',
    ]);
  });

  it('leave one record of a large batch, one for each row of a small one', async () => {
    const many = Array.from({ length: 201 }, (_, index) =>
      floor('5', `2026-01-01`, {
        currency: 'EUR',
        validFrom: new Date(Date.UTC(2027, 0, 1 + index)).toISOString().slice(0, 10),
      }),
    );
    expect(await save(many)).toMatchObject({ createdCount: 201 });
    const audit = await databases.owner.execute(sql`
      select action, after ->> 'createdCount' as count from audit_record order by id desc limit 1`);
    expect([...audit]).toEqual([{ action: 'price_floor.saved', count: '201' }]);
    expect(await stored('EUR')).toHaveLength(201);
  });
});

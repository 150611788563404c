import { sql } from 'drizzle-orm';
import { requestDetection } from '../src/conflicts/detection/requestDetection.ts';
import { endPriceFloor, savePriceFloors } from '../src/conflicts/priceFloors.ts';
import type { priceFloor } from '../src/conflicts/tables.ts';
import type { PageOrder } from '../src/db/pages.ts';
import { builder } from './builder.ts';
import { ruleReaders } from './conflictRule.ts';
import { atomicArgument, DatedRowEndPayload, DatedRowsPayload, savedRows } from './matrix.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { equals, readConnection } from './pages.ts';

const PriceFloor = builder.drizzleObject('priceFloor', {
  name: 'PriceFloor',
  description:
    'The lowest price of one unit of a product, or of the products of a category, for a time. The most specific one counts: product before ' +
    'category, then the deeper region, then one with a channel type.',
  authScopes: { roles: ruleReaders },
  fields: (t) => ({
    product: t.relation('product', { nullable: true, description: 'The product; null: a category.' }),
    productCategory: t.relation('category', { nullable: true, description: 'The product category; null: a product.' }),
    region: t.relation('region', {
      nullable: true,
      description: 'Only in this region and the regions under it; null: anywhere.',
    }),
    channelType: t.relation('channelType', {
      nullable: true,
      description: 'Only sales of this channel type; null: of any.',
    }),
    currency: t.exposeString('currency', { description: 'The currency; sales in another one are not compared.' }),
    price: t.expose('price', { type: 'Decimal', description: 'The lowest price of one unit.' }),
    from: t.expose('validFrom', { type: 'Date', description: 'The first day on which it holds.' }),
    to: t.expose('validTo', {
      type: 'Date',
      nullable: true,
      description: 'The first day on which it no longer holds; null: no end.',
    }),
  }),
});

const PriceFloorConnection = builder.connectionObject(
  {
    type: PriceFloor,
    name: 'PriceFloorConnection',
    description: 'A page of floor prices.',
    authScopes: { roles: ruleReaders },
  },
  { description: 'A floor price in a page.', authScopes: { roles: ruleReaders } },
);

const floorOrder: PageOrder<typeof priceFloor> = {
  name: 'priceFloors',
  direction: 'asc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryField('priceFloors', (t) =>
  t.connection(
    {
      type: PriceFloor,
      nullable: true,
      description: 'The floor prices, past and to come, in the order in which they were set.',
      authScopes: { roles: ruleReaders },
      args: {
        productCode: t.arg.string({ description: 'Of this product (code) itself.' }),
        productCategory: t.arg.string({ description: 'Of this product category (code) itself.' }),
        currency: t.arg.string({ description: 'In this currency.' }),
        onDate: t.arg({ type: 'Date', description: 'That hold on this day.' }),
      },
      resolve: (_root, args, context, info) =>
        readConnection(PriceFloor, floorOrder, { args, context, info }, (table) => {
          const { productCode, productCategory, currency, onDate } = args;
          return [
            productCode == null
              ? undefined
              : sql`${table.productId} = (select id from product where code = ${productCode})`,
            productCategory == null
              ? undefined
              : sql`${table.productCategoryId} = (select id from product_category where code = ${productCategory})`,
            equals(table.currency, currency),
            onDate == null
              ? undefined
              : sql`${table.validFrom} <= ${onDate} and (${table.validTo} is null or ${table.validTo} > ${onDate})`,
          ];
        }),
    },
    PriceFloorConnection,
  ),
);

const words = {
  productCode: 'The product (code); or a category.',
  productCategory: 'The product category (code), instead of a product.',
  regionCode: 'Only in this region (code) and the regions under it; without it anywhere.',
  channelType: 'Only sales of this channel type (code); without it of any.',
  currency: 'The currency (ISO 4217).',
};

// All text, as in the cells of a file: what is wrong with a row is then that row's rejection, not the whole request's end.
const PriceFloorInput = builder.inputType('PriceFloorInput', {
  description:
    'A floor price to save, of a product or of a category: exactly one of the two. Every field is text, as a cell of a file would have it.',
  fields: (t) => ({
    productCode: t.string({ description: words.productCode }),
    productCategory: t.string({ description: words.productCategory }),
    regionCode: t.string({ description: words.regionCode }),
    channelType: t.string({ description: words.channelType }),
    currency: t.string({ required: true, description: words.currency }),
    price: t.string({
      required: true,
      description: 'The lowest price of one unit: a plain decimal number above zero.',
    }),
    validFrom: t.string({ required: true, description: 'The first day (YYYY-MM-DD) on which it holds.' }),
    validTo: t.string({
      description: 'The first day on which it no longer holds; without it, until the next one of the same begins.',
    }),
  }),
});

builder.mutationFields((t) => ({
  savePriceFloors: t.field({
    type: DatedRowsPayload,
    errors: resultUnion('savePriceFloors'),
    description:
      'Saves up to 1,000 floor prices. One of the same product or category, region, channel type, currency and first day takes the other’s ' +
      'place; a floor price ends where the next one of the same begins, at the latest.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      input: t.arg({ type: [PriceFloorInput], required: true, description: 'The floor prices.' }),
      atomic: t.arg.boolean({ defaultValue: false, description: atomicArgument }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('savePriceFloors', async (transaction, actor, { input, atomic }, { now }) => {
      const saved = await savePriceFloors(transaction, actor, now, input, { atomic: atomic ?? false });
      await requestDetection(transaction);
      return savedRows(saved);
    }),
  }),
  endPriceFloor: t.field({
    type: DatedRowEndPayload,
    errors: resultUnion('endPriceFloor'),
    description:
      'Ends the floor price that holds on a day; one that begins on that very day is removed. Earlier days stay as they are.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      productCode: t.arg.string({ description: words.productCode }),
      productCategory: t.arg.string({ description: words.productCategory }),
      regionCode: t.arg.string({ description: words.regionCode }),
      channelType: t.arg.string({ description: words.channelType }),
      currency: t.arg.string({ required: true, description: words.currency }),
      on: t.arg({ type: 'Date', required: true, description: 'The first day on which it no longer holds.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('endPriceFloor', async (transaction, actor, { on, ...floor }, { now }) => {
      const { productCode, productCategory, regionCode, channelType, currency } = floor;
      const wanted = { productCode, productCategory, regionCode, channelType, currency };
      await endPriceFloor(transaction, actor, now, wanted, on);
      await requestDetection(transaction);
      return { endedOn: on };
    }),
  }),
}));

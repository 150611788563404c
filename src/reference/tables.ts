import { sql } from 'drizzle-orm';
import { type AnyPgColumn, check, index, integer, pgTable, smallint, text } from 'drizzle-orm/pg-core';
import {
  codeColumn,
  exact,
  finite,
  idColumn,
  localDateColumn,
  nameColumn,
  validity,
  validityCheck,
} from '../db/columns.ts';

/** The company that pays commission. One row: one installation serves one operator. */
export const operator = pgTable(
  'operator',
  {
    id: smallint('id').primaryKey().default(1),
    code: text('code').notNull(),
    name: nameColumn(),
    timeZone: text('time_zone').notNull(),
    currency: text('currency').notNull(),
  },
  () => [check('operator_single', sql.raw('id = 1'))],
);

/** A node of the tree of regions. */
export const region = pgTable(
  'region',
  {
    id: idColumn(),
    code: codeColumn(),
    name: nameColumn(),
    parentId: integer('parent_id').references((): AnyPgColumn => region.id),
  },
  (table) => [index('region_parent').on(table.parentId)],
);

export const channelType = pgTable('channel_type', { id: idColumn(), code: codeColumn(), name: nameColumn() });

export const productCategory = pgTable('product_category', { id: idColumn(), code: codeColumn(), name: nameColumn() });

export const product = pgTable(
  'product',
  {
    id: idColumn(),
    code: codeColumn(),
    name: nameColumn(),
    categoryId: integer('category_id').references(() => productCategory.id),
  },
  (table) => [index('product_category_id').on(table.categoryId)],
);

/** A customer segment. */
export const segment = pgTable('segment', { id: idColumn(), code: codeColumn(), name: nameColumn() });

/** A campaign with its dates [startsOn, endsOn). */
export const campaign = pgTable('campaign', {
  id: idColumn(),
  code: codeColumn(),
  name: nameColumn(),
  startsOn: localDateColumn('starts_on').notNull(),
  endsOn: localDateColumn('ends_on'),
});

/** Units of `intoCurrency` for one unit of `currency`, by local date; no inverse and no cross rate (DOMAIN.md §9.2). */
export const exchangeRate = pgTable(
  'exchange_rate',
  {
    id: idColumn(),
    currency: text('currency').notNull(),
    intoCurrency: text('into_currency').notNull(),
    ...validity(),
    rate: exact('rate').notNull(),
  },
  (table) => [
    validityCheck('exchange_rate'),
    finite('exchange_rate', 'rate'),
    check('exchange_rate_positive', sql.raw('rate > 0 and currency <> into_currency')),
    index('exchange_rate_pair').on(table.currency, table.intoCurrency),
  ],
);

/** A grade an agent can have, by rank (the higher the better), with its commission multiplier. */
export const tier = pgTable(
  'tier',
  {
    id: idColumn(),
    code: codeColumn(),
    name: nameColumn(),
    rank: smallint('rank').notNull(),
    multiplier: exact('multiplier').notNull().default('1'),
  },
  () => [finite('tier', 'multiplier')],
);

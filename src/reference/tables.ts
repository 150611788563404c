import { sql } from 'drizzle-orm';
import { type AnyPgColumn, check, index, integer, pgTable, smallint, text } from 'drizzle-orm/pg-core';
import { codeColumn, idColumn, localDateColumn, nameColumn } from '../db/columns.ts';

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

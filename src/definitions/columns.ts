import { jsonb, smallint, text } from 'drizzle-orm/pg-core';
import { instant, localDateColumn } from '../db/columns.ts';

/**
 * The columns that versions of every definition share: a version is published once, never changed, and in force from its day on, until
 * the next one is.
 */
export const versionColumns = <Definition>() => ({
  number: smallint('number').notNull(),
  validFrom: localDateColumn('valid_from').notNull(),
  /** All decimals in it as text. */
  definition: jsonb('definition').$type<Definition>().notNull(),
  publishedBy: text('published_by').notNull(),
  publishedAt: instant('published_at').notNull(),
});

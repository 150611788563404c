import { sql } from 'drizzle-orm';
import { check, date, integer, numeric, text, timestamp } from 'drizzle-orm/pg-core';

// Column forms that every capability shares, so that a code, an amount or a dated fact is the same thing everywhere.

/** Surrogate key. Users never see it bare: they use codes, and the API gives opaque ids. */
export const idColumn = () => integer('id').primaryKey().generatedAlwaysAsIdentity();

/** An exact number without a fixed scale; NaN and infinities are kept out by `finite`. */
export const exact = (name: string) => numeric(name);

/** An instant, kept as text in TypeScript: `Date` would cut the microseconds that decide order (DOMAIN.md §9.1). */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'string', precision: 6 });

/** A local date `YYYY-MM-DD` in the operator's time zone. */
export const localDateColumn = (name: string) => date(name, { mode: 'string' });

/** The two ends of a dated fact, [from, to): `valid_to` is null while it has no end (DOMAIN.md §3.5). */
export const validity = () => ({
  validFrom: localDateColumn('valid_from').notNull(),
  validTo: localDateColumn('valid_to'),
});

/** CHECK that a dated fact does not end before it begins. */
export const validityCheck = (table: string) =>
  check(`${table}_validity`, sql.raw('valid_to is null or valid_to > valid_from'));

/** CHECK that numeric columns hold plain numbers: numeric would accept NaN and Infinity (DOMAIN.md §3.1). */
export const finite = (table: string, ...columns: string[]) =>
  check(
    `${table}_finite`,
    sql.raw(columns.map((column) => `${column} not in ('NaN', 'Infinity', '-Infinity')`).join(' and ')),
  );

export const codeColumn = () => text('code').notNull().unique();
export const nameColumn = () => text('name').notNull();

import { pgTable, smallint } from 'drizzle-orm/pg-core';
import { codeColumn, exact, finite, idColumn, nameColumn } from '../db/columns.ts';

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

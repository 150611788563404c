import { index, integer, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import { codeColumn, exact, finite, idColumn, nameColumn } from '../db/columns.ts';
import { versionColumns } from '../definitions/columns.ts';
import type { LoyaltyGridDefinition } from './grid.ts';

/** A grid of loyalty × contribution 忠诚度分类; its versions say by which bands. */
export const loyaltyGrid = pgTable('loyalty_grid', { id: idColumn(), code: codeColumn(), name: nameColumn() });

export const loyaltyGridVersion = pgTable(
  'loyalty_grid_version',
  {
    id: idColumn(),
    gridId: integer('grid_id')
      .notNull()
      .references(() => loyaltyGrid.id),
    ...versionColumns<LoyaltyGridDefinition>(),
  },
  (table) => [unique('loyalty_grid_version_number').on(table.gridId, table.number)],
);

/** In which cell of a grid an agent was in a period. */
export const loyaltyPlacement = pgTable(
  'loyalty_placement',
  {
    gridId: integer('grid_id')
      .notNull()
      .references(() => loyaltyGrid.id),
    period: text('period').notNull(),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    versionId: integer('version_id')
      .notNull()
      .references(() => loyaltyGridVersion.id),
    loyalty: text('loyalty').notNull(),
    contribution: text('contribution').notNull(),
    loyaltyValue: exact('loyalty_value'),
    contributionValue: exact('contribution_value'),
  },
  (table) => [
    primaryKey({ name: 'loyalty_placement_key', columns: [table.gridId, table.period, table.agentId] }),
    index('loyalty_placement_agent').on(table.agentId),
    finite('loyalty_placement', 'loyalty_value', 'contribution_value'),
  ],
);

import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgTable } from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import { idColumn, validity, validityCheck } from '../db/columns.ts';
import { channelType, region } from '../reference/tables.ts';

/** An agent's right to sell in a region and all under it, for a time; an exclusive one is nobody else's then (DOMAIN.md §2). */
export const territory = pgTable(
  'territory',
  {
    id: idColumn(),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    regionId: integer('region_id')
      .notNull()
      .references(() => region.id),
    exclusive: boolean('exclusive').notNull().default(false),
    ...validity(),
  },
  (table) => [
    validityCheck('territory'),
    index('territory_agent').on(table.agentId),
    index('territory_region').on(table.regionId),
  ],
);

/** The operator's channel capacity plan 渠道布局: how many agents of a channel type a region (itself, with all under it) shall have. */
export const channelCapacity = pgTable(
  'channel_capacity',
  {
    id: idColumn(),
    regionId: integer('region_id')
      .notNull()
      .references(() => region.id),
    channelTypeId: integer('channel_type_id')
      .notNull()
      .references(() => channelType.id),
    plannedAgents: integer('planned_agents').notNull(),
    ...validity(),
  },
  (table) => [
    validityCheck('channel_capacity'),
    check('channel_capacity_planned', sql.raw('planned_agents >= 0')),
    index('channel_capacity_region').on(table.regionId),
  ],
);

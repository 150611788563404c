import { index, integer, jsonb, pgEnum, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { AgreementTerms } from '../commissions/definitions.ts';
import { plan } from '../commissions/tables.ts';
import { codeColumn, exact, finite, idColumn, nameColumn, validity, validityCheck } from '../db/columns.ts';
import { channelType, region, tier } from '../reference/tables.ts';

/** The life of an agent once it may sell (DOMAIN.md §4). */
export const agentStatusCode = pgEnum('agent_status_code', ['ACTIVE', 'SUSPENDED', 'TERMINATED']);

/** A partner that sells. What changes over its life stands in the dated tables below. */
export const agent = pgTable(
  'agent',
  {
    id: idColumn(),
    code: codeColumn(),
    name: nameColumn(),
    channelTypeId: integer('channel_type_id')
      .notNull()
      .references(() => channelType.id),
  },
  (table) => [index('agent_channel_type').on(table.channelTypeId)],
);

const agentColumn = () =>
  integer('agent_id')
    .notNull()
    .references(() => agent.id);

// Dated facts of an agent, [valid_from, valid_to), no two of a kind on the same day: exclusion constraints, written by
// hand in the migrations, say so to the database.

export const agentStatus = pgTable(
  'agent_status',
  { id: idColumn(), agentId: agentColumn(), status: agentStatusCode('status').notNull(), ...validity() },
  (table) => [validityCheck('agent_status'), index('agent_status_agent').on(table.agentId)],
);

export const agentTier = pgTable(
  'agent_tier',
  {
    id: idColumn(),
    agentId: agentColumn(),
    tierId: integer('tier_id')
      .notNull()
      .references(() => tier.id),
    ...validity(),
  },
  (table) => [validityCheck('agent_tier'), index('agent_tier_agent').on(table.agentId)],
);

export const agentParent = pgTable(
  'agent_parent',
  {
    id: idColumn(),
    agentId: agentColumn(),
    parentId: integer('parent_id')
      .notNull()
      .references(() => agent.id),
    ...validity(),
  },
  (table) => [
    validityCheck('agent_parent'),
    index('agent_parent_agent').on(table.agentId),
    index('agent_parent_parent').on(table.parentId),
  ],
);

export const agentRegion = pgTable(
  'agent_region',
  {
    id: idColumn(),
    agentId: agentColumn(),
    regionId: integer('region_id')
      .notNull()
      .references(() => region.id),
    ...validity(),
  },
  (table) => [
    validityCheck('agent_region'),
    index('agent_region_agent').on(table.agentId),
    index('agent_region_region').on(table.regionId),
  ],
);

/** A dated contract that binds an agent to a commission plan; an agent has at most one on any day. */
export const agreement = pgTable(
  'agreement',
  {
    id: idColumn(),
    code: text('code').notNull().unique(),
    agentId: agentColumn(),
    planId: integer('plan_id')
      .notNull()
      .references(() => plan.id),
    ...validity(),
    /** Total cap, payout and tax; all decimals in it as text. */
    terms: jsonb('terms').$type<AgreementTerms>().notNull().default({}),
  },
  (table) => [
    validityCheck('agreement'),
    index('agreement_agent').on(table.agentId),
    index('agreement_plan').on(table.planId),
  ],
);

/** Where a figure comes from: a file or the API, the catalogue's formula, raters, a survey, the agent's published score, an award. */
export const metricSource = pgEnum('metric_source', ['IMPORTED', 'COMPUTED', 'RATED', 'SURVEY', 'SCORED', 'AWARDED']);

/**
 * A figure of an agent for a period (`2026-10`, `2026-Q4` or `2026`): a score (metric SCORE), a target, or what else conditions
 * and factors name.
 */
export const metricValue = pgTable(
  'metric_value',
  {
    agentId: agentColumn(),
    metric: text('metric').notNull(),
    period: text('period').notNull(),
    value: exact('value').notNull(),
    source: metricSource('source').notNull().default('IMPORTED'),
  },
  (table) => [
    primaryKey({ name: 'metric_value_key', columns: [table.agentId, table.metric, table.period] }),
    index('metric_value_metric').on(table.metric, table.period),
    finite('metric_value', 'value'),
  ],
);

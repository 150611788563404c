import { bigint, integer, pgEnum, pgTable, primaryKey, smallint, text, unique } from 'drizzle-orm/pg-core';
import { exact } from '../db/columns.ts';

// Tables partitioned by run. drizzle-kit does not know partitions, so a migration by hand creates them; the partitions
// themselves are made by the engine in the schema `runs`, which no request role may enter.

export const lineKind = pgEnum('line_kind', [
  'EARNING',
  'VOLUME',
  'OVERRIDE',
  'POOL',
  'CAP',
  'FLOOR',
  'DRAW',
  'WITHHOLDING',
  'RELEASE',
  'CLAWBACK',
  'RETRO',
  'TAX',
  'ADJUSTMENT',
]);

/**
 * The smallest explained amount: one component, one cause, one agent (docs/commission.md §2). `causeId` is an event, for POOL
 * the pool, 0 where the cause is the agent's period. What the immutable plan version tells (rate, texts, limits) is not repeated here.
 */
export const commissionLine = pgTable(
  'commission_line',
  {
    runId: integer('run_id').notNull(),
    componentId: integer('component_id').notNull(),
    kind: lineKind('kind').notNull(),
    causeId: bigint('cause_id', { mode: 'number' }).notNull(),
    agentId: integer('agent_id').notNull(),
    role: text('role').notNull(),
    ruleId: integer('rule_id'),
    base: exact('base').notNull(),
    share: exact('share').notNull(),
    factor: exact('factor').notNull(),
    amount: exact('amount').notNull(),
    currency: text('currency').notNull(),
    /** The event of the line that a CLAWBACK takes back. */
    originalId: bigint('original_id', { mode: 'number' }),
    /** Which part of a divided amount. */
    instalment: smallint('instalment'),
    /** Whose credit, and which component's line, an OVERRIDE goes by. */
    sourceAgentId: integer('source_agent_id'),
    sourceComponentId: integer('source_component_id'),
    /** The closed period that a RETRO line corrects. */
    originPeriod: text('origin_period'),
  },
  (table) => [
    unique('commission_line_key')
      .on(
        table.agentId,
        table.componentId,
        table.causeId,
        table.role,
        table.kind,
        table.instalment,
        table.originalId,
        table.sourceAgentId,
        table.sourceComponentId,
        table.originPeriod,
        table.currency,
        // last, because sorting by what is the same in all rows first takes half as long again
        table.runId,
      )
      .nullsNotDistinct(),
  ],
);

/** A credit of the period that paid nothing, or less than its plan could pay, with a reason (DOMAIN.md §9.12, §10). */
export const unpaidEvent = pgTable(
  'unpaid_event',
  {
    runId: integer('run_id').notNull(),
    eventId: bigint('event_id', { mode: 'number' }).notNull(),
    agentId: integer('agent_id').notNull(),
    role: text('role').notNull(),
    reason: text('reason').notNull(),
  },
  (table) => [
    primaryKey({ name: 'unpaid_event_key', columns: [table.runId, table.agentId, table.eventId, table.role] }),
  ],
);

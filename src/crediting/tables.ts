import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import { conflictCase } from '../conflicts/tables.ts';
import { codeColumn, exact, idColumn, nameColumn } from '../db/columns.ts';
import { versionColumns } from '../definitions/columns.ts';
import { salesEvent } from '../sales/tables.ts';
import type { CreditRuleDefinition } from './rule.ts';

export const creditRule = pgTable('credit_rule', { id: idColumn(), code: codeColumn(), name: nameColumn() });

export const creditRuleVersion = pgTable(
  'credit_rule_version',
  {
    id: idColumn(),
    ruleId: integer('rule_id')
      .notNull()
      .references(() => creditRule.id),
    ...versionColumns<CreditRuleDefinition>(),
  },
  (table) => [unique('credit_rule_version_number').on(table.ruleId, table.number)],
);

/** Whom a rule credits an event to; shares of one event total exactly 1. */
export const ruleCredit = pgTable(
  'rule_credit',
  {
    eventId: bigint('event_id', { mode: 'number' })
      .notNull()
      .references(() => salesEvent.id),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    role: text('role').notNull(),
    share: exact('share').notNull(),
    ruleVersionId: integer('rule_version_id')
      .notNull()
      .references(() => creditRuleVersion.id),
  },
  (table) => [
    primaryKey({ name: 'rule_credit_key', columns: [table.eventId, table.agentId, table.role] }),
    check('rule_credit_share', sql.raw('share > 0 and share <= 1')),
  ],
);

export const creditBlock = pgEnum('credit_block', ['HELD', 'REJECTED']);

/**
 * Events that are not credited as they came: what all rules and cases together make of them. Written by refresh_crediting() alone, which
 * also notes what that changes in closed periods.
 */
export const eventCrediting = pgTable(
  'event_crediting',
  {
    eventId: bigint('event_id', { mode: 'number' })
      .primaryKey()
      .references(() => salesEvent.id),
    period: text('period').notNull(),
    /** Null: it is paid. */
    block: creditBlock('block'),
    /** The case because of which it is held, rejected or shared; null where a rule shares it. */
    caseId: integer('case_id').references(() => conflictCase.id),
    /** Whether its credits stand in event_award, in place of those that came with it. */
    shared: boolean('shared').notNull(),
  },
  (table) => [
    index('event_crediting_period').on(table.period),
    index('event_crediting_case').on(table.caseId),
    check(
      'event_crediting_reason',
      sql.raw('(block is not null or shared) and (block is null or case_id is not null)'),
    ),
  ],
);

/** The credits of a shared event; shares of one event total exactly 1. */
export const eventAward = pgTable(
  'event_award',
  {
    eventId: bigint('event_id', { mode: 'number' })
      .notNull()
      .references(() => salesEvent.id),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    role: text('role').notNull(),
    share: exact('share').notNull(),
  },
  (table) => [
    primaryKey({ name: 'event_award_key', columns: [table.eventId, table.agentId, table.role] }),
    index('event_award_agent').on(table.agentId),
    check('event_award_share', sql.raw('share > 0 and share <= 1')),
  ],
);

/**
 * How events of approved periods were credited until it changed: up to and with the run that was the latest approved one then. Triggers
 * write it, so that a run can be verified by what it knew.
 */
export const eventCreditingPast = pgTable(
  'event_crediting_past',
  {
    eventId: bigint('event_id', { mode: 'number' }).notNull(),
    untilRunId: integer('until_run_id').notNull(),
    block: creditBlock('block'),
    caseId: integer('case_id'),
    shared: boolean('shared').notNull(),
    awards: jsonb('awards').$type<{ agent_id: number; role: string; share: string }[]>().notNull(),
  },
  (table) => [primaryKey({ name: 'event_crediting_past_key', columns: [table.eventId, table.untilRunId] })],
);

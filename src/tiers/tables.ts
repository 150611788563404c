import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  smallint,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import { codeColumn, idColumn, instant, localDateColumn, nameColumn } from '../db/columns.ts';
import { versionColumns } from '../definitions/columns.ts';
import { tier } from '../reference/tables.ts';
import type { CriterionFact, TierSchemeDefinition } from './scheme.ts';

/** How agents move between tiers (DOMAIN.md §6); its versions say by which criteria. */
export const tierScheme = pgTable('tier_scheme', { id: idColumn(), code: codeColumn(), name: nameColumn() });

export const tierSchemeVersion = pgTable(
  'tier_scheme_version',
  {
    id: idColumn(),
    schemeId: integer('scheme_id')
      .notNull()
      .references(() => tierScheme.id),
    ...versionColumns<TierSchemeDefinition>(),
  },
  (table) => [unique('tier_scheme_version_number').on(table.schemeId, table.number)],
);

export const tierEvaluationState = pgEnum('tier_evaluation_state', ['PREVIEW', 'APPLIED', 'DISCARDED']);

/** One evaluation of a scheme for a period: a preview, until it is applied or discarded. */
export const tierEvaluation = pgTable(
  'tier_evaluation',
  {
    id: idColumn(),
    schemeId: integer('scheme_id')
      .notNull()
      .references(() => tierScheme.id),
    versionId: integer('version_id')
      .notNull()
      .references(() => tierSchemeVersion.id),
    period: text('period').notNull(),
    state: tierEvaluationState('state').notNull(),
    /** The first day after the period: from then on the tiers hold. */
    effectiveOn: localDateColumn('effective_on').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: instant('created_at').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: instant('decided_at'),
    agentCount: integer('agent_count').notNull(),
    movesHash: text('moves_hash').notNull(),
  },
  (table) => [
    uniqueIndex('tier_evaluation_standing').on(table.schemeId, table.period).where(sql.raw("state <> 'DISCARDED'")),
    index('tier_evaluation_version').on(table.versionId),
  ],
);

/**
 * ENTERED: had no tier. KEPT: no change. PROTECTED: a miss that does not count yet. MISSED: a miss within the grace. OVERRIDDEN: an
 * override holds.
 */
export const tierMoveKind = pgEnum('tier_move_kind', [
  'ENTERED',
  'PROMOTED',
  'KEPT',
  'PROTECTED',
  'MISSED',
  'DEMOTED',
  'OVERRIDDEN',
]);

/** What an evaluation found for an agent. A decided appeal of a score adds a revision; the one before stays, superseded. */
export const tierMove = pgTable(
  'tier_move',
  {
    id: idColumn(),
    evaluationId: integer('evaluation_id')
      .notNull()
      .references(() => tierEvaluation.id),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    revision: smallint('revision').notNull().default(0),
    kind: tierMoveKind('kind').notNull(),
    fromTierId: integer('from_tier_id').references(() => tier.id),
    toTierId: integer('to_tier_id')
      .notNull()
      .references(() => tier.id),
    /** Misses in a row, before and after. */
    missesBefore: smallint('misses_before').notNull(),
    missesAfter: smallint('misses_after').notNull(),
    /** What was looked at, criterion by criterion, with the agent's values. */
    facts: jsonb('facts').$type<readonly CriterionFact[]>().notNull(),
    superseded: boolean('superseded').notNull().default(false),
  },
  (table) => [
    unique('tier_move_key').on(table.evaluationId, table.agentId, table.revision),
    uniqueIndex('tier_move_current').on(table.evaluationId, table.agentId).where(sql.raw('not superseded')),
    index('tier_move_agent').on(table.agentId),
  ],
);

export const tierOverrideState = pgEnum('tier_override_state', ['REQUESTED', 'APPROVED', 'REJECTED', 'WITHDRAWN']);

/** A tier given by hand for a time: it has a reason, an approver who is not who asked for it, and an end. */
export const tierOverride = pgTable(
  'tier_override',
  {
    id: idColumn(),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    tierId: integer('tier_id')
      .notNull()
      .references(() => tier.id),
    validFrom: localDateColumn('valid_from').notNull(),
    validTo: localDateColumn('valid_to').notNull(),
    reason: text('reason').notNull(),
    state: tierOverrideState('state').notNull(),
    requestedBy: text('requested_by').notNull(),
    requestedAt: instant('requested_at').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: instant('decided_at'),
    decision: text('decision'),
  },
  (table) => [
    index('tier_override_agent').on(table.agentId),
    check('tier_override_validity', sql.raw('valid_to > valid_from')),
    check(
      'tier_override_four_eyes',
      sql.raw("state not in ('APPROVED', 'REJECTED') or lower(decided_by) <> lower(requested_by)"),
    ),
  ],
);

import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import { commissionRun } from '../commissions/tables.ts';
import { exact, finite, idColumn, instant, localDateColumn } from '../db/columns.ts';
import { document } from '../documents/tables.ts';
import { score } from '../scorecards/tables.ts';

/** What an agent objects to (DOMAIN.md §10). */
export const disputeSubject = pgEnum('dispute_subject', ['LINE', 'MISSING_CREDIT', 'SCORE', 'STATEMENT']);
export const disputeState = pgEnum('dispute_state', ['OPEN', 'ACCEPTED', 'PARTLY_ACCEPTED', 'REJECTED', 'WITHDRAWN']);
/** What an accepted dispute does: an amount of its own, the month calculated again (RETRO), or nothing more. */
export const disputeEffect = pgEnum('dispute_effect', ['NONE', 'ADJUSTMENT', 'RECALCULATION']);

/** An agent's objection 申诉 to what an issued statement says, or does not say. */
export const dispute = pgTable(
  'dispute',
  {
    id: idColumn(),
    code: text('code').notNull().unique().generatedAlwaysAs(sql.raw("'DP-' || id::text")),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    subject: disputeSubject('subject').notNull(),
    /** With agent and currency the statement. */
    runId: integer('run_id')
      .notNull()
      .references(() => commissionRun.id),
    currency: text('currency').notNull(),
    /** LINE: as lines.csv names it. */
    lineId: text('line_id'),
    /** SCORE. */
    scoreId: integer('score_id').references(() => score.id),
    /** MISSING_CREDIT: the sale as the agent knows it. */
    source: text('source'),
    externalId: text('external_id'),
    subscriptionId: text('subscription_id'),
    productCode: text('product_code'),
    soldOn: localDateColumn('sold_on'),
    /** What the agent thinks is due, where it says so. */
    claimedAmount: exact('claimed_amount'),
    reason: text('reason').notNull(),
    state: disputeState('state').notNull(),
    dueAt: instant('due_at').notNull(),
    filedBy: text('filed_by').notNull(),
    filedAt: instant('filed_at').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: instant('decided_at'),
    /** What the agent is told. */
    decision: text('decision'),
    effect: disputeEffect('effect'),
    /** ADJUSTMENT: what is added or, negative, taken. */
    decidedAmount: exact('decided_amount'),
  },
  (table) => [
    index('dispute_agent').on(table.agentId),
    index('dispute_statement').on(table.runId, table.agentId),
    index('dispute_score').on(table.scoreId),
    index('dispute_state').on(table.state, table.dueAt),
    finite('dispute', 'claimed_amount', 'decided_amount'),
    check(
      'dispute_subject_named',
      sql.raw(
        "case subject when 'LINE' then line_id is not null when 'SCORE' then score_id is not null when 'MISSING_CREDIT' then num_nonnulls(external_id, subscription_id) > 0 else true end",
      ),
    ),
    check(
      'dispute_decided',
      sql.raw(
        "(state in ('ACCEPTED', 'PARTLY_ACCEPTED', 'REJECTED')) = (decided_at is not null and effect is not null)",
      ),
    ),
    check('dispute_amount', sql.raw("(effect is not distinct from 'ADJUSTMENT') = (decided_amount is not null)")),
    check('dispute_other_person', sql.raw('lower(decided_by) <> lower(filed_by)')),
  ],
);

/** What is said in a dispute, or brought as evidence with a document. Written once. */
export const disputeComment = pgTable(
  'dispute_comment',
  {
    id: idColumn(),
    disputeId: integer('dispute_id')
      .notNull()
      .references(() => dispute.id),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    text: text('text').notNull(),
    documentId: integer('document_id').references(() => document.id),
    /** Whether only staff sees it. */
    internal: boolean('internal').notNull().default(false),
    by: text('by').notNull(),
    at: instant('at').notNull(),
  },
  (table) => [
    index('dispute_comment_dispute').on(table.disputeId),
    index('dispute_comment_agent').on(table.agentId),
    index('dispute_comment_document').on(table.documentId),
  ],
);

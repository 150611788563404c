import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  check,
  index,
  integer,
  pgEnum,
  pgTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import { conflictDeduction } from '../conflicts/tables.ts';
import { exact, finite, idColumn, instant } from '../db/columns.ts';
import { dispute } from '../disputes/tables.ts';
import { document } from '../documents/tables.ts';

export const adjustmentKind = pgEnum('adjustment_kind', ['PENALTY', 'PRICE_DIFFERENCE', 'REVERSED', 'CORRECTION']);
export const proposalState = pgEnum('adjustment_proposal_state', ['PROPOSED', 'APPROVED', 'REJECTED', 'WITHDRAWN']);

/** An amount that somebody wants added or taken by hand; booked once somebody else approves it. */
export const adjustmentProposal = pgTable(
  'adjustment_proposal',
  {
    id: idColumn(),
    code: text('code').notNull().unique().generatedAlwaysAs(sql.raw("'AP-' || id::text")),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    /** PENALTY, CORRECTION, or REVERSED, which takes another adjustment back. */
    kind: adjustmentKind('kind').notNull(),
    amount: exact('amount').notNull(),
    currency: text('currency').notNull(),
    reason: text('reason').notNull(),
    /** The paper; only what takes an adjustment back may be without, where that one has none. */
    documentId: integer('document_id').references(() => document.id),
    takesBackId: integer('takes_back_id').references((): AnyPgColumn => adjustment.id),
    /** The file that it came with, by the SHA-256 of its bytes. */
    batchHash: text('batch_hash'),
    state: proposalState('state').notNull(),
    proposedBy: text('proposed_by').notNull(),
    proposedAt: instant('proposed_at').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: instant('decided_at'),
    decision: text('decision'),
  },
  (table) => [
    index('adjustment_proposal_agent').on(table.agentId),
    index('adjustment_proposal_state').on(table.state),
    index('adjustment_proposal_document').on(table.documentId),
    uniqueIndex('adjustment_proposal_takes_back')
      .on(table.takesBackId)
      .where(sql.raw("state in ('PROPOSED', 'APPROVED')")),
    finite('adjustment_proposal', 'amount'),
    check('adjustment_proposal_amount', sql.raw("amount <> 0 and (kind::text <> 'PENALTY' or amount < 0)")),
    check('adjustment_proposal_taken_back', sql.raw("(kind::text = 'REVERSED') = (takes_back_id is not null)")),
    check('adjustment_proposal_decided', sql.raw("(state = 'PROPOSED') = (decided_at is null)")),
    check(
      'adjustment_proposal_four_eyes',
      sql.raw("state not in ('APPROVED', 'REJECTED') or lower(decided_by) <> lower(proposed_by)"),
    ),
  ],
);

/**
 * An amount that is added to (or, negative, taken from) what an agent is due, as a line of its own. Booked by the first run of `fromPeriod` or
 * of a later period. What was booked is never changed: another one with the opposite amount (REVERSED) takes it back.
 */
export const adjustment = pgTable(
  'adjustment',
  {
    id: idColumn(),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    kind: adjustmentKind('kind').notNull(),
    amount: exact('amount').notNull(),
    currency: text('currency').notNull(),
    /** After every approved period when it was made. */
    fromPeriod: text('from_period').notNull(),
    reason: text('reason').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: instant('created_at').notNull(),
    deductionId: integer('deduction_id').references(() => conflictDeduction.id),
    proposalId: integer('proposal_id')
      .unique()
      .references(() => adjustmentProposal.id),
    disputeId: integer('dispute_id')
      .unique()
      .references(() => dispute.id),
    reversesId: integer('reverses_id'),
    /** Taken back before any approved run booked it: then it is not booked at all. */
    withdrawnAt: instant('withdrawn_at'),
  },
  (table) => [
    index('adjustment_agent').on(table.agentId),
    index('adjustment_period').on(table.fromPeriod),
    unique('adjustment_reverses').on(table.reversesId),
    index('adjustment_deduction').on(table.deductionId),
    finite('adjustment', 'amount'),
    check('adjustment_amount', sql.raw('amount <> 0')),
    check('adjustment_reversed', sql.raw("(kind = 'REVERSED') = (reverses_id is not null)")),
  ],
);

import { sql } from 'drizzle-orm';
import { check, index, integer, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import { exact, finite, idColumn, instant } from '../db/columns.ts';
import { document } from '../documents/tables.ts';
import { payment } from '../payments/tables.ts';

/** PAID_IN by the agent, COLLECTED from a payment, SET_OFF against a debt, REFUNDED to the agent. */
export const depositEntryKind = pgEnum('deposit_entry_kind', ['PAID_IN', 'COLLECTED', 'SET_OFF', 'REFUNDED']);
export const depositEntryState = pgEnum('deposit_entry_state', ['PROPOSED', 'APPROVED', 'REJECTED']);

/** A movement of an agent's deposit 保证金; its balance is the sum of what is approved, and never below zero. */
export const depositEntry = pgTable(
  'deposit_entry',
  {
    id: idColumn(),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    kind: depositEntryKind('kind').notNull(),
    /** Negative: SET_OFF, REFUNDED. */
    amount: exact('amount').notNull(),
    currency: text('currency').notNull(),
    reason: text('reason').notNull(),
    documentId: integer('document_id').references(() => document.id),
    /** COLLECTED: the payment that is less by it. */
    paymentId: integer('payment_id')
      .unique()
      .references(() => payment.id),
    state: depositEntryState('state').notNull(),
    proposedBy: text('proposed_by').notNull(),
    proposedAt: instant('proposed_at').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: instant('decided_at'),
  },
  (table) => [
    index('deposit_entry_agent').on(table.agentId),
    index('deposit_entry_document').on(table.documentId),
    finite('deposit_entry', 'amount'),
    check(
      'deposit_entry_amount',
      sql.raw("case when kind in ('PAID_IN', 'COLLECTED') then amount > 0 else amount < 0 end"),
    ),
    check('deposit_entry_decided', sql.raw("(state = 'PROPOSED') = (decided_at is null)")),
    check(
      'deposit_entry_four_eyes',
      sql.raw("state = 'PROPOSED' or kind = 'COLLECTED' or lower(decided_by) <> lower(proposed_by)"),
    ),
  ],
);

import { sql } from 'drizzle-orm';
import { check, index, integer, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import { commissionRun } from '../commissions/tables.ts';
import { exact, finite, idColumn, instant, localDateColumn } from '../db/columns.ts';
import { depositEntry } from '../deposits/tables.ts';
import { payment } from '../payments/tables.ts';

/** BANK_RETURN, what a failed payment brings back; DEPOSIT_SET_OFF and REPAYMENT, what a debt is paid with; OFF_CYCLE, what was paid ahead. */
export const balanceEntryKind = pgEnum('balance_entry_kind', [
  'BANK_RETURN',
  'DEPOSIT_SET_OFF',
  'REPAYMENT',
  'OFF_CYCLE',
]);

/**
 * What moves an agent's balance between two statements: next opening = closing − payable + these (DOMAIN.md §10). The first run that is approved
 * after it was made carries it.
 */
export const balanceEntry = pgTable(
  'balance_entry',
  {
    id: idColumn(),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    kind: balanceEntryKind('kind').notNull(),
    /** What is added to the opening; OFF_CYCLE is negative. */
    amount: exact('amount').notNull(),
    currency: text('currency').notNull(),
    paymentId: integer('payment_id')
      .unique()
      .references(() => payment.id),
    depositEntryId: integer('deposit_entry_id')
      .unique()
      .references(() => depositEntry.id),
    settlementId: integer('settlement_id')
      .unique()
      .references(() => offCycleSettlement.id),
    repaymentId: integer('repayment_id')
      .unique()
      .references(() => repayment.id),
    reason: text('reason').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: instant('created_at').notNull(),
    /** REPAYMENT: somebody else who saw the money. */
    approvedBy: text('approved_by'),
    carriedRunId: integer('carried_run_id').references(() => commissionRun.id),
  },
  (table) => [
    index('balance_entry_agent').on(table.agentId),
    index('balance_entry_carried').on(table.carriedRunId),
    finite('balance_entry', 'amount'),
    check('balance_entry_amount', sql.raw("case kind when 'OFF_CYCLE' then amount < 0 else amount > 0 end")),
    check(
      'balance_entry_cause',
      sql.raw(
        "case kind when 'BANK_RETURN' then payment_id is not null when 'DEPOSIT_SET_OFF' then deposit_entry_id is not null when 'OFF_CYCLE' then settlement_id is not null else approved_by is not null end and num_nonnulls(payment_id, deposit_entry_id, settlement_id, repayment_id) <= 1",
      ),
    ),
    check('balance_entry_four_eyes', sql.raw('lower(approved_by) <> lower(created_by)')),
  ],
);

/** ADVANCE: on what is earned later. BALANCE: what is carried below the minimum payout. FINAL: all that is open with an agent that left. */
export const offCycleKind = pgEnum('off_cycle_kind', ['ADVANCE', 'BALANCE', 'FINAL']);
export const offCycleState = pgEnum('off_cycle_state', ['PROPOSED', 'APPROVED', 'REJECTED', 'WITHDRAWN']);

/** A payment outside the monthly cycle; two people decide. `gross` is taken from the next opening, `gross − tax` is paid. */
export const offCycleSettlement = pgTable(
  'off_cycle_settlement',
  {
    id: idColumn(),
    code: text('code').notNull().unique().generatedAlwaysAs(sql.raw("'OC-' || id::text")),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    kind: offCycleKind('kind').notNull(),
    currency: text('currency').notNull(),
    gross: exact('gross').notNull(),
    taxPercent: exact('tax_percent').notNull(),
    tax: exact('tax').notNull(),
    net: exact('net').notNull(),
    /** The part of it that the bank returned: it was taxed when it was first due. */
    returned: exact('returned').notNull().default('0'),
    reason: text('reason').notNull(),
    state: offCycleState('state').notNull(),
    proposedBy: text('proposed_by').notNull(),
    proposedAt: instant('proposed_at').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: instant('decided_at'),
  },
  (table) => [
    index('off_cycle_settlement_agent').on(table.agentId),
    finite('off_cycle_settlement', 'gross', 'tax', 'net', 'tax_percent', 'returned'),
    check(
      'off_cycle_settlement_whole',
      sql.raw('gross > 0 and tax >= 0 and gross = tax + net and returned between 0 and gross'),
    ),
    check('off_cycle_settlement_decided', sql.raw("(state = 'PROPOSED') = (decided_at is null)")),
    check(
      'off_cycle_settlement_four_eyes',
      sql.raw("state not in ('APPROVED', 'REJECTED') or lower(decided_by) <> lower(proposed_by)"),
    ),
  ],
);

export const repaymentState = pgEnum('repayment_state', ['PROPOSED', 'APPROVED', 'REJECTED', 'WITHDRAWN']);

/** Money that an agent paid towards its debt; somebody else who saw it approves. */
export const repayment = pgTable(
  'repayment',
  {
    id: idColumn(),
    code: text('code').notNull().unique().generatedAlwaysAs(sql.raw("'RP-' || id::text")),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    amount: exact('amount').notNull(),
    currency: text('currency').notNull(),
    /** The local day on which it came in. */
    receivedOn: localDateColumn('received_on').notNull(),
    reason: text('reason').notNull(),
    state: repaymentState('state').notNull(),
    proposedBy: text('proposed_by').notNull(),
    proposedAt: instant('proposed_at').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: instant('decided_at'),
  },
  (table) => [
    index('repayment_agent').on(table.agentId),
    finite('repayment', 'amount'),
    check('repayment_amount', sql.raw('amount > 0')),
    check('repayment_decided', sql.raw("(state = 'PROPOSED') = (decided_at is null)")),
    check(
      'repayment_four_eyes',
      sql.raw("state not in ('APPROVED', 'REJECTED') or lower(decided_by) <> lower(proposed_by)"),
    ),
  ],
);

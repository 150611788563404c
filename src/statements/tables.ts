import { sql } from 'drizzle-orm';
import { boolean, check, foreignKey, index, integer, pgEnum, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import { commissionRun } from '../commissions/tables.ts';
import { exact, finite, idColumn, instant, localDateColumn } from '../db/columns.ts';

/** What one agent is due for a period (DOMAIN.md §10), and the hash of the lines that lead to it. */
export const statement = pgTable(
  'statement',
  {
    runId: integer('run_id')
      .notNull()
      .references(() => commissionRun.id),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    currency: text('currency').notNull(),
    opening: exact('opening').notNull(),
    /** The part of the opening that the bank returned: it was taxed when it was first due (DOMAIN.md §10). */
    returned: exact('returned').notNull().default('0'),
    earned: exact('earned').notNull(),
    released: exact('released').notNull().default('0'),
    withheld: exact('withheld').notNull().default('0'),
    clawedBack: exact('clawed_back').notNull().default('0'),
    adjustments: exact('adjustments').notNull().default('0'),
    tax: exact('tax').notNull().default('0'),
    closing: exact('closing').notNull(),
    payable: exact('payable').notNull(),
    lineCount: integer('line_count').notNull(),
    linesHash: text('lines_hash').notNull(),
  },
  (table) => [
    primaryKey({ name: 'statement_key', columns: [table.runId, table.agentId, table.currency] }),
    index('statement_agent').on(table.agentId),
    finite('statement', 'opening', 'earned', 'closing', 'payable'),
    check(
      'statement_parts_finite',
      sql.raw(
        "'NaN' not in (released, withheld, clawed_back, adjustments, tax) and 'Infinity' not in (released, withheld, clawed_back, adjustments, tax)",
      ),
    ),
    check(
      'statement_equation',
      sql.raw('closing = opening + earned + released - withheld - clawed_back + adjustments - tax'),
    ),
  ],
);

export const statementState = pgEnum('statement_state', ['ISSUED', 'CONFIRMED', 'DISPUTED']);
/** By whom or what it was confirmed: the agent, the time that passed, the last of its disputes that was settled. */
export const statementConfirmation = pgEnum('statement_confirmation', ['AGENT', 'TIME', 'SETTLEMENT']);

/** The columns that name a statement, with their foreign key in each table that has them. */
const statementColumns = () => ({
  runId: integer('run_id').notNull(),
  agentId: integer('agent_id').notNull(),
  currency: text('currency').notNull(),
});

/**
 * A statement that was handed over, with what follows for its payment. Its amounts stay what they were: triggers say so. Only the state and
 * who confirmed it change.
 */
export const issuedStatement = pgTable(
  'issued_statement',
  {
    ...statementColumns(),
    /** `S-2026-10-A1-CNY`. */
    number: text('number').notNull().unique(),
    state: statementState('state').notNull(),
    issuedBy: text('issued_by').notNull(),
    issuedAt: instant('issued_at').notNull(),
    /** The first local day on which it counts as confirmed. */
    confirmsOn: localDateColumn('confirms_on').notNull(),
    /** The first local day on which it can no longer be disputed. */
    disputableUntil: localDateColumn('disputable_until').notNull(),
    confirmation: statementConfirmation('confirmation'),
    confirmedBy: text('confirmed_by'),
    confirmedAt: instant('confirmed_at'),
    /** The tax profile as it was: null percent where the agent charges no value-added tax. */
    vatPercent: exact('vat_percent'),
    vatIncluded: boolean('vat_included').notNull().default(false),
    /** Of what is payable: net + vat = gross, and gross is what is to be paid. */
    net: exact('net').notNull(),
    vat: exact('vat').notNull(),
    gross: exact('gross').notNull(),
    /** Of net and gross, what the bank returned of earlier payments: it was invoiced then. */
    returned: exact('returned').notNull().default('0'),
    invoiceRequired: boolean('invoice_required').notNull(),
    /** Days after the confirmation before which it is not paid. */
    paymentDelayDays: integer('payment_delay_days').notNull().default(0),
    linesHash: text('lines_hash').notNull(),
    /** The names of the agent and the operator then: paper keeps them. Null where it was issued before they were written down. */
    agentName: text('agent_name'),
    operatorName: text('operator_name'),
  },
  (table) => [
    primaryKey({ name: 'issued_statement_key', columns: [table.runId, table.agentId, table.currency] }),
    foreignKey({
      name: 'issued_statement_statement',
      columns: [table.runId, table.agentId, table.currency],
      foreignColumns: [statement.runId, statement.agentId, statement.currency],
    }),
    index('issued_statement_agent').on(table.agentId),
    index('issued_statement_state').on(table.state, table.confirmsOn),
    finite('issued_statement', 'net', 'vat', 'gross', 'vat_percent'),
    check('issued_statement_whole', sql.raw('net + vat = gross')),
    check('issued_statement_returned', sql.raw('returned between 0 and gross')),
    check('issued_statement_confirmed', sql.raw("(state = 'CONFIRMED') = (confirmed_at is not null)")),
  ],
);

/** What happened to an issued statement. Written once. */
export const statementStep = pgTable(
  'statement_step',
  {
    id: idColumn(),
    ...statementColumns(),
    /** ISSUED, CONFIRMED, DISPUTED, SETTLED … */
    action: text('action').notNull(),
    toState: statementState('to_state').notNull(),
    by: text('by').notNull(),
    at: instant('at').notNull(),
    reason: text('reason'),
  },
  (table) => [
    index('statement_step_statement').on(table.runId, table.agentId),
    foreignKey({
      name: 'statement_step_statement',
      columns: [table.runId, table.agentId, table.currency],
      foreignColumns: [issuedStatement.runId, issuedStatement.agentId, issuedStatement.currency],
    }),
  ],
);

import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, pgEnum, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import { exact, finite, idColumn, instant, localDateColumn } from '../db/columns.ts';
import { document } from '../documents/tables.ts';
import { issuedStatement } from '../statements/tables.ts';

/** SUBMITTED until finance has seen the paper; ACCEPTED lets its statements be paid; REJECTED or WITHDRAWN frees number and statements. */
export const invoiceState = pgEnum('invoice_state', ['SUBMITTED', 'ACCEPTED', 'REJECTED', 'WITHDRAWN']);

/** An agent's invoice 发票 for one or more of its issued statements; its amounts are theirs, to the fen. */
export const invoice = pgTable(
  'invoice',
  {
    id: idColumn(),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    /** Without blanks, upper case. */
    number: text('number').notNull(),
    /** The code 发票代码 that older papers have besides. */
    series: text('series').notNull().default(''),
    issuedOn: localDateColumn('issued_on').notNull(),
    currency: text('currency').notNull(),
    net: exact('net').notNull(),
    vat: exact('vat').notNull(),
    gross: exact('gross').notNull(),
    documentId: integer('document_id').references(() => document.id),
    state: invoiceState('state').notNull(),
    submittedBy: text('submitted_by').notNull(),
    submittedAt: instant('submitted_at').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: instant('decided_at'),
    decision: text('decision'),
  },
  (table) => [
    uniqueIndex('invoice_number').on(table.series, table.number).where(sql.raw("state in ('SUBMITTED', 'ACCEPTED')")),
    index('invoice_agent').on(table.agentId),
    index('invoice_document').on(table.documentId),
    finite('invoice', 'net', 'vat', 'gross'),
    check('invoice_whole', sql.raw('net + vat = gross and gross > 0')),
    check('invoice_decided', sql.raw("(state = 'SUBMITTED') = (decided_at is null)")),
    check(
      'invoice_four_eyes',
      sql.raw("state not in ('ACCEPTED', 'REJECTED') or lower(decided_by) <> lower(submitted_by)"),
    ),
  ],
);

/** Which statements an invoice is for. A statement has one invoice that counts: a trigger says so. */
export const invoiceStatement = pgTable(
  'invoice_statement',
  {
    invoiceId: integer('invoice_id')
      .notNull()
      .references(() => invoice.id),
    runId: integer('run_id').notNull(),
    agentId: integer('agent_id').notNull(),
    currency: text('currency').notNull(),
  },
  (table) => [
    primaryKey({
      name: 'invoice_statement_key',
      columns: [table.invoiceId, table.runId, table.agentId, table.currency],
    }),
    index('invoice_statement_statement').on(table.runId, table.agentId),
    index('invoice_statement_agent').on(table.agentId),
    foreignKey({
      name: 'invoice_statement_statement',
      columns: [table.runId, table.agentId, table.currency],
      foreignColumns: [issuedStatement.runId, issuedStatement.agentId, issuedStatement.currency],
    }),
  ],
);

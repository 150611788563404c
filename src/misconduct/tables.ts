import { boolean, index, integer, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
import { idColumn, localDateColumn } from '../db/columns.ts';

export const misconductState = pgEnum('misconduct_state', ['FILED', 'IN_REVIEW', 'SETTLED', 'DISMISSED']);

/**
 * A report of misconduct 合规举报. Nothing in it tells who filed it: no account, no address, and the day only, since an instant could be
 * matched with a log. The receipt's hash lets its holder follow it.
 */
export const misconductReport = pgTable(
  'misconduct_report',
  {
    id: idColumn(),
    receiptHash: text('receipt_hash').notNull().unique(),
    category: text('category').notNull(),
    /** The agent it is about, as the reporter wrote it: it need not exist. */
    about: text('about'),
    state: misconductState('state').notNull(),
    filedOn: localDateColumn('filed_on').notNull(),
  },
  (table) => [index('misconduct_report_state').on(table.state)],
);

/** What was written to a report, by the reporter or by compliance, in order. */
export const misconductMessage = pgTable(
  'misconduct_message',
  {
    id: idColumn(),
    reportId: integer('report_id')
      .notNull()
      .references(() => misconductReport.id),
    fromReporter: boolean('from_reporter').notNull(),
    /** Who of compliance wrote it; null for the reporter. */
    by: text('by'),
    words: text('words').notNull(),
    writtenOn: localDateColumn('written_on').notNull(),
  },
  (table) => [index('misconduct_message_report').on(table.reportId)],
);

import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgEnum, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import { commissionRun } from '../commissions/tables.ts';
import { exact, finite, idColumn, instant, localDateColumn } from '../db/columns.ts';
import { dispute } from '../disputes/tables.ts';

/** What became of a row of an agent's own list (DOMAIN.md §10, Reconciliation). */
export const reconciliationVerdict = pgEnum('reconciliation_verdict', [
  'MATCHED',
  'MISSING',
  'UNDERPAID',
  'OVERPAID',
  'DISQUALIFIED',
]);
export const reconciliationMatch = pgEnum('reconciliation_match', ['ID', 'SUBSCRIPTION']);

/** An agent's own list of sales of a period, compared with what was paid 对账. */
export const reconciliation = pgTable(
  'reconciliation',
  {
    id: idColumn(),
    code: text('code').notNull().unique().generatedAlwaysAs(sql.raw("'RC-' || id::text")),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    runId: integer('run_id')
      .notNull()
      .references(() => commissionRun.id),
    fileName: text('file_name').notNull(),
    sha256: text('sha256').notNull(),
    uploadedBy: text('uploaded_by').notNull(),
    uploadedAt: instant('uploaded_at').notNull(),
    rowCount: integer('row_count').notNull(),
    /** Sales credited to the agent in the period that the list does not have. */
    unlistedCount: integer('unlisted_count').notNull(),
  },
  (table) => [index('reconciliation_agent').on(table.agentId), index('reconciliation_run').on(table.runId)],
);

export const reconciliationRow = pgTable(
  'reconciliation_row',
  {
    reconciliationId: integer('reconciliation_id')
      .notNull()
      .references(() => reconciliation.id),
    /** Its line in the file, the header being 1. */
    row: integer('row').notNull(),
    agentId: integer('agent_id').notNull(),
    source: text('source'),
    externalId: text('external_id'),
    subscriptionId: text('subscription_id'),
    productCode: text('product_code'),
    soldOn: localDateColumn('sold_on'),
    expectedAmount: exact('expected_amount'),
    currency: text('currency').notNull(),
    verdict: reconciliationVerdict('verdict').notNull(),
    matchedBy: reconciliationMatch('matched_by'),
    eventId: bigint('event_id', { mode: 'number' }),
    /** What the event's lines come to for the agent; null where nothing was found. */
    paidAmount: exact('paid_amount'),
    /** Why it paid nothing or less: a reason code of DOMAIN.md §9.12, or NOT_FOUND, NOT_CREDITED, LISTED_TWICE. */
    reason: text('reason'),
    disputeId: integer('dispute_id').references(() => dispute.id),
  },
  (table) => [
    primaryKey({ name: 'reconciliation_row_key', columns: [table.reconciliationId, table.row] }),
    index('reconciliation_row_agent').on(table.agentId),
    index('reconciliation_row_dispute').on(table.disputeId),
    finite('reconciliation_row', 'expected_amount', 'paid_amount'),
  ],
);

import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import { commissionRun } from '../commissions/tables.ts';
import { exact, finite } from '../db/columns.ts';

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

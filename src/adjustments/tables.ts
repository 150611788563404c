import { sql } from 'drizzle-orm';
import { check, index, integer, pgEnum, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import { conflictDeduction } from '../conflicts/tables.ts';
import { exact, finite, idColumn, instant } from '../db/columns.ts';

export const adjustmentKind = pgEnum('adjustment_kind', ['PENALTY', 'PRICE_DIFFERENCE', 'REVERSED']);

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

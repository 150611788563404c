import { index, integer, pgTable } from 'drizzle-orm/pg-core';
import { idColumn, instant } from '../db/columns.ts';
import { payment, paymentState } from '../payments/tables.ts';

/**
 * That a payment was paid, or failed, and when: a payment itself knows the last only. CANCELLED: it was paid although it was cancelled and
 * another one had its place; PAID after that: it has the place now. A trigger writes it, once.
 */
export const paymentOutcome = pgTable(
  'payment_outcome',
  {
    id: idColumn(),
    paymentId: integer('payment_id')
      .notNull()
      .references(() => payment.id),
    state: paymentState('state').notNull(),
    at: instant('at').notNull(),
  },
  (table) => [index('payment_outcome_payment').on(table.paymentId), index('payment_outcome_at').on(table.at)],
);

import { sql } from 'drizzle-orm';
import { check, index, pgEnum, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { idColumn, instant } from '../db/columns.ts';

export const periodLockState = pgEnum('period_lock_state', ['LOCKED', 'REOPENING', 'REOPENED']);

/** That a period's books are closed. Two people reopen them: one asks (REOPENING), another agrees (REOPENED). */
export const periodLock = pgTable(
  'period_lock',
  {
    id: idColumn(),
    period: text('period').notNull().unique(),
    state: periodLockState('state').notNull(),
    lockedBy: text('locked_by').notNull(),
    lockedAt: instant('locked_at').notNull(),
    reopenReason: text('reopen_reason'),
    reopenAskedBy: text('reopen_asked_by'),
    reopenAskedAt: instant('reopen_asked_at'),
    reopenedBy: text('reopened_by'),
    reopenedAt: instant('reopened_at'),
  },
  () => [
    check('period_lock_asked', sql.raw("(state = 'LOCKED') = (reopen_asked_by is null)")),
    check(
      'period_lock_two_people',
      sql.raw("(state = 'REOPENED') = (reopened_by is not null) and lower(reopened_by) <> lower(reopen_asked_by)"),
    ),
  ],
);

/** What was ticked off by hand for a period; what the database can tell by itself is not kept here. */
export const closeTick = pgTable(
  'close_tick',
  {
    period: text('period').notNull(),
    /** The step's code in the settlement policy's checklist. */
    step: text('step').notNull(),
    note: text('note').notNull(),
    tickedBy: text('ticked_by').notNull(),
    tickedAt: instant('ticked_at').notNull(),
  },
  (table) => [primaryKey({ name: 'close_tick_key', columns: [table.period, table.step] })],
);

/** Everything that was done for a period's close, in order. Written once. */
export const closeEvent = pgTable(
  'close_event',
  {
    id: idColumn(),
    period: text('period').notNull(),
    /** TICKED, UNTICKED, LOCKED, REOPEN_ASKED, REOPEN_REFUSED, REOPENED. */
    action: text('action').notNull(),
    step: text('step'),
    note: text('note'),
    by: text('by').notNull(),
    at: instant('at').notNull(),
  },
  (table) => [index('close_event_period').on(table.period)],
);

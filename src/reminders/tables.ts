import { index, integer, pgEnum, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import { idColumn, instant, localDateColumn } from '../db/columns.ts';
import { application } from '../onboarding/tables.ts';

export const reminderKind = pgEnum('reminder_kind', [
  'APPLICATION_OVERDUE',
  'AGREEMENT_ENDS',
  'CERTIFICATE_EXPIRES',
  'CERTIFICATE_EXPIRED',
]);

/** Something that wants doing, found by the daily job: once for each subject and day on which it is due. */
export const reminder = pgTable(
  'reminder',
  {
    id: idColumn(),
    kind: reminderKind('kind').notNull(),
    /** What it is about, by its natural key: an application's, agreement's or agent's and course's code. */
    subject: text('subject').notNull(),
    dueOn: localDateColumn('due_on').notNull(),
    agentId: integer('agent_id').references(() => agent.id),
    applicationId: integer('application_id').references(() => application.id),
    createdAt: instant('created_at').notNull(),
    doneBy: text('done_by'),
    doneAt: instant('done_at'),
  },
  (table) => [
    unique('reminder_once').on(table.kind, table.subject, table.dueOn),
    index('reminder_agent').on(table.agentId),
  ],
);

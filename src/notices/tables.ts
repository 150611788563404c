import { index, integer, jsonb, pgEnum, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import { idColumn, instant } from '../db/columns.ts';

export const noticeKind = pgEnum('notice_kind', [
  'SCORE_PUBLISHED',
  'SCORE_APPEAL_DECIDED',
  'RATING_COMMENT_RELEASED',
  'TIER_CHANGED',
  'TIER_MISSED',
  'TIER_OVERRIDE',
  'AWARD_GRANTED',
  'CONFLICT_OPENED',
  'CONFLICT_DECIDED',
  'CONFLICT_CLOSED',
  'REGISTRATION_DECIDED',
  'REGISTRATION_EXPIRING',
  'REGISTRATION_EXPIRED',
  'DISPUTE_FILED',
  'DISPUTE_ANSWERED',
  'DISPUTE_DECIDED',
  'DISPUTE_OVERDUE',
  'STATEMENT_ISSUED',
]);

/** Something that an agent is told: once for each kind and subject. */
export const notice = pgTable(
  'notice',
  {
    id: idColumn(),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    kind: noticeKind('kind').notNull(),
    /** What it is about, by its natural key: a period, a scheme and period, an award and period. */
    subject: text('subject').notNull(),
    /** What its text is made of; decimals as text. */
    details: jsonb('details').$type<Readonly<Record<string, string>>>().notNull(),
    createdAt: instant('created_at').notNull(),
    readAt: instant('read_at'),
  },
  (table) => [
    unique('notice_once').on(table.agentId, table.kind, table.subject),
    index('notice_newest').on(table.agentId, table.id),
  ],
);

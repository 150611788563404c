import { index, integer, jsonb, pgTable, smallint, text, unique } from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import { codeColumn, exact, finite, idColumn, instant, nameColumn } from '../db/columns.ts';
import { versionColumns } from '../definitions/columns.ts';
import type { AwardPrize, AwardRuleDefinition } from './rule.ts';

/** An award 评优 that is given by period; its versions say by which ranking. */
export const awardRule = pgTable('award_rule', { id: idColumn(), code: codeColumn(), name: nameColumn() });

export const awardRuleVersion = pgTable(
  'award_rule_version',
  {
    id: idColumn(),
    ruleId: integer('rule_id')
      .notNull()
      .references(() => awardRule.id),
    ...versionColumns<AwardRuleDefinition>(),
  },
  (table) => [unique('award_rule_version_number').on(table.ruleId, table.number)],
);

/** An award that an agent was given for a period. */
export const award = pgTable(
  'award',
  {
    id: idColumn(),
    ruleId: integer('rule_id')
      .notNull()
      .references(() => awardRule.id),
    versionId: integer('version_id')
      .notNull()
      .references(() => awardRuleVersion.id),
    period: text('period').notNull(),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    /** Among whom it won: codes of region and channel type, or empty. */
    rankedAmong: text('ranked_among').notNull(),
    place: smallint('place').notNull(),
    value: exact('value').notNull(),
    prize: jsonb('prize').$type<AwardPrize>().notNull(),
    grantedBy: text('granted_by').notNull(),
    grantedAt: instant('granted_at').notNull(),
  },
  (table) => [
    unique('award_once').on(table.ruleId, table.period, table.agentId),
    index('award_agent').on(table.agentId),
    finite('award', 'value'),
  ],
);

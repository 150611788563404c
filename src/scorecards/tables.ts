import { sql } from 'drizzle-orm';
import {
  check,
  index,
  integer,
  json,
  jsonb,
  pgEnum,
  pgTable,
  smallint,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import {
  codeColumn,
  exact,
  finite,
  idColumn,
  instant,
  localDateColumn,
  nameColumn,
  validity,
  validityCheck,
} from '../db/columns.ts';
import { versionColumns } from '../definitions/columns.ts';
import { channelType, region, tier } from '../reference/tables.ts';
import type { MetricDefinition } from './metricDefinition.ts';
import type { ScoreDetail, TemplateDefinition } from './template.ts';

/** An entry of the catalogue of metrics; its values stand in metric_value under its code. */
export const metricDefinition = pgTable('metric_definition', {
  id: idColumn(),
  code: codeColumn(),
  name: nameColumn(),
  definition: jsonb('definition').$type<MetricDefinition>().notNull(),
});

/** By what the agents of a channel type and tier are scored; none named: all. The most specific template counts, channel type first. */
export const scoreTemplate = pgTable('score_template', {
  id: idColumn(),
  code: codeColumn(),
  name: nameColumn(),
  channelTypeId: integer('channel_type_id').references(() => channelType.id),
  tierId: integer('tier_id').references(() => tier.id),
});

export const scoreTemplateVersion = pgTable(
  'score_template_version',
  {
    id: idColumn(),
    templateId: integer('template_id')
      .notNull()
      .references(() => scoreTemplate.id),
    ...versionColumns<TemplateDefinition>(),
  },
  (table) => [unique('score_template_version_number').on(table.templateId, table.number)],
);

/** What an agent, the agents of a region's subtree or those of a channel type are to reach in a metric; the nearest counts. */
export const scoreTarget = pgTable(
  'score_target',
  {
    id: idColumn(),
    metric: text('metric').notNull(),
    agentId: integer('agent_id').references(() => agent.id),
    regionId: integer('region_id').references(() => region.id),
    channelTypeId: integer('channel_type_id').references(() => channelType.id),
    value: exact('value').notNull(),
    ...validity(),
  },
  (table) => [
    index('score_target_metric').on(table.metric),
    index('score_target_agent').on(table.agentId),
    validityCheck('score_target'),
    finite('score_target', 'value'),
    check('score_target_scope', sql.raw('num_nonnulls(agent_id, region_id, channel_type_id) = 1')),
  ],
);

export const scoreState = pgEnum('score_state', ['OPEN', 'CALCULATED', 'PUBLISHED', 'FINAL']);

/** The scoring of a period (DOMAIN.md §5): OPEN → CALCULATED → PUBLISHED → FINAL. */
export const scoreRound = pgTable('score_round', {
  period: text('period').primaryKey(),
  state: scoreState('state').notNull(),
  calculatedBy: text('calculated_by'),
  calculatedAt: instant('calculated_at'),
  publishedBy: text('published_by'),
  publishedAt: instant('published_at'),
  /** The first local day on which no appeal can be filed any more. */
  appealsUntil: localDateColumn('appeals_until'),
  finalisedBy: text('finalised_by'),
  finalisedAt: instant('finalised_at'),
  agentCount: integer('agent_count').notNull().default(0),
  blockedCount: integer('blocked_count').notNull().default(0),
  inputsHash: text('inputs_hash'),
  scoresHash: text('scores_hash'),
});

/** What an agent came to in a period. A decided appeal adds a revision; the one before stays, superseded. */
export const score = pgTable(
  'score',
  {
    id: idColumn(),
    period: text('period')
      .notNull()
      .references(() => scoreRound.period),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    revision: smallint('revision').notNull().default(0),
    templateVersionId: integer('template_version_id')
      .notNull()
      .references(() => scoreTemplateVersion.id),
    /** Its channel type when it was scored: peers are those of the same one. */
    channelTypeId: integer('channel_type_id')
      .notNull()
      .references(() => channelType.id),
    /** null: blocked, by the items that are named. */
    total: exact('total'),
    blockedBy: jsonb('blocked_by').$type<readonly string[]>().notNull(),
    /** As it was written, not taken apart: it is large, and read whole. */
    detail: json('detail').$type<ScoreDetail>().notNull(),
    supersededAt: instant('superseded_at'),
  },
  (table) => [
    unique('score_key').on(table.period, table.agentId, table.revision),
    uniqueIndex('score_current').on(table.period, table.agentId).where(sql.raw('superseded_at is null')),
    index('score_agent').on(table.agentId),
    finite('score', 'total'),
  ],
);

export const appealState = pgEnum('appeal_state', ['FILED', 'ACCEPTED', 'REJECTED', 'WITHDRAWN']);

/** An agent's objection to its published score. */
export const scoreAppeal = pgTable(
  'score_appeal',
  {
    id: idColumn(),
    scoreId: integer('score_id')
      .notNull()
      .references(() => score.id),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    state: appealState('state').notNull(),
    reason: text('reason').notNull(),
    /** The items it objects to; empty: the score as a whole. */
    items: jsonb('items').$type<readonly string[]>().notNull(),
    filedBy: text('filed_by').notNull(),
    filedAt: instant('filed_at').notNull(),
    dueOn: localDateColumn('due_on').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: instant('decided_at'),
    decision: text('decision'),
    /** The values that the decision put in place of others, by item, bonus, deduction or veto. */
    corrections: jsonb('corrections').$type<Readonly<Record<string, string>>>(),
    newScoreId: integer('new_score_id').references(() => score.id),
  },
  (table) => [
    uniqueIndex('score_appeal_open').on(table.scoreId).where(sql.raw("state = 'FILED'")),
    index('score_appeal_agent').on(table.agentId),
    index('score_appeal_score').on(table.scoreId),
    index('score_appeal_new_score').on(table.newScoreId),
  ],
);

/** A window in which raters rate agents in one aspect for one period; RATED_360 items name the aspect. */
export const ratingRound = pgTable(
  'rating_round',
  {
    id: idColumn(),
    code: codeColumn(),
    name: nameColumn(),
    aspect: text('aspect').notNull(),
    period: text('period').notNull(),
    opensOn: localDateColumn('opens_on').notNull(),
    closesOn: localDateColumn('closes_on').notNull(),
  },
  (table) => [
    unique('rating_round_aspect').on(table.aspect, table.period),
    check('rating_round_dates', sql.raw('closes_on > opens_on')),
  ],
);

export const raterGroup = pgEnum('rater_group', ['MANAGER', 'CUSTOMER_SERVICE', 'PEER', 'CUSTOMER']);

/** Somebody who is asked to rate an agent. Only the hash of the token is kept. */
export const ratingInvitation = pgTable(
  'rating_invitation',
  {
    id: idColumn(),
    roundId: integer('round_id')
      .notNull()
      .references(() => ratingRound.id),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    raterGroup: raterGroup('rater_group').notNull(),
    /** Who: an e-mail address; of an account, or not. */
    rater: text('rater').notNull(),
    tokenHash: text('token_hash').notNull().unique(),
    createdAt: instant('created_at').notNull(),
    answeredAt: instant('answered_at'),
  },
  (table) => [
    unique('rating_invitation_rater').on(table.roundId, table.agentId, table.rater),
    index('rating_invitation_agent').on(table.agentId),
    index('rating_invitation_of_rater').on(table.rater),
  ],
);

/** What a rater said: points of 100, and words, which the rated agent sees once they are released. */
export const ratingAnswer = pgTable(
  'rating_answer',
  {
    invitationId: integer('invitation_id')
      .primaryKey()
      .references(() => ratingInvitation.id),
    points: exact('points').notNull(),
    comment: text('comment'),
    releasedBy: text('released_by'),
    releasedAt: instant('released_at'),
  },
  () => [finite('rating_answer', 'points'), check('rating_answer_range', sql.raw('points between 0 and 100'))],
);

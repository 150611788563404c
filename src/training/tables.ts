import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
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
import { application } from '../onboarding/tables.ts';
import { channelType, productCategory } from '../reference/tables.ts';
import type { SurveyQuestion } from './surveyForm.ts';

/** A course 培训; whoever passes it is certified for so many months, or for ever. */
export const course = pgTable(
  'course',
  { id: idColumn(), code: codeColumn(), name: nameColumn(), validMonths: smallint('valid_months') },
  () => [check('course_valid_months', sql.raw('valid_months > 0'))],
);

/** ONBOARDING: needed to become active. AUTHORISATION: needed to sell a product category. */
export const trainingPurpose = pgEnum('training_purpose', ['ONBOARDING', 'AUTHORISATION']);

/** Which course whom must have passed; no channel type: all of them. */
export const courseRequirement = pgTable(
  'course_requirement',
  {
    id: idColumn(),
    courseId: integer('course_id')
      .notNull()
      .references(() => course.id),
    purpose: trainingPurpose('purpose').notNull(),
    channelTypeId: integer('channel_type_id').references(() => channelType.id),
    productCategoryId: integer('product_category_id').references(() => productCategory.id),
    ...validity(),
  },
  (table) => [
    validityCheck('course_requirement'),
    index('course_requirement_course').on(table.courseId),
    check('course_requirement_category', sql.raw("(purpose = 'AUTHORISATION') = (product_category_id is not null)")),
  ],
);

/** What an agent, or an applicant, came to in a course on a day. */
export const trainingResult = pgTable(
  'training_result',
  {
    id: idColumn(),
    courseId: integer('course_id')
      .notNull()
      .references(() => course.id),
    agentId: integer('agent_id').references(() => agent.id),
    applicationId: integer('application_id').references(() => application.id),
    takenOn: localDateColumn('taken_on').notNull(),
    passed: boolean('passed').notNull(),
    score: exact('score'),
    /** The first day on which it no longer counts; null: it always will. */
    expiresOn: localDateColumn('expires_on'),
  },
  (table) => [
    unique('training_result_agent').on(table.agentId, table.courseId, table.takenOn),
    unique('training_result_application').on(table.applicationId, table.courseId, table.takenOn),
    index('training_result_expiry').on(table.expiresOn),
    finite('training_result', 'score'),
    check('training_result_owner', sql.raw('num_nonnulls(agent_id, application_id) = 1')),
  ],
);

/** A satisfaction survey 满意度: its questions, and from when to when it may be answered. Never changed once somebody was invited. */
export const survey = pgTable(
  'survey',
  {
    id: idColumn(),
    code: codeColumn(),
    name: nameColumn(),
    questions: jsonb('questions').$type<readonly SurveyQuestion[]>().notNull(),
    /** The period whose metric SURVEY_<code> the average becomes. */
    period: text('period').notNull(),
    opensOn: localDateColumn('opens_on').notNull(),
    closesOn: localDateColumn('closes_on').notNull(),
  },
  () => [check('survey_dates', sql.raw('closes_on > opens_on'))],
);

/** Somebody who was asked about an agent. Only the hash of the token is kept; what was answered names nobody. */
export const surveyInvitation = pgTable(
  'survey_invitation',
  {
    id: idColumn(),
    surveyId: integer('survey_id')
      .notNull()
      .references(() => survey.id),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    recipient: text('recipient').notNull(),
    tokenHash: text('token_hash').notNull().unique(),
    createdAt: instant('created_at').notNull(),
    answeredAt: instant('answered_at'),
  },
  (table) => [unique('survey_invitation_recipient').on(table.surveyId, table.agentId, table.recipient)],
);

/** An answer to one question: points on the question's scale, and words. */
export const surveyAnswer = pgTable(
  'survey_answer',
  {
    invitationId: integer('invitation_id')
      .notNull()
      .references(() => surveyInvitation.id),
    question: text('question').notNull(),
    points: exact('points'),
    words: text('words'),
  },
  (table) => [
    primaryKey({ name: 'survey_answer_key', columns: [table.invitationId, table.question] }),
    finite('survey_answer', 'points'),
  ],
);

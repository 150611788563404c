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
import { companyRight } from '../auth/tables.ts';
import { plan } from '../commissions/tables.ts';
import { codeColumn, exact, finite, idColumn, instant, localDateColumn, nameColumn } from '../db/columns.ts';
import { channelType, region } from '../reference/tables.ts';
import type { ScreeningFormDefinition } from './form.ts';

/** The weighted form by which applicants of a channel type are judged (DOMAIN.md §4). */
export const screeningForm = pgTable('screening_form', {
  id: idColumn(),
  code: codeColumn(),
  name: nameColumn(),
  channelTypeId: integer('channel_type_id')
    .notNull()
    .references(() => channelType.id),
});

/** A published version: items with weights that total exactly 100, pass mark, required documents. Never changed. */
export const screeningFormVersion = pgTable(
  'screening_form_version',
  {
    id: idColumn(),
    formId: integer('form_id')
      .notNull()
      .references(() => screeningForm.id),
    number: smallint('number').notNull(),
    /** All decimals in it as text. */
    definition: jsonb('definition').$type<ScreeningFormDefinition>().notNull(),
    publishedBy: text('published_by').notNull(),
    publishedAt: instant('published_at').notNull(),
  },
  (table) => [unique('screening_form_version_number').on(table.formId, table.number)],
);

export const applicationState = pgEnum('application_state', [
  'DRAFT',
  'SUBMITTED',
  'SCREENING',
  'APPROVED',
  'CONTRACTED',
  'ACTIVE',
  'REJECTED',
  'WITHDRAWN',
]);

/** An agent-to-be on its way in (DOMAIN.md §2, §4). Numbers that tell who it is stand encrypted in `secret`. */
export const application = pgTable(
  'application',
  {
    id: idColumn(),
    code: codeColumn(),
    state: applicationState('state').notNull(),
    name: nameColumn(),
    channelTypeId: integer('channel_type_id')
      .notNull()
      .references(() => channelType.id),
    /** Where it wants to sell: whose managers see the application. */
    regionId: integer('region_id')
      .notNull()
      .references(() => region.id),
    contactName: text('contact_name').notNull(),
    email: text('email').notNull(),
    formVersionId: integer('form_version_id').references(() => screeningFormVersion.id),
    enteredBy: text('entered_by').notNull(),
    createdAt: instant('created_at').notNull(),
    /** The last day on which the state should be left; null in states that are ends. */
    dueOn: localDateColumn('due_on'),
    contractDocumentId: integer('contract_document_id'),
    /** The plan and the days that the contract names. */
    planId: integer('plan_id').references(() => plan.id),
    contractFrom: localDateColumn('contract_from'),
    contractTo: localDateColumn('contract_to'),
    contractSignedOn: localDateColumn('contract_signed_on'),
    contractSha256: text('contract_sha256'),
    /** The agent that it became. */
    agentId: integer('agent_id').references(() => agent.id),
    rejectedOn: localDateColumn('rejected_on'),
  },
  (table) => [
    index('application_state_due').on(table.state, table.dueOn),
    index('application_region').on(table.regionId),
    check('application_agent', sql.raw("(state = 'ACTIVE') = (agent_id is not null)")),
  ],
);

/** Each step of an application: who, when, why. Never changed. */
export const applicationStep = pgTable(
  'application_step',
  {
    id: idColumn(),
    applicationId: integer('application_id')
      .notNull()
      .references(() => application.id),
    fromState: applicationState('from_state'),
    toState: applicationState('to_state').notNull(),
    by: text('by').notNull(),
    at: instant('at').notNull(),
    reason: text('reason').notNull(),
  },
  (table) => [index('application_step_application').on(table.applicationId)],
);

/** What the reviewer found for one item of the form, 0 to 100 points. */
export const applicationScore = pgTable(
  'application_score',
  {
    applicationId: integer('application_id')
      .notNull()
      .references(() => application.id),
    item: text('item').notNull(),
    points: exact('points').notNull(),
    comment: text('comment'),
    enteredBy: text('entered_by').notNull(),
    enteredAt: instant('entered_at').notNull(),
  },
  (table) => [
    primaryKey({ name: 'application_score_key', columns: [table.applicationId, table.item] }),
    finite('application_score', 'points'),
    check('application_score_range', sql.raw('points between 0 and 100')),
  ],
);

/** A territory that the applicant is to have once it is active. */
export const applicationTerritory = pgTable(
  'application_territory',
  {
    applicationId: integer('application_id')
      .notNull()
      .references(() => application.id),
    regionId: integer('region_id')
      .notNull()
      .references(() => region.id),
    exclusive: boolean('exclusive').notNull().default(false),
  },
  (table) => [primaryKey({ name: 'application_territory_key', columns: [table.applicationId, table.regionId] })],
);

/** An invitation to the partner portal: whoever has the token sets a password. Only its hash is kept. */
export const portalInvitation = pgTable(
  'portal_invitation',
  {
    id: idColumn(),
    tokenHash: text('token_hash').notNull().unique(),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    email: text('email').notNull(),
    name: nameColumn(),
    /** What whoever accepts may do. */
    companyRight: companyRight('company_right').notNull().default('FULL'),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    acceptedAt: instant('accepted_at'),
  },
  (table) => [index('portal_invitation_agent').on(table.agentId)],
);

/** With what an applicant who applied alone comes back: only the token's hash is kept. And which contract it says it has signed, and when. */
export const applicationAccess = pgTable('application_access', {
  applicationId: integer('application_id')
    .primaryKey()
    .references(() => application.id),
  tokenHash: text('token_hash').notNull(),
  createdAt: instant('created_at').notNull(),
  signedDocumentId: integer('signed_document_id'),
  signedAt: instant('signed_at'),
});

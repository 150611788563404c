import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, pgEnum, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { agent, type agentStatusCode, agreement } from '../agents/tables.ts';
import type { AgreementTerms } from '../commissions/definitions.ts';
import { idColumn, instant, localDateColumn, nameColumn, validity, validityCheck } from '../db/columns.ts';
import { application } from '../onboarding/tables.ts';

export const secretKind = pgEnum('secret_kind', ['REGISTRATION_NUMBER', 'IDENTITY_NUMBER', 'BANK_ACCOUNT', 'PHONE']);
export type SecretKind = (typeof secretKind.enumValues)[number];

/**
 * A number that tells who an agent or applicant is, or where its money goes: encrypted with a data key of its own, which is encrypted
 * with the envelope key from the environment (DOMAIN.md §12). The fingerprint, a keyed hash, finds duplicates without decrypting.
 */
export const secret = pgTable(
  'secret',
  {
    id: idColumn(),
    agentId: integer('agent_id').references(() => agent.id),
    applicationId: integer('application_id').references(() => application.id),
    kind: secretKind('kind').notNull(),
    /** AES-256-GCM: nonce, tag and ciphertext, base64. */
    ciphertext: text('ciphertext').notNull(),
    wrappedKey: text('wrapped_key').notNull(),
    /** Which envelope key the data key is wrapped with. */
    envelopeKeyId: text('envelope_key_id').notNull(),
    fingerprint: text('fingerprint').notNull(),
    /** What everybody may see of it: `****1234`. */
    masked: text('masked').notNull(),
    changedBy: text('changed_by').notNull(),
    changedAt: instant('changed_at').notNull(),
  },
  (table) => [
    unique('secret_agent_kind').on(table.agentId, table.kind),
    unique('secret_application_kind').on(table.applicationId, table.kind),
    index('secret_fingerprint').on(table.kind, table.fingerprint),
    check('secret_owner', sql.raw('num_nonnulls(agent_id, application_id) = 1')),
  ],
);

/** Somebody to talk to at an agent. */
export const agentContact = pgTable(
  'agent_contact',
  {
    id: idColumn(),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    name: nameColumn(),
    /** OWNER, FINANCE, SALES … as the operator calls them. */
    responsibility: text('responsibility').notNull(),
    phone: text('phone'),
    email: text('email'),
    ...validity(),
  },
  (table) => [validityCheck('agent_contact'), index('agent_contact_agent').on(table.agentId)],
);

type AgentStatus = (typeof agentStatusCode.enumValues)[number];
/** Dated rows as they were before a decision ended them. */
export type EndedAgreement = {
  readonly code: string;
  readonly planId: number;
  readonly from: string;
  readonly to: string | null;
  readonly terms: AgreementTerms;
  /** Its paper, column by column; null: it had none. */
  readonly paper: typeof agreementPaper.$inferSelect | null;
};
export type EndedTerritory = {
  readonly regionId: number;
  readonly exclusive: boolean;
  readonly from: string;
  readonly to: string | null;
};
export type DecisionEffects = {
  /** The state that the decision took the place of. */
  readonly replaced?: { readonly status: AgentStatus; readonly from: string };
  readonly agreements: readonly EndedAgreement[];
  readonly territories: readonly EndedTerritory[];
};

/** Why an agent's status changed, and who decided. One for each decision, never changed. */
export const agentDecision = pgTable(
  'agent_decision',
  {
    id: idColumn(),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    action: text('action').notNull(),
    effectiveFrom: localDateColumn('effective_from').notNull(),
    reason: text('reason').notNull(),
    by: text('by').notNull(),
    at: instant('at').notNull(),
    /** What it ended besides: what a withdrawal puts back. */
    effects: jsonb('effects').$type<DecisionEffects>().notNull().default({ agreements: [], territories: [] }),
  },
  (table) => [index('agent_decision_agent').on(table.agentId)],
);

/** Who is not to be taken on again, by fingerprints of numbers: a termination for cause puts them here. */
export const blacklistEntry = pgTable(
  'blacklist_entry',
  {
    id: idColumn(),
    kind: secretKind('kind').notNull(),
    fingerprint: text('fingerprint').notNull(),
    agentId: integer('agent_id').references(() => agent.id),
    reason: text('reason').notNull(),
    by: text('by').notNull(),
    ...validity(),
  },
  (table) => [validityCheck('blacklist_entry'), index('blacklist_entry_fingerprint').on(table.kind, table.fingerprint)],
);

/** What an agreement is besides its dates: which one it renews, its paper, by when to be reminded. */
export const agreementPaper = pgTable(
  'agreement_paper',
  {
    agreementId: integer('agreement_id')
      .primaryKey()
      .references(() => agreement.id),
    renewsId: integer('renews_id').references(() => agreement.id),
    documentId: integer('document_id'),
    sha256: text('sha256'),
    signedOn: localDateColumn('signed_on'),
    /** How many days before its end somebody is reminded. */
    remindDays: integer('remind_days').notNull().default(60),
    /** Payment delay in days after the statement is confirmed. */
    paymentDelayDays: integer('payment_delay_days').notNull().default(0),
    endedEarlyBy: text('ended_early_by'),
    endReason: text('end_reason'),
  },
  (table) => [
    index('agreement_paper_renews').on(table.renewsId),
    check('agreement_paper_days', sql.raw('remind_days >= 0 and payment_delay_days >= 0')),
  ],
);

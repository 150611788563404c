import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import { idColumn, instant } from '../db/columns.ts';
import { application } from '../onboarding/tables.ts';

/** What a document is about; SETTLEMENT: a paper between an agent and finance, an invoice or what speaks in a dispute. */
export const documentSubject = pgEnum('document_subject', ['APPLICATION', 'AGENT', 'SETTLEMENT']);

/** A stored file: what it is, whose, and the SHA-256 of its bytes. The bytes lie in the document store under `storageKey`. */
export const document = pgTable(
  'document',
  {
    id: idColumn(),
    subject: documentSubject('subject').notNull(),
    applicationId: integer('application_id').references(() => application.id),
    agentId: integer('agent_id').references(() => agent.id),
    /** What the paper is, as forms ask for it: BUSINESS_LICENCE, CONTRACT … */
    kind: text('kind').notNull(),
    fileName: text('file_name').notNull(),
    mediaType: text('media_type').notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    sha256: text('sha256').notNull(),
    storageKey: text('storage_key').notNull().unique(),
    uploadedBy: text('uploaded_by').notNull(),
    uploadedAt: instant('uploaded_at').notNull(),
  },
  (table) => [
    index('document_application').on(table.applicationId),
    index('document_agent').on(table.agentId),
    check(
      'document_owner',
      sql.raw("case subject when 'APPLICATION' then application_id is not null else agent_id is not null end"),
    ),
  ],
);

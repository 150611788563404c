import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  smallint,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { commissionRun } from '../commissions/tables.ts';
import { idColumn, instant } from '../db/columns.ts';
import type { ExportKind, ExportSettings } from './kinds.ts';

export const exportState = pgEnum('export_state', ['REQUESTED', 'RUNNING', 'DONE', 'FAILED']);

/** That files of a run were asked for. One at a time for the same run, kinds and settings. */
export const exportRequest = pgTable(
  'export_request',
  {
    id: idColumn(),
    runId: integer('run_id')
      .notNull()
      .references(() => commissionRun.id),
    kinds: text('kinds').$type<ExportKind>().array().notNull(),
    settings: jsonb('settings').$type<ExportSettings>().notNull(),
    state: exportState('state').notNull(),
    requestedBy: text('requested_by').notNull(),
    requestedAt: instant('requested_at').notNull(),
    finishedAt: instant('finished_at'),
    failure: text('failure'),
  },
  (table) => [
    index('export_request_run').on(table.runId),
    uniqueIndex('export_request_open').on(table.runId).where(sql.raw("state in ('REQUESTED', 'RUNNING')")),
  ],
);

/** How far it has come: written while the files' own transaction reads. */
export const exportProgress = pgTable('export_progress', {
  requestId: integer('request_id')
    .primaryKey()
    .references(() => exportRequest.id),
  step: text('step').notNull(),
  percent: smallint('percent').notNull(),
});

/** A file of a run that was made. Its bytes lie in the document store; made again from the same run they are the same. */
export const exportFile = pgTable(
  'export_file',
  {
    id: idColumn(),
    runId: integer('run_id')
      .notNull()
      .references(() => commissionRun.id),
    requestId: integer('request_id')
      .notNull()
      .references(() => exportRequest.id),
    kind: text('kind').$type<ExportKind>().notNull(),
    name: text('name').notNull(),
    mediaType: text('media_type').notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    sha256: text('sha256').notNull(),
    storageKey: text('storage_key').notNull().unique(),
    /** What could not be shown as it is: characters without a glyph or outside the encoding, each with where it stands. */
    warnings: jsonb('warnings').$type<string[]>().notNull().default([]),
    madeAt: instant('made_at').notNull(),
  },
  (table) => [
    unique('export_file_name').on(table.requestId, table.name),
    index('export_file_run').on(table.runId),
    check('export_file_size', sql.raw('size_bytes >= 0')),
  ],
);

import { bigint, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from '../db/columns.ts';

/** One change of business data. Written in the transaction of the change; triggers refuse UPDATE, DELETE and TRUNCATE. */
export const auditRecord = pgTable(
  'audit_record',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant('at').notNull(),
    actor: text('actor').notNull(),
    action: text('action').notNull(),
    entity: text('entity').notNull(),
    entityKey: text('entity_key').notNull(),
    before: jsonb('before'),
    after: jsonb('after'),
    reason: text('reason'),
    requestId: text('request_id'),
  },
  (table) => [index('audit_record_entity').on(table.entity, table.entityKey), index('audit_record_at').on(table.at)],
);

/** The chain over the records, in order of commit: hash = SHA-256(previous hash, record). Written by a deferred trigger. */
export const auditChain = pgTable('audit_chain', {
  position: bigint('position', { mode: 'number' }).primaryKey(),
  recordId: bigint('record_id', { mode: 'number' })
    .notNull()
    .unique()
    .references(() => auditRecord.id),
  previousHash: text('previous_hash').notNull(),
  hash: text('hash').notNull(),
});

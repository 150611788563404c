import { type SQL, sql } from 'drizzle-orm';
import type { auditRecord } from '../src/audit/tables.ts';
import type { PageOrder } from '../src/db/pages.ts';
import { auditors, builder } from './builder.ts';
import { equals, readConnection } from './pages.ts';

const AuditRecord = builder.drizzleNode('auditRecord', {
  name: 'AuditRecord',
  description: 'One change of business data: who, when, what, before, after, why. Chained by hash, never altered.',
  authScopes: { roles: auditors },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When it was done.' }),
    actor: t.exposeString('actor', { description: 'Who did it.' }),
    action: t.exposeString('action', { description: 'What was done, as in run.approved.' }),
    entity: t.exposeString('entity', { description: 'The kind of thing it was done to.' }),
    entityKey: t.exposeString('entityKey', { description: 'The natural key of that thing.' }),
    before: t.field({ type: 'Json', nullable: true, description: 'What it was.', resolve: (row) => row.before }),
    after: t.field({ type: 'Json', nullable: true, description: 'What it became.', resolve: (row) => row.after }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it was done.' }),
    requestId: t.exposeString('requestId', { nullable: true, description: 'The request it was done in.' }),
  }),
});

const AuditFilter = builder.inputType('AuditFilter', {
  description: 'Which audit records. Everything named must hold.',
  fields: (t) => ({
    entity: t.string({ description: 'Of this kind of thing.' }),
    entityKey: t.string({ description: 'Of the thing with this natural key.' }),
    action: t.string({ description: 'Of this action.' }),
    actor: t.string({ description: 'Done by this person.' }),
    from: t.field({ type: 'DateTime', description: 'Done at or after this instant.' }),
    to: t.field({ type: 'DateTime', description: 'Done before this instant.' }),
  }),
});

function filterConditions(table: typeof auditRecord, filter: typeof AuditFilter.$inferInput): (SQL | undefined)[] {
  return [
    equals(table.entity, filter.entity),
    equals(table.entityKey, filter.entityKey),
    equals(table.action, filter.action),
    equals(table.actor, filter.actor),
    filter.from ? sql`${table.at} >= ${filter.from}::timestamptz` : undefined,
    filter.to ? sql`${table.at} < ${filter.to}::timestamptz` : undefined,
  ];
}

const AuditRecordConnection = builder.connectionObject(
  {
    type: AuditRecord,
    name: 'AuditRecordConnection',
    description: 'A page of audit records.',
    authScopes: { roles: auditors },
  },
  { description: 'An audit record in a page.', authScopes: { roles: auditors } },
);

const auditOrder: PageOrder<typeof auditRecord> = {
  name: 'auditRecords',
  direction: 'desc',
  keys: [{ column: 'id', type: 'bigint' }],
};

builder.queryField('auditRecords', (t) =>
  t.connection(
    {
      type: AuditRecord,
      nullable: true,
      description: 'What was changed, the latest first.',
      authScopes: { roles: auditors },
      args: { filter: t.arg({ type: AuditFilter, description: 'Which ones; all without it.' }) },
      resolve: (_root, args, context, info) =>
        readConnection(AuditRecord, auditOrder, { args, context, info }, (table) =>
          filterConditions(table, args.filter ?? {}),
        ),
    },
    AuditRecordConnection,
  ),
);

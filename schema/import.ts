import { requestDetection } from '../src/conflicts/detection/requestDetection.ts';
import type { PageOrder } from '../src/db/pages.ts';
import { type ImportResult, importEventBatch, type RowError } from '../src/sales/import.ts';
import type { eventImport } from '../src/sales/tables.ts';
import { builder, managers, staff } from './builder.ts';
import { ErrorCodeType } from './errors.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { readConnection } from './pages.ts';

const EventImport = builder.drizzleNode('eventImport', {
  name: 'EventImport',
  description: 'One import of sales events that brought something new.',
  authScopes: { roles: staff },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name of the file, or how the events came.' }),
    importedBy: t.exposeString('importedBy', { description: 'Who imported it.' }),
    importedAt: t.expose('importedAt', { type: 'DateTime', description: 'When it was imported.' }),
    contentHash: t.exposeString('contentHash', { description: 'SHA-256 over the accepted rows, in file order.' }),
    rowCount: t.exposeInt('rowCount', { description: 'How many rows it had.' }),
    acceptedCount: t.exposeInt('acceptedCount', { description: 'How many were new.' }),
    duplicateCount: t.exposeInt('duplicateCount', { description: 'How many were known already.' }),
    rejectedCount: t.exposeInt('rejectedCount', { description: 'How many were rejected.' }),
    lateCount: t.exposeInt('lateCount', { description: 'How many of the new ones came late.' }),
  }),
});

const EventImportConnection = builder.connectionObject(
  { type: EventImport, name: 'EventImportConnection', description: 'A page of imports.', authScopes: { roles: staff } },
  { description: 'An import in a page.', authScopes: { roles: staff } },
);

const importOrder: PageOrder<typeof eventImport> = {
  name: 'eventImports',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryField('eventImports', (t) =>
  t.connection(
    {
      type: EventImport,
      nullable: true,
      description: 'The imports of sales events, the latest first.',
      authScopes: { roles: staff },
      resolve: (_root, args, context, info) => readConnection(EventImport, importOrder, { args, context, info }),
    },
    EventImportConnection,
  ),
);

const credits = 'Who shares it, as in A001:SELLER:0.7|A002:REFERRER:0.3; without it the agent has all of it.';

// All text, as in the cells of a file: what is wrong with a row is then that row's rejection, not the whole request's end.
const SalesEventInput = builder.inputType('SalesEventInput', {
  description: 'A sales event to import. Every field is text, as a cell of an event file would have it.',
  fields: (t) => ({
    source: t.string({ required: true, description: 'The system it comes from.' }),
    externalId: t.string({ required: true, description: 'Its id there; unique together with the source.' }),
    type: t.string({ required: true, description: 'What happened: a SalesEventType.' }),
    occurredAt: t.string({ required: true, description: 'When it happened: ISO 8601 with an offset.' }),
    agentCode: t.string({ required: true, description: 'The agent (code) that sold.' }),
    productCode: t.string({ required: true, description: 'What was sold (code).' }),
    quantity: t.string({ required: true, description: 'How many units: a plain decimal number.' }),
    amount: t.string({ required: true, description: 'Its amount as a whole: a plain decimal number, never negative.' }),
    currency: t.string({ required: true, description: 'The currency of its amounts (ISO 4217).' }),
    regionCode: t.string({ description: 'Where it was sold (code).' }),
    segment: t.string({ description: 'The segment (code) of the customer.' }),
    customerId: t.string({ description: 'The customer.' }),
    subscriptionId: t.string({ description: 'The subscription.' }),
    contractMonths: t.string({ description: 'The length of the contract: a whole number.' }),
    monthlyFee: t.string({ description: 'The monthly fee: a plain decimal number.' }),
    campaignCode: t.string({ description: 'The campaign (code) it belongs to.' }),
    listPrice: t.string({ description: 'The list price per unit: a plain decimal number.' }),
    cost: t.string({ description: 'The cost per unit: a plain decimal number.' }),
    originalExternalId: t.string({ description: 'The event of the same source that it refers to.' }),
    credits: t.string({ description: credits }),
  }),
});

type Rejection = Pick<RowError, 'row' | 'column' | 'code' | 'message' | 'key'>;

const RejectionType = builder.objectRef<Rejection>('RejectedEvent').implement({
  description: 'One fault of a rejected event.',
  authScopes: { roles: managers },
  fields: (t) => ({
    row: t.exposeInt('row', { description: 'The place of the event in what was sent, from 1.' }),
    column: t.exposeString('column', {
      nullable: true,
      description: 'The column at fault; null: the event as a whole.',
    }),
    code: t.expose('code', { type: ErrorCodeType, description: 'What is wrong.' }),
    message: t.exposeString('message', { description: 'What is wrong, in this case.' }),
    key: t.exposeString('key', { nullable: true, description: 'Source and external id, where both could be read.' }),
  }),
});

type Imported = Omit<ImportResult, 'rejections'> & { readonly rejections: readonly Rejection[] };

const ImportPayload = builder.objectRef<Imported>('ImportPayload').implement({
  description: 'What became of the events: each is accepted, a duplicate or rejected.',
  authScopes: { roles: managers },
  fields: (t) => ({
    import: t.drizzleField({
      type: EventImport,
      nullable: true,
      description: 'The import; null where nothing was new.',
      resolve: (query, { importId }, _args, { transaction }) =>
        importId === null ? null : transaction.query.eventImport.findFirst(query({ where: { id: importId } })),
    }),
    rowCount: t.exposeInt('rowCount', { description: 'How many events were sent.' }),
    acceptedCount: t.exposeInt('acceptedCount', { description: 'How many were new.' }),
    duplicateCount: t.exposeInt('duplicateCount', { description: 'How many were known already.' }),
    rejectedCount: t.exposeInt('rejectedCount', { description: 'How many were rejected.' }),
    lateCount: t.exposeInt('lateCount', {
      description: 'How many of the new ones came after their period was approved.',
    }),
    rejections: t.field({
      type: [RejectionType],
      description: 'What was wrong with the rejected ones, at most the first 1,000 faults.',
      resolve: ({ rejections }) => rejections,
    }),
  }),
});

builder.mutationField('importSalesEvents', (t) =>
  t.field({
    type: ImportPayload,
    errors: resultUnion('importSalesEvents'),
    description:
      'Imports up to 1,000 sales events. Events known already are counted, not stored again; for more, import a file.',
    authScopes: { roles: managers },
    args: {
      events: t.arg({ type: [SalesEventInput], required: true, description: 'The events.' }),
      atomic: t.arg.boolean({
        defaultValue: false,
        description: 'Whether one rejected event keeps out all the others.',
      }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('importSalesEvents', async (transaction, actor, { events, atomic }, { now }) => {
      const result = await importEventBatch(transaction, actor, now, events, { atomic: atomic ?? false });
      if (result.importId !== null) await requestDetection(transaction);
      const rejections = result.rejections.map(({ row, column, code, message, key }) => ({
        row,
        column,
        code,
        message,
        key,
      }));
      return { ...result, rejections };
    }),
  }),
);

import { sql } from 'drizzle-orm';
import type { PageOrder } from '../src/db/pages.ts';
import { createBatch } from '../src/payments/batches.ts';
import { approveBatch, cancelBatch } from '../src/payments/batchLife.ts';
import { importBankStatus } from '../src/payments/statusImport.ts';
import { type paymentBatch, paymentBatchState, type paymentStatusImport } from '../src/payments/tables.ts';
import { builder, moneyReaders, moneyWriters } from './builder.ts';
import { describedEnum } from './enums.ts';
import { keyOfNode } from './ids.ts';
import { moneyText } from './money.ts';
import { idempotencyKeyArgument, ownerMutationResolver, resultUnion } from './mutations.ts';
import { equals, readConnection } from './pages.ts';

const BatchStateEnum = describedEnum('PaymentBatchState', 'Where a batch stands.', paymentBatchState.enumValues, {
  CREATED: 'Its amounts are fixed; somebody else has to approve it.',
  APPROVED: 'Its bank file can be fetched.',
  SETTLED: 'The bank has answered for every payment.',
  CANCELLED: 'It was taken back.',
});

const PaymentBatch = builder.drizzleNode('paymentBatch', {
  name: 'PaymentBatch',
  description: 'What one bank file pays: one currency, one account of the operator, one day.',
  authScopes: { roles: moneyReaders },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code, as in PB-1.' }),
    messageId: t.exposeString('messageId', { description: 'The id of the message at the bank.' }),
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    debtorAccount: t.exposeString('debtorAccount', {
      description: 'The account (code in the settlement policy) that it is paid from.',
    }),
    format: t.exposeString('format', { description: 'pain.001.001.09, or the code of a bank layout.' }),
    executesOn: t.expose('executesOn', { type: 'Date', description: 'The day on which the bank is to pay.' }),
    state: t.expose('state', { type: BatchStateEnum, description: 'Where it stands.' }),
    paymentCount: t.exposeInt('paymentCount', {
      description: 'How many transfers its file has; payments that deposits took whole are not in it.',
    }),
    controlSum: t.field({
      type: 'Decimal',
      description: 'What they come to.',
      select: { columns: { controlSum: true, currency: true } },
      resolve: ({ controlSum, currency }) => moneyText(controlSum, currency),
    }),
    fileSizeBytes: t.exposeInt('fileSizeBytes', { description: 'The size of its file.' }),
    fileSha256: t.exposeString('fileSha256', { description: 'The SHA-256 of its file, in hexadecimal.' }),
    downloadPath: t.string({
      description: 'Where its file is fetched once it is approved: GET, signed in as for this.',
      select: { columns: { code: true } },
      resolve: ({ code }) => `/bank-files/${code}`,
    }),
    createdBy: t.exposeString('createdBy', { description: 'Who made it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When.' }),
    approvedBy: t.exposeString('approvedBy', { nullable: true, description: 'Who approved it.' }),
    approvedAt: t.expose('approvedAt', { type: 'DateTime', nullable: true, description: 'When.' }),
    cancelAskedBy: t.exposeString('cancelAskedBy', {
      nullable: true,
      description: 'Who asked for it to be cancelled after its file was fetched; somebody else agrees.',
    }),
    cancelAskedAt: t.expose('cancelAskedAt', { type: 'DateTime', nullable: true, description: 'When.' }),
    cancelledBy: t.exposeString('cancelledBy', { nullable: true, description: 'Who took it back.' }),
    cancelReason: t.exposeString('cancelReason', { nullable: true, description: 'Why it was taken back.' }),
    settledAt: t.expose('settledAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the bank had answered for every payment.',
    }),
  }),
});

const PaymentBatchConnection = builder.connectionObject(
  {
    type: PaymentBatch,
    name: 'PaymentBatchConnection',
    description: 'A page of batches of payments.',
    authScopes: { roles: moneyReaders },
  },
  { description: 'A batch of payments in a page.', authScopes: { roles: moneyReaders } },
);

const batchOrder: PageOrder<typeof paymentBatch> = {
  name: 'paymentBatches',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryField('paymentBatches', (t) =>
  t.connection(
    {
      type: PaymentBatch,
      nullable: true,
      description: 'Batches of payments, the latest first.',
      authScopes: { roles: moneyReaders },
      args: { state: t.arg({ type: BatchStateEnum, description: 'Only those that stand there.' }) },
      resolve: (_root, args, context, info) =>
        readConnection(PaymentBatch, batchOrder, { args, context, info }, (table) => [equals(table.state, args.state)]),
    },
    PaymentBatchConnection,
  ),
);

const StatusImport = builder.drizzleNode('paymentStatusImport', {
  name: 'PaymentStatusImport',
  description: 'An answer of a bank that was read.',
  authScopes: { roles: moneyReaders },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    format: t.exposeString('format', { description: 'pain.002 or CSV.' }),
    fileName: t.exposeString('fileName', { description: 'What the file was called.' }),
    sha256: t.exposeString('sha256', { description: 'The SHA-256 of its bytes, in hexadecimal.' }),
    paidCount: t.exposeInt('paidCount', { description: 'How many payments were paid.' }),
    failedCount: t.exposeInt('failedCount', { description: 'How many failed.' }),
    knownCount: t.exposeInt('knownCount', { description: 'How many it told nothing new of.' }),
    exceptionCount: t.exposeInt('exceptionCount', {
      description: 'How many the bank paid although they were cancelled; their audit records name them.',
    }),
    returnedCount: t.int({
      description: 'How many of those that failed were paid before, and came back; their audit records name them.',
      select: {
        extras: {
          returnedCount: (table) => sql<number>`(
            select count(*)::integer from payment where payment.status_import_id = ${table.id}
              and (payment.state = 'FAILED' or payment.state = 'CANCELLED' and payment.paid_after_cancel_at is null)
              and exists (select from payment_outcome outcome where outcome.payment_id = payment.id and outcome.state in ('PAID', 'CANCELLED')))`,
        },
      },
      resolve: ({ returnedCount }) => returnedCount,
    }),
    importedBy: t.exposeString('importedBy', { description: 'Who read it in.' }),
    importedAt: t.expose('importedAt', { type: 'DateTime', description: 'When.' }),
  }),
});

const StatusImportConnection = builder.connectionObject(
  {
    type: StatusImport,
    name: 'PaymentStatusImportConnection',
    description: 'A page of answers of banks.',
    authScopes: { roles: moneyReaders },
  },
  { description: 'An answer of a bank in a page.', authScopes: { roles: moneyReaders } },
);

const importOrder: PageOrder<typeof paymentStatusImport> = {
  name: 'paymentStatusImports',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryField('paymentStatusImports', (t) =>
  t.connection(
    {
      type: StatusImport,
      nullable: true,
      description: 'Answers of banks that were read, the latest first.',
      authScopes: { roles: moneyReaders },
      resolve: (_root, args, context, info) => readConnection(StatusImport, importOrder, { args, context, info }),
    },
    StatusImportConnection,
  ),
);

type BatchAnswer = { readonly batchId: number };

const BatchPayload = builder.objectRef<BatchAnswer>('PaymentBatchPayload').implement({
  description: 'The batch that was made or changed.',
  authScopes: { roles: moneyWriters },
  fields: (t) => ({
    batch: t.drizzleField({
      type: PaymentBatch,
      nullable: true,
      description: 'It as it is now.',
      resolve: (query, { batchId }, _args, { transaction }) =>
        transaction.query.paymentBatch.findFirst(query({ where: { id: batchId } })),
    }),
  }),
});

type ImportAnswer = { readonly importId: number; readonly repeated: boolean };

const ImportPayload = builder.objectRef<ImportAnswer>('ImportBankStatusPayload').implement({
  description: 'The answer of a bank that was read.',
  authScopes: { roles: moneyWriters },
  fields: (t) => ({
    statusImport: t.drizzleField({
      type: StatusImport,
      nullable: true,
      description: 'What became of it.',
      resolve: (query, { importId }, _args, { transaction }) =>
        transaction.query.paymentStatusImport.findFirst(query({ where: { id: importId } })),
    }),
    repeated: t.exposeBoolean('repeated', {
      description: 'Whether the same file was read before: nothing was done now.',
    }),
  }),
});

const batchIdArgument = builder.args((t) => ({ batchId: t.id({ required: true, description: 'Which one.' }) }));
const keyOf = (id: string | number) => keyOfNode('PaymentBatch', String(id), 'batchId');

builder.mutationFields((t) => ({
  createPaymentBatch: t.field({
    type: BatchPayload,
    errors: resultUnion('createPaymentBatch'),
    description:
      'Makes a batch of all that is payable in a currency: statements, settlements, refunds of deposits, payments that failed. It stands even where another field of the same request fails.',
    authScopes: { roles: moneyWriters },
    args: {
      currency: t.arg.string({ required: true, description: 'The currency (ISO 4217).' }),
      debtorAccount: t.arg.string({
        required: true,
        description: 'The account (code in the settlement policy) that it is paid from.',
      }),
      format: t.arg.string({
        defaultValue: 'pain.001.001.09',
        description: 'pain.001.001.09, or the code of a bank layout of the settlement policy.',
      }),
      executesOn: t.arg({ type: 'Date', required: true, description: 'The day on which the bank is to pay.' }),
      agentCodes: t.arg.stringList({ description: 'Only these agents (codes).' }),
      ...idempotencyKeyArgument,
    },
    resolve: ownerMutationResolver(
      'createPaymentBatch',
      async (transaction, actor, { format, ...args }, { now, envelopeKeys }): Promise<BatchAnswer> => {
        const input = { ...args, format: format ?? 'pain.001.001.09' };
        return { batchId: await createBatch(transaction, envelopeKeys, actor, now, input) };
      },
    ),
  }),
  approvePaymentBatch: t.field({
    type: BatchPayload,
    errors: resultUnion('approvePaymentBatch'),
    description: 'Approves a batch that somebody else made: its bank file can be fetched.',
    authScopes: { roles: moneyWriters },
    args: { ...batchIdArgument, ...idempotencyKeyArgument },
    resolve: ownerMutationResolver(
      'approvePaymentBatch',
      async (transaction, actor, { batchId }, { now }): Promise<BatchAnswer> => {
        const id = keyOf(batchId);
        await approveBatch(transaction, actor, now, id);
        return { batchId: id };
      },
    ),
  }),
  cancelPaymentBatch: t.field({
    type: BatchPayload,
    errors: resultUnion('cancelPaymentBatch'),
    description:
      'Takes a batch back for which the bank has not answered: what it pays can be paid in another one. Where its file was fetched, one person asks (its state stays), and another one cancels.',
    authScopes: { roles: moneyWriters },
    args: {
      ...batchIdArgument,
      reason: t.arg.string({ required: true, description: 'Why.' }),
      bankWillNotPay: t.arg.boolean({
        defaultValue: false,
        description: 'You made sure that the bank will not execute the file, which was fetched.',
      }),
      ...idempotencyKeyArgument,
    },
    resolve: ownerMutationResolver(
      'cancelPaymentBatch',
      async (transaction, actor, { batchId, reason, bankWillNotPay }, { now }): Promise<BatchAnswer> => {
        const id = keyOf(batchId);
        await cancelBatch(transaction, actor, now, { id, reason, bankWillNotPay: bankWillNotPay ?? false });
        return { batchId: id };
      },
    ),
  }),
  importBankStatus: t.field({
    type: ImportPayload,
    errors: resultUnion('importBankStatus'),
    description:
      "Reads a bank's answer, pain.002.001 or CSV (end_to_end_id, status, code, text, date): all of it, or nothing. Files that are larger than a request, or not in UTF-8: POST /bank-files/status.",
    authScopes: { roles: moneyWriters },
    args: {
      fileName: t.arg.string({ required: true, description: 'What the file is called.' }),
      content: t.arg.string({ required: true, description: 'What stands in it.' }),
      ...idempotencyKeyArgument,
    },
    resolve: ownerMutationResolver(
      'importBankStatus',
      async (transaction, actor, { fileName, content }, { now }): Promise<ImportAnswer> => {
        const file = { name: fileName, content: Buffer.from(content, 'utf8') };
        const { id, repeated } = await importBankStatus(transaction, actor, now, file);
        return { importId: id, repeated };
      },
    ),
  }),
}));

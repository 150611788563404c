import { sql } from 'drizzle-orm';
import type { PageOrder } from '../src/db/pages.ts';
import type { Role } from '../src/db/transaction.ts';
import { decideInvoice, submitInvoice } from '../src/invoices/invoices.ts';
import { type invoice, invoiceState } from '../src/invoices/tables.ts';
import { balanceReaders, personFor } from './balance.ts';
import { builder, moneyWriters } from './builder.ts';
import { describedEnum } from './enums.ts';
import { keyOfNode } from './ids.ts';
import { wantedAgent } from './lookups.ts';
import { moneyText } from './money.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { among, equals, readConnection } from './pages.ts';

/** Agents send their invoices; finance enters what came by post. */
const submitters: readonly Role[] = [...moneyWriters, 'AGENT'];

const InvoiceStateEnum = describedEnum('InvoiceState', 'Where an invoice stands.', invoiceState.enumValues, {
  SUBMITTED: 'Finance has to look at it.',
  ACCEPTED: 'Its statements can be paid.',
  REJECTED: 'Its number and statements are free again.',
  WITHDRAWN: 'It was taken back; its number and statements are free again.',
});

const Invoice = builder.drizzleNode('invoice', {
  name: 'Invoice',
  description: 'An invoice of an agent for issued statements.',
  authScopes: { roles: balanceReaders },
  id: { column: (columns) => columns.id },
  select: { columns: { submittedBy: true, decidedBy: true } },
  fields: (t) => ({
    agent: t.relation('agent', { description: 'Whose it is.' }),
    number: t.exposeString('number', { description: 'Its number.' }),
    series: t.exposeString('series', { description: 'Its code, where it has one besides.' }),
    issuedOn: t.expose('issuedOn', { type: 'Date', description: 'Its date.' }),
    currency: t.exposeString('currency', { description: 'Its currency (ISO 4217).' }),
    net: t.field({
      type: 'Decimal',
      description: 'Without value-added tax.',
      select: { columns: { net: true, currency: true } },
      resolve: ({ net, currency }) => moneyText(net, currency),
    }),
    vat: t.field({
      type: 'Decimal',
      description: 'Value-added tax.',
      select: { columns: { vat: true, currency: true } },
      resolve: ({ vat, currency }) => moneyText(vat, currency),
    }),
    gross: t.field({
      type: 'Decimal',
      description: 'With value-added tax.',
      select: { columns: { gross: true, currency: true } },
      resolve: ({ gross, currency }) => moneyText(gross, currency),
    }),
    document: t.relation('document', { nullable: true, description: 'The paper; null where none was stored.' }),
    statements: t.stringList({
      description: 'The numbers of the statements it is for.',
      select: {
        extras: {
          statementNumbers: (table) =>
            sql<string[]>`array(select issued.number from invoice_statement covered
              join issued_statement issued on issued.run_id = covered.run_id and issued.agent_id = covered.agent_id
                and issued.currency = covered.currency
              where covered.invoice_id = ${table.id} order by issued.number)`,
        },
      },
      resolve: ({ statementNumbers }) => statementNumbers,
    }),
    state: t.expose('state', { type: InvoiceStateEnum, description: 'Where it stands.' }),
    submittedAt: t.expose('submittedAt', { type: 'DateTime', description: 'When it was submitted.' }),
    submittedBy: t.string({
      nullable: true,
      description: 'Who submitted it; null for agents where it was not themselves.',
      resolve: ({ submittedBy }, _args, context) => personFor(context, submittedBy),
    }),
    decidedBy: t.string({
      nullable: true,
      description: 'Who decided; null for agents where it was not themselves.',
      resolve: ({ decidedBy }, _args, context) => personFor(context, decidedBy),
    }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', nullable: true, description: 'When it was decided.' }),
    decision: t.exposeString('decision', { nullable: true, description: 'Why, where somebody said so.' }),
  }),
});

const InvoiceConnection = builder.connectionObject(
  {
    type: Invoice,
    name: 'InvoiceConnection',
    description: 'A page of invoices.',
    authScopes: { roles: balanceReaders },
  },
  { description: 'An invoice in a page.', authScopes: { roles: balanceReaders } },
);

const invoiceOrder: PageOrder<typeof invoice> = {
  name: 'invoices',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryField('invoices', (t) =>
  t.connection(
    {
      type: Invoice,
      nullable: true,
      description: 'Invoices of agents you may see, the latest first.',
      authScopes: { roles: balanceReaders },
      args: {
        agentCode: t.arg.string({ description: 'Of this agent (code).' }),
        state: t.arg({ type: InvoiceStateEnum, description: 'That stand there.' }),
        number: t.arg.string({ description: 'With this number.' }),
      },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.agentCode);
        return readConnection(Invoice, invoiceOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
          equals(table.state, args.state),
          equals(table.number, args.number),
        ]);
      },
    },
    InvoiceConnection,
  ),
);

const InvoicePayload = builder.objectRef<{ readonly invoiceId: number }>('InvoicePayload').implement({
  description: 'An invoice, and what became of it.',
  authScopes: { roles: submitters },
  fields: (t) => ({
    invoice: t.drizzleField({
      type: Invoice,
      nullable: true,
      description: 'It as it is now.',
      resolve: (query, { invoiceId }, _args, { transaction }) =>
        transaction.query.invoice.findFirst(query({ where: { id: invoiceId } })),
    }),
  }),
});

const InvoiceInput = builder.inputType('InvoiceInput', {
  description: 'An invoice of an agent.',
  fields: (t) => ({
    number: t.string({ required: true, description: 'Its number; blanks and the case of letters do not count.' }),
    series: t.string({ description: 'Its code, where it has one besides.' }),
    issuedOn: t.field({ type: 'Date', required: true, description: 'Its date, after the end of its periods.' }),
    net: t.field({ type: 'Decimal', required: true, description: 'Without value-added tax.' }),
    vat: t.field({ type: 'Decimal', required: true, description: 'Value-added tax.' }),
    gross: t.field({ type: 'Decimal', required: true, description: 'With value-added tax.' }),
    statements: t.stringList({
      required: true,
      description: 'The numbers of the statements it is for; its amounts are the sums of theirs.',
    }),
    documentId: t.id({ description: 'The id of the stored paper.' }),
  }),
});

const idArgument = builder.args((t) => ({ invoiceId: t.id({ required: true, description: 'Which invoice.' }) }));
const keyOf = (id: string | number) => keyOfNode('Invoice', String(id), 'invoiceId');

builder.mutationFields((t) => ({
  submitInvoice: t.field({
    type: InvoicePayload,
    errors: resultUnion('submitInvoice'),
    description: 'Submits an invoice for issued statements: an agent its own, finance one that came by post.',
    authScopes: { roles: submitters },
    args: {
      input: t.arg({ type: InvoiceInput, required: true, description: 'The invoice.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('submitInvoice', async (transaction, actor, { input }, { now }) => {
      const documentId =
        input.documentId == null ? null : keyOfNode('Document', String(input.documentId), 'input.documentId');
      return { invoiceId: await submitInvoice(transaction, actor, now, { ...input, documentId }) };
    }),
  }),
  decideInvoice: t.field({
    type: InvoicePayload,
    errors: resultUnion('decideInvoice'),
    description: 'Accepts or rejects an invoice, by somebody who has not submitted it.',
    authScopes: { roles: moneyWriters },
    args: {
      ...idArgument,
      accept: t.arg.boolean({ required: true, description: 'Whether it is accepted; else it is rejected.' }),
      reason: t.arg.string({ description: 'Why; a rejection needs it.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('decideInvoice', async (transaction, actor, args, { now }) => {
      const id = keyOf(args.invoiceId);
      const decision = args.accept ? 'ACCEPTED' : 'REJECTED';
      await decideInvoice(transaction, actor, now, { id, decision, reason: args.reason });
      return { invoiceId: id };
    }),
  }),
  withdrawInvoice: t.field({
    type: InvoicePayload,
    errors: resultUnion('withdrawInvoice'),
    description: 'Takes back an invoice that nobody has decided about: its agent, or who submitted it.',
    authScopes: { roles: submitters },
    args: {
      ...idArgument,
      reason: t.arg.string({ description: 'Why, if you like to say.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('withdrawInvoice', async (transaction, actor, args, { now }) => {
      const id = keyOf(args.invoiceId);
      await decideInvoice(transaction, actor, now, { id, decision: 'WITHDRAWN', reason: args.reason });
      return { invoiceId: id };
    }),
  }),
}));

import type { Role } from '../src/db/transaction.ts';
import { UserError } from '../src/errors.ts';
import { disputeReconciliationRows } from '../src/reconciliation/disputeRows.ts';
import { reconcileList } from '../src/reconciliation/reconcile.ts';
import { builder } from './builder.ts';
import { Dispute, disputeReaders } from './dispute.ts';
import { idempotencyKeyArgument, mutationResolver, ownerMutationResolver, resultUnion } from './mutations.ts';
import { Reconciliation } from './reconciliation.ts';

/** Agents compare their own lists; finance everybody's. */
const comparers: readonly Role[] = ['ADMIN', 'FINANCE', 'AGENT'];

const ReconciliationPayload = builder
  .objectRef<{ readonly reconciliationId: number }>('ReconciliationPayload')
  .implement({
    description: 'What a list came to.',
    authScopes: { roles: disputeReaders },
    fields: (t) => ({
      reconciliation: t.drizzleField({
        type: Reconciliation,
        nullable: true,
        description: 'The list, compared.',
        resolve: (query, { reconciliationId }, _args, { transaction }) =>
          transaction.query.reconciliation.findFirst(query({ where: { id: reconciliationId } })),
      }),
    }),
  });

const ReconciliationDisputesPayload = builder
  .objectRef<{ readonly disputeIds: readonly number[] }>('ReconciliationDisputesPayload')
  .implement({
    description: 'The disputes that were filed from rows.',
    authScopes: { roles: disputeReaders },
    fields: (t) => ({
      disputes: t.drizzleField({
        type: [Dispute],
        description: 'One for each row.',
        resolve: (query, { disputeIds }, _args, { transaction }) =>
          transaction.query.dispute.findMany(query({ where: { id: { in: [...disputeIds] } }, orderBy: { id: 'asc' } })),
      }),
    }),
  });

// All text, as in the cells of a file: every fault is then told with its row.
const ListedSaleInput = builder.inputType('ListedSaleInput', {
  description: 'A sale as the agent knows it. Every field is text, as a cell of a file would have it.',
  fields: (t) => ({
    externalId: t.string({ description: 'Its external id; this or the subscription is needed.' }),
    source: t.string({ description: 'Its source, where several may have the id.' }),
    subscription: t.string({ description: 'Its subscription.' }),
    product: t.string({ description: 'Its product (code).' }),
    soldOn: t.string({ description: 'Its local day, as in 2026-10-28.' }),
    amount: t.string({ description: 'The commission that the agent expects of it.' }),
  }),
});

builder.mutationFields((t) => ({
  reconcile: t.field({
    type: ReconciliationPayload,
    errors: resultUnion('reconcile'),
    description:
      "Compares an agent's own list of sales with what an approved month paid: up to 1,000 rows, or a file's text. Larger files go to POST /reconciliations. A faulty row keeps the whole list out.",
    authScopes: { roles: comparers },
    args: {
      agentCode: t.arg.string({ required: true, description: 'The agent (code); agents name themselves.' }),
      period: t.arg({ type: 'Period', required: true, description: 'The month.' }),
      fileName: t.arg.string({ defaultValue: 'list', description: 'What the list is called.' }),
      csv: t.arg.string({
        description:
          'The text of a CSV file with a header line; columns external_id, source, subscription, product, sold_on, amount. This or rows.',
      }),
      rows: t.arg({ type: [ListedSaleInput], description: 'The sales. This or csv.' }),
      ...idempotencyKeyArgument,
    },
    resolve: ownerMutationResolver('reconcile', async (transaction, actor, args, { now }) => {
      const { agentCode, period, fileName, csv, rows } = args;
      if ((csv == null) === (rows == null)) {
        throw new UserError('INPUT_INVALID', 'Send the list as csv or as rows, one of the two.', 'csv');
      }
      const content = csv == null ? (rows ?? []) : Buffer.from(csv);
      const list = { agentCode, period, fileName: fileName ?? 'list', content };
      return { reconciliationId: await reconcileList(transaction, actor, now, list) };
    }),
  }),
  disputeReconciliationRows: t.field({
    type: ReconciliationDisputesPayload,
    errors: resultUnion('disputeReconciliationRows'),
    description:
      'Files a dispute for each of up to 100 rows of a list, all of them or none: about the line that paid the sale, or about the sale as missing.',
    authScopes: { roles: comparers },
    args: {
      code: t.arg.string({ required: true, description: 'The reconciliation, as in RC-17.' }),
      rows: t.arg.intList({ required: true, description: 'The rows.' }),
      reason: t.arg.string({ required: true, description: 'Why, in at most 2,000 characters.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'disputeReconciliationRows',
      async (transaction, actor, { code, rows, reason }, { now }) => ({
        disputeIds: [...(await disputeReconciliationRows(transaction, actor, now, { code, rows, reason }))],
      }),
    ),
  }),
}));

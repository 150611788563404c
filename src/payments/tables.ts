import { sql } from 'drizzle-orm';
import { boolean, check, foreignKey, index, integer, pgEnum, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import { exact, finite, idColumn, instant, localDateColumn, validity, validityCheck } from '../db/columns.ts';
import { document } from '../documents/tables.ts';
import { issuedStatement } from '../statements/tables.ts';

export const payeeState = pgEnum('payee_state', ['PROPOSED', 'APPROVED', 'REJECTED']);

/** An account number: encrypted with a data key of its own, as in `secret`. Never granted to requests. */
const sealedAccount = () => ({
  ciphertext: text('ciphertext').notNull(),
  wrappedKey: text('wrapped_key').notNull(),
  envelopeKeyId: text('envelope_key_id').notNull(),
  accountMasked: text('account_masked').notNull(),
});

/** Who is paid for an agent from a day on: itself at a bank it names, or somebody else. Two people decide. Never changed, only ended. */
export const payee = pgTable(
  'payee',
  {
    id: idColumn(),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    holderName: text('holder_name').notNull(),
    thirdParty: boolean('third_party').notNull(),
    bankName: text('bank_name').notNull(),
    /** BIC (ISO 9362), or the clearing code of the country's own system (China: 12 digits, CNAPS 联行号). */
    bic: text('bic'),
    clearingCode: text('clearing_code'),
    ...sealedAccount(),
    ...validity(),
    state: payeeState('state').notNull(),
    reason: text('reason').notNull(),
    documentId: integer('document_id').references(() => document.id),
    proposedBy: text('proposed_by').notNull(),
    proposedAt: instant('proposed_at').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: instant('decided_at'),
  },
  (table) => [
    validityCheck('payee'),
    index('payee_agent').on(table.agentId),
    index('payee_document').on(table.documentId),
    check('payee_decided', sql.raw("(state = 'PROPOSED') = (decided_at is null)")),
    check('payee_four_eyes', sql.raw("state = 'PROPOSED' or lower(decided_by) <> lower(proposed_by)")),
  ],
);

/** CREATED: amounts are fixed. APPROVED by somebody else: the bank file can be fetched. SETTLED: every payment came back as paid or failed. */
export const paymentBatchState = pgEnum('payment_batch_state', ['CREATED', 'APPROVED', 'SETTLED', 'CANCELLED']);

/** What one bank file pays: one currency, one debtor account, one day. */
export const paymentBatch = pgTable(
  'payment_batch',
  {
    id: idColumn(),
    code: text('code').notNull().unique().generatedAlwaysAs(sql.raw("'PB-' || id::text")),
    /** The message's id at the bank, at most 35 characters. */
    messageId: text('message_id').notNull().unique(),
    currency: text('currency').notNull(),
    /** By its code in the settlement policy; the version that holds it. */
    debtorAccount: text('debtor_account').notNull(),
    policyVersionId: integer('policy_version_id').notNull(),
    /** `pain.001.001.09`, or the code of a layout of the policy. */
    format: text('format').notNull(),
    executesOn: localDateColumn('executes_on').notNull(),
    state: paymentBatchState('state').notNull(),
    paymentCount: integer('payment_count').notNull(),
    controlSum: exact('control_sum').notNull(),
    /** Of the bank file's bytes: made from the payments whenever it is fetched, it is always the same. */
    fileSizeBytes: integer('file_size_bytes').notNull(),
    fileSha256: text('file_sha256').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: instant('created_at').notNull(),
    approvedBy: text('approved_by'),
    approvedAt: instant('approved_at'),
    /** Of a batch whose file was fetched: who said that the bank will not pay. Somebody else cancels it. */
    cancelAskedBy: text('cancel_asked_by'),
    cancelAskedAt: instant('cancel_asked_at'),
    cancelledBy: text('cancelled_by'),
    cancelledAt: instant('cancelled_at'),
    cancelReason: text('cancel_reason'),
    settledAt: instant('settled_at'),
  },
  () => [
    finite('payment_batch', 'control_sum'),
    check('payment_batch_four_eyes', sql.raw('lower(approved_by) <> lower(created_by)')),
    check('payment_batch_cancel_four_eyes', sql.raw('lower(cancelled_by) <> lower(cancel_asked_by)')),
  ],
);

/** STATEMENT: what an issued statement comes to; OFF_CYCLE: an approved off-cycle settlement; DEPOSIT_REFUND. */
export const paymentKind = pgEnum('payment_kind', ['STATEMENT', 'OFF_CYCLE', 'DEPOSIT_REFUND']);
/** FAILED: the bank did not pay, or gave it back. SET_OFF: nothing was left to pay after the deposit took its part. */
export const paymentState = pgEnum('payment_state', ['INSTRUCTED', 'PAID', 'FAILED', 'CANCELLED', 'SET_OFF']);

/** One transfer to one payee. `gross − collected = amount`. */
export const payment = pgTable(
  'payment',
  {
    id: idColumn(),
    batchId: integer('batch_id')
      .notNull()
      .references(() => paymentBatch.id),
    /** What the bank answers with, at most 35 characters. */
    endToEndId: text('end_to_end_id').notNull().unique(),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    kind: paymentKind('kind').notNull(),
    runId: integer('run_id'),
    currency: text('currency').notNull(),
    /** The off-cycle settlement. */
    settlementId: integer('settlement_id'),
    /** The deposit entry that is refunded. */
    depositEntryId: integer('deposit_entry_id'),
    gross: exact('gross').notNull(),
    /** What goes into the agent's deposit instead. */
    collected: exact('collected').notNull().default('0'),
    amount: exact('amount').notNull(),
    payeeId: integer('payee_id').references(() => payee.id),
    holderName: text('holder_name').notNull(),
    bankName: text('bank_name'),
    bic: text('bic'),
    clearingCode: text('clearing_code'),
    ...sealedAccount(),
    state: paymentState('state').notNull(),
    /** Why the bank did not pay, as it says. */
    failureCode: text('failure_code'),
    failureText: text('failure_text'),
    settledAt: instant('settled_at'),
    statusImportId: integer('status_import_id').references(() => paymentStatusImport.id),
    /** When the bank paid it although it was cancelled. It stays CANCELLED where another one took its place meanwhile. */
    paidAfterCancelAt: instant('paid_after_cancel_at'),
    /** The failed payment that it pays again. */
    retriesId: integer('retries_id'),
  },
  (table) => [
    index('payment_of_batch').on(table.batchId),
    index('payment_agent').on(table.agentId),
    index('payment_payee').on(table.payeeId),
    index('payment_from_status').on(table.statusImportId),
    // what is on its way, and what failed: beside years of paid ones these are few
    index('payment_unpaid').on(table.agentId).where(sql.raw("state in ('INSTRUCTED', 'FAILED')")),
    index('payment_after_cancel').on(table.agentId).where(sql.raw('paid_after_cancel_at is not null')),
    // nothing is paid twice: what failed frees its place
    uniqueIndex('payment_once_statement')
      .on(table.runId, table.agentId, table.currency)
      .where(sql.raw("state in ('INSTRUCTED', 'PAID', 'SET_OFF') and kind = 'STATEMENT'")),
    // a cancelled attempt may be made again, whatever the bank says of it later
    uniqueIndex('payment_once_retry')
      .on(table.retriesId)
      .where(sql.raw("state <> 'CANCELLED' and paid_after_cancel_at is null")),
    uniqueIndex('payment_once_settlement')
      .on(table.settlementId)
      .where(sql.raw("state in ('INSTRUCTED', 'PAID', 'SET_OFF')")),
    uniqueIndex('payment_once_deposit')
      .on(table.depositEntryId)
      .where(sql.raw("state in ('INSTRUCTED', 'PAID', 'SET_OFF')")),
    foreignKey({
      name: 'payment_statement',
      columns: [table.runId, table.agentId, table.currency],
      foreignColumns: [issuedStatement.runId, issuedStatement.agentId, issuedStatement.currency],
    }),
    finite('payment', 'gross', 'collected', 'amount'),
    check('payment_whole', sql.raw('amount = gross - collected and collected >= 0 and gross > 0')),
    check(
      'payment_amount',
      sql.raw("case state when 'SET_OFF' then amount = 0 when 'CANCELLED' then amount >= 0 else amount > 0 end"),
    ),
    check(
      'payment_cause',
      sql.raw(
        "num_nonnulls(run_id, settlement_id, deposit_entry_id) = 1 and case kind when 'STATEMENT' then run_id is not null when 'OFF_CYCLE' then settlement_id is not null else deposit_entry_id is not null end",
      ),
    ),
  ],
);

/** A bank's answer that was read. The same file is read once. */
export const paymentStatusImport = pgTable('payment_status_import', {
  id: idColumn(),
  format: text('format').notNull(),
  fileName: text('file_name').notNull(),
  sha256: text('sha256').notNull().unique(),
  paidCount: integer('paid_count').notNull(),
  failedCount: integer('failed_count').notNull(),
  /** Rows that told of nothing new. */
  knownCount: integer('known_count').notNull(),
  /** Payments that the bank made although they were cancelled. */
  exceptionCount: integer('exception_count').notNull().default(0),
  importedBy: text('imported_by').notNull(),
  importedAt: instant('imported_at').notNull(),
});

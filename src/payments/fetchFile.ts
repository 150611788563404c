import { createHash } from 'node:crypto';
import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { formatMoney, minorUnitDigits } from '../money.ts';
import type { EnvelopeKeys } from '../partners/envelope.ts';
import type { SettlementPolicyDefinition } from '../settlement/policy.ts';
import { paymentBound, unsealAccount } from './accounts.ts';
import { bankFileName, isoFormat, makeBankFile } from './bankFile.ts';
import type { Transfer } from './bankFileModel.ts';
import { requireBookkeeper } from './batches.ts';

/** A bank file, ready to be sent. */
export type BankFile = {
  readonly fileName: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly sha256: string;
};

/**
 * The bank file of an approved batch, which leaves an audit record of who fetched it. It is made anew each time, since plain numbers of accounts
 * are kept nowhere, and is the same each time. Needs the owner's rights.
 * @param code of the batch, as in PB-1
 * @throws UserError FORBIDDEN, NOT_FOUND, PAYMENT_BATCH_STATE, BANK_FILE_DIFFERS, ENVELOPE_*.
 */
export async function fetchBankFile(
  transaction: Transaction,
  keys: EnvelopeKeys,
  actor: Actor,
  now: Date,
  code: string,
): Promise<BankFile> {
  requireBookkeeper(actor);
  const batch = await loadBatch(transaction, code);
  if (batch.state !== 'APPROVED' && batch.state !== 'SETTLED') {
    throw new UserError(
      'PAYMENT_BATCH_STATE',
      `${batch.code} is ${batch.state}: its file is not to be sent.`,
      batch.code,
    );
  }
  if (batch.paymentCount === 0) {
    throw new UserError('PAYMENT_BATCH_STATE', `${batch.code} pays nothing: deposits took it all.`, batch.code);
  }
  const { definition, format, fileSha256: sha256, currency } = batch;
  const debtor = definition.debtorAccounts.find((account) => account.code === batch.debtorAccount);
  const layout = format === isoFormat ? null : definition.bankLayouts.find((known) => known.code === format);
  if (!debtor || layout === undefined) throw new Error(`the policy of ${batch.code} lacks what it was made with`);
  const { messageId, executesOn } = batch;
  const controlSum = formatMoney(batch.controlSum, minorUnitDigits[currency] ?? 2);
  const transfers = await loadTransfers(transaction, keys, batch.id, currency);
  const createdAt = new Date(batch.createdAt);
  const bytes = makeBankFile({ messageId, createdAt, executesOn, currency, controlSum, debtor, layout, transfers });
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new UserError(
      'BANK_FILE_DIFFERS',
      `The file of ${batch.code} does not have the SHA-256 that was fixed.`,
      batch.code,
    );
  }
  await recordChanges(transaction, actor, now, [
    { action: 'payment_batch.fetched', entity: 'payment_batch', entityKey: batch.code, after: { sha256 } },
  ]);
  return { ...bankFileName(batch.code, format), bytes, sha256 };
}

type BatchRow = {
  readonly id: number;
  readonly code: string;
  readonly state: string;
  readonly messageId: string;
  readonly currency: string;
  readonly debtorAccount: string;
  readonly format: string;
  readonly executesOn: string;
  readonly createdAt: string;
  readonly paymentCount: number;
  readonly controlSum: string;
  readonly fileSha256: string;
  readonly definition: SettlementPolicyDefinition;
};

/** Locked: it is not cancelled while its file goes out. */
async function loadBatch(transaction: Transaction, code: string): Promise<BatchRow> {
  const [row] = await rawSql(transaction)<BatchRow[]>`
    select batch.id, batch.code, batch.state, message_id as "messageId", currency, debtor_account as "debtorAccount", format,
      executes_on::text as "executesOn", created_at::text as "createdAt", payment_count as "paymentCount", control_sum::text as "controlSum",
      file_sha256 as "fileSha256", policy.definition
    from payment_batch batch join settlement_policy_version policy on policy.id = batch.policy_version_id
    where batch.code = ${code} for update of batch`;
  if (!row) throw new UserError('NOT_FOUND', `There is no batch "${code.slice(0, 40)}".`, 'batch');
  return row;
}

type TransferRow = Omit<Transfer, 'account'> & {
  readonly ciphertext: string;
  readonly wrappedKey: string;
  readonly envelopeKeyId: string;
};

async function loadTransfers(
  transaction: Transaction,
  keys: EnvelopeKeys,
  batchId: number,
  currency: string,
): Promise<Transfer[]> {
  const rows = await rawSql(transaction)<TransferRow[]>`
    select payment.end_to_end_id as "endToEndId", agent.code as "agentCode", payment.holder_name as "holderName",
      payment.bank_name as "bankName", payment.bic, payment.clearing_code as "clearingCode", payment.amount::text as amount,
      coalesce(issued.number, settlement.code, 'Deposit ' || payment.deposit_entry_id) as reference,
      payment.ciphertext, payment.wrapped_key as "wrappedKey", payment.envelope_key_id as "envelopeKeyId"
    from payment join agent on agent.id = payment.agent_id
    left join issued_statement issued
      on issued.run_id = payment.run_id and issued.agent_id = payment.agent_id and issued.currency = payment.currency
    left join off_cycle_settlement settlement on settlement.id = payment.settlement_id
    where payment.batch_id = ${batchId} and payment.amount > 0 order by payment.id`;
  const digits = minorUnitDigits[currency] ?? 2;
  return rows.map(({ ciphertext, wrappedKey, envelopeKeyId, ...row }) => ({
    ...row,
    amount: formatMoney(row.amount, digits),
    account: unsealAccount(keys, paymentBound(row.endToEndId), { ciphertext, wrappedKey, envelopeKeyId }),
  }));
}

import { createHash } from 'node:crypto';
import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { booksLock, lockKey } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { depositsToCollect } from '../deposits/collect.ts';
import { UserError } from '../errors.ts';
import { checkInput } from '../input.ts';
import { Decimal, formatMoney, minorUnitDigits } from '../money.ts';
import type { EnvelopeKeys } from '../partners/envelope.ts';
import { localDate } from '../period.ts';
import { currencySchema, dateSchema } from '../programme/fields.ts';
import { loadOperator } from '../reference/operator.ts';
import { settlementPolicyOn } from '../settlement/policies.ts';
import type { BankLayout, DebtorAccount } from '../settlement/policy.ts';
import { paymentBound, type SealedAccount, sealAccount } from './accounts.ts';
import { isoFormat, makeBankFile } from './bankFile.ts';
import type { Transfer } from './bankFileModel.ts';
import { type Claim, findClaims } from './claims.ts';
import { loadHolders } from './holders.ts';

// Batches: what one bank file pays. Amounts, accounts and the file's bytes are fixed when a batch is made.

export type BatchInput = {
  readonly currency: string;
  /** By its code in the settlement policy. */
  readonly debtorAccount: string;
  /** `pain.001.001.09`, or the code of a layout of the policy. */
  readonly format: string;
  readonly executesOn: string;
  /** Only these agents (codes). */
  readonly agentCodes?: readonly string[] | null | undefined;
};

type Instruction = {
  readonly claim: Claim;
  readonly endToEndId: string;
  readonly collected: Decimal;
  readonly amount: Decimal;
  readonly transfer: Transfer;
  readonly sealed: SealedAccount;
};

/** Batches are made one after the other, and not while a run is being approved: that carries what failed. */
const batchLock = lockKey('tributary payment batches');

/** For administrators and finance: what requests may not do themselves is done with the owner's rights. @throws UserError FORBIDDEN. */
export function requireBookkeeper({ user }: Actor): void {
  if (user && user.role !== 'ADMIN' && user.role !== 'FINANCE') {
    throw new UserError('FORBIDDEN', 'Administrators and finance pay.');
  }
}

/**
 * Makes a batch of all that is payable in a currency: statements of all periods, off-cycle settlements, refunds of deposits, failed
 * payments that no run has carried. Fixes amounts, accounts and the bank file; what goes into deposits is collected. Needs the owner's rights.
 * @returns its number.
 * @throws UserErrors INPUT_INVALID; UserError FORBIDDEN, NOTHING_PAYABLE, DEBTOR_ACCOUNT_UNKNOWN, BANK_FORMAT_UNKNOWN, NOT_FOUND, ENVELOPE_*.
 */
export async function createBatch(
  transaction: Transaction,
  keys: EnvelopeKeys,
  actor: Actor,
  now: Date,
  input: BatchInput,
): Promise<number> {
  requireBookkeeper(actor);
  const currency = checkInput(currencySchema, input.currency, 'currency');
  const executesOn = checkInput(dateSchema, input.executesOn, 'executesOn');
  const { timeZone } = await loadOperator(transaction);
  const today = localDate(now, timeZone);
  if (executesOn < today) throw new UserError('INPUT_INVALID', `${executesOn} is over.`, 'executesOn');
  const channel = await findChannel(transaction, today, currency, input);
  const sql = rawSql(transaction);
  await sql`select pg_advisory_xact_lock_shared(${booksLock}), pg_advisory_xact_lock(${batchLock})`;
  const wanted = await wantedCodes(transaction, input.agentCodes);
  const due = (await findClaims(transaction, { currency, until: executesOn, timeZone })).filter(
    (claim) => claim.obstacle === null && (wanted === undefined || wanted.has(claim.agentCode)),
  );
  const [drawn] = await sql<
    { id: number }[]
  >`select nextval(pg_get_serial_sequence('payment_batch', 'id'))::integer as id`;
  if (!drawn) throw new Error('a sequence gave no number');
  const instructions = await instruct(transaction, keys, `PB-${drawn.id}`, currency, due);
  if (instructions.length === 0) {
    throw new UserError('NOTHING_PAYABLE', `Nothing can be paid in ${currency} until ${executesOn}.`, 'currency');
  }
  const batch = { id: drawn.id, currency, executesOn, now, today, channel, format: input.format, by: actor.name };
  const after = await insertBatch(transaction, batch, instructions);
  await insertPayments(transaction, batch.id, currency, instructions);
  await collectDeposits(transaction, actor, now, batch.id, currency);
  const entityKey = `PB-${batch.id}`;
  await recordChanges(transaction, actor, now, [
    { action: 'payment_batch.created', entity: 'payment_batch', entityKey, after },
  ]);
  return batch.id;
}

type Channel = { readonly policyVersionId: number; readonly debtor: DebtorAccount; readonly layout: BankLayout | null };

async function findChannel(
  transaction: Transaction,
  day: string,
  currency: string,
  input: BatchInput,
): Promise<Channel> {
  const { id, definition } = await settlementPolicyOn(transaction, day);
  const debtor = definition.debtorAccounts.find((account) => account.code === input.debtorAccount);
  if (debtor?.currency !== currency) {
    const message = `The settlement policy has no account "${input.debtorAccount.slice(0, 100)}" that pays in ${currency}.`;
    throw new UserError('DEBTOR_ACCOUNT_UNKNOWN', message, 'debtorAccount');
  }
  const layout = definition.bankLayouts.find(({ code }) => code === input.format) ?? null;
  if (layout === null && input.format !== isoFormat) {
    const message = `The settlement policy has no bank layout "${input.format.slice(0, 100)}".`;
    throw new UserError('BANK_FORMAT_UNKNOWN', message, 'format');
  }
  return { policyVersionId: id, debtor, layout };
}

async function wantedCodes(
  transaction: Transaction,
  codes: BatchInput['agentCodes'],
): Promise<Set<string> | undefined> {
  if (codes == null) return undefined;
  const rows = await transaction.query.agent.findMany({ columns: { code: true }, where: { code: { in: [...codes] } } });
  const known = new Set(rows.map(({ code }) => code));
  const unknown = codes.find((code) => !known.has(code));
  if (unknown !== undefined) {
    throw new UserError('NOT_FOUND', `No agent has the code "${unknown.slice(0, 100)}".`, 'agentCodes');
  }
  return known;
}

/** The payments of a batch. */
async function instruct(
  transaction: Transaction,
  keys: EnvelopeKeys,
  batchCode: string,
  currency: string,
  due: readonly Claim[],
): Promise<Instruction[]> {
  const holders = await loadHolders(transaction, keys, due);
  const payable = due.flatMap((claim) => {
    const holder = holders.get(claim.agentId);
    return holder === undefined ? [] : [{ claim, holder }];
  });
  const fresh = payable.filter(({ claim }) => claim.kind === 'STATEMENT' && claim.retriesId === null);
  const shares = await depositsToCollect(
    transaction,
    fresh.map(({ claim: { agentId, gross, returned } }) => ({
      agentId,
      currency,
      gross: new Decimal(gross).minus(returned),
    })),
  );
  const collectedOf = new Map(fresh.map(({ claim }, index) => [claim, shares.get(index)]));
  const digits = minorUnitDigits[currency] ?? 2;
  return payable.map(({ claim, holder }, index) => {
    const endToEndId = `${batchCode}-${index + 1}`;
    const collected = collectedOf.get(claim) ?? new Decimal(claim.collected);
    const amount = new Decimal(claim.gross).minus(collected);
    const transfer = {
      ...holder,
      endToEndId,
      agentCode: claim.agentCode,
      amount: formatMoney(amount, digits),
      reference: claim.reference,
    };
    const sealed = sealAccount(keys, paymentBound(endToEndId), holder.account);
    return { claim, endToEndId, collected, amount, transfer, sealed };
  });
}

type NewBatch = {
  readonly id: number;
  readonly currency: string;
  readonly executesOn: string;
  readonly now: Date;
  /** The operator's day. */
  readonly today: string;
  readonly channel: Channel;
  readonly format: string;
  readonly by: string;
};

/** @returns what the audit record says of it. */
async function insertBatch(transaction: Transaction, batch: NewBatch, instructions: readonly Instruction[]) {
  const { id, currency, executesOn, now, today, channel } = batch;
  const sent = instructions.filter(({ amount }) => !amount.isZero());
  const digits = minorUnitDigits[currency] ?? 2;
  const controlSum = formatMoney(
    sent.reduce((sum, { amount }) => sum.plus(amount), new Decimal(0)),
    digits,
  );
  const messageId = `PB-${id}-${today.replaceAll('-', '')}`;
  const { debtor, layout, policyVersionId } = channel;
  const transfers = sent.map(({ transfer }) => transfer);
  const model = { messageId, createdAt: now, executesOn, currency, controlSum, debtor, layout, transfers };
  const bytes = sent.length === 0 ? Buffer.alloc(0) : makeBankFile(model);
  const fileSha256 = createHash('sha256').update(bytes).digest('hex');
  await rawSql(transaction)`
    insert into payment_batch (id, message_id, currency, debtor_account, policy_version_id, format, executes_on, state, payment_count,
      control_sum, file_size_bytes, file_sha256, created_by, created_at)
    overriding system value values (${id}, ${messageId}, ${currency}, ${debtor.code}, ${policyVersionId}, ${batch.format}, ${executesOn}, 'CREATED',
      ${sent.length}, ${controlSum}, ${bytes.length}, ${fileSha256}, ${batch.by}, ${now.toISOString()})`;
  const shown = { currency, debtorAccount: debtor.code, format: batch.format, executesOn };
  return {
    ...shown,
    paymentCount: sent.length,
    setOffCount: instructions.length - sent.length,
    controlSum,
    fileSha256,
  };
}

async function insertPayments(
  transaction: Transaction,
  batchId: number,
  currency: string,
  instructions: readonly Instruction[],
): Promise<void> {
  const rows = instructions.map(({ claim, endToEndId, collected, amount, transfer, sealed }) => ({
    end_to_end_id: endToEndId,
    agent_id: claim.agentId,
    kind: claim.kind,
    run_id: claim.runId,
    settlement_id: claim.settlementId,
    deposit_entry_id: claim.depositEntryId,
    gross: claim.gross,
    collected: collected.toFixed(),
    amount: amount.toFixed(),
    payee_id: claim.payeeId,
    holder_name: transfer.holderName,
    bank_name: transfer.bankName,
    bic: transfer.bic,
    clearing_code: transfer.clearingCode,
    ciphertext: sealed.ciphertext,
    wrapped_key: sealed.wrappedKey,
    envelope_key_id: sealed.envelopeKeyId,
    account_masked: sealed.accountMasked,
    state: amount.isZero() ? 'SET_OFF' : 'INSTRUCTED',
    retries_id: claim.retriesId,
  }));
  await rawSql(transaction)`
    insert into payment (batch_id, end_to_end_id, agent_id, kind, run_id, currency, settlement_id, deposit_entry_id, gross, collected, amount,
      payee_id, holder_name, bank_name, bic, clearing_code, ciphertext, wrapped_key, envelope_key_id, account_masked, state, retries_id)
    select ${batchId}, end_to_end_id, agent_id, kind, run_id, ${currency}, settlement_id, deposit_entry_id, gross, collected, amount,
      payee_id, holder_name, bank_name, bic, clearing_code, ciphertext, wrapped_key, envelope_key_id, account_masked, state, retries_id
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as given (end_to_end_id text, agent_id integer, kind payment_kind,
      run_id integer, settlement_id integer, deposit_entry_id integer, gross numeric, collected numeric, amount numeric, payee_id integer,
      holder_name text, bank_name text, bic text, clearing_code text, ciphertext text, wrapped_key text, envelope_key_id text,
      account_masked text, state payment_state, retries_id integer)`;
}

/** What a payment leaves out goes into the agent's deposit; what is paid again went there the first time. */
async function collectDeposits(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  batchId: number,
  currency: string,
): Promise<void> {
  const at = now.toISOString();
  await rawSql(transaction)`
    insert into deposit_entry (agent_id, kind, amount, currency, reason, payment_id, state, proposed_by, proposed_at, decided_by, decided_at)
    select agent_id, 'COLLECTED', collected, ${currency}, 'Collected from ' || end_to_end_id, id, 'APPROVED', ${actor.name}, ${at}, ${actor.name}, ${at}
    from payment where batch_id = ${batchId} and collected > 0 and retries_id is null order by id`;
}

import { recordChanges } from '../audit/audit.ts';
import { settleRun } from '../commissions/paidRuns.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { requireBookkeeper } from './batches.ts';

// The life of a batch: CREATED → APPROVED by somebody else → SETTLED once the bank has answered for every payment, or CANCELLED.

type BatchRow = {
  readonly id: number;
  readonly code: string;
  readonly state: string;
  readonly createdBy: string;
  readonly askedBy: string | null;
};

async function lockBatch(transaction: Transaction, id: number): Promise<BatchRow> {
  const [found] = await rawSql(transaction)<BatchRow[]>`
    select id, code, state, created_by as "createdBy", cancel_asked_by as "askedBy" from payment_batch where id = ${id} for update`;
  if (!found) throw new UserError('NOT_FOUND', 'There is no such batch, or you may not see it.', 'batchId');
  return found;
}

/**
 * Approves a batch that somebody else made: from now on its bank file can be fetched. One of which deposits took everything is settled.
 * Needs the owner's rights. @throws UserError FORBIDDEN, NOT_FOUND, PAYMENT_BATCH_STATE, SAME_PERSON, PAYEE_CHANGED.
 */
export async function approveBatch(transaction: Transaction, actor: Actor, now: Date, id: number): Promise<void> {
  requireBookkeeper(actor);
  const batch = await lockBatch(transaction, id);
  requireState(batch, ['CREATED'], 'approved');
  if (batch.createdBy.toLowerCase() === actor.name.toLowerCase()) {
    throw new UserError('SAME_PERSON', `${actor.name} made ${batch.code}.`, batch.code);
  }
  await requirePayees(transaction, batch);
  await rawSql(transaction)`
    update payment_batch set state = 'APPROVED', approved_by = ${actor.name}, approved_at = ${now.toISOString()} where id = ${id}`;
  await recordStep(transaction, actor, now, batch, 'approved');
  await settleBatches(transaction, actor, now, [id]);
}

/** Everything goes to a payee that still holds on the day of the batch; nobody decides otherwise while it is approved. */
async function requirePayees(transaction: Transaction, batch: BatchRow): Promise<void> {
  const sql = rawSql(transaction);
  await sql`
    select from payee where id in (select payee_id from payment where batch_id = ${batch.id}) order by id for share`;
  const outdated = await sql<{ code: string }[]>`
    select distinct agent.code from payment
    join payment_batch batch on batch.id = payment.batch_id join agent on agent.id = payment.agent_id
    left join payee on payee.id = payment.payee_id and payee.state = 'APPROVED'
      and daterange(payee.valid_from, payee.valid_to) @> batch.executes_on
    where payment.batch_id = ${batch.id} and payment.amount > 0 and payee.id is null order by agent.code`;
  if (outdated.length === 0) return;
  const codes = outdated.slice(0, 10).map(({ code }) => code);
  const more = outdated.length > codes.length ? ` and ${outdated.length - codes.length} more` : '';
  const message = `${batch.code} pays to accounts that are not in force any more: of ${codes.join(', ')}${more}.`;
  throw new UserError('PAYEE_CHANGED', message, batch.code);
}

/**
 * Takes a batch back whose payments the bank has not answered for: they can be paid in another one, and what was collected for deposits is
 * not. Where its file was fetched, the first call asks for it and changes nothing else; somebody else's cancels. Needs the owner's rights.
 * @param asked.bankWillNotPay both say so of a batch whose file was fetched: else it might be paid twice
 * @throws UserError FORBIDDEN, NOT_FOUND, INPUT_INVALID without a reason, PAYMENT_BATCH_STATE, PAYMENT_BATCH_FETCHED, SAME_PERSON.
 */
export async function cancelBatch(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  asked: { readonly id: number; readonly reason: string; readonly bankWillNotPay: boolean },
): Promise<void> {
  requireBookkeeper(actor);
  const reason = asked.reason.trim();
  if (reason === '') throw new UserError('INPUT_INVALID', 'Say why the batch is cancelled.', 'reason');
  const batch = await lockBatch(transaction, asked.id);
  requireState(batch, ['CREATED', 'APPROVED'], 'cancelled');
  const sql = rawSql(transaction);
  const [reported] = await sql<{ id: string }[]>`
    select end_to_end_id as id from payment where batch_id = ${batch.id} and state in ('PAID', 'FAILED') limit 1`;
  if (reported) {
    const message = `The bank has answered for ${reported.id}: ${batch.code} cannot be cancelled any more.`;
    throw new UserError('PAYMENT_BATCH_STATE', message, batch.code);
  }
  if (await wasFetched(transaction, batch.code)) {
    if (!asked.bankWillNotPay) {
      throw new UserError('PAYMENT_BATCH_FETCHED', `The bank file of ${batch.code} was fetched.`, batch.code);
    }
    if (batch.askedBy === null) return askToCancel(transaction, actor, now, batch, reason);
    if (batch.askedBy.toLowerCase() === actor.name.toLowerCase()) {
      throw new UserError('SAME_PERSON', `${actor.name} asked for ${batch.code} to be cancelled.`, batch.code);
    }
  }
  await sql`update payment set state = 'CANCELLED' where batch_id = ${batch.id}`;
  await sql`
    update payment_batch set state = 'CANCELLED', cancelled_by = ${actor.name}, cancelled_at = ${now.toISOString()},
      cancel_reason = coalesce(cancel_reason, ${reason})
    where id = ${batch.id}`;
  await recordStep(transaction, actor, now, batch, 'cancelled', reason);
  await settleRuns(transaction, actor, now, [batch.id]);
}

async function askToCancel(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  batch: BatchRow,
  reason: string,
): Promise<void> {
  await rawSql(transaction)`
    update payment_batch set cancel_asked_by = ${actor.name}, cancel_asked_at = ${now.toISOString()}, cancel_reason = ${reason}
    where id = ${batch.id}`;
  await recordStep(transaction, actor, now, batch, 'cancel_asked', reason);
}

async function wasFetched(transaction: Transaction, code: string): Promise<boolean> {
  const [row] = await rawSql(transaction)`
    select from audit_record where entity = 'payment_batch' and entity_key = ${code} and action = 'payment_batch.fetched' limit 1`;
  return row !== undefined;
}

/** Those of the batches that wait for no answer any more are settled; runs of which all is settled are paid, others are open again. */
export async function settleBatches(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  ids: readonly number[],
): Promise<void> {
  const sql = rawSql(transaction);
  const settled = await sql<BatchRow[]>`
    update payment_batch batch set state = 'SETTLED', settled_at = ${now.toISOString()}
    where id = any (${[...ids]}::integer[]) and state = 'APPROVED'
      and not exists (select from payment where payment.batch_id = batch.id and payment.state = 'INSTRUCTED')
    returning id, code, state, created_by as "createdBy", cancel_asked_by as "askedBy"`;
  for (const batch of settled) await recordStep(transaction, actor, now, batch, 'settled');
  await settleRuns(transaction, actor, now, ids);
}

async function settleRuns(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  batchIds: readonly number[],
): Promise<void> {
  const runs = await rawSql(transaction)<{ id: number }[]>`
    select distinct run_id as id from payment where batch_id = any (${[...batchIds]}::integer[]) and run_id is not null order by run_id`;
  for (const { id } of runs) await settleRun(transaction, actor, now, id);
}

function requireState(batch: BatchRow, allowed: readonly string[], what: string): void {
  if (allowed.includes(batch.state)) return;
  throw new UserError('PAYMENT_BATCH_STATE', `${batch.code} is ${batch.state} and cannot be ${what}.`, batch.code);
}

function recordStep(transaction: Transaction, actor: Actor, now: Date, batch: BatchRow, step: string, reason?: string) {
  const change = { action: `payment_batch.${step}`, entity: 'payment_batch', entityKey: batch.code };
  return recordChanges(transaction, actor, now, [reason === undefined ? change : { ...change, reason }]);
}

import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { lockRun, type RunRow, recordStep, requireStatus } from './runSteps.ts';

// How a run becomes PAID: by itself, once what its statements pay is settled, or by hand where payments are made elsewhere. And how it is
// open again: what is settled today can come back tomorrow.

/** SQL of the issued statements of the run that pay something which is neither paid nor set off nor carried by a later run. */
const unsettled = `
  from issued_statement issued where issued.run_id = run.id and issued.gross > 0 and not exists (
    select from payment left join balance_entry returned on returned.payment_id = payment.id
    where payment.run_id = issued.run_id and payment.agent_id = issued.agent_id and payment.currency = issued.currency
      and (payment.state in ('PAID', 'SET_OFF') or payment.state = 'FAILED' and returned.carried_run_id is not null))`;

/**
 * Marks an APPROVED run as paid: one whose payments are made elsewhere, none of whose statements is issued, or whose issued statements are
 * settled.
 * @throws UserError RUN_STATE, also while an issued statement is not settled; NOT_FOUND.
 */
export async function markRunPaid(transaction: Transaction, actor: Actor, now: Date, runId: number): Promise<void> {
  const run = await lockRun(transaction, runId);
  requireStatus(run, ['APPROVED'], 'paid');
  await requireSettled(transaction, run);
  await pay(transaction, actor, now, run);
}

async function requireSettled(transaction: Transaction, run: RunRow): Promise<void> {
  const count = await countUnsettled(transaction, run);
  if (count > 0) throw new UserError('RUN_STATE', `${unpaidText(count, run)} not paid yet.`, run.period);
}

async function countUnsettled(transaction: Transaction, { id }: RunRow): Promise<number> {
  const [row] = await rawSql(transaction).unsafe<{ count: number }[]>(
    `select count(*)::integer as count ${unsettled.replace('run.id', String(id))}`,
  );
  return row?.count ?? 0;
}

const unpaidText = (count: number, { period }: RunRow) =>
  `${count} issued statement${count === 1 ? '' : 's'} of ${period} ${count === 1 ? 'is' : 'are'}`;

async function pay(transaction: Transaction, actor: Actor, now: Date, run: RunRow): Promise<void> {
  await rawSql(transaction)`
    update commission_run set status = 'PAID', paid_by = ${actor.name}, paid_at = ${now.toISOString()} where id = ${run.id}`;
  await recordStep(transaction, actor, now, run, 'paid');
}

/**
 * Marks a run as PAID once all that its issued statements pay is settled: paid, set off against the deposit, or, where the bank did not pay,
 * carried by a later run. Does nothing before, nor for a run of which no statement is issued.
 * @returns whether it became PAID now.
 */
export async function payRunIfSettled(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  runId: number,
): Promise<boolean> {
  const [found] = await rawSql(transaction).unsafe<{ settled: boolean }[]>(
    `select exists (select from issued_statement where run_id = run.id)
      and not exists (
        select from statement where run_id = run.id and payable > 0 and not exists (
          select from issued_statement issued
          where issued.run_id = statement.run_id and issued.agent_id = statement.agent_id and issued.currency = statement.currency))
      and not exists (select ${unsettled}) as settled
     from commission_run run where run.id = $1 and run.status = 'APPROVED'`,
    [runId],
  );
  if (!found?.settled) return false;
  await pay(transaction, actor, now, await lockRun(transaction, runId));
  return true;
}

/**
 * After payments of a run changed: it becomes PAID as by payRunIfSettled, and one that was PAID is APPROVED again where something that its
 * issued statements pay is open again, because the bank returned it or its batch was cancelled. One that is paid elsewhere stays PAID.
 */
export async function settleRun(transaction: Transaction, actor: Actor, now: Date, runId: number): Promise<void> {
  const run = await lockRun(transaction, runId);
  if (run.status !== 'PAID') {
    await payRunIfSettled(transaction, actor, now, runId);
    return;
  }
  const count = await countUnsettled(transaction, run);
  if (count === 0 || (await isPaidElsewhere(transaction, runId))) return;
  await rawSql(
    transaction,
  )`update commission_run set status = 'APPROVED', paid_by = null, paid_at = null where id = ${runId}`;
  const reason = `${unpaidText(count, run)} not paid any more.`;
  await recordStep(transaction, actor, now, run, 'reopened', { status: 'APPROVED', reason });
}

/** It was marked by hand before its statements were issued: whatever became of a batch, nothing of it is due here. */
async function isPaidElsewhere(transaction: Transaction, runId: number): Promise<boolean> {
  const [row] = await rawSql(transaction)`
    select from commission_run run
    where run.id = ${runId} and run.paid_at < (select min(issued_at) from issued_statement where run_id = run.id)`;
  return row !== undefined;
}

/** Marks as PAID the runs of which the approved run has carried the last payment that was open. */
export async function payCarriedRuns(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  approvedRunId: number,
): Promise<void> {
  const rows = await rawSql(transaction)<{ id: number }[]>`
    select distinct payment.run_id as id from balance_entry entry join payment on payment.id = entry.payment_id
    where entry.carried_run_id = ${approvedRunId} and payment.run_id is not null order by 1`;
  for (const { id } of rows) await payRunIfSettled(transaction, actor, now, id);
}

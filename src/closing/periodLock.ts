import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import type { Period } from '../period.ts';
import { loadChecklist, missingSteps } from './checklist.ts';
import { recordClose } from './closeEvents.ts';
import { holdPeriod } from './lock.ts';
import type { periodLockState } from './tables.ts';

type LockState = (typeof periodLockState.enumValues)[number];
type LockRow = { readonly state: LockState; readonly asked_by: string | null };

/**
 * Locks a period: nothing of it is voided, issued, ticked off or exported any more. Payments go on.
 * @param today the operator's local date
 * @throws UserError CLOSE_INCOMPLETE naming what is missing, PERIOD_LOCKED.
 */
export async function lockPeriod(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { period, today }: { readonly period: Period; readonly today: string },
): Promise<void> {
  const before = await readLock(transaction, period);
  if (before && before.state !== 'REOPENED') {
    throw new UserError('PERIOD_LOCKED', `Period ${period} is locked already.`, period);
  }
  const [run] = await rawSql(
    transaction,
  )`select from commission_run where period = ${period} and status in ('APPROVED', 'PAID')`;
  if (!run)
    throw new UserError('CLOSE_INCOMPLETE', `Period ${period} cannot be locked: its run is not approved.`, period);
  const missing = missingSteps(await loadChecklist(transaction, period, today));
  if (missing.length > 0) {
    const named = missing.map(({ code, detail }) => (detail === null ? code : `${code} (${detail})`)).join(', ');
    throw new UserError('CLOSE_INCOMPLETE', `Period ${period} cannot be locked: ${named} not done.`, period);
  }
  const [by, at] = [actor.name, now.toISOString()];
  await rawSql(transaction)`
    insert into period_lock (period, state, locked_by, locked_at) values (${period}, 'LOCKED', ${by}, ${at})
    on conflict (period) do update set state = 'LOCKED', locked_by = ${by}, locked_at = ${at}, reopen_reason = null, reopen_asked_by = null,
      reopen_asked_at = null, reopened_by = null, reopened_at = null`;
  await recordLock(transaction, actor, now, { period, action: 'LOCKED', before: before?.state, after: 'LOCKED' });
}

/** Asks for a locked period to be reopened; it stays locked until somebody else agrees. @throws UserError RECORD_STATE, INPUT_INVALID. */
export async function askReopening(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { period, reason }: { readonly period: Period; readonly reason: string },
): Promise<void> {
  if (reason.trim() === '') throw new UserError('INPUT_INVALID', 'Say why the period is to be reopened.', 'reason');
  await requireLock(transaction, period, 'LOCKED');
  await rawSql(transaction)`
    update period_lock set state = 'REOPENING', reopen_reason = ${reason}, reopen_asked_by = ${actor.name}, reopen_asked_at = ${now.toISOString()}
    where period = ${period}`;
  const step = { period, action: 'REOPEN_ASKED', before: 'LOCKED', after: 'REOPENING', reason } as const;
  await recordLock(transaction, actor, now, step);
}

/**
 * Answers a wish to reopen a period. Whoever asked cannot agree, but may refuse: that takes the wish back.
 * @throws UserError SAME_PERSON, RECORD_STATE where nobody asked.
 */
export async function answerReopening(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { period, agree, note }: { readonly period: Period; readonly agree: boolean; readonly note?: string | undefined },
): Promise<void> {
  const { asked_by: askedBy } = await requireLock(transaction, period, 'REOPENING');
  if (agree && askedBy?.toLowerCase() === actor.name.toLowerCase()) {
    throw new UserError('SAME_PERSON', `${actor.name} asked for ${period} to be reopened.`, period);
  }
  const sql = rawSql(transaction);
  await (agree
    ? sql`update period_lock set state = 'REOPENED', reopened_by = ${actor.name}, reopened_at = ${now.toISOString()} where period = ${period}`
    : sql`update period_lock set state = 'LOCKED', reopen_reason = null, reopen_asked_by = null, reopen_asked_at = null where period = ${period}`);
  await recordLock(transaction, actor, now, {
    period,
    action: agree ? 'REOPENED' : 'REOPEN_REFUSED',
    before: 'REOPENING',
    after: agree ? 'REOPENED' : 'LOCKED',
    reason: note,
  });
}

async function requireLock(transaction: Transaction, period: Period, state: LockState): Promise<LockRow> {
  const lock = await readLock(transaction, period);
  if (lock?.state === state) return lock;
  throw new UserError('RECORD_STATE', `Period ${period} is ${lock?.state ?? 'not locked'}.`, period);
}

async function readLock(transaction: Transaction, period: Period): Promise<LockRow | undefined> {
  await holdPeriod(transaction, period);
  const [lock] = await rawSql(transaction)<LockRow[]>`
    select state, reopen_asked_by as asked_by from period_lock where period = ${period}`;
  return lock;
}

type LockStep = {
  readonly period: Period;
  readonly action: 'LOCKED' | 'REOPEN_ASKED' | 'REOPEN_REFUSED' | 'REOPENED';
  readonly before: LockState | undefined;
  readonly after: LockState;
  readonly reason?: string | undefined;
};

async function recordLock(transaction: Transaction, actor: Actor, now: Date, step: LockStep): Promise<void> {
  const { period, action, before, after, reason } = step;
  await recordClose(transaction, actor, now, { period, action, note: reason });
  await recordChanges(transaction, actor, now, [
    {
      action: `period.${action.toLowerCase()}`,
      entity: 'period',
      entityKey: period,
      ...(before === undefined ? {} : { before: { state: before } }),
      after: { state: after },
      ...(reason === undefined ? {} : { reason }),
    },
  ]);
}

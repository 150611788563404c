import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { UserError } from '../errors.ts';
import type { periodLockState } from './tables.ts';

/**
 * Refuses to change anything of a period whose books are closed, and keeps it from being locked until the transaction ends.
 * @throws UserError PERIOD_LOCKED.
 */
export async function requireUnlocked(transaction: Transaction, period: string): Promise<void> {
  const sql = rawSql(transaction);
  await sql`select pg_advisory_xact_lock_shared(hashtext('close'), hashtext(${period}))`;
  const [lock] = await sql<{ state: (typeof periodLockState.enumValues)[number] }[]>`
    select state from period_lock where period = ${period} and state <> 'REOPENED'`;
  if (!lock) return;
  const more = lock.state === 'REOPENING' ? ': somebody asked for it to be reopened, and another one has to agree' : '';
  throw new UserError('PERIOD_LOCKED', `Period ${period} is locked${more}.`, period);
}

/** Waits until nobody changes anything of the period, and keeps it so until the transaction ends. */
export async function holdPeriod(transaction: Transaction, period: string): Promise<void> {
  await rawSql(transaction)`select pg_advisory_xact_lock(hashtext('close'), hashtext(${period}))`;
}

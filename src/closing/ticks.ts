import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { localDate, type Period } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { booksPolicy } from '../settlement/policies.ts';
import { recordClose } from './closeEvents.ts';
import { requireUnlocked } from './lock.ts';

type Tick = { readonly period: Period; readonly step: string; readonly note: string };

/**
 * Ticks a step of a period's close off by hand; ticked again, the latest note counts.
 * @throws UserError NOT_FOUND where the checklist has no such step, INPUT_INVALID for a step that the database tells or without a note,
 * PERIOD_LOCKED.
 */
export async function tickStep(transaction: Transaction, actor: Actor, now: Date, tick: Tick): Promise<void> {
  const { period, step, note } = tick;
  await requireManual(transaction, now, tick);
  await requireUnlocked(transaction, period);
  await rawSql(transaction)`
    insert into close_tick (period, step, note, ticked_by, ticked_at)
    values (${period}, ${step}, ${note}, ${actor.name}, ${now.toISOString()})
    on conflict (period, step) do update set note = excluded.note, ticked_by = excluded.ticked_by, ticked_at = excluded.ticked_at`;
  await recordTick(transaction, actor, now, tick, 'TICKED');
}

/** Takes a tick back, and says why. @throws UserError NOT_FOUND, INPUT_INVALID without a note, PERIOD_LOCKED. */
export async function untickStep(transaction: Transaction, actor: Actor, now: Date, tick: Tick): Promise<void> {
  const { period, step } = tick;
  await requireManual(transaction, now, tick);
  await requireUnlocked(transaction, period);
  const gone = await rawSql(transaction)`
    delete from close_tick where period = ${period} and step = ${step} returning step`;
  if (gone.length === 0) throw new UserError('NOT_FOUND', `${step} of ${period} is not ticked off.`, 'step');
  await recordTick(transaction, actor, now, tick, 'UNTICKED');
}

async function requireManual(transaction: Transaction, now: Date, { period, step, note }: Tick): Promise<void> {
  if (note.trim() === '') throw new UserError('INPUT_INVALID', 'Say what was done, or why it is taken back.', 'note');
  const today = localDate(now, (await loadOperator(transaction)).timeZone);
  const { definition } = await booksPolicy(transaction, period, today);
  const found = definition.checklist.find(({ code }) => code === step);
  if (!found) {
    const codes = definition.checklist.map(({ code }) => code).join(', ');
    throw new UserError('NOT_FOUND', `The checklist has no step ${step}; it has ${codes}.`, 'step');
  }
  if (found.automatic) {
    throw new UserError('INPUT_INVALID', `${step} is told by the data: nobody ticks it off by hand.`, 'step');
  }
}

async function recordTick(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { period, step, note }: Tick,
  action: 'TICKED' | 'UNTICKED',
): Promise<void> {
  await recordClose(transaction, actor, now, { period, action, step, note });
  await recordChanges(transaction, actor, now, [
    {
      action: `close_step.${action.toLowerCase()}`,
      entity: 'close_step',
      entityKey: `${period} ${step}`,
      reason: note,
    },
  ]);
}

import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import type { Period } from '../period.ts';

export const closeActions = ['TICKED', 'UNTICKED', 'LOCKED', 'REOPEN_ASKED', 'REOPEN_REFUSED', 'REOPENED'] as const;
type CloseAction = (typeof closeActions)[number];

export type CloseEvent = {
  readonly period: Period;
  readonly action: CloseAction;
  readonly step?: string | undefined;
  readonly note?: string | undefined;
};

/** Writes down what was done for a period's close; the caller audits it. */
export async function recordClose(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { period, action, step, note }: CloseEvent,
): Promise<void> {
  await rawSql(transaction)`
    insert into close_event (period, action, step, note, by, at)
    values (${period}, ${action}, ${step ?? null}, ${note ?? null}, ${actor.name}, ${now.toISOString()})`;
}

import { z } from 'zod';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { checkInput } from '../input.ts';
import { settleCustomer } from './clashes.ts';
import { winningSales } from './coverage.ts';
import { endedProtection, extendedProtection } from './protection.ts';
import { changeDeal, type DealRow, lockDeal, requireDealAction } from './registrationRecords.ts';

// What becomes of registered deals (DOMAIN.md §8), by the agent itself or by staff for it.

const reasonSchema = z.string().trim().min(1, 'is missing').max(2000, 'has at most 2,000 characters');

/**
 * Lengthens a protection before its end by the extension days of its policy, as often as that allows.
 * @throws UserError NOT_FOUND, FORBIDDEN, REGISTRATION_STATE, REGISTRATION_EXTENSIONS.
 */
export async function extendDeal(transaction: Transaction, actor: Actor, now: Date, id: number): Promise<void> {
  const deal = await lockDeal(transaction, actor, now, id);
  const state = requireDealAction('extend', deal);
  const { extensionDays, maximumExtensions } = deal.policy;
  if (deal.extensionCount >= maximumExtensions) {
    const message = `${deal.code} was extended ${deal.extensionCount} times of ${maximumExtensions}.`;
    throw new UserError('REGISTRATION_EXTENSIONS', message, deal.code);
  }
  const protection = await extendedProtection(transaction, protectionOf(deal), extensionDays);
  const change = { state, protection, extensionCount: deal.extensionCount + 1 };
  await changeDeal(transaction, actor, now, deal, 'EXTENDED', change);
}

function protectionOf({ protectedFrom, protectedUntilDay }: DealRow) {
  if (protectedFrom === null || protectedUntilDay === null) throw new Error('A protected deal has a protection');
  return { from: protectedFrom, untilDay: protectedUntilDay };
}

type Win = {
  readonly id: number;
  readonly event: { readonly source: string; readonly externalId: string };
};

/**
 * Says that a deal was won, by the agent's own sale (ACTIVATION, DEVICE_SALE, RENEWAL) to the customer of what it registered, within the protection; also after that has ended. It stays
 * protected until its end.
 * @throws UserError NOT_FOUND, FORBIDDEN, REGISTRATION_STATE, REGISTRATION_EVENT.
 */
export async function winDeal(transaction: Transaction, actor: Actor, now: Date, { id, event }: Win): Promise<void> {
  const deal = await lockDeal(transaction, actor, now, id);
  const state = requireDealAction('win', deal);
  const sql = rawSql(transaction);
  const [sale] = await sql<{ id: string }[]>`
    select event.id::text as id from ${sql.unsafe(winningSales)}
    where deal.id = ${id} and event.source = ${event.source} and event.external_id = ${event.externalId}`;
  if (!sale) {
    const message = `${event.source} ${event.externalId} is no sale within the protection of ${deal.code}.`;
    throw new UserError('REGISTRATION_EVENT', message, 'event');
  }
  await changeDeal(transaction, actor, now, deal, 'WON', { state, wonEventId: sale.id });
}

/**
 * Says that a protected deal was lost: its protection ends at this instant, and whoever waits longest is protected from it on.
 * @throws UserErrors INPUT_INVALID; UserError NOT_FOUND, FORBIDDEN, REGISTRATION_STATE.
 */
export async function loseDeal(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { id, reason }: { readonly id: number; readonly reason: string },
): Promise<void> {
  const said = checkInput(reasonSchema, reason, 'reason');
  await end(transaction, actor, now, id, { action: 'lose', said });
}

/** Takes back a registration that waits or is protected; the latter ends as when it is lost. @throws as `loseDeal`. */
export async function withdrawDeal(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { id, reason }: { readonly id: number; readonly reason: string | null },
): Promise<void> {
  const said = reason === null ? null : checkInput(reasonSchema, reason, 'reason');
  await end(transaction, actor, now, id, { action: 'withdraw', said });
}

async function end(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  id: number,
  { action, said }: { readonly action: 'lose' | 'withdraw'; readonly said: string | null },
): Promise<void> {
  const deal = await lockDeal(transaction, actor, now, id);
  const state = requireDealAction(action, deal);
  const protection =
    deal.state === 'PROTECTED' ? await endedProtection(transaction, protectionOf(deal).from, now) : undefined;
  const change = protection ? { state, protection } : { state };
  await changeDeal(transaction, actor, now, deal, action === 'lose' ? 'LOST' : 'WITHDRAWN', change, said);
  await settleCustomer(transaction, deal.customerId, now);
}

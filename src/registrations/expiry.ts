import { recordChanges } from '../audit/audit.ts';
import { type Database, rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { addNotices } from '../notices/notices.ts';
import { localDate } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { winningSales } from './coverage.ts';
import { endTerminatedDeals, terminatedCustomers } from './terminated.ts';

/** An agent is told so many days before a protection ends. */
const expiringDays = 3;
/** For so many days after its end a protection is still won by a sale within it that was imported late. */
const lateSaleDays = 92;

export type ExpiryResult = {
  readonly wonCount: number;
  /** Customers whose deals expired or moved up. */
  readonly movedCount: number;
  readonly expiringCount: number;
};

/** So many customers are done in one transaction: each is locked, and a server holds some thousand locks. */
const batchSize = 500;

/**
 * What time does to registered deals, as the owner: claims of terminated agents end; those to whose customer the agent sold what it registered are won, protections
 * that are over expire, queues move on from the very instants at which something ended, and agents are told three days before. Does no harm
 * when done twice, or when it is broken off; a day on which it did not run is caught up with.
 */
export async function expireRegistrations(owner: Database, actor: Actor, now: Date): Promise<ExpiryResult> {
  const customers = await owner.transaction((transaction) => findCustomers(transaction, now));
  let wonCount = 0;
  let movedCount = 0;
  for (let start = 0; start < customers.length; start += batchSize) {
    const batch = customers.slice(start, start + batchSize);
    await owner.transaction(async (transaction) => {
      await lockCustomers(transaction, batch);
      await endTerminatedDeals(transaction, actor, now, batch);
      wonCount += await winBySales(transaction, actor, now, batch);
      movedCount += await settleCustomers(transaction, now, batch);
    });
  }
  return {
    wonCount,
    movedCount,
    expiringCount: await owner.transaction((transaction) => tellExpiring(transaction, now)),
  };
}

/** Deals that are protected, or were until lately, with the sales that win them. */
const sales = (now: string) => `
  from ${winningSales}
  where event.occurred_at <= '${now}'
    and (deal.state = 'PROTECTED' or deal.state = 'EXPIRED' and deal.protected_until > '${now}'::timestamptz - interval '${lateSaleDays} days')`;

/** The customers some of whose deals may have been won, have ended or wait. */
async function findCustomers(transaction: Transaction, now: Date): Promise<string[]> {
  const at = now.toISOString();
  const rows = await rawSql(transaction).unsafe<{ customerId: string }[]>(`
    select customer_id as "customerId" from deal_registration where state = 'QUEUED' or state = 'PROTECTED' and protected_until <= '${at}'
    union select deal.customer_id ${sales(at)}
    union ${terminatedCustomers(at)}
    order by 1`);
  return rows.map(({ customerId }) => customerId);
}

/** Before any row is locked: whoever registers a deal locks its customer first, too. */
async function lockCustomers(transaction: Transaction, customers: readonly string[]): Promise<void> {
  await rawSql(transaction)`
    select pg_advisory_xact_lock(hashtextextended('registrations of ' || customer_id, 0))
    from unnest(${[...customers]}::text[]) with ordinality as due(customer_id, place) order by place`;
}

async function settleCustomers(transaction: Transaction, now: Date, customers: readonly string[]): Promise<number> {
  const [moved] = await rawSql(transaction)<{ count: number }[]>`
    select count(*) filter (where settle_registrations(customer_id, ${now.toISOString()}) > 0)::integer as count
    from unnest(${[...customers]}::text[]) as due(customer_id)`;
  return moved?.count ?? 0;
}

/** An activation, device sale or renewal; the first one in the order of DOMAIN.md §9.1. */
async function winBySales(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  customers: readonly string[],
): Promise<number> {
  const sql = rawSql(transaction);
  const at = now.toISOString();
  const won = await sql<{ code: string; before: string; eventId: string }[]>`
    with sold as (
      select distinct on (deal.id) deal.id, deal.state as before, event.id as event_id ${sql.unsafe(sales(at))}
        and deal.customer_id = any (${[...customers]}::text[])
      order by deal.id, event.occurred_at, event.source collate "C", event.external_id collate "C"
    ), won as (
      update deal_registration deal set state = 'WON', won_event_id = sold.event_id from sold where deal.id = sold.id
      returning deal.id, deal.code, sold.before, sold.event_id
    ), step as (
      insert into registration_step (registration_id, action, by, at) select id, 'WON', ${actor.name}, ${at} from won
    )
    select code, before, event_id::text as "eventId" from won order by id`;
  const changes = won.map(({ code, before, eventId }) => ({
    action: 'deal_registration.won',
    entity: 'deal_registration',
    entityKey: code,
    before: { state: before },
    after: { state: 'WON', wonEventId: eventId },
  }));
  await recordChanges(transaction, actor, now, changes);
  return won.length;
}

async function tellExpiring(transaction: Transaction, now: Date): Promise<number> {
  const { timeZone } = await loadOperator(transaction);
  const ending = await rawSql(transaction)<{ agentId: number; code: string; until: string }[]>`
    select agent_id as "agentId", code, protected_until_day::text as until from deal_registration
    where state = 'PROTECTED' and protected_until > ${now.toISOString()}
      and protected_until_day <= ${localDate(now, timeZone)}::date + ${expiringDays}::integer`;
  const notices = ending.map(({ agentId, code, until }) => ({
    agentId,
    kind: 'REGISTRATION_EXPIRING' as const,
    subject: `${code} ${until}`,
    details: { registration: code, until },
  }));
  await addNotices(transaction, now, notices);
  return notices.length;
}

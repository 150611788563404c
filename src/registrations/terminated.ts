import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';

// What a termination does to registered deals: nobody is kept from a customer by an agent that sells no more.

/**
 * Deals of agents that are terminated by an instant, whose claims still stand. `ended_at` is the local midnight that begins the day of
 * the termination, or the beginning of a protection that came later.
 */
const claims = (now: string) => `
  select deal.id, deal.code, deal.customer_id, deal.state, deal.protected_until, ended.ended_at, (ended.ended_at at time zone operator.time_zone)::date as ended_on
  from (select agent_id, min(valid_from) as since from agent_status where status = 'TERMINATED' group by agent_id) terminated
  join deal_registration deal on deal.agent_id = terminated.agent_id cross join operator
  cross join lateral (select terminated.since::timestamp at time zone operator.time_zone as instant) termination
  cross join lateral (select greatest(termination.instant, deal.protected_from) as ended_at) ended
  where termination.instant <= '${now}'::timestamptz
    and (deal.state in ('PENDING', 'QUEUED') or deal.state in ('PROTECTED', 'WON') and deal.protected_until > ended.ended_at)`;

/** Customers that terminated agents still claim: a query of `customer_id`. */
export const terminatedCustomers = (now: string): string => `select customer_id from (${claims(now)}) claim`;

/**
 * Ends what terminated agents claim of customers, who must be locked: protections, of deals that are won too, end with the beginning of the
 * day of the termination; what is judged or waits is withdrawn. Done twice it changes nothing more.
 */
export async function endTerminatedDeals(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  customers: readonly string[],
): Promise<void> {
  const sql = rawSql(transaction);
  const at = now.toISOString();
  const ended = await sql<{ code: string; before: string; after: string; from: string | null; until: string | null }[]>`
    with claim as (
      ${sql.unsafe(claims(at))} and deal.customer_id = any (${[...customers]}::text[])
    ), ended as (
      update deal_registration deal set
        state = case when claim.state in ('PENDING', 'QUEUED') then 'WITHDRAWN' else claim.state end,
        protected_until = case when claim.protected_until is not null then claim.ended_at end,
        protected_until_day = case when claim.protected_until is not null then claim.ended_on end
      from claim where claim.id = deal.id
      returning deal.id, deal.code, claim.state as before, deal.state as after, claim.protected_until as "from", deal.protected_until as until
    ), step as (
      insert into registration_step (registration_id, action, by, at) select id, 'TERMINATED', ${actor.name}, ${at} from ended order by id
    )
    select code, before, after, "from", until from ended order by id`;
  const changes = ended.map(({ code, before, after, from, until }) => ({
    action: 'deal_registration.terminated',
    entity: 'deal_registration',
    entityKey: code,
    before: { state: before, until: from },
    after: { state: after, until },
  }));
  await recordChanges(transaction, actor, now, changes);
}

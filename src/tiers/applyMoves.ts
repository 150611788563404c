import { rawSql, type Transaction } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { setTierBetween } from './datedTiers.ts';
import type { AgentMove } from './evaluateAgents.ts';

type Changed = Pick<AgentMove, 'agentId' | 'fromTier' | 'tier'>;

/**
 * Gives agents the tiers that an evaluation found for them (DOMAIN.md §6), from a day on and without end; days with an approved override
 * keep the tier by hand, and what follows them is the new tier. As owner; the caller holds the programme's lock.
 * @param changed agents whose tier differs from the one they had
 * @throws UserError EVALUATION_LATER_TIER where a tier begins on that day or later that comes neither from an override nor goes on
 * after one; nothing is written.
 */
export async function applyMoves(
  transaction: Transaction,
  changed: readonly Changed[],
  effectiveOn: string,
): Promise<void> {
  await refuseLaterTiers(transaction, changed, effectiveOn);
  const withOverrides = await loadWithOverrides(transaction, changed, effectiveOn);
  await writeTiers(
    transaction,
    changed.filter(({ agentId }) => !withOverrides.has(agentId)),
    effectiveOn,
  );
  const apart = changed.filter(({ agentId }) => withOverrides.has(agentId));
  for (const span of await loadFreeSpans(transaction, apart, effectiveOn)) await setTierBetween(transaction, span);
}

/** What goes on after an override has the tier that was evaluated; another one was set for that time by somebody. */
async function refuseLaterTiers(
  transaction: Transaction,
  changed: readonly Changed[],
  effectiveOn: string,
): Promise<void> {
  const rows = await rawSql(transaction)<{ code: string }[]>`
    with held as (
      select agent_id, range_agg(daterange(valid_from, valid_to)) as days, array_agg(valid_to) as ends
      from tier_override where state = 'APPROVED' and valid_to >= ${effectiveOn} group by agent_id)
    select distinct agent.code collate "C" as code
    from unnest(${changed.map(({ agentId }) => agentId)}::integer[], ${changed.map(({ fromTier }) => fromTier)}::text[])
        as given (agent_id, from_tier)
    join agent_tier fact on fact.agent_id = given.agent_id and fact.valid_from >= ${effectiveOn}
    join tier on tier.id = fact.tier_id join agent on agent.id = given.agent_id
    left join held on held.agent_id = given.agent_id
    where held.agent_id is null or not (held.days @> daterange(fact.valid_from, fact.valid_to)
      or (fact.valid_from = any(held.ends) and tier.code is not distinct from given.from_tier))
    order by 1`;
  if (rows.length === 0) return;
  const named = rows.slice(0, 20).map(({ code }) => code);
  const more = rows.length > named.length ? ` and ${rows.length - named.length} more` : '';
  const message = `Tiers that begin on ${effectiveOn} or later stand in the way: ${named.join(', ')}${more}.`;
  throw new UserError('EVALUATION_LATER_TIER', message);
}

/** The few agents with a tier by hand on that day or after it. */
async function loadWithOverrides(
  transaction: Transaction,
  changed: readonly Changed[],
  effectiveOn: string,
): Promise<ReadonlySet<number>> {
  const rows = await rawSql(transaction)<{ agentId: number }[]>`
    select distinct agent_id as "agentId" from tier_override
    where state = 'APPROVED' and valid_to > ${effectiveOn} and agent_id = any(${changed.map(({ agentId }) => agentId)})`;
  return new Set(rows.map(({ agentId }) => agentId));
}

/** For all at once: a statement for each of 50,000 agents would take minutes. */
async function writeTiers(transaction: Transaction, changed: readonly Changed[], effectiveOn: string): Promise<void> {
  const sql = rawSql(transaction);
  const ids = changed.map(({ agentId }) => agentId);
  await sql`delete from agent_tier where agent_id = any(${ids}) and valid_from = ${effectiveOn}`;
  await sql`
    update agent_tier set valid_to = ${effectiveOn}
    where agent_id = any(${ids}) and valid_from < ${effectiveOn} and (valid_to is null or valid_to > ${effectiveOn})`;
  await sql`
    insert into agent_tier (agent_id, tier_id, valid_from)
    select agent_id, tier.id, ${effectiveOn} from unnest(${ids}::integer[], ${changed.map(({ tier }) => tier)}::text[]) as given (agent_id, code)
    join tier on tier.code = given.code`;
}

type Span = Parameters<typeof setTierBetween>[1];

/** The new tiers of these agents on the days from then on that no override covers. */
async function loadFreeSpans(
  transaction: Transaction,
  changed: readonly Changed[],
  effectiveOn: string,
): Promise<readonly Span[]> {
  return rawSql(transaction)<Span[]>`
    with held as (
      select agent_id, range_agg(daterange(valid_from, valid_to)) as days
      from tier_override where state = 'APPROVED' group by agent_id)
    select given.agent_id as "agentId", tier.id as "tierId", lower(free)::text as "from", upper(free)::text as "to"
    from unnest(${changed.map(({ agentId }) => agentId)}::integer[], ${changed.map(({ tier }) => tier)}::text[]) as given (agent_id, code)
    join tier on tier.code = given.code join held on held.agent_id = given.agent_id
    cross join unnest(datemultirange(daterange(${effectiveOn}, null)) - held.days) as free
    order by 1, 3`;
}

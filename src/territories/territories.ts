import { eq } from 'drizzle-orm';
import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { isDate, localDate } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { territory } from './tables.ts';

// An agent's right to sell in a region and all under it, for a time (DOMAIN.md §2): granted, ended, never moved. The trigger
// territory_exclusive catches what two transactions do at once.

const namedMost = 5;

export type TerritoryGrant = {
  readonly agentId: number;
  readonly regionId: number;
  /** Nobody else may then have a right in the region, above or below it, but agents below this one. */
  readonly exclusive: boolean;
  readonly from: string;
  /** The first day on which it no longer holds; null or missing: no end. */
  readonly to?: string | null;
};

/**
 * Grants an agent the right to sell in a region and all under it (DOMAIN.md §2).
 * @returns the territory's id
 * @throws UserError INPUT_INVALID for dates that are none or end before they begin; NOT_FOUND for an agent or region that is not
 * seen; FORBIDDEN for a manager in a region not its own; DATES_OVERLAP where the agent has a right in the region then;
 * TERRITORY_EXCLUSIVE naming both agents and regions.
 */
export async function grantTerritory(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { agentId, regionId, exclusive, from, to = null }: TerritoryGrant,
): Promise<number> {
  checkDates(from, to);
  await lockTerritories(transaction);
  const { agentCode, regionCode } = await namesOf(transaction, agentId, regionId);
  await refuseOverlap(
    transaction,
    { agentId, regionId, from, to },
    `Agent ${agentCode} has a right in region ${regionCode}`,
  );
  const days = to === null ? `from ${from}` : `from ${from} to ${to}`;
  const wanted = `Agent ${agentCode} cannot have region ${regionCode}${exclusive ? ' exclusively' : ''} ${days}`;
  await refuseConflicts(transaction, { agentId, regionId, exclusive, from, to }, wanted);
  const [granted] = await transaction
    .insert(territory)
    .values({ agentId, regionId, exclusive, validFrom: from, validTo: to })
    .returning({ id: territory.id });
  if (!granted) throw new Error('an insert gave no row');
  await recordChanges(transaction, actor, now, [
    {
      action: 'territory.granted',
      entity: 'agent',
      entityKey: agentCode,
      after: { region: regionCode, exclusive, from, to },
    },
  ]);
  return granted.id;
}

function checkDates(from: string, to: string | null): void {
  if (!isDate(from)) throw new UserError('INPUT_INVALID', `${from} is no date.`, 'from');
  if (to !== null && !isDate(to)) throw new UserError('INPUT_INVALID', `${to} is no date.`, 'to');
  if (to !== null && to <= from) {
    throw new UserError('INPUT_INVALID', `A right from ${from} cannot end on ${to}: it ends on a later day.`, 'to');
  }
}

/** Who grants or ends rights does so alone, as the trigger sees to at the end: what is checked here still holds then. */
async function lockTerritories(transaction: Transaction): Promise<void> {
  await rawSql(transaction)`select pg_advisory_xact_lock(hashtext('tributary territories'))`;
}

async function namesOf(transaction: Transaction, agentId: number, regionId: number) {
  const [found] = await rawSql(transaction)<
    { agentCode: string | null; regionCode: string | null; isOwnRegion: boolean }[]
  >`
    select (select code from agent where id = ${agentId}) as "agentCode", (select code from region where id = ${regionId}) as "regionCode",
      claim_role() <> 'CHANNEL_MANAGER' or ${regionId} in (select region_subtree(claim_region())) as "isOwnRegion"`;
  const { agentCode = null, regionCode = null, isOwnRegion = false } = found ?? {};
  if (agentCode === null) throw new UserError('NOT_FOUND', 'There is no such agent.', 'agent');
  if (regionCode === null) throw new UserError('NOT_FOUND', 'There is no such region.', 'region');
  if (!isOwnRegion) {
    throw new UserError('FORBIDDEN', `Region ${regionCode} is neither yours nor under yours.`, 'region');
  }
  return { agentCode, regionCode };
}

async function refuseOverlap(
  transaction: Transaction,
  { agentId, regionId, from, to }: Omit<TerritoryGrant, 'exclusive'>,
  what: string,
): Promise<void> {
  const [other] = await rawSql(transaction)<{ from: string; to: string | null }[]>`
    select valid_from::text as "from", valid_to::text as "to" from territory
    where agent_id = ${agentId} and region_id = ${regionId}
      and daterange(valid_from, valid_to) && daterange(${from}::date, ${to ?? null}::date)
    order by valid_from limit 1`;
  if (other) throw new UserError('DATES_OVERLAP', `${what} already, ${period(other.from, other.to)}.`, 'from');
}

type Conflict = {
  readonly agentCode: string;
  readonly regionCode: string;
  readonly exclusive: boolean;
  readonly from: string;
  readonly to: string | null;
};

async function refuseConflicts(
  transaction: Transaction,
  { agentId, regionId, exclusive, from, to }: TerritoryGrant,
  wanted: string,
): Promise<void> {
  const conflicts = await rawSql(transaction)<Conflict[]>`
    select agent_code as "agentCode", region_code as "regionCode", exclusive, valid_from::text as "from", valid_to::text as "to"
    from territory_conflicts(${agentId}, ${regionId}, ${exclusive}, daterange(${from}::date, ${to ?? null}::date))`;
  if (conflicts.length === 0) return;
  const others = conflicts
    .slice(0, namedMost)
    .map(
      (other) =>
        `agent ${other.agentCode} has region ${other.regionCode}${other.exclusive ? ' exclusively' : ''} ${period(other.from, other.to)}`,
    );
  const more = conflicts.length > namedMost ? ` and ${conflicts.length - namedMost} more` : '';
  throw new UserError('TERRITORY_EXCLUSIVE', `${wanted}: ${others.join('; ')}${more}.`, 'region');
}

const period = (from: string, to: string | null) => (to === null ? `from ${from}` : `from ${from} to ${to}`);

type Ended = { readonly id: number; readonly agentCode: string } & Omit<Conflict, 'agentCode'>;

/**
 * Ends a right: `to` is the first day on which it no longer holds. One that has not begun is taken away by an end on or before its
 * first day.
 * @throws UserError NOT_FOUND; INPUT_INVALID for an end before the beginning of a right that was held, or later than its end: to
 * hold longer it is granted anew.
 */
export async function endTerritory(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { territoryId, to, reason }: { readonly territoryId: number; readonly to: string; readonly reason: string },
): Promise<void> {
  await lockTerritories(transaction);
  const [present] = await rawSql(transaction)<Ended[]>`
    select held.id, agent.code as "agentCode", region.code as "regionCode", held.exclusive,
      held.valid_from::text as "from", held.valid_to::text as "to"
    from territory held join agent on agent.id = held.agent_id join region on region.id = held.region_id
    where held.id = ${territoryId}`;
  if (!present) throw new UserError('NOT_FOUND', 'There is no such territory.', 'territoryId');
  const { timeZone } = await loadOperator(transaction);
  const held = `Agent ${present.agentCode} has region ${present.regionCode} ${period(present.from, present.to)}`;
  if (to <= present.from && present.from <= localDate(now, timeZone)) {
    throw new UserError('INPUT_INVALID', `${held}: that cannot be undone, only ended on a later day.`, 'to');
  }
  if (present.to !== null && to > present.to) {
    throw new UserError('INPUT_INVALID', `${held}: grant a new right for later days.`, 'to');
  }
  await end(transaction, actor, now, [present], to, reason);
}

/**
 * Ends every right of an agent that reaches beyond `to`, its first day without any: those that had not begun by then are taken away.
 * For the end of an agent's life (DOMAIN.md §4).
 * @returns how many rights ended
 */
export async function endTerritoriesOf(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { agentId, to, reason }: { readonly agentId: number; readonly to: string; readonly reason: string },
): Promise<number> {
  await lockTerritories(transaction);
  const present = await rawSql(transaction)<Ended[]>`
    select held.id, agent.code as "agentCode", region.code as "regionCode", held.exclusive,
      held.valid_from::text as "from", held.valid_to::text as "to"
    from territory held join agent on agent.id = held.agent_id join region on region.id = held.region_id
    where held.agent_id = ${agentId} and (held.valid_to is null or held.valid_to > ${to}::date)
    order by region.code collate "C", held.valid_from`;
  await end(transaction, actor, now, present, to, reason);
  return present.length;
}

/** Row-level security passes over rows that one may not change without a word: that must not look like success. */
async function end(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  rights: readonly Ended[],
  to: string,
  reason: string,
): Promise<void> {
  for (const { id, agentCode, regionCode, exclusive, from, to: before } of rights) {
    const isHeld = from < to;
    const written = isHeld
      ? transaction.update(territory).set({ validTo: to }).where(eq(territory.id, id)).returning({ id: territory.id })
      : transaction.delete(territory).where(eq(territory.id, id)).returning({ id: territory.id });
    if ((await written).length !== 1) throw new UserError('FORBIDDEN', 'You may not change this.');
    const held = { region: regionCode, exclusive, from };
    await recordChanges(transaction, actor, now, [
      {
        action: isHeld ? 'territory.ended' : 'territory.withdrawn',
        entity: 'agent',
        entityKey: agentCode,
        before: { ...held, to: before },
        ...(isHeld ? { after: { ...held, to } } : {}),
        reason,
      },
    ]);
  }
}

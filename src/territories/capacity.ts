import { inArray } from 'drizzle-orm';
import { type Change, recordChanges } from '../audit/audit.ts';
import { groupBy } from '../commissions/engine/group.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError, UserErrors } from '../errors.ts';
import { isDate } from '../period.ts';
import { type PlannedAgents, withPlan } from './capacityPlan.ts';
import { channelCapacity } from './tables.ts';

// The operator's channel capacity plan 渠道布局: from which day on a region shall have how many agents of a channel type.

/** A figure of the plan as a client gives it; it holds until the next one, or until what it takes the place of was to end. */
export type CapacityInput = {
  readonly regionCode: string;
  readonly channelTypeCode: string;
  readonly from: string;
  /** null: nothing is planned any longer. */
  readonly plannedAgents: number | null;
};

export type CapacityResult = { readonly changedCount: number; readonly unchangedCount: number };

const maxBatchSize = 1000;
const mostAgents = 1_000_000;

/**
 * Saves up to 1,000 figures of the plan, all or none (DOMAIN.md §2, region).
 * @returns how many regions' and channel types' plans changed, and how many were so already
 * @throws UserError BATCH_TOO_LARGE, FORBIDDEN; UserErrors with every fault: REGION_UNKNOWN, REFERENCE_UNKNOWN, INPUT_INVALID,
 * CODE_DUPLICATE for two figures of the same day.
 */
export async function saveChannelCapacity(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  figures: readonly CapacityInput[],
): Promise<CapacityResult> {
  if (figures.length > maxBatchSize) {
    throw new UserError(
      'BATCH_TOO_LARGE',
      `The batch has ${figures.length} figures, at most ${maxBatchSize} are allowed.`,
    );
  }
  const regions = await idsOf(transaction, 'region');
  const channelTypes = await idsOf(transaction, 'channel_type');
  const faults = faultsOf(figures, regions, channelTypes);
  if (faults.length > 0) throw new UserErrors(faults);
  const byPlace = new Map<string, Place>();
  for (const { regionCode, channelTypeCode, from, plannedAgents } of figures) {
    const key = `${regionCode} ${channelTypeCode}`;
    const place = byPlace.get(key) ?? {
      key,
      regionId: regions.get(regionCode) ?? 0,
      channelTypeId: channelTypes.get(channelTypeCode) ?? 0,
      changes: [],
    };
    place.changes.push({ from, plannedAgents });
    byPlace.set(key, place);
  }
  // one at a time: two who plan the same region would else both divide what was there
  await rawSql(transaction)`select pg_advisory_xact_lock(hashtext('tributary channel capacity'))`;
  return write(transaction, actor, now, [...byPlace.values()]);
}

type Place = {
  /** Region and channel type. */
  readonly key: string;
  readonly regionId: number;
  readonly channelTypeId: number;
  readonly changes: { from: string; plannedAgents: number | null }[];
};

async function idsOf(transaction: Transaction, table: 'region' | 'channel_type'): Promise<ReadonlyMap<string, number>> {
  const sql = rawSql(transaction);
  const rows = await sql<{ id: number; code: string }[]>`select id, code from ${sql(table)}`;
  return new Map(rows.map(({ id, code }) => [code, id]));
}

function faultsOf(
  figures: readonly CapacityInput[],
  regions: ReadonlyMap<string, number>,
  channelTypes: ReadonlyMap<string, number>,
): UserError[] {
  const seen = new Set<string>();
  return figures.flatMap(({ regionCode, channelTypeCode, from, plannedAgents }, index) => {
    const at = (field: string) => `input[${index}].${field}`;
    const faults: UserError[] = [];
    if (!regions.has(regionCode)) {
      faults.push(new UserError('REGION_UNKNOWN', `No region has the code ${regionCode}.`, at('regionCode')));
    }
    if (!channelTypes.has(channelTypeCode)) {
      const message = `No channel type has the code ${channelTypeCode}.`;
      faults.push(new UserError('REFERENCE_UNKNOWN', message, at('channelTypeCode')));
    }
    if (!isDate(from)) faults.push(new UserError('INPUT_INVALID', `${from} is no date.`, at('from')));
    if (
      plannedAgents !== null &&
      !(Number.isInteger(plannedAgents) && plannedAgents >= 0 && plannedAgents <= mostAgents)
    ) {
      const message = `${plannedAgents} is no whole number from 0 to ${mostAgents}.`;
      faults.push(new UserError('INPUT_INVALID', message, at('plannedAgents')));
    }
    const key = `${regionCode} ${channelTypeCode} ${from}`;
    if (seen.has(key)) faults.push(new UserError('CODE_DUPLICATE', `${key} has two figures.`, `input[${index}]`));
    seen.add(key);
    return faults;
  });
}

async function write(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  places: readonly Place[],
): Promise<CapacityResult> {
  const present = await loadPlans(transaction, places);
  const changed = places.flatMap((place) => {
    const rows = present.get(`${place.regionId} ${place.channelTypeId}`) ?? [];
    const before = rows.map(({ from, to, plannedAgents }): PlannedAgents => ({ from, to, plannedAgents }));
    const after = withPlan(before, place.changes);
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ place, rows, before, after }];
  });
  const outdated = changed.flatMap(({ rows }) => rows.map(({ id }) => id));
  if (outdated.length > 0) {
    const gone = await transaction
      .delete(channelCapacity)
      .where(inArray(channelCapacity.id, outdated))
      .returning({ id: channelCapacity.id });
    if (gone.length !== outdated.length) throw new UserError('FORBIDDEN', 'You may not change this.');
  }
  const wanted = changed.flatMap(({ place: { regionId, channelTypeId }, after }) =>
    after.map(({ from, to, plannedAgents }) => ({
      regionId,
      channelTypeId,
      plannedAgents,
      validFrom: from,
      validTo: to,
    })),
  );
  for (let start = 0; start < wanted.length; start += maxBatchSize) {
    await transaction.insert(channelCapacity).values(wanted.slice(start, start + maxBatchSize));
  }
  const changes = changed.map(({ place: { key }, before, after }): Change => {
    return { action: 'channelCapacity.saved', entity: 'channel_capacity', entityKey: key, before, after };
  });
  await recordChanges(transaction, actor, now, changes);
  return { changedCount: changed.length, unchangedCount: places.length - changed.length };
}

type PresentRow = PlannedAgents & { readonly id: number; readonly place: string };

async function loadPlans(transaction: Transaction, places: readonly Place[]): Promise<Map<string, PresentRow[]>> {
  const rows = await rawSql(transaction)<PresentRow[]>`
    select id, concat_ws(' ', region_id, channel_type_id) as place, planned_agents as "plannedAgents",
      valid_from::text as "from", valid_to::text as "to"
    from channel_capacity
    where (region_id, channel_type_id) in (
      select * from unnest(${places.map((place) => place.regionId)}::integer[], ${places.map((place) => place.channelTypeId)}::integer[]))
    order by valid_from`;
  return groupBy(rows, ({ place }) => place);
}

import { type SQL, sql } from 'drizzle-orm';
import type { Transaction } from '../db/client.ts';
import type { Page, PageArguments, PageOrder } from '../db/pages.ts';
import { readRowPage } from '../db/rowPages.ts';

// Where agents are and where they are missing (DOMAIN.md §4, territories). Counts are of ACTIVE agents, whoever's they are; a
// manager asks about the regions it looks after only.

export type CoverageQuestion = {
  readonly on: string;
  /** Only this region (code) and those under it; all without it. */
  readonly under?: string | null | undefined;
};

/** The regions asked about, as a query of their numbers; none where there is no such region. */
function askedRegions(under: string | null | undefined): SQL {
  const wanted =
    under == null ? sql`true` : sql`id in (select region_subtree((select id from region where code = ${under})))`;
  return sql`
    select id from region
    where ${wanted} and (claim_role() <> 'CHANNEL_MANAGER' or id in (select region_subtree(claim_region())))`;
}

/** Every region with itself and all above it. */
const waysUp = sql`
  way(region_id, above_id) as (
    select id, id from region
    union
    select way.region_id, region.parent_id from way join region on region.id = way.above_id where region.parent_id is not null
  )`;

export type EmptyRegion = { code: string; name: string; parentCode: string | null };

const regionOrder: PageOrder<EmptyRegion> = {
  name: 'regionsWithoutAgents',
  direction: 'asc',
  keys: [{ column: 'code', type: 'text' }],
};

/**
 * The regions in which nobody sells on a day, by code: no ACTIVE agent has a right in the region, above or under it, and none is
 * placed in it or under it. One statement.
 */
export function regionsWithoutAgents(
  transaction: Transaction,
  args: PageArguments,
  { on, under }: CoverageQuestion,
): Promise<Page<EmptyRegion>> {
  return readRowPage(
    transaction,
    args,
    regionOrder,
    sql`
    with recursive ${waysUp}, served(id) as materialized (
      select served_regions(${on}::date)
    ), placed(id) as materialized (
      select distinct region_id from placed_agents(${on}::date)
    ), covered(id) as (
      select way.region_id from way join served on served.id = way.above_id
      union
      select way.above_id from way join served on served.id = way.region_id
      union
      select way.above_id from way join placed on placed.id = way.region_id
    )
    select region.code, region.name, above.code as "parentCode"
    from region left join region above on above.id = region.parent_id
    where region.id in (${askedRegions(under)}) and region.id not in (select id from covered)`,
  );
}

export type CapacityFigure = {
  regionCode: string;
  regionName: string;
  channelTypeCode: string;
  /** null: nothing is planned. */
  plannedAgents: number | null;
  actualAgents: number;
};

const capacityOrder: PageOrder<CapacityFigure> = {
  name: 'channelCoverage',
  direction: 'asc',
  keys: [
    { column: 'regionCode', type: 'text' },
    { column: 'channelTypeCode', type: 'text' },
  ],
};

/**
 * How many agents there are on a day by region (with all under it) and channel type, beside how many are planned; where there are
 * neither, nothing. An agent counts where it is placed. One statement.
 */
export function channelCoverage(
  transaction: Transaction,
  args: PageArguments,
  {
    on,
    under,
    channelType,
    onlyMissing,
  }: CoverageQuestion & {
    readonly channelType?: string | null | undefined;
    /** Only where there are fewer than planned. */
    readonly onlyMissing?: boolean | null | undefined;
  },
): Promise<Page<CapacityFigure>> {
  return readRowPage(
    transaction,
    args,
    capacityOrder,
    sql`
    with recursive ${waysUp}, actual as (
      select way.above_id as region_id, placed.channel_type_id, sum(placed.agent_count)::integer as agents
      from placed_agents(${on}::date) placed join way on way.region_id = placed.region_id
      group by way.above_id, placed.channel_type_id
    ), planned as (
      select region_id, channel_type_id, planned_agents as agents
      from channel_capacity where daterange(valid_from, valid_to) @> ${on}::date
    )
    select region.code as "regionCode", region.name as "regionName", channel_type.code as "channelTypeCode",
      planned.agents as "plannedAgents", coalesce(actual.agents, 0) as "actualAgents"
    from actual full join planned using (region_id, channel_type_id)
      join region on region.id = region_id join channel_type on channel_type.id = channel_type_id
    where region_id in (${askedRegions(under)})
      and (${channelType ?? null}::text is null or channel_type.code = ${channelType ?? null})
      and (not ${onlyMissing ?? false} or coalesce(actual.agents, 0) < planned.agents)`,
  );
}

import { type SQL, sql } from 'drizzle-orm';
import { loadMetricWindows, loadMonthsOfService } from '../agents/metricWindows.ts';
import { recordChanges } from '../audit/audit.ts';
import { hashOf } from '../commissions/hashes.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Page, PageArguments, PageOrder } from '../db/pages.ts';
import { readRowPage } from '../db/rowPages.ts';
import type { Actor } from '../db/transaction.ts';
import { type Version, versionInForce } from '../definitions/versions.ts';
import { UserError } from '../errors.ts';
import { Decimal } from '../money.ts';
import { endDate, firstDate, lastDate, type Period, parsePeriod, periodEnd, previousPeriod } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { requirePublishedScores } from '../scorecards/publishedScores.ts';
import { bandOf } from './bands.ts';
import type { GridMeasure, LoyaltyGridDefinition } from './grid.ts';

// Which cell of a loyalty × contribution grid 忠诚度分类 an agent is in, by period.

export type Placed = {
  readonly grid: string;
  readonly period: Period;
  readonly version: number;
  readonly agentCount: number;
  /** Over agents, cells and values: the same for the same inputs. */
  readonly hash: string;
};

type Placement = {
  readonly agent_id: number;
  readonly code: string;
  readonly loyalty: string;
  readonly contribution: string;
  readonly loyalty_value: string | null;
  readonly contribution_value: string | null;
};

/**
 * Places all agents with a day ACTIVE or SUSPENDED in the period, by the version in force on its last day, in place of what was placed
 * before: the same inputs give the same cells. Runs as the owner; the caller has checked that an administrator asks.
 * @throws UserError PERIOD_INVALID, NOT_FOUND where there is no such grid or no version in force; PERIOD_NOT_OVER, SCORES_NOT_PUBLISHED.
 */
export async function placeAgents(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { grid, period: text }: { readonly grid: string; readonly period: string },
): Promise<Placed> {
  const { id, period, version } = await findGrid(transaction, grid, text);
  // Two at once would both read, and the second would find the first one's rows
  await rawSql(transaction)`select pg_advisory_xact_lock(hashtext(${`loyalty placements ${grid}`}))`;
  const { timeZone } = await loadOperator(transaction);
  if (now < periodEnd(period, timeZone)) throw new UserError('PERIOD_NOT_OVER', `${period} is not over yet.`, 'period');
  const { loyalty, contribution } = version.definition;
  if ([loyalty, contribution].some(({ measure }) => measure.kind === 'METRIC' && measure.metric === 'SCORE')) {
    await requirePublishedScores(transaction, period, grid);
  }
  const placements = await computePlacements(transaction, period, version.definition);
  await replacePlacements(transaction, { gridId: id, versionId: version.id, period }, placements);
  const placed = {
    grid,
    period,
    version: version.number,
    agentCount: placements.length,
    hash: hashOf(placements.map(({ agent_id: _id, ...placement }) => placement)),
  };
  await recordChanges(transaction, actor, now, [
    { action: 'loyalty_grid.placed', entity: 'loyalty_grid', entityKey: `${grid} ${period}`, after: placed },
  ]);
  return placed;
}

/** The grid, and the version by which agents are placed for the period. @throws UserError PERIOD_INVALID, NOT_FOUND. */
async function findGrid(
  transaction: Transaction,
  code: string,
  text: string,
): Promise<{ readonly id: number; readonly period: Period; readonly version: Version<LoyaltyGridDefinition> }> {
  const period = parsePeriod(text);
  if (!period) throw new UserError('PERIOD_INVALID', `${text} is no period.`, 'period');
  const found = await transaction.query.loyaltyGrid.findFirst({ columns: { id: true }, where: { code } });
  if (!found) throw new UserError('NOT_FOUND', `There is no loyalty grid ${code}.`, 'grid');
  const version = await versionInForce<LoyaltyGridDefinition>(transaction, 'loyalty_grid', found.id, lastDate(period));
  if (!version)
    throw new UserError('NOT_FOUND', `No version of loyalty grid ${code} is in force in ${period}.`, 'grid');
  return { id: found.id, period, version };
}

async function computePlacements(
  transaction: Transaction,
  period: Period,
  { channelTypes, loyalty, contribution }: LoyaltyGridDefinition,
): Promise<Placement[]> {
  const agents = await rawSql(transaction)<{ id: number; code: string }[]>`
    select agent.id, agent.code from agent join channel_type on channel_type.id = agent.channel_type_id
    where (${channelTypes.length === 0} or channel_type.code = any(${[...channelTypes]}))
      and exists (select from agent_status state where state.agent_id = agent.id and state.status in ('ACTIVE', 'SUSPENDED')
        and daterange(state.valid_from, state.valid_to) && daterange(${firstDate(period)}, ${endDate(period)}))
    order by agent.code collate "C"`;
  const windows = [loyalty, contribution].flatMap(({ measure }) => (measure.kind === 'METRIC' ? [measure] : []));
  const values = await loadMetricWindows(transaction, period, windows);
  const months = await loadMonthsOfService(transaction, period);
  const measured = (agentId: number, measure: GridMeasure) =>
    measure.kind === 'METRIC' ? values(agentId, measure) : new Decimal(months.get(agentId) ?? 0);
  return agents.map(({ id, code }) => {
    const [loyal, contributed] = [measured(id, loyalty.measure), measured(id, contribution.measure)];
    return {
      agent_id: id,
      code,
      loyalty: bandOf(loyalty, loyal).code,
      contribution: bandOf(contribution, contributed).code,
      loyalty_value: kept(loyal),
      contribution_value: kept(contributed),
    };
  });
}

/** Compared unrounded, kept with at most ten decimals. */
const kept = (value: Decimal | undefined) => value?.toDecimalPlaces(10).toFixed() ?? null;

async function replacePlacements(
  transaction: Transaction,
  { gridId, versionId, period }: { readonly gridId: number; readonly versionId: number; readonly period: Period },
  placements: readonly Placement[],
): Promise<void> {
  const raw = rawSql(transaction);
  await raw`delete from loyalty_placement where grid_id = ${gridId} and period = ${period}`;
  for (let start = 0; start < placements.length; start += 5000) {
    await raw`
      insert into loyalty_placement (grid_id, period, agent_id, version_id, loyalty, contribution, loyalty_value, contribution_value)
      select ${gridId}, ${period}, agent_id, ${versionId}, loyalty, contribution, loyalty_value, contribution_value
      from json_to_recordset(${JSON.stringify(placements.slice(start, start + 5000))}::text::json)
        as row(agent_id integer, loyalty text, contribution text, loyalty_value numeric, contribution_value numeric)`;
  }
}

export type LoyaltyCell = {
  readonly loyalty: string;
  readonly loyaltyName: string;
  readonly contribution: string;
  readonly contributionName: string;
  readonly agentCount: number;
};

/**
 * How many agents each cell has, of those the transaction sees; cells without any too, in the order of the bands. The bands are those
 * by which the period was placed. @throws UserError as findGrid.
 */
export async function loyaltyCells(transaction: Transaction, grid: string, text: string): Promise<LoyaltyCell[]> {
  const { id, period, version } = await findGrid(transaction, grid, text);
  const raw = rawSql(transaction);
  const [used] = await raw<{ definition: LoyaltyGridDefinition }[]>`
    select definition from loyalty_grid_version
    where id = (select version_id from loyalty_placement where grid_id = ${id} and period = ${period} limit 1)`;
  const rows = await raw<{ loyalty: string; contribution: string; count: number }[]>`
    select loyalty, contribution, count(*)::integer as count from loyalty_placement
    where grid_id = ${id} and period = ${period} group by loyalty, contribution`;
  const counts = new Map(rows.map(({ loyalty, contribution, count }) => [`${loyalty} ${contribution}`, count]));
  const { loyalty, contribution } = used?.definition ?? version.definition;
  return loyalty.bands.flatMap((loyal) =>
    contribution.bands.map((contributed) => ({
      loyalty: loyal.code,
      loyaltyName: loyal.name,
      contribution: contributed.code,
      contributionName: contributed.name,
      agentCount: counts.get(`${loyal.code} ${contributed.code}`) ?? 0,
    })),
  );
}

export type PlacementRow = {
  readonly agentId: number;
  readonly agentCode: string;
  readonly agentName: string;
  readonly loyalty: string;
  readonly contribution: string;
  readonly loyaltyValue: string | null;
  readonly contributionValue: string | null;
  /** The cell of the period before; null: it was in none. */
  readonly previousLoyalty: string | null;
  readonly previousContribution: string | null;
};

const placementOrder: PageOrder<PlacementRow> = {
  name: 'loyaltyPlacements',
  direction: 'asc',
  keys: [{ column: 'agentId', type: 'integer' }],
};

/** The agents of a grid's cells that the transaction sees, with the cells that they came from. @throws UserError PERIOD_INVALID. */
export async function listPlacements(
  transaction: Transaction,
  args: PageArguments,
  wanted: {
    readonly grid: string;
    readonly period: string;
    readonly loyalty?: string | null | undefined;
    readonly contribution?: string | null | undefined;
    readonly movedOnly?: boolean | null | undefined;
  },
): Promise<Page<PlacementRow>> {
  const period = parsePeriod(wanted.period);
  if (!period) throw new UserError('PERIOD_INVALID', `${wanted.period} is no period.`, 'period');
  const is = (column: SQL, code: string | null | undefined) => (code == null ? sql`true` : sql`${column} = ${code}`);
  const moved = sql`(before.loyalty, before.contribution) is distinct from (present.loyalty, present.contribution)`;
  const rows = sql`
    select present.agent_id as "agentId", agent.code as "agentCode", agent.name as "agentName", present.loyalty, present.contribution,
      trim_scale(present.loyalty_value)::text as "loyaltyValue", trim_scale(present.contribution_value)::text as "contributionValue",
      before.loyalty as "previousLoyalty", before.contribution as "previousContribution"
    from loyalty_placement present join agent on agent.id = present.agent_id
    left join loyalty_placement before on before.grid_id = present.grid_id and before.agent_id = present.agent_id
      and before.period = ${previousPeriod(period)}
    where present.grid_id = (select id from loyalty_grid where code = ${wanted.grid}) and present.period = ${period}
      and ${is(sql`present.loyalty`, wanted.loyalty)} and ${is(sql`present.contribution`, wanted.contribution)}
      and ${wanted.movedOnly ? moved : sql`true`}`;
  return readRowPage(transaction, args, placementOrder, rows);
}

import { rawSql, type Transaction } from '../db/client.ts';
import { Decimal } from '../money.ts';
import { endDate, type Period, periodsBetween, shiftPeriod } from '../period.ts';
import type { MetricWindow } from './metricWindow.ts';

/** What a window comes to for an agent; undefined: it has no value in any of its periods. */
export type WindowValue = (agentId: number, window: MetricWindow) => Decimal | undefined;

/** A figure in the place of the one that is stored; null: there is none. */
export type FreshValue = {
  readonly agentId: number;
  readonly metric: string;
  readonly period: Period;
  readonly value: string | null;
};

/**
 * The values of windows that end with `period`, for all agents the transaction sees or those named; one statement for each different
 * metric and length. Averages are not rounded.
 * @param fresh figures that stand in the place of stored ones
 */
export async function loadMetricWindows(
  transaction: Transaction,
  period: Period,
  windows: readonly MetricWindow[],
  agentIds?: readonly number[],
  fresh: readonly FreshValue[] = [],
): Promise<WindowValue> {
  const values = new Map<string, ReadonlyMap<number, Aggregates>>();
  for (const window of windows) {
    const key = keyOf(window);
    if (values.has(key)) continue;
    const ofMetric = fresh.filter(({ metric }) => metric === window.metric);
    values.set(key, await loadWindow(transaction, period, window, agentIds, ofMetric));
  }
  return (agentId, window) => {
    const found = values.get(keyOf(window))?.get(agentId);
    return found && aggregateOf(found, window.aggregate);
  };
}

const keyOf = ({ metric, months }: MetricWindow) => `${metric} ${months}`;

type Aggregates = {
  readonly agentId: number;
  readonly sum: string;
  readonly count: number;
  readonly minimum: string;
  readonly maximum: string;
  readonly latest: string;
};

function aggregateOf({ sum, count, minimum, maximum, latest }: Aggregates, aggregate: MetricWindow['aggregate']) {
  switch (aggregate) {
    case 'SUM':
      return new Decimal(sum);
    case 'AVERAGE':
      return new Decimal(sum).div(count);
    case 'MINIMUM':
      return new Decimal(minimum);
    case 'MAXIMUM':
      return new Decimal(maximum);
    case 'LATEST':
      return new Decimal(latest);
  }
}

async function loadWindow(
  transaction: Transaction,
  period: Period,
  { metric, months }: MetricWindow,
  agentIds: readonly number[] | undefined,
  fresh: readonly FreshValue[],
): Promise<ReadonlyMap<number, Aggregates>> {
  const sql = rawSql(transaction);
  const periods = periodsBetween(shiftPeriod(period, 1 - months), period);
  const rows = await sql<Aggregates[]>`
    select agent_id as "agentId", sum(value)::text as sum, count(*)::integer as count, min(value)::text as minimum,
      max(value)::text as maximum, (array_agg(value order by period desc))[1]::text as latest
    from ${fresh.length > 0 ? withFresh(sql, fresh) : sql`metric_value`} where metric = ${metric} and period = any(${periods})
      ${agentIds ? sql`and agent_id = any(${[...agentIds]})` : sql``}
    group by agent_id`;
  return new Map(rows.map((row) => [row.agentId, row]));
}

function withFresh(sql: ReturnType<typeof rawSql>, fresh: readonly FreshValue[]) {
  const given = sql`json_to_recordset(${JSON.stringify(fresh)}::text::json) given ("agentId" integer, metric text, period text, value numeric)`;
  return sql`(
    select agent_id, metric, period, value from metric_value stored where not exists (
      select from ${given} where given."agentId" = stored.agent_id and given.metric = stored.metric and given.period = stored.period)
    union all select "agentId", metric, period, value from ${given} where value is not null) figure`;
}

/** How many calendar months up to `period`, this one included, have a day on which the agent was ACTIVE; none: not in the map. */
export async function loadMonthsOfService(
  transaction: Transaction,
  period: Period,
  agentIds?: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const sql = rawSql(transaction);
  const end = endDate(period);
  const rows = await sql<{ agent_id: number; months: number }[]>`
    select agent_id, count(distinct month)::integer as months
    from agent_status, generate_series(date_trunc('month', valid_from::timestamp),
      least(valid_to, ${end}::date) - interval '1 day', interval '1 month') as month
    where status = 'ACTIVE' and valid_from < ${end} ${agentIds ? sql`and agent_id = any(${[...agentIds]})` : sql``}
    group by agent_id`;
  return new Map(rows.map(({ agent_id, months }) => [agent_id, months]));
}

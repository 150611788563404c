import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { programmeLock } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { endDate, firstDate, lastDate, localDate, type Period } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { conflictQuery, requireConflictRates } from './measureConflicts.ts';
import { loadFilterIds, type MeasureScope, writeConcerned, writeCreditTables } from './measureCredits.ts';
import { monthsBackOf, writeFollowed } from './measureFollowed.ts';
import { loadSettledMetrics } from './measureSettled.ts';
import { Totals } from './measureTotals.ts';
import { loadCatalogue } from './metricCatalogue.ts';
import type { MetricFormula } from './metricDefinition.ts';

// Computes the catalogue's metrics of a period (DOMAIN.md §5): a few aggregates over events and credits, then a value for each agent and
// metric, divided once and rounded to ten decimals, HALF_UP.

/** Hears of each metric, and how far the measuring is (0 to 100). */
type OnMeasured = (metric: string, percent: number) => void;

type Measured = {
  readonly metric: string;
  /** How many agents have a value. */
  readonly agentCount: number;
  /** Whether published scores of the period read it, so that it stayed as it was. */
  readonly isKept: boolean;
};

/**
 * Computes every COMPUTED metric of the catalogue for every agent with a day ACTIVE or SUSPENDED in the period, as owner, and stores what
 * changed (source COMPUTED); what has no value any more is removed. The same again changes nothing. Amounts are in the operator's
 * currency, others at the rate of their local date. What published scores of the period read stays as it is.
 * @returns for each metric how many agents have a value, and whether it was kept.
 * @throws UserError METRICS_SETTLED where published scores read all of them, EXCHANGE_RATE_MISSING, INPUT_INVALID for a period that has
 * not begun, NOT_SET_UP.
 */
export async function measureMetrics(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  period: Period,
  onProgress: OnMeasured = () => {},
): Promise<Measured[]> {
  const { timeZone, currency } = await loadOperator(transaction);
  if (firstDate(period) > localDate(now, timeZone)) {
    throw new UserError('INPUT_INVALID', `${period} has not begun.`, 'period');
  }
  const catalogue = (await loadCatalogue(transaction)).flatMap(({ code, definition }) =>
    definition.source === 'COMPUTED' ? [{ code, formula: definition.formula }] : [],
  );
  const codes = catalogue.map(({ code }) => code);
  const kept = await loadKept(transaction, period, codes);
  const metrics = catalogue.filter(({ code }) => !kept.has(code));
  const scope = await openScope(transaction, { period, timeZone, currency });
  await computeValues(transaction, scope, metrics, onProgress);
  onProgress('', 90);
  const measured = await store(transaction, actor, now, scope, codes);
  await dropTables(transaction, scope);
  onProgress('', 100);
  return measured;
}

/** A metric that the catalogue computes. */
export type ComputedMetric = { readonly code: string; readonly formula: MetricFormula };

/**
 * What computed metrics of a period come to for one agent by the facts of now, as owner; nothing is stored. Only the events that may be
 * credited to the agent are read, or where a metric is a share of its region, to all agents there.
 * @returns the values by metric; null: it has none.
 * @throws UserError EXCHANGE_RATE_MISSING.
 */
export async function measureAgent(
  transaction: Transaction,
  {
    agentId,
    period,
    metrics,
  }: { readonly agentId: number; readonly period: Period; readonly metrics: readonly ComputedMetric[] },
): Promise<ReadonlyMap<string, string | null>> {
  if (metrics.length === 0) return new Map();
  const { timeZone, currency } = await loadOperator(transaction);
  const isShared = metrics.some(({ formula }) => formula.kind === 'SHARE');
  const agentIds = isShared ? await loadNeighbours(transaction, agentId, period) : [agentId];
  const scope = await openScope(transaction, { period, timeZone, currency, agentIds });
  await computeValues(transaction, scope, metrics, () => {});
  const rows = await rawSql(transaction).unsafe<{ metric: string; value: string | null }[]>(
    `select metric, value::text from ${scope.table('value')} where agent_id = ${agentId}`,
  );
  await dropTables(transaction, scope);
  return new Map(rows.map(({ metric, value }) => [metric, value]));
}

/** The agents that have the same region on the period's last day, the agent itself among them. */
async function loadNeighbours(transaction: Transaction, agentId: number, period: Period): Promise<number[]> {
  const rows = await rawSql(transaction)<{ id: number }[]>`
    select ${agentId}::integer as id union
    select near.agent_id from agent_region own join agent_region near on near.region_id = own.region_id
    where own.agent_id = ${agentId} and daterange(own.valid_from, own.valid_to) @> ${lastDate(period)}::date
      and daterange(near.valid_from, near.valid_to) @> ${lastDate(period)}::date`;
  return rows.map(({ id }) => id);
}

/** Fills the table of values for the scope's agents. */
async function computeValues(
  transaction: Transaction,
  scope: MeasureScope,
  metrics: readonly ComputedMetric[],
  onProgress: OnMeasured,
): Promise<void> {
  await writeConcerned(transaction, scope, Math.max(0, ...metrics.map(({ formula }) => monthsReadBefore(formula))));
  await writeCreditTables(transaction, scope);
  await writeAgents(transaction, scope);
  const totals = new Totals(scope);
  const values = metrics.map(({ code, formula }, index) => ({
    code,
    ...plan(scope, totals, formula, `followed_${index}`),
  }));
  await totals.compute(transaction, (done, count) => onProgress('', Math.floor((60 * done) / count)));
  for (const [index, value] of values.entries()) {
    onProgress(value.code, 60 + Math.floor((30 * index) / values.length));
    await value.prepare(transaction);
    await rawSql(transaction).unsafe(value.insert(totals, value.code));
  }
}

/** How many periods before the measured one a formula reads. */
function monthsReadBefore(formula: MetricFormula): number {
  switch (formula.kind) {
    case 'TOTAL':
    case 'RATIO':
    case 'SHARE':
    case 'CONFLICTS':
      return formula.months - 1;
    case 'GROWTH':
      return formula.monthsBack + formula.months - 1;
    case 'FOLLOWED':
      return monthsBackOf(formula.began);
    case 'ON_TIME':
      return 0;
  }
}

/** The metrics that stay as they are. @throws UserError METRICS_SETTLED where that leaves none to measure. */
async function loadKept(
  transaction: Transaction,
  period: Period,
  metrics: readonly string[],
): Promise<ReadonlySet<string>> {
  const kept = (await loadSettledMetrics(transaction, [period])).get(period) ?? new Set<string>();
  if (kept.size === 0 || metrics.some((metric) => !kept.has(metric))) return kept;
  const message = `The scores of ${period} are published; the figures they were made of stay as they are.`;
  throw new UserError('METRICS_SETTLED', message, 'period');
}

/** The tables are named after the connection: two may measure at once. */
async function openScope(
  transaction: Transaction,
  settings: Pick<MeasureScope, 'period' | 'timeZone' | 'currency' | 'agentIds'>,
): Promise<MeasureScope> {
  const [found] = await rawSql(transaction)<{ pid: number; hasTransfers: boolean; hasCrediting: boolean }[]>`
    select pg_backend_pid() as pid,
      exists (select from sales_event where type = 'TRANSFER' and subscription_id is not null) as "hasTransfers",
      exists (select from event_crediting) as "hasCrediting"`;
  if (!found) throw new Error('a query without FROM gave no row');
  const { pid, ...flags } = found;
  const ids = await loadFilterIds(transaction);
  return { ...settings, ...flags, ids, table: (name) => `measure_${pid}_${name}` };
}

async function dropTables(transaction: Transaction, { table }: MeasureScope): Promise<void> {
  const sql = rawSql(transaction);
  const made = await sql<{ name: string }[]>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' and starts_with(relname, ${table('')})`;
  await sql`drop table ${sql(made.map(({ name }) => name))}`;
}

/** Every agent with its region on the period's last day, and whether it is measured. */
async function writeAgents(transaction: Transaction, { table, period, agentIds }: MeasureScope): Promise<void> {
  const sql = rawSql(transaction);
  await sql.unsafe(
    `create unlogged table ${table('agent')} as
     select agent.id as agent_id, placed.region_id, exists (
       select from agent_status status where status.agent_id = agent.id and status.status in ('ACTIVE', 'SUSPENDED')
         and status.valid_from < '${endDate(period)}' and (status.valid_to is null or status.valid_to > '${firstDate(period)}')
     ) as is_measured
     from agent left join agent_region placed on placed.agent_id = agent.id and placed.valid_from <= '${lastDate(period)}'
       and (placed.valid_to is null or placed.valid_to > '${lastDate(period)}')
     ${agentIds ? `where agent.id = any('{${agentIds.join(',')}}'::integer[])` : ''}`,
  );
  await sql.unsafe(`analyze ${table('agent')}`);
  await sql.unsafe(`create unlogged table ${table('value')} (agent_id integer, metric text, value numeric)`);
}

type ValuePlan = {
  /** Makes what only this metric needs. */
  readonly prepare: (transaction: Transaction) => Promise<void>;
  /** The statement that adds its values, once all totals are there. */
  readonly insert: (totals: Totals, code: string) => string;
};

const nothing = async () => {};

/** How a formula's values come about; the totals it wants are noted. */
function plan(scope: MeasureScope, totals: Totals, formula: MetricFormula, ownTable: string): ValuePlan {
  const { table } = scope;
  const target = (code: string) => `insert into ${table('value')} select agent.agent_id, '${code}',`;
  const simple = (value: string): ValuePlan => ({
    prepare: nothing,
    insert: (all, code) =>
      `${target(code)} ${value} from ${table('agent')} agent ${all.joins('agent')} where agent.is_measured`,
  });
  switch (formula.kind) {
    case 'TOTAL':
      return simple(`trim_scale(${totals.sumOf(formula.terms, { from: 0, to: formula.months - 1 })}::numeric)`);
    case 'RATIO': {
      const ages = { from: 0, to: formula.months - 1 };
      const above = totals.sumOf(formula.numerator, ages);
      return simple(quotient(formula.percent ? `100 * ${above}` : above, totals.sumOf(formula.denominator, ages)));
    }
    case 'GROWTH': {
      const { months, monthsBack } = formula;
      const present = totals.sumOf(formula.terms, { from: 0, to: months - 1 });
      const before = totals.sumOf(formula.terms, { from: monthsBack, to: monthsBack + months - 1 });
      return simple(`case when ${before} > 0 then ${quotient(`100 * (${present} - ${before})`, before)} end`);
    }
    case 'ON_TIME':
      return simple(
        quotient(`100 * ${totals.sharesOf(formula.filter, formula.withinDays)}`, totals.sharesOf(formula.filter)),
      );
    case 'SHARE': {
      const own = totals.sumOf(formula.terms, { from: 0, to: formula.months - 1 });
      return {
        prepare: nothing,
        insert: (all, code) =>
          `${target(code)} case when whole > 0 then ${quotient('100 * own', 'whole')} end
           from (select agent.agent_id, agent.is_measured, ${own} as own, sum(${own}) over (partition by agent.region_id) as whole
                 from ${table('agent')} agent ${all.joins('agent')} where agent.region_id is not null) agent
           where agent.is_measured`,
      };
    }
    case 'FOLLOWED':
      return {
        prepare: (transaction) => writeFollowed(transaction, scope, ownTable, formula),
        insert: (_all, code) =>
          `${target(code)} ${quotient('100 * followed', 'begun')}
           from ${table('agent')} agent join ${table(ownTable)} counted using (agent_id) where agent.is_measured`,
      };
    case 'CONFLICTS':
      return {
        prepare: (transaction) => requireConflictRates(transaction, scope, formula),
        insert: (_all, code) =>
          `${target(code)} trim_scale(coalesce(counted.value, 0)) from ${table('agent')} agent
           left join (${conflictQuery(scope, formula)}) counted using (agent_id) where agent.is_measured`,
      };
  }
}

/**
 * SQL of a quotient rounded to ten decimals, HALF_UP (away from zero); null where the divisor is 0. In whole numbers: `/` rounds before
 * `round` does.
 */
function quotient(above: string, below: string): string {
  const [a, b] = [`(${above})::numeric`, `(${below})::numeric`];
  return `trim_scale(sign(${a}) * sign(${b}) * div(2 * abs(${a}) * 10000000000 + abs(${b}), nullif(2 * abs(${b}), 0)) * 0.0000000001)`;
}

/**
 * Stores what differs from what is there, with one audit record. Figures are inputs of runs, so approvals are held off; so is publishing,
 * and what was published since the measuring began is kept.
 */
async function store(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { period, table }: MeasureScope,
  metrics: readonly string[],
): Promise<Measured[]> {
  const sql = rawSql(transaction);
  await sql`select pg_advisory_xact_lock(${programmeLock}::bigint)`;
  const kept = [...(await loadKept(transaction, period, metrics))];
  await sql.unsafe(`delete from ${table('value')} where value is null or metric = any($1)`, [kept]);
  await sql.unsafe(`analyze ${table('value')}`);
  const [written] = await sql.unsafe<{ writtenCount: number; contentHash: string }[]>(
    `with written as (
       insert into metric_value as present (agent_id, metric, period, value, source)
       select agent_id, metric, '${period}', value, 'COMPUTED' from ${table('value')} measured
       where not exists (select from metric_value same where same.agent_id = measured.agent_id and same.metric = measured.metric
         and same.period = '${period}' and same.value = measured.value and same.source = 'COMPUTED')
       order by agent_id, metric
       on conflict (agent_id, metric, period) do update set value = excluded.value, source = excluded.source
       returning agent_id, metric, value
     )
     select count(*)::integer as "writtenCount",
       encode(sha256(coalesce(string_agg(sha256(convert_to(concat_ws('|', code, metric, trim_scale(value)), 'UTF8')), ''::bytea
         order by code collate "C", metric collate "C"), ''::bytea)), 'hex') as "contentHash"
     from written join agent on agent.id = written.agent_id`,
  );
  const removed = await sql.unsafe(
    `delete from metric_value present where period = '${period}' and source = 'COMPUTED' and metric <> all($1) and not exists (
       select from ${table('value')} measured where measured.agent_id = present.agent_id and measured.metric = present.metric)`,
    [kept],
  );
  const { writtenCount = 0, contentHash } = written ?? {};
  if (writtenCount + removed.count > 0) {
    const metricCount = metrics.filter((metric) => !kept.includes(metric)).length;
    const after = { metricCount, writtenCount, removedCount: removed.count, contentHash };
    await recordChanges(transaction, actor, now, [
      { action: 'metrics.measured', entity: 'metric_value', entityKey: period, after },
    ]);
  }
  return sql.unsafe<Measured[]>(
    `select wanted.metric, count(measured.agent_id)::integer as "agentCount", wanted.metric = any($2) as "isKept"
     from unnest($1::text[]) with ordinality wanted (metric, place) left join (
       select agent_id, metric from ${table('value')}
       union all select agent_id, metric from metric_value where period = '${period}' and metric = any($2)
     ) measured using (metric)
     group by wanted.metric, wanted.place order by wanted.place`,
    [[...metrics], kept],
  );
}

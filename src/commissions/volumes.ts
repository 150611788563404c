import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { type CopyValue, copyRows } from '../db/copy.ts';
import { UserError } from '../errors.ts';
import { Decimal, minorUnitDigits } from '../money.ts';
import { type Period, periodsBetween, previousPeriod } from '../period.ts';
import type { VolumeWindow } from './definitions.ts';
import { countedParts } from './engine/pools.ts';
import { multiplierOf, type PlanComponent } from './engine/resolve.ts';
import { needsTarget, toDateAmount, windowName, windowStart } from './engine/volumes.ts';
import { type PlanFacts, planFacts, scoresOf, tierMultiplierOf } from './inputs.ts';
import { type Inputs, lineColumns, type Scope } from './scope.ts';

// Volumes (docs/commission.md §5, §7) and what BRACKET and QUOTA_BONUS components pay on them. The database adds up; what a volume
// earns is pure arithmetic, for one batch of agents after the other.

type VolumeComponent = Extract<PlanComponent, { kind: 'BRACKET' | 'QUOTA_BONUS' }>;

function isVolumeComponent(component: PlanComponent): component is VolumeComponent {
  return component.kind === 'BRACKET' || component.kind === 'QUOTA_BONUS';
}

/** The components of plan versions that pay on volumes, with their versions. */
function volumeComponents({ versions }: Inputs) {
  return versions.flatMap((version) =>
    version.components.filter(isVolumeComponent).map((component) => ({ version, component })),
  );
}

/**
 * Makes the table `volume` (agent_id, component_id, period, part, volume) of the scope's month, as run_volume keeps it: part 0 for
 * each agent and BRACKET or QUOTA_BONUS component, by plan; for each pool, whatever its filter, part 0 for the base and part n for
 * the n-th factor. No row means 0; where a closed month is calculated again, what is 0 now stands there as 0. Amounts without an
 * exchange rate count 0; those that a plan's component counts are listed. Needs credits, refunds, rates and unpaid events.
 */
export async function makeVolumes(transaction: Transaction, scope: Scope): Promise<void> {
  const { tables, inputs } = scope;
  await rawSql(
    transaction,
  ).unsafe(`create unlogged table ${tables.of('volume')} (agent_id integer, component_id integer,
    period text, part smallint, volume numeric)`);
  const parts = await writeCounted(transaction, scope);
  if (parts > 0) {
    await makeTally(transaction, scope);
    if (volumeComponents(inputs).length > 0) await addPlanVolumes(transaction, scope);
    if (inputs.pools.length > 0) await addPoolVolumes(transaction, scope);
  }
  if (scope.kind === 'SHADOW') await addVanished(transaction, scope);
  await rawSql(transaction).unsafe(`analyze ${tables.of('volume')}`);
}

/** Writes what is counted: for each component (of a plan version, or of a pool) its parts, measures, event types and currency. */
async function writeCounted(transaction: Transaction, { tables, inputs }: Scope): Promise<number> {
  const ofPlans = volumeComponents(inputs).flatMap(({ version, component: { componentId, definition } }) =>
    definition.eventTypes.map((type): CopyValue[] => [
      version.id,
      componentId,
      0,
      definition.measure,
      type,
      version.currency,
    ]),
  );
  const ofPools = inputs.pools.flatMap(({ componentId, currency, definition }) =>
    countedParts(definition).flatMap(({ part, measure, eventTypes }) =>
      eventTypes.map((type): CopyValue[] => [null, componentId, part, measure, type, currency]),
    ),
  );
  const rows = [...ofPlans, ...ofPools];
  await rawSql(
    transaction,
  ).unsafe(`create unlogged table ${tables.of('counted')} (version_id integer, component_id integer,
    part smallint, measure text, type sales_event_type, currency text)`);
  await copyRows(transaction, tables.of('counted'), rows);
  await rawSql(transaction).unsafe(`analyze ${tables.of('counted')}`);
  return rows.length;
}

/** SQL of all that counts for volumes and pools: the period's credits, and those of its REFUNDs with their share negative. */
const entriesSql = ({ tables }: Scope) => {
  const columns = (share: string) =>
    `select event_id, agent_id, role, plan_id, type, currency, occurred_at, ${share} as share, quantity, amount`;
  return `(${columns('share')} from ${tables.credits} where counts
    union all ${columns('-share')} from ${tables.refunds} where counts)`;
};

/**
 * Adds up what counts by agent, plan, type, currency and stretch of days without change of an exchange rate (`at` lies in it): the
 * only pass over the credits.
 */
async function makeTally(transaction: Transaction, scope: Scope): Promise<void> {
  const { tables } = scope;
  const sql = rawSql(transaction);
  const rows = await sql.unsafe<{ instant: string }[]>(
    `select instant::text from (select from_instant as instant from ${tables.rates} union select to_instant from ${tables.rates}) change
     where isfinite(instant) order by change.instant`,
  );
  const bounds = `'{-infinity${rows.map(({ instant }) => `,"${instant}"`).join('')}}'::timestamptz[]`;
  const types = await sql.unsafe<{ type: string }[]>(`select distinct type from ${tables.of('counted')} order by type`);
  await sql.unsafe(
    `create unlogged table ${tables.of('tally')} as
     select agent_id, plan_id, type, currency, (${bounds})[width_bucket(occurred_at, ${bounds})] as at,
            sum(share * quantity) as units, sum(share * amount) as amount
     from ${entriesSql(scope)} entry
     where type = any('{${types.map(({ type }) => type).join(',')}}'::sales_event_type[])
     group by 1, 2, 3, 4, 5`,
  );
  await sql.unsafe(`analyze ${tables.of('tally')}`);
}

/** Joins `rate`, the exchange rate of `row` (tally or entry) into the currency of what is counted. */
const rateJoin = ({ tables }: Scope, row: string, instant: string) =>
  `left join ${tables.rates} rate on rate.currency = ${row}.currency and rate.into_currency = counted.currency
     and ${instant} >= rate.from_instant and ${instant} < rate.to_instant`;

const volumeSum = `sum(case counted.measure when 'UNITS' then tally.units else tally.amount * coalesce(rate.rate, 0) end)`;

async function addPlanVolumes(transaction: Transaction, scope: Scope): Promise<void> {
  const { tables, period } = scope;
  await writeHolders(transaction, scope);
  await rawSql(transaction).unsafe(
    `insert into ${tables.of('volume')}
     select tally.agent_id, counted.component_id, '${period}', counted.part, ${volumeSum} as volume
     from ${tables.of('tally')} tally
     join ${tables.of('holder')} holder on holder.agent_id = tally.agent_id and holder.plan_id = tally.plan_id
     join ${tables.of('counted')} counted on counted.version_id = holder.version_id and counted.type = tally.type
     ${rateJoin(scope, 'tally', 'tally.at')}
     group by 1, 2, 4 having ${volumeSum} <> 0`,
  );
  await settleUnpaid(transaction, scope, {
    join: `join ${tables.of('holder')} holder on holder.agent_id = entry.agent_id and holder.plan_id = entry.plan_id
      and holder.version_id = counted.version_id`,
    condition: 'true',
    values: [],
  });
}

/**
 * Writes by which version the volumes of each agent in each plan count: that of its facts of the plan (docs/commission.md §5). Where
 * there is none nothing counts, also not the REFUND of a sale under a plan that the agent has left.
 */
async function writeHolders(transaction: Transaction, { tables, inputs }: Scope): Promise<void> {
  const sql = rawSql(transaction);
  const counting = new Set(volumeComponents(inputs).map(({ version }) => version.id));
  const rows = function* (): Generator<CopyValue[]> {
    for (const [agentId, plans] of planFacts(inputs)) {
      for (const { version } of plans) if (counting.has(version.id)) yield [agentId, version.planId, version.id];
    }
  };
  await sql.unsafe(
    `create unlogged table ${tables.of('holder')} (agent_id integer, plan_id integer, version_id integer)`,
  );
  await copyRows(transaction, tables.of('holder'), rows());
  await sql.unsafe(`analyze ${tables.of('holder')}`);
}

async function addPoolVolumes(transaction: Transaction, scope: Scope): Promise<void> {
  const { tables, period } = scope;
  await rawSql(transaction).unsafe(
    `insert into ${tables.of('volume')}
     select tally.agent_id, counted.component_id, '${period}', counted.part, ${volumeSum} as volume
     from ${tables.of('tally')} tally
     join ${tables.of('counted')} counted on counted.version_id is null and counted.type = tally.type
     ${rateJoin(scope, 'tally', 'tally.at')}
     group by 1, 2, 4 having ${volumeSum} <> 0`,
  );
}

/** What a closed month counted and counts no more is 0 from now on: the latest figure of a month is today's. */
async function addVanished(transaction: Transaction, { tables, period, ledger }: Scope): Promise<void> {
  const volume = tables.of('volume');
  await rawSql(transaction).unsafe(
    `insert into ${volume}
     select agent_id, component_id, period, part, 0 from ${ledger.volumes([period])} known
     where volume <> 0 and agent_id in (select agent_id from ${tables.facts})
       and not exists (select from ${volume} now where now.agent_id = known.agent_id
         and now.component_id = known.component_id and now.part = known.part)`,
  );
}

/** Whose entries feed what: SQL about `entry` (a credit or refund) and `counted`, with the values of its parameters. */
export type Feed = { readonly join: string; readonly condition: string; readonly values: readonly number[][] };

/**
 * An event that fed a volume is not listed as one that no component reads (DOMAIN.md §9.12); one whose amount a volume counts and
 * cannot, for want of an exchange rate, is listed unless it is already (docs/commission.md §5).
 */
export async function settleUnpaid(transaction: Transaction, scope: Scope, feed: Feed): Promise<void> {
  const { tables, runId } = scope;
  const sql = rawSql(transaction);
  const values = [...feed.values];
  const counted = `${tables.of('counted')} counted on counted.type = entry.type`;
  const sameAs = (entry: string) =>
    `listed.event_id = ${entry}.event_id and listed.agent_id = ${entry}.agent_id and listed.role = ${entry}.role`;
  const [found] = await sql.unsafe<{ unread: boolean; unrated: boolean }[]>(
    `select exists (select from ${tables.unpaid} where reason = 'NO_COMPONENT') as unread,
            exists (select from ${tables.of('tally')} tally join ${tables.of('counted')} counted on counted.type = tally.type
              ${rateJoin(scope, 'tally', 'tally.at')} where counted.measure = 'AMOUNT' and rate.rate is null) as unrated`,
  );
  if (found?.unread) {
    await sql.unsafe(
      `delete from ${tables.unpaid} listed using ${tables.credits} entry join ${counted} ${feed.join}
       where listed.reason = 'NO_COMPONENT' and ${sameAs('entry')} and entry.counts and ${feed.condition}`,
      values,
    );
  }
  if (found?.unrated) {
    await sql.unsafe(
      `insert into ${tables.unpaid} (run_id, event_id, agent_id, role, reason)
       select distinct ${runId}, entry.event_id, entry.agent_id, entry.role, 'NO_EXCHANGE_RATE'
       from ${entriesSql(scope)} entry join ${counted} and counted.measure = 'AMOUNT' ${feed.join}
       ${rateJoin(scope, 'entry', 'entry.occurred_at')}
       where rate.rate is null and ${feed.condition} and not exists (select from ${tables.unpaid} listed where ${sameAs('entry')})`,
      values,
    );
  }
}

/** How many lines are made at once: what is in memory at a time. */
const batchSize = 10_000;

/**
 * Writes the VOLUME lines of BRACKET and QUOTA_BONUS: for each agent and plan by its facts of the plan, where it is ACTIVE there and
 * has the target that the component needs. Needs the table of volumes.
 * @throws UserError SCORE_MISSING with the agents whose components have a score factor and who have no score.
 */
export async function payAgentComponents(transaction: Transaction, scope: Scope): Promise<void> {
  const components = volumeComponents(scope.inputs);
  if (components.length === 0) return;
  await makeWindows(transaction, scope);
  requireScores(scope);
  for (const batch of batchesOf(payees(scope))) {
    const volumes = await readWindows(transaction, scope, batch);
    const lines = batch.flatMap((payee) => lineOf(scope, payee, volumes.get(keyOf(payee)) ?? none));
    await copyRows(transaction, `${scope.tables.lines} (${lineColumns})`, lines);
  }
}

function* batchesOf<Item>(items: Iterable<Item>): Generator<Item[]> {
  let batch: Item[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

/** An agent and a component that pays it. */
type Payee = Pick<PlanFacts, 'facts' | 'version'> & {
  readonly component: VolumeComponent;
  readonly target: Decimal | undefined;
};

function* payees(scope: Scope): Generator<Payee> {
  for (const plans of planFacts(scope.inputs).values()) for (const plan of plans) yield* payeesOf(scope, plan);
}

function payeesOf({ inputs, period }: Scope, { facts, version }: PlanFacts): Payee[] {
  if (facts.status !== 'ACTIVE') return [];
  return version.components.filter(isVolumeComponent).flatMap((component): Payee[] => {
    const { target: metric, window } = component.definition;
    const target = metric === undefined ? undefined : inputs.metric(facts.agentId, metric, windowName(window, period));
    if (needsTarget(component) && !target?.gt(0)) return [];
    return [{ facts, version, component, target }];
  });
}

function requireScores(scope: Scope): void {
  const { inputs, period } = scope;
  if (volumeComponents(inputs).every(({ component }) => !component.definition.scoreFactor)) return;
  const lacking: string[] = [];
  for (const { facts, component } of payees(scope)) {
    const { scoreFactor } = component.definition;
    if (!scoreFactor || scoresOf(inputs, facts.agentId, period)[scoreFactor.period]) continue;
    lacking.push(facts.agentCode);
  }
  requireAllScored(lacking, 'to be paid on volume by a score factor');
}

/** @throws UserError SCORE_MISSING with the first twenty of the agents (codes) who lack a score, if there are any. */
export function requireAllScored(lacking: readonly string[], purpose: string): void {
  const codes = [...new Set(lacking)];
  if (codes.length === 0) return;
  const named = codes.slice(0, 20).join(', ');
  throw new UserError(
    'SCORE_MISSING',
    `No score of ${codes.length} agents, ${purpose}: ${named}${codes.length > 20 ? ' …' : ''}`,
    codes[0],
  );
}

/** V of the month alone, and of the months before it in its quarter and in its year. */
type Windows = { readonly month: string; readonly quarterBefore: string; readonly yearBefore: string };
const none: Windows = { month: '0', quarterBefore: '0', yearBefore: '0' };
const noScores = { SAME: undefined, PREVIOUS: undefined };
const keyOf = ({ facts, component }: Payee) => `${facts.agentId}|${component.componentId}`;

/** Adds up the windows to date, from the month's volumes and those of the year's closed months that some component needs. */
async function makeWindows(transaction: Transaction, { tables, inputs, period, ledger }: Scope): Promise<void> {
  const components = volumeComponents(inputs).map(({ component }) => component);
  const idsOf = (...windows: VolumeWindow[]) => [
    ...new Set(components.flatMap((part) => (windows.includes(part.definition.window) ? [part.componentId] : []))),
  ];
  const earlier = (from: Period, to: Period, componentIds: readonly number[]) => {
    const closed = periodsBetween(from, previousPeriod(to)).filter((month) => ledger.periods.includes(month));
    if (closed.length === 0 || componentIds.length === 0) return '';
    return `union all select agent_id, component_id, period, volume from ${ledger.volumes(closed)} booked
      where part = 0 and component_id in (${componentIds.join(',')})`;
  };
  const quarter = windowStart('QUARTER', period);
  await rawSql(transaction).unsafe(
    `create unlogged table ${tables.of('window')} as
     select agent_id, component_id, coalesce(sum(volume) filter (where period = '${period}'), 0) as month,
            coalesce(sum(volume) filter (where period < '${period}' and period >= '${quarter}'), 0) as quarter_before,
            coalesce(sum(volume) filter (where period < '${period}'), 0) as year_before
     from (select agent_id, component_id, period, volume from ${tables.of('volume')}
           where part = 0 and component_id in (${idsOf('MONTH', 'QUARTER', 'YEAR').join(',')})
           ${earlier(quarter, period, idsOf('QUARTER', 'YEAR'))} ${earlier(windowStart('YEAR', period), quarter, idsOf('YEAR'))}) known
     group by agent_id, component_id`,
  );
  await rawSql(transaction).unsafe(`create index on ${tables.of('window')} (agent_id)`);
  await rawSql(transaction).unsafe(`analyze ${tables.of('window')}`);
}

async function readWindows(
  transaction: Transaction,
  { tables }: Scope,
  batch: readonly Payee[],
): Promise<Map<string, Windows>> {
  const rows = await rawSql(transaction).unsafe<(Windows & { agentId: number; componentId: number })[]>(
    `select agent_id as "agentId", component_id as "componentId", month, quarter_before as "quarterBefore", year_before as "yearBefore"
     from ${tables.of('window')} where agent_id = any($1)`,
    [[...new Set(batch.map(({ facts }) => facts.agentId))]],
  );
  return new Map(rows.map((row) => [`${row.agentId}|${row.componentId}`, row]));
}

function lineOf({ inputs, period, runId }: Scope, payee: Payee, volumes: Windows): CopyValue[][] {
  const { facts, version, component, target } = payee;
  const { window } = component.definition;
  const before = { MONTH: '0', QUARTER: volumes.quarterBefore, YEAR: volumes.yearBefore }[window];
  const isFirst = windowStart(window, period) === period;
  const volume = new Decimal(before).plus(volumes.month);
  const tierMultiplier = tierMultiplierOf(inputs, facts.tier);
  const scores = component.definition.scoreFactor ? scoresOf(inputs, facts.agentId, period) : noScores;
  const multiplier = multiplierOf({ tierMultiplier, scores }, component.definition);
  const digits = minorUnitDigits[version.currency] ?? 2;
  const amount = toDateAmount(component, {
    volume,
    volumeBefore: isFirst ? undefined : new Decimal(before),
    target,
    multiplier,
    digits,
    rounding: version.rounding,
  });
  if (amount.isZero()) return [];
  const figures = [volume.toFixed(), '1', multiplier.toFixed(), amount.toFixed(digits), version.currency];
  const identity = [runId, component.componentId, 'VOLUME', 0, facts.agentId, 'SELF', null];
  return [[...identity, ...figures, null, null, null, null, null]];
}

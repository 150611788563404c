import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { copyRows } from '../db/copy.ts';
import { Decimal, minorUnitDigits } from '../money.ts';
import { localMidnight, type Period } from '../period.ts';
import type { Operator } from '../reference/operator.ts';
import { statementAmounts } from '../statements/statement.ts';
import type { AgentStatement, Calculation, ComponentTotal, OnStep, PoolOutcome } from './calculation.ts';
import { checkRun } from './checks.ts';
import { type Axes, axesOf, indexesOf, radixes } from './engine/combinations.ts';
import { type AgentFacts, factsOnAgreementsLastDay, factsOverPeriod } from './engine/facts.ts';
import { type PoolMember, sharePool } from './engine/pools.ts';
import { type CreditClass, earningTypes, resolveCombination } from './engine/resolve.ts';
import { hashAgentLines, hashEvents, hashLines, hashOf } from './hashes.ts';
import {
  type DatedPool,
  type DatedVersion,
  loadAgentHistories,
  loadPlanVersions,
  loadPools,
  loadReferenceData,
  type ReferenceData,
  versionOn,
} from './load.ts';
import {
  dropWorkingTables,
  type FactRow,
  forgetWhatFedAPool,
  listWithoutRate,
  makeCredits,
  type ResolvedCombination,
  type RunTables,
  rateCredits,
  readCombinations,
  readVolumes,
  runTables,
  takeOutUnpaid,
  writeFacts,
  writeIndexes,
  writeResolutions,
} from './rating.ts';

/** Everything a calculation reads but the events themselves. */
type Inputs = {
  readonly reference: ReferenceData;
  readonly versions: readonly DatedVersion[];
  readonly pools: readonly DatedPool[];
  /** Each agent's facts over the period, in order of agent code and date. */
  readonly facts: readonly AgentFacts[];
  readonly carriedIn: ReadonlyMap<number, Decimal>;
  readonly openings: readonly { agentId: number; currency: string; amount: Decimal }[];
};

/**
 * Calculates a period in the order of DOMAIN.md §9.11, as far as component kinds exist: snapshot inputs → credits → event
 * components → pools → statements → checks. The caller's transaction must be REPEATABLE READ, so that all of it sees one
 * state. Leaves the run's line and unpaid tables (not attached yet) and nothing else.
 */
export async function calculate(
  transaction: Transaction,
  runId: number,
  period: Period,
  operator: Operator,
  onStep: OnStep,
): Promise<Calculation> {
  const tables = runTables(runId);
  await rawSql(transaction).unsafe(`set local work_mem = '256MB'`);
  await onStep('reading agents and plans', 2);
  const inputs = await loadInputs(transaction, period);
  const counts = await countEvents(transaction, period);
  const componentEvents = [
    ...new Set(
      inputs.versions.flatMap(({ components }) => components.flatMap(({ definition }) => earningTypes(definition))),
    ),
  ];
  const poolEvents = [...new Set(inputs.pools.flatMap(({ definition }) => poolTypes(definition)))];
  const readTypes = [...new Set([...componentEvents, ...poolEvents])].sort();

  await onStep('crediting events', 10);
  const classes = creditClasses(inputs, operator.timeZone);
  const rules = inputs.versions.flatMap(({ components }) => components.flatMap((component) => component.rules));
  const categories = new Map(inputs.reference.products.map(({ code, category }) => [code, category]));
  const currencies = await readCurrencies(transaction, period);
  const axes = axesOf(rules, categories, classes.classes.length, readTypes, currencies);
  await writeFacts(transaction, tables, classes.rows);
  await writeIndexes(transaction, tables, axes, inputs.reference);
  await makeCredits(transaction, tables, period, axes);

  await onStep('choosing rules', 30);
  const combinations = await readCombinations(transaction, tables);
  const resolved = resolveAll(combinations, axes, classes.classes, inputs.reference);
  await writeResolutions(transaction, tables, resolved);

  await onStep('rating credits', 35);
  await rateCredits(transaction, tables, runId);
  await takeOutUnpaid(transaction, tables, runId, period, componentEvents);

  await onStep('sharing pools', 55);
  const volumes = await readVolumes(transaction, tables, poolEvents);
  const pools = inputs.pools.map((pool) => sharedPool(pool, inputs, volumes));
  for (const { pool, result } of pools) {
    const members = result.shares.map((share) => share.agentId);
    await forgetWhatFedAPool(transaction, tables, members, poolTypes(pool.definition));
    if (currencies.some((currency) => currency !== pool.currency)) {
      await listWithoutRate(transaction, tables, runId, members, moneyTypes(pool.definition), pool.currency);
    }
  }
  await writePoolLines(transaction, tables, runId, pools);

  await onStep('summing up statements', 60);
  const agentLines = await hashLines(transaction, tables);
  const statements = makeStatements(inputs, agentLines);
  const totals = await readTotals(transaction, tables);

  await onStep('hashing inputs', 75);
  const inputsHash = hashOf([inputsForHash(inputs, operator, period), await hashEvents(transaction, period)]);
  const codes = new Map(inputs.facts.map((fact) => [fact.agentId, fact.agentCode]));
  const linesHash = hashAgentLines(agentLines, codes);

  await onStep('indexing lines', 80);
  await finishTables(transaction, tables, runId);
  await onStep('checking', 92);
  const eventCount = counts.reduce((sum, { count }) => sum + count, 0);
  const calculation: Calculation = {
    tables,
    inputsHash,
    linesHash,
    eventCount,
    lineCount: totals.reduce((sum, total) => sum + total.line_count, 0),
    unpaidCount: await countRows(transaction, tables.unpaid),
    unreadCount: counts.filter(({ type }) => !readTypes.includes(type)).reduce((sum, { count }) => sum + count, 0),
    totals,
    pools,
    statements,
  };
  await checkRun(transaction, period, calculation);
  await dropWorkingTables(transaction, tables);
  return calculation;
}

/** The inputs' hash alone: what approval compares, to see whether anything changed since the calculation. */
export async function hashInputs(transaction: Transaction, period: Period, operator: Operator): Promise<string> {
  const inputs = await loadInputs(transaction, period);
  return hashOf([inputsForHash(inputs, operator, period), await hashEvents(transaction, period)]);
}

async function loadInputs(transaction: Transaction, period: Period): Promise<Inputs> {
  const sql = rawSql(transaction);
  const versions = await loadPlanVersions(transaction, period);
  const versionDates = versions.flatMap(({ from, to }) => (to === null ? [from] : [from, to]));
  const histories = await loadAgentHistories(transaction, period);
  const carried = await sql<{ pool_id: number; amount: string }[]>`
    select distinct on (result.pool_id) result.pool_id, result.carried_out as amount
    from run_pool result join commission_run run on run.id = result.run_id
    where run.period < ${period} and run.status in ('APPROVED', 'PAID') order by result.pool_id, run.period desc`;
  const openings = await sql<{ agent_id: number; currency: string; amount: string }[]>`
    select agent_id, currency, closing - payable as amount from statement
    where run_id = (select id from commission_run where period < ${period} and status in ('APPROVED', 'PAID') order by period desc limit 1)
      and closing <> payable`;
  return {
    reference: await loadReferenceData(transaction),
    versions,
    pools: await loadPools(transaction, period),
    facts: histories.flatMap((history) => factsOverPeriod(history, period, versionDates)),
    carriedIn: new Map(carried.map((row) => [row.pool_id, new Decimal(row.amount)])),
    openings: openings.map((row) => ({
      agentId: row.agent_id,
      currency: row.currency,
      amount: new Decimal(row.amount),
    })),
  };
}

/** What of the inputs the result depends on, by code. Agents without agreement and opening cannot be paid: left out. */
function inputsForHash(inputs: Inputs, operator: Operator, period: Period): unknown {
  const codes = new Map(inputs.facts.map((fact) => [fact.agentId, fact.agentCode]));
  const planned = new Set(inputs.facts.filter((fact) => fact.plan !== undefined).map((fact) => fact.agentId));
  const { regionPaths, products, tierMultipliers } = inputs.reference;
  const rules = inputs.versions.flatMap(({ components }) => components.flatMap((component) => component.rules));
  const namesCategory = rules.some((rule) => rule.category !== undefined);
  const namesRegion = rules.some((rule) => rule.region !== undefined);
  return {
    period,
    timeZone: operator.timeZone,
    versions: inputs.versions.map(({ plan, number, contentHash }) => [plan, number, contentHash]),
    pools: inputs.pools.map(({ poolId, code, contentHash }) => [
      code,
      contentHash,
      inputs.carriedIn.get(poolId)?.toFixed(),
    ]),
    multipliers: [...tierMultipliers].map(([tier, multiplier]) => [tier, multiplier.toFixed()]).sort(),
    categories: namesCategory ? products.map(({ code, category }) => [code, category]) : [],
    regions: namesRegion ? [...regionPaths.values()].map((path) => path.join('/')).sort() : [],
    openings: inputs.openings
      .map(({ agentId, currency, amount }) => [codes.get(agentId), currency, amount.toFixed()])
      .sort(),
    facts: inputs.facts
      .filter((fact) => planned.has(fact.agentId))
      .map((fact) => [
        fact.agentCode,
        fact.from,
        fact.to,
        fact.channelType,
        fact.status,
        fact.tier,
        fact.plan,
        regionPaths.get(fact.regionId ?? 0)?.[0],
      ]),
  };
}

async function countEvents(transaction: Transaction, period: Period): Promise<{ type: string; count: number }[]> {
  return rawSql(transaction)<{ type: string; count: number }[]>`
    select type, count(*)::integer as count from sales_event where period = ${period} and not late group by type`;
}

async function readCurrencies(transaction: Transaction, period: Period): Promise<string[]> {
  const rows = await rawSql(transaction)<{ currency: string }[]>`
    select distinct currency from sales_event where period = ${period} order by currency`;
  return rows.map((row) => row.currency);
}

/** The classes that credits can have, and for each agent and stretch of days which class it is. */
function creditClasses(inputs: Inputs, timeZone: string): { classes: CreditClass[]; rows: FactRow[] } {
  const classes: CreditClass[] = [];
  const indexByKey = new Map<string, number>();
  const midnight = memoized((date: string) => localMidnight(date, timeZone));
  const rows = inputs.facts.map((fact): FactRow => {
    const version = fact.plan === undefined ? undefined : versionOn(inputs.versions, fact.plan, fact.from);
    const key = [version?.id, fact.plan !== undefined, fact.status, fact.channelType, fact.tier].join('|');
    const classIndex = indexByKey.get(key) ?? classes.length;
    if (classIndex === classes.length) {
      indexByKey.set(key, classIndex);
      classes.push({
        status: fact.status,
        hasAgreement: fact.plan !== undefined,
        version,
        channelType: fact.channelType,
        tier: fact.tier,
        tierMultiplier: multiplierOf(inputs, fact.tier),
      });
    }
    return {
      agentId: fact.agentId,
      fromInstant: midnight(fact.from),
      toInstant: midnight(fact.to),
      classIndex,
      counts: fact.status === 'ACTIVE' && fact.plan !== undefined,
      regionId: fact.regionId,
    };
  });
  return { classes, rows };
}

/** No tier: multiplier 1 (DOMAIN.md §9.12). */
function multiplierOf(inputs: Inputs, tier: string | undefined): Decimal {
  return (tier === undefined ? undefined : inputs.reference.tierMultipliers.get(tier)) ?? new Decimal(1);
}

function memoized<Result>(compute: (key: string) => Result): (key: string) => Result {
  const known = new Map<string, Result>();
  return (key) => {
    const found = known.get(key) ?? compute(key);
    known.set(key, found);
    return found;
  };
}

function resolveAll(
  combinations: readonly bigint[],
  axes: Axes,
  classes: readonly CreditClass[],
  reference: ReferenceData,
): ResolvedCombination[] {
  const sizes = radixes(axes);
  const pathByCode = new Map([...reference.regionPaths.values()].map((path) => [path[0], path]));
  return combinations.map((combination) => {
    const [classIndex = 0, event = 0, product = 0, region = 0, segment = 0, campaign = 0, months = 0, currency = 0] =
      indexesOf(combination, sizes);
    const creditClass = classes[classIndex];
    if (!creditClass) throw new Error(`combination ${combination} names no class`);
    const regionCode = axes.regions[region];
    const dimensions = {
      ...axes.products[product],
      event: axes.events[event] ?? '',
      channelType: creditClass.channelType,
      tier: creditClass.tier,
      regionPath: regionCode === undefined ? [] : (pathByCode.get(regionCode) ?? []),
      segment: axes.segments[segment],
      campaign: axes.campaigns[campaign],
      contractMonths: axes.contractMonths[months],
    };
    return { combination, ...resolveCombination(creditClass, dimensions, axes.currencies[currency] ?? '') };
  });
}

function poolTypes(definition: DatedPool['definition']): readonly string[] {
  const fund = 'fixed' in definition.fund ? [] : definition.fund.eventTypes;
  return [...fund, ...definition.weight.flatMap((part) => (part.factor === 'TIER_MULTIPLIER' ? [] : part.eventTypes))];
}

/** The event types whose amounts a pool counts, in its own currency. */
function moneyTypes({ fund, weight }: DatedPool['definition']): readonly string[] {
  const base = 'fixed' in fund || fund.of === 'QUANTITY' ? [] : fund.eventTypes;
  return [...base, ...weight.flatMap((part) => (part.factor === 'VOLUME' ? part.eventTypes : []))];
}

type Volumes = Awaited<ReturnType<typeof readVolumes>>;

/** Members: ACTIVE on the agreement's last day in the month and within the pool's filter (DOMAIN.md §9.12, Pools). */
function sharedPool(pool: DatedPool, inputs: Inputs, volumes: Volumes): PoolOutcome {
  const { definition, currency, rounding } = pool;
  const volumesOf = groupBy(volumes, (volume) => volume.agent_id);
  const members = [...groupBy(inputs.facts, (fact) => fact.agentId).values()].flatMap((facts): PoolMember[] => {
    const last = factsOnAgreementsLastDay(facts);
    if (last?.status !== 'ACTIVE') return [];
    if (definition.channelTypes.length > 0 && !definition.channelTypes.includes(last.channelType)) return [];
    return [
      {
        agentId: last.agentId,
        code: last.agentCode,
        tierMultiplier: multiplierOf(inputs, last.tier),
        volumes: (volumesOf.get(last.agentId) ?? []).map((volume) => ({
          eventType: volume.type,
          amount: new Decimal(volume.currency === currency ? volume.amount : 0),
          units: new Decimal(volume.units),
        })),
      },
    ];
  });
  const carriedIn = inputs.carriedIn.get(pool.poolId) ?? new Decimal(0);
  return { pool, result: sharePool(definition, members, carriedIn, minorUnitDigits[currency] ?? 2, rounding) };
}

async function writePoolLines(
  transaction: Transaction,
  tables: RunTables,
  runId: number,
  pools: readonly PoolOutcome[],
): Promise<void> {
  const rows = pools.flatMap(({ pool, result }) =>
    result.shares
      .filter((share) => !share.amount.isZero())
      .map((share) => [
        runId,
        pool.componentId,
        'POOL',
        pool.poolId,
        share.agentId,
        'MEMBER',
        null,
        share.weight.toFixed(),
        '1',
        '1',
        share.amount.toFixed(minorUnitDigits[pool.currency] ?? 2),
        pool.currency,
      ]),
  );
  await copyRows(transaction, tables.lines, rows);
}

async function readTotals(transaction: Transaction, tables: RunTables): Promise<ComponentTotal[]> {
  const rows = await rawSql(transaction).unsafe<ComponentTotal[]>(
    `select component_id, currency, count(*)::integer as line_count, sum(amount) as amount
     from ${tables.lines} group by component_id, currency order by component_id, currency`,
  );
  return [...rows];
}

/** A statement for everyone with lines, with something carried over, or with an agreement in the period. */
function makeStatements(
  inputs: Inputs,
  agentLines: readonly { agent_id: number; currency: string; amount: string; line_count: number; hash: string }[],
): AgentStatement[] {
  const key = (agentId: number, currency: string) => `${agentId}|${currency}`;
  const lines = new Map(agentLines.map((row) => [key(row.agent_id, row.currency), row]));
  const openings = new Map(inputs.openings.map((row) => [key(row.agentId, row.currency), row]));
  const agreed = [...groupBy(inputs.facts, (fact) => fact.agentId).values()].flatMap((facts) => {
    const last = factsOnAgreementsLastDay(facts);
    const version = last?.plan === undefined ? undefined : versionOn(inputs.versions, last.plan, last.from);
    return last && version ? [key(last.agentId, version.currency)] : [];
  });
  const keys = new Set([...agreed, ...lines.keys(), ...openings.keys()]);
  return [...keys].map((statementKey) => {
    const [agentId = '', currency = ''] = statementKey.split('|');
    const own = lines.get(statementKey);
    return {
      agentId: Number(agentId),
      currency,
      lineCount: own?.line_count ?? 0,
      linesHash: own?.hash ?? hashOf([]),
      ...statementAmounts({
        opening: openings.get(statementKey)?.amount ?? new Decimal(0),
        earned: new Decimal(own?.amount ?? 0),
      }),
    };
  });
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** Gives the two result tables the keys and bounds of the partitioned tables they will be attached to. */
async function finishTables(transaction: Transaction, tables: RunTables, runId: number): Promise<void> {
  const sql = rawSql(transaction);
  const notNull = (columns: string) =>
    columns
      .split(' ')
      .map((column) => `alter ${column} set not null`)
      .join(', ');
  await sql.unsafe(`alter table ${tables.lines} ${notNull('run_id component_id kind cause_id agent_id role base share factor amount currency')},
    add constraint of_run check (run_id = ${runId}), add primary key (run_id, agent_id, component_id, cause_id, role)`);
  await sql.unsafe(`create index on ${tables.lines} (cause_id)`);
  await sql.unsafe(`alter table ${tables.unpaid} ${notNull('run_id event_id agent_id role reason')},
    add constraint of_run check (run_id = ${runId}), add primary key (run_id, agent_id, event_id, role)`);
}

async function countRows(transaction: Transaction, table: string): Promise<number> {
  const [row] = await rawSql(transaction).unsafe<{ count: number }[]>(
    `select count(*)::integer as count from ${table}`,
  );
  return row?.count ?? 0;
}

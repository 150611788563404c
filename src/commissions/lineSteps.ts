import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Period } from '../period.ts';
import { listBlocked, takeOutBlocked } from './blocked.ts';
import type { OnStep, PoolOutcome } from './calculation.ts';
import {
  concerned,
  creditClasses,
  dateStretches,
  isWithinMonths,
  makeCredits,
  readCombinations,
  writeFacts,
  writeIndexes,
  writeRates,
  writeTransfers,
} from './credits.ts';
import { type Axes, axesOf, indexesOf, radixes } from './engine/combinations.ts';
import {
  type CreditCircumstances,
  type CreditClass,
  earningTypes,
  isEventComponent,
  type PlanComponent,
  resolveCombination,
} from './engine/resolve.ts';
import { scorePeriods } from './inputs.ts';
import { applyLimits, payDraws, shortColumns } from './limits.ts';
import { bookLives } from './lives.ts';
import { payOverrides } from './overrides.ts';
import { poolEventTypes, sharePools } from './pools.ts';
import { type ResolvedCombination, rateCredits, takeOutUnpaid, writeResolutions } from './rating.ts';
import { makeRefunds } from './refunds.ts';
import { type Inputs, isOfFew, type Scope } from './scope.ts';
import { takeBudgets, type UsedBudgets } from './spiffs.ts';
import { makeVolumes, payAgentComponents, requireAllScored } from './volumes.ts';

export type LineOptions = {
  readonly usedBudgets: UsedBudgets;
  /** Codes of the pools that a simulation shares anew. */
  readonly poolsAnew?: readonly string[];
  readonly onStep: OnStep;
};

/** Credits the period's events and makes the lines of event components, budgets aside; takes out what conflicts block; lists what is not paid. */
export async function rateEvents(transaction: Transaction, scope: Scope, onStep: OnStep): Promise<void> {
  await onStep('crediting events', 20);
  const axes = await creditEvents(transaction, scope);
  await onStep('rating credits', 35);
  const { reference, versions } = scope.inputs;
  const isForeign = (currency: string) => versions.some((version) => version.currency !== currency);
  const converts = reference.exchangeRates.length > 0 && axes.currencies.some(isForeign);
  await rateCredits(transaction, scope, converts);
  const listed = listedTypes(scope.inputs);
  await takeOutBlocked(transaction, scope, listed);
  await takeOutUnpaid(transaction, scope, listed);
  await listBlocked(transaction, scope);
}

/** Makes all other lines but RETRO, ADJUSTMENT and TAX, in the order of DOMAIN.md §9.11. */
export async function completeLines(
  transaction: Transaction,
  scope: Scope,
  { usedBudgets, poolsAnew = [], onStep }: LineOptions,
): Promise<{ pools: PoolOutcome[] }> {
  await takeBudgets(transaction, scope, usedBudgets);
  await onStep('adding up volumes', 45);
  await makeRefunds(transaction, scope);
  await makeVolumes(transaction, scope);
  await payAgentComponents(transaction, scope);
  await onStep('paying overrides', 50);
  await payOverrides(transaction, scope);
  await onStep('sharing pools', 55);
  const pools =
    scope.kind === 'OFFICIAL' ? await sharePools(transaction, scope) : await keepPools(transaction, scope, poolsAnew);
  await onStep('applying caps', 60);
  await applyLimits(transaction, scope);
  await payDraws(transaction, scope);
  await onStep('dividing and releasing', 63);
  await bookLives(transaction, scope);
  return { pools };
}

/**
 * Pools of closed periods are final: their lines count for caps and draws as they were booked (DOMAIN.md §10, RETRO); all but those
 * that a simulation shares anew.
 */
async function keepPools(transaction: Transaction, scope: Scope, anew: readonly string[]): Promise<PoolOutcome[]> {
  const { tables, ledger, period, runId, inputs } = scope;
  await rawSql(transaction).unsafe(
    `insert into ${tables.lines} (${shortColumns})
     select ${runId}, component_id, kind, cause_id, agent_id, role, rule_id, base, 1, 1, amount, currency from ${ledger.booked([period])} line
     where kind = 'POOL' and agent_id in (select agent_id from ${tables.facts})
       and component_id not in (select id from component where kind = 'POOL' and code = any($1))`,
    [anew],
  );
  if (anew.length === 0) return [];
  const pools = inputs.pools.filter(({ code }) => anew.includes(code));
  return sharePools(transaction, { ...scope, inputs: { ...inputs, pools } });
}

/** Credits the period's events and resolves what each combination of dimensions is paid. */
async function creditEvents(transaction: Transaction, scope: Scope): Promise<Axes> {
  const { inputs, tables, period } = scope;
  const { classes, rows } = creditClasses(scope);
  const components = inputs.versions.flatMap((version) => version.components);
  const campaigns = components.flatMap((part) => (part.kind === 'SPIFF' ? [part.definition.campaign] : []));
  const months = components.flatMap((part) => (part.kind === 'RESIDUAL' ? [part.definition.months] : []));
  const categories = new Map(inputs.reference.products.map(({ code, category }) => [code, category]));
  await writeFacts(transaction, tables, rows);
  await writeTransfers(transaction, scope);
  const currencies = await readCurrencies(transaction, scope);
  const axes = axesOf(
    components.flatMap((component) => component.rules),
    categories,
    classes.length,
    readTypesOf(inputs),
    {
      currencies,
      dates: dateStretches(inputs, period, campaigns),
      subscriptionMonths: [...new Set(months)].sort((a, b) => a - b),
    },
  );
  const paying = [...inputs.versions, ...inputs.pools].map(({ currency }) => currency);
  await writeRates(transaction, scope, [...new Set([...currencies, ...paying])]);
  await writeIndexes(transaction, tables, axes, inputs.reference);
  await makeCredits(transaction, scope, axes);
  await requireScores(transaction, scope, classes);
  const combinations = await readCombinations(transaction, tables);
  await writeResolutions(transaction, tables, resolveAll(combinations, axes, classes, scope));
  return axes;
}

/**
 * The event types that plans read, whose credits are listed where they pay nothing. Other types are counted, not listed
 * (DOMAIN.md §10).
 */
function listedTypes({ versions }: Inputs): string[] {
  return [...new Set(versions.flatMap(({ components }) => components.flatMap(typesRead)))].sort();
}

/** What pays per credit reads what can earn; what counts volumes reads what it names. */
function typesRead(component: PlanComponent): readonly string[] {
  if (isEventComponent(component)) return earningTypes(component.definition.eventTypes);
  return 'eventTypes' in component.definition ? component.definition.eventTypes : [];
}

/** All event types that some component or pool reads. */
export function readTypesOf(inputs: Inputs): string[] {
  return [...new Set([...listedTypes(inputs), ...poolEventTypes(inputs.pools)])].sort();
}

export async function countEvents(
  transaction: Transaction,
  period: Period,
): Promise<{ type: string; count: number }[]> {
  return rawSql(transaction)<{ type: string; count: number }[]>`
    select type, count(*)::integer as count from sales_event where period = ${period} group by type`;
}

/**
 * The currencies of the period's events; of few agents only theirs are read, and what REFUNDs by others may be converted from is
 * added. Needs the tables of facts and transfers.
 */
async function readCurrencies(transaction: Transaction, scope: Scope): Promise<string[]> {
  const { period, inputs } = scope;
  const isPart = isOfFew(scope);
  const rows = await rawSql(transaction).unsafe<{ currency: string }[]>(
    `select distinct currency from sales_event event where event.period = '${period}' ${isPart ? concerned(scope) : ''}`,
  );
  const known = isPart
    ? [
        ...inputs.reference.exchangeRates.map(({ currency }) => currency),
        ...[...inputs.versions, ...inputs.pools].map(({ currency }) => currency),
      ]
    : [];
  return [...new Set([...rows.map(({ currency }) => currency), ...known])].sort();
}

/** A missing score blocks the run and is named (DOMAIN.md §9.10). */
async function requireScores(
  transaction: Transaction,
  { tables, inputs }: Scope,
  classes: readonly CreditClass[],
): Promise<void> {
  const lacking = classes.flatMap(({ version, scores }, index) => {
    const definitions = (version?.components ?? []).filter(isEventComponent).map(({ definition }) => definition);
    return scorePeriods(definitions).some((period) => scores[period] === undefined) ? [index] : [];
  });
  if (lacking.length === 0) return;
  const rows = await rawSql(transaction).unsafe<{ agent_id: number }[]>(
    `select distinct credit.agent_id from ${tables.credits} credit
     join ${tables.facts} fact on fact.agent_id = credit.agent_id
       and credit.occurred_at >= fact.from_instant and credit.occurred_at < fact.to_instant
     where fact.class_index = any($1)`,
    [lacking],
  );
  const ids = new Set(rows.map((row) => row.agent_id));
  const codes = inputs.histories.filter(({ id }) => ids.has(id)).map(({ code }) => code);
  requireAllScored(codes, 'whose sales are paid with a score factor');
}

function resolveAll(
  combinations: readonly bigint[],
  axes: Axes,
  classes: readonly CreditClass[],
  { inputs }: Scope,
): ResolvedCombination[] {
  const sizes = radixes(axes);
  const withFloor = new Set(
    inputs.versions.flatMap(({ components }) =>
      components.flatMap(({ componentId, definition }) =>
        'floor' in definition && definition.floor !== undefined ? [componentId] : [],
      ),
    ),
  );
  const pathByCode = new Map([...inputs.reference.regionPaths.values()].map((path) => [path[0], path]));
  return combinations.map((combination) => {
    const [classIndex = 0, event = 0, product = 0, region = 0, segment = 0, campaign = 0, ...rest] = indexesOf(
      combination,
      sizes,
    );
    const [contract = 0, currency = 0, date = 0, month = 0] = rest;
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
      contractMonths: axes.contractMonths[contract],
    };
    const circumstances = circumstancesOn(inputs, axes.currencies[currency] ?? '', axes.dates[date] ?? '');
    const resolved = resolveCombination(creditClass, dimensions, {
      ...circumstances,
      isWithinMonths: (months) => isWithinMonths(axes, month, months),
    });
    return { ...resolved, combination, matched: resolved.matched.filter((componentId) => withFloor.has(componentId)) };
  });
}

/** What holds on every day of a stretch that begins on `date`. */
function circumstancesOn(
  { reference }: Inputs,
  currency: string,
  date: string,
): Omit<CreditCircumstances, 'isWithinMonths'> {
  const holds = (from: string, to: string | null) => from <= date && (to === null || date < to);
  return {
    currency,
    exchangeRate: (planCurrency) =>
      planCurrency === currency
        ? '1'
        : reference.exchangeRates.find(
            (rate) => rate.currency === currency && rate.into === planCurrency && holds(rate.from, rate.to),
          )?.rate,
    isInCampaign: (code) => reference.campaigns.some((each) => each.code === code && holds(each.startsOn, each.endsOn)),
  };
}

import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { type CopyValue, copyRows } from '../db/copy.ts';
import { Decimal, minorUnitDigits } from '../money.ts';
import { endDate, firstDate, localMidnight } from '../period.ts';
import { ancestorsOf, chainsOf, levelPayables, overridesOf, type Payable, type Stretch } from './engine/chains.ts';
import {
  addUpTeams,
  differentialPayables,
  type PathVolume,
  type TeamMeasure,
  type TeamVolumes,
  teamMeasures,
} from './engine/differential.ts';
import { type AgentHistory, inForce } from './engine/facts.ts';
import { groupBy } from './engine/group.ts';
import { earningTypes } from './engine/resolve.ts';
import { versionOn } from './inputs.ts';
import { baseSql, roundedSql } from './rating.ts';
import { lineColumns, type Scope } from './scope.ts';

// OVERRIDE components (DOMAIN.md §9.6; docs/commission.md §6). Who is paid which percent for whose credits is worked out in
// TypeScript and written to one table; two statements join it to lines (percent of commission) and to credits (the others).

/**
 * Writes the OVERRIDE lines of a calculation, from its EARNING lines (after budgets, before caps), credits and refunds. Does
 * nothing where no plan version has an OVERRIDE component.
 */
export async function payOverrides(transaction: Transaction, scope: Scope): Promise<void> {
  const { versions, facts } = scope.inputs;
  const components = versions.flatMap(overridesOf);
  if (components.length === 0) return;
  const stretches = chainsOf(facts, (plan, date) => versionOn(versions, plan, date));
  const payables = [
    ...levelPayables(stretches),
    ...differentialPayables(stretches, await readTeamVolumes(transaction, scope, stretches)),
  ].filter(isPayable);
  await writePayables(transaction, scope, payables);
  const methods = new Set(payables.map(({ definition }) => definition.method));
  if (methods.has('PERCENT_OF_COMMISSION')) await payOnCommission(transaction, scope);
  if (methods.has('PERCENT_OF_BASE') || methods.has('DIFFERENTIAL')) await payOnBase(transaction, scope);
  await unlistOverridden(transaction, scope);
}

/** A credit that an OVERRIDE of its own plan, as in force then, reads, or that one was paid on, is not one that no component reads. */
async function unlistOverridden(transaction: Transaction, scope: Scope): Promise<void> {
  const { tables } = scope;
  const stretches = readStretches(scope);
  const read =
    stretches.length > 0
      ? `credit.counts and exists (select from (values ${stretches.join(', ')}) reading (plan_id, type, from_instant, to_instant)
           where reading.plan_id = credit.plan_id and reading.type = credit.type
             and credit.occurred_at >= reading.from_instant and credit.occurred_at < reading.to_instant)`
      : 'false';
  await rawSql(transaction).unsafe(
    `delete from ${tables.unpaid} listed using ${tables.credits} credit
     where listed.reason = 'NO_COMPONENT' and credit.event_id = listed.event_id and credit.agent_id = listed.agent_id
       and credit.role = listed.role and (${read} or exists (select from ${tables.lines} line where line.kind = 'OVERRIDE'
         and line.cause_id = credit.event_id and line.source_agent_id = credit.agent_id and line.role = credit.role))`,
  );
}

/** What OVERRIDE components read on which days of the period, as SQL rows: plan, event type, from, to. */
function readStretches(scope: Scope): string[] {
  const { versions } = scope.inputs;
  const midnight = midnights(scope);
  const [first, end] = [firstDate(scope.period), endDate(scope.period)];
  const changes = versions.flatMap(({ from, to }) => [from, to ?? end]).filter((date) => date > first && date < end);
  const starts = [...new Set([first, ...changes])].sort();
  return [...new Set(versions.map(({ plan }) => plan))].flatMap((plan) =>
    starts.flatMap((from, index) => {
      const version = versionOn(versions, plan, from);
      if (!version) return [];
      const types = overridesOf(version).flatMap(({ definition }) =>
        'eventTypes' in definition ? definition.eventTypes : [],
      );
      const dates = `'${midnight(from)}'::timestamptz, '${midnight(starts[index + 1] ?? end)}'::timestamptz`;
      return [...new Set(types)].map((type) => `(${version.planId}, '${type}'::sales_event_type, ${dates})`);
    }),
  );
}

/** Never 0, and on a base only within the currency of the credit's own plan; lines are compared with their own currency. */
function isPayable({ percent, definition, stretch, version }: Payable): boolean {
  if (percent.isZero()) return false;
  return definition.method === 'PERCENT_OF_COMMISSION' || stretch.place.version?.currency === version.currency;
}

/** Whether an instant of the row's agent lies in `dated`; most rows hold for the whole period. */
const inStretch = (instant: string, dated: string) =>
  `(${dated}.is_whole or ${instant} >= ${dated}.from_instant and ${instant} < ${dated}.to_instant)`;

/** Local midnights of dates, each computed once. */
function midnights(scope: Scope): (date: string) => string {
  const known = new Map<string, string>();
  return (date) => {
    const instant = known.get(date) ?? localMidnight(date, scope.timeZone);
    known.set(date, instant);
    return instant;
  };
}

/** agent_id, from_instant, to_instant, is_whole of a stretch. */
function stretchColumns(scope: Scope): (stretch: Stretch) => CopyValue[] {
  const midnight = midnights(scope);
  const [first, end] = [firstDate(scope.period), endDate(scope.period)];
  return ({ from, to, place }) => [place.agentId, midnight(from), midnight(to), from === first && to === end];
}

async function writePayables(transaction: Transaction, scope: Scope, payables: readonly Payable[]): Promise<void> {
  const table = scope.tables.of('override');
  await rawSql(transaction).unsafe(`create unlogged table ${table} (agent_id integer, from_instant timestamptz,
    to_instant timestamptz, is_whole boolean, payee_id integer, component_id integer, event_types sales_event_type[],
    base_kind text, factor numeric, digits integer, rounding text, currency text)`);
  const columnsOf = stretchColumns(scope);
  const rows = payables.map(({ stretch, payee, version, componentId, definition, percent }): CopyValue[] => [
    ...columnsOf(stretch),
    payee.agentId,
    componentId,
    'eventTypes' in definition ? typeArray(earningTypes(definition.eventTypes)) : null,
    'base' in definition ? definition.base : null,
    percent.div(100).toFixed(),
    minorUnitDigits[version.currency] ?? 2,
    version.rounding,
    version.currency,
  ]);
  await copyRows(transaction, table, rows);
  await rawSql(transaction).unsafe(`analyze ${table}`);
}

const typeArray = (types: readonly string[]) => `{${types.join(',')}}`;

/** The line of what `rated` pays for, where it does not round to 0. */
const insertRated = (scope: Scope, rated: string) => `insert into ${scope.tables.lines} (${lineColumns})
  select ${scope.runId}, component_id, 'OVERRIDE', event_id, payee_id, role, null, base, share, factor, amount, currency,
         null, null, source_agent_id, source_component_id, null
  from (select rated.*, ${roundedSql('rated.unrounded', 'rated.digits', 'rated.rounding')} as amount
        from (${rated} offset 0) rated offset 0) line
  where amount <> 0`;

/**
 * A line for each EARNING line and payee. Where nothing above an agent changes in the period the agent alone tells who is paid;
 * elsewhere the instant is needed, which the credit knows. Both are hash joins; the statistics of the lines, which were just made,
 * keep them so.
 */
async function payOnCommission(transaction: Transaction, scope: Scope): Promise<void> {
  const { tables } = scope;
  await rawSql(transaction).unsafe(`analyze ${tables.lines}`);
  const rated = (
    joins: string,
  ) => `select override.component_id, line.cause_id as event_id, override.payee_id, line.role,
      line.amount as base, 1 as share, override.factor, line.amount * override.factor as unrounded, override.digits,
      override.rounding, override.currency, line.agent_id as source_agent_id, line.component_id as source_component_id
    from ${tables.lines} line ${joins}
    where line.kind = 'EARNING' and override.base_kind is null and override.currency = line.currency`;
  const override = `join ${tables.of('override')} override on override.agent_id = line.agent_id`;
  const whole = `${override} and override.is_whole`;
  const cut = `join ${tables.credits} credit on credit.event_id = line.cause_id and credit.agent_id = line.agent_id
      and credit.role = line.role
    ${override} and override.agent_id = credit.agent_id and not override.is_whole
      and credit.occurred_at >= override.from_instant and credit.occurred_at < override.to_instant`;
  await rawSql(transaction).unsafe(insertRated(scope, `${rated(whole)} union all ${rated(cut)}`));
}

/** A line for each credit that counts and payee, on the base at the exchange rate of the event's date; no rate, no line. */
async function payOnBase(transaction: Transaction, scope: Scope): Promise<void> {
  const { tables } = scope;
  const bases = Object.entries(baseSql('credit')).map(
    ([kind, base]) => `when '${kind}' then (${base})${kind === 'QUANTITY' ? '' : ' * rate.rate'}`,
  );
  await rawSql(transaction).unsafe(
    insertRated(
      scope,
      `select based.*, based.base * based.share * based.factor as unrounded
       from (select override.component_id, credit.event_id, override.payee_id, credit.role, credit.share, override.factor,
               override.digits, override.rounding, override.currency, credit.agent_id as source_agent_id,
               null::integer as source_component_id, case override.base_kind ${bases.join(' ')} end as base
             from ${tables.credits} credit
             join ${tables.of('override')} override on override.agent_id = credit.agent_id
               and credit.type = any(override.event_types) and ${inStretch('credit.occurred_at', 'override')}
             ${rateJoin(scope, 'credit', 'override.currency')}
             where credit.counts offset 0) based`,
    ),
  );
}

/** Joins `rate`, the exchange rate of `row` (credits or refunds) on its date. */
const rateJoin = (scope: Scope, row: string, into: string) =>
  `join ${scope.tables.rates} rate on rate.currency = ${row}.currency and rate.into_currency = ${into}
     and ${row}.occurred_at >= rate.from_instant and ${row}.occurred_at < rate.to_instant`;

/** The team volumes of the period, for each way in which some DIFFERENTIAL component counts, by its key. */
async function readTeamVolumes(
  transaction: Transaction,
  scope: Scope,
  stretches: readonly Stretch[],
): Promise<Map<string, TeamVolumes>> {
  const measures = teamMeasures(scope.inputs.versions);
  if (measures.size === 0) return new Map();
  await writeStretches(transaction, scope, stretches);
  const paths = stretches.map(({ place }) => [place, ...ancestorsOf(place)].map(({ agentId }) => agentId));
  const pathOn = await loadPaths(transaction, scope);
  const volumes = new Map<string, TeamVolumes>();
  for (const [key, measure] of measures) {
    const sold = await readSold(transaction, scope, measure, paths);
    const refunded = await readRefunded(transaction, scope, measure, pathOn);
    volumes.set(key, addUpTeams([...sold, ...refunded]));
  }
  return volumes;
}

async function writeStretches(transaction: Transaction, scope: Scope, stretches: readonly Stretch[]): Promise<void> {
  const table = scope.tables.of('chain');
  await rawSql(transaction).unsafe(`create unlogged table ${table} (agent_id integer, from_instant timestamptz,
    to_instant timestamptz, is_whole boolean, number integer)`);
  const columnsOf = stretchColumns(scope);
  await copyRows(
    transaction,
    table,
    stretches.map((stretch, index) => [...columnsOf(stretch), index]),
  );
  await rawSql(transaction).unsafe(`analyze ${table}`);
}

/** SQL of one credit's (or refund's) part in a volume, and what to join for it. An amount without a rate counts 0. */
function volumeSql(scope: Scope, { measure, currency }: TeamMeasure, row: string): { value: string; join: string } {
  if (measure === 'UNITS') return { value: `${row}.share * ${row}.quantity`, join: '' };
  return { value: `${row}.share * ${row}.amount * rate.rate`, join: rateJoin(scope, row, `'${currency}'`) };
}

const isOfTypes = (row: string, { eventTypes }: TeamMeasure) =>
  `${row}.counts and ${row}.type = any('${typeArray(eventTypes)}'::sales_event_type[])`;

async function readSold(
  transaction: Transaction,
  scope: Scope,
  measure: TeamMeasure,
  paths: readonly (readonly number[])[],
): Promise<PathVolume[]> {
  const { value, join } = volumeSql(scope, measure, 'credit');
  const rows = await rawSql(transaction).unsafe<{ number: number; volume: string }[]>(
    `select chain.number, sum(${value}) as volume
     from ${scope.tables.credits} credit
     join ${scope.tables.of('chain')} chain on chain.agent_id = credit.agent_id and ${inStretch('credit.occurred_at', 'chain')}
     ${join} where ${isOfTypes('credit', measure)} group by chain.number`,
  );
  return rows.map(({ number, volume }) => ({ path: paths[number] ?? [], volume: new Decimal(volume) }));
}

/** Refunds count negative, on the path of the sale. */
async function readRefunded(
  transaction: Transaction,
  scope: Scope,
  measure: TeamMeasure,
  pathOn: PathOn,
): Promise<PathVolume[]> {
  const { value, join } = volumeSql(scope, measure, 'refund');
  const rows = await rawSql(transaction).unsafe<{ agent_id: number; date: string; volume: string }[]>(
    `select refund.agent_id, (refund.original_at at time zone '${scope.timeZone}')::date::text as date, -sum(${value}) as volume
     from ${scope.tables.refunds} refund ${join} where ${isOfTypes('refund', measure)} group by 1, 2`,
  );
  return rows.map(({ agent_id, date, volume }) => ({ path: pathOn(agent_id, date), volume: new Decimal(volume) }));
}

type PathOn = (agentId: number, date: string) => number[];

/** The agent and its ancestors on a local date, also before the period: sales that are refunded now may be old. */
async function loadPaths(transaction: Transaction, scope: Scope): Promise<PathOn> {
  const rows = await rawSql(transaction).unsafe<({ agent_id: number } & AgentHistory['parents'][number])[]>(
    `select agent_id, valid_from::text as from, valid_to::text as to, parent_id as value from agent_parent
     where exists (select from ${scope.tables.refunds}) and valid_from < '${endDate(scope.period)}'`,
  );
  const parentsOf = groupBy(rows, (row) => row.agent_id);
  return (agentId, date) => {
    const path = [agentId];
    for (let above = inForce(parentsOf.get(agentId) ?? [], date); above !== undefined; ) {
      path.push(above);
      above = inForce(parentsOf.get(above) ?? [], date);
    }
    return path;
  };
}

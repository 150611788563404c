import type { Databases, Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { asUserError } from '../db/constraints.ts';
import { UserError } from '../errors.ts';
import { Decimal, formatMoney, minorUnitDigits } from '../money.ts';
import { endDate, firstDate, type Period, periodsBetween } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import type { OnStep } from './calculation.ts';
import { groupBy } from './engine/group.ts';
import { loadInputs } from './inputs.ts';
import { type ApprovedRun, ledgerOf, type Shadow } from './ledger.ts';
import { completeLines, rateEvents } from './lineSteps.ts';
import { keepShadow, writeConnected } from './retro.ts';
import { runTables, type Scope } from './scope.ts';
import type { UsedBudgets } from './spiffs.ts';

// Simulation (DOMAIN.md §10): the same engine, with a draft in the place of what is published, over past periods. All of it
// happens in one transaction that is rolled back, so nothing official is written.

export type SimulationOptions = {
  readonly from: Period;
  readonly to: Period;
  /**
   * Codes of the agents to compare; without it all. Everyone connected to them by overrides or by the budget of a SPIFF is
   * calculated with them, so that their amounts are the same as in a simulation of all.
   */
  readonly agentCodes?: readonly string[];
  /** Puts the draft in force in the transaction, which is rolled back: see draft.ts. */
  readonly applyDraft: (transaction: Transaction) => Promise<void>;
};

/** Amounts of one currency as text, with all its decimals. */
type Compared = {
  readonly currency: string;
  readonly paid: string;
  readonly simulated: string;
  readonly difference: string;
};

export type Simulation = {
  readonly periods: readonly Period[];
  /** By currency: currencies are never added up. */
  readonly totals: readonly Compared[];
  readonly components: readonly ComparedComponent[];
  /** By difference, the greatest loss first. */
  readonly agents: readonly ComparedAgent[];
  readonly winnerCount: number;
  readonly loserCount: number;
  readonly unchangedCount: number;
  /** Agents with later facts that no run has booked yet (RETRO): their differences hold what those change, too. */
  readonly unsettledCount: number;
  /** How many agents' differences lie in each tenth of the way from the greatest loss to the greatest gain, by currency. */
  readonly distribution: readonly Bucket[];
};

/** `plan` is null of a pool. */
export type ComparedComponent = Compared & { readonly plan: string | null; readonly component: string };
export type ComparedAgent = Compared & { readonly agent: string };
/** Differences [from, to), of the last stretch [from, to]. */
export type Bucket = {
  readonly currency: string;
  readonly from: string;
  readonly to: string;
  readonly agentCount: number;
};

/** Carries the result out of a transaction that must not commit. */
class Discard extends Error {
  readonly simulation: Simulation;
  constructor(simulation: Simulation) {
    super('discarded');
    this.simulation = simulation;
  }
}

/**
 * Calculates closed periods with a draft and compares with what was booked for them (RETRO included), by agent and component.
 * Tax is left out; pools stay as they were shared.
 * @throws UserError PERIOD_INVALID where the range is empty, NO_RUN where a period has no result to compare with, NOT_FOUND for an
 * unknown agent, and whatever is wrong with the draft.
 */
export async function simulate(
  databases: Databases,
  options: SimulationOptions,
  onProgress: (step: string, percent: number) => void = () => {},
): Promise<Simulation> {
  return databases.owner
    .transaction(
      async (transaction): Promise<Simulation> => {
        throw new Discard(await simulateIn(transaction, options, onProgress));
      },
      { isolationLevel: 'repeatable read' },
    )
    .catch((error: unknown) => {
      if (error instanceof Discard) return error.simulation;
      throw asUserError(error);
    });
}

async function simulateIn(
  transaction: Transaction,
  { from, to, agentCodes, applyDraft }: SimulationOptions,
  onProgress: (step: string, percent: number) => void,
): Promise<Simulation> {
  await rawSql(transaction).unsafe(`set local work_mem = '256MB'`);
  const periods = periodsBetween(from, to);
  if (periods.length === 0) throw new UserError('PERIOD_INVALID', `${from} is after ${to}.`, 'from');
  const runs = await requireRuns(transaction, periods);
  const booked = await loadBooked(transaction, runs);
  const wanted = agentCodes ? await findAgents(transaction, agentCodes) : undefined;
  onProgress('checking the draft', 2);
  await applyDraft(transaction);
  const id = await nextId(transaction);
  const agents = `runs.touched_${id}`;
  await writeScope(transaction, agents, wanted, from, to);
  const shadows = await calculateShadows(transaction, { id, agents, periods, booked, onProgress });
  onProgress('comparing', 95);
  return compare(transaction, { periods, runs, booked, agents, shadows, wanted });
}

/** The runs that stand for the periods; a calculated one that nobody approved yet is good enough to compare with. */
async function requireRuns(transaction: Transaction, periods: readonly Period[]): Promise<ApprovedRun[]> {
  const rows = await rawSql(transaction)<ApprovedRun[]>`
    select id, period from commission_run
    where period = any(${periods as Period[]}) and status in ('CALCULATED', 'APPROVED', 'PAID') and not is_cut_over order by period`;
  const missing = periods.find((period) => !rows.some((run) => run.period === period));
  if (missing !== undefined) {
    throw new UserError('NO_RUN', `Period ${missing} has no calculated run to compare with.`, missing);
  }
  return [...rows];
}

/** All that is booked: the approved runs, later ones with their RETRO lines among them, and those compared with. */
async function loadBooked(transaction: Transaction, runs: readonly ApprovedRun[]): Promise<ApprovedRun[]> {
  const rows = await rawSql(transaction)<ApprovedRun[]>`
    select id, period from commission_run
    where status in ('APPROVED', 'PAID') or id = any(${runs.map(({ id }) => id)}) order by period, id`;
  return [...rows];
}

async function findAgents(transaction: Transaction, codes: readonly string[]): Promise<number[]> {
  const rows = await rawSql(transaction)<{ id: number; code: string }[]>`
    select id, code from agent where code = any(${codes as string[]})`;
  const unknown = codes.find((code) => !rows.some((row) => row.code === code));
  if (unknown !== undefined) throw new UserError('NOT_FOUND', `There is no agent ${unknown}.`, unknown);
  return rows.map((row) => row.id);
}

async function nextId(transaction: Transaction): Promise<number> {
  const [row] = await rawSql(transaction)<{ id: number }[]>`
    select nextval(pg_get_serial_sequence('commission_run', 'id'))::integer as id`;
  if (!row) throw new Error('no id');
  return row.id;
}

async function writeScope(
  transaction: Transaction,
  table: string,
  wanted: readonly number[] | undefined,
  from: Period,
  to: Period,
): Promise<void> {
  const seeds = wanted
    ? `select id as agent_id from agent where id in (${idsOf(wanted)}) union ${budgetAgents(from, to)}`
    : 'select id as agent_id from agent';
  await writeConnected(transaction, table, `select agent_id from (${seeds}) seed`, from, wanted !== undefined);
}

const idsOf = (ids: readonly number[]) => (ids.length > 0 ? ids.join(',') : 'null');

/** SQL of everyone who draws on the budget of a SPIFF: what one gets depends on what the others took before. */
function budgetAgents(from: Period, to: Period): string {
  return `select agreement.agent_id from agreement
    where valid_from < '${endDate(to)}' and (valid_to is null or valid_to > '${firstDate(from)}') and plan_id in (
      select version.plan_id from plan_version version
      join plan_component part on part.version_id = version.id
      join component on component.id = part.component_id and component.kind = 'SPIFF'
      where version.valid_from < '${endDate(to)}' and (version.valid_to is null or version.valid_to > '${firstDate(from)}'))`;
}

type ShadowOptions = {
  readonly id: number;
  readonly agents: string;
  readonly periods: readonly Period[];
  readonly booked: readonly ApprovedRun[];
  readonly onProgress: (step: string, percent: number) => void;
};

async function calculateShadows(
  transaction: Transaction,
  { id, agents, periods, booked, onProgress }: ShadowOptions,
): Promise<Shadow[]> {
  const operator = await loadOperator(transaction);
  const rows = await rawSql(transaction).unsafe<{ agent_id: number }[]>(`select agent_id from ${agents}`);
  const agentIds = rows.map((row) => row.agent_id);
  const usedBudgets = await budgetsUsedBefore(transaction, booked, periods[0]);
  const shadows: Shadow[] = [];
  for (const [index, period] of periods.entries()) {
    const base = 5 + Math.floor((90 * index) / periods.length);
    const onStep: OnStep = async (step, percent) =>
      onProgress(`${period}: ${step}`, base + Math.floor((percent * 0.9) / periods.length));
    const scope: Scope = {
      kind: 'SIMULATION',
      runId: id,
      period,
      timeZone: operator.timeZone,
      tables: runTables(`${id}_${period.replace('-', '')}`),
      inputs: await loadInputs(transaction, period, { agentIds }),
      ledger: ledgerOf(booked, period, { agents, shadows }),
    };
    await rateEvents(transaction, scope, onStep);
    await completeLines(transaction, scope, { usedBudgets, onStep });
    shadows.push(await keepShadow(transaction, scope));
  }
  return shadows;
}

/** What of the budgets of SPIFFs was taken by events of the months before those simulated; the rest is given out anew. */
async function budgetsUsedBefore(
  transaction: Transaction,
  booked: readonly ApprovedRun[],
  from: Period | undefined,
): Promise<UsedBudgets> {
  const before = booked.filter(({ period }) => from !== undefined && period < from).map(({ id }) => id);
  const all = booked.map(({ id }) => id);
  const rows = await rawSql(transaction)<{ id: number; amount: string }[]>`
    select component_id as id, sum(amount) as amount from (
      select component_id, amount from run_agent_total where kind = 'EARNING' and run_id = any(${before})
      union all
      select component_id, amount from commission_line
      where origin_period < ${from ?? ''} and run_id = any(${all}) and instalment is null and original_id is null
    ) used join component on component.id = component_id and component.kind = 'SPIFF' group by component_id`;
  return new Map(rows.map(({ id, amount }) => [id, new Decimal(amount)]));
}

type ComparisonOptions = {
  readonly periods: readonly Period[];
  readonly runs: readonly ApprovedRun[];
  readonly booked: readonly ApprovedRun[];
  readonly agents: string;
  readonly shadows: readonly Shadow[];
  readonly wanted: readonly number[] | undefined;
};

type Row = {
  readonly agent: string;
  readonly plan: string | null;
  readonly component: string;
  readonly currency: string;
  readonly paid: string;
  readonly simulated: string;
};

/** Adds up both sides by agent and component; agents that are only connected to the wanted ones are left out. */
async function compare(
  transaction: Transaction,
  { periods, runs, booked, agents, shadows, wanted }: ComparisonOptions,
): Promise<Simulation> {
  const list = periods.map((period) => `'${period}'`).join(',');
  const runIds = (some: readonly ApprovedRun[]) => idsOf(some.map(({ id }) => id));
  const simulated = shadows.map(
    ({ lines }) => `select agent_id, component_id, currency, 0 as paid, sum(amount) as simulated from ${lines}
      group by agent_id, component_id, currency`,
  );
  const rows = await rawSql(transaction).unsafe<Row[]>(
    `select agent.code as agent, plan.code as plan, component.code as component, currency, sum(paid) as paid, sum(simulated) as simulated
     from (
       select agent_id, component_id, currency, amount as paid, 0 as simulated from run_agent_total total
       where kind <> 'TAX' and agent_id in (select agent_id from ${agents})
         and (origin_period is null and run_id in (${runIds(runs)}) or origin_period in (${list}) and run_id in (${runIds(booked)}))
       union all ${simulated.join(' union all ')}
     ) amounts
     join agent on agent.id = amounts.agent_id join component on component.id = amounts.component_id
     left join plan on plan.id = component.plan_id
     ${wanted ? `where agent.id in (${idsOf(wanted)})` : ''}
     group by 1, 2, 3, 4 order by currency, plan.code collate "C" nulls last, component.code collate "C"`,
  );
  const [unsettled] = await rawSql(transaction).unsafe<{ count: number }[]>(
    `select count(distinct agent_id)::integer as count from retro_cause
     where settled_run_id is null and period <= '${periods.at(-1)}'
       and agent_id in (${wanted ? idsOf(wanted) : `select agent_id from ${agents}`})`,
  );
  return { periods, ...summaryOf(rows), unsettledCount: unsettled?.count ?? 0 };
}

/** @param rows in order of currency, plan and component */
function summaryOf(rows: readonly Row[]): Omit<Simulation, 'periods' | 'unsettledCount'> {
  const byAgent = sums(rows, ({ agent, currency }) => ({ agent, currency })).sort(
    (a, b) => a.difference.comparedTo(b.difference) || (a.agent < b.agent ? -1 : 1),
  );
  const count = (holds: (difference: Decimal) => boolean) =>
    byAgent.filter(({ difference }) => holds(difference)).length;
  return {
    totals: sums(rows, ({ currency }) => ({ currency })).map(inText),
    components: sums(rows, ({ plan, component, currency }) => ({ plan, component, currency })).map(inText),
    agents: byAgent.map(inText),
    winnerCount: count((difference) => difference.gt(0)),
    loserCount: count((difference) => difference.lt(0)),
    unchangedCount: count((difference) => difference.isZero()),
    distribution: [...groupBy(byAgent, ({ currency }) => currency)].flatMap(([currency, own]) =>
      distributionOf(
        currency,
        own.map(({ difference }) => difference),
      ),
    ),
  };
}

type Sums = { readonly paid: Decimal; readonly simulated: Decimal; readonly difference: Decimal };

function sums<Part extends object>(rows: readonly Row[], part: (row: Row) => Part): (Part & Sums)[] {
  return [...groupBy(rows, (row) => JSON.stringify(part(row))).values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const paid = group.reduce((sum, row) => sum.plus(row.paid), new Decimal(0));
    const simulated = group.reduce((sum, row) => sum.plus(row.simulated), new Decimal(0));
    return [{ ...part(first), paid, simulated, difference: simulated.minus(paid) }];
  });
}

const digitsOf = (currency: string) => minorUnitDigits[currency] ?? 2;

function inText<Part extends { readonly currency: string }>(row: Part & Sums): Part & Compared {
  const text = (amount: Decimal) => formatMoney(amount, digitsOf(row.currency));
  return { ...row, paid: text(row.paid), simulated: text(row.simulated), difference: text(row.difference) };
}

const bucketCount = 10;

/** Ten stretches of equal width, with bounds on the minor unit; one where all differences are the same. */
function distributionOf(currency: string, differences: readonly Decimal[]): Bucket[] {
  const [least, most] = [Decimal.min(...differences), Decimal.max(...differences)];
  const width = most.minus(least);
  const digits = digitsOf(currency);
  const stretches = width.isZero() ? 1 : bucketCount;
  const bounds = Array.from({ length: stretches }, (_, index) =>
    least.plus(width.times(index).div(stretches)).toDecimalPlaces(digits),
  );
  return bounds.map((from, index): Bucket => {
    const next = bounds[index + 1];
    const inside = differences.filter((value) => value.gte(from) && (next === undefined || value.lt(next)));
    return {
      currency,
      from: formatMoney(from, digits),
      to: formatMoney(next ?? most, digits),
      agentCount: inside.length,
    };
  });
}

import type { Databases, Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { asUserError } from '../db/constraints.ts';
import { UserError } from '../errors.ts';
import { Decimal } from '../money.ts';
import { endDate, firstDate, type Period, periodsBetween, shiftPeriod } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import type { OnStep, PoolOutcome } from './calculation.ts';
import type { AppliedDraft } from './draft.ts';
import { loadInputs } from './inputs.ts';
import { type ApprovedRun, ledgerOf, type Shadow } from './ledger.ts';
import { completeLines, rateEvents } from './lineSteps.ts';
import { keepShadow, writeConnected } from './retro.ts';
import { type DatedPool, runTables, type Scope } from './scope.ts';
import { type ComparedRow, inMinorUnits, type Summary, summaryOf } from './simulationSummary.ts';
import type { UsedBudgets } from './spiffs.ts';

export type { Bucket, ComparedAgent, ComparedComponent } from './simulationSummary.ts';

// Simulation (DOMAIN.md §10): the same engine, with a draft in the place of what is published, over past periods. All of it
// happens in one transaction that is rolled back, so nothing official is written.

export type SimulationOptions = {
  readonly from: Period;
  readonly to: Period;
  /**
   * Codes of the agents to compare; without it all. Everyone connected to them by overrides or by the budget of a SPIFF is
   * calculated with them, and everybody where the draft changes a pool, so that their amounts are the same as in a simulation of
   * all.
   */
  readonly agentCodes?: readonly string[];
  /** Puts the draft in force in the transaction, which is rolled back: see draft.ts. */
  readonly applyDraft: (transaction: Transaction, periods: readonly Period[]) => Promise<AppliedDraft | undefined>;
};

export type Simulation = Summary & {
  readonly periods: readonly Period[];
  /** Pools that the draft changes, as they were shared anew among all their members, whoever is compared. */
  readonly pools: readonly SimulatedPool[];
  /** Agents with later facts that no run has booked yet (RETRO): their differences hold what those change, too. */
  readonly unsettledCount: number;
};

/** What a pool had to share in a period, and shared. */
export type SimulatedPool = {
  readonly pool: string;
  readonly period: Period;
  readonly currency: string;
  readonly fund: string;
  readonly carriedIn: string;
  readonly shared: string;
  readonly remainder: string;
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
 * Tax is left out; pools that the draft does not change stay as they were shared.
 * @throws UserError PERIOD_INVALID where the range is empty, NO_RUN where a period has no result to compare with, PERIOD_NOT_CALCULATED
 * for the cut-over's, NOT_FOUND for an
 * unknown agent, INPUT_INVALID where a changed pool of a quarter is simulated from its middle on, and whatever is wrong with the draft.
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
  const poolsAnew = (await applyDraft(transaction, periods))?.pools ?? [];
  const id = await nextId(transaction);
  const agents = `runs.touched_${id}`;
  await writeScope(transaction, agents, poolsAnew.length > 0 ? undefined : wanted, from, to);
  const { shadows, pools } = await calculateShadows(transaction, {
    id,
    agents,
    periods,
    booked,
    poolsAnew,
    onProgress,
  });
  onProgress('comparing', 95);
  return { ...(await compare(transaction, { periods, runs, booked, agents, shadows, wanted })), pools };
}

/** The runs that stand for the periods; a calculated one that nobody approved yet is good enough to compare with. */
async function requireRuns(transaction: Transaction, periods: readonly Period[]): Promise<ApprovedRun[]> {
  const rows = await rawSql(transaction)<(ApprovedRun & { isCutOver: boolean })[]>`
    select id, period, is_cut_over as "isCutOver" from commission_run
    where period = any(${periods as Period[]}) and status in ('CALCULATED', 'APPROVED', 'PAID') order by period`;
  const imported = rows.find(({ isCutOver }) => isCutOver);
  if (imported) {
    const message = `Period ${imported.period} holds opening positions: nothing was calculated that could be compared.`;
    throw new UserError('PERIOD_NOT_CALCULATED', message, imported.period);
  }
  const missing = periods.find((period) => !rows.some((run) => run.period === period));
  if (missing !== undefined) {
    throw new UserError('NO_RUN', `Period ${missing} has no calculated run to compare with.`, missing);
  }
  return rows.map(({ id, period }) => ({ id, period }));
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

/** A number no run has, for tables of a calculation that is thrown away. */
export async function nextId(transaction: Transaction): Promise<number> {
  const [row] = await rawSql(transaction)<{ id: number }[]>`
    select nextval(pg_get_serial_sequence('commission_run', 'id'))::integer as id`;
  if (!row) throw new Error('no id');
  return row.id;
}

/**
 * Writes the agents to calculate: the wanted ones and everyone connected to them by overrides; where one of these draws on the budget of
 * a SPIFF, all that do, and everyone connected to those. All without `wanted`.
 */
async function writeScope(
  transaction: Transaction,
  table: string,
  wanted: readonly number[] | undefined,
  from: Period,
  to: Period,
): Promise<void> {
  if (!wanted) return writeConnected(transaction, table, 'select id as agent_id from agent', from, false);
  const seeds = `select id as agent_id from agent where id in (${idsOf(wanted)})`;
  await writeConnected(transaction, table, seeds, from, true);
  const drawing = budgetAgents(from, to);
  const [found] = await rawSql(transaction).unsafe<{ exist: boolean }[]>(
    `select exists (select from (${drawing}) drawing join ${table} using (agent_id)) as exist`,
  );
  if (!found?.exist) return;
  await rawSql(transaction).unsafe(`drop table ${table}`);
  await writeConnected(transaction, table, `select agent_id from (${seeds} union ${drawing}) seed`, from, true);
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
  readonly poolsAnew: readonly string[];
  readonly onProgress: (step: string, percent: number) => void;
};

async function calculateShadows(
  transaction: Transaction,
  { id, agents, periods, booked, poolsAnew, onProgress }: ShadowOptions,
): Promise<{ shadows: Shadow[]; pools: SimulatedPool[] }> {
  const operator = await loadOperator(transaction);
  const rows = await rawSql(transaction).unsafe<{ agent_id: number }[]>(`select agent_id from ${agents}`);
  const agentIds = rows.map((row) => row.agent_id);
  const usedBudgets = await budgetsUsedBefore(transaction, booked, periods[0]);
  const shadows: Shadow[] = [];
  const pools: SimulatedPool[] = [];
  const carried = new Map<number, Decimal>();
  for (const [index, period] of periods.entries()) {
    const base = 5 + Math.floor((90 * index) / periods.length);
    const onStep: OnStep = async (step, percent) =>
      onProgress(`${period}: ${step}`, base + Math.floor((percent * 0.9) / periods.length));
    const inputs = await loadInputs(transaction, period, { agentIds });
    requireWholeQuarters(inputs.pools, poolsAnew, period, periods[0]);
    const scope: Scope = {
      kind: 'SIMULATION',
      runId: id,
      period,
      timeZone: operator.timeZone,
      tables: runTables(`${id}_${period.replace('-', '')}`),
      inputs: { ...inputs, carriedIn: new Map([...inputs.carriedIn, ...carried]) },
      ledger: ledgerOf(booked, period, { agents, shadows }),
    };
    await rateEvents(transaction, scope, onStep);
    const { pools: outcomes } = await completeLines(transaction, scope, { usedBudgets, poolsAnew, onStep });
    for (const { pool, result } of outcomes) carried.set(pool.poolId, result.carriedOut);
    pools.push(...outcomes.map((outcome) => simulatedPool(outcome, period)));
    shadows.push(await keepShadow(transaction, scope));
  }
  return { shadows, pools };
}

/** What a changed pool would have counted in months that are not simulated is not known. */
function requireWholeQuarters(
  pools: readonly DatedPool[],
  poolsAnew: readonly string[],
  period: Period,
  from: Period | undefined,
): void {
  const first = shiftPeriod(period, -((Number(period.slice(5)) - 1) % 3));
  const pool = pools.find(({ code, definition }) => definition.period === 'QUARTER' && poolsAnew.includes(code));
  if (!pool || from === undefined || from <= first) return;
  const message = `Pool ${pool.code} is over the quarter: simulate it from ${first}, the quarter's first month.`;
  throw new UserError('INPUT_INVALID', message, 'from');
}

function simulatedPool({ pool: { code, currency }, result }: PoolOutcome, period: Period): SimulatedPool {
  const text = (amount: Decimal) => inMinorUnits(amount, currency);
  const { fund, carriedIn, shared, remainder } = result;
  const amounts = { fund: text(fund), carriedIn: text(carriedIn), shared: text(shared), remainder: text(remainder) };
  return { pool: code, period, currency, ...amounts };
}

/**
 * What of the budgets of SPIFFs was taken by events of the months before those simulated; the rest is given out anew. The base of a
 * RETRO line is what it took (retro.ts).
 */
export async function budgetsUsedBefore(
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
      select component_id, base from commission_line
      where origin_period < ${from ?? ''} and run_id = any(${all}) and cause_id <> 0 and instalment is null and original_id is null
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

/** Adds up both sides by agent and component; agents that are only connected to the wanted ones are left out. */
async function compare(
  transaction: Transaction,
  { periods, runs, booked, agents, shadows, wanted }: ComparisonOptions,
): Promise<Omit<Simulation, 'pools'>> {
  const list = periods.map((period) => `'${period}'`).join(',');
  const runIds = (some: readonly ApprovedRun[]) => idsOf(some.map(({ id }) => id));
  const simulated = shadows.map(
    ({ lines }) => `select agent_id, component_id, currency, 0 as paid, sum(amount) as simulated from ${lines}
      group by agent_id, component_id, currency`,
  );
  const rows = await rawSql(transaction).unsafe<ComparedRow[]>(
    `select agent.code as agent, plan.code as plan, component.code as component, currency, sum(paid) as paid, sum(simulated) as simulated
     from (
       select agent_id, component_id, currency, amount as paid, 0 as simulated from run_agent_total total
       where kind not in ('TAX', 'ADJUSTMENT') and agent_id in (select agent_id from ${agents})
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

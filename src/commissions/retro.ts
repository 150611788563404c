import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { type Period, periodsBetween, previousPeriod } from '../period.ts';
import type { Operator } from '../reference/operator.ts';
import type { OnStep } from './calculation.ts';
import type { AgentHistory } from './engine/facts.ts';
import { loadInputs } from './inputs.ts';
import { type ApprovedRun, ledgerOf, type Shadow, type Shadows } from './ledger.ts';
import { completeLines, rateEvents } from './lineSteps.ts';
import { earliestTouched } from './load.ts';
import { dropWorkingTables } from './rating.ts';
import { lineColumns, type RunTables, runTables, type Scope } from './scope.ts';
import { keepDecided, type UsedBudgets, uncutAmount, undecidedTable } from './spiffs.ts';

// RETRO (DOMAIN.md §10; docs/commission.md §11): what late facts change in closed periods is found by calculating these again
// for the agents concerned, and the differences are booked in the open period.

export type Retro = {
  readonly shadows: Shadows;
  /** Books the differences as RETRO lines, and lists what late events were not paid, in the run's tables. */
  readonly book: (transaction: Transaction, tables: RunTables) => Promise<void>;
};

type RetroOptions = {
  readonly runId: number;
  readonly period: Period;
  readonly operator: Operator;
  readonly runs: readonly ApprovedRun[];
  readonly usedBudgets: UsedBudgets;
  readonly onStep: OnStep;
};

/**
 * Calculates closed periods again, from the earliest that something has touched since, for the agents touched and everyone
 * connected to them by the hierarchy.
 * @returns undefined where nothing is touched.
 */
export async function recalculateClosedPeriods(
  transaction: Transaction,
  { runId, period, operator, runs, usedBudgets, onStep }: RetroOptions,
): Promise<Retro | undefined> {
  const from = await earliestTouched(transaction, period);
  if (from === undefined) return undefined;
  const agents = `runs.touched_${runId}`;
  await writeTouched(transaction, agents, period, from);
  const agentIds = await readAgents(transaction, agents);
  const decidedUpTo = await decidedEvents(transaction, runs);
  const periods = periodsBetween(from, previousPeriod(period));
  const shadows: Shadow[] = [];
  const scopes: Scope[] = [];
  const inSilence: OnStep = async () => {};
  for (const [index, closed] of periods.entries()) {
    await onStep(`recalculating ${closed}`, 3 + Math.floor((8 * index) / periods.length));
    const scope: Scope = {
      kind: 'SHADOW',
      runId,
      period: closed,
      timeZone: operator.timeZone,
      tables: runTables(`${runId}_${closed.replace('-', '')}`),
      inputs: await loadInputs(transaction, closed, { agentIds }),
      ledger: ledgerOf(runs, closed),
    };
    await rateEvents(transaction, scope, inSilence);
    await keepDecided(transaction, scope, decidedUpTo, usedBudgets);
    scopes.push(scope);
  }
  for (const [index, rated] of scopes.entries()) {
    await onStep(`recalculating ${rated.period}`, 11 + Math.floor((8 * index) / scopes.length));
    const scope = { ...rated, ledger: ledgerOf(runs, rated.period, { agents, shadows }) };
    await completeLines(transaction, scope, { usedBudgets, onStep: inSilence });
    shadows.push(await keepShadow(transaction, scope));
  }
  return {
    shadows: { agents, shadows },
    book: (inTransaction, tables) =>
      bookDifferences(inTransaction, { runId, period, runs, agents, shadows, decidedUpTo }, tables),
  };
}

/**
 * The touched agents; where a plan has overrides, everyone above and below them on any day since: an ancestor's caps, floors and
 * team volumes need all that it earns.
 */
async function writeTouched(transaction: Transaction, table: string, period: Period, from: Period): Promise<void> {
  const touched = `select distinct agent_id from retro_cause where settled_run_id is null and period < '${period}'`;
  await writeConnected(transaction, table, touched, from, true);
}

/**
 * Writes a table of agents: the given ones and, where overrides exist, everyone connected to them.
 * @param seeds SQL that selects agent_id
 * @param isPart whether there can be others than the given ones
 */
export async function writeConnected(
  transaction: Transaction,
  table: string,
  seeds: string,
  from: Period,
  isPart: boolean,
): Promise<void> {
  const [overrides] = await rawSql(transaction)<{ exist: boolean }[]>`
    select exists (select from component where kind = 'OVERRIDE') as exist`;
  const connected =
    isPart && overrides?.exist
      ? `union select case when link.agent_id = touched.agent_id then link.parent_id else link.agent_id end
       from touched join agent_parent link on (link.agent_id = touched.agent_id or link.parent_id = touched.agent_id)
         and (link.valid_to is null or link.valid_to > '${from}-01')`
      : '';
  await rawSql(transaction).unsafe(
    `create unlogged table ${table} as
     with recursive touched as (
       ${seeds}
       ${connected}
     ) select agent_id from touched`,
  );
  await rawSql(transaction).unsafe(`analyze ${table}`);
}

async function readAgents(transaction: Transaction, table: string): Promise<AgentHistory['id'][]> {
  const rows = await rawSql(transaction).unsafe<{ agent_id: number }[]>(`select agent_id from ${table}`);
  return rows.map((row) => row.agent_id);
}

async function decidedEvents(transaction: Transaction, runs: readonly ApprovedRun[]): Promise<number> {
  const last = runs.at(-1);
  if (!last) return 0;
  const [row] = await rawSql(transaction)<{ id: number | null }[]>`
    select last_event_id::float8 as id from commission_run where id = ${last.id}`;
  return row?.id ?? 0;
}

/** Of a shadow its lines, volumes, unpaid list, what is held and what budgets cut are still read; the rest goes at once. */
export async function keepShadow(transaction: Transaction, { tables, period }: Scope): Promise<Shadow> {
  const [volumes, held, undecided] = [tables.of('volume'), tables.of('held'), undecidedTable({ tables })];
  await dropWorkingTables(transaction, tables, [volumes, held, undecided]);
  return { period, lines: tables.lines, volumes, unpaid: tables.unpaid, held, undecided };
}

type Difference = {
  readonly runId: number;
  readonly period: Period;
  readonly runs: readonly ApprovedRun[];
  readonly agents: string;
  readonly shadows: readonly Shadow[];
  readonly decidedUpTo: number;
};

/**
 * RETRO = shadow − (original + earlier RETROs), by component, cause, agent, role and instalment (DOMAIN.md §10). The base of such a
 * line is the difference before caps: what it took from a SPIFF's budget.
 */
async function bookDifferences(
  transaction: Transaction,
  { runId, period, runs, agents, shadows, decidedUpTo }: Difference,
  tables: RunTables,
): Promise<void> {
  const key = `period, component_id, cause_id, agent_id, role, currency, original_id, instalment, source_agent_id, source_component_id`;
  const booked = ledgerOf(runs, period).booked(shadows.map(({ period }) => period));
  const parts = shadows.map(
    (
      shadow,
    ) => `select '${shadow.period}'::text as period, component_id, cause_id, agent_id, role, currency, original_id, instalment,
      source_agent_id, source_component_id, rule_id, ${uncutAmount} as base, amount from ${shadow.lines} where kind <> 'POOL'`,
  );
  await rawSql(transaction).unsafe(
    `insert into ${tables.lines} (${lineColumns})
     select ${runId}, component_id, 'RETRO', cause_id, agent_id, role, max(rule_id), sum(base), 1, 1, sum(amount), currency,
            original_id, instalment, source_agent_id, source_component_id, period
     from (
       select ${key}, rule_id, -${uncutAmount} as base, -amount as amount from ${booked} line
       where agent_id in (select agent_id from ${agents}) and kind not in ('POOL', 'TAX', 'ADJUSTMENT')
       union all select * from (${parts.join(' union all ')}) shadow
     ) change group by ${key} having sum(amount) <> 0`,
  );
  const late = shadows.map(
    ({ unpaid, undecided }) => `
      select event_id, agent_id, role, reason from ${unpaid} where event_id > ${decidedUpTo}
      union all select cause_id, agent_id, role, 'BUDGET_USED_UP' from ${undecided} where cause_id <= ${decidedUpTo} and paid < amount`,
  );
  // what comes back and finds its budget used up is listed as well: a later run must see that it was decided here
  await rawSql(transaction).unsafe(
    `insert into ${tables.unpaid} (run_id, event_id, agent_id, role, reason)
     select distinct on (unpaid.event_id, unpaid.agent_id, unpaid.role) ${runId}, unpaid.event_id, unpaid.agent_id, unpaid.role, unpaid.reason
     from (${late.join(' union all ')}) unpaid join sales_event event on event.id = unpaid.event_id
     where event.late or event.id <= ${decidedUpTo}`,
  );
}

import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Period } from '../period.ts';
import type { Operator } from '../reference/operator.ts';
import { bookAdjustments } from './adjustments.ts';
import type { Calculation, ComponentTotal, OnStep } from './calculation.ts';
import { checkRun } from './checks.ts';
import { hashAgentLines, hashLines, hashOf } from './hashes.ts';
import { hashInputs, loadInputs } from './inputs.ts';
import { ledgerOf, loadApprovedRuns } from './ledger.ts';
import { completeLines, countEvents, rateEvents, readTypesOf } from './lineSteps.ts';
import { dropWorkingTables } from './rating.ts';
import { recalculateClosedPeriods } from './retro.ts';
import { type RunTables, runTables, type Scope } from './scope.ts';
import { makeAgentTotals, makeStatements } from './settle.ts';
import type { UsedBudgets } from './spiffs.ts';

/**
 * Calculates a period in the order of DOMAIN.md §9.11 and settles what closed periods owe because of later facts (RETRO). The
 * caller's transaction must be REPEATABLE READ, so that all of it sees one state. Leaves the run's line and unpaid tables (not
 * attached yet) and nothing else.
 * @throws UserError SCORE_MISSING, POOL_FLOORS_EXCEED_FUND, CHECK_FAILED
 */
export async function calculate(
  transaction: Transaction,
  runId: number,
  period: Period,
  operator: Operator,
  onStep: OnStep,
): Promise<Calculation> {
  await rawSql(transaction).unsafe(
    `set local work_mem = '256MB'; set local parallel_tuple_cost = 0.005; set local parallel_setup_cost = 100`,
  );
  await onStep('reading agents and plans', 2);
  const inputs = await loadInputs(transaction, period);
  const counts = await countEvents(transaction, period);
  const runs = await loadApprovedRuns(transaction, period);
  const tables = runTables(String(runId));
  const usedBudgets: UsedBudgets = new Map();
  const retro = await recalculateClosedPeriods(transaction, { runId, period, operator, runs, usedBudgets, onStep });
  const scope: Scope = {
    kind: 'OFFICIAL',
    runId,
    period,
    timeZone: operator.timeZone,
    tables,
    inputs,
    ledger: ledgerOf(runs, period, retro?.shadows),
  };
  await rateEvents(transaction, scope, onStep);
  const { pools } = await completeLines(transaction, scope, { usedBudgets, onStep });
  if (retro) await retro.book(transaction, tables);
  await bookAdjustments(transaction, scope);

  await onStep('summing up statements', 70);
  await rawSql(transaction).unsafe(`analyze ${tables.lines}`);
  await makeAgentTotals(transaction, tables);
  const statements = await makeStatements(transaction, scope);
  const totals = await readTotals(transaction, tables);
  const agentLines = await hashLines(transaction, tables);

  await onStep('hashing inputs', 78);
  const inputsHash = await hashInputs(transaction, inputs, operator, period);
  const codes = new Map(inputs.histories.map(({ id, code }) => [id, code]));
  const linesHash = hashAgentLines(agentLines, codes);

  await onStep('indexing lines', 82);
  await finishTables(transaction, scope);
  await onStep('checking', 92);
  const readTypes = readTypesOf(inputs);
  const lineHashes = new Map(agentLines.map((row) => [`${row.agent_id}|${row.currency}`, row]));
  const calculation: Calculation = {
    tables,
    inputsHash,
    linesHash,
    eventCount: counts.reduce((sum, { count }) => sum + count, 0),
    lineCount: totals.reduce((sum, total) => sum + total.line_count, 0),
    unpaidCount: await countRows(transaction, tables.unpaid),
    unreadCount: counts.filter(({ type }) => !readTypes.includes(type)).reduce((sum, { count }) => sum + count, 0),
    lastEventId: await lastEventId(transaction),
    totals,
    pools,
    shadows: retro?.shadows,
    statements: statements.map((statement) => ({
      ...statement,
      lineCount: lineHashes.get(`${statement.agentId}|${statement.currency}`)?.line_count ?? 0,
      linesHash: lineHashes.get(`${statement.agentId}|${statement.currency}`)?.hash ?? hashOf([]),
    })),
  };
  await checkRun(transaction, period, calculation);
  return calculation;
}

/** Drops what a calculation worked with, once its volumes and totals are written. */
export async function dropCalculation(transaction: Transaction, { tables, shadows }: Calculation): Promise<void> {
  await dropWorkingTables(transaction, tables);
  if (!shadows) return;
  const names = shadows.shadows.flatMap(({ lines, volumes, unpaid, held, undecided }) => [
    lines,
    volumes,
    unpaid,
    held,
    undecided,
  ]);
  await rawSql(transaction).unsafe(`drop table ${names.join(', ')}`);
}

/** The inputs' hash alone: what approval compares, to see whether anything changed since the calculation. */
export async function currentInputsHash(transaction: Transaction, period: Period, operator: Operator): Promise<string> {
  return hashInputs(transaction, await loadInputs(transaction, period), operator, period);
}

async function readTotals(transaction: Transaction, tables: RunTables): Promise<ComponentTotal[]> {
  const rows = await rawSql(transaction).unsafe<ComponentTotal[]>(
    `select component_id, currency, sum(line_count)::integer as line_count, sum(amount) as amount
     from ${tables.agentTotals} group by component_id, currency order by component_id, currency`,
  );
  return [...rows];
}

async function lastEventId(transaction: Transaction): Promise<number> {
  const [row] = await rawSql(transaction)<{ id: number | null }[]>`select max(id)::float8 as id from sales_event`;
  return row?.id ?? 0;
}

/** Gives the two result tables the keys and bounds of the partitioned tables they will be attached to. */
async function finishTables(transaction: Transaction, { tables, runId }: Scope): Promise<void> {
  const sql = rawSql(transaction);
  const notNull = (columns: string) =>
    columns
      .split(' ')
      .map((column) => `alter ${column} set not null`)
      .join(', ');
  await sql.unsafe(`alter table ${tables.lines} ${notNull('run_id component_id kind cause_id agent_id role base share factor amount currency')},
    add constraint of_run check (run_id = ${runId}),
    add unique nulls not distinct (agent_id, component_id, cause_id, role, kind, instalment, original_id, source_agent_id,
      source_component_id, origin_period, currency, run_id)`);
  await sql.unsafe(`create index on ${tables.lines} (cause_id)`);
  await sql.unsafe(`create index on ${tables.lines} (origin_period) where origin_period is not null`);
  await sql.unsafe(`alter table ${tables.unpaid} ${notNull('run_id event_id agent_id role reason')},
    add constraint of_run check (run_id = ${runId}), add primary key (run_id, agent_id, event_id, role)`);
}

async function countRows(transaction: Transaction, table: string): Promise<number> {
  const [row] = await rawSql(transaction).unsafe<{ count: number }[]>(
    `select count(*)::integer as count from ${table}`,
  );
  return row?.count ?? 0;
}

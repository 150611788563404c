import { sql } from 'drizzle-orm';
import { recordChanges } from '../audit/audit.ts';
import { type ChainFault, verifyAuditChain } from '../audit/verify.ts';
import { detectPending } from '../conflicts/detection/detect.ts';
import type { Database, Databases, Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { asUserError } from '../db/constraints.ts';
import { type CopyValue, copyRows } from '../db/copy.ts';
import { lockKey } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { formatMoney, minorUnitDigits } from '../money.ts';
import { type Period, periodEnd } from '../period.ts';
import { loadOperator, type Operator } from '../reference/operator.ts';
import { writeHeld } from './blocked.ts';
import { calculate, dropCalculation } from './calculate.ts';
import type { Calculation, OnStep } from './calculation.ts';
import { type HashedStatement, hashAgentLines, hashLines, hashStatements } from './hashes.ts';
import { earliestOpenPeriod, loadRunSummary, type RunSummary } from './runs.ts';
import { runTables } from './scope.ts';
import { totalColumns } from './settle.ts';
import { refreshStatistics } from './statistics.ts';

/** The channel on which a run's progress is announced, with the period as payload. */
export const progressChannel = 'tributary_run';

export type Progress = (step: string, percent: number) => void;

/**
 * Looks for conflicts that nobody looked for yet, calculates a period and publishes the result as its CALCULATED run, replacing an earlier one that nobody approved.
 * Two at once: the lock on the period lets one work and refuses the other. A process that dies leaves nothing behind but
 * a run that the next attempt marks FAILED.
 * @param now the instant to judge by whether the period is over
 * @throws UserError PERIOD_NOT_OVER, PERIOD_APPROVED, PREVIOUS_PERIOD_OPEN, RUN_IN_PROGRESS, CHECK_FAILED, NOT_SET_UP.
 */
export async function calculatePeriod(
  databases: Databases,
  actor: Actor,
  period: Period,
  now: Date,
  onProgress: Progress = () => {},
): Promise<RunSummary> {
  const { owner } = databases;
  await refreshStatistics(owner);
  await owner.transaction(async (guard) => {
    const operator = await loadOperator(guard);
    await lockPeriod(guard, period);
    await requireClosable(guard, period, operator, now);
    onProgress('looking for conflicts', 1);
    await detectPending(databases, actor, now);
    const runId = await beginRun(owner, actor, period, now);
    const onStep: OnStep = async (step, percent) => {
      onProgress(step, percent);
      await announce(owner, runId, period, step, percent);
    };
    try {
      await owner.transaction(
        async (transaction) => {
          const calculation = await calculate(transaction, runId, period, operator, onStep);
          await onStep('publishing', 97);
          await publish(transaction, actor, runId, period, now, calculation);
        },
        { isolationLevel: 'repeatable read' },
      );
    } catch (error) {
      await failRun(owner, runId, error);
      throw asUserError(error);
    }
    await onStep('calculated', 100);
  });
  return owner.transaction((transaction) => loadRunSummary(transaction, period));
}

/** Outside the calculation's transaction, so that it can be seen while that one works. */
async function announce(owner: Database, runId: number, period: Period, step: string, percent: number): Promise<void> {
  await owner.execute(sql`
    insert into run_progress (run_id, step, percent) values (${runId}, ${step}, ${percent})
    on conflict (run_id) do update set step = excluded.step, percent = excluded.percent`);
  await owner.execute(sql`select pg_notify(${progressChannel}, ${period})`);
}

/** Held until the guarding transaction ends, in whatever way it ends. */
async function lockPeriod(guard: Transaction, period: Period): Promise<void> {
  const [row] = await rawSql(guard)<{ locked: boolean }[]>`
    select pg_try_advisory_xact_lock(${lockKey(`tributary run ${period}`)}) as locked`;
  if (!row?.locked) throw new UserError('RUN_IN_PROGRESS', `Period ${period} is being calculated.`, period);
}

async function requireClosable(guard: Transaction, period: Period, operator: Operator, now: Date): Promise<void> {
  const end = periodEnd(period, operator.timeZone);
  if (now < end) {
    throw new UserError('PERIOD_NOT_OVER', `${period} ends at ${end.toISOString()} (${operator.timeZone}).`, period);
  }
  const [approved] = await rawSql(guard)<{ period: string }[]>`
    select period from commission_run where period >= ${period} and status in ('APPROVED', 'PAID') order by period limit 1`;
  if (approved) {
    throw new UserError('PERIOD_APPROVED', `Period ${approved.period} is approved, so ${period} is locked.`, period);
  }
  const open = await earliestOpenPeriod(guard);
  if (open !== undefined && open < period) {
    throw new UserError('PREVIOUS_PERIOD_OPEN', `Period ${open} has sales events and is not approved.`, open);
  }
}

/** Makes the run known before the work begins, so that its progress can be seen; a dead attempt's run is failed first. */
async function beginRun(owner: Database, actor: Actor, period: Period, now: Date): Promise<number> {
  return owner.transaction(async (transaction) => {
    const connection = rawSql(transaction);
    await connection`
      update commission_run set status = 'FAILED', error = 'The process ended before the calculation did.'
      where period = ${period} and status = 'CALCULATING'`;
    const [run] = await connection<{ id: number }[]>`
      insert into commission_run (period, status, calculated_by, started_at)
      values (${period}, 'CALCULATING', ${actor.name}, ${now.toISOString()}) returning id`;
    if (!run) throw new Error('insert returned no row');
    await recordChanges(transaction, actor, now, [
      { action: 'run.started', entity: 'run', entityKey: `${period}#${run.id}` },
    ]);
    return run.id;
  });
}

async function failRun(owner: Database, runId: number, error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  await owner.execute(sql`update commission_run set status = 'FAILED', error = ${message} where id = ${runId}`);
}

/** In one transaction with the calculation: attach the tables, write the totals, replace the run that was there. */
async function publish(
  transaction: Transaction,
  actor: Actor,
  runId: number,
  period: Period,
  now: Date,
  calculation: Calculation,
): Promise<void> {
  const connection = rawSql(transaction);
  await replaceEarlierRun(transaction, period, runId, now);
  await connection`
    update commission_run set status = 'CALCULATED', calculated_at = ${now.toISOString()},
      inputs_hash = ${calculation.inputsHash}, lines_hash = ${calculation.linesHash}, event_count = ${calculation.eventCount},
      last_event_id = ${calculation.lastEventId}, line_count = ${calculation.lineCount}, unpaid_count = ${calculation.unpaidCount}, unread_count = ${calculation.unreadCount}
    where id = ${runId}`;
  const totals = calculation.totals.map((total): CopyValue[] => [
    runId,
    total.component_id,
    total.currency,
    total.line_count,
    total.amount,
  ]);
  await copyRows(transaction, 'run_total (run_id, component_id, currency, line_count, amount)', totals);
  await writePools(transaction, runId, calculation);
  const statements = calculation.statements.map((row): CopyValue[] => {
    const amounts = [
      row.opening,
      row.returned,
      row.earned,
      row.released,
      row.withheld,
      row.clawedBack,
      row.adjustments,
      row.tax,
      row.closing,
      row.payable,
    ];
    const digits = minorUnitDigits[row.currency] ?? 2;
    const money = amounts.map((amount) => formatMoney(amount, digits));
    return [runId, row.agentId, row.currency, ...money, row.lineCount, row.linesHash];
  });
  await copyRows(
    transaction,
    `statement (run_id, agent_id, currency, opening, returned, earned, released, withheld, clawed_back, adjustments, tax, closing, payable,
      line_count, lines_hash)`,
    statements,
  );
  await writeVolumesAndTotals(transaction, runId, calculation);
  await writeHeld(transaction, runId, calculation);
  await dropCalculation(transaction, calculation);
  await recordChanges(transaction, actor, now, [
    {
      action: 'run.calculated',
      entity: 'run',
      entityKey: `${period}#${runId}`,
      after: { inputsHash: calculation.inputsHash, linesHash: calculation.linesHash, lineCount: calculation.lineCount },
    },
  ]);
  // Last, for the locks it takes: readers of other runs do not wait for it.
  await connection.unsafe(
    `alter table commission_line attach partition ${calculation.tables.lines} for values in (${runId})`,
  );
  await connection.unsafe(
    `alter table unpaid_event attach partition ${calculation.tables.unpaid} for values in (${runId})`,
  );
}

/** The month's volumes, those of closed months as recalculated, and the lines' sums by agent. */
async function writeVolumesAndTotals(transaction: Transaction, runId: number, calculation: Calculation): Promise<void> {
  const { tables, shadows } = calculation;
  const volumes = [tables.of('volume'), ...(shadows?.shadows ?? []).map((shadow) => shadow.volumes)];
  for (const table of volumes) {
    await rawSql(transaction).unsafe(
      `insert into run_volume (run_id, agent_id, component_id, period, part, volume)
       select ${runId}, agent_id, component_id, period, part, volume from ${table}`,
    );
  }
  await rawSql(transaction).unsafe(
    `insert into run_agent_total (run_id, ${totalColumns}) select ${runId}, ${totalColumns} from ${tables.agentTotals}`,
  );
}

async function writePools(transaction: Transaction, runId: number, { pools }: Calculation): Promise<void> {
  const results = pools.map(({ pool, result }): CopyValue[] => [
    runId,
    pool.poolId,
    pool.versionId,
    result.base.toFixed(),
    result.fund.toFixed(),
    result.carriedIn.toFixed(),
    result.weightTotal.toFixed(),
    result.shares.length,
    result.shared.toFixed(),
    result.remainder.toFixed(),
    result.carriedOut.toFixed(),
  ]);
  await copyRows(
    transaction,
    'run_pool (run_id, pool_id, pool_version_id, base, fund, carried_in, weight_total, member_count, shared, remainder, carried_out)',
    results,
  );
  await rawSql(transaction)`
    update run_pool shared set pool_name = pool.name from pool where shared.run_id = ${runId} and pool.id = shared.pool_id`;
  const members = pools.flatMap(({ pool, result }) =>
    result.shares.map((share): CopyValue[] => [
      runId,
      pool.poolId,
      share.agentId,
      share.weight.toFixed(),
      JSON.stringify(share.factors),
      share.amount.toFixed(),
    ]),
  );
  await copyRows(transaction, 'run_pool_member (run_id, pool_id, agent_id, weight, factors, amount)', members);
}

/** Calculating again replaces a CALCULATED result; its lines are dropped later by a job, so that no reader waits. */
async function replaceEarlierRun(transaction: Transaction, period: Period, runId: number, now: Date): Promise<void> {
  const connection = rawSql(transaction);
  const [earlier] = await connection<{ id: number }[]>`
    update commission_run set status = 'VOIDED', void_reason = ${`replaced by run ${runId}`}, voided_at = ${now.toISOString()}
    where period = ${period} and status = 'CALCULATED' returning id`;
  if (!earlier) return;
  for (const table of [
    'run_total',
    'run_agent_total',
    'run_volume',
    'run_pool',
    'run_pool_member',
    'run_held',
    'statement',
  ]) {
    await connection.unsafe(`delete from ${table} where run_id = $1`, [earlier.id]);
  }
}

type Comparison = { readonly stored: string; readonly recomputed: string };

export type Verification = {
  readonly period: string;
  readonly inputsHash: Comparison;
  /** What the run noted when it was calculated. */
  readonly linesHash: Comparison;
  /** The lines and statements that stand in the database now, against those of the recalculation. */
  readonly standingLinesHash: Comparison;
  readonly statementsHash: Comparison;
  readonly auditFaults: readonly ChainFault[];
  readonly ok: boolean;
};

/** Rolls back a calculation that was only made to be compared. */
class Discard extends Error {
  readonly calculation: Calculation;
  constructor(calculation: Calculation) {
    super('discarded');
    this.calculation = calculation;
  }
}

/**
 * Calculates a period once more, compares the hashes with those its run noted and with the lines and statements that stand
 * in the database now, and verifies the audit chain. Writes nothing.
 * @throws UserError NO_RUN where the period has no run, PERIOD_NOT_CALCULATED where it is the cut-over's.
 */
export async function verifyPeriod(
  databases: Databases,
  period: Period,
  onProgress: Progress = () => {},
): Promise<Verification> {
  const { owner } = databases;
  const run = await owner.transaction(async (transaction) => {
    const summary = await loadRunSummary(transaction, period);
    await requireCalculated(transaction, summary);
    return summary;
  });
  const recomputed = await owner
    .transaction(
      async (transaction): Promise<Calculation> => {
        const operator = await loadOperator(transaction);
        const [next] = await rawSql(transaction)<{ id: number }[]>`
          select nextval(pg_get_serial_sequence('commission_run', 'id'))::integer as id`;
        if (!next) throw new Error('no id');
        const onStep: OnStep = async (step, percent) => onProgress(step, percent);
        if (run.status !== 'CALCULATED') await seeAsThen(transaction, run.id);
        throw new Discard(await calculate(transaction, next.id, period, operator, onStep));
      },
      { isolationLevel: 'repeatable read' },
    )
    .catch((error: unknown) => {
      if (error instanceof Discard) return error.calculation;
      throw asUserError(error);
    });
  const standing = await owner.transaction((transaction) => hashStanding(transaction, run.id, recomputed));
  const auditFaults = await owner.transaction((transaction) => verifyAuditChain(transaction));
  const inputsHash = { stored: run.inputsHash, recomputed: recomputed.inputsHash };
  const linesHash = { stored: run.linesHash, recomputed: recomputed.linesHash };
  const compared = [inputsHash, linesHash, standing.standingLinesHash, standing.statementsHash];
  const same = compared.every(({ stored, recomputed }) => stored === recomputed);
  return { period, inputsHash, linesHash, ...standing, auditFaults, ok: same && auditFaults.length === 0 };
}

async function requireCalculated(transaction: Transaction, { id, period }: RunSummary): Promise<void> {
  const [run] = await rawSql(transaction)<{ is_cut_over: boolean }[]>`
    select is_cut_over from commission_run where id = ${id}`;
  if (!run?.is_cut_over) return;
  throw new UserError('PERIOD_NOT_CALCULATED', `Run ${id} of ${period} holds the opening positions.`, period);
}

/**
 * Shows the transaction the events that an approved run knew, how they were credited and the causes it settled, and no later ones: views
 * of the same names, which are found before the tables and go when the transaction ends. (Naming pg_temp in the search path makes prepared
 * statements look again.)
 */
async function seeAsThen(transaction: Transaction, runId: number): Promise<void> {
  const [run] = await rawSql(transaction)<{ last: string | null }[]>`
    select last_event_id as last from commission_run where id = ${runId}`;
  if (run?.last === null || run === undefined) return;
  await rawSql(transaction).unsafe(
    `create temp view sales_event as select * from public.sales_event where id <= ${run.last};
     create temp view retro_cause as select id, agent_id, period, reason, nullif(settled_run_id, ${runId}) as settled_run_id
       from public.retro_cause where settled_run_id = ${runId};
     create temp table crediting_then on commit drop as
       select distinct on (past.event_id) past.*, event.period from public.event_crediting_past past
       join public.sales_event event on event.id = past.event_id
       where past.until_run_id >= ${runId} order by past.event_id, past.until_run_id;
     create temp view event_crediting as
       select * from public.event_crediting now where not exists (select from crediting_then past where past.event_id = now.event_id)
       union all select event_id, period, block, case_id, shared from crediting_then where block is not null or shared;
     create temp view event_award as
       select * from public.event_award now where not exists (select from crediting_then past where past.event_id = now.event_id)
       union all select past.event_id, award.agent_id, award.role, award.share
       from crediting_then past, jsonb_to_recordset(past.awards) award (agent_id integer, role text, share numeric);
     set local search_path to pg_temp, public`,
  );
}

/** Hashes what a run published as it stands now: a line altered after the calculation leaves the noted hash as it was. */
async function hashStanding(
  transaction: Transaction,
  runId: number,
  recomputed: Calculation,
): Promise<Pick<Verification, 'standingLinesHash' | 'statementsHash'>> {
  const connection = rawSql(transaction);
  const agents = await connection<{ id: number; code: string }[]>`select id, code from agent`;
  const codes = new Map(agents.map(({ id, code }) => [id, code]));
  const statements = await connection<HashedStatement[]>`
    select agent.code as agent, currency, opening, returned, earned, released, withheld, clawed_back as "clawedBack", adjustments, tax,
           closing, payable
    from statement join agent on agent.id = statement.agent_id where run_id = ${runId}`;
  return {
    standingLinesHash: {
      stored: hashAgentLines(await hashLines(transaction, runTables(String(runId))), codes),
      recomputed: recomputed.linesHash,
    },
    statementsHash: {
      stored: hashStatements(statements),
      recomputed: hashStatements(recomputed.statements.map((row) => ({ ...row, agent: codes.get(row.agentId) }))),
    },
  };
}

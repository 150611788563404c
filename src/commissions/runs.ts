import { carriedBy } from '../balances/openings.ts';
import { requireUnlocked } from '../closing/lock.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { booksLock, programmeLock } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { type Period, periodEnd } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { currentInputsHash } from './calculate.ts';
import { approveOpening } from './cutOver.ts';
import { payCarriedRuns } from './paidRuns.ts';
import { lockRun, recordStep, requireStatus } from './runSteps.ts';

// The life of a run after its calculation (DOMAIN.md §10): CALCULATED → APPROVED → PAID, or VOIDED.

/**
 * The earliest period that has sales events and comes after every approved one: the next to be closed (DOMAIN.md §9.11).
 * One probe of the index on the events' period, however many events there are. As owner, or as a role that sees all agents.
 */
export async function earliestOpenPeriod(transaction: Transaction): Promise<Period | undefined> {
  const [row] = await rawSql(transaction)<{ period: Period }[]>`
    select period from sales_event
    where period > coalesce((select max(period) from commission_run where status in ('APPROVED', 'PAID')), '')
    order by period limit 1`;
  return row?.period;
}

/**
 * Approves a CALCULATED run and with it locks its period and every earlier one; what moved balances since the run before is carried by it
 * from then on (a trigger sees to that, and frees it when the run is voided). That of a cut-over as approveOpening does.
 * @throws UserError SAME_PERSON, RUN_STATE, RUN_STALE where inputs changed since the calculation, PREVIOUS_PERIOD_OPEN where
 * an earlier period got its first events since: nobody would settle them once it is locked. NOT_FOUND.
 */
export async function approveRun(transaction: Transaction, actor: Actor, now: Date, runId: number): Promise<void> {
  await rawSql(transaction)`select pg_advisory_xact_lock(${booksLock}), pg_advisory_xact_lock(${programmeLock})`;
  const run = await lockRun(transaction, runId);
  if (run.is_cut_over) return approveOpening(transaction, actor, now, runId);
  requireStatus(run, ['CALCULATED'], 'approved');
  await requireUnlocked(transaction, run.period);
  if (run.calculated_by === actor.name) {
    throw new UserError('SAME_PERSON', `${actor.name} calculated run ${run.id}.`, run.period);
  }
  const open = await earliestOpenPeriod(transaction);
  if (open !== undefined && open < run.period) {
    throw new UserError('PREVIOUS_PERIOD_OPEN', `Period ${open} has sales events and is not approved.`, open);
  }
  const current = await currentInputsHash(transaction, run.period, await loadOperator(transaction));
  if (current !== run.inputs_hash) {
    throw new UserError(
      'RUN_STALE',
      `The inputs of ${run.period} changed since run ${run.id} was calculated.`,
      run.period,
    );
  }
  await rawSql(transaction)`
    update commission_run set status = 'APPROVED', approved_by = ${actor.name}, approved_at = ${now.toISOString()} where id = ${run.id}`;
  await rawSql(transaction)`
    update retro_cause set settled_run_id = ${run.id} where settled_run_id is null and period < ${run.period}`;
  const { entryCount } = await carriedBy(transaction, run.id);
  await payCarriedRuns(transaction, actor, now, run.id);
  await recordStep(transaction, actor, now, run, 'approved', { carried: entryCount > 0 ? { entryCount } : {} });
}

/**
 * Voids a run that was calculated or approved but not paid. An approved one only while no later period is approved: what
 * came after it was built on it.
 * @throws UserError RUN_STATE, NOT_FOUND, PERIOD_LOCKED, STATEMENT_ISSUED, INPUT_INVALID without a reason.
 */
export async function voidRun(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  runId: number,
  reason: string,
): Promise<void> {
  if (reason.trim() === '') throw new UserError('INPUT_INVALID', 'Say why the run is voided.', 'reason');
  await rawSql(transaction)`select pg_advisory_xact_lock(${booksLock})`;
  const run = await lockRun(transaction, runId);
  requireStatus(run, ['CALCULATED', 'APPROVED'], 'voided');
  await requireUnlocked(transaction, run.period);
  const [later] = await rawSql(transaction)<{ period: string }[]>`
    select period from commission_run where period > ${run.period} and status in ('CALCULATED', 'APPROVED', 'PAID') limit 1`;
  if (later) {
    throw new UserError('RUN_STATE', `Period ${later.period} was calculated on top of ${run.period}.`, run.period);
  }
  await rawSql(transaction)`
    update commission_run set status = 'VOIDED', voided_by = ${actor.name}, voided_at = ${now.toISOString()}, void_reason = ${reason}
    where id = ${run.id}`;
  await reopenRetroCauses(transaction, run.id);
  await recordStep(transaction, actor, now, run, 'voided', { reason });
}

/** What a voided run had settled is unsettled again, unless the same was recorded anew since. */
async function reopenRetroCauses(transaction: Transaction, runId: number): Promise<void> {
  await rawSql(transaction)`
    update retro_cause cause set settled_run_id = null where settled_run_id = ${runId} and not exists (
      select from retro_cause open where open.settled_run_id is null and open.agent_id = cause.agent_id
        and open.period = cause.period and open.reason = cause.reason)`;
}

/**
 * Asks for a period to be calculated by the queue. One request per period at a time, over any number of replicas.
 * @param options.again whether to ask anew for a period whose job failed for good (people do, the clock does not)
 * @returns false where it is requested already.
 * @throws UserError PERIOD_NOT_OVER.
 */
export async function requestClose(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  period: Period,
  options: { again: boolean } = { again: true },
): Promise<boolean> {
  const operator = await loadOperator(transaction);
  if (now < periodEnd(period, operator.timeZone)) {
    throw new UserError('PERIOD_NOT_OVER', `${period} is not over in ${operator.timeZone}.`, period);
  }
  const [row] = await rawSql(transaction)<{ requested: boolean }[]>`
    select request_close(${period}, ${actor.name}, ${now.toISOString()}::timestamptz, ${options.again}) as requested`;
  return row?.requested ?? false;
}

export type RunSummary = {
  readonly id: number;
  readonly period: string;
  readonly status: string;
  readonly calculatedBy: string;
  readonly approvedBy: string | null;
  readonly eventCount: number;
  readonly lineCount: number;
  readonly unpaidCount: number;
  readonly unreadCount: number;
  readonly lateCount: number;
  readonly statementCount: number;
  readonly inputsHash: string;
  readonly linesHash: string;
  readonly totals: readonly {
    component: string;
    plan: string | null;
    currency: string;
    lineCount: number;
    amount: string;
  }[];
  readonly pools: readonly {
    code: string;
    base: string;
    fund: string;
    carriedIn: string;
    weightTotal: string;
    shared: string;
    remainder: string;
    carriedOut: string;
  }[];
};

/** The run that stands for a period (calculated, approved or paid), with its totals. @throws UserError NO_RUN. */
export async function loadRunSummary(transaction: Transaction, period: Period): Promise<RunSummary> {
  const sql = rawSql(transaction);
  const [run] = await sql<Omit<RunSummary, 'totals' | 'pools'>[]>`
    select run.id, run.period, run.status, run.calculated_by as "calculatedBy", run.approved_by as "approvedBy",
           run.event_count as "eventCount", run.line_count as "lineCount", run.unpaid_count as "unpaidCount",
           run.unread_count as "unreadCount", run.inputs_hash as "inputsHash", run.lines_hash as "linesHash",
           (select count(*)::integer from sales_event where period = run.period and late) as "lateCount",
           (select count(*)::integer from statement where run_id = run.id) as "statementCount"
    from commission_run run where run.period = ${period} and run.status in ('CALCULATED', 'APPROVED', 'PAID')`;
  if (!run) throw new UserError('NO_RUN', `Period ${period} has no calculated run.`, period);
  const totals = await sql<RunSummary['totals'][number][]>`
    select component.code as component, plan.code as plan, total.currency, total.line_count as "lineCount", total.amount
    from run_total total join component on component.id = total.component_id left join plan on plan.id = component.plan_id
    where total.run_id = ${run.id} order by plan.code nulls last, component.code, total.currency`;
  const pools = await sql<RunSummary['pools'][number][]>`
    select pool.code, result.base, result.fund, result.carried_in as "carriedIn", result.weight_total as "weightTotal",
           result.shared, result.remainder, result.carried_out as "carriedOut"
    from run_pool result join pool on pool.id = result.pool_id where result.run_id = ${run.id} order by pool.code`;
  return { ...run, totals: [...totals], pools: [...pools] };
}

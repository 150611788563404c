import { schedule, validate } from 'node-cron';
import { enqueueDueCloses } from '../src/commissions/due.ts';
import type { DocumentStore } from '../src/documents/store.ts';
import { UserError } from '../src/errors.ts';
import { closePeriodTask, failAbandonedRequests } from './closePeriod.ts';
import { confirmStatementsTask, scheduleConfirmStatements } from './confirmStatements.ts';
import type { JobContext } from './context.ts';
import { detectConflictsTask, scheduleDetectConflicts } from './detectConflicts.ts';
import { dropReplacedRunsTask, scheduleDropReplacedRuns } from './dropReplacedRuns.ts';
import { escalateDisputesTask, scheduleEscalateDisputes } from './escalateDisputes.ts';
import { evaluateTiersTask, scheduleEvaluateTiers } from './evaluateTiers.ts';
import { expireRegistrationsTask, scheduleExpireRegistrations } from './expireRegistrations.ts';
import { failAbandonedExports, makeExportsTask } from './makeExports.ts';
import { unlockJobsOfDeadWorkers } from './presence.ts';
import { type QueueWorker, startQueueWorker } from './queue.ts';
import { remindTask, scheduleReminders } from './remind.ts';
import { scheduleSettleConflicts, settleConflictsTask } from './settleConflicts.ts';
import { scheduleWithdrawDrafts, withdrawDraftsTask } from './withdrawDrafts.ts';

export type JobOptions = JobContext & {
  /** How long after a period's end its close is due. */
  readonly closeDelayHours: number;
  /** How often to ask the database what is due (cron, in UTC). */
  readonly clockPattern: string;
  /** How many jobs to do at a time. */
  readonly concurrency?: number;
  /** Where files are kept; without it none are made here. */
  readonly documents?: DocumentStore;
};

export type Jobs = {
  /** Asks the database what is to be done, as the clock does; a call during another waits for that one. */
  tick(): Promise<void>;
  /**
   * Stops the clock, takes no more jobs and waits for the running ones, at most `graceMilliseconds`; what is not done then
   * goes back to the queue. The databases stay open. May be called again.
   */
  stop(graceMilliseconds?: number): Promise<void>;
};

/**
 * Starts the clock and the queue's worker. The clock only wakes: what is due stands in the database, so any number of
 * processes may run this, and none needs to have run at any certain time. The first tick is over when this returns.
 * @throws UserError CONFIGURATION_INVALID for a pattern that is no cron pattern.
 */
export async function startJobs(options: JobOptions): Promise<Jobs> {
  const { databases, clock, clockPattern, closeDelayHours, concurrency = 1, documents } = options;
  if (!validate(clockPattern)) {
    throw new UserError('CONFIGURATION_INVALID', `'${clockPattern}' is not a cron pattern.`, 'CLOCK');
  }
  const logger = options.logger.child({ part: 'jobs' });
  const context = { databases, clock, logger };
  const taskList = {
    close_period: closePeriodTask(context),
    drop_replaced_runs: dropReplacedRunsTask(context),
    remind: remindTask(context),
    evaluate_tiers: evaluateTiersTask(context),
    expire_registrations: expireRegistrationsTask(context),
    settle_conflicts: settleConflictsTask(context),
    detect_conflicts: detectConflictsTask(context),
    confirm_statements: confirmStatementsTask(context),
    ...(documents ? { make_exports: makeExportsTask(context, documents) } : {}),
    escalate_disputes: escalateDisputesTask(context),
    withdraw_drafts: withdrawDraftsTask(context),
  };
  let worker: QueueWorker | undefined;
  let ticking: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;

  async function work(): Promise<void> {
    if (!worker || worker.hasEnded()) {
      worker = await startQueueWorker(databases.ownerUrl, taskList, concurrency, logger);
    }
    await worker.show();
    const workers = await unlockJobsOfDeadWorkers(databases);
    if (workers.length > 0) logger.warn({ workers }, 'Jobs of workers that died are back in the queue');
    const abandoned = await failAbandonedRequests(databases);
    if (abandoned.length > 0) logger.error({ periods: abandoned }, 'Calculations died at every attempt');
    if (documents) await failAbandonedExports(context, documents);
    const periods = await enqueueDueCloses(databases, clock(), closeDelayHours);
    if (periods.length > 0) logger.info({ periods }, 'Closes are due');
    await scheduleDropReplacedRuns(databases, clock());
    await scheduleReminders(databases);
    await scheduleEvaluateTiers(databases);
    await scheduleExpireRegistrations(databases);
    await scheduleSettleConflicts(databases);
    await scheduleDetectConflicts(databases);
    await scheduleConfirmStatements(databases);
    await scheduleEscalateDisputes(databases);
    await scheduleWithdrawDrafts(databases);
  }

  function tick(): Promise<void> {
    if (stopped) return Promise.resolve();
    ticking ??= work().finally(() => {
      ticking = undefined;
    });
    return ticking;
  }

  const ring = () => tick().catch((error: unknown) => logger.error({ err: error }, 'The clock could not do its work'));

  async function stop(graceMilliseconds: number): Promise<void> {
    await doorbell.destroy();
    await ticking?.catch(() => {});
    await worker?.stop(graceMilliseconds);
  }

  const doorbell = schedule(clockPattern, ring, {
    timezone: 'UTC',
    noOverlap: true,
    suppressMissedWarning: true,
    logger,
  });
  await ring();
  return {
    tick,
    stop: (graceMilliseconds = 20_000) => {
      stopped ??= stop(graceMilliseconds);
      return stopped;
    },
  };
}

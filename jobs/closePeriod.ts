import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Task } from 'graphile-worker';
import { calculatePeriod } from '../src/commissions/close.ts';
import { clockActor, isCalculated } from '../src/commissions/due.ts';
import { closeRequest, commissionRun } from '../src/commissions/tables.ts';
import type { Databases } from '../src/db/client.ts';
import { localActor } from '../src/db/transaction.ts';
import { type ErrorCode, UserError } from '../src/errors.ts';
import { type Period, parsePeriod } from '../src/period.ts';
import type { JobContext } from './context.ts';

// One row of close_request is one wish for a period's result. The job removes it when there is one, and leaves it with the
// reason where there can be none: then only a person asks again.

type Request = { readonly period: Period; readonly requestedBy: string; readonly requestedAt: string };

/** What another attempt can mend, though it is a user's error elsewhere. */
const passing: readonly ErrorCode[] = ['CONFLICTING_CHANGE', 'RUN_IN_PROGRESS'];

/**
 * Calculates the period that was asked for, in the name of who asked, so that the four-eyes rule holds for them. Doing it
 * twice does no harm: the run's lock refuses the second, and what has its result is not calculated again.
 */
export function closePeriodTask({ databases, clock, logger }: JobContext): Task {
  return async (payload, { job }) => {
    const period = parsePeriod(String((payload as { period?: unknown } | null)?.period));
    if (!period) throw new Error(`Job ${job.id} names no period.`);
    const request = await findRequest(databases, period);
    if (!request) return;
    if (await hasResult(databases, request)) return forget(databases, request);
    const log = logger.child({ period, requestedBy: request.requestedBy });
    try {
      log.info('Calculating the period');
      const run = await calculatePeriod(databases, localActor(request.requestedBy), period, clock());
      log.info({ runId: run.id, lineCount: run.lineCount }, 'The period is calculated and waits for approval');
    } catch (error) {
      const isLast = job.attempts >= job.max_attempts;
      if (error instanceof UserError && !passing.includes(error.code)) {
        log.warn({ code: error.code, message: error.message }, 'The period cannot be calculated');
        return setFailure(databases, request, `${error.code}: ${error.message}`);
      }
      // Whoever calculates it now has taken over the wish with its result.
      if (isLast && error instanceof UserError && error.code === 'RUN_IN_PROGRESS') return forget(databases, request);
      if (isLast) {
        const failure = `INTERNAL_ERROR: The calculation failed ${job.attempts} times; the server's log says why.`;
        await setFailure(databases, request, failure);
      }
      throw new Error(`Calculating ${period} failed.`, { cause: error });
    }
    return forget(databases, request);
  };
}

async function findRequest({ owner }: Databases, period: Period): Promise<Request | undefined> {
  const { requestedBy, requestedAt } = closeRequest;
  const [found] = await owner
    .select({ requestedBy, requestedAt })
    .from(closeRequest)
    .where(and(eq(closeRequest.period, period), isNull(closeRequest.failure)));
  return found && { period, ...found };
}

/** The clock wants some result, a person one of what was known when it asked. */
async function hasResult({ owner }: Databases, { period, requestedBy, requestedAt }: Request): Promise<boolean> {
  if (requestedBy === clockActor.name) return isCalculated(owner, period);
  const found = await owner
    .select({ id: commissionRun.id })
    .from(commissionRun)
    .where(
      and(
        eq(commissionRun.period, period),
        eq(commissionRun.status, 'CALCULATED'),
        sql`${commissionRun.startedAt} > ${requestedAt}::timestamptz`,
      ),
    );
  return found.length > 0;
}

const isThisRequest = ({ period, requestedAt }: Request) =>
  and(eq(closeRequest.period, period), eq(closeRequest.requestedAt, requestedAt));

async function forget({ owner }: Databases, request: Request): Promise<void> {
  await owner.delete(closeRequest).where(isThisRequest(request));
}

async function setFailure({ owner }: Databases, request: Request, failure: string): Promise<void> {
  await owner.update(closeRequest).set({ failure }).where(isThisRequest(request));
}

/**
 * Marks as failed what was asked for and has no job left: its processes died at every attempt, before they could say so.
 * @returns the periods concerned.
 */
export async function failAbandonedRequests({ owner }: Databases): Promise<Period[]> {
  const rows = await owner.execute<{ period: Period }>(sql`
    update close_request request
    set failure = 'INTERNAL_ERROR: The process that calculated it ended unexpectedly at every attempt.'
    where request.failure is null and not exists (
      select from graphile_worker.jobs job
      where job.key = 'close:' || request.period and (job.locked_at is not null or job.attempts < job.max_attempts))
    returning request.period`);
  return rows.map(({ period }) => period);
}

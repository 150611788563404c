import { and, eq, gte, inArray, isNotNull, sql } from 'drizzle-orm';
import type { Databases, Transaction } from '../db/client.ts';
import { localActor } from '../db/transaction.ts';
import type { ErrorCode } from '../errors.ts';
import { type Period, periodEnd } from '../period.ts';
import { findOperator } from '../reference/operator.ts';
import { earliestOpenPeriod, requestClose } from './runs.ts';
import { closeRequest, commissionRun } from './tables.ts';

/** Who asks for the closes that are due. */
export const clockActor = localActor('clock');

/** The instant at which the close of a period is due: `delayHours` after its end in the operator's zone. */
function dueAt(period: Period, timeZone: string, delayHours: number): Date {
  return new Date(periodEnd(period, timeZone).getTime() + delayHours * 3_600_000);
}

/**
 * Asks the queue for the close that is due at `now`, as owner: that of the earliest open period, unless its result is
 * calculated already and waits for approval. Later periods become due once that is approved, so downtime is caught up in
 * order. Any number of processes may do this at once: one of them asks. A close that failed is not asked for again, unless
 * its failure was about the order of periods or the period was calculated in some other way since.
 * @param delayHours how long after a period's end its close is due
 * @returns the periods newly asked for: one or none.
 */
export function enqueueDueCloses(databases: Databases, now: Date, delayHours: number): Promise<Period[]> {
  return databases.owner.transaction(async (transaction) => {
    const operator = await findOperator(transaction);
    const period = operator && (await earliestOpenPeriod(transaction));
    if (!operator || !period || now < dueAt(period, operator.timeZone, delayHours)) return [];
    if (await isCalculated(transaction, period)) return [];
    await forgetOutdatedFailure(transaction, period);
    const isNew = await requestClose(transaction, clockActor, now, period, { again: false });
    return isNew ? [period] : [];
  });
}

/** @returns whether a period has a result: calculated, approved or paid. */
export async function isCalculated(transaction: Pick<Transaction, 'select'>, period: Period): Promise<boolean> {
  const found = await transaction
    .select({ id: commissionRun.id })
    .from(commissionRun)
    .where(and(eq(commissionRun.period, period), inArray(commissionRun.status, ['CALCULATED', 'APPROVED', 'PAID'])));
  return found.length > 0;
}

/** What stops being true by itself, and is not true of a period that is due. */
const failuresOfOrder: readonly ErrorCode[] = [
  'NOT_SET_UP',
  'PERIOD_NOT_OVER',
  'PERIOD_APPROVED',
  'PREVIOUS_PERIOD_OPEN',
];

async function forgetOutdatedFailure(transaction: Transaction, period: Period): Promise<void> {
  const code = sql<ErrorCode>`split_part(${closeRequest.failure}, ':', 1)`;
  const calculatedSince = transaction
    .select({ id: commissionRun.id })
    .from(commissionRun)
    .where(and(eq(commissionRun.period, period), gte(commissionRun.calculatedAt, closeRequest.requestedAt)));
  await transaction
    .delete(closeRequest)
    .where(
      and(
        eq(closeRequest.period, period),
        isNotNull(closeRequest.failure),
        sql`(${inArray(code, failuresOfOrder)} or exists ${calculatedSince})`,
      ),
    );
}

import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import type { Period } from '../period.ts';

// What the steps of a run's life have in common.

export type RunRow = {
  id: number;
  period: Period;
  status: string;
  calculated_by: string;
  inputs_hash: string;
  is_cut_over: boolean;
};

/** The run, which nobody else changes until the transaction ends. @throws UserError NOT_FOUND. */
export async function lockRun(transaction: Transaction, runId: number): Promise<RunRow> {
  const [run] = await rawSql(transaction)<RunRow[]>`
    select id, period, status, calculated_by, inputs_hash, is_cut_over from commission_run where id = ${runId} for update`;
  if (!run) throw new UserError('NOT_FOUND', `There is no run ${runId}.`);
  return run;
}

/** @throws UserError RUN_STATE. */
export function requireStatus(run: RunRow, allowed: readonly string[], wanted: string): void {
  if (allowed.includes(run.status)) return;
  throw new UserError(
    'RUN_STATE',
    `Run ${run.id} of ${run.period} is ${run.status} and cannot be ${wanted}.`,
    run.period,
  );
}

/** The audit record of a step of a run. `status`: where it stands after it, if the step is not called so. */
export async function recordStep(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  run: RunRow,
  step: string,
  {
    reason,
    carried,
    status = step.toUpperCase(),
  }: { readonly reason?: string; readonly carried?: { readonly entryCount?: number }; readonly status?: string } = {},
): Promise<void> {
  await recordChanges(transaction, actor, now, [
    {
      action: `run.${step}`,
      entity: 'run',
      entityKey: `${run.period}#${run.id}`,
      before: { status: run.status },
      after: { status, ...carried },
      ...(reason === undefined ? {} : { reason }),
    },
  ]);
}

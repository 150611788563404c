import { type ChecklistItem, loadChecklist } from '../closing/checklist.ts';
import { tickStep } from '../closing/ticks.ts';
import type { Databases, Transaction } from '../db/client.ts';
import { localActor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { localDate, localMinute, type Period, parsePeriod } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { issueStatements, runToIssue } from '../statements/issue.ts';
import { type Output, table } from './output.ts';

/** `tributary checklist`: the steps of a period's close; with `tick` one is ticked off before. */
export async function checklist(
  databases: Databases,
  output: Output,
  text: string,
  { as, tick, note }: { readonly as: string; readonly tick?: string; readonly note?: string },
): Promise<void> {
  const period = requirePeriod(text);
  const [actor, now] = [localActor(as), new Date()];
  const items = await databases.owner.transaction(async (transaction) => {
    if (tick !== undefined) await tickStep(transaction, actor, now, { period, step: tick, note: note ?? '' });
    return readChecklist(transaction, period, now);
  });
  const { timeZone } = await loadOperator(databases.owner);
  output.answer({ period, checklist: items }, () => describeChecklist(items, timeZone));
}

/** `tributary issue`: hands out the statements of a period's approved run. */
export async function issue(
  databases: Databases,
  output: Output,
  text: string,
  { as }: { readonly as: string },
): Promise<void> {
  const period = requirePeriod(text);
  const answer = await databases.owner.transaction(async (transaction) => {
    const runId = await runToIssue(transaction, period);
    return issueStatements(transaction, localActor(as), new Date(), runId);
  });
  output.answer({ period, ...answer }, ({ issued }) =>
    issued === 0
      ? `All statements of ${period} were issued before.`
      : `${issued} statements of ${period} issued; agents are told.`,
  );
}

/** The checklist of a period as of an instant. */
export async function readChecklist(
  transaction: Transaction,
  period: Period,
  now: Date,
): Promise<readonly ChecklistItem[]> {
  const { timeZone } = await loadOperator(transaction);
  return loadChecklist(transaction, period, localDate(now, timeZone));
}

/** A checklist for people: a line a step, times in the operator's zone. */
export function describeChecklist(items: readonly ChecklistItem[], timeZone: string): string {
  return table(
    items.map(({ code, name, required, state, who, when, detail }) => ({
      step: required ? code : `(${code})`,
      state,
      what: name,
      who: who ?? '',
      when: when === null ? '' : localMinute(when, timeZone),
      detail: detail ?? '',
    })),
  );
}

function requirePeriod(text: string): Period {
  const period = parsePeriod(text);
  if (!period) throw new UserError('PERIOD_INVALID', `"${text}" is not a period.`, 'period');
  return period;
}

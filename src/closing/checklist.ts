import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Period } from '../period.ts';
import { booksPolicy } from '../settlement/policies.ts';
import type { AutomaticStep, ChecklistStep } from '../settlement/policy.ts';
import { automaticStandings, type ChecklistState, instantText, type Run, type Standing } from './automaticSteps.ts';

/** A step of a period's close as it stands. */
export type ChecklistItem = {
  readonly code: string;
  readonly name: string;
  readonly required: boolean;
  /** What in the database tells it; null: somebody ticks it off. */
  readonly toldBy: AutomaticStep | null;
  readonly state: ChecklistState;
  readonly who: string | null;
  /** An instant, ISO 8601. */
  readonly when: string | null;
  /** What is missing, or what was noted. */
  readonly detail: string | null;
};

/**
 * The steps of a period's close (DOMAIN.md §10), in the order of the policy by which its books go: each with what the database tells of it, or
 * who ticked it off.
 * @param today the operator's local date: what is paid only after a delay is not waited for before its day
 */
export async function loadChecklist(
  transaction: Transaction,
  period: Period,
  today: string,
): Promise<readonly ChecklistItem[]> {
  const { definition } = await booksPolicy(transaction, period, today);
  const ticks = await loadTicks(transaction, period);
  const books = { transaction, period, today, run: await loadRun(transaction, period) };
  const items: ChecklistItem[] = [];
  for (const step of definition.checklist) {
    const standing = step.automatic
      ? await automaticStandings[step.automatic](books)
      : (ticks.get(step.code) ?? notTicked);
    items.push(itemOf(step, standing));
  }
  return items;
}

/** Whether nothing that is required is missing. */
export function isComplete(items: readonly ChecklistItem[]): boolean {
  return missingSteps(items).length === 0;
}

/** What is required and neither done nor unneeded. */
export function missingSteps(items: readonly ChecklistItem[]): readonly ChecklistItem[] {
  return items.filter(({ required, state }) => required && (state === 'OPEN' || state === 'FAILED'));
}

function itemOf({ code, name, required, automatic }: ChecklistStep, standing: Standing): ChecklistItem {
  const { state, who = null, when = null, detail = null } = standing;
  return { code, name, required, toldBy: automatic ?? null, state, who, when, detail };
}

const notTicked: Standing = { state: 'OPEN' };

async function loadTicks(transaction: Transaction, period: Period): Promise<ReadonlyMap<string, Standing>> {
  const rows = await rawSql(transaction)<{ step: string; note: string; ticked_by: string; at: string }[]>`
    select step, note, ticked_by, ${rawSql(transaction).unsafe(instantText('ticked_at'))} as at from close_tick where period = ${period}`;
  return new Map(
    rows.map(({ step, note, ticked_by, at }) => [step, { state: 'DONE', who: ticked_by, when: at, detail: note }]),
  );
}

async function loadRun(transaction: Transaction, period: Period): Promise<Run | undefined> {
  const sql = rawSql(transaction);
  const [run] = await sql<Run[]>`
    select id, status, calculated_by, ${sql.unsafe(instantText('calculated_at'))} as calculated_at, approved_by,
      ${sql.unsafe(instantText('approved_at'))} as approved_at, error
    from commission_run where period = ${period} and status in ('CALCULATED', 'APPROVED', 'PAID', 'FAILED')
    order by status = 'FAILED', id desc limit 1`;
  return run;
}

import type { Databases, Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { asUserError } from '../db/constraints.ts';
import { UserError } from '../errors.ts';
import { Decimal, formatMoney, minorUnitDigits } from '../money.ts';
import type { Period } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import type { OnStep } from './calculation.ts';
import { groupBy } from './engine/group.ts';
import { loadApprovedRuns } from './ledger.ts';
import { recalculateClosedPeriods } from './retro.ts';
import { earliestOpenPeriod } from './runs.ts';
import { runTables } from './scope.ts';

/** What a RETRO line would say if the open period were calculated now. */
export type RetroDifference = {
  readonly originPeriod: string;
  readonly agent: string;
  readonly plan: string | null;
  readonly component: string;
  /** `source/external id` of the event it is about; null where it is the agent's period as a whole. */
  readonly event: string | null;
  readonly currency: string;
  readonly amount: string;
};

type RetroTotal = { readonly originPeriod: string; readonly currency: string; readonly amount: string };

/** Differences of one agent, component and origin period together. */
export type RetroAgentTotal = RetroTotal & {
  readonly agent: string;
  readonly plan: string | null;
  readonly component: string;
};

export type RetroPreview = {
  /** The open period in which the differences would be booked. */
  readonly period: Period;
  /** In order of origin period, agent, plan, component and event. */
  readonly differences: readonly RetroDifference[];
  readonly agents: readonly RetroAgentTotal[];
  readonly totals: readonly RetroTotal[];
  readonly causes: readonly {
    readonly agent: string;
    readonly period: string;
    readonly reason: string;
  }[];
};

class Discard extends Error {
  readonly preview: RetroPreview;
  constructor(preview: RetroPreview) {
    super('discarded');
    this.preview = preview;
  }
}

/**
 * The differences that later facts make to closed periods, before they are booked (docs/commission.md §11). Writes nothing.
 * @param wanted the open period; without it the earliest open one
 * @throws UserError NO_RUN where no period is closed yet, PERIOD_APPROVED where the wanted one is, PREVIOUS_PERIOD_OPEN where an
 * earlier one is not.
 */
export async function previewRetro(
  databases: Databases,
  wanted?: Period,
  onProgress: (step: string, percent: number) => void = () => {},
): Promise<RetroPreview> {
  return databases.owner
    .transaction(
      async (transaction): Promise<RetroPreview> => {
        throw new Discard(await previewIn(transaction, wanted, onProgress));
      },
      { isolationLevel: 'repeatable read' },
    )
    .catch((error: unknown) => {
      if (error instanceof Discard) return error.preview;
      throw asUserError(error);
    });
}

async function previewIn(
  transaction: Transaction,
  wanted: Period | undefined,
  onProgress: (step: string, percent: number) => void,
): Promise<RetroPreview> {
  const sql = rawSql(transaction);
  await sql.unsafe(`set local work_mem = '256MB'`);
  const period = await openPeriod(transaction, wanted);
  const [next] = await sql<{ id: number }[]>`
    select nextval(pg_get_serial_sequence('commission_run', 'id'))::integer as id`;
  if (!next) throw new Error('no id');
  const causes = await sql<RetroPreview['causes'][number][]>`
    select agent.code as agent, cause.period, cause.reason from retro_cause cause join agent on agent.id = cause.agent_id
    where cause.settled_run_id is null and cause.period < ${period} order by agent.code collate "C", cause.period, cause.reason`;
  const tables = runTables(String(next.id));
  // Recalculating closed periods ends at 19 of a run's hundred steps
  const onStep: OnStep = async (step, percent) => onProgress(step, Math.min(100, percent * 5));
  const retro = await recalculateClosedPeriods(transaction, {
    runId: next.id,
    period,
    operator: await loadOperator(transaction),
    runs: await loadApprovedRuns(transaction, period),
    usedBudgets: new Map(),
    onStep,
  });
  if (!retro) return { period, differences: [], agents: [], totals: [], causes };
  await sql.unsafe(
    `create table ${tables.lines} (like commission_line); create table ${tables.unpaid} (like unpaid_event)`,
  );
  await retro.book(transaction, tables);
  const differences = await sql.unsafe<RetroDifference[]>(
    `select line.origin_period as "originPeriod", agent.code as agent, plan.code as plan, component.code as component,
            event.source || '/' || event.external_id as event, line.currency, sum(line.amount) as amount
     from ${tables.lines} line join agent on agent.id = line.agent_id join component on component.id = line.component_id
     left join plan on plan.id = component.plan_id
     left join sales_event event on event.id = coalesce(line.original_id, nullif(line.cause_id, 0))
     group by 1, 2, 3, 4, 5, 6 having sum(line.amount) <> 0
     order by 1, agent.code collate "C", 3, 4, (event.source || '/' || event.external_id) collate "C" nulls last`,
  );
  const told = differences.map((row) => ({ ...row, amount: inMinorUnits(row.amount, row.currency) }));
  return {
    period,
    differences: told,
    agents: sums(told, ({ originPeriod, agent, plan, component, currency }) => ({
      originPeriod,
      agent,
      plan,
      component,
      currency,
    })),
    totals: sums(told, ({ originPeriod, currency }) => ({ originPeriod, currency })),
    causes,
  };
}

const inMinorUnits = (amount: Decimal | string, currency: string) =>
  formatMoney(amount, minorUnitDigits[currency] ?? 2);

function sums<Part extends { readonly currency: string }>(
  rows: readonly RetroDifference[],
  part: (row: RetroDifference) => Part,
): (Part & { readonly amount: string })[] {
  return [...groupBy(rows, (row) => JSON.stringify(part(row))).values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const amount = group.reduce((sum, row) => sum.plus(row.amount), new Decimal(0));
    return [{ ...part(first), amount: inMinorUnits(amount, first.currency) }];
  });
}

/** The wanted period, or the next to be closed. */
async function openPeriod(transaction: Transaction, wanted: Period | undefined): Promise<Period> {
  const open = await earliestOpenPeriod(transaction);
  const next = await periodAfterTheLast(transaction);
  if (wanted === undefined) return open ?? next;
  if (wanted < next) throw new UserError('PERIOD_APPROVED', `Period ${wanted} is approved: ${next} is open.`, wanted);
  if (open !== undefined && open < wanted) {
    throw new UserError('PREVIOUS_PERIOD_OPEN', `Period ${open} has sales events and is not approved.`, open);
  }
  return wanted;
}

async function periodAfterTheLast(transaction: Transaction): Promise<Period> {
  const [row] = await rawSql(transaction)<{ period: Period | null }[]>`
    select to_char(to_date(max(period), 'YYYY-MM') + interval '1 month', 'YYYY-MM') as period
    from commission_run where status in ('APPROVED', 'PAID')`;
  if (!row?.period) throw new UserError('NO_RUN', 'No period is closed yet, so nothing can be corrected.');
  return row.period;
}

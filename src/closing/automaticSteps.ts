import { loadRunChecks } from '../commissions/runChecks.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { acceptedInvoice } from '../invoices/coverage.ts';
import { Decimal } from '../money.ts';
import { endDate, lastDate, type Period } from '../period.ts';
import type { AutomaticStep } from '../settlement/policy.ts';

export const checklistStates = ['DONE', 'OPEN', 'NOT_NEEDED', 'FAILED'] as const;
export type ChecklistState = (typeof checklistStates)[number];

/** How a step stands. */
export type Standing = {
  readonly state: ChecklistState;
  readonly who?: string | null;
  /** An instant, ISO 8601. */
  readonly when?: string | null;
  /** What is missing, or what was noted. */
  readonly detail?: string | null;
};

export type Run = {
  readonly id: number;
  readonly status: string;
  readonly calculated_by: string;
  readonly calculated_at: string | null;
  readonly approved_by: string | null;
  readonly approved_at: string | null;
  readonly error: string | null;
};

type Books = {
  readonly transaction: Transaction;
  readonly period: Period;
  /** The operator's local date. */
  readonly today: string;
  /** The one that stands, else the last one that failed. */
  readonly run: Run | undefined;
};

const open = (detail?: string): Standing => ({ state: 'OPEN', ...(detail === undefined ? {} : { detail }) });
const notNeeded = (detail: string): Standing => ({ state: 'NOT_NEEDED', detail });

/** SQL: a column of instants as ISO 8601 text. */
export const instantText = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** How each step stands that the database tells. */
export const automaticStandings: Readonly<Record<AutomaticStep, (books: Books) => Promise<Standing>>> = {
  EVENTS_COMPLETE: eventsComplete,
  CONFLICTS_SETTLED: conflictsSettled,
  SCORES_FINAL: scoresFinal,
  RUN_CALCULATED: async ({ run }) => runCalculated(run),
  CHECKS_GREEN: checksGreen,
  RUN_APPROVED: async ({ run }) => runApproved(run),
  STATEMENTS_ISSUED: statementsIssued,
  EXPORTS_MADE: exportsMade,
  BANK_FILE_MADE: bankFileMade,
};

/** Something was imported for the period, and something was imported after it was over. */
async function eventsComplete({ transaction, period, today }: Books): Promise<Standing> {
  if (today < endDate(period)) return open('the period is not over');
  const [row] = await rawSql(transaction)<{ by: string; at: string }[]>`
    select imported_by as by, ${rawSql(transaction).unsafe(instantText('imported_at'))} as at from event_import, operator
    where imported_at >= (${endDate(period)}::date::timestamp at time zone operator.time_zone)
      and exists (select from sales_event where period = ${period})
    order by imported_at limit 1`;
  return row ? { state: 'DONE', who: row.by, when: row.at } : open('nothing was imported since the period is over');
}

/** A case that holds or rejects what is to be paid is decided, and nobody appeals. */
async function conflictsSettled({ transaction, period }: Books): Promise<Standing> {
  const [row] = await rawSql(transaction)<{ unsettled: number; last: string | null }[]>`
    select count(*) filter (where state in ('OPEN', 'IN_MEDIATION', 'APPEALED'))::integer as unsettled,
      ${rawSql(transaction).unsafe(instantText('max(coalesce(closed_at, resolved_at))'))} as last
    from conflict_case where period = ${period} and effect <> 'FLAG'`;
  if (row && row.unsettled > 0) return open(counted(row.unsettled, 'case is', 'cases are', 'not settled'));
  return { state: 'DONE', when: row?.last ?? null };
}

async function scoresFinal({ transaction, period }: Books): Promise<Standing> {
  const sql = rawSql(transaction);
  const [row] = await sql<{ state: string | null; by: string | null; at: string | null; has_templates: boolean }[]>`
    select round.state, round.finalised_by as by, ${sql.unsafe(instantText('round.finalised_at'))} as at,
      exists (select from score_template_version where valid_from <= ${lastDate(period)}) as has_templates
    from (values (1)) one left join score_round round on round.period = ${period}`;
  if (row?.state === 'FINAL') return { state: 'DONE', who: row.by, when: row.at };
  if (!row?.has_templates && row?.state == null) return notNeeded('no scorecard is in force');
  return open(row.state === null ? 'nothing is scored' : `the scores are ${row.state}`);
}

function runCalculated(run: Run | undefined): Standing {
  if (!run) return open();
  if (run.status === 'FAILED') return { state: 'FAILED', who: run.calculated_by, detail: run.error };
  return { state: 'DONE', who: run.calculated_by, when: run.calculated_at };
}

const stands = (run: Run | undefined): run is Run => run !== undefined && run.status !== 'FAILED';
const isApproved = (run: Run | undefined): run is Run => stands(run) && run.status !== 'CALCULATED';

async function checksGreen({ transaction, run }: Books): Promise<Standing> {
  if (!stands(run)) return open();
  const checks = await loadRunChecks(transaction, run.id);
  const failed = checks.filter(({ expected, actual }) => !new Decimal(expected).equals(actual));
  if (failed.length > 0) return { state: 'FAILED', detail: failed.map(({ name }) => name).join('; ') };
  return { state: 'DONE', when: run.calculated_at };
}

function runApproved(run: Run | undefined): Standing {
  return isApproved(run) ? { state: 'DONE', who: run.approved_by, when: run.approved_at } : open();
}

async function statementsIssued({ transaction, run }: Books): Promise<Standing> {
  if (!isApproved(run)) return open();
  const sql = rawSql(transaction);
  const [row] = await sql<{ due: number; issued: number; by: string | null; at: string | null }[]>`
    select (select count(*)::integer from statement where run_id = ${run.id}) as due, count(*)::integer as issued,
      max(issued_by) as by, ${sql.unsafe(instantText('max(issued_at)'))} as at
    from issued_statement where run_id = ${run.id}`;
  if (!row || row.due === 0) return notNeeded('the run has no statements');
  if (row.issued < row.due) return open(counted(row.due - row.issued, 'statement is', 'statements are', 'not issued'));
  return { state: 'DONE', who: row.by, when: row.at, detail: counted(row.issued, 'statement', 'statements') };
}

async function exportsMade({ transaction, run }: Books): Promise<Standing> {
  if (!isApproved(run)) return open();
  const sql = rawSql(transaction);
  const [row] = await sql<{ state: string; by: string; at: string | null; failure: string | null }[]>`
    select state, requested_by as by, ${sql.unsafe(instantText('finished_at'))} as at, failure
    from export_request where run_id = ${run.id} order by state = 'DONE' desc, id desc limit 1`;
  if (row?.state === 'DONE') return { state: 'DONE', who: row.by, when: row.at };
  if (row?.state === 'FAILED') return { state: 'FAILED', who: row.by, when: row.at, detail: row.failure };
  return open(row ? 'they are being made' : undefined);
}

/**
 * Every statement that can be paid by now is in a batch, and there is one: what waits for its agent, an invoice, a day or an account does not hold
 * the close up, and is counted. A payment that failed can be made again, unless a later run carries it.
 */
async function bankFileMade({ transaction, run, today }: Books): Promise<Standing> {
  if (!isApproved(run)) return open();
  const sql = rawSql(transaction);
  const [row] = await sql<BankFigures[]>`
    with due as (
      select case when issued.state = 'DISPUTED' then 'DISPUTED' when issued.state <> 'CONFIRMED' then 'NOT_CONFIRMED'
          when issued.invoice_required and not ${sql.unsafe(acceptedInvoice('issued'))} then 'NO_INVOICE'
          when (issued.confirmed_at at time zone operator.time_zone)::date + issued.payment_delay_days > ${today}::date then 'DELAY'
          when not exists (select from payee where payee.agent_id = issued.agent_id and payee.state = 'APPROVED'
            and daterange(payee.valid_from, payee.valid_to) @> ${today}::date) then 'NO_ACCOUNT' end as obstacle,
        batch.created_by, batch.created_at, coalesce(made.state <> 'FAILED' or made.is_carried, false) as is_paid
      from issued_statement issued cross join operator
      left join lateral (
        select payment.batch_id, payment.state, exists (select from balance_entry carried where carried.payment_id = payment.id) as is_carried
        from payment where payment.kind = 'STATEMENT' and payment.run_id = issued.run_id and payment.agent_id = issued.agent_id
          and payment.currency = issued.currency and (payment.state <> 'CANCELLED' or payment.paid_after_cancel_at is not null)
        order by payment.id desc limit 1) made on true
      left join payment_batch batch on batch.id = made.batch_id
      where issued.run_id = ${run.id} and issued.gross > 0)
    select exists (select from statement where run_id = ${run.id} and payable > 0) as "hasPayable",
      count(*) filter (where is_paid)::integer as "paidCount", count(*) filter (where not is_paid and obstacle is null)::integer as "leftCount",
      max(created_by) as by, ${sql.unsafe(instantText('max(created_at)'))} as at,
      (select coalesce(json_agg(json_build_array(held.obstacle, held.count) order by held.obstacle), '[]')
       from (select obstacle, count(*) from due where not is_paid and obstacle is not null group by 1) held) as waiting
    from due`;
  return row ? bankFileStanding(row) : open();
}

type BankFigures = {
  readonly hasPayable: boolean;
  readonly paidCount: number;
  /** Could be paid, and is in no batch. */
  readonly leftCount: number;
  readonly by: string | null;
  readonly at: string | null;
  /** Why others cannot be paid yet, and how many each keeps. */
  readonly waiting: readonly (readonly [string, number])[];
};

function bankFileStanding({ hasPayable, paidCount, leftCount, by, at, waiting }: BankFigures): Standing {
  if (!hasPayable) return notNeeded('nothing is to be paid');
  const waits = waitingText(waiting);
  if (leftCount > 0) {
    return open(`${counted(leftCount, 'statement', 'statements')} can be paid, in no batch${waits}`);
  }
  if (paidCount === 0) return open(`no statement can be paid yet${waits}`);
  return { state: 'DONE', who: by, when: at, detail: `${counted(paidCount, 'payment', 'payments')}${waits}` };
}

function waitingText(waiting: BankFigures['waiting']): string {
  if (waiting.length === 0) return '';
  const count = waiting.reduce((sum, [, each]) => sum + each, 0);
  const why = waiting.map(([obstacle, each]) => `${each} ${obstacle}`).join(', ');
  return `; ${counted(count, 'statement still waits', 'statements still wait')}: ${why}`;
}

function counted(count: number, one: string, many: string, rest?: string): string {
  return [count, count === 1 ? one : many, rest].filter((part) => part !== undefined).join(' ');
}

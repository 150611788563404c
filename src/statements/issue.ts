import { recordChanges } from '../audit/audit.ts';
import { requireUnlocked } from '../closing/lock.ts';
import type { AgreementTerms } from '../commissions/definitions.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { Decimal, formatMoney, minorUnitDigits, type RoundingMode } from '../money.ts';
import { addNotices } from '../notices/notices.ts';
import { endDate, localDate, type Period, shiftDate } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { settlementPolicyOn } from '../settlement/policies.ts';
import { vatAmounts } from './vat.ts';

type Due = {
  readonly agent_id: number;
  readonly agent: string;
  readonly currency: string;
  readonly payable: string;
  readonly returned: string;
  readonly lines_hash: string;
  readonly terms: AgreementTerms | null;
  readonly payment_delay_days: number | null;
  readonly rounding: RoundingMode | null;
};

/**
 * Hands out the statements of an approved run, all at once (DOMAIN.md §10): each gets its number, its dates, and what its payment comes to
 * with value-added tax. Those that are issued already stay as they are.
 * @returns how many were issued now.
 * @throws UserError NOT_FOUND, RUN_STATE where the run is not approved or a cut-over, PERIOD_LOCKED.
 */
export async function issueStatements(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  runId: number,
): Promise<{ readonly issued: number }> {
  const period = await lockIssuable(transaction, runId);
  await requireUnlocked(transaction, period);
  const { timeZone, name: operatorName } = await loadOperator(transaction);
  const today = localDate(now, timeZone);
  const { definition } = await settlementPolicyOn(transaction, today);
  const rows = (await loadDue(transaction, runId, period)).map((due) => issuedRow(due, period));
  if (rows.length === 0) return { issued: 0 };
  await rawSql(transaction)`
    with issued as (
      insert into issued_statement (run_id, agent_id, currency, number, state, issued_by, issued_at, confirms_on, disputable_until, vat_percent,
        vat_included, net, vat, gross, returned, invoice_required, payment_delay_days, lines_hash,
        agent_name, operator_name)
      select ${runId}, row.agent_id, row.currency, row.number, 'ISSUED', ${actor.name}, ${now.toISOString()},
        ${shiftDate(today, definition.confirmDays)}, ${shiftDate(today, definition.disputeDays)}, row.vat_percent, row.vat_included, row.net, row.vat,
        row.gross, row.returned, row.invoice_required, row.payment_delay_days, row.lines_hash, agent.name, ${operatorName}
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as row(agent_id integer, currency text, number text, vat_percent numeric,
        vat_included boolean, net numeric, vat numeric, gross numeric, returned numeric, invoice_required boolean, payment_delay_days integer, lines_hash text)
      join agent on agent.id = row.agent_id
      returning run_id, agent_id, currency)
    insert into statement_step (run_id, agent_id, currency, action, to_state, by, at)
    select run_id, agent_id, currency, 'ISSUED', 'ISSUED', ${actor.name}, ${now.toISOString()} from issued`;
  await recordChanges(transaction, actor, now, [
    {
      action: 'statements.issued',
      entity: 'run',
      entityKey: `${period}#${runId}`,
      after: { count: rows.length, gross: grossTotals(rows) },
    },
  ]);
  const confirmsOn = shiftDate(today, definition.confirmDays);
  await addNotices(
    transaction,
    now,
    rows.map(({ agent_id, number, gross, currency }) => {
      return {
        agentId: agent_id,
        kind: 'STATEMENT_ISSUED',
        subject: number,
        details: { number, period, gross, currency, confirmsOn },
      };
    }),
  );
  return { issued: rows.length };
}

/** The run that stands for a period and whose statements can be issued. @throws UserError NO_RUN. */
export async function runToIssue(transaction: Transaction, period: Period): Promise<number> {
  const [run] = await rawSql(transaction)<{ id: number }[]>`
    select id from commission_run where period = ${period} and status in ('CALCULATED', 'APPROVED', 'PAID')`;
  if (!run) throw new UserError('NO_RUN', `Period ${period} has no calculated run.`, period);
  return run.id;
}

/** Takes the run for itself: of two who issue at once, the second finds nothing left to issue. */
async function lockIssuable(transaction: Transaction, runId: number): Promise<Period> {
  const [run] = await rawSql(transaction)<{ period: Period; status: string; is_cut_over: boolean }[]>`
    select period, status, is_cut_over from commission_run where id = ${runId} for update`;
  if (!run) throw new UserError('NOT_FOUND', `There is no run ${runId}.`, 'runId');
  if (run.is_cut_over) {
    throw new UserError(
      'RUN_STATE',
      `Run ${runId} of ${run.period} holds opening positions: it has nothing to issue.`,
      run.period,
    );
  }
  if (run.status !== 'APPROVED' && run.status !== 'PAID') {
    throw new UserError(
      'RUN_STATE',
      `Run ${runId} of ${run.period} is ${run.status}: only an approved run's statements are issued.`,
      run.period,
    );
  }
  return run.period;
}

/** What is not issued yet, with the terms of the agent's last agreement that had begun, as its plan rounds on the last day of the two. */
async function loadDue(transaction: Transaction, runId: number, period: Period): Promise<readonly Due[]> {
  return rawSql(transaction)<Due[]>`
    with last as (
      select distinct on (agent_id) agent_id, plan_id, terms, payment_delay_days, least(valid_to, ${endDate(period)}::date) - 1 as day
      from agreement left join agreement_paper paper on paper.agreement_id = agreement.id
      where valid_from < ${endDate(period)} and (valid_to is null or valid_to > valid_from)
      order by agent_id, valid_from desc)
    select due.agent_id, agent.code as agent, due.currency, due.payable::text as payable, due.returned::text as returned, due.lines_hash, last.terms,
      last.payment_delay_days, (
        select rounding from plan_version version
        where version.plan_id = last.plan_id and version.valid_from <= last.day
          and (version.valid_to is null or version.valid_to > last.day) and plan_version_in_force(version.id)
        order by version.number desc limit 1) as rounding
    from statement due join agent on agent.id = due.agent_id left join last on last.agent_id = due.agent_id
    where due.run_id = ${runId} and not exists (select from issued_statement issued
      where issued.run_id = due.run_id and issued.agent_id = due.agent_id and issued.currency = due.currency)
    order by agent.code collate "C", due.currency`;
}

function issuedRow({ agent_id, agent, currency, payable, returned, lines_hash, terms, ...rest }: Due, period: Period) {
  const { vatPercent, vatIncluded, invoiceRequired } = terms ?? {};
  const digits = minorUnitDigits[currency] ?? 2;
  const amounts = vatAmounts(new Decimal(payable), new Decimal(returned), {
    vatPercent,
    vatIncluded: vatIncluded ?? false,
    digits,
    rounding: rest.rounding ?? 'HALF_UP',
  });
  return {
    agent_id,
    currency,
    number: `S-${period}-${agent}-${currency}`,
    vat_percent: vatPercent ?? null,
    vat_included: vatIncluded ?? false,
    net: formatMoney(amounts.net, digits),
    vat: formatMoney(amounts.vat, digits),
    gross: formatMoney(amounts.gross, digits),
    returned: formatMoney(amounts.returned, digits),
    invoice_required: (invoiceRequired ?? false) && !amounts.gross.eq(amounts.returned),
    payment_delay_days: rest.payment_delay_days ?? 0,
    lines_hash,
  };
}

/** By currency: they are never added up. */
function grossTotals(rows: readonly { readonly currency: string; readonly gross: string }[]): Record<string, string> {
  const totals = new Map<string, Decimal>();
  for (const { currency, gross } of rows) totals.set(currency, (totals.get(currency) ?? new Decimal(0)).plus(gross));
  return Object.fromEntries([...totals].map(([currency, total]) => [currency, total.toFixed()]));
}

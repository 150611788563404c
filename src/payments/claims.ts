import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { acceptedInvoice } from '../invoices/coverage.ts';
import type { paymentKind } from './tables.ts';

// What is due to be paid, and what keeps it from being paid: issued statements, off-cycle settlements, refunds of deposits.

/** Why something that is due is not paid now. */
export const paymentObstacles = [
  'NOT_CONFIRMED',
  'DISPUTED',
  'NO_INVOICE',
  'DELAY',
  'NO_ACCOUNT',
  'ACCOUNT_UNCONFIRMED',
  'ALREADY',
] as const;
export type PaymentObstacle = (typeof paymentObstacles)[number];

/** Something that is due. Its cause is exactly one of a statement (runId), a settlement and a deposit entry. */
export type Claim = {
  readonly kind: (typeof paymentKind.enumValues)[number];
  readonly runId: number | null;
  readonly agentId: number;
  readonly agentCode: string;
  readonly agentName: string;
  readonly settlementId: number | null;
  readonly depositEntryId: number | null;
  /** The number of the statement, or the code of the settlement. */
  readonly reference: string;
  readonly currency: string;
  readonly gross: string;
  /** Of a statement's gross, what the bank returned of earlier payments: the deposit had its share then. */
  readonly returned: string;
  /** Of a failed payment that is to be made again: what went into the deposit then. */
  readonly collected: string;
  readonly retriesId: number | null;
  /** The payee in force, which two people approved; null: nothing can be paid. */
  readonly payeeId: number | null;
  readonly obstacle: PaymentObstacle | null;
  /** DELAY: the first day on which it is paid. */
  readonly delayedUntil: string | null;
  /** ALREADY: the code of the batch that pays it. */
  readonly batchCode: string | null;
};

/**
 * All that is due in a currency, of runs that are not PAID, and neither paid (be it after it was cancelled) nor carried by a later run, by agent code, kind and reference. ALREADY: it is in a batch
 * whose answer is awaited. As owner: requests do not see who has an account.
 * @param until the day up to which delays after a confirmation count as over
 */
export async function findClaims(
  transaction: Transaction,
  { currency, until, timeZone }: { readonly currency: string; readonly until: string; readonly timeZone: string },
): Promise<Claim[]> {
  const sql = rawSql(transaction);
  // asked for before, so that the years that are settled are not read
  const runs = await sql<{ id: number }[]>`select id from commission_run where status = 'APPROVED' order by id`;
  const runIds = runs.map(({ id }) => id);
  const rows = await sql<Claim[]>`
    with due as (
      select 'STATEMENT' as kind, issued.run_id, issued.agent_id, null::integer as settlement_id, null::integer as deposit_entry_id,
        issued.number as reference, issued.gross, issued.returned, issued.state::text as state,
        (issued.confirmed_at at time zone ${timeZone})::date + issued.payment_delay_days as due_on,
        issued.invoice_required and not (${sql.unsafe(acceptedInvoice('issued'))}) as lacks_invoice
      from issued_statement issued where issued.currency = ${currency} and issued.gross > 0 and issued.run_id = any (${runIds}::integer[])
        and not exists (
          select from payment settled where settled.state in ('PAID', 'SET_OFF') and settled.kind = 'STATEMENT' and settled.run_id = any (${runIds}::integer[])
            and settled.run_id = issued.run_id and settled.agent_id = issued.agent_id and settled.currency = issued.currency)
      union all
      select 'OFF_CYCLE', null, settlement.agent_id, settlement.id, null, settlement.code, settlement.net, 0, 'CONFIRMED', null, false
      from off_cycle_settlement settlement
      where settlement.currency = ${currency} and settlement.state = 'APPROVED' and settlement.net > 0
        and not exists (select from payment settled where settled.state in ('PAID', 'SET_OFF') and settled.settlement_id = settlement.id)
      union all
      select 'DEPOSIT_REFUND', null, entry.agent_id, null, entry.id, 'Deposit ' || entry.id, -entry.amount, 0, 'CONFIRMED', null, false
      from deposit_entry entry
      where entry.currency = ${currency} and entry.kind = 'REFUNDED' and entry.state = 'APPROVED'
        and not exists (select from payment settled where settled.state in ('PAID', 'SET_OFF') and settled.deposit_entry_id = entry.id))
    select due.kind, due.run_id as "runId", due.agent_id as "agentId", agent.code as "agentCode", agent.name as "agentName",
      due.settlement_id as "settlementId", due.deposit_entry_id as "depositEntryId", due.reference, ${currency} as currency, trim_scale(due.gross)::text as gross,
      trim_scale(due.returned)::text as returned, trim_scale(coalesce(failed.collected, 0))::text as collected, failed.id as "retriesId", payee.id as "payeeId",
      case when live.id is not null then 'ALREADY' when due.state = 'DISPUTED' then 'DISPUTED' when due.state <> 'CONFIRMED' then 'NOT_CONFIRMED'
        when due.lacks_invoice then 'NO_INVOICE' when due.due_on > ${until}::date then 'DELAY'
        when payee.id is null then case when exists (
          select from secret where secret.agent_id = due.agent_id and secret.kind = 'BANK_ACCOUNT') then 'ACCOUNT_UNCONFIRMED' else 'NO_ACCOUNT' end
        end as obstacle,
      case when due.due_on > ${until}::date then due.due_on::text end as "delayedUntil", batch.code as "batchCode"
    from due
    join agent on agent.id = due.agent_id
    left join payment live on live.state = 'INSTRUCTED' and live.agent_id = due.agent_id and (
      live.kind = 'STATEMENT' and live.run_id = due.run_id and live.currency = ${currency}
      or live.settlement_id = due.settlement_id or live.deposit_entry_id = due.deposit_entry_id)
    left join payment_batch batch on batch.id = live.batch_id
    left join lateral (
      select last.id, last.collected, exists (select from balance_entry carried where carried.payment_id = last.id) as is_carried
      from payment last where last.state = 'FAILED' and last.agent_id = due.agent_id and (
        last.kind = 'STATEMENT' and last.run_id = due.run_id and last.currency = ${currency}
        or last.settlement_id = due.settlement_id or last.deposit_entry_id = due.deposit_entry_id)
      order by last.id desc limit 1) failed on true
    left join payee on payee.agent_id = due.agent_id and payee.state = 'APPROVED' and daterange(payee.valid_from, payee.valid_to) @> ${until}::date
    where failed.is_carried is not true and not exists (
      select from payment told where told.paid_after_cancel_at is not null and told.state = 'CANCELLED' and told.agent_id = due.agent_id and (
        told.kind = 'STATEMENT' and told.run_id = due.run_id and told.currency = ${currency}
        or told.settlement_id = due.settlement_id or told.deposit_entry_id = due.deposit_entry_id))
    order by agent.code collate "C", due.kind, due.reference collate "C"`;
  return [...rows];
}

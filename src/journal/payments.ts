import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { Decimal } from '../money.ts';
import { endDate, firstDate, lastDate, localMidnight, type Period } from '../period.ts';
import { settlementPolicyOn } from '../settlement/policies.ts';
import { type DatedEntry, journalOf, type MissingAccount } from './entries.ts';
import { type MovementKind, movementPostings } from './movements.ts';

export type PaymentJournal = { readonly entries: readonly DatedEntry[]; readonly missing: readonly MissingAccount[] };

type MovementRow = {
  date: string;
  kind: MovementKind;
  agent: string;
  channelType: string;
  currency: string;
  amount: string;
};

/**
 * What was paid, returned, paid in, collected and set off in a month (by the local day on which it happened), by the settlement policy of
 * the month's last day. Balanced on each day and in each currency. It grows as long as the bank answers for days of the month.
 */
export async function loadPaymentJournal(
  transaction: Transaction,
  month: Period,
  timeZone: string,
): Promise<PaymentJournal> {
  const { definition } = await settlementPolicyOn(transaction, lastDate(month));
  const rows = await rawSql(transaction).unsafe<MovementRow[]>(movementsQuery, [
    localMidnight(firstDate(month), timeZone),
    localMidnight(endDate(month), timeZone),
    timeZone,
  ]);
  const entries: DatedEntry[] = [];
  const missing = new Map<string, MissingAccount>();
  for (const date of new Set(rows.map((row) => row.date))) {
    const { add, journal } = journalOf(definition.journal);
    for (const row of rows.filter((each) => each.date === date)) {
      movementPostings({ ...row, amount: new Decimal(row.amount) }).forEach(add);
    }
    const day = journal();
    for (const account of day.missing) missing.set(JSON.stringify(account), account);
    entries.push(...day.entries.map((entry) => ({ ...entry, date })));
  }
  return { entries, missing: [...missing.values()] };
}

/** $1 and $2: from and until when; $3: where days begin. A payment that failed at once moved nothing; of a cancelled one nothing was collected. */
const movementsQuery = `
  with movement as (
    select outcome.at, payment.agent_id, payment.currency, payment.amount,
      case when outcome.state = 'PAID' then case payment.kind when 'DEPOSIT_REFUND' then 'DEPOSIT_PAID_BACK' else 'PAID' end
        else case payment.kind when 'DEPOSIT_REFUND' then 'DEPOSIT_RETURNED' else 'RETURNED' end end as kind
    from payment_outcome outcome join payment on payment.id = outcome.payment_id
    where outcome.state = 'PAID' or exists (
      select from payment_outcome earlier
      where earlier.payment_id = outcome.payment_id and earlier.state = 'PAID' and earlier.id < outcome.id)
    union all
    select decided_at, agent_id, currency, tax, 'OFF_CYCLE_TAX' from off_cycle_settlement where state = 'APPROVED'
    union all
    select decided_at, agent_id, currency, abs(amount), case kind when 'PAID_IN' then 'DEPOSIT_PAID_IN'
      when 'COLLECTED' then 'DEPOSIT_COLLECTED' else 'DEPOSIT_SET_OFF' end
    from deposit_entry where state = 'APPROVED' and kind <> 'REFUNDED'
    union all
    select batch.cancelled_at, entry.agent_id, entry.currency, -entry.amount, 'DEPOSIT_COLLECTED'
    from deposit_entry entry join payment on payment.id = entry.payment_id join payment_batch batch on batch.id = payment.batch_id
    where payment.state = 'CANCELLED'
    union all
    select created_at, agent_id, currency, amount, 'REPAID' from balance_entry where kind = 'REPAYMENT')
  select (movement.at at time zone $3)::date::text as date, movement.kind, agent.code as agent, channel_type.code as "channelType",
    movement.currency, sum(movement.amount)::text as amount
  from movement join agent on agent.id = movement.agent_id join channel_type on channel_type.id = agent.channel_type_id
  where movement.at >= $1 and movement.at < $2
  group by 1, 2, 3, 4, 5 order by 1, 2, 3, 5`;

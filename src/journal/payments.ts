import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { Decimal } from '../money.ts';
import { endDate, firstDate, localMidnight, type Period } from '../period.ts';
import { booksPolicy } from '../settlement/policies.ts';
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
 * What was paid, returned, paid in, collected and set off in a month (by the local day on which it happened), by the accounts of the policy by
 * which the month's books go. Balanced on each day and in each currency. It grows as long as the bank answers for days of the month.
 * @param today the operator's local date; without it the database's
 */
export async function loadPaymentJournal(
  transaction: Transaction,
  month: Period,
  timeZone: string,
  today?: string,
): Promise<PaymentJournal> {
  const { definition } = await booksPolicy(transaction, month, today);
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

/** SQL: what became of the payment before; null: nothing. */
const formerState = `(
  select former.state from payment_outcome former where former.payment_id = outcome.payment_id and former.id < outcome.id order by former.id desc limit 1)`;

/**
 * SQL: what payments of statements keep back for deposits. It is taken back with the batch, and collected again, on the day of the news, where the
 * bank made the payment all the same; instead of that which the last other payment of the statement, that is no retry, had collected. Where the
 * payment comes back after that, a later one's counts again.
 */
const collections = `
  select batch.cancelled_at as at, entry.agent_id, entry.currency, -entry.amount as amount, 'DEPOSIT_COLLECTED' as kind
  from deposit_entry entry join payment on payment.id = entry.payment_id join payment_batch batch on batch.id = payment.batch_id
  where batch.state = 'CANCELLED'
  union all
  select outcome.at, payment.agent_id, payment.currency,
    case outcome.state when 'PAID' then payment.collected - coalesce(other.collected, 0) else other.collected - payment.collected end, 'DEPOSIT_COLLECTED'
  from payment_outcome outcome join payment on payment.id = outcome.payment_id join payment_batch batch on batch.id = payment.batch_id
  left join lateral (
    select before.collected from payment before join payment_batch its on its.id = before.batch_id
    where before.run_id = payment.run_id and before.agent_id = payment.agent_id and before.currency = payment.currency and before.id <> payment.id
      and before.retries_id is null and (outcome.state = 'PAID' or before.id > payment.id)
      and (its.state <> 'CANCELLED' or exists (
        select from payment_outcome paid where paid.payment_id = before.id and paid.state = 'PAID' and paid.id < outcome.id))
    order by before.id desc limit 1) other on true
  where batch.state = 'CANCELLED' and payment.kind = 'STATEMENT' and payment.retries_id is null
    and (outcome.state = 'PAID' or outcome.state = 'FAILED' and ${formerState} = 'PAID' and other.collected is not null)`;

/** $1 and $2: from and until when; $3: where days begin. A payment that failed at once moved nothing. */
const movementsQuery = `
  with movement as (
    select outcome.at, payment.agent_id, payment.currency, payment.amount,
      case outcome.state
        when 'CANCELLED' then 'PAID_TWICE'
        when 'PAID' then case payment.kind when 'DEPOSIT_REFUND' then 'DEPOSIT_' else '' end
          || case ${formerState} when 'CANCELLED' then 'PAID_INSTEAD' else case payment.kind when 'DEPOSIT_REFUND' then 'PAID_BACK' else 'PAID' end end
        when 'FAILED' then case ${formerState}
          when 'CANCELLED' then 'PAID_TWICE_RETURNED'
          when 'PAID' then case payment.kind when 'DEPOSIT_REFUND' then 'DEPOSIT_RETURNED' else 'RETURNED' end end end as kind
    from payment_outcome outcome join payment on payment.id = outcome.payment_id
    union all
    select decided_at, agent_id, currency, tax, 'OFF_CYCLE_TAX' from off_cycle_settlement where state = 'APPROVED'
    union all
    select decided_at, agent_id, currency, abs(amount), case kind when 'PAID_IN' then 'DEPOSIT_PAID_IN'
      when 'COLLECTED' then 'DEPOSIT_COLLECTED' else 'DEPOSIT_SET_OFF' end
    from deposit_entry where state = 'APPROVED' and kind <> 'REFUNDED'
    union all ${collections}
    union all
    select created_at, agent_id, currency, amount, 'REPAID' from balance_entry where kind = 'REPAYMENT')
  select (movement.at at time zone $3)::date::text as date, movement.kind, agent.code as agent, channel_type.code as "channelType",
    movement.currency, sum(movement.amount)::text as amount
  from movement join agent on agent.id = movement.agent_id join channel_type on channel_type.id = agent.channel_type_id
  where movement.at >= $1 and movement.at < $2 and movement.kind is not null
  group by 1, 2, 3, 4, 5 order by 1, 2, 3, 5`;

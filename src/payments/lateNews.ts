import { type Change, recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';

// Cancelled payments that the bank made all the same: they are PAID, so that nothing of what they pay is due; where another payment has taken
// the place they stay CANCELLED, on record as paid twice, until that one fails or they come back.

/** What a bank says of one payment. */
export type Told = {
  readonly id: number;
  readonly at: string;
  readonly code: string | null;
  readonly text: string | null;
};

/** SQL: the two pay the same. */
const sameCause = (one: string, other: string) =>
  `${other}.id <> ${one}.id and ${other}.agent_id = ${one}.agent_id and (${other}.run_id = ${one}.run_id and ${other}.currency = ${one}.currency
    or ${other}.settlement_id = ${one}.settlement_id or ${other}.deposit_entry_id = ${one}.deposit_entry_id)`;

/** SQL: another one has the payment's place: it is on its way, or paid, or a run has carried what had failed. */
const placeTaken = (one: string) => `exists (
  select from payment holder where ${sameCause(one, 'holder')}
    and (holder.state in ('INSTRUCTED', 'PAID', 'SET_OFF') or exists (select from balance_entry entry where entry.payment_id = holder.id)))`;

/** Reads that cancelled payments were made: one of each statement, settlement or refund is PAID, unless another payment has its place. */
export async function applyLate(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  importId: number,
  late: readonly Told[],
): Promise<void> {
  const sql = rawSql(transaction);
  const told = await sql<{ id: string; batch: string; amount: string; currency: string; paidTwice: boolean }[]>`
    with same as (
      select payment.id, given.at, row_number() over (
          partition by payment.agent_id, payment.run_id, payment.currency, payment.settlement_id, payment.deposit_entry_id order by given.at, payment.id) > 1
        or ${sql.unsafe(placeTaken('payment'))} as twice
      from json_to_recordset(${JSON.stringify(late)}::text::json) as given (id integer, at timestamptz) join payment on payment.id = given.id)
    update payment set paid_after_cancel_at = same.at, status_import_id = ${importId}, settled_at = same.at, failure_code = null, failure_text = null,
      state = case when same.twice then payment.state else 'PAID' end
    from same, payment_batch batch where payment.id = same.id and batch.id = payment.batch_id
    returning payment.end_to_end_id as id, batch.code as batch, trim_scale(payment.amount)::text as amount, payment.currency, same.twice as "paidTwice"`;
  await recordChanges(
    transaction,
    actor,
    now,
    told.map(({ id, ...after }) => change('payment.paid_after_cancel', id, { after })),
  );
}

/** Reads that the bank gave back what it had paid twice: the payment is cancelled, and nothing else. */
export async function applyLateReturns(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  importId: number,
  returned: readonly Told[],
): Promise<void> {
  const told = await rawSql(transaction)<
    { id: string; batch: string; amount: string; currency: string; code: string | null }[]
  >`
    update payment set paid_after_cancel_at = null, status_import_id = ${importId}, settled_at = given.at, failure_code = given.code,
      failure_text = given.text
    from json_to_recordset(${JSON.stringify(returned)}::text::json) as given (id integer, code text, text text, at timestamptz), payment_batch batch
    where payment.id = given.id and batch.id = payment.batch_id
    returning payment.end_to_end_id as id, batch.code as batch, trim_scale(payment.amount)::text as amount, payment.currency, given.code`;
  const states = { before: { state: 'CANCELLED', paidTwice: true } };
  await recordChanges(
    transaction,
    actor,
    now,
    told.map(({ id, ...row }) =>
      change('payment.returned', id, { ...states, after: { state: 'CANCELLED', paidTwice: false, ...row } }),
    ),
  );
}

/** After payments failed: where one of the same was cancelled and paid all the same, that one counts from then on. The first, where there are several. */
export async function countPaidInstead(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  importId: number,
  failedIds: readonly number[],
): Promise<void> {
  const sql = rawSql(transaction);
  const counted = await sql<{ id: string; batch: string; amount: string; currency: string; insteadOf: string }[]>`
    with chosen as (
      select distinct on (failed.id) failed.end_to_end_id as instead_of, failed.settled_at, told.id
      from payment failed join payment told on ${sql.unsafe(sameCause('failed', 'told'))}
      where failed.id = any (${[...failedIds]}::integer[]) and told.state = 'CANCELLED' and told.paid_after_cancel_at is not null
        and not ${sql.unsafe(placeTaken('told'))}
      order by failed.id, told.paid_after_cancel_at, told.id)
    update payment set state = 'PAID', settled_at = chosen.settled_at, status_import_id = ${importId}
    from chosen, payment_batch batch where payment.id = chosen.id and batch.id = payment.batch_id
    returning payment.end_to_end_id as id, batch.code as batch, trim_scale(payment.amount)::text as amount, payment.currency,
      chosen.instead_of as "insteadOf"`;
  await recordChanges(
    transaction,
    actor,
    now,
    counted.map(({ id, ...row }) =>
      change('payment.counted', id, { before: { state: 'CANCELLED' }, after: { state: 'PAID', ...row } }),
    ),
  );
}

const change = (action: string, entityKey: string, values: Pick<Change, 'before' | 'after'>): Change => ({
  action,
  entity: 'payment',
  entityKey,
  ...values,
});

import { createHash } from 'node:crypto';
import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { booksLock } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError, UserErrors } from '../errors.ts';
import { formatMoney, minorUnitDigits, parseDecimal } from '../money.ts';
import { localDate, localMidnight } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { decodeTextFile } from '../textFile.ts';
import { maskAccounts } from './accounts.ts';
import { requireBookkeeper } from './batches.ts';
import { settleBatches } from './batchLife.ts';
import { applyLate, applyLateReturns, countPaidInstead, type Told } from './lateNews.ts';
import { type PaymentNews, readStatusCsv } from './statusNews.ts';
import { type GroupNews, readStatusReport } from './statusReport.ts';
import { paymentStatusImport } from './tables.ts';

/** The largest file of a bank that is read. */
export const largestStatusFileBytes = 20_000_000;

/** What became of a bank's answer. */
export type StatusImport = {
  readonly id: number;
  readonly paidCount: number;
  readonly failedCount: number;
  /** Told of nothing new. */
  readonly knownCount: number;
  /** Cancelled, and paid by the bank all the same: each has an audit record. */
  readonly exceptionCount: number;
  /** The same file was read before: nothing was done now. */
  readonly repeated: boolean;
};

type PaymentRow = {
  readonly id: number;
  readonly batchId: number;
  readonly endToEndId: string;
  readonly messageId: string;
  readonly batchCode: string;
  readonly batchState: string;
  readonly state: string;
  readonly amount: string;
  readonly currency: string;
  /** The operator's day; null: nobody approved the batch, the bank cannot know it. */
  readonly approvedOn: string | null;
  readonly paidAfterCancel: boolean;
};

type Found = { readonly payment: PaymentRow; readonly news: PaymentNews };

/**
 * Reads a bank's answer, pain.002.001 or CSV: payments become PAID or FAILED, all of them or, where anything is wrong, none. A failed one is
 * due again; a paid one can still come back as failed, with the reason; a cancelled one that was paid is not due any more,
 * which is an exception, unless it comes back. The same file again changes nothing. Batches and runs of which all is settled are settled. Needs
 * the owner's rights.
 * @throws UserError FORBIDDEN, STATUS_REPORT_UNFIT; UserErrors PAYMENT_UNKNOWN, PAYMENT_DIFFERS, PAYMENT_STATE, each fault at its row or id.
 */
export async function importBankStatus(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  file: { readonly name: string; readonly content: Buffer },
): Promise<StatusImport> {
  requireBookkeeper(actor);
  const sha256 = createHash('sha256').update(file.content).digest('hex');
  const sql = rawSql(transaction);
  await sql`select pg_advisory_xact_lock_shared(${booksLock}), pg_advisory_xact_lock(hashtext('tributary bank status'))`;
  const [former] = await sql<Omit<StatusImport, 'repeated'>[]>`
    select id, paid_count as "paidCount", failed_count as "failedCount", known_count as "knownCount", exception_count as "exceptionCount"
    from payment_status_import
    where sha256 = ${sha256}`;
  if (former) return { ...former, repeated: true };
  const { timeZone } = await loadOperator(transaction);
  const { format, news, groups } = readFile(file.content, timeZone);
  const found = await findPayments(transaction, timeZone, news, groups);
  checkNews(found, localDate(now, timeZone));
  const late = found.filter(({ payment, news }) => isLate(payment, news) && !payment.paidAfterCancel);
  const lateReturned = found.filter(({ payment, news }) => isLateReturned(payment, news));
  const changed = found.filter(
    ({ payment: { state }, news: { outcome } }) => state !== 'CANCELLED' && outcome !== 'PENDING' && outcome !== state,
  );
  const count = (outcome: string) => changed.filter((each) => each.news.outcome === outcome).length;
  const counts = {
    paidCount: count('PAID'),
    failedCount: count('FAILED') + lateReturned.length,
    knownCount: found.length - changed.length - late.length - lateReturned.length,
    exceptionCount: late.length,
  };
  const [row] = await transaction
    .insert(paymentStatusImport)
    .values({
      format,
      fileName: file.name.slice(0, 255),
      sha256,
      ...counts,
      importedBy: actor.name,
      importedAt: now.toISOString(),
    })
    .returning({ id: paymentStatusImport.id });
  if (!row) throw new Error('an insert gave no row');
  await applyAll(transaction, actor, now, { importId: row.id, timeZone, changed, late, lateReturned });
  await recordChanges(transaction, actor, now, [
    {
      action: 'payments.reported',
      entity: 'payment_status_import',
      entityKey: String(row.id),
      after: { ...counts, sha256 },
    },
  ]);
  await settleBatches(transaction, actor, now, [
    ...new Set([...changed, ...late, ...lateReturned].map(({ payment }) => payment.batchId)),
  ]);
  return { id: row.id, ...counts, repeated: false };
}

type News = {
  readonly importId: number;
  readonly timeZone: string;
  readonly changed: readonly Found[];
  readonly late: readonly Found[];
  readonly lateReturned: readonly Found[];
};

/** In this order: what came back takes no place, and what was told before comes before what is told now. */
async function applyAll(transaction: Transaction, actor: Actor, now: Date, news: News): Promise<void> {
  const { importId, timeZone, changed, late, lateReturned } = news;
  const toldOf = ({ payment, news: { outcome, code, text, date } }: Found): Told => ({
    id: payment.id,
    at: date === null ? now.toISOString() : localMidnight(date, timeZone),
    code: outcome === 'FAILED' ? cut(code, 35) : null,
    text: outcome === 'FAILED' ? cut(text, 500) : null,
  });
  const failed = changed.filter(({ news: { outcome } }) => outcome === 'FAILED');
  const failedIds = failed.map(({ payment }) => payment.id);
  await applyNews(transaction, importId, changed, toldOf);
  await recordReturned(transaction, actor, now, changed);
  await applyLateReturns(transaction, actor, now, importId, lateReturned.map(toldOf));
  await countPaidInstead(transaction, actor, now, importId, failedIds);
  await applyLate(transaction, actor, now, importId, late.map(toldOf));
}

function readFile(content: Buffer, timeZone: string): { format: string; news: PaymentNews[]; groups: GroupNews[] } {
  if (content.length > largestStatusFileBytes) {
    throw new UserError('STATUS_REPORT_UNFIT', `The file has more than ${largestStatusFileBytes} bytes.`, 'body');
  }
  const text = decodeTextFile(content);
  if (/^\s*</.test(text)) return { format: 'pain.002', ...readStatusReport(text, timeZone) };
  return { format: 'CSV', news: readStatusCsv(text), groups: [] };
}

/** The payments that the news are about, those of whole messages among them. @throws UserErrors PAYMENT_UNKNOWN, PAYMENT_STATE. */
async function findPayments(
  transaction: Transaction,
  timeZone: string,
  news: readonly PaymentNews[],
  groups: readonly GroupNews[],
): Promise<Found[]> {
  const messageIds = groups.map(({ messageId }) => messageId);
  const rows = await rawSql(transaction)<PaymentRow[]>`
    select payment.id, payment.batch_id as "batchId", payment.end_to_end_id as "endToEndId", batch.message_id as "messageId",
      batch.code as "batchCode", batch.state as "batchState", payment.state, trim_scale(payment.amount)::text as amount, payment.currency,
      (batch.approved_at at time zone ${timeZone})::date::text as "approvedOn", payment.paid_after_cancel_at is not null as "paidAfterCancel"
    from payment join payment_batch batch on batch.id = payment.batch_id
    where payment.end_to_end_id = any (${news.map(({ endToEndId }) => endToEndId)}::text[]) or batch.message_id = any (${messageIds}::text[])
    order by payment.id for update of payment`;
  const byId = new Map(rows.map((row) => [row.endToEndId, row]));
  const faults: UserError[] = [];
  const named = new Map<string, Found>();
  for (const each of news) {
    const payment = byId.get(each.endToEndId);
    const former = named.get(each.endToEndId);
    if (!payment)
      faults.push(
        new UserError('PAYMENT_UNKNOWN', `No payment has the id "${each.endToEndId.slice(0, 40)}".`, each.at),
      );
    else if (former && former.news.outcome !== each.outcome)
      faults.push(
        new UserError('PAYMENT_STATE', `The file says both ${former.news.outcome} and ${each.outcome}.`, each.at),
      );
    else if (!former) named.set(each.endToEndId, { payment, news: each });
  }
  for (const { messageId } of groups) {
    if (rows.some((row) => row.messageId === messageId)) continue;
    faults.push(
      new UserError('PAYMENT_UNKNOWN', `No batch has the message id "${messageId.slice(0, 40)}".`, messageId),
    );
  }
  if (faults.length > 0) throw new UserErrors(faults.slice(0, 100));
  const rest = rows.filter((row) => row.state !== 'SET_OFF' && !isNothing(row) && !named.has(row.endToEndId));
  return [...named.values(), ...rest.flatMap((payment) => ofGroup(payment, groups))];
}

/** What is said of the smallest group holds: the payment information, which comes last, before the message. */
function ofGroup(payment: PaymentRow, groups: readonly GroupNews[]): Found[] {
  const group = groups.findLast(({ messageId }) => messageId === payment.messageId);
  if (!group) return [];
  const { outcome, code, text } = group;
  const { endToEndId } = payment;
  return [
    { payment, news: { at: endToEndId, endToEndId, messageId: null, outcome, code, text, date: null, given: null } },
  ];
}

/** A deposit took all of it: the bank has never heard of it. */
const isNothing = ({ amount }: PaymentRow) => /^0(\.0*)?$/.test(amount);

/** A payment that was cancelled, and that the bank made all the same. */
const isLate = ({ state }: PaymentRow, { outcome }: PaymentNews) => state === 'CANCELLED' && outcome === 'PAID';

/** A payment that was cancelled, made all the same while another one had its place, and that came back. */
const isLateReturned = ({ state, paidAfterCancel }: PaymentRow, { outcome }: PaymentNews) =>
  state === 'CANCELLED' && paidAfterCancel && outcome === 'FAILED';

/** A payment that was made, and came back. */
const isReturned = ({ state }: PaymentRow, { outcome }: PaymentNews) => state === 'PAID' && outcome === 'FAILED';

/**
 * @throws UserErrors PAYMENT_STATE, PAYMENT_DIFFERS, STATUS_REPORT_UNFIT for the message of another batch, for what comes back without a reason,
 * for days before the batch was approved, and to come.
 */
function checkNews(found: readonly Found[], today: string): void {
  const faults = found.flatMap(({ payment, news }) => {
    const { at, outcome, given, date } = news;
    const { endToEndId, state, batchState, amount, currency, approvedOn } = payment;
    const told: UserError[] = [];
    if (news.messageId !== null && news.messageId !== payment.messageId) {
      const message = `The report is about the message "${news.messageId.slice(0, 40)}", but ${endToEndId} was sent in ${payment.messageId}.`;
      told.push(new UserError('STATUS_REPORT_UNFIT', message, at));
    }
    if ((isReturned(payment, news) || isLateReturned(payment, news)) && !news.code) {
      const message = `${endToEndId} was paid: the bank gives the code of the reason why it came back (code).`;
      told.push(new UserError('STATUS_REPORT_UNFIT', message, at));
    }
    if (approvedOn === null)
      told.push(new UserError('PAYMENT_STATE', `${endToEndId} is in a batch that is ${batchState}.`, at));
    else if (isNothing(payment) || (state === 'FAILED' && outcome === 'PAID'))
      told.push(new UserError('PAYMENT_STATE', `${endToEndId} is ${state} and cannot become ${outcome}.`, at));
    if (
      given &&
      ((given.currency !== '' && given.currency !== currency) || !parseDecimal(given.amount)?.equals(amount))
    )
      told.push(
        new UserError(
          'PAYMENT_DIFFERS',
          `${endToEndId} is about ${formatMoney(amount, minorUnitDigits[currency] ?? 2)} ${currency}, not ${`${given.amount} ${given.currency}`.trim().slice(0, 60)}.`,
          at,
        ),
      );
    if (date !== null && date > today) told.push(new UserError('STATUS_REPORT_UNFIT', `${date} is not over.`, at));
    if (date !== null && approvedOn !== null && date < approvedOn)
      told.push(
        new UserError('STATUS_REPORT_UNFIT', `${date} is before ${approvedOn}, when ${endToEndId} was approved.`, at),
      );
    return told;
  });
  if (faults.length > 0) throw new UserErrors(faults.slice(0, 100));
}

async function applyNews(
  transaction: Transaction,
  importId: number,
  changed: readonly Found[],
  toldOf: (found: Found) => Told,
): Promise<void> {
  const rows = changed.map((found) => ({ ...toldOf(found), state: found.news.outcome }));
  await rawSql(transaction)`
    update payment set state = given.state, failure_code = given.code, failure_text = given.text, settled_at = given.at,
      status_import_id = ${importId}
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as given (id integer, state payment_state, code text, text text, at timestamptz)
    where payment.id = given.id`;
}

/** What came back is on record payment by payment: it is due again on the word of one person, and of the bank. */
function recordReturned(transaction: Transaction, actor: Actor, now: Date, changed: readonly Found[]): Promise<void> {
  const returned = changed.filter(({ payment, news }) => isReturned(payment, news));
  return recordChanges(
    transaction,
    actor,
    now,
    returned.map(({ payment: { endToEndId, batchCode, amount, currency }, news: { code } }) => ({
      action: 'payment.returned',
      entity: 'payment',
      entityKey: endToEndId,
      before: { state: 'PAID' },
      after: { state: 'FAILED', batch: batchCode, amount, currency, code: cut(code, 35) },
    })),
  );
}

/** What a bank says, as it is kept: without numbers of accounts. */
const cut = (text: string | null, length: number) => (text === null ? null : maskAccounts(text).slice(0, length));

import { createHash } from 'node:crypto';
import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { booksLock } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError, UserErrors } from '../errors.ts';
import { parseDecimal } from '../money.ts';
import { localDate, localMidnight } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { requireBookkeeper } from './batches.ts';
import { settleBatches } from './batchLife.ts';
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
  /** The same file was read before: nothing was done now. */
  readonly repeated: boolean;
};

type PaymentRow = {
  readonly id: number;
  readonly batchId: number;
  readonly endToEndId: string;
  readonly messageId: string;
  readonly batchState: string;
  readonly state: string;
  readonly amount: string;
  readonly currency: string;
};

type Found = { readonly payment: PaymentRow; readonly news: PaymentNews };

/**
 * Reads a bank's answer, pain.002.001 or CSV: payments become PAID or FAILED, all of them or, where anything is wrong, none. A failed one is
 * due again; a paid one can still come back as failed. The same file again changes nothing. Batches and runs of which all is settled are
 * settled. Needs the owner's rights.
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
    select id, paid_count as "paidCount", failed_count as "failedCount", known_count as "knownCount" from payment_status_import
    where sha256 = ${sha256}`;
  if (former) return { ...former, repeated: true };
  const { format, news, groups } = readFile(file.content);
  const { timeZone } = await loadOperator(transaction);
  const found = await findPayments(transaction, news, groups);
  checkNews(found, localDate(now, timeZone));
  const changed = found.filter(({ payment, news: { outcome } }) => outcome !== 'PENDING' && outcome !== payment.state);
  const count = (outcome: string) => changed.filter((each) => each.news.outcome === outcome).length;
  const counts = { paidCount: count('PAID'), failedCount: count('FAILED'), knownCount: found.length - changed.length };
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
  await applyNews(transaction, row.id, changed, (date) =>
    date === null ? now.toISOString() : localMidnight(date, timeZone),
  );
  await recordChanges(transaction, actor, now, [
    {
      action: 'payments.reported',
      entity: 'payment_status_import',
      entityKey: String(row.id),
      after: { ...counts, sha256 },
    },
  ]);
  await settleBatches(transaction, actor, now, [...new Set(changed.map(({ payment }) => payment.batchId))]);
  return { id: row.id, ...counts, repeated: false };
}

function readFile(content: Buffer): { format: string; news: PaymentNews[]; groups: GroupNews[] } {
  if (content.length > largestStatusFileBytes) {
    throw new UserError('STATUS_REPORT_UNFIT', `The file has more than ${largestStatusFileBytes} bytes.`, 'body');
  }
  const text = content.toString('utf8');
  if (/^\uFEFF?\s*</.test(text)) return { format: 'pain.002', ...readStatusReport(text.replace(/^\uFEFF/, '')) };
  return { format: 'CSV', news: readStatusCsv(text), groups: [] };
}

/** The payments that the news are about, those of whole messages among them. @throws UserErrors PAYMENT_UNKNOWN, PAYMENT_STATE. */
async function findPayments(
  transaction: Transaction,
  news: readonly PaymentNews[],
  groups: readonly GroupNews[],
): Promise<Found[]> {
  const messageIds = groups.map(({ messageId }) => messageId);
  const rows = await rawSql(transaction)<PaymentRow[]>`
    select payment.id, payment.batch_id as "batchId", payment.end_to_end_id as "endToEndId", batch.message_id as "messageId",
      batch.state as "batchState", payment.state, payment.amount::text as amount, payment.currency
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
  const rest = rows.filter((row) => row.state !== 'SET_OFF' && !named.has(row.endToEndId));
  return [...named.values(), ...rest.flatMap((payment) => ofGroup(payment, groups))];
}

/** What is said of the smallest group holds: the payment information, which comes last, before the message. */
function ofGroup(payment: PaymentRow, groups: readonly GroupNews[]): Found[] {
  const group = groups.findLast(({ messageId }) => messageId === payment.messageId);
  if (!group) return [];
  const { outcome, code, text } = group;
  const { endToEndId } = payment;
  return [{ payment, news: { at: endToEndId, endToEndId, outcome, code, text, date: null, given: null } }];
}

/** @throws UserErrors PAYMENT_STATE, PAYMENT_DIFFERS, STATUS_REPORT_UNFIT for days that are not over. */
function checkNews(found: readonly Found[], today: string): void {
  const faults = found.flatMap(({ payment, news }) => {
    const { at, outcome, given, date } = news;
    const { endToEndId, state, batchState, amount, currency } = payment;
    const told: UserError[] = [];
    if (batchState !== 'APPROVED' && batchState !== 'SETTLED')
      told.push(new UserError('PAYMENT_STATE', `${endToEndId} is in a batch that is ${batchState}.`, at));
    else if (!['INSTRUCTED', 'PAID', 'FAILED'].includes(state) || (state === 'FAILED' && outcome === 'PAID'))
      told.push(new UserError('PAYMENT_STATE', `${endToEndId} is ${state} and cannot become ${outcome}.`, at));
    if (
      given &&
      ((given.currency !== '' && given.currency !== currency) || !parseDecimal(given.amount)?.equals(amount))
    )
      told.push(
        new UserError(
          'PAYMENT_DIFFERS',
          `${endToEndId} is about ${amount} ${currency}, not ${`${given.amount} ${given.currency}`.slice(0, 60)}.`,
          at,
        ),
      );
    if (date !== null && date > today) told.push(new UserError('STATUS_REPORT_UNFIT', `${date} is not over.`, at));
    return told;
  });
  if (faults.length > 0) throw new UserErrors(faults.slice(0, 100));
}

async function applyNews(
  transaction: Transaction,
  importId: number,
  changed: readonly Found[],
  instantOf: (date: string | null) => string,
): Promise<void> {
  const rows = changed.map(({ payment, news }) => ({
    id: payment.id,
    state: news.outcome,
    code: news.outcome === 'FAILED' ? (news.code?.slice(0, 35) ?? null) : null,
    text: news.outcome === 'FAILED' ? (news.text?.slice(0, 500) ?? null) : null,
    at: instantOf(news.date),
  }));
  await rawSql(transaction)`
    update payment set state = given.state, failure_code = given.code, failure_text = given.text, settled_at = given.at,
      status_import_id = ${importId}
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as given (id integer, state payment_state, code text, text text, at timestamptz)
    where payment.id = given.id`;
}

import { and, asc, eq, inArray } from 'drizzle-orm';
import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import { type Actor, localActor } from '../db/transaction.ts';
import { UserError, UserErrors } from '../errors.ts';
import { localMidnight } from '../period.ts';
import { findOperator } from '../reference/operator.ts';
import { type MisconductCategory, misconductCategories } from './categories.ts';
import { hashReceipt, newReceipt } from './receipts.ts';
import { type MisconductState, statesBefore } from './states.ts';
import { misconductMessage, misconductReport } from './tables.ts';

// Anyone can report misconduct without being named (DOMAIN.md §12). What a reporter does is written with the owner's rights and
// under the operator's local date `today`: neither the row nor the audit record holds an account, a request or an instant.

const longestWords = 10_000;
const longestAbout = 200;

export type NewReport = {
  readonly category: MisconductCategory;
  /** The code or name of whom it is about, as the reporter knows it. */
  readonly about?: string | null | undefined;
  readonly words: string;
};

export type FollowedMessage = { readonly fromReporter: boolean; readonly words: string; readonly writtenOn: string };

export type FollowedReport = {
  readonly category: string;
  readonly about: string | null;
  readonly state: MisconductState;
  readonly filedOn: string;
  readonly messages: readonly FollowedMessage[];
};

/**
 * Files a report. `transaction` is the owner's.
 * @returns the receipt with which its holder follows the report; only its hash is kept.
 * @throws UserError INPUT_INVALID (all faults at once).
 */
export async function fileReport(transaction: Transaction, today: string, report: NewReport): Promise<string> {
  const about = report.about?.trim() || null;
  const words = report.words.trim();
  const faults = [
    misconductCategories.includes(report.category)
      ? undefined
      : new UserError('INPUT_INVALID', `A category is one of ${misconductCategories.join(', ')}.`, 'category'),
    (about?.length ?? 0) <= longestAbout
      ? undefined
      : new UserError('INPUT_INVALID', `Say in at most ${longestAbout} characters whom it is about.`, 'about'),
    wordsFault(words),
  ].filter((fault) => fault !== undefined);
  if (faults.length > 0) throw new UserErrors(faults);
  const receipt = newReceipt();
  const [filed] = await transaction
    .insert(misconductReport)
    .values({ receiptHash: hashReceipt(receipt), category: report.category, about, state: 'FILED', filedOn: today })
    .returning({ id: misconductReport.id });
  if (!filed) throw new Error('The report was not filed');
  await transaction
    .insert(misconductMessage)
    .values({ reportId: filed.id, fromReporter: true, words, writtenOn: today });
  await recordAnonymously(transaction, today, 'misconduct.filed');
  return receipt;
}

/**
 * What became of a report. `transaction` is the owner's. Whoever answered is not named.
 * @returns undefined where no report has this receipt.
 */
export async function followReport(transaction: Transaction, receipt: string): Promise<FollowedReport | undefined> {
  const report = await findReport(transaction, receipt);
  if (!report) return undefined;
  const messages = await transaction
    .select({
      fromReporter: misconductMessage.fromReporter,
      words: misconductMessage.words,
      writtenOn: misconductMessage.writtenOn,
    })
    .from(misconductMessage)
    .where(eq(misconductMessage.reportId, report.id))
    .orderBy(asc(misconductMessage.id));
  const { category, about, state, filedOn } = report;
  return { category, about, state, filedOn, messages };
}

/**
 * Adds to a report what its reporter has more to say, whatever its state. `transaction` is the owner's.
 * @throws UserError INPUT_INVALID, NOT_FOUND where no report has this receipt.
 */
export async function addToReport(
  transaction: Transaction,
  today: string,
  receipt: string,
  addition: string,
): Promise<void> {
  const words = addition.trim();
  const fault = wordsFault(words);
  if (fault) throw fault;
  const report = await findReport(transaction, receipt);
  if (!report) throw new UserError('NOT_FOUND', 'There is no report with this receipt.', 'receipt');
  await transaction
    .insert(misconductMessage)
    .values({ reportId: report.id, fromReporter: true, words, writtenOn: today });
  await recordAnonymously(transaction, today, 'misconduct.added');
}

/**
 * Answers the reporter, as compliance. Works with the request role's transaction.
 * @throws UserError FORBIDDEN for anybody else, INPUT_INVALID, NOT_FOUND.
 */
export async function answerReport(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  today: string,
  answer: { readonly reportId: number; readonly words: string },
): Promise<void> {
  requireCompliance(actor);
  const words = answer.words.trim();
  const fault = wordsFault(words);
  if (fault) throw fault;
  await requireReport(transaction, answer.reportId);
  await writeAsCompliance(transaction, actor, today, answer.reportId, words);
  await recordCompliance(transaction, actor, now, 'misconduct.answered', answer.reportId);
}

/**
 * Brings a report to another state and tells the reporter why, as compliance. Works with the request role's transaction.
 * @throws UserError FORBIDDEN for anybody else, INPUT_INVALID, NOT_FOUND, CONFLICTING_CHANGE where the report is in a state from
 * which this one does not follow (states.ts).
 */
export async function setReportState(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  today: string,
  change: { readonly reportId: number; readonly state: MisconductState; readonly words: string },
): Promise<void> {
  requireCompliance(actor);
  const words = change.words.trim();
  const fault = wordsFault(words);
  if (fault) throw fault;
  const before = statesBefore(change.state);
  const changed =
    before.length === 0
      ? []
      : await transaction
          .update(misconductReport)
          .set({ state: change.state })
          .where(and(eq(misconductReport.id, change.reportId), inArray(misconductReport.state, before)))
          .returning({ id: misconductReport.id });
  if (changed.length === 0) {
    const state = await requireReport(transaction, change.reportId);
    throw new UserError('CONFLICTING_CHANGE', `A report that is ${state} does not become ${change.state}.`, 'state');
  }
  await writeAsCompliance(transaction, actor, today, change.reportId, words);
  await recordCompliance(transaction, actor, now, 'misconduct.state_changed', change.reportId);
}

function wordsFault(words: string): UserError | undefined {
  if (words.length >= 1 && words.length <= longestWords) return undefined;
  return new UserError('INPUT_INVALID', `Write 1 to ${longestWords} characters.`, 'words');
}

function requireCompliance(actor: Actor): void {
  if (actor.user?.role !== 'COMPLIANCE') {
    throw new UserError('FORBIDDEN', 'Reports of misconduct are for compliance alone.');
  }
}

async function findReport(transaction: Transaction, receipt: string) {
  const [report] = await transaction
    .select()
    .from(misconductReport)
    .where(eq(misconductReport.receiptHash, hashReceipt(receipt)));
  return report;
}

/** @returns its state. Named columns: the request role may not read the receipt's hash. */
async function requireReport(transaction: Transaction, id: number): Promise<MisconductState> {
  const [report] = await transaction
    .select({ state: misconductReport.state })
    .from(misconductReport)
    .where(eq(misconductReport.id, id));
  if (!report) throw new UserError('NOT_FOUND', 'There is no such report.', 'reportId');
  return report.state;
}

async function writeAsCompliance(
  transaction: Transaction,
  actor: Actor,
  today: string,
  reportId: number,
  words: string,
): Promise<void> {
  await transaction
    .insert(misconductMessage)
    .values({ reportId, fromReporter: false, by: actor.name, words, writtenOn: today });
}

/** That something was reported on that day, and nothing else: not which report, nor by whom, through what, or when exactly. */
async function recordAnonymously(transaction: Transaction, today: string, action: string): Promise<void> {
  const zone = (await findOperator(transaction))?.timeZone ?? 'UTC';
  await recordChanges(transaction, localActor('anonymous'), new Date(localMidnight(today, zone)), [
    { action, entity: 'misconduct_report', entityKey: today },
  ]);
}

/** That compliance did something to a report. What it was stands in the report: auditors do not read it. */
async function recordCompliance(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  action: string,
  reportId: number,
): Promise<void> {
  await recordChanges(transaction, actor, now, [{ action, entity: 'misconduct_report', entityKey: String(reportId) }]);
}

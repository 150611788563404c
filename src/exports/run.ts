import { createHash } from 'node:crypto';
import { loadRunSummary } from '../commissions/runs.ts';
import type { Databases, Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { type ErrorCode, UserError } from '../errors.ts';
import { minorUnitDigits } from '../money.ts';
import type { Period } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { archiveName, writeArchive } from './archive.ts';
import { isForAll, kindsToMake, loadContents } from './contents.ts';
import { moneyOf } from './csv/cells.ts';
import { encoded } from './encode.ts';
import type { ExportKind, ExportSettings } from './kinds.ts';
import type { ExportContent, ExportContext, ExportTarget, LeftOut, MadeFile } from './writer.ts';

export type ExportWork = {
  readonly period: Period;
  /** The run that is meant; without it the one that stands for the period. */
  readonly runId?: number;
  readonly kinds: readonly ExportKind[];
  readonly settings: ExportSettings;
  /** Hears how far all of it is, in percent, and which file is being made. */
  readonly onProgress: (percent: number, file: string) => void;
};

/**
 * Makes a run's files, one after the other, all from one state of the books (DOMAIN.md §11). The same bytes for the same run and settings.
 * Where everything is wanted, what cannot be made yet is left out.
 * @throws UserError NO_RUN; of a kind that is named JOURNAL_ACCOUNT_MISSING, STATEMENTS_NOT_ISSUED.
 */
export function makeFiles(databases: Databases, target: ExportTarget, work: ExportWork): Promise<MadeFile[]> {
  const { period, settings } = work;
  return databases.owner.transaction(
    async (transaction) => {
      const run = await loadRunSummary(transaction, period);
      if (work.runId !== undefined && work.runId !== run.id) {
        throw new UserError('NO_RUN', `Run ${work.runId} of ${period} no longer stands.`, period);
      }
      await rawSql(transaction).unsafe(querySettings);
      const { timeZone } = await loadOperator(transaction);
      const money = moneyOf(await loadCurrencies(transaction, run.id));
      const context = { transaction, run: { id: run.id, period }, timeZone, settings, money };
      return makeKinds(target, context, work);
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
}

/**
 * Sorted in memory; compiling the queries takes longer than it saves, and several processes share the work on a large run: what a
 * row costs to hand over is less here than the server takes it for.
 */
const querySettings = `set local work_mem = '128MB'; set local jit = off; set local enable_memoize = off;
  set local parallel_setup_cost = 100; set local parallel_tuple_cost = 0.005`;

async function loadCurrencies(transaction: Transaction, runId: number): Promise<string[]> {
  const rows = await rawSql(transaction)<{ currency: string }[]>`
    select currency from statement where run_id = ${runId} union select currency from run_total where run_id = ${runId} order by 1`;
  return rows.map(({ currency }) => currency).filter((currency) => Object.hasOwn(minorUnitDigits, currency));
}

type Books = Omit<ExportContext, 'warn' | 'onProgress'>;

async function makeKinds(target: ExportTarget, books: Books, work: ExportWork): Promise<MadeFile[]> {
  const { kinds: wanted, onProgress, period } = work;
  const kinds = kindsToMake(wanted);
  const contents = await loadContents(kinds);
  const files: MadeFile[] = [];
  const leftOut: LeftOut[] = [];
  const archive = archiveContent(archiveName(period), target, files, leftOut);
  const all = kinds.includes('ARCHIVE') ? [...contents, archive] : contents;
  for (const [index, content] of all.entries()) {
    const tell = (fraction: number) => onProgress(((index + fraction) / all.length) * 100, content.name);
    try {
      files.push(await makeFile(target, content, { ...books, onProgress: tell }));
    } catch (error) {
      if (!(isForAll(wanted) && isMissing(error))) throw error;
      leftOut.push({ kind: content.kind, code: error.code, message: error.message });
    }
  }
  return files;
}

/** What the operator has yet to do or set up is no reason to go without the other files. */
const mayBeMissing: readonly ErrorCode[] = ['JOURNAL_ACCOUNT_MISSING', 'STATEMENTS_NOT_ISSUED'];

const isMissing = (error: unknown): error is UserError =>
  error instanceof UserError && mayBeMissing.includes(error.code);

const archiveContent = (
  name: string,
  target: ExportTarget,
  files: readonly MadeFile[],
  leftOut: readonly LeftOut[],
): ExportContent => ({
  name,
  kind: 'ARCHIVE',
  mediaType: 'application/zip',
  write: (context) => writeArchive(context, target, files, leftOut),
});

/** Warnings beyond these say nothing new. */
const mostWarnings = 200;

async function makeFile(
  target: ExportTarget,
  { name, kind, mediaType, write }: ExportContent,
  context: Omit<ExportContext, 'warn'>,
): Promise<MadeFile> {
  const warnings: string[] = [];
  const warn = (text: string) => {
    if (warnings.length < mostWarnings) warnings.push(text);
  };
  context.onProgress(0);
  const bytes = write({ ...context, warn });
  const isText = mediaType.startsWith('text/');
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const measured = async function* () {
    for await (const piece of isText ? encoded(bytes, context.settings) : bytes) {
      hash.update(piece);
      sizeBytes += piece.length;
      yield piece;
    }
  };
  await target.write(name, measured());
  context.onProgress(1);
  return {
    name,
    kind,
    mediaType: isText ? `${mediaType}; charset=${context.settings.encoding}` : mediaType,
    sizeBytes,
    sha256: hash.digest('hex'),
    warnings,
  };
}

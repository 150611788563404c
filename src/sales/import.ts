import type { Readable } from 'node:stream';
import { eq } from 'drizzle-orm';
import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { loadOperator } from '../reference/operator.ts';
import { type EventInput, eventFileColumns, inputValues } from './columns.ts';
import { openCsvFile, type SourcePiece } from './file.ts';
import * as originals from './originals.ts';
import { loadReferences } from './references.ts';
import { Rejections, type RowError } from './rejections.ts';
import { rowChecker } from './rows.ts';
import * as staging from './staging.ts';
import { eventImport } from './tables.ts';
import { quote } from './values.ts';

export type { EventInput } from './columns.ts';
export type { RowError } from './rejections.ts';

/**
 * What an import did. Each data row is accepted, a duplicate or rejected; where nothing landed because of `atomic`, only
 * `rowCount` and `rejectedCount` say something. `importId` is null where nothing new was accepted.
 */
export type ImportResult = {
  readonly importId: number | null;
  readonly rowCount: number;
  readonly acceptedCount: number;
  readonly duplicateCount: number;
  readonly rejectedCount: number;
  /** How many of the accepted events lie in a period that was approved before. */
  readonly lateCount: number;
  /** The first 1,000 faults by row; a row may have several. */
  readonly rejections: readonly RowError[];
};

export type ImportOptions = {
  /** Whether one rejected row keeps all the others out as well. */
  readonly atomic: boolean;
  /** Hears of every fault: those of a row itself in the file's order, then those found against other events. */
  readonly onRejected?: (error: RowError) => void | Promise<void>;
  readonly onProgress?: (rows: number, bytes: number) => void;
};

/** One import, whatever the way in, with all that its steps share. */
type Import = {
  readonly transaction: Transaction;
  readonly actor: Actor;
  readonly now: Date;
  readonly name: string;
  readonly pieces: AsyncIterable<SourcePiece>;
  readonly isFile: boolean;
  /** The only agents it can name, where that is known before. */
  readonly agentCodes?: readonly string[];
  readonly atomic: boolean;
  /** Whether the transaction is rolled back, whatever comes: then approvals are not held off until it ends. */
  readonly isDiscarded?: boolean;
  readonly onProgress?: ((rows: number, bytes: number) => void) | undefined;
  readonly rejections: Rejections;
};

/**
 * Imports a CSV file of events (DOMAIN.md §7) in the caller's transaction: as owner, or as the request role, for whom agents
 * it may not see do not exist. The file is read as a stream, which is closed in the end; memory stays flat whatever its
 * size. Nothing is committed here. `now` is the latest instant an event may have.
 * @throws UserError NOT_SET_UP, FILE_EMPTY, FILE_ENCODING, and COLUMN_*, ROW_* for a header that cannot be used. Faults of
 * single rows are not thrown: they are in the result. After any other error the transaction must be rolled back.
 */
export async function importEventFile(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  source: { readonly name: string; readonly stream: Readable; readonly sizeBytes?: number },
  options: ImportOptions,
): Promise<ImportResult> {
  const { atomic, onRejected, onProgress } = options;
  const rejections = new Rejections(onRejected);
  try {
    const pieces = await openCsvFile(source.stream, eventFileColumns);
    const { name } = source;
    return await importEvents({ transaction, actor, now, name, pieces, isFile: true, atomic, onProgress, rejections });
  } finally {
    source.stream.destroy();
  }
}

const maxBatchSize = 1000;

/**
 * Imports up to 1,000 events that a client of the API sent; rows are numbered from 1 in their order. Otherwise as
 * importEventFile; `isDiscarded`, where the transaction is rolled back in the end, holds off no approval. @throws UserError BATCH_TOO_LARGE, NOT_SET_UP.
 */
export async function importEventBatch(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  events: readonly EventInput[],
  options: { readonly atomic: boolean; readonly isDiscarded?: boolean },
): Promise<ImportResult> {
  if (events.length > maxBatchSize) {
    const message = `The batch has ${events.length} events, at most ${maxBatchSize} are allowed.`;
    throw new UserError('BATCH_TOO_LARGE', message);
  }
  return importEvents({
    transaction,
    actor,
    now,
    name: 'API',
    pieces: batchPieces(events),
    isFile: false,
    agentCodes: events.flatMap((event) => codesOfAgents(event)),
    atomic: options.atomic,
    isDiscarded: options.isDiscarded ?? false,
    rejections: new Rejections(undefined),
  });
}

async function* batchPieces(events: readonly EventInput[]): AsyncGenerator<SourcePiece> {
  yield {
    rows: events.map((event, index) => ({ line: index + 1, values: inputValues(event), fault: null })),
    bytes: 0,
  };
}

function codesOfAgents(event: EventInput): string[] {
  const credited = (event.credits ?? '').split('|').map((credit) => credit.split(':', 1)[0] ?? '');
  return [event.agentCode, ...credited].map((code) => code.trim());
}

async function importEvents(run: Import): Promise<ImportResult> {
  const { transaction, rejections } = run;
  const { timeZone } = await loadOperator(transaction);
  const staged = await stageEvents(run);
  const { contentHash, ...merged } = await mergeEvents(run, staged, timeZone);
  await staging.dropStaging(transaction);
  const counts = { ...merged, rowCount: staged.rowCount, rejectedCount: rejections.rowCount };
  if (merged.importId !== null) await recordImport(run, merged.importId, contentHash, counts);
  return { ...counts, rejections: rejections.kept };
}

type Staged = {
  readonly rowCount: number;
  readonly stagedCount: number;
  /** Whether any row names an original; whether any is a REFUND or REVERSAL. */
  readonly hasOriginals: boolean;
  readonly hasReferences: boolean;
};

/** Checks every row by itself and stages the good ones. */
async function stageEvents(run: Import): Promise<Staged> {
  const { transaction, rejections } = run;
  const check = rowChecker(await loadReferences(transaction, run.agentCodes), run.now);
  const counts = { rowCount: 0, stagedCount: 0, hasOriginals: false, hasReferences: false };

  async function* checkedPieces(): AsyncGenerator<staging.StagedValues[]> {
    for await (const { rows, bytes } of run.pieces) {
      const good: staging.StagedValues[] = [];
      for (const { line, values, fault } of rows) {
        counts.rowCount += 1;
        const checked = fault ? { faults: [fault] } : check(values);
        if ('faults' in checked) {
          const wait = rejections.add(counts.rowCount, line, keyOf(values), checked.faults);
          if (wait) await wait;
        } else {
          counts.hasOriginals ||= checked.event.originalExternalId !== null;
          counts.hasReferences ||= checked.event.type === 'REFUND' || checked.event.type === 'REVERSAL';
          good.push(staging.stagedValues(counts.rowCount, line, checked.event));
        }
      }
      if (run.atomic && rejections.rowCount > 0) good.length = 0;
      counts.stagedCount += good.length;
      yield good;
      run.onProgress?.(counts.rowCount, bytes);
    }
  }

  await staging.createStaging(transaction);
  if (run.isFile) await staging.copyToStaging(transaction, checkedPieces());
  else await staging.insertIntoStaging(transaction, checkedPieces());
  return counts;
}

function keyOf(values: readonly string[]): string | null {
  const [source, externalId] = values;
  return source?.trim() && externalId?.trim() ? eventKey(source.trim(), externalId.trim()) : null;
}

function eventKey(source: string, externalId: string): string {
  return `${source}/${externalId}`.slice(0, 400);
}

type Merged = Pick<ImportResult, 'importId' | 'acceptedCount' | 'duplicateCount' | 'lateCount'> & {
  readonly contentHash: string;
};

const nothingMerged: Merged = { importId: null, acceptedCount: 0, duplicateCount: 0, lateCount: 0, contentHash: '' };

/**
 * Brings the staged rows over. It inserts first and asks afterwards what did not go in: only the insert itself sees, without
 * a gap, what other imports do at the same time. What must not stay (nothing new, or a rejection under `atomic`) is rolled back.
 */
async function mergeEvents(run: Import, staged: Staged, timeZone: string): Promise<Merged> {
  const { transaction, rejections } = run;
  const refused = () => run.atomic && rejections.rowCount > 0;
  if (staged.stagedCount === 0 || refused()) return nothingMerged;
  await staging.analyzeStaging(transaction);
  if (run.isFile) await staging.lockFileImports(transaction);
  let unfitCount = staged.hasOriginals ? await rejectOrphans(run) : 0;
  if (staged.hasReferences) unfitCount += await rejectUnfit(run);
  if (refused()) return nothingMerged;

  const approvedUpTo = await (run.isDiscarded ? staging.approvedUpTo : staging.lockBooks)(transaction);
  await rawSql(transaction)`savepoint import_merge`;
  const importId = await openImport(run);
  const inserted = await staging.insertEvents(transaction, importId, timeZone, approvedUpTo);
  const leftCount = staged.stagedCount - unfitCount - inserted.acceptedCount;
  const changedCount = leftCount > 0 ? await rejectChanged(run) : 0;
  if (staged.hasReferences && changedCount > 0 && !(await originals.referencesHold(transaction))) {
    throw new UserError('CONFLICTING_CHANGE', 'Another import brought the same events at the same time.');
  }
  if (refused() || inserted.acceptedCount === 0) {
    await rawSql(transaction)`rollback to savepoint import_merge`;
    return refused() ? nothingMerged : { ...nothingMerged, duplicateCount: leftCount - changedCount };
  }
  return { importId, ...inserted, duplicateCount: leftCount - changedCount };
}

function rejectOrphans({ transaction, rejections }: Import): Promise<number> {
  return originals.takeOutUnknownOriginals(transaction, ({ row, line, source, externalId, originalExternalId }) => {
    const message = `There is no event ${quote(originalExternalId ?? '')} of source ${quote(source)}.`;
    const fault = { column: 'original_external_id', code: 'ORIGINAL_UNKNOWN', message } as const;
    return rejections.add(row, line, eventKey(source, externalId), [fault]);
  });
}

/**
 * A row that is taken out lets a later one with the same key take its place, and may be another's original: it goes on until
 * nothing is found.
 */
async function rejectUnfit(run: Import): Promise<number> {
  const { transaction, rejections } = run;
  await originals.lockOriginals(transaction);
  for (let total = 0; ; ) {
    const found = await originals.takeOutUnfitReferences(
      transaction,
      ({ row, line, source, externalId, code, message }) => {
        const column = code === 'REFUND_TOO_LARGE' ? 'amount' : 'original_external_id';
        return rejections.add(row, line, eventKey(source, externalId), [{ column, code, message }]);
      },
    );
    if (found === 0) return total;
    total += found + (await rejectOrphans(run));
  }
}

function rejectChanged({ transaction, rejections }: Import): Promise<number> {
  return staging.eachChangedRow(transaction, ({ row, line, source, externalId }) => {
    const key = eventKey(source, externalId);
    const message = `An event ${quote(key)} with other content exists.`;
    return rejections.add(row, line, key, [{ column: 'external_id', code: 'EVENT_CHANGED', message }]);
  });
}

/** The events need the import's id, and its counts are known after them: they are filled in by recordImport. */
async function openImport({ transaction, actor, now, name }: Import): Promise<number> {
  const counts = { rowCount: 0, acceptedCount: 0, duplicateCount: 0, rejectedCount: 0, lateCount: 0 };
  const [row] = await transaction
    .insert(eventImport)
    .values({ name, importedBy: actor.name, importedAt: now.toISOString(), contentHash: '', ...counts })
    .returning({ id: eventImport.id });
  if (!row) throw new Error('an insert gave no row');
  return row.id;
}

async function recordImport(
  { transaction, actor, now, name }: Import,
  importId: number,
  contentHash: string,
  counts: Omit<ImportResult, 'rejections'>,
): Promise<void> {
  const { rowCount, acceptedCount, duplicateCount, rejectedCount, lateCount } = counts;
  const facts = { contentHash, rowCount, acceptedCount, duplicateCount, rejectedCount, lateCount };
  await transaction.update(eventImport).set(facts).where(eq(eventImport.id, importId));
  await recordChanges(transaction, actor, now, [
    { action: 'events.imported', entity: 'event_import', entityKey: String(importId), after: { name, ...facts } },
  ]);
}

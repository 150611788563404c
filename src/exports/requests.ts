import { createHash } from 'node:crypto';
import { recordChanges } from '../audit/audit.ts';
import { requireUnlocked } from '../closing/lock.ts';
import { loadRunSummary } from '../commissions/runs.ts';
import type { Transaction } from '../db/client.ts';
import { asUserError } from '../db/constraints.ts';
import type { Actor } from '../db/transaction.ts';
import type { DocumentStore } from '../documents/store.ts';
import { UserError } from '../errors.ts';
import type { Period } from '../period.ts';
import { isForAll, kindsToMake } from './contents.ts';
import type { ExportKind, ExportSettings } from './kinds.ts';
import { exportRequest } from './tables.ts';

/**
 * Asks the queue for files of a period's approved run: no kinds, or the archive alone, are all of them, but for those that the operator has
 * not set up. One request for a run at a time.
 * @returns the request.
 * @throws UserError EXPORT_RUNNING, NO_RUN, RUN_STATE where nobody approved it yet, PERIOD_LOCKED, INPUT_INVALID.
 */
export async function requestExports(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  input: { readonly period: Period; readonly kinds: readonly ExportKind[]; readonly settings: ExportSettings },
): Promise<number> {
  const { period, settings } = input;
  if (settings.byteOrderMark && settings.encoding !== 'UTF-8') {
    throw new UserError('INPUT_INVALID', 'A byte order mark goes with UTF-8 alone.', 'byteOrderMark');
  }
  const run = await loadRunSummary(transaction, period);
  if (run.status === 'CALCULATED') {
    throw new UserError(
      'RUN_STATE',
      `Run ${run.id} of ${period} is not approved yet; its files could still change.`,
      period,
    );
  }
  await requireUnlocked(transaction, period);
  // Kept as what it is, a request for everything leaves out what cannot be made yet.
  const kinds: ExportKind[] = isForAll(input.kinds) ? ['ARCHIVE'] : kindsToMake(input.kinds);
  const values = { runId: run.id, kinds, settings, state: 'REQUESTED', requestedBy: actor.name } as const;
  const [request] = await transaction
    .transaction((savepoint) =>
      savepoint
        .insert(exportRequest)
        .values({ ...values, requestedAt: now.toISOString() })
        .returning({ id: exportRequest.id }),
    )
    .catch((error: unknown) => {
      throw asUserError(error);
    });
  if (!request) throw new Error('an insert gave no row');
  await recordChanges(transaction, actor, now, [
    { action: 'export.requested', entity: 'export', entityKey: `${period}#${request.id}`, after: { kinds, settings } },
  ]);
  return request.id;
}

export type ListedFile = {
  readonly requestId: number;
  readonly name: string;
  readonly kind: ExportKind;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly encoding: string;
  readonly madeAt: string;
};

/** The files that were made of a period's runs, the latest request first. */
export async function listExports(transaction: Transaction, period: Period): Promise<ListedFile[]> {
  const requests = await transaction.query.exportRequest.findMany({
    columns: { id: true, settings: true },
    where: { state: 'DONE', run: { period } },
    with: { files: { orderBy: { id: 'asc' } } },
    orderBy: { id: 'desc' },
  });
  return requests.flatMap(({ id, settings, files }) =>
    files.map(({ name, kind, sizeBytes, sha256, madeAt }) => ({
      requestId: id,
      name,
      kind,
      sizeBytes,
      sha256,
      encoding: settings.encoding,
      madeAt,
    })),
  );
}

/** A file of a run as it is kept, and the way to its bytes: `open` needs no transaction, and fails before the end where they are others. */
export type KeptFile = {
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly open: () => Promise<AsyncIterable<Uint8Array>>;
};

/** @throws UserError NOT_FOUND, also for what the transaction may not see; `open` DOCUMENT_LOST. */
export async function findExportFile(transaction: Transaction, store: DocumentStore, id: number): Promise<KeptFile> {
  const found = await transaction.query.exportFile.findFirst({ where: { id } });
  if (!found) throw new UserError('NOT_FOUND', 'There is no such file, or you may not see it.');
  const { name, mediaType, sizeBytes, sha256, storageKey } = found;
  return { name, mediaType, sizeBytes, sha256, open: async () => checked(await store.get(storageKey), sha256) };
}

/** The same bytes; the last are held back until all are known to be right. */
async function* checked(bytes: AsyncIterable<Uint8Array>, sha256: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let last: Uint8Array | undefined;
  for await (const piece of bytes) {
    hash.update(piece);
    if (last) yield last;
    last = piece;
  }
  if (hash.digest('hex') !== sha256) throw new UserError('DOCUMENT_LOST', 'The file is not the one that was made.');
  if (last) yield last;
}

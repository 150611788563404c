import { and, eq, inArray, sql } from 'drizzle-orm';
import { recordChanges } from '../audit/audit.ts';
import type { Database, Databases, Transaction } from '../db/client.ts';
import { localActor } from '../db/transaction.ts';
import type { DocumentStore } from '../documents/store.ts';
import type { Period } from '../period.ts';
import { archiveName } from './archive.ts';
import { kindsToMake, loadContents } from './contents.ts';
import { makeFiles } from './run.ts';
import { exportFile, exportRequest } from './tables.ts';
import type { ExportTarget, MadeFile } from './writer.ts';

// A request's files lie under keys of the attempt that made them: one that was taken for dead and goes on writes over nobody's. They are
// listed all at once, when all are there, by the attempt that is the first to have them; the others remove their own.

type Request = typeof exportRequest.$inferSelect & { readonly run: { readonly id: number; readonly period: Period } };

/** How often the queue tries, as the trigger that adds the job says. */
const mostAttempts = 3;

/**
 * Makes the files of a request. Doing it twice, at the same time too, does no harm.
 * @param attempt from 1; no two processes have the same of one request
 * @returns the files, or undefined where the request is done or failed already, or was when they were made
 * @throws UserError NO_RUN where the run no longer stands.
 */
export async function makeRequestedFiles(
  databases: Databases,
  store: DocumentStore,
  clock: () => Date,
  requestId: number,
  attempt: number,
): Promise<MadeFile[] | undefined> {
  const { owner } = databases;
  await owner
    .update(exportRequest)
    .set({ state: 'RUNNING' })
    .where(and(eq(exportRequest.id, requestId), eq(exportRequest.state, 'REQUESTED')));
  const request = await openRequest(owner, requestId);
  if (!request) return undefined;
  const { runId, kinds, settings, run } = request;
  const keyOf = keysOf(request, attempt);
  const target = storeTarget(store, keyOf);
  const progress = progressWriter(owner, requestId);
  const work = { period: run.period, runId, kinds, settings, onProgress: progress.tell };
  const files = await makeFiles(databases, target, work).catch(async (error: unknown) => {
    // why it failed matters more than what stays; giving the request up removes that too
    await removeFiles(store, request, [attempt]).catch(() => {});
    throw error;
  });
  await progress.settled();
  const isListed = await owner.transaction((transaction) => listFiles(transaction, clock(), request, files, keyOf));
  // what attempts before it left when they were killed
  await removeFiles(store, request, isListed ? range(attempt - 1) : [attempt]);
  return isListed ? files : undefined;
}

const range = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

async function openRequest(owner: Database, id: number): Promise<Request | undefined> {
  return (await owner.query.exportRequest.findFirst({
    where: { id, state: 'RUNNING' },
    with: { run: { columns: { id: true, period: true } } },
  })) as Request | undefined;
}

type KeyOf = (name: string) => string;

const keysOf =
  ({ id, run }: Request, attempt: number): KeyOf =>
  (name) =>
    `exports/${run.period}/${id}/${attempt}/${name.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-')}`;

function storeTarget(store: DocumentStore, keyOf: KeyOf): ExportTarget {
  const read = async function* (name: string) {
    yield* (await store.get(keyOf(name))) as AsyncIterable<Buffer>;
  };
  return { write: (name, bytes) => store.put(keyOf(name), bytes), read };
}

/** Writes down how far it is whenever that is another percent; one writing at a time, the latest news only. */
function progressWriter(owner: Database, requestId: number) {
  let last = '';
  let writing: Promise<void> | undefined;
  const write = async (step: string, percent: number) => {
    await owner.execute(sql`
      insert into export_progress (request_id, step, percent) values (${requestId}, ${step}, ${percent})
      on conflict (request_id) do update set step = excluded.step, percent = excluded.percent`);
  };
  return {
    tell: (exact: number, step: string) => {
      const percent = Math.floor(exact);
      const news = `${percent} ${step}`;
      if (writing || news === last) return;
      last = news;
      writing = write(step, percent)
        // How far it is matters less than that it goes on.
        .catch(() => {})
        .finally(() => {
          writing = undefined;
        });
    },
    settled: async () => writing,
  };
}

/** @returns whether they are: another attempt may have been faster, or the request was given up. */
async function listFiles(
  transaction: Transaction,
  now: Date,
  request: Request,
  files: readonly MadeFile[],
  keyOf: KeyOf,
): Promise<boolean> {
  const done = await transaction
    .update(exportRequest)
    .set({ state: 'DONE', finishedAt: now.toISOString() })
    .where(and(eq(exportRequest.id, request.id), eq(exportRequest.state, 'RUNNING')))
    .returning({ id: exportRequest.id });
  if (done.length === 0) return false;
  const rows = files.map((file) => ({
    ...file,
    warnings: [...file.warnings],
    runId: request.runId,
    requestId: request.id,
    storageKey: keyOf(file.name),
    madeAt: now.toISOString(),
  }));
  await transaction.insert(exportFile).values(rows);
  const after = { files: files.map(({ name, sizeBytes, sha256 }) => ({ name, sizeBytes, sha256 })) };
  await recordChanges(transaction, localActor(request.requestedBy), now, [
    { action: 'export.made', entity: 'export', entityKey: `${request.run.period}#${request.id}`, after },
  ]);
  return true;
}

/** Gives a request up: says why, so that another can be made, and forgets what was written for it. */
export async function failRequest(
  { owner }: Databases,
  store: DocumentStore,
  now: Date,
  requestId: number,
  failure: string,
): Promise<void> {
  const request = (await owner.query.exportRequest.findFirst({
    where: { id: requestId },
    with: { run: { columns: { id: true, period: true } } },
  })) as Request | undefined;
  if (!request) return;
  const failed = await owner.transaction(async (transaction) => {
    const rows = await transaction
      .update(exportRequest)
      .set({ state: 'FAILED', failure, finishedAt: now.toISOString() })
      .where(and(eq(exportRequest.id, requestId), inArray(exportRequest.state, ['REQUESTED', 'RUNNING'])))
      .returning({ id: exportRequest.id });
    if (rows.length === 0) return false;
    await recordChanges(transaction, localActor(request.requestedBy), now, [
      {
        action: 'export.failed',
        entity: 'export',
        entityKey: `${request.run.period}#${requestId}`,
        after: { failure },
      },
    ]);
    return true;
  });
  if (failed) await removeFiles(store, request, range(mostAttempts));
}

async function removeFiles(store: DocumentStore, request: Request, attempts: readonly number[]): Promise<void> {
  const contents = await loadContents(kindsToMake(request.kinds));
  const names = [...contents.map(({ name }) => name), archiveName(request.run.period)];
  const keys = attempts.flatMap((attempt) => names.map(keysOf(request, attempt)));
  for (const key of keys) await store.remove(key);
}

/** Requests that no job will make any more: their processes died at every attempt, before they could say so. */
export async function abandonedRequests({ owner }: Databases): Promise<number[]> {
  const rows = await owner.execute<{ id: number }>(sql`
    select request.id from export_request request
    where request.state in ('REQUESTED', 'RUNNING') and not exists (
      select from graphile_worker.jobs job
      where job.key = 'export:' || request.id and (job.locked_at is not null or job.attempts < job.max_attempts))
    order by 1`);
  return rows.map(({ id }) => id);
}

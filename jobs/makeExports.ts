import type { Task } from 'graphile-worker';
import type { DocumentStore } from '../src/documents/store.ts';
import { UserError } from '../src/errors.ts';
import { abandonedRequests, failRequest, makeRequestedFiles } from '../src/exports/make.ts';
import type { JobContext } from './context.ts';

/** Makes the files that were asked for; those of a process that was killed are made again from the beginning. */
export function makeExportsTask({ databases, clock, logger }: JobContext, store: DocumentStore): Task {
  return async (payload, { job }) => {
    const requestId = Number((payload as { requestId?: unknown } | null)?.requestId);
    if (!Number.isSafeInteger(requestId)) throw new Error(`Job ${job.id} names no request.`);
    const log = logger.child({ exportRequest: requestId });
    try {
      const files = await makeRequestedFiles(databases, store, clock, requestId, job.attempts);
      if (files) log.info({ fileCount: files.length }, 'The files of a run are made');
    } catch (error) {
      if (error instanceof UserError) {
        log.warn({ code: error.code, message: error.message }, 'The files of a run cannot be made');
        return failRequest(databases, store, clock(), requestId, `${error.code}: ${error.message}`);
      }
      if (job.attempts >= job.max_attempts) {
        const failure = `INTERNAL_ERROR: It failed ${job.attempts} times; the server's log says why.`;
        await failRequest(databases, store, clock(), requestId, failure);
      }
      throw new Error(`Making the files of request ${requestId} failed.`, { cause: error });
    }
  };
}

/** Gives up what no job will make any more. */
export async function failAbandonedExports(
  { databases, clock, logger }: JobContext,
  store: DocumentStore,
): Promise<void> {
  for (const requestId of await abandonedRequests(databases)) {
    const failure = 'INTERNAL_ERROR: The process that made the files ended unexpectedly at every attempt.';
    await failRequest(databases, store, clock(), requestId, failure);
    logger.error({ exportRequest: requestId }, 'Making the files of a run died at every attempt');
  }
}

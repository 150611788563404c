import { EventEmitter } from 'node:events';
import { Logger as QueueLogger, run, type TaskList, type WorkerEvents, type WorkerPool } from 'graphile-worker';
import type { Logger } from 'pino';
import { openPresence, type Presence } from './presence.ts';

/** Takes jobs from the queue and does them, until it is stopped or cannot go on. */
export type QueueWorker = {
  hasEnded(): boolean;
  /** Sees to it that other processes know that it lives. */
  show(): Promise<void>;
  /** Takes no more jobs and waits for the running ones; after `graceMilliseconds` these go back to the queue. */
  stop(graceMilliseconds: number): Promise<void>;
};

/** @param concurrency how many jobs to do at a time */
export async function startQueueWorker(
  ownerUrl: string,
  taskList: TaskList,
  concurrency: number,
  logger: Logger,
): Promise<QueueWorker> {
  const events: WorkerEvents = new EventEmitter();
  const created = new Promise<{ pool: WorkerPool; presence: Presence }>((resolve) => {
    // It is the pool's id, not the single worker's, that jobs are locked with.
    events.once('pool:create', ({ workerPool }) =>
      resolve({ pool: workerPool, presence: openPresence(ownerUrl, workerPool.id) }),
    );
  });
  const runner = await run({
    connectionString: ownerUrl,
    maxPoolSize: concurrency + 2,
    concurrency,
    noHandleSignals: true,
    taskList,
    parsedCronItems: [],
    events,
    logger: queueLogger(logger),
    // Without a delay (-1) the worker does not wait until an outcome is written down: a stop would come too early, and what
    // the database refuses would end the process. With one, it tries again.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    // Asked before every job, and the only place where the queue waits for us: nothing is to be skipped.
    forbiddenFlags: async () => {
      await (await created).presence.show();
      return null;
    },
  });
  const { pool, presence } = await created;
  let hasEnded = false;
  const ended = runner.promise
    .catch((error: unknown) => logger.error({ err: error }, 'The queue worker failed'))
    .then(() => presence.end())
    .finally(() => {
      hasEnded = true;
    });
  return {
    hasEnded: () => hasEnded,
    show: () => presence.show(),
    stop: async (graceMilliseconds) => {
      const cut = setTimeout(() => {
        logger.warn('A job did not finish in time and goes back to the queue');
        Promise.resolve(pool.forcefulShutdown('The process stopped.')).catch(() => {});
      }, graceMilliseconds);
      await runner.stop().catch(() => {});
      await ended;
      clearTimeout(cut);
    },
  };
}

/** The queue's messages, in our log. What they say about single jobs, the jobs say better. */
function queueLogger(logger: Logger): QueueLogger {
  return new QueueLogger(() => (level, message, meta) => {
    const { error, failure } = (meta ?? {}) as { error?: unknown; failure?: boolean };
    const [firstLine = ''] = message.split('\n');
    const details = error === undefined ? {} : { err: error };
    if (failure || level === 'warning') logger.warn(details, firstLine);
    else if (level === 'error') logger.error(details, firstLine);
    else logger.debug(details, firstLine);
  });
}

import { Repeater } from 'graphql-yoga';
import { progressChannel } from '../src/commissions/close.ts';
import type { Database, Databases, Transaction } from '../src/db/client.ts';
import { builder, moneyReaders } from './builder.ts';
import { type Context, requestTransaction } from './context.ts';
import { RunStatusEnum } from './enums.ts';
import { encodeNodeId } from './ids.ts';
import { requireActor } from './mutations.ts';

type Progress = {
  readonly id: number;
  readonly period: string;
  readonly status: (typeof RunStatusEnum)['$inferType'];
  readonly step: string | null;
  readonly percent: number | null;
};

const RunProgress = builder.objectRef<Progress>('RunProgress').implement({
  description: 'How far the calculation of a period is.',
  authScopes: { roles: moneyReaders },
  fields: (t) => ({
    runId: t.id({ description: 'The id of the run.', resolve: ({ id }) => encodeNodeId('Run', id) }),
    period: t.expose('period', { type: 'Period', description: 'The period.' }),
    status: t.expose('status', { type: RunStatusEnum, description: 'Where the run stands.' }),
    step: t.exposeString('step', { nullable: true, description: 'What the calculation is doing, or did last.' }),
    progressPercent: t.exposeInt('percent', { nullable: true, description: 'How far it is.' }),
  }),
});

type Listener = () => void;

/** Who waits for news of which period, on one shared LISTEN connection per database. */
class ProgressNews {
  readonly #database: Database;
  readonly #listeners = new Map<string, Set<Listener>>();
  #listening: Promise<{ unlisten: () => Promise<void> }> | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Calls `listener` at every change of the period's run, and after a lost connection. @returns how to stop that. */
  async subscribe(period: string, listener: Listener): Promise<() => void> {
    const listeners = this.#listeners.get(period) ?? new Set();
    this.#listeners.set(period, listeners.add(listener));
    this.#listening ??= this.#listen();
    await this.#listening;
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(period);
    };
  }

  #listen() {
    const all = () => {
      for (const listeners of this.#listeners.values()) for (const listener of listeners) listener();
    };
    const listening = this.#database.$client.listen(
      progressChannel,
      (period) => {
        for (const listener of this.#listeners.get(period) ?? []) listener();
      },
      all,
    );
    listening.catch(() => {
      this.#listening = undefined;
    });
    return listening;
  }
}

const newsOf = new WeakMap<Databases, ProgressNews>();

function progressNews(databases: Databases): ProgressNews {
  const news = newsOf.get(databases) ?? new ProgressNews(databases.owner);
  newsOf.set(databases, news);
  return news;
}

/** The latest run of a period, as the actor may see it. `undefined` where there is none yet, or the account is shut out. */
async function readProgress(transaction: Transaction, period: string, userId: number): Promise<Progress | undefined> {
  const account = await transaction.query.userAccount.findFirst({ columns: { disabled: true }, where: { id: userId } });
  if (!account || account.disabled) return undefined;
  const run = await transaction.query.commissionRun.findFirst({
    columns: { id: true, period: true, status: true },
    where: { period },
    orderBy: { id: 'desc' },
    with: { progress: true },
  });
  return run && { ...run, step: run.progress?.step ?? null, percent: run.progress?.percent ?? null };
}

/** What the run of `period` is doing now, and then at every change. Holds no transaction: each reading has a short one. */
function watchRun(period: string, context: Context): AsyncIterable<Progress> {
  const actor = requireActor(context);
  const { databases, today } = context;
  const read = () =>
    requestTransaction({ actor, databases, today, requestId: actor.requestId }, (transaction) =>
      readProgress(transaction, period, actor.user?.id ?? 0),
    );
  return new Repeater<Progress>(async (push, stop) => {
    let pending = Promise.resolve();
    let isQueued = false;
    let last = '';
    const readAndPush = async () => {
      isQueued = false;
      const progress = await read();
      const text = JSON.stringify(progress ?? null);
      if (progress && text !== last) {
        last = text;
        // Not awaited: the client takes it when it can, and news goes on being collected.
        push(progress).catch(() => {});
      }
    };
    // News that comes while a reading waits for its turn is that reading's news too.
    const onNews = () => {
      if (isQueued) return;
      isQueued = true;
      pending = pending.then(readAndPush).catch(stop);
    };
    const unsubscribe = await progressNews(databases).subscribe(period, onNews);
    onNews();
    await stop;
    unsubscribe();
    await pending;
  });
}

builder.subscriptionField('runProgress', (t) =>
  t.field({
    type: RunProgress,
    description:
      'How far the calculation of a period is: as it stands now, then at every change. It goes on until you leave, so that a calculation that begins later is seen too.',
    authScopes: { roles: moneyReaders },
    args: { period: t.arg({ type: 'Period', required: true, description: 'The period.' }) },
    subscribe: (_root, { period }, context) => watchRun(period, context),
    resolve: (progress) => progress,
  }),
);

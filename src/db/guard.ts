import { Socket } from 'node:net';
import type { Sql } from 'postgres';

// What postgres.js 3.4.9 does when a connection is lost in the middle of a transaction (its issues 1133, 1208, 1216): it
// sends its own ROLLBACK over a socket that is gone, which throws where nobody can catch it and loses the connection for
// good; and what the transaction's code still sends goes out on the connection's successor, into somebody else's
// transaction, with their rights. The guard keeps both from happening: a transaction that lost its connection sends
// nothing any more, and its code learns it from a rejected promise. Besides, the driver keeps the server's last words to a
// terminated session and answers the next statement with them, though it was never sent: the guard sends it.

type Work = (sql: unknown) => unknown;
type Scope = { begun: boolean; lost: boolean };
/** The parts of the driver's lazy query that the guard hooks into: what sends it, and what reports its failure. */
type Query = {
  handler: ((query: Query) => unknown) & { debug?: unknown };
  reject: (error: unknown) => void;
  active: boolean;
};

const sessionTerminated = '57P01';
const mostAttempts = 3;
const mostResends = 20;
const lostConnection = /^(CONNECTION_(CLOSED|DESTROYED|ENDED)|CONNECT_TIMEOUT|ERR_\w+|E[A-Z]{3,})$/;

/** @returns whether an error, or one that it wraps, says that a connection was lost rather than that a statement failed. */
export function isConnectionLoss(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (lostConnection.test((current as { code?: unknown }).code?.toString() ?? '')) return true;
  }
  return false;
}

/** Makes the transactions of a postgres.js client safe against lost connections. Changes the client, and returns it. */
export function guardTransactions(client: Sql): Sql {
  const begin = client.begin.bind(client) as (options: string, work: Work) => Promise<unknown>;
  const guardedBegin = async (...args: [Work] | [string, Work]) => {
    const [options, work] = args.length === 1 ? ['', args[0]] : args;
    for (let attempt = 1; ; attempt += 1) {
      const scope: Scope = { begun: false, lost: false };
      try {
        return await begin(options, (sql) => run(work, sql, scope, () => {}));
      } catch (error) {
        const mayBeginAgain = !scope.begun && attempt < mostAttempts && isConnectionLoss(error);
        if (!mayBeginAgain) throw error;
      } finally {
        // The driver rejects when the connection closes, also while the transaction's code is busy elsewhere.
        scope.lost = true;
      }
    }
  };
  client.begin = guardedBegin as typeof client.begin;
  const options = client.options as unknown as ConnectionOptions;
  if (!options.ssl && options.host.length === 1) options.socket = connectQuietly;
  const unsafe = client.unsafe.bind(client);
  client.unsafe = ((...args) => resent(unsafe(...args))) as typeof client.unsafe;
  return client;
}

type ConnectionOptions = {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path: string | false | undefined;
  readonly ssl: unknown;
  socket?: typeof connectQuietly;
};

const readyForQuery = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/**
 * A socket that, once the session is ready, loses its connection in one event. Between an error and the close that follows
 * it the driver goes on using the connection, and what it sends in between is neither refused nor forgotten: the answer to a
 * later statement would be taken for its own.
 */
class QuietSocket extends Socket {
  private isReady = false;

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (!this.isReady) {
      this.isReady = event === 'data' && (args[0] as Buffer).subarray(-readyForQuery.length).equals(readyForQuery);
      return super.emit(event, ...args);
    }
    if (event === 'error') return false;
    return event === 'close' ? super.emit('close', false) : super.emit(event, ...args);
  }
}

/**
 * Begins to connect; the driver's first message waits in the socket. Without delay: a COPY takes several small messages, each
 * of which the network would hold back for 40 ms.
 */
function connectQuietly({ host, port, path }: ConnectionOptions): Socket {
  const socket = new QuietSocket();
  socket.setNoDelay(true);
  return path ? socket.connect(path) : socket.connect(port[0] ?? 5432, host[0] ?? 'localhost');
}

/** A statement that got a terminated predecessor's error goes to another connection; at most once for each of a pool. */
function resent<Result>(result: Result): Result {
  const query = result as Query;
  const { reject } = query;
  let resends = 0;
  let isOver = false;
  query.reject = (error) => {
    // The driver may fail a statement again that failed with its connection.
    if (isOver) return;
    isOver = (error as { code?: unknown }).code !== sessionTerminated || resends === mostResends;
    if (isOver) return reject(error);
    resends += 1;
    query.active = false;
    queueMicrotask(() => query.handler(query));
  };
  return result;
}

/**
 * Runs a transaction's or savepoint's code. The promise for the driver stays open once the connection is lost, because the
 * driver would answer with COMMIT or ROLLBACK; `onLost` hears the code's failure instead.
 */
function run(work: Work, sql: unknown, scope: Scope, onLost: (error: unknown) => void): Promise<unknown> {
  scope.begun = true;
  return new Promise((resolve, reject) => {
    const result = new Promise((settle) => settle(work(guardedSql(sql as object, scope))));
    result.then(
      (value) => (scope.lost ? onLost(connectionLost()) : resolve(value)),
      (error) => (scope.lost ? onLost(error) : reject(error)),
    );
  });
}

function guardedSql(sql: object, scope: Scope): unknown {
  return new Proxy(sql, {
    apply: (target, self, args) => guardedQuery(Reflect.apply(target as () => unknown, self, args), scope),
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (name === 'savepoint') return guardedSavepoint(value as Savepoint, scope);
      if (name !== 'unsafe' && name !== 'file') return value;
      return (...args: unknown[]) => guardedQuery((value as (...args: unknown[]) => unknown)(...args), scope);
    },
  });
}

type Savepoint = (...args: [Work] | [string, Work]) => Promise<unknown>;

function guardedSavepoint(savepoint: Savepoint, scope: Scope): Savepoint {
  return (...args) =>
    new Promise((resolve, reject) => {
      const [name, work] = args.length === 1 ? [undefined, args[0]] : args;
      const guarded = (sql: unknown) => run(work, sql, scope, reject);
      const outcome = name === undefined ? savepoint(guarded) : savepoint(name, guarded);
      outcome.then(resolve, (error) => {
        if (isConnectionLoss(error)) scope.lost = true;
        reject(error);
      });
    });
}

/** Other results of the tag (identifiers, value lists) pass through: only queries have something to send. */
function guardedQuery(result: unknown, scope: Scope): unknown {
  if (!(result instanceof Promise)) return result;
  const query = result as unknown as Query;
  const { handler: send, reject } = query;
  const guardedSend = (sent: Query) => (scope.lost ? sent.reject(connectionLost()) : send(sent));
  query.handler = Object.assign(guardedSend, { debug: send.debug });
  query.reject = (error) => {
    // Before any code that waits for this query goes on.
    if (isConnectionLoss(error)) scope.lost = true;
    reject(error);
  };
  return query;
}

function connectionLost(): Error {
  return Object.assign(new Error('The connection to the database was lost; the transaction is rolled back.'), {
    code: 'CONNECTION_CLOSED',
  });
}

/** @returns whether an uncaught error is the driver's write to a socket that is gone, after which it goes on by itself. */
export function isDriverWriteError(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    error.message === "Cannot read properties of null (reading 'write')" &&
    /^\s+at \S*\.?nextWrite \(.*[/\\]postgres[/\\](cjs[/\\])?src[/\\]connection\.js/m.test(error.stack ?? '')
  );
}

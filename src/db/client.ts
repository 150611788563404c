import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Sql, type TransactionSql } from 'postgres';
import { guardTransactions } from './guard.ts';
import { relations } from './schema.ts';

export type Database = PostgresJsDatabase<typeof relations> & { readonly $client: Sql };
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

/** The two ways to the database: the owner migrates, calculates and runs jobs; requests run under row-level security. */
export type Databases = {
  readonly owner: Database;
  readonly request: Database;
  /** For programs that open their own connections (the queue, the migrator). */
  readonly ownerUrl: string;
  close(): Promise<void>;
};

/** Opens connection pools. Nothing is sent until the first query. `requestUrl` defaults to the owner's. */
export function openDatabases(ownerUrl: string, requestUrl: string = ownerUrl, poolSize = 10): Databases {
  const owner = openDatabase(ownerUrl, poolSize, 'tributary');
  const request = openDatabase(requestUrl, poolSize, 'tributary request');
  return {
    owner,
    request,
    ownerUrl,
    close: async () => {
      await Promise.all([owner.$client.end({ timeout: 5 }), request.$client.end({ timeout: 5 })]);
    },
  };
}

/** One pool. Times of the session are UTC, so that nothing depends on the zone of the server. */
export function openDatabase(url: string, poolSize: number, applicationName: string): Database {
  const client = guardTransactions(
    postgres(url, {
      max: poolSize,
      onnotice: () => {},
      connection: { application_name: applicationName, TimeZone: 'UTC' },
    }),
  );
  return drizzle({ client, relations });
}

/**
 * The postgres.js handle of a drizzle transaction, for what drizzle has no words for: COPY, cursors, large set-based
 * statements. Same connection, same transaction.
 */
export function rawSql(transaction: Transaction): TransactionSql {
  return (transaction as unknown as { session: { client: TransactionSql } }).session.client;
}

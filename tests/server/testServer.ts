import { sql } from 'drizzle-orm';
import { GraphQLBoolean, GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { afterAll } from 'vitest';
import type { Context } from '../../schema/context.ts';
import { requestTransaction } from '../../schema/context.ts';
import { createAccount } from '../../src/auth/accounts.ts';
import { type Config, readConfig } from '../../src/config.ts';
import type { Databases } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { UserError } from '../../src/errors.ts';
import { createLogger } from '../../src/http/log.ts';
import { createServer, type Server } from '../../src/server.ts';
import { testDatabase } from '../database.ts';

export const password = 'correct horse battery';

export type TestServer = {
  readonly url: string;
  readonly server: Server;
  readonly databases: Databases;
  /** Lines of the log so far, parsed. */
  readonly lines: () => Record<string, unknown>[];
  readonly log: () => string;
  readonly clock: { now: Date };
  /** Signs in and returns the cookie header. */
  signIn(email: string): Promise<string>;
  graphql(query: string, headers?: Record<string, string>): Promise<Response>;
};

/** A server on a free port with a database of its own and one account `admin@example.com`. */
export async function startTestServer(overrides: Partial<Config> = {}, databases?: Databases): Promise<TestServer> {
  const own = databases ?? (await testDatabase());
  const clock = { now: new Date('2026-11-05T08:00:00Z') };
  let log = '';
  const appendLog = (text: string) => {
    log += text;
  };
  const logger = createLogger('debug', { write: appendLog });
  const config = { ...readConfig({ NODE_ENV: 'test' }), port: 0, ...overrides };
  const server = createServer({ config, databases: own, graphql: { schema }, logger, clock: () => clock.now });
  const { url } = await server.listen();
  afterAll(() => server.close(100));
  if (!databases) {
    await own.owner.transaction((tx) =>
      createAccount(tx, localActor('test'), clock.now, {
        email: 'admin@example.com',
        name: 'Admin',
        role: 'ADMIN',
        password,
      }),
    );
  }
  return {
    url,
    server,
    databases: own,
    clock,
    log: () => log,
    lines: () =>
      log
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    signIn: async (email) => {
      const response = await postJson(`${url}/auth/sign-in`, { email, password });
      if (response.status !== 200) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`);
      return (response.headers.getSetCookie()[0] ?? '').split(';', 1)[0] ?? '';
    },
    graphql: (query, headers = {}) => postJson(`${url}/graphql`, { query }, headers),
  };
}

export function postJson(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

const node: GraphQLObjectType = new GraphQLObjectType<unknown, Context>({
  name: 'Node',
  fields: () => ({
    name: { type: GraphQLString, resolve: () => 'node' },
    node: { type: node, args: { first: { type: GraphQLInt } }, resolve: () => ({}) },
  }),
});

/** A schema with a field for each thing a server has to do with fields. */
const schema = new GraphQLSchema({
  query: new GraphQLObjectType<unknown, Context>({
    name: 'Query',
    fields: {
      hello: { type: new GraphQLNonNull(GraphQLString), resolve: () => 'hello' },
      me: { type: GraphQLString, resolve: (_, __, { actor }) => actor?.name ?? null },
      today: { type: GraphQLString, resolve: (_, __, { today }) => today },
      node: { type: node, args: { first: { type: GraphQLInt } }, resolve: () => ({}) },
      session: {
        type: GraphQLString,
        description: 'Role, claims and settings of the transaction.',
        resolve: async (_, __, { transaction }) => {
          const [row] = await transaction.execute<{ text: string }>(sql`
            select concat_ws(' ', current_user, claim_role(), current_setting('statement_timeout'),
              current_setting('idle_in_transaction_session_timeout')) as text`);
          return row?.text;
        },
      },
      accounts: {
        type: GraphQLInt,
        resolve: async (_, __, { transaction }) => {
          const [row] = await transaction.execute<{ count: number }>(
            sql`select count(id)::integer as count from user_account`,
          );
          return row?.count;
        },
      },
      crash: {
        type: GraphQLString,
        resolve: () => {
          throw new Error('the inner secret of the server');
        },
      },
      refuse: {
        type: GraphQLString,
        resolve: () => {
          throw new UserError('PERIOD_INVALID', 'That is no period.', 'period');
        },
      },
      badStatement: {
        type: GraphQLString,
        resolve: async (_, __, { transaction }) => {
          await transaction.execute(sql`select ${'a hidden value'}::integer`);
        },
      },
      sleep: {
        type: GraphQLBoolean,
        args: { seconds: { type: new GraphQLNonNull(GraphQLString) } },
        resolve: async (_, { seconds }, { transaction }) => {
          await transaction.execute(sql`select pg_sleep(${seconds}::double precision)`);
          return true;
        },
      },
    },
  }),
  mutation: new GraphQLObjectType<unknown, Context>({
    name: 'Mutation',
    fields: {
      rename: {
        type: GraphQLBoolean,
        args: { name: { type: new GraphQLNonNull(GraphQLString) } },
        resolve: async (_, { name }, { transaction }) => {
          await transaction.execute(sql`insert into segment (code, name) values ('S', ${name})`);
          return true;
        },
      },
    },
  }),
  subscription: new GraphQLObjectType<unknown, Context>({
    name: 'Subscription',
    fields: {
      counted: {
        type: GraphQLInt,
        subscribe: async function* () {
          for (let counted = 1; counted <= 3; counted += 1) yield { counted };
        },
      },
      session: {
        type: GraphQLString,
        subscribe: async function* (_: unknown, __: unknown, context: Context) {
          const [row] = await requestTransaction(context, (transaction) =>
            transaction.execute<{ role: string }>(sql`select current_user || ' ' || claim_role() as role`),
          );
          yield { session: row?.role };
        },
      },
      transaction: {
        type: GraphQLString,
        subscribe: async function* () {
          yield {};
        },
        resolve: (_, __, context) => String(context.transaction),
      },
      pushed: { type: GraphQLInt, subscribe: () => pushed() },
    },
  }),
});

/** Tells every open `pushed` subscription of a number. */
export const push = (value: number): void => {
  for (const listener of listeners) listener(value);
};
export const listeners = new Set<(value: number) => void>();

async function* pushed() {
  yield { pushed: 0 };
  while (true) {
    yield await new Promise<{ pushed: number }>((resolve) => {
      const listener = (value: number) => {
        listeners.delete(listener);
        resolve({ pushed: value });
      };
      listeners.add(listener);
    });
  }
}

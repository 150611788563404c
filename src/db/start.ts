import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import type { Config } from '../config.ts';
import { type Databases, openDatabases } from './client.ts';
import { readIfThere, replaceDurably } from './embedded/files.ts';
import { type EmbeddedServer, startEmbedded } from './embedded.ts';
import { migrate } from './migrate.ts';
import { requestRole } from './roles.ts';

export type StartedDatabases = {
  readonly databases: Databases;
  /** Whether the server is our own, kept under DATA_DIR. */
  readonly embedded: boolean;
  /** Closes the connections, then stops the server if it is our own. May be called again. */
  stop(): Promise<void>;
};

const ownerRole = 'tributary';
const loginRole = 'tributary_login';
const databaseName = 'tributary';

/**
 * Opens the database that the configuration names, or starts the embedded one, and brings it to the state of this
 * program. `onStep` hears what is being done; `poolSize` is the number of connections of each of the two pools.
 * @throws UserError those of startEmbedded and migrate.
 */
export async function startDatabases(
  config: Pick<Config, 'databaseUrl' | 'requestDatabaseUrl' | 'dataDir'>,
  options: { onStep?: (text: string) => void; poolSize?: number } = {},
): Promise<StartedDatabases> {
  const { onStep = () => {}, poolSize } = options;
  const server = config.databaseUrl ? undefined : await startEmbedded({ dataDir: config.dataDir, onStep });
  try {
    const urls = server
      ? await prepareEmbedded(server, config.dataDir)
      : { owner: config.databaseUrl ?? '', request: config.requestDatabaseUrl };
    onStep('Migrating the database');
    await migrate(urls.owner);
    const databases = openDatabases(urls.owner, urls.request, poolSize);
    let stopped: Promise<void> | undefined;
    return {
      databases,
      embedded: server !== undefined,
      stop: () => {
        stopped ??= databases.close().finally(() => server?.stop());
        return stopped;
      },
    };
  } catch (error) {
    await server?.stop();
    throw error;
  }
}

type Passwords = { readonly owner: string; readonly login: string };

/** The roles' passwords, made up at the first start and kept where only this system user can read them. */
function keptPasswords(dataDir: string): Passwords {
  const file = join(dataDir, 'roles.json');
  const kept = readIfThere(file);
  if (kept) return JSON.parse(kept) as Passwords;
  const passwords = { owner: randomBytes(24).toString('hex'), login: randomBytes(24).toString('hex') };
  replaceDurably(file, JSON.stringify(passwords), 0o600);
  return passwords;
}

/**
 * Makes the roles and the database of a new cluster; a start that was cut short is made up for by the next one. None of
 * the roles is a superuser: the owner owns the database, requests sign in as one that may only become the request role.
 */
async function prepareEmbedded(server: EmbeddedServer, dataDir: string): Promise<{ owner: string; request: string }> {
  const passwords = keptPasswords(dataDir);
  const url = (user: string, password: string, database: string) =>
    `postgres://${user}:${password}@${server.host}:${server.port}/${database}`;
  const sql = postgres(url(server.superuser, server.superuserPassword, 'postgres'), { max: 1, onnotice: () => {} });
  try {
    await ensureRole(sql, requestRole, 'nologin');
    await ensureRole(sql, ownerRole, `login password '${passwords.owner}'`);
    await ensureRole(sql, loginRole, `login noinherit password '${passwords.login}'`);
    await sql.unsafe(`grant ${requestRole} to ${ownerRole}, ${loginRole}`);
    const [database] = await sql`select from pg_database where datname = ${databaseName}`;
    if (!database) await sql.unsafe(`create database ${databaseName} owner ${ownerRole}`);
    await sql.unsafe(`revoke connect on database ${databaseName} from public`);
    await sql.unsafe(`grant connect on database ${databaseName} to ${loginRole}`);
  } finally {
    await sql.end({ timeout: 5 });
  }
  return {
    owner: url(ownerRole, passwords.owner, databaseName),
    request: url(loginRole, passwords.login, databaseName),
  };
}

/** Creates or corrects a role; its password is set anew at every start, so that the kept file and the server agree. */
async function ensureRole(sql: Sql, name: string, attributes: string): Promise<void> {
  const [role] = await sql`select from pg_roles where rolname = ${name}`;
  await sql.unsafe(`${role ? 'alter' : 'create'} role ${name} ${attributes}`);
}

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import { runMigrations as migrateQueue } from 'graphile-worker';
import postgres, { type Sql } from 'postgres';
import { UserError } from '../errors.ts';
import { ensureRoles, lockKey } from './roles.ts';

const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));
const oldestMajorVersion = 15;

/**
 * Brings the database to the state of this program: roles, tables, the queue's own schema. Any number of replicas may
 * start at once: a lock lets one work while the others wait and then find nothing to do.
 * @throws UserError DATABASE_UNREACHABLE, DATABASE_TOO_OLD, ROLES_MISSING, MIGRATION_CHANGED.
 */
export async function migrate(ownerUrl: string): Promise<void> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {}, connection: { application_name: 'tributary migrate' } });
  try {
    await requireVersion(sql);
    await sql`select pg_advisory_lock(${lockKey('tributary migrate')})`;
    await ensureRoles(sql);
    await requireUnchanged(sql);
    await applyMigrations(drizzle({ client: sql }), { migrationsFolder });
    await migrateQueue({ connectionString: ownerUrl });
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function requireVersion(sql: Sql): Promise<void> {
  const [row] = await sql<{ version: string; major: number }[]>`
    select current_setting('server_version') as version, current_setting('server_version_num')::integer / 10000 as major`.catch(
    (error: Error) => {
      throw new UserError('DATABASE_UNREACHABLE', `The database cannot be reached: ${error.message}`);
    },
  );
  if (!row || row.major < oldestMajorVersion) {
    throw new UserError('DATABASE_TOO_OLD', `This server is PostgreSQL ${row?.version}.`);
  }
}

/** An edited migration that was already applied would otherwise pass unnoticed. */
async function requireUnchanged(sql: Sql): Promise<void> {
  const [table] = await sql`select to_regclass('drizzle.__drizzle_migrations') as name`;
  if (!table?.name) return;
  const applied = await sql<{ name: string; hash: string }[]>`select name, hash from drizzle.__drizzle_migrations`;
  const files = new Map((await readMigrations()).map((migration) => [migration.name, migration.hash]));
  const changed = applied.filter(({ name, hash }) => files.has(name) && files.get(name) !== hash);
  if (changed.length > 0) {
    const names = changed.map(({ name }) => name).join(', ');
    throw new UserError('MIGRATION_CHANGED', `Applied migrations were edited: ${names}`, names);
  }
}

/** Name and SHA-256 of each migration of this program, oldest first. */
export async function readMigrations(): Promise<{ name: string; hash: string }[]> {
  const names = (await readdir(migrationsFolder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const migrations = names.map(async ({ name }) => {
    const text = await readFile(join(migrationsFolder, name, 'migration.sql'), 'utf8');
    return { name, hash: createHash('sha256').update(text).digest('hex') };
  });
  return (await Promise.all(migrations)).sort((a, b) => a.name.localeCompare(b.name));
}

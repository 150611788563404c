import { sql } from 'drizzle-orm';
import { type Response, Router } from 'express';
import type { Databases } from '../db/client.ts';
import { readMigrations } from '../db/migrate.ts';
import { UserError } from '../errors.ts';
import { sendError } from './errors.ts';
import type { Logger } from './log.ts';

const longestCheckMilliseconds = 3000;

/**
 * `/health/live`: the process answers. `/health/ready`: so does the database on both pools, every migration of this
 * program is applied, and the server is not on its way out; else 503.
 */
export function healthRoutes(databases: Databases, isDraining: () => boolean, logger: Logger): Router {
  const router = Router();
  router.get('/live', (_request, response) => {
    response.json({ status: 'live' });
  });
  // Anybody may ask: however many do, one check is under way.
  let checking: Promise<string | undefined> | undefined;
  router.get('/ready', async (_request, response) => {
    if (isDraining()) return notReady(response, 'The server is stopping.');
    checking ??= checkDatabases(databases, logger).finally(() => {
      checking = undefined;
    });
    const fault = await checking;
    if (fault) return notReady(response, fault);
    response.json({ status: 'ready' });
  });
  return router;
}

function notReady(response: Response, message: string): void {
  sendError(response, new UserError('NOT_READY', message));
}

/** What is wrong with the databases, or undefined. */
async function checkDatabases(databases: Databases, logger: Logger): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('The database does not answer in time.'), longestCheckMilliseconds);
  });
  const check = Promise.all([missingMigrations(databases), databases.request.execute(sql`select 1`)]).then(
    ([missing]) => (missing.length > 0 ? `Migrations are not applied: ${missing.join(', ')}` : undefined),
    (error) => {
      logger.error({ err: error }, 'The database does not answer');
      return 'The database does not answer.';
    },
  );
  return Promise.race([check, timeout]).finally(() => clearTimeout(timer));
}

async function missingMigrations(databases: Databases): Promise<string[]> {
  const rows = await databases.owner.execute<{ name: string }>(sql`select name from drizzle.__drizzle_migrations`);
  const applied = new Set(rows.map(({ name }) => name));
  return (await readMigrations()).map(({ name }) => name).filter((name) => !applied.has(name));
}

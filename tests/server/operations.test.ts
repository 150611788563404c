import { sql } from 'drizzle-orm';
import express from 'express';
import { beforeAll, expect, test } from 'vitest';
import { createAccount } from '../../src/auth/accounts.ts';
import { createApiKey } from '../../src/auth/apiKeys.ts';
import { localActor, type Role } from '../../src/db/transaction.ts';
import { healthRoutes } from '../../src/http/health.ts';
import { createLogger } from '../../src/http/log.ts';
import { password, startTestServer, type TestServer } from './testServer.ts';

let site: TestServer;
beforeAll(async () => {
  site = await startTestServer();
});

const get = (path: string, headers: Record<string, string> = {}, base = site.url) =>
  fetch(`${base}${path}`, { headers });

test('it is live, and ready once its migrations are applied', async () => {
  expect(await (await get('/health/live')).json()).toEqual({ status: 'live' });
  expect(await (await get('/health/ready')).json()).toEqual({ status: 'ready' });
  const { owner } = site.databases;
  await owner.execute(sql`alter table drizzle.__drizzle_migrations rename column name to other_name`);
  expect((await get('/health/ready')).status).toBe(503);
  await owner.execute(sql`alter table drizzle.__drizzle_migrations rename column other_name to name`);
  const last = sql`(select max(name) from drizzle.__drizzle_migrations)`;
  await owner.execute(sql`update drizzle.__drizzle_migrations set name = 'later ' || name where name = ${last}`);
  const response = await get('/health/ready');
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({
    error: { code: 'NOT_READY', message: expect.stringContaining('Migrations are not applied') },
  });
});

test('metrics are for this machine, administrators and auditors', async () => {
  const keyOf = async (role: Role) => {
    const email = `${role.toLowerCase()}-metrics@example.com`;
    return site.databases.owner.transaction(async (tx) => {
      await createAccount(tx, localActor('test'), site.clock.now, { email, name: role, role, password });
      const { token } = await createApiKey(tx, localActor('test'), site.clock.now, { name: 'prometheus', email });
      return { authorization: `Bearer ${token}` };
    });
  };
  // Behind a proxy on the same machine every client seems to come from it.
  const forwarded = { 'x-forwarded-for': '203.0.113.7' };
  await site.graphql('{ hello }');
  await site.graphql('{ nothing }');
  const text = await (await get('/metrics')).text();
  expect(text).toContain('process_cpu_seconds_total');
  expect(text).toMatch(/tributary_http_request_duration_seconds_count\{[^}]*route="\/graphql"[^}]*\} \d/);
  expect(text).toContain('tributary_graphql_operations_total{operation="query",outcome="ok"} 1');
  expect(text).toContain('tributary_graphql_operations_total{operation="unknown",outcome="refused"} 1');
  expect((await get('/metrics', forwarded)).status).toBe(401);
  expect((await get('/metrics', { ...forwarded, ...(await keyOf('FINANCE')) })).status).toBe(403);
  expect((await get('/metrics', { ...forwarded, ...(await keyOf('AUDITOR')) })).status).toBe(200);
  expect((await get('/metrics', { ...forwarded, ...(await keyOf('ADMIN')) })).status).toBe(200);
});

test('every answer carries security headers; only the page of GraphiQL may run scripts', async () => {
  const { headers } = await get('/health/live');
  expect(headers.get('content-security-policy')).toBe(
    "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
  );
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-powered-by')).toBeNull();
  expect(headers.get('access-control-allow-origin')).toBeNull();
  const page = await get('/graphql', { accept: 'text/html' });
  expect(await page.text()).toContain('<title>Tributary</title>');
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self' 'unsafe-inline'");
  const elsewhere = await get('/health/live', { accept: 'text/html' });
  expect(elsewhere.headers.get('content-security-policy')).not.toContain('unsafe');
});

test('an unknown address and a request id', async () => {
  const response = await get('/nothing/here', { 'x-request-id': 'given-1' });
  expect(response.status).toBe(404);
  expect(response.headers.get('x-request-id')).toBe('given-1');
  expect(await response.json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
  expect((await get('/nothing/here')).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

/** How many statements of this database are in pg_sleep now. */
async function sleepers(): Promise<number> {
  const rows = await site.databases.owner.execute(
    sql`select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`,
  );
  return rows.length;
}

test('it goes on after its database connections were cut in the middle of requests', async () => {
  const asked = Array.from({ length: 8 }, () => site.graphql('{ sleep(seconds: "20") }'));
  // The pool has four connections, the other four requests wait: so twice.
  for (let round = 0; round < 2; round += 1) {
    await expect.poll(sleepers).toBe(4);
    await site.databases.owner.execute(
      sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
    );
  }
  for (const response of await Promise.all(asked)) {
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'INTERNAL_ERROR' } }] });
  }
  const after = await Promise.all(Array.from({ length: 8 }, () => site.graphql('{ hello accounts }')));
  for (const response of after) expect(await response.json()).toEqual({ data: { hello: 'hello', accounts: 0 } });
});

test('it stops when requests are answered, streams ended and nothing new comes', async () => {
  const stopping = await startTestServer({}, site.databases);
  const slow = stopping.graphql('{ sleep(seconds: "0.5") }');
  const stream = await fetch(`${stopping.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: '{"query":"subscription { pushed }"}',
  });
  const streamed = stream.text();
  await expect.poll(sleepers).toBe(1);
  const closed = stopping.server.close();
  await expect(fetch(`${stopping.url}/health/live`)).rejects.toThrow();
  expect(await (await slow).json()).toEqual({ data: { sleep: true } });
  expect(await streamed).toContain('event: complete');
  await closed;
  await stopping.server.close();
});

test('it cuts what does not end in time', async () => {
  const stopping = await startTestServer({}, site.databases);
  const stuck = stopping.graphql('{ sleep(seconds: "5") }').catch(() => 'cut');
  await expect.poll(sleepers).toBe(1);
  await stopping.server.close(100);
  expect(await stuck).toBe('cut');
});

test('while it drains it says that it is not ready', async () => {
  const app = express();
  app.use(
    '/health',
    healthRoutes(site.databases, () => true, createLogger('silent')),
  );
  const server = app.listen(0);
  const { port } = server.address() as { port: number };
  const response = await get('/health/ready', {}, `http://127.0.0.1:${port}`);
  expect(response.status).toBe(503);
  server.close();
});

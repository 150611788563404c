import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { expect, inject, test } from 'vitest';
import { startDatabases } from '../../src/db/start.ts';
import { asRequest, localActor } from '../../src/db/transaction.ts';

const config = { databaseUrl: undefined, requestDatabaseUrl: undefined };

test('the embedded server starts with roles that cannot do more than they must, and keeps what it has', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-start-'));
  try {
    const steps: string[] = [];
    const first = await startDatabases({ ...config, dataDir }, { onStep: (step) => steps.push(step), poolSize: 2 });
    expect(first.embedded).toBe(true);
    expect(steps).toContain('Migrating the database');
    const { owner, request } = first.databases;
    const roles = await owner.execute(sql`
      select rolname as name, rolcanlogin as login, rolsuper or rolcreaterole or rolcreatedb or rolbypassrls as mighty
      from pg_roles where rolname like 'tributary%' order by rolname`);
    expect(roles).toEqual([
      { name: 'tributary', login: true, mighty: false },
      { name: 'tributary_login', login: true, mighty: false },
      { name: 'tributary_request', login: false, mighty: false },
    ]);
    // The login role sees nothing, and can become nothing but the request role.
    await expect(request.execute(sql`select from operator`)).rejects.toMatchObject({ cause: { code: '42501' } });
    await expect(request.execute(sql`set role tributary`)).rejects.toMatchObject({ cause: { code: '42501' } });
    await expect(request.execute(sql`set role postgres`)).rejects.toMatchObject({ cause: { code: '42501' } });
    const asked = asRequest(request, localActor('nobody'), '2026-11-05', (tx) => tx.execute(sql`select from operator`));
    expect(await asked).toHaveLength(0);
    await owner.execute(sql`insert into segment (code, name) values ('S', 'kept')`);
    await first.stop();
    await first.stop();

    expect((await stat(join(dataDir, 'roles.json'))).mode & 0o777).toBe(0o600);
    const passwords = JSON.parse(await readFile(join(dataDir, 'roles.json'), 'utf8')) as { owner: string };
    expect(passwords.owner).toMatch(/^[0-9a-f]{48}$/);
    const again = await startDatabases({ ...config, dataDir }, { poolSize: 2 });
    expect(await again.databases.owner.execute(sql`select name from segment`)).toEqual([{ name: 'kept' }]);
    expect(again.databases.ownerUrl).toContain(passwords.owner);
    await again.stop();
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});

test('a given database is migrated and used', async () => {
  const name = `tributary_start_${randomBytes(4).toString('hex')}`;
  const admin = postgres(inject('serverUrl'), { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${name}`);
  const url = new URL(inject('serverUrl'));
  url.pathname = `/${name}`;
  const started = await startDatabases({ ...config, databaseUrl: url.href, dataDir: '/nonexistent' }, { poolSize: 2 });
  expect(started.embedded).toBe(false);
  expect(await started.databases.request.execute(sql`select from operator`)).toHaveLength(0);
  await started.stop();
  await admin.unsafe(`drop database ${name}`);
  await admin.end();
});

test('a server that does not answer is named', async () => {
  const started = startDatabases({
    ...config,
    databaseUrl: 'postgres://nobody@127.0.0.1:1/none',
    dataDir: '/nonexistent',
  });
  await expect(started).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
});

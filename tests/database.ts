import postgres from 'postgres';
import { inject } from 'vitest';
import { type Databases, openDatabases } from '../src/db/client.ts';

let counter = 0;
const open: (() => Promise<void>)[] = [];

/** A database of the test file's own: a copy of the migrated template. Dropped when the file's tests are over, by setup.ts. */
export async function testDatabase(): Promise<Databases> {
  counter += 1;
  const name = `${inject('templateName')}_${process.pid}_${counter}`;
  const admin = postgres(inject('serverUrl'), { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${name} template ${inject('templateName')}`);
  const url = new URL(inject('serverUrl'));
  url.pathname = `/${name}`;
  const databases = openDatabases(url.href, url.href, 4);
  open.push(async () => {
    await databases.close();
    // Not by force: that may not end an autovacuum worker on PostgreSQL 15. What is still in use goes at the run's end.
    await admin.unsafe(`drop database if exists ${name}`).catch(() => {});
    await admin.end();
  });
  return databases;
}

/** Closes and drops what the tests of a file asked for. */
export async function dropTestDatabases(): Promise<void> {
  await Promise.all(open.splice(0).map((drop) => drop()));
}

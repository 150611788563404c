import postgres from 'postgres';
import { inject } from 'vitest';
import { type Databases, openDatabases } from '../src/db/client.ts';

let counter = 0;
const open: (() => Promise<string>)[] = [];
const unused: string[] = [];

/** Each drop waits for a checkpoint, which writes what all other tests have in memory: so many are dropped at once. */
const droppedAtOnce = 24;

/** A database of the test file's own: a copy of the migrated template. Dropped when the file's tests are over, by setup.ts. */
export async function testDatabase(): Promise<Databases> {
  counter += 1;
  const name = `${inject('templateName')}_${process.pid}_${counter}`;
  const admin = postgres(inject('serverUrl'), { max: 1, onnotice: () => {} });
  // As files: the template is read once and written once, past the log.
  await admin.unsafe(`create database ${name} template ${inject('templateName')} strategy file_copy`);
  await admin.end();
  const url = new URL(inject('serverUrl'));
  url.pathname = `/${name}`;
  const databases = openDatabases(url.href, url.href, 4);
  open.push(async () => {
    await databases.close();
    return name;
  });
  return databases;
}

/** Closes what the tests of a file asked for, and drops it when enough has come together; the rest goes at the run's end. */
export async function dropTestDatabases(): Promise<void> {
  unused.push(...(await Promise.all(open.splice(0).map((close) => close()))));
  if (unused.length < droppedAtOnce) return;
  const admin = postgres(inject('serverUrl'), { max: 1, onnotice: () => {} });
  // Not by force: that may not end an autovacuum worker on PostgreSQL 15. What is still in use goes at the run's end.
  for (const name of unused.splice(0)) await admin.unsafe(`drop database if exists ${name}`).catch(() => {});
  await admin.end();
}

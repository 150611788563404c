import { spawn } from 'node:child_process';
import { sql } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { type Database, type Databases, openDatabase } from '../../src/db/client.ts';
import { isConnectionLoss, isDriverWriteError } from '../../src/db/guard.ts';
import { testDatabase } from '../database.ts';

let databases: Databases;
/** One connection, so that whoever comes after a lost transaction gets that connection's successor. */
let single: Database;
beforeAll(async () => {
  databases = await testDatabase();
  single = openDatabase(databases.ownerUrl, 1, 'guard test');
  await databases.owner.execute(sql`create table note (text text)`);
  return () => single.$client.end({ timeout: 5 });
});

const terminate = () =>
  databases.owner.execute(sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'guard test'`);
const gate = () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};

test('what a lost transaction still sends does not land in its successor', async () => {
  const [begun, goOn, over] = [gate(), gate(), gate()];
  let inner: unknown;
  const lost = single.transaction(async (transaction) => {
    await transaction.execute(sql`insert into note values ('before')`);
    begun.open();
    await goOn.opened;
    inner = await transaction.execute(sql`insert into note values ('stray')`).catch((error) => error);
    over.open();
  });
  const lostError = lost.catch((error) => error);
  await begun.opened;
  await terminate();
  expect(isConnectionLoss(await lostError)).toBe(true);
  await single.transaction(async (transaction) => {
    await transaction.execute(sql`insert into note values ('successor')`);
    goOn.open();
    await over.opened;
  });
  expect(isConnectionLoss(inner)).toBe(true);
  expect(await databases.owner.execute(sql`select text from note`)).toEqual([{ text: 'successor' }]);
});

test('a savepoint of a lost transaction fails for its code, and the connection comes back', async () => {
  for (let round = 0; round < 5; round += 1) {
    const seen: boolean[] = [];
    const lost = single.transaction(async (transaction) => {
      const sleeping = transaction.transaction((savepoint) => savepoint.execute(sql`select pg_sleep(20)`));
      await sleeping.catch((error) => seen.push(isConnectionLoss(error)));
      await transaction.execute(sql`select 1`).catch((error) => seen.push(isConnectionLoss(error)));
      return 'committed';
    });
    const error = lost.catch((caught) => caught);
    await expect
      .poll(() =>
        databases.owner.execute(
          sql`select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`,
        ),
      )
      .toHaveLength(1);
    await terminate();
    expect(isConnectionLoss(await error)).toBe(true);
    await expect.poll(() => seen).toEqual([true, true]);
    expect(await single.execute(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  }
});

test('a session that ended while idle is replaced without anybody noticing', async () => {
  await single.execute(sql`select 1`);
  const noticed = new Promise((resolve) => {
    single.$client.options.onclose = resolve;
  });
  await terminate();
  await noticed;
  expect(await single.execute(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  // A transaction may even begin before the loss is noticed.
  await terminate();
  const inTransaction = single.transaction((transaction) => transaction.execute(sql`select 2 as two`));
  expect(await inTransaction).toEqual([{ two: 2 }]);
});

test('transactions commit, roll back and nest as before', async () => {
  await databases.owner.execute(sql`truncate note`);
  await single.transaction(async (transaction) => {
    await transaction.execute(sql`insert into note values ('kept')`);
    const inner = transaction.transaction(async (savepoint) => {
      await savepoint.execute(sql`insert into note values ('undone')`);
      await savepoint.execute(sql`select 1 / 0`);
    });
    await expect(inner).rejects.toMatchObject({ cause: { code: '22012' } });
    await transaction.transaction((savepoint) => savepoint.execute(sql`insert into note values ('nested')`));
  });
  const failing = single.transaction(async (transaction) => {
    await transaction.execute(sql`insert into note values ('refused')`);
    throw new Error('on second thoughts');
  });
  await expect(failing).rejects.toThrow('on second thoughts');
  expect(await single.execute(sql`select text from note order by text`)).toEqual([
    { text: 'kept' },
    { text: 'nested' },
  ]);
});

/** Runs a module's text in a process of its own that has `crashOnUncaught` on. */
function runGuarded(code: string): Promise<{ code: number | null; output: string }> {
  const head = `
    import { createLogger } from './src/http/log.ts';
    import { crashOnUncaught } from './src/http/process.ts';
    import postgres from 'postgres';
    crashOnUncaught(createLogger('error'));`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', head + code], {
    env: { ...process.env, URL_OF_TEST: databases.ownerUrl },
  });
  let output = '';
  child.stdout.on('data', (part) => {
    output += part;
  });
  child.stderr.on('data', (part) => {
    output += part;
  });
  return new Promise((resolve) => child.on('close', (exit) => resolve({ code: exit, output })));
}

test('a process survives the error of the driver, and only that', async () => {
  const survived = await runGuarded(`
    const [lost, other] = [1, 2].map(() => postgres(process.env.URL_OF_TEST, { max: 1 }));
    const [{ pid }] = await lost\`select pg_backend_pid() as pid\`;
    const caught = new Promise((resolve) => process.on('uncaughtException', resolve));
    lost.begin((sql) => sql\`select pg_sleep(20)\`).catch(() => {});
    while ((await other\`select from pg_stat_activity where pid = \${pid} and wait_event = 'PgSleep'\`).length === 0);
    await other\`select pg_terminate_backend(\${pid})\`;
    await caught;
    process.stdout.write('alive');
    process.exit(0);`);
  expect(survived).toMatchObject({ code: 0, output: expect.stringContaining('connection that was lost') });
  expect(survived.output).toContain('alive');
  const crashed = await runGuarded(`
    setImmediate(() => { throw new TypeError("Cannot read properties of null (reading 'write')"); });
    setTimeout(() => process.stdout.write('alive'), 1000);`);
  expect(crashed).toMatchObject({ code: 1, output: expect.stringContaining('An uncaught error ends the process') });
  expect(crashed.output).not.toContain('alive');
  const rejected = await runGuarded(`Promise.reject(new Error('nobody waits')); setTimeout(() => {}, 1000);`);
  expect(rejected).toMatchObject({ code: 1, output: expect.stringContaining('nobody waits') });
});

test('only the driver’s own error is recognised', () => {
  const error = new TypeError("Cannot read properties of null (reading 'write')");
  expect(isDriverWriteError(error)).toBe(false);
  error.stack = `${error}\n    at Immediate.nextWrite (file:///app/node_modules/postgres/src/connection.js:255:22)`;
  expect(isDriverWriteError(error)).toBe(true);
  expect(isDriverWriteError(Object.assign(new Error(error.message), { stack: error.stack }))).toBe(false);
});

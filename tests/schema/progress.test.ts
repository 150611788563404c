import { eq, sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { userAccount } from '../../src/auth/tables.ts';
import { calculatePeriod } from '../../src/commissions/close.ts';
import { localActor } from '../../src/db/transaction.ts';
import type { Period } from '../../src/period.ts';
import { testDatabase } from '../database.ts';
import { type Answer, makeWorld, now, type Person, type World, watch } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

const text = 'subscription { runProgress(period: "2026-11") { runId period status step progressPercent } }';

async function open(person: Person): Promise<AsyncGenerator<Answer>> {
  const result = await watch(world, person, text);
  if (!(Symbol.asyncIterator in result)) throw new Error(JSON.stringify(result));
  return result as AsyncGenerator<Answer>;
}

const next = async (stream: AsyncGenerator<Answer>) => (await stream.next()).value?.data?.runProgress;

describe('runProgress', () => {
  it('tells how it stands, then every step of a calculation, and ends when one leaves', async () => {
    const stream = await open('finance');
    const stands = await next(stream);
    expect(stands).toMatchObject({ period: '2026-11', status: 'CALCULATED' });

    const calculation = calculatePeriod(world.databases, localActor('clerk'), '2026-11' as Period, now);
    const seen = [];
    for (let last = stands; last.status !== 'CALCULATED' || last.runId === stands.runId; seen.push(last)) {
      last = await next(stream);
    }
    const summary = await calculation;
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toMatchObject({
      status: 'CALCULATED',
      runId: Buffer.from(`Run:${summary.id}`).toString('base64url'),
    });
    const percents = seen.map((progress) => progress.progressPercent ?? 0);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    expect((await stream.return(undefined)).done).toBe(true);
  });

  it('ends at once even while it waits for news', async () => {
    const stream = await open('auditor');
    await next(stream);
    const waiting = stream.next();
    await stream.return(undefined);
    expect((await waiting).done).toBe(true);
  });

  it('goes on after the connection it listens on is lost', async () => {
    const stream = await open('admin');
    await next(stream);
    await world.databases.owner.execute(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ilike 'listen %' and pid <> pg_backend_pid()",
    );
    await world.databases.owner.execute(sql`update run_progress set step = 'seen after the loss'
      where run_id = (select max(id) from commission_run where period = '2026-11')`);
    expect((await next(stream)).step).toBe('seen after the loss');
    await stream.return(undefined);
  });

  it('tells nothing more to an account that was shut out', async () => {
    const stream = await open('finance');
    await next(stream);
    const account = world.actors.finance?.user?.id ?? 0;
    await world.databases.owner.update(userAccount).set({ disabled: true }).where(eq(userAccount.id, account));
    const waiting = stream.next();
    const watcher = await open('admin');
    await next(watcher);
    await world.databases.owner.execute(sql`update run_progress set step = 'not for all'`);
    await world.databases.owner.execute(sql`select pg_notify('tributary_run', '2026-11')`);
    expect((await next(watcher)).step).toBe('not for all');
    await Promise.all([stream.return(undefined), watcher.return(undefined)]);
    expect((await waiting).done).toBe(true);
  });
});

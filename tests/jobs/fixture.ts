import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { vi } from 'vitest';
import { approveRun } from '../../src/commissions/runs.ts';
import type { Databases } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { applyProgramme } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { importEventBatch } from '../../src/sales/import.ts';

/** Where the clock stands in these tests, unless they say otherwise. */
export const now = new Date('2026-11-22T02:00:00Z');
export const clerk = localActor('clerk');
export const silent = pino({ level: 'silent' });

/** A pattern that does not ring while tests run. */
export const never = '0 0 29 2 *';

const programme = `
operator: { code: DEMO, name: Demo, timeZone: Asia/Shanghai, currency: CNY }
channelTypes: [{ code: AGENT, name: Agent }]
products: [{ code: FIBER, name: Fibre }]
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-01-01
        currency: CNY
        components:
          - { code: ACT, name: Activation, kind: RATE, events: [ACTIVATION], rules: [{ code: ALL, flat: 100 }] }
agents:
  - { code: A, name: Agent A, channelType: AGENT, since: 2026-01-01, agreements: [{ plan: P, from: 2026-01-01 }] }
`;

/** An operator with one agent, whose one activation in each of the periods pays 100. */
export async function setUp(databases: Databases, periods: readonly string[]): Promise<void> {
  await databases.owner.transaction((transaction) => applyProgramme(transaction, clerk, now, readProgramme(programme)));
  await importActivations(databases, periods);
}

/** One activation in each of the periods. */
export async function importActivations(databases: Databases, periods: readonly string[]): Promise<void> {
  const events = periods.map((period) => ({
    source: 'BSS',
    externalId: `E-${period}`,
    type: 'ACTIVATION',
    occurredAt: `${period}-15T12:00:00Z`,
    agentCode: 'A',
    productCode: 'FIBER',
    quantity: '1',
    amount: '0',
    currency: 'CNY',
  }));
  const { acceptedCount } = await databases.owner.transaction((transaction) =>
    importEventBatch(transaction, clerk, now, events, { atomic: true }),
  );
  if (acceptedCount !== periods.length) throw new Error('an event was not accepted');
}

export type RunRow = { id: number; period: string; status: string; calculated_by: string };

/** All runs, in the order in which they began. */
export async function runsOf({ owner }: Databases): Promise<RunRow[]> {
  return owner.execute<RunRow>(sql`select id, period, status::text, calculated_by from commission_run order by id`);
}

/** All runs as `period status`. */
export async function runStates(databases: Databases): Promise<string[]> {
  return (await runsOf(databases)).map(({ period, status }) => `${period} ${status}`);
}

type JobRow = { period: string; attempts: number; max_attempts: number; locked_by: string | null };

/** The jobs in the queue that close a period. */
export async function closeJobs({ owner }: Databases): Promise<JobRow[]> {
  return owner.execute<JobRow>(sql`
    select substring(key from 7) as period, attempts, max_attempts, locked_by
    from graphile_worker.jobs where task_identifier = 'close_period' order by id`);
}

export async function closeRequests({ owner }: Databases): Promise<{ period: string; failure: string | null }[]> {
  return owner.execute<{ period: string; failure: string | null }>(sql`
    select period, failure from close_request order by period`);
}

/** Approves the run that is calculated, as somebody else. */
export async function approveCalculated(databases: Databases): Promise<void> {
  const run = (await runsOf(databases)).find(({ status }) => status === 'CALCULATED');
  if (!run) throw new Error('no run is calculated');
  await databases.owner.transaction((transaction) => approveRun(transaction, clerk, now, run.id));
}

/** Waits until what is asked comes true. */
export function until(check: () => Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 20_000, interval: 25 });
}

/** Holds up every calculation in its middle, until the returned function is called. */
export async function holdCalculations({ owner }: Databases): Promise<() => Promise<void>> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let over: Promise<void> = Promise.resolve();
  // What was never analyzed would hold a calculation before it begins, when it asks for the table's size.
  await owner.execute(sql`analyze rate_rule`);
  await new Promise<void>((locked, failed) => {
    over = owner.transaction(async (transaction) => {
      await transaction.execute(sql`lock table rate_rule in access exclusive mode`);
      locked();
      await released;
    });
    over.catch(failed);
  });
  return () => {
    release();
    return over;
  };
}

/** Waits until a calculation stands before what holdCalculations holds. */
export function untilHeld({ owner }: Databases): Promise<void> {
  return until(async () => {
    const waiting = await owner.execute(sql`
      select from pg_locks where relation = 'rate_rule'::regclass and not granted`);
    if (waiting.length === 0) throw new Error('no calculation is held');
  });
}

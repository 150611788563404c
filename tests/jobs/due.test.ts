import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enqueueDueCloses } from '../../src/commissions/due.ts';
import type { Databases } from '../../src/db/client.ts';
import { testDatabase } from '../database.ts';
import { closeJobs, closeRequests, importActivations, now, setUp } from './fixture.ts';

type Case = {
  readonly title: string;
  readonly events: readonly string[];
  readonly zone?: string;
  readonly at?: string;
  readonly delayHours?: number;
  /** Runs that exist already: period and status. */
  readonly runs?: readonly (readonly [string, string])[];
  /** A request that exists already, made on 20 November: period and failure. */
  readonly request?: readonly [string, string | null];
  readonly due: readonly string[];
};

const cases: Case[] = [
  // September in Shanghai (+08:00) ends at 16:00 UTC on the 30th.
  { title: 'not before the end in the zone', events: ['2026-09'], at: '2026-09-30T15:59:59.999Z', due: [] },
  { title: 'at the end in the zone', events: ['2026-09'], at: '2026-09-30T16:00:00Z', due: ['2026-09'] },
  { title: 'not before the delay', events: ['2026-09'], delayHours: 6, at: '2026-09-30T21:59:59Z', due: [] },
  { title: 'after the delay', events: ['2026-09'], delayHours: 6, at: '2026-09-30T22:00:00Z', due: ['2026-09'] },
  // October in New York ends at 00:00 EDT (-04:00), two hours before its summer time does: 04:00 UTC, and six hours later 10:00.
  {
    title: 'six hours are six hours when the clocks change',
    events: ['2026-10'],
    zone: 'America/New_York',
    delayHours: 6,
    at: '2026-11-01T09:59:59Z',
    due: [],
  },
  {
    title: 'and not seven',
    events: ['2026-10'],
    zone: 'America/New_York',
    delayHours: 6,
    at: '2026-11-01T10:00:00Z',
    due: ['2026-10'],
  },
  // Kiritimati (+14:00) is the first to be done: 10:00 UTC on the last day.
  { title: 'far east', events: ['2026-09'], zone: 'Pacific/Kiritimati', at: '2026-09-30T10:00:00Z', due: ['2026-09'] },
  { title: 'no events at all', events: [], due: [] },
  { title: 'only the earliest of several', events: ['2026-07', '2026-08', '2026-10'], due: ['2026-07'] },
  { title: 'the earliest is not over', events: ['2026-11'], due: [] },
  {
    title: 'after an approval, the next',
    events: ['2026-07', '2026-08'],
    runs: [['2026-07', 'APPROVED']],
    due: ['2026-08'],
  },
  { title: 'after a payment, the next', events: ['2026-07', '2026-08'], runs: [['2026-07', 'PAID']], due: ['2026-08'] },
  {
    title: 'months without events are skipped',
    events: ['2026-05', '2026-09'],
    runs: [['2026-05', 'PAID']],
    due: ['2026-09'],
  },
  {
    title: 'late events of an approved period',
    events: ['2026-07', '2026-09'],
    runs: [['2026-08', 'APPROVED']],
    due: ['2026-09'],
  },
  {
    title: 'nothing while a result waits for approval',
    events: ['2026-07', '2026-08'],
    runs: [['2026-07', 'CALCULATED']],
    due: [],
  },
  { title: 'a failed calculation is none', events: ['2026-07'], runs: [['2026-07', 'FAILED']], due: ['2026-07'] },
  { title: 'nor is one that never ended', events: ['2026-07'], runs: [['2026-07', 'CALCULATING']], due: ['2026-07'] },
  { title: 'nor a voided one', events: ['2026-07'], runs: [['2026-07', 'VOIDED']], due: ['2026-07'] },
  { title: 'asked for already', events: ['2026-07'], request: ['2026-07', null], due: [] },
  { title: 'failed for good', events: ['2026-07'], request: ['2026-07', 'CHECK_FAILED: Sums differ.'], due: [] },
  {
    title: 'failed for its turn, which has come',
    events: ['2026-07'],
    request: ['2026-07', 'PREVIOUS_PERIOD_OPEN: x'],
    due: ['2026-07'],
  },
  {
    title: 'failed, but calculated and voided since',
    events: ['2026-07'],
    runs: [['2026-07', 'VOIDED']],
    request: ['2026-07', 'CHECK_FAILED: Sums differ.'],
    due: ['2026-07'],
  },
];

describe('what is due', () => {
  let databases: Databases;

  beforeAll(async () => {
    databases = await testDatabase();
    await setUp(databases, []);
    await databases.owner.execute(sql`alter table sales_event disable trigger sales_event_immutable`);
  });

  beforeEach(async () => {
    for (const table of ['graphile_worker._private_jobs', 'close_request', 'commission_run', 'sales_event']) {
      await databases.owner.execute(sql.raw(`delete from ${table}`));
    }
  });

  it.each(cases)('$title: $due', async ({ events, zone, at, delayHours, runs, request, due }) => {
    await databases.owner.execute(sql`update operator set time_zone = ${zone ?? 'Asia/Shanghai'}`);
    await importActivations(databases, events);
    for (const [period, status] of runs ?? []) {
      await databases.owner.execute(sql`
        insert into commission_run (period, status, calculated_by, started_at, calculated_at)
        values (${period}, ${status}, 'clock', '2026-11-21T00:00:00Z', '2026-11-21T00:00:00Z')`);
    }
    if (request) {
      await databases.owner.execute(sql`
        insert into close_request (period, requested_by, requested_at, failure)
        values (${request[0]}, 'clerk', '2026-11-20T00:00:00Z', ${request[1]})`);
    }
    const found = await enqueueDueCloses(databases, at === undefined ? now : new Date(at), delayHours ?? 0);
    expect(found).toEqual(due);
    expect((await closeJobs(databases)).map(({ period }) => period)).toEqual(due);
  });
});

describe('asking for what is due', () => {
  let databases: Databases;

  beforeAll(async () => {
    databases = await testDatabase();
  });

  it('does nothing before the operator is set up', async () => {
    expect(await enqueueDueCloses(databases, now, 0)).toEqual([]);
  });

  it('is done by one of several at once, and once', async () => {
    await setUp(databases, ['2026-08', '2026-09']);
    const found = await Promise.all([1, 2, 3].map(() => enqueueDueCloses(databases, now, 0)));
    expect(found.flat()).toEqual(['2026-08']);
    expect(await enqueueDueCloses(databases, now, 0)).toEqual([]);
    expect(await closeJobs(databases)).toMatchObject([{ period: '2026-08', max_attempts: 3 }]);
    expect(await closeRequests(databases)).toEqual([{ period: '2026-08', failure: null }]);
  });
});

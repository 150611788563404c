import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { calculatePeriod } from '../../src/commissions/close.ts';
import { loadRunSummary } from '../../src/commissions/runs.ts';
import { type Databases, openDatabases } from '../../src/db/client.ts';
import { UserError } from '../../src/errors.ts';
import { testDatabase } from '../database.ts';
import {
  apply,
  asOwner,
  calculate,
  clerk,
  close,
  codeOf,
  controller,
  event,
  importEvents,
  november,
  now,
  october,
  octoberEvents,
  openBooks,
  programme,
  september,
  septemberEvents,
} from '../support/books.ts';
import { readOutput } from '../support/readRun.ts';
import { allowEmptying, emptyDatabase } from '../support/reset.ts';

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await allowEmptying(databases);
});

beforeEach(() => emptyDatabase(databases));

type Run = { id: number; status: string; calculated_by: string; error: string | null; void_reason: string | null };

const runs = () =>
  databases.owner.$client<Run[]>`select id, status, calculated_by, error, void_reason from commission_run order by id`;

async function tablesOfRuns(): Promise<string[]> {
  const rows = await databases.owner.$client<
    { tablename: string }[]
  >`select tablename from pg_tables where schemaname = 'runs' order by 1`;
  return rows.map(({ tablename }) => tablename);
}

describe('a calculation', () => {
  it('pays what the plans say, to the fen', async () => {
    await openBooks(databases);
    const run = await calculate(databases);
    const { lines, pools, unpaid } = await readOutput(databases, run);
    const paid = lines.map(({ component, plan, cause, agent, role, amount }) =>
      [plan || 'pool', component, cause.replace('@CRM:', ''), agent, role, amount].filter(Boolean).join(' '),
    );
    expect(paid).toEqual([
      // The pot: 1 % of 64.30 + 81.11 + 49.90 + 400 = 5.9531 → 5.95; A1 1.7 × 1, A2 (2 + 0.5 + 0.3) × 1.1 = 3.08:
      // 5.95 × 1.7 / 4.78 = 2.116…, × 3.08 / 4.78 = 3.833…: 2.11 and 3.83, the fen left over to A1 (.61 against .39)
      'pool POT POT A1 2.12',
      'pool POT POT A2 3.83',
      // FIBER in the north 100 per unit, everything else 20.5
      'P ACT +O2 A2 SELLER 200.00',
      'P ACT -O3 A2 SELLER 10.25',
      'P ACT =O1 A1 SELLER 100.00',
      'P ACT O4 A1 SELLER 70.00',
      'P ACT O4 A2 REFERRER 30.00',
      // 12.5 % of 100 − 99 = 0.125, + 1.005 = 1.13, at least 5; 12.5 % of 1000 − 2 · 450 = 12.5, + 2.01 = 14.51
      'P DEV O10 A1 SELLER 5.00',
      'P DEV O9 A1 SELLER 14.51',
      // 3.25 % of 64.30 = 2.08975; of 81.11 × 1.1 = 2.8996825; of 49.90 × 0.5 = 0.810875;
      // Q: 5 % of 49.90 × 0.5 × 1.1 = 1.37225; 4 % of 400 = 16, at most 10, × 1.1 = 11
      'P RES O5 A1 SELLER 2.09',
      'P RES O6 A2 SELLER 2.90',
      'P RES O7 A1 HELPER 0.81',
      'Q RES O7 A3 SELLER 1.37',
      'Q RES O8 A3 SELLER 11.00',
    ]);
    expect(pools).toMatchObject([{ base: '595.31', fund: '5.95', weightTotal: '4.78', remainder: '0.00' }]);
    expect(unpaid.map(({ externalId, agent, reason }) => `${externalId} ${agent} ${reason}`)).toEqual([
      'O11 A1 NO_BASE',
      'O12 A4 NO_AGREEMENT',
      'O13 A2 REVERSED',
    ]);
    // The REVERSAL and the RECHARGE are read by nothing.
    expect(run).toMatchObject({
      status: 'CALCULATED',
      eventCount: 15,
      lineCount: 14,
      unpaidCount: 3,
      unreadCount: 2,
      lateCount: 0,
    });
    // A1, A2 and A3 have agreements; A4 has none and no statement.
    expect(run.statementCount).toBe(3);
  });

  it('again gives the same hashes and replaces the first', async () => {
    await openBooks(databases);
    const first = await calculate(databases);
    const before = await readOutput(databases, first);
    const second = await calculatePeriod(databases, controller, october, now);
    expect(second).toEqual({ ...first, id: second.id, calculatedBy: 'controller' });
    expect(second.id).not.toBe(first.id);
    expect(await readOutput(databases, second)).toEqual(before);
    expect(await runs()).toMatchObject([
      { id: first.id, status: 'VOIDED', void_reason: `replaced by run ${second.id}` },
      { id: second.id, status: 'CALCULATED', void_reason: null },
    ]);
    const counts = await databases.owner.$client<{ run_id: number; count: number }[]>`
      select run_id, count(*)::integer as count from statement group by run_id`;
    expect(counts).toEqual([{ run_id: second.id, count: 3 }]);
  });

  it('leaves its two result tables and no other', async () => {
    await openBooks(databases);
    const { id } = await calculate(databases);
    expect(await tablesOfRuns()).toEqual([`line_${id}`, `unpaid_${id}`]);
  });

  it('of a month without events makes statements of nothing', async () => {
    await apply(databases, programme);
    expect(await calculate(databases)).toMatchObject({
      eventCount: 0,
      lineCount: 0,
      unpaidCount: 0,
      statementCount: 3,
    });
  });

  it('tells how far it is', async () => {
    await openBooks(databases);
    const heard: { step: string; percent: number }[] = [];
    const { id } = await calculatePeriod(databases, clerk, october, now, (step, percent) =>
      heard.push({ step, percent }),
    );
    const percents = heard.map(({ percent }) => percent);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    expect(heard.length).toBeGreaterThan(5);
    const last = heard.at(-1);
    expect(last?.percent).toBe(100);
    expect(await databases.owner.$client`select run_id, step, percent from run_progress`).toEqual([
      { run_id: id, ...last },
    ]);
  });

  it('needs a programme', async () => {
    expect(await codeOf(calculate(databases))).toBe('NOT_SET_UP');
  });
});

describe('when a period can be closed', () => {
  it('only once it is over in the operator’s zone, to the millisecond', async () => {
    await openBooks(databases);
    expect(await codeOf(calculate(databases, october, new Date('2026-10-31T15:59:59.999Z')))).toBe('PERIOD_NOT_OVER');
    expect(await runs()).toEqual([]);
    expect(await calculate(databases, october, new Date('2026-10-31T16:00:00Z'))).toMatchObject({
      status: 'CALCULATED',
    });
  });

  it('only after the months before it that had anything are approved', async () => {
    await openBooks(databases, [...septemberEvents, ...octoberEvents]);
    const refusal = calculate(databases);
    expect(await codeOf(refusal)).toBe('PREVIOUS_PERIOD_OPEN');
    await expect(refusal).rejects.toMatchObject({ at: '2026-09' });
    await calculate(databases, september);
    expect(await codeOf(calculate(databases))).toBe('PREVIOUS_PERIOD_OPEN');
    await close(databases, september);
    expect(await calculate(databases)).toMatchObject({ status: 'CALCULATED' });
  });

  it('names the earliest open month', async () => {
    await openBooks(databases, [
      event('J1', { occurredAt: '2026-07-10T10:00:00+08:00' }),
      ...septemberEvents,
      ...octoberEvents,
    ]);
    await expect(calculate(databases)).rejects.toMatchObject({ code: 'PREVIOUS_PERIOD_OPEN', at: '2026-07' });
  });

  it('not once it, or a later one, is approved', async () => {
    await openBooks(databases, [...septemberEvents, ...octoberEvents]);
    await close(databases, september);
    await close(databases, october);
    const before = await runs();
    for (const period of [september, october])
      expect(await codeOf(calculate(databases, period))).toBe('PERIOD_APPROVED');
    expect(await runs()).toEqual(before);
  });
});

describe('what goes from month to month', () => {
  it('a pool’s remainder that nobody got is carried into the next month', async () => {
    // September: bills but no activation, so no weight: 1 % of 250 = 2.50 remains.
    const [, bill] = septemberEvents;
    await openBooks(databases, [...(bill ? [bill] : []), ...octoberEvents]);
    expect((await close(databases, september)).pools).toMatchObject([{ fund: '2.5', shared: '0', carriedOut: '2.5' }]);
    const { pools } = await readOutput(databases, await calculate(databases));
    // October: 5.95 of its own and 2.50 carried in.
    expect(pools).toMatchObject([{ fund: '5.95', carriedIn: '2.50', paid: '8.45', carriedOver: '0.00' }]);
  });

  it('over a month that was not closed', async () => {
    const [, bill] = septemberEvents;
    await openBooks(databases, bill ? [bill] : []);
    await close(databases, september);
    expect((await calculate(databases, november)).pools).toMatchObject([
      { fund: '0', carriedIn: '2.5', carriedOut: '2.5' },
    ]);
  });
});

describe('two at once', () => {
  it('from two processes make one run', async () => {
    await openBooks(databases);
    const other = openDatabases(databases.ownerUrl, databases.ownerUrl, 4);
    try {
      let second: Promise<unknown> | undefined;
      // The second begins while the first is certainly at work.
      const first = await calculatePeriod(databases, clerk, october, now, () => {
        second ??= calculatePeriod(other, controller, october, now).catch((error: unknown) => error);
      });
      const refusal = await second;
      expect(refusal).toBeInstanceOf(UserError);
      expect(refusal).toMatchObject({ code: 'RUN_IN_PROGRESS' });
      expect(await runs()).toMatchObject([{ id: first.id, status: 'CALCULATED', calculated_by: 'clerk' }]);
    } finally {
      await other.close();
    }
  });

  it('started together, whatever the winner, leave one live run', async () => {
    await openBooks(databases);
    const other = openDatabases(databases.ownerUrl, databases.ownerUrl, 4);
    try {
      const results = await Promise.allSettled([
        calculate(databases),
        calculatePeriod(other, controller, october, now),
      ]);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'RUN_IN_PROGRESS' });
      }
      expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
      expect((await runs()).filter(({ status }) => status === 'CALCULATED')).toHaveLength(1);
      expect((await runs()).filter(({ status }) => status === 'CALCULATING')).toEqual([]);
    } finally {
      await other.close();
    }
  });
});

describe('a calculation that fails', () => {
  const spoil = () => databases.owner.$client`update event_credit set share = 0.8 where share = 0.7`;
  const mend = () => databases.owner.$client`update event_credit set share = 0.7 where share = 0.8`;

  it('publishes nothing, keeps the error, and can be repeated', async () => {
    await openBooks(databases);
    await spoil();
    const failure = calculate(databases);
    expect(await codeOf(failure)).toBe('CHECK_FAILED');
    await expect(failure).rejects.toThrow('@CRM/O4: shares total 1.1');
    expect(await runs()).toMatchObject([{ status: 'FAILED', error: expect.stringContaining('shares total 1.1') }]);
    expect(await tablesOfRuns()).toEqual([]);
    expect(await codeOf(asOwner(databases, (transaction) => loadRunSummary(transaction, october)))).toBe('NO_RUN');

    await mend();
    const run = await calculate(databases);
    expect(run).toMatchObject({ status: 'CALCULATED', lineCount: 14 });
    expect(await runs()).toMatchObject([{ status: 'FAILED' }, { id: run.id, status: 'CALCULATED' }]);
  });

  it('leaves the earlier result standing', async () => {
    await openBooks(databases);
    const first = await calculate(databases);
    const before = await readOutput(databases, first);
    await spoil();
    expect(await codeOf(calculate(databases))).toBe('CHECK_FAILED');
    await mend();
    expect(await asOwner(databases, (transaction) => loadRunSummary(transaction, october))).toEqual(first);
    expect(await readOutput(databases, first)).toEqual(before);
  });

  it('because its process died is marked so by the next attempt', async () => {
    await openBooks(databases);
    await databases.owner.$client`
      insert into commission_run (period, status, calculated_by, started_at) values ('2026-10', 'CALCULATING', 'gone', now())`;
    await calculate(databases);
    expect(await runs()).toMatchObject([
      { status: 'FAILED', calculated_by: 'gone', error: 'The process ended before the calculation did.' },
      { status: 'CALCULATED' },
    ]);
  });
});

it('the same facts give the same hashes in any database, whatever the order they came in', async () => {
  await openBooks(databases, [...septemberEvents, ...octoberEvents]);
  const here = [await close(databases, september), await calculate(databases)];

  await emptyDatabase(databases);
  const reversed = programme
    .replace(
      /agents:\n([\s\S]*)$/,
      (_all, list: string) => `agents:\n${list.trimEnd().split('\n').toReversed().join('\n')}\n`,
    )
    .replace(/tiers:\n(.*\n)(.*\n)/, 'tiers:\n$2$1')
    .replace(/regions:\n(.*\n)(.*\n)(.*\n)/, 'regions:\n$3$2$1')
    .replace(/products: \[(.*), (\{ code: VOICE.*)\]/, 'products: [$2, $1]');
  expect(reversed).not.toBe(programme);
  await apply(databases, reversed);
  // One by one and backwards, reversals after what they undo.
  const events = [...septemberEvents, ...octoberEvents].toReversed();
  const isReversal = ({ type }: { type: string }) => type === 'REVERSAL';
  for (const each of events.filter((one) => !isReversal(one))) await importEvents(databases, [each]);
  await importEvents(databases, events.filter(isReversal));

  const there = [await close(databases, september), await calculate(databases)];
  const hashes = (all: typeof here) => all.map(({ inputsHash, linesHash }) => ({ inputsHash, linesHash }));
  expect(hashes(there)).toEqual(hashes(here));
  const statementHashes = await databases.owner.$client`select distinct lines_hash from statement`;
  expect(statementHashes.length).toBeGreaterThan(3);
});

import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { calculatePeriod, verifyPeriod } from '../../src/commissions/close.ts';
import { markRunPaid } from '../../src/commissions/paidRuns.ts';
import { approveRun, loadRunSummary, voidRun } from '../../src/commissions/runs.ts';
import type { Databases } from '../../src/db/client.ts';
import { type Actor, localActor } from '../../src/db/transaction.ts';
import { UserError } from '../../src/errors.ts';
import { importEventBatch } from '../../src/sales/import.ts';
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

const approve = (runId: number, actor: Actor = controller) =>
  asOwner(databases, (transaction) => approveRun(transaction, actor, now, runId));
const pay = (runId: number) => asOwner(databases, (transaction) => markRunPaid(transaction, controller, now, runId));
const voidIt = (runId: number, reason = 'wrong tariff') =>
  asOwner(databases, (transaction) => voidRun(transaction, controller, now, runId, reason));
const summary = () => asOwner(databases, (transaction) => loadRunSummary(transaction, october));

describe('the life of a run', () => {
  it('goes from CALCULATED over APPROVED to PAID, each step recorded with who did it', async () => {
    await openBooks(databases);
    const { id } = await calculate(databases);
    await approve(id);
    expect(await summary()).toMatchObject({ id, status: 'APPROVED', calculatedBy: 'clerk', approvedBy: 'controller' });
    await pay(id);
    expect(await summary()).toMatchObject({ id, status: 'PAID' });
    const records = await databases.owner.$client`
      select actor, action, after ->> 'status' as status from audit_record where entity = 'run' and entity_key = ${`2026-10#${id}`} order by id`;
    expect(records).toEqual([
      { actor: 'clerk', action: 'run.started', status: null },
      { actor: 'clerk', action: 'run.calculated', status: null },
      { actor: 'controller', action: 'run.approved', status: 'APPROVED' },
      { actor: 'controller', action: 'run.paid', status: 'PAID' },
    ]);
  });

  it.each(['clerk', ' Clerk ', 'CLERK'])('is not approved by who calculated it, written as %j', async (name) => {
    await openBooks(databases);
    const { id } = await calculate(databases);
    expect(await codeOf(approve(id, localActor(name)))).toBe('SAME_PERSON');
    expect(await summary()).toMatchObject({ status: 'CALCULATED', approvedBy: null });
  });

  it('has its steps once and in order', async () => {
    await openBooks(databases);
    const { id } = await calculate(databases);
    expect(await codeOf(pay(id))).toBe('RUN_STATE');
    await approve(id);
    expect(await codeOf(approve(id))).toBe('RUN_STATE');
    expect(await codeOf(approve(id, localActor('third')))).toBe('RUN_STATE');
    await pay(id);
    expect(await codeOf(pay(id))).toBe('RUN_STATE');
    expect(await codeOf(approve(id))).toBe('RUN_STATE');
    expect(await codeOf(approve(id + 1))).toBe('NOT_FOUND');
    expect(await summary()).toMatchObject({ status: 'PAID', approvedBy: 'controller' });
  });

  it('approved by two at once is approved by one', async () => {
    await openBooks(databases);
    const { id } = await calculate(databases);
    const results = await Promise.allSettled([approve(id), approve(id, localActor('third'))]);
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    expect(refused).toEqual(['RUN_STATE']);
  });

  it('cannot be approved once an earlier month has got events that nobody would settle', async () => {
    await openBooks(databases);
    const { id } = await calculate(databases);
    expect(await importEvents(databases, septemberEvents)).toMatchObject({ lateCount: 0 });
    const refusal = approve(id);
    expect(await codeOf(refusal)).toBe('PREVIOUS_PERIOD_OPEN');
    await expect(refusal).rejects.toMatchObject({ at: '2026-09' });
    await close(databases, september);
    await close(databases);
  });

  it.each(['reading agents and plans', 'publishing'])(
    'approved while it is being calculated anew (%s): one of the two gives way',
    async (begin) => {
      await openBooks(databases);
      const first = await calculate(databases);
      let approval: Promise<unknown> | undefined;
      const second = await calculatePeriod(databases, clerk, october, now, (step) => {
        if (step === begin) approval = approve(first.id).catch((error: unknown) => error);
      }).catch((error: unknown) => error);
      const refusals = [await approval, second].filter((result) => result instanceof UserError);
      expect(refusals).toHaveLength(1);
      expect(['RUN_STATE', 'CONFLICTING_CHANGE', 'PERIOD_APPROVED']).toContain((refusals[0] as UserError).code);
      const live = await databases.owner.$client`
      select status from commission_run where status in ('CALCULATED', 'APPROVED', 'CALCULATING')`;
      expect(live).toEqual([{ status: second instanceof UserError ? 'APPROVED' : 'CALCULATED' }]);
      expect(await verifyPeriod(databases, october)).toMatchObject({ ok: true });
    },
  );

  it('that was replaced cannot be approved', async () => {
    await openBooks(databases);
    const first = await calculate(databases);
    await calculate(databases);
    expect(await codeOf(approve(first.id))).toBe('RUN_STATE');
  });
});

describe('a calculation goes stale', () => {
  const later = (rest: object) => importEvents(databases, [event('LATER', rest)]);
  const version = 'from: 2026-10-15, currency: CNY';
  const rate = 'code: RES, name: Residual, kind: RATE, events: [BILL]';

  it.each<[string, () => Promise<unknown>]>([
    ['an event came in', () => later({})],
    [
      'a reversal came in, dated in the next month',
      () => later({ type: 'REVERSAL', originalExternalId: 'O5', occurredAt: '2026-11-02T10:00:00+08:00' }),
    ],
    [
      'a tier changed',
      () =>
        apply(
          databases,
          'agents: [{ code: A2, name: North two, channelType: AGENT, tier: [{ tier: T1, from: 2026-10-31 }] }]',
        ),
    ],
    ['a multiplier changed', () => apply(databases, 'tiers: [{ code: T2, name: Two, rank: 2, multiplier: 1.11 }]')],
    [
      'a status changed',
      () =>
        apply(
          databases,
          'agents: [{ code: A2, name: North two, channelType: AGENT, status: [{ status: ACTIVE, from: 2026-01-01, to: 2026-10-20 }, { status: SUSPENDED, from: 2026-10-20 }] }]',
        ),
    ],
    [
      'an agreement ended',
      () => apply(databases, 'agreements: [{ agent: A3, plan: Q, from: 2026-01-01, to: 2026-10-31 }]'),
    ],
    [
      'an agent without one got an agreement',
      () => apply(databases, 'agreements: [{ agent: A4, plan: Q, from: 2026-10-31 }]'),
    ],
    [
      'an agent moved',
      () =>
        apply(
          databases,
          'agents: [{ code: A2, name: North two, channelType: AGENT, region: [{ region: SOUTH, from: 2026-10-02 }] }]',
        ),
    ],
    ['a region moved', () => apply(databases, 'regions: [{ code: NORTH, name: North, parent: SOUTH }]')],
    [
      'a product changed its category',
      () => apply(databases, 'products: [{ code: VOICE, name: Voice, category: BROADBAND }]'),
    ],
    ['a channel type changed', () => apply(databases, 'agents: [{ code: A2, name: North two, channelType: ONLINE }]')],
    [
      'a plan version was published',
      () =>
        apply(
          databases,
          `plans: [{ code: Q, name: Q, versions: [{ ${version}, components: [{ ${rate}, rules: [{ percent: 6 }] }] }] }]`,
        ),
    ],
    [
      'a pool version was published',
      () =>
        apply(
          databases,
          `pools: [{ code: POT, name: Pot, versions: [{ ${version}, fund: { fixed: 7 }, weight: [{ factor: TIER_MULTIPLIER }], remainder: KEEP }] }]`,
        ),
    ],
  ])('where %s', async (_what, change) => {
    await openBooks(databases);
    const stale = await calculate(databases);
    await change();
    expect(await codeOf(approve(stale.id))).toBe('RUN_STALE');
    expect(await summary()).toMatchObject({ status: 'CALCULATED' });
    const fresh = await calculate(databases);
    expect(fresh.inputsHash).not.toBe(stale.inputsHash);
    await approve(fresh.id);
  });

  it('where a figure changed again that only an older plan version reads', async () => {
    const held = (from: string, holdback: string) =>
      `{ from: ${from}, currency: CNY, components: [{ ${rate}, rules: [{ percent: 5 }]${holdback} }] }`;
    const condition = ', holdback: { percent: 50, months: 1, condition: { metric: QUALITY, atLeast: 80 } }';
    const versions = [held('2026-09-01, to: 2026-10-01', condition), held('2026-10-01', '')];
    await apply(databases, programme);
    await apply(
      databases,
      `plans: [{ code: OLD, name: Old, versions: [${versions.join(', ')}] }]
agents: [{ code: A5, name: Five, channelType: AGENT, agreements: [{ plan: OLD, from: 2026-01-01 }] }]`,
    );
    const quality = (value: number) =>
      apply(databases, `metricValues: [{ agent: A5, metric: QUALITY, period: 2026-10, value: ${value} }]`);
    await importEvents(databases, [
      event('S', { type: 'BILL', agentCode: 'A5', occurredAt: '2026-09-10T10:00:00+08:00' }),
    ]);
    await close(databases, september);
    await quality(70);
    const stale = await calculate(databases);
    await quality(90);
    expect(await codeOf(approve(stale.id))).toBe('RUN_STALE');
    // half of 5 % of 100
    const fresh = await calculate(databases);
    const [released] = await databases.owner
      .$client`select amount from commission_line where run_id = ${fresh.id} and kind = 'RELEASE'`;
    expect(released).toEqual({ amount: '2.50' });
  });

  it('not by what it does not depend on', async () => {
    await openBooks(databases);
    const { id } = await calculate(databases);
    await importEvents(databases, [event('N1', { occurredAt: '2026-11-02T10:00:00+08:00' })]);
    await apply(
      databases,
      `
agents:
  - { code: A2, name: Renamed, channelType: AGENT, tier: [{ tier: T2, from: 2026-01-01, to: 2026-11-01 }, { tier: T1, from: 2026-11-01 }] }
  - { code: A5, name: New without agreement, channelType: AGENT }
products: [{ code: VOICE, name: Telephone }]
plans: [{ code: Q, name: Q, versions: [{ from: 2026-11-01, currency: CNY, components: [{ ${rate}, rules: [{ percent: 6 }] }] }] }]`,
    );
    await approve(id);
    expect(await summary()).toMatchObject({ status: 'APPROVED' });
  });

  it('by an import that commits while the approval waits for it', async () => {
    await openBooks(databases);
    const { id } = await calculate(databases);
    let approval: Promise<unknown> | undefined;
    await asOwner(databases, async (transaction) => {
      await importEventBatch(transaction, clerk, now, [event('LATER')], { atomic: true });
      approval = approve(id).catch((error: unknown) => error);
      // Until the approval waits for a lock; it must not have been given it.
      for (let waiting = 0; waiting === 0; ) {
        const done = await Promise.race([
          approval.then(() => true),
          new Promise((resolve) => setImmediate(resolve, false)),
        ]);
        expect(done).toBe(false);
        const [row] = await databases.owner.$client<{ count: number }[]>`
          select count(*)::integer as count from pg_locks where locktype = 'advisory' and not granted
            and database = (select oid from pg_database where datname = current_database())`;
        waiting = row?.count ?? 0;
      }
    });
    expect(await approval).toMatchObject({ code: 'RUN_STALE' });
  });
});

describe('late events', () => {
  const late = [
    event('L1', { occurredAt: '2026-10-31T23:59:59+08:00' }),
    event('L2', { type: 'BILL', amount: '1000', credits: 'A1:SELLER:0.5|A2:SELLER:0.5' }),
  ];

  it('are accepted and counted, and change nothing of the approved period', async () => {
    await openBooks(databases);
    const run = await close(databases);
    const before = await readOutput(databases, run);
    expect(await importEvents(databases, late)).toMatchObject({ acceptedCount: 2, lateCount: 2 });
    expect(await summary()).toEqual({ ...run, status: 'APPROVED', approvedBy: 'controller', lateCount: 2 });
    expect(await readOutput(databases, run)).toEqual(before);
    expect(await verifyPeriod(databases, october)).toMatchObject({ ok: true });
  });

  it('a late reversal leaves its original paid, whatever month it is dated in', async () => {
    await openBooks(databases);
    const run = await close(databases);
    const reversals = ['2026-10-31T23:00:00+08:00', '2026-11-02T10:00:00+08:00'].map((occurredAt, index) =>
      event(`V${index}`, { type: 'REVERSAL', originalExternalId: `O${index + 5}`, occurredAt }),
    );
    expect(await importEvents(databases, reversals)).toMatchObject({ lateCount: 2 });
    expect(await verifyPeriod(databases, october)).toMatchObject({ ok: true });
    expect(await readOutput(databases, run)).toMatchObject({ unpaid: [{}, {}, {}] });
  });

  it('of a month before the approved one are late, too, even if that month never was closed', async () => {
    await openBooks(databases);
    await close(databases);
    expect(await importEvents(databases, septemberEvents)).toMatchObject({ lateCount: 2 });
    expect(await calculate(databases, november)).toMatchObject({ status: 'CALCULATED', eventCount: 0 });
  });

  it('are settled by the next month’s run, without keeping it from being closed', async () => {
    await openBooks(databases);
    await close(databases);
    await importEvents(databases, [...late, event('N1', { occurredAt: '2026-11-02T10:00:00+08:00' })]);
    const run = await calculate(databases, november);
    expect(run).toMatchObject({ eventCount: 1, lateCount: 0 });
    // A1: 100 for L1; 3.25 % of half of 1000, times 1 and 1.1: 16.25 and 17.88 (17.875)
    const settled = await databases.owner.$client<{ line: string }[]>`
      select concat_ws(' ', agent.code, line.kind, line.origin_period, line.amount) as line
      from commission_line line join agent on agent.id = line.agent_id where run_id = ${run.id} and kind <> 'POOL' order by 1`;
    expect(settled.map(({ line }) => line)).toEqual([
      'A1 EARNING 100.00',
      'A1 RETRO 2026-10 100.00',
      'A1 RETRO 2026-10 16.25',
      'A2 RETRO 2026-10 17.88',
    ]);
  });
});

describe('voiding', () => {
  it('takes a calculated run away', async () => {
    await openBooks(databases);
    const { id } = await calculate(databases);
    await voidIt(id);
    expect(await codeOf(summary())).toBe('NO_RUN');
    expect(await codeOf(voidIt(id))).toBe('RUN_STATE');
    const [run] = await databases.owner
      .$client`select status, voided_by, void_reason from commission_run where id = ${id}`;
    expect(run).toEqual({ status: 'VOIDED', voided_by: 'controller', void_reason: 'wrong tariff' });
    const [record] = await databases.owner.$client`select reason, before from audit_record where action = 'run.voided'`;
    expect(record).toEqual({ reason: 'wrong tariff', before: { status: 'CALCULATED' } });
  });

  it('opens an approved period again', async () => {
    await openBooks(databases);
    const first = await close(databases);
    await voidIt(first.id);
    const second = await close(databases);
    expect(second.linesHash).toBe(first.linesHash);
    expect(await summary()).toMatchObject({ id: second.id, status: 'APPROVED' });
  });

  it('needs a reason', async () => {
    await openBooks(databases);
    const { id } = await calculate(databases);
    for (const reason of ['', '  \n']) expect(await codeOf(voidIt(id, reason))).toBe('INPUT_INVALID');
  });

  it('is too late once the run is paid, or a later period is built on it', async () => {
    await openBooks(databases, [...septemberEvents, ...octoberEvents]);
    const first = await close(databases, september);
    const second = await calculate(databases);
    expect(await codeOf(voidIt(first.id))).toBe('RUN_STATE');
    await voidIt(second.id);
    await voidIt(first.id);

    const third = await close(databases, september);
    await pay(third.id);
    expect(await codeOf(voidIt(third.id))).toBe('RUN_STATE');
    expect(await codeOf(voidIt(third.id + 1000))).toBe('NOT_FOUND');
  });
});

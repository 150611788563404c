import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { approveRun, voidRun } from '../../src/commissions/runs.ts';
import { localActor } from '../../src/db/transaction.ts';
import { checker, codesOf, now, openWorld, type PaymentWorld, payer } from './world.ts';

// A run is PAID while all that its statements pay is settled: what comes back opens it again.

let world: PaymentWorld;
beforeEach(async () => {
  world = await openWorld();
});

const run = async (period = '2026-10') =>
  (
    await world.sql`select status, paid_by as "paidBy", paid_at is null as "isOpen" from commission_run where period = ${period}`
  )[0];
const steps = async () =>
  (await world.sql`select action, before, after, reason from audit_record where entity = 'run' order by id`).map(
    ({ action, before, after }) => [action, before?.status, after?.status],
  );

async function sent(): Promise<number> {
  const id = await world.create();
  await world.approve(id);
  await world.fetch(id);
  return id;
}
const answer = (id: number, status: string, more = '') =>
  world.report(`end_to_end_id,status,code,text\nPB-${id}-1,${status},${more}\n`);

describe('a run whose money came back', () => {
  beforeEach(async () => {
    await world.statement('N1', '100');
    const id = await sent();
    await answer(id, 'PAID', ',');
    expect(await run()).toMatchObject({ status: 'PAID', paidBy: payer.name, isOpen: false });
    await answer(id, 'FAILED', 'AC04,closed account');
  });

  it('is APPROVED again, which is on record', async () => {
    expect(await run()).toEqual({ status: 'APPROVED', paidBy: null, isOpen: true });
    expect(await steps()).toEqual([
      ['run.paid', 'APPROVED', 'PAID'],
      ['run.reopened', 'PAID', 'APPROVED'],
    ]);
    const [{ reason } = {}] = await world.sql`select reason from audit_record where action = 'run.reopened'`;
    expect(reason).toBe('1 issued statement of 2026-10 is not paid any more.');
  });

  it('is PAID once the payment is made again', async () => {
    await answer(await sent(), 'PAID', ',');
    expect(await run()).toMatchObject({ status: 'PAID', isOpen: false });
  });

  it('is PAID once the next run carries what came back', async () => {
    const [row] = await world.sql`
      insert into commission_run (period, status, calculated_by, started_at, inputs_hash)
      values ('2026-11', 'CALCULATED', 'x', ${now}, 'x') returning id`;
    // its inputs are of no interest here: the trigger carries, as when approveRun approves
    await world.run(async (transaction) => {
      const { rawSql } = await import('../../src/db/client.ts');
      const { payCarriedRuns } = await import('../../src/commissions/paidRuns.ts');
      await rawSql(transaction)`
        update commission_run set status = 'APPROVED', approved_by = 'y', approved_at = ${now.toISOString()} where id = ${row?.id}`;
      await payCarriedRuns(transaction, checker, now, row?.id);
    });
    expect(await run()).toMatchObject({ status: 'PAID' });
  });

  it('is not voided nor approved, issued as it is', async () => {
    const [row] = await world.sql`select id from commission_run`;
    expect(await codesOf(world.run((transaction) => voidRun(transaction, payer, now, row?.id, 'r')))).toBe(
      'STATEMENT_ISSUED',
    );
    const approving = world.run((transaction) => approveRun(transaction, localActor('carla'), now, row?.id));
    expect(await codesOf(approving)).toBe('RUN_STATE');
  });
});

it('a run is open again where a batch is cancelled in which the deposit had taken all that was left', async () => {
  await world.agree('N1', { depositTarget: '500', depositPercent: '100' });
  await world.statement('N1', '100');
  await world.statement('N2', '50', { period: '2026-09' });
  // of 100.00 nothing is left to pay, so that October is settled when the batch is approved; September is on its way
  const id = await world.create();
  await world.approve(id);
  expect([await run(), await run('2026-09')]).toMatchObject([{ status: 'PAID' }, { status: 'APPROVED' }]);
  await world.cancel(id);
  expect(await world.payments(id)).toMatchObject([{ state: 'CANCELLED' }, { state: 'CANCELLED' }]);
  expect(await run()).toMatchObject({ status: 'APPROVED', isOpen: true });
});

it('a run that was marked by hand, with nothing issued, stays as it is', async () => {
  await world.statement('N1', '100');
  await world.month('2026-08');
  await world.sql`update commission_run set status = 'PAID', paid_by = 'x', paid_at = ${now} where period = '2026-08'`;
  const id = await sent();
  await answer(id, 'PAID', ',');
  await answer(id, 'FAILED', 'AC04,closed account');
  expect(await run('2026-08')).toMatchObject({ status: 'PAID' });
});

describe('a run that was marked by hand before its statements were issued', () => {
  const marked = '2026-11-01T00:00:00Z';
  /** The first statement of the migration: it is run again on a database that has what it is about. */
  const upgrade = async () => {
    const file = new URL('../../migrations/20261123034017_payments_reviewed/migration.sql', import.meta.url);
    const [first = ''] = (await readFile(file, 'utf8')).split('--> statement-breakpoint');
    await world.sql.unsafe(first);
  };
  const audit = (actor: string, action: string, at: string) => world.sql`
    insert into audit_record (at, actor, action, entity, entity_key) select ${at}, ${actor}, ${action}, 'run', period || '#' || id from commission_run`;
  /** As an earlier migration left it. */
  const openedWrongly = async () => {
    await audit('carla', 'run.paid', marked);
    await audit('migration', 'run.reopened', '2026-11-04T00:00:00Z');
  };

  it('is PAID again where a migration opened it, which is on record', async () => {
    await world.statement('N1', '100');
    await openedWrongly();
    await upgrade();
    expect(await run()).toMatchObject({ status: 'PAID', paidBy: 'carla' });
    expect(await world.sql`select from commission_run where paid_at = ${marked}`).toHaveLength(1);
    const [{ actor, reason } = {}] =
      await world.sql`select actor, reason from audit_record where entity = 'run' order by id desc limit 1`;
    expect([actor, reason]).toEqual(['migration', 'paid elsewhere: nothing had come back when it was opened again']);
  });

  it('is PAID again where a batch was made since and taken back', async () => {
    await world.statement('N1', '100');
    await openedWrongly();
    await world.cancel(await world.create());
    await upgrade();
    expect(await run()).toMatchObject({ status: 'PAID' });
  });

  it('stays open where something had come back, where somebody opened it, and where the bank did since', async () => {
    await world.statement('N1', '100');
    const id = await sent();
    await answer(id, 'PAID', ',');
    await answer(id, 'FAILED', 'AC04,closed account');
    await upgrade();
    expect(await run()).toMatchObject({ status: 'APPROVED' });
    await audit('migration', 'run.reopened', '2026-11-06T00:00:00Z');
    await upgrade();
    expect(await run()).toMatchObject({ status: 'APPROVED' });
  });

  it('is not opened by a batch that was made while it was open', async () => {
    await world.statement('N1', '100');
    const id = await world.create();
    await world.sql`update commission_run set status = 'PAID', paid_by = 'carla', paid_at = ${marked}`;
    await world.cancel(id);
    expect(await run()).toMatchObject({ status: 'PAID', paidBy: 'carla' });
  });
});

import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { Decimal } from '../../src/money.ts';
import { paymentCandidates } from '../../src/payments/candidates.ts';
import { checker, codesOf, openWorld, type PaymentWorld, payer, today } from './world.ts';

let world: PaymentWorld;

beforeEach(async () => {
  world = await openWorld();
});

const candidates = async (until = today) => {
  const found = await world.run((transaction) => paymentCandidates(transaction, 'CNY', until));
  return found.claims.map(({ reference, obstacle, delayedUntil, batchCode }) =>
    [reference, obstacle, delayedUntil ?? batchCode].filter((part) => part !== null).join(' '),
  );
};

describe('what can be paid', () => {
  it('is confirmed, invoiced where that is agreed, late enough, and has an account', async () => {
    await world.statement('N1', '100');
    await world.statement('N1', '10', { period: '2026-09', state: 'ISSUED' });
    await world.statement('N1', '11', { period: '2026-08', state: 'DISPUTED' });
    await world.statement('N2', '12', { invoiceRequired: true });
    // confirmed on the 4th at noon in Shanghai: three days later is the 7th
    await world.statement('N2', '13', { period: '2026-09', delayDays: 3 });
    await world.statement('S1', '14');
    expect(await candidates()).toEqual([
      'S-2026-08-N1-CNY DISPUTED',
      'S-2026-09-N1-CNY NOT_CONFIRMED',
      'S-2026-10-N1-CNY',
      'S-2026-09-N2-CNY DELAY 2026-11-07',
      'S-2026-10-N2-CNY NO_INVOICE',
      'S-2026-10-S1-CNY NO_ACCOUNT',
    ]);
    expect(await candidates('2026-11-07')).toContain('S-2026-09-N2-CNY');
    const id = await world.create();
    expect(await world.payments(id)).toMatchObject([{ agent: 'N1', gross: '100', amount: '100', state: 'INSTRUCTED' }]);
    expect(await candidates()).toContain(`S-2026-10-N1-CNY ALREADY PB-${id}`);
  });

  it('is only what agents are named of, where they are', async () => {
    await world.statement('N1', '100');
    await world.statement('N2', '50');
    const id = await world.create({ agentCodes: ['N2'] });
    expect(await world.payments(id)).toMatchObject([{ agent: 'N2' }]);
    expect(await codesOf(world.create({ agentCodes: ['NONE'] }))).toBe('NOT_FOUND');
  });
});

describe('a batch', () => {
  it('has a control sum, ids of at most 35 characters, and is approved by somebody else before its file is fetched', async () => {
    // 100.10 + 50.05 + 0.01
    await world.statement('N1', '100.10');
    await world.statement('N1', '0.01', { period: '2026-09' });
    await world.statement('N2', '50.05');
    const id = await world.create();
    expect(await world.batch(id)).toMatchObject({
      state: 'CREATED',
      count: 3,
      sum: '150.16',
      message: `PB-${id}-20261105`,
    });
    expect((await world.payments(id)).map((row) => row.id)).toEqual([`PB-${id}-1`, `PB-${id}-2`, `PB-${id}-3`]);
    expect(await codesOf(world.fetch(id))).toBe('PAYMENT_BATCH_STATE');
    expect(await codesOf(world.approve(id, payer))).toBe('SAME_PERSON');
    await world.approve(id);
    const [first, again] = [await world.fetch(id), await world.fetch(id)];
    expect(again.bytes.equals(first.bytes)).toBe(true);
    expect(createHash('sha256').update(first.bytes).digest('hex')).toBe(first.sha256);
    const audited = await world.sql`select actor from audit_record where action = 'payment_batch.fetched'`;
    expect(audited).toHaveLength(2);
  });

  it('keeps no plain account anywhere but in the file', async () => {
    await world.statement('N1', '100');
    const id = await world.create();
    await world.approve(id);
    expect((await world.fetch(id)).bytes.toString()).toContain('6222021103001111');
    const [kept] = await world.sql`
      select (select json_agg(p)::text from payment p) || (select json_agg(b)::text from payment_batch b) || (select json_agg(a)::text from audit_record a) as text`;
    expect(kept?.text).toContain('****1111');
    expect(kept?.text).not.toContain('62220211');
  });

  it('is refused when its account was changed behind our back', async () => {
    await world.statement('N1', '100');
    await world.statement('N2', '50');
    const id = await world.create();
    await world.approve(id);
    await world.sql`alter table payment disable trigger payment_kept`;
    await world.sql`update payment set holder_name = 'Mallory' where end_to_end_id = ${`PB-${id}-1`}`;
    expect(await codesOf(world.fetch(id))).toBe('BANK_FILE_DIFFERS');
  });

  it('pays nothing twice, however many are made at once', async () => {
    await world.statement('N1', '100');
    await world.statement('N2', '50');
    const made = await Promise.all([codesOf(world.create()), codesOf(world.create()), codesOf(world.create())]);
    expect(made.filter((answer) => answer === 'NOTHING_PAYABLE')).toHaveLength(2);
    const [row] = await world.sql`select count(*)::integer as count, sum(amount)::text as sum from payment`;
    expect(row).toEqual({ count: 2, sum: '150' });
    expect(await codesOf(world.create())).toBe('NOTHING_PAYABLE');
  });

  it('is kept by the database, too: no second payment, no other amount', async () => {
    await world.statement('N1', '100');
    const id = await world.create();
    const twice = world.sql`
      insert into payment (batch_id, end_to_end_id, agent_id, kind, run_id, currency, gross, amount, holder_name, ciphertext, wrapped_key,
        envelope_key_id, account_masked, state)
      select batch_id, 'X', agent_id, kind, run_id, currency, gross, amount, holder_name, ciphertext, wrapped_key, envelope_key_id, account_masked, state
      from payment where batch_id = ${id}`;
    await expect(twice).rejects.toMatchObject({ constraint_name: 'payment_once_statement' });
    await expect(world.sql`update payment set amount = 99, gross = 99`).rejects.toMatchObject({
      constraint_name: 'record_kept',
    });
    await expect(world.sql`update payment_batch set control_sum = 99`).rejects.toMatchObject({
      constraint_name: 'record_kept',
    });
  });

  it('pays no statement that is not confirmed: the database refuses it', async () => {
    await world.statement('N1', '100', { state: 'DISPUTED' });
    await world.statement('N2', '100');
    const id = await world.create();
    const insert = world.sql`
      insert into payment (batch_id, end_to_end_id, agent_id, kind, run_id, currency, gross, amount, holder_name, ciphertext, wrapped_key,
        envelope_key_id, account_masked, state)
      select batch_id, 'X', ${world.agent('N1')}, kind, run_id, currency, gross, amount, holder_name, ciphertext, wrapped_key, envelope_key_id, account_masked, state
      from payment where batch_id = ${id}`;
    await expect(insert).rejects.toMatchObject({ constraint_name: 'payment_confirmed' });
  });

  it('that is cancelled frees what it pays, but for what the bank has answered', async () => {
    await world.statement('N1', '100');
    const first = await world.create();
    await world.cancel(first);
    expect(await world.batch(first)).toMatchObject({ state: 'CANCELLED' });
    const second = await world.create();
    await world.approve(second);
    await world.fetch(second);
    expect(await codesOf(world.cancel(second))).toBe('PAYMENT_BATCH_FETCHED');
    await world.cancel(second, true);
    await world.cancel(second, true, checker);
    const third = await world.create();
    await world.approve(third);
    await world.report(`end_to_end_id,status\nPB-${third}-1,FAILED\n`);
    expect(await codesOf(world.cancel(third, true))).toBe('PAYMENT_BATCH_STATE');
  });

  it('needs an account of the policy that pays in the currency, a format and a day to come', async () => {
    await world.statement('N1', '100');
    expect(await codesOf(world.create({ debtorAccount: 'EURO' }))).toBe('DEBTOR_ACCOUNT_UNKNOWN');
    expect(await codesOf(world.create({ format: 'NONE' }))).toBe('BANK_FORMAT_UNKNOWN');
    expect(await codesOf(world.create({ executesOn: '2026-11-04' }))).toEqual('INPUT_INVALID');
  });

  it('pays settlements and refunds of deposits, too', async () => {
    await world.settlement('N1', '100', '90');
    await world.refund('N2', '70', '60');
    const id = await world.create();
    expect(await world.payments(id)).toMatchObject([
      { agent: 'N1', kind: 'OFF_CYCLE', amount: '90' },
      { agent: 'N2', kind: 'DEPOSIT_REFUND', amount: '60' },
    ]);
    await world.approve(id);
    expect((await world.fetch(id)).bytes.toString()).toContain('<Ustrd>OC-1</Ustrd>');
  });

  it('collects for the deposit what was agreed, and pays the rest', async () => {
    // half of each payment until 80 are kept: 50 of 100, then 30 of 100
    await world.agree('N1', { depositTarget: '80', depositPercent: '50' });
    await world.statement('N1', '100');
    await world.statement('N1', '100', { period: '2026-09' });
    const id = await world.create();
    expect(await world.payments(id)).toMatchObject([
      { gross: '100', collected: '50', amount: '50' },
      { gross: '100', collected: '30', amount: '70' },
    ]);
    expect(await world.batch(id)).toMatchObject({ count: 2, sum: '120.00' });
    expect(await world.deposit('N1')).toBe('80');
    await world.cancel(id);
    expect(await world.deposit('N1')).toBe('0');
    const again = await world.create();
    expect(await world.deposit('N1')).toBe('80');
    await world.approve(again);
    // what fails is paid again without being collected twice
    await world.report(`end_to_end_id,status\nPB-${again}-1,FAILED\nPB-${again}-2,PAID\n`);
    const retry = await world.create();
    expect(await world.payments(retry)).toMatchObject([{ gross: '100', collected: '50', amount: '50' }]);
    expect(await world.deposit('N1')).toBe('80');
    // a retry that is cancelled can be made again
    await world.cancel(retry);
    expect(await world.payments(await world.create())).toMatchObject([{ amount: '50' }]);
  });

  it('of which deposits take everything has no file, and is settled with its approval', async () => {
    await world.agree('N1', { depositTarget: '500', depositPercent: '100' });
    await world.statement('N1', '100');
    const id = await world.create();
    expect(await world.payments(id)).toMatchObject([{ collected: '100', amount: '0', state: 'SET_OFF' }]);
    await world.approve(id);
    expect(await world.batch(id)).toMatchObject({ state: 'SETTLED', count: 0, sum: '0.00' });
    expect(await codesOf(world.fetch(id))).toBe('PAYMENT_BATCH_STATE');
    expect((await world.sql`select status from commission_run where period = '2026-10'`)[0]?.status).toBe('PAID');
    expect(await codesOf(world.create())).toBe('NOTHING_PAYABLE');
  });
});

describe('the sums', () => {
  it('agree over random months: what is paid, collected and open is what is due', async () => {
    const random = randomNumbers(7);
    const pick = (most: number) => random() % most;
    await world.agree('N1', { depositTarget: '120', depositPercent: '30' });
    await world.account('S1', '6222021103009999');
    for (let month = 1; month <= 9; month += 1) {
      for (const agent of ['N1', 'N2', 'S1']) {
        const state = (['CONFIRMED', 'CONFIRMED', 'CONFIRMED', 'ISSUED', 'DISPUTED'] as const)[pick(5)] ?? 'ISSUED';
        const gross = `${pick(300)}.${String(pick(100)).padStart(2, '0')}`;
        if (gross !== '0.00') await world.statement(agent, gross, { period: `2026-0${month}`, state });
      }
      const id = await world.create().catch(() => undefined);
      if (id === undefined) continue;
      if (pick(5) === 0) {
        await world.cancel(id);
        continue;
      }
      await world.approve(id);
      const rows = (await world.payments(id)).filter(({ state }) => state === 'INSTRUCTED');
      const told = rows.map((row) => `${row.id},${pick(3) === 0 ? 'FAILED' : 'PAID'}`);
      if (told.length > 0) await world.report(['end_to_end_id,status', ...told, ''].join('\n'));
    }
    const [sums] = await world.sql`
      select (select sum(gross) from issued_statement)
          - (select sum(amount) from payment where state in ('PAID', 'INSTRUCTED'))
          - deposit_balance(${world.agent('N1')}, 'CNY') as open,
        (select sum(amount) from payment) - (select sum(control_sum) from payment_batch) as "beyondControlSums",
        (select count(*)::integer from payment where state = 'PAID') as paid,
        (select count(*)::integer from payment where retries_id is not null) as retries`;
    const due = await world.run((transaction) => paymentCandidates(transaction, 'CNY', today));
    const open = due.claims.reduce((sum, { gross, collected }) => sum.plus(gross).minus(collected), new Decimal(0));
    expect(new Decimal(sums?.open).toFixed(2)).toBe(open.toFixed(2));
    expect(new Decimal(sums?.beyondControlSums).toNumber()).toBe(0);
    expect(sums?.paid).toBeGreaterThan(5);
    expect(sums?.retries).toBeGreaterThan(0);
  });
});

/** Numbers that look random, and are the same each time. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state;
  };
}

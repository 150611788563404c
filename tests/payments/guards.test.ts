import { beforeEach, describe, expect, it } from 'vitest';
import { paymentCandidates } from '../../src/payments/candidates.ts';
import { readStatusReport } from '../../src/payments/statusReport.ts';
import { checker, codesOf, openWorld, type PaymentWorld, today } from './world.ts';

// What one person alone cannot do, and what a bank's answer cannot bring in.

let world: PaymentWorld;
beforeEach(async () => {
  world = await openWorld();
});

const dueOf = async () => {
  const { claims } = await world.run((transaction) => paymentCandidates(transaction, 'CNY', today));
  return claims.map(({ reference, obstacle }) => [reference, obstacle]);
};
const fetched = async () => {
  const id = await world.create();
  await world.approve(id);
  await world.fetch(id);
  return id;
};
const cancelled = async () => {
  const id = await fetched();
  await world.cancel(id, true);
  await world.cancel(id, true, checker);
  return id;
};
const states = async (id: number) => (await world.payments(id)).map(({ state }) => state);
const reported = (id: number, status: string, more = '') =>
  world.report(`end_to_end_id,status,text\nPB-${id}-1,${status},${more}\n`);

describe('an account of the partner file', () => {
  it('is not paid before two people made it a payee', async () => {
    await world.statement('S1', '100');
    await world.filedAccount('S1', '6222021103009999');
    expect(await dueOf()).toEqual([['S-2026-10-S1-CNY', 'ACCOUNT_UNCONFIRMED']]);
    expect(await codesOf(world.create())).toBe('NOTHING_PAYABLE');
    await world.account('S1', '6222021103009999');
    expect(await dueOf()).toEqual([['S-2026-10-S1-CNY', null]]);
  });

  it('that one person replaces leaves the approved one in force', async () => {
    await world.statement('N1', '100');
    await world.filedAccount('N1', '6222021103006666');
    const id = await fetched();
    const text = (await world.fetch(id)).bytes.toString();
    expect(text).toContain('6222021103001111');
    expect(text).not.toContain('6222021103006666');
  });
});

describe('a payee that is replaced after a batch was made', () => {
  it('keeps the batch from being approved, until it is made anew', async () => {
    await world.statement('N1', '100');
    const id = await world.create();
    await world.account('N1', '6222021103007777');
    expect(await codesOf(world.approve(id))).toBe('PAYEE_CHANGED');
    expect(await world.batch(id)).toMatchObject({ state: 'CREATED' });
    await world.cancel(id);
    const again = await fetched();
    expect((await world.fetch(again)).bytes.toString()).toContain('6222021103007777');
  });
});

describe('a batch whose file was fetched', () => {
  it('is cancelled by two people, and by one while it was not fetched', async () => {
    await world.statement('N1', '100');
    const id = await fetched();
    expect(await codesOf(world.cancel(id))).toBe('PAYMENT_BATCH_FETCHED');
    await world.cancel(id, true);
    expect(await world.batch(id)).toMatchObject({ state: 'APPROVED' });
    expect(await codesOf(world.create())).toBe('NOTHING_PAYABLE');
    expect(await codesOf(world.cancel(id, true))).toBe('SAME_PERSON');
    await world.cancel(id, true, checker);
    expect(await world.batch(id)).toMatchObject({ state: 'CANCELLED' });
    const second = await world.create();
    await world.approve(second);
    await world.cancel(second);
    expect(await world.batch(second)).toMatchObject({ state: 'CANCELLED' });
    const steps = await world.sql`select action, actor from audit_record where entity_key = ${`PB-${id}`} order by id`;
    expect(steps.slice(-2)).toEqual([
      { action: 'payment_batch.cancel_asked', actor: 'anna' },
      { action: 'payment_batch.cancelled', actor: 'ben' },
    ]);
  });

  it('is kept so by the database, too', async () => {
    await world.statement('N1', '100');
    const id = await fetched();
    const alone = world.sql`update payment_batch set state = 'CANCELLED', cancelled_by = 'anna' where id = ${id}`;
    await expect(alone).rejects.toMatchObject({ constraint_name: 'payment_batch_cancel_asked' });
    await world.cancel(id, true);
    const same = world.sql`update payment_batch set state = 'CANCELLED', cancelled_by = 'Anna' where id = ${id}`;
    await expect(same).rejects.toMatchObject({ constraint_name: 'payment_batch_cancel_four_eyes' });
    const other = world.sql`update payment_batch set cancel_asked_by = 'x' where id = ${id}`;
    await expect(other).rejects.toMatchObject({ constraint_name: 'record_kept' });
  });
});

describe('a cancelled payment that the bank did pay', () => {
  it('counts as paid: nothing is due any more, and the import says so', async () => {
    await world.statement('N1', '100');
    const id = await cancelled();
    expect(await dueOf()).toEqual([['S-2026-10-N1-CNY', null]]);
    expect(await reported(id, 'PAID')).toMatchObject({ paidCount: 0, exceptionCount: 1, knownCount: 0 });
    expect(await states(id)).toEqual(['PAID']);
    expect(await dueOf()).toEqual([]);
    const [audit] = await world.sql`
      select entity_key as key, after from audit_record where action = 'payment.paid_after_cancel'`;
    expect(audit).toMatchObject({ key: `PB-${id}-1`, after: { paidTwice: false } });
    expect((await world.sql`select status from commission_run where period = '2026-10'`)[0]?.status).toBe('PAID');
  });

  it('comes after another payment of the same: both are on record, and it is not paid a third time', async () => {
    await world.statement('N1', '100');
    const first = await cancelled();
    const second = await fetched();
    expect(await reported(first, 'PAID', 'late')).toMatchObject({ exceptionCount: 1 });
    expect([await states(first), await states(second)]).toEqual([['CANCELLED'], ['INSTRUCTED']]);
    const [audit] = await world.sql`select after from audit_record where action = 'payment.paid_after_cancel'`;
    expect(audit?.after).toMatchObject({ paidTwice: true });
    expect(await reported(first, 'PAID', 'again')).toMatchObject({ exceptionCount: 0, knownCount: 1 });
    // 100 left once: what failed is neither made again nor carried into a statement
    await reported(second, 'FAILED');
    expect(await dueOf()).toEqual([]);
    expect(await world.sql`select from open_failed_payment`).toHaveLength(0);
  });

  it('comes after another one failed: it is not due for that', async () => {
    await world.statement('N1', '100');
    const first = await cancelled();
    const second = await fetched();
    await reported(second, 'FAILED');
    expect(await world.sql`select from open_failed_payment`).toHaveLength(1);
    await reported(first, 'PAID');
    expect([await states(first), await states(second)]).toEqual([['PAID'], ['FAILED']]);
    expect(await dueOf()).toEqual([]);
    expect(await world.sql`select from open_failed_payment`).toHaveLength(0);
    // and where it comes back, after all, it is due once
    await world.report('end_to_end_id,status,code\nPB-1-1,FAILED,AC04\n');
    expect(await dueOf()).toEqual([['S-2026-10-N1-CNY', null]]);
    expect(await world.sql`select amount::text from open_failed_payment`).toEqual([{ amount: '100' }]);
  });

  it('comes after another retry failed', async () => {
    await world.statement('N1', '100');
    await reported(await fetched(), 'FAILED');
    const first = await cancelled();
    await reported(await fetched(), 'FAILED', 'once more');
    await reported(first, 'PAID');
    expect(await states(first)).toEqual(['PAID']);
    expect(await dueOf()).toEqual([]);
  });

  it('or that it did not pay, as was said: nothing new. Of a batch that was never sent there is no news', async () => {
    await world.statement('N1', '100');
    const id = await cancelled();
    expect(await reported(id, 'FAILED')).toMatchObject({ failedCount: 0, knownCount: 1, exceptionCount: 0 });
    const unsent = await world.create();
    await world.cancel(unsent);
    expect(await codesOf(reported(unsent, 'PAID'))).toEqual(['PAYMENT_STATE']);
  });
});

describe("a day of a bank's answer", () => {
  it.each(['1999-01-01', '2026-11-04', '2026-11-06'])('is none before the approval or to come: %s', async (day) => {
    await world.statement('N1', '100');
    const id = await fetched();
    const answer = world.report(`end_to_end_id,status,date\nPB-${id}-1,PAID,${day}\n`);
    expect(await codesOf(answer)).toEqual(['STATUS_REPORT_UNFIT']);
    expect(await states(id)).toEqual(['INSTRUCTED']);
  });

  const reportAt = (text: string) =>
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>M</OrgnlMsgId></OrgnlGrpInfAndSts>
     <OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>X</OrgnlEndToEndId><TxSts>ACSC</TxSts><AccptncDtTm>${text}</AccptncDtTm></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`;

  it.each([
    // 17:30 in Greenwich is half past one of the next day in Shanghai
    ['2026-11-04T17:30:00Z', '2026-11-05'],
    ['2026-11-04T17:30:00.123+00:00', '2026-11-05'],
    ['2026-11-05T02:00:00+09:00', '2026-11-05'],
    ['2026-11-05T00:30:00+09:00', '2026-11-04'],
    // without a zone it is the bank's own day
    ['2026-11-04T17:30:00', '2026-11-04'],
  ])('is the operator’s: %s is %s', (text, day) => {
    expect(readStatusReport(reportAt(text), 'Asia/Shanghai').news).toMatchObject([{ date: day }]);
  });

  it.each(['2026-11-31T00:00:00', '2026-11-04T99:30:00Z', 'yesterday'])('is refused where it is none: %s', (text) =>
    expect(() => readStatusReport(reportAt(text), 'Asia/Shanghai')).toThrow(
      expect.objectContaining({ code: 'STATUS_REPORT_UNFIT' }),
    ),
  );
});

it('keeps no number of an account in what a bank says', async () => {
  await world.statement('N1', '100');
  const id = await fetched();
  await world.report(
    `end_to_end_id,status,code,text\nPB-${id}-1,FAILED,62220211030011,"no account 6222 0211 0300 1111, ６２２２０２１１０３００１１１１ or DE89 3704 0044 0532 0130 00, gb82west12345698765432 on 2026-11-05, call 4711"\n`,
  );
  const [kept] = await world.sql`select failure_code as code, failure_text as text from payment where batch_id = ${id}`;
  expect(kept).toEqual({
    code: '****0011',
    text: 'no account ****1111, ****1111 or ****3000, ****5432 on 2026-11-05, call 4711',
  });
});

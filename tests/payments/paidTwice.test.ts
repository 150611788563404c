import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadPaymentJournal } from '../../src/journal/payments.ts';
import { paymentCandidates } from '../../src/payments/candidates.ts';
import type { Period } from '../../src/period.ts';
import { publishSettlementPolicy } from '../../src/settlement/policies.ts';
import { journalEntryKinds } from '../../src/settlement/policy.ts';
import { checker, codesOf, now, openWorld, type PaymentWorld, payer, today } from './world.ts';

// A was cancelled and paid all the same, while B was on its way in its place. What becomes of the two, of the run, the deposit and the books.

let world: PaymentWorld;
beforeEach(async () => {
  world = await openWorld();
});

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
const stateOf = async (id: number) => (await world.payments(id))[0]?.state;
/** Rows of a batch's number, what the bank says, and on which day. */
const report = (...rows: readonly (readonly [number, string, string])[]) =>
  world.report(
    `end_to_end_id,status,code,date\n${rows.map(([id, status, date]) => `PB-${id}-1,${status},${status === 'FAILED' ? 'AC04' : ''},${date}`).join('\n')}\n`,
  );
const runStatus = async () => (await world.sql`select status from commission_run where period = '2026-10'`)[0]?.status;
const dueOf = async () => {
  const { claims } = await world.run((transaction) => paymentCandidates(transaction, 'CNY', today));
  return claims.map(({ reference, obstacle }) => [reference, obstacle]);
};
const auditOf = async (action: string) => [
  ...(await world.sql`select entity_key as key, before, after from audit_record where action = ${action} order by id`),
];

describe('paid twice, and the second one fails', () => {
  it('the first takes its place: the run is PAID, nothing is due', async () => {
    await world.statement('N1', '100');
    const first = await cancelled();
    const second = await fetched();
    await report([first, 'PAID', today]);
    expect([await stateOf(first), await runStatus()]).toEqual(['CANCELLED', 'APPROVED']);
    await report([second, 'FAILED', today]);
    expect([await stateOf(first), await stateOf(second)]).toEqual(['PAID', 'FAILED']);
    expect([await runStatus(), await dueOf()]).toEqual(['PAID', []]);
    expect(await auditOf('payment.counted')).toEqual([
      {
        key: `PB-${first}-1`,
        before: { state: 'CANCELLED' },
        after: { state: 'PAID', batch: `PB-${first}`, amount: '100', currency: 'CNY', insteadOf: `PB-${second}-1` },
      },
    ]);
  });

  it('or comes back after it was paid: the run stays PAID', async () => {
    await world.statement('N1', '100');
    const first = await cancelled();
    const second = await fetched();
    await report([first, 'PAID', today]);
    await report([second, 'PAID', today]);
    expect(await runStatus()).toBe('PAID');
    await report([second, 'FAILED', today]);
    expect([await stateOf(first), await stateOf(second), await runStatus()]).toEqual(['PAID', 'FAILED', 'PAID']);
    // the first one comes back, too: due once
    await report([first, 'FAILED', today]);
    expect([await runStatus(), await dueOf()]).toEqual(['APPROVED', [['S-2026-10-N1-CNY', null]]]);
  });

  it('of three the first that was paid takes the place', async () => {
    await world.statement('N1', '100');
    const ids = [await cancelled(), await cancelled()];
    const last = await fetched();
    for (const id of ids.toReversed()) await report([id, 'PAID', today]);
    await report([last, 'FAILED', today]);
    expect([await stateOf(ids[0] ?? 0), await stateOf(ids[1] ?? 0)]).toEqual(['PAID', 'CANCELLED']);
  });

  it('out of the cycle, too', async () => {
    await world.settlement('N1', '100', '90');
    const first = await cancelled();
    const second = await fetched();
    await report([first, 'PAID', today]);
    await report([second, 'FAILED', today]);
    expect([await stateOf(first), await dueOf()]).toEqual(['PAID', []]);
  });
});

describe('paid twice, and the first one comes back', () => {
  it('counts as failed, is on record, and the second one stays as it is', async () => {
    await world.statement('N1', '100');
    const first = await cancelled();
    const second = await fetched();
    await report([first, 'PAID', today]);
    const bare = world.report(`end_to_end_id,status\nPB-${first}-1,FAILED\n`);
    expect(await codesOf(bare)).toEqual(['STATUS_REPORT_UNFIT']);
    expect(await report([first, 'FAILED', today])).toMatchObject({ failedCount: 1, knownCount: 0, exceptionCount: 0 });
    expect(await auditOf('payment.returned')).toMatchObject([
      { key: `PB-${first}-1`, before: { state: 'CANCELLED' }, after: { state: 'CANCELLED', code: 'AC04' } },
    ]);
    expect([await stateOf(first), await stateOf(second)]).toEqual(['CANCELLED', 'INSTRUCTED']);
    // once more it is nothing new; and where the second one fails, the statement is due
    expect(await world.report(`end_to_end_id,status,code\nPB-${first}-1,FAILED,AC04\n`)).toMatchObject({
      knownCount: 1,
    });
    await report([second, 'FAILED', today]);
    expect([await stateOf(first), await dueOf()]).toEqual(['CANCELLED', [['S-2026-10-N1-CNY', null]]]);
  });

  it('in the file in which the second one fails: the statement is due', async () => {
    await world.statement('N1', '100');
    const first = await cancelled();
    const second = await fetched();
    await report([first, 'PAID', today]);
    expect(await report([first, 'FAILED', today], [second, 'FAILED', today])).toMatchObject({ failedCount: 2 });
    expect([await stateOf(first), await dueOf()]).toEqual(['CANCELLED', [['S-2026-10-N1-CNY', null]]]);
  });
});

it('two cancelled payments of one statement, paid in one file: one counts, the other one is paid twice', async () => {
  await world.statement('N1', '100');
  const ids = [await cancelled(), await cancelled()];
  const rows = ids.map((id) => [id, 'PAID', today] as const);
  expect(await report(...rows)).toMatchObject({ exceptionCount: 2 });
  expect([await stateOf(ids[0] ?? 0), await stateOf(ids[1] ?? 0)]).toEqual(['PAID', 'CANCELLED']);
  expect((await auditOf('payment.paid_after_cancel')).map(({ after }) => after.paidTwice)).toEqual([false, true]);
  expect([await runStatus(), await dueOf()]).toEqual(['PAID', []]);
});

describe('the books', () => {
  const november = '2026-11' as Period;
  const december = '2026-12' as Period;

  beforeEach(async () => {
    await world.run((transaction) =>
      publishSettlementPolicy(transaction, payer, now, {
        validFrom: '2026-11-30',
        definition: { journal: journalEntryKinds.map((entry) => ({ entry, account: entry })) },
      }),
    );
  });

  const booked = async (month: Period = november) => {
    const { entries } = await world.run((transaction) =>
      loadPaymentJournal(transaction, month, 'Asia/Shanghai', '2026-12-31'),
    );
    return entries.map(({ account, debit, credit, text }) => `${account} ${debit.minus(credit).toFixed()} (${text})`);
  };
  /** What is left on each account after the months. */
  const balances = async (...months: Period[]) => {
    const left = new Map<string, number>();
    for (const month of months) {
      for (const entry of await booked(month)) {
        const [account = '', amount] = entry.split(' ');
        left.set(account, (left.get(account) ?? 0) + Number(amount));
      }
    }
    return Object.fromEntries([...left].filter(([, amount]) => amount !== 0));
  };
  /** Two payments of 100.00 of which 20.00 go into the deposit; the first one was cancelled. */
  const twoPayments = async (collecting = false) => {
    if (collecting) await world.agree('N1', { depositTarget: '1000', depositPercent: '20' });
    await world.statement('N1', '100');
    return { first: await cancelled(), second: await fetched() };
  };
  /** The bank answers in December: of a payment as the day on which it is paid. */
  const inDecember = (id: number, status: string) =>
    world.reportAt(
      new Date('2026-12-02T02:00:00Z'),
      `end_to_end_id,status,code,date\nPB-${id}-1,${status},${status === 'FAILED' ? 'AC04' : ''},2026-12-02\n`,
    );

  it('have what was paid twice as a receivable, once, and as paid where it takes the place of what failed', async () => {
    const { first, second } = await twoPayments();
    await report([first, 'PAID', today]);
    const twice = ['BANK -100 (Paid twice)', 'RECEIVABLE 100 (Paid twice)'];
    expect(await booked()).toEqual(twice);
    await inDecember(second, 'FAILED');
    expect(await booked()).toEqual(twice);
    expect(await booked(december)).toEqual([
      'PAYABLE 100 (Paid instead of another payment)',
      'RECEIVABLE -100 (Paid instead of another payment)',
    ]);
    // 100.00 left the bank, and are no debt any more
    expect(await balances(november, december)).toEqual({ BANK: -100, PAYABLE: 100 });
  });

  it('have it back where the bank returns it', async () => {
    const { first, second } = await twoPayments();
    await report([first, 'PAID', today], [second, 'PAID', today]);
    expect(await balances(november)).toEqual({ BANK: -200, PAYABLE: 100, RECEIVABLE: 100 });
    const before = await booked();
    await inDecember(first, 'FAILED');
    expect(await booked()).toEqual(before);
    expect(await booked(december)).toEqual([
      'BANK 100 (Paid twice, returned by the bank)',
      'RECEIVABLE -100 (Paid twice, returned by the bank)',
    ]);
  });

  it('take a collected deposit back in the month of the cancellation, and collect it again in that of the news', async () => {
    await world.agree('N1', { depositTarget: '1000', depositPercent: '20' });
    await world.statement('N1', '100');
    const first = await cancelled();
    expect(await booked()).toEqual([]);
    await inDecember(first, 'PAID');
    expect(await booked()).toEqual([]);
    expect(await booked(december)).toEqual([
      'BANK -80 (Paid)',
      'DEPOSIT -20 (Deposit collected)',
      'PAYABLE 20 (Deposit collected)',
      'PAYABLE 80 (Paid)',
    ]);
    expect(await world.deposit('N1')).toBe('20');
  });

  it('collect one deposit of one statement, whichever payment of it counts', async () => {
    const { first, second } = await twoPayments(true);
    await report([first, 'PAID', today]);
    // 80.00 twice; the 20.00 of the second payment
    expect(await balances(november)).toEqual({ BANK: -80, DEPOSIT: -20, PAYABLE: 20, RECEIVABLE: 80 });
    expect(await world.deposit('N1')).toBe('20');
    const before = await booked();
    await inDecember(second, 'FAILED');
    expect(await booked()).toEqual(before);
    // 80.00 paid and 20.00 kept are the 100.00 of the statement
    expect(await balances(november, december)).toEqual({ BANK: -80, DEPOSIT: -20, PAYABLE: 100 });
    expect(await world.deposit('N1')).toBe('20');
    await inDecember(first, 'FAILED');
    expect(await balances(november, december)).toEqual({ DEPOSIT: -20, PAYABLE: 20 });
    expect(await world.deposit('N1')).toBe('20');
  });

  it('collect what the payment that counts left out, where the other one left out another amount', async () => {
    await world.statement('N1', '100');
    const first = await cancelled();
    await world.agree('N1', { depositTarget: '1000', depositPercent: '20' });
    const second = await fetched();
    await report([first, 'PAID', today]);
    await report([second, 'FAILED', today]);
    // 100.00 were paid: nothing is left for the deposit
    expect(await balances(november)).toEqual({ BANK: -100, PAYABLE: 100 });
    expect(await world.deposit('N1')).toBe('0');
  });
});

describe('what was there before the books knew of it', () => {
  /** The statements of the migration that begin so: they are run again on a database that has what they are about. */
  const upgrade = async () => {
    const file = new URL('../../migrations/20261123034017_payments_reviewed/migration.sql', import.meta.url);
    const statements = (await readFile(file, 'utf8')).split('--> statement-breakpoint');
    const meant = statements.filter((text) => /^(insert into payment_outcome|with counted as)/m.test(text));
    expect(meant).toHaveLength(2);
    for (const text of meant) await world.sql.unsafe(text);
  };
  const outcomes = async () =>
    (
      await world.sql`
        select state::text, to_char(at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day from payment_outcome
        where payment_id = (select min(id) from payment) order by id`
    ).map(({ state, day }) => `${state} ${day}`);
  /** As the release before left it: paid twice, and the other one failed. */
  const stuck = async () => {
    await world.statement('N1', '100');
    const first = await cancelled();
    const second = await fetched();
    await report([first, 'PAID', today]);
    await world.sql`update payment set state = 'FAILED', settled_at = ${now} where batch_id = ${second}`;
    await world.sql.unsafe(`alter table payment_outcome disable trigger payment_outcome_kept; delete from payment_outcome;
      alter table payment_outcome enable trigger payment_outcome_kept`);
    return first;
  };

  it('is booked on its day, and counts from now on where the other one has failed', async () => {
    const first = await stuck();
    await upgrade();
    expect(await stateOf(first)).toBe('PAID');
    const [{ day } = {}] = await world.sql`select to_char(now() at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day`;
    expect(await outcomes()).toEqual([`CANCELLED ${today}`, `PAID ${day}`]);
    expect(await auditOf('payment.counted')).toMatchObject([{ key: `PB-${first}-1`, after: { state: 'PAID' } }]);
  });

  it('is booked now where the books of its month are locked', async () => {
    await stuck();
    await world.sql`insert into period_lock (period, state, locked_by, locked_at) values ('2026-11', 'LOCKED', 'x', now())`;
    await upgrade();
    const [{ day } = {}] = await world.sql`select to_char(now() at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day`;
    expect(await outcomes()).toEqual([`CANCELLED ${day}`, `PAID ${day}`]);
  });
});

import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { balancedTotals, type JournalEntry } from '../../src/journal/entries.ts';
import { paymentJournalCsv } from '../../src/journal/journalCsv.ts';
import { loadPaymentJournal } from '../../src/journal/payments.ts';
import type { Period } from '../../src/period.ts';
import { publishSettlementPolicy } from '../../src/settlement/policies.ts';
import { journalEntryKinds } from '../../src/settlement/policy.ts';
import { codesOf, now, openWorld, type PaymentWorld, payer } from '../payments/world.ts';

const november = '2026-11' as Period;
const zone = 'Asia/Shanghai';

let world: PaymentWorld;

/** Accounts are called as what is booked on them; in force at the month's end. */
const giveAccounts = () =>
  world.run((transaction) =>
    publishSettlementPolicy(transaction, payer, now, {
      validFrom: '2026-11-30',
      definition: { journal: journalEntryKinds.map((entry) => ({ entry, account: entry })) },
    }),
  );

const load = (month: Period = november) => world.run((transaction) => loadPaymentJournal(transaction, month, zone));

async function booked(): Promise<string[]> {
  const { entries, missing } = await load();
  expect(missing).toEqual([]);
  balancedTotals(entries);
  return entries.map(shown);
}

const shown = ({ account, agent, text, debit, credit }: JournalEntry) =>
  [account, agent, debit.isZero() ? `Cr ${credit.toFixed()}` : `Dr ${debit.toFixed()}`, `(${text})`]
    .filter((part) => part !== '')
    .join(' ');

/** An agent's statement of October that leaves a debt. */
async function owe(code: string, debt: string): Promise<void> {
  const runId = await world.month('2026-10');
  await world.sql`
    insert into statement (run_id, agent_id, currency, opening, earned, closing, payable, line_count, lines_hash)
    values (${runId}, ${world.agent(code)}, 'CNY', 0, -${debt}::numeric, -${debt}::numeric, 0, 1, 'x')`;
}

describe('what moves between months', () => {
  beforeEach(async () => {
    world = await openWorld();
    await giveAccounts();
  });

  it('is booked on the day on which the bank paid, and taken back where the money came back', async () => {
    await world.statement('N1', '100.10');
    await world.statement('N2', '50');
    const id = await world.create();
    await world.approve(id);
    expect(await booked()).toEqual([]);
    await world.report(`end_to_end_id,status,date\nPB-${id}-1,PAID,2026-11-05\nPB-${id}-2,FAILED,2026-11-05\n`);
    // what failed at once moved nothing
    const paid = ['BANK Cr 100.1 (Paid)', 'PAYABLE N1 Dr 100.1 (Paid)'];
    expect(await booked()).toEqual(paid);
    await world.report(`end_to_end_id,status,code,date\nPB-${id}-1,FAILED,AC04,2026-11-05\n`);
    const { entries } = await load();
    expect(entries.map((entry) => `${entry.date} ${shown(entry)}`)).toEqual([
      '2026-11-05 BANK Cr 100.1 (Paid)',
      '2026-11-05 BANK Dr 100.1 (Returned by the bank)',
      '2026-11-05 PAYABLE N1 Dr 100.1 (Paid)',
      '2026-11-05 PAYABLE N1 Cr 100.1 (Returned by the bank)',
    ]);
    expect(await load('2026-10' as Period)).toEqual({ entries: [], missing: [] });
  });

  it('are the tax of an off-cycle settlement when it is approved, and the rest when it is paid', async () => {
    await world.settlement('N1', '100', '90');
    const id = await world.create();
    await world.approve(id);
    const tax = ['PAYABLE N1 Dr 10 (Tax withheld)', 'TAX Cr 10 (Tax withheld)'];
    expect(await booked()).toEqual(tax);
    await world.report(`end_to_end_id,status,date\nPB-${id}-1,PAID,2026-11-05\n`);
    expect(await booked()).toEqual(['BANK Cr 90 (Paid)', 'PAYABLE N1 Dr 90 (Paid)', ...tax]);
  });

  it('are deposits paid in and paid back', async () => {
    await world.refund('N1', '30', '10');
    const id = await world.create();
    await world.approve(id);
    await world.report(`end_to_end_id,status,date\nPB-${id}-1,PAID,2026-11-05\n`);
    expect(await booked()).toEqual([
      'BANK Cr 10 (Deposit paid back)',
      'BANK Dr 30 (Deposit paid in)',
      'DEPOSIT N1 Dr 10 (Deposit paid back)',
      'DEPOSIT N1 Cr 30 (Deposit paid in)',
    ]);
  });

  it('are deposits collected from payments, and not where the batch is cancelled', async () => {
    await world.statement('N1', '100');
    await world.agree('N1', { depositTarget: '1000', depositPercent: '20' });
    const id = await world.create();
    expect(await booked()).toEqual(['DEPOSIT N1 Cr 20 (Deposit collected)', 'PAYABLE N1 Dr 20 (Deposit collected)']);
    await world.cancel(id);
    expect(await booked()).toEqual([]);
  });

  it('are debts set off and repaid', async () => {
    for (const code of ['N1', 'N2']) await owe(code, '50');
    await world.refund('N1', '30', '1');
    await world.sql`
      insert into deposit_entry (agent_id, kind, amount, currency, reason, state, proposed_by, proposed_at)
      values (${world.agent('N1')}, 'SET_OFF', -5, 'CNY', 'r', 'PROPOSED', 'x', ${now})`;
    await world.sql`
      update deposit_entry set state = 'APPROVED', decided_by = 'y', decided_at = ${now} where state = 'PROPOSED'`;
    await world.sql`
      insert into balance_entry (agent_id, kind, amount, currency, reason, created_by, created_at, approved_by)
      values (${world.agent('N2')}, 'REPAYMENT', 7, 'CNY', 'r', 'x', ${now}, 'y')`;
    expect(await booked()).toEqual([
      'BANK Dr 7 (Debt repaid)',
      'BANK Dr 30 (Deposit paid in)',
      'DEPOSIT N1 Dr 5 (Debt set off from the deposit)',
      'DEPOSIT N1 Cr 30 (Deposit paid in)',
      'RECEIVABLE N2 Cr 7 (Debt repaid)',
      'RECEIVABLE N1 Cr 5 (Debt set off from the deposit)',
    ]);
  });

  it('is a file with the columns of the journal', async () => {
    await world.refund('N1', '30', '10');
    expect(paymentJournalCsv(november, await load()).split('\n')).toEqual([
      'period,entry_no,date,account,cost_centre,agent_code,component,text,debit,credit,currency',
      '2026-11,2026-11-05-CNY,2026-11-05,BANK,,,,Deposit paid in,30.00,0.00,CNY',
      '2026-11,2026-11-05-CNY,2026-11-05,DEPOSIT,,N1,,Deposit paid in,0.00,30.00,CNY',
      '',
    ]);
  });
});

describe('without accounts', () => {
  beforeAll(async () => {
    world = await openWorld();
    await world.refund('N1', '30', '10');
  });

  it('no file is made', async () => {
    const journal = await load();
    expect(journal.missing.map(({ entry }) => entry)).toEqual(['BANK', 'DEPOSIT']);
    const file = Promise.resolve().then(() => paymentJournalCsv(november, journal));
    expect(await codesOf(file)).toBe('JOURNAL_ACCOUNT_MISSING');
  });

  it('what became of a payment is never changed', async () => {
    await world.statement('N1', '100.10');
    const id = await world.create();
    await world.approve(id);
    await world.report(`end_to_end_id,status,date\nPB-${id}-1,PAID,2026-11-05\n`);
    await expect(world.sql`delete from payment_outcome`).rejects.toMatchObject({ constraint_name: 'record_kept' });
    await expect(world.sql`update payment_outcome set at = now()`).rejects.toMatchObject({
      constraint_name: 'record_kept',
    });
  });
});

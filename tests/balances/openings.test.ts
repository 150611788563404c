import { beforeAll, describe, expect, it } from 'vitest';
import { decideProposal } from '../../src/balances/decide.ts';
import { proposeOffCycle } from '../../src/balances/offCycle.ts';
import { proposeRepayment } from '../../src/balances/repayments.ts';
import { calculatePeriod, verifyPeriod } from '../../src/commissions/close.ts';
import { approveRun, voidRun } from '../../src/commissions/runs.ts';
import type { Databases } from '../../src/db/client.ts';
import type { Period } from '../../src/period.ts';
import { testDatabase } from '../database.ts';
import { asOwner, calculate, clerk, close, controller, now, october } from '../support/books.ts';
import { as, issueRows, openSettledBooks, payRows, refusalOf, statementOf } from '../support/settledBooks.ts';

// Openings over months (DOMAIN.md §10): what failed, was paid ahead, repaid or set off between two statements. Each activation earns 50.00,
// the tax is 10 percent. A1 has no minimum payout, A2 one of 200.00.

const august = '2026-08' as Period;
const september = '2026-09' as Period;

describe('what the bank returned', () => {
  let databases: Databases;
  beforeAll(async () => {
    databases = await testDatabase();
    await openSettledBooks(databases, { [august]: ['A1', 'A1'], [september]: ['A1'], [october]: ['A1'] });
    await close(databases, august);
    await issueRows(databases, august);
  });

  it('a payment that failed is in the next opening, untaxed: 90 + 50 at 10 percent: tax 5, payable 135', async () => {
    // August: 100 earned, tax 10, 90 payable. September before the failure: 50 − 5 = 45.
    const payment = await payRows(databases, 'A1', { period: august }, { state: 'INSTRUCTED' });
    const before = await calculate(databases, september);
    expect(await statementOf(databases, september, 'A1')).toMatchObject({
      opening: '0.00',
      tax: '5.00',
      payable: '45.00',
    });
    await databases.owner.$client`update payment set state = 'FAILED' where id = ${payment}`;
    expect(await refusalOf(as(databases, 'boss', (sql, actor) => approveRun(sql, actor, now, before.id)))).toMatch(
      /^RUN_STALE/,
    );
    // Tax base = 140 − 90 = 50.
    const run = await calculate(databases, september);
    expect(await statementOf(databases, september, 'A1')).toEqual({
      opening: '90.00',
      returned: '90.00',
      earned: '50.00',
      adjustments: '0.00',
      tax: '5.00',
      closing: '135.00',
      payable: '135.00',
    });
    await asOwner(databases, (transaction) => approveRun(transaction, controller, now, run.id));
    expect((await verifyPeriod(databases, september)).ok).toBe(true);
    const entries = await databases.owner.$client`select kind, amount, payment_id, carried_run_id from balance_entry`;
    expect([...entries]).toEqual([
      { kind: 'BANK_RETURN', amount: '90.00', payment_id: payment, carried_run_id: run.id },
    ]);
  });

  it('voiding the run that carried it frees it, and the same run comes out again', async () => {
    const [run] = await databases.owner.$client<
      { id: number }[]
    >`select id from commission_run where period = ${september} and status = 'APPROVED'`;
    await asOwner(databases, (transaction) => voidRun(transaction, controller, now, run?.id ?? 0, 'a mistake'));
    expect([...(await databases.owner.$client`select carried_run_id from balance_entry`)]).toEqual([
      { carried_run_id: null },
    ]);
    const again = await close(databases, september);
    expect(await statementOf(databases, september, 'A1')).toMatchObject({
      opening: '90.00',
      tax: '5.00',
      payable: '135.00',
    });
    expect([...(await databases.owner.$client`select carried_run_id from balance_entry`)]).toEqual([
      { carried_run_id: again.id },
    ]);
  });

  it('what was carried is carried once', async () => {
    await close(databases, october);
    expect(await statementOf(databases, october, 'A1')).toMatchObject({
      opening: '0.00',
      returned: '0.00',
      payable: '45.00',
    });
  });
});

describe('what was paid ahead, and repaid', () => {
  let databases: Databases;
  beforeAll(async () => {
    databases = await testDatabase();
    await openSettledBooks(databases, {
      [august]: ['A1', 'A1', 'A2', 'A2'],
      [september]: ['A1', 'A2'],
      [october]: ['A1', 'A2'],
    });
    await close(databases, august);
  });
  const advance = (gross: string) =>
    as(databases, 'anna', (transaction, actor) =>
      proposeOffCycle(transaction, actor, now, {
        agentCode: 'A1',
        kind: 'ADVANCE',
        currency: 'CNY',
        gross,
        reason: 'a new shop',
      }),
    );
  const decide = (
    name: string,
    table: 'off_cycle_settlement' | 'repayment',
    id: number,
    decision: 'APPROVED' | 'WITHDRAWN' = 'APPROVED',
  ) => as(databases, name, (transaction, actor) => decideProposal(transaction, actor, now, table, { id, decision }));

  it('an advance of 150 with 50 earned: a debt of 100, repaid with 60, of which the next 50 pay 40', async () => {
    const id = await advance('150');
    const [made] = await databases.owner
      .$client`select gross, tax, net, state from off_cycle_settlement where id = ${id}`;
    // 10 percent of 150.
    expect(made).toEqual({ gross: '150', tax: '15', net: '135', state: 'PROPOSED' });
    expect(await refusalOf(decide('ANNA', 'off_cycle_settlement', id))).toMatch(/^SAME_PERSON: anna proposed OC-/);
    await decide('ben', 'off_cycle_settlement', id);
    expect(await refusalOf(decide('ben', 'off_cycle_settlement', id))).toMatch(/^RECORD_STATE: OC-\d+ is APPROVED/);
    await close(databases, september);
    expect(await statementOf(databases, september, 'A1')).toMatchObject({
      opening: '-150.00',
      earned: '50.00',
      tax: '0.00',
      closing: '-100.00',
      payable: '0.00',
    });
    const repay = (amount: string) =>
      as(databases, 'anna', (transaction, actor) =>
        proposeRepayment(transaction, actor, now, {
          agentCode: 'A1',
          currency: 'CNY',
          amount,
          receivedOn: '2026-12-01',
          reason: 'transfer',
        }),
      );
    expect(await refusalOf(repay('100.01'))).toBe('DEBT_TOO_SMALL: Agent A1 owes 100.00 CNY, less than 100.01 CNY.');
    const [first, second] = [await repay('60'), await repay('60')];
    await decide('ben', 'repayment', first);
    // 40 are owed now.
    expect(await refusalOf(decide('ben', 'repayment', second))).toBe('DEBT_TOO_SMALL: The debt is smaller by now.');
    await decide('anna', 'repayment', second, 'WITHDRAWN');
    await close(databases, october);
    // 50 − 40 = 10, tax 1.
    expect(await statementOf(databases, october, 'A1')).toMatchObject({
      opening: '-40.00',
      tax: '1.00',
      payable: '9.00',
    });
  });

  it('what is carried below the minimum payout is paid out of turn, once', async () => {
    // A2: 100 + 50 + 50 are carried, the minimum of 200 is reached in October: 200 − 20. So nothing is carried then.
    expect(await statementOf(databases, october, 'A2')).toMatchObject({
      opening: '150.00',
      tax: '20.00',
      payable: '180.00',
    });
    const input = { agentCode: 'A2', kind: 'BALANCE', currency: 'CNY', reason: 'asked for' } as const;
    const propose = as(databases, 'anna', (transaction, actor) => proposeOffCycle(transaction, actor, now, input));
    expect(await refusalOf(propose)).toBe('BALANCE_TOO_LOW: Agent A2 carries 0.00 CNY.');
  });
});

describe('two at once', () => {
  it('pay the whole balance out of turn: one of them', async () => {
    const databases = await testDatabase();
    await openSettledBooks(databases, { [august]: ['A2', 'A2'] });
    await close(databases, august);
    const input = { agentCode: 'A2', kind: 'BALANCE', currency: 'CNY', reason: 'asked for' } as const;
    const propose = () =>
      as(databases, 'anna', (transaction, actor) => proposeOffCycle(transaction, actor, now, input));
    const ids = [await propose(), await propose()];
    const outcomes = await Promise.allSettled(
      ids.map((id) =>
        as(databases, 'ben', (transaction, actor) =>
          decideProposal(transaction, actor, now, 'off_cycle_settlement', { id, decision: 'APPROVED' }),
        ),
      ),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [sum] = await databases.owner.$client`select sum(amount) from balance_entry`;
    expect(sum).toEqual({ sum: '-100' });
    await calculatePeriod(databases, clerk, september, now);
    expect(await statementOf(databases, september, 'A2')).toMatchObject({ closing: '0.00' });
  });
});

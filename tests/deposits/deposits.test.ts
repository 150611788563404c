import { beforeAll, describe, expect, it } from 'vitest';
import { terminateAgent } from '../../src/agents/life.ts';
import { decideProposal } from '../../src/balances/decide.ts';
import { proposeFinalSettlement, proposeOffCycle } from '../../src/balances/offCycle.ts';
import { currentBalance } from '../../src/balances/openings.ts';
import type { Databases } from '../../src/db/client.ts';
import { depositsToCollect } from '../../src/deposits/collect.ts';
import { type DepositInput, proposeDeposit } from '../../src/deposits/deposits.ts';
import { Decimal } from '../../src/money.ts';
import type { Period } from '../../src/period.ts';
import { testDatabase } from '../database.ts';
import { apply, asOwner, calculate, close, now, october } from '../support/books.ts';
import { as, asRole, openSettledBooks, payRows, programme, refusalOf, statementOf } from '../support/settledBooks.ts';

// Deposits 保证金, and what ends the account of an agent that left. Each activation earns 50.00, the tax is 10 percent.

const september = '2026-09' as Period;
let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await openSettledBooks(databases, { [september]: ['A1', 'A1', 'A2'], [october]: ['A1', 'A2'] });
  await close(databases, september);
});

const propose = (agentCode: string, kind: DepositInput['kind'], amount: string) =>
  as(databases, 'anna', (transaction, actor) =>
    proposeDeposit(transaction, actor, now, { agentCode, kind, amount, currency: 'CNY', reason: 'r' }),
  );
const approve = (id: number, name = 'ben') =>
  as(databases, name, (transaction, actor) =>
    decideProposal(transaction, actor, now, 'deposit_entry', { id, decision: 'APPROVED' }),
  );
const settle = (id: number) =>
  as(databases, 'ben', (transaction, actor) =>
    decideProposal(transaction, actor, now, 'off_cycle_settlement', { id, decision: 'APPROVED' }),
  );
async function depositOf(agent: string): Promise<string> {
  const [row] = await databases.owner
    .$client`select deposit_balance(id, 'CNY') as balance from agent where code = ${agent}`;
  return row?.balance;
}

describe('a deposit', () => {
  it('counts once somebody else has approved it', async () => {
    const id = await propose('A1', 'PAID_IN', '300');
    expect(await depositOf('A1')).toBe('0');
    expect(await refusalOf(approve(id, 'Anna'))).toMatch(/^SAME_PERSON/);
    await approve(id);
    expect(await depositOf('A1')).toBe('300');
    const direct = databases.owner.$client`update deposit_entry set state = 'PROPOSED' where id = ${id}`;
    await expect(direct).rejects.toThrow(/cannot go from APPROVED/);
  });

  it('is never taken below zero, nor by two at once', async () => {
    expect(await refusalOf(propose('A1', 'REFUNDED', '300.01'))).toBe(
      'DEPOSIT_TOO_LOW: The deposit of agent A1 holds 300.00 CNY.',
    );
    expect(await refusalOf(propose('A1', 'REFUNDED', '1.001'))).toMatch(
      /^INPUT_INVALID: amount has more than the 2 decimals/,
    );
    const refunds = [await propose('A1', 'REFUNDED', '300'), await propose('A1', 'REFUNDED', '300')];
    const outcomes = await Promise.allSettled(refunds.map((id) => approve(id)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'DEPOSIT_TOO_LOW' } });
    expect(await depositOf('A1')).toBe('0');
  });

  it('pays a debt, at most what is owed, and the next statement is taxed as if it had been paid', async () => {
    await approve(await propose('A1', 'PAID_IN', '200'));
    expect(await refusalOf(propose('A1', 'SET_OFF', '1'))).toBe('DEBT_TOO_SMALL: Agent A1 owes nothing.');
    const advance = await as(databases, 'anna', (transaction, actor) =>
      proposeOffCycle(transaction, actor, now, {
        agentCode: 'A1',
        kind: 'ADVANCE',
        currency: 'CNY',
        gross: '100',
        reason: 'r',
      }),
    );
    await settle(advance);
    expect(await refusalOf(propose('A1', 'SET_OFF', '100.01'))).toBe('DEBT_TOO_SMALL: Agent A1 owes 100.00 CNY.');
    const two = [await propose('A1', 'SET_OFF', '100'), await propose('A1', 'SET_OFF', '100')];
    const outcomes = await Promise.allSettled(two.map((id) => approve(id)));
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'DEBT_TOO_SMALL' } });
    expect(await depositOf('A1')).toBe('100');
    await calculate(databases, october);
    // −100 + 100 = 0; 50 earned, tax 5.
    expect(await statementOf(databases, october, 'A1')).toMatchObject({
      opening: '0.00',
      tax: '5.00',
      payable: '45.00',
    });
  });

  it('is seen by its agent and the managers of its region, and moved by finance alone', async () => {
    const seen = async (role: 'AGENT' | 'CHANNEL_MANAGER' | 'FINANCE' | 'COMPLIANCE', agent: string | null = null) =>
      asRole(
        databases,
        role,
        agent,
        async (transaction) => (await transaction.query.depositEntry.findMany()).length > 0,
      );
    expect([await seen('AGENT', 'A1'), await seen('AGENT', 'A2')]).toEqual([true, false]);
    expect([await seen('CHANNEL_MANAGER'), await seen('FINANCE'), await seen('COMPLIANCE')]).toEqual([
      true,
      true,
      false,
    ]);
    const input = { agentCode: 'A1', kind: 'PAID_IN', amount: '1', currency: 'CNY', reason: 'r' } as const;
    const byAgent = asRole(databases, 'AGENT', 'A1', (transaction, actor) =>
      proposeDeposit(transaction, actor, now, input),
    );
    expect(await refusalOf(byAgent)).toMatch(/^FORBIDDEN/);
    const byManager = asRole(databases, 'CHANNEL_MANAGER', null, (transaction, actor) =>
      proposeDeposit(transaction, actor, now, input),
    );
    expect(await refusalOf(byManager)).toMatch(/^FORBIDDEN/);
    const id = await asRole(databases, 'FINANCE', null, (transaction, actor) =>
      proposeDeposit(transaction, actor, now, input),
    );
    await asRole(databases, 'ADMIN', null, (transaction, actor) =>
      decideProposal(transaction, actor, now, 'deposit_entry', { id, decision: 'REJECTED' }),
    );
  });
});

describe('what is collected', () => {
  let books: Databases;
  beforeAll(async () => {
    books = await testDatabase();
    const terms = 'taxPercent: 10, depositTarget: 100, depositPercent: 30';
    await openSettledBooks(books, { [september]: [] });
    await apply(books, programme.replace('from: 2026-01-01, taxPercent: 10 }', `from: 2026-01-01, ${terms} }`));
    await close(books, september);
  });
  const collect = (...amounts: string[]) =>
    asOwner(books, async (transaction) => {
      const [agent] = await transaction.query.agent.findMany({ where: { code: 'A1' } });
      const rows = amounts.map((gross) => ({ agentId: agent?.id ?? 0, currency: 'CNY', gross: new Decimal(gross) }));
      const collected = await depositsToCollect(transaction, rows);
      return amounts.map((_, index) => collected.get(index)?.toFixed() ?? null);
    });

  it('is a percent of each payment until the deposit is full', async () => {
    // 30 percent of 90.05 = 27.015; of 200 = 60; of 100 what is missing of 100: 12.98; then nothing.
    expect(await collect('90.05', '200', '100', '50')).toEqual(['27.02', '60', '12.98', null]);
  });

  it('leaves the deposit again when its payment is cancelled, unless it was spent', async () => {
    const [agent] = await books.owner.query.agent.findMany({ where: { code: 'A1' } });
    const add = (payment: number) => books.owner.$client`
      insert into deposit_entry (agent_id, kind, amount, currency, reason, payment_id, state, proposed_by, proposed_at, decided_by, decided_at)
      values (${agent?.id ?? 0}, 'COLLECTED', 20, 'CNY', 'r', ${payment}, 'APPROVED', 'x', now(), 'x', now())`;
    await books.owner
      .$client`insert into off_cycle_settlement (agent_id, kind, currency, gross, tax_percent, tax, net, reason, state, proposed_by, proposed_at)
      values (${agent?.id ?? 0}, 'ADVANCE', 'CNY', 200, 0, 0, 200, 'r', 'PROPOSED', 'x', now())`;
    await books.owner.$client`update off_cycle_settlement set state = 'APPROVED', decided_by = 'y', decided_at = now()`;
    const [settlement] = await books.owner.query.offCycleSettlement.findMany();
    const payment = await payRows(
      books,
      'A1',
      { settlementId: settlement?.id ?? 0 },
      { state: 'INSTRUCTED', collected: '20' },
    );
    await add(payment);
    // 80 are missing: 30 percent of 500 would be 150.
    expect(await collect('500')).toEqual(['80']);
    const cancel = (id: number) =>
      as(books, 'x', async (transaction) =>
        transaction.execute(`update payment set state = 'CANCELLED' where id = ${id}`),
      );
    await cancel(payment);
    expect(await collect('500')).toEqual(['100']);
    const second = await payRows(
      books,
      'A1',
      { settlementId: settlement?.id ?? 0 },
      { state: 'INSTRUCTED', collected: '20' },
    );
    await add(second);
    const wanted = { agentCode: 'A1', kind: 'REFUNDED', amount: '5', currency: 'CNY', reason: 'r' } as const;
    const id = await as(books, 'anna', (transaction, actor) => proposeDeposit(transaction, actor, now, wanted));
    await as(books, 'ben', (transaction, actor) =>
      decideProposal(transaction, actor, now, 'deposit_entry', { id, decision: 'APPROVED' }),
    );
    expect(await refusalOf(cancel(second))).toMatch(/^DEPOSIT_TOO_LOW/);
  });
});

it('an agent that left is paid what it carries and gets its deposit back, whatever the minimum', async () => {
  // A2 earned 50 in September, below its minimum of 200; 70 were paid in.
  const books = await testDatabase();
  await openSettledBooks(books, { [september]: ['A2'] });
  await close(books, september);
  const input = { agentCode: 'A2', currency: 'CNY', reason: 'it left' };
  const end = () => as(books, 'anna', (transaction, actor) => proposeFinalSettlement(transaction, actor, now, input));
  expect(await refusalOf(end())).toMatch(/^AGENT_STATE: Agent A2 is not terminated on 2026-12-05/);
  await as(books, 'anna', async (transaction, actor) => {
    await terminateAgent(transaction, actor, now, {
      agentCode: 'A2',
      from: '2026-12-01',
      reason: 'left',
      forCause: false,
    });
    await proposeDeposit(transaction, actor, now, {
      agentCode: 'A2',
      kind: 'PAID_IN',
      amount: '70',
      currency: 'CNY',
      reason: 'r',
    });
  });
  const decide = (table: 'deposit_entry' | 'off_cycle_settlement', id: number | null) =>
    as(books, 'ben', (transaction, actor) =>
      decideProposal(transaction, actor, now, table, { id: id ?? 0, decision: 'APPROVED' }),
    );
  await decide('deposit_entry', 1);
  const { settlementId, setOffId, refundId } = await end();
  expect(setOffId).toBeNull();
  await decide('off_cycle_settlement', settlementId);
  await decide('deposit_entry', refundId);
  const [made] = await books.owner.$client`select kind, gross, tax, net from off_cycle_settlement`;
  expect(made).toEqual({ kind: 'FINAL', gross: '50', tax: '5', net: '45' });
  const [agent] = await books.owner.query.agent.findMany({ where: { code: 'A2' } });
  const left = await asOwner(books, (transaction) => currentBalance(transaction, agent?.id ?? 0, 'CNY'));
  expect([left.amount.toFixed(), left.deposit.toFixed()]).toEqual(['0', '0']);
  expect(await refusalOf(end())).toBe('BALANCE_TOO_LOW: Agent A2 carries 0.00 CNY and has no deposit.');
  // What was paid and came back is carried again, and not taxed: 45 of it can be settled once more.
  await payRows(books, 'A2', { settlementId: settlementId ?? 0 });
  const again = await end();
  const [second] = await books.owner
    .$client`select gross, returned, tax, net from off_cycle_settlement where id = ${again.settlementId ?? 0}`;
  expect(second).toEqual({ gross: '45', returned: '45', tax: '0', net: '45' });
});

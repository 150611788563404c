import { beforeAll, describe, expect, it } from 'vitest';
import { terminateAgent } from '../../src/agents/life.ts';
import { decideProposal } from '../../src/balances/decide.ts';
import { proposeFinalSettlement, proposeOffCycle } from '../../src/balances/offCycle.ts';
import { currentBalance } from '../../src/balances/openings.ts';
import { verifyPeriod } from '../../src/commissions/close.ts';
import type { Databases } from '../../src/db/client.ts';
import { findClaims } from '../../src/payments/claims.ts';
import type { Period } from '../../src/period.ts';
import { testDatabase } from '../database.ts';
import { asOwner, close, now, october } from '../support/books.ts';
import { as, issueRows, openSettledBooks, payRows, refusalOf, statementOf } from '../support/settledBooks.ts';
import { untilSomebodyWaits } from '../support/waiting.ts';

// What the bank returned is paid once and taxed once (docs/settlement.md §2, §4). Each activation earns 50.00, the tax is 10 percent.

const august = '2026-08' as Period;
const september = '2026-09' as Period;

/** A1 is due 90.00 for August, and the bank returned them. @returns the failed payment. */
async function openReturned(databases: Databases, rest: Readonly<Record<string, readonly string[]>> = {}) {
  await openSettledBooks(databases, { [august]: ['A1', 'A1'], ...rest });
  await close(databases, august);
  await issueRows(databases, august);
  return payRows(databases, 'A1', { period: august });
}

const proposeBalance = (databases: Databases, gross?: string) =>
  as(databases, 'anna', (transaction, actor) =>
    proposeOffCycle(transaction, actor, now, {
      agentCode: 'A1',
      kind: 'BALANCE',
      currency: 'CNY',
      gross,
      reason: 'asked for',
    }),
  );
const approve = (databases: Databases, id: number) =>
  as(databases, 'ben', (transaction, actor) =>
    decideProposal(transaction, actor, now, 'off_cycle_settlement', { id, decision: 'APPROVED' }),
  );
const claimed = (databases: Databases) =>
  asOwner(databases, async (transaction) => {
    const claims = await findClaims(transaction, { currency: 'CNY', until: '2026-12-31', timeZone: 'Asia/Shanghai' });
    return claims.map(({ reference, gross }) => `${reference} ${gross}`);
  });
/** Pays again what failed. */
const retry = (databases: Databases, failed: number) =>
  as(databases, 'anna', async (transaction) =>
    transaction.execute(`
      insert into payment (batch_id, end_to_end_id, agent_id, kind, run_id, currency, gross, amount, holder_name, ciphertext, wrapped_key,
        envelope_key_id, account_masked, state, retries_id)
      select batch_id, 'AGAIN', agent_id, kind, run_id, currency, gross, amount, holder_name, ciphertext, wrapped_key, envelope_key_id, account_masked,
        'INSTRUCTED', id from payment where id = ${failed}`),
  );

describe('a payment that failed', () => {
  it('is not made again once it is paid out of turn, and the next statement begins with nothing', async () => {
    const databases = await testDatabase();
    const failed = await openReturned(databases, { [september]: ['A1'] });
    expect(await claimed(databases)).toEqual(['S-2026-08-A1-CNY 90']);
    const id = await proposeBalance(databases);
    await approve(databases, id);
    expect(await claimed(databases)).toEqual([`OC-${id} 90`]);
    expect(await refusalOf(retry(databases, failed))).toMatch(/^PAYMENT_CARRIED/);
    expect([
      ...(await databases.owner
        .$client`select kind, trim_scale(amount)::text as amount, payment_id from balance_entry order by id`),
    ]).toEqual([
      { kind: 'BANK_RETURN', amount: '90', payment_id: failed },
      { kind: 'OFF_CYCLE', amount: '-90', payment_id: null },
    ]);
    // 90 came back, 90 were paid: 50 earned, tax 5.
    await close(databases, september);
    expect(await statementOf(databases, september, 'A1')).toMatchObject({
      opening: '0.00',
      returned: '0.00',
      tax: '5.00',
      payable: '45.00',
    });
    expect((await verifyPeriod(databases, september)).ok).toBe(true);
  });

  it('of which a part is paid out of turn is carried for the rest', async () => {
    const databases = await testDatabase();
    await openReturned(databases, { [september]: ['A1'] });
    await approve(databases, await proposeBalance(databases, '30'));
    // 90 − 30 = 60 carried, taxed before; 50 earned, tax 5: 105.
    await close(databases, september);
    expect(await statementOf(databases, september, 'A1')).toMatchObject({
      opening: '60.00',
      returned: '60.00',
      tax: '5.00',
      payable: '105.00',
    });
  });

  it('is not paid out of turn once it is made again', async () => {
    const databases = await testDatabase();
    const failed = await openReturned(databases);
    const id = await proposeBalance(databases);
    await retry(databases, failed);
    expect(await refusalOf(approve(databases, id))).toBe('BALANCE_TOO_LOW: Less is carried by now.');
    expect(await refusalOf(proposeBalance(databases))).toBe('BALANCE_TOO_LOW: Agent A1 carries 0.00 CNY.');
  });

  it('is paid by one of two who do both at once', async () => {
    const databases = await testDatabase();
    const failed = await openReturned(databases);
    const id = await proposeBalance(databases);
    for (const _ of [1, 2, 3]) {
      const outcomes = await Promise.allSettled([approve(databases, id), retry(databases, failed)]);
      expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true);
    }
    const [row] = await databases.owner.$client`
      select (select count(*)::integer from payment where state = 'INSTRUCTED')
        + (select count(*)::integer from off_cycle_settlement where state = 'APPROVED') as count`;
    expect(row).toEqual({ count: 1 });
  });

  it('waits for whoever settles the balance, and finds it settled', async () => {
    const databases = await testDatabase();
    const failed = await openReturned(databases);
    const id = await proposeBalance(databases);
    let paying: Promise<string> = Promise.resolve('');
    await as(databases, 'ben', async (transaction, actor) => {
      await decideProposal(transaction, actor, now, 'off_cycle_settlement', { id, decision: 'APPROVED' });
      paying = refusalOf(retry(databases, failed)).catch(String);
      await untilSomebodyWaits(databases);
    });
    expect(await paying).toMatch(/^PAYMENT_CARRIED/);
  });
});

describe('less payable than the bank returned', () => {
  let databases: Databases;
  beforeAll(async () => {
    databases = await testDatabase();
    await openReturned(databases, { [october]: ['A1', 'A1'] });
    await databases.owner.$client`
      insert into adjustment (agent_id, kind, amount, currency, from_period, reason, created_by, created_at)
      select id, 'CORRECTION', -60, 'CNY', ${september}, 'r', 'x', now() from agent where code = 'A1'`;
    await close(databases, september);
  });

  it('leaves the rest untaxed when it is earned again: 10 + 0 + 4, as 10 percent of 100 − 60 + 100 are 14', async () => {
    // September: 90 − 60 = 30 payable, of which nothing is taxed; 60 of the 90 that were taxed are left.
    expect(await statementOf(databases, september, 'A1')).toMatchObject({
      opening: '90.00',
      returned: '90.00',
      adjustments: '-60.00',
      tax: '0.00',
      payable: '30.00',
    });
    const [agent] = await databases.owner.query.agent.findMany({ where: { code: 'A1' } });
    const left = await asOwner(databases, (transaction) => currentBalance(transaction, agent?.id ?? 0, 'CNY'));
    expect([left.amount.toFixed(), left.returned.toFixed()]).toEqual(['0', '60']);
    // October: 100 earned, tax 10 percent of 100 − 60.
    await close(databases, october);
    expect(await statementOf(databases, october, 'A1')).toMatchObject({
      opening: '0.00',
      returned: '60.00',
      earned: '100.00',
      tax: '4.00',
      payable: '96.00',
    });
    expect((await verifyPeriod(databases, october)).ok).toBe(true);
    const after = await asOwner(databases, (transaction) => currentBalance(transaction, agent?.id ?? 0, 'CNY'));
    expect(after.returned.toFixed()).toBe('0');
  });
});

describe('an agent that sends invoices, or charges value-added tax on top', () => {
  let databases: Databases;
  beforeAll(async () => {
    databases = await testDatabase();
    await openReturned(databases);
  });
  const agree = (terms: object) => databases.owner.$client`
    update agreement set terms = '{"taxPercent": "10"}'::jsonb || ${JSON.stringify(terms)}::text::jsonb
    from agent where agent.id = agent_id and agent.code = 'A1'`;

  it('is paid with its statements only', async () => {
    const advance = () =>
      as(databases, 'anna', (transaction, actor) =>
        proposeOffCycle(transaction, actor, now, {
          agentCode: 'A1',
          kind: 'ADVANCE',
          currency: 'CNY',
          gross: '10',
          reason: 'r',
        }),
      );
    const final = () =>
      as(databases, 'anna', async (transaction, actor) => {
        await terminateAgent(transaction, actor, now, {
          agentCode: 'A1',
          from: '2026-12-01',
          reason: 'left',
          forCause: false,
        });
        return proposeFinalSettlement(transaction, actor, now, { agentCode: 'A1', currency: 'CNY', reason: 'r' });
      });
    await agree({ invoiceRequired: true });
    const invoiced = /^PAID_WITH_STATEMENT: Agent A1 sends invoices/;
    expect(await refusalOf(advance())).toMatch(invoiced);
    expect(await refusalOf(proposeBalance(databases))).toMatch(invoiced);
    await agree({ vatPercent: '6' });
    const taxed = /^PAID_WITH_STATEMENT: Agent A1 charges value-added tax on top/;
    expect(await refusalOf(advance())).toMatch(taxed);
    expect(await refusalOf(final())).toMatch(taxed);
    await agree({ vatPercent: '6', vatIncluded: true });
    expect(await proposeBalance(databases)).toBeGreaterThan(0);
  });
});

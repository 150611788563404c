import { beforeAll, describe, expect, it } from 'vitest';
import { calculatePeriod } from '../../src/commissions/close.ts';
import { type CreditOutcome, explainRule } from '../../src/commissions/explainRule.ts';
import type { Databases } from '../../src/db/client.ts';
import { asRequest } from '../../src/db/transaction.ts';
import { testDatabase } from '../database.ts';
import {
  apply,
  asOwner,
  clerk,
  close,
  codeOf,
  event,
  importEvents,
  now,
  october,
  programme,
} from '../support/books.ts';

// Rules of one component that differ in every way, and what is said of each for one event.

const plan = `
  - code: R
    name: Rules
    versions:
      - from: 2026-01-01
        currency: CNY
        components:
          - code: SALE
            name: Sales
            kind: RATE
            events: [ACTIVATION, RECHARGE]
            rules:
              - { code: PRODUCT, product: FIBER, percent: 9 }
              - { code: CATEGORY, category: BROADBAND, percent: 8 }
              - { code: NORTH_HIGH, product: FIBER, region: NORTH, baseFrom: 100, percent: 7 }
              - { code: NORTH_LOW, product: FIBER, region: NORTH, baseTo: 100, percent: 6 }
              - { code: VOICE, product: VOICE, percent: 5 }
              - { code: SOUTH, product: FIBER, region: SOUTH, percent: 4 }
          - code: FEE
            name: Fee
            kind: RATE
            events: [ACTIVATION]
            base: MONTHLY_FEE
            rules: [{ code: ANY, percent: 1 }]
          - code: BILLS
            name: Bills
            kind: RESIDUAL
            months: 2
            events: [BILL]
            rules: [{ code: ANY, percent: 1 }]
          - code: AUTUMN
            name: Push
            kind: SPIFF
            campaign: LATE
            budget: 100
            events: [ACTIVATION]
            rules: [{ code: ANY, flat: 1 }]
          - code: VOLUME
            name: Volume
            kind: BRACKET
            events: [ACTIVATION]
            measure: UNITS
            method: WHOLE
            brackets: [{ from: 0, rate: 1 }]
`;
const world = programme
  .replace('plans:', `campaigns: [{ code: LATE, name: Late, startsOn: 2026-10-15 }]\nplans:${plan}`)
  .replace(
    'agents:',
    `agents:
  - { code: B1, name: B, channelType: AGENT, region: NORTH, agreements: [{ plan: R, from: 2026-01-01 }] }
  - { code: B2, name: B, channelType: AGENT, region: NORTH, agreements: [{ plan: R, from: 2026-01-01 }],
      status: [{ status: SUSPENDED, from: 2026-01-01 }] }
  - { code: OLD, name: O, channelType: AGENT, region: NORTH, agreements: [{ plan: R, from: 2026-01-01 }] }
  - { code: NEW, name: N, channelType: AGENT, region: SOUTH, agreements: [{ plan: R, from: 2026-01-01 }] }`,
  );

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await apply(databases, world);
  await importEvents(databases, [
    event('SALE', { agentCode: 'B1', amount: '100', subscriptionId: 'S' }),
    event('SMALL', { agentCode: 'B1', amount: '99.99', monthlyFee: '10', occurredAt: '2026-10-20T10:00:00+08:00' }),
    event('BILL1', { agentCode: 'B1', type: 'BILL', subscriptionId: 'S', occurredAt: '2026-10-30T10:00:00+08:00' }),
    event('BILL3', { agentCode: 'B1', type: 'BILL', subscriptionId: 'S', occurredAt: '2026-12-01T10:00:00+08:00' }),
    event('BILL0', { agentCode: 'B1', type: 'BILL', subscriptionId: 'UNKNOWN' }),
    event('SHARED', { credits: 'B2:SELLER:0.7|A4:REFERRER:0.3' }),
    event('DOLLAR', { agentCode: 'B1', currency: 'USD' }),
    event('UNDONE', { agentCode: 'B1' }),
    event('MOVING', { agentCode: 'OLD', subscriptionId: 'M' }),
    event('MOVED', {
      agentCode: 'NEW',
      type: 'TRANSFER',
      subscriptionId: 'M',
      occurredAt: '2026-10-12T10:00:00+08:00',
    }),
    event('MOVED-BILL', {
      agentCode: 'OLD',
      type: 'BILL',
      subscriptionId: 'M',
      occurredAt: '2026-10-13T10:00:00+08:00',
      credits: 'OLD:SELLER:0.6|B1:REFERRER:0.4',
    }),
    event('UNDOING', { agentCode: 'B1', type: 'REVERSAL', originalExternalId: 'UNDONE' }),
  ]);
});

const explain = (externalId: string) =>
  asOwner(databases, (transaction) => explainRule(transaction, { source: '@CRM', externalId }));

async function onlyCredit(externalId: string): Promise<CreditOutcome> {
  const { credits } = await explain(externalId);
  const [credit, ...more] = credits;
  if (!credit || more.length > 0) throw new Error(`${credits.length} credits`);
  return credit;
}

async function component(externalId: string, code: string) {
  const found = (await onlyCredit(externalId)).components.find((each) => each.component === code);
  if (!found) throw new Error(code);
  return found;
}

describe('the rules of a component', () => {
  it('are told one by one: the winner, and the first thing that speaks against each other', async () => {
    const { rules, winner, base, reason, sentenceEn, sentenceZh } = await component('SALE', 'SALE');
    expect({ winner, base, reason }).toEqual({ winner: 'NORTH_HIGH', base: '100', reason: null });
    expect(
      rules.map(({ rule, outcome, dimension, wanted, given }) => [rule, outcome, dimension, wanted, given]),
    ).toEqual([
      ['CATEGORY', 'LESS_SPECIFIC', 'product', 'BROADBAND', 'NORTH_HIGH: FIBER'],
      ['NORTH_HIGH', 'WINS', null, null, null],
      ['NORTH_LOW', 'OUTSIDE_BASE_RANGE', 'base', 'below 100', '100'],
      ['PRODUCT', 'LESS_SPECIFIC', 'region', null, 'NORTH_HIGH: NORTH'],
      ['SOUTH', 'OTHER_DIMENSION', 'region', 'SOUTH', 'NORTH'],
      ['VOICE', 'OTHER_DIMENSION', 'product', 'VOICE', 'FIBER'],
    ]);
    expect(sentenceEn).toBe('SALE pays by rule NORTH_HIGH, the most specific of 3 that match.');
    expect(sentenceZh).toContain('NORTH_HIGH');
  });

  it('depend on the base', async () => {
    expect((await component('SMALL', 'SALE')).winner).toBe('NORTH_LOW');
  });
});

describe('what is not paid', () => {
  it.each([
    ['SALE', 'FEE', true, 'NO_BASE'],
    ['SMALL', 'FEE', true, null],
    ['SALE', 'AUTUMN', true, 'OUTSIDE_CAMPAIGN'],
    ['SMALL', 'AUTUMN', true, null],
    ['SALE', 'BILLS', false, null],
    ['BILL1', 'BILLS', true, null],
    ['BILL3', 'BILLS', true, 'MONTH_OUT_OF_RANGE'],
    ['BILL0', 'BILLS', true, 'NO_SUBSCRIPTION'],
    ['DOLLAR', 'SALE', true, 'NO_EXCHANGE_RATE'],
    ['UNDONE', 'SALE', true, 'REVERSED'],
    ['SALE', 'VOLUME', true, null],
  ])('of %s by %s: reads %s, reason %s', async (externalId, code, reads, reason) => {
    const found = await component(externalId, code);
    expect(found).toMatchObject({ reads, reason });
    if (reason) for (const text of [found.sentenceEn, found.sentenceZh]) expect(text).toContain(reason);
  });

  it('for want of an agreement, or for the agent’s status, is said of the credit', async () => {
    const { credits } = await explain('SHARED');
    expect(
      credits.map(({ agent, role, share, plan: code, version, reason }) => [agent, role, share, code, version, reason]),
    ).toEqual([
      ['A4', 'REFERRER', '0.3', null, null, 'NO_AGREEMENT'],
      ['B2', 'SELLER', '0.7', 'R', 1, 'AGENT_SUSPENDED'],
    ]);
  });

  it('is what a run lists', async () => {
    await calculatePeriod(databases, clerk, october, now);
    const rows = await databases.owner.$client<{ id: string; agent: string; reason: string }[]>`
      select event.external_id as id, agent.code as agent, unpaid.reason from unpaid_event unpaid
      join sales_event event on event.id = unpaid.event_id join agent on agent.id = unpaid.agent_id order by 1, 2`;
    expect(rows.length).toBeGreaterThan(4);
    for (const { id, agent, reason } of rows) {
      const credit = (await explain(id)).credits.find((each) => each.agent === agent);
      const reasons = [credit?.reason, ...(credit?.components.map((each) => each.reason) ?? [])];
      expect(reasons, `${id} of ${agent}`).toContain(reason);
    }
  });

  it('of an event that does not exist is unknown', async () => {
    expect(await codeOf(explain('NONE'))).toBe('NOT_FOUND');
  });
});

describe('after a TRANSFER', () => {
  // The bill names OLD and B1; the subscription is NEW's since the day before, and began with OLD's activation.
  const told = ({ agent, role, share, plan: code, reason, components }: CreditOutcome) => {
    const bills = components.find((each) => each.component === 'BILLS');
    return [agent, role, share, code, reason, bills?.winner, bills?.reason];
  };
  const paid = ['NEW', 'SELLER', '1', 'R', null, 'ANY', null];
  const goneOld = ['OLD', 'SELLER', '0.6', null, 'TRANSFERRED', undefined, undefined];
  const goneOther = ['B1', 'REFERRER', '0.4', null, 'TRANSFERRED', undefined, undefined];

  async function explainAs(code: string, externalId: string) {
    const [agent] = await databases.owner.$client<{ id: number }[]>`select id from agent where code = ${code}`;
    const user = { id: 1, role: 'AGENT', agentId: agent?.id ?? 0, regionId: null } as const;
    const actor = { name: 'agent@demo.example', requestId: null, user };
    return asRequest(databases.request, actor, '2026-12-05', (transaction) =>
      explainRule(transaction, { source: '@CRM', externalId }),
    );
  }

  it('the owner is told of both', async () => {
    expect((await explain('MOVED-BILL')).credits.map(told)).toEqual([paid, goneOther, goneOld]);
    expect((await explain('MOVING')).credits.map(({ agent }) => agent)).toEqual(['OLD']);
  });

  it('the old agent, and who had a share, is told that it is no longer credited', async () => {
    expect((await explainAs('OLD', 'MOVED-BILL')).credits.map(told)).toEqual([goneOld]);
    expect((await explainAs('B1', 'MOVED-BILL')).credits.map(told)).toEqual([goneOther]);
  });

  it('the new agent is told what pays it, also for the start that another had, and nothing of the others', async () => {
    await close(databases, october);
    expect((await explainAs('NEW', 'MOVED-BILL')).credits.map(told)).toEqual([paid]);
    expect(await codeOf(explainAs('NEW', 'MOVING'))).toBe('NOT_FOUND');
    expect(await codeOf(explainAs('B2', 'MOVED-BILL'))).toBe('NOT_FOUND');
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { standingOf } from '../../src/commissions/engine/bracketStanding.ts';
import { Decimal } from '../../src/money.ts';
import { testDatabase } from '../database.ts';
import { data, makeWorld, type Person, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

const fault = '... on UserError { code at }';
const parts = 'totals { currency amount } components { componentCode amount lineCount } unpaidCount leftOut';
const estimate = async (person: Person, agent: string, period = '2026-11') =>
  (
    await data(
      world,
      person,
      `{ estimate(agent: "${agent}", period: "${period}") { ... on Estimate { ${parts} } ${fault} } }`,
    )
  ).estimate;
const whatIf = async (person: Person, agent: string, sales: string) =>
  (
    await data(
      world,
      person,
      `{ whatIf(agent: "${agent}", sales: ${sales}) { ... on WhatIf { before { totals { amount } } after { totals { amount } }
    differences { componentCode before after difference } } ${fault} } }`,
    )
  ).whatIf;
const counted = async () => {
  const [row] = await world.databases.owner.$client`
    select (select count(*) from sales_event)::integer as events, (select count(*) from audit_record)::integer as records,
      (select count(*) from commission_line)::integer as lines`;
  return row;
};

describe('an estimate', () => {
  it('comes to what the run of the same month calculated', async () => {
    // one activation at 80 flat
    expect(await estimate('agentE1', 'E1')).toMatchObject({
      totals: [{ currency: 'CNY', amount: '80.00' }],
      components: [{ componentCode: 'ACT', amount: '80.00', lineCount: 1 }],
      unpaidCount: 0,
      leftOut: ['POOL', 'RETRO', 'ADJUSTMENT', 'OPENING', 'TAX'],
    });
    const runs = await world.databases.owner.$client`
      select agent.code, sum(amount)::text as amount from run_agent_total total join commission_run run on run.id = run_id
      join agent on agent.id = agent_id where run.period = '2026-11' and total.kind <> 'POOL' group by 1 order by 1`;
    for (const { code, amount } of runs)
      expect((await estimate('admin', code)).totals[0].amount, code).toBe(new Decimal(amount).toFixed(2));
    expect((await estimate('agentE2', 'E2')).totals).toEqual([]);
  });

  it('is of months that are not approved', async () => {
    expect(await estimate('agentE1', 'E1', '2026-10')).toEqual({ code: 'PERIOD_APPROVED', at: 'period' });
  });

  it('is for those who see the agent’s statements', async () => {
    expect((await estimate('agentE1', 'E2')).totals).toEqual([]);
    for (const [person, agent] of [
      ['agentE2', 'E1'],
      ['agentW1', 'E1'],
      ['managerWest', 'E1'],
      ['agentE1', 'NONE'],
    ] as const)
      expect(await estimate(person, agent), `${person} ${agent}`).toEqual({ code: 'AGENT_UNKNOWN', at: 'agent' });
  });
});

describe('what if', () => {
  it('answers what importing the sales would give, and keeps nothing', async () => {
    const before = await counted();
    // in December nothing was sold: 3 activations at 80 and a bill of 200 at 3.25 % · 1.1 (four stars) = 7.15
    const { differences, after } = await whatIf(
      'agentE1',
      'E1',
      '[{ product: "FIBER", quantity: 3 }, { product: "FIBER", quantity: 1, type: BILL, amount: "200" }]',
    );
    expect(differences).toEqual([
      { componentCode: 'ACT', before: '0', after: '240.00', difference: '240' },
      { componentCode: 'RES', before: '0', after: '7.15', difference: '7.15' },
    ]);
    expect(after.totals).toEqual([{ amount: '247.15' }]);
    expect(await counted()).toEqual(before);
  });

  it('refuses what cannot be sold, and what is another’s', async () => {
    expect(await whatIf('agentE1', 'E1', '[{ product: "NONE", quantity: 1, amount: "1" }]')).toMatchObject({
      at: 'sales',
    });
    expect(await whatIf('agentE1', 'E1', '[{ product: "FIBER", quantity: 0 }]')).toMatchObject({
      code: 'INPUT_INVALID',
    });
    expect(await whatIf('agentE1', 'E1', '[{ product: "FIBER", quantity: 1001 }]')).toMatchObject({
      code: 'INPUT_INVALID',
    });
    expect(await whatIf('agentE1', 'E1', '[{ product: "FIBER", quantity: 1, type: RECHARGE }]')).toMatchObject({
      at: 'sales 1',
    });
    expect(await whatIf('agentW1', 'E1', '[{ product: "FIBER", quantity: 1 }]')).toMatchObject({
      code: 'AGENT_UNKNOWN',
    });
  });
});

describe('where a volume stands among brackets', () => {
  const brackets = [
    { from: '0', rate: '1' },
    { from: '100', rate: '2' },
    { from: '250.5', rate: '3' },
  ];
  it.each([
    ['0', '1', { from: '100', rate: '2', missing: '100' }],
    ['99.9', '1', { from: '100', rate: '2', missing: '0.1' }],
    ['100', '2', { from: '250.5', rate: '3', missing: '150.5' }],
    ['1000', '3', null],
    ['-5', null, { from: '0', rate: '1', missing: '5' }],
  ])('%s', (volume, rate, next) => {
    expect(standingOf(brackets, new Decimal(volume))).toEqual({ volume, rate, next });
  });
});

import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import type { Period } from '../../src/period.ts';
import { testDatabase } from '../database.ts';
import {
  apply,
  calculate,
  close,
  codeOf,
  event,
  importEvents,
  november,
  october,
  september,
} from '../support/books.ts';
import { allowEmptying, emptyDatabase } from '../support/reset.ts';

// BRACKET and QUOTA_BONUS from events to lines: which credits make a volume, of which plan, in which window, at which rate.

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await allowEmptying(databases);
});

beforeEach(() => emptyDatabase(databases));

type Programme = {
  readonly p: string;
  readonly q?: string;
  readonly agents?: string;
  readonly rest?: string;
};

const someAgents = `
  - { code: A1, name: One, channelType: AGENT, tier: T1, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: A2, name: Two, channelType: AGENT, tier: T2, agreements: [{ plan: P, from: 2026-01-01 }] }`;

/** Components of plan P (in CNY) and of plan Q (in JPY), each a flow mapping. */
const programme = ({ p, q, agents = someAgents, rest = '' }: Programme) => `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
channelTypes: [{ code: AGENT, name: Agent }]
products: [{ code: FIBER, name: Fibre }]
tiers: [{ code: T1, name: One, rank: 1, multiplier: 1 }, { code: T2, name: Two, rank: 2, multiplier: 1.1 }]
plans:
  - { code: P, name: P, versions: [{ from: 2026-01-01, currency: CNY, components: [${p}] }] }
${q ? `  - { code: Q, name: Q, versions: [{ from: 2026-01-01, currency: JPY, components: [${q}] }] }` : ''}
agents:${agents}
${rest}`;

const volume =
  '{ code: VOL, name: Volume, kind: BRACKET, events: [BILL], method: MARGINAL, brackets: [{ from: 0, to: 1000, rate: 1 }, { from: 1000, rate: 2 }] }';

type Line = { readonly line: string; readonly base: string; readonly factor: string; readonly amount: string };

/** `AGENT COMPONENT` of the period's VOLUME and RETRO lines, with base, factor and amount. */
async function readLines(period: Period = october): Promise<Line[]> {
  return [
    ...(await databases.owner.$client<Line[]>`
      select concat_ws(' ', agent.code, component.code, line.origin_period) as line, trim_scale(line.base)::text as base,
             trim_scale(line.factor)::text as factor, trim_scale(line.amount)::text as amount
      from commission_line line join commission_run run on run.id = line.run_id and run.status in ('CALCULATED', 'APPROVED')
      join agent on agent.id = line.agent_id join component on component.id = line.component_id
      where run.period = ${period} and line.kind in ('VOLUME', 'RETRO') and line.role = 'SELF'
      order by agent.code, component.code, line.origin_period nulls first`),
  ];
}

async function readUnpaid(period: Period = october): Promise<string[]> {
  const rows = await databases.owner.$client<{ unpaid: string }[]>`
    select concat_ws(' ', event.external_id, agent.code, listed.reason) as unpaid
    from unpaid_event listed join commission_run run on run.id = listed.run_id and run.status in ('CALCULATED', 'APPROVED')
    join sales_event event on event.id = listed.event_id join agent on agent.id = listed.agent_id
    where run.period = ${period} order by 1`;
  return rows.map((row) => row.unpaid);
}

const bill = (id: string, amount: string, rest: Parameters<typeof event>[1] = {}) =>
  event(id, { type: 'BILL', amount, ...rest });
const on = (date: string) => ({ occurredAt: `${date}T10:00:00+08:00` });
const refund = (id: string, original: string, amount: string, rest: Parameters<typeof event>[1] = {}) =>
  event(id, { type: 'REFUND', originalExternalId: original, amount, ...rest });

describe('the volume of a month', () => {
  it('adds up shares of amounts, and pays by the tier on the last day', async () => {
    const agents = `
  - { code: A1, name: One, channelType: AGENT, tier: T1, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: A2, name: Two, channelType: AGENT, tier: [{ tier: T1, from: 2026-01-01, to: 2026-10-31 }, { tier: T2, from: 2026-10-31 }],
      agreements: [{ plan: P, from: 2026-01-01 }] }`;
    const component = volume.replace('events:', 'multiplyBy: [TIER], events:');
    await apply(databases, programme({ p: component, agents }));
    await importEvents(databases, [
      bill('B1', '600'),
      bill('B2', '900', { credits: 'A1:SELLER:0.7|A2:HELPER:0.3' }),
      event('X1', { amount: '5000' }),
    ]);
    await calculate(databases);
    // A1: 600 + 630 = 1,230 → 10 + 4.60; A2: 270 → 2.70 · 1.1
    expect(await readLines()).toEqual([
      { line: 'A1 VOL', base: '1230', factor: '1', amount: '14.6' },
      { line: 'A2 VOL', base: '270', factor: '1.1', amount: '2.97' },
    ]);
    // fed a volume: not listed; nobody reads activations
    expect(await readUnpaid()).toEqual([]);
  });

  it('takes refunds off in their own month, with the credits of the sale', async () => {
    await apply(databases, programme({ p: volume }));
    await importEvents(databases, [bill('S1', '900', { ...on('2026-09-20'), credits: 'A1:SELLER:0.6|A2:HELPER:0.4' })]);
    await close(databases, september);
    await importEvents(databases, [
      bill('B1', '500'),
      refund('R1', 'S1', '300'),
      bill('B2', '100', { agentCode: 'A2' }),
      // of an event that was reversed, and one reversed itself: neither happened
      bill('B3', '70'),
      event('V3', { type: 'REVERSAL', originalExternalId: 'B3' }),
      refund('R2', 'B2', '40', { agentCode: 'A2' }),
      event('V2', { type: 'REVERSAL', originalExternalId: 'R2', agentCode: 'A2' }),
    ]);
    await calculate(databases);
    // A1: 500 − 0.6 · 300 = 320; A2: 100 − 0.4 · 300 < 0: nothing
    expect(await readLines()).toEqual([{ line: 'A1 VOL', base: '320', factor: '1', amount: '3.2' }]);
    expect(await readUnpaid()).toEqual(['B3 A1 REVERSED']);
  });

  it('counts units', async () => {
    const units =
      '{ code: UNIT, name: Units, kind: BRACKET, events: [ACTIVATION], measure: UNITS, method: WHOLE, brackets: [{ from: 0, to: 10, rate: 3 }, { from: 10, rate: 5 }] }';
    await apply(databases, programme({ p: units }));
    await importEvents(databases, [
      event('E1', { quantity: '9.5' }),
      event('E2', { quantity: '4', agentCode: 'A2', currency: 'USD' }),
      event('E3', { quantity: '3' }),
      refund('R1', 'E3', '10', { quantity: '1' }),
    ]);
    await calculate(databases);
    // A1: 11.5 units at 5; A2: 4 at 3, whatever the currency
    expect(await readLines()).toEqual([
      { line: 'A1 UNIT', base: '11.5', factor: '1', amount: '57.5' },
      { line: 'A2 UNIT', base: '4', factor: '1', amount: '12' },
    ]);
    expect(await readUnpaid()).toEqual([]);
  });

  it('counts what was sold while ACTIVE, and pays who is ACTIVE on the last day of the agreement', async () => {
    const agents = `
  - { code: A1, name: One, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01 }],
      status: [{ status: ACTIVE, from: 2026-01-01, to: 2026-10-10 }, { status: SUSPENDED, from: 2026-10-10, to: 2026-10-20 }, { status: ACTIVE, from: 2026-10-20 }] }
  - { code: A2, name: Two, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01 }],
      status: [{ status: ACTIVE, from: 2026-01-01, to: 2026-10-20 }, { status: SUSPENDED, from: 2026-10-20 }] }
  - { code: A3, name: Three, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01, to: 2026-10-20 }],
      status: [{ status: ACTIVE, from: 2026-01-01, to: 2026-10-20 }, { status: TERMINATED, from: 2026-10-20 }] }`;
    await apply(databases, programme({ p: volume, agents }));
    await importEvents(databases, [
      bill('B1', '100', on('2026-10-09')),
      bill('B2', '200', on('2026-10-15')),
      bill('B3', '400', on('2026-10-25')),
      bill('B4', '100', { ...on('2026-10-09'), agentCode: 'A2' }),
      bill('B5', '100', { ...on('2026-10-09'), agentCode: 'A3' }),
    ]);
    await calculate(databases);
    expect(await readLines()).toEqual([
      { line: 'A1 VOL', base: '500', factor: '1', amount: '5' },
      { line: 'A3 VOL', base: '100', factor: '1', amount: '1' },
    ]);
    expect(await readUnpaid()).toEqual(['B2 A1 AGENT_SUSPENDED']);
  });

  it('each plan of a month pays on its own credits; a refund counts on the plan of the sale', async () => {
    const agents = `
  - { code: A1, name: One, channelType: AGENT, tier: [{ tier: T2, from: 2026-01-01, to: 2026-10-16 }, { tier: T1, from: 2026-10-16 }],
      agreements: [{ code: G1, plan: P, from: 2026-01-01, to: 2026-10-16 }, { code: G2, plan: Q, from: 2026-10-16 }] }`;
    const tiered = volume.replace('events:', 'multiplyBy: [TIER], events:');
    const rest = 'exchangeRates: [{ currency: CNY, into: JPY, from: 2026-01-01, rate: 20 }]';
    await apply(databases, programme({ p: tiered, q: tiered, agents, rest }));
    await importEvents(databases, [
      bill('B1', '500', on('2026-10-15')),
      bill('B2', '33', on('2026-10-16')),
      refund('R1', 'B1', '100', on('2026-10-30')),
    ]);
    await calculate(databases);
    // P: 400 at 1 % times 1.1, by the tier on the 15th; Q: 660 yen
    expect((await readLines()).map(({ base, amount }) => [base, amount])).toEqual([
      ['400', '4.4'],
      ['660', '7'],
    ]);
  });

  it('converts each event at the rate of its date, and lists what has none', async () => {
    const rest = `exchangeRates:
  - { currency: USD, into: CNY, from: 2026-10-01, to: 2026-10-15, rate: 7 }
  - { currency: USD, into: CNY, from: 2026-10-15, to: 2026-10-20, rate: 7.2 }`;
    await apply(databases, programme({ p: volume, rest }));
    await importEvents(databases, [
      bill('B1', '100'),
      bill('B2', '10', { currency: 'USD', ...on('2026-10-14') }),
      bill('B3', '10', { currency: 'USD', occurredAt: '2026-10-15T00:00:00+08:00' }),
      bill('B4', '10', { currency: 'USD', ...on('2026-10-20') }),
      // its own date's rate, not that of the sale
      refund('R2', 'B2', '5', { currency: 'USD', ...on('2026-10-16') }),
      refund('R3', 'B3', '5', { currency: 'USD', ...on('2026-10-21') }),
    ]);
    await calculate(databases);
    // 100 + 70 + 72 − 36
    expect(await readLines()).toEqual([{ line: 'A1 VOL', base: '206', factor: '1', amount: '2.06' }]);
    expect(await readUnpaid()).toEqual(['B4 A1 NO_EXCHANGE_RATE', 'R3 A1 NO_EXCHANGE_RATE']);
  });

  it('after a TRANSFER counts for the new agent, refunds too', async () => {
    await apply(databases, programme({ p: volume }));
    const line = { subscriptionId: 'L1' };
    await importEvents(databases, [
      event('E1', { ...line, ...on('2026-10-01') }),
      bill('B1', '100', { ...line, ...on('2026-10-02') }),
      event('T1', { type: 'TRANSFER', agentCode: 'A2', ...line, ...on('2026-10-03') }),
      bill('B2', '300', { ...line, ...on('2026-10-04') }),
      refund('R1', 'B1', '10', on('2026-10-05')),
      refund('R2', 'B2', '50', on('2026-10-05')),
    ]);
    await calculate(databases);
    expect(await readLines()).toEqual([
      { line: 'A1 VOL', base: '90', factor: '1', amount: '0.9' },
      { line: 'A2 VOL', base: '250', factor: '1', amount: '2.5' },
    ]);
  });
});

describe('windows to date', () => {
  const quarterly = volume.replace('events:', 'window: QUARTER, events:');

  it('a quarter goes on from what its closed months counted, and begins again', async () => {
    await apply(databases, programme({ p: quarterly }));
    await importEvents(databases, [
      bill('S1', '5000', on('2026-09-10')),
      bill('B1', '700'),
      bill('N1', '800', on('2026-11-10')),
    ]);
    await close(databases, september);
    await close(databases, october);
    await calculate(databases, november);
    expect(await readLines(september)).toMatchObject([{ base: '5000', amount: '90' }]);
    expect(await readLines(october)).toMatchObject([{ base: '700', amount: '7' }]);
    // 1,500: 10 + 10 − 7
    expect(await readLines(november)).toMatchObject([{ base: '1500', amount: '13' }]);
  });

  it('late events move what closed months counted: RETRO there, and the present month goes on from there', async () => {
    await apply(databases, programme({ p: quarterly }));
    await importEvents(databases, [bill('B1', '700'), bill('N1', '800', on('2026-11-10'))]);
    await close(databases, october);
    await importEvents(databases, [bill('B2', '500', on('2026-10-31'))]);
    await calculate(databases, november);
    // October 1,200: 10 + 4 = 14, 7 of it paid; November to 2,000: 30 − 14
    expect(await readLines(november)).toMatchObject([
      { line: 'A1 VOL', base: '2000', amount: '16' },
      { line: 'A1 VOL 2026-10', amount: '7' },
    ]);
  });

  it('what a late REVERSAL takes out of a closed month is 0 there from then on', async () => {
    await apply(databases, programme({ p: volume.replace('events:', 'window: YEAR, events:') }));
    await importEvents(databases, [
      bill('S1', '700', on('2026-09-10')),
      bill('B1', '800'),
      bill('N1', '100', on('2026-11-10')),
    ]);
    await close(databases, september);
    await importEvents(databases, [event('V1', { type: 'REVERSAL', originalExternalId: 'S1', ...on('2026-10-20') })]);
    await close(databases, october);
    expect(await readLines(october)).toMatchObject([
      { line: 'A1 VOL', base: '800', amount: '8' },
      { line: 'A1 VOL 2026-09', amount: '-7' },
    ]);
    await calculate(databases, november);
    expect(await readLines(november)).toMatchObject([{ base: '900', amount: '1' }]);
  });
});

describe('quota bonus', () => {
  const bonus = (rest = '') =>
    `{ code: BON, name: Bonus, kind: QUOTA_BONUS, events: [BILL], target: AIM, curve: LINEAR, pays: AMOUNT, points: [{ attainment: 50, value: 100 }, { attainment: 100, value: 400 }]${rest} }`;

  it('needs a target of the window', async () => {
    const rest = `metricValues:
  - { agent: A1, metric: AIM, period: 2026-10, value: 300 }
  - { agent: A2, metric: AIM, period: 2026-Q4, value: 300 }`;
    await apply(databases, programme({ p: `${bonus()}, ${bonus(', window: QUARTER').replace('BON', 'QUA')}`, rest }));
    await importEvents(databases, [bill('B1', '250'), bill('B2', '300', { agentCode: 'A2' })]);
    await calculate(databases);
    // 83.333… %: 100 + 300 · 33.333… / 50 = 300 exactly
    expect(await readLines()).toEqual([
      { line: 'A1 BON', base: '250', factor: '1', amount: '300' },
      { line: 'A2 QUA', base: '300', factor: '1', amount: '400' },
    ]);
  });

  const factor = ', scoreFactor: { period: PREVIOUS, steps: [{ from: 60, factor: 0.5 }, { from: 90, factor: 1.25 }] }';
  const scored = (scores: string) => `metricValues:
  - { agent: A1, metric: AIM, period: 2026-10, value: 300 }
  - { agent: A2, metric: AIM, period: 2026-10, value: 300 }
${scores}`;

  it('goes by the score of the month before', async () => {
    const scores = `  - { agent: A1, metric: SCORE, period: 2026-09, value: 90 }
  - { agent: A2, metric: SCORE, period: 2026-09, value: 89.9 }`;
    await apply(databases, programme({ p: bonus(factor), rest: scored(scores) }));
    await importEvents(databases, [bill('B1', '300'), bill('B2', '300', { agentCode: 'A2' })]);
    await calculate(databases);
    expect(await readLines()).toMatchObject([
      { line: 'A1 BON', factor: '1.25', amount: '500' },
      { line: 'A2 BON', factor: '0.5', amount: '200' },
    ]);
  });

  it('names those without a score', async () => {
    const scores = '  - { agent: A1, metric: SCORE, period: 2026-09, value: 90 }';
    await apply(databases, programme({ p: bonus(factor), rest: scored(scores) }));
    await importEvents(databases, [bill('B1', '300')]);
    await expect(calculate(databases)).rejects.toThrow(/No score of 1 agents.*: A2/);
    expect(await codeOf(calculate(databases))).toBe('SCORE_MISSING');
  });
});

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

// Pools from events to lines: who is a member, what counts, and what late facts add to the next run.

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await allowEmptying(databases);
});

beforeEach(() => emptyDatabase(databases));

const july = '2026-07' as Period;
const august = '2026-08' as Period;

const twoAgents = `
  - { code: A1, name: One, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: A2, name: Two, channelType: AGENT, agreements: [{ plan: Q, from: 2026-01-01 }] }`;

/** A pool of the given flow mapping; nothing else is paid. */
const programme = (pool: string, agents = twoAgents, rest = '') => `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
channelTypes: [{ code: AGENT, name: Agent }]
products: [{ code: FIBER, name: Fibre }]
plans:
  - { code: P, name: P, versions: [{ from: 2026-01-01, currency: CNY, components: [{ code: N, name: N, kind: RATE, events: [RENEWAL], rules: [{ flat: 1 }] }] }] }
  - { code: Q, name: Q, versions: [{ from: 2026-01-01, currency: CNY, components: [{ code: N, name: N, kind: RATE, events: [RENEWAL], rules: [{ flat: 1 }] }] }] }
pools:
  - { code: POT, name: Pot, versions: [{ from: 2026-01-01, currency: CNY, remainder: CARRY_OVER, ${pool} }] }
agents:${agents}
${rest}`;

const byBills = 'weight: [{ factor: VOLUME, events: [BILL] }]';
const tenPercent = 'fund: { percent: 10, events: [BILL] }';

const bill = (id: string, amount: string, rest: Parameters<typeof event>[1] = {}) =>
  event(id, { type: 'BILL', amount, ...rest });
const on = (date: string) => ({ occurredAt: `${date}T10:00:00+08:00` });
const two = { agentCode: 'A2' };

/** `AGENT AMOUNT` of the POOL lines, after `base fund carried` of the pool. */
async function readShares(period: Period = october): Promise<string[]> {
  const pools = await databases.owner.$client<{ text: string }[]>`
    select concat_ws(' ', trim_scale(base), trim_scale(fund), trim_scale(carried_in)) as text from run_pool
    where run_id = (select id from commission_run where period = ${period} and status in ('CALCULATED', 'APPROVED'))`;
  const lines = await databases.owner.$client<{ text: string }[]>`
    select concat_ws(' ', agent.code, trim_scale(line.amount)) as text
    from commission_line line join agent on agent.id = line.agent_id
    where line.kind = 'POOL' and line.run_id = (select id from commission_run where period = ${period} and status in ('CALCULATED', 'APPROVED'))
    order by agent.code`;
  return [...pools, ...lines].map((row) => row.text);
}

describe('a pool of a month', () => {
  it('counts its members’ credits, whatever their plan, less their refunds', async () => {
    await apply(databases, programme(`${tenPercent}, ${byBills}`));
    await importEvents(databases, [bill('S1', '400', on('2026-09-10'))]);
    await close(databases, september);
    expect(await readShares(september)).toEqual(['400 40 0', 'A1 40']);
    await importEvents(databases, [
      bill('B1', '900'),
      bill('B2', '300', two),
      event('R1', { type: 'REFUND', originalExternalId: 'S1', amount: '100' }),
    ]);
    await calculate(databases);
    // 800 + 300: 110, shared 8 : 3
    expect(await readShares()).toEqual(['1100 110 0', 'A1 80', 'A2 30']);
  });

  it('is for agents of its plans only, by the last agreement', async () => {
    const agents = `
  - { code: A1, name: One, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01, to: 2026-10-20 }, { plan: Q, from: 2026-10-20 }] }
  - { code: A2, name: Two, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01 }] }`;
    await apply(databases, programme(`${tenPercent}, ${byBills}, plans: [Q]`, agents));
    await importEvents(databases, [bill('B1', '900'), bill('B2', '300', two)]);
    await calculate(databases);
    expect(await readShares()).toEqual(['900 90 0', 'A1 90']);
  });

  it('converts into its currency, and lists the members’ events that have no rate', async () => {
    const rates = 'exchangeRates: [{ currency: USD, into: CNY, from: 2026-10-01, to: 2026-10-15, rate: 7 }]';
    await apply(databases, programme(`${tenPercent}, ${byBills}`, twoAgents, rates));
    await importEvents(databases, [
      bill('B1', '10', { currency: 'USD' }),
      bill('B2', '30', { ...two, currency: 'USD', ...on('2026-10-15') }),
      bill('B3', '30', two),
    ]);
    await calculate(databases);
    expect(await readShares()).toEqual(['100 10 0', 'A1 7', 'A2 3']);
    const unpaid = await databases.owner.$client`
      select external_id, reason from unpaid_event join sales_event on sales_event.id = event_id`;
    expect([...unpaid]).toEqual([{ external_id: 'B2', reason: 'NO_EXCHANGE_RATE' }]);
  });

  it('names the pool whose floors exceed its fund, and the members without a score', async () => {
    await apply(databases, programme(`fund: { fixed: 100 }, floor: 60, ${byBills}`));
    await importEvents(databases, [bill('B1', '900'), bill('B2', '1', two)]);
    await expect(calculate(databases)).rejects.toThrow('The floors of pool POT come to 120, and it has 100 to share.');
    expect(await codeOf(calculate(databases))).toBe('POOL_FLOORS_EXCEED_FUND');
  });

  it('weighs by score, and names the members without one', async () => {
    const pool = 'fund: { fixed: 100 }, weight: [{ factor: SCORE }]';
    const scores = 'metricValues: [{ agent: A1, metric: SCORE, period: 2026-10, value: 90 }]';
    await apply(databases, programme(pool, twoAgents, scores));
    await importEvents(databases, [bill('B1', '900')]);
    await expect(calculate(databases)).rejects.toThrow(/pool POT.*: A2/);
    expect(await codeOf(calculate(databases))).toBe('SCORE_MISSING');
    await apply(
      databases,
      programme(pool, twoAgents, scores.replace(']', ', { agent: A2, metric: SCORE, period: 2026-10, value: 60 }]')),
    );
    await calculate(databases);
    expect(await readShares()).toEqual(['0 100 0', 'A1 60', 'A2 40']);
  });

  it('counts in its next run what came late', async () => {
    await apply(databases, programme(`${tenPercent}, ${byBills}`));
    await importEvents(databases, [
      bill('S1', '400', on('2026-09-10')),
      bill('S2', '100', { ...two, ...on('2026-09-10') }),
    ]);
    await close(databases, september);
    await importEvents(databases, [
      bill('B1', '500'),
      bill('B2', '100', two),
      bill('L1', '300', { ...two, ...on('2026-09-12') }),
      event('V1', { type: 'REVERSAL', originalExternalId: 'S1', ...on('2026-10-12') }),
    ]);
    await close(databases, october);
    // A1: 500 − 400; A2: 100 + 300
    expect(await readShares()).toEqual(['500 50 0', 'A1 10', 'A2 40']);
    await importEvents(databases, [bill('N1', '100', on('2026-11-03'))]);
    await calculate(databases, november);
    expect(await readShares(november)).toEqual(['100 10 0', 'A1 10']);
  });
});

describe('a pool of a quarter', () => {
  it('is shared in the last month, over three months, with who left in between', async () => {
    const agents = `
  - { code: A1, name: One, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01, to: 2026-08-20 }] }
  - { code: A2, name: Two, channelType: AGENT, agreements: [{ plan: P, from: 2026-09-30 }] }
  - { code: A3, name: Three, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01 }], status: [{ status: ACTIVE, from: 2026-01-01, to: 2026-09-30 }, { status: SUSPENDED, from: 2026-09-30 }] }`;
    await apply(
      databases,
      programme(`${tenPercent}, period: QUARTER, weight: [{ factor: MONTHS_OF_SERVICE }]`, agents),
    );
    await importEvents(databases, [
      bill('J1', '500', on('2026-07-10')),
      bill('G1', '300', on('2026-08-10')),
      bill('G3', '900', { agentCode: 'A3', ...on('2026-08-10') }),
      bill('S2', '100', { ...two, ...on('2026-09-30') }),
    ]);
    await close(databases, july);
    await close(databases, august);
    expect([await readShares(july), await readShares(august)]).toEqual([[], []]);
    await close(databases, september);
    // A3 is suspended on the last day. 900: A1 served 2 of 3 months, A2 one.
    expect(await readShares(september)).toEqual(['900 90 0', 'A1 60', 'A2 30']);
  });

  it('counts late facts of its own months once, and those of earlier quarters in its next run', async () => {
    await apply(databases, programme(`${tenPercent}, ${byBills}, period: QUARTER`));
    await importEvents(databases, [bill('M1', '200', on('2026-06-10')), bill('J1', '500', on('2026-07-10'))]);
    await close(databases, '2026-06' as Period);
    expect(await readShares('2026-06' as Period)).toEqual(['200 20 0', 'A1 20']);
    await close(databases, july);
    await importEvents(databases, [
      bill('M2', '50', { ...two, ...on('2026-06-11') }),
      bill('J2', '70', { ...two, ...on('2026-07-11') }),
      bill('G1', '100', on('2026-08-10')),
    ]);
    await close(databases, august);
    expect(await readShares(august)).toEqual([]);
    await importEvents(databases, [bill('S1', '200', on('2026-09-10'))]);
    await calculate(databases, september);
    // A1: 500 + 100 + 200; A2: 70, and 50 of June
    expect(await readShares(september)).toEqual(['920 92 0', 'A1 80', 'A2 12']);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import type { Period } from '../../src/period.ts';
import { measureMetrics } from '../../src/scorecards/measure.ts';
import { saveMetricDefinition } from '../../src/scorecards/metricCatalogue.ts';
import { testDatabase } from '../database.ts';
import type { OracleEvent } from '../oracle/metrics.ts';
import {
  clerk,
  event,
  importEvents,
  measureAll,
  now,
  october,
  setUp,
  shanghai,
  undone,
  valuesOf,
} from './measureFixture.ts';

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await setUp(databases, shanghai);
});

/** The values of one formula. */
const measure = async (events: readonly OracleEvent[], formula: object, period: Period = october) =>
  (await measureAll(databases, events, { M: formula }, period)).M;
const amount = { measure: 'AMOUNT', events: ['ACTIVATION'] };
const zeros = { anna: '0', ben: '0', carl: '0', dora: '0' };

describe('TOTAL', () => {
  it('adds up by share, 0 for whoever had nothing; who was not there in the month has no value', async () => {
    // 100·0.7 to anna, 100·0.3 to ben, 50.5 whole to ben: anna 70, ben 80.5. carl is suspended and counts; emil and fay have no day.
    const events = [
      event({ credits: 'anna:SELLER:0.7|ben:REFERRER:0.3' }),
      event({ agentCode: 'ben', amount: '50.5' }),
    ];
    const values = await measureAll(databases, events, {
      REVENUE: { kind: 'TOTAL', terms: [amount] },
      UNITS: { kind: 'TOTAL', terms: [{ measure: 'QUANTITY', events: ['ACTIVATION'] }] },
      SALES: { kind: 'TOTAL', terms: [{ measure: 'EVENTS', events: ['ACTIVATION'], roles: ['SELLER'] }] },
    });
    expect(values.REVENUE).toEqual({ ...zeros, anna: '70', ben: '80.5' });
    // 0.7 and 0.3 + 1; as SELLER 0.7 and 1
    expect(values.UNITS).toEqual({ ...zeros, anna: '0.7', ben: '1.3' });
    expect(values.SALES).toEqual({ ...zeros, anna: '0.7', ben: '1' });
  });

  it('takes what is subtracted away, and counts different subscriptions and customers', async () => {
    const sold = (subscriptionId: string, customerId: string, more = {}) =>
      event({ subscriptionId, customerId, ...more });
    const events = [
      sold('S1', 'C1'),
      sold('S1', 'C1', { type: 'RECHARGE' }),
      sold('S2', 'C1'),
      sold('S3', 'C2'),
      sold('S1', 'C1', { type: 'CHURN', occurredAt: '2026-10-20T10:00:00+08:00' }),
    ];
    const values = await measureAll(databases, events, {
      // 3 activated less 1 churned
      NET: {
        kind: 'TOTAL',
        terms: [
          { measure: 'SUBSCRIPTIONS', events: ['ACTIVATION'] },
          { measure: 'SUBSCRIPTIONS', events: ['CHURN'], subtract: true },
        ],
      },
      // S1, S2, S3 although S1 stands twice; C1 and C2
      LINES: { kind: 'TOTAL', terms: [{ measure: 'SUBSCRIPTIONS', events: ['ACTIVATION', 'RECHARGE'] }] },
      PEOPLE: { kind: 'TOTAL', terms: [{ measure: 'CUSTOMERS', events: ['ACTIVATION'] }] },
    });
    expect([values.NET?.anna, values.LINES?.anna, values.PEOPLE?.anna]).toEqual(['2', '3', '2']);
  });

  it('leaves out what was reversed, in the month of the original, and refunds of it', async () => {
    const september = event({ amount: '7', occurredAt: '2026-09-30T10:00:00+08:00' });
    const first = event({ amount: '40' });
    const second = event({ amount: '2' });
    const refund = event({ type: 'REFUND', amount: '10', originalExternalId: first.externalId });
    const undo = (original: OracleEvent) =>
      event({ type: 'REVERSAL', originalExternalId: original.externalId, occurredAt: '2026-10-28T10:00:00+08:00' });
    const events = [september, first, second, refund, undo(september), undo(first)];
    const net = { kind: 'TOTAL', terms: [amount, { measure: 'AMOUNT', events: ['REFUND'], subtract: true }] };
    // 40 and its refund never happened, 2 did
    expect(await measure(events, net)).toEqual({ ...zeros, anna: '2' });
    expect((await measure(events, net, '2026-09' as Period))?.anna).toBe('0');
  });

  it('credits a REFUND as what it pays back, in its own month', async () => {
    const sale = event({
      occurredAt: '2026-09-05T10:00:00+08:00',
      productCode: 'VOICE',
      credits: 'anna:SELLER:0.25|ben:SELLER:0.75',
    });
    const refund = event({ type: 'REFUND', amount: '40', originalExternalId: sale.externalId, agentCode: 'carl' });
    const net = {
      kind: 'TOTAL',
      terms: [
        { ...amount, products: ['VOICE'] },
        { measure: 'AMOUNT', events: ['REFUND'], products: ['VOICE'], subtract: true },
      ],
    };
    // the row names FIBER and carl, what it pays back VOICE, 0.25 anna's and 0.75 ben's: −10 and −30
    expect(await measure([sale, refund], net)).toEqual({ ...zeros, anna: '-10', ben: '-30' });
  });

  it('follows a TRANSFER with later bills', async () => {
    const bill = (occurredAt: string) => event({ type: 'BILL', subscriptionId: 'S1', occurredAt });
    const events = [
      bill('2026-10-02T10:00:00+08:00'),
      event({
        type: 'TRANSFER',
        subscriptionId: 'S1',
        agentCode: 'ben',
        occurredAt: '2026-10-10T10:00:00+08:00',
        amount: '0',
      }),
      bill('2026-10-20T10:00:00+08:00'),
    ];
    const billed = { kind: 'TOTAL', terms: [{ measure: 'AMOUNT', events: ['BILL'] }] };
    expect(await measure(events, billed)).toEqual({ ...zeros, anna: '100', ben: '100' });
  });

  it('keeps to the months of the operator, over the end of a year too', async () => {
    const events = [
      // 31 December, 23:59:59 in Shanghai, and a second later the new year
      event({ amount: '1', occurredAt: '2025-12-31T15:59:59Z' }),
      event({ amount: '20', occurredAt: '2025-12-31T16:00:00Z' }),
      event({ amount: '300', occurredAt: '2025-11-01T00:00:00+08:00' }),
      event({ amount: '4000', occurredAt: '2025-10-31T23:59:59.999999+08:00' }),
    ];
    const months = (count: number) => ({ kind: 'TOTAL', terms: [amount], months: count });
    const values = await measureAll(
      databases,
      events,
      { ONE: months(1), TWO: months(2), THREE: months(3) },
      '2026-01' as Period,
    );
    expect([values.ONE?.anna, values.TWO?.anna, values.THREE?.anna]).toEqual(['20', '21', '321']);
  });

  it('filters by product, category, segment, campaign and by region: the event’s, else where its agent was that day', async () => {
    const events = [
      event({ amount: '1' }),
      event({ amount: '2', occurredAt: '2026-10-15T00:00:00+08:00' }),
      event({ amount: '4', regionCode: 'NORTH', productCode: 'DSL', segment: 'BUSINESS' }),
      event({ amount: '8', regionCode: 'SOUTH', productCode: 'VOICE', campaignCode: 'SPRING' }),
    ];
    const by = (filter: object) => ({ kind: 'TOTAL', terms: [{ ...amount, ...filter }] });
    const values = await measureAll(databases, events, {
      // anna stood in CITY (below NORTH) until the 15th: 1 there, 2 already in SOUTH
      NORTH: by({ regions: ['NORTH'] }),
      SOUTH: by({ regions: ['SOUTH'] }),
      CITY: by({ regions: ['CITY'] }),
      BROADBAND: by({ categories: ['BROADBAND'] }),
      TWO: by({ products: ['DSL', 'VOICE'] }),
      BUSINESS: by({ segments: ['BUSINESS'] }),
      SPRING: by({ campaigns: ['SPRING'] }),
    });
    const of = Object.fromEntries(Object.entries(values).map(([code, byAgent]) => [code, byAgent.anna]));
    expect(of).toEqual({ NORTH: '5', SOUTH: '10', CITY: '1', BROADBAND: '7', TWO: '12', BUSINESS: '4', SPRING: '8' });
  });

  it('converts amounts at the rate of their day, and refuses where there is none', async () => {
    const dollars = (amountText: string, occurredAt: string) =>
      event({ amount: amountText, currency: 'USD', occurredAt });
    // 2 · 7 until the 9th, 3 · 7.1 from the 10th on, 5 as it is
    const events = [
      dollars('2', '2026-10-09T23:59:59+08:00'),
      dollars('3', '2026-10-10T00:00:00+08:00'),
      event({ amount: '5' }),
    ];
    expect((await measure(events, { kind: 'TOTAL', terms: [amount] }))?.anna).toBe('40.3');
    const yen = [event({ currency: 'JPY', occurredAt: '2026-10-07T00:30:00+08:00' })];
    await expect(measure(yen, { kind: 'TOTAL', terms: [amount] })).rejects.toMatchObject({
      code: 'EXCHANGE_RATE_MISSING',
      message: expect.stringContaining('JPY on 2026-10-07'),
    });
    // What adds up no amounts needs no rate.
    expect((await measure(yen, { kind: 'TOTAL', terms: [{ ...amount, measure: 'EVENTS' }] }))?.anna).toBe('1');
  });
});

describe('quotients', () => {
  it('RATIO divides, rounds to ten decimals away from zero, and has no value without a denominator', async () => {
    const bills = ['10', '20', '20'].map((text) => event({ type: 'BILL', amount: text }));
    const refund = event({ type: 'REFUND', amount: '20', originalExternalId: bills[1]?.externalId ?? '' });
    const average = {
      kind: 'RATIO',
      numerator: [{ measure: 'AMOUNT', events: ['BILL'] }],
      denominator: [{ measure: 'EVENTS', events: ['BILL'] }],
    };
    // 50 / 3 = 16.666…
    expect(await measure(bills, average)).toEqual({ anna: '16.6666666667' });
    // −20 of 50 in percent
    const lost = { ...average, percent: true, numerator: [{ measure: 'AMOUNT', events: ['REFUND'], subtract: true }] };
    expect(await measure([...bills, refund], { ...lost, denominator: average.numerator })).toEqual({ anna: '-40' });
    // 1 / 20,000,000,000 = 0.00000000005: the half goes up
    const tiny = [event({ type: 'BILL', amount: '1' }), event({ amount: '20000000000' })];
    expect(await measure(tiny, { ...average, denominator: [amount] })).toEqual({ anna: '0.0000000001' });
    // 30000000001500001 / 30000000000000001 = 1.00000000004999999999999999…: divided to fewer digits first, it would go up
    const near = [event({ type: 'BILL', amount: '30000000001500001' }), event({ amount: '30000000000000001' })];
    expect(await measure(near, { ...average, denominator: [amount] })).toEqual({ anna: '1' });
  });

  it('GROWTH compares with the same span earlier, where that was above 0', async () => {
    const at = (period: string, text: string, agentCode = 'anna') =>
      event({ amount: text, agentCode, occurredAt: `${period}-15T10:00:00+08:00` });
    const events = [at('2026-10', '90'), at('2026-09', '60'), at('2025-10', '120'), at('2026-10', '5', 'ben')];
    const values = await measureAll(databases, events, {
      MONTH: { kind: 'GROWTH', terms: [amount], monthsBack: 1 },
      YEAR: { kind: 'GROWTH', terms: [amount], monthsBack: 12 },
      TWO: { kind: 'GROWTH', terms: [amount], months: 2, monthsBack: 12 },
    });
    // (90 − 60) / 60, (90 − 120) / 120, (150 − 120) / 120; ben had nothing before
    expect(values).toEqual({ MONTH: { anna: '50' }, YEAR: { anna: '-25' }, TWO: { anna: '25' } });
  });

  it('SHARE is of all agents that stood in the same region on the last day', async () => {
    const events = [
      event({ agentCode: 'ben', amount: '30' }),
      event({ agentCode: 'carl', amount: '10' }),
      event(),
      event({ agentCode: 'dora' }),
    ];
    // NORTH: 30 and 10 of 40. anna is alone in SOUTH by then; dora stands nowhere.
    const share = await measure(events, { kind: 'SHARE', terms: [amount] });
    expect(share).toEqual({ anna: '100', ben: '75', carl: '25' });
    expect(await measure([event({ agentCode: 'ben' })], { kind: 'SHARE', terms: [amount] })).toEqual({
      ben: '100',
      carl: '0',
    });
  });

  it('FOLLOWED counts subscriptions that something followed within a time of their beginning', async () => {
    const begin = (subscriptionId: string, day: string, more = {}) =>
      event({ subscriptionId, occurredAt: `${day}T10:00:00+08:00`, ...more });
    const churn = (subscriptionId: string, day: string) =>
      begin(subscriptionId, day, { type: 'CHURN', agentCode: 'ben' });
    const undone = begin('S5', '2026-10-01');
    const events = [
      // 31 August and a month: until 30 September, which is no longer within it
      begin('S1', '2026-08-31'),
      churn('S1', '2026-09-30'),
      begin('S2', '2026-08-30'),
      churn('S2', '2026-09-29'),
      begin('S3', '2026-10-01'),
      churn('S3', '2026-10-31'),
      begin('S4', '2026-07-31'),
      churn('S4', '2026-08-01'),
      undone,
      event({ type: 'REVERSAL', originalExternalId: undone.externalId }),
      // shared: it is ben's as well
      begin('S6', '2026-10-03', { credits: 'anna:SELLER:0.5|ben:SELLER:0.5' }),
      // a churn before the beginning is none of it
      churn('S6', '2026-10-02'),
    ];
    const churned = {
      kind: 'FOLLOWED',
      cohort: { events: ['ACTIVATION'] },
      followedBy: ['CHURN'],
      within: { months: 1 },
    };
    // three months, so S4 is too old: of S1, S2, S3, S6 two churned in time; ben's S6 did not
    const values = await measureAll(databases, events, {
      MONTHS: { ...churned, began: { months: 3 } },
      // the last 31 days: S3 and S6
      DAYS: { ...churned, began: { days: 31 } },
      // from 31 August on, S1 is back
      LONGER: { ...churned, began: { days: 62 }, within: { days: 31 } },
    });
    expect(values.MONTHS).toEqual({ anna: '50', ben: '0' });
    expect(values.DAYS).toEqual({ anna: '50', ben: '0' });
    // S1 (30 days), S3 (30 days) of S1, S3, S6
    expect(values.LONGER).toEqual({ anna: '66.6666666667', ben: '0' });
  });

  it('ON_TIME is the share of events that were imported soon', async () => {
    // Imported on 5 December, local date. 26 November is nine days before, 25 November ten.
    const events = ['2026-11-26T00:00:00+08:00', '2026-11-25T23:59:59+08:00', '2026-11-30T10:00:00+08:00'].map(
      (occurredAt) => event({ occurredAt }),
    );
    const onTime = (withinDays: number) => ({ kind: 'ON_TIME', filter: {}, withinDays });
    const values = await measureAll(databases, events, { NINE: onTime(9), TEN: onTime(10) }, '2026-11' as Period);
    expect(values).toEqual({ NINE: { anna: '66.6666666667' }, TEN: { anna: '100' } });
  });
});

describe('what is stored', () => {
  const declare = (code: string, definition: object) =>
    databases.owner.transaction((transaction) =>
      saveMetricDefinition(transaction, clerk, now, { code, name: code, definition }),
    );
  const run = (period: Period = october) =>
    databases.owner.transaction((transaction) => measureMetrics(transaction, clerk, now, period));
  const audits = () =>
    databases.owner.$client<
      { after: object }[]
    >`select after from audit_record where action = 'metrics.measured' order by id`;

  it('changes only what changed, with one audit record, and removes what has no value any more', async () => {
    await declare('SUM', { source: 'COMPUTED', formula: { kind: 'TOTAL', terms: [amount] } });
    await declare('RATE', {
      source: 'COMPUTED',
      formula: { kind: 'RATIO', numerator: [amount], denominator: [{ ...amount, measure: 'EVENTS' }] },
    });
    const sale = event();
    await databases.owner.transaction((transaction) => importEvents(transaction, [sale]));
    expect(await run()).toEqual([
      { metric: 'RATE', agentCount: 1, isKept: false },
      { metric: 'SUM', agentCount: 4, isKept: false },
    ]);
    expect((await audits()).map(({ after }) => after)).toMatchObject([
      { metricCount: 2, writtenCount: 5, removedCount: 0, contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    const versions = () =>
      databases.owner.$client`select xmin::text, source from metric_value order by agent_id, metric`;
    const before = await versions();
    expect(before.every(({ source }) => source === 'COMPUTED')).toBe(true);
    await run();
    expect(await versions()).toEqual(before);
    expect(await audits()).toHaveLength(1);

    const reversal = event({ type: 'REVERSAL', originalExternalId: sale.externalId });
    await databases.owner.transaction((transaction) => importEvents(transaction, [reversal]));
    await run();
    expect((await audits()).at(-1)?.after).toMatchObject({ writtenCount: 1, removedCount: 1 });
    const stored = await undone(databases, async (transaction) => ({
      sum: await valuesOf(transaction, 'SUM', october),
      rate: await valuesOf(transaction, 'RATE', october),
    }));
    expect(stored).toEqual({ sum: zeros, rate: {} });
    const left = await databases.owner.$client`select from pg_class where relname like 'measure\\_%'`;
    expect(left).toHaveLength(0);
  });

  it('is refused for a month that has not begun', async () => {
    await expect(run('2027-01' as Period)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('tells of each metric on the way', async () => {
    const heard: [string, number][] = [];
    await undone(databases, (transaction) =>
      measureMetrics(transaction, clerk, now, october, (metric, percent) => heard.push([metric, percent])),
    );
    expect(heard.map(([metric]) => metric).filter(Boolean)).toEqual(['RATE', 'SUM']);
    expect(heard.at(-1)).toEqual(['', 100]);
    const percents = heard.map(([, percent]) => percent);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  });
});

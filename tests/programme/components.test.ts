import { beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { planProgramme } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { testDatabase } from '../database.ts';
import { apply, faultsOf, smallProgramme } from './programmes.ts';

// Each fragment is refused, or its plan is only made: all may look at the same database.
let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await apply(databases, smallProgramme);
});

/** The faults of a programme without their lines and messages: `CODE at`. */
async function faults(text: string): Promise<string[]> {
  const planned = () => databases.owner.transaction((transaction) => planProgramme(transaction, readProgramme(text)));
  return (await faultsOf(planned)).map((fault) => fault.replace(/( \(line \d+\))?: .*/s, ''));
}

const plan = (...components: string[]) =>
  `plans: [{ code: N, name: New, versions: [{ from: 2026-06-01, currency: CNY, components: [${components.join(', ')}] }] }]`;
const at = 'plans[N].versions[0].components[A]';
const component = (kind: string, fields: string) => `{ code: A, name: A, kind: ${kind}, ${fields} }`;

const rate = (fields: string) => plan(component('RATE', `events: [BILL], rules: [{ flat: 1 }], ${fields}`));
const bracket = (fields: string) => plan(component('BRACKET', `events: [BILL], method: WHOLE, ${fields}`));
const quota = (fields: string) =>
  plan(component('QUOTA_BONUS', `events: [BILL], target: T, curve: STEP, pays: AMOUNT, ${fields}`));
const override = (fields: string) => plan(component('OVERRIDE', `method: PERCENT_OF_COMMISSION, ${fields}`));
const differential = (table: string) =>
  plan(component('OVERRIDE', `method: DIFFERENTIAL, events: [BILL], table: [${table}]`));
const pool = (fields: string) =>
  `pools: [{ code: N, name: New, versions: [{ from: 2026-06-01, currency: CNY, remainder: KEEP, weight: [{ factor: SCORE }], ${fields} }] }]`;
const poolAt = 'pools[N].versions[0]';
const agreement = (fields: string) => `agreements: [{ agent: S, plan: P, from: 2026-01-01, ${fields} }]`;
const rates = (...list: string[]) => `exchangeRates: [${list.map((fields) => `{ ${fields} }`).join(', ')}]`;
const values = (...list: string[]) => `metricValues: [${list.map((fields) => `{ ${fields} }`).join(', ')}]`;

describe('a component is refused', () => {
  it.each([
    // kinds and the fields that belong to them
    [plan(component('BONUS', 'events: [BILL]')), `${at}.kind`],
    [plan(component('POOL', 'events: [BILL]')), `${at}.kind`],
    [plan('{ code: A, name: A }'), `${at}.kind`],
    [rate('months: 3'), `${at}.months`],
    [rate('budget: 3'), `${at}.budget`],
    [bracket('brackets: [{ from: 0, rate: 1 }], rules: [{ flat: 1 }]'), `${at}.rules`],
    [bracket('brackets: [{ from: 0, rate: 1 }], floor: 1'), `${at}.floor`],
    [quota('points: [{ attainment: 1, value: 1 }], clawback: { method: FULL, days: 1 }'), `${at}.clawback`],
    [plan(component('DRAW', 'minimum: 1, cap: 2')), `${at}.cap`],
    [plan(component('DRAW', 'minimum: 0')), `${at}.minimum`],
    [override('levels: [{ level: 1, percent: 1 }], events: [BILL]'), `${at}.events`],
    [override('levels: [{ level: 1, percent: 1 }], multiplyBy: [TIER]'), `${at}.multiplyBy`],
    [plan(component('OVERRIDE', 'method: SHARE')), `${at}.method`],
    [plan(component('OVERRIDE', 'levels: []')), `${at}.method`],
    // RESIDUAL and SPIFF
    [plan(component('RESIDUAL', 'rules: [{ percent: 2 }]')), `${at}.months`],
    [plan(component('RESIDUAL', 'months: 0, rules: [{ percent: 2 }]')), `${at}.months`],
    [plan(component('RESIDUAL', 'months: 2, events: [RECHARGE], rules: [{ percent: 2 }]')), `${at}.events[0]`],
    [plan(component('RESIDUAL', 'months: 2, events: [], rules: [{ percent: 2 }]')), `${at}.events`],
    [plan(component('RESIDUAL', 'months: 2, rules: [{ event: RECHARGE, flat: 2 }]')), `${at}.rules[0].event`],
    [plan(component('SPIFF', 'events: [BILL], budget: 1, rules: [{ flat: 1 }]')), `${at}.campaign`],
    [plan(component('SPIFF', 'events: [BILL], campaign: SPRING, rules: [{ flat: 1 }]')), `${at}.budget`],
    // modifiers
    [rate('multiplyBy: [SCORE]'), `${at}.multiplyBy`],
    [rate('multiplyBy: [TIER, TIER]'), `${at}.multiplyBy[1]`],
    [rate('multiplyBy: [LUCK]'), `${at}.multiplyBy[0]`],
    [rate('scoreFactor: { steps: [] }'), `${at}.scoreFactor.steps`],
    [
      rate('scoreFactor: { steps: [{ from: 60, factor: 1 }, { from: 60, factor: 2 }] }'),
      `${at}.scoreFactor.steps[1].from`,
    ],
    [rate('instalments: []'), `${at}.instalments`],
    [rate('instalments: [{ percent: 50, month: 0 }, { percent: 49.99, month: 1 }]'), `${at}.instalments`],
    [rate('instalments: [{ percent: 50, month: 0 }, { percent: 50.01, month: 1 }]'), `${at}.instalments`],
    [rate('instalments: [{ percent: 0, month: 0 }, { percent: 100, month: 1 }]'), `${at}.instalments[0].percent`],
    [rate('instalments: [{ percent: 100, month: 0, days: 3 }]'), `${at}.instalments[0]`],
    [rate('instalments: [{ percent: 100 }]'), `${at}.instalments[0]`],
    [rate('instalments: [{ percent: 100, paidBill: 0 }]'), `${at}.instalments[0].paidBill`],
    [rate('instalments: [{ percent: 100, month: 1.5 }]'), `${at}.instalments[0].month`],
    [rate('instalments: [{ percent: 100, month: 1 }], onBill: true'), `${at}.onBill`],
    [rate('onBill: true'), `${at}.onBill`],
    [rate('holdback: { percent: 0, months: 1 }'), `${at}.holdback.percent`],
    [rate('holdback: { percent: 100, months: 1 }'), `${at}.holdback.percent`],
    [rate('holdback: { percent: 10 }'), `${at}.holdback.months`],
    [rate('holdback: { percent: 10, months: 1, condition: { metric: Q } }'), `${at}.holdback.condition`],
    [
      rate('holdback: { percent: 10, months: 1, condition: { metric: Q, atLeast: 5, below: 5 } }'),
      `${at}.holdback.condition.below`,
    ],
    [rate('clawback: { method: FULL }'), `${at}.clawback`],
    [rate('clawback: { method: FULL, months: 1, days: 1 }'), `${at}.clawback`],
    [rate('clawback: { method: HALF, months: 1 }'), `${at}.clawback.method`],
    [rate('clawback: { method: FULL, months: 1, events: [BILL] }'), `${at}.clawback.events[0]`],
    [rate('clawback: { method: FULL, months: 1, events: [CHURN, CHURN] }'), `${at}.clawback.events`],
    [rate('clawback: { method: FULL, months: 1, events: [] }'), `${at}.clawback.events`],
    [rate('cap: -1'), `${at}.cap`],
    [plan(component('RATE', 'events: [BILL], rules: [{ event: RECHARGE, flat: 1 }]')), `${at}.rules[0].event`],
    // volumes
    [bracket('brackets: []'), `${at}.brackets`],
    [bracket('brackets: [{ from: 0, to: 10, rate: 1 }, { from: 11, rate: 2 }]'), `${at}.brackets[1].from`],
    [bracket('brackets: [{ from: 0, to: 10, rate: 1 }, { from: 9, rate: 2 }]'), `${at}.brackets[1].from`],
    [bracket('brackets: [{ from: 0, rate: 1 }, { from: 9, rate: 2 }]'), `${at}.brackets[0].to`],
    [bracket('brackets: [{ from: 10, to: 10, rate: 1 }]'), `${at}.brackets[0].to`],
    [bracket('bounds: ATTAINMENT, brackets: [{ from: 0, rate: 1 }]'), `${at}.target`],
    [bracket('target: T, brackets: [{ from: 0, rate: 1 }]'), `${at}.target`],
    [bracket('window: WEEK, brackets: [{ from: 0, rate: 1 }]'), `${at}.window`],
    [bracket('measure: MARGIN, brackets: [{ from: 0, rate: 1 }]'), `${at}.measure`],
    [quota('points: []'), `${at}.points`],
    [quota('points: [{ attainment: 80, value: 1 }, { attainment: 80, value: 2 }]'), `${at}.points[1].attainment`],
    [quota('points: [{ attainment: 80, value: 1 }], maximumAttainment: 79'), `${at}.maximumAttainment`],
    [
      plan(
        component('QUOTA_BONUS', 'events: [BILL], curve: STEP, pays: AMOUNT, points: [{ attainment: 1, value: 1 }]'),
      ),
      `${at}.target`,
    ],
    // overrides
    [override('levels: []'), `${at}.levels`],
    [override('levels: [{ level: 0, percent: 1 }]'), `${at}.levels[0].level`],
    [override('levels: [{ level: 11, percent: 1 }]'), `${at}.levels[0].level`],
    [override('levels: [{ level: 1, percent: 1 }, { level: 1, percent: 2 }]'), `${at}.levels[1].level`],
    [differential('{ from: 0, to: 10, percent: 1 }, { from: 20, percent: 2 }'), `${at}.table[1].from`],
    [differential('{ from: 0, percent: 1 }, { from: 20, percent: 2 }'), `${at}.table[0].to`],
  ])('%s', async (text, where) => {
    expect(await faults(text)).toEqual([`PROGRAMME_INVALID ${where}`]);
  });

  it('where its campaign does not exist', async () => {
    const spiff = plan(component('SPIFF', 'events: [BILL], campaign: GONE, budget: 1, rules: [{ flat: 1 }]'));
    expect(await faults(spiff)).toEqual([`REFERENCE_UNKNOWN ${at}.campaign`]);
  });

  it.each(['RESIDUAL', 'SPIFF'])('where rules of a %s tie', async (kind) => {
    const own = kind === 'SPIFF' ? 'events: [BILL], campaign: SPRING, budget: 1' : 'months: 2';
    expect(await faults(plan(component(kind, `${own}, rules: [{ flat: 1 }, { flat: 2 }]`)))).toEqual([
      `RULES_TIE ${at}.rules[1]`,
    ]);
  });

  it('where it is the second DRAW of a version', async () => {
    const draws = plan('{ code: A, name: A, kind: DRAW, minimum: 1 }', '{ code: B, name: B, kind: DRAW, minimum: 1 }');
    expect(await faults(draws)).toEqual(['PROGRAMME_INVALID plans[N].versions[0].components[B].kind']);
  });

  it('where its code is of another kind in another version', async () => {
    const published = `plans: [{ code: P, name: Plan, versions: [{ from: 2026-06-01, currency: CNY, components: [{ code: ACT, name: A, kind: DRAW, minimum: 1 }] }] }]`;
    expect(await faults(published)).toEqual(['PROGRAMME_INVALID plans[P].versions[0].components[ACT].kind']);
    const version = (from: string, kind: string) =>
      `{ from: ${from}, currency: CNY, components: [{ code: A, name: A, ${kind} }] }`;
    const draw = version('2026-06-01', 'kind: DRAW, minimum: 1');
    const residual = version('2026-07-01', 'kind: RESIDUAL, months: 1, rules: [{ flat: 1 }]');
    expect(await faults(`plans: [{ code: N, name: N, versions: [${draw}, ${residual}] }]`)).toEqual([
      'PROGRAMME_INVALID plans[N].versions[1].components[A].kind',
    ]);
  });

  it('with all its faults at once, and those of everything else', async () => {
    const text = `${rate('multiplyBy: [SCORE], instalments: [{ percent: 60 }], clawback: { method: FULL }, cap: 1')}
${pool('fund: { fixed: 1 }, threshold: { target: 1, percent: 80 }, plans: [GONE]')}
${values('agent: GONE, metric: SCORE, period: 2026-10, value: 1')}
${rates('currency: CNY, into: CNY, from: 2026-01-01, rate: 1')}
`;
    expect(await faults(text)).toEqual([
      `REFERENCE_UNKNOWN ${poolAt}.plans[0]`,
      'REFERENCE_UNKNOWN metricValues[0].agent',
      `PROGRAMME_INVALID ${at}.multiplyBy`,
      `PROGRAMME_INVALID ${at}.instalments[0]`,
      `PROGRAMME_INVALID ${at}.instalments`,
      `PROGRAMME_INVALID ${at}.clawback`,
      `PROGRAMME_INVALID ${poolAt}.threshold`,
      'PROGRAMME_INVALID exchangeRates[0].into',
    ]);
  });

  it('with what can be told of it and of others where the form of something is wrong, too', async () => {
    const text = plan(
      component(
        'RATE',
        'events: [BILL], rules: [{ flat: 1 }], holdback: { percent: 100, months: 1 }, colour: red, instalments: [{ percent: 99, month: 1 }]',
      ),
      '{ code: B, name: B, kind: BRACKET, events: [BILL], method: WHOLE, brackets: [{ from: 0, rate: 1 }, { from: 9, rate: 2 }] }',
      '{ code: C, name: C, kind: BRACKET, events: [BILL], method: SOME, brackets: [{ from: 0, rate: 1 }, { from: 9, rate: 2 }] }',
    );
    const version = 'plans[N].versions[0]';
    expect(await faults(`${text}\n${pool('fund: { fixed: 1 }, floor: 2, cap: 1')}\n`)).toEqual([
      `PROGRAMME_INVALID ${at}.holdback.percent`,
      `PROGRAMME_INVALID ${at}.colour`,
      `PROGRAMME_INVALID ${version}.components[C].method`,
      `PROGRAMME_INVALID ${at}.instalments`,
      `PROGRAMME_INVALID ${version}.components[B].brackets[0].to`,
      `PROGRAMME_INVALID ${poolAt}.floor`,
    ]);
  });

  it('in words that say what to do', async () => {
    const messages = async (text: string) =>
      (
        await faultsOf(() =>
          databases.owner.transaction((transaction) => planProgramme(transaction, readProgramme(text))),
        )
      ).map((fault) => fault.replace(/^\S+ \S+ \(line \d+\): /, ''));
    expect(await messages(rate('instalments: [{ percent: 50, month: 0 }, { percent: 49.5 }]'))).toEqual([
      'falls due by exactly one of month, days and paidBill: give one',
      'percents must total exactly 100; they total 99.5',
    ]);
    expect(await messages(bracket('brackets: [{ from: 0, to: 10, rate: 1 }, { from: 11, rate: 2 }]'))).toEqual([
      'must be 10, where the one before ends',
    ]);
    expect(await messages(rate('clawback: { method: FULL }'))).toEqual([
      'lasts exactly one of months and days: give one',
    ]);
    expect(await messages(plan(component('POOL', 'events: [BILL]')))).toEqual([
      'expected one of "RATE"|"RESIDUAL"|"SPIFF"|"BRACKET"|"QUOTA_BONUS"|"OVERRIDE"|"DRAW"; a POOL stands in pools',
    ]);
  });
});

describe('pools, agreements and figures are refused', () => {
  it.each([
    [pool('fund: { fixed: 1 }, floor: 2, cap: 1'), `PROGRAMME_INVALID ${poolAt}.floor`],
    [pool('fund: { fixed: 1 }, minimum: 2, maximum: 1'), `PROGRAMME_INVALID ${poolAt}.minimum`],
    [pool('fund: { fixed: 1 }, period: YEAR'), `PROGRAMME_INVALID ${poolAt}.period`],
    [pool('fund: { fixed: 1 }, plans: [GONE]'), `REFERENCE_UNKNOWN ${poolAt}.plans[0]`],
    [pool('fund: { fixed: 1 }, plans: [P, P]'), `CODE_DUPLICATE ${poolAt}.plans[1]`],
    [pool('fund: { fixed: 1 }, channelTypes: [AGENT, AGENT]'), `CODE_DUPLICATE ${poolAt}.channelTypes[1]`],
    [pool('fund: { fixed: 1 }, threshold: { target: 9, percent: 80 }'), `PROGRAMME_INVALID ${poolAt}.threshold`],
    [pool('fund: { fixed: 1, events: [BILL] }'), `PROGRAMME_INVALID ${poolAt}.fund.events`],
    [pool('fund: { fixed: 1, of: QUANTITY }'), `PROGRAMME_INVALID ${poolAt}.fund.of`],
    [agreement('taxPercent: 100.1'), 'PROGRAMME_INVALID agreements[0].taxPercent'],
    [agreement('totalCap: -1'), 'PROGRAMME_INVALID agreements[0].totalCap'],
    [agreement('trailing: MAYBE'), 'PROGRAMME_INVALID agreements[0].trailing'],
    [agreement('bonus: 1'), 'PROGRAMME_INVALID agreements[0].bonus'],
    [rates('currency: USD, into: CNY, from: 2026-01-01, rate: 0'), 'PROGRAMME_INVALID exchangeRates[0].rate'],
    [rates('currency: USD, into: ABC, from: 2026-01-01, rate: 1'), 'PROGRAMME_INVALID exchangeRates[0].into'],
    [rates('currency: USD, into: USD, from: 2026-01-01, rate: 1'), 'PROGRAMME_INVALID exchangeRates[0].into'],
    [
      rates('currency: USD, into: CNY, from: 2026-02-01, to: 2026-02-01, rate: 1'),
      'PROGRAMME_INVALID exchangeRates[0].to',
    ],
    [
      rates(
        'currency: USD, into: CNY, from: 2026-01-01, to: 2026-02-02, rate: 7',
        'currency: USD, into: CNY, from: 2026-02-01, rate: 7.1',
      ),
      'DATES_OVERLAP exchangeRates[1]',
    ],
    [
      rates(
        'currency: USD, into: CNY, from: 2026-01-01, rate: 7',
        'currency: USD, into: CNY, from: 2026-01-01, rate: 7.1',
      ),
      'DATES_OVERLAP exchangeRates[1].from',
    ],
    [values('agent: GONE, metric: SCORE, period: 2026-10, value: 1'), 'REFERENCE_UNKNOWN metricValues[0].agent'],
    [values('agent: M, metric: SCORE, period: 2026-13, value: 1'), 'PROGRAMME_INVALID metricValues[0].period'],
    [values('agent: M, metric: SCORE, period: 2026-Q5, value: 1'), 'PROGRAMME_INVALID metricValues[0].period'],
    [values('agent: M, metric: "a b", period: 2026-10, value: 1'), 'PROGRAMME_INVALID metricValues[0].metric'],
    [values('agent: M, metric: SCORE, period: 2026-10, value: NaN'), 'PROGRAMME_INVALID metricValues[0].value'],
    [
      values(
        'agent: M, metric: SCORE, period: 2026-10, value: 1',
        'agent: M, metric: SCORE, period: 2026-10, value: 2',
      ),
      'CODE_DUPLICATE metricValues[1]',
    ],
  ])('%s', async (text, fault) => {
    expect(await faults(text)).toEqual([fault]);
  });

  it('but the same figures for other periods and pairs are not', async () => {
    const text = `${rates(
      'currency: USD, into: CNY, from: 2026-01-01, rate: 7',
      'currency: CNY, into: USD, from: 2026-01-01, rate: 0.14',
      'currency: USD, into: EUR, from: 2026-01-01, rate: 0.9',
    )}
${values('agent: M, metric: SCORE, period: 2026-10, value: 1', 'agent: M, metric: SCORE, period: 2026-Q4, value: -1')}
`;
    const changes = await databases.owner.transaction((transaction) => planProgramme(transaction, readProgramme(text)));
    expect(changes.map(({ key }) => key)).toEqual([
      'CNY-USD@2026-01-01',
      'USD-CNY@2026-01-01',
      'USD-EUR@2026-01-01',
      'M SCORE 2026-10',
      'M SCORE 2026-Q4',
    ]);
  });
});

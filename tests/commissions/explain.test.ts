import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Explanation, explainLine } from '../../src/commissions/explain.ts';
import { formatLineId, type LineKey, lineIdJoins, lineIdSql, parseLineId } from '../../src/commissions/lineId.ts';
import { voidRun } from '../../src/commissions/runs.ts';
import type { Databases } from '../../src/db/client.ts';
import { Decimal, roundMoney } from '../../src/money.ts';
import type { Period } from '../../src/period.ts';
import { testDatabase } from '../database.ts';
import {
  apply,
  asOwner,
  calculate,
  codeOf,
  controller,
  event,
  importEvents,
  now,
  openBooks,
} from '../support/books.ts';
import { evaluate } from '../support/formula.ts';

let databases: Databases;
let runId: number;
let explanations: Explanation[];

const explain = (id: string) => asOwner(databases, (transaction) => explainLine(transaction, id));

/** What a line stores, with its id as lines.csv writes it. */
async function storedLines(): Promise<{ line_id: string; amount: string; kind: string }[]> {
  return databases.owner.$client.unsafe<{ line_id: string; amount: string; kind: string }[]>(`
    select ${lineIdSql} as line_id, line.amount, line.kind from commission_line line
    join commission_run run on run.id = line.run_id join agent on agent.id = line.agent_id ${lineIdJoins}
    where run.id = ${runId} order by 1`);
}

beforeAll(async () => {
  databases = await testDatabase();
  await openBooks(databases);
  runId = (await calculate(databases)).id;
  explanations = [];
  for (const { line_id } of await storedLines()) explanations.push(await explain(line_id));
});

const explained = (part: string): Explanation => {
  const [found, ...more] = explanations.filter(({ lineId }) => lineId.includes(part));
  if (!found || more.length > 0) throw new Error(`${part} names ${more.length + (found ? 1 : 0)} lines`);
  return found;
};

describe('explaining lines', () => {
  it('covers every line of the run, with the amount it stores', async () => {
    const lines = await storedLines();
    expect(lines).toHaveLength(14);
    expect(explanations.map(({ lineId, kind, amount }) => [lineId, kind, amount])).toEqual(
      lines.map(({ line_id, kind, amount }) => [line_id, kind, new Decimal(amount).toFixed(2)]),
    );
  });

  it('the formula of every event’s line, computed from its text alone, gives the amount', () => {
    const earnings = explanations.filter(({ kind }) => kind === 'EARNING');
    expect(earnings).toHaveLength(12);
    for (const { formula, amount } of earnings) {
      expect(evaluate(formula)).toEqual({ value: amount, stated: amount });
    }
  });

  it('the formula of every pool’s line is the floor of a share, or a unit more', () => {
    const shares = explanations.filter(({ kind }) => kind === 'POOL');
    expect(shares).toHaveLength(2);
    for (const { formula, amount } of shares) {
      const [, fund = '', carried = '', weight = '', total = '', digits = '', stated = ''] =
        /^share\(\(([\d.]+) \+ ([\d.]+)\) × ([\d.]+) \/ ([\d.]+), (\d)\) = ([\d.]+)$/.exec(formula) ?? [];
      const floor = roundMoney(new Decimal(fund).plus(carried).times(weight).div(total), Number(digits), 'DOWN');
      expect(stated).toBe(amount);
      expect([floor.toFixed(2), floor.plus('0.01').toFixed(2)]).toContain(amount);
    }
  });

  it('says it in the plan’s own figures', () => {
    expect(explained(`.RES.E${eventNumber('O6')}.A2.`).formula).toBe('round(1 × (3.25% × 81.11) × 1.1, 2) = 2.90');
    expect(explained(`.DEV.E${eventNumber('O9')}.`).formula).toBe(
      'round(1 × clamp(12.5% × 100 + 1.005 × 2, 5, 60) × 1, 2) = 14.51',
    );
    expect(explained(`.RES.E${eventNumber('O8')}.A3.`).formula).toBe(
      'round(1 × clamp(4% × 400, -, 10) × 1.1, 2, HALF_EVEN) = 11.00',
    );
    expect(explained(`.ACT.E${eventNumber('O4')}.A2.REFERRER`)).toMatchObject({
      period: '2026-10',
      agent: 'A2',
      component: 'ACT',
      currency: 'CNY',
      formula: 'round(0.3 × (100 × 1) × 1, 2) = 30.00',
    });
    expect(explained('POOL.POT.POT.A1.').formula).toBe('share((5.95 + 0) × 1.7 / 4.78, 2) = 2.12');
  });

  it('says it in a sentence, in English and Chinese, with the agent, the amount, the cause and the rule', () => {
    const { sentenceEn, sentenceZh, steps } = explained(`.ACT.E${eventNumber('+O2')}.`);
    for (const sentence of [sentenceEn, sentenceZh]) {
      for (const part of ['North two', 'A2', '200.00 CNY', '@CRM/+O2', 'FIBER', 'P']) expect(sentence).toContain(part);
    }
    expect(sentenceEn).toContain('100 per unit');
    expect(sentenceZh).toContain('每单位 100');
    expect(steps).toContainEqual({ label: 'rule', value: 'FIBER: category = BROADBAND, region = NORTH' });
    expect(steps).toContainEqual({ label: 'product', value: 'FIBER × 2' });
    const pool = explained('POOL.POT.POT.A2.');
    expect(pool.sentenceEn).toContain('weight 3.08 of 4.78');
    expect(pool.sentenceZh).toContain('权重 3.08，合计 4.78');
    expect(pool.steps).toContainEqual({ label: 'weight', value: '3.08 = UNITS 2.8 × TIER_MULTIPLIER 1.1' });
  });

  const eventNumber = (externalId: string) => {
    const line = explanations.find(({ steps }) => steps.some(({ value }) => value.includes(`@CRM/${externalId} `)));
    return line ? parseLineId(line.lineId).eventId : undefined;
  };

  it.each([
    '',
    'nonsense',
    '2026-10',
    '2026-10.P.ACT.E999999.A1.SELLER',
    '2026-11.POOL.POT.POT.A1.MEMBER',
    '2026-10.POOL.POT.POT.A3.MEMBER',
    '2026-10.POOL.OTHER.OTHER.A1.MEMBER',
    '2026-13.POOL.POT.POT.A1.MEMBER',
    '2026-10.P.ACT.E1.A1.SELLER.MORE',
    '2026-10.P.ACT.EX.A1.SELLER',
    '2026-10.TAX.TAX.AGENT.A1.TAX.TAX',
    '2026-10.P.VOL.AGENT.A1.SELF.VOLUME.currency=CNY',
    '2026-10.ADJUSTMENT.ADJUSTMENT.A1.A1.ADJUSTMENT.ADJUSTMENT',
    '2026-10.ADJUSTMENT.ADJUSTMENT.E1.A1.ADJUSTMENT.ADJUSTMENT',
    '2026-10.P.ACT.A1.A1.SELLER',
    `2026-10.P.ACT.E${'9'.repeat(30)}.A1.SELLER`,
    "2026-10.P'; drop table agent; --.ACT.E1.A1.SELLER",
  ])('knows no line %j', async (id) => {
    expect(await codeOf(explain(id))).toBe('LINE_UNKNOWN');
  });
});

/** Codes that could be taken for something else are the likelier ones. */
const code = fc.oneof(
  fc.constantFrom('POOL', 'TAX', 'ADJUSTMENT', 'AGENT', 'A5', 'E5', 'E05', 'E1', 'CAP', 'part', '0'),
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,6}$/),
);
const eventIds = fc.oneof(fc.constantFrom(1, 5), fc.integer({ min: 1, max: 10 ** 14 }));
const months = fc.constantFrom('2026-08', '2026-10').map((month) => month as Period);
const named = <Key extends string, Value>(key: Key, value: fc.Arbitrary<Value>) =>
  fc.option(value, { nil: undefined }).map((found) => ({ [key]: found }) as Record<Key, Value | undefined>);
const place = { period: months, component: code, agent: code };
const lineKeys: fc.Arbitrary<LineKey> = fc.oneof(
  fc.record({
    ...place,
    kind: fc.constant('EARNING' as const),
    plan: code,
    eventId: eventIds,
    role: fc.constantFrom('SELLER', 'MEMBER', 'CAP'),
  }),
  fc.record({
    ...place,
    kind: fc.constantFrom('POOL' as const, 'CAP' as const),
    plan: fc.constant(null),
    eventId: fc.constant(null),
    role: fc.constant('MEMBER'),
  }),
  fc.record({
    ...place,
    kind: fc.constantFrom('VOLUME' as const, 'CAP' as const, 'FLOOR' as const, 'DRAW' as const, 'RETRO' as const),
    plan: code,
    eventId: fc.constant(null),
    role: fc.constantFrom('SELF', 'FLOOR', 'DRAW'),
  }),
  fc.record({
    period: months,
    agent: code,
    component: fc.constant('TAX'),
    kind: fc.constant('TAX' as const),
    plan: fc.constant(null),
    eventId: fc.constant(null),
    role: fc.constant('TAX'),
    currency: fc.constantFrom('CNY', 'JPY', 'KWD'),
  }),
  fc.record({
    period: months,
    agent: code,
    component: fc.constant('ADJUSTMENT'),
    kind: fc.constant('ADJUSTMENT' as const),
    plan: fc.constant(null),
    eventId: fc.constant(null),
    adjustmentId: fc.integer({ min: 1, max: 10 ** 9 - 1 }),
    role: fc.constant('ADJUSTMENT'),
  }),
  fc
    .tuple(
      fc.record({
        ...place,
        kind: fc.constantFrom(
          'OVERRIDE' as const,
          'CAP' as const,
          'WITHHOLDING' as const,
          'CLAWBACK' as const,
          'RETRO' as const,
        ),
        plan: code,
        eventId: eventIds,
        role: fc.constantFrom('SELLER', 'MEMBER'),
      }),
      named('instalment', fc.integer({ min: 1, max: 99 })),
      named('originalId', eventIds),
      named('sourceAgent', code),
      named('sourceComponent', fc.record({ plan: code, component: code })),
      named('originPeriod', months),
    )
    .map((parts) => Object.assign({}, ...parts) as LineKey),
);

const earning =
  'components: [{ code: ACT, name: Activation, kind: RATE, events: [ACTIVATION], rules: [{ percent: 100 }] }]';
const twoCurrencies = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
channelTypes: [{ code: AGENT, name: Agent }]
products: [{ code: FIBER, name: Fibre }]
plans:
  - { code: P, name: Plan, versions: [{ from: 2026-01-01, currency: CNY, ${earning} }] }
  - { code: Y, name: In yen, versions: [{ from: 2026-01-01, currency: JPY, ${earning} }] }
agents:
  - code: A1
    name: One
    channelType: AGENT
    agreements:
      - { plan: P, from: 2026-01-01, to: 2026-10-15, taxPercent: 10 }
      - { plan: Y, from: 2026-10-15, taxPercent: 10 }`;

describe('a line id', () => {
  it('can be taken apart and put together again', async () => {
    for (const { line_id } of await storedLines()) expect(formatLineId(parseLineId(line_id))).toBe(line_id);
    expect(parseLineId('2026-10.TELCO-2026.ACT.E4711.A000.SELLER')).toEqual({
      period: '2026-10' as Period,
      kind: 'EARNING',
      plan: 'TELCO-2026',
      component: 'ACT',
      eventId: 4711,
      agent: 'A000',
      role: 'SELLER',
    });
  });

  it('names what tells lines of one event apart', () => {
    const key: LineKey = {
      period: '2026-10' as Period,
      kind: 'OVERRIDE',
      plan: 'TELCO-2026',
      component: 'TEAM',
      eventId: 4711,
      agent: 'A000',
      role: 'SELLER',
      sourceAgent: 'A007',
      sourceComponent: { plan: 'TELCO-2026', component: 'ACT' },
    };
    expect(formatLineId(key)).toBe('2026-10.TELCO-2026.TEAM.E4711.A000.SELLER.OVERRIDE.from=A007.by=TELCO-2026/ACT');
    const withheld: LineKey = {
      ...key,
      kind: 'WITHHOLDING',
      instalment: 2,
      sourceAgent: undefined,
      sourceComponent: undefined,
    };
    expect(formatLineId(withheld)).toBe('2026-10.TELCO-2026.TEAM.E4711.A000.SELLER.WITHHOLDING.part=2');
    const volume: LineKey = { ...withheld, kind: 'VOLUME', eventId: null, instalment: undefined, role: 'SELF' };
    expect(formatLineId(volume)).toBe('2026-10.TELCO-2026.TEAM.AGENT.A000.SELF.VOLUME');
    expect(formatLineId({ ...volume, kind: 'TAX', plan: null, component: 'TAX', role: 'TAX', currency: 'JPY' })).toBe(
      '2026-10.TAX.TAX.AGENT.A000.TAX.TAX.currency=JPY',
    );
    const retro: LineKey = { ...withheld, kind: 'RETRO', originalId: 12, originPeriod: '2026-08' as Period };
    expect(formatLineId(retro)).toBe('2026-10.TELCO-2026.TEAM.E4711.A000.SELLER.RETRO.part=2.of=E12.in=2026-08');
  });

  it('of any line can be taken apart into its key, and no two keys share one', () => {
    fc.assert(
      fc.property(lineKeys, lineKeys, (one, other) => {
        expect(parseLineId(formatLineId(one))).toEqual(one);
        if (formatLineId(one) === formatLineId(other)) expect(one).toEqual(other);
      }),
      { numRuns: 2000 },
    );
  });

  it('tells the taxes of one agent in two currencies apart', async () => {
    const other = await testDatabase();
    await apply(other, twoCurrencies);
    await importEvents(other, [
      event('C', { occurredAt: '2026-10-05T10:00:00+08:00' }),
      event('J', { occurredAt: '2026-10-20T10:00:00+08:00', currency: 'JPY', amount: '5000' }),
    ]);
    await calculate(other);
    // 10 % of 100.00 and of 5000
    const ids = ['CNY', 'JPY'].map((currency) => `2026-10.TAX.TAX.AGENT.A1.TAX.TAX.currency=${currency}`);
    const taxes = await asOwner(other, async (transaction) => [
      await explainLine(transaction, ids[0] ?? ''),
      await explainLine(transaction, ids[1] ?? ''),
    ]);
    expect(taxes.map(({ lineId, amount, currency }) => [lineId, amount, currency])).toEqual([
      [ids[0], '-10.00', 'CNY'],
      [ids[1], '-500', 'JPY'],
    ]);
  });

  it('survives recalculation, and names nothing once its run is voided', async () => {
    const before = explanations.map(({ lineId, formula }) => [lineId, formula]);
    const { id } = await calculate(databases);
    runId = id;
    const after = [];
    for (const { line_id } of await storedLines()) after.push([line_id, (await explain(line_id)).formula]);
    expect(after).toEqual(before);
    await asOwner(databases, (transaction) => voidRun(transaction, controller, now, id, 'test'));
    expect(await codeOf(explain(before[0]?.[0] ?? ''))).toBe('LINE_UNKNOWN');
  });
});

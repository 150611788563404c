import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PoolDefinition } from '../../src/commissions/definitions.ts';
import { countedParts, FloorsExceedFund, type PoolMember, sharePool } from '../../src/commissions/engine/pools.ts';
import { Decimal } from '../../src/money.ts';

const definition = (rest: Partial<PoolDefinition> = {}): PoolDefinition => ({
  fund: { percent: '1', of: 'AMOUNT', eventTypes: ['BILL'] },
  threshold: null,
  minimum: null,
  maximum: null,
  reservePercent: '0',
  weight: [{ factor: 'UNITS', eventTypes: ['ACTIVATION'] }],
  remainder: 'CARRY_OVER',
  channelTypes: [],
  ...rest,
});

/** A member whose credits come to `billed` in part 0 (the base) and to `units` in part 1 (the first factor). */
const member = (
  code: string,
  units: string,
  billed = '0',
  tierMultiplier = '1',
  rest: Partial<PoolMember> = {},
): PoolMember => ({
  agentId: Number(code.slice(1)),
  code,
  volumes: new Map([
    [0, new Decimal(billed)],
    [1, new Decimal(units)],
  ]),
  tierMultiplier: new Decimal(tierMultiplier),
  score: undefined,
  metrics: new Map(),
  monthsOfService: 1,
  ...rest,
});

function share(pool: PoolDefinition, members: PoolMember[], carriedIn = '0', digits = 2) {
  const result = sharePool(pool, members, new Decimal(carriedIn), digits, 'HALF_UP');
  const { shares, ...figures } = result;
  const text = Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, value.toFixed()]));
  return {
    ...text,
    amounts: shares.map(({ amount }) => amount.toFixed()),
    weights: shares.map(({ weight }) => weight.toFixed()),
  };
}

describe('sharePool', () => {
  it('funds a percent of the members’ volume and shares it by the product of the factors', () => {
    // 0.8 % of 1,234.56 = 9.87648 → 9.88; weights 1 × 1, 1 × 1.1, 1 × 1.25 = 3.35: 2.949…, 3.244…, 3.686… → 2.95, 3.24, 3.69
    const pool = definition({
      fund: { percent: '0.8', of: 'AMOUNT', eventTypes: ['BILL'] },
      weight: [{ factor: 'UNITS', eventTypes: ['ACTIVATION'] }, { factor: 'TIER_MULTIPLIER' }],
    });
    const members = [member('A1', '1', '1000'), member('A2', '1', '234.56', '1.1'), member('A3', '1', '0', '1.25')];
    expect(share(pool, members)).toEqual({
      base: '1234.56',
      fund: '9.88',
      carriedIn: '0',
      weightTotal: '3.35',
      amounts: ['2.95', '3.24', '3.69'],
      weights: ['1', '1.1', '1.25'],
      shared: '9.88',
      remainder: '0',
      carriedOut: '0',
    });
  });

  it('keeps the factors, so that a share explains itself', () => {
    const pool = definition({ weight: [{ factor: 'VOLUME', eventTypes: ['BILL'] }, { factor: 'TIER_MULTIPLIER' }] });
    const { shares } = sharePool(pool, [member('A1', '500', '0', '1.1')], new Decimal(0), 2, 'HALF_UP');
    expect(shares[0]?.factors).toEqual([
      { factor: 'VOLUME', value: '500' },
      { factor: 'TIER_MULTIPLIER', value: '1.1' },
    ]);
  });

  it('adds what was carried in after minimum, maximum and reserve', () => {
    // 1 % of 500 = 5 → at least 20 → less 25 % = 15.00, and 5.01 more to share
    const pool = definition({ minimum: '20', maximum: '30', reservePercent: '25' });
    expect(share(pool, [member('A1', '1', '500')], '5.01')).toMatchObject({ fund: '15', amounts: ['20.01'] });
    // 1 % of 9,000 = 90 → at most 30 → 22.50
    expect(share(pool, [member('A1', '1', '9000')], '5.01')).toMatchObject({ fund: '22.5', amounts: ['27.51'] });
  });

  it('rounds the fund once, after the reserve', () => {
    // 1 % of 50.50 = 0.505, less 10 % = 0.4545 → 0.45; rounded first it would be 0.51, less 10 % = 0.459 → 0.46
    expect(share(definition({ reservePercent: '10' }), [member('A1', '1', '50.50')])).toMatchObject({ fund: '0.45' });
  });

  it('a fixed fund looks at no volume', () => {
    const pool = definition({ fund: { fixed: '100' } });
    expect(countedParts(pool)).toEqual([{ part: 1, measure: 'UNITS', eventTypes: ['ACTIVATION'] }]);
    expect(share(pool, [member('A1', '1')])).toMatchObject({ base: '0', fund: '100' });
  });

  it('a fixed fund with a threshold looks at its base', () => {
    const fund = { fixed: '100', of: 'QUANTITY', eventTypes: ['BILL'] } as const;
    const pool = definition({ fund, threshold: { target: '50', percent: '80' } });
    expect(countedParts(pool)[0]).toEqual({ part: 0, measure: 'UNITS', eventTypes: ['BILL'] });
    expect(share(pool, [member('A1', '1', '39.9')])).toMatchObject({ base: '39.9', fund: '0', amounts: ['0'] });
    expect(share(pool, [member('A1', '1', '40')])).toMatchObject({ base: '40', fund: '100', amounts: ['100'] });
  });

  it('pays nobody below the threshold, and keeps what was carried in; the weights still say what they were', () => {
    const pool = definition({ threshold: { target: '1000', percent: '80' }, minimum: '5' });
    expect(share(pool, [member('A1', '1', '799.99')], '10')).toMatchObject({
      fund: '0',
      amounts: ['0'],
      weights: ['1'],
      weightTotal: '1',
      shared: '0',
      remainder: '10',
      carriedOut: '10',
    });
    expect(share(pool, [member('A1', '1', '800')], '10')).toMatchObject({ fund: '8', amounts: ['18'] });
  });

  it.each([
    ['CARRY_OVER', '107.25'],
    ['RETURN', '0'],
    ['KEEP', '0'],
  ] as const)('nobody with weight: the remainder goes by %s', (remainder, carriedOut) => {
    const pool = definition({ fund: { fixed: '100' }, remainder });
    expect(share(pool, [member('A1', '0')], '7.25')).toMatchObject({ shared: '0', remainder: '107.25', carriedOut });
    expect(share(pool, [], '7.25')).toMatchObject({ shared: '0', remainder: '107.25', carriedOut });
  });

  it('a base below 0 pays nobody, whatever the minimum', () => {
    const pool = definition({ minimum: '50', floor: '20' });
    expect(share(pool, [member('A1', '1', '-0.01')], '3')).toMatchObject({ fund: '0', amounts: ['0'], remainder: '3' });
    expect(share(pool, [member('A1', '1', '0')], '3')).toMatchObject({ fund: '50', amounts: ['53'], remainder: '0' });
  });

  it('a negative weight counts as 0 and gets no floor', () => {
    const pool = definition({ fund: { fixed: '100' }, floor: '10' });
    const members = [member('A1', '-3'), member('A2', '0'), member('A3', '1')];
    expect(share(pool, members)).toMatchObject({ amounts: ['0', '0', '100'], weights: ['0', '0', '1'] });
  });

  it('weighs by score and by months of service', () => {
    const pool = definition({
      fund: { fixed: '100' },
      period: 'QUARTER',
      weight: [{ factor: 'SCORE' }, { factor: 'MONTHS_OF_SERVICE' }],
    });
    const served = (code: string, score: string, monthsOfService: number) =>
      member(code, '0', '0', '1', { score: new Decimal(score), monthsOfService });
    // 90 · 3/3, 80 · 2/3, 50 · 1/3: in thirds 270 : 160 : 50 of 480 → 56.25, 33.333…, 10.4166… → the unit left to the .666
    const result = sharePool(
      pool,
      [served('A1', '90', 3), served('A2', '80', 2), served('A3', '50', 1)],
      new Decimal(0),
      2,
      'HALF_UP',
    );
    expect(result.shares.map(({ amount }) => amount.toFixed())).toEqual(['56.25', '33.33', '10.42']);
    expect(result.shares.map(({ weight }) => weight.toFixed())).toEqual([
      '90',
      '53.333333333333333333',
      '16.666666666666666667',
    ]);
    expect(result.weightTotal.toFixed()).toBe('160');
    expect(result.shares[1]?.factors).toEqual([
      { factor: 'SCORE', value: '80' },
      { factor: 'MONTHS_OF_SERVICE', value: '2/3' },
    ]);
  });

  it('weighs by a metric: the fund of an award goes to its winners by place, who has no value gets nothing', () => {
    // 1000.00 by 3 : 2 : 1 of 6: 500, 333.333… and 166.666…; floored 333.33 and 166.66, the fen left to the larger remainder
    const pool = definition({ fund: { fixed: '1000' }, weight: [{ factor: 'METRIC', metric: 'AWARD_TOP' }] });
    const winner = (code: string, weight?: string) =>
      member(code, '7', '0', '1', { metrics: new Map(weight ? [['AWARD_TOP', new Decimal(weight)]] : []) });
    const members = [winner('A1', '1'), winner('A2', '3'), winner('A3'), winner('A4', '2')];
    expect(share(pool, members)).toMatchObject({
      amounts: ['166.67', '500', '0', '333.33'],
      weights: ['1', '3', '0', '2'],
      weightTotal: '6',
      remainder: '0',
    });
    const result = sharePool(pool, members, new Decimal(0), 2, 'HALF_UP');
    expect(result.shares[1]?.factors).toEqual([{ factor: 'AWARD_TOP', value: '3' }]);
  });

  it('a metric is multiplied with the other factors, and a negative one counts as 0', () => {
    // 2 · 3 = 6 and 1 · 2 = 2 of 8: 75 and 25; −1 · 5 gets nothing
    const pool = definition({
      fund: { fixed: '100' },
      weight: [
        { factor: 'UNITS', eventTypes: ['ACTIVATION'] },
        { factor: 'METRIC', metric: 'QUALITY' },
      ],
    });
    const rated = (code: string, units: string, quality: string) =>
      member(code, units, '0', '1', { metrics: new Map([['QUALITY', new Decimal(quality)]]) });
    expect(share(pool, [rated('A1', '2', '3'), rated('A2', '1', '2'), rated('A3', '5', '-1')])).toMatchObject({
      amounts: ['75', '25', '0'],
    });
  });

  it('shares in whole yen', () => {
    expect(
      share(definition({ fund: { fixed: '100' } }), [member('A1', '1'), member('A2', '1'), member('A3', '1')], '0', 0),
    ).toMatchObject({
      amounts: ['34', '33', '33'],
    });
  });

  it('always: shares + remainder = fund + carried in, no share negative, none without weight', () => {
    const cents = fc.integer({ min: 0, max: 1_000_000 }).map((value) => new Decimal(value).div(100).toFixed());
    const members = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), cents), { maxLength: 8 });
    fc.assert(
      fc.property(members, cents, fc.boolean(), (drawn, carriedIn, hasThreshold) => {
        const pool = definition(hasThreshold ? { threshold: { target: '5000', percent: '100' } } : {});
        const all = drawn.map(([units, billed], index) => member(`A${index + 1}`, String(units), billed));
        const result = sharePool(pool, all, new Decimal(carriedIn), 2, 'HALF_UP');
        const given = result.shares.reduce((sum, each) => sum.plus(each.amount), new Decimal(0));
        expect(given.plus(result.remainder).toFixed()).toBe(result.fund.plus(carriedIn).toFixed());
        expect(result.shares.filter((each) => each.amount.isNegative())).toEqual([]);
        expect(result.shares.filter((each) => each.weight.isZero() && !each.amount.isZero())).toEqual([]);
      }),
    );
  });
});

describe('floors and caps of shares', () => {
  const pool = (bounds: Partial<PoolDefinition>, fixed = '100') => definition({ fund: { fixed }, ...bounds });
  const members = (...weights: string[]) => weights.map((weight, index) => member(`A${index + 1}`, weight));

  it.each([
    // 5 : 3 : 2 of 100 = 50, 30, 20; capped at 40 the other 60 go 3 : 2
    ['a cap frees money for the others', { cap: '40' }, ['5', '3', '2'], ['40', '36', '24']],
    // then A2 exceeds 35 too: 35, 35 and what is left
    ['a cap that others reach in turn', { cap: '35' }, ['5', '3', '2'], ['35', '35', '30']],
    ['everyone at the cap', { cap: '30' }, ['5', '3', '2'], ['30', '30', '30']],
    // 8 : 1 : 1 = 80, 10, 10; floors of 15 leave 70
    ['a floor takes from the others', { floor: '15' }, ['8', '1', '1'], ['70', '15', '15']],
    // 60 : 30 : 10 → 10 lifted to 28 leaves 72 as 2 : 1 = 48, 24 → 24 is below the floor too: 44, 28, 28
    ['a floor that others need in turn', { floor: '28' }, ['60', '30', '10'], ['44', '28', '28']],
    // 90 : 9 : 1; A1 at its cap 50 leaves 50 as 9 : 1 = 45, 5; the floor 10 leaves 40
    ['cap and floor at once', { cap: '50', floor: '10' }, ['90', '9', '1'], ['50', '40', '10']],
    ['floors that take all', { floor: '25' }, ['9', '1', '1', '1'], ['25', '25', '25', '25']],
    // the cent over is not given to anyone
    ['nobody at the cap gets a unit left over', { cap: '33.33' }, ['1', '1', '1'], ['33.33', '33.33', '33.33']],
    // 3 : 1 : 1 = 60, 20, 20; A1 at its cap leaves 66 = 33 + 33
    ['a cap that leaves whole units', { cap: '34' }, ['3', '1', '1'], ['34', '33', '33']],
    // A1 at its cap leaves 66.66 = 33.33 + 33.33
    ['a cap that nobody else reaches', { cap: '33.34' }, ['2', '1', '1'], ['33.34', '33.33', '33.33']],
    // A1 at its cap leaves 66.65 = 33.325 + 33.325: of equal remainders the first code gets the cent
    ['ties by code', { cap: '33.35', floor: '0' }, ['9', '1', '1'], ['33.35', '33.33', '33.32']],
    // finer than a cent: at least 20.01, at most 60.00
    [
      'bounds finer than the minor unit',
      { floor: '20.005', cap: '60.009' },
      ['98', '1', '1'],
      ['59.98', '20.01', '20.01'],
    ],
  ] as const)('%s', (_title, bounds, weights, amounts) => {
    expect(share(pool(bounds), members(...weights))).toMatchObject({ amounts: [...amounts] });
  });

  it('says what remains when everyone is at the cap', () => {
    expect(share(pool({ cap: '30' }), members('5', '3', '2'), '1.5')).toMatchObject({
      shared: '90',
      remainder: '11.5',
      carriedOut: '11.5',
    });
  });

  it('fails where floors exceed what there is to share, but not below the threshold', () => {
    const three = members('1', '1', '1', '0');
    expect(() => share(pool({ floor: '33.34' }), three)).toThrow(FloorsExceedFund);
    // what was carried in counts: 100.02 is enough
    expect(share(pool({ floor: '33.34' }), three, '0.02')).toMatchObject({ amounts: ['33.34', '33.34', '33.34', '0'] });
    const missed = pool({ floor: '33.34', threshold: { target: '1', percent: '100' } });
    expect(share(missed, three)).toMatchObject({ fund: '0', amounts: ['0', '0', '0', '0'] });
  });

  const weights = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 9 });
  const drawn = fc.record({
    weights,
    fund: fc.integer({ min: 0, max: 3000 }),
    floor: fc.integer({ min: 0, max: 200 }),
    room: fc.option(fc.integer({ min: 0, max: 900 }), { nil: undefined }),
  });
  const money = (cents: number) => new Decimal(cents).div(100).toFixed();

  it('always: within the bounds, monotone in the weight, exact but for everyone at the cap', () => {
    fc.assert(
      fc.property(drawn, ({ weights, fund, floor, room }) => {
        const cap = room === undefined ? undefined : floor + room;
        const heavy = weights.filter((weight) => weight > 0).length;
        fc.pre(heavy * floor <= fund);
        const bounds = { floor: money(floor), ...(cap === undefined ? {} : { cap: money(cap) }) };
        const all = members(...weights.map(String));
        const { shares, remainder } = sharePool(pool(bounds, money(fund)), all, new Decimal(0), 2, 'HALF_UP');
        const cents = shares.map(({ amount }) => Number(amount.times(100)));
        const left = Number(remainder.times(100));
        expect(cents.reduce((sum, each) => sum + each, left)).toBe(fund);
        for (const [index, weight] of weights.entries()) {
          const amount = cents[index] ?? 0;
          if (weight === 0) expect(amount).toBe(0);
          else expect(amount >= floor && amount <= (cap ?? fund)).toBe(true);
          for (const [other, lighter] of weights.entries()) {
            if (lighter < weight) expect(cents[other] ?? 0).toBeLessThanOrEqual(amount);
          }
        }
        if (left > 0)
          expect(cents.filter((_, index) => (weights[index] ?? 0) > 0).every((each) => each === cap)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('always: proportional between the bounds, whatever the order of the members', () => {
    fc.assert(
      fc.property(drawn, fc.infiniteStream(fc.nat()), ({ weights, fund, floor, room }, keys) => {
        const cap = room === undefined ? undefined : floor + room;
        fc.pre(weights.filter((weight) => weight > 0).length * floor <= fund);
        const bounds = { floor: money(floor), ...(cap === undefined ? {} : { cap: money(cap) }) };
        const all = members(...weights.map(String));
        const shuffled = all
          .map((each) => ({ each, key: keys.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ each }) => each);
        const amountsOf = (list: PoolMember[]) => {
          const { shares } = sharePool(pool(bounds, money(fund)), list, new Decimal(0), 2, 'HALF_UP');
          return new Map(shares.map(({ agentId, amount }) => [agentId, Number(amount.times(100))]));
        };
        const amounts = amountsOf(all);
        expect([...amountsOf(shuffled)].sort()).toEqual([...amounts].sort());
        // of two strictly between the bounds, amount / weight differs by less than a unit of rounding on either side
        const between = [...amounts].flatMap(([agentId, amount]) => {
          const weight = weights[agentId - 1] ?? 0;
          return weight > 0 && amount > floor + 1 && (cap === undefined || amount < cap - 1)
            ? [{ amount, weight }]
            : [];
        });
        for (const one of between) {
          for (const other of between) {
            expect((one.amount - 1) * other.weight).toBeLessThan((other.amount + 1) * one.weight);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PoolDefinition } from '../../src/commissions/definitions.ts';
import { type PoolMember, sharePool } from '../../src/commissions/engine/pools.ts';
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

const member = (code: string, units: string, billed = '0', tierMultiplier = '1'): PoolMember => ({
  agentId: Number(code.slice(1)),
  code,
  tierMultiplier: new Decimal(tierMultiplier),
  volumes: [
    { eventType: 'ACTIVATION', amount: new Decimal(0), units: new Decimal(units) },
    { eventType: 'BILL', amount: new Decimal(billed), units: new Decimal(1) },
  ],
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
    const { shares } = sharePool(pool, [member('A1', '0', '500', '1.1')], new Decimal(0), 2, 'HALF_UP');
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
    expect(share(definition({ fund: { fixed: '100' } }), [member('A1', '1', '777')])).toMatchObject({
      base: '0',
      fund: '100',
    });
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

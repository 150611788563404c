import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axesOf, indexesOf, productIndex, radixes, regionIndex } from '../../src/commissions/engine/combinations.ts';
import type { RuleMatch } from '../../src/commissions/engine/rules.ts';

const rules: readonly RuleMatch[] = [
  { code: 'A', product: 'FIBER', tier: 'T1', region: 'NORTH' },
  { code: 'B', category: 'BROADBAND', region: 'NORTH-1', contractMonths: 24 },
  { code: 'C', product: 'FIBER', segment: 'PUBLIC', region: 'NORTH' },
];
const categories = new Map([
  ['FIBER', 'BROADBAND'],
  ['DSL', 'BROADBAND'],
  ['VOICE', undefined],
]);
const october = { currencies: ['CNY'], dates: ['2026-10-01', '2026-10-15'], subscriptionMonths: [12, 24] };
const axes = axesOf(rules, categories, 5, ['ACTIVATION', 'BILL'], october);

describe('axes', () => {
  it('hold the values that rules name, once each, behind "nothing named"', () => {
    expect(axes.products).toEqual([undefined, { product: 'FIBER', category: 'BROADBAND' }, { category: 'BROADBAND' }]);
    expect(axes.regions).toEqual([undefined, 'NORTH', 'NORTH-1']);
    expect(axes.segments).toEqual([undefined, 'PUBLIC']);
    expect(axes.campaigns).toEqual([undefined]);
    expect(axes.contractMonths).toEqual([undefined, 24]);
  });

  it('reduce a product to itself where a rule names it, else to its category, else to nothing', () => {
    expect(productIndex(axes, 'FIBER', 'BROADBAND')).toBe(1);
    expect(productIndex(axes, 'DSL', 'BROADBAND')).toBe(2);
    expect(productIndex(axes, 'VOICE', undefined)).toBe(0);
    expect(productIndex(axes, 'ROUTER', 'DEVICE')).toBe(0);
  });

  it('reduce a region to the deepest named one on its way up', () => {
    expect(regionIndex(axes, ['SHOP-9', 'NORTH-1', 'NORTH', 'CN'])).toBe(2);
    expect(regionIndex(axes, ['NORTH-2', 'NORTH', 'CN'])).toBe(1);
    expect(regionIndex(axes, ['SOUTH', 'CN'])).toBe(0);
    expect(regionIndex(axes, [])).toBe(0);
  });

  it('have the size of a combination: class, event, product, region, segment, campaign, contract, currency, date, month', () => {
    expect(radixes(axes)).toEqual([5, 2, 3, 3, 2, 1, 2, 1, 2, 4]);
  });

  it('count an axis without values as one', () => {
    const nothing = { currencies: [], dates: [], subscriptionMonths: [] };
    expect(radixes(axesOf([], categories, 1, [], nothing))).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  });
});

describe('a combination', () => {
  it('written as one number comes apart again, also beyond what a double holds', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(sizes, fc.array(fc.nat(), { minLength: 8, maxLength: 8 }), (radix, draws) => {
        const indexes = radix.map((size, place) => (draws[place] ?? 0) % size);
        const combination = indexes.reduce((key, index, place) => key * BigInt(radix[place] ?? 1) + BigInt(index), 0n);
        expect(indexesOf(combination, radix)).toEqual(indexes);
      }),
    );
  });
});

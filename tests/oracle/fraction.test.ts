import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  compare,
  divide,
  type Fraction,
  fraction,
  multiply,
  roundToUnits,
  shareOut,
  subtract,
  toText,
  unitsToFraction,
  unitsToText,
} from './fraction.ts';

function isSame(a: Fraction, b: Fraction): boolean {
  return compare(a, b) === 0;
}

describe('fractions', () => {
  const decimals = fc
    .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 9 }))
    .map(([units, digits]) => unitsToText(units, digits));

  it('obey the laws of arithmetic and survive being written', () => {
    fc.assert(
      fc.property(decimals, decimals, decimals, (first, second, third) => {
        const [a, b, c] = [fraction(first), fraction(second), fraction(third)];
        expect(isSame(fraction(toText(a)), a)).toBe(true);
        expect(subtract(add(a, b), b)).toEqual(a);
        expect(multiply(a, add(b, c))).toEqual(add(multiply(a, b), multiply(a, c)));
        if (b.numerator !== 0n) expect(multiply(divide(a, b), b)).toEqual(a);
      }),
    );
  });

  it('round to a neighbour, half a unit away at most, DOWN towards zero', () => {
    const half = divide(fraction('0.5'), fraction('100'));
    fc.assert(
      fc.property(decimals, fc.constantFrom('HALF_UP' as const, 'HALF_EVEN' as const), (text, mode) => {
        const value = fraction(text);
        const size = (of: Fraction) => (of.numerator < 0n ? multiply(of, fraction('-1')) : of);
        const distance = size(subtract(unitsToFraction(roundToUnits(value, 2, mode), 2), value));
        expect(compare(distance, half)).toBeLessThanOrEqual(0);
        const down = size(unitsToFraction(roundToUnits(value, 2, 'DOWN'), 2));
        expect(compare(down, size(value))).toBeLessThanOrEqual(0);
        expect(compare(subtract(size(value), down), fraction('0.01'))).toBeLessThan(0);
      }),
    );
  });

  it('round negative halves away from zero and to even', () => {
    expect(roundToUnits(fraction('-0.505'), 2, 'HALF_UP')).toBe(-51n);
    expect(roundToUnits(fraction('-0.505'), 2, 'HALF_EVEN')).toBe(-50n);
    expect(roundToUnits(fraction('-0.509'), 2, 'DOWN')).toBe(-50n);
  });

  it('share out the whole, nobody a unit away from the exact share', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 100_000n }), weights, (units, integers) => {
        const rows = integers.map((weight, index) => ({ code: `A${index}`, weight: fraction(String(weight)) }));
        const all = BigInt(integers.reduce((a, b) => a + b, 0));
        const shares = shareOut(units, rows);
        expect(shares.reduce((placed, share) => placed + share.units, 0n)).toBe(units);
        for (const [index, share] of shares.entries()) {
          const timesAll = share.units * all - units * BigInt(integers[index] ?? 0);
          expect(timesAll < all && timesAll > -all).toBe(true);
        }
      }),
    );
  });
});

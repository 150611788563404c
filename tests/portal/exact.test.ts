import { expect, it } from 'vitest';
import { differenceOf, isNothing, negated, sumOf } from '../../src/portal/web/shared/exact.ts';

it('subtracts to the last digit, where a number would not', () => {
  // 0.3 − 0.1 is 0.19999999999999998 as a number.
  expect(differenceOf('0.3', '0.1')).toBe('0.2');
  expect(differenceOf('9007199254740993.01', '0.02')).toBe('9007199254740992.99');
  // 1749.43 − 1288.70 = 460.73; the other way round it is less.
  expect(differenceOf('1749.43', '1288.70')).toBe('460.73');
  expect(differenceOf('1288.70', '1749.43')).toBe('-460.73');
});

it('keeps the digits of the one that has most', () => {
  // 5 − 0.125 = 4.875 (KWD has three digits); JPY has none.
  expect(differenceOf('5', '0.125')).toBe('4.875');
  expect(differenceOf('120', '150')).toBe('-30');
  expect(differenceOf('1.10', '1.1')).toBe('0.00');
});

it('adds up amounts of either sign', () => {
  // 100.00 − 30.00 + 12.34 = 82.34
  expect(sumOf(['100.00', '-30.00', '12.34'])).toBe('82.34');
  expect(sumOf(['-0.01', '0.005'])).toBe('-0.005');
  expect(sumOf([])).toBe('0');
});

it('turns the sign, and nothing has none', () => {
  expect(negated('0.07')).toBe('-0.07');
  expect(negated('-12.50')).toBe('12.50');
  expect(negated('0.00')).toBe('0.00');
  expect(negated('-0.00')).toBe('0.00');
});

it('knows what is nothing', () => {
  expect(['0', '0.00', '-0.0'].map(isNothing)).toEqual([true, true, true]);
  expect(['0.01', '-1', '10'].map(isNothing)).toEqual([false, false, false]);
});

it('takes plain decimal texts only', () => {
  for (const text of ['', '1e3', '1,000', 'NaN', ' 1', '.5']) expect(() => negated(text)).toThrow('no decimal number');
});

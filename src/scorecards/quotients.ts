import type { Decimal } from '../money.ts';

// Whole-number arithmetic on decimals for scoring, which makes millions of quotients: texts become whole numbers of 10^-scale, and a
// quotient becomes text without a Decimal in between.

const powers: bigint[] = [];

/** 10^exponent. */
export function tenTo(exponent: number): bigint {
  powers[exponent] ??= 10n ** BigInt(exponent);
  return powers[exponent];
}

/** A decimal as canonical text: no exponent, no trailing zeros. */
export function plainText(value: Decimal): string {
  return value.isZero() ? '0' : value.toFixed();
}

/** How many decimals a canonical text has. */
export function decimalsOf(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}

/** The text as a whole number of 10^-scale. It may have at most `scale` decimals. */
export function unitsOf(text: string, scale: number): bigint {
  const point = text.indexOf('.');
  if (point < 0) return BigInt(text) * tenTo(scale);
  return BigInt(text.slice(0, point) + text.slice(point + 1)) * tenTo(scale - (text.length - point - 1));
}

/** numerator / denominator in whole numbers of 10^-digits, HALF_UP: away from zero. The denominator is above 0. */
export function roundedUnits(numerator: bigint, denominator: bigint, digits: number): bigint {
  const twice = numerator * tenTo(digits) * 2n;
  const half = numerator < 0n ? -denominator : denominator;
  return (twice + half) / (denominator * 2n);
}

/** A quotient as canonical text with at most so many decimals, HALF_UP. */
export function quotientText(numerator: bigint, denominator: bigint, digits: number): string {
  const units = roundedUnits(numerator, denominator, digits);
  if (units === 0n) return '0';
  const sign = units < 0n ? '-' : '';
  const text = (units < 0n ? -units : units).toString().padStart(digits + 1, '0');
  let end = text.length;
  const point = text.length - digits;
  while (end > point && text.charCodeAt(end - 1) === 48) end--;
  return end === point ? sign + text.slice(0, point) : `${sign}${text.slice(0, point)}.${text.slice(point, end)}`;
}

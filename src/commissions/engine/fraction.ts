import { Decimal, type RoundingMode } from '../../money.ts';

// Exact quotients: numerator and denominator are kept apart and divided once, at the rounding (DOMAIN.md §9.1).

/** numerator / denominator, with denominator > 0; not necessarily reduced. */
export type Fraction = { readonly numerator: bigint; readonly denominator: bigint };

export const zero: Fraction = { numerator: 0n, denominator: 1n };

/** The fraction that is exactly a decimal; text is plain digits, without exponent. */
export function fractionOf(value: Decimal | string): Fraction {
  const text = typeof value === 'string' ? value : value.toFixed();
  const point = text.indexOf('.');
  if (point < 0) return { numerator: BigInt(text), denominator: 1n };
  const places = text.length - point - 1;
  return { numerator: BigInt(text.slice(0, point) + text.slice(point + 1)), denominator: 10n ** BigInt(places) };
}

export function add(a: Fraction, b: Fraction): Fraction {
  if (a.denominator === b.denominator) return { numerator: a.numerator + b.numerator, denominator: a.denominator };
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}

export function subtract(a: Fraction, b: Fraction): Fraction {
  return add(a, { numerator: -b.numerator, denominator: b.denominator });
}

export function multiply(a: Fraction, b: Fraction): Fraction {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}

/** @throws RangeError where b is 0. */
export function divide(a: Fraction, b: Fraction): Fraction {
  if (b.numerator === 0n) throw new RangeError('division by zero');
  const sign = b.numerator < 0n ? -1n : 1n;
  return { numerator: a.numerator * b.denominator * sign, denominator: a.denominator * b.numerator * sign };
}

/** Negative, 0 or positive, as a is less than, equal to or more than b. */
export function compare(a: Fraction, b: Fraction): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The fraction in lowest terms: for those that go on being added up. */
export function reduced({ numerator, denominator }: Fraction): Fraction {
  let [a, b] = [numerator < 0n ? -numerator : numerator, denominator];
  while (b > 0n) [a, b] = [b, a % b];
  return { numerator: numerator / a, denominator: denominator / a };
}

/** Divides and rounds, once (DOMAIN.md §3.2). `digits` is the number of decimals that stay. */
export function roundFraction(value: Fraction, digits: number, mode: RoundingMode): Decimal {
  const isNegative = value.numerator < 0n;
  const scaled = (isNegative ? -value.numerator : value.numerator) * 10n ** BigInt(digits);
  const down = scaled / value.denominator;
  const twiceRest = (scaled % value.denominator) * 2n;
  const isUp =
    mode === 'DOWN'
      ? false
      : twiceRest > value.denominator || (twiceRest === value.denominator && (mode === 'HALF_UP' || down % 2n === 1n));
  const units = isUp ? down + 1n : down;
  return new Decimal(`${isNegative ? '-' : ''}${units}e-${digits}`);
}

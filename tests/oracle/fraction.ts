/** An exact rational number; the denominator is always positive and the two have no common factor. */
export type Fraction = { readonly numerator: bigint; readonly denominator: bigint };
export type RoundingMode = 'HALF_UP' | 'HALF_EVEN' | 'DOWN';

function commonFactor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a, b];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function reduced(numerator: bigint, denominator: bigint): Fraction {
  if (denominator === 0n) throw new Error('division by zero');
  if (denominator === 1n) return { numerator, denominator };
  const sign = denominator < 0n ? -1n : 1n;
  const factor = commonFactor(absolute(numerator), absolute(denominator));
  return { numerator: (sign * numerator) / factor, denominator: (sign * denominator) / factor };
}

export const ZERO: Fraction = { numerator: 0n, denominator: 1n };
export const ONE: Fraction = { numerator: 1n, denominator: 1n };

const read = new Map<string, Fraction>();

/** Reads a plain decimal such as '-12.50'; anything else (exponents, NaN, blanks) throws. */
export function fraction(text: string): Fraction {
  const known = read.get(text);
  if (known) return known;
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) throw new Error(`not a decimal: ${text}`);
  const [, sign = '', whole = '', decimals = ''] = match;
  const value = reduced(BigInt(`${sign}${whole}${decimals}`), 10n ** BigInt(decimals.length));
  read.set(text, value);
  return value;
}

export function add(a: Fraction, b: Fraction): Fraction {
  return reduced(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function subtract(a: Fraction, b: Fraction): Fraction {
  return reduced(a.numerator * b.denominator - b.numerator * a.denominator, a.denominator * b.denominator);
}

export function multiply(a: Fraction, b: Fraction): Fraction {
  return reduced(a.numerator * b.numerator, a.denominator * b.denominator);
}

export function divide(a: Fraction, b: Fraction): Fraction {
  return reduced(a.numerator * b.denominator, a.denominator * b.numerator);
}

/** Negative, zero or positive, as a is less than, equal to or greater than b. */
export function compare(a: Fraction, b: Fraction): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function sum(values: readonly Fraction[]): Fraction {
  return values.reduce(add, ZERO);
}

/** The percent written as text, as a factor: '3.25' is 0.0325. */
export function percent(text: string): Fraction {
  return divide(fraction(text), fraction('100'));
}

/** Clamps into [minimum, maximum]; either may be missing. */
export function clamp(value: Fraction, minimum: string | undefined, maximum: string | undefined): Fraction {
  let result = value;
  if (minimum !== undefined && compare(result, fraction(minimum)) < 0) result = fraction(minimum);
  if (maximum !== undefined && compare(result, fraction(maximum)) > 0) result = fraction(maximum);
  return result;
}

/** Rounds to whole minor units (DOMAIN.md §3.2); `digits` is the number of decimals of the currency. */
export function roundToUnits(value: Fraction, digits: number, mode: RoundingMode): bigint {
  const scaled = absolute(value.numerator) * 10n ** BigInt(digits);
  const down = scaled / value.denominator;
  const twiceTheRest = 2n * (scaled % value.denominator);
  const isHalf = twiceTheRest === value.denominator;
  const isOverHalf = twiceTheRest > value.denominator;
  const away =
    mode === 'DOWN' ? false : mode === 'HALF_UP' ? isHalf || isOverHalf : isOverHalf || (isHalf && down % 2n === 1n);
  const rounded = away ? down + 1n : down;
  return value.numerator < 0n ? -rounded : rounded;
}

/** Minor units as a decimal text with all its digits: 1234n with 2 is '12.34'. */
export function unitsToText(units: bigint, digits: number): string {
  const padded = absolute(units)
    .toString()
    .padStart(digits + 1, '0');
  const cut = padded.length - digits;
  const text = digits === 0 ? padded : `${padded.slice(0, cut)}.${padded.slice(cut)}`;
  return units < 0n ? `-${text}` : text;
}

/** The amount of so many minor units. */
export function unitsToFraction(units: bigint, digits: number): Fraction {
  return reduced(units, 10n ** BigInt(digits));
}

/** The shortest exact text: a decimal where one exists ('1.5'), else a quotient ('5/7'). */
export function toText(value: Fraction): string {
  for (let digits = 0; digits <= 60; digits++) {
    const scaled = value.numerator * 10n ** BigInt(digits);
    if (scaled % value.denominator === 0n) return unitsToText(scaled / value.denominator, digits);
  }
  return `${value.numerator}/${value.denominator}`;
}

/** Orders text by its UTF-8 bytes, like COLLATE "C" (DOMAIN.md §9.1). */
export function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/**
 * Shares `units` out exactly in proportion to the weights (DOMAIN.md §3.3): floor each share, then one unit each to the
 * largest remainders, ties by code ascending. Weights must be positive and not empty.
 */
export function shareOut(
  units: bigint,
  weights: readonly { code: string; weight: Fraction }[],
): { code: string; units: bigint }[] {
  const total = sum(weights.map((each) => each.weight));
  const shares = weights.map(({ code, weight }) => {
    const exact = divide(multiply(reduced(units, 1n), weight), total);
    const floor = exact.numerator / exact.denominator;
    return { code, units: floor, remainder: subtract(exact, reduced(floor, 1n)) };
  });
  let left = units - shares.reduce((placed, share) => placed + share.units, 0n);
  const byRemainder = [...shares].sort((a, b) => compare(b.remainder, a.remainder) || compareText(a.code, b.code));
  for (const share of byRemainder) {
    if (left === 0n) break;
    share.units += 1n;
    left -= 1n;
  }
  return shares.map(({ code, units: share }) => ({ code, units: share }));
}

import { Decimal } from 'decimal.js';

// The only place that configures Decimal and rounds money (DOMAIN.md §3). 200 significant digits hold every product
// of a base (at most 38 digits), a share, a rate and two multipliers without loss; nothing here divides before the end.
Decimal.set({ precision: 200, rounding: Decimal.ROUND_HALF_UP, toExpNeg: -1000, toExpPos: 1000 });

export { Decimal };

export const roundingModes = ['HALF_UP', 'HALF_EVEN', 'DOWN'] as const;
export type RoundingMode = (typeof roundingModes)[number];

const decimalRounding: Record<RoundingMode, Decimal.Rounding> = {
  HALF_UP: Decimal.ROUND_HALF_UP,
  HALF_EVEN: Decimal.ROUND_HALF_EVEN,
  DOWN: Decimal.ROUND_DOWN,
};

/** ISO 4217 minor units of the currencies an operator may use. */
export const minorUnitDigits: Readonly<Record<string, number>> = {
  AED: 2,
  AUD: 2,
  BHD: 3,
  BRL: 2,
  CAD: 2,
  CHF: 2,
  CNY: 2,
  CZK: 2,
  DKK: 2,
  EGP: 2,
  EUR: 2,
  GBP: 2,
  HKD: 2,
  IDR: 2,
  ILS: 2,
  INR: 2,
  JOD: 3,
  JPY: 0,
  KES: 2,
  KRW: 0,
  KWD: 3,
  KZT: 2,
  LAK: 2,
  MMK: 2,
  MNT: 2,
  MOP: 2,
  MXN: 2,
  MYR: 2,
  NGN: 2,
  NOK: 2,
  NZD: 2,
  OMR: 3,
  PHP: 2,
  PKR: 2,
  PLN: 2,
  QAR: 2,
  RUB: 2,
  SAR: 2,
  SEK: 2,
  SGD: 2,
  THB: 2,
  TND: 3,
  TRY: 2,
  TWD: 2,
  TZS: 2,
  UAH: 2,
  UGX: 0,
  USD: 2,
  VND: 0,
  ZAR: 2,
};

const plainDecimal = /^-?\d{1,20}(\.\d{1,18})?$/;

/**
 * Reads an amount, rate, weight or share from text. Plain digits only: no exponent, sign `+`, spaces, NaN or infinity;
 * at most 20 digits before and 18 after the point.
 * @returns the value, or undefined where the text is no such number.
 */
export function parseDecimal(text: string): Decimal | undefined {
  return plainDecimal.test(text) ? new Decimal(text) : undefined;
}

/** Decimal → text without exponent and without trailing zeros ("1.50" → "1.5"): the form that is hashed and compared. */
export function canonicalDecimal(value: Decimal | string): string {
  const decimal = new Decimal(value);
  return decimal.isZero() ? '0' : decimal.toFixed();
}

/** Rounds once, to the minor unit of the currency (DOMAIN.md §3.2). `digits` is the currency's number of decimals. */
export function roundMoney(value: Decimal, digits: number, mode: RoundingMode): Decimal {
  return value.toDecimalPlaces(digits, decimalRounding[mode]);
}

/** An amount as text with the currency's number of decimals ("891.56", JPY "892"). Never rounds: throws on a finer amount. */
export function formatMoney(value: Decimal | string, digits: number): string {
  const decimal = new Decimal(value);
  if (decimal.decimalPlaces() > digits) throw new Error(`${decimal.toFixed()} is finer than ${digits} decimals`);
  return decimal.toFixed(digits);
}

/** One who takes part in a division: a code that settles ties, and a weight ≥ 0. */
export type ShareTaker = { readonly code: string; readonly weight: Decimal };

/**
 * Shares `total` exactly by weight (DOMAIN.md §3.3): each share is floored to the minor unit, the units left over go one
 * each to the largest remainders, ties by code ascending (by bytes). The shares add up to `total`.
 * Weights are taken to whole numbers, so remainders are compared as exact fractions and never as rounded quotients.
 * @returns the shares in the order of `takers`; all zero where the weights add up to zero (the caller keeps the total).
 * @throws when total is negative or finer than the minor unit, or a weight is negative.
 */
export function shareExactly(total: Decimal, takers: readonly ShareTaker[], digits: number): Decimal[] {
  const unitTotal = toUnits(total, digits);
  const scale = takers.reduce((most, taker) => Math.max(most, taker.weight.decimalPlaces()), 0);
  const weights = takers.map((taker) => toUnits(taker.weight, scale));
  const weightSum = weights.reduce((sum, weight) => sum + weight, 0n);
  if (weightSum === 0n) return takers.map(() => new Decimal(0));

  const floors = weights.map((weight) => (unitTotal * weight) / weightSum);
  const left = unitTotal - floors.reduce((sum, share) => sum + share, 0n);
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (unitTotal * weight) % weightSum, code: takers[index]?.code ?? '' }))
    .sort((a, b) => (a.remainder === b.remainder ? compareBytes(a.code, b.code) : a.remainder > b.remainder ? -1 : 1));
  const extra = new Set(byRemainder.slice(0, Number(left)).map((entry) => entry.index));
  return floors.map((share, index) => fromUnits(extra.has(index) ? share + 1n : share, digits));
}

/** Orders text by its UTF-8 bytes, as PostgreSQL does under COLLATE "C" (DOMAIN.md §9.1). */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function toUnits(value: Decimal, digits: number): bigint {
  if (value.isNegative() && !value.isZero()) throw new Error(`${value.toFixed()} is negative`);
  const scaled = value.times(new Decimal(10).pow(digits));
  if (!scaled.isInteger()) throw new Error(`${value.toFixed()} is finer than ${digits} decimals`);
  return BigInt(scaled.toFixed(0));
}

function fromUnits(units: bigint, digits: number): Decimal {
  return new Decimal(units.toString()).div(new Decimal(10).pow(digits));
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localDate } from './dates.ts';
import { sequence } from './draw.ts';
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
  sum,
  toText,
  unitsToFraction,
  unitsToText,
} from './fraction.ts';
import { oracleInputs } from './generate.ts';
import type { OracleInput } from './model.ts';
import { calculate } from './oracle.ts';

const RUNS = 100;

function total(texts: readonly string[]): Fraction {
  return sum(texts.map(fraction));
}

function isSame(a: Fraction, b: Fraction): boolean {
  return compare(a, b) === 0;
}

/** A copy in which the elements of every array, at every depth, are in another order. */
function shuffled<T>(value: T, next: () => number): T {
  if (Array.isArray(value)) {
    const copy = value.map((each) => shuffled(each, next));
    for (let index = copy.length - 1; index > 0; index--) {
      const other = next() % (index + 1);
      [copy[index], copy[other]] = [copy[other], copy[index]];
    }
    return copy as T;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shuffled(each, next)])) as T;
}

describe('the oracle, on random inputs', () => {
  it('shares pools exactly: Σ shares + remainder = fund + carried in', () => {
    fc.assert(
      fc.property(oracleInputs(), (input) => {
        const output = calculate(input);
        for (const pool of output.pools) {
          const lines = output.lines.filter((line) => line.kind === 'POOL' && line.component === pool.code);
          const shares = total(lines.map((line) => line.amount));
          const placed = add(shares, fraction(pool.remainder));
          expect(isSame(placed, add(fraction(pool.fund), fraction(pool.carriedIn)))).toBe(true);
          expect(isSame(shares, fraction(pool.paid))).toBe(true);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('does not depend on the order of anything', () => {
    fc.assert(
      fc.property(oracleInputs(), fc.nat(), (input, seed) => {
        expect(calculate(shuffled(input, sequence(seed)))).toEqual(calculate(input));
      }),
      { numRuns: RUNS },
    );
  });

  it('adds up: Σ lines = Σ earned = Σ totals, opening + earned = closing = payable + next opening', () => {
    const amounts = fc.array(fc.integer({ min: -5000, max: 5000 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(oracleInputs({ currencies: ['CNY'] }), amounts, (plain, cents) => {
        const openings = plain.agents.map(({ code }, index) => ({
          agent: code,
          currency: 'CNY',
          amount: unitsToText(BigInt(cents[index] ?? 0), 2),
        }));
        const output = calculate({ ...plain, openings });
        const lines = total(output.lines.map((line) => line.amount));
        expect(isSame(lines, total(output.statements.map((each) => each.earned)))).toBe(true);
        expect(isSame(lines, total(output.totals.components.map((each) => each.amount)))).toBe(true);
        for (const each of output.statements) {
          const closing = fraction(each.closing);
          expect(isSame(add(fraction(each.opening), fraction(each.earned)), closing)).toBe(true);
          expect(isSame(add(fraction(each.payable), fraction(each.nextOpening)), closing)).toBe(true);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('is silent about nothing: a credit of a type that is read has a line, a reason or a pool', () => {
    fc.assert(
      fc.property(oracleInputs(), (input) => {
        const output = calculate(input);
        const known = new Set([
          ...output.lines.map((line) => `${line.cause}/${line.agent}/${line.role}`),
          ...output.unpaid.map((row) => `${row.source}:${row.externalId}/${row.agent}/${row.role}`),
        ]);
        const readByComponents = input.plans.flatMap((plan) =>
          plan.versions.flatMap((version) => version.components.flatMap((component) => component.events)),
        );
        const readByPools = input.pools.flatMap((pool) => [
          ...(pool.fund.events ?? []),
          ...pool.weights.flatMap((weight) => weight.events ?? []),
        ]);
        const notRead = new Set(output.totals.notRead.map((row) => row.type));
        for (const event of input.events) {
          if (!localDate(event.occurredAt, input.timeZone).startsWith(input.period)) continue;
          if (notRead.has(event.type) || readByPools.includes(event.type)) continue;
          expect(readByComponents).toContain(event.type);
          for (const { agent, role } of event.credits ?? [{ agent: event.agent, role: 'SELLER' }]) {
            expect(known).toContain(`${event.source}:${event.externalId}/${agent}/${role}`);
          }
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('has no line twice, none of zero, none of a reversed event', () => {
    fc.assert(
      fc.property(oracleInputs(), (input) => {
        const { lines } = calculate(input);
        const keys = lines.map(({ component, kind, cause, agent, role }) =>
          [component, kind, cause, agent, role].join('/'),
        );
        expect(new Set(keys).size).toBe(keys.length);
        expect(lines.filter((line) => compare(fraction(line.amount), fraction('0')) === 0)).toEqual([]);
        const reversals = input.events.filter((event) => event.type === 'REVERSAL');
        const reversed = new Set(reversals.map((event) => `${event.source}:${event.original}`));
        expect(lines.filter((line) => reversed.has(line.cause))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('the generator', () => {
  it('reaches every reason and every kind of line', () => {
    const seen = new Set<string>();
    const inputs: OracleInput[] = fc.sample(oracleInputs(), { numRuns: 200, seed: 20261001 });
    for (const input of inputs) {
      const output = calculate(input);
      for (const row of output.unpaid) seen.add(row.reason);
      for (const line of output.lines) seen.add(line.kind);
      for (const pool of output.pools) seen.add(pool.remainder === '0.00' ? 'NO_REMAINDER' : 'REMAINDER');
    }
    expect([...seen].sort()).toEqual([
      'AGENT_SUSPENDED',
      'AGENT_TERMINATED',
      'NO_AGREEMENT',
      'NO_BASE',
      'NO_COMPONENT',
      'NO_EXCHANGE_RATE',
      'NO_MATCHING_RULE',
      'NO_PLAN_VERSION',
      'NO_REMAINDER',
      'POOL',
      'RATE',
      'REMAINDER',
      'REVERSED',
      'ZERO_AMOUNT',
    ]);
  });
});

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

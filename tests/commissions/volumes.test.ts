import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BracketDefinition, QuotaBonusDefinition } from '../../src/commissions/definitions.ts';
import {
  add,
  compare,
  divide,
  type Fraction,
  fractionOf,
  reduced,
  roundFraction,
} from '../../src/commissions/engine/fraction.ts';
import {
  bracketAmount,
  needsTarget,
  quotaAmount,
  type ToDate,
  toDateAmount,
  windowName,
  windowStart,
} from '../../src/commissions/engine/volumes.ts';
import { Decimal } from '../../src/money.ts';
import type { Period } from '../../src/period.ts';

const decimal = (text: string | number) => new Decimal(text);
/** A fraction as a decimal of at most six places. */
const text = (value: Fraction) => roundFraction(value, 6, 'HALF_UP').toFixed();

const bracket = (rest: Partial<BracketDefinition> = {}): BracketDefinition => ({
  eventTypes: ['BILL'],
  measure: 'AMOUNT',
  window: 'MONTH',
  multiplyByTier: false,
  method: 'MARGINAL',
  bounds: 'VOLUME',
  brackets: [
    { from: '0', to: '1000', rate: '1' },
    { from: '1000', to: '5000', rate: '2.5' },
    { from: '5000', rate: '4' },
  ],
  ...rest,
});

const quota = (rest: Partial<QuotaBonusDefinition> = {}): QuotaBonusDefinition => ({
  eventTypes: ['BILL'],
  measure: 'AMOUNT',
  window: 'MONTH',
  multiplyByTier: false,
  target: 'TARGET',
  curve: 'STEP',
  pays: 'AMOUNT',
  points: [
    { attainment: '80', value: '500' },
    { attainment: '100', value: '1000' },
    { attainment: '120', value: '1500' },
  ],
  ...rest,
});

describe('roundFraction', () => {
  it.each([
    // numerator, denominator, digits, HALF_UP, HALF_EVEN, DOWN
    ['1', '3', 2, '0.33', '0.33', '0.33'],
    ['2', '3', 2, '0.67', '0.67', '0.66'],
    ['1', '8', 2, '0.13', '0.12', '0.12'],
    ['3', '8', 2, '0.38', '0.38', '0.37'],
    ['-1', '8', 2, '-0.13', '-0.12', '-0.12'],
    ['5', '2', 0, '3', '2', '2'],
    ['0.005', '1', 2, '0.01', '0', '0'],
    // 1.235 as 37.05 / 30, a quotient that a division to any number of digits could get wrong
    ['37.05', '30', 2, '1.24', '1.24', '1.23'],
    ['-0.001', '1', 2, '0', '0', '0'],
  ] as const)('%s / %s', (numerator, denominator, digits, halfUp, halfEven, down) => {
    const value = divide(fractionOf(numerator), fractionOf(denominator));
    expect(roundFraction(value, digits, 'HALF_UP').toFixed()).toBe(halfUp);
    expect(roundFraction(value, digits, 'HALF_EVEN').toFixed()).toBe(halfEven);
    expect(roundFraction(value, digits, 'DOWN').toFixed()).toBe(down);
  });

  it('agrees with decimals where they are exact', () => {
    const decimals = fc.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat({ max: 6 }));
    fc.assert(
      fc.property(decimals, ([units, places]) => {
        const value = new Decimal(units.toString()).div(new Decimal(10).pow(places));
        const modes = [
          ['HALF_UP', Decimal.ROUND_HALF_UP],
          ['HALF_EVEN', Decimal.ROUND_HALF_EVEN],
          ['DOWN', Decimal.ROUND_DOWN],
        ] as const;
        for (const [mode, rounding] of modes) {
          expect(roundFraction(fractionOf(value), 2, mode).eq(value.toDecimalPlaces(2, rounding))).toBe(true);
        }
      }),
    );
  });

  it('keeps lowest terms where asked to, and never divides by 0', () => {
    expect(reduced({ numerator: -6n, denominator: 4n })).toEqual({ numerator: -3n, denominator: 2n });
    expect(reduced({ numerator: 0n, denominator: 7n })).toEqual({ numerator: 0n, denominator: 1n });
    expect(() => divide(fractionOf('1'), fractionOf('0'))).toThrow(RangeError);
  });
});

describe('bracketAmount', () => {
  it.each([
    // 1 % of 1,000 + 2.5 % of what is above
    ['0', '0'],
    ['-50', '0'],
    ['999.99', '9.9999'],
    ['1000', '10'],
    ['1000.01', '10.00025'],
    // 10 + 100 + 4 % of 1,000
    ['6000', '150'],
  ])('MARGINAL %s earns %s', (volume, amount) => {
    expect(text(bracketAmount(bracket(), decimal(volume)))).toBe(amount);
  });

  it.each([
    ['0', '0'],
    ['-50', '0'],
    ['999.99', '9.9999'],
    // [from, to): 1,000 is in the second one
    ['1000', '25'],
    ['4999.99', '124.99975'],
    ['5000', '200'],
  ])('WHOLE %s earns %s', (volume, amount) => {
    expect(text(bracketAmount(bracket({ method: 'WHOLE' }), decimal(volume)))).toBe(amount);
  });

  it('outside the brackets: MARGINAL keeps the slices below, WHOLE has none', () => {
    const brackets = [
      { from: '100', to: '200', rate: '10' },
      { from: '200', to: '300', rate: '20' },
    ];
    // nothing below 100; 5 of the second half of the first; 10 + 20 up to 300 and above it
    const marginal = (volume: string) => text(bracketAmount(bracket({ brackets }), decimal(volume)));
    expect(['99', '100', '150', '300', '999'].map(marginal)).toEqual(['0', '0', '5', '30', '30']);
    const whole = (volume: string) => text(bracketAmount(bracket({ brackets, method: 'WHOLE' }), decimal(volume)));
    expect(['99', '100', '150', '299.5', '300', '999'].map(whole)).toEqual(['0', '10', '15', '59.9', '0', '0']);
  });

  it('rates on units are money per unit', () => {
    const units = bracket({
      measure: 'UNITS',
      brackets: [
        { from: '0', to: '10', rate: '3' },
        { from: '10', rate: '5' },
      ],
    });
    // 10 · 3 + 2.5 · 5
    expect(text(bracketAmount(units, decimal('12.5')))).toBe('42.5');
    expect(text(bracketAmount({ ...units, method: 'WHOLE' }, decimal('12.5')))).toBe('62.5');
  });

  it('bounds of attainment are percents of the target', () => {
    const pool = bracket({
      bounds: 'ATTAINMENT',
      target: 'TARGET',
      brackets: [
        { from: '0', to: '100', rate: '1' },
        { from: '100', rate: '3' },
      ],
    });
    expect(needsTarget({ kind: 'BRACKET', definition: pool })).toBe(true);
    // target 700: 7 + 3 % of 300; the whole of 1,000 at 3 %
    expect(text(bracketAmount(pool, decimal('1000'), decimal('700')))).toBe('16');
    expect(text(bracketAmount({ ...pool, method: 'WHOLE' }, decimal('1000'), decimal('700')))).toBe('30');
    expect(text(bracketAmount({ ...pool, method: 'WHOLE' }, decimal('699.99'), decimal('700')))).toBe('6.9999');
  });

  const cents = (max: number) => fc.integer({ min: 0, max }).map((value) => new Decimal(value).div(100));
  const brackets = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 30 })), { minLength: 1, maxLength: 5 })
    .map((steps) => {
      let from = 0;
      return steps.map(([width, rate], index) => {
        const bounds = { from: String(from), rate: String(rate) };
        from += width;
        return index === steps.length - 1 ? bounds : { ...bounds, to: String(from) };
      });
    });

  it('always: MARGINAL is the sum of its slices, continuous, and rises with the volume', () => {
    fc.assert(
      fc.property(brackets, cents(300_000), cents(300_000), (drawn, a, b) => {
        const amount = (volume: Decimal) => bracketAmount(bracket({ brackets: drawn }), volume);
        const [low, high] = a.lte(b) ? [a, b] : [b, a];
        const rise = compare(amount(high), amount(low));
        expect(rise).toBeGreaterThanOrEqual(0);
        // never more than the highest rate on the difference
        const most = Math.max(...drawn.map(({ rate }) => Number(rate)));
        const limit = add(amount(low), fractionOf(high.minus(low).times(most).div(100)));
        expect(compare(amount(high), limit)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('always: with one bracket MARGINAL and WHOLE are the same', () => {
    fc.assert(
      fc.property(cents(1_000_000), fc.integer({ min: 0, max: 99 }), (volume, rate) => {
        const one = bracket({ brackets: [{ from: '0', rate: String(rate) }] });
        expect(compare(bracketAmount(one, volume), bracketAmount({ ...one, method: 'WHOLE' }, volume))).toBe(0);
      }),
    );
  });
});

describe('quotaAmount', () => {
  it.each([
    ['79.99', '0', '0'],
    ['80', '500', '500'],
    // LINEAR: half way from 500 to 1,000
    ['90', '500', '750'],
    ['100', '1000', '1000'],
    // a quarter of the way from 1,000 to 1,500
    ['105', '1000', '1125'],
    ['120', '1500', '1500'],
    ['400', '1500', '1500'],
    ['-10', '0', '0'],
  ])('at %s %% STEP pays %s, LINEAR %s', (attained, step, linear) => {
    const volume = decimal(attained).times(20);
    expect(text(quotaAmount(quota(), volume, decimal('2000')))).toBe(step);
    expect(text(quotaAmount(quota({ curve: 'LINEAR' }), volume, decimal('2000')))).toBe(linear);
  });

  it('keeps an endless attainment exact', () => {
    // 250 of 300 = 83.33… %: 500 + 500 · (3.33… / 20) = 583.33…; times 3 it is 1,750 exactly
    const amount = quotaAmount(quota({ curve: 'LINEAR' }), decimal('250'), decimal('300'));
    expect(reduced(amount)).toEqual({ numerator: 1750n, denominator: 3n });
  });

  it('pays percents of the volume', () => {
    const percent = quota({
      pays: 'PERCENT_OF_VOLUME',
      points: [
        { attainment: '0', value: '1' },
        { attainment: '100', value: '2' },
      ],
    });
    // 50 % attained: LINEAR 1.5 % of 1,000
    expect(text(quotaAmount({ ...percent, curve: 'LINEAR' }, decimal('1000'), decimal('2000')))).toBe('15');
    expect(text(quotaAmount(percent, decimal('1000'), decimal('2000')))).toBe('10');
    expect(text(quotaAmount(percent, decimal('3000'), decimal('2000')))).toBe('60');
  });

  it('its cap is on attainment', () => {
    const capped = quota({ curve: 'LINEAR', maximumAttainment: '110' });
    // 110 % of the curve: 1,250, from there on
    expect(text(quotaAmount(capped, decimal('2200'), decimal('2000')))).toBe('1250');
    expect(text(quotaAmount(capped, decimal('9000'), decimal('2000')))).toBe('1250');
    expect(text(quotaAmount(quota({ maximumAttainment: '119.99' }), decimal('9000'), decimal('2000')))).toBe('1000');
  });
});

describe('toDateAmount', () => {
  const toDate = (volume: string, before: string | undefined, rest: Partial<ToDate> = {}): ToDate => ({
    volume: decimal(volume),
    volumeBefore: before === undefined ? undefined : decimal(before),
    target: undefined,
    multiplier: decimal('1'),
    digits: 2,
    rounding: 'HALF_UP',
    ...rest,
  });
  const component = { kind: 'BRACKET', definition: bracket({ window: 'QUARTER' }) } as const;

  it('is what the volume to date earns more than before', () => {
    // C(800) = 8; C(1,800) = 10 + 20 = 30 → 22; a refund back to 1,500 = 22.50 → −7.50
    expect(toDateAmount(component, toDate('800', undefined)).toFixed()).toBe('8');
    expect(toDateAmount(component, toDate('1800', '800')).toFixed()).toBe('22');
    expect(toDateAmount(component, toDate('1500', '1800')).toFixed()).toBe('-7.5');
  });

  it('WHOLE re-rates what was earned before', () => {
    const whole = { kind: 'BRACKET', definition: bracket({ method: 'WHOLE' }) } as const;
    // C(900) = 9; C(1,000) = 25
    expect(toDateAmount(whole, toDate('1000', '900')).toFixed()).toBe('16');
  });

  it('multiplies, then rounds once', () => {
    // 1.1 · 1 % of 1.25 = 0.01375; rounded first it would be 0.01 · 1.1 = 0.011
    expect(toDateAmount(component, toDate('1.25', undefined, { multiplier: decimal('1.1') })).toFixed()).toBe('0.01');
    // exactly a half: 1 % of 1.5 = 0.015
    const half = (rounding: ToDate['rounding']) =>
      toDateAmount(component, toDate('1.5', undefined, { rounding })).toFixed();
    expect([half('HALF_UP'), half('HALF_EVEN'), half('DOWN')]).toEqual(['0.02', '0.02', '0.01']);
  });

  it('pays a quota of 0 % only once in a window', () => {
    const points = [
      { attainment: '0', value: '50' },
      { attainment: '100', value: '200' },
    ];
    const bonus = { kind: 'QUOTA_BONUS', definition: quota({ points, window: 'QUARTER' }) } as const;
    const target = decimal('1000');
    expect(toDateAmount(bonus, toDate('0', undefined, { target })).toFixed()).toBe('50');
    expect(toDateAmount(bonus, toDate('0', '0', { target })).toFixed()).toBe('0');
    expect(toDateAmount(bonus, toDate('1000', '0', { target })).toFixed()).toBe('150');
  });

  it('always: the lines of a window add up to what its whole volume earns, but for their roundings', () => {
    const months = fc.array(fc.integer({ min: -50_000, max: 300_000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(months, (volumes) => {
        let before: Decimal | undefined;
        let paid = decimal(0);
        for (const volume of volumes) {
          const reached = (before ?? decimal(0)).plus(decimal(volume).div(100));
          paid = paid.plus(toDateAmount(component, toDate(reached.toFixed(), before?.toFixed())));
          before = reached;
        }
        const whole = roundFraction(bracketAmount(component.definition, before ?? decimal(0)), 6, 'HALF_UP');
        expect(paid.minus(whole).abs().lte(decimal('0.005').times(volumes.length))).toBe(true);
      }),
    );
  });
});

describe('windows', () => {
  it.each([
    ['MONTH', '2026-05', '2026-05', '2026-05'],
    ['QUARTER', '2026-05', '2026-04', '2026-Q2'],
    ['QUARTER', '2026-12', '2026-10', '2026-Q4'],
    ['QUARTER', '2026-01', '2026-01', '2026-Q1'],
    ['YEAR', '2026-11', '2026-01', '2026'],
  ] as const)('%s of %s begins in %s and is called %s', (window, period, start, name) => {
    expect(windowStart(window, period as Period)).toBe(start);
    expect(windowName(window, period as Period)).toBe(name);
  });
});

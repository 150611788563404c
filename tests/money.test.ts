import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalDecimal,
  compareBytes,
  Decimal,
  formatMoney,
  minorUnitDigits,
  parseDecimal,
  type RoundingMode,
  roundMoney,
  type ShareTaker,
  shareExactly,
} from '../src/money.ts';

const rounded = (text: string, digits: number, mode: RoundingMode) =>
  roundMoney(new Decimal(text), digits, mode).toFixed(digits);

describe('roundMoney', () => {
  it.each([
    // exactly half a fen: away from zero, to the even fen, cut
    ['0.505', 2, '0.51', '0.50', '0.50'],
    ['0.515', 2, '0.52', '0.52', '0.51'],
    ['-0.505', 2, '-0.51', '-0.50', '-0.50'],
    ['-0.515', 2, '-0.52', '-0.52', '-0.51'],
    // a little over and under
    ['0.5050000000000000000000000000000000000001', 2, '0.51', '0.51', '0.50'],
    ['0.5049999999999999999999999999999999999999', 2, '0.50', '0.50', '0.50'],
    ['0.999', 2, '1.00', '1.00', '0.99'],
    // yen and dinar
    ['100.5', 0, '101', '100', '100'],
    ['101.5', 0, '102', '102', '101'],
    ['0.1255', 3, '0.126', '0.126', '0.125'],
    ['0.1245', 3, '0.125', '0.124', '0.124'],
    ['99999999999999999999.995', 2, '100000000000000000000.00', '100000000000000000000.00', '99999999999999999999.99'],
    ['12.34', 2, '12.34', '12.34', '12.34'],
  ])('%s to %i decimals', (text, digits, halfUp, halfEven, down) => {
    expect([
      rounded(text, digits, 'HALF_UP'),
      rounded(text, digits, 'HALF_EVEN'),
      rounded(text, digits, 'DOWN'),
    ]).toEqual([halfUp, halfEven, down]);
  });

  it('a product of everything a line multiplies loses no digit before it is rounded', () => {
    // 99,999,999,999,999,999,999.99… (38 digits) × 18 decimals of share × 18 of percent × 18 of multiplier: 92 digits
    const base = new Decimal('99999999999999999999.999999999999999999');
    const factor = new Decimal('1.000000000000000001');
    const product = base.times(factor).times(factor).times(factor);
    expect(product.decimalPlaces()).toBe(72);
    expect(product.div(factor).div(factor).div(factor).toFixed()).toBe(base.toFixed());
  });
});

describe('parseDecimal', () => {
  it.each(['0', '-0', '1', '007', '12.50', '-3.25', '99999999999999999999.999999999999999999', '0.000000000000000001'])(
    'reads %s exactly',
    (text) => {
      expect(parseDecimal(text)?.eq(new Decimal(text))).toBe(true);
    },
  );

  it.each([
    'NaN',
    'Infinity',
    '-Infinity',
    '1e5',
    '1E5',
    '1e-3',
    '0x10',
    '+1',
    ' 1',
    '1 ',
    '1\n',
    '',
    '-',
    '.',
    '.5',
    '5.',
    '1,5',
    '1.2.3',
    '--1',
    '１',
    '1_000',
    '1234567890123456789012345678901234567890',
    '123456789012345678901',
    '1.0000000000000000001',
  ])('refuses %j', (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  });
});

describe('canonicalDecimal', () => {
  it.each([
    ['1.50', '1.5'],
    ['100', '100'],
    ['0.000', '0'],
    ['-0', '0'],
    ['0.000000000000000001', '0.000000000000000001'],
    ['12345678901234567890123', '12345678901234567890123'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalDecimal(text)).toBe(canonical);
    expect(canonicalDecimal(new Decimal(text))).toBe(canonical);
  });
});

describe('formatMoney', () => {
  it('has all decimals of the currency and never rounds', () => {
    expect(formatMoney('891.5600', 2)).toBe('891.56');
    expect(formatMoney('12', 3)).toBe('12.000');
    expect(formatMoney(new Decimal('892'), 0)).toBe('892');
    expect(() => formatMoney('0.125', 2)).toThrow('finer than 2 decimals');
    expect(() => formatMoney('0.5', 0)).toThrow();
  });
});

it('minor units are those of ISO 4217', () => {
  expect([minorUnitDigits.CNY, minorUnitDigits.JPY, minorUnitDigits.KWD]).toEqual([2, 0, 3]);
});

describe('compareBytes', () => {
  it('orders by UTF-8 bytes, not by language or UTF-16 units', () => {
    const words = ['\u{1F600}', '\uFF21', 'é', 'z', 'a', 'Z', 'A1', 'A-1', 'A', ''];
    expect([...words].sort(compareBytes)).toEqual(['', 'A', 'A-1', 'A1', 'Z', 'a', 'z', 'é', '\uFF21', '\u{1F600}']);
    // UTF-16 would have the emoji (a surrogate, D83D) before the wide A (FF21).
    expect('\u{1F600}' < '\uFF21').toBe(true);
  });
});

describe('shareExactly', () => {
  const taker = (code: string, weight: string): ShareTaker => ({ code, weight: new Decimal(weight) });
  const shares = (total: string, takers: ShareTaker[], digits = 2) =>
    shareExactly(new Decimal(total), takers, digits).map((share) => share.toFixed(digits));

  it('gives what is left over to the largest remainders', () => {
    // 10 fen by 1 : 2 : 4 are 1 3/7, 2 6/7, 5 5/7: floors 1, 2, 5 and one more for 6/7 and 5/7
    expect(shares('0.10', [taker('A', '1'), taker('B', '2'), taker('C', '4')])).toEqual(['0.01', '0.03', '0.06']);
  });

  it('settles ties by code, by bytes, wherever the taker stands', () => {
    // 1.00 by 1 : 1 : 1: one fen is left. Upper case comes before lower case, "-" before digits.
    expect(shares('1.00', [taker('a', '1'), taker('B', '1'), taker('b', '1')])).toEqual(['0.33', '0.34', '0.33']);
    expect(shares('1.00', [taker('A1', '1'), taker('A10', '1'), taker('A-1', '1')])).toEqual(['0.33', '0.33', '0.34']);
    expect(shares('0.05', [taker('C', '1'), taker('A', '1'), taker('B', '1')])).toEqual(['0.01', '0.02', '0.02']);
  });

  it('compares remainders as exact fractions', () => {
    // 1 fen by 0.333333333333333333 : 0.333333333333333334: the second is larger by a part in 10^18.
    expect(shares('0.01', [taker('A', '0.333333333333333333'), taker('B', '0.333333333333333334')])).toEqual([
      '0.00',
      '0.01',
    ]);
    // By 1/3 as a quotient of doubles or of 20 digits both would tie and A would win.
    const big = '12345678901234567890123456789';
    expect(
      shares('0.01', [taker('A', big), taker('B', `${big.slice(0, -1)}8`), taker('C', `${big.slice(0, -2)}90`)]),
    ).toEqual(['0.00', '0.00', '0.01']);
  });

  it('gives nothing to weight 0, and nothing at all where all weights are 0', () => {
    expect(shares('1.00', [taker('A', '0'), taker('B', '3')])).toEqual(['0.00', '1.00']);
    expect(shares('1.00', [taker('A', '0'), taker('B', '0')])).toEqual(['0.00', '0.00']);
    expect(shares('1.00', [])).toEqual([]);
    expect(shares('0.00', [taker('A', '1')])).toEqual(['0.00']);
  });

  it('refuses what it cannot share', () => {
    expect(() => shares('-1', [taker('A', '1')])).toThrow('negative');
    expect(() => shares('1', [taker('A', '-1')])).toThrow('negative');
    expect(() => shares('0.005', [taker('A', '1')])).toThrow('finer');
    expect(() => shares('0.5', [taker('A', '1')], 0)).toThrow('finer');
  });

  const weights = fc
    .array(fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 24n }), fc.integer({ min: 0, max: 18 })), {
      minLength: 1,
      maxLength: 12,
    })
    .map((drawn) =>
      drawn.map(([units, scale], index) =>
        taker(`A${index}`, new Decimal(units.toString()).div(new Decimal(10).pow(scale)).toFixed()),
      ),
    )
    .filter((takers) => takers.some(({ weight }) => !weight.isZero()));
  const units = fc.bigInt({ min: 0n, max: 10n ** 15n });
  const digits = fc.constantFrom(0, 2, 3);
  const amount = (value: bigint, scale: number) => new Decimal(value.toString()).div(new Decimal(10).pow(scale));

  it('always adds up to the whole, each less than a unit from its exact part', () => {
    fc.assert(
      fc.property(units, digits, weights, (whole, scale, takers) => {
        const total = amount(whole, scale);
        const given = shareExactly(total, takers, scale);
        expect(given.reduce((sum, share) => sum.plus(share), new Decimal(0)).toFixed()).toBe(total.toFixed());
        const weightTotal = takers.reduce((sum, { weight }) => sum.plus(weight), new Decimal(0));
        for (const [index, share] of given.entries()) {
          const exactTimesTotal = total.times(takers[index]?.weight ?? 0);
          const distance = share.times(weightTotal).minus(exactTimesTotal).abs();
          expect(distance.lt(weightTotal.times(amount(1n, scale)))).toBe(true);
        }
      }),
    );
  });

  it('gives each taker the same, in whatever order they stand', () => {
    const shuffled = weights.chain((takers) =>
      fc.tuple(fc.constant(takers), fc.shuffledSubarray(takers, { minLength: takers.length })),
    );
    fc.assert(
      fc.property(units, digits, shuffled, (whole, scale, [takers, other]) => {
        const byCode = (all: ShareTaker[]) => {
          const given = shareExactly(amount(whole, scale), all, scale);
          return new Map(all.map(({ code }, index) => [code, given[index]?.toFixed()]));
        };
        expect(new Map([...byCode(other)].sort())).toEqual(new Map([...byCode(takers)].sort()));
      }),
    );
  });

  it('never gives the heavier less than the lighter', () => {
    fc.assert(
      fc.property(units, weights, (whole, takers) => {
        const given = shareExactly(amount(whole, 2), takers, 2);
        const sorted = takers.map(({ weight }, index) => ({ weight, share: given[index] ?? new Decimal(0) }));
        sorted.sort((a, b) => a.weight.comparedTo(b.weight) || a.share.comparedTo(b.share));
        for (const [index, { share }] of sorted.entries()) expect(share.gte(sorted[index - 1]?.share ?? 0)).toBe(true);
      }),
    );
  });
});

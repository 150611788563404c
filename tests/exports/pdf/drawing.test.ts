import { describe, expect, it } from 'vitest';
import { chartScale, groupThousands, shortAmount } from '../../../src/exports/pdf/chart.ts';
import { breakLines } from '../../../src/exports/pdf/textLines.ts';
import { glyphsOf, typefaces, widthOf } from '../../../src/exports/pdf/typefaces.ts';
import { Decimal } from '../../../src/money.ts';
import type { Period } from '../../../src/period.ts';
import { lastTwelveMonths } from '../../../src/statements/statementModel.ts';

describe('the chart of the last twelve months', () => {
  it('has the period and the eleven before it, also where they had no statement', () => {
    const known = [
      { period: '2026-02', payable: '12.50' },
      { period: '2025-02', payable: '99' },
      { period: '2025-12', payable: '0' },
    ];
    const months = lastTwelveMonths('2026-02' as Period, known);
    expect(months.map(({ period }) => period)).toEqual(
      '2025-03 2025-04 2025-05 2025-06 2025-07 2025-08 2025-09 2025-10 2025-11 2025-12 2026-01 2026-02'.split(' '),
    );
    expect(months.map(({ payable }) => payable?.toFixed() ?? '')).toEqual([...Array(9).fill(''), '0', '', '12.5']);
  });

  it.each([
    // 118,866 needs five steps of 25,000 (of 20,000 it would need six)
    [['118866.15', '0'], '0 25000 50000 75000 100000 125000'],
    [['100'], '0 20 40 60 80 100'],
    [['100.01'], '0 25 50 75 100 125'],
    [['0.03'], '0 0.01 0.02 0.03'],
    [['0', '-5'], '0 1'],
    [[], '0 1'],
  ])('puts %j on a scale of %s', (amounts, ticks) => {
    const scale = chartScale(amounts.map((amount) => new Decimal(amount)));
    expect(scale.ticks.map((tick) => tick.toFixed()).join(' ')).toBe(ticks);
    expect(scale.heightOf(scale.ticks.at(-1) ?? new Decimal(0))).toBe(1);
  });

  it('draws nothing for what is not above zero', () => {
    const { heightOf } = chartScale([new Decimal(100), new Decimal(-50)]);
    expect([-50, 0, 25, 100].map((amount) => heightOf(new Decimal(amount)))).toEqual([0, 0, 0.25, 1]);
  });

  it.each([
    ['9999.99', '10,000'],
    ['1234.5', '1,230'],
    ['12345', '12.3k'],
    ['3000000', '3M'],
    ['0.5', '0.5'],
  ])('labels %s as %s', (amount, label) => expect(shortAmount(new Decimal(amount))).toBe(label));

  it.each([
    ['1234567.50', '1,234,567.50'],
    ['-123456', '-123,456'],
    ['-123.00', '-123.00'],
  ])('groups %s as %s', (plain, grouped) => expect(groupThousands(plain)).toBe(grouped));
});

describe('lines', () => {
  const wide = (text: string) => [...text].reduce((width, character) => width + (character > '\u2e80' ? 2 : 1), 0);

  it.each([
    ['one two three', 8, ['one two', 'three']],
    ['按照渠道管理办法扣罚', 8, ['按照渠道', '管理办法', '扣罚']],
    // a closing mark stays with what it closes
    ['渠道管理，扣罚', 8, ['渠道管理，', '扣罚']],
    ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['', 4, []],
  ])('of %j within %i', (text, width, lines) => expect(breakLines(text, width, wide)).toEqual(lines));

  it('beyond the last allowed one are left out, and it says so', () => {
    expect(breakLines('one two three four', 5, wide, 2)).toEqual(['one', 'two…']);
  });
});

describe('a typeface', () => {
  it('has Chinese, and prints 〓 for what it does not have, telling which', () => {
    const missing: number[] = [];
    const { regular, bold } = typefaces();
    const shown = glyphsOf(regular, 'A酬𪜀😀\u{fe0f}', (codePoint) => missing.push(codePoint));
    expect(String.fromCodePoint(...shown.map(({ codePoints }) => codePoints[0] ?? 0))).toBe('A酬〓〓');
    expect(missing).toEqual([0x2a700, 0x1f600]);
    expect(shown.every(({ id }) => id > 0)).toBe(true);
    // a Chinese character is as wide as its size, digits are all of one width
    expect(widthOf(bold, '结算', 10)).toBe(20);
    expect(new Set([...'0123456789'].map((digit) => widthOf(regular, digit, 10))).size).toBe(1);
  });
});

import { describe, expect, it } from 'vitest';
import { create } from 'xmlbuilder2';
import {
  amountStyle,
  columnName,
  fittingText,
  isExactNumber,
  longestText,
  serialInstants,
  styles,
  textCell,
} from '../../src/exports/xlsx/cells.ts';
import { columnOf } from '../../src/exports/xlsx/columns.ts';
import { csvRows, withoutGuard } from '../../src/exports/xlsx/csvRows.ts';
import { type Losses, tableSheet } from '../../src/exports/xlsx/sheet.ts';

async function* pieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function rowsIn(text: string, size: number): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const batch of csvRows(pieces(text, size))) rows.push(...batch);
  return rows;
}

async function sheet(header: string, rows: string[][], losses: Losses = new Map()): Promise<string> {
  const columns = header.split(',').map(columnOf);
  const batches = (async function* () {
    yield rows;
  })();
  let xml = '';
  for await (const piece of tableSheet(columns, batches, 'Asia/Shanghai', losses)) xml += piece.toString();
  create(xml);
  return xml;
}

describe('text in a cell', () => {
  it.each([
    ['=SUM(A1)', '<t>=SUM(A1)</t>'],
    ['a & <b>', '<t>a &amp; &lt;b&gt;</t>'],
    [' two  spaces', '<t xml:space="preserve"> two  spaces</t>'],
    ['bell \u0007 and \uFFFF', '<t>bell \uFFFD and \uFFFD</t>'],
    // a reader would take _x0041_ for an A, and a bare CR for a line feed
    ['_x0041_', '<t>_x005F_x0041_</t>'],
    ['a\r\nb', '<t xml:space="preserve">a&#13;\nb</t>'],
    ['北京 😀', '<t>北京 😀</t>'],
  ])('%j is what is read back', (text, expected) => {
    const cell = textCell('A1', text);
    expect(cell).toContain(expected);
    expect(cell).toContain('t="inlineStr"');
    create(cell);
  });

  it('is cut to what a cell holds, no character in two', () => {
    expect(fittingText('x'.repeat(longestText))).toHaveLength(longestText);
    const cut = fittingText(`${'x'.repeat(longestText - 2)}😀😀`);
    expect(cut).toBe(`${'x'.repeat(longestText - 2)}…`);
  });
});

describe('a number', () => {
  it.each([
    ['123456789012345', true],
    ['-1234567890123.45', true],
    ['1234567890123456', false],
    ['12345678901234.56', false],
    ['0.000000000000000001', true],
    ['100000000000000000000.00', true],
    ['0.3333333333333333', false],
  ])('%s is kept by a spreadsheet: %s', (text, expected) => expect(isExactNumber(text)).toBe(expected));

  it('that is not kept stands as text, and is told', async () => {
    const losses: Losses = new Map();
    const xml = await sheet(
      'currency,amount',
      [
        ['CNY', '1.50'],
        ['CNY', '12345678901234.56'],
      ],
      losses,
    );
    expect(xml).toContain('<c r="B2" s="4"><v>1.50</v></c>');
    expect(xml).toContain('<c r="B3" t="inlineStr"><is><t>12345678901234.56</t></is></c>');
    expect([...losses.values()]).toEqual([{ kind: 'LONG_NUMBER', column: 'amount', count: 1, firstRow: 3 }]);
  });

  it('has the decimals of its currency, all of its own where it is finer', () => {
    expect(amountStyle('1.50', 'CNY')).toBe(styles.amount2);
    expect(amountStyle('150', 'JPY')).toBe(styles.amount0);
    expect(amountStyle('1.500', 'KWD')).toBe(styles.amount3);
    expect(amountStyle('1.505', 'CNY')).toBe(styles.plain);
    expect(amountStyle('1.500', 'CNY')).toBe(styles.amount2);
  });
});

describe('an instant', () => {
  it('is the local date and time in days', () => {
    const shanghai = serialInstants('Asia/Shanghai');
    // 2026-10-10 is day 46305; 02:00 in UTC is 10:00 there
    expect(shanghai('2026-10-10 02:00:00+00')).toBe('46305.4166666667');
    expect(shanghai('2026-10-10 02:00:00.999999+00')).toBe('46305.4166666667');
    expect(shanghai('soon')).toBeUndefined();
    // New York leaves summer time at 06:00 UTC: 05:59 is 01:59, 06:00 is 01:00
    const newYork = serialInstants('America/New_York');
    expect(newYork('2026-11-01 05:59:00+00')).toBe('46327.0826388889');
    expect(newYork('2026-11-01 06:00:00+00')).toBe('46327.0416666667');
  });
});

it('columns are named A to Z, then AA', () => {
  expect([0, 25, 26, 51, 52, 701, 702].map(columnName)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA']);
});

describe('rows of a CSV file', () => {
  const text = 'a,b,c\n1,"x, ""y""\nz",\n北京,,"3"\n,,\n';
  const expected = [
    ['a', 'b', 'c'],
    ['1', 'x, "y"\nz', ''],
    ['北京', '', '3'],
    ['', '', ''],
  ];

  it.each([1, 2, 3, 7, 1000])('are the same in pieces of %i bytes', async (size) => {
    expect(await rowsIn(text, size)).toEqual(expected);
    expect(await rowsIn(text.trimEnd(), size)).toEqual(expected);
  });

  it('lose what was put before formulas', () => {
    expect(["'=1", "'-x", "'x", "''=1", ''].map(withoutGuard)).toEqual(['=1', '-x', "'x", "''=1", '']);
  });
});

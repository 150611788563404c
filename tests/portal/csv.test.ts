import { expect, it } from 'vitest';
import { readCsv } from '../../src/portal/web/shared/csv.ts';

const columns = { known: ['metric', 'value', 'note'], needed: ['metric', 'value'] };
const read = (text: string) => readCsv(text, columns);

it('reads quoted fields with commas, quotes and lines in them, and says where rows begin', () => {
  expect(read('Value, metric,note\r\n"1,000",REVENUE,"says ""two\nlines"""\r\n\r\n,,\r\n7,CHURN,\r\n')).toEqual({
    faults: [],
    rows: [
      { line: 2, values: { value: '1,000', metric: 'REVENUE', note: 'says "two\nlines"' } },
      { line: 6, values: { value: '7', metric: 'CHURN', note: '' } },
    ],
  });
});

it('needs no end of line after the last row, nor loses an empty last field', () => {
  expect(read('metric,value,note\nA,1,').rows).toEqual([{ line: 2, values: { metric: 'A', value: '1', note: '' } }]);
  expect(read('metric,value\rA,1\rB,2').rows.map(({ line }) => line)).toEqual([2, 3]);
});

it.each([
  ['', [{ kind: 'EMPTY', line: 1, value: '' }]],
  ['metric,value\n', [{ kind: 'EMPTY', line: 1, value: '' }]],
  [
    'metric,note,note,x\n1,2,3,4',
    [
      { kind: 'COLUMN_UNKNOWN', line: 1, value: 'x' },
      { kind: 'COLUMN_DOUBLED', line: 1, value: 'note' },
      { kind: 'COLUMN_MISSING', line: 1, value: 'value' },
    ],
  ],
  [
    'metric,value\nA,1\nB\nC,1,2',
    [
      { kind: 'FIELDS', line: 3, value: '1' },
      { kind: 'FIELDS', line: 4, value: '3' },
    ],
  ],
  ['metric,value\nA,"1\nB,2\n', [{ kind: 'QUOTE', line: 2, value: '' }]],
  ['metric,value\nA,1"\n', [{ kind: 'QUOTE', line: 2, value: '' }]],
])('sends nothing of %j', (text, faults) => {
  expect(read(text)).toEqual({ rows: [], faults });
});

import { expect, it } from 'vitest';
import { readAdjustments } from '../../src/portal/web/pages/proposals/fileRows.ts';

it('adjustments are read by the names of the first line, in any order; amounts stay texts, codes may be small', () => {
  const text =
    'Currency,reason,agent,Amount,KIND\r\ncny,"too much, by far",E01, -0.10 ,penalty\r\n,,,,\r\nUSD,,E02,1e3,\r\n';
  expect(readAdjustments(text)).toEqual({
    rows: [
      { agent: 'E01', kind: 'PENALTY', amount: '-0.10', currency: 'CNY', reason: 'too much, by far', document: '' },
      { agent: 'E02', kind: '', amount: '1e3', currency: 'USD', reason: '', document: '' },
    ],
    faults: [],
  });
});

it('the paper may be named by its id, or be missing as a column; no other column may', () => {
  const header = 'agent,kind,amount,currency,reason';
  expect(readAdjustments(`${header},document\nE01,PENALTY,-1,CNY,late,RDo3`).rows[0]?.document).toBe('RDo3');
  expect(readAdjustments('agent,kind,amount,currency\nE01,PENALTY,-1,CNY')).toEqual({
    rows: [],
    faults: [{ kind: 'COLUMN_MISSING', line: 1, value: 'reason' }],
  });
  expect(readAdjustments(`${header},note\nE01,PENALTY,-1,CNY,late,x`).faults.map(({ kind }) => kind)).toEqual([
    'COLUMN_UNKNOWN',
  ]);
});

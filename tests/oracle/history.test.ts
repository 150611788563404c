import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { calculateHistory } from './history.ts';
import { expandHistory, type HistoryCase } from './historyDefaults.ts';
import type { PeriodOutput } from './historyOutput.ts';

/** Rows are partial, in any order. Lines and unpaid that are not expected must not be there; the other lists only count where given. */
type Expected = { [List in keyof PeriodOutput]?: Record<string, unknown>[] };
type Case = {
  name: string;
  why: string;
  input: HistoryCase;
  expected: { error?: string; periods?: Record<string, Expected> };
};

const historyFiles = [
  'rate',
  'pool',
  'brackets',
  'quota',
  'residual',
  'spiff',
  'override',
  'poolRules',
  'limits',
  'instalments',
  'statement',
  'retro',
  'exchange',
  'conflicts',
];

function casesOf(file: string): Case[] {
  return JSON.parse(readFileSync(new URL(`../cases/${file}.json`, import.meta.url), 'utf8'));
}

function holds(actual: object, expected: object): boolean {
  return Object.entries(expected).every(
    ([key, value]) => JSON.stringify((actual as Record<string, unknown>)[key]) === JSON.stringify(value),
  );
}

/** The rows that nothing expects, and the expectations that no row meets. */
function unmatched(actual: readonly object[], expected: readonly object[]): { extra: object[]; missing: object[] } {
  const extra = [...actual];
  const missing = expected.filter((each) => {
    const index = extra.findIndex((row) => holds(row, each));
    if (index >= 0) extra.splice(index, 1);
    return index < 0;
  });
  return { extra, missing };
}

describe.each(historyFiles)('cases of %s', (file) => {
  const cases = casesOf(file);

  it('has names of their own and reasons', () => {
    expect(cases.length).toBeGreaterThanOrEqual({ rate: 25, pool: 12 }[file] ?? 4);
    expect(new Set(cases.map((each) => each.name)).size).toBe(cases.length);
    expect(cases.filter((each) => !each.why.includes('§'))).toEqual([]);
  });

  it.each(cases)('$name', ({ input, expected }) => {
    const calculateIt = () => calculateHistory(expandHistory(input));
    if (expected.error !== undefined) {
      expect(calculateIt).toThrow(expected.error);
      return;
    }
    const output = calculateIt();
    for (const [period, own] of Object.entries(output.periods)) {
      const lists: Expected = { lines: [], unpaid: [], ...expected.periods?.[period] };
      for (const [list, rows] of Object.entries(lists)) {
        const actual = own[list as keyof PeriodOutput];
        expect({ period, list, ...unmatched(actual, rows) }).toEqual({ period, list, extra: [], missing: [] });
      }
    }
    expect(Object.keys(output.periods)).toEqual(expect.arrayContaining(Object.keys(expected.periods ?? {})));
  });
});

describe('the oracle refuses', () => {
  const sale = (rest: object): HistoryCase => ({
    components: [{ rules: [{ code: 'R', flat: '1' }] }],
    events: [{}],
    ...rest,
  });

  it('two rules that tie for an event, naming both', () => {
    const rules = [
      { code: 'X', flat: '1', match: { product: 'FIBER', baseFrom: '0', baseTo: '200' } },
      { code: 'Y', flat: '2', match: { product: 'FIBER', baseFrom: '100' } },
    ];
    expect(() => calculateHistory(expandHistory(sale({ components: [{ rules }] })))).toThrow('rules X and Y of C tie');
  });

  it.each([
    { what: 'shares that do not total 1', event: { credits: [{ agent: 'A001', role: 'SELLER', share: '0.9' }] } },
    { what: 'an instant without an offset', event: { occurredAt: '2026-10-10T10:00:00' } },
    { what: 'an amount that is no decimal', event: { amount: '1e3' } },
    { what: 'an unknown product', event: { product: 'GOLD' } },
  ])('$what', ({ event }) => {
    const flawed = sale({
      events: [event],
      components: [{ rules: [{ code: 'R', percent: '1', match: { product: 'FIBER' } }] }],
    });
    expect(() => calculateHistory(expandHistory(flawed))).toThrow();
    expect(() => calculateHistory(expandHistory(sale({})))).not.toThrow();
  });
});

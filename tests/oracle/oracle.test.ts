import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CaseInput, expandCase } from './defaults.ts';
import type { OracleOutput } from './model.ts';
import { calculate } from './oracle.ts';

type Expected = { [K in keyof OracleOutput]?: unknown };
type Case = { name: string; why: string; input: CaseInput; expected: Expected };

function casesOf(file: string): Case[] {
  return JSON.parse(readFileSync(new URL(`../cases/${file}`, import.meta.url), 'utf8'));
}

describe.each([
  { file: 'rate.json', least: 25 },
  { file: 'pool.json', least: 12 },
])('cases of $file', ({ file, least }) => {
  const cases = casesOf(file);

  it('has enough cases, each with a name of its own and a reason', () => {
    expect(cases.length).toBeGreaterThanOrEqual(least);
    expect(new Set(cases.map((each) => each.name)).size).toBe(cases.length);
    expect(cases.filter((each) => !each.why.includes('§'))).toEqual([]);
  });

  it.each(cases)('$name', ({ input, expected }) => {
    // Lines and unpaid events are always compared as a whole: what a case does not expect must not be there.
    expect(calculate(expandCase(input))).toMatchObject({ lines: [], unpaid: [], ...expected });
  });
});

describe('the oracle refuses', () => {
  const sale = (rest: object): CaseInput => ({
    components: [{ rules: [{ code: 'R', flat: '1' }] }],
    events: [{}],
    ...rest,
  });

  it('two rules that tie for an event, naming both', () => {
    const rules = [
      { code: 'X', flat: '1', match: { product: 'FIBER', baseFrom: '0', baseTo: '200' } },
      { code: 'Y', flat: '2', match: { product: 'FIBER', baseFrom: '100' } },
    ];
    expect(() => calculate(expandCase(sale({ components: [{ rules }] })))).toThrow('rules X and Y of C tie');
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
    expect(() => calculate(expandCase(flawed))).toThrow();
    expect(() => calculate(expandCase(sale({})))).not.toThrow();
  });
});

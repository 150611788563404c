import { describe, expect, it } from 'vitest';
import { dueDaysOf, screeningResult } from '../../src/onboarding/form.ts';
import { screeningDefinitionSchema } from '../../src/onboarding/formSchema.ts';
import { definition } from './fixture.ts';

const faultsIn = (given: object) =>
  screeningDefinitionSchema.safeParse({ ...definition, ...given }).error?.issues.map(({ path }) => path.join('.')) ??
  [];
const items = (...weights: string[]) => weights.map((weight, index) => ({ code: `I${index}`, name: 'Item', weight }));

describe('a screening form', () => {
  it.each([
    ['weights of exactly 100', { items: items('33.33', '33.33', '33.34') }, []],
    ['one item of 100', { items: items('100.000') }, []],
    ['a hair below 100', { items: items('33.33', '33.33', '33.339999999999999999') }, ['items']],
    ['more than 100', { items: items('60', '40.01') }, ['items']],
    ['a weight of nothing', { items: items('100', '0') }, ['items.1.weight']],
    ['a negative weight', { items: items('150', '-50') }, ['items.1.weight']],
    ['no items', { items: [] }, ['items', 'items']],
    ['a code twice', { items: items('50', '50').map((item) => ({ ...item, code: 'A' })) }, ['items.1.code']],
    ['a mark of 100', { passMark: '100' }, []],
    ['a mark above 100', { passMark: '100.01' }, ['passMark']],
    ['a mark below 0', { passMark: '-1' }, ['passMark']],
    ['a document twice', { requiredDocuments: ['A', 'A'] }, ['requiredDocuments']],
    ['a negative cooling-off', { coolingOffDays: -1 }, ['coolingOffDays']],
    ['due days of a state that is an end', { dueDays: { ACTIVE: 3 } }, ['dueDays']],
  ])('with %s', (_what, given, faults) => {
    expect(faultsIn(given)).toEqual(faults);
  });

  it('keeps decimals as text in one notation', () => {
    expect(screeningDefinitionSchema.parse({ ...definition, passMark: '70.50' }).passMark).toBe('70.5');
  });

  it('adds points up by weight, exactly', () => {
    const points = (money: string, reach: string, team: string) =>
      new Map([
        ['MONEY', money],
        ['REACH', reach],
        ['TEAM', team],
      ]);
    // 0.5 · 80 + 0.3 · 70 + 0.2 · 45 = 40 + 21 + 9
    expect(screeningResult(definition, points('80', '70', '45'))).toEqual({ total: '70', unscored: [], passes: true });
    // 0.5 · 79.99 + 21 + 9: not rounded up to the mark
    expect(screeningResult(definition, points('79.99', '70', '45'))).toMatchObject({ total: '69.995', passes: false });
    // enough without the team, but the team is not judged: 0.5 · 100 + 0.3 · 100
    const missing = new Map([
      ['MONEY', '100'],
      ['REACH', '100'],
    ]);
    expect(screeningResult(definition, missing)).toEqual({ total: '80', unscored: ['TEAM'], passes: false });
  });

  it('says when each state is due', () => {
    expect(dueDaysOf(definition, 'SCREENING')).toBe(10);
    expect(dueDaysOf(definition, 'SUBMITTED')).toBe(5);
    expect(dueDaysOf(undefined, 'DRAFT')).toBe(30);
    expect(['ACTIVE', 'REJECTED', 'WITHDRAWN'].map((state) => dueDaysOf(definition, state))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { Decimal } from '../../src/money.ts';
import { explainDistance, explainStanding, type Names } from '../../src/tiers/explainProgress.ts';
import { distanceTo } from '../../src/tiers/missing.ts';
import type { TierCriterion } from '../../src/tiers/scheme.ts';

const metric = (bounds: object, rest: object = {}): TierCriterion => {
  return { kind: 'METRIC', metric: 'REVENUE', months: 1, aggregate: 'LATEST', ...rest, ...bounds };
};
const distance = (criterion: TierCriterion, value?: string) => {
  const found = distanceTo(criterion, value === undefined ? undefined : new Decimal(value));
  return { held: found.held, missing: found.missing?.toFixed() ?? null, excess: found.excess?.toFixed() ?? null };
};

describe('distanceTo', () => {
  it('is what is missing to the least, and what is above the most; the bounds themselves hold', () => {
    expect(distance(metric({ atLeast: '1000' }), '800.5')).toEqual({ held: false, missing: '199.5', excess: null });
    expect(distance(metric({ atLeast: '1000' }), '1000')).toEqual({ held: true, missing: null, excess: null });
    expect(distance(metric({ atMost: '5' }), '5.01')).toEqual({ held: false, missing: null, excess: '0.01' });
    expect(distance(metric({ atMost: '5' }), '5')).toEqual({ held: true, missing: null, excess: null });
    expect(distance(metric({ atLeast: '1', atMost: '5' }), '-1')).toEqual({ held: false, missing: '2', excess: null });
  });

  it('without a value nothing holds, and all that is asked for is missing', () => {
    expect(distance(metric({ atLeast: '1000' }))).toEqual({ held: false, missing: '1000', excess: null });
    expect(distance(metric({ atMost: '5' }))).toEqual({ held: false, missing: null, excess: null });
    expect(distance(metric({ atLeast: '0' }))).toEqual({ held: false, missing: null, excess: null });
  });

  it('a certificate is there or not', () => {
    const course: TierCriterion = { kind: 'CERTIFICATION', course: 'RULES' };
    expect(distance(course, '1')).toMatchObject({ held: true });
    expect(distance(course, '0')).toMatchObject({ held: false, missing: '1' });
  });
});

const names: Names = {
  metric: (code) => (code === 'REVENUE' ? { name: 'Revenue', unit: 'CNY' } : { name: code }),
  course: (code) => `${code} course`,
};
const explained = (criterion: TierCriterion, value?: string) =>
  explainDistance(criterion, distanceTo(criterion, value === undefined ? undefined : new Decimal(value)), names);

describe('sentences', () => {
  it('say what is missing in the unit of the criterion', () => {
    expect(explained(metric({ atLeast: '1000' }, { months: 3, aggregate: 'SUM' }), '800')).toEqual({
      en: 'Revenue (sum of 3 months): 800 CNY, asked for at least 1000 CNY, 200 CNY missing.',
      zh: 'Revenue（近 3 个月合计）：800 CNY，要求至少 1000 CNY，还差 200 CNY。',
    });
    expect(
      explained({ kind: 'RATIO', numerator: 'CHURN', denominator: 'UNITS', months: 1, atMost: '5' }, '6.125'),
    ).toEqual({
      en: 'CHURN / UNITS: 6.13 %, asked for at most 5 %, 1.13 % too much.',
      zh: 'CHURN / UNITS：6.13 %，要求至多 5 %，超出 1.13 %。',
    });
    // An average of thirds: what is there goes down and what is missing up, so both add up to 75. A near miss stays one.
    expect(explained(metric({ atLeast: '75' }), '63.6833333333').en).toBe(
      'Revenue: 63.68 CNY, asked for at least 75 CNY, 11.32 CNY missing.',
    );
    expect(explained(metric({ atLeast: '75' }), '74.9999').en).toContain('74.99 CNY, asked for at least 75 CNY, 0.01');
    expect(explained(metric({ atMost: '5' }), '5.0001').en).toContain('5.01 CNY, asked for at most 5 CNY, 0.01');
    // What is asked for to the thousandth is told to the thousandth.
    expect(explained(metric({ atLeast: '0.995' }), '0.99211').en).toContain(
      '0.992 CNY, asked for at least 0.995 CNY, 0.003',
    );
    expect(explained({ kind: 'CERTIFICATION', course: 'SALES' }, '0')).toEqual({
      en: 'course SALES course: to be passed.',
      zh: '培训 SALES course：尚未通过。',
    });
    expect(explained(metric({ atLeast: '60' }, { metric: 'SCORE', unit: 'points' })).en).toBe(
      'SCORE: no value yet, needs at least 60 points.',
    );
    expect(explained({ kind: 'MONTHS_OF_SERVICE', atLeast: '6' }, '7').en).toBe(
      'months of service: 7 months, asked for at least 6 months.',
    );
  });

  it('say where an agent stands', () => {
    const standing = {
      agent: 'One (A1)',
      tier: 'STAR_3',
      nextTier: 'STAR_4',
      toNext: [explained(metric({ atLeast: '10' }), '8')],
      atRisk: [explained(metric({ atLeast: '9' }), '8')],
      misses: 1,
      grace: 3,
      isProtected: false,
      isOverridden: false,
    };
    expect(explainStanding(standing)).toEqual({
      en: 'One (A1) is STAR_3. To STAR_4: Revenue: 8 CNY, asked for at least 10 CNY, 2 CNY missing. To keep STAR_3: Revenue: 8 CNY, asked for at least 9 CNY, 1 CNY missing (1 of 3 misses so far).',
      zh: 'One (A1) 当前等级 STAR_3。升至 STAR_4：Revenue：8 CNY，要求至少 10 CNY，还差 2 CNY。保持 STAR_3：Revenue：8 CNY，要求至少 9 CNY，还差 1 CNY（已连续未达标 1 次，满 3 次降级）。',
    });
    expect(explainStanding({ ...standing, nextTier: null, atRisk: [], isOverridden: true }).en).toBe(
      'One (A1) is STAR_3 by hand. There is no higher tier.',
    );
    expect(explainStanding({ ...standing, tier: null, nextTier: 'STAR_3' }).en).toBe(
      'One (A1) has no tier yet. It begins with STAR_3.',
    );
    expect(explainStanding({ ...standing, toNext: [], isProtected: true }).en).toContain(
      'All that STAR_4 asks for holds. To keep STAR_3: Revenue: 8 CNY, asked for at least 9 CNY, 1 CNY missing (new agents are not demoted yet).',
    );
  });
});

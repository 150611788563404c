import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../src/money.ts';
import { type ExplainedScore, explainScore } from '../../src/scorecards/explainScore.ts';
import { scorePeers } from '../../src/scorecards/scoring.ts';
import type { PeerInput, TemplateDefinition } from '../../src/scorecards/template.ts';
import { templateDefinitionSchema } from '../../src/scorecards/templateSchema.ts';
import { evaluate } from '../support/formula.ts';

const item = (code: string, name: string, weight: string, method: object, missing = 'EXCLUDE') => ({
  code,
  name,
  weight,
  method,
  missing,
  ...('aspect' in method ? {} : { metric: code }),
});

const groups = [
  { group: 'MANAGER', weight: '60' },
  { group: 'CUSTOMER', weight: '40' },
];
const template = templateDefinitionSchema.parse({
  items: [
    item('SALES', 'Sales', '30', { kind: 'LINEAR', target: '200', floor: '100' }),
    item('NET', 'Net adds', '20', { kind: 'RANK' }),
    item('ARPU', 'Revenue', '20', { kind: 'PEER_MEAN' }),
    item(
      'COMPLAINTS',
      'Complaints',
      '10',
      {
        kind: 'STEP',
        steps: [
          { from: '0', points: '100' },
          { from: '3', points: '40' },
        ],
      },
      'ZERO',
    ),
    item('SERVICE', 'Service', '20', { kind: 'RATED_360', aspect: 'SERVICE', groups, minimumRaters: 3 }),
  ],
  bonuses: [{ code: 'EXTRA', name: 'New products', metric: 'EXTRA', maximum: '5', perUnit: '2' }],
  deductions: [{ code: 'LATE', name: 'Late data', metric: 'LATE', maximum: '10', steps: [{ from: '1', points: '3' }] }],
  vetoes: [{ code: 'FRAUD', name: 'Fraud', metric: 'FRAUD', atLeast: '1', cap: '59' }],
});

const decimals = (texts: readonly (string | undefined)[]) =>
  texts.map((text) => (text ? new Decimal(text) : undefined));
const peer = (
  values: (string | undefined)[],
  more: { [list in 'bonuses' | 'deductions' | 'vetoes']?: string[] } = {},
  raters = 2,
): PeerInput => ({
  agentCode: 'A',
  values: decimals(values),
  ratings: [
    ...[undefined, undefined, undefined, undefined],
    [
      { group: 'MANAGER', sum: new Decimal('80'), raterCount: 1 },
      { group: 'CUSTOMER', sum: new Decimal('90').times(raters), raterCount: raters },
    ],
  ],
  targets: [],
  bonuses: decimals(more.bonuses ?? []),
  deductions: decimals(more.deductions ?? []),
  vetoes: decimals(more.vetoes ?? []),
});

function explained(peers: readonly PeerInput[], definition: TemplateDefinition = template): ExplainedScore[] {
  return scorePeers(definition, peers).map(({ total, ...rest }) => ({ total: total?.toFixed() ?? null, ...rest }));
}

const [whole, part] = explained([
  peer(['150', '7', '30', '2'], { bonuses: ['1.5'], deductions: ['4'], vetoes: ['1'] }),
  peer(['150', '7', undefined, undefined], {}, 1),
]) as [ExplainedScore, ExplainedScore];

describe('a score explains itself', () => {
  it('part by part, in English', () => {
    // 50·30 % + 50·20 % + 100·20 % + 100·10 % + 84·20 % = 15 + 10 + 20 + 10 + 16.8 = 71.8; + 3 − 3; capped at 59.
    const { summary, formula, items } = explainScore(template, whole, 'en');
    expect(summary).toBe(
      'The score is 59.00: the items give 71.8, plus a bonus of 3, less a deduction of 3; Fraud (59) caps the total.',
    );
    expect(formula).toBe('round(clamp(min(15 + 10 + 20 + 10 + 16.8 + 3 − 3, 59), 0, 100), 2) = 59');
    expect(items.map(({ sentence }) => sentence)).toEqual([
      'Sales: 150 against a target of 200 and a floor of 100: 50 of at most 100 points; with a weight of 30 that is 15.',
      'Net adds: 7 ranks 1.5 (shared) of 2, the highest first: 50 of at most 100 points; with a weight of 20 that is 10.',
      'Revenue: 30 against a mean of 30 of 1 peer: 100 of at most 100 points; with a weight of 20 that is 20.',
      'Complaints: 2 reaches the step from 0: 100 of at most 100 points; with a weight of 10 that is 10.',
      'Service: the means of managers 80 (1, weight 60), customers 90 (2, weight 40): 84 of at most 100 points; with a weight of 20 that is 16.8.',
      'New products: 1.5 at 2 each means 3 points added, of at most 5.',
      'Late data: 4, which reaches the step from 1 (3 points), means 3 points taken away, of at most 10.',
      'Fraud: 1 is at least 1, so the total is 59 at most.',
    ]);
    expect(items.slice(0, 5).map((each) => each.formula)).toEqual([
      'clamp(100 × (150 − 100) / (200 − 100), 0, 100) × 30% = 15',
      'clamp(100 × (2 − 1.5) / (2 − 1), 0, 100) × 20% = 10',
      'clamp(100 × 30 / 30, 0, 100) × 20% = 20',
      '100 × 10% = 10',
      'clamp((60 × 80 + 40 × 90) / (60 + 40), 0, 100) × 20% = 16.8',
    ]);
    expect(items.slice(5).map((each) => each.formula)).toEqual([
      'clamp(2 × 1.5, 0, 5) = 3',
      'clamp(3, 0, 10) = 3',
      'min(71.8, 59) = 59',
    ]);
  });

  it('part by part, in Chinese', () => {
    const { summary, formula, items } = explainScore(template, whole, 'zh');
    expect(summary).toBe('总分 59.00：各指标计 71.8 分，加分 3，扣分 3；触发一票否决：Fraud（59）。');
    expect(formula).toBe(explainScore(template, whole, 'en').formula);
    expect(items[0]?.sentence).toBe('Sales：完成值 150，目标 200，底线 100，得 50 分（上限 100）；权重 30，计 15 分。');
    expect(items.at(-1)?.sentence).toBe('Fraud：1 不低于 1，触发一票否决，总分不超过 59。');
  });

  it('with what is missing, and what weighs more for it', () => {
    // Without revenue and service 60 is left: 50·30/60 + 50·20/60 + 0 = 41.67.
    const { summary, items } = explainScore(template, part, 'en');
    expect(summary).toBe(
      'The score is 41.67: the items give 41.67, their weights taken to 100 without Revenue and Service.',
    );
    expect(items.map(({ sentence }) => sentence)).toEqual([
      'Sales: 150 against a target of 200 and a floor of 100: 50 of at most 100 points; with a weight of 50 (30 before others were left out) that is 25.',
      'Net adds: 7 ranks 1.5 (shared) of 2, the highest first: 50 of at most 100 points; with a weight of 33.33 (20 before others were left out) that is 16.67.',
      'Revenue: there is no value, so it is left out and the others weigh more.',
      'Complaints: there is no value, so it counts as 0 points.',
      'Service: 2 raters where 3 are needed, so it is left out and the others weigh more.',
      'New products: there is no value, so nothing is added.',
      'Late data: there is no value, so nothing is taken away.',
      'Fraud: there is no value, so the veto is not triggered.',
    ]);
    expect(items[0]?.formula).toBe('clamp(100 × (150 − 100) / (200 − 100), 0, 100) × 30 / 60 = 25');
    expect(items.slice(4).map((each) => each.formula)).toEqual(['', '', '', '']);
  });

  it('with vetoes that are triggered and do not bind', () => {
    const veto = (code: string, cap: string) => ({ code, name: code, metric: code, atLeast: '1', cap });
    const strict = { ...template, vetoes: [veto('LATE', '69.99'), veto('FRAUD', '59.99'), veto('IDLE', '80')] };
    // 50·30 % + 100·20 % + 100·20 % + 100·10 % + 84·20 % = 81.8.
    const three = { vetoes: ['1', '1', '0'] };
    const [bound] = explained([peer(['150', '7', '30', '2'], three)], strict) as [ExplainedScore];
    const said = explainScore(strict, bound, 'en');
    expect(said.summary).toBe(
      'The score is 59.99: the items give 81.8; FRAUD (59.99) caps the total; LATE (69.99) is triggered and changes nothing.',
    );
    expect(said.items.slice(-3)).toEqual([
      {
        code: 'LATE',
        sentence: 'LATE: 1 is at least 1, so the total is 69.99 at most, which changes nothing here.',
        formula: 'min(81.8, 69.99) = 69.99',
      },
      {
        code: 'FRAUD',
        sentence: 'FRAUD: 1 is at least 1, so the total is 59.99 at most.',
        formula: 'min(81.8, 59.99) = 59.99',
      },
      { code: 'IDLE', sentence: 'IDLE: 0 is not at least 1, so the veto is not triggered.', formula: '' },
    ]);
    // 0·30 % + 0·10 % + 84·20 % of 60.
    const [low] = explained([peer(['100', undefined, undefined, undefined], three)], strict) as [ExplainedScore];
    expect(explainScore(strict, low, 'en').summary).toBe(
      'The score is 28.00: the items give 28, their weights taken to 100 without Net adds and Revenue; LATE (69.99) and FRAUD (59.99) are triggered and change nothing.',
    );
    expect(explainScore(strict, low, 'zh').summary).toBe(
      '总分 28.00：各指标计 28 分（剔除Net adds、Revenue后权重折算为 100）；一票否决LATE（69.99）、FRAUD（59.99）已触发，对总分没有影响。',
    );
  });

  it('where what raters said is withheld, or an appeal put a figure in its place', () => {
    const shown = (change: object, language: 'en' | 'zh', from: ExplainedScore = whole) => {
      const items = from.detail.items.map((each) => {
        const { groups: _groups, ...rest } = each;
        return each.code === 'SERVICE' ? { ...rest, ...change } : each;
      });
      return explainScore(template, { ...from, detail: { ...from.detail, items } }, language).items[4];
    };
    expect(shown({ input: null, withheld: 'RATED' }, 'en')).toEqual({
      code: 'SERVICE',
      sentence: 'Service: rated by others: 84 of at most 100 points; with a weight of 20 that is 16.8.',
      formula: '84 × 20% = 16.8',
    });
    expect(shown({ input: null, withheld: 'RATED' }, 'zh')?.sentence).toBe(
      'Service：由他人评分，得 84 分（上限 100）；权重 20，计 16.8 分。',
    );
    expect(shown({}, 'en')).toEqual({
      code: 'SERVICE',
      sentence: 'Service: rated: mean 84: 84 of at most 100 points; with a weight of 20 that is 16.8.',
      formula: 'clamp(84, 0, 100) × 20% = 16.8',
    });
    expect(shown({}, 'zh')?.sentence).toBe('Service：评分均值 84，得 84 分（上限 100）；权重 20，计 16.8 分。');
    expect(shown({ withheld: 'TOO_FEW_RATERS' }, 'en', part)?.sentence).toBe(
      'Service: fewer than the 3 raters that are needed, so it is left out and the others weigh more.',
    );
    expect(shown({ withheld: 'TOO_FEW_RATERS' }, 'zh', part)?.sentence).toBe(
      'Service：评分人数少于 3，剔除，其余指标权重相应提高。',
    );
  });

  it('where there is none', () => {
    const items = template.items.map((each, index) => ({
      ...each,
      missing: index < 2 ? ('BLOCK' as const) : each.missing,
    }));
    const definition = { ...template, items };
    const [blocked] = explained([peer([undefined, undefined, '1', '1'])], definition) as [ExplainedScore];
    expect(explainScore(definition, blocked, 'en').summary).toBe(
      'There is no score: Sales and Net adds have no value.',
    );
    expect(explainScore(definition, blocked, 'zh').summary).toBe('无法评分：Sales、Net adds没有数据。');
    expect(explainScore(definition, blocked, 'en').items[0]?.sentence).toBe(
      'Sales: there is no value, so the agent cannot be scored.',
    );
  });

  it('at its bounds', () => {
    const low = {
      ...template,
      deductions: [{ code: 'LATE', name: 'Late', metric: 'L', maximum: '90', perUnit: '90' }],
    };
    const [below] = explained([peer(['1', '1', '1', '9'], { deductions: ['1'] })], low) as [ExplainedScore];
    expect(explainScore(low, below, 'en').summary).toContain('; it is never below 0.');
    const small = { ...template, maximum: '50' };
    const [capped] = explained([peer(['300', '1', '1', '1'])], small) as [ExplainedScore];
    expect(explainScore(small, capped, 'en').summary).toContain('; it is 50 at most.');
    expect(explainScore(small, capped, 'zh').summary).toContain('；最高 50 分。');
  });

  it('by formulas that come to what they state', () => {
    const figure = fc.option(
      fc.integer({ min: -200, max: 4000 }).map((units) => new Decimal(units).div(10).toFixed()),
      {
        nil: undefined,
      },
    );
    const figures = fc.array(fc.tuple(figure, figure, figure, figure), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(figures, (rows) => {
        for (const score of explained(rows.map((row) => peer([...row], { bonuses: ['1'], deductions: ['1'] })))) {
          const { formula, items } = explainScore(template, score, 'en');
          for (const each of [...items.map((one) => one.formula), formula]) {
            if (each === '') continue;
            const { value, stated } = evaluate(each);
            // The peers' mean is kept to ten decimals.
            expect(new Decimal(value).minus(stated).abs().lt('0.00001')).toBe(true);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

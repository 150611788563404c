import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CreditDimensions,
  compareSpecificity,
  findTies,
  matches,
  type RuleMatch,
  winningRules,
} from '../../src/commissions/engine/rules.ts';
import { Decimal } from '../../src/money.ts';

const credit: CreditDimensions = {
  product: 'FIBER',
  category: 'BROADBAND',
  event: 'ACTIVATION',
  channelType: 'AGENT',
  tier: 'STAR_3',
  regionPath: ['NORTH-1', 'NORTH', 'CN'],
  segment: 'PUBLIC',
  campaign: 'AUTUMN',
  contractMonths: 24,
};
const number = (text: string) => new Decimal(text);

/** The code of the one rule that wins for every base. */
function winner(rules: readonly RuleMatch[], dimensions: CreditDimensions = credit): string | undefined {
  const stretches = winningRules(rules, dimensions);
  expect(stretches).toHaveLength(1);
  expect(stretches[0]?.range).toBeNull();
  return stretches[0]?.rule?.code;
}

/** The stretches as `range code`. */
const stretches = (rules: readonly RuleMatch[], dimensions: CreditDimensions = credit) =>
  winningRules(rules, dimensions).map(({ range, rule }) => `${range} ${rule?.code ?? 'nothing'}`);

describe('matches', () => {
  it('admits a credit by each dimension a rule may name', () => {
    const { regionPath: _path, ...named } = credit;
    expect(matches({ code: 'ALL', ...named, region: 'CN' }, credit)).toBe(true);
    expect(matches({ code: 'ANY' }, credit)).toBe(true);
  });

  it.each([
    ['product', 'DSL'],
    ['category', 'MOBILE'],
    ['event', 'RENEWAL'],
    ['channelType', 'ONLINE'],
    ['tier', 'STAR_4'],
    ['region', 'SOUTH'],
    ['segment', 'BUSINESS'],
    ['campaign', 'SPRING'],
    ['contractMonths', 12],
  ])('refuses a credit with another %s', (dimension, value) => {
    expect(matches({ code: 'R', [dimension]: value }, credit)).toBe(false);
  });

  it.each(['tier', 'segment', 'campaign', 'contractMonths', 'category'] as const)(
    'does not take a missing %s for any',
    (dimension) => {
      expect(matches({ code: 'R', [dimension]: credit[dimension] }, { ...credit, [dimension]: undefined })).toBe(false);
    },
  );

  it('takes a region for its subtree', () => {
    expect(['CN', 'NORTH', 'NORTH-1'].map((region) => matches({ code: 'R', region }, credit))).toEqual([
      true,
      true,
      true,
    ]);
    expect(matches({ code: 'R', region: 'NORTH-1' }, { ...credit, regionPath: ['NORTH', 'CN'] })).toBe(false);
    expect(matches({ code: 'R', region: 'CN' }, { ...credit, regionPath: [] })).toBe(false);
  });
});

describe('the most specific rule wins', () => {
  // DOMAIN.md §9.2: product, category, event, channel type, tier, region, segment, campaign, months, base range, in this order.
  const ladder: readonly RuleMatch[] = [
    { code: 'product', product: 'FIBER' },
    { code: 'category', category: 'BROADBAND' },
    { code: 'event', event: 'ACTIVATION' },
    { code: 'channel type', channelType: 'AGENT' },
    { code: 'tier', tier: 'STAR_3' },
    { code: 'deep region', region: 'NORTH-1' },
    { code: 'region', region: 'NORTH' },
    { code: 'root region', region: 'CN' },
    { code: 'segment', segment: 'PUBLIC' },
    { code: 'campaign', campaign: 'AUTUMN' },
    { code: 'months', contractMonths: 24 },
    { code: 'any' },
  ];

  it.each(ladder.slice(0, -1).map((rule, index) => [rule.code, index] as const))(
    '%s before all that come after it',
    (code, index) => {
      const rest = ladder.slice(index);
      expect(winner(rest)).toBe(code);
      expect(winner(rest.toReversed())).toBe(code);
    },
  );

  it('one weightier dimension beats all lighter ones together', () => {
    const { product: _product, category: _category, regionPath: _path, ...lighter } = credit;
    expect(
      winner([
        { code: 'many', ...lighter, region: 'NORTH-1' },
        { code: 'category', category: 'BROADBAND' },
      ]),
    ).toBe('category');
    expect(
      winner([
        { code: 'root', region: 'CN', segment: 'PUBLIC', campaign: 'AUTUMN', contractMonths: 24 },
        { code: 'deep', region: 'NORTH-1' },
      ]),
    ).toBe('deep');
  });

  it('goes on to the next dimension where one is equal', () => {
    expect(
      winner([
        { code: 'wide', product: 'FIBER', tier: 'STAR_3' },
        { code: 'narrow', product: 'FIBER', tier: 'STAR_3', contractMonths: 24 },
      ]),
    ).toBe('narrow');
  });

  it('is nothing where no rule matches', () => {
    expect(winner([{ code: 'R', product: 'DSL' }])).toBeUndefined();
    expect(winner([])).toBeUndefined();
  });

  it('orders any two rules the same both ways round', () => {
    const named = fc.record(
      {
        product: fc.constant('FIBER'),
        event: fc.constant('ACTIVATION'),
        tier: fc.constant('STAR_3'),
        region: fc.constantFrom(...credit.regionPath),
        segment: fc.constant('PUBLIC'),
        contractMonths: fc.constant(24),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(named, named, (left, right) => {
        const [a, b] = [
          { code: 'A', ...left },
          { code: 'B', ...right },
        ];
        const path = credit.regionPath;
        expect(compareSpecificity(a, b, path) + compareSpecificity(b, a, path)).toBe(0);
        expect(compareSpecificity(a, b, path) === 0).toBe(JSON.stringify(left) === JSON.stringify(right));
      }),
    );
  });
});

describe('base ranges', () => {
  it('is [from, to) and leaves out what is outside', () => {
    expect(stretches([{ code: 'R', baseFrom: number('10'), baseTo: number('20') }])).toEqual([
      '(,10) nothing',
      '[10,20) R',
      '[20,) nothing',
    ]);
  });

  it('ends inclusively with upTo', () => {
    expect(stretches([{ code: 'R', baseFrom: number('10'), baseUpTo: number('20') }])).toEqual([
      '(,10) nothing',
      '[10,20] R',
      '(20,) nothing',
    ]);
  });

  it('may be open below or above', () => {
    expect(
      stretches([
        { code: 'LOW', baseTo: number('10') },
        { code: 'HIGH', baseFrom: number('10') },
      ]),
    ).toEqual(['(,10) LOW', '[10,) HIGH']);
    expect(stretches([{ code: 'LOW', baseUpTo: number('10') }])).toEqual(['(,10] LOW', '(10,) nothing']);
  });

  it('may hold one single base', () => {
    expect(stretches([{ code: 'ONE', baseFrom: number('10'), baseUpTo: number('10') }])).toEqual([
      '(,10) nothing',
      '[10,10] ONE',
      '(10,) nothing',
    ]);
  });

  it('an upTo and a from at the same value share it: the narrower stretch is cut out', () => {
    const rules = [
      { code: 'LOW', baseUpTo: number('10') },
      { code: 'HIGH', product: 'FIBER', baseFrom: number('10'), baseTo: number('12.5') },
    ];
    expect(stretches(rules)).toEqual(['(,10) LOW', '[10,10] HIGH', '(10,12.5) HIGH', '[12.5,) nothing']);
  });

  it('a rule with a range beats an equal one without, inside the range only', () => {
    expect(stretches([{ code: 'ANY' }, { code: 'RANGE', baseFrom: number('50') }])).toEqual([
      '(,50) ANY',
      '[50,) RANGE',
    ]);
  });

  it('a weightier dimension beats a range', () => {
    expect(
      stretches([
        { code: 'PRODUCT', product: 'FIBER' },
        { code: 'RANGE', baseFrom: number('50') },
      ]),
    ).toEqual(['(,50) PRODUCT', '[50,) PRODUCT']);
  });

  it('says nothing of rules that do not match', () => {
    const rules = [{ code: 'ANY' }, { code: 'OTHER', product: 'DSL', baseFrom: number('50') }];
    expect(winningRules(rules, credit)).toEqual([{ range: null, rule: rules[0] }]);
  });

  it('writes amounts without exponents, exactly', () => {
    expect(
      stretches([{ code: 'R', baseFrom: number('0.000000000000000001'), baseTo: number('99999999999999999999') }]),
    ).toEqual([
      '(,0.000000000000000001) nothing',
      '[0.000000000000000001,99999999999999999999) R',
      '[99999999999999999999,) nothing',
    ]);
  });

  it('gives each base the rule that a look at all rules gives', () => {
    const bound = fc.integer({ min: 0, max: 8 });
    const rule = fc.record({
      product: fc.option(fc.constant('FIBER'), { nil: undefined }),
      from: fc.option(bound, { nil: undefined }),
      end: fc.option(fc.record({ at: bound, inclusive: fc.boolean() }), { nil: undefined }),
    });
    const dimensions = { ...credit, regionPath: [] };
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 5 }), (drawn) => {
        const rules = drawn.map(
          ({ product, from, end }, index): RuleMatch => ({
            code: `R${index}`,
            product,
            baseFrom: from === undefined ? undefined : new Decimal(from),
            baseTo: end && !end.inclusive ? new Decimal(end.at) : undefined,
            baseUpTo: end?.inclusive ? new Decimal(end.at) : undefined,
          }),
        );
        fc.pre(findTies(rules).length === 0);
        // Halves between the bounds, too.
        for (let twice = 0; twice <= 18; twice++) {
          const base = new Decimal(twice).div(2);
          const covering = rules.filter((each) => contains(each, base));
          const best = covering.sort((a, b) => compareSpecificity(a, b, []))[0]?.code;
          const found = winningRules(rules, dimensions).filter(({ range }) => range === null || inRange(range, base));
          expect(found).toHaveLength(1);
          expect(found[0]?.rule?.code).toBe(best);
        }
      }),
    );
  });
});

function contains({ baseFrom, baseTo, baseUpTo }: RuleMatch, base: Decimal): boolean {
  return !(baseFrom?.gt(base) || baseTo?.lte(base) || baseUpTo?.lt(base));
}

/** Whether a range as PostgreSQL writes it contains the base. */
function inRange(range: string, base: Decimal): boolean {
  const [, open = '', low = '', high = '', close = ''] = /^([[(])([\d.]*),([\d.]*)([\])])$/.exec(range) ?? [];
  const above = low === '' || base.gt(low) || (open === '[' && base.eq(low));
  const below = high === '' || base.lt(high) || (close === ']' && base.eq(high));
  return above && below;
}

describe('findTies', () => {
  const ties = (...rules: RuleMatch[]) => findTies(rules).map(({ first, second }) => `${first}=${second}`);

  it('names both of two rules with the same dimensions', () => {
    expect(ties({ code: 'A', product: 'FIBER', tier: 'T' }, { code: 'B', tier: 'T', product: 'FIBER' })).toEqual([
      'A=B',
    ]);
    expect(ties({ code: 'A' }, { code: 'B' }, { code: 'C' })).toEqual(['A=B', 'A=C', 'B=C']);
  });

  it('lets rules that differ in a dimension or name another stand', () => {
    expect(
      ties(
        { code: 'A', product: 'FIBER' },
        { code: 'B', product: 'DSL' },
        { code: 'C', category: 'FIBER' },
        { code: 'D', product: 'FIBER', segment: 'PUBLIC' },
        { code: 'E', region: 'NORTH' },
        { code: 'F', region: 'NORTH-1' },
        { code: 'G', contractMonths: 12 },
        { code: 'H', contractMonths: 24 },
      ),
    ).toEqual([]);
  });

  it('lets ranges that touch or lie apart stand, and a range beside none', () => {
    expect(
      ties(
        { code: 'ANY' },
        { code: 'A', baseTo: number('10') },
        { code: 'B', baseFrom: number('10'), baseTo: number('20') },
        { code: 'C', baseFrom: number('20') },
      ),
    ).toEqual([]);
  });

  it.each([
    ['an upTo meets a from', { baseUpTo: number('10') }, { baseFrom: number('10') }],
    ['ranges overlap', { baseFrom: number('1'), baseTo: number('10') }, { baseFrom: number('9.99') }],
    [
      'one lies inside the other',
      { baseFrom: number('1'), baseTo: number('10') },
      { baseFrom: number('2'), baseTo: number('3') },
    ],
    ['both are open below', { baseTo: number('1') }, { baseTo: number('2') }],
    ['both are open above', { baseFrom: number('1') }, { baseFrom: number('2') }],
  ])('%s', (_what, first, second) => {
    expect(ties({ code: 'A', ...first }, { code: 'B', ...second })).toEqual(['A=B']);
    expect(ties({ code: 'B', ...second }, { code: 'A', ...first })).toEqual(['B=A']);
  });
});

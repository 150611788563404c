import { describe, expect, it } from 'vitest';
import { canonicalDecimal, Decimal } from '../../src/money.ts';
import { rescoreWithWeights, scorePeers } from '../../src/scorecards/scoring.ts';
import type { ItemMethod, PeerInput, TemplateDefinition } from '../../src/scorecards/template.ts';
import { templateDefinitionSchema } from '../../src/scorecards/templateSchema.ts';
import cases from '../cases/score.json' with { type: 'json' };

type Texts = readonly (string | null)[];
type Given = {
  readonly values?: Texts;
  readonly ratings?: readonly { readonly group: string; readonly mean: string; readonly raterCount: number }[][];
  readonly targets?: Texts;
  readonly bonuses?: Texts;
  readonly deductions?: Texts;
  readonly vetoes?: Texts;
};
type CaseAgent = Given & {
  readonly expected: {
    readonly total: string | null;
    readonly points: Texts;
    readonly weights?: readonly string[];
    readonly blockedBy?: readonly string[];
  };
};
type CaseTemplate = { readonly [list in 'bonuses' | 'deductions' | 'vetoes']?: readonly object[] } & {
  readonly items: readonly { readonly method: { readonly kind: string }; readonly [field: string]: unknown }[];
};

/** The template of a case, read as one that is to be published is. */
function templateOf({ items, ...rest }: CaseTemplate): TemplateDefinition {
  const coded = (list: readonly object[] | undefined, letter: string) =>
    (list ?? []).map((entry, index) => ({ code: `${letter}${index}`, name: 'x', ...entry }));
  return templateDefinitionSchema.parse({
    items: items.map((item, index) => {
      const metric = item.method.kind === 'RATED_360' ? {} : { metric: `M${index}` };
      return { code: `I${index}`, name: 'x', missing: 'ZERO', ...metric, ...item };
    }),
    ...rest,
    bonuses: coded(rest.bonuses, 'B'),
    deductions: coded(rest.deductions, 'D'),
    vetoes: coded(rest.vetoes, 'V'),
  });
}

const decimals = (texts: Texts = []) => texts.map((text) => (text === null ? undefined : new Decimal(text)));

function peerOf({ ratings = [], ...given }: Given, index: number): PeerInput {
  return {
    agentCode: `A${index}`,
    values: decimals(given.values),
    ratings: ratings.map((groups) =>
      groups.map(({ group, mean, raterCount }) => ({
        group: group as 'PEER',
        sum: new Decimal(mean).times(raterCount),
        raterCount,
      })),
    ),
    targets: decimals(given.targets),
    bonuses: decimals(given.bonuses),
    deductions: decimals(given.deductions),
    vetoes: decimals(given.vetoes),
  };
}

describe('scores, worked by hand', () => {
  it.each(cases as readonly { name: string; template: CaseTemplate; agents: readonly CaseAgent[] }[])(
    '$name',
    ({ template, agents }) => {
      const scores = scorePeers(templateOf(template), agents.map(peerOf));
      for (const [index, { expected }] of agents.entries()) {
        const { agentCode, total, blockedBy, detail } = scores[index] ?? {};
        expect({
          agentCode,
          total: total ? canonicalDecimal(total) : null,
          points: detail?.items.map(({ points }) => points),
          blockedBy,
          weights: expected.weights && detail?.items.map(({ effectiveWeight }) => effectiveWeight),
        }).toEqual({ blockedBy: [], ...expected, agentCode: `A${index}`, weights: expected.weights });
      }
    },
  );
});

const linear: ItemMethod = { kind: 'LINEAR', target: '100' };
const twoItems = templateOf({
  items: [
    { method: linear, weight: '60', missing: 'EXCLUDE' },
    { method: { kind: 'RANK' }, weight: '40', missing: 'BLOCK' },
  ],
  bonuses: [{ metric: 'B', maximum: '5', perUnit: '1' }],
  vetoes: [{ metric: 'V', atLeast: '1', cap: '50' }],
});

describe('what a score keeps', () => {
  const given: Given[] = [
    { values: ['30', '7'], bonuses: ['2'] },
    { values: [null, '9'], vetoes: ['1'] },
    { values: ['80', null] },
  ];
  const [first, second, third] = scorePeers(twoItems, given.map(peerOf));

  it('is every input, and what was made of it', () => {
    expect(first?.detail).toEqual({
      items: [
        {
          code: 'I0',
          input: '30',
          target: '100',
          floor: '0',
          points: '30',
          weight: '60',
          effectiveWeight: '60',
          contribution: '18',
        },
        {
          code: 'I1',
          input: '7',
          rank: '2',
          peerCount: 2,
          points: '0',
          weight: '40',
          effectiveWeight: '40',
          contribution: '0',
        },
      ],
      bonuses: [{ code: 'B0', input: '2', points: '2' }],
      deductions: [],
      vetoes: [{ code: 'V0', input: null, triggered: false }],
    });
    expect(first?.total?.toFixed()).toBe('20');
  });

  it('says what was left out and what blocks', () => {
    expect(second?.detail.items[0]).toMatchObject({ input: null, points: null, effectiveWeight: '0' });
    expect(second?.detail.items[1]).toMatchObject({ points: '100', effectiveWeight: '100', contribution: '100' });
    expect(second?.total?.toFixed()).toBe('50');
    expect(third).toMatchObject({ total: null, blockedBy: ['I1'] });
    expect(third?.detail.items[1]).toMatchObject({ input: null, peerCount: 2, points: null, contribution: '0' });
  });

  it('says what it would be under other weights', () => {
    const under = (weights: [string, string][], of = first) =>
      of && rescoreWithWeights(twoItems, of.detail, new Map(weights))?.toFixed();
    expect(under([])).toBe('20');
    // (30·30 + 70·0)/100 + 2
    expect(
      under([
        ['I0', '30'],
        ['I1', '70'],
      ]),
    ).toBe('11');
    // Weights need not total 100: 30·40/80 + 2.
    expect(under([['I0', '40']])).toBe('17');
    expect(
      under([
        ['I0', '0'],
        ['I1', '0'],
      ]),
    ).toBeUndefined();
    expect(under([['I1', '10']], second)).toBe('50');
    expect(under([], third)).toBeUndefined();
  });
});

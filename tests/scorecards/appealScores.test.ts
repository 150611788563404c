import { describe, expect, it } from 'vitest';
import { Decimal } from '../../src/money.ts';
import { peerItems, rescore } from '../../src/scorecards/appealScores.ts';
import { scorePeers } from '../../src/scorecards/scoring.ts';
import type { PeerInput, TemplateDefinition } from '../../src/scorecards/template.ts';

const definition: TemplateDefinition = {
  items: [
    {
      code: 'RATED',
      name: 'Ratings',
      weight: '60',
      cap: '100',
      missing: 'EXCLUDE',
      method: {
        kind: 'RATED_360',
        aspect: 'SERVICE',
        minimumRaters: 3,
        groups: [
          { group: 'MANAGER', weight: '1' },
          { group: 'PEER', weight: '3' },
        ],
      },
    },
    {
      code: 'GROWTH',
      name: 'Growth',
      metric: 'G',
      weight: '40',
      cap: '100',
      missing: 'ZERO',
      method: { kind: 'LINEAR', target: '50', floorPercent: '20' },
    },
  ],
  bonuses: [],
  deductions: [],
  vetoes: [],
  maximum: '100',
};

const input: PeerInput = {
  agentCode: 'A',
  values: [undefined, new Decimal(60)],
  ratings: [
    [
      { group: 'MANAGER', sum: new Decimal(90), raterCount: 1 },
      { group: 'PEER', sum: new Decimal(140), raterCount: 2 },
    ],
    undefined,
  ],
  targets: [undefined, new Decimal(100)],
  bonuses: [],
  deductions: [],
  vetoes: [],
};

const [published] = scorePeers(definition, [input]);
if (!published) throw new Error('nothing was scored');
const again = (corrections: Readonly<Record<string, string>>) => {
  const values = new Map(Object.entries(corrections).map(([code, value]) => [code, new Decimal(value)]));
  return rescore(definition, 'A', published.detail, values, []);
};

describe('scoring again from what a score kept', () => {
  it('gives the same where nothing is corrected, by its own target and ratings', () => {
    // (90 + 3·70)/4 = 75; the floor of target 100 is 20: 100·(60 − 20)/80 = 50. 60 % of 75 + 40 % of 50 = 65
    expect(published.total?.toFixed()).toBe('65');
    expect(again({})).toEqual(published);
  });

  it('takes a corrected value of ratings as their mean, without a group that said it', () => {
    // 60 % of 80 + 40 % of 50 = 68; 60 % of 75 + 40 % of 100 = 85
    const rated = again({ RATED: '80' });
    expect(rated.total?.toFixed()).toBe('68');
    expect(rated.detail.items[0]).toMatchObject({ input: '80', points: '80' });
    expect(rated.detail.items[0]).not.toHaveProperty('groups');
    expect(again({ GROWTH: '100' }).total?.toFixed()).toBe('85');
    expect(peerItems(definition)).toEqual([]);
  });

  it.each([
    // (3·100/3 + 0.02)/4 = 25.005 exactly
    ['100', 3, '0.02', 1, '25.01'],
    // (3·150.01499999999/3 + 50.00499999999)/4 lies below 50.005; to ten decimals each of the means is 50.005
    ['150.01499999999', 3, '50.00499999999', 1, '50'],
  ])('is exact where means are no decimals', (sum, count, managers, managerCount, total) => {
    const ratings = [
      { group: 'PEER', sum: new Decimal(sum), raterCount: count },
      { group: 'MANAGER', sum: new Decimal(managers), raterCount: managerCount },
    ] as const;
    const [item] = definition.items;
    if (!item) throw new Error('no item');
    const ratedOnly = { ...definition, items: [{ ...item, weight: '100' }] };
    const [score] = scorePeers(ratedOnly, [{ ...input, values: [], targets: [], ratings: [ratings] }]);
    if (!score) throw new Error('nothing was scored');
    expect(score.total?.toFixed()).toBe(total);
    expect(rescore(ratedOnly, 'A', score.detail, new Map(), [])).toEqual(score);
  });
});

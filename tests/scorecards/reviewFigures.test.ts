import { describe, expect, it } from 'vitest';
import { Decimal } from '../../src/money.ts';
import {
  addPair,
  biggestMovers,
  correlationOf,
  noPairs,
  rerank,
  spreadOf,
  tellsApart,
} from '../../src/scorecards/reviewFigures.ts';

const units = (text: string) => BigInt(new Decimal(text).times('10000000000').toFixed());
const spread = (...texts: string[]) => spreadOf(texts.map(units));

function correlation(...points: (readonly [string, string])[]): string | undefined {
  const sums = noPairs();
  for (const [x, y] of points) addPair(sums, units(x), units(y));
  return correlationOf(sums);
}

describe('how points are spread', () => {
  it('has a mean, the deviation of the values themselves, quartiles and what most have', () => {
    // 2, 4, 4, 4, 5, 5, 7, 9: mean 40 / 8 = 5; Σ(x − 5)² = 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, 32 / 8 = 4, √4 = 2.
    // A quarter is 2 agents: 4; half 4: 4; three quarters 6: 5. Three of eight have 4: 37.5 %.
    expect(spread('9', '4', '5', '2', '4', '7', '5', '4')).toEqual({
      agentCount: 8,
      mean: '5',
      standardDeviation: '2',
      minimum: '2',
      lowerQuartile: '4',
      median: '4',
      upperQuartile: '5',
      maximum: '9',
      mostFrequentPercent: '37.5',
    });
    // 0, 0, 1: mean 1/3; Σx²/n − mean² = 1/3 − 1/9 = 2/9; √2 / 3 = 0.47140452079…; a quarter is 1 agent, three quarters are 3
    expect(spread('1', '0', '0')).toMatchObject({
      mean: '0.3333333333',
      standardDeviation: '0.4714045208',
      lowerQuartile: '0',
      median: '0',
      upperQuartile: '1',
      mostFrequentPercent: '66.6666666667',
    });
  });

  it('is nothing without values, and 0 where all are the same', () => {
    expect(spread()).toBeUndefined();
    expect(spread('33.3333333333', '33.3333333333', '33.3333333333')).toMatchObject({
      mean: '33.3333333333',
      standardDeviation: '0',
      mostFrequentPercent: '100',
    });
  });

  it('tells agents apart below 90 % of the same, from a deviation of 1 point on', () => {
    const telling = (mostFrequentPercent: string, standardDeviation: string) => {
      const any = spread('1');
      return any && tellsApart({ ...any, mostFrequentPercent, standardDeviation });
    };
    expect(telling('89.99', '1')).toBe(true);
    expect(telling('90', '40')).toBe(false);
    expect(telling('10', '0.99')).toBe(false);
  });
});

describe('how points go with what came later', () => {
  it('is 1 on a rising line, −1 on a falling one', () => {
    expect(correlation(['10', '100'], ['20', '300'], ['30', '500'])).toBe('1');
    expect(correlation(['10', '0.5'], ['20', '0.4'], ['30', '0.3'])).toBe('-1');
  });

  it('is Pearson’s between', () => {
    // x 1, 2, 3, 4, 5 (Σ 15, Σx² 55); y 2, 4, 5, 4, 5 (Σ 20, Σy² 86); Σxy = 2 + 8 + 15 + 16 + 25 = 66
    // (5·66 − 15·20) / √((275 − 225)·(430 − 400)) = 30 / √1500 = 0.774596669241…
    expect(correlation(['1', '2'], ['2', '4'], ['3', '5'], ['4', '4'], ['5', '5'])).toBe('0.7745966692');
    // Opposites cancel: (0, 0), (0, 1), (1, 0), (1, 1): 4·1 − 2·2 = 0
    expect(correlation(['0', '0'], ['0', '1'], ['1', '0'], ['1', '1'])).toBe('0');
  });

  it('is unknown of fewer than three pairs, or where one side is always the same', () => {
    expect(correlation()).toBeUndefined();
    expect(correlation(['1', '2'], ['2', '4'])).toBeUndefined();
    expect(correlation(['7', '1'], ['7', '2'], ['7', '3'])).toBeUndefined();
    expect(correlation(['1', '7'], ['2', '7'], ['3', '7'])).toBeUndefined();
  });
});

describe('who stands where', () => {
  const agent = (agentCode: string, totalNow: string | null, totalThen: string | null) => ({
    agentCode,
    totalNow: totalNow === null ? null : new Decimal(totalNow),
    totalThen: totalThen === null ? null : new Decimal(totalThen),
  });
  const agents = [
    agent('A', '90', '70'),
    agent('B', '80.50', '80'),
    agent('C', '80.5', '60'),
    agent('D', '10', '95'),
    agent('E', null, null),
    agent('F', '99', null),
  ];

  it('ranks those with both totals; who ties shares the place and the next is skipped', () => {
    // now: A 1, B and C 2, D 4; then: D 1, B 2, A 3, C 4. E and F are in neither.
    expect(rerank(agents).map(({ agentCode, rankNow, rankThen }) => [agentCode, rankNow, rankThen])).toEqual([
      ['A', 1, 3],
      ['B', 2, 2],
      ['C', 2, 4],
      ['D', 4, 1],
    ]);
  });

  it('names who moves most first, by code where they move alike', () => {
    // D by 3 places, A and C by 2, B by none
    const codes = (most: number) => biggestMovers(rerank(agents), most).map(({ agentCode }) => agentCode);
    expect(codes(100)).toEqual(['D', 'A', 'C']);
    expect(codes(2)).toEqual(['D', 'A']);
  });
});

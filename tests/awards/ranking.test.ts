import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AwardCandidate, rankAwards } from '../../src/awards/ranking.ts';
import { Decimal } from '../../src/money.ts';

type Rule = Parameters<typeof rankAwards>[0];
const rule = (rest: Partial<Rule> = {}): Rule => ({ lowestFirst: false, places: 3, ...rest });
const candidate = (agentCode: string, value: string, group = ''): AwardCandidate => {
  return { agentCode, group, value: new Decimal(value) };
};
const winners = (given: Rule, candidates: readonly AwardCandidate[]) =>
  rankAwards(given, candidates).map(({ group, place, agentCode }) => `${group}${place} ${agentCode}`);

describe('rankAwards', () => {
  it('who ties shares the place, the next place is skipped, and who ties with the last winning place wins too', () => {
    // 90, 80, 80, 70: places 1, 2, 2 and 4
    const four = [candidate('A', '90'), candidate('B', '80'), candidate('C', '80.00'), candidate('D', '70')];
    expect(winners(rule({ places: 3 }), four)).toEqual(['1 A', '2 B', '2 C']);
    expect(winners(rule({ places: 2 }), four)).toEqual(['1 A', '2 B', '2 C']);
    expect(winners(rule({ places: 1 }), four)).toEqual(['1 A']);
    expect(winners(rule({ places: 4 }), four)).toEqual(['1 A', '2 B', '2 C', '4 D']);
  });

  it('the lowest first, where the rule says so', () => {
    const complaints = [candidate('A', '3'), candidate('B', '0'), candidate('C', '1')];
    expect(winners(rule({ lowestFirst: true, places: 2 }), complaints)).toEqual(['1 B', '2 C']);
  });

  it('who misses the minimum takes no place; exactly it suffices', () => {
    const some = [candidate('A', '59.99'), candidate('B', '60'), candidate('C', '61')];
    expect(winners(rule({ minimum: '60' }), some)).toEqual(['1 C', '2 B']);
    expect(winners(rule({ minimum: '60', lowestFirst: true }), some)).toEqual(['1 A', '2 B']);
    expect(winners(rule({ minimum: '100' }), some)).toEqual([]);
  });

  it('ranks in each group by itself', () => {
    const some = [candidate('A', '1', 'WEST '), candidate('B', '9', 'EAST '), candidate('C', '8', 'EAST ')];
    expect(winners(rule({ places: 1 }), some)).toEqual(['EAST 1 B', 'WEST 1 A']);
  });

  const drawn = fc.uniqueArray(
    fc.record({
      agentCode: fc.integer({ min: 1, max: 99 }).map((number) => `A${number}`),
      group: fc.constantFrom('', 'EAST', 'WEST'),
      value: fc.integer({ min: -5, max: 5 }).map((value) => new Decimal(value)),
    }),
    { selector: ({ agentCode }) => agentCode, maxLength: 20 },
  );
  const rules = fc.record({
    lowestFirst: fc.boolean(),
    places: fc.integer({ min: 1, max: 5 }),
    minimum: fc.option(fc.integer({ min: -5, max: 5 }).map(String), { nil: undefined }),
  });

  it('always: the place is one more than how many are better; all of a winning place win, and no other', () => {
    fc.assert(
      fc.property(rules, drawn, ({ minimum, ...rest }, candidates) => {
        const given = { ...rest, ...(minimum === undefined ? {} : { minimum }) };
        const better = (a: Decimal, b: Decimal) => (given.lowestFirst ? a.lt(b) : a.gt(b));
        const expected = candidates.flatMap((each) => {
          if (minimum !== undefined && better(new Decimal(minimum), each.value)) return [];
          const above = candidates.filter((other) => other.group === each.group && better(other.value, each.value));
          return above.length < given.places ? [`${each.group}${above.length + 1} ${each.agentCode}`] : [];
        });
        expect(winners(given, candidates).toSorted()).toEqual(expected.toSorted());
      }),
    );
  });

  it('always: the order of the candidates changes nothing', () => {
    const shuffled = drawn.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(rules, shuffled, ({ minimum, ...rest }, [list, again]) => {
        const given = { ...rest, ...(minimum === undefined ? {} : { minimum }) };
        expect(winners(given, again)).toEqual(winners(given, list));
      }),
    );
  });
});

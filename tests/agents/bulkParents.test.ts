import { describe, expect, it } from 'vitest';
import { type NewAgent, type ParentLink, parentFaults } from '../../src/agents/bulkParents.ts';

const agents = (...list: [code: string, parent: string | null, since?: string][]) =>
  new Map<string, NewAgent>(list.map(([code, parent, since = '2026-01-01']) => [code, { code, parent, since }]));
const known = (links: Record<string, ParentLink[]> = {}, codes = Object.keys(links)) => ({
  codes: new Set(codes),
  links: new Map(Object.entries(links)),
});
const codesOf = (faults: ReturnType<typeof parentFaults>) =>
  [...faults].map(([code, fault]) => [code, fault.code, fault.column]);
const chain = (length: number, prefix = 'C') =>
  Array.from({ length }, (_, index): [string, string | null] => [
    `${prefix}${index + 1}`,
    index === 0 ? null : `${prefix}${index}`,
  ]);

describe('parentFaults', () => {
  it('takes parents in any order, and ten levels', () => {
    expect(parentFaults(agents(...chain(10).reverse()), known()).size).toBe(0);
  });

  it('refuses the eleventh level, and those below it because their parent does not land', () => {
    const faults = parentFaults(agents(...chain(13).reverse()), known());
    expect(codesOf(faults)).toEqual([
      ['C13', 'AGENT_UNKNOWN', 'parent'],
      ['C12', 'AGENT_UNKNOWN', 'parent'],
      ['C11', 'HIERARCHY_TOO_DEEP', 'parent'],
    ]);
    expect(faults.get('C11')?.message).toBe('From 2026-01-01 on agent C11, under C10, would have 10 agents above it.');
  });

  it('refuses everybody on a circle, and those below it', () => {
    const faults = parentFaults(agents(['D', 'A'], ['A', 'B'], ['B', 'C'], ['C', 'A'], ['E', null]), known());
    expect(codesOf(faults)).toEqual([
      ['D', 'AGENT_UNKNOWN', 'parent'],
      ['A', 'PARENT_CIRCLE', 'parent'],
      ['B', 'PARENT_CIRCLE', 'parent'],
      ['C', 'PARENT_CIRCLE', 'parent'],
    ]);
    expect(faults.get('A')?.message).toBe('Agents in a circle: A → B → C → A.');
  });

  it('refuses a parent that nobody is', () => {
    expect(codesOf(parentFaults(agents(['A', 'X'], ['B', 'A']), known()))).toEqual([
      ['A', 'AGENT_UNKNOWN', 'parent'],
      ['B', 'AGENT_UNKNOWN', 'parent'],
    ]);
  });

  it('counts the levels above a known parent on the days on which they stand there', () => {
    // K9 to K1 are nine levels until March 2026, then K2 is a top of its own: K9 has eight.
    const links: Record<string, ParentLink[]> = { K1: [] };
    for (let level = 2; level <= 9; level += 1) {
      const to = level === 2 ? '2026-03-01' : null;
      links[`K${level}`] = [{ parent: `K${level - 1}`, from: '2020-01-01', to }];
    }
    const deep = (since: string) => codesOf(parentFaults(agents(['A', 'K9', since], ['B', 'A', since]), known(links)));
    expect(deep('2026-02-01')).toEqual([['B', 'HIERARCHY_TOO_DEEP', 'parent']]);
    expect(deep('2026-03-01')).toEqual([]);
    // A link that is still to come counts as well.
    links.K1 = [{ parent: 'K0', from: '2027-01-01', to: null }];
    links.K2 = [{ parent: 'K1', from: '2020-01-01', to: null }];
    expect(codesOf(parentFaults(agents(['A', 'K9', '2026-03-01']), known(links)))).toEqual([
      ['A', 'HIERARCHY_TOO_DEEP', 'parent'],
    ]);
  });

  it('says nothing of a long chain but that it is too deep', () => {
    const faults = parentFaults(agents(...chain(50_000).reverse()), known());
    expect(faults.size).toBe(49_990);
  });
});

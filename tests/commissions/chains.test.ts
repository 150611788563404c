import { describe, expect, it } from 'vitest';
import {
  ancestorsOf,
  chainsOf,
  levelPayables,
  type Payable,
  type Stretch,
} from '../../src/commissions/engine/chains.ts';
import type { AgentFacts } from '../../src/commissions/engine/facts.ts';
import type { PlanVersion } from '../../src/commissions/engine/resolve.ts';

const facts = (agentId: number, rest: Partial<AgentFacts> = {}): AgentFacts => ({
  agentId,
  agentCode: `A${agentId}`,
  from: '2026-10-01',
  to: '2026-11-01',
  channelType: 'AGENT',
  status: 'ACTIVE',
  tier: undefined,
  regionId: undefined,
  plan: 'P',
  agreement: undefined,
  parentId: undefined,
  ...rest,
});

const version: PlanVersion = {
  id: 1,
  planId: 1,
  plan: 'P',
  currency: 'CNY',
  rounding: 'HALF_UP',
  components: [
    {
      kind: 'OVERRIDE',
      componentId: 7,
      code: 'OVR',
      position: 1,
      rules: [],
      definition: {
        method: 'PERCENT_OF_COMMISSION',
        levels: [
          { level: 1, percent: '5' },
          { level: 3, percent: '1.5' },
        ],
      },
    },
  ],
};
const versionOn = (plan: string) => (plan === 'P' ? version : undefined);

const shown = (stretches: readonly Stretch[], agentId: number) =>
  stretches
    .filter(({ place }) => place.agentId === agentId)
    .map(({ from, to, place }) => [from.slice(8), to.slice(5), ...ancestorsOf(place).map((each) => each.agentId)]);
const paid = (payables: readonly Payable[]) =>
  payables.map(({ stretch, payee, percent }) => [stretch.place.agentId, payee.agentId, percent.toFixed()]);

describe('chainsOf', () => {
  it('gives each agent its ancestors, nearest first', () => {
    const stretches = chainsOf([facts(1), facts(2, { parentId: 1 }), facts(3, { parentId: 2 })], versionOn);
    expect(shown(stretches, 1)).toEqual([['01', '11-01']]);
    expect(shown(stretches, 3)).toEqual([['01', '11-01', 2, 1]]);
  });

  it('is cut where something changes anywhere above, and nowhere else', () => {
    const stretches = chainsOf(
      [
        facts(1, { to: '2026-10-10' }),
        facts(1, { from: '2026-10-10', status: 'SUSPENDED' }),
        facts(2, { to: '2026-10-20', parentId: 1 }),
        facts(2, { from: '2026-10-20' }),
        facts(3, { to: '2026-10-05', parentId: 2, tier: 'T1' }),
        facts(3, { from: '2026-10-05', parentId: 2, tier: 'T2' }),
      ],
      versionOn,
    );
    expect(shown(stretches, 3)).toEqual([
      ['01', '10-10', 2, 1],
      ['10', '10-20', 2, 1],
      ['20', '11-01', 2],
    ]);
  });

  it('follows two agents that take turns as parent of the other', () => {
    const stretches = chainsOf(
      [
        facts(1, { to: '2026-10-16', parentId: 2 }),
        facts(1, { from: '2026-10-16' }),
        facts(2, { to: '2026-10-16' }),
        facts(2, { from: '2026-10-16', parentId: 1 }),
      ],
      versionOn,
    );
    expect(shown(stretches, 1)).toEqual([
      ['01', '10-16', 2],
      ['16', '11-01'],
    ]);
    expect(shown(stretches, 2)).toEqual([
      ['01', '10-16'],
      ['16', '11-01', 1],
    ]);
  });

  it('makes the chains of 10,000 agents on four levels', () => {
    const tree = Array.from({ length: 10_000 }, (_, index) =>
      facts(index, index < 10 ? {} : { parentId: Math.floor(index / 10) }),
    );
    const payables = levelPayables(chainsOf(tree, versionOn));
    // Every agent from 10 on has a parent, every one from 1000 on has someone three levels up.
    expect(payables.length).toBe(9_990 + 9_000);
  });
});

describe('levelPayables', () => {
  const tree = (rest: Partial<AgentFacts> = {}) => [
    facts(1),
    facts(2, { parentId: 1, ...rest }),
    facts(3, { parentId: 2 }),
    facts(4, { parentId: 3 }),
  ];

  it('pays each ancestor what its plan gives its level', () => {
    expect(paid(levelPayables(chainsOf(tree(), versionOn)))).toEqual([
      [2, 1, '5'],
      [3, 2, '5'],
      [4, 3, '5'],
      [4, 1, '1.5'],
    ]);
  });

  it('does not pay who is suspended, terminated or without a plan, and counts it as a level', () => {
    for (const rest of [{ status: 'SUSPENDED' }, { status: 'TERMINATED' }, { plan: undefined }] as const) {
      expect(paid(levelPayables(chainsOf(tree(rest), versionOn)))).toEqual([
        [2, 1, '5'],
        [4, 3, '5'],
        [4, 1, '1.5'],
      ]);
    }
  });
});

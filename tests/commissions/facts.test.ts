import { describe, expect, it } from 'vitest';
import {
  type AgentHistory,
  factsOnAgreementsLastDay,
  factsOverPeriod,
  inForce,
} from '../../src/commissions/engine/facts.ts';
import type { Period } from '../../src/period.ts';

const october = '2026-10' as Period;

const agreement = (plan: string) => ({ id: 1, plan, terms: {} });

const history = (rest: Partial<AgentHistory> = {}): AgentHistory => ({
  id: 1,
  code: 'A001',
  channelType: 'AGENT',
  statuses: [{ from: '2026-01-01', to: null, value: 'ACTIVE' }],
  tiers: [],
  regions: [],
  agreements: [{ from: '2026-01-01', to: null, value: agreement('P') }],
  parents: [],
  ...rest,
});

const stretchesOf = (agent: AgentHistory, changes: string[] = []) =>
  factsOverPeriod(agent, october, changes).map(({ from, to, status, tier, regionId, plan }) => [
    from,
    to,
    status,
    tier,
    regionId,
    plan,
  ]);

describe('inForce', () => {
  const facts = [
    { from: '2026-01-01', to: '2026-10-15', value: 'A' },
    { from: '2026-10-15', to: null, value: 'B' },
  ];

  it.each([
    ['2025-12-31', undefined],
    ['2026-01-01', 'A'],
    ['2026-10-14', 'A'],
    ['2026-10-15', 'B'],
    ['2999-01-01', 'B'],
  ])('on %s it is %s', (date, value) => {
    expect(inForce(facts, date)).toBe(value);
  });
});

describe('factsOverPeriod', () => {
  it('is the whole month where nothing changes in it', () => {
    expect(stretchesOf(history())).toEqual([['2026-10-01', '2026-11-01', 'ACTIVE', undefined, undefined, 'P']]);
  });

  it('is cut where any fact begins or ends, and without gaps', () => {
    const agent = history({
      statuses: [
        { from: '2026-01-01', to: '2026-10-20', value: 'ACTIVE' },
        { from: '2026-10-20', to: null, value: 'SUSPENDED' },
      ],
      tiers: [{ from: '2026-10-05', to: '2026-10-20', value: 'STAR_4' }],
      regions: [{ from: '2026-09-01', to: null, value: 7 }],
      agreements: [{ from: '2026-10-10', to: null, value: agreement('Q') }],
    });
    expect(stretchesOf(agent)).toEqual([
      ['2026-10-01', '2026-10-05', 'ACTIVE', undefined, 7, undefined],
      ['2026-10-05', '2026-10-10', 'ACTIVE', 'STAR_4', 7, undefined],
      ['2026-10-10', '2026-10-20', 'ACTIVE', 'STAR_4', 7, 'Q'],
      ['2026-10-20', '2026-11-01', 'SUSPENDED', undefined, 7, 'Q'],
    ]);
  });

  it('is cut at other changes too, such as a new plan version, once where several fall on a day', () => {
    const agent = history({ tiers: [{ from: '2026-10-10', to: null, value: 'STAR_3' }] });
    expect(stretchesOf(agent, ['2026-10-10', '2026-10-31', '2026-10-31']).map(([from]) => from)).toEqual([
      '2026-10-01',
      '2026-10-10',
      '2026-10-31',
    ]);
  });

  it('is not cut by what changes on the month’s first day, before it or after it', () => {
    const agent = history({
      tiers: [
        { from: '2026-01-01', to: '2026-10-01', value: 'STAR_3' },
        { from: '2026-10-01', to: '2026-11-01', value: 'STAR_4' },
        { from: '2026-11-01', to: null, value: 'STAR_5' },
      ],
    });
    expect(stretchesOf(agent, ['2026-09-30', '2026-10-01', '2026-11-01'])).toEqual([
      ['2026-10-01', '2026-11-01', 'ACTIVE', 'STAR_4', undefined, 'P'],
    ]);
  });
});

describe('factsOnAgreementsLastDay', () => {
  const lastOf = (agent: AgentHistory) => factsOnAgreementsLastDay(factsOverPeriod(agent, october, []));

  it('is those of the month’s last day under an agreement that goes on', () => {
    const tiers = [{ from: '2026-10-31', to: null, value: 'STAR_5' }];
    expect(lastOf(history({ tiers }))).toMatchObject({ from: '2026-10-31', tier: 'STAR_5' });
  });

  it('is those of the day before the agreement ends, whatever comes after', () => {
    const agent = history({
      agreements: [{ from: '2026-01-01', to: '2026-10-15', value: agreement('P') }],
      tiers: [{ from: '2026-10-15', to: null, value: 'STAR_5' }],
      statuses: [
        { from: '2026-01-01', to: '2026-10-15', value: 'ACTIVE' },
        { from: '2026-10-15', to: null, value: 'TERMINATED' },
      ],
    });
    expect(lastOf(agent)).toMatchObject({ to: '2026-10-15', tier: undefined, status: 'ACTIVE', plan: 'P' });
  });

  it('is those of the last of two agreements', () => {
    const agreements = [
      { from: '2026-01-01', to: '2026-10-10', value: agreement('P') },
      { from: '2026-10-12', to: '2026-10-20', value: agreement('Q') },
    ];
    expect(lastOf(history({ agreements }))).toMatchObject({ to: '2026-10-20', plan: 'Q' });
  });

  it('is nothing without an agreement in the month', () => {
    expect(lastOf(history({ agreements: [] }))).toBeUndefined();
  });
});

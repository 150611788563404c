import { beforeAll, describe, expect, it } from 'vitest';
import { type ExplainedMove, explainMove } from '../../src/tiers/explainMove.ts';
import type { Names } from '../../src/tiers/explainProgress.ts';
import { tierHistory } from '../../src/tiers/history.ts';
import type { CriterionFact } from '../../src/tiers/scheme.ts';
import { byMetric, from2026, openTiers, type TierWorld } from './tierFixture.ts';

const names: Names = { metric: (code) => ({ name: code }), course: (code) => code };
const terms = { grace: 2, protectionMonths: 3, maxSteps: 1 };
const fact = (tier: string, list: CriterionFact['list'], atLeast: string, value: string | null, held: boolean) => {
  const criterion = { kind: 'METRIC', metric: 'UNITS', months: 1, aggregate: 'LATEST', atLeast } as const;
  return { tier, list, criterion, value, held };
};
const move = (change: Partial<ExplainedMove>): ExplainedMove => {
  return { agentCode: 'A', kind: 'KEPT', fromTier: 'T2', toTier: 'T2', missesAfter: 0, facts: [], ...change };
};

describe('a move in words', () => {
  it('that keeps a tier says what is missing to the next one', () => {
    const facts = [
      fact('T3', 'ENTRY', '10', '20', true),
      fact('T3', 'ENTRY', '50', '20', false),
      fact('T4', 'ENTRY', '90', '20', false),
      fact('T2', 'KEEP', '15', '20', true),
    ];
    expect(explainMove(move({ facts }), terms, names)).toEqual({
      en: 'A keeps T2. To rise to T3: UNITS: 20, asked for at least 50, 30 missing.',
      zh: 'A 保持 T2。升至 T3：UNITS：20，要求至少 50，还差 30。',
    });
    expect(explainMove(move({ facts: [fact('T3', 'ENTRY', '50', null, false)] }), terms, names)).toEqual({
      en: 'A keeps T2. To rise to T3: UNITS: no value yet, needs at least 50.',
      zh: 'A 保持 T2。升至 T3：UNITS：暂无数据，要求至少 50。',
    });
    expect(explainMove(move({}), terms, names).en).toBe('A keeps T2.');
  });

  it('that misses names the miss and the grace', () => {
    const facts = [fact('T2', 'KEEP', '15', '5', false)];
    expect(explainMove(move({ kind: 'MISSED', missesAfter: 1, facts }), terms, names).zh).toBe(
      'A 暂保持 T2，连续未达标第 1 次（满 2 次降级）：UNITS：5，要求至少 15，还差 10。',
    );
  });

  it('by hand names the tier that was given', () => {
    expect(explainMove(move({ kind: 'OVERRIDDEN', toTier: 'T3' }), terms, names)).toEqual({
      en: 'A keeps what was given by hand: T3.',
      zh: 'A 保持人工核定的等级 T3。',
    });
  });
});

describe('a tier by hand that begins on the first day after the month', () => {
  let world: TierWorld;
  beforeAll(async () => {
    world = await openTiers([{ code: 'A', tier: from2026('T1') }]);
    await world.publish('MONTHS', byMetric('SCORE'));
    await world.scored('2026-11', { A: '10' });
    await world.byHand('A', 'T3', '2026-12-01', '2027-01-01');
  });

  it('is what the move comes to; applying changes no tier and tells nothing anew', async () => {
    const before = await world.tiersOf('A');
    const told = () => world.databases.owner.$client`select from notice`;
    const count = (await told()).length;
    await world.applied('MONTHS', '2026-11');
    expect(await world.movesOf('A')).toEqual(['2026-11 0 OVERRIDDEN T1 T3 0']);
    expect(await world.tiersOf('A')).toEqual(before);
    expect(await told()).toHaveLength(count);
  });

  it('stays where a score of the month is another one afterwards', async () => {
    const before = await world.tiersOf('A');
    await world.scored('2026-11', { A: '90' });
    expect(await world.reevaluated('A', '2026-11')).toEqual([]);
    expect(await world.movesOf('A')).toEqual(['2026-11 0 OVERRIDDEN T1 T3 0']);
    expect(await world.tiersOf('A')).toEqual(before);
  });

  it('shows in the history with its reason and approver', async () => {
    const [after, held] = await world.owner((transaction) => tierHistory(transaction, 'A'));
    expect(held).toMatchObject({ tier: 'T3', from: '2026-12-01', reason: 'a flagship', approvedBy: 'controller' });
    expect(after).toMatchObject({ tier: 'T1', from: '2027-01-01', reason: null, approvedBy: null });
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { applyTiers, discardTiers } from '../../src/tiers/evaluations.ts';
import { clerk, codeOf } from '../support/books.ts';
import { byMetric, february, from2026, openTiers, type TierWorld } from './tierFixture.ts';

let world: TierWorld;
beforeAll(async () => {
  world = await openTiers([
    { code: 'A', tier: from2026('T1') },
    { code: 'B', tier: from2026('T2') },
    { code: 'WEB', channelType: 'ONLINE', tier: from2026('T1') },
  ]);
  await world.publish('MONTHS', { channelTypes: ['AGENT'], grace: 2, ...byMetric('UNITS') });
  await world.publish('QUARTERS', { channelTypes: ['ONLINE'], evaluation: 'QUARTERLY', ...byMetric('SCORE') });
});

const discard = (id: number) => world.owner((transaction) => discardTiers(transaction, clerk, february, id));
const statesOf = async (scheme: string) => {
  const rows = await world.databases.owner.$client<{ text: string }[]>`
    select concat_ws(' ', period, state, decided_by) as text from tier_evaluation
    where scheme_id = (select id from tier_scheme where code = ${scheme}) order by id`;
  return rows.map(({ text }) => text);
};

describe('evaluating by quarter', () => {
  it('is possible for its last month alone, once the scores of it are published', async () => {
    for (const month of ['2026-10', '2026-11', '2027-01']) {
      expect(await codeOf(world.preview('QUARTERS', month))).toBe('EVALUATION_PERIOD');
    }
    const refused = world.preview('QUARTERS', '2026-12');
    expect(await codeOf(refused)).toBe('SCORES_NOT_PUBLISHED');
    await expect(refused).rejects.toThrow('The scores of 2026-12 are OPEN; QUARTERS looks at them.');
    const { owner } = world.databases;
    await owner.$client`insert into score_round (period, state) values ('2026-12', 'CALCULATED')`;
    expect(await codeOf(world.preview('QUARTERS', '2026-12'))).toBe('SCORES_NOT_PUBLISHED');
    expect(await statesOf('QUARTERS')).toEqual([]);
    await owner.$client`update score_round set state = 'PUBLISHED' where period = '2026-12'`;
    expect(await world.preview('QUARTERS', '2026-12')).toMatchObject({ effectiveOn: '2027-01-01', agentCount: 1 });
    await owner.$client`update score_round set state = 'FINAL' where period = '2026-12'`;
    expect((await world.applied('QUARTERS', '2026-12')).counts).toEqual({ KEPT: 1 });
  });
});

describe('a preview', () => {
  it('that is discarded is never applied; another one can be made', async () => {
    const { evaluationId } = await world.preview('MONTHS', '2026-10');
    await discard(evaluationId);
    expect(await statesOf('MONTHS')).toEqual(['2026-10 DISCARDED clerk']);
    expect(await codeOf(discard(evaluationId))).toBe('EVALUATION_STATE');
    expect(await codeOf(discard(999))).toBe('NOT_FOUND');
    const records = await world.databases.owner.$client<{ action: string; entity_key: string }[]>`
      select action, entity_key from audit_record where action like 'tiers.%' order by id desc limit 1`;
    expect(records[0]).toEqual({ action: 'tiers.discarded', entity_key: 'MONTHS 2026-10' });
    const kept = await world.databases.owner.$client`select from tier_move where evaluation_id = ${evaluationId}`;
    expect(kept).toHaveLength(2);
    await world.preview('MONTHS', '2026-10');
    expect(await statesOf('MONTHS')).toEqual(['2026-10 DISCARDED clerk', '2026-10 PREVIEW']);
  });
});

describe('the order of evaluations', () => {
  it('is that of the months: nothing is evaluated before what is applied', async () => {
    await world.measured('UNITS', '2026-11', { A: '5', B: '5' });
    const before = await world.preview('MONTHS', '2026-10');
    await world.applied('MONTHS', '2026-11');
    expect(await codeOf(world.preview('MONTHS', '2026-10'))).toBe('EVALUATION_ORDER');
    expect(await codeOf(world.applied('MONTHS', '2026-11'))).toBe('EVALUATION_ORDER');
    const late = world.owner((transaction) => applyTiers(transaction, clerk, february, before.evaluationId));
    expect(await codeOf(late)).toBe('EVALUATION_ORDER');
    // A scheme goes by its own evaluations.
    expect(await statesOf('QUARTERS')).toContain('2026-12 APPLIED clerk');
    expect(await world.movesOf('B')).toEqual(['2026-11 0 MISSED T2 T2 1']);
  });
});

describe('a tier by hand', () => {
  it('that holds on the first day after the period leaves tier and misses alone', async () => {
    // B misses in December again: the second in a row. A would rise. Both are held by hand; then the tiers they gave way to count.
    await world.byHand('A', 'T3', '2026-12-10', '2027-01-02');
    await world.byHand('B', 'T3', '2027-01-01', '2027-02-01');
    await world.measured('UNITS', '2026-12', { A: '60', B: '5' });
    expect((await world.applied('MONTHS', '2026-12')).counts).toEqual({ OVERRIDDEN: 2 });
    expect(await world.movesOf('A')).toEqual(['2026-11 0 KEPT T1 T1 0', '2026-12 0 OVERRIDDEN T3 T3 0']);
    expect(await world.movesOf('B')).toEqual(['2026-11 0 MISSED T2 T2 1', '2026-12 0 OVERRIDDEN T2 T3 1']);
    expect(await world.tiersOf('A')).toEqual(['T1 2026-01-01 2026-12-10', 'T3 2026-12-10 2027-01-02', 'T1 2027-01-02']);
    expect(await world.tiersOf('B')).toEqual(['T2 2026-01-01 2027-01-01', 'T3 2027-01-01 2027-02-01', 'T2 2027-02-01']);
    // January: B's next miss is the second one of its own, from the T2 that the tier by hand gave way to.
    await world.measured('UNITS', '2027-01', { A: '60', B: '5' });
    expect((await world.applied('MONTHS', '2027-01')).counts).toEqual({ PROMOTED: 1, DEMOTED: 1 });
    expect((await world.movesOf('B')).at(-1)).toBe('2027-01 0 DEMOTED T2 T1 0');
    expect(await world.tiersOf('B')).toEqual(['T2 2026-01-01 2027-01-01', 'T3 2027-01-01 2027-02-01', 'T1 2027-02-01']);
  });
});

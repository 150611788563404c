import { beforeAll, describe, expect, it } from 'vitest';
import { byMetric, from2026, openTiers, type TierWorld } from './tierFixture.ts';

// T2 is reached with a score of 50 and kept with 40; the second miss in a row leads down. November, December and January are applied. An
// appeal changes the score of November, whose tier holds from 1 December on.
let world: TierWorld;

beforeAll(async () => {
  world = await openTiers([
    { code: 'RISES', tier: from2026('T1') },
    { code: 'HELD', tier: from2026('T1') },
    { code: 'WITHIN', tier: from2026('T1') },
    { code: 'MISSED', tier: from2026('T2') },
    { code: 'SAME', tier: from2026('T1') },
  ]);
  await world.publish('STARS', { grace: 2, ...byMetric('SCORE') });
  await world.scored('2026-11', { RISES: '45', HELD: '45', WITHIN: '45', MISSED: '30', SAME: '10' });
  await world.scored('2026-12', { RISES: '45', HELD: '45', WITHIN: '45', MISSED: '30', SAME: '10' });
  await world.scored('2027-01', { RISES: '30', HELD: '45', WITHIN: '45', MISSED: '30', SAME: '10' });
  // Over the first day of January, so that December's evaluation finds a tier by hand; WITHIN has one between two evaluations.
  for (const code of ['HELD', 'MISSED']) await world.byHand(code, 'T3', '2026-12-20', '2027-01-05');
  await world.byHand('WITHIN', 'T3', '2026-12-10', '2026-12-20');
  for (const period of ['2026-11', '2026-12', '2027-01']) await world.applied('STARS', period);
});

const twice = { scheme: 'STARS', before: 'T1', after: 'T2' };

describe('an agent whose score was changed', () => {
  it('is evaluated again in that period and each one after it', async () => {
    expect(await world.tiersOf('RISES')).toEqual(['T1 2026-01-01']);
    await world.scored('2026-11', { RISES: '50' });
    // November rises to T2; December keeps it with 45; January misses with 30, for the first time.
    expect(await world.reevaluated('RISES', '2026-11')).toEqual([twice, twice, twice]);
    expect(await world.movesOf('RISES')).toEqual([
      '2026-11 0 KEPT T1 T1 0 superseded',
      '2026-11 1 PROMOTED T1 T2 0',
      '2026-12 0 KEPT T1 T1 0 superseded',
      '2026-12 1 KEPT T2 T2 0',
      '2027-01 0 KEPT T1 T1 0 superseded',
      '2027-01 1 MISSED T2 T2 1',
    ]);
    expect(await world.tiersOf('RISES')).toEqual([
      'T1 2026-01-01 2026-12-01',
      'T2 2026-12-01 2027-01-01',
      'T2 2027-01-01 2027-02-01',
      'T2 2027-02-01',
    ]);
    expect(await world.reevaluated('RISES', '2026-11')).toEqual([]);
  });

  it('keeps its days with a tier by hand; what follows them is the new tier', async () => {
    await world.scored('2026-11', { HELD: '50', WITHIN: '50' });
    // December found T3 by hand, and left it: the tier of November goes on after it.
    expect(await world.reevaluated('HELD', '2026-11')).toEqual([twice, twice]);
    expect(await world.movesOf('HELD')).toEqual([
      '2026-11 0 KEPT T1 T1 0 superseded',
      '2026-11 1 PROMOTED T1 T2 0',
      '2026-12 0 OVERRIDDEN T3 T3 0',
      '2027-01 0 KEPT T1 T1 0 superseded',
      '2027-01 1 KEPT T2 T2 0',
    ]);
    expect(await world.tiersOf('HELD')).toEqual([
      'T1 2026-01-01 2026-12-01',
      'T2 2026-12-01 2026-12-20',
      'T3 2026-12-20 2027-01-05',
      'T2 2027-01-05 2027-02-01',
      'T2 2027-02-01',
    ]);
    expect(await world.reevaluated('WITHIN', '2026-11')).toEqual([twice, twice, twice]);
    expect(await world.tiersOf('WITHIN')).toEqual([
      'T1 2026-01-01 2026-12-01',
      'T2 2026-12-01 2026-12-10',
      'T3 2026-12-10 2026-12-20',
      'T2 2026-12-20 2027-01-01',
      'T2 2027-01-01 2027-02-01',
      'T2 2027-02-01',
    ]);
  });

  it('has its misses counted again, over a tier by hand too', async () => {
    // November and January missed: the second one led down to T1. Without the first, January is the first miss.
    expect(await world.tiersOf('MISSED')).toEqual([
      'T2 2026-01-01 2026-12-20',
      'T3 2026-12-20 2027-01-05',
      'T2 2027-01-05 2027-02-01',
      'T1 2027-02-01',
    ]);
    await world.scored('2026-11', { MISSED: '40' });
    expect(await world.reevaluated('MISSED', '2026-11')).toEqual([{ scheme: 'STARS', before: 'T1', after: 'T2' }]);
    expect(await world.movesOf('MISSED')).toEqual([
      '2026-11 0 MISSED T2 T2 1 superseded',
      '2026-11 1 KEPT T2 T2 0',
      '2026-12 0 OVERRIDDEN T3 T3 1 superseded',
      '2026-12 1 OVERRIDDEN T3 T3 0',
      '2027-01 0 DEMOTED T2 T1 0 superseded',
      '2027-01 1 MISSED T2 T2 1',
    ]);
    expect(await world.tiersOf('MISSED')).toEqual([
      'T2 2026-01-01 2026-12-20',
      'T3 2026-12-20 2027-01-05',
      'T2 2027-01-05 2027-02-01',
      'T2 2027-02-01',
    ]);
  });

  it('keeps its move where nothing of it is another', async () => {
    expect(await world.reevaluated('SAME', '2026-11')).toEqual([]);
    expect((await world.movesOf('SAME')).filter((text) => text.includes('superseded'))).toEqual([]);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { codeOf } from '../support/books.ts';
import { byMetric, from2026, openTiers, type TierWorld } from './tierFixture.ts';

// November is evaluated: its tiers hold from 1 December on. T3 is given by hand alone.
let world: TierWorld;

beforeAll(async () => {
  const online = { channelType: 'ONLINE' };
  world = await openTiers([
    { code: 'AHEAD', tier: from2026('T1') },
    { code: 'TWICE', tier: from2026('T2') },
    { code: 'NEW' },
    { code: 'ENDED', tier: from2026('T1') },
    { code: 'BOTH', tier: from2026('T1') },
    { code: 'SHORT', tier: [{ tier: 'T1', from: '2026-01-01', to: '2027-03-01' }] },
    { code: 'STAYS', tier: from2026('T1') },
    { code: 'HELD', tier: from2026('T1') },
    { code: 'LATER', ...online, tier: [...between('T1', '2026-01-01', '2027-01-01'), ...between('T2', '2027-01-01')] },
    { code: 'PUSHED', ...online, tier: [...between('T1', '2026-01-01', '2026-12-15'), ...between('T2', '2026-12-15')] },
    { code: 'PLAIN', ...online, tier: from2026('T1') },
  ]);
});

const between = (tier: string, from: string, to?: string) => [{ tier, from, ...(to === undefined ? {} : { to }) }];

describe('applying an evaluation', () => {
  it('leaves days with a tier by hand alone; what follows them is the new tier', async () => {
    await world.publish('STARS', { channelTypes: ['AGENT'], ...byMetric('UNITS') });
    await world.byHand('AHEAD', 'T3', '2027-01-10', '2027-02-01');
    await world.byHand('TWICE', 'T3', '2027-01-01', '2027-02-01');
    await world.byHand('TWICE', 'T2', '2027-02-01', '2027-03-01');
    await world.byHand('TWICE', 'T3', '2027-05-01', '2027-06-01');
    await world.byHand('NEW', 'T3', '2027-01-01', '2027-02-01');
    await world.byHand('ENDED', 'T3', '2026-11-10', '2026-12-01');
    await world.byHand('BOTH', 'T3', '2026-11-10', '2026-12-01');
    await world.byHand('BOTH', 'T3', '2026-12-02', '2026-12-03');
    await world.byHand('SHORT', 'T3', '2027-02-01', '2027-03-01');
    await world.byHand('STAYS', 'T3', '2027-01-10', '2027-02-01');
    await world.byHand('HELD', 'T3', '2026-12-01', '2026-12-02');
    const rises = { AHEAD: '60', ENDED: '60', BOTH: '60', SHORT: '60', HELD: '60' };
    await world.measured('UNITS', '2026-11', { ...rises, TWICE: '39', NEW: '5', STAYS: '45' });
    expect(await world.tiersOf('TWICE')).toEqual([
      'T2 2026-01-01 2027-01-01',
      'T3 2027-01-01 2027-02-01',
      'T2 2027-02-01 2027-03-01',
      'T2 2027-03-01 2027-05-01',
      'T3 2027-05-01 2027-06-01',
      'T2 2027-06-01',
    ]);
    const { counts } = await world.applied('STARS', '2026-11');
    expect(counts).toEqual({ PROMOTED: 4, DEMOTED: 1, ENTERED: 1, KEPT: 1, OVERRIDDEN: 1 });
    // Rises to T2.
    expect(await world.tiersOf('AHEAD')).toEqual([
      'T1 2026-01-01 2026-12-01',
      'T2 2026-12-01 2027-01-10',
      'T3 2027-01-10 2027-02-01',
      'T2 2027-02-01',
    ]);
    // Falls to T1, but for its days of T2 by hand.
    expect(await world.tiersOf('TWICE')).toEqual([
      'T2 2026-01-01 2026-12-01',
      'T1 2026-12-01 2027-01-01',
      'T3 2027-01-01 2027-02-01',
      'T2 2027-02-01 2027-03-01',
      'T1 2027-03-01 2027-05-01',
      'T3 2027-05-01 2027-06-01',
      'T1 2027-06-01',
    ]);
    expect(await world.tiersOf('NEW')).toEqual([
      'T1 2026-12-01 2027-01-01',
      'T3 2027-01-01 2027-02-01',
      'T1 2027-02-01',
    ]);
    expect(await world.tiersOf('ENDED')).toEqual([
      'T1 2026-01-01 2026-11-10',
      'T3 2026-11-10 2026-12-01',
      'T2 2026-12-01',
    ]);
    expect(await world.tiersOf('BOTH')).toEqual([
      'T1 2026-01-01 2026-11-10',
      'T3 2026-11-10 2026-12-01',
      'T2 2026-12-01 2026-12-02',
      'T3 2026-12-02 2026-12-03',
      'T2 2026-12-03',
    ]);
    expect(await world.tiersOf('SHORT')).toEqual([
      'T1 2026-01-01 2026-12-01',
      'T2 2026-12-01 2027-02-01',
      'T3 2027-02-01 2027-03-01',
      'T2 2027-03-01',
    ]);
    // Nothing changes for who keeps its tier, nor where one by hand holds on the first day.
    expect(await world.tiersOf('STAYS')).toEqual([
      'T1 2026-01-01 2027-01-10',
      'T3 2027-01-10 2027-02-01',
      'T1 2027-02-01',
    ]);
    expect(await world.tiersOf('HELD')).toEqual([
      'T1 2026-01-01 2026-12-01',
      'T3 2026-12-01 2026-12-02',
      'T1 2026-12-02',
    ]);
  });

  it('does not pass over tiers that somebody set for later, and writes nothing then', async () => {
    await world.publish('WEB', { channelTypes: ['ONLINE'], ...byMetric('UNITS') });
    // PUSHED was to have T2 from 15 December on: the tier by hand only put it off.
    await world.byHand('PUSHED', 'T3', '2026-12-10', '2026-12-20');
    await world.byHand('PLAIN', 'T3', '2026-12-10', '2026-12-20');
    await world.measured('UNITS', '2026-11', { LATER: '60', PUSHED: '60', PLAIN: '60' });
    const before = await Promise.all(['LATER', 'PUSHED', 'PLAIN'].map(world.tiersOf));
    expect(before[1]).toEqual(['T1 2026-01-01 2026-12-10', 'T3 2026-12-10 2026-12-20', 'T2 2026-12-20']);
    const refused = world.applied('WEB', '2026-11');
    expect(await codeOf(refused)).toBe('EVALUATION_LATER_TIER');
    await expect(refused).rejects.toThrow('2026-12-01 or later stand in the way: LATER, PUSHED.');
    expect(await Promise.all(['LATER', 'PUSHED', 'PLAIN'].map(world.tiersOf))).toEqual(before);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { UserErrors } from '../../src/errors.ts';
import { publishScheme } from '../../src/tiers/schemes.ts';
import { saveSurvey } from '../../src/training/surveys.ts';
import { testDatabase } from '../database.ts';
import { apply, asOwner, clerk, now, programme } from '../support/books.ts';

// The small operator has tiers T1 and T2, in this order of rank, and channel types AGENT and ONLINE.
let databases: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  databases = await testDatabase();
  await apply(databases, programme);
});

const publish = async (code: string, definition: object, validFrom = '2026-01-01') => {
  try {
    return await asOwner(databases, (transaction) =>
      publishScheme(transaction, clerk, now, { code, name: code, validFrom, definition }),
    );
  } catch (error) {
    const errors = error instanceof UserErrors ? error.errors : [error as { code: string; at: string | null }];
    return errors.map((each) => `${each.code} ${each.at}`);
  }
};
const agents = { channelTypes: ['AGENT'] };
const tiers = [{ tier: 'T1' }, { tier: 'T2', entry: [{ kind: 'METRIC', metric: 'SCORE', atLeast: '80' }] }];

describe('tier schemes', () => {
  it('are refused where they name what is not there, or nothing to reach, each fault at its place', async () => {
    const [first] = tiers;
    expect(await publish('BAD', { tiers: [{ tier: 'T2' }, { tier: 'T1' }] })).toEqual([
      'INPUT_INVALID definition.tiers[1].tier',
    ]);
    const keep = [
      { kind: 'METRIC', metric: 'NONE', atLeast: '1' },
      { kind: 'CERTIFICATION', course: 'NONE' },
      { kind: 'RATIO', numerator: 'SURVEY_X', denominator: 'RATING_X', atMost: '5' },
    ];
    expect(await publish('BAD', { tiers: [first, { tier: 'T9', keep }] })).toEqual([
      'REFERENCE_UNKNOWN definition.tiers[1].tier',
      'METRIC_UNKNOWN definition.tiers[1].keep[0].metric',
      'METRIC_UNKNOWN definition.tiers[1].keep[2].numerator',
      'REFERENCE_UNKNOWN definition.tiers[1].keep[1].course',
    ]);
    const unbound = [{ kind: 'METRIC', metric: 'SCORE' }];
    expect(await publish('BAD', { tiers: [{ tier: 'T1', keep: unbound }] })).toEqual([
      'INPUT_INVALID definition.tiers[0].keep[0].atLeast',
    ]);
    const none = [{ kind: 'METRIC', metric: 'SCORE', atLeast: '2', atMost: '1' }];
    expect(await publish('BAD', { tiers: [{ tier: 'T1', keep: none }] })).toEqual([
      'INPUT_INVALID definition.tiers[0].keep[0].atMost',
    ]);
    expect(await publish('BAD', { tiers, channelTypes: ['NONE'] })).toEqual([
      'REFERENCE_UNKNOWN definition.channelTypes',
    ]);
    expect(await publish('BAD', { tiers }, '2026-01-02')).toEqual(['INPUT_INVALID validFrom']);
  });

  it('may look at scores, ratings, awards and surveys that are declared', async () => {
    await asOwner(databases, (transaction) =>
      saveSurvey(transaction, clerk, now, {
        code: 'HAPPY',
        name: 'Happy?',
        questions: [{ code: 'Q', text: 'How happy are you?', scale: 5 }],
        period: '2026-10',
        opensOn: '2026-11-01',
        closesOn: '2026-12-01',
      }),
    );
    const keep = ['SCORE', 'RATING_X', 'AWARD_X', 'SURVEY_HAPPY'].map((metric) => {
      return { kind: 'METRIC', metric, atLeast: '1' };
    });
    await apply(databases, 'channelTypes: [{ code: SHOP, name: Shop }]');
    expect(await publish('METRICS', { channelTypes: ['SHOP'], tiers: [{ tier: 'T1', keep }] })).toBe(1);
  });

  it('are published in versions; one grades a channel type at a time', async () => {
    expect(await publish('A', { ...agents, tiers })).toBe(1);
    expect(await publish('A', { ...agents, tiers })).toBe(1);
    expect(await publish('B', { tiers })).toEqual(['SCHEME_SCOPE_TAKEN definition.channelTypes']);
    expect(await publish('B', { channelTypes: ['ONLINE'], tiers })).toBe(1);
    // Each keeps its own: neither takes over what the other grades from then on.
    expect(await publish('A', { channelTypes: ['AGENT', 'ONLINE'], tiers }, '2026-03-01')).toEqual([
      'SCHEME_SCOPE_TAKEN definition.channelTypes',
    ]);
    expect(await publish('B', { channelTypes: ['ONLINE'], grace: 2, tiers }, '2026-04-01')).toBe(2);
    expect(await publish('B', { channelTypes: ['ONLINE'], tiers }, '2026-03-01')).toEqual([
      'VERSION_TOO_EARLY validFrom',
    ]);
  });

  it('keep what an applied evaluation went by', async () => {
    await databases.owner.$client`
      insert into tier_evaluation (scheme_id, version_id, period, state, effective_on, created_by, created_at, agent_count, moves_hash)
      select scheme_id, id, '2026-05', 'APPLIED', '2026-06-01', 'clerk', now(), 0, ''
      from tier_scheme_version where number = 1 and scheme_id = (select id from tier_scheme where code = 'A')`;
    expect(await publish('A', { ...agents, grace: 3, tiers }, '2026-05-01')).toEqual(['SCHEME_SETTLED validFrom']);
    expect(await publish('A', { ...agents, grace: 3, tiers }, '2026-06-01')).toBe(2);
  });
});

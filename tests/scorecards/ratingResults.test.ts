import { eq, like } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { metricValue } from '../../src/agents/tables.ts';
import { auditRecord } from '../../src/audit/tables.ts';
import type { Databases } from '../../src/db/client.ts';
import type { Role } from '../../src/db/transaction.ts';
import { notice } from '../../src/notices/tables.ts';
import type { Period } from '../../src/period.ts';
import {
  type CommentToRelease,
  ratingResults,
  releasedComments,
  releaseRatingComment,
  saveRatingMetrics,
} from '../../src/scorecards/ratingResults.ts';
import { loadRatingRound } from '../../src/scorecards/ratingRounds.ts';
import { groupsShownToAgent, loadRatings, loadSurveyRatings } from '../../src/scorecards/ratings.ts';
import { ratingAnswer } from '../../src/scorecards/tables.ts';
import { answerSurvey } from '../../src/training/answers.ts';
import { inviteToSurvey } from '../../src/training/invitations.ts';
import { saveSurvey } from '../../src/training/surveys.ts';
import { testDatabase } from '../database.ts';
import { actor, now } from '../sales/fixture.ts';
import { asRole, idOf } from '../training/fixture.ts';
import { closed, fault, rater, setUpRatings } from './ratingFixture.ts';

let databases: Databases;
let world: Awaited<ReturnType<typeof setUpRatings>>;
beforeAll(async () => {
  databases = await testDatabase();
  world = await setUpRatings(databases);
});

describe('what a round came to', () => {
  it('is mean and count of each group for scorecards, as exact as the answers', async () => {
    // A001: managers 80 and 90: 85; peers 70, 71 and 72.5: 213.5 / 3 = 71.1666…; customer service was asked and has not answered.
    await world.rated('WORK', 'A001', [
      ['PEER', '70'],
      ['MANAGER', '80', 'fine'],
      ['PEER', '71'],
      ['MANAGER', '90', 'better'],
      ['PEER', '72.5', 'fine'],
    ]);
    await world.invite('WORK', [rater('A001', 'CUSTOMER_SERVICE', 'late'), rater('A002', 'PEER', 'late')]);
    const ratings = await world.owner((transaction) => loadRatings(transaction, '2026-10' as Period, 'WORK'));
    const agentId = await idOf(databases, 'agent', 'A001');
    expect([...ratings.keys()]).toEqual([agentId]);
    const groups = ratings.get(agentId) ?? [];
    expect(groups.map(({ group, raterCount }) => [group, raterCount])).toEqual([
      ['MANAGER', 2],
      ['PEER', 3],
    ]);
    expect(groups[0]?.sum.toString()).toBe('170');
    expect(groups[1]?.sum.toString()).toBe('213.5');
    expect(await world.owner((transaction) => loadRatings(transaction, '2026-11' as Period, 'WORK'))).toEqual(
      new Map(),
    );
  });

  it('is shown to who manages the agent, once the round has closed', async () => {
    const peers = { group: 'PEER', invitedCount: 3, answeredCount: 3 };
    const asked = { group: 'CUSTOMER_SERVICE', invitedCount: 1, answeredCount: 0, mean: null, comments: [] };
    const open = await world.results('WORK', now);
    expect(open[0]?.groups[2]).toEqual({ ...peers, mean: null, comments: [] });
    const [first, second] = await world.results('WORK', closed);
    expect(first?.agentCode).toBe('A001');
    expect(first?.groups).toMatchObject([
      { group: 'MANAGER', mean: '85', comments: [{ words: 'better', released: false }, { words: 'fine' }] },
      asked,
      { ...peers, mean: '71.166667', comments: [{ words: 'fine' }] },
    ]);
    expect(second).toMatchObject({ agentCode: 'A002', groups: [{ invitedCount: 1, answeredCount: 0, mean: null }] });
    const seenBy = (role: Role) =>
      asRole(databases, role, async (transaction) =>
        ratingResults(transaction, closed, await loadRatingRound(transaction, 'WORK')),
      );
    expect(await seenBy('CHANNEL_MANAGER')).toHaveLength(2);
    expect(await seenBy('AUDITOR')).toHaveLength(2);
    for (const role of ['FINANCE', 'AGENT'] as const) expect(await seenBy(role)).toEqual([]);
  });

  it('becomes the metric RATING_<aspect> of its month, once', async () => {
    const metrics = { period: '2026-10', aspect: 'WORK' };
    const saved = (at: Date) => world.owner((transaction) => saveRatingMetrics(transaction, actor, at, metrics));
    expect(await fault(saved(now))).toMatchObject({ code: 'RATING_OPEN' });
    expect(await saved(closed)).toEqual({ createdCount: 1, changedCount: 0, unchangedCount: 0 });
    expect(await saved(closed)).toEqual({ createdCount: 0, changedCount: 0, unchangedCount: 1 });
    const values = await databases.owner.select().from(metricValue).where(like(metricValue.metric, 'RATING_%'));
    // (85 + 213.5 / 3) / 2 = (255 + 213.5) / 6 = 78.08333…
    expect(values).toEqual([
      expect.objectContaining({ metric: 'RATING_WORK', period: '2026-10', value: '78.083333', source: 'RATED' }),
    ]);
    const records = await databases.owner
      .select()
      .from(auditRecord)
      .where(eq(auditRecord.entityKey, 'RATING_WORK 2026-10'));
    expect(records).toHaveLength(1);
  });

  it('hides from the agent what so few said that it would tell who', () => {
    const group = (name: string, raterCount: number) => ({ name, raterCount });
    expect(groupsShownToAgent([group('a', 3), group('b', 4)])).toHaveLength(2);
    expect(groupsShownToAgent([group('a', 3), group('b', 2)])).toEqual([]);
  });
});

describe('releaseRatingComment', () => {
  const asRequested = (role: Role, comment: CommentToRelease, at = closed) =>
    asRole(databases, role, (transaction, user) => releaseRatingComment(transaction, user, at, comment));

  it('lets the agent see the words, tells it, and cannot be taken back', async () => {
    await world.rated('WORDS', 'A001', [
      ['PEER', '10', 'slow'],
      ['PEER', '20', 'kind'],
      ['MANAGER', '30', 'slow'],
    ]);
    const [result] = await world.results('WORDS', closed);
    const key = result?.groups
      .find(({ group }) => group === 'PEER')
      ?.comments.find(({ words }) => words === 'slow')?.key;
    const comment = { roundCode: 'WORDS', agentCode: 'A001', group: 'PEER' as const, commentKey: key ?? '' };
    const shown = () => asRole(databases, 'AGENT', (transaction) => releasedComments(transaction, 'A001'));
    expect(await shown()).toEqual([]);
    expect(await fault(asRequested('CHANNEL_MANAGER', comment, now))).toMatchObject({ code: 'RATING_OPEN' });
    expect(await fault(asRequested('AUDITOR', comment))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await fault(asRequested('AGENT', comment))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await asRequested('CHANNEL_MANAGER', comment)).toBe('released');
    expect(await asRequested('CHANNEL_MANAGER', comment)).toBe('unchanged');
    expect(await shown()).toEqual([{ roundCode: 'WORDS', aspect: 'WORDS', period: '2026-10', words: 'slow' }]);
    const released = await databases.owner.select().from(ratingAnswer).where(eq(ratingAnswer.comment, 'slow'));
    expect(released.map(({ releasedBy }) => releasedBy).sort()).toEqual(['channel_manager@demo.example', null]);
    const notices = await databases.owner.select().from(notice).where(like(notice.subject, 'WORDS %'));
    expect(notices).toMatchObject([{ kind: 'RATING_COMMENT_RELEASED', details: { round: 'How do they work?' } }]);
    const [record] = await databases.owner
      .select()
      .from(auditRecord)
      .where(eq(auditRecord.action, 'rating_round.comment_released'));
    expect(record).toMatchObject({ entityKey: 'WORDS', after: { agentCode: 'A001', group: 'PEER', commentKey: key } });
  });

  it('is for who manages the agent', async () => {
    await world.rated('FAR', 'A004', [['PEER', '10', 'slow']]);
    const [result] = await world.results('FAR', closed);
    const commentKey = result?.groups[0]?.comments[0]?.key ?? '';
    const comment = { roundCode: 'FAR', agentCode: 'A004', group: 'PEER' as const, commentKey };
    expect(await fault(asRequested('CHANNEL_MANAGER', comment))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await asRequested('ADMIN', comment)).toBe('released');
  });
});

describe('loadSurveyRatings', () => {
  const survey = (code: string, period: string) =>
    world.owner((transaction) =>
      saveSurvey(transaction, actor, now, {
        code,
        name: 'Service',
        questions: [{ code: 'KIND', text: 'Kind?', scale: 5 }],
        period,
        opensOn: '2026-11-01',
        closesOn: '2026-11-16',
      }),
    );

  it("gives customers' means as their survey's metric has them, in the months of the survey", async () => {
    await survey('CSAT', '2026-Q4');
    const recipients = ['a', 'b', 'c'].map((recipient) => ({ agentCode: 'A001', recipient }));
    const few = ['a', 'b'].map((recipient) => ({ agentCode: 'A002', recipient }));
    const { invitations } = await world.owner((transaction) =>
      inviteToSurvey(transaction, actor, now, 'CSAT', [...recipients, ...few]),
    );
    for (const [index, { token }] of invitations.entries()) {
      const points = [5, 4, 4, 5, 5][index] ?? 1;
      await world.owner((transaction) => answerSurvey(transaction, now, token, [{ question: 'KIND', points }]));
    }
    const ratings = (period: string) =>
      world.owner((transaction) => loadSurveyRatings(transaction, 'CSAT', period as Period));
    // 5, 4, 4 of 5: (100 + 75 + 75) / 3; of A002 only two have answered.
    const expected = { group: 'CUSTOMER', raterCount: 3 };
    for (const period of ['2026-10', '2026-12']) {
      const found = [...(await ratings(period)).values()];
      expect(found).toEqual([expect.objectContaining(expected)]);
      expect(found[0]?.sum.toString()).toBe('249.999999');
    }
    expect(await ratings('2026-09')).toEqual(new Map());
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { agent } from '../../src/agents/tables.ts';
import { notice } from '../../src/notices/tables.ts';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, now, type Person, type World } from './world.ts';

// A round about E1 (its rater: the account of E2, and two without an account), open at the world's now, 5 December in Shanghai.

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

const change = async (person: Person, text: string, variables: Record<string, unknown> = {}) => {
  const answer = await data(world, person, text, variables);
  return Object.values(answer)[0] as Record<string, unknown>;
};
const saveRound = `mutation ($code: String!, $opensOn: Date!, $closesOn: Date!) {
  saveRatingRound(round: { code: $code, name: "Service", aspect: $code, period: "2026-11", opensOn: $opensOn, closesOn: $closesOn }) {
    ... on RatingRoundPayload { outcome round { code aspect period } } ... on UserError { code at } } }`;
const invite = `mutation ($round: String!, $raters: [RaterInput!]!, $key: String) {
  inviteRaters(roundCode: $round, raters: $raters, idempotencyKey: $key) {
    ... on RatersInvitedPayload { knownCount invitations { agentCode group rater token } rejections { row column code } }
    ... on UserError { code } } }`;
const answered = '{ ... on RatingAnswered { answered } ... on UserError { code } }';

describe('a round', () => {
  it('is declared, its raters invited once for all, and answered by token or signed in', async () => {
    const declared = await change('admin', saveRound, { code: 'R', opensOn: '2026-12-01', closesOn: '2026-12-06' });
    expect(declared).toEqual({ outcome: 'created', round: { code: 'R', aspect: 'R', period: '2026-11' } });
    const raters = [
      { agentCode: 'E1', group: 'PEER', rater: 'agentE2@demo.example' },
      { agentCode: 'E1', group: 'CUSTOMER', rater: 'anna@raters.example' },
      { agentCode: 'E1', group: 'MANAGER', rater: 'agentE1@demo.example' },
      { agentCode: 'W1', group: 'MANAGER', rater: 'anna@raters.example' },
    ];
    const variables = { round: 'R', raters, key: 'once' };
    const made = await change('managerEast', invite, variables);
    expect(made.rejections).toEqual([
      { row: 3, column: 'rater', code: 'RATER_IS_RATED' },
      { row: 4, column: 'agent_code', code: 'AGENT_UNKNOWN' },
    ]);
    const invitations = made.invitations as { rater: string; token: string }[];
    expect(invitations.map(({ rater }) => rater)).toEqual(['agente2@demo.example', 'anna@raters.example']);
    const again = await change('managerEast', invite, variables);
    expect((again.invitations as { token: string | null }[]).map(({ token }) => token)).toEqual([null, null]);

    const token = invitations[1]?.token;
    const form = await data(
      world,
      'nobody',
      'query ($token: String!) { ratingForm(token: $token) { roundName agentName answered } }',
      { token },
    );
    expect(form.ratingForm).toEqual({ roundName: 'Service', agentName: 'East one', answered: false });
    const answer = `mutation ($token: String!) { answerRating(token: $token, points: "75.5", comment: "kind") ${answered} }`;
    expect(await change('nobody', answer, { token })).toEqual({ answered: true });
    expect(await change('nobody', answer, { token })).toEqual({ code: 'RATING_ANSWERED' });

    const mine = 'query { ratingsToGive { roundCode agentCode group } }';
    const asked = { roundCode: 'R', agentCode: 'E1', group: 'PEER' };
    expect((await data(world, 'agentE2', mine)).ratingsToGive).toEqual([asked]);
    expect((await data(world, 'agentE1', mine)).ratingsToGive).toEqual([]);
    const give = `mutation { giveRating(roundCode: "R", agentCode: "E1", points: "60") ${answered} }`;
    expect(await change('managerEast', give)).toEqual({ code: 'NOT_FOUND' });
    expect(await change('agentE2', give)).toEqual({ answered: true });
    expect((await data(world, 'agentE2', mine)).ratingsToGive).toEqual([]);
  });

  it('shows who manages the agent who was asked, and nothing of what was said until it has closed', async () => {
    const text = `{ ratingRounds { nodes { code } } ratingInvitations(roundCode: "R") { nodes { agentCode group rater answered } }
      ratingResults(roundCode: "R") { nodes { agentCode groups { group invitedCount answeredCount mean comments { words } } } } }`;
    const seen = await data(world, 'managerEast', text);
    expect(seen.ratingInvitations.nodes).toEqual([
      { agentCode: 'E1', group: 'PEER', rater: 'agente2@demo.example', answered: true },
      { agentCode: 'E1', group: 'CUSTOMER', rater: 'anna@raters.example', answered: true },
    ]);
    const group = { invitedCount: 1, answeredCount: 1, mean: null, comments: [] };
    expect(seen.ratingResults.nodes).toEqual([
      { agentCode: 'E1', groups: ['PEER', 'CUSTOMER'].map((name) => ({ group: name, ...group })) },
    ]);
    const far = await data(world, 'managerWest', text);
    expect(far.ratingInvitations.nodes).toEqual([]);
    expect(far.ratingResults.nodes).toEqual([]);
  });

  it('once closed, its words are released to the agent and its means become a metric', async () => {
    // It closes the day before: what was answered is moved there, as if by time.
    await world.databases.owner.$client.unsafe("update rating_round set closes_on = '2026-12-05' where code = 'R'");
    const results = await data(
      world,
      'managerEast',
      '{ ratingResults(roundCode: "R") { nodes { groups { group mean comments { key words released } } } } }',
    );
    const [, customers] = results.ratingResults.nodes[0].groups;
    expect(customers).toMatchObject({
      group: 'CUSTOMER',
      mean: '75.5',
      comments: [{ words: 'kind', released: false }],
    });
    const release = `mutation ($key: String!) { releaseRatingComment(roundCode: "R", agentCode: "E1", group: CUSTOMER, commentKey: $key) {
      ... on RatingCommentReleasedPayload { outcome } ... on UserError { code } } }`;
    const key = customers.comments[0].key;
    const shown = '{ releasedComments(agentCode: "E1") { roundCode aspect period words } }';
    expect((await data(world, 'agentE1', shown)).releasedComments).toEqual([]);
    expect(await change('managerWest', release, { key })).toEqual({ code: 'NOT_FOUND' });
    expect(await change('managerEast', release, { key })).toEqual({ outcome: 'released' });
    const words = [{ roundCode: 'R', aspect: 'R', period: '2026-11', words: 'kind' }];
    expect((await data(world, 'agentE1', shown)).releasedComments).toEqual(words);
    expect((await data(world, 'agentE2', shown)).releasedComments).toEqual([]);

    const save = `mutation { saveRatingMetrics(period: "2026-11", aspect: "R") { ... on RatingMetricsPayload { createdCount } ... on UserError { code } } }`;
    expect(await change('admin', save)).toEqual({ createdCount: 1 });
    const values = '{ metricValues(metric: "RATING_R") { nodes { agentCode value } } }';
    // (60 + 75.5) / 2, which of two raters is nothing for the agent.
    const expected = [{ agentCode: 'E1', value: '67.75' }];
    expect((await data(world, 'managerEast', values)).metricValues.nodes).toEqual(expected);
    expect((await data(world, 'agentE1', values)).metricValues.nodes).toEqual([]);
  });
});

describe('notices', () => {
  const mine =
    'query ($unread: Boolean) { notices(unreadOnly: $unread) { nodes { id agentCode kind details textEn textZh readAt } } }';
  const mark = `mutation ($ids: [ID!]!) { markNoticesRead(noticeIds: $ids) { ... on NoticesReadPayload { readCount } ... on UserError { code } } }`;

  it('are for the agent itself and who manages it, and read by the agent alone', async () => {
    const agents = await world.databases.owner.select({ id: agent.id, code: agent.code }).from(agent);
    const rows = ['E1', 'E2', 'W1'].map((code) => ({
      agentId: agents.find((each) => each.code === code)?.id ?? 0,
      kind: 'SCORE_PUBLISHED' as const,
      subject: '2026-11',
      details: { period: '2026-11', total: '80.00' },
      createdAt: now.toISOString(),
    }));
    await world.databases.owner.insert(notice).values(rows);
    const codes = async (person: Person, unread = false) =>
      (await data(world, person, mine, { unread })).notices.nodes.map(
        ({ agentCode, kind }: { agentCode: string; kind: string }) => `${agentCode} ${kind}`,
      );
    const own = ['E1 SCORE_PUBLISHED', 'E1 RATING_COMMENT_RELEASED'];
    expect(await codes('agentE1')).toEqual(own);
    expect(await codes('agentE2')).toEqual(['E2 SCORE_PUBLISHED']);
    expect(await codes('managerEast')).toEqual(['E2 SCORE_PUBLISHED', ...own]);
    expect(await codes('managerWest')).toEqual(['W1 SCORE_PUBLISHED']);
    expect(await codes('auditor')).toHaveLength(4);

    const { nodes } = (await data(world, 'agentE1', mine)).notices;
    expect(nodes[0]).toMatchObject({
      details: { period: '2026-11', total: '80.00' },
      textEn: 'Your score of 2026-11 was published: 80.00.',
      textZh: '您2026-11的考核得分已公布：80.00。',
      readAt: null,
    });
    const others = (await data(world, 'managerWest', mine)).notices.nodes;
    const ids = [nodes[0].id, others[0].id];
    expect(await change('agentE1', mark, { ids })).toEqual({ readCount: 1 });
    expect(await change('agentE1', mark, { ids })).toEqual({ readCount: 0 });
    expect(await codes('agentE1', true)).toEqual(['E1 RATING_COMMENT_RELEASED']);
    expect(await codes('managerWest', true)).toEqual(['W1 SCORE_PUBLISHED']);
    expect(await change('agentE1', mark, { ids: ['UnVuOjE'] })).toEqual({ code: 'INPUT_INVALID' });
    const refused = await ask(world, 'managerEast', mark, { ids });
    expect(refused.data?.markNoticesRead ?? refused.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('of one agent', async () => {
    const text = '{ notices(agentCode: "W1", kind: SCORE_PUBLISHED) { nodes { agentCode } } }';
    expect((await data(world, 'admin', text)).notices.nodes).toEqual([{ agentCode: 'W1' }]);
    expect((await data(world, 'agentE1', text)).notices.nodes).toEqual([]);
  });
});

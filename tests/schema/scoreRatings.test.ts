import { beforeAll, describe, expect, it } from 'vitest';
import { localActor } from '../../src/db/transaction.ts';
import { publishTemplate } from '../../src/scorecards/templates.ts';
import { testDatabase } from '../database.ts';
import { data, makeWorld, now, type Person, type World } from './world.ts';

// What is shown of raters in November's scores, at 5 December. In service E1 has 31 of one peer and 77 of one customer: 54; E2 of three
// peers 10, 20 and 60: 30; E3 of one peer 90, where two are needed: nothing, which counts as 0; W1 nothing.

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  const method = {
    kind: 'RATED_360',
    aspect: 'SERVICE',
    groups: [
      { group: 'PEER', weight: '50' },
      { group: 'CUSTOMER', weight: '50' },
    ],
    minimumRaters: 2,
  };
  const items = [{ code: 'SERVED', name: 'Service', weight: '100', method, missing: 'ZERO' }];
  const definition = { items, bonuses: [], deductions: [], vetoes: [] };
  await world.databases.owner.transaction((transaction) =>
    publishTemplate(transaction, localActor('clerk'), now, {
      code: 'CARD',
      name: 'Card',
      validFrom: '2026-01-01',
      definition,
    }),
  );
  const { $client: sql } = world.databases.owner;
  await sql`
    insert into rating_round (code, name, aspect, period, opens_on, closes_on)
    values ('R', 'Service', 'SERVICE', '2026-11', '2026-12-01', '2026-12-06')`;
  await sql`
    with given (agent, rater_group, rater, points) as (values ('E1', 'PEER', 'anna', 31), ('E1', 'CUSTOMER', 'ben', 77),
      ('E2', 'PEER', 'anna', 10), ('E2', 'PEER', 'ben', 20), ('E2', 'PEER', 'carl', 60), ('E3', 'PEER', 'anna', 90)),
    invited as (
      insert into rating_invitation (round_id, agent_id, rater_group, rater, token_hash, created_at, answered_at)
      select (select id from rating_round), agent.id, rater_group::rater_group, rater, agent.code || rater, ${now}, ${now}
      from given join agent on agent.code = given.agent returning id, token_hash)
    insert into rating_answer (invitation_id, points)
    select invited.id, points from given join invited on token_hash = given.agent || rater`;
});

const change = async (field: string) =>
  (await data(world, 'admin', `mutation { answer: ${field} { __typename ... on UserError { code message } } }`)).answer;
const items = `items { input points contribution groups { group mean raterCount } }
  explanation { items { formula sentenceEn sentenceZh } }`;
/** The item of an agent's score as a person is shown it, and how it is explained. */
async function shownTo(person: Person, agentCode: string) {
  const { scores } = await data(
    world,
    person,
    `query ($filter: ScoreFilter) { scores(filter: $filter) { nodes { total ${items} } } }`,
    { filter: { period: '2026-11', agentCode } },
  );
  const [{ total, items: given, explanation }] = scores.nodes;
  const { formula, sentenceEn, sentenceZh } = explanation.items[0];
  return { total, ...given[0], said: [formula, sentenceEn, sentenceZh] };
}

const counted = { total: '54', points: '54', contribution: '54' };
const hidden = {
  ...counted,
  input: null,
  groups: [],
  said: [
    '54 × 100% = 54',
    'Service: rated by others: 54 of at most 100 points; with a weight of 100 that is 54.',
    'Service：由他人评分，得 54 分（上限 100）；权重 100，计 54 分。',
  ],
};
const tooFew = {
  total: '0',
  points: '0',
  contribution: '0',
  input: null,
  groups: [],
  said: [
    '',
    'Service: fewer than the 2 raters that are needed, so it counts as 0 points.',
    'Service：评分人数少于 2，按 0 分计。',
  ],
};

describe('what raters said', () => {
  it('is shown to nobody while the round is open', async () => {
    expect(await change('calculateScores(period: "2026-11")')).toEqual({ __typename: 'ScoreRoundPayload' });
    for (const person of ['admin', 'managerEast', 'auditor', 'finance'] as const) {
      expect(await shownTo(person, 'E1'), person).toEqual(hidden);
      expect(await shownTo(person, 'E3'), person).toEqual(tooFew);
    }
  });

  it('is shown to who manages the agent once it has closed', async () => {
    // It closes the day before: what was answered is moved there, as if by time.
    await world.databases.owner.$client`update rating_round set closes_on = '2026-12-05'`;
    const means = [
      { group: 'PEER', mean: '31', raterCount: 1 },
      { group: 'CUSTOMER', mean: '77', raterCount: 1 },
    ];
    const shown = {
      ...counted,
      input: '54',
      groups: means,
      said: [
        'clamp((50 × 31 + 50 × 77) / (50 + 50), 0, 100) × 100% = 54',
        'Service: the means of peers 31 (1, weight 50), customers 77 (1, weight 50): 54 of at most 100 points; with a weight of 100 that is 54.',
        'Service：各组评分均值：同行 31（1 人，权重 50）、客户 77（1 人，权重 50），得 54 分（上限 100）；权重 100，计 54 分。',
      ],
    };
    for (const person of ['admin', 'managerEast', 'auditor'] as const) {
      expect(await shownTo(person, 'E1'), person).toEqual(shown);
    }
    expect((await shownTo('managerEast', 'E3')).said[1]).toBe(
      'Service: 1 rater where 2 are needed, so it counts as 0 points.',
    );
    expect(await shownTo('finance', 'E1')).toEqual(hidden);
    expect(await shownTo('finance', 'E2')).toMatchObject({ total: '30', input: null, groups: [] });
  });

  it('is shown to the agent where three rated in each group, and never as a metric', async () => {
    const published = await change('publishScores(period: "2026-11", appealDays: 3)');
    expect(published).toEqual({ __typename: 'ScoreRoundPayload' });
    // E1 is above the others, so that it sees what they see.
    expect(await shownTo('agentE1', 'E1')).toEqual(hidden);
    expect(await shownTo('agentE1', 'E3')).toEqual(tooFew);
    expect(await shownTo('agentE2', 'E2')).toMatchObject({
      total: '30',
      input: '30',
      groups: [{ group: 'PEER', mean: '30', raterCount: 3 }],
    });
    const saved = await change('saveRatingMetrics(period: "2026-11", aspect: "SERVICE")');
    expect(saved).toEqual({ __typename: 'RatingMetricsPayload' });
    const values = '{ metricValues(metric: "RATING_SERVICE") { nodes { agentCode value } } }';
    expect((await data(world, 'agentE1', values)).metricValues.nodes).toEqual([]);
    expect((await data(world, 'managerEast', values)).metricValues.nodes).toContainEqual({
      agentCode: 'E1',
      value: '54',
    });
  });
});

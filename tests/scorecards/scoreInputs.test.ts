import { beforeAll, describe, expect, it } from 'vitest';
import { answerRating } from '../../src/scorecards/ratingAnswers.ts';
import { inviteRaters } from '../../src/scorecards/ratingInvitations.ts';
import { saveRatingRound } from '../../src/scorecards/ratingRounds.ts';
import { calculateScores } from '../../src/scorecards/scores.ts';
import type { ScoreDetail } from '../../src/scorecards/template.ts';
import { publishTemplate } from '../../src/scorecards/templates.ts';
import { answerSurvey } from '../../src/training/answers.ts';
import { inviteToSurvey } from '../../src/training/invitations.ts';
import { saveSurvey } from '../../src/training/surveys.ts';
import { testDatabase } from '../database.ts';
import { clerk, definition, makeWorld, now, october, standing, type World } from './scoresFixture.ts';

// October is scored by revenue and by ratings. Revenue: E1 80 of 100, E2 50 of 100, W1 120 of 200.
let world: World;
const [revenue] = definition.items;
const groups = [
  { group: 'MANAGER', weight: '3' },
  { group: 'PEER', weight: '1' },
  { group: 'CUSTOMER', weight: '1', survey: 'HAPPY' },
];
const rated = {
  code: 'CARE',
  name: 'Care',
  weight: '40',
  method: { kind: 'RATED_360', aspect: 'CARE', groups, minimumRaters: 2 },
  missing: 'EXCLUDE',
};
const days = { opensOn: '2026-11-01', closesOn: '2026-11-10' };

beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  await world.asOwner(async (transaction) => {
    for (const [code, period] of [
      ['CARE-9', '2026-09'],
      ['CARE-10', '2026-10'],
    ] as const) {
      await saveRatingRound(transaction, clerk, now, { code, name: 'Care', aspect: 'CARE', period, ...days });
    }
    const questions = [{ code: 'Q', text: 'How happy are you?', scale: 5 }];
    await saveSurvey(transaction, clerk, now, { code: 'HAPPY', name: 'Happy?', questions, period: '2026-Q4', ...days });
    const items = [{ ...revenue, weight: '60' }, rated];
    const template = { code: 'CARD', name: 'Card', channelType: 'AGENT', validFrom: '2026-02-01' };
    await publishTemplate(transaction, clerk, now, {
      ...template,
      definition: { ...definition, items, bonuses: [], deductions: [] },
    });
  });
});

/** Has an agent rated: group and points of each rater. */
const rate = (round: string, agentCode: string, ...answers: readonly [group: string, points: string][]) =>
  world.asOwner(async (transaction) => {
    const raters = answers.map(([group], index) => ({ agentCode, group, rater: `${index}@raters.example` }));
    const { invitations } = await inviteRaters(transaction, new Map(), clerk, now, round, raters);
    for (const [index, { token }] of invitations.entries()) {
      await answerRating(transaction, now, token, { points: answers[index]?.[1] ?? '' });
    }
  });

/** Has customers answer about an agent: points from 1 to 5 of each. */
const ask = (agentCode: string, ...points: readonly number[]) =>
  world.asOwner(async (transaction) => {
    const recipients = points.map((_each, index) => ({ agentCode, recipient: `${index}@customers.example` }));
    const { invitations } = await inviteToSurvey(transaction, clerk, now, 'HAPPY', recipients);
    for (const [index, { token }] of invitations.entries()) {
      await answerSurvey(transaction, now, token, [{ question: 'Q', points: points[index] ?? 0 }]);
    }
  });

describe('an item that is rated', () => {
  it('has the means of its groups from the round of its month, and those of customers from their survey', async () => {
    await rate('CARE-9', 'E1', ['MANAGER', '0']);
    await rate('CARE-10', 'E1', ['MANAGER', '90'], ['PEER', '60'], ['PEER', '70']);
    await ask('E1', 5, 4, 3);
    // Two customers are too few, and what the round says of customers does not count: one rater is left, where two are asked for.
    await rate('CARE-10', 'E2', ['MANAGER', '80'], ['CUSTOMER', '100']);
    await ask('E2', 5, 5);
    await rate('CARE-10', 'W1', ['PEER', '40'], ['PEER', '50']);
    await ask('W1', 1, 1, 2);
    await calculateScores(world.databases, clerk, october, now);
    // E1: customers 100·(4 + 3 + 2)/(4·3) = 75; (3·90 + 65 + 75)/5 = 82; 60·80 % + 40·82 % = 80.8
    // E2: revenue alone.
    // W1: customers 100·(0 + 0 + 1)/12 = 8.333333; (45 + 8.333333)/2 = 26.6666665; 60·60 % + 40·26.6666665 % = 46.67
    expect(await standing(world)).toEqual(['E1 80.8', 'E2 50', 'O1 ["REVENUE"]', 'W1 46.67']);
    const rows = await world.databases.owner.$client<{ code: string; detail: ScoreDetail }[]>`
      select agent.code, detail from score join agent on agent.id = agent_id where agent.code like '_1' and agent.code <> 'O1' order by 1`;
    const care = rows.map(({ detail }) => detail.items.find(({ code }) => code === 'CARE'));
    expect(care).toMatchObject([
      {
        input: '82',
        points: '82',
        groups: [
          { group: 'MANAGER', mean: '90', raterCount: 1 },
          { group: 'PEER', mean: '65', raterCount: 2 },
          { group: 'CUSTOMER', mean: '75', raterCount: 3 },
        ],
      },
      {
        input: '26.6666665',
        groups: [
          { group: 'PEER', mean: '45', raterCount: 2 },
          { group: 'CUSTOMER', mean: '8.333333', raterCount: 3 },
        ],
      },
    ]);
  });
});

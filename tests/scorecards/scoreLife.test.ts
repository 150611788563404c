import { beforeAll, describe, expect, it } from 'vitest';
import type { Period } from '../../src/period.ts';
import { saveMetricDefinition } from '../../src/scorecards/metricCatalogue.ts';
import { publishTemplate } from '../../src/scorecards/templates.ts';
import { testDatabase } from '../database.ts';
import { data, makeWorld, now, type Person, type World } from '../schema/world.ts';
import { clerk, definition } from './scoresFixture.ts';

// November's scores of E1, E2 and E3 (east; E1 is above the others) and W1 through GraphQL, at 5 December. Of units E1 has 40, the others 20:
// rank 1 of 4: 100; the others share 3: 33.33. Everything else is missing: 20·points of 80, satisfaction being left out.

const period = '2026-11' as Period;
let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  await world.databases.owner.transaction(async (transaction) => {
    for (const code of ['REV', 'SAT', 'UNITS', 'RECH', 'PRAISE', 'COMPLAINTS', 'FRAUD']) {
      await saveMetricDefinition(transaction, clerk, now, { code, name: code, definition: { source: 'IMPORTED' } });
    }
    const template = { code: 'CARD', name: 'Card', validFrom: '2026-01-01', definition };
    await publishTemplate(transaction, clerk, now, template);
  });
  await world.databases.owner.$client`
    insert into metric_value (agent_id, metric, period, value)
    select id, 'UNITS', ${period}, case code when 'E1' then 40 else 20 end from agent`;
});

const orError = '... on UserError { code at message }';
const change = async (person: Person, field: string) =>
  (await data(world, person, `mutation { answer: ${field} }`)).answer;
const round = `... on ScoreRoundPayload { round { state appealsUntil agentCount } unscoredCount } ${orError}`;
const scoresOf = async (person: Person, filter = '{ period: "2026-11" }') => {
  const { scores } = await data(world, person, `{ scores(filter: ${filter}) { nodes { agentCode total revision } } }`);
  return scores.nodes.map((node: object) => Object.values(node).join(' '));
};
const appealsOf = async (person: Person, args = '') => {
  const { scoreAppeals } = await data(
    world,
    person,
    `{ scoreAppeals${args} { nodes { id state decision corrections { code value } newScore { total } } } }`,
  );
  return scoreAppeals.nodes;
};

describe('scores through GraphQL', () => {
  it('are seen by agents once they are published, explained item by item', async () => {
    expect(await change('admin', `calculateScores(period: "2026-11") { ${round} }`)).toEqual({
      round: { state: 'CALCULATED', appealsUntil: null, agentCount: 4 },
      unscoredCount: 0,
    });
    expect(await scoresOf('managerEast')).toEqual(['E1 25 0', 'E2 8.33 0', 'E3 8.33 0']);
    expect(await scoresOf('agentE1')).toEqual([]);
    expect(await change('admin', `publishScores(period: "2026-11", appealDays: 3) { ${round} }`)).toMatchObject({
      round: { state: 'PUBLISHED', appealsUntil: '2026-12-08' },
    });
    expect(await scoresOf('agentE1')).toEqual(['E1 25 0', 'E2 8.33 0', 'E3 8.33 0']);
    expect(await scoresOf('agentE2')).toEqual(['E2 8.33 0']);
    expect(await scoresOf('auditor', '{ region: "WEST" }')).toEqual(['W1 8.33 0']);
    expect(await scoresOf('auditor', '{ agentCode: "E1", template: "CARD", blocked: false }')).toEqual(['E1 25 0']);
    expect(await scoresOf('auditor', '{ blocked: true }')).toEqual([]);
    const { scores } = await data(
      world,
      'agentE2',
      `{ scores { nodes { templateCode templateVersion blockedBy items { code name input rank peerCount points weight effectiveWeight contribution groups { mean } }
        bonuses { code points } deductions { code points } vetoes { code triggered }
        explanation { formula summaryEn summaryZh items { code formula sentenceEn sentenceZh } } } } }`,
    );
    const [node] = scores.nodes;
    expect(node).toMatchObject({ templateCode: 'CARD', templateVersion: 1, blockedBy: [] });
    expect(node.items[2]).toEqual({
      code: 'PLACE',
      name: 'Units',
      input: '20',
      rank: '3',
      peerCount: 4,
      points: '33.3333333333',
      weight: '20',
      effectiveWeight: '25',
      contribution: '8.3333333333',
      groups: [],
    });
    expect(node.vetoes).toEqual([{ code: 'CHEATED', triggered: false }]);
    expect(node.explanation.items.map(({ code }: { code: string }) => code)).toContain('PLACE');
    expect(node.explanation.summaryEn).toContain('8.33');
    expect(node.explanation.summaryZh).toContain('8.33');
    const { scoreRound } = await data(world, 'agentE2', '{ scoreRound(period: "2026-11") { state } }');
    expect(scoreRound).toEqual({ state: 'PUBLISHED' });
  });

  it('are appealed against by the agent and decided by its manager', async () => {
    const filed = await change(
      'agentE2',
      `fileScoreAppeal(period: "2026-11", items: ["PLACE"], reason: "10 more") { ... on ScoreAppealPayload { appeal { id state dueOn } } ${orError} }`,
    );
    expect(filed.appeal).toMatchObject({ state: 'FILED', dueOn: '2026-12-15' });
    const decide = (person: Person) =>
      change(
        person,
        `decideScoreAppeal(appealId: "${filed.appeal.id}", accept: true, decision: "right", corrections: [{ code: "PLACE", value: "30" }]) {
          ... on DecidedScoreAppealPayload { appeal { state score { total } newScore { total revision } } tiers { scheme } } ${orError} }`,
      );
    expect(await appealsOf('managerWest')).toEqual([]);
    expect(await appealsOf('managerEast', '(overdue: true)')).toEqual([]);
    expect(await decide('managerWest')).toMatchObject({ code: 'NOT_FOUND' });
    // Rank 2 of 4: 66.67 points, 20 of 80 of them.
    expect(await decide('managerEast')).toEqual({
      appeal: { state: 'ACCEPTED', score: { total: '8.33' }, newScore: { total: '16.67', revision: 1 } },
      tiers: [],
    });
    expect(await appealsOf('agentE1', '(period: "2026-11", state: ACCEPTED)')).toMatchObject([
      { decision: 'right', corrections: [{ code: 'PLACE', value: '30' }], newScore: { total: '16.67' } },
    ]);
    expect(await scoresOf('agentE2')).toEqual(['E2 16.67 1']);
    expect(await scoresOf('agentE2', '{ superseded: true }')).toEqual(['E2 8.33 0', 'E2 16.67 1']);
    const withdrawn = await change(
      'agentE2',
      `withdrawScoreAppeal(appealId: "${filed.appeal.id}") { ... on ScoreAppealPayload { appeal { id } } ${orError} }`,
    );
    expect(withdrawn).toMatchObject({ code: 'APPEAL_STATE' });
    expect(await change('admin', `finaliseScores(period: "2026-11") { ${round} }`)).toMatchObject({
      code: 'APPEAL_WINDOW_OPEN',
    });
    expect(await change('admin', `finaliseScores(period: "2026-11", early: true) { ${round} }`)).toMatchObject({
      round: { state: 'FINAL' },
    });
  });
});

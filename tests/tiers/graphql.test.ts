import { beforeAll, describe, expect, it } from 'vitest';
import { saveMetricDefinition } from '../../src/scorecards/metricCatalogue.ts';
import { testDatabase } from '../database.ts';
import { data, makeWorld, type Person, type World } from '../schema/world.ts';
import { asOwner, clerk, now } from '../support/books.ts';

// The clock of this world stands at 5 December 2026. E1 is STAR_4, W1 STAR_3, both since 2000.
let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  await asOwner(world.databases, (transaction) =>
    saveMetricDefinition(transaction, clerk, now, { code: 'UNITS', name: 'Units', definition: { source: 'IMPORTED' } }),
  );
});

const orError = '... on UserError { code at message }';
const publish = async (definition: object, from = '2026-01-01', person: Person = 'admin') => {
  const text = `mutation ($from: Date!, $definition: TierSchemeDefinitionInput!) {
    answer: publishTierScheme(code: "STARS", name: "Stars", from: $from, definition: $definition) {
      ... on TierSchemePayload { number scheme { code versions { number } } } ${orError} } }`;
  return (await data(world, person, text, { from, definition })).answer;
};
const evaluate = async (field: string, person: Person = 'admin') =>
  (
    await data(
      world,
      person,
      `mutation { answer: ${field} { ... on TierEvaluationPayload { evaluation { id state decidedBy } } ${orError} } }`,
    )
  ).answer;
const tiers = [
  { tier: 'STAR_3' },
  {
    tier: 'STAR_4',
    entry: [{ kind: 'METRIC', metric: 'UNITS', months: 2, aggregate: 'SUM', unit: 'pieces', atLeast: '50.50' }],
    keep: [{ kind: 'RATIO', numerator: 'UNITS', denominator: 'SCORE', atMost: '10' }],
    benefits: { priority: 1, creditLimit: '1000', materials: ['POSTER'] },
  },
];

describe('publishing a tier scheme', () => {
  it('names each fault at its place, and declares nothing then', async () => {
    const keep = [{ kind: 'METRIC', metric: 'UNITS', course: 'SALES' }];
    const faulty = await publish({ grace: 0, tiers: [{ tier: 'STAR_3', keep }, { tier: 'STAR_3' }] });
    expect(faulty).toMatchObject({ code: 'INPUT_INVALID' });
    const lines: string[] = faulty.message.split('\n');
    expect(lines.map((line) => line.split(/:? /, 1)[0])).toEqual([
      'definition.grace',
      'definition.tiers[0].keep[0]',
      'definition.tiers[0].keep[0].atLeast',
      'definition.tiers',
    ]);
    const unknown = [{ tier: 'STAR_9', entry: [{ kind: 'METRIC', metric: 'NONE', atLeast: '1' }] }];
    expect(await publish({ tiers: unknown })).toMatchObject({
      message:
        'definition.tiers[0].tier: There is no tier STAR_9.\ndefinition.tiers[0].entry[0].metric: The catalogue has no metric NONE.',
    });
    expect(await publish({ tiers }, '2026-01-15')).toMatchObject({
      code: 'INPUT_INVALID',
      at: 'validFrom',
    });
    expect(await data(world, 'admin', '{ tierSchemes { code } }')).toEqual({ tierSchemes: [] });
  });

  it('is for administrators; everybody who has to do with agents reads it', async () => {
    for (const person of ['managerEast', 'auditor', 'finance', 'agentE1', 'nobody'] as const) {
      expect(await publish({ tiers }, '2026-01-01', person)).toMatchObject({
        code: person === 'nobody' ? 'NOT_SIGNED_IN' : 'FORBIDDEN',
      });
    }
    const answer = { number: 1, scheme: { code: 'STARS', versions: [{ number: 1 }] } };
    expect(await publish({ tiers })).toEqual(answer);
    expect(await publish({ tiers })).toEqual(answer);
    const asked = `{ tierSchemes { versions { from channelTypes evaluation maxSteps grace protectionMonths tiers { tier priority creditLimit materials
      entry { kind metric months aggregate unit atLeast atMost } keep { kind numerator denominator months atLeast atMost } } } } }`;
    expect((await data(world, 'agentW1', asked)).tierSchemes[0].versions).toEqual([
      {
        from: '2026-01-01',
        channelTypes: [],
        evaluation: 'MONTHLY',
        maxSteps: 1,
        grace: 1,
        protectionMonths: 0,
        tiers: [
          { tier: 'STAR_3', priority: null, creditLimit: null, materials: [], entry: [], keep: [] },
          {
            tier: 'STAR_4',
            priority: 1,
            creditLimit: '1000',
            materials: ['POSTER'],
            entry: [
              {
                kind: 'METRIC',
                metric: 'UNITS',
                months: 2,
                aggregate: 'SUM',
                unit: 'pieces',
                atLeast: '50.5',
                atMost: null,
              },
            ],
            keep: [{ kind: 'RATIO', numerator: 'UNITS', denominator: 'SCORE', months: 1, atLeast: null, atMost: '10' }],
          },
        ],
      },
    ]);
    expect(await publish({ tiers: [{ tier: 'STAR_3' }, { tier: 'STAR_4', entry: tiers[1]?.entry }] })).toMatchObject({
      number: 2,
    });
  });
});

describe('previewing, discarding and applying', () => {
  const preview = 'previewTiers(scheme: "STARS", period: "2026-11")';

  it('are for administrators; what is discarded is not applied', async () => {
    const first = (await evaluate(preview)).evaluation;
    for (const field of [`discardTiers(evaluationId: "${first.id}")`, `applyTiers(evaluationId: "${first.id}")`]) {
      expect(await evaluate(field, 'managerEast')).toMatchObject({ code: 'FORBIDDEN' });
    }
    expect(await evaluate(`discardTiers(evaluationId: "${first.id}")`)).toEqual({
      evaluation: { ...first, state: 'DISCARDED', decidedBy: 'admin@demo.example' },
    });
    expect(await evaluate(`applyTiers(evaluationId: "${first.id}")`)).toMatchObject({
      code: 'EVALUATION_STATE',
    });
    expect(await evaluate('discardTiers(evaluationId: "x")')).toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('show in the history of an agent, with tiers by hand', async () => {
    const { owner } = world.databases;
    await owner.$client`
      insert into metric_value (agent_id, metric, period, value)
      select id, 'UNITS', period, 30 from agent, unnest(array['2026-10', '2026-11']) period where code = 'W1'`;
    const request = await data(
      world,
      'managerWest',
      `mutation { answer: requestTierOverride(agentCode: "W1", tier: "STAR_3", from: "2027-02-01", to: "2027-03-01", reason: "rest") {
        ... on TierOverridePayload { override { id } } ${orError} } }`,
    );
    await data(
      world,
      'admin',
      `mutation { answer: decideTierOverride(overrideId: "${request.answer.override.id}", approve: true, reason: "seen") { __typename } }`,
    );
    const { id } = (await evaluate(preview)).evaluation;
    expect((await evaluate(`applyTiers(evaluationId: "${id}")`)).evaluation.state).toBe('APPLIED');
    // 30 + 30 units in two months reach the 50.5 of STAR_4.
    const asked = '{ tierHistory(agentCode: "W1") { tier from to isOverridden move { kind fromTier toTier } } }';
    const promoted = { kind: 'PROMOTED', fromTier: 'STAR_3', toTier: 'STAR_4' };
    const history = [
      { tier: 'STAR_4', from: '2027-03-01', to: null, isOverridden: false, move: null },
      { tier: 'STAR_3', from: '2027-02-01', to: '2027-03-01', isOverridden: true, move: null },
      { tier: 'STAR_4', from: '2026-12-01', to: '2027-02-01', isOverridden: false, move: promoted },
      { tier: 'STAR_3', from: '2000-01-01', to: '2026-12-01', isOverridden: false, move: null },
    ];
    for (const person of ['agentW1', 'managerWest', 'auditor', 'admin'] as const) {
      expect((await data(world, person, asked)).tierHistory).toEqual(history);
    }
    for (const person of ['agentE1', 'managerEast'] as const) {
      expect((await data(world, person, asked)).tierHistory).toEqual([]);
    }
  });
});

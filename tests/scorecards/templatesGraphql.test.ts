import { beforeAll, describe, expect, it } from 'vitest';
import { metricDefinition } from '../../src/scorecards/tables.ts';
import { testDatabase } from '../database.ts';
import { data, makeWorld, type World } from '../schema/world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  await world.databases.owner
    .insert(metricDefinition)
    .values(['SALES', 'FRAUD'].map((code) => ({ code, name: code, definition: { source: 'IMPORTED' as const } })));
});

const item = (code: string, weight: string, method: string, more = 'metric: "SALES"') =>
  `{ code: "${code}", name: "${code}", weight: "${weight}", missing: EXCLUDE, method: { ${method} } ${more} }`;
const items = [
  item('LIN', '30', 'kind: LINEAR, target: "-10.50", floorPercent: "80"', 'metric: "SALES", cap: "150"'),
  item('STEPS', '20', 'kind: STEP, steps: [{ from: "-1", points: "20" }, { from: "5", points: "100" }]'),
  item('RANKED', '20', 'kind: RANK, lowestFirst: true'),
  item('MEAN', '10', 'kind: PEER_MEAN'),
  item('RATED', '20', 'kind: RATED_360, aspect: "WORK", groups: [{ group: PEER, weight: "2" }], minimumRaters: 3', ''),
];
const failure = '... on UserError { code faults { code at } }';
const publish = (list: string[], from = '2026-12-01') => `mutation { publishScoreTemplate(
  code: "T", name: "Template", channelType: "AGENT", from: "${from}", definition: { items: [${list.join(' ')}],
    bonuses: [{ code: "B", name: "B", metric: "SALES", maximum: "5", perUnit: "0.5" }],
    vetoes: [{ code: "V", name: "V", metric: "FRAUD", atLeast: "1", cap: "59" }] }) {
  ... on ScoreTemplatePayload { number template { code } } ${failure} } }`;

describe('a scorecard template over GraphQL', () => {
  it('is published by an administrator and read by an agent as it is', async () => {
    const published = { number: 1, template: { code: 'T' } };
    expect((await data(world, 'admin', publish(items))).publishScoreTemplate).toEqual(published);
    expect((await data(world, 'admin', publish(items))).publishScoreTemplate).toEqual(published);
    const read = await data(
      world,
      'agentE1',
      `{ scoreTemplate(code: "T") { name channelType { code } tier { code } versions { number from maximum publishedBy
        items { code metric weight cap missing method { kind target floor floorPercent steps { from points } lowestFirst aspect
          groups { group weight survey } minimumRaters } }
        bonuses { code metric maximum perUnit steps { from } } deductions { code } vetoes { code metric atLeast atMost cap } } } }`,
    );
    const { versions, ...template } = read.scoreTemplate;
    expect(template).toEqual({ name: 'Template', channelType: { code: 'AGENT' }, tier: null });
    const none = {
      target: null,
      floor: null,
      floorPercent: null,
      steps: null,
      lowestFirst: null,
      aspect: null,
      groups: null,
      minimumRaters: null,
    };
    const usual = { metric: 'SALES', cap: '100', missing: 'EXCLUDE' };
    const steps = [
      { from: '-1', points: '20' },
      { from: '5', points: '100' },
    ];
    const groups = [{ group: 'PEER', weight: '2', survey: null }];
    expect(versions).toEqual([
      {
        number: 1,
        from: '2026-12-01',
        maximum: '100',
        publishedBy: 'admin@demo.example',
        items: [
          {
            ...usual,
            code: 'LIN',
            weight: '30',
            cap: '150',
            method: { ...none, kind: 'LINEAR', target: '-10.5', floorPercent: '80' },
          },
          { ...usual, code: 'STEPS', weight: '20', method: { ...none, kind: 'STEP', steps } },
          { ...usual, code: 'RANKED', weight: '20', method: { ...none, kind: 'RANK', lowestFirst: true } },
          { ...usual, code: 'MEAN', weight: '10', method: { ...none, kind: 'PEER_MEAN' } },
          {
            ...usual,
            code: 'RATED',
            metric: null,
            weight: '20',
            method: { ...none, kind: 'RATED_360', aspect: 'WORK', groups, minimumRaters: 3 },
          },
        ],
        bonuses: [{ code: 'B', metric: 'SALES', maximum: '5', perUnit: '0.5', steps: null }],
        deductions: [],
        vetoes: [{ code: 'V', metric: 'FRAUD', atLeast: '1', atMost: null, cap: '59' }],
      },
    ]);
  });

  it('is copied with other weights', async () => {
    const copy = (args: string) => `mutation { copyScoreTemplate(code: "T", from: "2027-01-01", ${args}) {
      ... on ScoreTemplatePayload { number template { code tier { code } versions { items { weight } } } } ${failure} } }`;
    const weights = '[{ item: "LIN", weight: "40" }, { item: "MEAN", weight: "0" }]';
    expect((await data(world, 'admin', copy(`weights: ${weights}`))).copyScoreTemplate).toEqual({
      code: 'INPUT_INVALID',
      faults: [{ code: 'INPUT_INVALID', at: 'definition.items[3].weight' }],
    });
    const other =
      'copy: { code: "U", name: "Copy", tier: "STAR_3" }, weights: [{ item: "LIN", weight: "35" }, { item: "RATED", weight: "15" }]';
    const answer = await data(world, 'admin', copy(other));
    expect(answer.copyScoreTemplate).toEqual({
      number: 1,
      template: {
        code: 'U',
        tier: { code: 'STAR_3' },
        versions: [{ items: ['35', '20', '20', '10', '15'].map((weight) => ({ weight })) }],
      },
    });
    expect((await data(world, 'auditor', '{ scoreTemplates { code } }')).scoreTemplates).toEqual([
      { code: 'T' },
      { code: 'U' },
    ]);
  });

  it('says at which place something is wrong', async () => {
    const wrong = [item('LIN', '60', 'kind: RANK, target: "1"'), item('LIN', '30', 'kind: RANK')];
    const { publishScoreTemplate } = await data(world, 'admin', publish(wrong, '2027-01-01'));
    expect(publishScoreTemplate.faults.map(({ at }: { at: string }) => at)).toContain('definition.items[0].method');
    const doubled = [item('LIN', '60', 'kind: RANK'), item('LIN', '30', 'kind: RANK')];
    expect((await data(world, 'admin', publish(doubled))).publishScoreTemplate.faults).toEqual([
      { code: 'INPUT_INVALID', at: 'definition.items[1].code' },
      { code: 'INPUT_INVALID', at: 'definition.items' },
    ]);
  });
});

describe('targets over GraphQL', () => {
  it('are saved by a manager for its region, and read by the agent itself', async () => {
    const save = `mutation ($input: [ScoreTargetInput!]!) { saveScoreTargets(input: $input) {
      ... on ScoreTargetsPayload { createdCount rejectedCount rejections { row column code } } ... on UserError { code } } }`;
    const target = (more: object) => ({ metric: 'SALES', value: '10', validFrom: '2026-12-01', ...more });
    const input = [target({ agentCode: 'E1' }), target({ agentCode: 'W1' }), target({ regionCode: 'EAST' })];
    expect((await data(world, 'managerEast', save, { input })).saveScoreTargets).toEqual({
      createdCount: 1,
      rejectedCount: 2,
      rejections: [
        { row: 2, column: 'agentCode', code: 'AGENT_UNKNOWN' },
        { row: 3, column: 'regionCode', code: 'FORBIDDEN' },
      ],
    });
    expect((await data(world, 'admin', save, { input })).saveScoreTargets).toMatchObject({ createdCount: 2 });
    const query =
      '{ scoreTargets(metric: "SALES") { nodes { agentCode region { code } channelType { code } value from to } } }';
    const own = { agentCode: 'E1', region: null, channelType: null, value: '10', from: '2026-12-01', to: null };
    expect((await data(world, 'agentE1', query)).scoreTargets.nodes).toEqual([
      own,
      { ...own, agentCode: null, region: { code: 'EAST' } },
    ]);
    const page = '{ scoreTargets(agentCode: "W1", onDate: "2026-12-31") { nodes { value } } }';
    expect((await data(world, 'auditor', page)).scoreTargets.nodes).toEqual([{ value: '10' }]);
    expect((await data(world, 'agentE1', page)).scoreTargets.nodes).toEqual([]);
    const before = '{ scoreTargets(agentCode: "W1", onDate: "2026-11-30") { nodes { value } } }';
    expect((await data(world, 'auditor', before)).scoreTargets.nodes).toEqual([]);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { type Databases, rawSql, type Transaction } from '../../src/db/client.ts';
import { type Actor, asRequest, localActor } from '../../src/db/transaction.ts';
import { Decimal } from '../../src/money.ts';
import { applyProgramme } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { reviewTemplate, type TemplateReview } from '../../src/scorecards/review.ts';
import type { ReviewInput } from '../../src/scorecards/reviewSchema.ts';
import { scorePeers } from '../../src/scorecards/scoring.ts';
import type { PeerInput, TemplateDefinition, TemplateItem } from '../../src/scorecards/template.ts';
import type { TierSchemeDefinition } from '../../src/tiers/scheme.ts';
import { testDatabase } from '../database.ts';
import { faultsOf } from '../programme/programmes.ts';

const now = new Date('2026-12-05T04:00:00Z');

const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
regions: [{ code: EAST, name: East }, { code: WEST, name: West }]
channelTypes: [{ code: AGENT, name: Agents }, { code: STORE, name: Stores }]
tiers: [{ code: T1, name: One, rank: 1, multiplier: 1 }, { code: T2, name: Two, rank: 2, multiplier: 1 }]
agents:
  - { code: A1, name: One, channelType: AGENT, region: EAST, tier: T1, since: 2026-01-01 }
  - { code: A2, name: Two, channelType: AGENT, region: EAST, tier: T1, since: 2026-01-01 }
  - { code: A3, name: Three, channelType: AGENT, region: WEST, tier: T1, since: 2026-01-01 }
  - { code: A4, name: Four, channelType: AGENT, region: EAST, tier: T1, since: 2026-01-01 }
  - { code: A5, name: Five, channelType: STORE, region: WEST, tier: T1, since: 2026-01-01 }
metricValues:
  - { agent: A1, metric: REVENUE, period: 2026-11, value: 900 }
  - { agent: A2, metric: REVENUE, period: 2026-11, value: 800 }
  - { agent: A3, metric: REVENUE, period: 2026-11, value: 700 }
  - { agent: A4, metric: REVENUE, period: 2026-11, value: 400 }
  - { agent: A4, metric: SCORE, period: 2026-09, value: 68 }
`;

const item = (code: string, weight: string): TemplateItem => ({
  code,
  name: `Item ${code}`,
  metric: code,
  weight,
  method: { kind: 'LINEAR', target: '100' },
  cap: '100',
  missing: 'EXCLUDE',
});
const definition = (...items: TemplateItem[]): TemplateDefinition => ({
  items,
  bonuses: [],
  deductions: [],
  vetoes: [],
  maximum: '100',
});
const first = definition(item('A', '50'), item('OLD', '50'));
const second = definition(item('B', '40'), item('A', '60'));

const peer = (agentCode: string, ...values: (string | undefined)[]): PeerInput => ({
  agentCode,
  values: values.map((value) => (value === undefined ? undefined : new Decimal(value))),
  ratings: [],
  targets: [],
  bonuses: [],
  deductions: [],
  vetoes: [],
});

/** Scores of a period by a version of the template, published as they are. */
async function addScores(
  transaction: Transaction,
  period: string,
  number: number,
  content: TemplateDefinition,
  peers: readonly PeerInput[],
): Promise<void> {
  const sql = rawSql(transaction);
  await sql`
    insert into score_template_version (template_id, number, valid_from, definition, published_by, published_at)
    select id, ${number}, ${`${period}-01`}, ${JSON.stringify(content)}::text::jsonb, 'x', now() from score_template where code = 'T'`;
  await sql`insert into score_round (period, state) values (${period}, 'CALCULATED')`;
  for (const { agentCode, total, blockedBy, detail } of scorePeers(content, peers)) {
    await sql`
      insert into score (period, agent_id, template_version_id, channel_type_id, total, blocked_by, detail)
      select ${period}, agent.id, version.id, agent.channel_type_id, ${total?.toFixed(2) ?? null}::numeric, ${JSON.stringify(blockedBy)}::text::jsonb,
        ${JSON.stringify(detail)}::text::json
      from agent, score_template_version version where agent.code = ${agentCode} and version.number = ${number}`;
  }
}

async function addScheme(transaction: Transaction, code: string, scheme: TierSchemeDefinition): Promise<void> {
  const sql = rawSql(transaction);
  await sql`insert into tier_scheme (code, name) values (${code}, ${code})`;
  await sql`
    insert into tier_scheme_version (scheme_id, number, valid_from, definition, published_by, published_at)
    select id, 1, '2026-01-01', ${JSON.stringify(scheme)}::text::jsonb, 'x', now() from tier_scheme where code = ${code}`;
}

/** T2 from a score of 65 on, the average over so many months. */
const scheme = (months: number, channelTypes: readonly string[] = []): TierSchemeDefinition => ({
  channelTypes,
  evaluation: 'MONTHLY',
  maxSteps: 1,
  grace: 1,
  protectionMonths: 0,
  tiers: [
    { tier: 'T1', entry: [], keep: [], benefits: {} },
    {
      tier: 'T2',
      entry: [{ kind: 'METRIC', metric: 'SCORE', months, aggregate: 'AVERAGE', atLeast: '65' }],
      keep: [],
      benefits: {},
    },
  ],
});

let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await databases.owner.transaction(async (transaction) => {
    await applyProgramme(transaction, localActor('tester'), now, readProgramme(programme));
    const sql = rawSql(transaction);
    await sql`insert into score_template (code, name) values ('T', 'Template'), ('EMPTY', 'Never used')`;
    await addScores(transaction, '2026-09', 1, first, [
      ...['A1', 'A2', 'A3', 'A4'].map((code) => peer(code, '50', code === 'A1' ? '0' : '100')),
      peer('A5', '51', '100'),
    ]);
    // totals: A1 40 % of 10 + 60 % of 90 = 58, A2 24 + 48 = 72, A3 28 + 42 = 70, A4 40 + 24 = 64, A5 20 (B left out)
    await addScores(transaction, '2026-10', 2, second, [
      peer('A1', '10', '90'),
      peer('A2', '60', '80'),
      peer('A3', '70', '70'),
      peer('A4', '100', '40'),
      peer('A5', undefined, '20'),
    ]);
    // What an appeal superseded counts no more.
    await sql`
      insert into score (period, agent_id, revision, template_version_id, channel_type_id, total, blocked_by, detail, superseded_at)
      select period, agent_id, 1, template_version_id, channel_type_id, 1, '[]', replace(detail::text, '"90"', '"1"')::json, now()
      from score where period = '2026-10' and agent_id = (select id from agent where code = 'A1')`;
    await addScheme(transaction, 'MONTH', scheme(1));
    await addScheme(transaction, 'MONTHS', scheme(2));
    await addScheme(transaction, 'AGENTS', scheme(1, ['AGENT']));
  });
});

const review = (input: Partial<ReviewInput>): Promise<TemplateReview> =>
  databases.owner.transaction(
    (transaction) => reviewTemplate(transaction, { template: 'T', from: '2026-09', to: '2026-10', ...input }),
    { accessMode: 'read only' },
  );

const swapped = [
  { item: 'A', weight: '20' },
  { item: 'B', weight: '80' },
];

describe('reviewing the items of a template', () => {
  it('shows how their points are spread, by period, those of all versions', async () => {
    const { periods, items, weights } = await review({});
    expect(periods).toEqual(['2026-09', '2026-10']);
    expect(items.map(({ code, name }) => `${code} ${name}`)).toEqual(['B Item B', 'A Item A', 'OLD Item OLD']);
    expect(weights).toBeNull();
    const [b, a, old] = items;
    // 20, 40, 70, 80, 90: mean 60; squares 400 + 1600 + 4900 + 6400 + 8100 = 21400, / 5 − 3600 = 680, √680 = 26.076809620…
    expect(a?.spreads.at(1)).toEqual({
      period: '2026-10',
      agentCount: 5,
      mean: '60',
      standardDeviation: '26.0768096208',
      minimum: '20',
      lowerQuartile: '40',
      median: '70',
      upperQuartile: '80',
      maximum: '90',
      mostFrequentPercent: '20',
    });
    // 10, 60, 70, 100; nobody's is counted for A5
    expect(b?.spreads).toMatchObject([{ agentCount: 4, mean: '60', lowerQuartile: '10', median: '60' }]);
    // 0, 100 × 4
    expect(old?.spreads).toMatchObject([
      { period: '2026-09', mostFrequentPercent: '80', mean: '80', lowerQuartile: '100' },
    ]);
  });

  it('says which no longer tell agents apart, by their latest period', async () => {
    const telling = async (input: Partial<ReviewInput>) =>
      Object.fromEntries((await review(input)).items.map(({ code, tellsApart }) => [code, tellsApart]));
    expect(await telling({})).toEqual({ A: true, B: true, OLD: true });
    // In September four of five have 50 and one 51: a deviation of 0.4 points.
    expect(await telling({ to: '2026-09' })).toEqual({ A: false, OLD: true });
  });

  it('compares them with what came later', async () => {
    const { items } = await review({
      outcomes: [
        { metric: 'REVENUE', lagMonths: 1 },
        { metric: 'REVENUE', lagMonths: 2 },
      ],
    });
    const [b, a, old] = items;
    // A with the revenue of November: (90, 900), (80, 800), (70, 700), (40, 400), on a line; A5 has no revenue
    expect(a?.correlations[0]).toEqual({ metric: 'REVENUE', lagMonths: 1, pairCount: 4, correlation: '1' });
    // B: (10, 900), (60, 800), (70, 700), (100, 400): Σx 240, Σy 2800, Σx² 18600, Σy² 2100000, Σxy 146000
    // (4·146000 − 240·2800) / √((74400 − 57600)·(8400000 − 7840000)) = −88000 / √9408000000 = −0.907264…
    expect(b?.correlations[0]).toEqual({ metric: 'REVENUE', lagMonths: 1, pairCount: 4, correlation: '-0.9072647087' });
    // Two months after September: A was 50 for each of the four.
    expect(a?.correlations[1]).toEqual({ metric: 'REVENUE', lagMonths: 2, pairCount: 4, correlation: null });
    expect(old?.correlations[0]).toMatchObject({ pairCount: 0, correlation: null });
    expect(old?.correlations[1]).toMatchObject({ pairCount: 4 });
  });
});

describe('other weights', () => {
  it('would rank agents of the last period otherwise', async () => {
    // A 20, B 80: A1 8 + 18 = 26, A2 48 + 16 = 64, A3 70, A4 80 + 8 = 88, A5 20
    const { weights } = await review({ weights: swapped });
    expect(weights).toEqual({
      period: '2026-10',
      weights: [
        { item: 'B', weightNow: '40', weightThen: '80' },
        { item: 'A', weightNow: '60', weightThen: '20' },
      ],
      movedUpCount: 1,
      movedDownCount: 1,
      unmovedCount: 3,
      unrankedCount: 0,
      movers: [
        {
          agentCode: 'A2',
          totalNow: '72.00',
          totalThen: '64.00',
          rankNow: 1,
          rankThen: 3,
          tierNow: null,
          tierThen: null,
        },
        {
          agentCode: 'A4',
          totalNow: '64.00',
          totalThen: '88.00',
          rankNow: 3,
          rankThen: 1,
          tierNow: null,
          tierThen: null,
        },
      ],
      tiers: null,
    });
  });

  it('would leave those out that have nothing else to be scored by', async () => {
    const { weights } = await review({
      weights: [
        { item: 'A', weight: '0' },
        { item: 'B', weight: '100' },
      ],
    });
    expect(weights).toMatchObject({ unrankedCount: 1 });
  });

  it('would place agents in other tiers', async () => {
    const { weights } = await review({ weights: swapped, scheme: 'MONTH' });
    // From 65 on: A2 72 and A3 70 now; A3 70 and A4 88 then
    expect(weights?.tiers).toEqual({
      scheme: 'MONTH',
      higherCount: 1,
      lowerCount: 1,
      sameCount: 3,
      tiers: [
        { tier: 'T1', countNow: 3, countThen: 3 },
        { tier: 'T2', countNow: 2, countThen: 2 },
      ],
    });
    expect(weights?.movers.map(({ agentCode, tierNow, tierThen }) => [agentCode, tierNow, tierThen])).toEqual([
      ['A2', 'T2', 'T1'],
      ['A4', 'T1', 'T2'],
    ]);
  });

  it('count beside earlier scores where the scheme looks at several months, and only for its channel types', async () => {
    // A4: (68 + 64) / 2 = 66 now already
    const months = await review({ weights: swapped, scheme: 'MONTHS' });
    expect(months.weights?.tiers).toMatchObject({ higherCount: 0, lowerCount: 1, sameCount: 4 });
    const agents = await review({ weights: swapped, scheme: 'AGENTS' });
    expect(agents.weights?.tiers).toMatchObject({ higherCount: 1, lowerCount: 1, sameCount: 2 });
  });
});

describe('what a review may be asked', () => {
  it('is named where it is wrong', async () => {
    expect(await faultsOf(() => review({ from: '2026-11', to: '2026-10' }))).toEqual([
      'INPUT_INVALID review.to: review.to must not be before "from".',
    ]);
    expect(await faultsOf(() => review({ weights: [{ item: 'C', weight: '40' }] }))).toEqual([
      'INPUT_INVALID review.weights[0].item: The template has no item C.',
    ]);
    expect(await faultsOf(() => review({ weights: [{ item: 'A', weight: '60.01' }] }))).toEqual([
      'INPUT_INVALID review.weights: The weights, with those of items that are not named, must total exactly 100; they total 100.01.',
    ]);
    expect(await faultsOf(() => review({ scheme: 'MONTH' }))).toEqual([
      'INPUT_INVALID review.scheme: review.scheme needs other weights to compare with.',
    ]);
    await expect(review({ template: 'NONE' })).rejects.toMatchObject({ code: 'NOT_FOUND', at: 'review.template' });
    await expect(review({ template: 'EMPTY' })).rejects.toMatchObject({ code: 'NO_SCORES' });
    await expect(review({ weights: swapped, scheme: 'NONE' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(review({ outcomes: [{ metric: 'REVENEU', lagMonths: 1 }] })).rejects.toMatchObject({
      code: 'REFERENCE_UNKNOWN',
      at: 'review.outcomes[0].metric',
    });
  });

  it('is answered of the agents that one sees', async () => {
    const [region] = await databases.owner.$client<{ id: number }[]>`select id from region where code = 'EAST'`;
    const user = { id: 1, role: 'CHANNEL_MANAGER' as const, agentId: null, regionId: region?.id ?? 0 };
    const manager: Actor = { name: 'manager', requestId: null, user };
    const seen = await asRequest(databases.request, manager, '2026-12-05', (transaction) =>
      reviewTemplate(transaction, {
        template: 'T',
        from: '2026-10',
        to: '2026-10',
        outcomes: [{ metric: 'REVENUE', lagMonths: 1 }],
        weights: swapped,
        scheme: 'MONTH',
      }),
    );
    const [, a] = seen.items;
    expect(a?.spreads[0]?.agentCount).toBe(3);
    expect(a?.correlations[0]?.pairCount).toBe(3);
    // Of A1 58, A2 72, A4 64: A4 moves from 2 to 1, A2 from 1 to 2
    expect(seen.weights?.movers.map(({ agentCode, rankNow, rankThen }) => [agentCode, rankNow, rankThen])).toEqual([
      ['A2', 1, 2],
      ['A4', 2, 1],
    ]);
    expect(seen.weights?.tiers?.tiers).toMatchObject([{ countNow: 2 }, { countNow: 1 }]);
  });
});

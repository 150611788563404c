import { beforeAll, describe, expect, it } from 'vitest';
import { saveMetricValues } from '../../src/agents/metrics.ts';
import { measure } from '../../src/cli/measureCommand.ts';
import type { Output } from '../../src/cli/output.ts';
import { type Databases, rawSql } from '../../src/db/client.ts';
import { asUserError } from '../../src/db/constraints.ts';
import { type Actor, asRequest, type Role } from '../../src/db/transaction.ts';
import type { UserErrors } from '../../src/errors.ts';
import { loadCatalogue, saveMetricDefinition } from '../../src/scorecards/metricCatalogue.ts';
import { metricDefinitionSchema } from '../../src/scorecards/metricSchema.ts';
import { testDatabase } from '../database.ts';
import { data, makeWorld, type World } from '../schema/world.ts';
import { clerk, now, setUp, shanghai, undone } from './measureFixture.ts';

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await setUp(databases, shanghai);
});

const term = { measure: 'AMOUNT', events: ['ACTIVATION'] };
const total = (more: object = {}, ofTerm: object = {}) => ({
  source: 'COMPUTED',
  formula: { kind: 'TOTAL', terms: [{ ...term, ...ofTerm }], ...more },
});
const parse = (definition: unknown, code = 'M') => metricDefinitionSchema.safeParse({ code, name: 'M', definition });
const formulaOf = (formula: object) => ({ source: 'COMPUTED', formula });

describe('metricDefinitionSchema', () => {
  it('fills in what is left out, and keeps nothing else', () => {
    expect(parse(total({}, { subtract: false })).data?.definition).toEqual(total({ months: 1 }));
    const ratio = { kind: 'RATIO', numerator: [term], denominator: [term] };
    expect(parse(formulaOf(ratio)).data?.definition).toEqual(formulaOf({ ...ratio, months: 1, percent: false }));
    expect(parse(formulaOf({ kind: 'ON_TIME', filter: {}, withinDays: '3' })).data?.definition).toEqual(
      formulaOf({ kind: 'ON_TIME', filter: { events: [] }, withinDays: 3 }),
    );
    expect(parse({ source: 'IMPORTED', unit: '%' }).success).toBe(true);
  });

  it.each([
    ['no term', total({ terms: [] })],
    ['37 months', total({ months: 37 })],
    ['no month', total({ months: 0 })],
    ['an event type that is none', total({}, { events: ['SALE'] })],
    ['a REVERSAL', total({}, { events: ['REVERSAL'] })],
    ['no event type', total({}, { events: [] })],
    ['a list that is empty', total({}, { products: [] })],
    ['what is no code', total({}, { regions: ["x'); drop table agent; --"] })],
    ['a role that is no code', total({}, { roles: ["SELLER'"] })],
    ['another kind’s field', total({ percent: true })],
    ['a formula of what is imported', { ...total(), source: 'IMPORTED' }],
    ['no formula', { source: 'COMPUTED' }],
  ])('refuses %s', (_what, definition) => {
    expect(parse(definition).success).toBe(false);
  });

  it('wants spans as days or months', () => {
    const followed = (began: object) =>
      formulaOf({
        kind: 'FOLLOWED',
        cohort: { events: ['ACTIVATION'] },
        began,
        followedBy: ['CHURN'],
        within: { days: 1 },
      });
    expect(parse(followed({ days: 30 })).success).toBe(true);
    expect(parse(followed({ months: 3 })).success).toBe(true);
    expect(parse(followed({ days: 30, months: 3 })).success).toBe(false);
    expect(parse(followed({})).success).toBe(false);
  });

  it.each(['SCORE', 'SURVEY_X', 'AWARD_X', 'RATING_X'])('keeps %s for itself', (code) => {
    expect(parse(total(), code).success).toBe(false);
    expect(parse(total(), `MY_${code}`).success).toBe(true);
  });
});

const saved = (code: string, definition: unknown, name = code) =>
  databases.owner.transaction((transaction) =>
    saveMetricDefinition(transaction, clerk, now, { code, name, definition }),
  );

describe('saveMetricDefinition', () => {
  it('creates, changes and leaves alone, with a record of each change', async () => {
    expect(await saved('SALES', total())).toBe('created');
    expect(await saved('SALES', total({ months: 1 }))).toBe('unchanged');
    expect(await saved('SALES', total({ months: 3 }))).toBe('changed');
    expect(await saved('SALES', total({ months: 3 }), 'Sales of a quarter')).toBe('changed');
    const catalogue = await databases.owner.transaction(loadCatalogue);
    expect(catalogue).toEqual([{ code: 'SALES', name: 'Sales of a quarter', definition: total({ months: 3 }) }]);
    const records = await databases.owner.$client`
      select action, entity_key, before, after from audit_record where entity = 'metric_definition' order by id`;
    expect(records).toMatchObject([
      { action: 'metric_definition.created', entity_key: 'SALES', before: null },
      { action: 'metric_definition.changed', before: { definition: total({ months: 1 }) } },
      { action: 'metric_definition.changed', after: { name: 'Sales of a quarter' } },
    ]);
  });

  it('names every code that nothing has, at its place', async () => {
    const wanted = {
      kind: 'RATIO',
      numerator: [term, { ...term, products: ['FIBER', 'TAPE'] }],
      denominator: [{ ...term, regions: ['EAST'] }],
    };
    const error = await saved('BAD', formulaOf(wanted)).catch((caught: UserErrors) => caught);
    expect((error as UserErrors).errors.map(({ code, at }) => [code, at])).toEqual([
      ['REFERENCE_UNKNOWN', 'metric.definition.formula.numerator[1].products'],
      ['REFERENCE_UNKNOWN', 'metric.definition.formula.denominator[0].regions'],
    ]);
    await expect(saved('SCORE', total())).rejects.toMatchObject({ code: 'INPUT_INVALID', at: 'metric.code' });
  });

  it.each([
    ['ADMIN', 'created'],
    ['CHANNEL_MANAGER', 'FORBIDDEN'],
    ['FINANCE', 'FORBIDDEN'],
    ['AUDITOR', 'FORBIDDEN'],
    ['AGENT', 'FORBIDDEN'],
  ] as const)('by %s: %s, should a scope ever be forgotten', async (role: Role, outcome) => {
    const user: Actor = {
      name: 'x',
      requestId: 'r',
      user: { id: 1, role, agentId: role === 'AGENT' ? 1 : null, regionId: null },
    };
    const entry = { code: `BY_${role}`, name: 'x', definition: total() };
    const result = await asRequest(databases.request, user, '2026-12-05', (transaction) =>
      saveMetricDefinition(transaction, user, now, entry),
    ).catch((error: unknown) => asUserError(error));
    expect(typeof result === 'string' ? result : (result as UserErrors).code).toBe(outcome);
  });
});

describe('importing values', () => {
  it('refuses what is computed, rated or awarded, and SCORE once the period is scored', async () => {
    const row = (metric: string, period = '2026-10') => ({ agentCode: 'anna', metric, period, value: '1' });
    const codes = await undone(databases, async (transaction) => {
      await saveMetricDefinition(transaction, clerk, now, { code: 'C', name: 'C', definition: total() });
      await saveMetricDefinition(transaction, clerk, now, { code: 'I', name: 'I', definition: { source: 'IMPORTED' } });
      await rawSql(transaction)`
        insert into score_round (period, state) values ('2026-10', 'PUBLISHED'), ('2026-09', 'FINAL'), ('2026-11', 'CALCULATED'), ('2026-08', 'OPEN')`;
      const rows = [
        row('C'),
        row('I'),
        row('RATING_X'),
        row('AWARD_X'),
        row('SCORE'),
        row('SCORE', '2026-09'),
        row('SCORE', '2026-11'),
        row('SCORE', '2026-08'),
        row('OTHER'),
      ];
      const { rejections, createdCount } = await saveMetricValues(transaction, clerk, now, rows, { atomic: false });
      expect(createdCount).toBe(3);
      const stored = await rawSql(transaction)`select distinct source from metric_value`;
      expect(stored).toEqual([{ source: 'IMPORTED' }]);
      return rejections.map(({ row: at, column, code }) => [at, column, code]);
    });
    expect(codes).toEqual([
      [1, 'metric', 'METRIC_COMPUTED'],
      [3, 'metric', 'METRIC_RESERVED'],
      [4, 'metric', 'METRIC_RESERVED'],
      [5, 'period', 'METRIC_SCORED'],
      [6, 'period', 'METRIC_SCORED'],
      [7, 'period', 'METRIC_SCORED'],
    ]);
  });

  it('keeps where a value comes from', async () => {
    const sources = await undone(databases, async (transaction) => {
      const rows = [{ agentCode: 'anna', metric: 'SURVEY_X', period: '2026-10', value: '80' }];
      const sourceNow = () => rawSql(transaction)<{ source: string }[]>`select source from metric_value`;
      await saveMetricValues(transaction, clerk, now, rows, { atomic: true, source: 'SURVEY' });
      const first = await sourceNow();
      await saveMetricValues(transaction, clerk, now, rows, { atomic: true });
      return [...first, ...(await sourceNow())].map(({ source }) => source);
    });
    expect(sources).toEqual(['SURVEY', 'IMPORTED']);
  });
});

describe('over GraphQL and the command line', () => {
  const save = `mutation ($metric: MetricDefinitionInput!) { saveMetricDefinition(metric: $metric) {
    ... on MetricDefinitionPayload { changed metric { code source } } ... on UserError { code faults { at } } } }`;
  const metric = {
    code: 'CHURN',
    name: 'Churn',
    source: 'COMPUTED',
    unit: '%',
    formula: {
      kind: 'FOLLOWED',
      cohort: { events: ['ACTIVATION'], regions: ['EAST'] },
      began: { days: 60 },
      followedBy: ['CHURN'],
      within: { months: 1 },
    },
  };
  const revenue = {
    code: 'REVENUE',
    name: 'Revenue',
    source: 'COMPUTED',
    formula: { kind: 'TOTAL', terms: [{ measure: 'AMOUNT', filter: { events: ['ACTIVATION', 'BILL'] } }] },
  };
  const measureOctober = `mutation { measureMetrics(period: "2026-10") {
    ... on MeasureMetricsPayload { metrics { metric agentCount } } ... on UserError { code } } }`;
  let world: World;
  beforeAll(async () => {
    world = await makeWorld(await testDatabase());
  });

  it('is declared by an administrator, computed, and read by who may see the agent', async () => {
    for (const each of [metric, revenue]) {
      expect((await data(world, 'admin', save, { metric: each })).saveMetricDefinition).toEqual({
        changed: true,
        metric: { code: each.code, source: 'COMPUTED' },
      });
    }
    expect((await data(world, 'admin', save, { metric })).saveMetricDefinition.changed).toBe(false);
    const bad = { ...revenue, formula: { ...revenue.formula, percent: true, withinDays: 1 } };
    expect((await data(world, 'admin', save, { metric: bad })).saveMetricDefinition.code).toBe('INPUT_INVALID');

    const span = '{ days months }';
    const query = `{ metricDefinitions { code unit formula { kind terms { measure subtract filter { events regions } }
      cohort { events regions products } began ${span} within ${span} followedBy months } } }`;
    expect((await data(world, 'agentE1', query)).metricDefinitions).toEqual([
      {
        code: 'CHURN',
        unit: '%',
        formula: {
          kind: 'FOLLOWED',
          terms: null,
          cohort: { events: ['ACTIVATION'], regions: ['EAST'], products: null },
          began: { days: 60, months: null },
          within: { days: null, months: 1 },
          followedBy: ['CHURN'],
          months: null,
        },
      },
      {
        code: 'REVENUE',
        unit: null,
        formula: {
          kind: 'TOTAL',
          terms: [{ measure: 'AMOUNT', subtract: false, filter: { events: ['ACTIVATION', 'BILL'], regions: null } }],
          cohort: null,
          began: null,
          within: null,
          followedBy: null,
          months: 1,
        },
      },
    ]);

    // E1 is the only one in EAST with a subscription.
    expect((await data(world, 'admin', measureOctober)).measureMetrics).toEqual({
      metrics: [
        { metric: 'CHURN', agentCount: 1 },
        { metric: 'REVENUE', agentCount: 4 },
      ],
    });
    const values = '{ metricValues(period: "2026-10") { nodes { agentCode metric value source } } }';
    const row = (agentCode: string, code: string, value: string) => ({
      agentCode,
      metric: code,
      value,
      source: 'COMPUTED',
    });
    // E1: 100 and a bill of 100; E2: 100 and 30 of the shared 100; E3: 100
    expect((await data(world, 'agentE1', values)).metricValues.nodes).toEqual([
      row('E1', 'CHURN', '0'),
      row('E1', 'REVENUE', '200'),
      row('E2', 'REVENUE', '130'),
      row('E3', 'REVENUE', '100'),
    ]);
  });

  it('has figures of conflicts', async () => {
    const formula = { kind: 'CONFLICTS', count: 'UPHELD', kinds: ['TERRITORY', 'DUPLICATE'], months: 6 };
    const offences = { code: 'OFFENCES', name: 'Offences', source: 'COMPUTED', formula };
    const { saveMetricDefinition: answer } = await data(
      world,
      'admin',
      `mutation ($metric: MetricDefinitionInput!) { saveMetricDefinition(metric: $metric) { ... on MetricDefinitionPayload {
        metric { formula { kind count kinds months terms { measure } } } } ... on UserError { code message } } }`,
      { metric: offences },
    );
    expect(answer.metric.formula).toEqual({ ...formula, terms: null });
    await world.databases.owner.$client`delete from metric_definition where code = 'OFFENCES'`;
  });

  it('is shown by the command line', async () => {
    const said: string[] = [];
    const steps: string[] = [];
    const output: Output = {
      answer: (value, describeAnswer) => said.push(describeAnswer(value)),
      note: () => {},
      progress: () => ({ update: (percent, text) => steps.push(`${percent} ${text}`), end: () => steps.push('end') }),
    };
    await measure(world.databases, output, '2026-10', { as: 'anna' });
    expect(said.join('\n')).toMatch(/CHURN +1\nREVENUE +4\n2 metrics of 2026-10 are measured\./);
    expect(steps.at(-1)).toBe('end');
    await expect(measure(world.databases, output, 'October', { as: 'anna' })).rejects.toMatchObject({
      code: 'PERIOD_INVALID',
    });
  });
});

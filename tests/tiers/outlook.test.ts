import { beforeAll, describe, expect, it } from 'vitest';
import { saveMetricValues } from '../../src/agents/metrics.ts';
import type { Transaction } from '../../src/db/client.ts';
import { declareNamed } from '../../src/definitions/declare.ts';
import { publishVersion } from '../../src/definitions/versions.ts';
import type { Period } from '../../src/period.ts';
import { measureMetrics } from '../../src/scorecards/measure.ts';
import { saveMetricDefinition } from '../../src/scorecards/metricCatalogue.ts';
import { tierOutlook } from '../../src/tiers/outlook.ts';
import type { TierCriterion, TierSchemeDefinition } from '../../src/tiers/scheme.ts';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, type Person, type World } from '../schema/world.ts';
import { asOwner, clerk, now } from '../support/books.ts';

// The clock of this world stands at 5 December 2026, when nothing was sold in the month. E1 and E2 are STAR_4, W1 and E3 STAR_3. In October
// W1 has a bill of 200, an activation of its own and 0.7 of a shared one, in November one activation.
let world: World;

const metric = (code: string, months: number, bounds: object): TierCriterion => {
  return { kind: 'METRIC', metric: code, months, aggregate: 'SUM', ...bounds };
};
const units = (atLeast: string) => metric('UNITS', 1, { atLeast });
const revenue = metric('REVENUE', 3, { atLeast: '500', unit: 'CNY' });
const definition: TierSchemeDefinition = {
  channelTypes: ['AGENT'],
  evaluation: 'MONTHLY',
  maxSteps: 1,
  grace: 3,
  protectionMonths: 0,
  tiers: [
    { tier: 'STAR_3', entry: [], keep: [units('2')], benefits: {} },
    { tier: 'STAR_4', entry: [units('3'), revenue], keep: [units('3')], benefits: {} },
  ],
};

async function publish(transaction: Transaction, validFrom: string, given: TierSchemeDefinition): Promise<void> {
  const id = await declareNamed(transaction, clerk, now, 'tier_scheme', { code: 'GRADES', name: 'Grades' });
  const version = { kind: 'tier_scheme', id, code: 'GRADES', validFrom, definition: given } as const;
  await publishVersion(transaction, clerk, now, version);
}

beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  await asOwner(world.databases, async (transaction) => {
    for (const [code, measure, type] of [
      ['UNITS', 'EVENTS', 'ACTIVATION'],
      ['REVENUE', 'AMOUNT', 'BILL'],
    ]) {
      const formula = { kind: 'TOTAL', terms: [{ measure, events: [type] }] };
      const given = { code: code ?? '', name: code ?? '', definition: { source: 'COMPUTED', formula } };
      await saveMetricDefinition(transaction, clerk, now, given);
    }
    for (const period of ['2026-10', '2026-11']) await measureMetrics(transaction, clerk, now, period as Period);
    await publish(transaction, '2026-09-01', definition);
  });
});

const criterion = 'kind subject unit before after atLeast atMost heldBefore heldAfter unmoved';
const tierText = `tier { scheme period effectiveOn tier nextTier before { kind tier misses } after { kind tier misses }
  entry { ${criterion} } keep { ${criterion} } }`;
const question = (agent: string, sales: string) =>
  `{ whatIf(agent: "${agent}", sales: ${sales}) { ... on WhatIf { ${tierText} } ... on UserError { code at message } } }`;
const whatIf = async (person: Person, agent: string, sales: string) =>
  (await data(world, person, question(agent, sales))).whatIf;

const fibre = (quantity: number) => `{ product: "FIBER", quantity: ${quantity} }`;
const bills = (quantity: number, amount: string) =>
  `{ product: "FIBER", quantity: ${quantity}, type: BILL, amount: "${amount}" }`;

/** Publishes another scheme, asks, and takes it back. */
async function withScheme<Result>(
  given: TierSchemeDefinition,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const undo: { result?: Result } = {};
  await asOwner(world.databases, async (transaction) => {
    await publish(transaction, '2026-09-01', given);
    undo.result = await work(transaction);
    throw undo;
  }).catch((error: unknown) => {
    if (error !== undo) throw error;
  });
  return undo.result as Result;
}

describe('what further sales do to a tier', () => {
  it('is what the next evaluation would find with them', async () => {
    // units of December: 0 + 3 ≥ 3; revenue of October to December: 200 + 0 + 0 = 200, then 200 + 2 · 150 = 500 ≥ 500
    const { tier } = await whatIf('agentW1', 'W1', `[${fibre(3)}, ${bills(2, '150')}]`);
    expect(tier).toEqual({
      scheme: 'GRADES',
      period: '2026-12',
      effectiveOn: '2027-01-01',
      tier: 'STAR_3',
      nextTier: 'STAR_4',
      before: { kind: 'MISSED', tier: 'STAR_3', misses: 1 },
      after: { kind: 'PROMOTED', tier: 'STAR_4', misses: 0 },
      entry: [
        expect.objectContaining({
          subject: 'UNITS',
          before: '0',
          after: '3',
          atLeast: '3',
          heldBefore: false,
          heldAfter: true,
        }),
        expect.objectContaining({
          subject: 'REVENUE (sum of 3 months)',
          unit: 'CNY',
          before: '200',
          after: '500',
          atLeast: '500',
          atMost: null,
          heldBefore: false,
          heldAfter: true,
          unmoved: null,
        }),
      ],
      keep: [expect.objectContaining({ before: '0', after: '3', atLeast: '2', heldBefore: false, heldAfter: true })],
    });
  });

  it('may be too few for the next tier, and enough to keep this one', async () => {
    // 2 ≥ 2 keeps STAR_3; 200 + 299.99 = 499.99 < 500
    const { tier } = await whatIf('managerWest', 'W1', `[${fibre(2)}, ${bills(1, '299.99')}]`);
    expect(tier).toMatchObject({ after: { kind: 'KEPT', tier: 'STAR_3', misses: 0 } });
    expect(tier.entry).toMatchObject([
      { after: '2', heldAfter: false },
      { after: '499.99', heldAfter: false },
    ]);
    // E1 has the highest tier, which asks for 3
    const top = await whatIf('agentE1', 'E1', `[${fibre(2)}]`);
    expect(top.tier).toMatchObject({ nextTier: null, entry: [], after: { kind: 'MISSED', tier: 'STAR_4', misses: 1 } });
  });

  it('keeps nothing', async () => {
    const counted = async () => {
      const [row] = await world.databases.owner.$client`
        select (select count(*) from sales_event)::integer as events, (select count(*) from metric_value)::integer as figures,
          (select count(*) from tier_move)::integer as moves, (select count(*) from audit_record)::integer as records,
          (select count(*) from pg_class where relname like 'measure%')::integer as tables,
          (select md5(string_agg(value::text, ',' order by id)) from (select row_number() over (order by agent_id, metric, period) as id, value
            from metric_value) every) as hash`;
      return row;
    };
    const before = await counted();
    await whatIf('agentW1', 'W1', `[${fibre(3)}, ${bills(2, '150')}]`);
    expect(await counted()).toEqual(before);
  });

  it('is nothing of another’s, nor for finance, which sees no certificates', async () => {
    for (const [person, agent] of [
      ['agentE1', 'W1'],
      ['managerEast', 'W1'],
    ] as const)
      expect(await whatIf(person, agent, `[${fibre(1)}]`), person).toMatchObject({ code: 'AGENT_UNKNOWN' });
    const { data: seen, errors } = await ask(world, 'finance', question('W1', `[${fibre(1)}]`));
    expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([[['whatIf', 'tier'], 'FORBIDDEN']]);
    expect(seen?.whatIf.tier).toBeNull();
    const nobody = await ask(world, 'nobody', question('W1', `[${fibre(1)}]`));
    expect(nobody.data?.whatIf).toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('is null without a scheme', async () => {
    const outlook = await withScheme({ ...definition, channelTypes: ['SHOP'] }, (transaction) =>
      tierOutlook(transaction, now, 'W1'),
    );
    expect(outlook).toBeUndefined();
  });
});

describe('what further sales do not move', () => {
  const score = metric('SCORE', 1, { atLeast: '80' });

  it('is the score, which is still to come: the tier depends on it', async () => {
    const [present, next] = definition.tiers;
    if (!present || !next) throw new Error('two tiers');
    const given = {
      ...definition,
      tiers: [
        { ...present, keep: [] },
        { ...next, entry: [score] },
      ],
    };
    const outlook = await withScheme(given, (transaction) => tierOutlook(transaction, now, 'W1'));
    expect(outlook).toMatchObject({ outcome: null, entry: [{ value: null, held: null, unmoved: 'SCORE' }] });
    // where units are missing as well no score would be enough
    const both = {
      ...given,
      tiers: [
        { ...present, keep: [] },
        { ...next, entry: [score, units('3')] },
      ],
    };
    expect(await withScheme(both, (transaction) => tierOutlook(transaction, now, 'W1'))).toMatchObject({
      outcome: { kind: 'KEPT', tier: 'STAR_3' },
    });
  });

  it('are certificates, service, imported figures and other months', async () => {
    const [present, next] = definition.tiers;
    if (!present || !next) throw new Error('two tiers');
    const entry: TierCriterion[] = [
      { kind: 'CERTIFICATION', course: 'SALES' },
      { kind: 'MONTHS_OF_SERVICE', atLeast: '1' },
      metric('SATISFACTION', 1, { atLeast: '4' }),
      units('1'),
      { ...revenue, months: 2 } as TierCriterion,
    ];
    const given: TierSchemeDefinition = {
      ...definition,
      evaluation: 'QUARTERLY',
      tiers: [present, { ...next, entry }],
    };
    const inNovember = new Date('2026-11-20T04:00:00Z');
    const outlook = await withScheme(given, async (transaction) => {
      const figure = { agentCode: 'W1', metric: 'SATISFACTION', period: '2026-12', value: '4.5' };
      await saveMetricValues(transaction, clerk, now, [figure], { atomic: true });
      return tierOutlook(transaction, inNovember, 'W1');
    });
    // evaluated with December: the units of November are not looked at; the revenue of November and December is
    expect(outlook).toMatchObject({ period: '2026-12', effectiveOn: '2027-01-01' });
    expect(outlook?.entry.map(({ value, held, unmoved }) => [value, held, unmoved])).toEqual([
      ['0', false, 'NOT_SALES'],
      [expect.any(String), true, 'NOT_SALES'],
      ['4.5', true, 'NOT_SALES'],
      [null, null, 'OTHER_MONTHS'],
      ['0', false, null],
    ]);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { saveMetricValues } from '../../src/agents/metrics.ts';
import { declareNamed } from '../../src/definitions/declare.ts';
import { publishVersion } from '../../src/definitions/versions.ts';
import type { TierSchemeDefinition } from '../../src/tiers/scheme.ts';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, type World } from '../schema/world.ts';
import { asOwner, clerk, now } from '../support/books.ts';

// The clock of this world stands at 5 December 2026. E1 and E2 are STAR_4 (E2 STAR_3 until 1 November), W1 and E3 STAR_3.
let world: World;

const monthly = (metric: string, bounds: object) =>
  ({ kind: 'METRIC', metric, months: 1, aggregate: 'LATEST', ...bounds }) as const;
const definition: TierSchemeDefinition = {
  channelTypes: ['AGENT'],
  evaluation: 'MONTHLY',
  maxSteps: 1,
  grace: 3,
  protectionMonths: 2,
  tiers: [
    {
      tier: 'STAR_3',
      entry: [],
      keep: [monthly('UNITS', { atLeast: '2' })],
      benefits: { priority: 5, creditLimit: '1000.5', materials: ['POSTER'] },
    },
    {
      tier: 'STAR_4',
      entry: [
        { ...monthly('REVENUE', { atLeast: '1000' }), months: 3, aggregate: 'SUM', unit: 'CNY' },
        { kind: 'RATIO', numerator: 'CHURNS', denominator: 'UNITS', months: 1, atMost: '10' },
        { kind: 'CERTIFICATION', course: 'SALES' },
      ],
      keep: [monthly('UNITS', { atLeast: '5' })],
      benefits: { priority: 1 },
    },
  ],
};

beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  const value = (agentCode: string, metric: string, period: string, figure: string) => {
    return { agentCode, metric, period, value: figure };
  };
  await asOwner(world.databases, async (transaction) => {
    // A scheme of another channel type does not grade them, whatever its code.
    for (const [code, given] of [
      ['A-OTHERS', { ...definition, channelTypes: ['SHOP'], tiers: [] }],
      ['GRADES', definition],
    ] as const) {
      const id = await declareNamed(transaction, clerk, now, 'tier_scheme', { code, name: `${code} of agents` });
      const version = { kind: 'tier_scheme', id, code, validFrom: '2026-10-01', definition: given } as const;
      await publishVersion(transaction, clerk, now, version);
    }
    const figures = [
      value('W1', 'REVENUE', '2026-08', '9999'),
      value('W1', 'REVENUE', '2026-09', '300'),
      value('W1', 'REVENUE', '2026-11', '450.25'),
      value('W1', 'CHURNS', '2026-11', '1'),
      value('W1', 'UNITS', '2026-11', '8'),
      value('E1', 'UNITS', '2026-11', '3'),
    ];
    await saveMetricValues(transaction, clerk, now, figures, { atomic: true });
  });
});

const criterion = 'kind subject unit value atLeast atMost missing excess held sentence sentenceZh';
const progressText = (agentCode: string, more = '') => `{ tierProgress(agentCode: "${agentCode}"${more}) {
  scheme version period tier nextTier misses grace isProtected isOverridden sentence sentenceZh entry { ${criterion} } keep { ${criterion} } } }`;

describe('tierProgress', () => {
  it('says what is missing to the next tier in its own units', async () => {
    // Revenue of September to November: 300 + 450.25 = 750.25, so 249.75 are missing; 1 churn in 8 units is 12.5 %.
    const { tierProgress } = await data(world, 'agentW1', progressText('W1'));
    expect(tierProgress).toMatchObject({
      scheme: 'GRADES',
      version: 1,
      period: '2026-11',
      tier: 'STAR_3',
      nextTier: 'STAR_4',
    });
    expect(tierProgress.entry).toMatchObject([
      { kind: 'METRIC', unit: 'CNY', value: '750.25', atLeast: '1000', atMost: null, missing: '249.75', held: false },
      { kind: 'RATIO', unit: '%', value: '12.5', atMost: '10', missing: null, excess: '2.5', held: false },
      { kind: 'CERTIFICATION', subject: 'course SALES', unit: null, value: '0', missing: '1', held: false },
    ]);
    expect(tierProgress.keep).toMatchObject([{ value: '8', atLeast: '2', missing: null, held: true }]);
    expect(tierProgress.sentence).toBe(
      'West one (W1) is STAR_3. To STAR_4: REVENUE (sum of 3 months): 750.25 CNY, asked for at least 1000 CNY, 249.75 CNY missing; CHURNS / UNITS: 12.5 %, asked for at most 10 %, 2.5 % too much; course SALES: to be passed.',
    );
    expect(tierProgress.sentenceZh).toContain('还差 249.75 CNY');
  });

  it('by the figures of a named month, with the tier of the day after it', async () => {
    const { tierProgress } = await data(world, 'managerEast', progressText('E2', ', period: "2026-10"'));
    expect(tierProgress).toMatchObject({ period: '2026-10', tier: 'STAR_4', nextTier: null, entry: [] });
    expect(tierProgress.keep).toMatchObject([{ value: null, missing: '5', held: false }]);
    // No scheme was in force then.
    expect(await data(world, 'managerEast', progressText('E2', ', period: "2026-08"'))).toEqual({ tierProgress: null });
  });

  it('names what puts the present tier at risk, the misses so far, protection and a tier by hand', async () => {
    const { owner } = world.databases;
    const evaluate = (period: string, state: string, misses: number) => owner.$client`
      with added as (
        insert into tier_evaluation (scheme_id, version_id, period, state, effective_on, created_by, created_at, agent_count, moves_hash)
        select scheme_id, id, ${period}, ${state}::tier_evaluation_state, '2026-12-01', 'clerk', ${now.toISOString()}, 1, 'x' from tier_scheme_version
        where scheme_id = (select id from tier_scheme where code = 'GRADES') returning id)
      insert into tier_move (evaluation_id, agent_id, kind, from_tier_id, to_tier_id, misses_before, misses_after, facts)
      select added.id, agent.id, 'MISSED', tier.id, tier.id, 0, ${misses}, '[]' from added, agent, tier where agent.code = 'E1' and tier.code = 'STAR_4'`;
    await evaluate('2026-10', 'APPLIED', 1);
    await evaluate('2026-11', 'PREVIEW', 2);
    const asked = () => data(world, 'agentE1', progressText('E1'));
    expect((await asked()).tierProgress).toMatchObject({
      misses: 1,
      grace: 3,
      isProtected: false,
      isOverridden: false,
    });
    // Nor does a preview count for those who see it.
    expect((await data(world, 'managerEast', progressText('E1'))).tierProgress).toMatchObject({ misses: 1 });
    expect((await asked()).tierProgress.sentence).toBe(
      'East one (E1) is STAR_4. There is no higher tier. To keep STAR_4: UNITS: 3, asked for at least 5, 2 missing (1 of 3 misses so far).',
    );
    await owner.$client`update agent_status set valid_from = '2026-10-31' where agent_id = (select id from agent where code = 'E1')`;
    await owner.$client`
      insert into tier_override (agent_id, tier_id, valid_from, valid_to, reason, state, requested_by, requested_at, decided_by, decided_at)
      select agent.id, tier.id, '2026-12-05', '2026-12-06', 'x', 'APPROVED', 'anna', ${now.toISOString()}, 'ben', ${now.toISOString()}
      from agent, tier where agent.code = 'E1' and tier.code = 'STAR_4'`;
    // October and November: two months of service, as many as are protected.
    expect((await asked()).tierProgress).toMatchObject({ isProtected: true, isOverridden: true });
    expect((await asked()).tierProgress.sentence).toContain('is STAR_4 by hand');
  });

  it('is for who may see the agent', async () => {
    for (const [person, code] of [
      ['agentW1', 'E1'],
      ['managerWest', 'E1'],
    ] as const) {
      const { errors } = await ask(world, person, progressText(code));
      expect(errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    }
    expect((await data(world, 'agentE1', progressText('E2'))).tierProgress.tier).toBe('STAR_4');
  });
});

describe('agentBenefits', () => {
  const benefits = async (agentCode: string, more = '') =>
    (
      await data(
        world,
        'finance',
        `{ agentBenefits(agentCode: "${agentCode}"${more}) { on tier commissionMultiplier priority creditLimit materials } }`,
      )
    ).agentBenefits;

  it('are those of the tier and the version in force on the day', async () => {
    expect(await benefits('W1')).toEqual({
      on: '2026-12-05',
      tier: 'STAR_3',
      commissionMultiplier: '1',
      priority: 5,
      creditLimit: '1000.5',
      materials: ['POSTER'],
    });
    expect(await benefits('E2')).toMatchObject({
      tier: 'STAR_4',
      commissionMultiplier: '1.1',
      priority: 1,
      creditLimit: null,
    });
    expect(await benefits('E2', ', on: "2026-10-31"')).toMatchObject({ tier: 'STAR_3', priority: 5 });
    expect(await benefits('E2', ', on: "2026-09-30"')).toMatchObject({ tier: 'STAR_3', priority: null, materials: [] });
  });

  it('without a tier there are none', async () => {
    expect(await benefits('E2', ', on: "1800-01-01"')).toMatchObject({
      tier: null,
      commissionMultiplier: '1',
      priority: null,
    });
    const { errors } = await ask(world, 'agentW1', '{ agentBenefits(agentCode: "E1") { tier } }');
    expect(errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });
});

import { and, desc, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { auditRecord } from '../../src/audit/tables.ts';
import type { Transaction } from '../../src/db/client.ts';
import { asRequest, localActor } from '../../src/db/transaction.ts';
import { notice } from '../../src/notices/tables.ts';
import type { Period } from '../../src/period.ts';
import { saveMetricDefinition } from '../../src/scorecards/metricCatalogue.ts';
import { applyTiers, previewTiers, reevaluateAgent } from '../../src/tiers/evaluations.ts';
import { publishScheme } from '../../src/tiers/schemes.ts';
import { testDatabase } from '../database.ts';
import { data, makeWorld, now, type Person, today, type World } from '../schema/world.ts';
import { approve, calculate } from '../support/tierBooks.ts';

// The clock of this world stands at 5 December 2026; October is approved, November calculated. STAR_4 multiplies by 1.1. E1 is STAR_4, E3
// and W1 are STAR_3, E2 is STAR_3 until November and STAR_4 from then on.
let world: World;
const clerk = localActor('clerk');
const owner = <Result>(work: (transaction: Transaction) => Promise<Result>) => world.databases.owner.transaction(work);

const metric = (name: string, atLeast: string) => ({ kind: 'METRIC', metric: name, atLeast });
const definition = (name: string) => ({
  grace: 2,
  tiers: [
    { tier: 'STAR_3', keep: [metric(name, '10')] },
    { tier: 'STAR_4', entry: [metric(name, '50')], keep: [metric(name, '40')] },
  ],
});

async function setMetric(name: string, period: string, values: Record<string, string>): Promise<void> {
  for (const [code, value] of Object.entries(values)) {
    await world.databases.owner.$client`
      insert into metric_value (agent_id, metric, period, value)
      select id, ${name}, ${period}, ${value} from agent where code = ${code}
      on conflict (agent_id, metric, period) do update set value = excluded.value`;
  }
}

beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  await owner(async (transaction) => {
    for (const code of ['UNITS', 'OTHER']) {
      await saveMetricDefinition(transaction, clerk, now, { code, name: code, definition: { source: 'IMPORTED' } });
    }
    await publishScheme(transaction, clerk, now, {
      code: 'STARS',
      name: 'Stars',
      validFrom: '2026-01-01',
      definition: definition('UNITS'),
    });
  });
});

const preview = (period: string, scheme = 'STARS') =>
  owner((transaction) => previewTiers(transaction, clerk, now, { scheme, period }));
const applyIt = (id: number) => owner((transaction) => applyTiers(transaction, clerk, now, id));
const codeOf = (error: unknown) => (error as { code?: string }).code;
const refused = (work: Promise<unknown>) => work.then(() => 'done', codeOf);
async function tiersOf(code: string): Promise<string[]> {
  const rows = await world.databases.owner.$client<{ text: string }[]>`
    select concat_ws(' ', tier.code, valid_from::text, valid_to::text) as text
    from agent_tier join tier on tier.id = tier_id join agent on agent.id = agent_id where agent.code = ${code} order by valid_from`;
  return rows.map(({ text }) => text);
}
const ask = (person: Person, text: string, variables = {}) => data(world, person, text, variables);
const orError = '... on UserError { code }';

describe('an evaluation', () => {
  it('is previewed, with counts and reasons, and changes no tier', async () => {
    await setMetric('UNITS', '2026-11', { E1: '5', E2: '45', W1: '60' });
    const before = await Promise.all(['E1', 'E2', 'E3', 'W1'].map(tiersOf));
    const first = await preview('2026-11');
    // E1 misses 40, E2 keeps 45, E3 has no value and misses 10, W1 enters STAR_4 with 60.
    expect(first).toMatchObject({ agentCount: 4, counts: { PROMOTED: 1, KEPT: 1, MISSED: 2 }, state: 'PREVIEW' });
    const second = await preview('2026-11');
    expect(second.movesHash).toBe(first.movesHash);
    expect(await Promise.all(['E1', 'E2', 'E3', 'W1'].map(tiersOf))).toEqual(before);
    const asked = `{ tierEvaluations(scheme: "STARS") { nodes { id state counts { kind count }
      moves { nodes { agentCode kind fromTier toTier missesAfter reasonEn reasonZh facts { tier isEntry value held sentenceEn } } } } } }`;
    const { tierEvaluations } = await ask('managerWest', asked);
    expect(tierEvaluations.nodes.map(({ state }: { state: string }) => state)).toEqual(['PREVIEW', 'DISCARDED']);
    expect(tierEvaluations.nodes[0].counts).toEqual([{ kind: 'PROMOTED', count: 1 }]);
    expect(tierEvaluations.nodes[0].moves.nodes).toEqual([
      {
        agentCode: 'W1',
        kind: 'PROMOTED',
        fromTier: 'STAR_3',
        toTier: 'STAR_4',
        missesAfter: 0,
        reasonEn: 'W1 rises from STAR_3 to STAR_4: UNITS: 60, asked for at least 50.',
        reasonZh: 'W1 由 STAR_3 升至 STAR_4：UNITS：60，要求至少 50。',
        facts: [
          {
            tier: 'STAR_4',
            isEntry: true,
            value: '60',
            held: true,
            sentenceEn: 'UNITS: 60, asked for at least 50.',
          },
        ],
      },
    ]);
    expect((await ask('agentW1', '{ tierEvaluations { nodes { state } } }')).tierEvaluations.nodes).toEqual([]);
    const filtered = await ask(
      'admin',
      `{ tierEvaluations(state: PREVIEW) { nodes { east: moves(regionCode: "EAST", kind: MISSED) { nodes { agentCode } } one: moves(agentCode: "E2") { nodes { agentCode } } } } }`,
    );
    const [evaluation] = filtered.tierEvaluations.nodes;
    expect(evaluation.east.nodes).toEqual([{ agentCode: 'E1' }, { agentCode: 'E3' }]);
    expect(evaluation.one.nodes).toEqual([{ agentCode: 'E2' }]);
  });

  it('is refused once a figure has changed, and is applied by one of two at once', async () => {
    const stale = await preview('2026-11');
    await setMetric('UNITS', '2026-11', { E2: '46' });
    expect(await refused(applyIt(stale.evaluationId))).toBe('EVALUATION_STALE');
    expect(await tiersOf('W1')).toEqual(['STAR_3 2000-01-01']);
    const { evaluationId } = await preview('2026-11');
    expect(await refused(applyIt(stale.evaluationId))).toBe('EVALUATION_STATE');
    // Killed half way: what was written is not there.
    const half = owner(async (transaction) => {
      await applyTiers(transaction, clerk, now, evaluationId);
      throw new Error('killed');
    });
    await expect(half).rejects.toThrow('killed');
    expect(await tiersOf('W1')).toEqual(['STAR_3 2000-01-01']);
    const both = await Promise.all([refused(applyIt(evaluationId)), refused(applyIt(evaluationId))]);
    expect(both.sort()).toEqual(['EVALUATION_STATE', 'done']);
    expect(await tiersOf('W1')).toEqual(['STAR_3 2000-01-01 2026-12-01', 'STAR_4 2026-12-01']);
    expect(await tiersOf('E1')).toEqual(['STAR_4 2000-01-01']);
    const told = await world.databases.owner.select().from(notice).orderBy(notice.kind, notice.agentId);
    expect(told.map(({ kind, subject, details }) => [kind, subject, details])).toEqual([
      [
        'TIER_CHANGED',
        'STARS 2026-11',
        { scheme: 'STARS', period: '2026-11', from: 'STAR_3', to: 'STAR_4', on: '2026-12-01' },
      ],
      ['TIER_MISSED', 'STARS 2026-11', { scheme: 'STARS', period: '2026-11', tier: 'STAR_4', misses: '1', grace: '2' }],
      ['TIER_MISSED', 'STARS 2026-11', { scheme: 'STARS', period: '2026-11', tier: 'STAR_3', misses: '1', grace: '2' }],
    ]);
    const applied = and(eq(auditRecord.action, 'tiers.applied'), eq(auditRecord.entityKey, 'STARS 2026-11'));
    const records = await world.databases.owner.select().from(auditRecord).where(applied).orderBy(desc(auditRecord.id));
    expect(records.map(({ after }) => after)).toMatchObject([{ agentCount: 4, changedCount: 1 }]);
    expect(await refused(preview('2026-11'))).toBe('EVALUATION_ORDER');
    expect(await refused(preview('2026-12'))).toBe('PERIOD_NOT_OVER');
  });

  it('shows in the history of the agent', async () => {
    const asked = '{ tierHistory(agentCode: "W1") { tier from to isOverridden move { kind reasonEn } } }';
    const expected = [
      {
        tier: 'STAR_4',
        from: '2026-12-01',
        to: null,
        isOverridden: false,
        move: { kind: 'PROMOTED', reasonEn: 'W1 rises from STAR_3 to STAR_4: UNITS: 60, asked for at least 50.' },
      },
      { tier: 'STAR_3', from: '2000-01-01', to: '2026-12-01', isOverridden: false, move: null },
    ];
    expect((await ask('agentW1', asked)).tierHistory).toEqual(expected);
    expect((await ask('managerEast', asked)).tierHistory).toEqual([]);
  });

  it('decides what December pays, not what November pays', async () => {
    // W1: a bill of 200 at 3.25 % each month. November as STAR_3: 6.50. December as STAR_4: 6.50 · 1.1 = 7.15.
    expect(await approve(world, await calculate(world, '2026-11'))).toBe('6.50');
    expect(await approve(world, await calculate(world, '2026-12'))).toBe('7.15');
  });
});

describe('an accepted appeal', () => {
  it('evaluates the agent again and replaces the tier from its day on, leaving the former move to be read', async () => {
    await owner(async (transaction) => {
      await publishScheme(transaction, clerk, now, {
        code: 'STARS',
        name: 'Stars',
        validFrom: '2026-12-01',
        definition: definition('SCORE'),
      });
    });
    // By hand: December's evaluation of the new version was applied by a score of 5, which an appeal makes 80.
    await world.databases.owner.$client`insert into score_round (period, state) values ('2026-12', 'PUBLISHED')`;
    await setMetric('SCORE', '2026-12', { E1: '5', E2: '90', E3: '30', W1: '41' });
    const january = new Date('2027-01-05T04:00:00Z');
    const evaluation = await owner((transaction) =>
      previewTiers(transaction, clerk, january, { scheme: 'STARS', period: '2026-12' }),
    );
    await owner((transaction) => applyTiers(transaction, clerk, january, evaluation.evaluationId));
    // E1 missed in November too: the second miss in a row.
    expect(await tiersOf('E1')).toEqual(['STAR_4 2000-01-01 2027-01-01', 'STAR_3 2027-01-01']);
    await setMetric('SCORE', '2026-12', { E1: '80' });
    const manager = world.actors.managerEast ?? clerk;
    const [agent] = await world.databases.owner.$client<{ id: number }[]>`select id from agent where code = 'E1'`;
    const input = { agentId: agent?.id ?? 0, period: '2026-12' as Period };
    const again = () =>
      asRequest(world.databases.request, manager, today, (transaction) =>
        reevaluateAgent(transaction, manager, january, input),
      );
    expect(await again()).toEqual([{ scheme: 'STARS', before: 'STAR_3', after: 'STAR_4' }]);
    expect(await tiersOf('E1')).toEqual(['STAR_4 2000-01-01 2027-01-01', 'STAR_4 2027-01-01']);
    const moves = await world.databases.owner.$client<{ text: string }[]>`
      select concat_ws(' ', revision, kind, superseded) as text from tier_move where evaluation_id = ${evaluation.evaluationId}
        and agent_id = ${input.agentId} order by revision`;
    expect(moves.map(({ text }) => text)).toEqual(['0 DEMOTED t', '1 KEPT f']);
    expect(await again()).toEqual([]);
  });
});

describe('previewing, applying and discarding', () => {
  it('is for administrators, and refuses what cannot be evaluated', async () => {
    const text = (period: string, scheme = 'STARS') =>
      `mutation { answer: previewTiers(scheme: "${scheme}", period: "${period}") { ... on TierEvaluationPayload { evaluation { id state } } ${orError} } }`;
    expect((await ask('admin', text('2026-13'))).answer).toEqual({ code: 'PERIOD_INVALID' });
    expect((await ask('admin', text('2026-11', 'NONE'))).answer).toEqual({ code: 'NOT_FOUND' });
    expect((await ask('admin', text('2026-11'))).answer).toEqual({ code: 'EVALUATION_ORDER' });
  });
});

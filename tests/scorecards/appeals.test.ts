import { beforeEach, describe, expect, it } from 'vitest';
import { calculatePeriod } from '../../src/commissions/close.ts';
import { previewRetro } from '../../src/commissions/retroPreview.ts';
import { approveRun } from '../../src/commissions/runs.ts';
import { localActor } from '../../src/db/transaction.ts';
import { UserErrors } from '../../src/errors.ts';
import { notice } from '../../src/notices/tables.ts';
import type { Period } from '../../src/period.ts';
import { applyProgramme } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { importEventBatch } from '../../src/sales/import.ts';
import { decideAppeal, fileAppeal, withdrawAppeal } from '../../src/scorecards/appeals.ts';
import { finaliseScores } from '../../src/scorecards/scores.ts';
import { applyTiers, previewTiers } from '../../src/tiers/evaluations.ts';
import { publishScheme } from '../../src/tiers/schemes.ts';
import { testDatabase } from '../database.ts';
import { codeOf, event } from '../support/books.ts';
import { clerk, makeWorld, now, october, type Person, publish, standing, type World } from './scoresFixture.ts';

let world: World;
beforeEach(async () => {
  world = await makeWorld(await testDatabase());
  await publish(world);
});

const file = (person: Person, items: readonly string[] = [], at = now) =>
  world.as(person, (transaction, actor) =>
    fileAppeal(transaction, actor, at, { period: october, items, reason: 'they forgot one' }),
  );
const withdraw = (person: Person, id: number) =>
  world.as(person, (transaction, actor) => withdrawAppeal(transaction, actor, now, id));
const decide = (person: Person, id: number, values: Readonly<Record<string, string>> = {}) => {
  const corrections = Object.entries(values).map(([code, value]) => ({ code, value }));
  const decision = { id, accept: corrections.length > 0, decision: 'looked at', corrections };
  return world.as(person, (transaction, actor) =>
    decideAppeal(transaction, world.databases.owner, actor, now, decision),
  );
};
const sql = () => world.databases.owner.$client;
const tiersOf = async (code: string) => {
  const rows = await sql()<{ text: string }[]>`
    select concat_ws(' ', tier.code, valid_from::text, valid_to::text) as text
    from agent_tier join tier on tier.id = tier_id join agent on agent.id = agent_id where agent.code = ${code} order by valid_from`;
  return rows.map(({ text }) => text);
};

/** After November is over. */
const december = new Date('2026-12-05T04:00:00Z');
/** From November on bills pay by tier, whatever the score. */
const paidByTier = `
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-11-01
        currency: CNY
        components: [{ code: BIL, name: Bills, kind: RATE, events: [BILL], multiplyBy: [TIER], rules: [{ percent: 10 }] }]
`;

describe('an appeal', () => {
  it('scores the agent again with corrected values; its peers keep their scores', async () => {
    const id = await file('agentW1', ['PLACE', 'RECHARGES']);
    expect(await codeOf(file('agentW1'))).toBe('APPEAL_EXISTS');
    // Of 30 units: ranks 1 and 2 are shared with E1, 100·(3 − 1.5)/2 = 75. Of 6 recharges: the mean of 10, 20 and 6 is 12, half of it: 50.
    // 40·60 % + 20·50 % + 20·75 % + 20·50 % − 4 = 55
    expect(await decide('managerWest', id, { PLACE: '30', RECHARGES: '6' })).toEqual({
      period: '2026-10',
      agentCode: 'W1',
      before: '50',
      after: '55',
      tiers: [],
    });
    expect(await standing(world)).toEqual(['E1 82', 'E2 65.5', 'O1 ["REVENUE"]', 'W1 55']);
    const rows = await sql()<{ text: string }[]>`
      select concat_ws(' ', revision, trim_scale(total), superseded_at is null) as text from score
      where agent_id = (select id from agent where code = 'W1') order by revision`;
    expect(rows.map(({ text }) => text)).toEqual(['0 50 f', '1 55 t']);
    const [value] = await sql()<{ value: string }[]>`
      select trim_scale(value)::text as value from metric_value
      where metric = 'SCORE' and agent_id = (select id from agent where code = 'W1')`;
    expect(value?.value).toBe('55');
    const told = await world.databases.owner.select().from(notice);
    const decided = told.filter(({ kind }) => kind === 'SCORE_APPEAL_DECIDED');
    expect(decided.map(({ subject, details }) => [subject, details])).toEqual([
      ['2026-10 0', { period: '2026-10', decision: 'ACCEPTED', before: '50', after: '55' }],
    ]);
    // E2 with 15 recharges is measured by W1's 30, as published: the mean is 18.33, (40·50 + 20·50 + 20·81.82)/80 + 3 = 60.95.
    const other = await file('agentE2');
    expect(await decide('managerEast', other, { RECHARGES: '15' })).toMatchObject({ after: '60.95' });
  });

  it('corrects what was missing, bonuses, deductions and vetoes, and may follow another', async () => {
    const id = await file('agentE2');
    // 40·50 % + 20·100 % + 20·50 % + 20·100 % + 5 (at most) − 1·2 = 73
    expect(await decide('managerEast', id, { SATISFIED: '80', PRAISED: '9', BLAMED: '1' })).toMatchObject({
      after: '73',
    });
    const second = await file('agentE2', ['CHEATED']);
    expect(await decide('admin', second, { CHEATED: '1' })).toMatchObject({ before: '73', after: '40' });
    expect(await standing(world)).toContain('E2 40');
  });

  it('is decided once, by somebody else who manages the agent', async () => {
    const id = await file('agentE2');
    expect(await codeOf(decide('managerWest', id))).toBe('NOT_FOUND');
    const self = { ...world.actors.managerEast, name: 'AgentE2@demo.example' };
    const own = world.as('managerEast', (transaction) =>
      decideAppeal(transaction, world.databases.owner, self, now, { id, accept: false, decision: 'no' }),
    );
    expect(await codeOf(own)).toBe('SAME_PERSON');
    const both = await Promise.allSettled([decide('managerEast', id), decide('admin', id, { REVENUE: '60' })]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'APPEAL_STATE' } });
    expect(await codeOf(withdraw('agentE2', id))).toBe('APPEAL_STATE');
    const rows = await sql()`select from score where revision > 0`;
    expect(rows.length).toBeLessThanOrEqual(1);
  });

  it('is filed by the agent itself, about what its score has, within the days', async () => {
    expect(await codeOf(file('managerEast'))).toBe('FORBIDDEN');
    const faults = await file('agentE2', ['REVENUE', 'NONE', 'REVENUE']).catch((error: unknown) => error);
    expect(faults).toBeInstanceOf(UserErrors);
    expect(faults).toMatchObject({ errors: [{ code: 'INPUT_INVALID' }, { code: 'INPUT_INVALID' }] });
    expect(await codeOf(file('agentE2', [], new Date('2026-11-14T16:00:00Z')))).toBe('APPEAL_WINDOW_OVER');
    const id = await file('agentE2', [], new Date('2026-11-14T15:59:59Z'));
    const [row] = await sql()<{ due: string }[]>`select due_on::text as due from score_appeal where id = ${id}`;
    expect(row?.due).toBe('2026-11-24');
    // The parent sees it, but it is not its own.
    expect(await codeOf(withdraw('agentE1', id))).toBe('FORBIDDEN');
    await withdraw('agentE2', id);
    await file('agentE2');
  });

  it('needs what was decided to be said, and corrections exactly where it is accepted', async () => {
    const id = await file('agentE2');
    expect(await codeOf(decide('managerEast', id, { NONE: '1' }))).toBe('INPUT_INVALID');
    expect(await codeOf(decide('managerEast', id, { REVENUE: 'much' }))).toBe('INPUT_INVALID');
    const silent = world.as('managerEast', (transaction, actor) =>
      decideAppeal(transaction, world.databases.owner, actor, now, { id, accept: true, decision: ' ' }),
    );
    expect(await codeOf(silent)).toBe('VALUE_MISSING');
    const empty = world.as('managerEast', (transaction, actor) =>
      decideAppeal(transaction, world.databases.owner, actor, now, { id, accept: true, decision: 'yes' }),
    );
    expect(await codeOf(empty)).toBe('INPUT_INVALID');
    expect(await standing(world)).toContain('E2 65.5');
  });

  it('keeps scores from becoming final while it is open, and ends with them', async () => {
    const finalise = () =>
      world.asOwner((transaction) => finaliseScores(transaction, clerk, now, october, { early: true }));
    const id = await file('agentE2');
    expect(await codeOf(finalise())).toBe('APPEALS_OPEN');
    await decide('managerEast', id);
    await finalise();
    expect(await codeOf(file('agentE1'))).toBe('SCORES_STATE');
  });

  it('moves money of a closed month through RETRO', async () => {
    const recharge = event('R1', { type: 'RECHARGE', agentCode: 'E2', productCode: 'VOICE' });
    await world.asOwner((transaction) => importEventBatch(transaction, clerk, now, [recharge], { atomic: true }));
    const run = await calculatePeriod(world.databases, clerk, october, now);
    await world.asOwner((transaction) => approveRun(transaction, localActor('controller'), now, run.id));
    expect((await previewRetro(world.databases)).differences).toEqual([]);
    const id = await file('agentE2');
    // 65.5 → 20 + 20 + 10 + 20 + 3 = 73: the factor of 10 % of 100 is 1.5 from 70 on: 15 instead of 10.
    expect(await decide('managerEast', id, { SATISFIED: '80' })).toMatchObject({ after: '73' });
    const { agents } = await previewRetro(world.databases);
    expect(
      agents.map(({ originPeriod, agent, component, amount }) => [originPeriod, agent, component, amount]),
    ).toEqual([['2026-10', 'E2', 'RCH', '5.00']]);
  });

  it('moves a tier that was applied, and what the tier paid', async () => {
    await world.asOwner(async (transaction) => {
      await applyProgramme(transaction, clerk, now, readProgramme(paidByTier));
      const score = (atLeast: string) => [{ kind: 'METRIC', metric: 'SCORE', atLeast }];
      const tiers = [{ tier: 'T1' }, { tier: 'T2', entry: score('70'), keep: score('60') }];
      const scheme = { code: 'STARS', name: 'Stars', validFrom: '2026-01-01' };
      await publishScheme(transaction, clerk, now, { ...scheme, definition: { channelTypes: ['AGENT'], tiers } });
      const { evaluationId } = await previewTiers(transaction, clerk, now, { scheme: 'STARS', period: october });
      // E1 rises by 82; E2 with 65.5 and W1 with 50 had no tier, and enter at the lowest.
      const { counts } = await applyTiers(transaction, clerk, now, evaluationId);
      expect(counts).toEqual({ PROMOTED: 1, ENTERED: 2 });
    });
    expect(await tiersOf('E2')).toEqual(['T1 2026-11-01']);
    const id = await file('agentE2');
    // November pays 10 % of 100 by the multiplier 1 of T1.
    const bill = event('B1', {
      type: 'BILL',
      agentCode: 'E2',
      productCode: 'VOICE',
      occurredAt: '2026-11-20T10:00:00+08:00',
    });
    await world.asOwner((transaction) => importEventBatch(transaction, clerk, december, [bill], { atomic: true }));
    const run = await calculatePeriod(world.databases, clerk, '2026-11' as Period, december);
    await world.asOwner((transaction) => approveRun(transaction, localActor('controller'), december, run.id));
    expect((await previewRetro(world.databases)).differences).toEqual([]);
    // 65.5 → 73 with 80 for satisfaction: above the 70 of T2, which multiplies by 2. 20 instead of 10.
    expect(await decide('managerEast', id, { SATISFIED: '80' })).toMatchObject({
      after: '73',
      tiers: [{ scheme: 'STARS', before: 'T1', after: 'T2' }],
    });
    expect(await tiersOf('E2')).toEqual(['T2 2026-11-01']);
    expect(await tiersOf('W1')).toEqual(['T1 2026-11-01']);
    const moves = await sql()<{ text: string }[]>`
      select concat_ws(' ', revision, kind, tier.code, superseded) as text from tier_move join tier on tier.id = to_tier_id
      where agent_id = (select id from agent where code = 'E2') order by revision`;
    expect(moves.map(({ text }) => text)).toEqual(['0 ENTERED T1 t', '1 ENTERED T2 f']);
    const told = await world.databases.owner.select().from(notice).orderBy(notice.id);
    const { subject, details } = told.findLast(({ kind }) => kind === 'TIER_CHANGED') ?? {};
    expect([subject, details]).toEqual([
      'STARS 2026-10 1',
      { scheme: 'STARS', period: '2026-10', from: 'T1', to: 'T2', on: '2026-11-01' },
    ]);
    const { agents } = await previewRetro(world.databases);
    expect(
      agents.map(({ originPeriod, agent, component, amount }) => [originPeriod, agent, component, amount]),
    ).toEqual([['2026-11', 'E2', 'BIL', '10.00']]);
  });
});

import { desc } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { auditRecord } from '../../src/audit/tables.ts';
import { notice } from '../../src/notices/tables.ts';
import type { Period } from '../../src/period.ts';
import { templateOf } from '../../src/scorecards/scoreInputs.ts';
import { calculateScores, finaliseScores, publishScores } from '../../src/scorecards/scores.ts';
import { testDatabase } from '../database.ts';
import { codeOf } from '../support/books.ts';
import { clerk, makeWorld, now, october, publish, standing, type World } from './scoresFixture.ts';

let world: World;
const freshWorld = async () => {
  world = await makeWorld(await testDatabase());
};

const calculate = (at = now) => calculateScores(world.databases, clerk, october, at);
const publishOnce = (options = { appealDays: 10, allowBlocked: true }) =>
  world.asOwner((transaction) => publishScores(transaction, clerk, now, october, options));
const finalise = (at: Date, early = false) =>
  world.asOwner((transaction) => finaliseScores(transaction, clerk, at, october, { early }));
const sql = () => world.databases.owner.$client;

describe('calculating scores', () => {
  beforeEach(freshWorld);

  it('scores whoever was at work and has a template, by hand-worked totals', async () => {
    expect(await calculate()).toMatchObject({ agentCount: 4, blockedCount: 1, unscoredCount: 1 });
    expect(await standing(world)).toEqual(['E1 82', 'E2 65.5', 'O1 ["REVENUE"]', 'W1 50']);
    const [record] = await world.databases.owner.select().from(auditRecord).orderBy(desc(auditRecord.id)).limit(1);
    expect(record).toMatchObject({ action: 'scores.calculated', entityKey: '2026-10', after: { agentCount: 4 } });
  });

  it('again gives the same hashes, whatever the order of the rows; another value gives others', async () => {
    const first = await calculate();
    await sql()`create table again as select * from metric_value`;
    await sql()`delete from metric_value`;
    await sql()`insert into metric_value select * from again order by agent_id desc, metric desc`;
    expect(await calculate()).toEqual(first);
    expect(await standing(world)).toHaveLength(4);
    await sql()`update metric_value set value = 81 where metric = 'REV' and value = 80`;
    const changed = await calculate();
    expect(changed.inputsHash).not.toBe(first.inputsHash);
    expect(changed.scoresHash).not.toBe(first.scoresHash);
    // 40·81 % instead of 40·80 %
    expect(await standing(world)).toContain('E1 82.4');
  });

  it('takes the facts of the last day at work, and targets of the last day of the period', async () => {
    // X1 was suspended on 1 October and left on the 2nd; it was in the east then. It is the fourth peer: 400 units.
    await sql()`delete from agent_status where agent_id = (select id from agent where code = 'X1')`;
    await sql()`
      insert into agent_status (agent_id, status, valid_from, valid_to)
      select id, 'SUSPENDED'::agent_status_code, '2026-10-01'::date, '2026-10-02'::date from agent where code = 'X1'
      union all select id, 'TERMINATED', '2026-10-02', null from agent where code = 'X1'`;
    await sql()`
      insert into score_target (metric, region_id, value, valid_from, valid_to)
      select 'REV', id, 160, '2026-10-31'::date, null::date from region where code = 'EAST'
      union all select 'REV', id, 10, '2026-01-01', '2026-10-31' from region where code = 'EAST'`;
    await calculate();
    // E1: 40·50 % + 20 + 20·(4 − 2)/3 + 10 = 63.333…; E2: (40·31.25 + 20·100/3 + 20·100)/80 + 3 = 51.958…; X1 has nothing but its rank: 20·100 % of 80.
    expect(await standing(world)).toEqual(['E1 63.33', 'E2 51.96', 'O1 ["REVENUE"]', 'W1 50', 'X1 25']);
  });

  it('is refused before the month begins, without a template, and while somebody else calculates', async () => {
    expect(await codeOf(calculate(new Date('2026-09-30T15:59:59Z')))).toBe('INPUT_INVALID');
    expect(await codeOf(calculateScores(world.databases, clerk, '2025-12' as Period, now))).toBe('TEMPLATE_MISSING');
    const two = await Promise.allSettled([calculate(), calculate()]);
    expect(two.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = two.find(({ status }) => status === 'rejected');
    expect(refused).toMatchObject({ reason: { code: 'SCORES_BUSY' } });
    expect(await standing(world)).toHaveLength(4);
  });
});

describe('publishing scores', () => {
  beforeEach(freshWorld);

  it('writes the metric SCORE, tells the agents, and keeps the scores as they are', async () => {
    await calculate();
    expect(await codeOf(publishOnce({ appealDays: 10, allowBlocked: false }))).toBe('SCORES_BLOCKED');
    // The 5th and nine more days: no appeal on the 15th.
    expect(await publishOnce()).toEqual({ agentCount: 4, blockedCount: 1, appealsUntil: '2026-11-15' });
    const values = await sql()<{ text: string }[]>`
      select concat_ws(' ', agent.code, trim_scale(value), source) as text from metric_value join agent on agent.id = agent_id
      where metric = 'SCORE' order by 1`;
    expect(values.map(({ text }) => text)).toEqual(['E1 82 SCORED', 'E2 65.5 SCORED', 'W1 50 SCORED']);
    const told = await world.databases.owner.select().from(notice).orderBy(notice.agentId);
    expect(told.map(({ kind, subject, details }) => [kind, subject, details.total])).toEqual([
      ['SCORE_PUBLISHED', '2026-10', '82'],
      ['SCORE_PUBLISHED', '2026-10', '65.5'],
      ['SCORE_PUBLISHED', '2026-10', '50'],
      ['SCORE_PUBLISHED', '2026-10', ''],
    ]);
    expect(await codeOf(calculate())).toBe('SCORES_STATE');
    expect(await codeOf(publishOnce())).toBe('SCORES_STATE');
    await expect(sql()`update score set total = 100`).rejects.toThrow('a published score is never changed');
    await expect(sql()`delete from score`).rejects.toThrow('a published score is never removed');
  });

  it('waits for the end of the month and for a calculation', async () => {
    expect(await codeOf(publishOnce())).toBe('SCORES_STATE');
    const early = new Date('2026-10-31T15:59:59Z');
    await calculate(early);
    const publishing = world.asOwner((transaction) =>
      publishScores(transaction, clerk, early, october, { appealDays: 10, allowBlocked: true }),
    );
    expect(await codeOf(publishing)).toBe('PERIOD_NOT_OVER');
    expect(await codeOf(publishOnce({ appealDays: 1.5, allowBlocked: true }))).toBe('INPUT_INVALID');
  });

  it('makes scores final when no appeal can be filed any more, or early', async () => {
    await publish(world);
    const lastDay = new Date('2026-11-14T15:59:59Z');
    expect(await codeOf(finalise(lastDay))).toBe('APPEAL_WINDOW_OPEN');
    await finalise(lastDay, true);
    expect(await codeOf(finalise(new Date('2026-11-14T16:00:00Z')))).toBe('SCORES_STATE');
  });
});

describe('the template of an agent', () => {
  it('is the most specific one', () => {
    const template = (channelTypeId: number | null, tierId: number | null) => ({ channelTypeId, tierId });
    const all = [template(null, null), template(null, 7), template(1, null), template(1, 7)];
    const agent = { channelTypeId: 1, tierId: 7 };
    for (const [place, expected] of all.entries()) {
      // without the more specific ones
      expect(templateOf(all.slice(0, place + 1), agent)).toBe(expected);
      expect(templateOf(all.slice(0, place + 1).reverse(), agent)).toBe(expected);
    }
    expect(templateOf(all, { channelTypeId: 2, tierId: null })).toBe(all[0]);
    expect(templateOf(all.slice(1), { channelTypeId: 2, tierId: null })).toBeUndefined();
  });
});

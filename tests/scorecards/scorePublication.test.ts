import { desc } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { auditRecord } from '../../src/audit/tables.ts';
import { calculatePeriod } from '../../src/commissions/close.ts';
import type { Transaction } from '../../src/db/client.ts';
import { noticeText } from '../../src/notices/noticeText.ts';
import { notice } from '../../src/notices/tables.ts';
import type { Period } from '../../src/period.ts';
import { importEventBatch } from '../../src/sales/import.ts';
import { calculateScores, publishScores } from '../../src/scorecards/scores.ts';
import { publishTemplate } from '../../src/scorecards/templates.ts';
import { testDatabase } from '../database.ts';
import { codeOf, event } from '../support/books.ts';
import { untilSomebodyWaits } from '../support/waiting.ts';
import { clerk, definition, makeWorld, now, october, publish, standing, type World } from './scoresFixture.ts';

let world: World;
beforeEach(async () => {
  world = await makeWorld(await testDatabase());
});

const sql = () => world.databases.owner.$client;
const calculate = (at = now, period = october) => calculateScores(world.databases, clerk, period, at);
const publishIn = (transaction: Transaction) =>
  publishScores(transaction, clerk, now, october, { appealDays: 10, allowBlocked: true });
const publishOnce = () => world.asOwner(publishIn);
/** A version of the card for October, whose items weigh something else. */
const publishCard = (transaction: Transaction) =>
  publishTemplate(transaction, clerk, now, {
    code: 'CARD',
    name: 'Card',
    channelType: 'AGENT',
    validFrom: '2026-10-01',
    definition: {
      ...definition,
      items: definition.items.map((item, index) => ({ ...item, weight: ['10', '50', '20', '20'][index] })),
    },
  });

/** Has the second begin while the first has not committed; done once the first has. */
async function overlap(
  first: (transaction: Transaction) => Promise<unknown>,
  second: (transaction: Transaction) => Promise<unknown>,
): Promise<readonly [Promise<unknown>]> {
  let other: Promise<unknown> = Promise.resolve();
  await world.asOwner(async (transaction) => {
    await first(transaction);
    other = world.asOwner(second);
    other.catch(() => {});
    await untilSomebodyWaits(world.databases);
  });
  return [other];
}

describe('publishing scores', () => {
  it('leaves no imported score of who has none: the commission run names them', async () => {
    await sql()`
      insert into metric_value (agent_id, metric, period, value) select id, 'SCORE', '2026-10', 99 from agent where code in ('O1', 'C1')`;
    await publish(world);
    const rows = await sql()<{ code: string }[]>`
      select agent.code from metric_value join agent on agent.id = agent_id where metric = 'SCORE' order by 1`;
    expect(rows.map(({ code }) => code)).toEqual(['E1', 'E2', 'W1']);
    const [record] = await world.databases.owner.select().from(auditRecord).orderBy(desc(auditRecord.id)).limit(1);
    expect(record).toMatchObject({ action: 'scores.published', after: { removedCount: 2 } });
    const recharge = event('R1', { type: 'RECHARGE', agentCode: 'O1', productCode: 'VOICE' });
    await world.asOwner((transaction) => importEventBatch(transaction, clerk, now, [recharge], { atomic: true }));
    const run = calculatePeriod(world.databases, clerk, october, now);
    await expect(run).rejects.toMatchObject({ code: 'SCORE_MISSING', message: expect.stringContaining('O1') });
  });

  it('is refused where a figure moved after calculating, or the month was not over then', async () => {
    await calculate(new Date('2026-10-31T15:59:59Z'));
    expect(await codeOf(publishOnce())).toBe('SCORES_STALE');
    await calculate(new Date('2026-10-31T16:00:00Z'));
    await sql()`update metric_value set value = 81 where metric = 'REV' and value = 80`;
    expect(await codeOf(publishOnce())).toBe('SCORES_STALE');
    await sql()`update metric_value set value = 80 where metric = 'REV' and value = 81`;
    await publishOnce();
    expect(await standing(world)).toContain('E1 82');
  });

  it('is refused where a template, a target or who is at work changed after calculating', async () => {
    await calculate();
    await world.asOwner(publishCard);
    expect(await codeOf(publishOnce())).toBe('SCORES_STALE');
    await calculate();
    await sql()`update score_target set value = 201`;
    expect(await codeOf(publishOnce())).toBe('SCORES_STALE');
    await calculate();
    await sql()`update agent_status set valid_from = '2026-11-01' where agent_id = (select id from agent where code = 'E2')`;
    expect(await codeOf(publishOnce())).toBe('SCORES_STALE');
    await calculate();
    expect(await publishOnce()).toMatchObject({ agentCount: 3 });
    expect(await codeOf(world.asOwner(publishCard).then(() => publishOnce()))).toBe('SCORES_STATE');
  });

  it('and a template for the month, at once: whoever is second is refused', async () => {
    await calculate();
    const [scores] = await overlap(publishCard, publishIn);
    expect(await codeOf(scores)).toBe('SCORES_STALE');
    await sql()`update metric_value set value = 79 where metric = 'REV' and value = 80`;
    await calculate();
    const other = (transaction: Transaction) =>
      publishTemplate(transaction, clerk, now, {
        code: 'ALL',
        name: 'All',
        validFrom: '2026-10-01',
        definition: { ...definition, vetoes: [] },
      });
    const [template] = await overlap(publishIn, other);
    expect(await codeOf(template)).toBe('TEMPLATE_SETTLED');
  });

  it('tells who could not be scored what had no value', async () => {
    await publish(world);
    const told = await world.databases.owner.select().from(notice);
    const { kind, details } = told.find((each) => each.details.total === '') ?? {};
    expect(details).toEqual({ period: '2026-10', total: '', blockedBy: 'Revenue' });
    if (!kind || !details) throw new Error('nobody was told');
    expect(noticeText(kind, details)).toEqual({
      textEn: 'The scores of 2026-10 were published. You have none, because these items had no value: Revenue.',
      textZh: '2026-10的考核得分已公布。因下列指标没有数据，您没有得分：Revenue。',
    });
  });
});

describe('the hash of scores', () => {
  it('names the month: months that are alike differ', async () => {
    const august = await calculate(now, '2026-08' as Period);
    const september = await calculate(now, '2026-09' as Period);
    expect(september.inputsHash).toBe(august.inputsHash);
    expect(september.scoresHash).not.toBe(august.scoresHash);
  });
});

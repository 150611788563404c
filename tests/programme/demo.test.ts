import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { runDemo } from '../../src/demo/demo.ts';
import { testDatabase } from '../database.ts';

const now = new Date('2026-11-05T02:00:00Z');
const quiet = () => ({ update: () => {}, end: () => {} });

it('the demo shows scores, tiers and segments of its last month, and nothing changes when it is set up again', async () => {
  const databases = await testDatabase();
  const rows = async (text: string) => [...(await databases.owner.execute<Record<string, unknown>>(sql.raw(text)))];
  await runDemo(databases, now, quiet, () => {});
  // Twelve agents, all of them active in October 2026.
  expect(await rows('select period, state, agent_count as agents, blocked_count as blocked from score_round')).toEqual([
    { period: '2026-10', state: 'PUBLISHED', agents: 12, blocked: 0 },
  ]);
  const [scores] = await rows(`
    select count(*)::integer as count, count(distinct value)::integer as different, min(value) >= 0 and max(value) <= 100 as within
    from metric_value where metric = 'SCORE' and period = '2026-10' and source = 'SCORED'`);
  expect(scores).toMatchObject({ count: 12, within: true });
  expect(Number(scores?.different)).toBeGreaterThan(6);
  expect(await rows('select state, effective_on::text as on, agent_count as agents from tier_evaluation')).toEqual([
    { state: 'PREVIEW', on: '2026-11-01', agents: 12 },
  ]);
  // A preview shows something only where agents move and stay.
  const kinds = (await rows('select distinct kind from tier_move')).map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['PROMOTED', 'KEPT']));
  expect(
    await rows('select count(distinct (loyalty, contribution))::integer > 2 as spread from loyalty_placement'),
  ).toEqual([{ spread: true }]);
  // Scores came before the month was closed: there is nothing for a later run to book.
  expect(await rows("select from retro_cause where reason = 'metric_value'")).toEqual([]);
  const state = () =>
    rows(`select (select scores_hash from score_round) as scores, (select count(*)::integer from tier_evaluation) as evaluations,
      (select count(*)::integer from score) as scored`);
  const before = await state();
  await runDemo(databases, now, quiet, () => {});
  expect(await state()).toEqual(before);
});

import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { runDemo } from '../../src/demo/demo.ts';
import { testDatabase } from '../database.ts';

const now = new Date('2026-11-05T02:00:00Z');
const quiet = () => ({ update: () => {}, end: () => {} });

it('the demo shows scores, tiers, segments and conflicts of its last month, and nothing changes when it is set up again', async () => {
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
  // A case of each kind, the later of two claims held; the online order is shared by the rule, the registered deal protected.
  expect(
    await rows(`select rule.code as rule, count(*)::integer as cases, min(found.state::text) as state, min(found.period) as since
      from conflict_case found join conflict_rule rule on rule.id = found.rule_id group by rule.code order by rule.code`),
  ).toEqual([
    // Fibre for senior citizens: sales of E06 and W05 whose offset is 28 or 33, 1 + 2, 2 + 2 and 1 + 2 of them in the three months.
    { rule: 'NOT-ALLOWED', cases: 10, state: 'OPEN', since: '2026-08' },
    ...['OTHERS-GROUND', 'REGISTERED', 'TOO-CHEAP', 'TWO-CAMPAIGNS', 'TWO-CLAIMS'].map((rule) => {
      return { rule, cases: 1, state: 'OPEN', since: '2026-10' };
    }),
  ]);
  expect(
    await rows(`select event.external_id as event, agent.code as agent, trim_scale(held.amount)::text as held
      from run_held held join sales_event event on event.id = held.event_id join agent on agent.id = held.agent_id`),
  ).toEqual([{ event: 'CONFLICT-2026-10-CLAIM-2', agent: 'E05', held: '90' }]);
  expect(
    await rows(`select agent.code as agent, award.role, trim_scale(award.share)::text as share from event_award award
      join agent on agent.id = award.agent_id order by 1`),
  ).toEqual([
    { agent: 'E04', role: 'FULFILMENT', share: '0.7' },
    { agent: 'WEB', role: 'LEAD', share: '0.3' },
  ]);
  expect(
    await rows('select state, count(*)::integer as deals from deal_registration group by state order by state'),
  ).toEqual([{ state: 'PROTECTED', deals: 3 }]);
  const state = () =>
    rows(`select (select scores_hash from score_round) as scores, (select count(*)::integer from tier_evaluation) as evaluations,
      (select count(*)::integer from score) as scored, (select count(*)::integer from conflict_step) as steps,
      (select count(*)::integer from registration_step) as deals`);
  const before = await state();
  await runDemo(databases, now, quiet, () => {});
  expect(await state()).toEqual(before);
});

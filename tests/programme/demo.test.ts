import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { runDemo } from '../../src/demo/demo.ts';
import { testDatabase } from '../database.ts';
import { keys } from '../onboarding/fixture.ts';

const now = new Date('2026-11-05T02:00:00Z');
const quiet = () => ({ update: () => {}, end: () => {} });

it('the demo shows scores, tiers, segments and conflicts of its last month, and nothing changes when it is set up again', async () => {
  const databases = await testDatabase();
  const rows = async (text: string) => [...(await databases.owner.execute<Record<string, unknown>>(sql.raw(text)))];
  const { accounts } = await runDemo(databases, now, quiet, () => {}, { keys, monthCount: 4 });
  expect(accounts.map(({ email }) => email)).toContain('sub@demo.example');
  // Twelve agents, all of them active in October 2026; in the two months before one was suspended, and is scored as well.
  expect(
    await rows(
      'select period, state, agent_count as agents, blocked_count as blocked from score_round order by period',
    ),
  ).toEqual(
    ['2026-08', '2026-09', '2026-10'].map((period) => ({ period, state: 'PUBLISHED', agents: 12, blocked: 0 })),
  );
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
      from conflict_case found join conflict_rule rule on rule.id = found.rule_id
      where found.period between '2026-08' and '2026-10' group by rule.code order by rule.code`),
  ).toEqual([
    // Fibre for senior citizens: sales of E06 and W05 whose offset is 28 or 33, 1 + 2, 2 + 2 and 1 + 2 of them in the three months.
    { rule: 'NOT-ALLOWED', cases: 10, state: 'OPEN', since: '2026-08' },
    ...['OTHERS-GROUND', 'REGISTERED', 'TOO-CHEAP', 'TWO-CAMPAIGNS', 'TWO-CLAIMS'].map((rule) => {
      return { rule, cases: rule === 'REGISTERED' ? 2 : 1, state: 'OPEN', since: '2026-10' };
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
  await checkDesk(rows);
  const state = () =>
    rows(`select (select count(*)::integer from audit_record where entity in ('agent', 'agreement', 'application', 'payee', 'statement')) as records,
      (select count(*)::integer from dispute) as disputes, (select valid_to::text from agreement where code = 'E01-DEALER-2024-01-01') as ends, (select string_agg(scores_hash, $$ $$ order by period) from score_round) as scores, (select count(*)::integer from tier_evaluation) as evaluations,
      (select count(*)::integer from score) as scored, (select count(*)::integer from conflict_step) as steps,
      (select count(*)::integer from registration_step) as deals`);
  const before = await state();
  await runDemo(databases, now, quiet, () => {}, { keys, monthCount: 4 });
  expect(await state()).toEqual(before);
});

/** What lies on the desks of E01 and of those who decide about it. */
async function checkDesk(rows: (text: string) => Promise<Record<string, unknown>[]>): Promise<void> {
  // July and August were caught up ten days ago and confirmed since; September waits for the agent, October for finance.
  expect(
    await rows(`select run.period, issued.state from commission_run run join agent on agent.code = 'E01'
      left join issued_statement issued on issued.run_id = run.id and issued.agent_id = agent.id order by run.period`),
  ).toEqual([
    { period: '2026-07', state: 'CONFIRMED' },
    { period: '2026-08', state: 'CONFIRMED' },
    { period: '2026-09', state: 'ISSUED' },
    { period: '2026-10', state: null },
  ]);
  // The fifth of the month, ten in the morning: what was sold until then, nothing later.
  const [current] =
    await rows(`select count(*)::integer > 20 as many, max(occurred_at) <= '${now.toISOString()}' as past
    from sales_event where occurred_at >= '2026-11-01T00:00:00+08:00'`);
  expect(current).toEqual({ many: true, past: true });
  expect(await rows('select kind, subject, due_on::text as due from reminder')).toEqual([
    { kind: 'AGREEMENT_ENDS', subject: 'E01-DEALER-2024-01-01', due: '2026-12-20' },
  ]);
  expect(await rows('select state, trim_scale(decided_amount)::text as amount from dispute order by id')).toEqual([
    { state: 'ACCEPTED', amount: '25' },
    { state: 'OPEN', amount: null },
  ]);
  expect(
    await rows("select count(*)::integer as told from notice where kind in ('DISPUTE_ANSWERED', 'DISPUTE_DECIDED')"),
  ).toEqual([{ told: 2 }]);
  expect(await rows('select row_count as rows, unlisted_count > 0 as unlisted from reconciliation')).toEqual([
    { rows: 6, unlisted: true },
  ]);
  expect(await rows('select state, account_masked as account from payee order by id')).toEqual([
    { state: 'APPROVED', account: '****0011' },
    { state: 'PROPOSED', account: '****0044' },
  ]);
  expect(await rows('select code, state from application order by code')).toEqual([
    { code: 'APPLY-1', state: 'SUBMITTED' },
    { code: 'APPLY-2', state: 'DRAFT' },
  ]);
  // Two sides of one case can sign in.
  expect(
    await rows(`select string_agg(agent.code, ' ' order by agent.code) as sides from conflict_party party join agent on agent.id = party.agent_id
      group by party.case_id having bool_or(agent.code = 'E01') order by 1`),
  ).toEqual([{ sides: 'E01 E04' }, { sides: 'E01 W02' }]);
}

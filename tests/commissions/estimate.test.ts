import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { estimate } from '../../src/commissions/estimate.ts';
import { agentsOfEstimate } from '../../src/commissions/estimateScope.ts';
import { whatIf } from '../../src/commissions/whatIf.ts';
import { type Databases, rawSql } from '../../src/db/client.ts';
import { booksLock } from '../../src/db/roles.ts';
import { Decimal } from '../../src/money.ts';
import { type Period, periodOf } from '../../src/period.ts';
import { testDatabase } from '../database.ts';
import { histories } from '../oracle/generateHistory.ts';
import type { Step } from '../oracle/historyModel.ts';
import { apply, calculate, event, importEvents, october } from '../support/books.ts';
import { acceptable } from '../support/compareHistories.ts';
import { mergeHistories } from '../support/mergeHistories.ts';
import { runHistory } from '../support/oracleHistory.ts';

// What one agent is estimated to earn is what the run of everybody pays it, though only few are calculated for it.

type Parts = Record<string, string>;

const added = (parts: readonly { key: string; amount: string }[]): Parts =>
  Object.fromEntries(
    parts
      .filter(({ amount }) => !new Decimal(amount).isZero())
      .map(({ key, amount }) => [key, new Decimal(amount).toFixed()])
      .sort(([one = ''], [other = '']) => (one < other ? -1 : 1)),
  );

/** What a run pays an agent, by plan, component and currency, without what an estimate leaves out. */
async function paid(databases: Databases, runId: number, agent: string): Promise<Parts> {
  const rows = await databases.owner.$client<{ key: string; amount: string }[]>`
    select concat_ws(' ', plan.code, component.code, total.currency) as key, sum(amount)::text as amount
    from run_agent_total total join agent on agent.id = total.agent_id join component on component.id = total.component_id
    left join plan on plan.id = component.plan_id
    where run_id = ${runId} and agent.code = ${agent} and total.kind not in ('POOL', 'RETRO', 'ADJUSTMENT', 'TAX') group by 1`;
  return added(rows);
}

async function estimated(databases: Databases, period: Period, agentCode: string): Promise<Parts> {
  const { components } = await estimate(databases, { agentCode, period });
  return added(
    components.map(({ planCode, componentCode, currency, amount }) => ({
      key: [planCode, componentCode, currency].filter((part) => part !== null).join(' '),
      amount,
    })),
  );
}

async function unpaid(databases: Databases, runId: number, agent: string, period: Period): Promise<number> {
  const [row] = await databases.owner.$client<{ count: number }[]>`
    select count(distinct event.id)::integer as count from unpaid_event listed join sales_event event on event.id = listed.event_id
    join agent on agent.id = listed.agent_id where run_id = ${runId} and agent.code = ${agent} and event.period = ${period}`;
  return row?.count ?? 0;
}

const pushed = (code: string, parent?: string) =>
  `  - { code: ${code}, name: ${code}, channelType: AGENT, ${parent ? `parent: ${parent}, ` : ''}agreements: [{ plan: PUSHED, from: 2026-01-01 }] }`;
const plain = (code: string, parent?: string) => pushed(code, parent).replace('PUSHED', 'PLAIN');

// TOP has MID and COUSIN below it, MID has SUB; SHOP has BOOTH. PUSHED has a budget of 250, at 100 for each sale.
const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
channelTypes: [{ code: AGENT, name: Agent }]
products: [{ code: FIBER, name: Fibre }]
campaigns: [{ code: PUSH, name: Push, startsOn: 2026-01-01 }]
plans:
  - code: PLAIN
    name: Plain
    versions:
      - from: 2026-01-01
        currency: CNY
        components:
          - { code: SALE, name: Sales, kind: RATE, events: [ACTIVATION], rules: [{ code: ANY, percent: 10 }] }
          - { code: TEAM, name: Team, kind: OVERRIDE, method: PERCENT_OF_COMMISSION, levels: [{ level: 1, percent: 10 }, { level: 2, percent: 5 }] }
          - { code: CUT, name: Cut, kind: OVERRIDE, method: PERCENT_OF_BASE, events: [BILL], levels: [{ level: 1, percent: 2 }] }
  - code: PUSHED
    name: Pushed
    versions:
      - from: 2026-01-01
        currency: CNY
        components:
          - { code: PUSH, name: Push, kind: SPIFF, campaign: PUSH, budget: 250, events: [ACTIVATION], rules: [{ code: ANY, flat: 100 }] }
          - { code: TEAM, name: Team, kind: OVERRIDE, method: PERCENT_OF_COMMISSION, levels: [{ level: 1, percent: 10 }] }
agents:
${[plain('TOP'), plain('MID', 'TOP'), plain('SUB', 'MID'), plain('COUSIN', 'TOP'), pushed('SHOP'), pushed('BOOTH', 'SHOP'), pushed('STALL'), plain('ALONE')].join('\n')}
`;

describe('an estimate', () => {
  let databases: Databases;
  const idOf = async (code: string) =>
    (await databases.owner.query.agent.findFirst({ where: { code }, columns: { id: true } }))?.id ?? 0;
  const scope = async (code: string) => {
    const id = await idOf(code);
    const ids = await databases.owner.transaction((transaction) => agentsOfEstimate(transaction, id, october));
    const agents = await databases.owner.query.agent.findMany({ where: { id: { in: ids } }, orderBy: { code: 'asc' } });
    return agents.map((agent) => agent.code);
  };
  const sale = (id: string, agentCode: string, day: number, more = {}) =>
    event(id, { agentCode, occurredAt: `2026-10-${day}T10:00:00+08:00`, ...more });

  beforeAll(async () => {
    databases = await testDatabase();
    await apply(databases, programme);
    await importEvents(databases, [
      sale('S1', 'SUB', 10),
      sale('S2', 'COUSIN', 11),
      sale('S3', 'ALONE', 11),
      sale('S4', 'BOOTH', 12),
      sale('S5', 'STALL', 13),
      sale('S6', 'BOOTH', 14),
      sale('B1', 'SUB', 15, { type: 'BILL', amount: '50' }),
      sale('B2', 'TOP', 15, { type: 'BILL', amount: '50' }),
    ]);
  });

  it('reads those below, the path above, and who draws on the same budget', async () => {
    expect(await scope('SUB')).toEqual(['MID', 'SUB', 'TOP']);
    expect(await scope('MID')).toEqual(['MID', 'SUB', 'TOP']);
    expect(await scope('TOP')).toEqual(['COUSIN', 'MID', 'SUB', 'TOP']);
    expect(await scope('ALONE')).toEqual(['ALONE']);
    expect(await scope('SHOP')).toEqual(['BOOTH', 'SHOP', 'STALL']);
  });

  it('is what the run pays, with overrides and a budget that others draw on', async () => {
    // SUB sells for 100: 10.00, MID 10 % of that, TOP 5 %, and 10 % of COUSIN's 10.00; of a bill of 50 MID has 2 %.
    // The budget of 250 gives BOOTH 100, then STALL 100, then BOOTH the 50 that are left or nothing; SHOP has 10 % of BOOTH's.
    expect(await estimated(databases, october, 'SUB')).toEqual({ 'PLAIN SALE CNY': '10' });
    expect(await estimated(databases, october, 'MID')).toEqual({ 'PLAIN CUT CNY': '1', 'PLAIN TEAM CNY': '1' });
    expect(await estimated(databases, october, 'TOP')).toEqual({ 'PLAIN TEAM CNY': '1.5' });
    const run = await calculate(databases, october);
    for (const agent of ['TOP', 'MID', 'SUB', 'COUSIN', 'SHOP', 'BOOTH', 'STALL', 'ALONE']) {
      expect(await estimated(databases, october, agent), agent).toEqual(await paid(databases, run.id, agent));
      const { unpaidCount } = await estimate(databases, { agentCode: agent, period: october });
      expect(unpaidCount, agent).toBe(await unpaid(databases, run.id, agent, october));
    }
  });

  it('is given up where it takes too long', async () => {
    const prepare = async () => {};
    await expect(
      estimate(databases, { agentCode: 'TOP', period: october, prepare, mostMilliseconds: 1 }),
    ).rejects.toMatchObject({ code: 'CALCULATION_TOO_LONG' });
  });

  it('with further sales does not wait for an approval, nor holds one up', async () => {
    const now = new Date('2026-10-20T02:00:00Z');
    await databases.owner.transaction(async (transaction) => {
      await rawSql(transaction)`select pg_advisory_xact_lock(${booksLock}::bigint)`;
      const { differences } = await whatIf(databases, now, 'SUB', [
        { productCode: 'FIBER', quantity: 2, type: 'ACTIVATION', amount: '100' },
      ]);
      expect(differences.map(({ difference }) => difference)).toEqual(['20']);
    });
  }, 10_000);
});

/** The arrivals that occurred in the month in which they came, whose originals are among them: those of a REVERSAL in the same month. */
function inTime(steps: readonly Step[]): Step[] {
  const known = new Set<string>();
  return steps.map(({ period, arrivals }) => {
    const former = new Set(known);
    const timely = arrivals.filter(({ externalId, occurredAt, type, original }) => {
      const isKnown = original === undefined || (known.has(original) && !(type === 'REVERSAL' && former.has(original)));
      const isTimely = isKnown && periodOf(new Date(occurredAt), 'Asia/Shanghai') === period;
      if (isTimely) known.add(externalId);
      return isTimely;
    });
    return { period, arrivals: timely };
  });
}

it('of any agent in random histories is what the run pays it', { timeout: 120_000 }, async () => {
  const databases = await testDatabase();
  const drawn = fc.sample(histories({ timeZones: ['Asia/Shanghai'], starts: ['2026-09'], months: 2 }).map(acceptable), {
    seed: 77,
    numRuns: Number(process.env.ESTIMATE_WORLDS ?? 3),
  });
  const [first] = drawn;
  // Without pools and what comes late, which an estimate leaves out: caps and draws of a run count them.
  const worlds = drawn.map((input) => ({
    ...input,
    exchangeRates: first?.exchangeRates ?? input.exchangeRates,
    pools: [],
    steps: inTime(input.steps),
  }));
  const differences: unknown[] = [];
  let compared = 0;
  await runHistory(databases, mergeHistories(worlds), async (runId, period) => {
    const agents = await databases.owner.query.agent.findMany({ columns: { code: true } });
    for (const { code } of agents) {
      const [asEstimated, asPaid] = [await estimated(databases, period, code), await paid(databases, runId, code)];
      compared += Object.keys(asPaid).length;
      if (JSON.stringify(asEstimated) !== JSON.stringify(asPaid))
        differences.push({ period, code, asEstimated, asPaid });
    }
  });
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(10);
});

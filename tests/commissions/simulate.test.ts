import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyDraft } from '../../src/commissions/draft.ts';
import { type Simulation, type SimulationOptions, simulate } from '../../src/commissions/simulate.ts';
import type { Databases } from '../../src/db/client.ts';
import type { Period } from '../../src/period.ts';
import { applyProgramme } from '../../src/programme/apply.ts';
import { parseProgramme, readProgramme } from '../../src/programme/read.ts';
import { testDatabase } from '../database.ts';
import { expandHistory, type HistoryCase } from '../oracle/historyDefaults.ts';
import {
  apply,
  asOwner,
  clerk,
  close,
  codeOf,
  event,
  importEvents,
  november,
  now,
  october,
  september,
} from '../support/books.ts';
import { runHistory } from '../support/oracleHistory.ts';
import { allowEmptying, emptyDatabase } from '../support/reset.ts';

// A small operator with two closed months. A1 and A2 are under P: 5 % of bills, and 20 for an activation; A3 under Q, its
// master is A1, which P gives 10 % of what its children earn.

const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
regions: [{ code: ALL, name: All }]
channelTypes: [{ code: AGENT, name: Agent }]
productCategories: [{ code: BROADBAND, name: Broadband }]
products: [{ code: FIBER, name: Fibre, category: BROADBAND }]
campaigns: [{ code: AUTUMN, name: Autumn, startsOn: 2026-09-01 }]
tiers: [{ code: T1, name: One, rank: 1, multiplier: 1 }, { code: T2, name: Two, rank: 2, multiplier: 1.5 }]
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-01-01
        currency: CNY
        components:
          - { code: ACT, name: Activation, kind: RATE, events: [ACTIVATION], rules: [{ flat: 20 }] }
          - { code: RES, name: Residual, kind: RATE, events: [BILL], multiplyBy: [TIER], rules: [{ percent: 5 }] }
          - { code: TEAM, name: Team, kind: OVERRIDE, method: PERCENT_OF_COMMISSION, levels: [{ level: 1, percent: 10 }] }
  - code: Q
    name: Plan of A3
    versions:
      - from: 2026-01-01
        currency: CNY
        components:
          - { code: RES, name: Residual, kind: RATE, events: [BILL], rules: [{ percent: 8 }] }
pools:
  - code: POT
    name: Pot
    versions:
      - from: 2026-01-01
        currency: CNY
        fund: { percent: 1, of: AMOUNT, events: [BILL] }
        weight: [{ factor: UNITS, events: [ACTIVATION] }]
        remainder: CARRY_OVER
agents:
  - { code: A1, name: One, channelType: AGENT, region: ALL, tier: T1, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: A2, name: Two, channelType: AGENT, region: ALL, tier: T2, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: A3, name: Three, channelType: AGENT, region: ALL, parent: A1, agreements: [{ plan: Q, from: 2026-01-01 }] }
`;

const inSeptember = (externalId: string, rest: object) =>
  event(externalId, { occurredAt: '2026-09-05T10:00:00+08:00', ...rest });

const events = [
  inSeptember('S1', { type: 'BILL', amount: '100' }),
  inSeptember('S2', { type: 'BILL', amount: '200', agentCode: 'A2' }),
  event('O1', { type: 'BILL', amount: '300' }),
  event('O2', { agentCode: 'A2' }),
  event('O3', { type: 'BILL', amount: '500', agentCode: 'A3' }),
];
// Paid. September: A1 5, A2 15 (5 % of 200 × 1.5); the fund of 3 meets no activation and is carried.
// October: A1 15 + 10 % of A3's 40 = 19; A2 20 + 3 + 8 = the whole pot 11; A3 40.

/** P pays 10 % of bills and nothing for activations. */
const draft = `
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-01-01
        currency: CNY
        components:
          - { code: ACT, name: Activation, kind: RATE, events: [ACTIVATION], rules: [{ flat: 0 }] }
          - { code: RES, name: Residual, kind: RATE, events: [BILL], multiplyBy: [TIER], rules: [{ percent: 10 }] }
          - { code: TEAM, name: Team, kind: OVERRIDE, method: PERCENT_OF_COMMISSION, levels: [{ level: 1, percent: 10 }] }
`;

const run = async (databases: Databases, text: string, options: Partial<SimulationOptions> = {}): Promise<Simulation> =>
  simulate(databases, { from: september, to: october, applyDraft: applyDraft(readProgramme(text)), ...options });

let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await apply(databases, programme);
  await importEvents(databases, events);
  await close(databases, september);
  await close(databases, october);
});

describe('a draft that pays 10 % instead of 5 %', () => {
  it('is compared with what was paid: totals, components, winners and losers', async () => {
    const simulation = await run(databases, draft);
    // Paid: A1 5 + 19 = 24, A2 15 + 31 = 46, A3 40. Simulated: A1 10 + 30 + 4 = 44, A2 30 + 11 = 41 without the 20, A3 40.
    expect(simulation.totals).toEqual([{ currency: 'CNY', paid: '110.00', simulated: '125.00', difference: '15.00' }]);
    expect(simulation.agents).toEqual([
      { agent: 'A2', currency: 'CNY', paid: '46.00', simulated: '41.00', difference: '-5.00' },
      { agent: 'A3', currency: 'CNY', paid: '40.00', simulated: '40.00', difference: '0.00' },
      { agent: 'A1', currency: 'CNY', paid: '24.00', simulated: '44.00', difference: '20.00' },
    ]);
    expect(simulation.components).toMatchObject([
      { plan: 'P', component: 'ACT', paid: '20.00', simulated: '0.00', difference: '-20.00' },
      { plan: 'P', component: 'RES', paid: '35.00', simulated: '70.00', difference: '35.00' },
      { plan: 'P', component: 'TEAM', paid: '4.00', simulated: '4.00', difference: '0.00' },
      { plan: 'Q', component: 'RES', paid: '40.00', simulated: '40.00', difference: '0.00' },
      { plan: null, component: 'POT', paid: '11.00', simulated: '11.00', difference: '0.00' },
    ]);
    const { winnerCount, loserCount, unchangedCount, distribution, periods } = simulation;
    expect({ winnerCount, loserCount, unchangedCount, periods }).toEqual({
      winnerCount: 1,
      loserCount: 1,
      unchangedCount: 1,
      periods: [september, october],
    });
    // From −5 to 20 in steps of 2.50: A3's 0 begins the third.
    expect(distribution.map(({ agentCount }) => agentCount)).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
    expect(distribution[2]).toEqual({ currency: 'CNY', from: '0.00', to: '2.50', agentCount: 1 });
    expect(distribution.at(-1)).toEqual({ currency: 'CNY', from: '17.50', to: '20.00', agentCount: 1 });
  });

  it('over one month alone', async () => {
    const simulation = await run(databases, draft, { to: september });
    expect(simulation.agents.map(({ agent, paid, simulated }) => [agent, paid, simulated])).toEqual([
      ['A1', '5.00', '10.00'],
      ['A2', '15.00', '30.00'],
    ]);
  });
});

/** How many rows every table has, and where the audit chain ends. */
async function countAll(of: Databases): Promise<Record<string, number>> {
  const sql = of.owner.$client;
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') order by 1`;
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await sql.unsafe<{ count: number }[]>(`select count(*)::integer as count from ${name}`);
    counts[name] = row?.count ?? 0;
  }
  return counts;
}

/** The same draft, with agents, tiers, rates and agreements besides. */
const wide = `
tiers: [{ code: T2, name: Two, rank: 2, multiplier: 2 }]
exchangeRates: [{ currency: USD, into: CNY, from: 2026-09-01, rate: 7 }]
metricValues: [{ agent: A1, metric: SCORE, period: 2026-10, value: 90 }]
agents:
  - { code: A1, name: One, channelType: AGENT, tier: T2, agreements: [{ plan: P, from: 2026-01-01, totalCap: 50 }] }
  - { code: A4, name: Four, channelType: AGENT, region: ALL, parent: A1 }
${draft}`;

describe('a simulation', () => {
  it('writes nothing, whatever the draft declares', async () => {
    const before = await countAll(databases);
    const simulation = await run(databases, wide);
    expect(await countAll(databases)).toEqual(before);
    // Twice the 10 % for both, but A1's October of 60 + 4 is capped at 50: 20 + 50. A2: 40 + 11.
    expect(simulation.agents.map(({ agent, simulated }) => [agent, simulated])).toEqual([
      ['A3', '40.00'],
      ['A2', '51.00'],
      ['A1', '70.00'],
    ]);
  });

  it('is in nobody’s way: two go on at once while a programme is applied and a correction is proposed', async () => {
    const correction = draft.replace('from: 2026-01-01', 'from: 2026-01-01\n        corrects: true');
    let proposed: Promise<unknown> | undefined;
    const applyOther = () => {
      proposed ??= asOwner(databases, (transaction) =>
        applyProgramme(transaction, clerk, now, readProgramme(correction)),
      );
      return proposed;
    };
    const [one, other] = await Promise.all([
      simulate(databases, {
        from: september,
        to: october,
        applyDraft: async (transaction, periods) => {
          const applied = await applyDraft(readProgramme(draft))(transaction, periods);
          // With the draft written and the simulation still going on.
          await applyOther();
          return applied;
        },
      }),
      run(
        databases,
        draft.replace('percent: 10 }] }\n          - { code: TEAM', 'percent: 1 }] }\n          - { code: TEAM'),
      ),
    ]);
    expect(one.totals[0]?.simulated).toBe('125.00');
    // Bills at 1 %: A1 1 + 3 + 4, A2 3 + 11, A3 40.
    expect(other.totals[0]?.simulated).toBe('62.00');
    // The proposal waits for its approvals: with nothing more it changes nothing, declared in a draft it holds.
    expect((await run(databases, 'plans: []')).totals[0]?.difference).toBe('0.00');
    expect((await run(databases, correction)).totals[0]?.simulated).toBe('125.00');
  });

  it('of some agents is the same as of all, restricted to them', async () => {
    const all = await run(databases, draft);
    for (const codes of [['A1'], ['A2', 'A3'], []]) {
      const some = await run(databases, draft, { agentCodes: codes });
      expect(some.agents).toEqual(all.agents.filter(({ agent }) => codes.includes(agent)));
    }
  });

  it('takes a plan for new agents, and versions in the order of their dates', async () => {
    const text = `
plans:
  - code: NEW
    name: New
    versions:
      - { from: 2026-01-01, currency: CNY, components: [{ code: RES, name: R, kind: RATE, events: [BILL], rules: [{ percent: 50 }] }] }
      - { from: 2026-10-01, currency: CNY, components: [{ code: RES, name: R, kind: RATE, events: [BILL], rules: [{ percent: 60 }] }] }
agents:
  - { code: A2, name: Two, channelType: AGENT, agreements: [{ code: A2-P-2026-01-01, plan: NEW, from: 2026-01-01 }] }
  - { code: A3, name: Three, channelType: AGENT, agreements: [{ code: A3-Q-2026-01-01, plan: NEW, from: 2026-01-01 }] }
`;
    const { components } = await run(databases, text);
    // September: 50 % of 200; October: 60 % of 500; A1 gets 10 % of the 300.
    expect(components.map(({ plan, component, simulated }) => [plan, component, simulated])).toEqual([
      ['NEW', 'RES', '400.00'],
      ['P', 'ACT', '0.00'],
      ['P', 'RES', '20.00'],
      ['P', 'TEAM', '30.00'],
      ['Q', 'RES', '0.00'],
      [null, 'POT', '11.00'],
    ]);
  });

  it('refuses what cannot be tried, each by its name', async () => {
    expect(await codeOf(run(databases, draft, { to: november }))).toBe('NO_RUN');
    expect(await codeOf(run(databases, draft, { from: october, to: september }))).toBe('PERIOD_INVALID');
    expect(await codeOf(run(databases, draft, { agentCodes: ['A1', 'NOBODY'] }))).toBe('NOT_FOUND');
    expect(await codeOf(run(databases, draft.replace('events: [BILL]', 'events: [BILL, BILLS]')))).toBe(
      'PROGRAMME_INVALID',
    );
    expect(await codeOf(run(databases, `${draft}agreements: [{ agent: A9, plan: P, from: 2026-01-01 }]`))).toBe(
      'REFERENCE_UNKNOWN',
    );
  });
});

// A budget of 100, of which September's 30 are gone: October's sales take 40 and the 30 that are left.
const spiffProgramme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
channelTypes: [{ code: AGENT, name: Agent }]
productCategories: [{ code: BROADBAND, name: Broadband }]
products: [{ code: FIBER, name: Fibre, category: BROADBAND }]
campaigns: [{ code: AUTUMN, name: Autumn, startsOn: 2026-09-01 }]
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-01-01
        currency: CNY
        components:
          - { code: PUSH, name: Push, kind: SPIFF, campaign: AUTUMN, budget: 100, events: [ACTIVATION], rules: [{ percent: 10 }] }
agents:
  - { code: A1, name: One, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: A2, name: Two, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01 }] }
`;

describe('the budget of a SPIFF', () => {
  it('is what earlier months left, and shared by all who draw on it', async () => {
    const own = await testDatabase();
    await apply(own, spiffProgramme);
    await importEvents(own, [
      inSeptember('S1', { amount: '300' }),
      event('O1', { amount: '400', agentCode: 'A2' }),
      event('O2', { amount: '500', occurredAt: '2026-10-11T10:00:00+08:00' }),
    ]);
    await close(own, september);
    await close(own, october);
    const inOctober = { from: october, to: october };
    const published = await run(own, 'plans: []', inOctober);
    expect(published.agents.map(({ agent, paid, difference }) => [agent, paid, difference])).toEqual([
      ['A1', '30.00', '0.00'],
      ['A2', '40.00', '0.00'],
    ]);
    // A1 alone would find 70 left, did A2 not come first.
    const alone = await run(own, 'plans: []', { ...inOctober, agentCodes: ['A1'] });
    expect(alone.agents).toEqual(published.agents.slice(0, 1));
    // A budget of 120 leaves 20 more; given out anew over both months it comes to the same.
    const larger = spiffProgramme.slice(spiffProgramme.indexOf('plans:'), spiffProgramme.indexOf('agents:'));
    const raised = await run(own, larger.replace('budget: 100', 'budget: 120'), inOctober);
    expect(raised.agents.at(-1)).toMatchObject({ agent: 'A1', simulated: '50.00', difference: '20.00' });
    const anew = await run(own, larger.replace('budget: 100', 'budget: 120'));
    expect(anew.agents.at(-1)).toMatchObject({ agent: 'A1', simulated: '80.00', difference: '20.00' });
  });
});

type Case = { readonly name: string; readonly input: HistoryCase; readonly expected: { readonly error?: string } };

/** The longest written history of each kind of component and limit. */
const cases = [
  'brackets',
  'quota',
  'residual',
  'spiff',
  'override',
  'poolRules',
  'limits',
  'statement',
  'retro',
  'exchange',
].map((file): Case => {
  const written: Case[] = JSON.parse(readFileSync(new URL(`../cases/${file}.json`, import.meta.url), 'utf8'));
  const size = ({ input }: Case) => JSON.stringify(input).length;
  const [longest] = written.filter(({ expected }) => !expected.error).sort((a, b) => size(b) - size(a));
  if (!longest) throw new Error(`${file} has no case`);
  return longest;
});

describe('simulating what is published', () => {
  let own: Databases;
  beforeAll(async () => {
    own = await testDatabase();
    await allowEmptying(own);
  });

  it.each(cases)('changes nothing: $name', async ({ input }) => {
    const history = expandHistory(input);
    await emptyDatabase(own);
    await runHistory(own, history);
    const periods = history.steps.map(({ period }) => period as Period);
    const [first, last] = [periods[0] ?? october, periods.at(-1) ?? october];
    for (const from of new Set([first, last])) {
      const options = { from, to: last, applyDraft: applyDraft(parseProgramme({})) };
      const { components, agents } = await simulate(own, options);
      expect([...components, ...agents].filter(({ difference }) => Number(difference) !== 0)).toEqual([]);
      if (from === first) expect(components.length).toBeGreaterThan(0);
    }
  });
});

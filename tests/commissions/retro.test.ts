import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { calculatePeriod } from '../../src/commissions/close.ts';
import { loadApprovedRuns } from '../../src/commissions/ledger.ts';
import { recalculateClosedPeriods } from '../../src/commissions/retro.ts';
import { previewRetro, type RetroDifference, type RetroPreview } from '../../src/commissions/retroPreview.ts';
import { approveRun, type RunSummary, voidRun } from '../../src/commissions/runs.ts';
import { type Databases, rawSql } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import type { Period } from '../../src/period.ts';
import { approvePlanVersion } from '../../src/programme/corrections.ts';
import { loadOperator } from '../../src/reference/operator.ts';
import { testDatabase } from '../database.ts';
import {
  apply,
  asOwner,
  clerk,
  codeOf,
  controller,
  event,
  importEvents,
  november,
  now,
  october,
  september,
} from '../support/books.ts';
import { allowEmptying, emptyDatabase } from '../support/reset.ts';

// September and October are closed, November is open. Everybody is under P; A1 sells below M1.
//   September: A1 bills of 100 CNY and 10 USD at 7: 5 + 3.50; an activation: 20; a recharge of 100 at score 80: 10; M1 a tenth of
//   each: 0.50 + 0.35 + 2 + 1. A2 a bill of 100: 5.       October: A1 a bill of 200: 10, M1 1; A2 an activation: 20.

const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
regions: [{ code: ALL, name: All }]
channelTypes: [{ code: AGENT, name: Agent }]
productCategories: [{ code: BROADBAND, name: Broadband }]
products: [{ code: FIBER, name: Fibre, category: BROADBAND }]
tiers: [{ code: T1, name: One, rank: 1, multiplier: 1 }, { code: T2, name: Two, rank: 2, multiplier: 1.5 }]
exchangeRates: [{ currency: USD, into: CNY, from: 2026-09-01, rate: 7 }]
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-01-01
        currency: CNY
        components: &components
          - { code: ACT, name: Activation, kind: RATE, events: [ACTIVATION], rules: [{ flat: 20 }] }
          - { code: RES, name: Residual, kind: RATE, events: [BILL], multiplyBy: [TIER], rules: [{ percent: 5 }] }
          - code: RCH
            name: Recharges
            kind: RATE
            events: [RECHARGE]
            scoreFactor: { steps: [{ from: 0, factor: 1 }, { from: 90, factor: 1.5 }] }
            rules: [{ percent: 10 }]
          - { code: TEAM, name: Team, kind: OVERRIDE, method: PERCENT_OF_COMMISSION, levels: [{ level: 1, percent: 10 }] }
agents:
  - { code: A1, name: One, channelType: AGENT, region: ALL, tier: T1, parent: M1, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: A2, name: Two, channelType: AGENT, region: ALL, tier: T1, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: M1, name: Master, channelType: AGENT, region: ALL, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: M2, name: Other master, channelType: AGENT, region: ALL, agreements: [{ plan: P, from: 2026-01-01 }] }
metricValues:
${['A1', 'A2']
  .flatMap((agent) =>
    ['2026-09', '2026-10', '2026-11', '2026-12'].map(
      (period) => `  - { agent: ${agent}, metric: SCORE, period: ${period}, value: 80 }`,
    ),
  )
  .join('\n')}
`;

const on = (date: string, externalId: string, rest: object = {}) =>
  event(externalId, { occurredAt: `${date}T10:00:00+08:00`, ...rest });

const events = [
  on('2026-09-05', 'S1', { type: 'BILL', amount: '100' }),
  on('2026-09-05', 'S2', { type: 'BILL', amount: '100', agentCode: 'A2' }),
  on('2026-09-06', 'S3', { type: 'BILL', amount: '10', currency: 'USD' }),
  on('2026-09-07', 'S4'),
  on('2026-09-08', 'S5', { type: 'RECHARGE', amount: '100' }),
  on('2026-10-05', 'O1', { type: 'BILL', amount: '200' }),
  on('2026-10-06', 'O2', { agentCode: 'A2' }),
  on('2026-11-05', 'N1', { agentCode: 'A2' }),
];

let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await allowEmptying(databases);
});

beforeEach(async () => {
  await emptyDatabase(databases);
  await apply(databases, programme);
  await importEvents(databases, events);
  await close(september);
  await close(october);
});

const later = new Date('2027-02-01T00:00:00Z');
const december = '2026-12' as Period;

const calculate = (period: Period): Promise<RunSummary> => calculatePeriod(databases, clerk, period, later);
const approve = (run: RunSummary) =>
  asOwner(databases, (transaction) => approveRun(transaction, controller, later, run.id));

async function close(period: Period): Promise<RunSummary> {
  const run = await calculate(period);
  await approve(run);
  return run;
}

/** The RETRO lines of a run, added up as a preview tells them. */
async function bookedIn(runId: number): Promise<RetroDifference[]> {
  const rows = await databases.owner.$client<RetroDifference[]>`
    select line.origin_period as "originPeriod", agent.code as agent, plan.code as plan, component.code as component,
           event.source || '/' || event.external_id as event, line.currency, sum(line.amount)::text as amount
    from commission_line line join agent on agent.id = line.agent_id join component on component.id = line.component_id
    join plan on plan.id = component.plan_id left join sales_event event on event.id = line.cause_id
    where line.run_id = ${runId} and line.kind = 'RETRO'
    group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5`;
  return [...rows];
}

const agentsOf = ({ agents }: RetroPreview) =>
  agents.map(({ originPeriod, agent, component, amount }) => [originPeriod, agent, component, amount]);
const causesOf = ({ causes }: RetroPreview) => causes.map(({ agent, period, reason }) => [agent, period, reason]);

const correction = `
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-09-01
        to: 2026-10-01
        corrects: true
        currency: CNY
        components:
${programme
  .slice(programme.indexOf('          - { code: ACT'), programme.indexOf('agents:'))
  .replace('percent: 5', 'percent: 6')}`;

const late = () => importEvents(databases, [on('2026-09-20', 'LATE')]);
const correct = async () => {
  await apply(databases, correction);
  expect((await previewRetro(databases)).differences).toEqual([]);
  for (const approver of ['second', 'third']) {
    await asOwner(databases, (transaction) => approvePlanVersion(transaction, localActor(approver), now, 'P', 2));
  }
};
const agentA1 = (facts: string) => apply(databases, `agents: [{ code: A1, name: One, channelType: AGENT, ${facts} }]`);

type Scenario = {
  readonly name: string;
  readonly change: () => Promise<unknown>;
  readonly causes: readonly (readonly string[])[];
  readonly differences: readonly (readonly string[])[];
};

const scenarios: readonly Scenario[] = [
  {
    name: 'a late event',
    change: late,
    causes: [['A1', '2026-09', 'late_event']],
    differences: [
      ['2026-09', 'A1', 'ACT', '20.00'],
      ['2026-09', 'M1', 'TEAM', '2.00'],
    ],
  },
  {
    name: 'a reversal',
    change: () => importEvents(databases, [on('2026-09-21', 'R1', { type: 'REVERSAL', originalExternalId: 'S1' })]),
    causes: [['A1', '2026-09', 'late_event']],
    differences: [
      ['2026-09', 'A1', 'RES', '-5.00'],
      ['2026-09', 'M1', 'TEAM', '-0.50'],
    ],
  },
  {
    // 5 % of 200 × 1.5 = 15 instead of 10.
    name: 'a back-dated tier',
    change: () => agentA1('tier: [{ tier: T1, from: 2000-01-01 }, { tier: T2, from: 2026-10-01 }]'),
    causes: [['A1', '2026-10', 'agent_tier']],
    differences: [
      ['2026-10', 'A1', 'RES', '5.00'],
      ['2026-10', 'M1', 'TEAM', '0.50'],
    ],
  },
  {
    name: 'another parent',
    change: () => agentA1('parent: [{ parent: M1, from: 2000-01-01 }, { parent: M2, from: 2026-10-01 }]'),
    // the former parent and the new one are touched with the child
    causes: [
      ['A1', '2026-10', 'agent_parent'],
      ['M1', '2026-10', 'agent_parent'],
      ['M2', '2026-10', 'agent_parent'],
    ],
    differences: [
      ['2026-10', 'M1', 'TEAM', '-1.00'],
      ['2026-10', 'M2', 'TEAM', '1.00'],
    ],
  },
  {
    // 6 % of 100 and 70; a tenth of 6 and 4.20 instead of 5 and 3.50.
    name: 'a correction of the plan with its two approvals',
    change: correct,
    causes: ['A1', 'A2', 'M1', 'M2'].map((agent) => [agent, '2026-09', 'plan_version']),
    differences: [
      ['2026-09', 'A1', 'RES', '1.70'],
      ['2026-09', 'A2', 'RES', '1.00'],
      ['2026-09', 'M1', 'TEAM', '0.17'],
    ],
  },
  {
    // 5 % of 72 = 3.60 instead of 3.50.
    name: 'a corrected exchange rate',
    change: () => apply(databases, 'exchangeRates: [{ currency: USD, into: CNY, from: 2026-09-01, rate: 7.2 }]'),
    causes: [['A1', '2026-09', 'exchange_rate']],
    differences: [
      ['2026-09', 'A1', 'RES', '0.10'],
      ['2026-09', 'M1', 'TEAM', '0.01'],
    ],
  },
  {
    name: 'a corrected score',
    change: () => apply(databases, 'metricValues: [{ agent: A1, metric: SCORE, period: 2026-09, value: 95 }]'),
    causes: [['A1', '2026-09', 'metric_value']],
    differences: [
      ['2026-09', 'A1', 'RCH', '5.00'],
      ['2026-09', 'M1', 'TEAM', '0.50'],
    ],
  },
];

describe('retro', () => {
  it.each(scenarios)('previews what it then books, once: $name', async ({ change, causes, differences }) => {
    await change();
    const preview = await previewRetro(databases);
    expect(preview.period).toBe(november);
    // where the end of a fact alone moves, from that end on and not from its beginning
    expect(causesOf(preview)).toEqual(causes);
    expect(agentsOf(preview)).toEqual(differences);
    const run = await calculate(november);
    expect(await bookedIn(run.id)).toEqual(preview.differences);
    await approve(run);
    expect(await previewRetro(databases)).toMatchObject({ period: december, causes: [], differences: [], totals: [] });
    expect(await bookedIn((await close(december)).id)).toEqual([]);
  });

  it('adds up several changes, and corrections of corrections', async () => {
    await late();
    await agentA1('tier: T2, since: 2026-01-01');
    const preview = await previewRetro(databases);
    // Half of 5 + 3.50 (1.75: 5.25 at once) and of 10 more; the late activation.
    expect(preview.totals).toEqual([
      { originPeriod: '2026-09', currency: 'CNY', amount: '26.68' },
      { originPeriod: '2026-10', currency: 'CNY', amount: '5.50' },
    ]);
    const run = await close(november);
    expect(await bookedIn(run.id)).toEqual(preview.differences);
    await importEvents(databases, [on('2026-10-21', 'R2', { type: 'REVERSAL', originalExternalId: 'O1' })]);
    // 10 then and 5 since.
    expect(agentsOf(await previewRetro(databases))).toEqual([
      ['2026-10', 'A1', 'RES', '-15.00'],
      ['2026-10', 'M1', 'TEAM', '-1.50'],
    ]);
  });

  it('books the same again once the run that booked it is voided', async () => {
    await late();
    const preview = await previewRetro(databases);
    const first = await close(november);
    await asOwner(databases, (transaction) => voidRun(transaction, controller, later, first.id, 'a mistake'));
    expect(await previewRetro(databases)).toEqual(preview);
    const second = await close(november);
    expect(await bookedIn(second.id)).toEqual(preview.differences);
    expect({ ...second, id: 0 }).toMatchObject({ inputsHash: first.inputsHash, linesHash: first.linesHash });
  });

  it('is calculated again to the same bytes', async () => {
    await late();
    const first = await calculate(november);
    const second = await calculate(november);
    expect(second.id).not.toBe(first.id);
    expect([second.inputsHash, second.linesHash]).toEqual([first.inputsHash, first.linesHash]);
  });

  it('is previewed for the open period only, and writes nothing', async () => {
    await late();
    const count = () =>
      databases.owner.$client`select count(*) from pg_class where relnamespace = 'runs'::regnamespace`;
    const before = await count();
    expect(await previewRetro(databases, november)).toEqual(await previewRetro(databases));
    expect(await count()).toEqual(before);
    expect(await codeOf(previewRetro(databases, october))).toBe('PERIOD_APPROVED');
    expect(await codeOf(previewRetro(databases, december))).toBe('PREVIOUS_PERIOD_OPEN');
  });

  it('costs in proportion: only credits of the agents touched, and those above and below them, are made again', async () => {
    await late();
    const counts = await asOwner(databases, async (transaction) => {
      const sql = rawSql(transaction);
      const found = new Map<string, number>();
      await recalculateClosedPeriods(transaction, {
        runId: 999_999,
        period: november,
        operator: await loadOperator(transaction),
        runs: await loadApprovedRuns(transaction, november),
        usedBudgets: new Map(),
        onStep: async () => {
          for (const period of ['202609', '202610']) {
            const table = `runs.credit_999999_${period}`;
            const [exists] = await sql<{ yes: boolean }[]>`select to_regclass(${table}) is not null as yes`;
            if (!exists?.yes) continue;
            const [row] = await sql.unsafe<{ count: number }[]>(`select count(*)::integer as count from ${table}`);
            found.set(period, row?.count ?? 0);
          }
        },
      });
      await sql.unsafe('drop table runs.touched_999999');
      return Object.fromEntries(found);
    });
    // A1's four of September and the late one; one of October; none of A2.
    expect(counts).toEqual({ 202609: 5, 202610: 1 });
  });
});

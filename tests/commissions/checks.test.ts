import { beforeAll, describe, expect, it } from 'vitest';
import { calculate } from '../../src/commissions/calculate.ts';
import { checkRun } from '../../src/commissions/checks.ts';
import type { RunTables } from '../../src/commissions/scope.ts';
import type { Databases } from '../../src/db/client.ts';
import { rawSql } from '../../src/db/client.ts';
import { UserErrors } from '../../src/errors.ts';
import { loadOperator } from '../../src/reference/operator.ts';
import { testDatabase } from '../database.ts';
import { apply, close, event, importEvents, november, october } from '../support/books.ts';

// What is always true of a run (DOMAIN.md §10) is seen to fail: a fault is planted in the tables of a calculation, and the check
// must name it.

let databases: Databases;

/**
 * Lines of every kind. October, approved: SUB sells S1 and S2 (100 each, capped at 120 together, 50 of 100 and 10 of the 20 that
 * are left of S2 withheld). November, calculated: S3 (100, half of it withheld), the parts of October released but for S1's,
 * which churns; TOP's sale LATE of October as RETRO.
 */
beforeAll(async () => {
  databases = await testDatabase();
  await apply(
    databases,
    `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
channelTypes: [{ code: AGENT, name: Agent }]
products: [{ code: FIBER, name: Fibre }]
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-01-01
        currency: CNY
        components:
          - code: SALE
            name: Sales
            kind: RATE
            events: [ACTIVATION]
            instalments: [{ percent: 50, month: 0 }, { percent: 50, month: 1 }]
            clawback: { events: [CHURN], method: FULL, months: 6 }
            cap: 120
            rules: [{ code: ANY, percent: 100 }]
          - { code: TEAM, name: Team, kind: OVERRIDE, method: PERCENT_OF_COMMISSION, levels: [{ level: 1, percent: 5 }] }
          - code: VOLUME
            name: Volume
            kind: BRACKET
            events: [ACTIVATION]
            measure: UNITS
            method: MARGINAL
            brackets: [{ from: 0, rate: 1.5 }]
          - code: LEAST
            name: Least
            kind: RATE
            events: [BILL]
            floor: 7
            rules: [{ code: ANY, percent: 1 }]
          - { code: MINIMUM, name: Minimum, kind: DRAW, minimum: 300 }
pools:
  - code: POT
    name: Pot
    versions:
      - from: 2026-01-01
        currency: CNY
        fund: { fixed: 10 }
        weight: [{ factor: UNITS, events: [ACTIVATION] }]
        remainder: KEEP
agents:
  - { code: TOP, name: Top, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01, taxPercent: 6 }] }
  - { code: SUB, name: Sub, channelType: AGENT, parent: TOP, agreements: [{ plan: P, from: 2026-01-01, taxPercent: 6 }] }`,
  );
  const sale = (externalId: string, occurredAt: string) =>
    event(externalId, { agentCode: 'SUB', subscriptionId: externalId, occurredAt });
  await importEvents(databases, [
    sale('S1', '2026-10-10T10:00:00+08:00'),
    sale('S2', '2026-10-11T10:00:00+08:00'),
    event('C1', { agentCode: 'SUB', type: 'CHURN', subscriptionId: 'S1', occurredAt: '2026-11-05T10:00:00+08:00' }),
    sale('S3', '2026-11-06T10:00:00+08:00'),
    sale('S4', '2026-11-07T10:00:00+08:00'),
    event('B1', { agentCode: 'SUB', type: 'BILL', occurredAt: '2026-11-08T10:00:00+08:00' }),
  ]);
  await close(databases, october);
  await importEvents(databases, [event('LATE', { agentCode: 'TOP' })]);
  await plantAll().catch((error: unknown) => {
    if (!(error instanceof Discard)) throw error;
  });
});

type Plant = (tables: RunTables) => string;

const idOf = (externalId: string) => `(select id from sales_event where external_id = '${externalId}')`;
const agentId = (code: string) => `(select id from agent where code = '${code}')`;
const spoilLines =
  (what: string, where: string): Plant =>
  ({ lines }) =>
    `update ${lines} set ${what} where ${where}`;
const spoilTotals =
  (what: string, where: string): Plant =>
  ({ agentTotals }) =>
    `update ${agentTotals} set ${what} where ${where}`;
const cause = (message: string) => `CHECK_FAILED no line without a cause: ${message}`;
const parts = (message: string) => `CHECK_FAILED instalments = the whole: ${message}`;

const cases: readonly [what: string, plant: Plant, ...faults: string[]][] = [
  ['nothing where nothing is wrong', () => 'select'],
  [
    'lines of an event that nobody is credited with',
    ({ credits }) => `delete from ${credits} where event_id = ${idOf('S3')}`,
    cause('1 lines (EARNING) have no credited event.'),
    cause('1 lines (OVERRIDE) have no credit that they go by.'),
  ],
  [
    'a line of the agent’s period that names an event',
    spoilLines(`cause_id = ${idOf('S3')}`, `kind in ('VOLUME', 'TAX') and agent_id = ${agentId('SUB')}`),
    cause('2 lines (VOLUME, FLOOR, DRAW, TAX) have another cause than the agent’s period.'),
  ],
  [
    'a line of a pool that was not shared',
    spoilLines('cause_id = 77', `kind = 'POOL' and agent_id = ${agentId('SUB')}`),
    'CHECK_FAILED pool lines = pool shares: Pool POT: lines 3.33, shares 10.',
    cause('1 lines (POOL) have no pool of the run.'),
  ],
  [
    'an override on a line that is not there',
    spoilLines('source_component_id = component_id', `kind = 'OVERRIDE' and cause_id = ${idOf('S3')}`),
    cause('1 lines (OVERRIDE) have no line that they go by.'),
  ],
  [
    'a cut of no line',
    spoilLines(`role = 'OTHER'`, `kind = 'CAP'`),
    cause('1 lines (CAP) have no line of at least that amount that they cut.'),
    parts('SALE of SUB (OTHER) for @CRM/S4: 80 more withheld than is earned.'),
  ],
  [
    'a part without a number',
    spoilLines('instalment = null', `kind in ('WITHHOLDING', 'RELEASE') and agent_id = ${agentId('SUB')}`),
    cause('3 lines (WITHHOLDING, RELEASE) have no event, no number of an instalment or the wrong sign.'),
  ],
  [
    'a clawback by what takes nothing back',
    spoilLines(`cause_id = ${idOf('B1')}`, `kind = 'CLAWBACK' and agent_id = ${agentId('SUB')}`),
    cause('1 lines (CLAWBACK) have no line that they take back, or nothing in the period that takes it.'),
  ],
  [
    'a clawback of nothing',
    spoilLines('original_id = null', `kind = 'CLAWBACK' and agent_id = ${agentId('SUB')}`),
    cause('1 lines (CLAWBACK) have no line that they take back, or nothing in the period that takes it.'),
  ],
  [
    'a correction of a period that was not calculated again',
    spoilLines(`origin_period = '2026-08'`, `kind = 'RETRO' and cause_id = 0`),
    cause('2 lines (RETRO) have no recalculated period, or no event.'),
  ],
  [
    'more withheld than was earned: 100.01 of 100',
    spoilLines('amount = -100.01', `kind = 'WITHHOLDING' and cause_id = ${idOf('S3')}`),
    parts('SALE of SUB (SELLER) for @CRM/S3: 0.01 more withheld than is earned.'),
  ],
  [
    'more withheld than a cap left: 20.01 of 100 − 80',
    spoilLines('amount = -20.01', `kind = 'WITHHOLDING' and cause_id = ${idOf('S4')}`),
    parts('SALE of SUB (SELLER) for @CRM/S4: 0.01 more withheld than is earned.'),
  ],
  [
    'a part that is paid on top',
    spoilLines('amount = 50', `kind = 'WITHHOLDING' and cause_id = ${idOf('S3')}`),
    cause('1 lines (WITHHOLDING, RELEASE) have no event, no number of an instalment or the wrong sign.'),
  ],
  [
    // Withheld in October 50 + 10, in November 50 + 10
    'more released than was withheld: 120.01 of 120',
    spoilTotals('amount = 120.01', `kind = 'RELEASE' and agent_id = ${agentId('SUB')}`),
    parts('SALE of SUB: 0.01 CNY more released than was withheld.'),
  ],
  [
    // Paid in October 200 − 80 − 60, in November 200 − 80 − 60 and 10 released
    'more taken back than was paid: 130.01 of 130',
    spoilTotals('amount = -130.01', `kind = 'CLAWBACK' and amount = -50`),
    parts('SALE of SUB: 0.01 CNY more taken back than was paid.'),
  ],
  [
    // TOP's late 100 of October were corrected by RETRO: 50 withheld then, released now
    'more released than RETRO withheld: 50.01 of 50',
    spoilTotals('amount = 50.01', `kind = 'RELEASE' and agent_id = ${agentId('TOP')}`),
    parts('SALE of TOP: 0.01 CNY more released than was withheld.'),
  ],
];

class Discard extends Error {}

const faults = new Map<string, string[]>();

/** One calculation of November; each fault is planted in its tables, checked, and taken out again. */
async function plantAll(): Promise<void> {
  await databases.owner.transaction(
    async (transaction) => {
      const calculation = await calculate(transaction, 900, november, await loadOperator(transaction), async () => {});
      const sql = rawSql(transaction);
      for (const [what, plant] of cases) {
        await sql`savepoint planted`;
        await sql.unsafe(plant(calculation.tables));
        const error: unknown = await checkRun(transaction, november, calculation).catch((reason: unknown) => reason);
        if (error !== undefined && !(error instanceof UserErrors)) throw error;
        faults.set(what, error?.errors.map(({ code, at, message }) => `${code} ${at}: ${message}`) ?? []);
        await sql`rollback to savepoint planted`;
      }
      throw new Discard();
    },
    { isolationLevel: 'repeatable read' },
  );
}

describe('checkRun', () => {
  it.each(cases)('finds %s', (what, _plant, ...expected) => {
    expect(faults.get(what)).toEqual(expected);
  });
});

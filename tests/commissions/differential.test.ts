import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chainsOf } from '../../src/commissions/engine/chains.ts';
import {
  addUpTeams,
  type DifferentialDefinition,
  differentialPayables,
  rateOf,
  teamMeasures,
} from '../../src/commissions/engine/differential.ts';
import type { AgentFacts } from '../../src/commissions/engine/facts.ts';
import type { PlanVersion } from '../../src/commissions/engine/resolve.ts';
import type { Databases } from '../../src/db/client.ts';
import { Decimal } from '../../src/money.ts';
import { testDatabase } from '../database.ts';
import { calculateHistory } from '../oracle/history.ts';
import { expandHistory, type HistoryCase } from '../oracle/historyDefaults.ts';
import { expectSameHistory } from '../support/compareHistories.ts';
import { runHistory } from '../support/oracleHistory.ts';
import { allowEmptying, emptyDatabase } from '../support/reset.ts';

const definition: DifferentialDefinition = {
  method: 'DIFFERENTIAL',
  eventTypes: ['ACTIVATION'],
  base: 'AMOUNT',
  measure: 'AMOUNT',
  table: [
    { from: '0', to: '1000', percent: '4' },
    { from: '1000', to: '5000', percent: '7' },
    { from: '5000', percent: '10' },
  ],
  paysSeller: true,
};

const planWith = (plan: string, id: number, rest: Partial<DifferentialDefinition> = {}): PlanVersion => ({
  id,
  planId: id,
  plan,
  currency: 'CNY',
  rounding: 'HALF_UP',
  components: [
    {
      kind: 'OVERRIDE',
      componentId: id * 10,
      code: 'DIFF',
      position: 1,
      rules: [],
      definition: { ...definition, ...rest },
    },
  ],
});

const agent = (agentId: number, parentId: number | undefined, rest: Partial<AgentFacts> = {}): AgentFacts => ({
  agentId,
  agentCode: `A${agentId}`,
  from: '2026-10-01',
  to: '2026-11-01',
  channelType: 'AGENT',
  status: 'ACTIVE',
  tier: undefined,
  regionId: undefined,
  plan: 'P',
  agreement: undefined,
  parentId,
  ...rest,
});

/** Who gets which percent of the sales of the lowest of three generations (3 under 2 under 1). */
function paid(
  volumes: readonly [agentId: number, volume: string][],
  middle: Partial<AgentFacts> = {},
  versions: readonly PlanVersion[] = [planWith('P', 1)],
  lowest: Partial<AgentFacts> = {},
) {
  const stretches = chainsOf([agent(1, undefined), agent(2, 1, middle), agent(3, 2, lowest)], (plan) =>
    versions.find((version) => version.plan === plan),
  );
  const team = new Map(volumes.map(([agentId, volume]) => [agentId, new Decimal(volume)]));
  const volumesOf = new Map([...teamMeasures(versions).keys()].map((key) => [key, team]));
  return differentialPayables(stretches, volumesOf)
    .filter(({ stretch }) => stretch.place.agentId === 3)
    .map(({ payee, percent }) => [payee.agentId, percent.toFixed()]);
}

describe('rateOf', () => {
  it.each([
    ['-0.01', '0'],
    ['0', '4'],
    ['999.99', '4'],
    ['1000', '7'],
    ['5000', '10'],
    ['9999999', '10'],
  ])('of a team volume of %s is %s', (volume, percent) => {
    expect(rateOf(definition.table, new Decimal(volume)).toFixed()).toBe(percent);
  });
});

describe('addUpTeams', () => {
  it('counts every volume for all on its path, a refund against them', () => {
    const part = (path: number[], volume: string) => ({ path, volume: new Decimal(volume) });
    const teams = addUpTeams([part([3, 2, 1], '100'), part([2, 1], '20'), part([4, 1], '7'), part([3, 2, 1], '-30.5')]);
    expect([...teams].map(([agentId, volume]) => [agentId, volume.toFixed()])).toEqual([
      [3, '69.5'],
      [2, '89.5'],
      [1, '96.5'],
      [4, '7'],
    ]);
  });
});

describe('differentialPayables', () => {
  it('pays the seller its rate and everyone above the difference to the highest rate below', () => {
    // Team volumes 500, 1500, 6000: rates 4, 7, 10: 4, 7 − 4, 10 − 7.
    expect(
      paid([
        [3, '500'],
        [2, '1500'],
        [1, '6000'],
      ]),
    ).toEqual([
      [3, '4'],
      [2, '3'],
      [1, '3'],
    ]);
  });

  it('pays nothing to an ancestor whose rate is not above those below it', () => {
    // A refund of an old sale under another branch can leave who stands higher with less: rates 4, 10, 7.
    expect(
      paid([
        [3, '500'],
        [2, '6000'],
        [1, '1500'],
      ]),
    ).toEqual([
      [3, '4'],
      [2, '6'],
    ]);
  });

  it.each(['SUSPENDED', 'TERMINATED'] as const)('keeps the level of who is %s and does not pay it', (status) => {
    expect(
      paid(
        [
          [3, '500'],
          [2, '1500'],
          [1, '6000'],
        ],
        { status },
      ),
    ).toEqual([
      [3, '4'],
      [1, '3'],
    ]);
  });

  it('does not pay a seller whose plan says so, and still takes its rate off those above', () => {
    expect(
      paid(
        [
          [3, '500'],
          [2, '1500'],
          [1, '6000'],
        ],
        {},
        [planWith('P', 1, { paysSeller: false })],
      ),
    ).toEqual([
      [2, '3'],
      [1, '3'],
    ]);
  });

  it('rates the whole path by the table of the plan of who is paid', () => {
    // The middle one's plan Q rates 500 at 1 and 1500 at 9: it gets 9 − 1. The seller and the top go by P: 4 and 10 − 7.
    const q = planWith('Q', 2, {
      table: [
        { from: '0', to: '1000', percent: '1' },
        { from: '1000', percent: '9' },
      ],
    });
    expect(
      paid(
        [
          [3, '500'],
          [2, '1500'],
          [1, '6000'],
        ],
        { plan: 'Q' },
        [planWith('P', 1), q],
      ),
    ).toEqual([
      [3, '4'],
      [2, '8'],
      [1, '3'],
    ]);
  });

  it('pays those above also where the seller has no plan with such a component', () => {
    expect(
      paid(
        [
          [3, '500'],
          [2, '1500'],
          [1, '6000'],
        ],
        {},
        [planWith('P', 1)],
        { plan: undefined },
      ),
    ).toEqual([
      [2, '3'],
      [1, '3'],
    ]);
  });

  it('rates who sold nothing by a volume of 0', () => {
    expect(paid([])).toEqual([[3, '4']]);
  });
});

describe('DIFFERENTIAL in a run', () => {
  let databases: Databases;

  beforeAll(async () => {
    databases = await testDatabase();
    await allowEmptying(databases);
  });

  beforeEach(() => emptyDatabase(databases));

  const component = { ...definition, kind: 'OVERRIDE' as const, code: 'DIFF' };

  /** The last month's OVERRIDE lines: event, source, payee, amount. Engine and oracle agree on everything. */
  async function paidInRun(given: HistoryCase): Promise<string[]> {
    const input = expandHistory({ parents: { A002: 'A001', A003: 'A002' }, components: [component, {}], ...given });
    const engine = await runHistory(databases, input);
    expectSameHistory(engine, calculateHistory(input), input);
    const lines = Object.values(engine.periods).at(-1)?.lines ?? [];
    return lines
      .filter(({ kind }) => kind === 'OVERRIDE')
      .map(({ cause, sourceAgent, agent, amount }) =>
        [cause.replace('TEST:', ''), sourceAgent, agent, amount].join(' '),
      )
      .sort();
  }

  // A003 sells 500, A002 1000 and A001 4500: teams of 500, 1500 and 6000, rates 4, 7 and 10.
  const sales = [
    { agent: 'A003', amount: '500' },
    { agent: 'A002', amount: '1000' },
    { agent: 'A001', amount: '4500' },
  ];

  it('pays three generations their rates and differences', async () => {
    // Of 500: 4 % = 20, 3 % = 15, 3 % = 15. Of 1000: 7 % = 70, 3 % = 30. Of 4500: 10 % = 450.
    expect(await paidInRun({ events: sales })).toEqual([
      'E1 A003 A001 15.00',
      'E1 A003 A002 15.00',
      'E1 A003 A003 20.00',
      'E2 A002 A001 30.00',
      'E2 A002 A002 70.00',
      'E3 A001 A001 450.00',
    ]);
    const [line] = await databases.owner.$client`
      select base, share, factor, source_component_id from commission_line where kind = 'OVERRIDE' and amount = 20`;
    expect(line).toMatchObject({ base: '500', share: '1', factor: '0.04', source_component_id: null });
  });

  it('does not pay an ancestor whose rate is not higher', async () => {
    // Without the 4500, teams are 500, 1500, 1500: rates 4, 7, 7.
    expect(await paidInRun({ events: sales.slice(0, 2) })).toEqual([
      'E1 A003 A002 15.00',
      'E1 A003 A003 20.00',
      'E2 A002 A002 70.00',
    ]);
  });

  it('counts shares, and only credits that count, of listed types', async () => {
    // A003's team: 0.4 · 2500 = 1000, rate 7: 7 % of it is 70. The other 0.6 are A002's, suspended, and count for nobody.
    const credits = [
      { agent: 'A003', role: 'SELLER', share: '0.4' },
      { agent: 'A002', role: 'HELPER', share: '0.6' },
    ];
    const events = [
      { amount: '2500', credits },
      { agent: 'A001', amount: '9000', type: 'BILL' },
    ];
    const agents = [{ code: 'A002', statuses: [{ from: '2026-10-01', status: 'SUSPENDED' as const }] }];
    expect(await paidInRun({ events, agents })).toEqual(['E1 A003 A003 70.00']);
  });

  it('counts a refund against the team at the time of the sale', async () => {
    // In September A003 stood under A001 directly. 600 come back in October: A003's team is 500 − 600, rate 0; A001's
    // 6000 − 600, rate 10; A002's stays 1500, rate 7.
    const agents = [
      {
        code: 'A003',
        parents: [
          { from: '2026-01-01', to: '2026-10-01', parent: 'A001' },
          { from: '2026-10-01', parent: 'A002' },
        ],
      },
    ];
    const refund = { agent: 'A003', type: 'REFUND', externalId: 'R', original: 'S', amount: '600' };
    const steps = [
      { period: '2026-09', arrivals: [{ agent: 'A003', externalId: 'S', amount: '700', on: '2026-09-30' }] },
      { period: '2026-10', arrivals: [...sales.map((sale, index) => ({ ...sale, externalId: `E${index}` })), refund] },
    ];
    expect(await paidInRun({ agents, steps })).toEqual([
      'E0 A003 A001 15.00',
      'E0 A003 A002 35.00',
      'E1 A002 A001 30.00',
      'E1 A002 A002 70.00',
      'E2 A001 A001 450.00',
    ]);
  });

  it('counts a sale for whom the seller stood under when it happened', async () => {
    // A003 moves from A001 to A002 on the 15th. Teams: A001 4000 + 1000 = 5000 (10), A002 1000 (7), A003 2000 (7).
    const agents = [
      {
        code: 'A003',
        parents: [
          { from: '2026-01-01', to: '2026-10-15', parent: 'A001' },
          { from: '2026-10-15', parent: 'A002' },
        ],
      },
    ];
    const events = [
      { agent: 'A003', on: '2026-10-14', amount: '1000' },
      { agent: 'A003', on: '2026-10-15', amount: '1000' },
      { agent: 'A001', amount: '4000' },
    ];
    expect(await paidInRun({ parents: {}, agents, events })).toEqual([
      'E1 A003 A001 30.00',
      'E1 A003 A003 70.00',
      'E2 A003 A003 70.00',
      'E3 A001 A001 400.00',
    ]);
  });

  it('counts units, of whatever currency, where the table is of units', async () => {
    // A003 has 2 units (1 %), A002 with it 3 (2 %). A base in yen has no rate.
    const table = [
      { from: '0', to: '3', percent: '1' },
      { from: '3', percent: '2' },
    ];
    const events = [
      { agent: 'A003', quantity: '2', currency: 'JPY' },
      { agent: 'A002', amount: '1000' },
    ];
    expect(await paidInRun({ components: [{ ...component, measure: 'UNITS', table }], events })).toEqual([
      'E2 A002 A002 20.00',
    ]);
  });
});

import { Readable } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { importOpening } from '../../src/commissions/cutOver.ts';
import { applyDraft } from '../../src/commissions/draft.ts';
import { readDraft } from '../../src/commissions/draftCopies.ts';
import { type Simulation, type SimulationOptions, simulate } from '../../src/commissions/simulate.ts';
import type { Databases } from '../../src/db/client.ts';
import { UserErrors } from '../../src/errors.ts';
import { testDatabase } from '../database.ts';
import {
  apply,
  asOwner,
  clerk,
  close,
  codeOf,
  event,
  importEvents,
  now,
  october,
  september,
} from '../support/books.ts';

// Changed copies of published versions, and pools, in simulations. A1 and A2 are under P, A3 under Q, which pays 8 % and from
// October on 4 %; A1 is the master of A3.

const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
regions: [{ code: ALL, name: All }]
channelTypes: [{ code: AGENT, name: Agent }]
productCategories: [{ code: BROADBAND, name: Broadband }]
products: [{ code: FIBER, name: Fibre, category: BROADBAND }]
tiers: [{ code: T1, name: One, rank: 1, multiplier: 1 }, { code: T2, name: Two, rank: 2, multiplier: 1.5 }]
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-01-01
        currency: CNY
        components:
          - { code: ACT, name: Activation, kind: RATE, events: [ACTIVATION], rules: [{ code: ANY, flat: 20 }] }
          - { code: RES, name: Residual, kind: RATE, events: [BILL], multiplyBy: [TIER], rules: [{ code: ANY, percent: 5 }] }
          - { code: TEAM, name: Team, kind: OVERRIDE, method: PERCENT_OF_COMMISSION, levels: [{ level: 1, percent: 10 }] }
  - code: Q
    name: Plan of A3
    versions:
      - from: 2026-01-01
        currency: CNY
        components: [{ code: RES, name: Residual, kind: RATE, events: [BILL], rules: [{ code: ANY, percent: 8 }] }]
      - from: 2026-10-01
        currency: CNY
        components: [{ code: RES, name: Residual, kind: RATE, events: [BILL], rules: [{ code: ANY, percent: 4 }] }]
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
  inSeptember('S3', { type: 'BILL', amount: '100', agentCode: 'A3' }),
  event('O1', { type: 'BILL', amount: '300' }),
  event('O2', { quantity: '2' }),
  event('O3', { agentCode: 'A2' }),
  event('O4', { type: 'BILL', amount: '500', agentCode: 'A3' }),
];
// Paid. September: A1 5 + 0.80 of A3's 8, A2 200 × 5 % × 1.5 = 15, A3 8; the fund of 4 meets no activation and is carried.
// October: A1 15 + 40 + 2 of A3's 20, A2 20, A3 20; the pot of 8 + 4 goes 2 : 1, 8 to A1 and 4 to A2.

let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await apply(databases, programme);
  await importEvents(databases, events);
  await close(databases, september);
  await close(databases, october);
});

const run = async (text: string, options: Partial<SimulationOptions> = {}): Promise<Simulation> =>
  simulate(databases, { from: september, to: october, applyDraft: applyDraft(readDraft(text)), ...options });

const gains = ({ agents }: Simulation) =>
  Object.fromEntries(agents.map(({ agent, difference }) => [agent, difference]));

describe('a changed copy of a published plan version', () => {
  const changes = 'changes: { components: { ACT: { rules: { ANY: { flat: 90 } } }, TEAM: null } }';

  it.each(['version: 1', 'on: 2026-09-15', 'plan: P, version: 1'])(
    'says only what changes: copyOf { %s }',
    async (of) => {
      const simulation = await run(`plans: [{ code: P, versions: [{ copyOf: { ${of} }, ${changes} }] }]`);
      // Activations at 90 instead of 20: A1 2 × 70 more, A2 70; without its team A1 loses 0.80 + 2.
      expect(gains(simulation)).toEqual({ A1: '137.20', A2: '70.00', A3: '0.00' });
      expect(simulation.pools).toEqual([]);
    },
  );

  it('holds until the next version of its plan begins', async () => {
    const draft =
      'plans: [{ code: Q, versions: [{ copyOf: { version: 1 }, changes: { components: { RES: { rules: { ANY: { percent: 16 } } } } } }] }]';
    // A3's September 16 instead of 8, and 10 % of that for A1; October stays at the 4 % of the second version.
    expect(gains(await run(draft))).toEqual({ A1: '0.80', A2: '0.00', A3: '8.00' });
    // Where it holds on no day of what is simulated, it would change nothing.
    const outside: unknown = await run(draft, { from: october }).catch((reason: unknown) => reason);
    expect(outside).toMatchObject({ code: 'INPUT_INVALID', at: 'plans[Q].versions[0] (line 1)' });
    expect(String(outside)).toContain('holds from 2026-01-01 to 2026-10-01, so not in the simulated periods');
  });

  it('without changes changes nothing, and can be a plan under another code', async () => {
    expect(gains(await run('plans: [{ code: P, versions: [{ copyOf: { version: 1 } }] }]'))).toEqual({
      A1: '0.00',
      A2: '0.00',
      A3: '0.00',
    });
    const other = `
plans: [{ code: NEW, versions: [{ copyOf: { plan: P, version: 1 }, changes: { components: { RES: { rules: { ANY: { percent: 10 } } } } } }] }]
agents: [{ code: A3, name: Three, channelType: AGENT, agreements: [{ code: A3-Q-2026-01-01, plan: NEW, from: 2026-01-01 }] }]
`;
    // A3: 10 % of 100 and of 500 instead of 8 and 20, and A1 10 % of the 32 more.
    expect(gains(await run(other))).toEqual({ A1: '3.20', A2: '0.00', A3: '32.00' });
  });

  it('is told every fault at once, in the words and lines of the draft', async () => {
    const faulty = `
plans:
  - code: P
    versions:
      - copyOf: { version: 7 }
      - copyOf: { version: 1 }
        changes:
          currency: XXL
          components:
            ACT:
              rules:
                FIBRE: { flat: 90 }
                ANY: { flat: x }
            TEAM:
              cap: null
      - copyOf: { version: 1, on: 2026-01-01 }
        to: 2026-12-01
tiers: [{ code: T9, name: Nine, rank: nine, multiplier: 1 }]
`;
    const error: unknown = await run(faulty).catch((reason: unknown) => reason);
    expect(error instanceof UserErrors ? error.errors.map(({ code, at }) => `${code} ${at}`) : error).toEqual([
      'REFERENCE_UNKNOWN plans[P].versions[0].copyOf (line 5)',
      'PROGRAMME_INVALID plans[P].versions[1].changes.components.ACT.rules.FIBRE (line 12)',
      'PROGRAMME_INVALID plans[P].versions[1].changes.components.TEAM.cap (line 15)',
      'PROGRAMME_INVALID plans[P].versions[2].to (line 17)',
      'PROGRAMME_INVALID plans[P].versions[2].copyOf (line 16)',
      'PROGRAMME_INVALID tiers[T9].rank (line 18)',
      'PROGRAMME_INVALID plans[P].versions[1].currency (line 8)',
      'PROGRAMME_INVALID plans[P].versions[1].components[ACT].rules[ANY].flat (line 13)',
    ]);
    expect(await codeOf(run('plans: [{ code: NONE, versions: [{ copyOf: { version: 1 } }] }]'))).toBe(
      'REFERENCE_UNKNOWN',
    );
  });

  it('is told what its meaning clashes with where it says it', async () => {
    const clash = `
plans:
  - code: P
    versions:
      - copyOf: { version: 1 }
        changes:
          components:
            ACT:
              rules:
                ANY: { region: NOWHERE }
`;
    const error: unknown = await run(clash).catch((reason: unknown) => reason);
    expect(error instanceof UserErrors ? error.errors.map(({ code, at }) => `${code} ${at}`) : error).toEqual([
      'REFERENCE_UNKNOWN plans[P].versions[0].components[ACT].rules[ANY].region (line 10)',
    ]);
  });
});

describe('a pool in a draft', () => {
  const doubled = 'pools: [{ code: POT, versions: [{ copyOf: { version: 1 }, changes: { fund: { percent: 2 } } }] }]';

  it('is shared anew among all, and carries from simulated month to month', async () => {
    const simulation = await run(doubled);
    // 2 % of September's 400 is carried: 8. October: 16 + 8 = 24, 16 and 8 instead of 8 and 4.
    expect(gains(simulation)).toEqual({ A1: '8.00', A2: '4.00', A3: '0.00' });
    expect(simulation.pools).toEqual([
      {
        pool: 'POT',
        period: september,
        currency: 'CNY',
        fund: '8.00',
        carriedIn: '0.00',
        shared: '0.00',
        remainder: '8.00',
      },
      {
        pool: 'POT',
        period: october,
        currency: 'CNY',
        fund: '16.00',
        carriedIn: '8.00',
        shared: '24.00',
        remainder: '0.00',
      },
    ]);
    expect(simulation.components.at(-1)).toMatchObject({
      plan: null,
      component: 'POT',
      paid: '12.00',
      simulated: '24.00',
    });
  });

  it('begins with what was carried before the first simulated month', async () => {
    // 16 + the 4 that were carried = 20: 13.333… and 6.666…, the last fen to the larger remainder.
    const { agents } = await run(doubled, { from: october });
    const [a2, a1] = [agents.find(({ agent }) => agent === 'A2'), agents.find(({ agent }) => agent === 'A1')];
    expect([a1?.difference, a2?.difference]).toEqual(['5.33', '2.67']);
  });

  it('of some agents is the same as of all: everybody is in it, whoever is compared', async () => {
    const { agents, pools } = await run(doubled, { agentCodes: ['A2'] });
    expect(agents).toEqual([{ agent: 'A2', currency: 'CNY', paid: '39.00', simulated: '43.00', difference: '4.00' }]);
    expect(pools[1]?.shared).toBe('24.00');
  });

  it('can weigh by what the published one does not count', async () => {
    const byVolume = doubled.replace('fund: { percent: 2 }', 'weight: [{ factor: VOLUME, events: [BILL] }]');
    // September's 4 go by 100, 200 and 100: 1, 2 and 1. October's 8 by 300, 0 and 500: 3, 0 and 5.
    expect(gains(await run(byVolume))).toEqual({ A1: '-4.00', A2: '-2.00', A3: '6.00' });
  });

  it('can be a new one, beside those that stay as they were shared', async () => {
    const extra = `pools: [{ code: EXTRA, name: Extra, versions: [{ copyOf: { pool: POT, version: 1 },
      changes: { fund: { fixed: 9, percent: null, of: null, events: null }, remainder: KEEP } }] }]`;
    const simulation = await run(extra);
    // 9 every month: nobody has weight in September; October 6 and 3.
    expect(gains(simulation)).toEqual({ A1: '6.00', A2: '3.00', A3: '0.00' });
    expect(
      simulation.components.slice(-2).map(({ component, paid, simulated }) => [component, paid, simulated]),
    ).toEqual([
      ['EXTRA', '0.00', '9.00'],
      ['POT', '12.00', '12.00'],
    ]);
  });

  it('as it is published stays as it was shared', async () => {
    const same = programme.slice(programme.indexOf('pools:'), programme.indexOf('agents:'));
    const { pools, totals } = await run(same);
    expect([pools, totals[0]?.difference]).toEqual([[], '0.00']);
  });

  it('of a quarter is simulated from its first month', async () => {
    const quarterly = doubled.replace('fund: { percent: 2 }', 'period: QUARTER');
    expect(await codeOf(run(quarterly, { from: september, to: september }))).toBe('INPUT_INVALID');
    // October alone begins its quarter: nothing is shared before December.
    expect((await run(quarterly, { from: october })).components.at(-1)).toMatchObject({
      paid: '12.00',
      simulated: '0.00',
    });
  });
});

describe('opening positions', () => {
  it('are nothing to compare with', async () => {
    const own = await testDatabase();
    await apply(own, programme);
    const stream = Readable.from([Buffer.from('kind,agent_code,currency,amount\nBALANCE,A1,CNY,10')]);
    await asOwner(own, (transaction) =>
      importOpening(transaction, clerk, now, { name: 'opening.csv', stream }, { period: september }),
    );
    const simulated = simulate(own, { from: september, to: september, applyDraft: async () => undefined });
    expect(await codeOf(simulated)).toBe('PERIOD_NOT_CALCULATED');
  });
});

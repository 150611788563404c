import { beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

describe('what a finance clerk reads', () => {
  it('an agent with everything nested, numbers exact and dated facts as of a day', async () => {
    const answer = await data(
      world,
      'finance',
      `{
        agent(code: "E2") {
          status
          tier { code multiplier }
          october: tier(on: "2026-10-31") { code multiplier }
          before: tier(on: "2020-01-01") { code }
          tiers { from to tier { code } }
          region { code parent { code } }
          parent { code parent { code } }
          agreements { code from to plan { versions { number currency rounding components { code name rules { code flat percent } } } } }
          statements { nodes { period opening earned closing payable currency } }
        }
      }`,
    );
    expect(answer.agent).toEqual({
      status: 'ACTIVE',
      tier: { code: 'STAR_4', multiplier: '1.1' },
      october: { code: 'STAR_3', multiplier: '1' },
      before: null,
      tiers: [
        { from: '2026-01-01', to: '2026-11-01', tier: { code: 'STAR_3' } },
        { from: '2026-11-01', to: null, tier: { code: 'STAR_4' } },
      ],
      region: { code: 'EAST', parent: { code: 'ROOT' } },
      parent: { code: 'E1', parent: null },
      agreements: [
        {
          code: 'E2-P-2026-01-01',
          from: '2026-01-01',
          to: null,
          plan: {
            versions: [
              {
                number: 1,
                currency: 'CNY',
                rounding: 'HALF_UP',
                components: [
                  { code: 'ACT', name: 'Activations', rules: [{ code: 'ANY', flat: '80', percent: '0' }] },
                  { code: 'RES', name: 'Residual', rules: [{ code: 'ANY', flat: '0', percent: '3.25' }] },
                ],
              },
            ],
          },
        },
      ],
      statements: {
        nodes: [
          // 80 for A-E2, 24 = 0.3 · 80 of A-SHARED, 0.95 of the pool.
          expect.objectContaining({ period: '2026-10', earned: '104.95', closing: '104.95', currency: 'CNY' }),
          expect.objectContaining({ period: '2026-11', earned: '0.00' }),
        ],
      },
    });
  });

  it('a run with its totals, pools and checks', async () => {
    // the totals of tax are stored without the decimals of their currency, and shown with them
    await world.databases.owner.$client`update run_total set amount = trim_scale(amount)`;
    const answer = await data(
      world,
      'finance',
      `{ run(period: "2026-10") {
          id status calculatedBy approvedBy eventCount lineCount inputsHash linesHash progressPercent
          totals { component { code planCode poolCode kind } currency amount lineCount }
          pools { pool { code } base fund carriedIn shared remainder carriedOut memberCount }
          checks { name currency expected actual holds }
      } }`,
    );
    expect(answer.run).toMatchObject({
      status: 'APPROVED',
      calculatedBy: 'clerk',
      approvedBy: 'controller',
      eventCount: 7,
    });
    expect(answer.run.inputsHash).toMatch(/^[0-9a-f]{64}$/);
    // ACT: E1 80, E2 80 + 24, W1 80 + 56 (E3 has no agreement); RES: 100 · 3.25 % · 1.1 = 3.575 → 3.58, 200 · 3.25 % = 6.50.
    const amounts = answer.run.totals.map((total: { component: { code: string }; amount: string }) => [
      total.component.code,
      total.amount,
    ]);
    expect(Object.fromEntries(amounts)).toEqual({ ACT: '320.00', RES: '10.08', POT: '3.00' });
    // The fund: 1 % of 100 + 200.
    expect(answer.run.pools).toEqual([
      expect.objectContaining({ pool: { code: 'POT' }, base: '300', shared: '3', remainder: '0' }),
    ]);
    expect(answer.run.checks.map((check: { name: string; holds: boolean }) => [check.name, check.holds])).toEqual([
      ['lines = totals', true],
      ['pool POT: shares + remainder = fund + carried in', true],
      ['statements = totals', true],
    ]);
    const byId = await data(world, 'finance', 'query ($id: ID!) { run(id: $id) { period } }', { id: answer.run.id });
    expect(byId.run.period).toBe('2026-10');
    const neither = await ask(world, 'finance', '{ run { period } }');
    expect(neither.errors?.[0]?.extensions).toMatchObject({ code: 'INPUT_INVALID', remedy: expect.any(String) });
  });

  it('every line explained, in both languages', async () => {
    const { commissionLines } = await data(
      world,
      'finance',
      '{ commissionLines(period: "2026-10") { nodes { lineId amount currency kind } } }',
    );
    expect(commissionLines.nodes.length).toBeGreaterThan(8);
    for (const line of commissionLines.nodes) {
      const { explainLine } = await data(
        world,
        'finance',
        'query ($id: String!) { explainLine(lineId: $id) { ... on Explanation { lineId amount currency kind formula sentenceEn sentenceZh steps { label value } } ... on UserError { message } } }',
        { id: line.lineId },
      );
      expect(explainLine).toMatchObject(line);
      expect(explainLine.formula).toContain(`= ${line.amount}`);
      expect(explainLine.sentenceEn).toContain(line.amount);
      expect(explainLine.sentenceZh).toContain(line.amount);
      expect(explainLine.steps.length).toBeGreaterThan(3);
    }
    const unknown = await data(world, 'finance', '{ explainLine(lineId: "x") { ... on UserError { code remedy } } }');
    expect(unknown.explainLine.code).toBe('LINE_UNKNOWN');
  });

  it('lines of a component or a pool, and events that paid nothing with the reason', async () => {
    const answer = await data(
      world,
      'finance',
      `{ pot: commissionLines(period: "2026-10", component: "POT", agent: "W1") { nodes { kind role event { id } rule { code } component { poolCode } } }
         act: commissionLines(period: "2026-10", component: "ACT", agent: "W1") { nodes { amount share event { externalId } rule { code } } }
         unpaid: unpaidEvents(period: "2026-10") { nodes { reason agent { code } event { externalId } } }
         other: unpaidEvents(period: "2026-10", reason: "NO_BASE") { nodes { reason } } }`,
    );
    expect(answer.pot.nodes).toEqual([
      { kind: 'POOL', role: 'MEMBER', event: null, rule: null, component: { poolCode: 'POT' } },
    ]);
    expect(answer.act.nodes).toEqual([
      { amount: '80.00', share: '1', event: { externalId: 'A-W1' }, rule: { code: 'ANY' } },
      { amount: '56.00', share: '0.7', event: { externalId: 'A-SHARED' }, rule: { code: 'ANY' } },
    ]);
    expect(answer.unpaid.nodes).toEqual([
      { reason: 'NO_AGREEMENT', agent: { code: 'E3' }, event: { externalId: 'A-E3' } },
    ]);
    expect(answer.other.nodes).toEqual([]);
  });

  it('the reference data and the catalogue of errors', async () => {
    const answer = await data(
      world,
      'finance',
      `{ operator { code timeZone currency } regions { code parent { code } } products { nodes { code category { code } } }
         campaigns { code startsOn endsOn } tiers { code rank multiplier } errorCatalogue { code remedy }
         pools { code versions { fixedFund fundPercent fundBase fundEventTypes weight { factor eventTypes } remainder } } }`,
    );
    expect(answer).toMatchObject({
      operator: { code: 'DEMO', timeZone: 'Asia/Shanghai', currency: 'CNY' },
      products: { nodes: [{ code: 'FIBER', category: { code: 'BROADBAND' } }] },
      campaigns: [{ code: 'SPRING', startsOn: '2026-03-01', endsOn: '2026-06-01' }],
      tiers: [
        { code: 'STAR_4', rank: 4, multiplier: '1.1' },
        { code: 'STAR_3', rank: 3, multiplier: '1' },
      ],
      pools: [
        {
          code: 'POT',
          versions: [
            {
              fixedFund: null,
              fundPercent: '1',
              fundBase: 'AMOUNT',
              fundEventTypes: ['BILL'],
              weight: [
                { factor: 'UNITS', eventTypes: ['ACTIVATION'] },
                { factor: 'TIER_MULTIPLIER', eventTypes: [] },
              ],
              remainder: 'CARRY_OVER',
            },
          ],
        },
      ],
    });
    expect(answer.errorCatalogue).toContainEqual({ code: 'NO_RUN', remedy: 'Close the period first.' });
  });
});

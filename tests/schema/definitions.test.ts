import { beforeAll, describe, expect, it } from 'vitest';
import { localActor } from '../../src/db/transaction.ts';
import { approvePlanVersion } from '../../src/programme/corrections.ts';
import { testDatabase } from '../database.ts';
import { data, makeWorld, today, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

const failure = '... on UserError { code message at faults { code at message } }';
const result = `{ __typename ... on ProgrammePayload { changeCount changes { action entity key } } ${failure} }`;
const publish = (components: string, more = '') =>
  `publishPlanVersion(plan: { code: "FULL", name: "Full" }, version: { from: "2026-12-01", currency: "CNY", ${more} components: [${components}] }) ${result}`;

/** One component of every kind, with every modifier. */
const everyKind = `
  { code: "SALE", name: "Sales", events: [ACTIVATION], base: MONTHLY_FEE, multiplyByTier: true,
    scoreFactor: { period: PREVIOUS, steps: [{ from: "60", factor: "0.80" }, { from: "90", factor: "1.1" }] },
    instalments: [{ percent: "50", month: 0 }, { percent: "25", days: 90 }, { percent: "25", paidBill: 3 }], onBill: true,
    holdback: { percent: "10", months: 3, condition: { metric: "QUALITY", atLeast: "-1" } },
    clawback: { method: PRO_RATA, months: 12 }, reactivationDays: 30, cap: "900", floor: "1", rules: [{ percent: "100" }] }
  { code: "TRAIL", name: "Residual", kind: RESIDUAL, months: 24, clawback: { events: [CHURN], method: FULL, days: 9 }, rules: [{ percent: "2" }] }
  { code: "PUSH", name: "Spiff", kind: SPIFF, events: [ACTIVATION], campaign: "FEST", budget: "5000", rules: [{ flat: "30" }] }
  { code: "VOLUME", name: "Volume", kind: BRACKET, events: [BILL], window: QUARTER, method: MARGINAL, bounds: ATTAINMENT,
    target: "T", brackets: [{ from: "0", to: "100", rate: "1" }, { from: "100", rate: "2" }] }
  { code: "BONUS", name: "Bonus", kind: QUOTA_BONUS, events: [ACTIVATION], measure: UNITS, target: "T", curve: LINEAR, pays: AMOUNT,
    points: [{ attainment: "80", value: "500" }], maximumAttainment: "150", cap: "9" }
  { code: "TEAM", name: "Team", kind: OVERRIDE, method: PERCENT_OF_COMMISSION, levels: [{ level: 1, percent: "5" }] }
  { code: "GAP", name: "Gap", kind: OVERRIDE, method: DIFFERENTIAL, events: [BILL], table: [{ from: "0", percent: "3" }], paysSeller: false }
  { code: "GUARANTEE", name: "Guarantee", kind: DRAW, minimum: "3000" }`;

describe('a plan version', () => {
  it('takes components of every kind and shows them as they are', async () => {
    const answer = await data(
      world,
      'admin',
      `mutation {
        applyProgramme(document: "campaigns: [{ code: FEST, name: Fest, startsOn: 2026-10-01 }]") ${result}
        first: ${publish(everyKind)} again: ${publish(everyKind)} }`,
    );
    expect(answer.first).toMatchObject({ __typename: 'ProgrammePayload', changeCount: 2 });
    expect(answer.again).toMatchObject({ __typename: 'ProgrammePayload', changeCount: 0 });
    const read = await data(
      world,
      'admin',
      `{ plan(code: "FULL") { versions { planCode corrects approvals { approvedBy } components {
        code kind eventTypes base multiplyByTier scoreFactor { period steps { from factor } }
        instalments { percent month days paidBill } onBill holdback { percent months condition { metric atLeast below } }
        clawback { events method months days } reactivationDays cap floor months spiff { campaign budget }
        volume { measure window target } bracket { method bounds brackets { from to rate } }
        quotaBonus { curve pays points { attainment value } maximumAttainment }
        override { method levels { level percent } measure table { from to rate } paysSeller } minimum rules { code } } } } }`,
    );
    const [version] = read.plan.versions;
    expect(version).toMatchObject({ planCode: 'FULL', corrects: false, approvals: [] });
    const nothing = {
      eventTypes: [],
      base: null,
      multiplyByTier: false,
      scoreFactor: null,
      instalments: [],
      onBill: false,
      holdback: null,
      clawback: null,
      reactivationDays: null,
      cap: null,
      floor: null,
      months: null,
      spiff: null,
      volume: null,
      bracket: null,
      quotaBonus: null,
      override: null,
      minimum: null,
      rules: [],
    };
    const rules = [{ code: 'R1' }];
    expect(version.components).toEqual([
      {
        ...nothing,
        code: 'SALE',
        kind: 'RATE',
        eventTypes: ['ACTIVATION'],
        base: 'MONTHLY_FEE',
        multiplyByTier: true,
        scoreFactor: {
          period: 'PREVIOUS',
          steps: [
            { from: '60', factor: '0.8' },
            { from: '90', factor: '1.1' },
          ],
        },
        instalments: [
          { percent: '50', month: 0, days: null, paidBill: null },
          { percent: '25', month: null, days: 90, paidBill: null },
          { percent: '25', month: null, days: null, paidBill: 3 },
        ],
        onBill: true,
        holdback: { percent: '10', months: 3, condition: { metric: 'QUALITY', atLeast: '-1', below: null } },
        clawback: { events: ['CHURN', 'REFUND'], method: 'PRO_RATA', months: 12, days: null },
        reactivationDays: 30,
        cap: '900',
        floor: '1',
        rules,
      },
      {
        ...nothing,
        code: 'TRAIL',
        kind: 'RESIDUAL',
        eventTypes: ['BILL'],
        base: 'AMOUNT',
        months: 24,
        clawback: { events: ['CHURN'], method: 'FULL', months: null, days: 9 },
        rules,
      },
      {
        ...nothing,
        code: 'PUSH',
        kind: 'SPIFF',
        eventTypes: ['ACTIVATION'],
        base: 'AMOUNT',
        spiff: { campaign: 'FEST', budget: '5000' },
        rules,
      },
      {
        ...nothing,
        code: 'VOLUME',
        kind: 'BRACKET',
        eventTypes: ['BILL'],
        volume: { measure: 'AMOUNT', window: 'QUARTER', target: 'T' },
        bracket: {
          method: 'MARGINAL',
          bounds: 'ATTAINMENT',
          brackets: [
            { from: '0', to: '100', rate: '1' },
            { from: '100', to: null, rate: '2' },
          ],
        },
      },
      {
        ...nothing,
        code: 'BONUS',
        kind: 'QUOTA_BONUS',
        eventTypes: ['ACTIVATION'],
        cap: '9',
        volume: { measure: 'UNITS', window: 'MONTH', target: 'T' },
        quotaBonus: {
          curve: 'LINEAR',
          pays: 'AMOUNT',
          points: [{ attainment: '80', value: '500' }],
          maximumAttainment: '150',
        },
      },
      {
        ...nothing,
        code: 'TEAM',
        kind: 'OVERRIDE',
        override: {
          method: 'PERCENT_OF_COMMISSION',
          levels: [{ level: 1, percent: '5' }],
          measure: null,
          table: [],
          paysSeller: null,
        },
      },
      {
        ...nothing,
        code: 'GAP',
        kind: 'OVERRIDE',
        eventTypes: ['BILL'],
        base: 'AMOUNT',
        override: {
          method: 'DIFFERENTIAL',
          levels: [],
          measure: 'AMOUNT',
          table: [{ from: '0', to: null, rate: '3' }],
          paysSeller: false,
        },
      },
      { ...nothing, code: 'GUARANTEE', kind: 'DRAW', minimum: '3000' },
    ]);
  });

  it('is refused by the validation of programme files, every fault with its place', async () => {
    const faulty = `
      { code: "A", name: "A", kind: DRAW, minimum: "1", multiplyByTier: true }
      { code: "B", name: "B", events: [BILL], rules: [{ flat: "1" }], holdback: { percent: "100", months: 1 } }
      { code: "C", name: "C", kind: OVERRIDE, method: WHOLE, levels: [] }`;
    const form = await data(world, 'admin', `mutation { ${publish(faulty)} }`);
    expect(form.publishPlanVersion.faults.map(({ code, at }: { code: string; at: string }) => `${code} ${at}`)).toEqual(
      [
        'PROGRAMME_INVALID plans[FULL].versions[0].components[A].multiplyBy',
        'PROGRAMME_INVALID plans[FULL].versions[0].components[B].holdback.percent',
        'PROGRAMME_INVALID plans[FULL].versions[0].components[C].method',
      ],
    );
    const meaning = await data(
      world,
      'admin',
      `mutation { ${publish(`{ code: "A", name: "A", events: [BILL], rules: [{ flat: "1" }], clawback: { method: FULL }, instalments: [{ percent: "99", month: 1 }] }`)} }`,
    );
    expect(meaning.publishPlanVersion.faults.map(({ at }: { at: string }) => at)).toEqual(
      expect.arrayContaining([
        'plans[FULL].versions[0].components[A].instalments',
        'plans[FULL].versions[0].components[A].clawback',
      ]),
    );
  });
});

describe('a correction', () => {
  it('waits for two others, and is listed until then', async () => {
    const pending = '{ pendingPlanCorrections { planCode number corrects publishedBy approvals { approvedBy } } }';
    const propose = `publishPlanVersion(plan: { code: "P", name: "Plan" }, version: { from: "2026-01-01", currency: "CNY", corrects: true,
      components: [{ code: "NEW", name: "New", events: [ACTIVATION], rules: [{ flat: "7" }] }] }) ${result}`;
    const proposed = await data(world, 'admin', `mutation { ${propose} }`);
    expect(proposed.publishPlanVersion.changes).toContainEqual(
      expect.objectContaining({ action: 'CREATE', entity: 'planCorrection', key: 'P@2026-01-01' }),
    );
    const [waiting] = (await data(world, 'auditor', pending)).pendingPlanCorrections;
    expect(waiting).toMatchObject({ planCode: 'P', corrects: true, approvals: [] });
    const approve = `mutation { approvePlanVersion(plan: "P", number: ${waiting.number}) { __typename ${failure} } }`;
    expect((await data(world, 'admin', approve)).approvePlanVersion).toMatchObject({ code: 'SAME_PERSON' });
    const versions = '{ agent(code: "E1") { agreements { plan { versions { number } } } } }';
    const numbers = async () => {
      const [agreement] = (await data(world, 'agentE1', versions)).agent.agreements;
      return agreement.plan.versions.map(({ number }: { number: number }) => number);
    };
    expect(await numbers()).not.toContain(waiting.number);
    for (const who of ['first', 'second']) {
      await world.databases.owner.transaction((transaction) =>
        approvePlanVersion(transaction, localActor(who), new Date(`${today}T00:00:00Z`), 'P', waiting.number),
      );
    }
    expect((await data(world, 'admin', pending)).pendingPlanCorrections).toEqual([]);
    expect(await numbers()).toContain(waiting.number);
    expect((await data(world, 'admin', approve)).approvePlanVersion).toMatchObject({ code: 'CORRECTION_IN_FORCE' });
  });
});

describe('pools, agreements and exchange rates', () => {
  it('take and show all their fields', async () => {
    const answer = await data(
      world,
      'admin',
      `mutation {
        pool: publishPoolVersion(pool: { code: "QUARTER", name: "Quarter" }, version: { from: "2026-12-01", currency: "CNY",
          fund: { fixed: "100", events: [BILL] }, threshold: { target: "1000", percent: "80" }, remainder: KEEP,
          weight: [{ factor: SCORE }, { factor: MONTHS_OF_SERVICE }], plans: ["P"], period: QUARTER, floor: "1", cap: "50" }) ${result}
        agreement: saveAgreements(agreements: [{ code: "NEXT", agent: "E1", plan: "P", from: "2030-01-01", totalCap: "900", minimumPayout: "50",
          taxPercent: "6", trailing: CONTINUE }]) ${result}
        ended: saveAgreements(agreements: [{ code: "E1-P-2026-01-01", agent: "E1", plan: "P", from: "2026-01-01", to: "2030-01-01" }, { code: "NEXT", agent: "E1", plan: "P", from: "2030-01-01", totalCap: "900", minimumPayout: "50",
          taxPercent: "6", trailing: CONTINUE }]) ${result}
        rates: saveExchangeRates(exchangeRates: [{ currency: "USD", into: "CNY", from: "2026-10-01", rate: "7.10" }]) ${result}
        same: saveExchangeRates(exchangeRates: [{ currency: "USD", into: "CNY", from: "2026-10-01", rate: "7.1" }]) ${result}
      }`,
    );
    expect(answer.pool.__typename).toBe('ProgrammePayload');
    expect(answer.agreement).toMatchObject({ code: 'AGREEMENT_OVERLAP' });
    expect(answer.ended.changeCount).toBe(2);
    expect([answer.rates.changeCount, answer.same.changeCount]).toEqual([1, 0]);
    const read = await data(
      world,
      'admin',
      `{ pools { code versions { fixedFund fundBase fundEventTypes plans period floor cap weight { factor eventTypes } } }
         agent(code: "E1") { agreements { code totalCap minimumPayout taxPercent trailing } }
         exchangeRates { nodes { currency into from to rate } } }`,
    );
    expect(read.pools.find(({ code }: { code: string }) => code === 'QUARTER').versions).toEqual([
      {
        fixedFund: '100',
        fundBase: 'AMOUNT',
        fundEventTypes: ['BILL'],
        plans: ['P'],
        period: 'QUARTER',
        floor: '1',
        cap: '50',
        weight: [
          { factor: 'SCORE', eventTypes: [] },
          { factor: 'MONTHS_OF_SERVICE', eventTypes: [] },
        ],
      },
    ]);
    expect(read.agent.agreements).toEqual([
      { code: 'E1-P-2026-01-01', totalCap: null, minimumPayout: null, taxPercent: null, trailing: 'STOP' },
      { code: 'NEXT', totalCap: '900', minimumPayout: '50', taxPercent: '6', trailing: 'CONTINUE' },
    ]);
    expect(read.exchangeRates.nodes).toContainEqual({
      currency: 'USD',
      into: 'CNY',
      from: '2026-10-01',
      to: null,
      rate: '7.1',
    });
  });
});

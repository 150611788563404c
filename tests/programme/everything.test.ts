import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { hashOf } from '../../src/commissions/hashes.ts';
import type { Databases } from '../../src/db/client.ts';
import { planVersionContent } from '../../src/programme/content.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { loadPlanVersionContent } from '../../src/programme/state.ts';
import { testDatabase } from '../database.ts';
import { everything } from './everything.ts';
import { apply, faultsOf, smallProgramme } from './programmes.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await apply(databases, smallProgramme);
  await apply(databases, everything);
});

async function rows(query: string): Promise<Record<string, unknown>[]> {
  return [...(await databases.owner.execute<Record<string, unknown>>(sql.raw(query)))];
}

describe('a programme with everything', () => {
  it('is as declared: applied again, it changes nothing', async () => {
    expect(await apply(databases, everything)).toEqual([]);
    expect(await apply(databases, smallProgramme)).toEqual([]);
  });

  it('stores each component as its kind, with what is not declared left out', async () => {
    const definitions = await rows(`
      select component.kind, component.code, part.definition from plan_component part
      join component on component.id = part.component_id join plan on plan.id = component.plan_id
      where plan.code = 'FULL' order by part.position`);
    const multiplied = { multiplyByTier: false };
    expect(definitions).toEqual([
      {
        kind: 'RATE',
        code: 'SALE',
        definition: {
          eventTypes: ['ACTIVATION', 'RENEWAL'],
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
            { percent: '50', month: 0 },
            { percent: '25.5', days: 90 },
            { percent: '24.5', paidBill: 3 },
          ],
          onBill: true,
          holdback: { percent: '10', months: 3, condition: { metric: 'QUALITY', atLeast: '-1', below: '100' } },
          clawback: { events: ['CHURN', 'REFUND'], method: 'PRO_RATA', months: 12 },
          reactivationDays: 30,
          cap: '9000',
          floor: '10',
        },
      },
      {
        kind: 'RESIDUAL',
        code: 'TRAIL',
        definition: {
          eventTypes: ['BILL'],
          base: 'AMOUNT',
          ...multiplied,
          months: 24,
          clawback: { events: ['CHURN', 'REFUND'], method: 'FULL', days: 30 },
        },
      },
      {
        kind: 'SPIFF',
        code: 'PUSH',
        definition: { eventTypes: ['ACTIVATION'], base: 'AMOUNT', ...multiplied, campaign: 'AUTUMN', budget: '50000' },
      },
      {
        kind: 'BRACKET',
        code: 'VOLUME',
        definition: {
          eventTypes: ['BILL', 'RECHARGE'],
          measure: 'AMOUNT',
          window: 'QUARTER',
          multiplyByTier: true,
          cap: '100000',
          method: 'MARGINAL',
          bounds: 'VOLUME',
          brackets: [
            { from: '0', to: '10000', rate: '1' },
            { from: '10000', to: '50000', rate: '1.5' },
            { from: '50000', rate: '2' },
          ],
        },
      },
      {
        kind: 'BRACKET',
        code: 'ACCELERATOR',
        definition: {
          eventTypes: ['ACTIVATION'],
          measure: 'UNITS',
          window: 'YEAR',
          ...multiplied,
          target: 'UNIT_TARGET',
          method: 'WHOLE',
          bounds: 'ATTAINMENT',
          brackets: [
            { from: '100', to: '120', rate: '5' },
            { from: '120', rate: '8' },
          ],
        },
      },
      {
        kind: 'QUOTA_BONUS',
        code: 'BONUS',
        definition: {
          eventTypes: ['ACTIVATION'],
          measure: 'UNITS',
          window: 'MONTH',
          ...multiplied,
          scoreFactor: { period: 'SAME', steps: [{ from: '0', factor: '1' }] },
          target: 'UNIT_TARGET',
          curve: 'LINEAR',
          pays: 'AMOUNT',
          points: [
            { attainment: '80', value: '500' },
            { attainment: '100', value: '1000' },
          ],
          maximumAttainment: '150',
        },
      },
      {
        kind: 'OVERRIDE',
        code: 'TEAM',
        definition: {
          method: 'PERCENT_OF_COMMISSION',
          levels: [
            { level: 1, percent: '5' },
            { level: 2, percent: '2' },
          ],
          cap: '5000',
        },
      },
      {
        kind: 'OVERRIDE',
        code: 'TEAM_BASE',
        definition: {
          method: 'PERCENT_OF_BASE',
          eventTypes: ['RECHARGE'],
          base: 'AMOUNT',
          levels: [{ level: 1, percent: '0.5' }],
        },
      },
      {
        kind: 'OVERRIDE',
        code: 'GAP',
        definition: {
          method: 'DIFFERENTIAL',
          eventTypes: ['RECHARGE'],
          base: 'AMOUNT',
          measure: 'UNITS',
          table: [
            { from: '0', to: '100', percent: '3' },
            { from: '100', percent: '5' },
          ],
          paysSeller: false,
        },
      },
      { kind: 'DRAW', code: 'GUARANTEE', definition: { minimum: '3000' } },
    ]);
  });

  it('stores the pool, the terms and the figures', async () => {
    const [pool] = await rows(
      "select definition from pool_version join pool on pool.id = pool_id where code = 'QUARTERLY'",
    );
    expect(pool?.definition).toEqual({
      fund: { fixed: '100000', of: 'AMOUNT', eventTypes: ['BILL'] },
      threshold: { target: '1000000', percent: '80' },
      minimum: null,
      maximum: null,
      reservePercent: '0',
      weight: [{ factor: 'SCORE' }, { factor: 'MONTHS_OF_SERVICE' }, { factor: 'VOLUME', eventTypes: ['BILL'] }],
      remainder: 'CARRY_OVER',
      channelTypes: [],
      plans: ['FULL', 'P'],
      period: 'QUARTER',
      floor: '100',
      cap: '20000',
    });
    expect(await rows('select code, terms from agreement order by code')).toEqual([
      { code: 'M-P-2026-01-01', terms: {} },
      {
        code: 'T-FULL-2026-06-01',
        terms: { totalCap: '100000', minimumPayout: '50', taxPercent: '6', trailing: 'CONTINUE' },
      },
    ]);
    // The first rate has no end of its own: the second of its pair ends it.
    expect(
      await rows(`
        select currency, into_currency as into, valid_from::text as from, valid_to::text as to, rate
        from exchange_rate order by currency, valid_from`),
    ).toEqual([
      { currency: 'CNY', into: 'USD', from: '2026-09-01', to: null, rate: '0.14' },
      { currency: 'USD', into: 'CNY', from: '2026-09-01', to: '2026-10-01', rate: '7.1' },
      { currency: 'USD', into: 'CNY', from: '2026-10-01', to: '2026-11-01', rate: '7.095' },
    ]);
    expect(
      await rows(`
        select agent.code as agent, metric, period, value
        from metric_value join agent on agent.id = agent_id order by 1, 2, 3`),
    ).toEqual([
      { agent: 'M', metric: 'UNIT_TARGET', period: '2026-Q4', value: '-3' },
      { agent: 'T', metric: 'SCORE', period: '2026-10', value: '92.5' },
      { agent: 'T', metric: 'UNIT_TARGET', period: '2026', value: '1200' },
    ]);
  });

  it('is read back as it was declared', async () => {
    const declared = readProgramme(everything).plans[0]?.versions[0];
    const [version] = await rows(
      "select version.id, content_hash from plan_version version join plan on plan.id = plan_id where plan.code = 'FULL'",
    );
    if (!declared) throw new Error('the programme declares a version');
    const content = await databases.owner.transaction((transaction) =>
      loadPlanVersionContent(transaction, Number(version?.id)),
    );
    expect(content).toEqual(planVersionContent(declared));
    expect(hashOf(content)).toBe(version?.content_hash);
  });

  it('says in the words of the file what differs from what is published', async () => {
    const altered = everything
      .replace('percent: 25.5, days: 90', 'percent: 25.5, days: 60')
      .replace('paysSeller: false', 'paysSeller: true')
      .replace('            reactivationDays: 30\n', '')
      .replace('minimum: 3000', 'minimum: 3500');
    expect(await faultsOf(() => apply(databases, altered))).toEqual([
      expect.stringMatching(
        /^PLAN_VERSION_PUBLISHED .*components\[SALE\]\.instalments is .*; components\[SALE\]\.reactivationDays is 30, the programme says nothing; components\[GAP\]\.paysSeller is false, the programme says true; components\[GUARANTEE\]\.minimum is 3000, the programme says 3500$/,
      ),
    ]);
  });
});

describe('figures', () => {
  it('may change, with their records, and only those that differ', async () => {
    const own = await testDatabase();
    await apply(own, smallProgramme);
    await apply(own, everything);
    const changes = await apply(
      own,
      `
exchangeRates:
  - { currency: USD, into: CNY, from: 2026-10-01, to: 2026-11-01, rate: 7.2 }
  - { currency: CNY, into: USD, from: 2026-12-01, rate: 0.15 }
metricValues:
  - { agent: T, metric: SCORE, period: 2026-10, value: 95 }
  - { agent: T, metric: UNIT_TARGET, period: 2026, value: 1200.0 }
`,
    );
    expect(changes).toMatchObject([
      { action: 'create', entity: 'exchangeRate', key: 'CNY-USD@2026-12-01', after: { rate: '0.15', to: null } },
      // What was declared without an end ends where the next of its pair begins.
      {
        action: 'change',
        entity: 'exchangeRate',
        key: 'CNY-USD@2026-09-01',
        before: { to: null },
        after: { to: '2026-12-01' },
      },
      {
        action: 'change',
        entity: 'exchangeRate',
        key: 'USD-CNY@2026-10-01',
        before: { rate: '7.095' },
        after: { rate: '7.2' },
      },
      {
        action: 'change',
        entity: 'metricValue',
        key: 'T SCORE 2026-10',
        before: { value: '92.5' },
        after: { value: '95' },
      },
    ]);
    const audited = await own.owner.execute(
      sql`select action from audit_record where entity in ('exchangeRate', 'metricValue') and action like '%.changed' order by action`,
    );
    expect([...audited]).toEqual([
      { action: 'exchangeRate.changed' },
      { action: 'exchangeRate.changed' },
      { action: 'metricValue.changed' },
    ]);
  });
});

describe('versions published before', () => {
  // Hashes as they were written when RATE components and monthly pools were all there was.
  it('keep their content hashes', async () => {
    const hashes = await rows(`
      select 'plan' as kind, content_hash as hash from plan_version join plan on plan.id = plan_id where plan.code = 'P'
      union all select 'pool', content_hash from pool_version join pool on pool.id = pool_id where pool.code = 'POOL'
      order by kind`);
    expect(hashes).toEqual([
      { kind: 'plan', hash: 'ff6958a3aef6971112ad3dd731ee299bfc4933115a9b7b96c7b2bfad750190f1' },
      { kind: 'pool', hash: '856e23718d3935e13c03e18e6bb5a8f124166c2d45477d8bec9ea7c9ca18a630' },
    ]);
  });
});

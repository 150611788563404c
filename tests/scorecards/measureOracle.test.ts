import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Transaction } from '../../src/db/client.ts';
import { measureAgent } from '../../src/scorecards/measure.ts';
import type { MetricFormula } from '../../src/scorecards/metricDefinition.ts';
import { metricDefinitionSchema } from '../../src/scorecards/metricSchema.ts';
import { testDatabase } from '../database.ts';
import { type OracleEvent, type OracleWorld, oracleMetric } from '../oracle/metrics.ts';
import { declare, measureDeclared, october, setUp, shanghai, undone } from './measureFixture.ts';

// Random events, measured in the database and by the oracle, must give the same values to the last digit.

const amount = { measure: 'AMOUNT', events: ['ACTIVATION', 'BILL', 'DEVICE_SALE'] };
const refunds = { measure: 'AMOUNT', events: ['REFUND'], subtract: true };
const units = { measure: 'QUANTITY', events: ['ACTIVATION', 'REFUND'] };

const formulas = {
  NET: { kind: 'TOTAL', terms: [amount, refunds] },
  YEAR: {
    kind: 'TOTAL',
    terms: [
      { ...amount, regions: ['NORTH'] },
      { ...refunds, regions: ['NORTH'] },
    ],
    months: 12,
  },
  LINES: {
    kind: 'TOTAL',
    terms: [
      { measure: 'SUBSCRIPTIONS', events: ['ACTIVATION', 'BILL'], categories: ['BROADBAND'] },
      { measure: 'SUBSCRIPTIONS', events: ['CHURN'], subtract: true },
    ],
    months: 2,
  },
  PEOPLE: { kind: 'TOTAL', terms: [{ measure: 'CUSTOMERS', events: ['ACTIVATION'], segments: ['PUBLIC'] }] },
  ROLES: { kind: 'TOTAL', terms: [{ ...units, roles: ['REFERRER'] }], months: 3 },
  AVERAGE: { kind: 'RATIO', numerator: [amount], denominator: [{ ...amount, measure: 'EVENTS' }] },
  NEGATIVE: { kind: 'RATIO', numerator: [refunds], denominator: [units], months: 2, percent: true },
  GROWTH: { kind: 'GROWTH', terms: [amount, refunds], months: 2, monthsBack: 1 },
  SHARE: { kind: 'SHARE', terms: [{ ...amount, products: ['FIBER', 'VOICE'] }, refunds] },
  CHURN: {
    kind: 'FOLLOWED',
    cohort: { events: ['ACTIVATION', 'BILL'], roles: ['SELLER'] },
    began: { months: 2 },
    followedBy: ['CHURN', 'REFUND'],
    within: { months: 1 },
  },
  RECHARGE: {
    kind: 'FOLLOWED',
    cohort: { events: ['ACTIVATION'], regions: ['NORTH', 'SOUTH'] },
    began: { days: 30 },
    followedBy: ['BILL'],
    within: { days: 7 },
  },
  ON_TIME: { kind: 'ON_TIME', filter: { products: ['FIBER'] }, withinDays: 40 },
};

/** The formulas as the catalogue keeps them. */
const kept = Object.entries(formulas).map(([code, formula]): [string, MetricFormula] => {
  const { definition } = metricDefinitionSchema.parse({
    code,
    name: code,
    definition: { source: 'COMPUTED', formula },
  });
  if (definition.source !== 'COMPUTED') throw new Error(code);
  return [code, definition.formula];
});

// Around the beginnings of months in both zones, and in the middle of them.
const instants = [
  '2025-11-02',
  '2026-07-15',
  '2026-08-31',
  '2026-09-01',
  '2026-09-30',
  '2026-10-01',
  '2026-10-02',
  '2026-10-14',
  '2026-10-31',
  '2026-11-01',
].flatMap((day) => ['03:59:59.999999Z', '04:00:00Z', '15:59:59Z', '16:00:00Z'].map((time) => `${day}T${time}`));

const plainEvent = fc.record({
  type: fc.constantFrom('ACTIVATION', 'ACTIVATION', 'BILL', 'BILL', 'DEVICE_SALE', 'CHURN', 'TRANSFER', 'RECHARGE'),
  occurredAt: fc.constantFrom(...instants),
  agentCode: fc.constantFrom('anna', 'ben', 'carl', 'dora', 'emil'),
  productCode: fc.constantFrom('FIBER', 'DSL', 'VOICE'),
  quantity: fc.constantFrom('1', '2', '0.5', '3'),
  amount: fc.constantFrom('1', '2.5', '10.01', '99.9', '333.33'),
  currency: fc.constantFrom('CNY', 'CNY', 'USD'),
  regionCode: fc.constantFrom(undefined, undefined, 'NORTH', 'SOUTH', 'CITY'),
  segment: fc.constantFrom(undefined, 'PUBLIC', 'BUSINESS'),
  customerId: fc.constantFrom(undefined, 'C1', 'C2', 'C3'),
  subscription: fc.constantFrom(undefined, 'S1', 'S2', 'S3', 'S4'),
  credits: fc.constantFrom(
    undefined,
    undefined,
    'anna:SELLER:0.7|ben:REFERRER:0.3',
    'ben:REFERRER:0.25|ben:SELLER:0.25|emil:SELLER:0.5',
  ),
  /** What happens to it afterwards. */
  fate: fc.constantFrom('NONE', 'NONE', 'NONE', 'REVERSED', 'REFUNDED', 'BOTH', 'REFUND_REVERSED'),
});

type Drawn = typeof plainEvent extends fc.Arbitrary<infer One> ? One : never;

const plain = {
  agentCode: 'anna',
  productCode: 'FIBER',
  quantity: '1',
  amount: '1',
  currency: 'CNY',
  regionCode: undefined,
  segment: undefined,
  customerId: undefined,
  subscription: 'S2',
  credits: undefined,
} as const;

/** A refund of October, dated before what it pays back in November, whose subscription went to dora in between: the refund is dora's. */
const refundedBefore: Drawn[] = [
  { ...plain, type: 'RECHARGE', occurredAt: '2026-11-01T16:00:00Z', fate: 'REFUNDED' },
  { ...plain, type: 'TRANSFER', occurredAt: '2026-10-31T16:00:00Z', agentCode: 'dora', fate: 'NONE' },
];

/** Rows of an import: each event, then what refers to it. */
function eventsOf(drawn: readonly Drawn[]): OracleEvent[] {
  return drawn.flatMap(({ fate, subscription, ...plain }, index) => {
    const id = `E${String(index).padStart(3, '0')}`;
    // A CHURN and a TRANSFER need a subscription.
    const subscriptionId = subscription ?? (['CHURN', 'TRANSFER'].includes(plain.type) ? 'S1' : undefined);
    const own: OracleEvent = { ...plain, externalId: id, subscriptionId };
    const after = (externalId: string, type: string, originalExternalId: string, amountText: string): OracleEvent => ({
      externalId,
      type,
      originalExternalId,
      occurredAt: '2026-10-20T04:00:00Z',
      agentCode: 'carl',
      productCode: 'DSL',
      quantity: '1',
      amount: amountText,
      currency: plain.currency,
    });
    const refund = after(`${id}-R`, 'REFUND', id, '0.5');
    const reversal = after(`${id}-V`, 'REVERSAL', id, '0');
    switch (fate) {
      case 'REVERSED':
        return [own, reversal];
      case 'REFUNDED':
        return [own, refund];
      case 'BOTH':
        return [own, refund, reversal];
      case 'REFUND_REVERSED':
        return [own, refund, after(`${id}-RV`, 'REVERSAL', `${id}-R`, '0')];
      default:
        return [own];
    }
  });
}

const people = ['anna', 'ben', 'carl', 'dora', 'emil'];

/** All formulas for one agent; those that look at others of its region apart from the rest, so that the rest reads no others. */
async function measureOne(transaction: Transaction, code: string): Promise<Record<string, string | undefined>> {
  const agentId = (await transaction.query.agent.findFirst({ columns: { id: true }, where: { code } }))?.id ?? 0;
  const metrics = kept.map(([metric, formula]) => ({ code: metric, formula }));
  const values: [string, string | undefined][] = [];
  for (const isShare of [true, false]) {
    const some = metrics.filter(({ formula }) => (formula.kind === 'SHARE') === isShare);
    const measured = await measureAgent(transaction, { agentId, period: october, metrics: some });
    values.push(
      ...some.map((metric): [string, string | undefined] => [metric.code, measured.get(metric.code) ?? undefined]),
    );
  }
  return Object.fromEntries(values);
}

describe.each(['Asia/Shanghai', 'America/New_York'])('measuring in %s', (timeZone) => {
  it('agrees with the oracle on random events', async () => {
    const databases = await testDatabase();
    const world: Omit<OracleWorld, 'events'> = { ...shanghai, timeZone };
    await setUp(databases, world);
    await databases.owner.transaction((transaction) => declare(transaction, formulas));
    const codes = Object.keys(formulas);
    const property = fc.asyncProperty(fc.array(plainEvent, { minLength: 8, maxLength: 30 }), async (drawn) => {
      const events = eventsOf(drawn);
      const wanted = Object.fromEntries(
        kept.map(([code, formula]) => [code, oracleMetric({ ...world, events }, formula)]),
      );
      const agentCode = people[drawn.length % people.length] ?? '';
      const { all, own } = await undone(databases, async (transaction) => ({
        all: await measureDeclared(transaction, events, codes),
        own: await measureOne(transaction, agentCode),
      }));
      expect(all).toEqual(wanted);
      // of one agent only its own events are read: the same values
      expect(own, agentCode).toEqual(
        Object.fromEntries(codes.map((code) => [code, wanted[code]?.[agentCode] ?? undefined])),
      );
    });
    await fc.assert(property, { numRuns: 8, endOnFailure: true, examples: [[refundedBefore]] });
  });
});

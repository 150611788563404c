import { Readable } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadAccruals } from '../../src/accruals/accruals.ts';
import { accrualsContent } from '../../src/accruals/accrualsCsv.ts';
import { approveOpening, importOpening } from '../../src/commissions/cutOver.ts';
import { approveRun } from '../../src/commissions/runs.ts';
import type { Databases } from '../../src/db/client.ts';
import type { Period } from '../../src/period.ts';
import type { EventInput } from '../../src/sales/import.ts';
import { testDatabase } from '../database.ts';
import { apply, asOwner, calculate, clerk, codeOf, controller, event, importEvents } from '../support/books.ts';

// FIBER earns 100.00: 20 percent are held back for three months, the rest comes half at once, half a month later: 40 now, 40 at +1, 20 at +3.
// VOICE earns 100.00: half at once, half with the second bill. SIM earns 100.00: half at once, half after 40 days. Bills bring 5 percent for
// twelve months.

const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
channelTypes: [{ code: AGENT, name: Agent }]
products: [{ code: FIBER, name: Fibre }, { code: VOICE, name: Voice }, { code: SIM, name: Card }]
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-01-01
        currency: CNY
        components:
          - code: FIB
            name: Fibre
            kind: RATE
            events: [ACTIVATION]
            instalments: [{ percent: 50, month: 0 }, { percent: 50, month: 1 }]
            holdback: { percent: 20, months: 3 }
            clawback: { events: [CHURN, REFUND], method: FULL, months: 6 }
            reactivationDays: 60
            rules: [{ code: FIBER, product: FIBER, flat: 100 }]
          - code: VOI
            name: Voice
            kind: RATE
            events: [ACTIVATION]
            instalments: [{ percent: 50, month: 0 }, { percent: 50, paidBill: 2 }]
            onBill: true
            clawback: { events: [REFUND], method: FULL, months: 6 }
            rules: [{ code: VOICE, product: VOICE, flat: 100 }]
          - code: SIM
            name: Card
            kind: RATE
            events: [ACTIVATION]
            instalments: [{ percent: 50, month: 0 }, { percent: 50, days: 40 }]
            rules: [{ code: SIM, product: SIM, flat: 100 }]
          - { code: RES, name: Residual, kind: RESIDUAL, months: 12, events: [BILL], rules: [{ code: ANY, percent: 5 }] }
agents:
  - { code: A1, name: One, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: A2, name: Two, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01 }] }
`;

const on = (date: string) => `${date}T12:00:00+08:00`;
const sale = (id: string, date: string, rest: Partial<EventInput> = {}) =>
  event(id, { occurredAt: on(date), subscriptionId: `SUB-${id}`, ...rest });
const later = (type: EventInput['type'], date: string, id: string, rest: Partial<EventInput> = {}) =>
  event(`${type} ${date} ${id}`, { type, occurredAt: on(date), subscriptionId: `SUB-${id}`, ...rest });
const refund = (id: string, date: string, amount: string) =>
  event(`REFUND ${date} ${id}`, { type: 'REFUND', occurredAt: on(date), originalExternalId: id, amount });

const fibres = [
  sale('F0', '2026-09-10'),
  sale('F1', '2026-10-10'),
  sale('F2', '2026-10-10'),
  later('CHURN', '2026-10-20', 'F2'),
  sale('F3', '2026-10-10', { agentCode: 'A2' }),
  later('CHURN', '2026-10-20', 'F3'),
  later('REACTIVATION', '2026-10-25', 'F3'),
  sale('F4', '2026-10-10'),
  refund('F4', '2026-10-20', '25'),
];
const others = [
  sale('V1', '2026-10-10', { productCode: 'VOICE' }),
  // Its second bill comes after a refund of a quarter in the month of the sale: 37.50 are paid at once, 12.50 never.
  sale('V2', '2026-10-02', { productCode: 'VOICE' }),
  refund('V2', '2026-10-03', '25'),
  later('BILL', '2026-10-05', 'V2', { amount: '0' }),
  later('BILL', '2026-10-06', 'V2', { amount: '0' }),
  sale('V3', '2026-10-02', { productCode: 'VOICE' }),
  later('BILL', '2026-10-05', 'V3', { amount: '0' }),
  later('BILL', '2026-10-06', 'V3', { amount: '0' }),
  // 40 days after lie in November, 40 days after the other in December.
  sale('S1', '2026-10-10', { productCode: 'SIM' }),
  sale('S2', '2026-10-31', { productCode: 'SIM' }),
];
const bills = [
  // The second of twelve months: 5.00 for ten more.
  later('BILL', '2026-10-15', 'F0', { amount: '100' }),
  // The first month: 2.50 for eleven more.
  later('BILL', '2026-10-16', 'F1', { amount: '50' }),
  // It is gone.
  later('BILL', '2026-10-17', 'F2', { amount: '50' }),
];

const afterwards = new Date('2027-06-05T02:00:00Z');
let databases: Databases;

async function closeMonth(period: string): Promise<void> {
  const run = await calculate(databases, period as Period, afterwards);
  await asOwner(databases, (transaction) => approveRun(transaction, controller, afterwards, run.id));
}

const accruals = async (period: string, kinds = ['INSTALMENT', 'HOLDBACK']) => {
  const rows = await asOwner(databases, (transaction) => loadAccruals(transaction, period));
  return rows
    .filter(({ kind }) => kinds.includes(kind))
    .map((row) =>
      [
        row.kind,
        row.component,
        row.earnedPeriod,
        row.ageMonths,
        row.duePeriod,
        row.agentCount,
        row.itemCount,
        row.amount.toFixed(2),
      ].join(' '),
    );
};
/** Σ withheld − released of all runs up to a month. */
const unreleased = async (period: string) => {
  const [row] = await databases.owner.$client<{ sum: string }[]>`
    select sum(-amount)::text as sum from commission_line line join commission_run run on run.id = run_id
    where run.period <= ${period} and run.status = 'APPROVED' and instalment is not null`;
  return Number(row?.sum);
};
const csv = (period: string) =>
  asOwner(databases, async (transaction) => {
    const context = { transaction, run: { id: 0, period } } as Parameters<typeof accrualsContent.write>[0];
    const pieces: Buffer[] = [];
    for await (const piece of accrualsContent.write(context)) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  });

beforeAll(async () => {
  databases = await testDatabase();
  await apply(databases, programme);
  await importEvents(databases, [...fibres, ...others, ...bills]);
  await closeMonth('2026-09');
  await closeMonth('2026-10');
});

describe('at the end of October', () => {
  it('parts that wait: whole, churned, reactivated, refunded in part', async () => {
    // Due in November: F1 40.00, F3 40.00, F4 40.00 − 25 % = 30.00; in January 20.00 + 20.00 + 15.00. F2 is churned.
    expect(await accruals('2026-10')).toEqual([
      'HOLDBACK FIB 2026-09 1 2026-12 1 1 20.00',
      'HOLDBACK FIB 2026-10 0 2027-01 2 3 55.00',
      'INSTALMENT FIB 2026-10 0 2026-11 2 3 110.00',
      'INSTALMENT SIM 2026-10 0 2026-11 1 1 50.00',
      'INSTALMENT SIM 2026-10 0 2026-12 1 1 50.00',
      'INSTALMENT VOI 2026-10 0 ON_BILL 1 1 50.00',
    ]);
    // Cancelled: F2 60.00, F4 15.00, V2 12.50.
    expect(await unreleased('2026-10')).toBe(335 + 60 + 15 + 12.5);
  });

  it('residuals that live subscriptions may still bring', async () => {
    expect(await accruals('2026-10', ['RESIDUAL_EXPECTED'])).toEqual([
      'RESIDUAL_EXPECTED RES 2026-09 1 ON_BILL 1 1 50.00',
      'RESIDUAL_EXPECTED RES 2026-10 0 ON_BILL 1 1 27.50',
    ]);
  });

  it('of a month that nobody approved there is nothing', async () => {
    expect(await codeOf(accruals('2026-11'))).toBe('NO_RUN');
  });
});

it('what comes later changes nothing of October; what waits then is what is released', async () => {
  const before = await csv('2026-10');
  expect(before.split('\n').slice(0, 3)).toEqual([
    'period,kind,plan,component,earned_period,age_months,age_bucket,due_period,currency,agents,items,amount',
    '2026-10,HOLDBACK,P,FIB,2026-09,1,0-3,2026-12,CNY,1,1,20.00',
    '2026-10,HOLDBACK,P,FIB,2026-10,0,0-3,2027-01,CNY,2,3,55.00',
  ]);
  // A churn of October that comes late, a sale of October that comes late, and a bill: V1 waits for one more. A refund that comes late, of a
  // quarter of V3, from before its second bill: its second half was paid at once, 37.50 of it stay, 12.50 are never paid.
  await importEvents(databases, [
    later('CHURN', '2026-10-28', 'F1'),
    refund('V3', '2026-10-03', '25'),
    sale('F5', '2026-10-11', { agentCode: 'A2' }),
    later('BILL', '2026-11-05', 'V1', { amount: '0' }),
  ]);
  expect(await csv('2026-10')).toBe(before);
  await closeMonth('2026-11');
  expect(await csv('2026-10')).toBe(before);
  // F1 is gone. Left of F3 20.00, of F4 15.00, of the late F5 20.00 in January; F0 20.00 in December.
  expect(await accruals('2026-11')).toEqual([
    'HOLDBACK FIB 2026-09 2 2026-12 1 1 20.00',
    'HOLDBACK FIB 2026-10 1 2027-01 2 3 55.00',
    'INSTALMENT SIM 2026-10 1 2026-12 1 1 50.00',
    'INSTALMENT VOI 2026-10 1 ON_BILL 1 1 50.00',
  ]);
  await closeMonth('2026-12');
  await closeMonth('2027-01');
  const released = await databases.owner.$client`
    select run.period, sum(amount)::float as amount from commission_line join commission_run run on run.id = run_id
    where kind = 'RELEASE' and run.period > '2026-11' group by run.period order by 1`;
  expect(released).toEqual([
    { period: '2026-12', amount: 70 },
    { period: '2027-01', amount: 55 },
  ]);
  expect(await accruals('2027-01')).toEqual(['INSTALMENT VOI 2026-10 3 ON_BILL 1 1 50.00']);
});

it('opening positions wait as well, from the month before the first', async () => {
  databases = await testDatabase();
  await apply(databases, programme);
  const columns = 'kind,agent_code,plan,component,currency,amount,subscription_id,product_code,started_at,instalment';
  // FIBER of July: 40.00 + 40.00 are paid, 20.00 are due in October; of August: 20.00 due in November.
  const lines = [
    columns,
    'SUBSCRIPTION,A1,P,FIB,CNY,80,O1,FIBER,2026-07-10T10:00:00+08:00,',
    'UNPAID,,,,,20,O1,,,3',
    'SUBSCRIPTION,A2,P,FIB,CNY,80,O2,FIBER,2026-08-10T10:00:00+08:00,',
    'UNPAID,,,,,20,O2,,,3',
  ];
  await asOwner(databases, async (transaction) => {
    const source = { name: 'o.csv', stream: Readable.from([Buffer.from(lines.join('\n'))]) };
    const result = await importOpening(transaction, clerk, afterwards, source, { period: '2026-09' as Period });
    expect(result.rejections).toEqual([]);
    await approveOpening(transaction, controller, afterwards, result.runId ?? 0);
  });
  expect(await accruals('2026-09')).toEqual([
    'HOLDBACK FIB 2026-07 2 2026-10 1 1 20.00',
    'HOLDBACK FIB 2026-08 1 2026-11 1 1 20.00',
  ]);
  await importEvents(databases, [event('X', { occurredAt: on('2026-10-05'), agentCode: 'A2' })]);
  await closeMonth('2026-10');
  // What was due is released; the new sale waits.
  expect(await accruals('2026-10')).toEqual([
    'HOLDBACK FIB 2026-08 2 2026-11 1 1 20.00',
    'HOLDBACK FIB 2026-10 0 2027-01 1 1 20.00',
    'INSTALMENT FIB 2026-10 0 2026-11 1 1 40.00',
  ]);
  expect(await unreleased('2026-10')).toBe(80);
});

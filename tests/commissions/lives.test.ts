import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approveRun } from '../../src/commissions/runs.ts';
import type { Databases } from '../../src/db/client.ts';
import type { Period } from '../../src/period.ts';
import { type EventInput, importEventBatch } from '../../src/sales/import.ts';
import { testDatabase } from '../database.ts';
import { apply, asOwner, calculate, clerk, controller, event } from '../support/books.ts';
import { allowEmptying, emptyDatabase } from '../support/reset.ts';

// Instalments, holdbacks and clawbacks booked by whole runs: what each period books for the lines of the ones before. The amounts by
// hand are those of tests/cases/lineLife.json; here it is seen that the database finds the lines and the happenings.

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await allowEmptying(databases);
});

beforeEach(() => emptyDatabase(databases));

/** A1 sells, its parent B1 gets 10 % of its commission and 2 % of its base. */
const programmeWith = (component: string, more = '') => `
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
          - { code: ACT, name: Activation, kind: RATE, events: [ACTIVATION], rules: [{ code: ANY, flat: 100 }], ${component} }
  - code: B
    name: Boss
    versions:
      - from: 2026-01-01
        currency: CNY
        components:
          - { code: OVR, name: Override, kind: OVERRIDE, method: PERCENT_OF_COMMISSION, levels: [{ level: 1, percent: 10 }] }
          - code: BASE
            name: On the base
            kind: OVERRIDE
            method: PERCENT_OF_BASE
            events: [DEVICE_SALE, RENEWAL]
            levels: [{ level: 1, percent: 2 }]
agents:
  - { code: B1, name: Boss, channelType: AGENT, agreements: [{ plan: B, from: 2026-01-01 }] }
  - { code: A1, name: Seller, channelType: AGENT, parent: B1, agreements: [{ plan: P, from: 2026-01-01 }] ${more} }
  - { code: A2, name: Other, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01 }] }
`;

const at = (date: string) => `${date}T12:00:00+08:00`;
const sale = (externalId: string, rest: Partial<EventInput> = {}) =>
  event(externalId, { occurredAt: at('2026-10-10'), subscriptionId: `SUB-${externalId}`, ...rest });
const later = (type: EventInput['type'], date: string, subscriptionId: string, rest: Partial<EventInput> = {}) =>
  event(`${type} ${date} ${subscriptionId}`, { type, occurredAt: at(date), subscriptionId, ...rest });
const refundOf = (original: string, date: string, amount: string) =>
  event(`REFUND ${date} ${original}`, { type: 'REFUND', occurredAt: at(date), originalExternalId: original, amount });

const inSpring = new Date('2027-06-05T02:00:00Z');

async function importEvents(events: readonly EventInput[]): Promise<void> {
  const result = await asOwner(databases, (transaction) =>
    importEventBatch(transaction, clerk, inSpring, events, { atomic: true }),
  );
  if (result.acceptedCount !== events.length) throw new Error(JSON.stringify(result));
}

/** Calculates and approves periods one after the other. */
async function close(...periods: string[]): Promise<void> {
  for (const period of periods) {
    const run = await calculate(databases, period as Period, inSpring);
    await asOwner(databases, (transaction) => approveRun(transaction, controller, inSpring, run.id));
  }
}

/** Lines but EARNING and OVERRIDE, as `period kind instalment agent cause (original) amount`. */
async function booked(...kinds: string[]): Promise<string[]> {
  const rows = await databases.owner.$client<{ text: string }[]>`
    select concat_ws(' ', run.period, line.kind, line.instalment, agent.code, cause.external_id,
      '(' || original.external_id || ')', line.origin_period, trim_scale(line.amount)) as text
    from commission_line line join commission_run run on run.id = line.run_id and run.status in ('CALCULATED', 'APPROVED')
    join agent on agent.id = line.agent_id
    left join sales_event cause on cause.id = line.cause_id left join sales_event original on original.id = line.original_id
    where line.kind not in ('EARNING', 'OVERRIDE', 'VOLUME') and (${kinds.length} = 0 or line.kind::text = any(${kinds}))
    order by run.period, line.kind, agent.code collate "C", cause.external_id collate "C", line.instalment, line.amount`;
  return rows.map(({ text }) => text);
}

const halves = 'instalments: [{ percent: 50, month: 0 }, { percent: 50, month: 1 }]';

describe('parts by date', () => {
  it('are withheld in the month of the sale and released in their own', async () => {
    await apply(databases, programmeWith(halves));
    await importEvents([sale('S1'), sale('S2', { agentCode: 'A2', quantity: '0.0005' })]);
    await close('2026-10', '2026-11', '2026-12');
    expect(await booked()).toEqual([
      '2026-10 WITHHOLDING 2 A1 S1 -50',
      // 0.05 in halves: 0.03 and 0.02
      '2026-10 WITHHOLDING 2 A2 S2 -0.02',
      '2026-11 RELEASE 2 A1 S1 50',
      '2026-11 RELEASE 2 A2 S2 0.02',
    ]);
  });
});

describe('what happens to a subscription', () => {
  const component = `${halves}, clawback: { method: PRO_RATA, months: 10 }, reactivationDays: 60`;

  it('forfeits, takes back, reactivates and is followed by the override, line by line', async () => {
    await apply(databases, programmeWith(component));
    await importEvents([
      ...['S1', 'S2', 'S3', 'S4', 'S5', 'S6'].map((id) => sale(id)),
      later('CHURN', '2026-10-20', 'SUB-S2'),
      refundOf('S3', '2026-10-25', '40'),
      later('CHURN', '2026-11-15', 'SUB-S4'),
      later('CHURN', '2026-11-15', 'SUB-S5'),
      event('R5', { type: 'REVERSAL', occurredAt: at('2026-11-16'), originalExternalId: 'CHURN 2026-11-15 SUB-S5' }),
      later('REACTIVATION', '2026-12-05', 'SUB-S4'),
      later('CHURN', '2026-12-11', 'SUB-S6'),
    ]);
    await close('2026-10', '2026-11', '2026-12', '2027-01');
    expect(await booked()).toEqual([
      ...['S1', 'S2', 'S3', 'S4', 'S5', 'S6'].map((id) => `2026-10 WITHHOLDING 2 A1 ${id} -50`),
      // S2: nothing served: 50; the other 50 forfeited. S3: 40 % of the paid 50 is 20, of the unpaid 20 cancelled
      '2026-10 CLAWBACK A1 CHURN 2026-10-20 SUB-S2 (S2) -50',
      '2026-10 CLAWBACK A1 REFUND 2026-10-25 S3 (S3) -20',
      // The boss's 10 of each: all of it, and 40 %
      '2026-10 CLAWBACK B1 CHURN 2026-10-20 SUB-S2 (S2) -10',
      '2026-10 CLAWBACK B1 REFUND 2026-10-25 S3 (S3) -4',
      '2026-11 RELEASE 2 A1 S1 50',
      '2026-11 RELEASE 2 A1 S3 30',
      '2026-11 RELEASE 2 A1 S5 50',
      '2026-11 RELEASE 2 A1 S6 50',
      // S4: one of ten months served: 45; with the 50 forfeited 95 % of the boss's 10
      '2026-11 CLAWBACK A1 CHURN 2026-11-15 SUB-S4 (S4) -45',
      '2026-11 CLAWBACK B1 CHURN 2026-11-15 SUB-S4 (S4) -9.5',
      '2026-12 RELEASE 2 A1 S4 50',
      // S6: two of ten months served: 100 · 8 / 10
      '2026-12 CLAWBACK A1 CHURN 2026-12-11 SUB-S6 (S6) -80',
      '2026-12 CLAWBACK A1 REACTIVATION 2026-12-05 SUB-S4 (S4) 45',
      '2026-12 CLAWBACK B1 CHURN 2026-12-11 SUB-S6 (S6) -8',
      '2026-12 CLAWBACK B1 REACTIVATION 2026-12-05 SUB-S4 (S4) 9.5',
    ]);
  });

  it('counts net of the cap', async () => {
    await apply(databases, programmeWith(`${component}, cap: 40`));
    await importEvents([sale('S1'), later('CHURN', '2026-12-11', 'SUB-S1')]);
    await close('2026-10', '2026-11', '2026-12');
    expect(await booked()).toEqual([
      '2026-10 CAP A1 S1 -60',
      '2026-10 WITHHOLDING 2 A1 S1 -20',
      '2026-11 RELEASE 2 A1 S1 20',
      // 40 · 8 / 10 of the child, 32 of its 40: the boss's 10, on the undivided 100, loses 8
      '2026-12 CLAWBACK A1 CHURN 2026-12-11 SUB-S1 (S1) -32',
      '2026-12 CLAWBACK B1 CHURN 2026-12-11 SUB-S1 (S1) -8',
    ]);
  });

  it('keeps apart what comes in the same instant, and what came before the sale', async () => {
    await apply(databases, programmeWith(component));
    await importEvents([
      sale('S1', { subscriptionId: 'SUB' }),
      // By external id before and after the sale
      event('A', { type: 'CHURN', occurredAt: at('2026-10-10'), subscriptionId: 'SUB' }),
      sale('T1', { subscriptionId: 'SUB2' }),
      event('U', { type: 'CHURN', occurredAt: at('2026-10-10'), subscriptionId: 'SUB2' }),
    ]);
    await close('2026-10');
    expect(await booked('CLAWBACK')).toEqual(['2026-10 CLAWBACK A1 U (T1) -50', '2026-10 CLAWBACK B1 U (T1) -10']);
  });
});

describe('overrides on a base', () => {
  it('lose by a refund however late, also where no component has a life', async () => {
    await apply(databases, programmeWith('cap: 1000'));
    await importEvents([sale('D1', { type: 'DEVICE_SALE', amount: '500' }), refundOf('D1', '2027-02-03', '125')]);
    await close('2026-10', '2026-11', '2026-12', '2027-01', '2027-02');
    // 2 % of 500, a quarter of it
    expect(await booked()).toEqual(['2027-02 CLAWBACK B1 REFUND 2027-02-03 D1 (D1) -2.5']);
  });

  it('follow the lines of the credit, and refunds where it has none', async () => {
    const renewal =
      'kind: RATE, rules: [{ code: ANY, flat: 50 }], clawback: { events: [CHURN], method: FULL, months: 3 }';
    await apply(
      databases,
      programmeWith(`clawback: { events: [REFUND], method: FULL, months: 12 } }
          - { code: REN, name: Renewal, events: [RENEWAL], ${renewal} }
          - { code: RE2, name: Renewal, kind: RATE, events: [RENEWAL], rules: [{ code: ANY, flat: 150 }]`),
    );
    await importEvents([
      sale('D1', { type: 'DEVICE_SALE', amount: '500' }),
      sale('N1', { type: 'RENEWAL', amount: '500' }),
      refundOf('D1', '2026-11-03', '125'),
      refundOf('D1', '2026-12-03', '125'),
      refundOf('N1', '2026-11-03', '125'),
      later('CHURN', '2026-11-04', 'SUB-N1'),
      later('CHURN', '2026-11-05', 'SUB-N1'),
    ]);
    await close('2026-10', '2026-11', '2026-12');
    expect(await booked()).toEqual([
      '2026-11 CLAWBACK A1 CHURN 2026-11-04 SUB-N1 (N1) -50',
      // On the commission of REN (5 of 50) all; on the base (10) 50 of the 200 that both components paid
      '2026-11 CLAWBACK B1 CHURN 2026-11-04 SUB-N1 (N1) -5',
      '2026-11 CLAWBACK B1 CHURN 2026-11-04 SUB-N1 (N1) -2.5',
      // Nothing was paid to the seller for the device: 125 of 500, then 250 of 500, of the boss's 10
      '2026-11 CLAWBACK B1 REFUND 2026-11-03 D1 (D1) -2.5',
      '2026-12 CLAWBACK B1 REFUND 2026-12-03 D1 (D1) -2.5',
    ]);
  });
});

describe('other due dates', () => {
  it('days count from the local date', async () => {
    await apply(databases, programmeWith('instalments: [{ percent: 50, month: 0 }, { percent: 50, days: 21 }]'));
    await importEvents([
      sale('S1'),
      sale('S2', { occurredAt: '2026-10-11T00:00:00+08:00' }),
      sale('S3', { occurredAt: '2026-11-30T23:59:59+08:00' }),
      sale('S4', { occurredAt: at('2026-10-20') }),
      later('CHURN', '2026-11-09', 'SUB-S4'),
    ]);
    await close('2026-10', '2026-11', '2026-12');
    expect(await booked('WITHHOLDING', 'RELEASE')).toEqual([
      // S1 on 10 October is due on the 31st; S2 on 1 November; S4 on the 10th, churned on the 9th
      '2026-10 WITHHOLDING 2 A1 S2 -50',
      '2026-10 WITHHOLDING 2 A1 S4 -50',
      '2026-11 WITHHOLDING 2 A1 S3 -50',
      '2026-11 RELEASE 2 A1 S2 50',
      '2026-12 RELEASE 2 A1 S3 50',
    ]);
  });

  it('the n-th paid bill', async () => {
    await apply(databases, programmeWith('instalments: [{ percent: 50, month: 0 }, { percent: 50, paidBill: 2 }]'));
    const bill = (id: string, date: string) =>
      event(id, { type: 'BILL', occurredAt: at(date), subscriptionId: 'SUB-S1' });
    const payment = (id: string, date: string, billId: string) =>
      event(id, { type: 'PAYMENT', occurredAt: at(date), subscriptionId: 'SUB-S1', originalExternalId: billId });
    await importEvents([
      sale('S1'),
      bill('B1', '2026-10-12'),
      bill('B2', '2026-11-12'),
      bill('B3', '2026-12-12'),
      payment('P1', '2026-10-15', 'B1'),
      payment('P1b', '2026-11-15', 'B1'),
      payment('P2', '2026-11-16', 'B2'),
      event('R2', { type: 'REVERSAL', occurredAt: at('2026-11-17'), originalExternalId: 'P2' }),
      payment('P3', '2026-12-15', 'B3'),
    ]);
    await close('2026-10', '2026-11', '2026-12');
    expect(await booked()).toEqual(['2026-10 WITHHOLDING 2 A1 S1 -50', '2026-12 RELEASE 2 A1 S1 50']);
  });

  const holdback = 'holdback: { percent: 10, months: 2, condition: { metric: KPI, atLeast: 80 } }';
  const metric = (code: string, period: string, value: string) => databases.owner.$client`
    insert into metric_value (agent_id, metric, period, value) select id, 'KPI', ${period}, ${value} from agent where code = ${code}`;

  it('a holdback goes by the metric of its last month; overrides follow what it forfeits', async () => {
    await apply(databases, programmeWith(holdback));
    await importEvents([sale('S1'), sale('S2', { agentCode: 'A2' })]);
    await metric('A1', '2026-10', '99');
    await metric('A1', '2026-12', '79.99');
    await metric('A2', '2026-12', '80');
    await close('2026-10', '2026-11', '2026-12');
    expect(await booked()).toEqual([
      '2026-10 WITHHOLDING 2 A1 S1 -10',
      '2026-10 WITHHOLDING 2 A2 S2 -10',
      '2026-12 RELEASE 2 A2 S2 10',
      // The child's own event is the cause
      '2026-12 CLAWBACK B1 S1 (S1) -1',
    ]);
  });

  it('a terminated agent is settled at once, and then no more', async () => {
    await apply(databases, programmeWith(holdback));
    await importEvents([sale('S1'), sale('S2', { occurredAt: at('2026-11-05') })]);
    await databases.owner.$client.unsafe(`
      update agent_status set valid_to = '2026-11-20' where agent_id = (select id from agent where code = 'A1');
      insert into agent_status (agent_id, status, valid_from) select id, 'TERMINATED', '2026-11-20' from agent where code = 'A1'`);
    await metric('A1', '2026-12', '99');
    await close('2026-10', '2026-11', '2026-12', '2027-01');
    expect(await booked()).toEqual(['2026-10 WITHHOLDING 2 A1 S1 -10', '2026-11 RELEASE 2 A1 S1 10']);
  });
});

describe('late events', () => {
  it('a late CHURN corrects its month, and what is not due is no longer paid', async () => {
    await apply(databases, programmeWith(`${halves}, clawback: { method: FULL, months: 12 }`));
    await importEvents([sale('S1')]);
    await close('2026-10');
    await importEvents([later('CHURN', '2026-10-20', 'SUB-S1')]);
    await close('2026-11', '2026-12');
    expect(await booked()).toEqual([
      '2026-10 WITHHOLDING 2 A1 S1 -50',
      '2026-11 RETRO A1 CHURN 2026-10-20 SUB-S1 (S1) 2026-10 -50',
      '2026-11 RETRO B1 CHURN 2026-10-20 SUB-S1 (S1) 2026-10 -10',
    ]);
  });

  it('a CHURN that is reversed late never happened', async () => {
    const quarter = 'instalments: [{ percent: 50, month: 0 }, { percent: 50, month: 3 }]';
    await apply(databases, programmeWith(`${quarter}, clawback: { method: FULL, months: 12 }`));
    await importEvents([sale('S1'), later('CHURN', '2026-11-20', 'SUB-S1')]);
    await close('2026-10', '2026-11');
    const churn = 'CHURN 2026-11-20 SUB-S1';
    await importEvents([event('R', { type: 'REVERSAL', occurredAt: at('2026-12-01'), originalExternalId: churn })]);
    await close('2026-12', '2027-01');
    expect(await booked()).toEqual([
      '2026-10 WITHHOLDING 2 A1 S1 -50',
      `2026-11 CLAWBACK A1 ${churn} (S1) -50`,
      `2026-11 CLAWBACK B1 ${churn} (S1) -10`,
      `2026-12 RETRO A1 ${churn} (S1) 2026-11 50`,
      `2026-12 RETRO B1 ${churn} (S1) 2026-11 10`,
      '2027-01 RELEASE 2 A1 S1 50',
    ]);
  });

  it('a late sale is withheld by RETRO and released in its turn', async () => {
    const quarter = 'instalments: [{ percent: 50, month: 0 }, { percent: 50, month: 2 }]';
    await apply(databases, programmeWith(`${quarter}, clawback: { method: FULL, months: 12 }`));
    await importEvents([sale('S1', { agentCode: 'A2' })]);
    await close('2026-10');
    await importEvents([sale('S2'), sale('S3')]);
    await close('2026-11');
    await importEvents([later('CHURN', '2027-01-05', 'SUB-S2')]);
    await close('2026-12', '2027-01');
    expect(await booked()).toEqual([
      '2026-10 WITHHOLDING 2 A2 S1 -50',
      '2026-11 RETRO 2 A1 S2 2026-10 -50',
      '2026-11 RETRO A1 S2 2026-10 100',
      '2026-11 RETRO 2 A1 S3 2026-10 -50',
      '2026-11 RETRO A1 S3 2026-10 100',
      '2026-11 RETRO B1 S2 2026-10 10',
      '2026-11 RETRO B1 S3 2026-10 10',
      '2026-12 RELEASE 2 A1 S2 50',
      '2026-12 RELEASE 2 A1 S3 50',
      '2026-12 RELEASE 2 A2 S1 50',
      '2027-01 CLAWBACK A1 CHURN 2027-01-05 SUB-S2 (S2) -100',
      '2027-01 CLAWBACK B1 CHURN 2027-01-05 SUB-S2 (S2) -10',
    ]);
  });
});

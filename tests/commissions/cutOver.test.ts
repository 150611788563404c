import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { auditRecord } from '../../src/audit/tables.ts';
import { verifyPeriod } from '../../src/commissions/close.ts';
import { approveOpening, importOpening, type OpeningResult } from '../../src/commissions/cutOver.ts';
import { approveRun, earliestOpenPeriod } from '../../src/commissions/runs.ts';
import { type Databases, rawSql } from '../../src/db/client.ts';
import type { RowError } from '../../src/sales/import.ts';
import { testDatabase } from '../database.ts';
import {
  apply,
  asOwner,
  clerk,
  close,
  codeOf,
  controller,
  event,
  importEvents,
  now,
  october,
  september,
} from '../support/books.ts';

// Opening positions before the first period (DOMAIN.md §10): 2026-09 is the cut-over's, October the first that is calculated.

const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
regions: [{ code: ALL, name: All }]
channelTypes: [{ code: AGENT, name: Agent }]
products: [{ code: FIBER, name: Fibre }]
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-01-01
        currency: CNY
        components:
          - code: ACT
            name: Activation
            kind: RATE
            events: [ACTIVATION]
            instalments: [{ percent: 60, month: 0 }, { percent: 30, month: 3 }, { percent: 10, month: 9 }]
            clawback: { events: [CHURN, REFUND], method: FULL, months: 12 }
            rules: [{ code: ANY, flat: 100 }]
          - code: HELD
            name: Held back
            kind: RATE
            events: [DEVICE_SALE]
            instalments: [{ percent: 50, month: 0 }, { percent: 50, days: 90 }]
            holdback: { percent: 10, months: 6, condition: { metric: QUALITY, atLeast: 1 } }
            rules: [{ code: ANY, flat: 1 }]
          - code: BILLED
            name: By bills
            kind: RATE
            events: [RENEWAL]
            instalments: [{ percent: 50, month: 0 }, { percent: 50, paidBill: 1 }]
            clawback: { events: [CHURN], method: FULL, months: 12 }
            rules: [{ code: ANY, flat: 1 }]
          - code: VOL
            name: Volume
            kind: BRACKET
            events: [ACTIVATION]
            measure: UNITS
            window: YEAR
            method: MARGINAL
            brackets: [{ from: 0, to: 10, rate: 0 }, { from: 10, rate: 5 }]
          - code: DRAW
            name: Guarantee
            kind: DRAW
            minimum: 5
agents:
  - { code: A1, name: One, channelType: AGENT, region: ALL, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: A2, name: Two, channelType: AGENT, region: ALL, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: A3, name: Three, channelType: AGENT, region: ALL, agreements: [{ plan: P, from: 2026-01-01 }],
      status: [{ status: ACTIVE, from: 2026-01-01, to: 2026-08-15 }, { status: TERMINATED, from: 2026-08-15 }] }
`;

const header =
  'kind,agent_code,plan,component,currency,amount,period,volume,subscription_id,external_id,product_code,started_at,type,quantity,sale_amount,role,instalment';

/** A line of a file of opening positions, by the columns named. */
const line = (changes: Record<string, string>) =>
  header
    .split(',')
    .map((column) => changes[column] ?? '')
    .join(',');
const own = { agent_code: 'A1', plan: 'P', component: 'ACT' };
const balance = (amount: string, changes: Record<string, string> = {}) =>
  line({ kind: 'BALANCE', agent_code: 'A1', currency: 'CNY', amount, ...changes });
const subscription = (id: string, amount: string, changes: Record<string, string> = {}) =>
  line({
    kind: 'SUBSCRIPTION',
    ...own,
    subscription_id: id,
    product_code: 'FIBER',
    started_at: '2026-07-10T10:00:00+08:00',
    amount,
    ...changes,
  });
const unpaid = (id: string, instalment: string, amount: string, changes: Record<string, string> = {}) =>
  line({ kind: 'UNPAID', subscription_id: id, instalment, amount, ...changes });

let databases: Databases;
beforeEach(async () => {
  databases = await testDatabase();
  await apply(databases, programme);
});

const importLines = (lines: readonly string[], period = september): Promise<OpeningResult> =>
  asOwner(databases, (transaction) =>
    importOpening(
      transaction,
      clerk,
      now,
      { name: 'opening.csv', stream: Readable.from([Buffer.from([header, ...lines].join('\n'))]) },
      { period },
    ),
  );
const approve = (runId: number | null, actor = controller) =>
  asOwner(databases, (transaction) => approveOpening(transaction, actor, now, runId ?? 0));
const faults = (errors: readonly RowError[]) => errors.map(({ row, column, code }) => [row, column, code]);

const positions = [
  balance('-250.50'),
  balance('40', { agent_code: 'A2' }),
  // Of 100 the 60 at once are paid; the 30 fall due at the end of October (July + 3), the 10 at the end of April 2027.
  subscription('S1', '60', { sale_amount: '200' }),
  unpaid('S1', '2', '30'),
  unpaid('S1', '3', '10', { agent_code: 'A1', plan: 'P', component: 'ACT', role: 'SELLER' }),
  // Live, nothing paid for it.
  line({
    kind: 'SUBSCRIPTION',
    agent_code: 'A2',
    subscription_id: 'S2',
    product_code: 'FIBER',
    started_at: '2024-02-01T00:00:00+08:00',
  }),
  line({ kind: 'VOLUME', agent_code: 'A1', plan: 'P', component: 'VOL', period: '2026-09', volume: '9' }),
  line({ kind: 'DRAW', agent_code: 'A1', plan: 'P', component: 'DRAW', amount: '500' }),
];

describe('importOpening', () => {
  it('becomes a run like any other: lines, totals, volumes and statements that add up', async () => {
    const result = await importLines(positions);
    expect(result).toEqual({
      runId: expect.any(Number),
      rowCount: 8,
      eventCount: 2,
      lineCount: 4,
      statementCount: 2,
      rejectedCount: 0,
      rejections: [],
    });
    const { $client: connection } = databases.owner;
    const lines = await connection`
      select component.code, line.kind, event.external_id as event, line.role, rule.code as rule, line.instalment, line.amount
      from commission_line line join component on component.id = line.component_id
      left join sales_event event on event.id = line.cause_id left join rate_rule rule on rule.id = line.rule_id
      where run_id = ${result.runId} order by line.kind, line.instalment`;
    expect([...lines]).toEqual([
      { code: 'ACT', kind: 'EARNING', event: 'S1', role: 'SELLER', rule: 'ANY', instalment: null, amount: '100.00' },
      { code: 'DRAW', kind: 'DRAW', event: null, role: 'DRAW', rule: null, instalment: null, amount: '500.00' },
      { code: 'ACT', kind: 'WITHHOLDING', event: 'S1', role: 'SELLER', rule: 'ANY', instalment: 2, amount: '-30.00' },
      { code: 'ACT', kind: 'WITHHOLDING', event: 'S1', role: 'SELLER', rule: 'ANY', instalment: 3, amount: '-10.00' },
    ]);
    // A1: −250.50 = opening + 600 earned − 40 withheld, so the opening is −810.50; nothing is payable.
    const statements = await connection`
      select agent.code, opening::text, earned::text, withheld::text, closing::text, payable::text, line_count from statement
      join agent on agent.id = agent_id where run_id = ${result.runId} order by agent.code`;
    expect([...statements]).toEqual([
      {
        code: 'A1',
        opening: '-810.50',
        earned: '600.00',
        withheld: '40.00',
        closing: '-250.50',
        payable: '0',
        line_count: 4,
      },
      { code: 'A2', opening: '40.00', earned: '0', withheld: '0', closing: '40.00', payable: '0', line_count: 0 },
    ]);
    expect([...(await connection`select kind, line_count, amount::text from run_agent_total order by kind`)]).toEqual([
      { kind: 'EARNING', line_count: 1, amount: '100.00' },
      { kind: 'DRAW', line_count: 1, amount: '500.00' },
      { kind: 'WITHHOLDING', line_count: 2, amount: '-40.00' },
    ]);
    expect([...(await connection`select period, part, volume::text from run_volume`)]).toEqual([
      { period: '2026-09', part: 0, volume: '9' },
    ]);
    expect([
      ...(await connection`select external_id, source, period, late, amount from sales_event order by id`),
    ]).toEqual([
      { external_id: 'S1', source: 'CUTOVER', period: '2026-07', late: false, amount: '200' },
      { external_id: 'S2', source: 'CUTOVER', period: '2024-02', late: false, amount: '0' },
    ]);
    expect((await databases.owner.select().from(auditRecord)).at(-1)).toMatchObject({
      action: 'opening.imported',
      entityKey: `2026-09#${result.runId}`,
      after: { eventCount: 2, lineCount: 4, statementCount: 2 },
    });
  });

  it('is approved by somebody else, and then its period and those before are closed', async () => {
    const { runId } = await importLines(positions);
    expect(await codeOf(approve(runId, clerk))).toBe('SAME_PERSON');
    await approve(runId);
    expect(await codeOf(approve(runId))).toBe('RUN_STATE');
    expect(await asOwner(databases, earliestOpenPeriod)).toBeUndefined();
    const late = event('L1', { occurredAt: '2026-09-10T10:00:00+08:00' });
    expect(await importEvents(databases, [late])).toMatchObject({ lateCount: 1 });
  });

  it('opens the next period: what is carried over, falls due, counts to date and is owed', async () => {
    await approve((await importLines(positions)).runId);
    await importEvents(databases, [event('O1'), event('O2')]);
    await close(databases, october);
    const { $client: connection } = databases.owner;
    const lines = await connection`
      select component.code, line.kind, coalesce(event.external_id, '') as event, line.instalment, trim_scale(line.amount)::text as amount
      from commission_line line join commission_run run on run.id = run_id and run.period = ${october}
      join component on component.id = line.component_id left join sales_event event on event.id = line.cause_id
      where line.agent_id = (select id from agent where code = 'A1')
      order by component.code, line.kind, event.external_id, line.instalment`;
    // O1 and O2 earn 100 each and are withheld 40 each. S1's second part is released. 9 units to date and 2 more: one unit above
    // 10 pays 5. Of 205 earned the 200 above the minimum of 5
    // go to the 500 that are owed.
    expect([...lines].map((row) => Object.values(row).join(' '))).toEqual([
      'ACT EARNING O1  100',
      'ACT EARNING O2  100',
      'ACT WITHHOLDING O1 2 -30',
      'ACT WITHHOLDING O1 3 -10',
      'ACT WITHHOLDING O2 2 -30',
      'ACT WITHHOLDING O2 3 -10',
      'ACT RELEASE S1 2 30',
      'DRAW DRAW   -200',
      'VOL VOLUME   5',
    ]);
    const [statement] = await connection`
      select opening::text, closing::text from statement join commission_run run on run.id = run_id and run.period = ${october}
      join agent on agent.id = agent_id where agent.code = 'A1'`;
    // −250.50 + 200 + 5 − 200 − 80 + 30
    expect(statement).toEqual({ opening: '-250.50', closing: '-295.50' });
  });

  it('a later churn takes back what was paid before, and forfeits what was not', async () => {
    await approve((await importLines(positions)).runId);
    await importEvents(databases, [event('C1', { type: 'CHURN', subscriptionId: 'S1' })]);
    await close(databases, october);
    const lines = await databases.owner.$client`
      select line.kind, trim_scale(line.amount)::text as amount from commission_line line
      join commission_run run on run.id = run_id and run.period = ${october} where kind <> 'DRAW'`;
    expect([...lines]).toEqual([{ kind: 'CLAWBACK', amount: '-60' }]);
  });

  it('lands nothing where a row is rejected, and tells every fault', async () => {
    const result = await importLines([
      balance('1.234'),
      balance('1', { agent_code: 'A9', currency: 'XXX' }),
      balance('5', { agent_code: 'A2' }),
      balance('6', { agent_code: 'A2' }),
      line({ kind: 'OTHER' }),
      subscription('S1', '10', { component: 'NONE' }),
      subscription('S2', '-1', { component: 'VOL' }),
      subscription('S3', '10', { agent_code: 'A9', started_at: '2026-10-01T00:00:00+08:00' }),
      subscription('S4', '10', { started_at: '2026-10-01T00:00:00+08:00' }),
      subscription('S5', '10', { type: 'CHURN' }),
      subscription('', '10'),
      unpaid('NOWHERE', '1', '5'),
      subscription('S6', '10'),
      unpaid('S6', '4', '5'),
      unpaid('S6', '0', '5'),
      unpaid('S6', '2', '5'),
      unpaid('S6', '2', '5', { agent_code: 'A1' }),
      line({ kind: 'VOLUME', agent_code: 'A1', plan: 'P', component: 'ACT', period: '2026-10', volume: 'x' }),
      line({ kind: 'DRAW', agent_code: 'A1', plan: 'P', component: 'DRAW', amount: '-5' }),
    ]);
    expect(faults(result.rejections)).toEqual([
      [1, 'amount', 'NUMBER_INVALID'],
      [2, 'currency', 'CURRENCY_UNKNOWN'],
      [2, 'agent_code', 'AGENT_UNKNOWN'],
      [4, null, 'OPENING_DOUBLED'],
      [5, 'kind', 'VALUE_INVALID'],
      [6, 'component', 'COMPONENT_UNKNOWN'],
      [7, 'component', 'COMPONENT_UNFIT'],
      [8, 'agent_code', 'AGENT_UNKNOWN'],
      [9, 'started_at', 'VALUE_INVALID'],
      [10, 'type', 'TYPE_UNKNOWN'],
      [11, 'subscription_id', 'SUBSCRIPTION_REQUIRED'],
      [12, 'subscription_id', 'OPENING_UNMATCHED'],
      [14, 'instalment', 'VALUE_INVALID'],
      [15, 'instalment', 'VALUE_INVALID'],
      [17, null, 'OPENING_DOUBLED'],
      [18, 'component', 'COMPONENT_UNFIT'],
      [18, 'period', 'VALUE_INVALID'],
      [18, 'volume', 'NUMBER_INVALID'],
      [19, 'amount', 'AMOUNT_NEGATIVE'],
    ]);
    expect(result).toMatchObject({ runId: null, rowCount: 19, lineCount: 0 });
    const [counts] = await databases.owner.$client`
      select (select count(*) from commission_run)::integer as runs, (select count(*) from sales_event)::integer as events,
        (select count(*) from event_import)::integer as imports`;
    expect(counts).toEqual({ runs: 0, events: 0, imports: 0 });
  });

  it('rejects one event that two rows describe differently', async () => {
    // Of 2025: every part is due.
    const old = { started_at: '2025-11-10T10:00:00+08:00' };
    const result = await importLines([
      subscription('S1', '10', old),
      subscription('S1', '5', { ...old, role: 'OTHER', sale_amount: '9' }),
    ]);
    expect(faults(result.rejections)).toEqual([[2, 'external_id', 'EVENT_CHANGED']]);
    const same = [subscription('S1', '10', old), subscription('S1', '5', { ...old, role: 'OTHER' })];
    expect(await importLines(same)).toMatchObject({ eventCount: 1, lineCount: 2 });
  });

  it('comes first, once', async () => {
    expect(await codeOf(importLines([balance('1')], '2026-12' as typeof september))).toBe('PERIOD_NOT_OVER');
    await importLines([balance('1')]);
    expect(await codeOf(importLines([balance('1')]))).toBe('OPENING_EXISTS');
    await rawSqlVoid();
    await importEvents(databases, [event('S', { occurredAt: '2026-08-01T10:00:00+08:00' })]);
    expect(await codeOf(importLines([balance('1')]))).toBe('OPENING_TOO_LATE');
    expect(await importLines([balance('1')], '2026-07' as typeof september)).toMatchObject({
      lineCount: 0,
      statementCount: 1,
    });
  });

  it('is refused once a period is calculated, and where a role may not close', async () => {
    await importEvents(databases, [event('O1')]);
    await close(databases, october);
    expect(await codeOf(importLines([balance('1')]))).toBe('OPENING_TOO_LATE');
    const manager = {
      name: 'm',
      requestId: null,
      user: { id: 1, role: 'CHANNEL_MANAGER', agentId: null, regionId: 1 },
    } as const;
    const attempt = asOwner(databases, (transaction) =>
      importOpening(
        transaction,
        manager,
        now,
        { name: 'x', stream: Readable.from([Buffer.from(header)]) },
        { period: september },
      ),
    );
    expect(await codeOf(attempt)).toBe('FORBIDDEN');
  });
});

describe('what a plan still pays of a subscription', () => {
  const messages = (errors: readonly RowError[]) =>
    errors.map(({ row, code, message }) => [row, code, message.split(':')[0]]);
  const at = (date: string) => ({ started_at: `${date}T10:00:00+08:00` });

  it('is what its UNPAID rows must say, by the shares of the plan', async () => {
    const result = await importLines([
      // 60 + 25 + 10 = 95: 60 % 57.00, 30 % 28.50, 10 % 9.50.
      subscription('S1', '60'),
      unpaid('S1', '2', '25'),
      unpaid('S1', '3', '10'),
      // 60 + 30 = 90: 54.00, 27.00, 9.00, and the last is not there.
      subscription('S2', '60'),
      unpaid('S2', '2', '30'),
      // Of May: the 30 fell due at the end of August, so they are paid.
      subscription('S3', '60', at('2026-05-10')),
      unpaid('S3', '2', '30'),
      unpaid('S3', '3', '10'),
      // At once is at once.
      subscription('S4', '0', at('2025-01-10')),
      unpaid('S4', '1', '5'),
      // What its agent had unpaid was paid when it was terminated in August.
      subscription('S5', '60', { agent_code: 'A3' }),
      unpaid('S5', '2', '30'),
      unpaid('S5', '3', '10'),
    ]);
    expect(messages(result.rejections)).toEqual([
      [2, 'OPENING_UNFIT', 'Of part 2 28.50 are unpaid, not 25.00'],
      [3, 'OPENING_UNFIT', 'Of part 3 9.50 are unpaid, not 10.00'],
      [4, 'OPENING_UNFIT', 'An UNPAID row of 9.00 for part 3 is missing'],
      [5, 'OPENING_UNFIT', 'Of part 2 27.00 are unpaid, not 30.00'],
      [7, 'OPENING_UNFIT', 'Of part 2 0.00 are unpaid, not 30.00'],
      [10, 'OPENING_UNFIT', 'Of part 1 0.00 are unpaid, not 5.00'],
      [12, 'OPENING_UNFIT', 'Of part 2 0.00 are unpaid, not 30.00'],
      [13, 'OPENING_UNFIT', 'Of part 3 0.00 are unpaid, not 10.00'],
    ]);
    expect(result.rejections[0]?.message).toContain(
      'the plan divides 95.00, of which 60.00 are paid, into 57.00 + 28.50 + 9.50, and what is due by 2026-09 counts as paid.',
    );
    expect(result.runId).toBeNull();
  });

  it('may be in the file as the plan divides it', async () => {
    const held = { component: 'HELD', type: 'DEVICE_SALE' };
    const result = await importLines([
      // 0.05: 0.03, then 0.015 and 0.005: the odd unit is the earlier part's, and the last has nothing.
      subscription('S1', '0.03'),
      unpaid('S1', '2', '0.02'),
      // Of May: 60 and 30 are paid.
      subscription('S2', '90', at('2026-05-10')),
      unpaid('S2', '3', '10'),
      // 10 % of 200 held back to the end of November; of 180 half at once, half 90 days after 10 May, in August.
      subscription('S3', '180', { ...held, ...at('2026-05-10') }),
      unpaid('S3', '3', '20'),
      // The 90 days end on 8 October, after the cut-over.
      subscription('S4', '90', held),
      unpaid('S4', '2', '90'),
      unpaid('S4', '3', '20'),
      // Of a terminated agent everything is paid.
      subscription('S5', '100', { agent_code: 'A3' }),
    ]);
    expect(result).toMatchObject({ rejections: [], lineCount: 10 });
    await approve(result.runId);
    await importEvents(databases, [event('O', { type: 'RECHARGE', amount: '1' })]);
    await close(databases, october);
    const released = await databases.owner.$client`
      select event.external_id as event, line.instalment, trim_scale(line.amount)::text as amount from commission_line line
      join commission_run run on run.id = run_id and run.period = ${october} join sales_event event on event.id = line.cause_id
      where line.kind <> 'DRAW' order by event.external_id`;
    // Due at the end of October: the second part of July's S1; by 8 October the second of S4.
    expect([...released]).toEqual([
      { event: 'S1', instalment: 2, amount: '0.02' },
      { event: 'S4', instalment: 2, amount: '90' },
    ]);
  });

  it('by bills cannot be known: it is given as paid, and later bills pay and take back nothing', async () => {
    const billed = { component: 'BILLED', type: 'RENEWAL' };
    const result = await importLines([subscription('S1', '40', billed), unpaid('S1', '2', '40')]);
    expect(faults(result.rejections)).toEqual([[2, 'amount', 'OPENING_UNFIT']]);
    expect(result.rejections[0]?.message).toContain('as BALANCE');
    await approve((await importLines([subscription('S1', '80', billed)])).runId);
    const ofS1 = { subscriptionId: 'S1' };
    await importEvents(databases, [
      event('B', { ...ofS1, type: 'BILL' }),
      event('P', { ...ofS1, type: 'PAYMENT', originalExternalId: 'B', occurredAt: '2026-10-11T10:00:00+08:00' }),
      event('C', { ...ofS1, type: 'CHURN', occurredAt: '2026-10-12T10:00:00+08:00' }),
    ]);
    await close(databases, october);
    const lines = await databases.owner.$client`
      select line.kind from commission_line line
      join commission_run run on run.id = run_id and run.period = ${october} where line.kind <> 'DRAW'`;
    expect([...lines]).toEqual([]);
  });
});

describe('the run of a cut-over', () => {
  it('is approved as what it is, by whatever door', async () => {
    const { runId } = await importLines(positions);
    const approveAsRun = (actor = controller) =>
      asOwner(databases, (transaction) => approveRun(transaction, actor, now, runId ?? 0));
    expect(await codeOf(approveAsRun(clerk))).toBe('SAME_PERSON');
    await approveAsRun();
    expect(await codeOf(approveAsRun())).toBe('RUN_STATE');
    const [run] = await databases.owner.$client`select status, approved_by from commission_run`;
    expect(run).toEqual({ status: 'APPROVED', approved_by: 'controller' });
  });

  it('is not verified: it was never calculated', async () => {
    const { runId } = await importLines(positions);
    expect(await codeOf(verifyPeriod(databases, september))).toBe('PERIOD_NOT_CALCULATED');
    await approve(runId);
    await importEvents(databases, [event('O1')]);
    await close(databases, october);
    expect(await codeOf(verifyPeriod(databases, september))).toBe('PERIOD_NOT_CALCULATED');
    expect(await verifyPeriod(databases, october)).toMatchObject({ ok: true });
  });
});

async function rawSqlVoid(): Promise<void> {
  await asOwner(databases, (transaction) => rawSql(transaction)`update commission_run set status = 'VOIDED'`);
}

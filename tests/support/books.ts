import { calculatePeriod } from '../../src/commissions/close.ts';
import { approveRun, type RunSummary } from '../../src/commissions/runs.ts';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { type ErrorCode, UserError } from '../../src/errors.ts';
import type { Period } from '../../src/period.ts';
import { applyProgramme } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { type EventInput, type ImportResult, importEventBatch } from '../../src/sales/import.ts';

// A small operator with two months of sales, for tests of runs. Names and keys are such that spreadsheets would take some of
// them for formulas.

export const september = '2026-09' as Period;
export const october = '2026-10' as Period;
export const november = '2026-11' as Period;

/** After November is over in Shanghai. */
export const now = new Date('2026-12-05T02:00:00Z');
export const clerk = localActor('clerk');
export const controller = localActor('controller');

export const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
regions:
  - { code: ALL, name: All }
  - { code: NORTH, name: North, parent: ALL }
  - { code: SOUTH, name: South, parent: ALL }
channelTypes: [{ code: AGENT, name: Agent }, { code: ONLINE, name: Online }]
productCategories: [{ code: BROADBAND, name: Broadband }]
products: [{ code: FIBER, name: Fibre, category: BROADBAND }, { code: VOICE, name: Voice }]
segments: [{ code: PUBLIC, name: Public }]
tiers:
  - { code: T1, name: One, rank: 1, multiplier: 1 }
  - { code: T2, name: Two, rank: 2, multiplier: 1.1 }
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
            rules: [{ code: FIBER, category: BROADBAND, region: NORTH, flat: 100 }, { code: ANY, flat: 20.5 }]
          - code: RES
            name: Residual
            kind: RATE
            events: [BILL]
            multiplyBy: [TIER]
            rules: [{ code: ANY, percent: 3.25 }]
          - code: DEV
            name: Device
            kind: RATE
            events: [DEVICE_SALE]
            base: MARGIN
            rules: [{ code: ANY, percent: 12.5, flat: 1.005, minimum: 5, maximum: 60 }]
  - code: Q
    name: Plan with even rounding
    versions:
      - from: 2026-01-01
        currency: CNY
        rounding: HALF_EVEN
        components:
          - code: RES
            name: Residual
            kind: RATE
            events: [BILL]
            multiplyBy: [TIER]
            rules: [{ code: LOW, baseUpTo: 49.9, percent: 5 }, { code: HIGH, baseFrom: 50, percent: 4, maximum: 10 }]
pools:
  - code: POT
    name: Pot
    versions:
      - from: 2026-01-01
        currency: CNY
        fund: { percent: 1, of: AMOUNT, events: [BILL] }
        weight: [{ factor: UNITS, events: [ACTIVATION] }, { factor: TIER_MULTIPLIER }]
        remainder: CARRY_OVER
agents:
  - { code: A1, name: "=1+1, \\"North\\"", channelType: AGENT, region: NORTH, tier: T1, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: A2, name: North two, channelType: AGENT, region: NORTH, tier: T2, parent: A1, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: A3, name: South three, channelType: ONLINE, region: SOUTH, tier: T2, agreements: [{ plan: Q, from: 2026-01-01 }] }
  - { code: A4, name: South four, channelType: ONLINE, region: SOUTH }
`;

/** An event of the small operator: an ACTIVATION of one FIBER by A1 in October, but for what is given. */
export const event = (externalId: string, rest: Partial<EventInput> = {}): EventInput => ({
  source: '@CRM',
  externalId,
  type: 'ACTIVATION',
  occurredAt: '2026-10-10T10:00:00+08:00',
  agentCode: 'A1',
  productCode: 'FIBER',
  quantity: '1',
  amount: '100',
  currency: 'CNY',
  ...rest,
});

export const octoberEvents: readonly EventInput[] = [
  event('=O1'),
  event('+O2', { agentCode: 'A2', quantity: '2' }),
  event('-O3', { agentCode: 'A2', productCode: 'VOICE', quantity: '0.5' }),
  event('O4', { credits: 'A1:SELLER:0.7|A2:REFERRER:0.3' }),
  event('O5', { type: 'BILL', amount: '64.30' }),
  event('O6', { type: 'BILL', amount: '81.11', agentCode: 'A2' }),
  event('O7', { type: 'BILL', amount: '49.90', agentCode: 'A3', credits: 'A3:SELLER:0.5|A1:HELPER:0.5' }),
  event('O8', { type: 'BILL', amount: '400', agentCode: 'A3' }),
  event('O9', { type: 'DEVICE_SALE', amount: '1000', cost: '450', quantity: '2' }),
  event('O10', { type: 'DEVICE_SALE', amount: '100', cost: '99' }),
  // These pay nothing: no cost, no agreement, reversed.
  event('O11', { type: 'DEVICE_SALE' }),
  event('O12', { agentCode: 'A4' }),
  event('O13', { agentCode: 'A2' }),
  event('O14', { type: 'REVERSAL', agentCode: 'A2', originalExternalId: 'O13' }),
  // This nobody reads.
  event('O15', { type: 'RECHARGE' }),
];

export const septemberEvents: readonly EventInput[] = [
  event('S1', { occurredAt: '2026-09-05T10:00:00+08:00' }),
  event('S2', { occurredAt: '2026-09-30T23:59:59.999999+08:00', type: 'BILL', amount: '250' }),
];

/** Runs `work` in one transaction as the owner. */
export function asOwner<Result>(
  databases: Databases,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  return databases.owner.transaction(work);
}

export async function apply(databases: Databases, text: string): Promise<void> {
  await asOwner(databases, (transaction) => applyProgramme(transaction, clerk, now, readProgramme(text)));
}

/** Imports events; every one of them must be accepted. */
export async function importEvents(databases: Databases, events: readonly EventInput[]): Promise<ImportResult> {
  const result = await asOwner(databases, (transaction) =>
    importEventBatch(transaction, clerk, now, events, { atomic: true }),
  );
  if (result.acceptedCount !== events.length) throw new Error(JSON.stringify(result));
  return result;
}

export async function openBooks(databases: Databases, events: readonly EventInput[] = octoberEvents): Promise<void> {
  await apply(databases, programme);
  await importEvents(databases, events);
}

export function calculate(databases: Databases, period: Period = october, at: Date = now): Promise<RunSummary> {
  return calculatePeriod(databases, clerk, period, at);
}

/** Calculates a period as the clerk and approves it as the controller. */
export async function close(databases: Databases, period: Period = october): Promise<RunSummary> {
  const run = await calculate(databases, period);
  await asOwner(databases, (transaction) => approveRun(transaction, controller, now, run.id));
  return run;
}

/** The code of the user's error that `work` ends with. */
export async function codeOf(work: Promise<unknown>): Promise<ErrorCode> {
  const error: unknown = await work.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  if (error instanceof UserError) return error.code;
  throw error;
}

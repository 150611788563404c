import type { Databases, Transaction } from '../../src/db/client.ts';
import { rawSql } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import type { Period } from '../../src/period.ts';
import { applyProgramme } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { importEventBatch } from '../../src/sales/import.ts';
import { measureMetrics } from '../../src/scorecards/measure.ts';
import { saveMetricDefinition } from '../../src/scorecards/metricCatalogue.ts';
import type { OracleEvent, OracleWorld } from '../oracle/metrics.ts';

// An operator in Shanghai. Regions ALL ─ NORTH ─ CITY and ALL ─ SOUTH.
//   anna CITY until 2026-10-15, then SOUTH · ben NORTH · carl NORTH, suspended in October · dora not placed
//   emil CITY, terminated in September · fay SOUTH, from November on

export const clerk = localActor('clerk');
export const now = new Date('2026-12-05T02:00:00Z');
export const october = '2026-10' as Period;

export const shanghai: Omit<OracleWorld, 'events'> = {
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
  period: october,
  importedAt: now.toISOString(),
  agents: [
    {
      code: 'anna',
      regions: [
        { region: 'CITY', from: '2024-01-01', to: '2026-10-15' },
        { region: 'SOUTH', from: '2026-10-15' },
      ],
      statuses: [{ status: 'ACTIVE', from: '2024-01-01' }],
    },
    {
      code: 'ben',
      regions: [{ region: 'NORTH', from: '2024-01-01' }],
      statuses: [{ status: 'ACTIVE', from: '2024-01-01' }],
    },
    {
      code: 'carl',
      regions: [{ region: 'NORTH', from: '2024-01-01' }],
      statuses: [
        { status: 'ACTIVE', from: '2024-01-01', to: '2026-10-01' },
        { status: 'SUSPENDED', from: '2026-10-01', to: '2026-11-01' },
        { status: 'ACTIVE', from: '2026-11-01' },
      ],
    },
    { code: 'dora', regions: [], statuses: [{ status: 'ACTIVE', from: '2024-01-01' }] },
    {
      code: 'emil',
      regions: [{ region: 'CITY', from: '2024-01-01' }],
      statuses: [
        { status: 'ACTIVE', from: '2024-01-01', to: '2026-09-20' },
        { status: 'TERMINATED', from: '2026-09-20' },
      ],
    },
    {
      code: 'fay',
      regions: [{ region: 'SOUTH', from: '2026-11-01' }],
      statuses: [{ status: 'ACTIVE', from: '2026-11-01' }],
    },
  ],
  above: { CITY: 'NORTH', NORTH: 'ALL', SOUTH: 'ALL' },
  category: { FIBER: 'BROADBAND', DSL: 'BROADBAND' },
  rates: [
    { currency: 'USD', rate: '7', from: '2024-01-01', to: '2026-10-10' },
    { currency: 'USD', rate: '7.1', from: '2026-10-10' },
  ],
};

/** The programme of such a world, as JSON. */
function programmeOf({ timeZone, currency, agents, above, category, rates }: Omit<OracleWorld, 'events'>): string {
  return JSON.stringify({
    operator: { code: 'DEMO', name: 'Demo', timeZone, currency },
    regions: ['ALL', 'NORTH', 'SOUTH', 'CITY'].map((code) => ({ code, name: code, parent: above[code] })),
    channelTypes: [{ code: 'AGENT', name: 'Agents' }],
    productCategories: [{ code: 'BROADBAND', name: 'Broadband' }],
    products: ['FIBER', 'DSL', 'VOICE'].map((code) => ({ code, name: code, category: category[code] })),
    segments: ['PUBLIC', 'BUSINESS'].map((code) => ({ code, name: code })),
    campaigns: [{ code: 'SPRING', name: 'Spring', startsOn: '2026-03-01' }],
    exchangeRates: rates.map((rate) => ({ ...rate, into: currency })),
    agents: agents.map(({ code, regions, statuses }) => ({
      code,
      name: code,
      channelType: 'AGENT',
      status: statuses,
      ...(regions.length > 0 ? { region: regions } : {}),
    })),
  });
}

export async function setUp({ owner }: Databases, world: Omit<OracleWorld, 'events'>): Promise<void> {
  await owner.transaction((transaction) => applyProgramme(transaction, clerk, now, readProgramme(programmeOf(world))));
}

let serial = 0;

/** An event with usual values: an ACTIVATION of FIBER by anna, one unit of 100 CNY. */
export function event(changes: Partial<OracleEvent> = {}): OracleEvent {
  serial += 1;
  return {
    externalId: `E${String(serial).padStart(5, '0')}`,
    type: 'ACTIVATION',
    occurredAt: '2026-10-05T10:00:00+08:00',
    agentCode: 'anna',
    productCode: 'FIBER',
    quantity: '1',
    amount: '100',
    currency: 'CNY',
    ...changes,
  };
}

/** Imports all of them; a row that does not land is an error. */
export async function importEvents(transaction: Transaction, events: readonly OracleEvent[]): Promise<void> {
  const rows = events.map((each) => ({ source: 'BSS', ...each }));
  const result = await importEventBatch(transaction, clerk, now, rows, { atomic: true });
  if (result.acceptedCount !== events.length) throw new Error(JSON.stringify(result.rejections));
}

/** What is stored of a metric for a period, by agent. */
export async function valuesOf(
  transaction: Transaction,
  metric: string,
  period: string,
): Promise<Record<string, string>> {
  const rows = await rawSql(transaction)<{ code: string; value: string }[]>`
    select code, value::text from metric_value join agent on agent.id = agent_id
    where metric = ${metric} and period = ${period} order by code collate "C"`;
  return Object.fromEntries(rows.map(({ code, value }) => [code, value]));
}

const undo = new Error('undo');

/** Runs `work` as owner and undoes what it did. */
export async function undone<Result>(
  { owner }: Databases,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  let answer: { readonly result: Result } | undefined;
  await owner
    .transaction(async (transaction) => {
      answer = { result: await work(transaction) };
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  if (!answer) throw new Error('no answer');
  return answer.result;
}

/** Puts formulas into the catalogue, under their names. */
export async function declare(transaction: Transaction, formulas: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [code, formula] of Object.entries(formulas)) {
    const definition = { source: 'COMPUTED', formula };
    await saveMetricDefinition(transaction, clerk, now, { code, name: code, definition });
  }
}

/** The values of formulas, each by agent, on events that are there for this question only. */
export function measureAll(
  databases: Databases,
  events: readonly OracleEvent[],
  formulas: Readonly<Record<string, unknown>>,
  period: Period = october,
): Promise<Record<string, Record<string, string>>> {
  return undone(databases, async (transaction) => {
    await declare(transaction, formulas);
    return measureDeclared(transaction, events, Object.keys(formulas), period);
  });
}

/** As measureAll, of formulas that stand in the catalogue already; the caller undoes it. */
export async function measureDeclared(
  transaction: Transaction,
  events: readonly OracleEvent[],
  codes: readonly string[],
  period: Period = october,
): Promise<Record<string, Record<string, string>>> {
  await importEvents(transaction, events);
  await measureMetrics(transaction, clerk, now, period);
  const all: Record<string, Record<string, string>> = {};
  for (const code of codes) all[code] = await valuesOf(transaction, code, period);
  return all;
}

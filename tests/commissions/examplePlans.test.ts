import { readdirSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { canonicalDecimal, formatMoney, minorUnitDigits } from '../../src/money.ts';
import { type Period, periodsBetween } from '../../src/period.ts';
import { applyProgramme } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { importEventFile } from '../../src/sales/import.ts';
import { testDatabase } from '../database.ts';
import { asOwner, clerk, close, now } from '../support/books.ts';

// Plans as people publish them: each file of examples/plans is applied, its events are imported, its months are closed one after
// another, and all that the months book is compared with the amounts worked by hand in tests/cases/examplePlans.json ("why" holds
// the working). A line there reads: agent, kind, component, cause (#instalment, "of" the original event, "from" the agent
// whose sale it is), amount. A month that is not named there books nothing.

type Statement = { readonly agent: string } & { readonly [amount in (typeof amounts)[number]]?: string };
type Expected = {
  readonly period: string;
  readonly why: string;
  readonly lines: readonly string[];
  readonly statements: readonly Statement[];
  readonly pools?: readonly Record<string, string>[];
  readonly unpaid?: readonly string[];
};
type Plan = {
  readonly plan: string;
  readonly currency: string;
  readonly from: Period;
  readonly to: Period;
  readonly periods: readonly Expected[];
};

const amounts = [
  'opening',
  'earned',
  'released',
  'withheld',
  'clawedBack',
  'adjustments',
  'tax',
  'closing',
  'payable',
] as const;

const folder = new URL('../../examples/plans/', import.meta.url);
const file = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const plans: readonly Plan[] = JSON.parse(readFileSync(new URL('../cases/examplePlans.json', import.meta.url), 'utf8'));
const money = (amount: string, currency: string) => formatMoney(amount, minorUnitDigits[currency] ?? 2);

it('every example plan has its amounts, and a line in the table that says how to run it', () => {
  const files = readdirSync(folder).filter((name) => !name.endsWith('.md'));
  expect(files.sort()).toEqual(plans.flatMap(({ plan }) => [`${plan}.csv`, `${plan}.yaml`]).sort());
  const readme = file('README.md');
  for (const { plan, from, to } of plans) {
    expect(readme).toContain(`(${plan}.yaml)`);
    expect(readme).toContain(`close ${from}..${to}`);
  }
});

describe.each(plans)('$plan', ({ plan, currency, from, to, periods }) => {
  const months = periodsBetween(from, to);
  let databases: Databases;
  let repeated: number;

  const apply = () =>
    asOwner(databases, (transaction) => applyProgramme(transaction, clerk, now, readProgramme(file(`${plan}.yaml`))));

  beforeAll(async () => {
    databases = await testDatabase();
    await apply();
    repeated = (await apply()).changes.length;
    const csv = { name: `${plan}.csv`, stream: Readable.from([Buffer.from(file(`${plan}.csv`))]) };
    await asOwner(databases, (transaction) => importEventFile(transaction, clerk, now, csv, { atomic: true }));
    for (const period of months) await close(databases, period);
  }, 240_000);

  it('names months that are closed, and applying it again changes nothing', () => {
    expect(months).toEqual(expect.arrayContaining(periods.map(({ period }) => period)));
    expect(repeated).toBe(0);
  });

  it.each(periods)('$period: $why', async ({ period, lines, statements, pools = [], unpaid = [] }) => {
    expect(await readLines(databases, period)).toEqual([...lines].sort());
    expect(await readStatements(databases, period)).toEqual(statements.map((statement) => whole(statement, currency)));
    expect(await readPools(databases, period)).toMatchObject(pools);
    expect(await readUnpaid(databases, period)).toEqual([...unpaid].sort());
  });

  it('books nothing in other months', async () => {
    const silent = months.filter((month) => !periods.some(({ period }) => period === month));
    for (const month of silent) {
      const booked = [readLines, readStatements, readPools, readUnpaid].map((read) => read(databases, month));
      expect((await Promise.all(booked)).flat(), month).toEqual([]);
    }
  });
});

/** A statement with the amounts that its case leaves out because they are zero. */
function whole(statement: Statement, currency: string): Record<string, string> {
  const zero = money('0', currency);
  return { currency, ...Object.fromEntries(amounts.map((name) => [name, zero])), ...statement };
}

async function readLines(databases: Databases, period: string): Promise<string[]> {
  const rows = await databases.owner.$client<Record<string, string>[]>`
    select agent.code as agent, line.kind, component.code as component,
           case when line.kind = 'POOL' then component.code else coalesce(event.external_id, '-') end as cause,
           coalesce('#' || line.instalment, '') as instalment, coalesce(' of ' || original.external_id, '') as original,
           coalesce(' from ' || source.code, '') as source, line.amount, line.currency
    from commission_line line
    join commission_run run on run.id = line.run_id and run.status = 'APPROVED'
    join component on component.id = line.component_id
    join agent on agent.id = line.agent_id
    left join sales_event event on line.kind <> 'POOL' and line.cause_id <> 0 and event.id = line.cause_id
    left join sales_event original on original.id = line.original_id
    left join agent source on source.id = line.source_agent_id
    where run.period = ${period}`;
  return rows
    .map(
      ({ agent, kind, component, cause, instalment, original, source, amount = '', currency = '' }) =>
        `${agent} ${kind} ${component} ${cause}${instalment}${original}${source} ${money(amount, currency)}`,
    )
    .sort();
}

/** The statements that say anything: one of nothing but zeros is left out. */
async function readStatements(databases: Databases, period: string): Promise<Record<string, string>[]> {
  const rows = await databases.owner.$client<({ agent: string; currency: string } & Record<string, string>)[]>`
    select agent.code as agent, statement.currency, opening, earned, released, withheld, clawed_back as "clawedBack",
           adjustments, tax, closing, payable
    from statement
    join commission_run run on run.id = statement.run_id and run.status = 'APPROVED'
    join agent on agent.id = statement.agent_id
    where run.period = ${period} order by agent.code collate "C"`;
  return rows
    .filter((row) => amounts.some((name) => Number(row[name]) !== 0))
    .map((row) => ({
      ...row,
      ...Object.fromEntries(amounts.map((name) => [name, money(row[name] ?? '', row.currency)])),
    }));
}

async function readPools(databases: Databases, period: string): Promise<Record<string, string>[]> {
  const rows = await databases.owner.$client<
    Record<'base' | 'weightTotal' | (typeof poolMoney)[number] | 'currency', string>[]
  >`
    select base, weight_total as "weightTotal", fund, carried_in as "carriedIn", shared as paid, remainder,
           carried_out as "carriedOver", version.currency
    from run_pool result
    join commission_run run on run.id = result.run_id and run.status = 'APPROVED'
    join pool_version version on version.id = result.pool_version_id
    where run.period = ${period}`;
  return rows.map((row) => ({
    base: canonicalDecimal(row.base),
    weightTotal: canonicalDecimal(row.weightTotal),
    ...Object.fromEntries(poolMoney.map((name) => [name, money(row[name], row.currency)])),
  }));
}

const poolMoney = ['fund', 'carriedIn', 'paid', 'remainder', 'carriedOver'] as const;

async function readUnpaid(databases: Databases, period: string): Promise<string[]> {
  const rows = await databases.owner.$client<{ text: string }[]>`
    select concat_ws(' ', event.external_id, agent.code, unpaid.reason) as text
    from unpaid_event unpaid
    join commission_run run on run.id = unpaid.run_id and run.status = 'APPROVED'
    join sales_event event on event.id = unpaid.event_id
    join agent on agent.id = unpaid.agent_id
    where run.period = ${period}`;
  return rows.map(({ text }) => text).sort();
}

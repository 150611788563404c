import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { moneyOf } from '../../src/exports/csv/cells.ts';
import { loadJournal } from '../../src/journal/journal.ts';
import { journalContent } from '../../src/journal/journalCsv.ts';
import { Decimal } from '../../src/money.ts';
import type { Period } from '../../src/period.ts';
import { publishSettlementPolicy } from '../../src/settlement/policies.ts';
import { journalEntryKinds } from '../../src/settlement/policy.ts';
import { issueStatements } from '../../src/statements/issue.ts';
import { testDatabase } from '../database.ts';
import { asOwner, clerk, close, codeOf, november, now, october } from '../support/books.ts';
import { runEveryKind } from '../support/everyKind.ts';

let databases: Databases;
const runs = new Map<Period, number>();

beforeAll(async () => {
  databases = await testDatabase();
  await runEveryKind(databases);
  await adjust('SUB', 'PENALTY', '-50');
  await adjust('SUB', 'CORRECTION', '7');
  const taken = await adjust('TOP', 'PENALTY', '-30');
  await adjust('TOP', 'REVERSED', '30', taken);
  runs.set(november, (await close(databases, november)).id);
  const [first] = await databases.owner
    .$client`select id from commission_run where period = ${october} and status = 'APPROVED'`;
  runs.set(october, first?.id as number);
});

/** An amount that November books. */
async function adjust(agent: string, kind: string, amount: string, reversesId: number | null = null): Promise<number> {
  const [made] = await databases.owner.$client`
    insert into adjustment (agent_id, kind, amount, currency, from_period, reason, created_by, created_at, reverses_id)
    select id, ${kind}, ${amount}, 'CNY', '2026-11', 'r', 'x', now(), ${reversesId} from agent where code = ${agent} returning id`;
  return made?.id as number;
}

const runOf = (period: Period) => ({ id: runs.get(period) ?? 0, period });

async function fileOf(transaction: Transaction, period: Period): Promise<string> {
  const pieces: Buffer[] = [];
  const context = {
    transaction,
    run: runOf(period),
    timeZone: 'Asia/Shanghai',
    settings: { encoding: 'UTF-8', byteOrderMark: false } as const,
    money: moneyOf(['CNY', 'JPY']),
    onProgress: () => {},
    warn: () => {},
  };
  for await (const piece of journalContent.write(context)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

type Row = Record<string, string>;

const exported = (period: Period) => asOwner(databases, (transaction) => fileOf(transaction, period));
const rowsOf = async (period: Period) => parse(await exported(period), { columns: true }) as Row[];
const sum = (rows: readonly Row[], column: string) =>
  rows.reduce((total, row) => total.plus(row[column] ?? 'NaN'), new Decimal(0)).toFixed();

describe('the journal of a run', () => {
  it('waits until the statements are issued', async () => {
    expect(await codeOf(exported(october))).toBe('STATEMENTS_NOT_ISSUED');
    for (const period of [october, november]) {
      await asOwner(databases, (transaction) => issueStatements(transaction, clerk, now, runOf(period).id));
    }
  });

  it('is refused where an account is missing, with all of them named', async () => {
    expect(await codeOf(exported(october))).toBe('JOURNAL_ACCOUNT_MISSING');
    const { missing } = await asOwner(databases, (transaction) => loadJournal(transaction, runOf(november)));
    expect([...new Set(missing.map(({ entry }) => entry))].sort()).toEqual([
      'ADJUSTMENT',
      'CLAWBACK',
      'EXPENSE',
      'PAYABLE',
      'PENALTY',
      'RETRO',
      'TAX',
      'WITHHELD',
    ]);
    expect(missing.find(({ entry }) => entry === 'CLAWBACK')).toMatchObject({ plan: 'P', currency: 'CNY' });
  });

  it('has its accounts from the settlement policy', async () => {
    const definition = {
      journal: [
        { entry: 'EXPENSE', component: 'SALE', account: '6601.01', costCentre: 'SALES' },
        ...journalEntryKinds.map((entry) => ({ entry, account: entry })),
      ],
    };
    await asOwner(databases, (transaction) =>
      publishSettlementPolicy(transaction, clerk, now, { validFrom: '2026-01-01', definition }),
    );
    const rows = await rowsOf(october);
    // 50.00 + 50.00 + 20.00 (100 each, cut to 120 together) for SUB; 1003 yen at 12.5 % are 125
    expect(rows.filter(({ account }) => account === '6601.01')).toMatchObject([
      { cost_centre: 'SALES', component: 'P.SALE', debit: '120.00', credit: '0.00', currency: 'CNY' },
      { cost_centre: 'SALES', component: 'YEN.SALE', debit: '125', credit: '0', currency: 'JPY' },
    ]);
    expect(rows[0]).toMatchObject({ period: '2026-10', date: '2026-10-31', entry_no: '2026-10-CNY' });
  });

  it('goes by the newest policy that has begun, until the period is locked', async () => {
    const definition = { journal: journalEntryKinds.map((entry) => ({ entry, account: `NEW-${entry}` })) };
    const later = new Date(now.getTime() + 1000);
    const publish = (validFrom: string) =>
      asOwner(databases, (transaction) =>
        publishSettlementPolicy(transaction, clerk, later, { validFrom, definition }),
      );
    const accounts = async (today: string) => {
      const run = runOf(october);
      const { entries } = await asOwner(databases, (transaction) => loadJournal(transaction, run, today));
      return new Set(entries.map(({ account }) => account.slice(0, 4)));
    };
    await publish('2026-12-05');
    expect(await accounts('2026-12-04')).toContain('6601');
    expect(await accounts('2026-12-05')).toEqual(new Set(['NEW-']));
    // The new version was published a second after this, whenever it begins.
    await databases.owner.$client`
      insert into period_lock (period, state, locked_by, locked_at) values (${october}, 'LOCKED', 'x', ${now.toISOString()})`;
    expect(await accounts('2026-12-05')).toContain('6601');
    await databases.owner.$client`delete from period_lock`;
  });

  it('is the same bytes each time', async () => {
    expect(await exported(november)).toBe(await exported(november));
  });

  it('is balanced, and leaves on the accounts of agents what their statements say', async () => {
    for (const period of [october, november]) {
      const rows = await rowsOf(period);
      for (const currency of ['CNY', 'JPY']) {
        const own = rows.filter((row) => row.currency === currency);
        expect(sum(own, 'debit')).toBe(sum(own, 'credit'));
      }
      const statements = await databases.owner.$client`
        select agent.code, statement.currency, closing - opening as change from statement
        join agent on agent.id = statement.agent_id where run_id = ${runOf(period).id}`;
      expect(statements.length).toBeGreaterThan(0);
      for (const { code, currency, change } of statements) {
        const own = rows.filter((row) => row.agent_code === code && row.currency === currency);
        const booked = new Decimal(sum(own, 'credit')).minus(sum(own, 'debit'));
        expect(`${code} ${booked.toFixed()}`).toBe(`${code} ${new Decimal(change as string).toFixed()}`);
      }
    }
  });

  it('has as much on each account as the lines of the run', async () => {
    const rows = await rowsOf(november);
    const booked = (account: string) => {
      const own = rows.filter((row) => row.account === account);
      return new Decimal(sum(own, 'debit')).minus(sum(own, 'credit')).toFixed();
    };
    const [lines] = await databases.owner.$client`
      select sum(amount) filter (where kind = 'RETRO') as retro, sum(amount) filter (where kind = 'CLAWBACK') as clawback,
        sum(amount) filter (where kind in ('WITHHOLDING', 'RELEASE')) as withheld, sum(amount) filter (where kind = 'TAX') as tax
      from commission_line where run_id = ${runOf(november).id}`;
    const plain = (amount: unknown) => new Decimal(String(amount)).toFixed();
    expect(booked('RETRO')).toBe(plain(lines?.retro));
    expect(booked('CLAWBACK')).toBe(plain(lines?.clawback));
    expect(booked('WITHHELD')).toBe(plain(lines?.withheld));
    expect(booked('TAX')).toBe(plain(lines?.tax));
  });

  it('counts penalties apart, and what takes one back against them', async () => {
    // 50.00 taken from SUB; 30.00 taken from TOP and given back in the same month; 7.00 corrected for SUB
    const rows = await rowsOf(november);
    expect(rows.filter(({ account }) => account === 'PENALTY')).toMatchObject([{ debit: '0.00', credit: '50.00' }]);
    expect(rows.filter(({ account }) => account === 'ADJUSTMENT')).toMatchObject([{ debit: '7.00', credit: '0.00' }]);
  });
});

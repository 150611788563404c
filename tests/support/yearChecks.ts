import { parse } from 'csv-parse/sync';
import { expect } from 'vitest';
import { moneyOf } from '../../src/exports/csv/cells.ts';
import { linesContent } from '../../src/exports/csv/lines.ts';
import { statementsContent } from '../../src/exports/csv/statements.ts';
import type { ExportContent } from '../../src/exports/writer.ts';
import { workbookContent } from '../../src/exports/xlsx/workbook.ts';
import { balancedTotals, type JournalEntry } from '../../src/journal/entries.ts';
import { loadJournal } from '../../src/journal/journal.ts';
import { loadPaymentJournal } from '../../src/journal/payments.ts';
import { paymentCandidates } from '../../src/payments/candidates.ts';
import type { Period } from '../../src/period.ts';
import { add, compare, type Fraction, fraction, subtract, sum, toText, ZERO } from '../oracle/fraction.ts';
import type { Year } from './twelveMonths.ts';
import { unzip } from './unzip.ts';
import { type Expected, moneyText, negative, type Parts, vatOf } from './yearLedger.ts';
import { paidTo } from './yearPayments.ts';
import { currencies, dayOf, dueOf } from './yearWorld.ts';

// What must hold in every month of a year, whatever happened.

export type Run = {
  readonly id: number;
  readonly period: Period;
  readonly month: number;
  readonly statements: readonly Expected[];
};

type Row = Readonly<Record<string, string>>;

async function exported(year: Year, { id, period }: Run, content: ExportContent): Promise<Buffer> {
  return year.run(async (transaction) => {
    const context = {
      transaction,
      run: { id, period },
      timeZone: 'Asia/Shanghai',
      settings: { encoding: 'UTF-8', byteOrderMark: false } as const,
      money: moneyOf([...currencies]),
      onProgress: () => {},
      warn: (text: string) => expect(text).toBe(''),
    };
    const pieces: Buffer[] = [];
    for await (const piece of content.write(context)) pieces.push(piece);
    return Buffer.concat(pieces);
  });
}

const rowsOf = (csv: Buffer): Row[] => parse(csv, { columns: true });
const total = (rows: readonly Row[], column = 'amount') => sum(rows.map((row) => fraction(row[column] ?? '')));
const shown = (value: Fraction) => toText(value);

const kindsOf: Readonly<Record<keyof Parts, readonly string[]>> = {
  earned: ['EARNING', 'VOLUME', 'OVERRIDE', 'POOL', 'CAP', 'FLOOR', 'DRAW'],
  released: ['RELEASE'],
  withheld: ['WITHHOLDING'],
  clawedBack: ['CLAWBACK'],
  retro: ['RETRO'],
};

function partsOf(lines: readonly Row[]): Parts {
  const of = (part: keyof Parts) => total(lines.filter(({ kind = '' }) => kindsOf[part].includes(kind)));
  return {
    earned: of('earned'),
    released: of('released'),
    withheld: negative(of('withheld')),
    clawedBack: negative(of('clawedBack')),
    retro: of('retro'),
  };
}

const columns = {
  opening: 'opening',
  earned: 'earned',
  released: 'released',
  withheld: 'withheld',
  clawedBack: 'clawed_back',
  adjustments: 'adjustments',
  tax: 'tax',
  closing: 'closing',
  payable: 'payable',
  returned: 'returned',
} as const;

/**
 * The statements of a run that was calculated are what the ledger makes of its lines, in the database and in the files; the lines add up to
 * them. @returns those that are not all zeros.
 */
export async function checkStatements(year: Year, run: Run): Promise<Expected[]> {
  const lines = rowsOf(await exported(year, run, linesContent));
  const stored = await year.sql<Row[]>`
    select agent.code as agent, statement.currency, opening, earned, released, withheld, clawed_back, adjustments, tax, closing, payable, returned,
      (select coalesce(sum(amount), 0) from commission_line line where line.run_id = ${run.id} and line.agent_id = statement.agent_id
        and line.currency = statement.currency)::text as lines
    from statement join agent on agent.id = statement.agent_id where run_id = ${run.id}`;
  const expected: Expected[] = [];
  for (const agent of year.world.agents) {
    for (const currency of currencies) {
      const own = lines.filter((line) => line.agent_code === agent.code && line.currency === currency);
      const statement = year.ledger.statement(agent.code, currency, partsOf(own), dueOf(agent, run.month));
      const row = stored.find((each) => each.agent === agent.code && each.currency === currency);
      expect(shown(total(own)), `lines of ${agent.code}`).toBe(shown(fraction(row?.lines ?? '0')));
      expect(shown(total(own)), `closing − opening of ${agent.code} ${currency} in ${run.period}`).toBe(
        shown(subtract(statement.closing, statement.opening)),
      );
      if (row || Object.keys(columns).some((name) => !isZero(statement[name as keyof typeof columns])))
        expected.push(statement);
    }
  }
  const texts = (statement: Expected) =>
    Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [
        column,
        moneyText(statement[name as keyof typeof columns], statement.currency),
      ]),
    );
  const file = rowsOf(await exported(year, run, statementsContent));
  const fromFile = file.map((row) => [row.agent_code, row.currency, pick(row)]);
  expect(fromFile, `statements of ${run.period}`).toEqual(
    expected.map((statement) => [statement.agent, statement.currency, texts(statement)]),
  );
  for (const [column, rows] of Object.values(columns).map((name) => [name, file] as const)) {
    expect(shown(total(rows, column)), column).toBe(shown(total(stored, column)));
  }
  return expected;
}

const pick = (row: Row) => Object.fromEntries(Object.values(columns).map((column) => [column, row[column]]));
const isZero = (value: Fraction) => compare(value, ZERO) === 0;

/** Debit less credit by agent and currency on some accounts. */
function booked(entries: readonly JournalEntry[], accounts: readonly string[], currency: string, agent?: string) {
  const own = entries.filter(
    (entry) =>
      accounts.includes(entry.account) && entry.currency === currency && (agent === undefined || entry.agent === agent),
  );
  return sum(own.map(({ debit, credit }) => subtract(fraction(debit.toFixed()), fraction(credit.toFixed()))));
}

/** The run's journal is balanced, and has on each account what the statements say. @returns its entries. */
export async function checkJournal(year: Year, run: Run): Promise<readonly JournalEntry[]> {
  const { entries, missing } = await year.run((transaction) => loadJournal(transaction, run));
  expect(missing).toEqual([]);
  balancedTotals(entries);
  for (const currency of currencies) {
    const own = run.statements.filter((statement) => statement.currency === currency);
    const vats = own.map((statement) => {
      const due = dueOf(year.agent(statement.agent), run.month);
      const { vat } = vatOf(statement.payable, statement.returned, currency, due);
      return { agent: statement.agent, vat, onTop: due.terms.vatIncluded ? ZERO : vat };
    });
    const vat = sum(vats.map((each) => each.vat));
    const included = subtract(vat, sum(vats.map(({ onTop }) => onTop)));
    const all = (column: keyof typeof columns) => sum(own.map((statement) => statement[column]));
    const expected = {
      EXPENSE: subtract(all('earned'), included),
      WITHHELD: subtract(all('released'), all('withheld')),
      CLAWBACK: negative(all('clawedBack')),
      'RETRO ADJUSTMENT PENALTY': all('adjustments'),
      TAX: negative(all('tax')),
      INPUT_VAT: vat,
      'BANK DEPOSIT': ZERO,
    };
    for (const [accounts, amount] of Object.entries(expected)) {
      expect(`${accounts} ${shown(booked(entries, accounts.split(' '), currency))}`, run.period).toBe(
        `${accounts} ${shown(amount)}`,
      );
    }
    for (const { agent, opening, closing } of own) {
      const onTop = vats.find((each) => each.agent === agent)?.onTop ?? ZERO;
      const due = negative(add(subtract(closing, opening), onTop));
      expect(`${agent} ${shown(booked(entries, ['PAYABLE', 'RECEIVABLE'], currency, agent))}`).toBe(
        `${agent} ${shown(due)}`,
      );
    }
  }
  return entries;
}

/**
 * What was ever due is paid, in a deposit, carried back or open; what agents earned, they have, hold or are owed, after taxes. From bank files,
 * the journal's accounts, the database and the ledger alike.
 */
export async function checkMoney(year: Year, month: number): Promise<void> {
  for (const currency of currencies) {
    const until = dayOf(month, 25);
    const { claims } = await year.run((transaction) => paymentCandidates(transaction, currency, until));
    const open = year.ledger.claims.filter(
      (claim) => claim.currency === currency && ['DUE', 'LIVE', 'FAILED'].includes(claim.state),
    );
    const named = (claim: { reference: string; gross: string }) => `${claim.reference} ${shown(fraction(claim.gross))}`;
    expect(claims.map(named).sort(), 'what is due').toEqual(
      open.map(({ reference, gross }) => named({ reference, gross: toText(gross) })).sort(),
    );
    for (const { code } of year.world.agents) await checkAgent(year, code, currency);
  }
}

async function checkAgent(year: Year, code: string, currency: string): Promise<void> {
  const [row] = await year.sql<Row[]>`
    with own as (select id from agent where code = ${code}),
    issued as (select coalesce(sum(gross), 0) as gross, coalesce(sum(gross) filter (where not vat_included), 0) - coalesce(sum(net) filter (where not vat_included), 0) as vat
      from issued_statement join commission_run run on run.id = run_id and run.status in ('APPROVED', 'PAID')
      where agent_id = (select id from own) and currency = ${currency}),
    line as (select coalesce(sum(amount), 0) as amount from commission_line line join commission_run run on run.id = run_id
      and run.status in ('APPROVED', 'PAID') where agent_id = (select id from own) and currency = ${currency}),
    ahead as (select coalesce(sum(net), 0) as net, coalesce(sum(tax), 0) as tax from off_cycle_settlement
      where agent_id = (select id from own) and currency = ${currency} and state = 'APPROVED'),
    entry as (select coalesce(sum(amount) filter (where kind = 'BANK_RETURN'), 0) as returned,
        coalesce(sum(amount) filter (where kind = 'REPAYMENT'), 0) as repaid from balance_entry
      where agent_id = (select id from own) and currency = ${currency}),
    deposit as (select coalesce(sum(entry.amount) filter (where entry.kind = 'PAID_IN'), 0) as paid_in,
        coalesce(sum(-entry.amount) filter (where entry.kind = 'REFUNDED'), 0) as refunded,
        coalesce(sum(entry.amount) filter (where entry.kind = 'COLLECTED' and payment.state <> 'CANCELLED'), 0) as collected
      from deposit_entry entry left join payment on payment.id = entry.payment_id
      where entry.agent_id = (select id from own) and entry.currency = ${currency} and entry.state = 'APPROVED')
    select issued.gross, issued.vat, line.amount as lines, ahead.net, ahead.tax, entry.returned, entry.repaid, deposit.paid_in, deposit.refunded,
      deposit.collected, (select amount from carried_balance((select id from own), ${currency})) as carried,
      deposit_balance((select id from own), ${currency}) as held
    from issued, line, ahead, entry, deposit`;
  const of = (column: string) => fraction(row?.[column] ?? '');
  const { ledger } = year;
  const where = `${code} ${currency}`;
  const failed = ledger.claims.filter(
    (claim) => claim.agent === code && claim.currency === currency && claim.state === 'FAILED',
  );
  const twice = sum(
    failed.filter(({ kind }) => kind !== 'DEPOSIT_REFUND').map(({ gross, collected }) => subtract(gross, collected)),
  );
  const paid = paidTo(year, code, currency);
  const open = ledger.open(code, currency);
  expect(shown(of('carried')), `balance of ${where}`).toBe(shown(ledger.balance(code, currency).amount));
  expect(shown(of('held')), `deposit of ${where}`).toBe(shown(ledger.account(code, currency).deposit));
  const due = sum([of('gross'), of('net'), of('refunded')]);
  const found = sum([paid, of('collected'), of('returned'), open]);
  expect(shown(found), `paid, collected, carried back and open of ${where}`).toBe(shown(due));
  const earned = sum([of('lines'), of('vat'), negative(of('tax')), of('repaid'), of('paid_in')]);
  const has = subtract(sum([paid, of('held'), open, of('carried')]), twice);
  expect(shown(has), `what ${where} has`).toBe(shown(earned));
}

/** Over the whole year the journals leave on the accounts what is owed, held and in the bank. */
export async function checkBooks(year: Year, entriesOfRuns: readonly JournalEntry[]): Promise<void> {
  const entries = [...entriesOfRuns];
  for (const month of [...year.runs.map(({ period }) => period), '2027-01' as Period]) {
    const journal = await year.run((transaction) => loadPaymentJournal(transaction, month, 'Asia/Shanghai'));
    expect(journal.missing).toEqual([]);
    balancedTotals(journal.entries);
    entries.push(...journal.entries);
  }
  for (const currency of currencies) {
    for (const { code } of year.world.agents) {
      const { ledger } = year;
      const of = (...accounts: string[]) => shown(negative(booked(entries, accounts, currency, code)));
      const own = ledger.claims.filter((claim) => claim.agent === code && claim.currency === currency);
      const isOpen = (state: string) => state === 'DUE' || state === 'LIVE' || state === 'FAILED';
      const leftOf = (isRefund: boolean) =>
        own
          .filter(({ kind, state }) => (kind === 'DEPOSIT_REFUND') === isRefund && isOpen(state))
          .map(({ gross, collected }) => subtract(gross, collected));
      const failed = own.filter(({ kind, state }) => kind !== 'DEPOSIT_REFUND' && state === 'FAILED');
      const twice = failed.map(({ gross, collected }) => subtract(gross, collected));
      const owed = subtract(sum([ledger.balance(code, currency).amount, ...leftOf(false)]), sum(twice));
      expect(`${code} owed ${of('PAYABLE', 'RECEIVABLE')}`).toBe(`${code} owed ${shown(owed)}`);
      expect(`${code} owes ${of('RECEIVABLE')}`).toBe(
        `${code} owes ${shown(negative(ledger.receivable(code, currency)))}`,
      );
      const held = sum([ledger.account(code, currency).deposit, ...leftOf(true)]);
      expect(`${code} deposit ${of('DEPOSIT')}`).toBe(`${code} deposit ${shown(held)}`);
    }
    const [row] = await year.sql<Row[]>`
      select coalesce((select sum(amount) from balance_entry where kind = 'REPAYMENT' and currency = ${currency}), 0)
        + coalesce((select sum(amount) from deposit_entry where kind = 'PAID_IN' and state = 'APPROVED' and currency = ${currency}), 0) as received`;
    const paid = sum(year.world.agents.map(({ code }) => paidTo(year, code, currency)));
    expect(`bank ${shown(booked(entries, ['BANK'], currency))}`).toBe(
      `bank ${shown(subtract(fraction(row?.received ?? ''), paid))}`,
    );
  }
}

/** A run is PAID once all that its statements pay is paid, in a deposit or carried, and not before; what comes back later does not change that. */
export async function checkRuns(year: Year): Promise<void> {
  const rows = await year.sql<Row[]>`
    select period, status from commission_run where status in ('APPROVED', 'PAID') order by period`;
  const wrong = rows.filter(({ period, status }) => {
    const own = year.ledger.claims.filter(({ reference }) => reference.startsWith(`S-${period}-`));
    const isSettled = own.every(({ state }) => state === 'PAID' || state === 'SET_OFF' || state === 'CARRIED');
    return isSettled && status !== 'PAID';
  });
  expect(wrong, 'settled, but not PAID').toEqual([]);
}

/** The workbook's sheets have the totals of the database. */
export async function checkWorkbook(year: Year, run: Run): Promise<void> {
  const files = unzip(await exported(year, run, workbookContent));
  const [row] = await year.sql<Row[]>`
    select (select coalesce(sum(amount), 0) from commission_line where run_id = ${run.id}) as lines,
      (select coalesce(sum(payable), 0) from statement where run_id = ${run.id}) as payable,
      (select coalesce(sum(closing), 0) from statement where run_id = ${run.id}) as closing`;
  const found = {
    lines: columnTotal(files, 4, 'amount'),
    payable: columnTotal(files, 2, 'payable'),
    closing: columnTotal(files, 2, 'closing'),
  };
  const text = Object.fromEntries(Object.entries(found).map(([name, value]) => [name, shown(value)]));
  const expected = Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, shown(fraction(value))]));
  expect(text).toEqual(expected);
}

function columnTotal(files: ReadonlyMap<string, Buffer>, sheet: number, header: string): Fraction {
  const xml = files.get(`xl/worksheets/sheet${sheet}.xml`)?.toString() ?? '';
  const cells = [...xml.matchAll(/<c r="([A-Z]+)(\d+)"[^>]*>(.*?)<\/c>/gs)].map(([, column, row, content = '']) => {
    return { column, row, value: content.replaceAll(/<[^>]*>/g, '') };
  });
  const column = cells.find(({ row, value }) => row === '1' && value === header)?.column;
  if (column === undefined) throw new Error(`sheet ${sheet} has no column ${header}`);
  const values = cells.filter((cell) => cell.column === column && cell.row !== '1');
  return sum(values.map(({ value }) => fraction(value)));
}

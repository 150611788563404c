import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainLine } from '../../src/commissions/explain.ts';
import type { RunSummary } from '../../src/commissions/runs.ts';
import type { Databases } from '../../src/db/client.ts';
import { type ExportOptions, exportPeriod } from '../../src/exports/folder.ts';
import { Decimal } from '../../src/money.ts';
import type { Period } from '../../src/period.ts';
import { testDatabase } from '../database.ts';
import { asOwner, calculate, codeOf, november, october, openBooks } from '../support/books.ts';
import { runEveryKind } from '../support/everyKind.ts';

let databases: Databases;
let run: RunSummary;
let folder: string;

beforeAll(async () => {
  databases = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'tributary-exports-'));
  await openBooks(databases);
  run = await calculate(databases);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function exported(name: string, options?: ExportOptions) {
  const { files } = await exportPeriod(databases, october, join(folder, name), options);
  return files.map((file) => ({ ...file, content: readFileSync(join(folder, name, file.name)) }));
}

type Row = Record<string, string>;

async function rowsOf(file: string): Promise<Row[]> {
  const found = (await exported('rows')).find(({ name }) => name === file);
  return parse(found?.content ?? '', { columns: true }) as Row[];
}

const sum = (amounts: (string | undefined)[]) =>
  amounts.reduce((total, amount) => total.plus(amount ?? 'NaN'), new Decimal(0)).toFixed(2);

describe('the files of a period', () => {
  it('are the same bytes each time, with their sizes and checksums, and nothing else', async () => {
    const first = await exported('one');
    expect(await exported('other')).toEqual(first);
    expect(first.map(({ name }) => name)).toEqual(['statements.csv', 'lines.csv', 'unpaid-events.csv']);
    for (const { content, sizeBytes, sha256 } of first) {
      expect(content.length).toBe(sizeBytes);
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    }
    expect(readdirSync(join(folder, 'one')).sort()).toEqual(first.map(({ name }) => name).sort());
  });

  it('are the same bytes after a recalculation', async () => {
    const before = await exported('before');
    run = await calculate(databases);
    expect(await exported('after')).toEqual(before);
  });

  it('replace those of an earlier export', async () => {
    await exported('again');
    expect(await exported('again')).toEqual(await exported('one'));
  });

  it('begin with a byte order mark where one is asked for', async () => {
    const plain = await exported('one');
    const marked = await exported('marked', { byteOrderMark: true });
    for (const [index, { content, sizeBytes, sha256 }] of marked.entries()) {
      expect(content).toEqual(Buffer.concat([Buffer.from('\uFEFF'), plain[index]?.content ?? Buffer.alloc(0)]));
      expect(sizeBytes).toBe(content.length);
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    }
  });

  it('need a run', async () => {
    expect(await codeOf(exportPeriod(databases, november, join(folder, 'none')))).toBe('NO_RUN');
  });

  it('have at least the columns that are promised', async () => {
    const headers = Object.fromEntries(
      (await exported('one')).map(({ name, content }) => [name, content.toString().split('\n', 1)[0]?.split(',')]),
    );
    expect(headers['statements.csv']).toEqual(
      expect.arrayContaining(
        'period agent_code agent_name currency opening earned released withheld clawed_back adjustments tax closing payable'.split(
          ' ',
        ),
      ),
    );
    expect(headers['lines.csv']).toEqual(
      expect.arrayContaining(
        'period line_id agent_code component kind cause_type cause_id rule base rate factor amount currency origin_period'.split(
          ' ',
        ),
      ),
    );
  });
});

describe('the figures', () => {
  it('of lines.csv add up to statements.csv, by agent and in all', async () => {
    const [lines, statements] = [await rowsOf('lines.csv'), await rowsOf('statements.csv')];
    expect(lines).toHaveLength(run.lineCount);
    expect(statements.map((row) => row.agent_code)).toEqual(['A1', 'A2', 'A3']);
    for (const { agent_code, earned, opening, closing, payable } of statements) {
      const own = lines.filter((line) => line.agent_code === agent_code);
      expect(earned).toBe(sum(own.map((line) => line.amount)));
      expect([opening, closing, payable]).toEqual(['0.00', earned, earned]);
    }
    // 2.12 + 3.83 of the pot, 410.25 of ACT, 19.51 of DEV, 5.80 and 12.37 of RES.
    expect(sum(statements.map((row) => row.closing))).toBe('453.88');
    expect(sum(lines.map((row) => row.amount))).toBe('453.88');
  });

  it('are plain numbers with the currency’s decimals, and every line id explains itself', async () => {
    for (const { line_id = '', amount = '', base = '', factor = '' } of await rowsOf('lines.csv')) {
      expect(amount).toMatch(/^\d+\.\d\d$/);
      expect(base).toMatch(/^\d+(\.\d+)?$/);
      expect(factor).toMatch(/^\d+(\.\d+)?$/);
      const explanation = await asOwner(databases, (transaction) => explainLine(transaction, line_id));
      expect(explanation.amount).toBe(amount);
    }
  });

  it('say what paid nothing and why', async () => {
    const rows = await rowsOf('unpaid-events.csv');
    expect(rows.map(({ external_id, agent_code, reason }) => [external_id, agent_code, reason])).toEqual([
      ['O11', 'A1', 'NO_BASE'],
      ['O13', 'A2', 'REVERSED'],
      ['O12', 'A4', 'NO_AGREEMENT'],
    ]);
  });
});

describe('text that a spreadsheet would take for a formula', () => {
  it('is made harmless, quoting kept', async () => {
    const statements = (await exported('one')).find(({ name }) => name === 'statements.csv');
    expect(statements?.content.toString()).toContain(`2026-10,A1,"'=1+1, ""North""",CNY,`);
    expect((await rowsOf('lines.csv')).map((row) => row.cause_id)).toContain("'@CRM/+O2");
    expect((await rowsOf('unpaid-events.csv')).map((row) => row.source)).toEqual(["'@CRM", "'@CRM", "'@CRM"]);
  });

  it('begins no cell of any file', async () => {
    for (const { content } of await exported('one')) {
      const cells = (parse(content) as string[][]).flat();
      expect(cells.filter((cell) => /^[=+\-@\t\r\n]/.test(cell))).toEqual([]);
    }
  });
});

describe('lines of every kind', () => {
  let lines: Row[];
  let statements: Row[];
  let other: Databases;

  beforeAll(async () => {
    other = await testDatabase();
    await runEveryKind(other);
    const rows = async (period: Period, file: string) => {
      await exportPeriod(other, period, join(folder, 'kinds', period));
      return parse(readFileSync(join(folder, 'kinds', period, file)), { columns: true }) as Row[];
    };
    lines = [...(await rows(october, 'lines.csv')), ...(await rows(november, 'lines.csv'))];
    statements = [...(await rows(october, 'statements.csv')), ...(await rows(november, 'statements.csv'))];
  });

  it('name themselves, their cause and what else they hang together with', async () => {
    const kinds = new Set(lines.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(
      'CAP CLAWBACK DRAW EARNING OVERRIDE RELEASE RETRO TAX VOLUME WITHHOLDING'.split(' '),
    );
    expect(new Set(lines.map(({ line_id }) => line_id)).size).toBe(lines.length);
    const of = (kind: string) => lines.filter((line) => line.kind === kind);
    // 100 of S1 and 20 of S2 stay under the cap of 120
    expect(of('CAP')).toMatchObject([{ cause_type: 'EVENT', cause_id: "'@CRM/S2", base: '100', amount: '-80.00' }]);
    expect(
      of('OVERRIDE').map((line) => [line.agent_code, line.source_agent, line.source_component, line.rate, line.amount]),
    ).toEqual([
      ['TOP', 'SUB', 'P.SALE', '5%', '5.00'],
      ['TOP', 'SUB', 'P.SALE', '5%', '5.00'],
    ]);
    // 1.5 for the first unit, 2.25 for the second
    expect(of('VOLUME')).toMatchObject([{ cause_type: 'AGENT', cause_id: 'SUB', base: '2', amount: '3.75' }]);
    expect(of('WITHHOLDING').map((line) => [line.cause_id, line.instalment, line.amount])).toEqual([
      ["'@CRM/S1", '2', '-50.00'],
      ["'@CRM/S2", '2', '-10.00'],
    ]);
    expect(of('RELEASE').map((line) => [line.cause_id, line.instalment, line.amount])).toEqual([
      // the late sale's second half, which a RETRO withheld of October
      ["'@CRM/LATE", '2', '50.00'],
      ["'@CRM/S2", '2', '10.00'],
    ]);
    expect(of('CLAWBACK').find(({ agent_code }) => agent_code === 'SUB')).toMatchObject({
      cause_id: "'@CRM/C1",
      original_id: "'@CRM/S1",
      amount: '-50.00',
      origin_period: '2026-11',
    });
    expect(of('RETRO').every((line) => line.period === '2026-11' && line.origin_period === '2026-10')).toBe(true);
    expect(lines.filter(({ agent_code }) => agent_code === 'YEN').map(({ amount }) => amount)).toEqual(['125']);
  });

  it('explain themselves under their ids', async () => {
    for (const { line_id = '', amount, kind } of lines) {
      const explanation = await asOwner(other, (transaction) => explainLine(transaction, line_id));
      expect(explanation).toMatchObject({ lineId: line_id, kind, amount });
    }
  });

  it('add up to their statements, column by column', () => {
    const part = (own: Row[], ...kinds: string[]) =>
      own.filter(({ kind }) => kinds.includes(kind ?? '')).map(({ amount }) => amount);
    expect(statements).toHaveLength(6);
    for (const row of statements) {
      const own = lines.filter((line) => line.agent_code === row.agent_code && line.period === row.period);
      const decimals = row.currency === 'JPY' ? 0 : 2;
      const total = (amounts: (string | undefined)[]) => new Decimal(sum(amounts)).toFixed(decimals);
      const negated = (amounts: (string | undefined)[]) =>
        new Decimal(sum(amounts)).negated().plus(0).toFixed(decimals);
      expect(row).toMatchObject({
        earned: total(part(own, 'EARNING', 'VOLUME', 'OVERRIDE', 'CAP', 'DRAW')),
        released: total(part(own, 'RELEASE')),
        withheld: negated(part(own, 'WITHHOLDING')),
        clawed_back: negated(part(own, 'CLAWBACK')),
        adjustments: total(part(own, 'RETRO')),
        tax: negated(part(own, 'TAX')),
        closing: total([row.opening, ...own.map(({ amount }) => amount)]),
      });
    }
    expect(statements.some(({ tax }) => Number(tax) > 0)).toBe(true);
  });
});

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create } from 'xmlbuilder2';
import type { Databases } from '../../src/db/client.ts';
import { moneyOf } from '../../src/exports/csv/cells.ts';
import { linesContent } from '../../src/exports/csv/lines.ts';
import { statementsContent } from '../../src/exports/csv/statements.ts';
import { unpaidEventsContent } from '../../src/exports/csv/unpaidEvents.ts';
import type { ExportContext } from '../../src/exports/writer.ts';
import { withoutGuard } from '../../src/exports/xlsx/csvRows.ts';
import { workbookContent, writeWorkbook } from '../../src/exports/xlsx/workbook.ts';
import { Decimal } from '../../src/money.ts';
import { testDatabase } from '../database.ts';
import { asOwner, calculate, event, importEvents, november, openBooks } from '../support/books.ts';
import { runEveryKind } from '../support/everyKind.ts';
import { unzip } from '../support/unzip.ts';

const october = '2026-10' as typeof november;

let small: Databases;
let everyKind: Databases;
const folder = mkdtempSync(join(tmpdir(), 'tributary-xlsx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  [small, everyKind] = [await testDatabase(), await testDatabase()];
  await openBooks(small);
  await importEvents(small, [event('U1', { agentCode: 'A4', occurredAt: '2026-10-31T23:59:59.9+08:00' })]);
  await calculate(small);
  await runEveryKind(everyKind);
});

type Write = (context: ExportContext) => AsyncIterable<Buffer>;

function written(
  databases: Databases,
  period: typeof november,
  write: Write,
  warnings: string[] = [],
): Promise<Buffer> {
  return asOwner(databases, async (transaction) => {
    const [run] = await databases.owner.$client`
      select id from commission_run where period = ${period} and status in ('CALCULATED', 'APPROVED')`;
    const context: ExportContext = {
      transaction,
      run: { id: run?.id as number, period },
      timeZone: 'Asia/Shanghai',
      settings: { encoding: 'UTF-8', byteOrderMark: false },
      money: moneyOf(['CNY', 'JPY']),
      onProgress: (fraction) => expect(fraction).toBeLessThanOrEqual(1),
      warn: (text) => warnings.push(text),
    };
    const pieces: Buffer[] = [];
    for await (const piece of write(context)) pieces.push(piece);
    return Buffer.concat(pieces);
  });
}

type Cell = { readonly value: string; readonly isText: boolean; readonly style: string | null };
type Sheet = { readonly rows: readonly ReadonlyMap<string, Cell>[]; readonly xml: string };

/** The sheets of a workbook by their names. Every part must be well-formed. */
function sheetsOf(workbook: Buffer): Map<string, Sheet> {
  const files = unzip(workbook);
  const parsed = (name: string) => create(files.get(name)?.toString() ?? '');
  for (const name of files.keys()) parsed(name);
  const sheets = new Map<string, Sheet>();
  let number = 0;
  parsed('xl/workbook.xml').each(
    (node) => {
      const element = node.node as unknown as Element;
      if (element.nodeName !== 'sheet') return;
      number += 1;
      const name = `xl/worksheets/sheet${number}.xml`;
      sheets.set(element.getAttribute('name') ?? '', {
        rows: rowsOf(parsed(name).node as unknown as Document),
        xml: files.get(name)?.toString() ?? '',
      });
    },
    false,
    true,
  );
  return sheets;
}

function rowsOf(document: Document): Map<string, Cell>[] {
  return [...document.getElementsByTagName('row')].map((row) => {
    const cells = [...row.getElementsByTagName('c')].map((cell): [string, Cell] => {
      const isText = cell.getAttribute('t') === 'inlineStr';
      const column = (cell.getAttribute('r') ?? '').replace(/\d+$/, '');
      return [column, { value: cell.textContent ?? '', isText, style: cell.getAttribute('s') }];
    });
    return new Map(cells);
  });
}

/** Rows of a table by the headers of its columns. */
function recordsOf(sheet: Sheet | undefined): Record<string, string>[] {
  const [header, ...rows] = sheet?.rows ?? [];
  const names = [...(header ?? new Map<string, Cell>())];
  return rows.map((row) =>
    Object.fromEntries(names.map(([column, { value }]) => [value, row.get(column)?.value ?? ''])),
  );
}

const sum = (rows: readonly Record<string, string>[], column: string) =>
  rows.reduce((total, row) => total.plus(row[column] || 0), new Decimal(0)).toFixed();

describe('the workbook', () => {
  it('is the same bytes each time', async () => {
    const first = await written(everyKind, november, workbookContent.write);
    expect(
      createHash('sha256')
        .update(await written(everyKind, november, workbookContent.write))
        .digest('hex'),
    ).toBe(createHash('sha256').update(first).digest('hex'));
  });

  it.each([
    ['Statements', statementsContent],
    ['Lines', linesContent],
    ['Unpaid', unpaidEventsContent],
  ])('has in its sheet %s what the file has, row by row', async (name, { write }) => {
    for (const [databases, period] of [
      [small, october],
      [everyKind, november],
    ] as const) {
      const expected = parse(await written(databases, period, write), { columns: true }) as Record<string, string>[];
      const found = recordsOf(sheetsOf(await written(databases, period, workbookContent.write)).get(name));
      const plain = (row: Record<string, string>) =>
        Object.fromEntries(
          Object.entries(row)
            .filter(([column]) => column !== 'occurred_at')
            .map(([column, value]) => [column, withoutGuard(value)]),
        );
      expect(found.map(plain)).toEqual(expected.map(plain));
    }
  });

  it('has the totals of the database', async () => {
    const sheets = sheetsOf(await written(everyKind, november, workbookContent.write));
    const [totals] = await everyKind.owner.$client`
      select trim_scale(sum(payable))::text as payable, trim_scale(sum(tax))::text as tax,
        (select trim_scale(sum(amount))::text from commission_line line where line.run_id = min(run.id)) as lines
      from statement join commission_run run on run.id = statement.run_id where period = '2026-11' and status = 'CALCULATED'`;
    expect(sum(recordsOf(sheets.get('Statements')), 'payable')).toBe(totals?.payable);
    expect(sum(recordsOf(sheets.get('Statements')), 'tax')).toBe(totals?.tax);
    expect(sum(recordsOf(sheets.get('Lines')), 'amount')).toBe(totals?.lines);
    expect(sum(recordsOf(sheets.get('Components')), 'amount')).toBe(totals?.lines);
    const summary = (sheets.get('Summary')?.rows ?? []).map((row) => [...row.values()].map(({ value }) => value));
    expect(summary.find(([label]) => label === 'Payable')?.slice(1)).toEqual(['应付金额', `${totals?.payable}0`, '0']);
    expect(summary.find(([label]) => label === 'Tax')?.slice(1)).toEqual(['代扣税', `${totals?.tax}0`, '0']);
  });

  it('holds text as text and amounts as numbers in the decimals of their currency', async () => {
    const sheets = sheetsOf(await written(small, october, workbookContent.write));
    const statement = sheets.get('Statements')?.rows[1];
    // an agent whose name a spreadsheet would take for a formula
    expect(statement?.get('C')).toEqual({ value: '=1+1, "North"', isText: true, style: null });
    expect(statement?.get('F')).toMatchObject({ isText: false, style: '4' });
    expect([...sheets.values()].some(({ xml }) => xml.includes('<f>') || xml.includes('<f '))).toBe(false);
    const yen = sheetsOf(await written(everyKind, november, workbookContent.write))
      .get('Statements')
      ?.rows.at(-1);
    expect(yen?.get('D')?.value).toBe('JPY');
    expect(yen?.get('F')).toMatchObject({ isText: false, style: '3' });
  });

  it('shows instants in the operator’s time zone, as dates', async () => {
    const unpaid = sheetsOf(await written(small, october, workbookContent.write)).get('Unpaid');
    const row = recordsOf(unpaid).find(({ external_id: id }) => id === 'U1');
    // 2026-10-31 is day 46326; one second before midnight 86,399 / 86,400
    expect(row?.occurred_at).toBe('46326.9999884259');
  });

  it('has a frozen header and a filter over all rows', async () => {
    const lines = sheetsOf(await written(everyKind, november, workbookContent.write)).get('Lines');
    expect(lines?.xml).toContain('<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>');
    expect(lines?.xml).toContain(`<autoFilter ref="A1:U${lines?.rows.length}"/>`);
  });

  it('goes on in another sheet where one is full', async () => {
    const whole = sheetsOf(await written(everyKind, november, workbookContent.write));
    const cut = sheetsOf(await written(everyKind, november, (context) => writeWorkbook(context, 6)));
    const all = recordsOf(whole.get('Lines'));
    expect(all).toHaveLength(12);
    // 12 lines, 5 a sheet under its header
    expect([...cut.keys()].filter((name) => name.startsWith('Lines'))).toEqual(['Lines', 'Lines 2', 'Lines 3']);
    expect(['Lines', 'Lines 2', 'Lines 3'].flatMap((name) => recordsOf(cut.get(name)))).toEqual(all);
  });
});

const hasOffice = (() => {
  try {
    execFileSync('soffice', ['--version'], { stdio: 'ignore', timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasOffice)('in LibreOffice (skipped where soffice is not installed)', () => {
  it('the workbook opens with the same statements', { timeout: 90_000 }, async () => {
    const path = join(folder, 'workbook.xlsx');
    writeFileSync(path, await written(small, october, workbookContent.write));
    const filter = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1';
    const profile = `-env:UserInstallation=file://${folder}/profile`;
    execFileSync('soffice', [profile, '--headless', '--convert-to', filter, '--outdir', folder, path], {
      stdio: 'ignore',
      timeout: 80_000,
    });
    const opened = parse(readFileSync(join(folder, 'workbook-Statements.csv')), { columns: true }) as Record<
      string,
      string
    >[];
    const expected = recordsOf(sheetsOf(readFileSync(path)).get('Statements'));
    expect(opened.map(({ agent_name }) => agent_name)).toEqual(expected.map(({ agent_name }) => agent_name));
    expect(sum(opened, 'payable')).toBe(sum(expected, 'payable'));
  });
});

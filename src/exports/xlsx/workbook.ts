import { copyOut } from '../../db/copy.ts';
import { text } from '../csv/cells.ts';
import type { LinesOf } from '../csv/lineRows.ts';
import { linesContent } from '../csv/lines.ts';
import { statementsContent } from '../csv/statements.ts';
import { unpaidEventsContent } from '../csv/unpaidEvents.ts';
import type { ExportContent, ExportContext } from '../writer.ts';
import { type ZipEntry, zipStream } from '../zip.ts';
import { columnOf } from './columns.ts';
import { csvRows, withoutGuard } from './csvRows.ts';
import { sheetPath, workbookParts } from './parts.ts';
import { type Losses, tableSheet } from './sheet.ts';
import { summarySheet } from './summary.ts';

/** workbook.xlsx: a summary, and what the CSV files have as tables; streamed, whatever the number of lines. */
export const workbookContent: ExportContent = {
  name: 'workbook.xlsx',
  kind: 'WORKBOOK',
  mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  write: (context) => writeWorkbook(context, mostRows),
};

/** Rows of a sheet, its header included. */
const mostRows = 1_048_576;

/** A sheet after the first, made of CSV with a header. */
export type Table = {
  readonly name: string;
  readonly write: (context: ExportContext) => AsyncIterable<Buffer>;
  /** Which part of all rows is likely its. */
  readonly weight: number;
};

/** In the order of the sheets. */
const tables: readonly Table[] = [
  { name: 'Statements', write: statementsContent.write, weight: 0.03 },
  { name: 'Components', write: (context) => componentRows(context), weight: 0.07 },
  { name: 'Lines', write: linesContent.write, weight: 0.85 },
  { name: 'Unpaid', write: unpaidEventsContent.write, weight: 0.05 },
];

/** The workbook's bytes. Tables with more rows than a sheet has go on in a second one, a third … */
export async function* writeWorkbook(context: ExportContext, sheetRows: number): AsyncGenerator<Buffer> {
  yield* writeSheets(context, await summarySheet(context), tables, sheetRows);
}

/** The bytes of a workbook of a first sheet, which is given, and tables. */
export function writeSheets(
  context: ExportContext,
  summary: Buffer,
  tables: readonly Table[],
  sheetRows: number = mostRows,
): AsyncGenerator<Buffer> {
  return zipStream(workbookEntries(context, summary, tables, sheetRows));
}

async function* workbookEntries(
  context: ExportContext,
  summary: Buffer,
  tables: readonly Table[],
  sheetRows: number,
): AsyncGenerator<ZipEntry> {
  const names = ['Summary'];
  yield { name: sheetPath(1), content: summary };
  let written = 0;
  for (const table of tables) {
    const { weight } = table;
    const from = written;
    const onProgress = (fraction: number) => context.onProgress(Math.min(1, from + weight * fraction));
    const source = new TableRows(table.write({ ...context, onProgress }));
    const columns = (await source.header()).map(columnOf);
    let count = 0;
    do {
      count += 1;
      const name = count === 1 ? table.name : `${table.name} ${count}`;
      names.push(name);
      const losses: Losses = new Map();
      const content = tableSheet(columns, source.take(sheetRows - 1), context.timeZone, losses);
      yield { name: sheetPath(names.length), content };
      for (const text of lossTexts(name, losses)) context.warn(text);
    } while (await source.hasMore());
    written += weight;
    context.onProgress(Math.min(1, written));
  }
  yield* workbookParts(names);
}

/** What each agent, or that of one statement, earned by component and kind of line. */
export function componentRows({ transaction, run, money }: ExportContext, of?: LinesOf): AsyncIterable<Buffer> {
  const isMeant = of ? `total.agent_id = ${of.agentId} and total.currency = '${of.currency}'` : 'true';
  return copyOut(
    transaction,
    `select '${run.period}' as period, agent.code as agent_code, ${text('coalesce(max(issued.agent_name), agent.name)')} as agent_name, plan.code as plan, component.code as component,
            total.kind, total.currency, sum(total.line_count) as line_count, ${money('sum(total.amount)', 'total.currency')} as amount
     from run_agent_total total join agent on agent.id = total.agent_id join component on component.id = total.component_id
     left join plan on plan.id = component.plan_id
     left join issued_statement issued
       on issued.run_id = total.run_id and issued.agent_id = total.agent_id and issued.currency = total.currency
     where total.run_id = ${run.id} and ${isMeant}
     group by agent.id, plan.id, component.id, total.kind, total.currency
     order by agent.code collate "C", plan.code collate "C" nulls last, component.code collate "C", component.id, total.kind, total.currency`,
  );
}

/** The rows of a CSV file, handed out sheet by sheet. */
class TableRows {
  private readonly batches: AsyncIterator<string[][]>;
  private pending: string[][] = [];

  constructor(file: AsyncIterable<Buffer>) {
    this.batches = csvRows(file);
  }

  async header(): Promise<readonly string[]> {
    if (!(await this.hasMore())) throw new Error('the file has no header');
    return this.pending.shift() ?? [];
  }

  async hasMore(): Promise<boolean> {
    while (this.pending.length === 0) {
      const next = await this.batches.next();
      if (next.done) return false;
      this.pending = next.value;
    }
    return true;
  }

  /** The next rows, at most `most`. */
  async *take(most: number): AsyncGenerator<string[][]> {
    let left = most;
    while (left > 0 && (await this.hasMore())) {
      const batch = this.pending.splice(0, left);
      left -= batch.length;
      yield batch.map((row) => row.map(withoutGuard));
    }
  }
}

function lossTexts(sheet: string, losses: Losses): string[] {
  return [...losses.values()].map(({ kind, column, count, firstRow }) => {
    const where = `${count} of column ${column}, first in row ${firstRow}`;
    return kind === 'LONG_NUMBER'
      ? `Sheet ${sheet}: numbers with more digits than a spreadsheet keeps stand as text: ${where}.`
      : `Sheet ${sheet}: texts longer than a cell holds are cut: ${where}.`;
  });
}

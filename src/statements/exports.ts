import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { loadRunSummary } from '../commissions/runs.ts';
import { runTables } from '../commissions/scope.ts';
import type { Databases, Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { copyOut, copyOutRows } from '../db/copy.ts';
import { minorUnitDigits } from '../money.ts';
import type { Period } from '../period.ts';
import { type Money, moneyOf, text } from './cells.ts';
import { lineHeader, lineRowsQuery } from './lineRows.ts';

export type ExportedFile = { readonly name: string; readonly bytes: number; readonly sha256: string };

export type ExportOptions = {
  readonly byteOrderMark?: boolean;
  readonly onProgress?: (percent: number, file: string) => void;
};

/**
 * Writes the period's files: statements.csv, lines.csv, unpaid-events.csv (DOMAIN.md §11). UTF-8, comma separated, RFC 4180
 * quoting, the same bytes for the same run. Each file appears whole under its name or not at all; nothing is held in memory.
 * @param outDir made where it does not exist
 * @throws UserError NO_RUN.
 */
export async function exportPeriod(
  databases: Databases,
  period: Period,
  outDir: string,
  options: ExportOptions = {},
): Promise<{ files: ExportedFile[] }> {
  await mkdir(outDir, { recursive: true });
  return databases.owner.transaction(
    async (transaction) => {
      const run = await loadRunSummary(transaction, period);
      const { byteOrderMark = false, onProgress = () => {} } = options;
      const expectedRows = Math.max(1, run.statementCount + run.lineCount + run.unpaidCount);
      const files: ExportedFile[] = [];
      let written = 0;
      await rawSql(transaction).unsafe(settings);
      const money = moneyOf(await loadCurrencies(transaction, run.id));
      const small = smallQueries(run.id, money);
      const lines = await lineRowsQuery(transaction, run.id, period, money);
      const contents: Record<string, (onRows: OnRows) => AsyncGenerator<Buffer>> = {
        'statements.csv': (onRows) => copyOut(transaction, small.statements, onRows),
        'lines.csv': (onRows) => copyOutRows(transaction, lineHeader, lines, onRows),
        'unpaid-events.csv': (onRows) => copyOut(transaction, small.unpaidEvents, onRows),
      };
      for (const [name, content] of Object.entries(contents)) {
        const onRows = (rows: number) => {
          written += rows;
          onProgress(Math.min(100, (written / expectedRows) * 100), name);
        };
        files.push(await writeFile(join(outDir, name), name, content(onRows), byteOrderMark));
      }
      return { files };
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
}

type OnRows = (rows: number) => void;

/**
 * Sorted in memory; compiling the queries takes longer than it saves, and several processes share the work on a large run: what a
 * row costs to hand over is less here than the server takes it for.
 */
const settings = `set local work_mem = '128MB'; set local jit = off; set local enable_memoize = off;
  set local parallel_setup_cost = 100; set local parallel_tuple_cost = 0.005`;

async function loadCurrencies(transaction: Transaction, runId: number): Promise<string[]> {
  const rows = await rawSql(transaction)<{ currency: string }[]>`
    select currency from statement where run_id = ${runId} union select currency from run_total where run_id = ${runId} order by 1`;
  return rows.map(({ currency }) => currency).filter((currency) => Object.hasOwn(minorUnitDigits, currency));
}

function smallQueries(runId: number, money: Money): { statements: string; unpaidEvents: string } {
  // the run's own partitions: of the partitioned table as a whole the planner knows nothing
  const tables = runTables(String(runId));
  const amounts = [
    'opening',
    'earned',
    'released',
    'withheld',
    'clawed_back',
    'adjustments',
    'tax',
    'closing',
    'payable',
  ];
  return {
    statements: `
      select run.period, agent.code as agent_code, ${text('agent.name')} as agent_name, statement.currency,
             ${amounts.map((name) => `${money(`statement.${name}`, 'statement.currency')} as ${name}`).join(', ')},
             statement.line_count, statement.lines_hash, ${money('coalesce(held.amount, 0)', 'statement.currency')} as held
      from statement join commission_run run on run.id = statement.run_id join agent on agent.id = statement.agent_id
      left join (select agent_id, currency, sum(amount) as amount from run_held where run_id = ${runId} group by agent_id, currency) held
        on held.agent_id = statement.agent_id and held.currency = statement.currency
      where statement.run_id = ${runId} order by agent.code collate "C", statement.currency`,
    unpaidEvents: `
      select run.period, agent.code as agent_code, ${text('event.source')} as source, ${text('event.external_id')} as external_id,
             event.type, event.occurred_at, product.code as product_code, event.amount, event.currency, unpaid.role, unpaid.reason
      from ${tables.unpaid} unpaid
      join commission_run run on run.id = unpaid.run_id
      join agent on agent.id = unpaid.agent_id
      join sales_event event on event.id = unpaid.event_id
      join product on product.id = event.product_id
      where unpaid.run_id = ${runId} order by unpaid.agent_id, unpaid.event_id, unpaid.role`,
  };
}

async function writeFile(
  path: string,
  name: string,
  content: AsyncGenerator<Buffer>,
  byteOrderMark: boolean,
): Promise<ExportedFile> {
  const unfinished = `${path}.part`;
  const hash = createHash('sha256');
  let bytes = 0;
  const measured = async function* () {
    if (byteOrderMark) yield measure(Buffer.from('\uFEFF'));
    for await (const piece of content) yield measure(piece);
  };
  const measure = (piece: Buffer) => {
    hash.update(piece);
    bytes += piece.length;
    return piece;
  };
  try {
    await pipeline(measured, createWriteStream(unfinished));
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return { name, bytes, sha256: hash.digest('hex') };
}

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { lineIdJoins, lineIdSql } from '../commissions/lineId.ts';
import { loadRunSummary } from '../commissions/runs.ts';
import { runTables } from '../commissions/scope.ts';
import type { Databases, Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { copyOut } from '../db/copy.ts';
import { minorUnitDigits } from '../money.ts';
import type { Period } from '../period.ts';

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
      // sorted in memory; compiling the query takes longer than it saves
      await rawSql(transaction).unsafe(`set local work_mem = '128MB'; set local jit = off`);
      const money = moneyOf(await loadCurrencies(transaction, run.id));
      for (const [name, query] of Object.entries(exportQueries(run.id, money))) {
        const onRows = (rows: number) => {
          written += rows;
          onProgress(Math.min(100, (written / expectedRows) * 100), name);
        };
        files.push(await writeFile(transaction, join(outDir, name), name, query, byteOrderMark, onRows));
      }
      return { files };
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
}

/** What a rule pays, as text: `3.25%`, `80` per unit, or `12.5%+1.005`. */
const rateText = `case when percent <> 0 and flat <> 0 then trim_scale(percent) || '%+' || trim_scale(flat)
  when percent <> 0 then trim_scale(percent) || '%' else trim_scale(flat)::text end`;

/**
 * A text cell that a spreadsheet would take for a formula is made harmless (DOMAIN.md §11): one that starts with tab, line feed,
 * carriage return, `+`, `-`, `=` or `@`. The text begins with `first`, so only that is looked at.
 */
const text = (expression: string, first = expression) =>
  `case when ascii(${first}) in (9, 10, 13, 43, 45, 61, 64) then '''' || ${expression} else ${expression} end`;

const eventKey = (event: string) => text(`${event}.source || '/' || ${event}.external_id`, `${event}.source`);

/** SQL of an amount with all decimals of its currency, whatever scale it was stored with. */
type Money = (amount: string, currency: string) => string;

/** @param currencies those of the run: most runs have one, and a constant costs nothing */
function moneyOf(currencies: readonly string[]): Money {
  const digits = [...new Set(currencies.map((currency) => minorUnitDigits[currency] ?? 2))];
  if (digits.length <= 1) return (amount) => `round(${amount}, ${digits[0] ?? 2})`;
  const cases = currencies.map((currency) => `when '${currency}' then ${minorUnitDigits[currency] ?? 2}`);
  return (amount, currency) => `round(${amount}, case ${currency} ${cases.join(' ')} else 2 end)`;
}

async function loadCurrencies(transaction: Transaction, runId: number): Promise<string[]> {
  const rows = await rawSql(transaction)<{ currency: string }[]>`
    select currency from statement where run_id = ${runId} union select currency from run_total where run_id = ${runId} order by 1`;
  return rows.map(({ currency }) => currency).filter((currency) => Object.hasOwn(minorUnitDigits, currency));
}

function exportQueries(runId: number, money: Money): Record<string, string> {
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
    'statements.csv': `
      select run.period, agent.code as agent_code, ${text('agent.name')} as agent_name, statement.currency,
             ${amounts.map((name) => `${money(`statement.${name}`, 'statement.currency')} as ${name}`).join(', ')},
             statement.line_count, statement.lines_hash
      from statement join commission_run run on run.id = statement.run_id join agent on agent.id = statement.agent_id
      where statement.run_id = ${runId} order by agent.code collate "C", statement.currency`,
    'lines.csv': `
      select run.period, ${lineIdSql} as line_id, agent.code as agent_code, plan.code as plan, component.code as component, line.kind,
             case when component.pool_id is not null then 'POOL' when line.cause_id = 0 then 'AGENT' else 'EVENT' end as cause_type,
             case when component.pool_id is not null then component.code when line.cause_id = 0 then agent.code
                  else ${eventKey('event')} end as cause_id,
             line.role, rule.code as rule, trim_scale(line.base) as base,
             case when rule.id is not null then rule.rate
                  when line.kind = 'OVERRIDE' then trim_scale(line.factor * 100) || '%' end as rate,
             trim_scale(line.share) as share, trim_scale(line.factor) as factor,
             ${money('line.amount', 'line.currency')} as amount, line.currency,
             coalesce(line.origin_period, run.period) as origin_period,
             case when line.original_id is not null
                  then (select ${eventKey('original')} from sales_event original where original.id = line.original_id)
             end as original_id,
             line.instalment, source.code as source_agent, source_plan.code || '.' || source_component.code as source_component
      from ${tables.lines} line
      join commission_run run on run.id = line.run_id
      join agent on agent.id = line.agent_id
      ${lineIdJoins}
      left join (select id, code, ${rateText} as rate from rate_rule) rule on rule.id = line.rule_id
      left join sales_event event on event.id = line.cause_id and component.pool_id is null
      where line.run_id = ${runId} order by line.agent_id, line.component_id, line.cause_id, line.role, line.kind, line.instalment,
        line.original_id, line.source_agent_id, line.source_component_id, line.origin_period`,
    'unpaid-events.csv': `
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
  transaction: Transaction,
  path: string,
  name: string,
  query: string,
  byteOrderMark: boolean,
  onRows: (rows: number) => void,
): Promise<ExportedFile> {
  const unfinished = `${path}.part`;
  const hash = createHash('sha256');
  let bytes = 0;
  const measured = async function* () {
    if (byteOrderMark) yield measure(Buffer.from('\uFEFF'));
    for await (const piece of copyOut(transaction, query, onRows)) yield measure(piece);
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

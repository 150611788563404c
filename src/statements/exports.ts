import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { lineIdSql } from '../commissions/lineId.ts';
import { loadRunSummary } from '../commissions/runs.ts';
import type { Databases, Transaction } from '../db/client.ts';
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
      for (const [name, query] of Object.entries(exportQueries(run.id))) {
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

/** A text cell that a spreadsheet would take for a formula is made harmless (DOMAIN.md §11). */
const text = (expression: string) =>
  `case when left(${expression}, 1) = any(array['=', '+', '-', '@', E'\\t', E'\\r', E'\\n']) then '''' || ${expression} else ${expression} end`;

/** Amounts with all decimals of their currency, whatever scale they were stored with. */
const money = (expression: string, currency: string) =>
  `round(${expression}, case ${currency} ${Object.entries(minorUnitDigits)
    .filter(([, digits]) => digits !== 2)
    .map(([code, digits]) => `when '${code}' then ${digits}`)
    .join(' ')} else 2 end)`;

function exportQueries(runId: number): Record<string, string> {
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
             case line.kind when 'EARNING' then 'EVENT' else 'POOL' end as cause_type,
             case line.kind when 'EARNING' then ${text("event.source || '/' || event.external_id")} else component.code end as cause_id,
             line.role, rule.code as rule, trim_scale(line.base) as base,
             case when rule.id is null then null
                  when rule.percent <> 0 and rule.flat <> 0 then trim_scale(rule.percent) || '%+' || trim_scale(rule.flat)
                  when rule.percent <> 0 then trim_scale(rule.percent) || '%' else trim_scale(rule.flat)::text end as rate,
             trim_scale(line.share) as share, trim_scale(line.factor) as factor,
             ${money('line.amount', 'line.currency')} as amount, line.currency, run.period as origin_period
      from commission_line line
      join commission_run run on run.id = line.run_id
      join agent on agent.id = line.agent_id
      join component on component.id = line.component_id
      left join plan on plan.id = component.plan_id
      left join rate_rule rule on rule.id = line.rule_id
      left join sales_event event on line.kind = 'EARNING' and event.id = line.cause_id
      where line.run_id = ${runId} order by line.agent_id, line.component_id, line.cause_id, line.role`,
    'unpaid-events.csv': `
      select run.period, agent.code as agent_code, ${text('event.source')} as source, ${text('event.external_id')} as external_id,
             event.type, event.occurred_at, product.code as product_code, event.amount, event.currency, unpaid.role, unpaid.reason
      from unpaid_event unpaid
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

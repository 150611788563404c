import type { Databases } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { copyOutRows } from '../db/copy.ts';
import type { Decimal } from '../money.ts';
import { loadOperator } from '../reference/operator.ts';
import type { StatementId } from '../statements/statementDocument.ts';
import type { StatementModel } from '../statements/statementModel.ts';
import { moneyOf } from './csv/cells.ts';
import { lineHeader, lineRowsQuery } from './csv/lineRows.ts';
import { encoded } from './encode.ts';
import type { ExportSettings } from './kinds.ts';
import type { ExportContext } from './writer.ts';
import { styles } from './xlsx/cells.ts';
import { type FreeCell, freeSheet } from './xlsx/sheet.ts';
import { amountLabels } from './xlsx/summary.ts';
import { componentRows, writeSheets } from './xlsx/workbook.ts';

// One statement as a spreadsheet has it. What may change once it is issued (its state, who is paid) is not in it: the same run, the same bytes,
// but for what its issue adds.

export const statementFormats = ['csv', 'xlsx'] as const;
export type StatementFormat = (typeof statementFormats)[number];

/** What the formats are to a browser; CSV in the encoding of the settings. */
export const statementMediaTypes: Readonly<Record<StatementFormat, string>> = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/**
 * Hands the bytes of one statement's file to `send`, from one state of the books: CSV has its lines as lines.csv has them, the workbook a
 * summary (with what is paid and invoiced, once it is issued), the components and the lines. Who may see the statement is for the caller to know. As owner.
 * @param id where `model` comes from
 */
export async function writeStatementFile(
  databases: Databases,
  { id, model }: { readonly id: StatementId; readonly model: StatementModel },
  format: StatementFormat,
  settings: ExportSettings,
  send: (bytes: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  await databases.owner.transaction(
    async (transaction) => {
      await rawSql(transaction)`set local jit = off`;
      const { timeZone } = await loadOperator(transaction);
      const context: ExportContext = {
        ...{ transaction, timeZone, settings },
        run: { id: id.runId, period: model.period },
        money: moneyOf([id.currency]),
        onProgress: () => {},
        warn: () => {},
      };
      await send(format === 'csv' ? encoded(lines(context, id), settings) : workbook(context, id, model));
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
}

async function* lines({ transaction, run, money }: ExportContext, of: StatementId): AsyncGenerator<Buffer> {
  yield* copyOutRows(transaction, lineHeader, await lineRowsQuery(transaction, run.id, run.period, money, of));
}

function workbook(context: ExportContext, of: StatementId, model: StatementModel): AsyncGenerator<Buffer> {
  return writeSheets(context, summary(model), [
    { name: 'Components', write: (scope) => componentRows(scope, of), weight: 0.1 },
    { name: 'Lines', write: (scope) => lines(scope, of), weight: 0.9 },
  ]);
}

function summary(model: StatementModel): Buffer {
  const { amounts, currency, digits } = model;
  const parts = { ...amounts, returned: model.returned, clawed_back: amounts.clawedBack };
  const label = (english: string, chinese: string): FreeCell[] => [{ text: english }, { text: chinese }];
  const rows: FreeCell[][] = [
    [{ text: `Commission statement 酬金结算单 ${model.period}`, style: styles.title }],
    [],
    [...label('Agent', '渠道商'), { text: model.agentCode }, { text: model.agentName }],
    [...label('Period', '账期'), { text: model.period }],
    [...label('Currency', '币种'), { text: currency }],
    [...label('Lines', '酬金明细'), { amount: String(model.lineCount), currency: '' }],
    [...label('SHA-256 of the lines', '明细校验值'), { text: model.linesHash }],
    [],
    ['Statement', '结算单', currency].map((text) => ({ text, style: styles.header })),
    ...amountLabels.map(([name, english, chinese]) => [
      ...label(english, chinese),
      { amount: parts[name].toFixed(digits), currency },
    ]),
    ...issuedAmounts(model).map(([english, chinese, amount]) => [
      ...label(english, chinese),
      { amount: amount.toFixed(digits), currency },
    ]),
  ];
  return freeSheet(rows, [32, 20, 18, 28]);
}

/** What the payment comes to, and which part of it is invoiced; nothing before the statement is issued. */
function issuedAmounts({ issue }: StatementModel): [string, string, Decimal][] {
  if (!issue) return [];
  const { net, vat, gross, returned } = issue;
  return [
    ['Paid, net', '不含税金额', net],
    ['VAT', '增值税', vat],
    ['Paid, gross', '价税合计', gross],
    ['To be invoiced, net', '应开票金额（不含税）', net.minus(returned)],
    ['To be invoiced, gross', '应开票金额（价税合计）', gross.minus(returned)],
  ];
}

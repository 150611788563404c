import type { Transaction } from '../../db/client.ts';
import { rawSql } from '../../db/client.ts';
import type { ExportContext } from '../writer.ts';
import { styles } from './cells.ts';
import { type FreeCell, freeSheet } from './sheet.ts';

// The first sheet: the run, what its statements come to, what its components come to. In English and Chinese.

/** What a statement is made of: its columns, and what they are called. */
export const amountLabels = [
  ['opening', 'Opening balance', '期初余额'],
  ['returned', 'of which returned by the bank', '其中银行退回'],
  ['earned', 'Earned', '本期酬金'],
  ['released', 'Released', '本期释放'],
  ['withheld', 'Withheld', '本期暂扣'],
  ['clawed_back', 'Clawed back', '扣回'],
  ['adjustments', 'Adjustments', '调整'],
  ['tax', 'Tax', '代扣税'],
  ['closing', 'Closing balance', '期末余额'],
  ['payable', 'Payable', '应付金额'],
] as const;

type RunFigures = {
  eventCount: number | null;
  lineCount: number | null;
  unpaidCount: number | null;
  inputsHash: string | null;
  linesHash: string | null;
};
type Totals = Record<string, string> & { currency: string; statements: string };
type ComponentTotal = {
  plan: string;
  component: string;
  kind: string;
  currency: string;
  lines: string;
  amount: string;
};

/** The XML of the summary. What of a run may change later (its number, its state) is not in it: the same run, the same bytes. */
export async function summarySheet(context: ExportContext): Promise<Buffer> {
  const { transaction, run } = context;
  const figures = await loadFigures(transaction, run.id);
  const totals = await loadTotals(context);
  const components = await loadComponents(context);
  const statements = totals.reduce((sum, row) => sum + Number(row.statements), 0);
  const label = (english: string, chinese: string): FreeCell[] => [{ text: english }, { text: chinese }];
  const count = (value: number | null): FreeCell => ({ amount: String(value ?? 0), currency: '' });
  const header = (...texts: string[]) => texts.map((text) => ({ text, style: styles.header }));
  const rows: FreeCell[][] = [
    [{ text: `Commission 酬金结算 ${run.period}`, style: styles.title }],
    [],
    [...label('Period', '账期'), { text: run.period }],
    [...label('Sales events', '业务量'), count(figures.eventCount)],
    [...label('Lines', '酬金明细'), count(figures.lineCount)],
    [...label('Statements', '结算单'), count(statements)],
    [...label('Unpaid events', '未计酬业务'), count(figures.unpaidCount)],
    [...label('SHA-256 of the inputs', '输入校验值'), { text: figures.inputsHash ?? '' }],
    [...label('SHA-256 of the lines', '明细校验值'), { text: figures.linesHash ?? '' }],
    [],
    header('Statements', '结算单', ...totals.map(({ currency }) => currency)),
    ...amountLabels.map(([name, english, chinese]) => [
      ...label(english, chinese),
      ...totals.map((row) => ({ amount: row[name] ?? '0', currency: row.currency })),
    ]),
    [],
    header('Plan 方案', 'Component 科目', 'Kind 类型', 'Currency 币种', 'Lines 明细数', 'Amount 金额'),
    ...components.map(({ plan, component, kind, currency, lines, amount }) => [
      { text: plan },
      { text: component },
      { text: kind },
      { text: currency },
      { amount: lines, currency: '' },
      { amount, currency },
    ]),
  ];
  return freeSheet(rows, [32, 20, 18, 18, 18, 18]);
}

async function loadFigures(transaction: Transaction, runId: number): Promise<RunFigures> {
  const [found] = await rawSql(transaction)<RunFigures[]>`
    select event_count as "eventCount", line_count as "lineCount", unpaid_count as "unpaidCount", inputs_hash as "inputsHash",
      lines_hash as "linesHash" from commission_run where id = ${runId}`;
  if (!found) throw new Error(`there is no run ${runId}`);
  return found;
}

async function loadTotals({ transaction, run, money }: ExportContext): Promise<Totals[]> {
  const sums = amountLabels.map(([name]) => `${money(`sum(${name})`, 'currency')}::text as ${name}`);
  return rawSql(transaction).unsafe<Totals[]>(
    `select currency, count(*)::text as statements, ${sums.join(', ')} from statement where run_id = ${run.id} group by currency order by currency`,
  );
}

async function loadComponents({ transaction, run, money }: ExportContext): Promise<ComponentTotal[]> {
  return rawSql(transaction).unsafe<ComponentTotal[]>(
    `select coalesce(plan.code, '') as plan, component.code as component, component.kind::text as kind, total.currency,
       total.line_count::text as lines, ${money('total.amount', 'total.currency')}::text as amount
     from run_total total join component on component.id = total.component_id left join plan on plan.id = component.plan_id
     where total.run_id = ${run.id} order by plan.code collate "C" nulls last, component.code collate "C", component.kind::text, total.currency`,
  );
}

import type { ExportContent, ExportContext } from '../exports/writer.ts';
import { formatMoney, minorUnitDigits } from '../money.ts';
import { loadAccruals } from './accruals.ts';

const columns = [
  'period',
  'kind',
  'plan',
  'component',
  'earned_period',
  'age_months',
  'age_bucket',
  'due_period',
  'currency',
  'agents',
  'items',
  'amount',
];

/** accruals.csv: what is earned but not due at the end of the run's period, by kind, component and age. */
export const accrualsContent: ExportContent = {
  name: 'accruals.csv',
  kind: 'ACCRUALS_CSV',
  mediaType: 'text/csv',
  write: writeAccruals,
};

/** No cell needs quotes: codes, months and numbers. There is a row for each component and month, whatever the number of agents. */
async function* writeAccruals({ transaction, run }: ExportContext): AsyncGenerator<Buffer> {
  const rows = (await loadAccruals(transaction, run.period)).map((row) =>
    [
      run.period,
      row.kind,
      row.plan,
      row.component,
      row.earnedPeriod,
      row.ageMonths,
      row.ageBucket,
      row.duePeriod,
      row.currency,
      row.agentCount,
      row.itemCount,
      formatMoney(row.amount, minorUnitDigits[row.currency] ?? 2),
    ].join(','),
  );
  yield Buffer.from(`${[columns.join(','), ...rows].join('\n')}\n`);
}

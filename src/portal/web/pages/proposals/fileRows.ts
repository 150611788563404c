import { type CsvFault, readCsv } from '../../shared/csv.ts';

// A file of adjustments, read where it is chosen: what its rows say is shown before anything is sent.

export const columns = ['agent', 'kind', 'amount', 'currency', 'reason', 'document'] as const;
export type AdjustmentRow = Readonly<Record<(typeof columns)[number], string>>;

/** The papers can be given here, too. */
const needed = columns.filter((name) => name !== 'document');

/** The adjustments of a CSV text, all as text, or what is wrong with the file. */
export function readAdjustments(text: string): {
  readonly rows: readonly AdjustmentRow[];
  readonly faults: readonly CsvFault[];
} {
  const { rows, faults } = readCsv(text, { known: columns, needed });
  const textsOf = ({ values }: (typeof rows)[number]): AdjustmentRow => {
    const [agent = '', kind = '', amount = '', currency = '', reason = '', document = ''] = columns.map((name) =>
      (values[name] ?? '').trim(),
    );
    return { agent, kind: kind.toUpperCase(), amount, currency: currency.toUpperCase(), reason, document };
  };
  return { rows: rows.map(textsOf), faults };
}

import type { Column, ColumnKind } from './sheet.ts';

// How the columns of a period's CSV files look in a sheet, by their names.

const kinds: Readonly<Record<string, ColumnKind>> = {
  opening: 'AMOUNT',
  returned: 'AMOUNT',
  earned: 'AMOUNT',
  released: 'AMOUNT',
  withheld: 'AMOUNT',
  clawed_back: 'AMOUNT',
  adjustments: 'AMOUNT',
  tax: 'AMOUNT',
  closing: 'AMOUNT',
  payable: 'AMOUNT',
  held: 'AMOUNT',
  net: 'AMOUNT',
  vat: 'AMOUNT',
  gross: 'AMOUNT',
  invoice_net: 'AMOUNT',
  invoice_gross: 'AMOUNT',
  amount: 'AMOUNT',
  base: 'NUMBER',
  share: 'NUMBER',
  factor: 'NUMBER',
  instalment: 'NUMBER',
  line_count: 'NUMBER',
  occurred_at: 'INSTANT',
};

const widths: Readonly<Record<string, number>> = {
  period: 10,
  line_id: 46,
  agent_name: 28,
  kind: 14,
  cause_id: 26,
  currency: 9,
  external_id: 24,
  reason: 24,
  lines_hash: 20,
};

const widthsOfKinds: Readonly<Record<ColumnKind, number>> = { TEXT: 16, AMOUNT: 16, NUMBER: 12, INSTANT: 20 };

/** A column of a file with this header. What is not known is text. */
export function columnOf(header: string): Column {
  const kind = kinds[header] ?? 'TEXT';
  return { name: header, kind, width: widths[header] ?? widthsOfKinds[kind] };
}

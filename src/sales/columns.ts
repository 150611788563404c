import { UserError, UserErrors } from '../errors.ts';
import { quote } from './values.ts';

/** The columns of an event file (DOMAIN.md §7). The order is that of the values a row is checked from. */
export const eventColumns = [
  'source',
  'external_id',
  'type',
  'occurred_at',
  'agent_code',
  'product_code',
  'quantity',
  'amount',
  'currency',
  'region_code',
  'segment',
  'customer_id',
  'subscription_id',
  'contract_months',
  'monthly_fee',
  'campaign_code',
  'list_price',
  'cost',
  'original_external_id',
  'credits',
] as const;

export type EventColumn = (typeof eventColumns)[number];

/** The columns a kind of file may have, in the order in which its rows' values are handed on, and those it must have. */
export type FileColumns = { readonly names: readonly string[]; readonly required: readonly string[] };

export const eventFileColumns: FileColumns = { names: eventColumns, required: eventColumns.slice(0, 9) };

/** An event as a client of the API gives it: the columns of the file in camel case, all as text. */
export type EventInput = {
  readonly source: string;
  readonly externalId: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly agentCode: string;
  readonly productCode: string;
  readonly quantity: string;
  readonly amount: string;
  readonly currency: string;
  readonly regionCode?: string | null;
  readonly segment?: string | null;
  readonly customerId?: string | null;
  readonly subscriptionId?: string | null;
  readonly contractMonths?: string | null;
  readonly monthlyFee?: string | null;
  readonly campaignCode?: string | null;
  readonly listPrice?: string | null;
  readonly cost?: string | null;
  readonly originalExternalId?: string | null;
  readonly credits?: string | null;
};

/** The values of an API event in the order of `eventColumns`; '' where one is missing. */
export function inputValues(input: EventInput): string[] {
  return [
    input.source,
    input.externalId,
    input.type,
    input.occurredAt,
    input.agentCode,
    input.productCode,
    input.quantity,
    input.amount,
    input.currency,
    input.regionCode ?? '',
    input.segment ?? '',
    input.customerId ?? '',
    input.subscriptionId ?? '',
    input.contractMonths ?? '',
    input.monthlyFee ?? '',
    input.campaignCode ?? '',
    input.listPrice ?? '',
    input.cost ?? '',
    input.originalExternalId ?? '',
    input.credits ?? '',
  ];
}

/** Where each of a file's possible columns stands in its rows; -1 where the file lacks it. */
export type Header = {
  readonly names: readonly string[];
  readonly positions: readonly number[];
  readonly fieldCount: number;
};

/**
 * Reads the header line: names in any order, upper or lower case, spaces around them ignored.
 * @throws UserErrors COLUMN_UNKNOWN, COLUMN_DOUBLED, COLUMN_MISSING, all that apply.
 */
export function readHeader(fields: readonly string[], columns: FileColumns): Header {
  const names = fields.map((field) => field.trim().toLowerCase());
  const faults = names.flatMap((name, position) => {
    if (!columns.names.includes(name)) {
      const at = `column ${position + 1}`;
      return [
        new UserError('COLUMN_UNKNOWN', name ? `There is no column ${quote(name)}.` : 'A column has no name.', at),
      ];
    }
    if (names.indexOf(name) < position) return [new UserError('COLUMN_DOUBLED', `${name} stands there twice.`, name)];
    return [];
  });
  const missing = columns.required
    .filter((column) => !names.includes(column))
    .map((column) => new UserError('COLUMN_MISSING', `${column} is missing in the header line.`, column));
  const errors = [...faults, ...missing];
  if (errors.length > 0) throw new UserErrors(errors.slice(0, 100));
  return {
    names: columns.names,
    positions: columns.names.map((column) => names.indexOf(column)),
    fieldCount: names.length,
  };
}

/** The values of a row in the order of the header's `names`; '' where the file lacks the column. */
export function rowValues(header: Header, fields: readonly string[]): string[] {
  return header.positions.map((position) => (position < 0 ? '' : (fields[position] ?? '')));
}

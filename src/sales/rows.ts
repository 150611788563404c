import { hash } from 'node:crypto';
import type { ErrorCode } from '../errors.ts';
import { minorUnitDigits } from '../money.ts';
import { type EventColumn, eventColumns } from './columns.ts';
import { type SalesEventType, salesEventType } from './eventTypes.ts';
import { type Credit, defaultRole, quote, readCredits, readInstant, readNumber } from './values.ts';

/** Ids by code of everything an event can name. */
export type References = {
  readonly agents: ReadonlyMap<string, number>;
  readonly products: ReadonlyMap<string, number>;
  readonly regions: ReadonlyMap<string, number>;
  readonly segments: ReadonlyMap<string, number>;
  readonly campaigns: ReadonlyMap<string, number>;
};

/** What is wrong with a row; `column` is null where it is the row as a whole. */
export type Fault = { readonly column: string | null; readonly code: ErrorCode; readonly message: string };

/** A row that may go into the database: codes resolved, numbers and instants canonical. */
export type EventRow = {
  readonly source: string;
  readonly externalId: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly agentId: number;
  readonly productId: number;
  readonly quantity: string;
  readonly amount: string;
  readonly currency: string;
  readonly regionId: number | null;
  readonly segmentId: number | null;
  readonly customerId: string | null;
  readonly subscriptionId: string | null;
  readonly contractMonths: string | null;
  readonly monthlyFee: string | null;
  readonly campaignId: number | null;
  readonly listPrice: string | null;
  readonly cost: string | null;
  readonly originalExternalId: string | null;
  /** `agent id:role:share|…`; null where the agent of the row has the one credit, as SELLER. */
  readonly credits: string | null;
  /** The first 16 bytes of SHA-256 over the canonical content, in hex. */
  readonly contentHash: string;
};

type CheckedRow = { readonly event: EventRow } | { readonly faults: readonly Fault[] };

const typeNames: ReadonlySet<string> = new Set(salesEventType.enumValues);
const typesWithOriginal: ReadonlySet<string> = new Set<SalesEventType>(['REFUND', 'REVERSAL']);
/** What happens to a subscription alone says nothing without it. */
const typesWithSubscription: ReadonlySet<string> = new Set<SalesEventType>(['TRANSFER']);
/** Where a column stands among the values. Rows are read by number: a name would cost a look-up for each value. */
const at = Object.fromEntries(eventColumns.map((column, index) => [column, index])) as Record<EventColumn, number>;

const maxSourceLength = 100;
const maxIdentifierLength = 200;
const maxContractMonths = 600;
const plainAscii = /^[ -~]*$/;
// Keys name events in line ids and exports, so they hold no control characters at all; what an operator calls a customer
// or a subscription may, in its own files, run over several lines.
const unfitForKeys = /[\p{Cc}\p{Cs}]/u;
const unfitForNames = /(?![\t\n\r])[\p{Cc}\p{Cs}]/u;
const separator = '\u001f';

/**
 * Checks rows one by one and resolves what they name. Pure: reads nothing but its arguments.
 * @param now the latest instant an event may have.
 * @returns a function from the values of a row, in the order of `eventColumns`, to the event or all of the row's faults.
 */
export function rowChecker(references: References, now: Date): (values: readonly string[]) => CheckedRow {
  return (rawValues) => checkRow(new RowReader(rawValues), references, now.getTime());
}

function checkRow(row: RowReader, references: References, nowMilliseconds: number): CheckedRow {
  const credits = readRowCredits(row, references);
  const event = {
    source: row.key(at.source, maxSourceLength) ?? '',
    externalId: row.key(at.external_id) ?? '',
    type: row.type(),
    occurredAt: row.instant(at.occurred_at, nowMilliseconds),
    agentId: row.known(at.agent_code, references.agents, 'AGENT_UNKNOWN', 'agent', true) ?? 0,
    productId: row.known(at.product_code, references.products, 'PRODUCT_UNKNOWN', 'product', true) ?? 0,
    quantity: row.number(at.quantity, true) ?? '',
    amount: row.number(at.amount, true) ?? '',
    currency: row.currency(),
    regionId: row.known(at.region_code, references.regions, 'REGION_UNKNOWN', 'region'),
    segmentId: row.known(at.segment, references.segments, 'SEGMENT_UNKNOWN', 'segment'),
    customerId: row.name(at.customer_id),
    subscriptionId: row.name(at.subscription_id),
    contractMonths: row.contractMonths(),
    monthlyFee: row.number(at.monthly_fee),
    campaignId: row.known(at.campaign_code, references.campaigns, 'CAMPAIGN_UNKNOWN', 'campaign'),
    listPrice: row.number(at.list_price),
    cost: row.number(at.cost),
    originalExternalId: readOriginal(row),
    credits: credits?.map((credit) => `${credit.agentId}:${credit.role}:${credit.share}`).join('|') ?? null,
    contentHash: '',
  };
  checkType(row, event);
  if (row.faults.length > 0) return { faults: row.faults };
  event.contentHash = contentHash(row, event, credits);
  return { event };
}

/** What single types need (DOMAIN.md §9.5, §9.12). */
function checkType(row: RowReader, { type, amount, subscriptionId }: EventRow): void {
  if (type === 'REFUND' && amount === '0') {
    row.fault(at.amount, 'AMOUNT_NOT_POSITIVE', 'The amount of a REFUND is above zero.');
  }
  if (subscriptionId === null && typesWithSubscription.has(type) && row.text(at.subscription_id) === '') {
    row.fault(at.subscription_id, 'SUBSCRIPTION_REQUIRED', `A ${type} names its subscription.`);
  }
}

/** One credit of the row's own agent as SELLER says what a row without credits says: both are the same content. */
function readRowCredits(row: RowReader, references: References): Credit[] | null {
  const text = row.text(at.credits);
  if (text === '') return null;
  const credits = readCredits(text, references.agents);
  if (!Array.isArray(credits)) return row.fault(at.credits, credits.code, credits.message);
  const [first] = credits;
  const saysNothing =
    credits.length === 1 && first?.agentCode === row.text(at.agent_code) && first.role === defaultRole;
  return saysNothing ? null : credits;
}

function readOriginal(row: RowReader): string | null {
  if (row.text(at.original_external_id) === '') {
    const type = row.text(at.type);
    if (!typesWithOriginal.has(type)) return null;
    return row.fault(at.original_external_id, 'ORIGINAL_REQUIRED', `A ${type} names the event it refers to.`);
  }
  const original = row.key(at.original_external_id);
  if (original !== null && original === row.text(at.external_id)) {
    return row.fault(at.original_external_id, 'ORIGINAL_UNKNOWN', 'An event cannot refer to itself.');
  }
  return original;
}

/** The same event, however it is written (zeros, offset, order of credits and columns), has the same hash. */
function contentHash(row: RowReader, event: EventRow, credits: Credit[] | null): string {
  const content = [
    event.source,
    event.externalId,
    event.type,
    event.occurredAt,
    row.text(at.agent_code),
    row.text(at.product_code),
    event.quantity,
    event.amount,
    event.currency,
    row.text(at.region_code),
    row.text(at.segment),
    event.customerId ?? '',
    event.subscriptionId ?? '',
    event.contractMonths ?? '',
    event.monthlyFee ?? '',
    row.text(at.campaign_code),
    event.listPrice ?? '',
    event.cost ?? '',
    event.originalExternalId ?? '',
    credits ? credits.map((credit) => `${credit.agentCode}:${credit.role}:${credit.share}`).join('|') : '',
  ];
  return hash('sha256', content.join(separator), 'hex').slice(0, 32);
}

/** The values of one row, and the faults found in them so far. */
class RowReader {
  readonly #values: readonly string[];
  readonly faults: Fault[] = [];

  constructor(values: readonly string[]) {
    this.#values = values;
  }

  fault(position: number, code: ErrorCode, message: string): null {
    this.faults.push({ column: eventColumns[position] ?? null, code, message });
    return null;
  }

  /** The value without white space around it; '' where there is none. */
  text(position: number): string {
    return trimmed(this.#values[position] ?? '');
  }

  required(position: number): string {
    const text = this.text(position);
    if (text === '') this.fault(position, 'VALUE_MISSING', `${eventColumns[position]} is empty.`);
    return text;
  }

  /** An identifier that keys events. */
  key(position: number, limit = maxIdentifierLength): string | null {
    const text = this.required(position);
    return text !== '' && this.#fits(position, text, limit, unfitForKeys) ? text : null;
  }

  /** An operator's own name of a customer or subscription. Line ends are kept as LF: the file's own say nothing. */
  name(position: number): string | null {
    const text = this.text(position);
    if (text === '' || !this.#fits(position, text, maxIdentifierLength, unfitForNames)) return null;
    return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  }

  #fits(position: number, text: string, limit: number, unfit: RegExp): boolean {
    if (text.length > limit) {
      const message = `${eventColumns[position]} has ${text.length} characters, at most ${limit} are allowed.`;
      this.fault(position, 'VALUE_TOO_LONG', message);
      return false;
    }
    if (!plainAscii.test(text) && unfit.test(text)) {
      this.fault(position, 'VALUE_INVALID', `${quote(text)} holds a control character.`);
      return false;
    }
    return true;
  }

  type(): string {
    const text = this.required(at.type);
    if (text !== '' && !typeNames.has(text)) this.fault(at.type, 'TYPE_UNKNOWN', `${quote(text)} is no event type.`);
    return text;
  }

  currency(): string {
    const text = this.required(at.currency);
    if (text !== '' && !Object.hasOwn(minorUnitDigits, text)) {
      this.fault(at.currency, 'CURRENCY_UNKNOWN', `${quote(text)} is no currency that is known here.`);
    }
    return text;
  }

  instant(position: number, nowMilliseconds: number): string {
    const text = this.required(position);
    if (text === '') return '';
    const instant = readInstant(text);
    if (instant === 'DATE_WITHOUT_OFFSET') {
      this.fault(position, instant, `${quote(text)} has no offset from UTC.`);
    } else if (instant === 'VALUE_INVALID') {
      this.fault(position, instant, `${quote(text)} is no date and time in ISO 8601 from 1990 on.`);
    } else if (instant.epochMilliseconds > nowMilliseconds) {
      this.fault(position, 'DATE_IN_FUTURE', `${quote(text)} is in the future.`);
    } else {
      return instant.text;
    }
    return '';
  }

  /** The id of a code; null where the column is empty or, with a fault, where nothing has the code. */
  known(
    position: number,
    ids: ReadonlyMap<string, number>,
    code: ErrorCode,
    noun: string,
    required = false,
  ): number | null {
    const text = required ? this.required(position) : this.text(position);
    if (text === '') return null;
    return ids.get(text) ?? this.fault(position, code, `No ${noun} has the code ${quote(text)}.`);
  }

  number(position: number, required = false): string | null {
    const text = required ? this.required(position) : this.text(position);
    if (text === '') return null;
    const negative = text.startsWith('-');
    const number = readNumber(negative ? text.slice(1) : text);
    if (number === undefined)
      return this.fault(position, 'NUMBER_INVALID', `${quote(text)} is no plain decimal number.`);
    return negative ? this.fault(position, 'AMOUNT_NEGATIVE', `${quote(text)} is negative.`) : number;
  }

  contractMonths(): string | null {
    const text = this.text(at.contract_months);
    if (text === '') return null;
    if (/^\d{1,4}$/.test(text) && Number(text) <= maxContractMonths) return String(Number(text));
    const message = `${quote(text)} is no whole number from 0 to ${maxContractMonths}.`;
    return this.fault(at.contract_months, 'VALUE_INVALID', message);
  }
}

/** Most values have no white space around them: looking is cheaper than trimming. */
function trimmed(value: string): string {
  if (value === '') return value;
  const [first, last] = [value.charCodeAt(0), value.charCodeAt(value.length - 1)];
  return first > 32 && first < 128 && last > 32 && last < 128 ? value : value.trim();
}

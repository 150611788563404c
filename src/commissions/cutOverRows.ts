import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { Decimal, formatMoney, minorUnitDigits, parseDecimal } from '../money.ts';
import { localDate, localMidnight, type Period, parsePeriod, periodEnd } from '../period.ts';
import type { Operator } from '../reference/operator.ts';
import { eventColumns, type FileColumns } from '../sales/columns.ts';
import { neverEarningTypes } from '../sales/eventTypes.ts';
import { type EventRow, type Fault, type References, rowChecker } from '../sales/rows.ts';
import { defaultRole, quote } from '../sales/values.ts';
import type { Definition, RateDefinition } from './definitions.ts';
import { partsOf } from './engine/life.ts';

// The rows of a file of opening positions, one by one: what each kind needs, and what it names. Pure but for loadComponents.

const columnNames = [
  'kind',
  'agent_code',
  'plan',
  'component',
  'currency',
  'amount',
  'period',
  'volume',
  'subscription_id',
  'external_id',
  'product_code',
  'started_at',
  'type',
  'quantity',
  'sale_amount',
  'role',
  'instalment',
] as const;
type Column = (typeof columnNames)[number];

/** What a file of opening positions may have in its header line. */
export const openingColumns: FileColumns = { names: columnNames, required: ['kind'] };

/** The source of events that opening positions are about. */
export const cutOverSource = 'CUTOVER';

type Version = {
  readonly fromMilliseconds: number;
  readonly toMilliseconds: number;
  readonly currency: string;
  readonly ruleId: number | null;
  readonly parts: number;
};

export type OpeningComponent = {
  readonly id: number;
  readonly kind: Definition['kind'];
  /** In the order of their numbers. */
  readonly versions: readonly Version[];
};

/** A position as it is staged; what a kind does not have is null. */
export type Position = {
  readonly kind: string;
  readonly agent_id: number | null;
  readonly component_id: number | null;
  readonly currency: string | null;
  readonly digits: number | null;
  readonly amount: string;
  readonly period: string | null;
  /** The external id of the event. */
  readonly key: string | null;
  readonly role: string | null;
  readonly rule_id: number | null;
  /** How many parts the component divides its amounts into. */
  readonly parts: number | null;
  readonly instalment: number | null;
  /** The event's local date. */
  readonly started_on: string | null;
};

export type CheckedPosition =
  | { readonly position: Position | undefined; readonly event: EventRow | undefined }
  | { readonly faults: readonly Fault[] };

const eventKinds: readonly OpeningComponent['kind'][] = ['RATE', 'RESIDUAL', 'SPIFF'];

/** The components of plans by `PLAN.CODE`, as the versions in force define them. */
export async function loadComponents(
  transaction: Transaction,
  { timeZone }: Operator,
): Promise<ReadonlyMap<string, OpeningComponent>> {
  type Row = { code: string; id: number; kind: OpeningComponent['kind']; definition: Definition['definition'] } & {
    valid_from: string;
    valid_to: string | null;
    currency: string;
    rule_id: number | null;
  };
  const rows = await rawSql(transaction)<Row[]>`
    select plan.code || '.' || component.code as code, component.id, component.kind, part.definition, valid_from::text,
      valid_to::text, currency, (select min(id) from rate_rule where plan_component_id = part.id) as rule_id
    from component join plan on plan.id = component.plan_id join plan_component part on part.component_id = component.id
    join plan_version version on version.id = part.version_id
    where plan_version_in_force(version.id) order by version.number`;
  const components = new Map<string, OpeningComponent & { versions: Version[] }>();
  const instant = (date: string) => Date.parse(localMidnight(date, timeZone));
  for (const { code, id, kind, definition, valid_from, valid_to, currency, rule_id } of rows) {
    const component = components.get(code) ?? { id, kind, versions: [] };
    components.set(code, component);
    component.versions.push({
      fromMilliseconds: instant(valid_from),
      toMilliseconds: valid_to === null ? Number.POSITIVE_INFINITY : instant(valid_to),
      currency,
      ruleId: rule_id,
      parts: eventKinds.includes(kind) ? partsOf(definition as RateDefinition).length : 1,
    });
  }
  return components;
}

/** What rows are checked against. */
export type Names = {
  readonly references: References;
  readonly components: ReadonlyMap<string, OpeningComponent>;
  readonly operator: Operator;
  readonly period: Period;
  readonly now: Date;
};

const nothing: Position = {
  kind: '',
  agent_id: null,
  component_id: null,
  currency: null,
  digits: null,
  amount: '0',
  period: null,
  key: null,
  role: null,
  rule_id: null,
  parts: null,
  instalment: null,
  started_on: null,
};

/** @returns a function from the values of a row, in the order of `openingColumns`, to its position or all of its faults. */
export function positionChecker(names: Names): (values: readonly string[]) => CheckedPosition {
  const checkEvent = rowChecker(names.references, names.now);
  const end = periodEnd(names.period, names.operator.timeZone).getTime();
  return (values) => {
    const row = new PositionReader(values, names, end);
    const kind = row.text('kind');
    const checked = readers[kind]?.(row, checkEvent);
    if (!checked) row.fault('kind', 'VALUE_INVALID', `${quote(kind)} is no kind of opening position.`);
    return row.faults.length > 0 || !checked ? { faults: row.faults } : checked;
  };
}

type EventCheck = ReturnType<typeof rowChecker>;
type Reader = (row: PositionReader, checkEvent: EventCheck) => Exclude<CheckedPosition, { readonly faults: unknown }>;

/** What each kind of row says; faults are the reader's. */
const readers: Readonly<Record<string, Reader>> = {
  BALANCE: (row) => {
    const currency = row.text('currency');
    if (!Object.hasOwn(minorUnitDigits, currency)) {
      row.fault('currency', 'CURRENCY_UNKNOWN', `${quote(currency)} is no currency that is known here.`);
    }
    const agentId = row.agent();
    return row.position({ kind: 'BALANCE', agent_id: agentId, ...row.money('amount', currency, { signed: true }) });
  },
  VOLUME: (row) => {
    const component = row.component(['BRACKET', 'QUOTA_BONUS']);
    const period = parsePeriod(row.text('period'));
    if (!period) row.fault('period', 'PERIOD_INVALID', `${quote(row.text('period'))} is no month.`);
    else if (period > row.names.period) row.fault('period', 'VALUE_INVALID', `${period} is after ${row.names.period}.`);
    const amount = row.number('volume')?.toFixed() ?? '0';
    return row.position({ kind: 'VOLUME', agent_id: row.agent(), component_id: component?.id, period, amount });
  },
  DRAW: (row) => {
    const component = row.component(['DRAW']);
    const money = row.money('amount', component?.versions.at(-1)?.currency ?? '');
    return row.position({ kind: 'DRAW', agent_id: row.agent(), component_id: component?.id, role: 'DRAW', ...money });
  },
  SUBSCRIPTION: (row, checkEvent) => {
    const hasComponent = row.text('plan') !== '' || row.text('component') !== '' || row.text('amount') !== '';
    const component = hasComponent ? row.component(eventKinds) : undefined;
    const version = component && versionAt(component, Date.parse(row.text('started_at')));
    const currency = version?.currency ?? row.names.operator.currency;
    const event = row.event(checkEvent, currency);
    if (!component) return { position: undefined, event };
    const { position } = row.position({
      kind: 'SUBSCRIPTION',
      agent_id: event?.agentId,
      component_id: component.id,
      rule_id: version?.ruleId,
      parts: version?.parts,
      key: event?.externalId,
      started_on: event && localDate(event.occurredAt, row.names.operator.timeZone),
      role: row.text('role') || defaultRole,
      ...row.money('amount', currency),
    });
    return { position, event };
  },
  UNPAID: (row) => {
    const component = row.text('component') === '' ? undefined : row.component(eventKinds);
    const instalment = /^[1-9]\d?$/.test(row.text('instalment')) ? Number(row.text('instalment')) : undefined;
    if (!instalment)
      row.fault('instalment', 'VALUE_INVALID', `${quote(row.text('instalment'))} numbers no instalment.`);
    const amount = row.number('amount');
    if (amount && !amount.isPositive()) row.fault('amount', 'AMOUNT_NEGATIVE', `${amount.toFixed()} is negative.`);
    return row.position({
      kind: 'UNPAID',
      agent_id: row.text('agent_code') === '' ? undefined : row.agent(),
      component_id: component?.id,
      key: row.key(),
      role: row.text('role') || undefined,
      instalment,
      amount: amount?.toFixed() ?? '0',
    });
  },
};

/** The version in force then; of what began before Tributary knew its plan, the earliest. */
function versionAt({ versions }: OpeningComponent, milliseconds: number): Version | undefined {
  const holds = ({ fromMilliseconds, toMilliseconds }: Version) =>
    fromMilliseconds <= milliseconds && milliseconds < toMilliseconds;
  return versions.findLast(holds) ?? versions[0];
}

/** Which column of this file each column of an event comes from, where the names differ. */
const columnOfEvent: Readonly<Record<string, Column>> = { occurred_at: 'started_at', amount: 'sale_amount' };

class PositionReader {
  readonly #values: readonly string[];
  readonly names: Names;
  /** When the cut-over's period ends. */
  readonly #endMilliseconds: number;
  readonly faults: Fault[] = [];

  constructor(values: readonly string[], names: Names, endMilliseconds: number) {
    this.#values = values;
    this.names = names;
    this.#endMilliseconds = endMilliseconds;
  }

  fault(column: string | null, code: Fault['code'], message: string): undefined {
    this.faults.push({ column, code, message });
  }

  text(column: Column): string {
    return (this.#values[columnNames.indexOf(column)] ?? '').trim();
  }

  position(given: { readonly [Key in keyof Position]?: Position[Key] | undefined }) {
    const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return { position: { ...nothing, ...known }, event: undefined };
  }

  agent(): number | undefined {
    const code = this.text('agent_code');
    const id = this.names.references.agents.get(code);
    return id ?? this.fault('agent_code', 'AGENT_UNKNOWN', `No agent has the code ${quote(code)}.`);
  }

  component(kinds: readonly OpeningComponent['kind'][]): OpeningComponent | undefined {
    const code = `${this.text('plan')}.${this.text('component')}`;
    const component = this.names.components.get(code);
    if (!component) return this.fault('component', 'COMPONENT_UNKNOWN', `There is no component ${quote(code)}.`);
    if (kinds.includes(component.kind)) return component;
    return this.fault('component', 'COMPONENT_UNFIT', `${code} is of kind ${component.kind}, not ${kinds.join(', ')}.`);
  }

  number(column: Column): Decimal | undefined {
    const text = this.text(column);
    return parseDecimal(text) ?? this.fault(column, 'NUMBER_INVALID', `${quote(text)} is no plain decimal number.`);
  }

  money(column: Column, currency: string, { signed = false } = {}): Partial<Position> {
    const isUnpaid = this.text(column) === '' && this.text('kind') === 'SUBSCRIPTION';
    const amount = isUnpaid ? new Decimal(0) : this.number(column);
    const digits = minorUnitDigits[currency] ?? 2;
    if (!amount) return {};
    if (amount.decimalPlaces() > digits) {
      this.fault(column, 'NUMBER_INVALID', `${amount.toFixed()} is finer than ${currency} has it.`);
      return {};
    }
    if (!signed && amount.isNegative()) this.fault(column, 'AMOUNT_NEGATIVE', `${amount.toFixed()} is negative.`);
    return { amount: formatMoney(amount, digits), currency, digits };
  }

  /** The external id of the event; the subscription's own where none is given. */
  key(): string | undefined {
    if (this.text('subscription_id') === '') {
      return this.fault('subscription_id', 'SUBSCRIPTION_REQUIRED', 'The subscription is not named.');
    }
    return this.text('external_id') || this.text('subscription_id');
  }

  /** The event that a subscription began with, checked as every imported event is; it lies before the end of the cut-over's period. */
  event(check: EventCheck, currency: string): EventRow | undefined {
    const key = this.key();
    if (key === undefined) return undefined;
    const given: Readonly<Record<string, string>> = {
      source: cutOverSource,
      external_id: key,
      type: this.text('type') || 'ACTIVATION',
      occurred_at: this.text('started_at'),
      agent_code: this.text('agent_code'),
      product_code: this.text('product_code'),
      quantity: this.text('quantity') || '1',
      amount: this.text('sale_amount') || '0',
      currency,
      subscription_id: this.text('subscription_id'),
    };
    const checked = check(eventColumns.map((column) => given[column] ?? ''));
    if ('faults' in checked) {
      for (const { column, code, message } of checked.faults) {
        this.fault(columnOfEvent[column ?? ''] ?? column, code, message);
      }
      return undefined;
    }
    const { event } = checked;
    if ((neverEarningTypes as readonly string[]).includes(event.type)) {
      this.fault('type', 'TYPE_UNKNOWN', `A ${event.type} begins no subscription.`);
    }
    if (Date.parse(event.occurredAt) >= this.#endMilliseconds) {
      this.fault('started_at', 'VALUE_INVALID', `${event.occurredAt} is after ${this.names.period}.`);
    }
    return event;
  }
}

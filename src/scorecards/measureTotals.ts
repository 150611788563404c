import { rawSql, type Transaction } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { type CreditWish, creditQuery, filterCondition, type MeasureScope } from './measureCredits.ts';
import type { EventFilter, MetricTerm } from './metricDefinition.ts';

// Sums over credits by agent. All that formulas add up becomes a column of as few aggregates as possible: for each length of time one for
// sums, one for different subscriptions and one for different customers.

/** Ages in months, both included: {from: 0, to: 2} is this month and the two before. */
type Ages = { readonly from: number; readonly to: number };

type Column = {
  readonly measure: MetricTerm['measure'];
  readonly filter: EventFilter;
  readonly ages: Ages;
  /** Only events that were imported at most so many local days after they occurred. */
  readonly withinDays: number | undefined;
};

/** A table of totals: name and its columns. */
type TotalTable = { readonly name: string; readonly things: Things; readonly columns: Map<string, Column> };

/** What is counted, or nothing where it is added up. */
type Things = 'subscription_id' | 'customer_id' | undefined;

const values = { AMOUNT: 'share * amount', QUANTITY: 'share * quantity', EVENTS: 'share' } as const;

/** PostgreSQL tables have at most 1,600 columns. */
const columnsInTable = 500;

/** The totals that formulas want, and where they stand; the same wanted twice is computed once. */
export class Totals {
  private readonly scope: MeasureScope;
  private readonly tables = new Map<string, TotalTable>();
  private readonly places = new Map<string, string>();

  constructor(scope: MeasureScope) {
    this.scope = scope;
  }

  /** SQL of Σ terms over the ages, in a statement that joins `joins`. */
  sumOf(terms: readonly MetricTerm[], ages: Ages): string {
    const parts = terms.map(({ measure, subtract, ...filter }) => {
      return `${subtract ? '-' : '+'} ${this.place({ measure, filter, ages, withinDays: undefined })}`;
    });
    return `(0 ${parts.join(' ')})`;
  }

  /** SQL of the shares of this month's events, or of those of them that were imported within so many days. */
  sharesOf(filter: EventFilter, withinDays?: number): string {
    return this.place({ measure: 'EVENTS', filter, ages: { from: 0, to: 0 }, withinDays });
  }

  private place(column: Column): string {
    const key = JSON.stringify(column);
    const known = this.places.get(key);
    if (known !== undefined) return known;
    const kind = {
      AMOUNT: 'sum',
      QUANTITY: 'sum',
      EVENTS: 'sum',
      SUBSCRIPTIONS: 'subscription',
      CUSTOMERS: 'customer',
    }[column.measure];
    const table = this.tableFor(`${kind}_${column.ages.to}`, kind === 'sum' ? undefined : `${kind as 'customer'}_id`);
    const name = `c${table.columns.size}`;
    table.columns.set(name, column);
    const place = `coalesce(${table.name}.${name}, 0)`;
    this.places.set(key, place);
    return place;
  }

  private tableFor(kind: string, things: Things): TotalTable {
    for (let part = 0; ; part += 1) {
      const name = `${kind}_${part}`;
      const known = this.tables.get(name) ?? { name, things, columns: new Map<string, Column>() };
      this.tables.set(name, known);
      if (known.columns.size < columnsInTable) return known;
    }
  }

  /** SQL that joins all totals to a table of agents. */
  joins(agents: string): string {
    const names = [...this.tables.keys()];
    return names
      .map((name) => `left join ${this.scope.table(name)} ${name} on ${name}.agent_id = ${agents}.agent_id`)
      .join(' ');
  }

  /**
   * Adds everything up, a pass over the events for each table; `onPass` hears of each before it begins.
   * @throws UserError EXCHANGE_RATE_MISSING where an amount that counts is in a currency without a rate on its day.
   */
  async compute(transaction: Transaction, onPass: (done: number, count: number) => void): Promise<void> {
    let done = 0;
    for (const table of this.tables.values()) {
      onPass(done, this.tables.size);
      const query = table.things ? this.countQuery(table, table.things) : this.sumQuery(table);
      await rawSql(transaction).unsafe(`create unlogged table ${this.scope.table(table.name)} as ${query}`);
      if (amountsOf(table).length > 0) await this.requireRates(transaction, table);
      await rawSql(transaction).unsafe(`analyze ${this.scope.table(table.name)}`);
      done += 1;
    }
  }

  private sumQuery(table: TotalTable): string {
    const sums = [...table.columns].map(([name, column]) => {
      const value = values[column.measure as keyof typeof values];
      return `sum(${value}) filter (where ${this.condition(column)}) as ${name}`;
    });
    const amounts = amountsOf(table).map((column) => `(${this.condition(column)})`);
    const day = this.localDate('occurred_at');
    const missing = `min(currency || ' on ' || ${day}) filter (where amount is null and (${amounts.join(' or ')})) as missing`;
    return `select agent_id, ${[...sums, ...(amounts.length > 0 ? [missing] : [])].join(', ')}
      from (${creditQuery(this.scope, wishOf(table))}) credit group by agent_id`;
  }

  private countQuery(table: TotalTable, things: NonNullable<Things>): string {
    const names = [...table.columns.keys()];
    const flags = [...table.columns].map(([name, column]) => `bool_or(${this.condition(column)}) as ${name}`);
    return `select agent_id, ${names.map((name) => `count(*) filter (where ${name}) as ${name}`).join(', ')} from (
        select agent_id, ${flags.join(', ')} from (${creditQuery(this.scope, wishOf(table))}) credit
        where ${things} is not null group by agent_id, ${things}
      ) each group by agent_id`;
  }

  private condition({ filter, ages, withinDays }: Column): string {
    const isInTime =
      withinDays === undefined
        ? ''
        : ` and ${this.localDate('imported_at')} <= ${this.localDate('occurred_at')} + ${withinDays}`;
    return `age between ${ages.from} and ${ages.to} and ${filterCondition(this.scope, filter)}${isInTime}`;
  }

  private localDate(instant: string): string {
    return `(${instant} at time zone '${this.scope.timeZone}')::date`;
  }

  private async requireRates(transaction: Transaction, { name }: TotalTable): Promise<void> {
    const [found] = await rawSql(transaction).unsafe<{ missing: string | null }[]>(
      `select min(missing) as missing from ${this.scope.table(name)}`,
    );
    if (!found?.missing) return;
    const message = `Amounts in ${found.missing} are added up, and there is no exchange rate to ${this.scope.currency} for that day.`;
    throw new UserError('EXCHANGE_RATE_MISSING', message);
  }
}

const amountsOf = ({ columns }: TotalTable) => [...columns.values()].filter(({ measure }) => measure === 'AMOUNT');

function wishOf(table: TotalTable): CreditWish {
  const columns = [...table.columns.values()];
  const isAny = columns.some(({ filter }) => filter.events.length === 0);
  return {
    monthsBack: Math.max(...columns.map(({ ages }) => ages.to)),
    types: isAny ? undefined : new Set(columns.flatMap(({ filter }) => filter.events)),
    needsRegion: columns.some(({ filter }) => filter.regions !== undefined),
    needsRate: amountsOf(table).length > 0,
    needsImport: columns.some(({ withinDays }) => withinDays !== undefined),
  };
}

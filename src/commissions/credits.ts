import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { type CopyValue, copyRows } from '../db/copy.ts';
import { endDate, firstDate, localMidnight, type Period } from '../period.ts';
import { type Axes, productIndex, radixes, regionIndex } from './engine/combinations.ts';
import type { CreditClass } from './engine/resolve.ts';
import { scoresOf, tierMultiplierOf, versionOn } from './inputs.ts';
import type { Inputs, ReferenceData, RunTables, Scope } from './scope.ts';

// A period's credits, made by the database in one statement over the run's own unlogged tables: no event crosses the wire.
// The tables are named by numbers, so their names are safe in SQL text.

export type FactRow = {
  readonly agentId: number;
  readonly fromInstant: string;
  readonly toInstant: string;
  readonly classIndex: number;
  /** Whether its credits count for volumes and pools: ACTIVE and under an agreement. */
  readonly counts: boolean;
  readonly regionId: number | undefined;
  readonly planId: number | undefined;
  readonly agreementId: number | undefined;
};

/** The classes that credits can have, and for each agent and stretch of days which class it is. */
export function creditClasses(scope: Pick<Scope, 'inputs' | 'period' | 'timeZone'>): {
  classes: CreditClass[];
  rows: FactRow[];
} {
  const { inputs, period, timeZone } = scope;
  const classes: CreditClass[] = [];
  const indexByKey = new Map<string, number>();
  const midnight = memoized((date: string) => localMidnight(date, timeZone));
  const rows = inputs.facts.map((fact): FactRow => {
    const version = versionOn(inputs.versions, fact.plan, fact.from);
    const asksForScore = version?.components.some(
      ({ definition }) => 'scoreFactor' in definition && definition.scoreFactor !== undefined,
    );
    const scores = asksForScore ? scoresOf(inputs, fact.agentId, period) : { SAME: undefined, PREVIOUS: undefined };
    const trailing = fact.agreement?.terms.trailing;
    const key = [
      version?.id,
      fact.plan !== undefined,
      fact.status,
      fact.channelType,
      fact.tier,
      trailing,
      scores.SAME,
      scores.PREVIOUS,
    ].join('|');
    const classIndex = indexByKey.get(key) ?? classes.length;
    if (classIndex === classes.length) {
      indexByKey.set(key, classIndex);
      classes.push({
        status: fact.status,
        hasAgreement: fact.plan !== undefined,
        version,
        channelType: fact.channelType,
        tier: fact.tier,
        tierMultiplier: tierMultiplierOf(inputs, fact.tier),
        trailing,
        scores,
      });
    }
    return {
      agentId: fact.agentId,
      fromInstant: midnight(fact.from),
      toInstant: midnight(fact.to),
      classIndex,
      counts: fact.status === 'ACTIVE' && fact.plan !== undefined,
      regionId: fact.regionId,
      planId: version?.planId,
      agreementId: fact.agreement?.id,
    };
  });
  return { classes, rows };
}

function memoized<Result>(compute: (key: string) => Result): (key: string) => Result {
  const known = new Map<string, Result>();
  return (key) => {
    const found = known.get(key) ?? compute(key);
    known.set(key, found);
    return found;
  };
}

/** Writes the agents' facts of the period: each credit finds its class by agent and instant. */
export async function writeFacts(
  transaction: Transaction,
  tables: RunTables,
  facts: readonly FactRow[],
): Promise<void> {
  const sql = rawSql(transaction);
  await sql.unsafe(`create unlogged table ${tables.facts} (agent_id integer, from_instant timestamptz, to_instant timestamptz,
    class_index integer, counts boolean, region_id integer, plan_id integer, agreement_id integer)`);
  const rows = facts.map((fact): CopyValue[] => [
    fact.agentId,
    fact.fromInstant,
    fact.toInstant,
    fact.classIndex,
    fact.counts,
    fact.regionId ?? null,
    fact.planId ?? null,
    fact.agreementId ?? null,
  ]);
  await copyRows(transaction, tables.facts, rows);
  await sql.unsafe(`analyze ${tables.facts}`);
}

/** The exchange rates of the period, each currency's own (1) among them, so that a plain join finds a rate for every event. */
export async function writeRates(transaction: Transaction, scope: Scope, currencies: readonly string[]): Promise<void> {
  const { tables, period, timeZone, inputs } = scope;
  await rawSql(transaction).unsafe(`create unlogged table ${tables.rates} (currency text, into_currency text,
    from_instant timestamptz, to_instant timestamptz, rate numeric)`);
  const first = firstDate(period);
  const end = endDate(period);
  const own = currencies.map((currency): CopyValue[] => [
    currency,
    currency,
    localMidnight(first, timeZone),
    localMidnight(end, timeZone),
    '1',
  ]);
  const declared = inputs.reference.exchangeRates
    .filter((rate) => rate.from < end && (rate.to === null || rate.to > first))
    .map((rate): CopyValue[] => [
      rate.currency,
      rate.into,
      localMidnight(rate.from, timeZone),
      rate.to === null ? 'infinity' : localMidnight(rate.to, timeZone),
      rate.rate,
    ]);
  await copyRows(transaction, tables.rates, [...own, ...declared]);
  await rawSql(transaction).unsafe(`analyze ${tables.rates}`);
}

/** Local dates within the period on which an exchange rate or a campaign that a SPIFF goes by begins or ends. */
export function dateStretches(inputs: Inputs, period: Period, campaigns: readonly string[]): string[] {
  const rates = inputs.reference.exchangeRates;
  const named = inputs.reference.campaigns.filter(({ code }) => campaigns.includes(code));
  const changes = [
    ...rates.flatMap(({ from, to }) => [from, to]),
    ...named.flatMap(({ startsOn, endsOn }) => [startsOn, endsOn]),
  ];
  const first = firstDate(period);
  const inside = changes.flatMap((date) => (date !== null && date > first && date < endDate(period) ? [date] : []));
  return [first, ...new Set(inside.sort())];
}

/** Writes which index each product, region, segment and campaign has on its axis, leaving out those at 0. */
export async function writeIndexes(
  transaction: Transaction,
  tables: RunTables,
  axes: Axes,
  reference: ReferenceData,
): Promise<void> {
  const sql = rawSql(transaction);
  await sql.unsafe(`create unlogged table ${tables.indexes} (axis text, id integer, index integer)`);
  const rows: [string, number, number][] = [
    ...reference.products.map(({ id, code, category }): [string, number, number] => [
      'product',
      id,
      productIndex(axes, code, category),
    ]),
    ...[...reference.regionPaths].map(([id, path]): [string, number, number] => [
      'region',
      id,
      regionIndex(axes, path),
    ]),
    ...reference.segments.map(({ id, code }): [string, number, number] => ['segment', id, axes.segments.indexOf(code)]),
    ...reference.campaigns.map(({ id, code }): [string, number, number] => [
      'campaign',
      id,
      axes.campaigns.indexOf(code),
    ]),
  ];
  await copyRows(
    transaction,
    tables.indexes,
    rows.filter(([, , index]) => index > 0),
  );
  await sql.unsafe(`analyze ${tables.indexes}`);
}

/** The rows of a subscription that a TRANSFER before them credits to its new agent (DOMAIN.md §9.12). */
const transferred = `('BILL', 'PAYMENT', 'RECHARGE', 'RENEWAL')`;

/**
 * Writes from when to when a TRANSFER decides who is credited, by subscription: [from, to) in the order of DOMAIN.md §9.1.
 */
export async function writeTransfers(transaction: Transaction, scope: Scope): Promise<void> {
  const table = scope.tables.of('transfer');
  const end = localMidnight(endDate(scope.period), scope.timeZone);
  await rawSql(transaction).unsafe(
    `create unlogged table ${table} as
     select subscription_id, agent_id, occurred_at as from_at, source as from_source, external_id as from_id,
            lead(occurred_at) over later as to_at, lead(source) over later as to_source, lead(external_id) over later as to_id
     from (select subscription_id, agent_id, occurred_at, source, external_id from sales_event event
           where type = 'TRANSFER' and subscription_id is not null and occurred_at < '${end}' and not exists (${reversalOf('event')})) event
     window later as (partition by subscription_id order by occurred_at, source collate "C", external_id collate "C")`,
  );
  await rawSql(transaction).unsafe(`analyze ${table}`);
}

/** SQL parts that give an event's credits: what to join to it, and the agent, role and share of each. */
export type CreditParts = {
  readonly join: string;
  readonly agent: string;
  readonly role: string;
  readonly share: string;
};

/**
 * Who an event is credited to: whom a case or a credit rule says (DOMAIN.md §8), else the agent of the subscription's latest TRANSFER,
 * else the credits that came with it, else its agent alone.
 * @param event the alias under which sales_event stands in the statement
 * @param isShared whether some of the events may be credited by a case or rule
 */
export function creditParts(scope: Scope, event: string, isShared: boolean): CreditParts {
  const award = `${event}_award`;
  const transfer = `${event}_transfer`;
  const credit = `${event}_credit`;
  const awarded = (column: string) => (isShared ? `${award}.${column}, ` : '');
  const key = `row(${event}.occurred_at, ${event}.source collate "C", ${event}.external_id collate "C")`;
  const keyOf = (end: string) =>
    `row(${transfer}.${end}_at, ${transfer}.${end}_source collate "C", ${transfer}.${end}_id collate "C")`;
  return {
    join: `${isShared ? `left join event_award ${award} on ${award}.event_id = ${event}.id` : ''}
      left join ${scope.tables.of('transfer')} ${transfer} on ${event}.type in ${transferred}
        and ${transfer}.subscription_id = ${event}.subscription_id
        and ${key} > ${keyOf('from')} and (${transfer}.to_at is null or ${key} <= ${keyOf('to')})
      left join event_credit ${credit} on ${event}.has_credits ${isShared ? `and ${award}.event_id is null` : ''}
        and ${transfer}.agent_id is null and ${credit}.event_id = ${event}.id`,
    agent: `coalesce(${awarded('agent_id')}${transfer}.agent_id, ${credit}.agent_id, ${event}.agent_id)`,
    role: `coalesce(${awarded('role')}${credit}.role, 'SELLER')`,
    share: `coalesce(${awarded('share')}${credit}.share, 1)`,
  };
}

/** SQL of the REVERSALs of an event. A REVERSAL is whole: its original never happened (DOMAIN.md §9.5). */
export const reversalOf = (event: string) =>
  `select from sales_event reversal where reversal.type = 'REVERSAL'
   and reversal.source = ${event}.source and reversal.original_external_id = ${event}.external_id`;

/**
 * Makes the period's credits: the events of the types read, each with its shares, without the reversed ones, each with its
 * class and combination. Agents without facts (outside the scope) have none.
 */
export async function makeCredits(transaction: Transaction, scope: Scope, axes: Axes): Promise<void> {
  const { tables, period, timeZone } = scope;
  if (axes.subscriptionMonths.length > 0) await writeStarts(transaction, scope);
  const parts = creditParts(scope, 'event', scope.inputs.crediting.shared.has(period));
  const indexOf = (axis: string, size: number, column: string) =>
    size > 1
      ? {
          join: `left join ${tables.indexes} ${axis}_index on ${axis}_index.axis = '${axis}' and ${axis}_index.id = ${column}`,
          value: `coalesce(${axis}_index.index, 0)`,
        }
      : { join: '', value: '0' };
  const product = indexOf('product', axes.products.length, 'event.product_id');
  const region = indexOf('region', axes.regions.length, 'coalesce(event.region_id, fact.region_id)');
  const segment = indexOf('segment', axes.segments.length, 'event.segment_id');
  const campaign = indexOf('campaign', axes.campaigns.length, 'event.campaign_id');
  const months = subscriptionMonths(axes, scope);
  const values = [
    'fact.class_index',
    caseOf('event.type', axes.events.map(quoted)),
    product.value,
    region.value,
    segment.value,
    campaign.value,
    caseOf(
      'event.contract_months',
      axes.contractMonths.map((value) => (value === undefined ? undefined : String(value))),
    ),
    caseOf('event.currency', axes.currencies.map(quoted)),
    dateIndex(axes.dates, timeZone),
    months.value,
  ];
  const sizes = radixes(axes);
  const combination = values.reduce((key, value, index) => `(${key}) * ${sizes[index]} + ${value}`, '0::bigint');
  await rawSql(transaction).unsafe(
    `create unlogged table ${tables.credits} as
     select event.id as event_id, ${parts.agent} as agent_id, ${parts.role} as role, ${parts.share} as share,
            ${combination} as combination, fact.plan_id, fact.counts, event.type, event.currency,
            event.quantity, event.amount, event.monthly_fee, event.cost, event.occurred_at
     from sales_event event
     ${parts.join}
     join ${tables.facts} fact on fact.agent_id = ${parts.agent}
       and event.occurred_at >= fact.from_instant and event.occurred_at < fact.to_instant
     ${product.join} ${region.join} ${segment.join} ${campaign.join} ${months.join}
     where event.period = '${period}' and event.type = any('{${axes.events.join(',')}}'::sales_event_type[])
       ${concerned(scope)} and not exists (${reversalOf('event')})`,
  );
  await rawSql(transaction).unsafe(`analyze ${tables.credits}`);
}

/** Of a part of the agents only the events are read that can be credited to them: the cost is in proportion to what is touched. */
export function concerned({ kind, tables, period, inputs }: Scope): string {
  if (kind === 'OFFICIAL') return '';
  const agents = `(select agent_id from ${tables.facts})`;
  return `and event.id in (
    select id from sales_event where period = '${period}' and agent_id in ${agents}
    union select event_id from event_credit where agent_id in ${agents}
    ${inputs.crediting.shared.has(period) ? `union select event_id from event_award where agent_id in ${agents}` : ''}
    union select moved.id from ${tables.of('transfer')} transfer join sales_event moved on moved.subscription_id = transfer.subscription_id
      where moved.period = '${period}' and transfer.agent_id in ${agents})`;
}

const quoted = (text: string) => `'${text}'`;

function caseOf(column: string, values: readonly (string | undefined)[]): string {
  const cases = values.flatMap((value, index) => (value === undefined ? [] : [`when ${value} then ${index}`]));
  return cases.length === 0 ? '0' : `case ${column} ${cases.join(' ')} else 0 end`;
}

function dateIndex(dates: readonly string[], timeZone: string): string {
  if (dates.length <= 1) return '0';
  const later = dates.map(
    (date, index) => `when event.occurred_at >= '${localMidnight(date, timeZone)}' then ${index}`,
  );
  return `case ${later.toReversed().join(' ')} else 0 end`;
}

/**
 * Writes from when to when an ACTIVATION is the latest of its subscription, of those that the period's BILLs name: (from, to] in the
 * order of DOMAIN.md §9.1.
 */
async function writeStarts(transaction: Transaction, scope: Scope): Promise<void> {
  const table = scope.tables.of('start');
  const end = localMidnight(endDate(scope.period), scope.timeZone);
  await rawSql(transaction).unsafe(
    `create unlogged table ${table} as
     select subscription_id, occurred_at, source, external_id, lead(occurred_at) over later as to_at, lead(source) over later as to_source,
            lead(external_id) over later as to_id
     from (select subscription_id, occurred_at, source, external_id from sales_event start
           where type = 'ACTIVATION' and occurred_at < '${end}' and not exists (${reversalOf('start')})
             and subscription_id in (select event.subscription_id from sales_event event
               where event.period = '${scope.period}' and event.type = 'BILL' ${concerned(scope)})) start
     window later as (partition by subscription_id order by occurred_at, source collate "C", external_id collate "C")`,
  );
  await rawSql(transaction).unsafe(`analyze ${table}`);
}

/**
 * The month of the subscription, counted from the latest ACTIVATION before the event, as an index: 0 where no start is known.
 */
function subscriptionMonths(
  { subscriptionMonths: limits }: Axes,
  { tables, timeZone }: Scope,
): { join: string; value: string } {
  if (limits.length === 0) return { join: '', value: '0' };
  const local = (instant: string) => `(${instant} at time zone '${timeZone}')`;
  const monthNumber = (instant: string) =>
    `(extract(year from ${local(instant)}) * 12 + extract(month from ${local(instant)}))::integer`;
  const month = `${monthNumber('event.occurred_at')} - ${monthNumber('activation.occurred_at')} + 1`;
  const cases = limits.map((limit, index) => `when ${month} <= ${limit} then ${index + 1}`);
  const key = `row(event.occurred_at, event.source collate "C", event.external_id collate "C")`;
  return {
    join: `left join ${tables.of('start')} activation on event.type = 'BILL' and activation.subscription_id = event.subscription_id
      and ${key} > row(activation.occurred_at, activation.source collate "C", activation.external_id collate "C")
      and (activation.to_at is null or ${key} <= row(activation.to_at, activation.to_source collate "C", activation.to_id collate "C"))`,
    value: `case when activation.occurred_at is null then 0 ${cases.join(' ')} else ${limits.length + 1} end`,
  };
}

/** Whether a subscription month, as its index on the axis, is within 1..months; undefined where no start is known. */
export function isWithinMonths(axes: Axes, index: number, months: number): boolean | undefined {
  if (index === 0) return undefined;
  const limit = axes.subscriptionMonths[index - 1];
  return limit !== undefined && limit <= months;
}

/** The combinations that occur. */
export async function readCombinations(transaction: Transaction, tables: RunTables): Promise<bigint[]> {
  const rows = await rawSql(transaction).unsafe<{ combination: string }[]>(
    `select distinct combination from ${tables.credits}`,
  );
  return rows.map((row) => BigInt(row.combination));
}

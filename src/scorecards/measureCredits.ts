import { rawSql, type Transaction } from '../db/client.ts';
import { type Period, shiftPeriod } from '../period.ts';
import type { SalesEventType } from '../sales/eventTypes.ts';
import type { EventFilter } from './metricDefinition.ts';
import type { filterReferences } from './metricSchema.ts';

// The credits that metrics look at, as SQL: no event crosses the wire. A credit counts as commission reads it (docs/commission.md §3): a
// reversed event never happened, a conflict or credit rule credits others or nobody, a TRANSFER moves later rows of its subscription, and a REFUND stands with the credits, product,
// segment, campaign, region, customer and subscription of what it pays back, with its own amount, quantity and date.

/** What a measuring works with. The tables are its own, dropped in the end. */
export type MeasureScope = {
  readonly period: Period;
  readonly timeZone: string;
  readonly currency: string;
  readonly hasTransfers: boolean;
  /** Whether any event is credited otherwise than it came: by a case or credit rule, or not at all while a conflict blocks it. */
  readonly hasCrediting: boolean;
  /** What the codes of filters stand for: a region for its subtree, a category for its products. */
  readonly ids: FilterIds;
  /** A table of the measuring, by its last name. */
  readonly table: (name: string) => string;
  /** Whose figures are wanted; undefined: everybody's. Of few, only the events that may be credited to them are read. */
  readonly agentIds?: readonly number[] | undefined;
};

type FilterIds = Readonly<Record<(typeof filterReferences)[number]['list'], ReadonlyMap<string, readonly number[]>>>;

/** What the codes that filters name stand for. */
export async function loadFilterIds(transaction: Transaction): Promise<FilterIds> {
  const sql = rawSql(transaction);
  const idsBy = async (query: string) => {
    const rows = await sql.unsafe<{ code: string; ids: number[] }[]>(query);
    return new Map(rows.map(({ code, ids }) => [code, ids]));
  };
  const own = (table: string) => idsBy(`select code, array[id] as ids from ${table}`);
  return {
    products: await own('product'),
    categories: await idsBy(
      `select category.code, coalesce(array_agg(product.id) filter (where product.id is not null), '{}') as ids
       from product_category category left join product on product.category_id = category.id group by category.code`,
    ),
    segments: await own('segment'),
    campaigns: await own('campaign'),
    regions: await idsBy('select code, array(select region_subtree(region.id)) as ids from region'),
  };
}

/**
 * Where few agents are wanted, makes the table of the events that may be credited to them: theirs by name, share, case or transfer, and
 * of any period what REFUNDs in those months pay back.
 */
export async function writeConcerned(
  transaction: Transaction,
  { table, period, agentIds, hasTransfers, hasCrediting }: MeasureScope,
  monthsBack: number,
): Promise<void> {
  if (!agentIds) return;
  const agents = `any('{${agentIds.join(',')}}'::integer[])`;
  const months = `'{${Array.from({ length: monthsBack + 1 }, (_, age) => shiftPeriod(period, -age)).join(',')}}'`;
  const sources = [
    `select id from sales_event where period = any(${months}) and agent_id = ${agents}`,
    `select event_id from event_credit where agent_id = ${agents}`,
    `select original.id from sales_event refund
     join sales_event original on original.source = refund.source and original.external_id = refund.original_external_id
     where refund.period = any(${months}) and refund.type = 'REFUND' and refund.original_external_id is not null and original.agent_id = ${agents}`,
    ...(hasCrediting ? [`select event_id from event_award where agent_id = ${agents}`] : []),
    ...(hasTransfers
      ? [
          `select moved.id from sales_event transfer join sales_event moved on moved.subscription_id = transfer.subscription_id
           where transfer.type = 'TRANSFER' and transfer.agent_id = ${agents}`,
        ]
      : []),
  ];
  const sql = rawSql(transaction);
  await sql.unsafe(`create unlogged table ${table('concerned')} as ${sources.join(' union ')}`);
  await sql.unsafe(`analyze ${table('concerned')}`);
}

/**
 * Makes the tables that credits are found with: which events were reversed, where agents were placed, exchange rates and, where there
 * are any, transfers.
 */
export async function writeCreditTables(transaction: Transaction, scope: MeasureScope): Promise<void> {
  const { table, timeZone } = scope;
  const midnight = (date: string) => `(${date}::timestamp at time zone '${timeZone}')`;
  const until = (date: string) => `coalesce(${midnight(date)}, 'infinity')`;
  const make = async (name: string, query: string) => {
    await rawSql(transaction).unsafe(`create unlogged table ${table(name)} as ${query}`);
    await rawSql(transaction).unsafe(`analyze ${table(name)}`);
  };
  await make(
    'reversed',
    `select source, original_external_id as external_id from sales_event
    where type = 'REVERSAL' and original_external_id is not null`,
  );
  await make(
    'placed',
    `select agent_id, region_id, ${midnight('valid_from')} as from_at, ${until('valid_to')} as to_at from agent_region`,
  );
  await make(
    'rate',
    `select currency, rate, ${midnight('valid_from')} as from_at, ${until('valid_to')} as to_at
     from exchange_rate where into_currency = '${scope.currency}'`,
  );
  if (!scope.hasTransfers) return;
  // Also those after the period: a REFUND in it may be dated before what it pays back, whose credits it stands with.
  await make(
    'transfer',
    `select subscription_id, agent_id, occurred_at as from_at, source as from_source, external_id as from_id,
       lead(occurred_at) over later as to_at, lead(source) over later as to_source, lead(external_id) over later as to_id
     from sales_event event
     where type = 'TRANSFER' and subscription_id is not null and ${notReversed(scope, 'event')}
     window later as (partition by subscription_id order by occurred_at, source collate "C", external_id collate "C")`,
  );
}

/** What the credits are wanted for: how far back, of which types, and what else about them. */
export type CreditWish = {
  /** The periods before this one that are read too. */
  readonly monthsBack: number;
  /** undefined: every type but REVERSAL. */
  readonly types: ReadonlySet<SalesEventType> | undefined;
  readonly needsRegion?: boolean;
  readonly needsRate?: boolean;
  readonly needsImport?: boolean;
  /** Whether events of others than the wanted agents are read, too. */
  readonly ofAnybody?: boolean;
};

/**
 * SQL of credits: agent_id, role, share; type, age (how many months ago), occurred_at, source, external_id of the event, what filters
 * name, subscription_id, customer_id, quantity and, where wanted, amount in the operator's currency (null: no rate) and imported_at.
 */
export function creditQuery(scope: MeasureScope, wish: CreditWish): string {
  const { table, currency } = scope;
  const awarded = (column: string) => (scope.hasCrediting ? `award.${column}, ` : '');
  const agent = `coalesce(${awarded('agent_id')}${scope.hasTransfers ? 'moved.agent_id, ' : ''}credit.agent_id, happened.agent_id)`;
  const region = wish.needsRegion ? 'coalesce(happened.region_id, placed.region_id)' : 'happened.region_id';
  const amount = wish.needsRate
    ? `case when happened.currency = '${currency}' then happened.amount else happened.amount * rate.rate end as amount, happened.currency,`
    : '';
  return `
    select ${agent} as agent_id, coalesce(${awarded('role')}credit.role, 'SELLER') as role,
      coalesce(${awarded('share')}credit.share, 1) as share, happened.type, happened.age,
      happened.occurred_at, happened.source, happened.external_id, happened.product_id, happened.segment_id, happened.campaign_id,
      ${region} as region_id, happened.subscription_id, happened.customer_id, ${amount}
      ${wish.needsImport ? 'import.imported_at,' : ''} happened.quantity
    from (${happenedQuery(scope, wish)}) happened
    ${scope.hasCrediting ? 'left join event_award award on award.event_id = happened.sold_id' : ''}
    ${scope.hasTransfers ? transferJoin(scope) : ''}
    left join event_credit credit on happened.has_credits ${scope.hasTransfers ? 'and moved.agent_id is null' : ''}
      ${scope.hasCrediting ? 'and award.event_id is null' : ''} and credit.event_id = happened.sold_id
    ${
      wish.needsRegion
        ? `left join ${table('placed')} placed on happened.region_id is null and placed.agent_id = ${agent}
           and happened.sold_at >= placed.from_at and happened.sold_at < placed.to_at`
        : ''
    }
    ${
      wish.needsRate
        ? `left join ${table('rate')} rate on rate.currency = happened.currency
           and happened.occurred_at >= rate.from_at and happened.occurred_at < rate.to_at`
        : ''
    }
    ${wish.needsImport ? 'left join event_import import on import.id = happened.import_id' : ''}
    ${scope.hasCrediting ? 'where not exists (select from event_crediting made where made.event_id = happened.sold_id and made.block is not null)' : ''}`;
}

/** SQL of what happened in the wished periods, REFUNDs with what they pay back; `sold_…`: by what credits and region are found. */
export function happenedQuery(
  scope: MeasureScope,
  { monthsBack, types, ofAnybody = false }: Pick<CreditWish, 'monthsBack' | 'types' | 'ofAnybody'>,
): string {
  const { period } = scope;
  const isConcerned = (event: string) =>
    scope.agentIds && !ofAnybody ? `and ${event}.id in (select id from ${scope.table('concerned')})` : '';
  const ages = Array.from({ length: monthsBack + 1 }, (_, age) => ({ age, month: shiftPeriod(period, -age) }));
  const span = `(values ${ages.map(({ age, month }) => `('${month}', ${age})`).join(', ')}) span (period, age)`;
  const months = `'{${ages.map(({ month }) => month).join(',')}}'`;
  const own = 'occurred_at, source, external_id, import_id, type, currency, quantity, amount'.split(', ');
  const sold =
    'agent_id, has_credits, product_id, segment_id, campaign_id, region_id, customer_id, subscription_id'.split(', ');
  const soldKey = (from: string) =>
    `${from}.id as sold_id, ${from}.type as sold_type, ${from}.occurred_at as sold_at, ${from}.external_id as sold_key`;
  const columns = (owner: string, original: string) =>
    [...own.map((name) => `${owner}.${name}`), ...sold.map((name) => `${original}.${name}`), soldKey(original)].join(
      ', ',
    );
  const isPlain = types
    ? `event.type = any('{${[...types].filter((type) => type !== 'REFUND').join(',')}}'::sales_event_type[])`
    : `event.type not in ('REVERSAL', 'REFUND')`;
  const plain = `select ${columns('event', 'event')}, span.age from sales_event event join ${span} on span.period = event.period
    where event.period = any(${months}) and ${isPlain} and ${notReversed(scope, 'event')} ${isConcerned('event')}`;
  if (types && !types.has('REFUND')) return plain;
  return `${plain} union all
    select ${columns('refund', 'original')}, span.age from sales_event refund join ${span} on span.period = refund.period
    join sales_event original on original.source = refund.source and original.external_id = refund.original_external_id
    where refund.period = any(${months}) and refund.type = 'REFUND'
      and ${notReversed(scope, 'refund')} and ${notReversed(scope, 'original')} ${isConcerned('original')}`;
}

function notReversed({ table }: MeasureScope, event: string): string {
  return `not exists (select from ${table('reversed')} reversed
    where reversed.source = ${event}.source and reversed.external_id = ${event}.external_id)`;
}

/** The latest TRANSFER of the subscription before what was sold, in the order of DOMAIN.md §9.1. */
function transferJoin({ table }: MeasureScope): string {
  const key = `row(happened.sold_at, happened.source collate "C", happened.sold_key collate "C")`;
  const keyOf = (end: string) => `row(moved.${end}_at, moved.${end}_source collate "C", moved.${end}_id collate "C")`;
  return `left join ${table('transfer')} moved on happened.sold_type in ('BILL', 'PAYMENT', 'RECHARGE', 'RENEWAL')
    and moved.subscription_id = happened.subscription_id
    and ${key} > ${keyOf('from')} and (moved.to_at is null or ${key} <= ${keyOf('to')})`;
}

/** SQL of whether a credit passes a filter. */
export function filterCondition({ ids }: MeasureScope, filter: EventFilter): string {
  const idsOf = (list: keyof FilterIds) => [
    ...new Set((filter[list] ?? []).flatMap((code) => ids[list].get(code) ?? [])),
  ];
  const among = (column: string, list: keyof FilterIds) =>
    filter[list] ? [`${column} = any('{${idsOf(list).join(',')}}'::integer[])`] : [];
  const conditions = [
    ...(filter.events.length > 0 ? [`type = any('{${filter.events.join(',')}}'::sales_event_type[])`] : []),
    ...among('product_id', 'products'),
    ...among('product_id', 'categories'),
    ...among('segment_id', 'segments'),
    ...among('campaign_id', 'campaigns'),
    ...among('region_id', 'regions'),
    ...(filter.roles ? [`role in (${filter.roles.map((role) => `'${role.replaceAll("'", "''")}'`).join(', ')})`] : []),
  ];
  return conditions.length > 0 ? conditions.join(' and ') : 'true';
}

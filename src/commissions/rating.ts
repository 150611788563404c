import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { type CopyValue, copyRows } from '../db/copy.ts';
import type { Period } from '../period.ts';
import { type Axes, productIndex, radixes, regionIndex } from './engine/combinations.ts';
import type { Reason, Resolution } from './engine/resolve.ts';
import type { ReferenceData } from './load.ts';

// The part of a calculation that the database does, in a handful of set-based statements over the run's own unlogged
// tables. No event crosses the wire. The tables are named by the run's id, a whole number, so names are safe in SQL text.

export type RunTables = {
  readonly facts: string;
  readonly indexes: string;
  readonly credits: string;
  readonly resolutions: string;
  readonly reasons: string;
  readonly lines: string;
  readonly unpaid: string;
};

export function runTables(runId: number): RunTables {
  const table = (name: string) => `runs.${name}_${runId}`;
  return {
    facts: table('fact'),
    indexes: table('index'),
    credits: table('credit'),
    resolutions: table('resolution'),
    reasons: table('reason'),
    lines: table('line'),
    unpaid: table('unpaid'),
  };
}

export type FactRow = {
  readonly agentId: number;
  readonly fromInstant: string;
  readonly toInstant: string;
  readonly classIndex: number;
  /** Whether its credits count for pools: ACTIVE and under an agreement. */
  readonly counts: boolean;
  readonly regionId: number | undefined;
};

/** Writes the agents' facts of the period: each credit finds its class by agent and instant. */
export async function writeFacts(
  transaction: Transaction,
  tables: RunTables,
  facts: readonly FactRow[],
): Promise<void> {
  const sql = rawSql(transaction);
  await sql.unsafe(`create unlogged table ${tables.facts} (agent_id integer, from_instant timestamptz, to_instant timestamptz,
    class_index integer, counts boolean, region_id integer)`);
  const rows = facts.map((fact): CopyValue[] => [
    fact.agentId,
    fact.fromInstant,
    fact.toInstant,
    fact.classIndex,
    fact.counts,
    fact.regionId ?? null,
  ]);
  await copyRows(transaction, tables.facts, rows);
  await sql.unsafe(`analyze ${tables.facts}`);
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

/**
 * Makes the period's credits: the events of the types read, each with its shares, without the reversed ones and without
 * the late ones (settled later), each with its class and combination.
 */
export async function makeCredits(
  transaction: Transaction,
  tables: RunTables,
  period: Period,
  axes: Axes,
): Promise<void> {
  const sql = rawSql(transaction);
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
  const values = [
    'fact.class_index',
    caseOf(
      'event.type',
      axes.events.map((type) => `'${type}'`),
    ),
    product.value,
    region.value,
    segment.value,
    campaign.value,
    caseOf(
      'event.contract_months',
      axes.contractMonths.map((months) => (months === undefined ? undefined : String(months))),
    ),
    caseOf(
      'event.currency',
      axes.currencies.map((currency) => `'${currency}'`),
    ),
  ];
  const sizes = radixes(axes);
  const combination = values.reduce((key, value, index) => `(${key}) * ${sizes[index]} + ${value}`, '0::bigint');
  await sql.unsafe(
    `create unlogged table ${tables.credits} as
     select event.id as event_id, coalesce(credit.agent_id, event.agent_id) as agent_id, coalesce(credit.role, 'SELLER') as role,
            coalesce(credit.share, 1) as share, ${combination} as combination, fact.counts, event.type, event.currency,
            event.quantity, event.amount, event.monthly_fee, event.cost
     from sales_event event
     left join event_credit credit on event.has_credits and credit.event_id = event.id
     join ${tables.facts} fact on fact.agent_id = coalesce(credit.agent_id, event.agent_id)
       and event.occurred_at >= fact.from_instant and event.occurred_at < fact.to_instant
     ${product.join} ${region.join} ${segment.join} ${campaign.join}
     where event.period = '${period}' and not event.late
       and event.type = any('{${axes.events.join(',')}}'::sales_event_type[])
       and not exists (${reversalOf('event')})`,
  );
  await sql.unsafe(`analyze ${tables.credits}`);
}

/** A REVERSAL is whole: its original never happened (DOMAIN.md §9.5). */
const reversalOf = (event: string) =>
  `select from sales_event reversal where reversal.type = 'REVERSAL' and not reversal.late
   and reversal.source = ${event}.source and reversal.original_external_id = ${event}.external_id`;

function caseOf(column: string, values: readonly (string | undefined)[]): string {
  const cases = values.flatMap((value, index) => (value === undefined ? [] : [`when ${value} then ${index}`]));
  return cases.length === 0 ? '0' : `case ${column} ${cases.join(' ')} else 0 end`;
}

/** The combinations that occur. */
export async function readCombinations(transaction: Transaction, tables: RunTables): Promise<bigint[]> {
  const rows = await rawSql(transaction).unsafe<{ combination: string }[]>(
    `select distinct combination from ${tables.credits}`,
  );
  return rows.map((row) => BigInt(row.combination));
}

export type ResolvedCombination = {
  readonly combination: bigint;
  readonly paid: readonly Resolution[];
  /** Why credits pay nothing: all of them where nothing is paid, else those outside every paid stretch. */
  readonly reason: Reason | undefined;
};

/** Writes what was resolved: payable stretches and reasons, by combination. */
export async function writeResolutions(
  transaction: Transaction,
  tables: RunTables,
  resolved: readonly ResolvedCombination[],
): Promise<void> {
  const sql = rawSql(transaction);
  await sql.unsafe(`create unlogged table ${tables.resolutions} (combination bigint, component_id integer, rule_id integer,
    base_range numrange, base_kind text, rate numeric, flat numeric, minimum numeric, maximum numeric, factor numeric,
    digits integer, rounding text, currency text)`);
  await sql.unsafe(`create unlogged table ${tables.reasons} (combination bigint, reason text, partly boolean)`);
  const paid = resolved.flatMap(({ combination, paid }) =>
    paid.map((row): CopyValue[] => [
      combination.toString(),
      row.componentId,
      row.ruleId,
      row.range,
      row.base,
      row.rate,
      row.flat,
      row.minimum,
      row.maximum,
      row.factor,
      row.digits,
      row.rounding,
      row.currency,
    ]),
  );
  const unpaid = resolved.flatMap(({ combination, paid, reason }): CopyValue[][] =>
    reason === undefined ? [] : [[combination.toString(), reason, paid.length > 0]],
  );
  await copyRows(transaction, tables.resolutions, paid);
  await copyRows(transaction, tables.reasons, unpaid);
  await sql.unsafe(`analyze ${tables.resolutions}`);
  await sql.unsafe(`analyze ${tables.reasons}`);
}

const baseOf: Record<string, string> = {
  AMOUNT: 'credit.amount',
  MONTHLY_FEE: 'credit.monthly_fee',
  MARGIN: 'case when credit.cost is not null then greatest(0, credit.amount - credit.cost * credit.quantity) end',
  QUANTITY: 'credit.quantity',
};

/** The base of the component, whole event's (DOMAIN.md §9.2); NULL where the event lacks it. */
const baseExpression = `case resolution.base_kind ${Object.entries(baseOf)
  .map(([kind, expression]) => `when '${kind}' then ${expression}`)
  .join(' ')} end`;

/**
 * round( share · clamp( percent · base + flat · quantity, min, max ) · multiplier ): exact until the one rounding. Half to
 * even: of the two neighbours the even one, found by rounding half the number of minor units.
 */
const amountExpression = `case resolution.rounding
  when 'HALF_UP' then round(unrounded, resolution.digits)
  when 'DOWN' then trunc(unrounded, resolution.digits)
  else case when abs(unrounded - trunc(unrounded, resolution.digits)) = 5 * 10::numeric ^ (-resolution.digits - 1)
    then round(2 * round(unrounded * 10::numeric ^ resolution.digits * 0.5) * 10::numeric ^ (-resolution.digits), resolution.digits)
    else round(unrounded, resolution.digits) end end`;

/**
 * Rates every credit by what its combination was resolved to. Without a base nothing is paid, also where the rule has a
 * minimum (greatest and least would pass over the NULL). The table also holds, for a moment, the lines without a base
 * or of zero: `takeOutUnpaid` lists and removes them.
 */
export async function rateCredits(transaction: Transaction, tables: RunTables, runId: number): Promise<void> {
  await rawSql(transaction).unsafe(
    `create table ${tables.lines} as
     select ${runId} as run_id, resolution.component_id, 'EARNING'::line_kind as kind, credit.event_id as cause_id, credit.agent_id,
            credit.role, resolution.rule_id, based.base, credit.share, resolution.factor, ${amountExpression} as amount,
            resolution.currency
     from ${tables.credits} credit
     join ${tables.resolutions} resolution on resolution.combination = credit.combination
     cross join lateral (select ${baseExpression} as base offset 0) based
     cross join lateral (select case when based.base is not null then credit.share * least(greatest(based.base * resolution.rate
       + resolution.flat * credit.quantity, resolution.minimum), resolution.maximum) * resolution.factor end as unrounded) rated
     where resolution.base_range is null or based.base is null or resolution.base_range @> based.base`,
  );
}

/**
 * Makes the list of credits that paid nothing, or less than their plan could pay (DOMAIN.md §10), each with one reason:
 * NO_BASE or ZERO_AMOUNT of some component, also where another one paid; else the combination's, where nothing paid; or that
 * the event was reversed.
 * @param componentEvents the event types that components read; others are counted, not listed
 */
export async function takeOutUnpaid(
  transaction: Transaction,
  tables: RunTables,
  runId: number,
  period: Period,
  componentEvents: readonly string[],
): Promise<void> {
  const sql = rawSql(transaction);
  const types = `'{${componentEvents.join(',')}}'::sales_event_type[]`;
  const worthless = `(zero.amount is null or zero.amount = 0)`;
  await sql.unsafe(
    `create table ${tables.unpaid} as
     select ${runId} as run_id, zero.cause_id as event_id, zero.agent_id, zero.role,
            case when bool_or(zero.amount is not null) then 'ZERO_AMOUNT' else 'NO_BASE' end as reason
     from ${tables.lines} zero
     where ${worthless} group by zero.cause_id, zero.agent_id, zero.role`,
  );
  await sql.unsafe(`delete from ${tables.lines} zero where ${worthless}`);
  const known = (table: string, event: string) => `select from ${table} known where known.${event} = credit.event_id
    and known.agent_id = credit.agent_id and known.role = credit.role`;
  await sql.unsafe(
    `insert into ${tables.unpaid}
     select ${runId}, credit.event_id, credit.agent_id, credit.role, reason.reason
     from ${tables.credits} credit join ${tables.reasons} reason on reason.combination = credit.combination
     where credit.type = any(${types})
       and (not reason.partly or not exists (${known(tables.lines, 'cause_id')}) and not exists (${known(tables.unpaid, 'event_id')}))`,
  );
  await sql.unsafe(
    `insert into ${tables.unpaid}
     select ${runId}, event.id, coalesce(credit.agent_id, event.agent_id), coalesce(credit.role, 'SELLER'), 'REVERSED'
     from sales_event event left join event_credit credit on event.has_credits and credit.event_id = event.id
     where event.period = '${period}' and not event.late and event.type = any(${types}) and exists (${reversalOf('event')})`,
  );
}

/** An event that fed a volume is not listed as unread by the agent's plan (DOMAIN.md §9.12). */
export async function forgetWhatFedAPool(
  transaction: Transaction,
  tables: RunTables,
  memberIds: readonly number[],
  types: readonly string[],
): Promise<void> {
  await rawSql(transaction).unsafe(
    `delete from ${tables.unpaid} listed using ${tables.credits} credit
     where listed.reason = 'NO_COMPONENT' and credit.event_id = listed.event_id and credit.agent_id = listed.agent_id
       and credit.role = listed.role and credit.counts and credit.type = any('{${types.join(',')}}'::sales_event_type[])
       and listed.agent_id = any($1)`,
    [memberIds],
  );
}

/**
 * Lists the members' credits that a pool would count in money and cannot, for want of an exchange rate (DOMAIN.md §3.6, §10).
 * @param types the event types whose amounts the pool counts
 */
export async function listWithoutRate(
  transaction: Transaction,
  tables: RunTables,
  runId: number,
  memberIds: readonly number[],
  types: readonly string[],
  currency: string,
): Promise<void> {
  await rawSql(transaction).unsafe(
    `insert into ${tables.unpaid}
     select ${runId}, credit.event_id, credit.agent_id, credit.role, 'NO_EXCHANGE_RATE' from ${tables.credits} credit
     where credit.currency <> $1 and credit.counts and credit.type = any('{${types.join(',')}}'::sales_event_type[])
       and credit.agent_id = any($2) and not exists (select from ${tables.unpaid} known where known.event_id = credit.event_id
         and known.agent_id = credit.agent_id and known.role = credit.role)`,
    [currency, memberIds as number[]],
  );
}

export type VolumeRow = {
  readonly agent_id: number;
  readonly type: string;
  readonly currency: string;
  readonly amount: string;
  readonly units: string;
};

/** Share-weighted volumes by agent, type and currency, of the named types, from the credits that count for pools. */
export async function readVolumes(
  transaction: Transaction,
  tables: RunTables,
  types: readonly string[],
): Promise<VolumeRow[]> {
  if (types.length === 0) return [];
  const rows = await rawSql(transaction).unsafe<VolumeRow[]>(
    `select agent_id, type, currency, sum(share * amount) as amount, sum(share * quantity) as units
     from ${tables.credits} where counts and type = any('{${types.join(',')}}'::sales_event_type[])
     group by agent_id, type, currency`,
  );
  return [...rows];
}

/** Drops the run's working tables; its lines and unpaid events stay. */
export async function dropWorkingTables(transaction: Transaction, tables: RunTables): Promise<void> {
  const working = [tables.facts, tables.indexes, tables.credits, tables.resolutions, tables.reasons];
  await rawSql(transaction).unsafe(`drop table if exists ${working.join(', ')}`);
}

import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { type CopyValue, copyRows } from '../db/copy.ts';
import { creditParts, reversalOf } from './credits.ts';
import type { RateBase } from './definitions.ts';
import type { Resolved } from './engine/resolve.ts';
import type { RunTables, Scope } from './scope.ts';

// Rating: one statement joins credits with what their combinations were resolved to and makes all lines of event components.

export type ResolvedCombination = Resolved & { readonly combination: bigint };

/** Writes what was resolved: payable stretches, reasons and floors that apply, by combination. */
export async function writeResolutions(
  transaction: Transaction,
  tables: RunTables,
  resolved: readonly ResolvedCombination[],
): Promise<void> {
  const sql = rawSql(transaction);
  await sql.unsafe(`create unlogged table ${tables.resolutions} (combination bigint, component_id integer, rule_id integer,
    base_range numrange, base_kind text, rate numeric, flat numeric, minimum numeric, maximum numeric, factor numeric,
    exchange numeric, digits integer, rounding text, currency text)`);
  await sql.unsafe(`create unlogged table ${tables.reasons} (combination bigint, reason text, partly boolean)`);
  await sql.unsafe(`create unlogged table ${tables.of('matched')} (combination bigint, component_id integer)`);
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
      row.exchange,
      row.digits,
      row.rounding,
      row.currency,
    ]),
  );
  const unpaid = resolved.flatMap(({ combination, paid, reason, isMild }): CopyValue[][] =>
    reason === undefined ? [] : [[combination.toString(), reason, isMild && paid.length > 0]],
  );
  const matched = resolved.flatMap(({ combination, matched: components }) =>
    components.map((componentId): CopyValue[] => [combination.toString(), componentId]),
  );
  await copyRows(transaction, tables.resolutions, paid);
  await copyRows(transaction, tables.reasons, unpaid);
  await copyRows(transaction, tables.of('matched'), matched);
  await sql.unsafe(`analyze ${tables.resolutions}`);
  await sql.unsafe(`analyze ${tables.reasons}`);
}

/** SQL of a component's base, of the whole event, by kind of base; `credit` is an alias of the credits table. */
export function baseSql(credit: string): Readonly<Record<RateBase, string>> {
  return {
    AMOUNT: `${credit}.amount`,
    MONTHLY_FEE: `${credit}.monthly_fee`,
    MARGIN: `case when ${credit}.cost is not null then greatest(0, ${credit}.amount - ${credit}.cost * ${credit}.quantity) end`,
    QUANTITY: `${credit}.quantity`,
  };
}

/**
 * SQL that rounds once, exactly as money.ts does. Half to even: of the two neighbours the even one, found by rounding half
 * the number of minor units. @param unrounded, digits, rounding SQL expressions
 */
export function roundedSql(unrounded: string, digits: string, rounding: string): string {
  return `case ${rounding}
    when 'HALF_UP' then round(${unrounded}, ${digits})
    when 'DOWN' then trunc(${unrounded}, ${digits})
    else case when abs(${unrounded} - trunc(${unrounded}, ${digits})) = 5 * 10::numeric ^ (-${digits} - 1)
      then round(2 * round(${unrounded} * 10::numeric ^ ${digits} * 0.5) * 10::numeric ^ (-${digits}), ${digits})
      else round(${unrounded}, ${digits}) end end`;
}

/**
 * Rates every credit by what its combination was resolved to. Without a base nothing is paid, also where the rule has a
 * minimum (greatest and least would pass over the NULL). The table also holds, for a moment, the lines without a base
 * or of zero: `takeOutUnpaid` lists and removes them.
 * @param converts whether any base is converted: without it the multiplication is left out
 */
export async function rateCredits(transaction: Transaction, scope: Scope, converts: boolean): Promise<void> {
  const { tables, runId } = scope;
  const bases = Object.entries(baseSql('credit')).map(([kind, expression]) => `when '${kind}' then ${expression}`);
  const base = `case resolution.base_kind ${bases.join(' ')} end`;
  await rawSql(transaction).unsafe(
    `create table ${tables.lines} as
     select ${runId} as run_id, resolution.component_id, 'EARNING'::line_kind as kind, credit.event_id as cause_id, credit.agent_id,
            credit.role, resolution.rule_id, based.base, credit.share, resolution.factor,
            ${roundedSql('rated.unrounded', 'resolution.digits', 'resolution.rounding')} as amount, resolution.currency,
            null::bigint as original_id, null::smallint as instalment, null::integer as source_agent_id,
            null::integer as source_component_id, null::text as origin_period
     from ${tables.credits} credit
     join ${tables.resolutions} resolution on resolution.combination = credit.combination
     cross join lateral (select ${converts ? `(${base}) * resolution.exchange` : base} as base) based
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
  scope: Scope,
  componentEvents: readonly string[],
): Promise<void> {
  const { tables, runId, period } = scope;
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
  await sql.unsafe(`analyze ${tables.unpaid}`);
  const isKnown = (table: string, event: string) => `select from ${table} known where known.${event} = credit.event_id
    and known.agent_id = credit.agent_id and known.role = credit.role`;
  // The list is read before it grows: planned as the empty table that it mostly is, it would be read anew for each credit, with all that
  // was inserted since. Nor may "not partly, or not known" stand here: an OR cannot be joined, and looks through all lines each time.
  await sql.unsafe(
    `insert into ${tables.unpaid}
     with listed as materialized (select event_id, agent_id, role from ${tables.unpaid})
     select ${runId}, credit.event_id, credit.agent_id, credit.role, reason.reason
     from ${tables.credits} credit join ${tables.reasons} reason on reason.combination = credit.combination
     where credit.type = any(${types}) and not exists (${isKnown('listed', 'event_id')})
       and not exists (${isKnown(tables.lines, 'cause_id')} and reason.partly)`,
  );
  const parts = creditParts(scope, 'event', scope.inputs.crediting.shared.has(period));
  await sql.unsafe(
    `insert into ${tables.unpaid}
     select ${runId}, event.id, ${parts.agent}, ${parts.role}, 'REVERSED' from sales_event event ${parts.join}
     where event.period = '${period}' and event.type = any(${types}) and exists (${reversalOf('event')})`,
  );
}

/** SQL that lists a credit as unpaid unless it is listed already: `insert into unpaid` of event_id, agent_id, role. */
export async function listUnpaid(
  transaction: Transaction,
  scope: Scope,
  reason: string,
  credits: string,
): Promise<void> {
  const { tables, runId } = scope;
  await rawSql(transaction).unsafe(
    `insert into ${tables.unpaid} (run_id, event_id, agent_id, role, reason)
     select distinct ${runId}, credit.event_id, credit.agent_id, credit.role, '${reason}' from (${credits}) credit
     where not exists (select from ${tables.unpaid} known where known.event_id = credit.event_id
       and known.agent_id = credit.agent_id and known.role = credit.role)`,
  );
}

/**
 * Drops what a calculation worked with; its lines and unpaid events stay.
 * @param others further tables of it that stay
 */
export async function dropWorkingTables(
  transaction: Transaction,
  tables: RunTables,
  others: readonly string[] = [],
): Promise<void> {
  const suffix = tables.of('').replace('runs.', '');
  const kept = [tables.lines, tables.unpaid, ...others].map((name) => name.replace('runs.', ''));
  const rows = await rawSql(transaction)<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'runs'::regnamespace and relkind = 'r'
      and right(relname, ${suffix.length}) = ${suffix} and relname <> all(${kept})`;
  if (rows.length === 0) return;
  await rawSql(transaction).unsafe(`drop table ${rows.map(({ name }) => `runs.${name}`).join(', ')}`);
}

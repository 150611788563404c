import { reversalOf } from '../commissions/credits.ts';
import type { RateDefinition } from '../commissions/definitions.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { Decimal, minorUnitDigits, type RoundingMode } from '../money.ts';
import type { Fate, PartRule, WithheldPart } from './openPart.ts';

// Withheld parts that were not paid out by the end of a month, as its approved run and those before it booked them.

/** A month's run and what it could know: the same later on, whatever came since. */
export type AccrualScope = {
  readonly runId: number;
  readonly period: string;
  readonly timeZone: string;
  /** The approved runs up to it, its own among them. */
  readonly runIds: readonly number[];
  /** The newest event that it saw; null: all of them. */
  readonly lastEventId: string | null;
};

/** Parts of an agent's sales of one month, or one day, that share everything; one that something happened to stands alone. */
export type WithheldParts = WithheldPart & {
  readonly componentId: number;
  readonly ruleId: number;
  readonly agentId: number;
  readonly currency: string;
  readonly count: number;
};

type Row = {
  component_id: number;
  rule_id: number;
  instalment: number;
  agent_id: number;
  currency: string;
  date: string;
  count: number;
  withheld: string;
  whole: string | null;
  original_amount: string;
  fates: [kind: Fate['kind'], date: string, amount: string][] | null;
};

/** SQL of what the run knew of an event. */
export function isKnown(event: string, { period, lastEventId }: AccrualScope): string {
  return `${event}.period <= '${period}' ${lastEventId === null ? '' : `and ${event}.id <= ${lastEventId}`}`;
}

/** SQL of what is standing of an event: no REVERSAL of it that the run knew. */
export function isStanding(event: string, scope: AccrualScope): string {
  return `not exists (${reversalOf(event)} and ${isKnown('reversal', scope)})`;
}

const orderOf = (event: string) =>
  `row(${event}.occurred_at, ${event}.source collate "C", ${event}.external_id collate "C")`;

/** What is withheld and not released, in batches. A part is paid in one go: what was released of one leaves nothing of it open. */
export async function* loadWithheld(transaction: Transaction, scope: AccrualScope): AsyncGenerator<WithheldParts[]> {
  const query = withheldQuery(scope);
  for await (const rows of rawSql(transaction).unsafe<Row[]>(query).cursor(5000)) yield rows.map(partsOfRow);
}

function partsOfRow(row: Row): WithheldParts {
  const { component_id, rule_id, instalment, agent_id, currency, date, count } = row;
  return {
    componentId: component_id,
    ruleId: rule_id,
    agentId: agent_id,
    currency,
    count,
    instalment,
    date,
    withheld: new Decimal(row.withheld),
    whole: row.whole === null ? null : new Decimal(row.whole),
    originalAmount: new Decimal(row.original_amount),
    fates: (row.fates ?? []).map(([kind, on, amount]) => ({ kind, date: on, amount: new Decimal(amount) })),
  };
}

/**
 * WITHHOLDING stands in the month of the sale (of opening positions: in the cut-over's), RELEASE in later ones; RETRO that names a part
 * corrects the one or the other, as the month tells that it corrects. (`not in` is looked up in a hash; the planner, which takes what is
 * computed here for a few rows, would compare each part with each story otherwise.)
 */
function withheldQuery(scope: AccrualScope): string {
  const { runIds, timeZone } = scope;
  const localDate = (event: string) => `(${event}.occurred_at at time zone '${timeZone}')::date`;
  return `
    with line as (
      select line.component_id, line.rule_id, line.cause_id, line.agent_id, line.role, line.instalment, line.currency, line.amount, line.base,
             line.kind, coalesce(line.origin_period, run.period) as period, run.is_cut_over
      from commission_line line join commission_run run on run.id = line.run_id
      where line.run_id in (${runIds.join(', ')}) and line.instalment is not null and line.kind in ('WITHHOLDING', 'RELEASE', 'RETRO')
    ), part as materialized (
      select line.component_id, max(line.rule_id) as rule_id, line.cause_id, line.agent_id, line.role, line.instalment, line.currency,
             -sum(line.amount) filter (where moved.is_withheld) as withheld,
             case when bool_and(line.kind = 'WITHHOLDING') then max(line.base) end as whole
      from line join sales_event event on event.id = line.cause_id
      cross join lateral (select line.kind = 'WITHHOLDING' or line.kind = 'RETRO' and line.period <= event.period as is_withheld) moved
      group by line.component_id, line.cause_id, line.agent_id, line.role, line.instalment, line.currency
      having sum(line.amount) filter (where moved.is_withheld) <> 0 and coalesce(sum(line.amount) filter (where not moved.is_withheld), 0) = 0
    ), sold as (select distinct cause_id from part),
    happened as materialized (
      select event.id, happening.type, happening.occurred_at, happening.source, happening.external_id, happening.amount
      from sold join sales_event event on event.id = sold.cause_id
      join sales_event happening on happening.subscription_id = event.subscription_id and happening.type in ('CHURN', 'REACTIVATION')
        and ${orderOf('happening')} > ${orderOf('event')}
      where ${isKnown('happening', scope)} and ${isStanding('happening', scope)}
      union all
      select event.id, happening.type, happening.occurred_at, happening.source, happening.external_id, happening.amount
      from sold join sales_event event on event.id = sold.cause_id
      join sales_event happening on happening.source = event.source and happening.original_external_id = event.external_id
        and happening.type = 'REFUND' and ${orderOf('happening')} > ${orderOf('event')}
      where ${isKnown('happening', scope)} and ${isStanding('happening', scope)}
    ), story as materialized (
      select id, json_agg(json_build_array(type, ${localDate('happened')}::text, amount::text)
        order by occurred_at, source collate "C", external_id collate "C") as fates
      from happened group by id
    )
    select part.component_id, part.rule_id, part.instalment, part.agent_id, part.currency, ${localDate('event')}::text as date,
           count(*)::integer as count, sum(part.withheld)::text as withheld, null::text as whole, '0' as original_amount, null::json as fates
    from part join sales_event event on event.id = part.cause_id
    where part.cause_id not in (select id from story)
    group by part.component_id, part.rule_id, part.instalment, part.agent_id, part.currency, ${localDate('event')}
    union all
    select part.component_id, part.rule_id, part.instalment, part.agent_id, part.currency, ${localDate('event')}::text, 1, part.withheld::text,
           coalesce(part.whole, (${correctedWhole(scope)}))::text, event.amount::text, story.fates
    from part join sales_event event on event.id = part.cause_id join story on story.id = part.cause_id`;
}

/** SQL of what is divided of a line that RETRO corrected: its earning net of caps, with the corrections of both. */
function correctedWhole({ runIds }: AccrualScope): string {
  return `select sum(earned.amount) from commission_line earned
    where earned.run_id in (${runIds.join(', ')}) and earned.kind in ('EARNING', 'CAP', 'RETRO')
      and earned.agent_id = part.agent_id and earned.component_id = part.component_id and earned.cause_id = part.cause_id
      and earned.role = part.role and earned.currency = part.currency
      and num_nonnulls(earned.instalment, earned.original_id, earned.source_agent_id, earned.source_component_id) = 0`;
}

/** The rules that divide amounts, by number: of every version ever published, since a line lives by the one that rated it. */
export async function loadPartRules(transaction: Transaction): Promise<ReadonlyMap<number, PartRule>> {
  type RuleRow = { id: number; definition: RateDefinition; currency: string; rounding: RoundingMode };
  const rows = await rawSql(transaction)<RuleRow[]>`
    select rule.id, part.definition, version.currency, version.rounding
    from rate_rule rule join plan_component part on part.id = rule.plan_component_id
    join plan_version version on version.id = part.version_id
    where jsonb_exists_any(part.definition, array['instalments', 'holdback'])`;
  return new Map(
    rows.map(({ id, definition, currency, rounding }) => [
      id,
      { definition, digits: minorUnitDigits[currency] ?? 2, rounding },
    ]),
  );
}

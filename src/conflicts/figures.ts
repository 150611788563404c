import { rawSql, type Transaction } from '../db/client.ts';
import type { Period } from '../period.ts';
import { isDecided, isUpheld } from './upheld.ts';

// Conflicts in figures (DOMAIN.md §8): how many, how fast they are settled, what money they hold, move and take. A case belongs to the period
// of its event.

/** What figures are told by; AGENT: by whoever is accused. */
export type FigureGrouping = 'RULE' | 'REGION' | 'AGENT' | 'KIND';

/** Money of a group in one currency. */
export type ConflictMoney = {
  readonly currency: string;
  /** What events would pay that cases hold now, by the latest run that looked at them. */
  readonly held: string;
  /** What events are paid by decisions to others than whoever sold. */
  readonly moved: string;
  /** Penalties and price differences, less what was taken back. */
  readonly deducted: string;
};

export type ConflictFigures = {
  /** The code of rule, region or agent, or the kind; null: none, or the caller may not see it. */
  readonly key: string | null;
  /** Hits whose facts stand. */
  readonly hitCount: number;
  /** All cases; each is counted in exactly one of the six states that follow. */
  readonly caseCount: number;
  readonly openCount: number;
  readonly inMediationCount: number;
  readonly resolvedCount: number;
  readonly appealedCount: number;
  readonly closedCount: number;
  readonly factsChangedCount: number;
  readonly overdueCount: number;
  readonly decidedCount: number;
  readonly upheldCount: number;
  readonly appealCount: number;
  readonly changedOnAppealCount: number;
  /** From the (last) opening to the decision, one decimal; null where none is decided. */
  readonly meanHours: string | null;
  readonly medianHours: string | null;
  /** Of the decided cases those decided before they were due, two decimals. */
  readonly withinDuePercent: string | null;
  /** By currency. */
  readonly money: readonly ConflictMoney[];
};

const keys: Readonly<Record<FigureGrouping, string>> = {
  RULE: 'rule.code',
  REGION: 'region.code',
  AGENT: 'accused.code',
  KIND: 'found.kind::text',
};

/** The cases of the periods, with what they are told by. */
const wantedQuery = (by: FigureGrouping) => `
  select found.id as case_id, ${keys[by]} as key, found.state, found.closing, found.opened_at, found.due_at, found.resolved_at,
    found.decision_id, ${isDecided} as is_decided, hit.event_id, hit.agent_id, hit.gone_at
  from conflict_case found join conflict_hit hit on hit.case_id = found.id join conflict_rule rule on rule.id = found.rule_id
  left join region on region.id = found.region_id left join agent accused on accused.id = hit.agent_id
  where found.period between $1 and $2`;

/** Decided cases. The time counts from when the case was opened last to its decision; a decision on appeal leaves that as it was. */
const settledQuery = `
  select hit.case_id, hit.event_id, hit.agent_id, hit.key, decision.id as decision_id, decision.kept_event_id, ${isUpheld} as is_upheld,
    hit.resolved_at - began.at as took, hit.resolved_at < hit.due_at and not exists (
      select from conflict_step late where late.case_id = hit.case_id and late.action = 'ESCALATED' and late.at >= began.at) as is_within_due
  from wanted hit join conflict_decision decision on decision.id = hit.decision_id
  join lateral (
    select coalesce(max(step.at), hit.opened_at) as at from conflict_step step
    where step.case_id = hit.case_id and step.action in ('REOPENED', 'REVERTED') and step.at <= hit.resolved_at
  ) began on true
  where hit.is_decided`;

const live = `join commission_run run on run.status in ('CALCULATED', 'APPROVED', 'PAID') and run.id`;

/** What is held: of each event as the latest live run has it, whichever of its cases held it then. */
const heldQuery = `
  select key, currency, amount as held, 0 as moved, 0 as deducted from (
    select holding.key, held.currency, held.amount,
      dense_rank() over (partition by holding.case_id order by run.period collate "C" desc, run.id desc) as age
    from wanted holding join event_crediting crediting on crediting.event_id = holding.event_id and crediting.block = 'HELD'
      and crediting.case_id = holding.case_id
    join conflict_hit any_hit on any_hit.event_id = holding.event_id
    join run_held held on held.case_id = any_hit.case_id and held.event_id = holding.event_id
    ${live} = held.run_id
  ) each where age = 1`;

/** Whom else than the seller decisions credit with which event; its causes: the event itself, and its refunds, churn and reactivation. */
const paidQuery = `
  select settled.key, settled.kept_event_id, other.agent_id, cause.id as cause_id
  from settled join event_crediting crediting on crediting.event_id = settled.kept_event_id and crediting.case_id = settled.case_id
    and crediting.block is null and crediting.shared
  join lateral (
    select distinct share.agent_id from conflict_decision_share share
    where share.decision_id = settled.decision_id and share.agent_id <> case when settled.kept_event_id = settled.event_id then settled.agent_id else (
      select party.agent_id from conflict_party party where party.case_id = settled.case_id and party.event_id = settled.kept_event_id limit 1) end
  ) other on true
  join lateral (
    select settled.kept_event_id as id
    union
    select refund.id from sales_event sold join sales_event refund on refund.source = sold.source
      and refund.original_external_id = sold.external_id and refund.type = 'REFUND'
    where sold.id = settled.kept_event_id
    union
    select later.id from sales_event sold join sales_event later on later.subscription_id = sold.subscription_id
      and later.type in ('CHURN', 'REACTIVATION')
    where sold.id = settled.kept_event_id
  ) cause on true`;

/** What they are paid for it, less what was taken back. Lines are found by their cause; those of a pool name the pool as theirs. */
const movedQuery = `
  select paid.key, line.currency, 0, line.amount, 0
  from paid join commission_line line on line.cause_id = paid.cause_id and line.agent_id = paid.agent_id
    and coalesce(line.original_id, line.cause_id) = paid.kept_event_id
  join component on component.id = line.component_id and component.kind in ('RATE', 'RESIDUAL', 'SPIFF')
  ${live} = line.run_id`;

const deductedQuery = `
  select wanted.key, made.currency, 0, 0, -made.amount - coalesce(back.amount, 0)
  from wanted join conflict_decision decision on decision.case_id = wanted.case_id
  join conflict_deduction deduction on deduction.decision_id = decision.id
  join adjustment made on made.deduction_id = deduction.id and made.withdrawn_at is null
  left join adjustment back on back.reverses_id = made.id`;

const figuresQuery = (by: FigureGrouping) => `
  with wanted as materialized (${wantedQuery(by)}), settled as materialized (${settledQuery}),
  paid as materialized (${paidQuery}), appeal as (
    select filed.case_id, count(*) as filed, count(*) filter (where filed.state = 'CHANGED' and exists (
      select from conflict_decision later where later.case_id = filed.case_id and later.on_appeal and later.id > filed.decision_id)) as changed
    from conflict_appeal filed where filed.case_id in (select case_id from wanted) group by filed.case_id
  ), counted as (
    select wanted.key, grouping(wanted.key) = 1 as is_total, count(*) filter (where wanted.gone_at is null)::integer as "hitCount",
      count(*)::integer as "caseCount", count(*) filter (where state = 'OPEN')::integer as "openCount",
      count(*) filter (where state = 'IN_MEDIATION')::integer as "inMediationCount",
      count(*) filter (where state = 'RESOLVED')::integer as "resolvedCount",
      count(*) filter (where state = 'APPEALED')::integer as "appealedCount",
      count(*) filter (where state = 'CLOSED' and closing <> 'FACTS_CHANGED')::integer as "closedCount",
      count(*) filter (where closing = 'FACTS_CHANGED')::integer as "factsChangedCount",
      count(*) filter (where state in ('OPEN', 'IN_MEDIATION') and due_at <= $3)::integer as "overdueCount",
      count(settled.case_id)::integer as "decidedCount", count(*) filter (where settled.is_upheld)::integer as "upheldCount",
      coalesce(sum(appeal.filed), 0)::integer as "appealCount", coalesce(sum(appeal.changed), 0)::integer as "changedOnAppealCount",
      round(extract(epoch from avg(settled.took)) / 3600, 1)::text as "meanHours",
      round(extract(epoch from percentile_cont(0.5) within group (order by settled.took)) / 3600, 1)::text as "medianHours",
      round(100.0 * count(*) filter (where settled.is_within_due) / nullif(count(settled.case_id), 0), 2)::text as "withinDuePercent"
    from wanted left join settled using (case_id) left join appeal using (case_id) group by grouping sets ((wanted.key), ())
  ), money as (
    select key, grouping(key) = 1 as is_total, currency, sum(held)::text as held, sum(moved)::text as moved, sum(deducted)::text as deducted
    from (${heldQuery} union all ${movedQuery} union all ${deductedQuery}) each group by grouping sets ((key, currency), (currency))
  ), listed as (
    select coalesce(key, '') as key, is_total,
      json_agg(json_build_object('currency', currency, 'held', held, 'moved', moved, 'deducted', deducted) order by currency collate "C") as money
    from money group by 1, 2
  )
  select counted.*, coalesce(listed.money, '[]') as money
  from counted left join listed on listed.is_total = counted.is_total and listed.key = coalesce(counted.key, '')
  order by counted.is_total, counted.key collate "C"`;

/**
 * Figures of the cases whose events occurred in the periods, each group and all together, by key. Under row-level security of the cases,
 * lines and adjustments that the caller may see; a role without cases gets none.
 * @param now as of when cases are overdue
 */
export async function conflictFigures(
  transaction: Transaction,
  {
    from,
    to,
    by,
    now,
  }: { readonly from: Period; readonly to: Period; readonly by: FigureGrouping; readonly now: Date },
): Promise<{ readonly groups: readonly ConflictFigures[]; readonly total: ConflictFigures }> {
  const rows = await rawSql(transaction).unsafe<(ConflictFigures & { is_total: boolean })[]>(figuresQuery(by), [
    from,
    to,
    now.toISOString(),
  ]);
  const figures = rows.map(({ is_total: isTotal, ...each }) => ({ isTotal, each }));
  const total = figures.find(({ isTotal }) => isTotal)?.each;
  if (!total) throw new Error('an aggregate over everything gave no row');
  return { groups: figures.filter(({ isTotal }) => !isTotal).map(({ each }) => each), total };
}

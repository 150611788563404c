import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { RoundingMode } from '../money.ts';
import { endDate, firstDate, lastDate, type Period } from '../period.ts';
import type { AgreementTerms, Definition } from './definitions.ts';
import { formatLineId, type LineKey, type LineKind, unknownLine } from './lineId.ts';

// What explanations read. Row-level security decides what of it there is: an event that the reader has no part in is missing.

/** A line as it stands, with what its numbers mean. */
export type LineRow = {
  readonly runId: number;
  readonly period: Period;
  /** When the run was begun: what was in force then made the line. */
  readonly startedAt: string;
  readonly isCutOver: boolean;
  readonly componentId: number;
  readonly planId: number | null;
  readonly plan: string | null;
  readonly component: string;
  readonly componentKind: Definition['kind'] | 'POOL' | 'TAX' | 'ADJUSTMENT';
  readonly kind: LineKind;
  readonly causeId: string;
  readonly agentId: number;
  readonly agent: string;
  readonly agentName: string;
  readonly role: string;
  readonly ruleId: number | null;
  readonly base: string;
  readonly share: string;
  readonly factor: string;
  readonly amount: string;
  readonly currency: string;
  readonly originalId: string | null;
  readonly instalment: number | null;
  readonly sourceAgentId: number | null;
  readonly sourceAgent: string | null;
  readonly sourceComponentId: number | null;
  readonly sourcePlan: string | null;
  readonly sourceComponent: string | null;
  readonly originPeriod: Period | null;
};

const lineColumns = `line.run_id as "runId", run.period, run.started_at::text as "startedAt", run.is_cut_over as "isCutOver",
  line.component_id as "componentId", component.plan_id as "planId", plan.code as plan, component.code as component,
  component.kind as "componentKind", line.kind, line.cause_id::text as "causeId", line.agent_id as "agentId", agent.code as agent,
  agent.name as "agentName", line.role, line.rule_id as "ruleId", line.base, line.share, line.factor, line.amount, line.currency,
  line.original_id::text as "originalId", line.instalment, line.source_agent_id as "sourceAgentId", source.code as "sourceAgent",
  line.source_component_id as "sourceComponentId", source_plan.code as "sourcePlan", source_component.code as "sourceComponent",
  line.origin_period as "originPeriod"`;

const lineJoins = `from commission_line line
  join commission_run run on run.id = line.run_id and run.status in ('CALCULATED', 'APPROVED', 'PAID')
  join component on component.id = line.component_id
  join agent on agent.id = line.agent_id
  left join plan on plan.id = component.plan_id
  left join agent source on source.id = line.source_agent_id
  left join component source_component on source_component.id = line.source_component_id
  left join plan source_plan on source_plan.id = source_component.plan_id`;

/** Reads lines of runs that stand. @param condition trusted SQL over `line`, `run`, `agent`, `component`, `plan`, `source` … */
export async function loadLines(
  transaction: Transaction,
  condition: string,
  values: readonly (string | number | null)[],
): Promise<LineRow[]> {
  const rows = await rawSql(transaction).unsafe<LineRow[]>(`select ${lineColumns} ${lineJoins} where ${condition}`, [
    ...values,
  ]);
  return [...rows];
}

/** @throws UserError LINE_UNKNOWN where there is no such line, or the caller may not see it. */
export async function loadLine(transaction: Transaction, lineId: string, key: LineKey): Promise<LineRow> {
  const [run] = await rawSql(transaction)<{ id: number }[]>`
    select id from commission_run where period = ${key.period} and status in ('CALCULATED', 'APPROVED', 'PAID')`;
  const [agent] = await rawSql(transaction)<{ id: number }[]>`select id from agent where code = ${key.agent}`;
  if (!run || !agent) throw unknownLine(lineId);
  const rows = await loadLines(
    transaction,
    `line.run_id = ${run.id} and line.agent_id = ${agent.id} and line.kind = $1 and line.role = $2
       and component.code = $3 and plan.code is not distinct from $4 and (component.kind in ('TAX', 'ADJUSTMENT')) = (line.kind in ('TAX', 'ADJUSTMENT'))
       and (component.pool_id is not null or line.cause_id = $5)
       and line.instalment is not distinct from $6 and line.original_id is not distinct from $7
       and line.origin_period is not distinct from $8
       and case when line.source_agent_id is not null then coalesce(source.code, '?') end is not distinct from $9
       and source_plan.code is not distinct from $10 and source_component.code is not distinct from $11
       and (line.kind <> 'TAX' or line.currency = $12)`,
    [
      key.kind,
      key.role,
      key.component,
      key.plan,
      key.adjustmentId ?? key.eventId ?? 0,
      key.instalment ?? null,
      key.originalId ?? null,
      key.originPeriod ?? null,
      key.sourceAgent ?? null,
      key.sourceComponent?.plan ?? null,
      key.sourceComponent?.component ?? null,
      key.currency ?? null,
    ],
  );
  const [row] = rows;
  if (!row) throw unknownLine(lineId);
  return row;
}

/** The id under which a line can be looked up. */
export function idOf(row: LineRow): string {
  const number = (id: string | null) => (id === null ? undefined : Number(id));
  const isPool = row.componentKind === 'POOL';
  const isAdjustment = row.kind === 'ADJUSTMENT';
  return formatLineId({
    period: row.period,
    kind: row.kind,
    plan: row.plan,
    component: row.component,
    eventId: isPool || isAdjustment || row.causeId === '0' ? null : Number(row.causeId),
    adjustmentId: isAdjustment ? Number(row.causeId) : undefined,
    agent: row.agent,
    role: row.role,
    instalment: row.instalment ?? undefined,
    originalId: number(row.originalId),
    sourceAgent: row.sourceAgentId === null ? undefined : (row.sourceAgent ?? '?'),
    sourceComponent:
      row.sourcePlan === null || row.sourceComponent === null
        ? undefined
        : { plan: row.sourcePlan, component: row.sourceComponent },
    originPeriod: row.originPeriod ?? undefined,
    currency: row.kind === 'TAX' ? row.currency : undefined,
  });
}

export type EventRow = {
  readonly id: string;
  readonly source: string;
  readonly externalId: string;
  readonly type: string;
  readonly occurredAt: string;
  /** In the operator's time zone. */
  readonly date: string;
  readonly period: Period;
  readonly agentId: number;
  readonly product: string;
  readonly quantity: string;
  readonly amount: string;
  readonly monthlyFee: string | null;
  readonly cost: string | null;
  readonly currency: string;
  readonly subscriptionId: string | null;
  readonly originalExternalId: string | null;
};

/** An event that the reader has a part in. */
export async function loadEvent(transaction: Transaction, eventId: string | null): Promise<EventRow | undefined> {
  if (eventId === null || eventId === '0') return undefined;
  const [row] = await rawSql(transaction)<EventRow[]>`
    select event.id::text as id, event.source, event.external_id as "externalId", event.type, event.occurred_at::text as "occurredAt",
           (event.occurred_at at time zone operator.time_zone)::date::text as date, event.period, event.agent_id as "agentId",
           product.code as product, event.quantity, event.amount, event.monthly_fee as "monthlyFee", event.cost, event.currency,
           event.subscription_id as "subscriptionId", event.original_external_id as "originalExternalId"
    from credited_event(${eventId}) event cross join operator left join product on product.id = event.product_id`;
  return row;
}

/** `ACTIVATION CRM/4711`, or a question mark for an event that the reader has no part in. */
export function eventText(event: EventRow | undefined): string {
  return event ? `${event.type} ${event.source}/${event.externalId}` : '?';
}

/** `ACTIVATION CRM/4711 at 2026-10-10 02:00:00+00` */
export function eventStep(event: EventRow | undefined): string {
  return event ? `${eventText(event)} at ${event.occurredAt}` : 'an event of another agent';
}

/** A component as a plan version defines it. */
export type VersionRow = {
  readonly versionId: number;
  readonly number: number;
  readonly from: string;
  readonly to: string | null;
  readonly currency: string;
  readonly rounding: RoundingMode;
  readonly name: string;
  readonly definition: Definition['definition'];
};

/**
 * The plan versions that may have made a line of the component, the likeliest first: what was in force on the date when the run
 * began, then what overlapped the period before that date.
 */
export async function loadVersions(
  transaction: Transaction,
  row: Pick<LineRow, 'componentId' | 'startedAt'>,
  date: string,
  since = date,
): Promise<VersionRow[]> {
  const rows = await rawSql(transaction)<VersionRow[]>`
    select version.id as "versionId", version.number, version.valid_from::text as from, version.valid_to::text as to, version.currency,
           version.rounding, part.name, part.definition
    from plan_component part join plan_version version on version.id = part.version_id
    where part.component_id = ${row.componentId} and version.valid_from <= ${date}
      and (version.valid_to is null or version.valid_to > ${since}) and version.published_at <= ${row.startedAt}::timestamptz
      and (not version.corrects or 2 <= (select count(*) from plan_version_approval approval
        where approval.version_id = version.id and approval.approved_at <= ${row.startedAt}::timestamptz))
    order by (version.valid_to is null or version.valid_to > ${date}) desc, version.number desc`;
  return [...rows];
}

/** `TELCO version 2 from 2026-06-01` */
export function versionText(plan: string | null, version: Pick<VersionRow, 'number' | 'from' | 'to'>): string {
  const end = version.to === null ? '' : ` until before ${version.to}`;
  return `${plan ?? '?'} version ${version.number} from ${version.from}${end}`;
}

/** The last day within the period on which the agent had an agreement to the plan, or to any. */
export async function loadLastDay(
  transaction: Transaction,
  agentId: number,
  period: Period,
  planId: number | null,
): Promise<{ date: string; terms: AgreementTerms; agreement: string; from: string } | undefined> {
  const [row] = await rawSql(transaction)<{ date: string; terms: AgreementTerms; agreement: string; from: string }[]>`
    select least(coalesce(valid_to - 1, ${lastDate(period)}::date), ${lastDate(period)}::date)::text as date, terms, code as agreement,
           valid_from::text as from
    from agreement
    where agent_id = ${agentId} and (${planId}::integer is null or plan_id = ${planId}) and valid_from < ${endDate(period)}
      and (valid_to is null or valid_to > ${firstDate(period)})
    order by valid_from desc limit 1`;
  return row;
}

/** The agent's tier on a local date. */
export async function loadTier(
  transaction: Transaction,
  agentId: number,
  date: string,
): Promise<{ code: string; multiplier: string } | undefined> {
  const [row] = await rawSql(transaction)<{ code: string; multiplier: string }[]>`
    select tier.code, tier.multiplier from agent_tier fact join tier on tier.id = fact.tier_id
    where fact.agent_id = ${agentId} and fact.valid_from <= ${date} and (fact.valid_to is null or fact.valid_to > ${date})`;
  return row;
}

/** The value of an agent's metric now. */
export async function loadMetric(
  transaction: Transaction,
  agentId: number,
  metric: string,
  period: string,
): Promise<string | undefined> {
  const [row] = await rawSql(transaction)<{ value: string }[]>`
    select value from metric_value where agent_id = ${agentId} and metric = ${metric} and period = ${period}`;
  return row?.value;
}

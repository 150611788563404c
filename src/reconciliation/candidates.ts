import { reversalOf } from '../commissions/credits.ts';
import { rawSql, type Transaction } from '../db/client.ts';

/** Whose sales of which month are compared, and by which run. */
export type Compared = {
  readonly agentId: number;
  readonly runId: number;
  readonly period: string;
  readonly timeZone: string;
};

/** Types of events that earn nothing whatever a plan says (DOMAIN.md §9.12): no sales that somebody lists. */
const neverEarning = `('REFUND', 'REVERSAL', 'CHURN', 'TRANSFER', 'PLAN_CHANGE')`;
/** Types that a TRANSFER before them credits to the subscription's new agent. */
const transferable = `('BILL', 'PAYMENT', 'RECHARGE', 'RENEWAL')`;

const orderOf = (event: string) =>
  `row(${event}.occurred_at, ${event}.source collate "C", ${event}.external_id collate "C")`;

/**
 * Makes the temporary table sale_candidate: the sales of a month that are the agent's, by the run that paid it or as they are credited now,
 * or that name it although a rule or case credits them to others; each with what its lines came to, up to the latest approved run, and the
 * reason for what is missing. Nothing else is ever compared, so that another's sale looks like one that is not there. As owner.
 */
export async function makeCandidates(transaction: Transaction, compared: Compared): Promise<void> {
  const sql = rawSql(transaction);
  await makeBooked(transaction, compared);
  const { agentId, runId, period, timeZone } = compared;
  await sql`
    create temporary table sale_candidate on commit drop as
    with named as (
      select id from sales_event where period = ${period} and agent_id = ${agentId}
      union select event.id from event_credit credit join sales_event event on event.id = credit.event_id
        where credit.agent_id = ${agentId} and event.period = ${period}
      union select event.id from event_award award join sales_event event on event.id = award.event_id
        where award.agent_id = ${agentId} and event.period = ${period}
      union select event.id from sales_event transfer join sales_event event on event.subscription_id = transfer.subscription_id
        where transfer.type = 'TRANSFER' and transfer.agent_id = ${agentId} and event.period = ${period}
          and event.type in ${sql.unsafe(transferable)}
      union select event_id from sale_booked
      union select event_id from sale_unpaid
    ), known as (
      select event.*, booked.paid, booked.paid_currency, unpaid.reason as listed_reason, crediting.block,
        exists (${sql.unsafe(reversalOf('event'))}) as is_reversed,
        case when exists (select from event_award where event_id = event.id)
            then exists (select from event_award where event_id = event.id and agent_id = ${agentId})
          when transfer.agent_id is not null then transfer.agent_id = ${agentId}
          when event.has_credits then exists (select from event_credit where event_id = event.id and agent_id = ${agentId})
          else event.agent_id = ${agentId} end as is_credited,
        event.id > (select last_event_id from commission_run where id = ${runId}) as is_later
      from named join sales_event event using (id)
      left join sale_booked booked on booked.event_id = event.id
      left join sale_unpaid unpaid on unpaid.event_id = event.id and unpaid.period >= coalesce(booked.last_period, '')
      left join event_crediting crediting on crediting.event_id = event.id
      left join lateral (
        select transfer.agent_id from sales_event transfer
        where event.type in ${sql.unsafe(transferable)} and transfer.type = 'TRANSFER' and transfer.subscription_id = event.subscription_id
          and ${sql.unsafe(orderOf('transfer'))} < ${sql.unsafe(orderOf('event'))} and not exists (${sql.unsafe(reversalOf('transfer'))})
        order by transfer.occurred_at desc, transfer.source collate "C" desc, transfer.external_id collate "C" desc limit 1
      ) transfer on true
      where event.type not in ${sql.unsafe(neverEarning)} and event.period = ${period}
    )
    select known.id, source, external_id, type, occurred_at, subscription_id, product.code as product_code,
      (occurred_at at time zone ${timeZone})::date as sold_on, coalesce(paid, 0) as paid, paid_currency,
      case when listed_reason is not null then listed_reason when coalesce(paid, 0) <> 0 then null
        when is_reversed then 'REVERSED' when not is_credited then 'NOT_CREDITED' when block = 'HELD' then 'HELD_BY_CONFLICT'
        when block = 'REJECTED' then 'REJECTED_BY_CONFLICT' when is_later then 'NOT_YET_BOOKED' else 'NOTHING_BY_ITSELF' end as reason,
      -- what a statement says something about: paid, or listed as unpaid
      coalesce(paid, 0) <> 0 or (listed_reason is not null and not is_reversed) as is_told,
      row_number() over (order by occurred_at, source collate "C", external_id collate "C") as place
    from known join product on product.id = known.product_id`;
  await sql`create index on sale_candidate (external_id)`;
  await sql`create index on sale_candidate (subscription_id)`;
  await sql`analyze sale_candidate`;
}

/**
 * What the agent's lines of an event came to: whole earned net of caps, before anything is withheld, in the month's run, and what approved
 * runs since then corrected of it; and why runs say that it paid nothing, or less.
 */
async function makeBooked(transaction: Transaction, { agentId, runId, period }: Compared): Promise<void> {
  const sql = rawSql(transaction);
  const runs = await sql<{ id: number }[]>`
    select id from commission_run where status in ('APPROVED', 'PAID') and period >= ${period} and not is_cut_over`;
  const runIds = runs.map(({ id }) => id);
  await sql`
    create temporary table sale_booked on commit drop as
    select distinct on (event_id) * from (
      select line.cause_id as event_id, line.currency as paid_currency, sum(line.amount) as paid, max(run.period) as last_period, count(*) as lines
      from commission_line line join commission_run run on run.id = line.run_id
      where line.run_id = any(${runIds}::integer[]) and line.agent_id = ${agentId}
        and (line.run_id = ${runId} and line.kind in ('EARNING', 'OVERRIDE', 'CAP') or line.kind = 'RETRO' and line.origin_period = ${period})
        and line.instalment is null and line.original_id is null and coalesce(line.source_agent_id, line.agent_id) = line.agent_id
        and exists (select from component join plan on plan.id = component.plan_id where component.id = line.component_id)
        and line.cause_id > 0
      group by line.cause_id, line.currency
    ) booked order by event_id, lines desc, paid_currency collate "C"`;
  await sql`
    create temporary table sale_unpaid on commit drop as
    select distinct on (unpaid.event_id) unpaid.event_id, unpaid.reason, run.period
    from unpaid_event unpaid join commission_run run on run.id = unpaid.run_id
    where unpaid.run_id = any(${runIds}::integer[]) and unpaid.agent_id = ${agentId}
    order by unpaid.event_id, run.period desc, unpaid.role collate "C"`;
  await sql`analyze sale_booked`;
  await sql`analyze sale_unpaid`;
}

import { rawSql, type Transaction } from '../db/client.ts';
import { lastDate, type Period } from '../period.ts';
import { type AccrualScope, isKnown, isStanding } from './withheld.ts';

// What RESIDUAL components may still pay for live subscriptions: an estimate, the last month's amount for each month that is left.

export type ExpectedResidual = {
  readonly componentId: number;
  readonly agentId: number;
  readonly currency: string;
  /** The month in which the subscriptions began. */
  readonly startPeriod: string;
  /** How many subscriptions. */
  readonly count: number;
  /** Σ remaining months × whole residual of the month (net of caps, before anything is withheld). */
  readonly amount: string;
};

/**
 * A subscription is live where the month's run paid a residual of it, it is not churned by the month's end and the agent is ACTIVE then (or
 * TERMINATED with trailing commission agreed). Months count from the latest ACTIVATION before the bill, that month being the first.
 */
export async function loadResiduals(transaction: Transaction, scope: AccrualScope): Promise<ExpectedResidual[]> {
  const { runId, period, timeZone } = scope;
  const day = lastDate(period as Period);
  const order = (event: string) =>
    `row(${event}.occurred_at, ${event}.source collate "C", ${event}.external_id collate "C")`;
  const latest = (event: string) =>
    `${event}.occurred_at desc, ${event}.source collate "C" desc, ${event}.external_id collate "C" desc limit 1`;
  const monthNumber = (month: string) => `(left(${month}, 4)::integer * 12 + right(${month}, 2)::integer)`;
  return rawSql(transaction).unsafe<ExpectedResidual[]>(`
    with paid as (
      select line.component_id, line.agent_id, line.currency, line.cause_id, line.role, sum(line.amount) as amount, max(line.rule_id) as rule_id
      from commission_line line join component on component.id = line.component_id and component.kind = 'RESIDUAL'
      where line.run_id = ${runId} and line.origin_period is null and line.kind in ('EARNING', 'CAP') and line.source_agent_id is null
        and line.cause_id > 0
      group by line.component_id, line.agent_id, line.currency, line.cause_id, line.role
    ), billed as (
      select paid.*, event.subscription_id, (part.definition ->> 'months')::integer as months, start.period as start_period
      from paid join sales_event event on event.id = paid.cause_id
      join rate_rule rule on rule.id = paid.rule_id join plan_component part on part.id = rule.plan_component_id
      cross join lateral (
        select to_char(activation.occurred_at at time zone '${timeZone}', 'YYYY-MM') as period from sales_event activation
        where activation.type = 'ACTIVATION' and activation.subscription_id = event.subscription_id
          and ${order('activation')} < ${order('event')} and ${isKnown('activation', scope)} and ${isStanding('activation', scope)}
        order by ${latest('activation')}) start
      where coalesce((
          select last.type from sales_event last
          where last.subscription_id = event.subscription_id and last.type in ('CHURN', 'REACTIVATION', 'ACTIVATION')
            and ${isKnown('last', scope)} and ${isStanding('last', scope)}
          order by ${latest('last')}), 'ACTIVATION') <> 'CHURN'
        and exists (
          select from agent_status status where status.agent_id = paid.agent_id
            and status.valid_from <= '${day}' and (status.valid_to is null or status.valid_to > '${day}')
            and (status.status = 'ACTIVE' or status.status = 'TERMINATED' and exists (
              select from agreement where agreement.agent_id = paid.agent_id and agreement.terms ->> 'trailing' = 'CONTINUE'
                and agreement.valid_from <= '${day}' and (agreement.valid_to is null or agreement.valid_to > '${day}'))))
    ), subscribed as (
      select component_id, agent_id, currency, subscription_id, start_period, sum(amount) as amount,
             max(months) - (${monthNumber(`'${period}'`)} - ${monthNumber('start_period')} + 1) as months_left
      from billed group by component_id, agent_id, currency, subscription_id, start_period
    )
    select component_id as "componentId", agent_id as "agentId", currency, start_period as "startPeriod", count(*)::integer as count,
           sum(amount * months_left)::text as amount
    from subscribed where months_left > 0 and amount <> 0
    group by component_id, agent_id, currency, start_period`);
}

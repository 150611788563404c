import { rawSql, type Transaction } from '../db/client.ts';
import { endDate, firstDate, type Period } from '../period.ts';

// Whom an agent's own lines of a month depend on (DOMAIN.md §9.6, §9.7), so that an estimate reads no more than those.

/**
 * The agents to calculate for one agent's lines to be what they are in a run of all: where there are overrides, all below it (their credits
 * and team volumes pay and rate it) and the path above it (what an override above reads is not listed as unpaid); of SPIFFs of its own or of
 * those below, everybody whose plan draws on the same budget. Cousins and whoever else is above or below those change nothing of it.
 */
export async function agentsOfEstimate(transaction: Transaction, agentId: number, period: Period): Promise<number[]> {
  const [from, end] = [firstDate(period), endDate(period)];
  const rows = await rawSql(transaction)<{ id: number }[]>`
    with recursive link as not materialized (
      select agent_id, parent_id from agent_parent
      where valid_from < ${end}::date and (valid_to is null or valid_to > ${from}::date)
        and exists (select from component where kind = 'OVERRIDE')),
    below(id) as (
      select ${agentId}::integer union select link.agent_id from below join link on link.parent_id = below.id),
    above(id) as (
      select ${agentId}::integer union select link.parent_id from above join link on link.agent_id = above.id),
    bound as (
      select agent_id, plan_id from agreement where valid_from < ${end}::date and (valid_to is null or valid_to > ${from}::date)),
    drawn as (
      select distinct version.plan_id from plan_version version
      join plan_component part on part.version_id = version.id
      join component on component.id = part.component_id and component.kind = 'SPIFF'
      where version.valid_from < ${end}::date and (version.valid_to is null or version.valid_to > ${from}::date)
        and version.plan_id in (select plan_id from bound join below on below.id = bound.agent_id))
    select id from below union select id from above
    union select agent_id from bound join drawn using (plan_id) order by 1`;
  return rows.map(({ id }) => id);
}

import { sql } from 'drizzle-orm';
import type { Transaction } from '../db/client.ts';
import type { Page, PageArguments, PageOrder } from '../db/pages.ts';
import { readRowPage } from '../db/rowPages.ts';
import { UserError } from '../errors.ts';
import { lastDate, type Period } from '../period.ts';

/** The types of events that earn (docs/commission.md): what teams are measured by unless others are asked for. */
const earningTypes = ['ACTIVATION', 'RECHARGE', 'BILL', 'PAYMENT', 'DEVICE_SALE', 'RENEWAL', 'REACTIVATION'] as const;

/** What a team sold in one currency. */
export type TeamSales = {
  readonly currency: string;
  readonly events: number;
  readonly units: string;
  readonly amount: string;
};
/** What a team earned in one currency. */
export type TeamCommission = { readonly currency: string; readonly amount: string };

/** An agent with all below it, as one team. */
export type TeamFigures = {
  agentId: number;
  code: string;
  name: string;
  /** How far below the agent asked about; itself 0. */
  level: number;
  parentCode: string | null;
  /** How many agents the team has, itself included. */
  agentCount: number;
  sales: TeamSales[];
  commission: TeamCommission[];
};

const figuresOrder: PageOrder<TeamFigures> = {
  name: 'teamFigures',
  direction: 'asc',
  keys: [
    { column: 'level', type: 'integer' },
    { column: 'code', type: 'text' },
  ],
};

export type FiguresQuestion = {
  readonly code: string;
  readonly from: Period;
  readonly to?: Period | null | undefined;
  /** The day on which the hierarchy is looked at; the last day of the last month unless told. */
  readonly on?: string | null | undefined;
  /** How many levels down teams are listed; 1 unless told. */
  readonly depth?: number | null | undefined;
  readonly eventTypes?: readonly string[] | null | undefined;
};

/**
 * What an agent and those below it sold and earned from one month to another, added up by team: the whole, then each agent's own
 * down to `depth`. Sales count by their credits, without reversed events; commission is of approved runs, before tax. Under row-level
 * security only agents and runs that are seen count. One statement.
 * @throws UserError INPUT_INVALID where the months are in the wrong order.
 */
export function teamFigures(
  transaction: Transaction,
  args: PageArguments,
  question: FiguresQuestion,
): Promise<Page<TeamFigures>> {
  const { code, from } = question;
  const to = question.to ?? from;
  if (to < from) throw new UserError('INPUT_INVALID', `${to} is before ${from}.`, 'to');
  const on = question.on ?? lastDate(to);
  const types = (question.eventTypes ?? earningTypes).join(',');
  return readRowPage(
    transaction,
    args,
    figuresOrder,
    sql`
    with recursive member as materialized (
      select id as agent_id, null::integer as parent_id, 0 as level, code, name, null as parent_code from agent where code = ${code}
      union all
      select below.* from agents_below((select id from agent where code = ${code}), ${on}::date, 9) below
    ), listed as materialized (
      select * from member where code is not null and level <= ${question.depth ?? 1}
    ), pair as (
      select agent_id as top_id, agent_id from listed
      union all
      select pair.top_id, member.agent_id from pair join member on member.parent_id = pair.agent_id
    ), team as materialized (
      select pair.top_id, pair.agent_id from pair join member on member.agent_id = pair.agent_id and member.code is not null
    ), pairs as materialized (
      select array_agg(top_id order by top_id, agent_id) as tops, array_agg(agent_id order by top_id, agent_id) as members from team
    ), sales as (
      select sold.top_id, json_agg(json_build_object('currency', sold.currency, 'events', sold.event_count,
        'units', trim_scale(sold.units)::text, 'amount', trim_scale(sold.amount)::text) order by sold.currency) as figures
      from pairs, team_sales(pairs.tops, pairs.members, ${from}, ${to}, string_to_array(${types}, ',')) sold
      group by sold.top_id
    ), commission as (
      select earned.top_id,
        json_agg(json_build_object('currency', earned.currency, 'amount', trim_scale(earned.amount)::text) order by earned.currency) as figures
      from pairs, team_commission(pairs.tops, pairs.members, ${from}, ${to}) earned
      group by earned.top_id
    ), sizes as (
      select top_id, count(*)::integer as agents from team group by top_id
    )
    select listed.agent_id as "agentId", listed.code, listed.name, listed.level, listed.parent_code as "parentCode",
      sizes.agents as "agentCount", coalesce(sales.figures, '[]') as sales, coalesce(commission.figures, '[]') as commission
    from listed join sizes on sizes.top_id = listed.agent_id
      left join sales on sales.top_id = listed.agent_id left join commission on commission.top_id = listed.agent_id`,
  );
}

import { adjustmentCauses } from '../../adjustments/booked.ts';
import { lineIdJoins, lineIdJoinsWithoutSource, lineIdSql } from '../../commissions/lineId.ts';
import { runTables } from '../../commissions/scope.ts';
import type { Transaction } from '../../db/client.ts';
import { rawSql } from '../../db/client.ts';
import type { Period } from '../../period.ts';
import { type Money, rateText, text } from './cells.ts';

// The rows of lines.csv. There may be millions, so the query writes whole rows, many to a value: a column of its own costs more
// than its text, and a row of its own costs the driver more than all of the query.

const columns = [
  'period',
  'line_id',
  'agent_code',
  'plan',
  'component',
  'kind',
  'cause_type',
  'cause_id',
  'role',
  'rule',
  'base',
  'rate',
  'share',
  'factor',
  'amount',
  'currency',
  'origin_period',
  'original_id',
  'instalment',
  'source_agent',
  'source_component',
];

/** The header of lines.csv, without line end. */
export const lineHeader = columns.join(',');

/** A line's key within its run (its unique constraint says so): the order of the rows, in which no two are equal. */
const key = [
  'agent_id',
  'component_id',
  'cause_id',
  'role',
  'kind',
  'instalment',
  'original_id',
  'source_agent_id',
  'source_component_id',
  'origin_period',
  'currency',
];

/** `SOURCE/EXTERNAL-ID` as a cell. Codes need no quotes; these may. Nearly none does, so one look is all that most cost. */
export function eventCell(event: string): string {
  return cellOf(`(${event}.source || '/' || ${event}.external_id)`);
}

function cellOf(name: string): string {
  return `case when ${name} ~ '^[-+=@\\t\\r\\n]|["\\r\\n,]'
    then case when ${name} ~ '["\\r\\n,]' then '"' || replace(${text(name)}, '"', '""') || '"' else ${text(name)} end
    else ${name} end`;
}

// `||` costs a third of concat(). Short chains: each `||` copies what stands before it.
const rowText = (period: Period, money: Money, original: string, made: string) => `
  ('${period},' || (${lineIdSql})) ||
  (',' || agent.code || coalesce(',' || plan.code || ',', ',,') || component.code || ',' || line.kind) ||
  (case when component.pool_id is not null then ',POOL,' || component.code
        when line.cause_id = 0 then ',AGENT,' || agent.code ${made} else ',EVENT,' || ${eventCell('event')} end || ',' || line.role) ||
  (coalesce(rule.code, ',,') || trim_scale(line.base) ||
   case when rule.id is not null then rule.rate
        when line.kind = 'OVERRIDE' then ',' || trim_scale(line.factor * 100) || '%,' else ',,' end ||
   trim_scale(line.share) || ',') ||
  (trim_scale(line.factor) || ',' || ${money('line.amount', 'line.currency')} || ',' || line.currency || ',' ||
   coalesce(line.origin_period, run.period)) ||
  case when num_nonnulls(line.original_id, line.instalment, line.source_agent_id, line.source_component_id) = 0 then ',,,,'
       else ${original} || coalesce(',' || line.instalment, ',') ||
            coalesce(',' || source.code, ',') || coalesce(',' || source_plan.code || '.' || source_component.code, ',') end`;

/**
 * The same as rowText for what most lines are: EARNING of an event, nothing else named. What depends on the component, the rule or the agent
 * alone is put together once for each of them.
 */
const earningText = (period: Period, money: Money) => `
  earning.head || line.cause_id || agent.dotted || line.role || agent.follows || earning.follows || ${eventCell('event')} || ',' || line.role ||
  (coalesce(rule.code, ',,') || trim_scale(line.base) || coalesce(rule.rate, ',,') ||
   case when line.share = 1 then '1,' else trim_scale(line.share) || ',' end || trim_scale(line.factor) || ',' ||
   ${money('line.amount', 'line.currency')} || ',' || line.currency || ',${period},,,,')`;

const isPlainEarning = `line.kind = 'EARNING' and earning.head is not null and line.cause_id <> 0
  and num_nonnulls(line.original_id, line.instalment, line.source_agent_id, line.source_component_id, line.origin_period) = 0`;

/**
 * Agents and components with the texts that all their lines share. Outer joins, though every line has both: what is within is then computed
 * for each of their rows, not for each line. A plan called POOL has line ids of its own kind.
 */
const agentWithTexts = `left join (select id, code, '.' || code || '.' as dotted, ',' || code as follows from agent) agent on agent.id = line.agent_id`;
const earningTexts = (period: Period) => `left join (
    select component.id, '${period},${period}.' || plan.code || '.' || component.code || '.E' as head,
      ',' || plan.code || ',' || component.code || ',EARNING,EVENT,' as follows
    from component join plan on plan.id = component.plan_id where plan.code <> 'POOL') earning on earning.id = component.id`;

/** What ADJUSTMENT lines need; most runs have none. */
const adjustedCause = {
  cell: `when line.kind = 'ADJUSTMENT' then ',ADJUSTMENT,' || ${cellOf('made.name')}`,
  join: `left join ${adjustmentCauses} made on line.kind = 'ADJUSTMENT' and made.id = line.cause_id`,
};

async function hasAdjustments(transaction: Transaction, runId: number): Promise<boolean> {
  const [row] = await rawSql(transaction)<{ exist: boolean }[]>`
    select exists (select from run_agent_total where run_id = ${runId} and kind = 'ADJUSTMENT') as exist`;
  return row?.exist ?? false;
}

/** So many lines of one agent are cut into several values: all of them together might not fit into memory. */
const manyLines = 10_000;
const causesTogether = 1024;

/** Whose lines, where not everybody's. */
export type LinesOf = { readonly agentId: number; readonly currency: string };

/**
 * SQL of lines.csv without its header: one text column, each value some consecutive rows of the file joined by line feeds, in the
 * order of the lines' keys. Quotes are set where RFC 4180 wants them.
 * @param of one statement alone; its currency is trusted text
 */
export async function lineRowsQuery(
  transaction: Transaction,
  runId: number,
  period: Period,
  money: Money,
  of?: LinesOf,
): Promise<string> {
  const { lines } = runTables(String(runId));
  const isMeant = of ? `line.agent_id = ${of.agentId} and line.currency = '${of.currency}'` : 'true';
  const large = await rawSql(transaction)<{ agentId: number }[]>`
    select agent_id as "agentId" from run_agent_total where run_id = ${runId}
    group by agent_id having sum(line_count) > ${manyLines} order by 1`;
  const [found] = await rawSql(transaction).unsafe<{ originals: boolean; sources: boolean }[]>(
    `select coalesce(bool_or(original_id is not null), false) as originals,
            coalesce(bool_or(coalesce(source_agent_id, source_component_id) is not null), false) as sources from ${lines} line where ${isMeant}`,
  );
  const adjusted = (await hasAdjustments(transaction, runId)) ? adjustedCause : { cell: '', join: '' };
  const original = found?.originals ? `coalesce(',' || ${eventCell('original')}, ',')` : "','";
  const isLarge = `agent_id in (${large.map(({ agentId }) => agentId).join(', ')})`;
  const parts = large.length === 0 ? [] : ['component_id', `cause_id / ${causesTogether}`];
  const together = ['agent_id', ...parts.map((part) => `case when ${isLarge} then ${part} end`)].join(', ');
  // The keys come before the text, so that sorting finds them quickly. Sorted within: the rows are then written and sorted where they are
  // read, by several processes, and not where they are gathered.
  return `
    select string_agg(text, E'\\n' order by ${key.join(', ')})
    from (
      select ${key.map((name) => `line.${name}`).join(', ')},
        case when ${isPlainEarning} then ${earningText(period, money)} else ${rowText(period, money, original, adjusted.cell)} end as text
      from ${lines} line
      cross join (select '${period}'::text as period) run
      ${agentWithTexts}
      ${found?.sources ? lineIdJoins : lineIdJoinsWithoutSource}
      ${earningTexts(period)}
      left join (select id, ',' || code || ',' as code, ',' || ${rateText} || ',' as rate from rate_rule) rule on rule.id = line.rule_id
      left join sales_event event on event.id = line.cause_id and component.plan_id is not null
      ${adjusted.join}
      ${found?.originals ? 'left join sales_event original on original.id = line.original_id' : ''}
      where line.run_id = ${runId} and ${isMeant} order by ${key.map((name) => `line.${name}`).join(', ')}
    ) row
    group by ${together} order by ${together}`;
}

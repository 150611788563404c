import { createHash } from 'node:crypto';
import { adjustmentCauses } from '../adjustments/booked.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { canonicalDecimal, type Decimal } from '../money.ts';
import type { Period } from '../period.ts';
import type { RunTables } from './scope.ts';

// Hashes over natural keys, never over row numbers, so that the same facts give the same hashes in any database.

/** SHA-256 of a value's canonical JSON: object keys in order, no white space. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
    const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${sorted.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/**
 * One hash for each agent over the content of its events of the period (reversals that concern the period included), in the
 * order of their content hashes: equal sets of events give equal hashes, whatever the order they came in.
 */
export async function hashEvents(transaction: Transaction, period: Period): Promise<string> {
  const rows = await rawSql(transaction)<{ code: string; hash: string; count: number }[]>`
    select agent.code, events.hash, events.count
    from (select agent_id, count(*)::integer as count, encode(sha256(string_agg(uuid_send(content_hash), ''::bytea order by content_hash)), 'hex') as hash
          from sales_event where period = ${period} group by agent_id) events
    join agent on agent.id = events.agent_id order by agent.code collate "C"`;
  const [reversals] = await rawSql(transaction)<{ hash: string | null }[]>`
    select encode(sha256(string_agg(uuid_send(reversal.content_hash), ''::bytea order by reversal.content_hash)), 'hex') as hash
    from sales_event reversal join sales_event original
      on original.source = reversal.source and original.external_id = reversal.original_external_id
    where reversal.type = 'REVERSAL' and original.period = ${period}`;
  return hashOf([rows.map(({ code, hash, count }) => [code, count, hash]), reversals?.hash ?? null]);
}

export type AgentLines = {
  readonly agent_id: number;
  readonly currency: string;
  readonly line_count: number;
  readonly hash: string;
};

/**
 * Each agent's lines: their number, and a hash that anyone can recompute: the SHA-256 over the SHA-256s of the
 * lines' texts, in the order of those hashes' bytes. A line's text is component, kind, cause, role, rule, base, share,
 * factor and amount, then what else it has (original, instalment, source, origin), separated by `|`. (Sorting the hashes takes half
 * the time of sorting the texts. Most lines are plain, so only the others are joined to what plain ones never name.)
 */
export async function hashLines(transaction: Transaction, tables: RunTables): Promise<AgentLines[]> {
  const named = `(select component.id, component.code, coalesce(plan.code || '.', '') || component.code as name
    from component left join plan on plan.id = component.plan_id)`;
  const hashed = (cause: string, extras: string) =>
    `select line.agent_id, line.currency collate "C" as currency, sha256(convert_to(concat_ws('|', paying.name, line.kind, ${cause}, line.role,
       coalesce(rule.code, ''), trim_scale(line.base), trim_scale(line.share), trim_scale(line.factor), trim_scale(line.amount)${extras}), 'UTF8')) as line_hash
     from ${tables.lines} line
     join ${named} paying on paying.id = line.component_id
     left join rate_rule rule on rule.id = line.rule_id`;
  const isPlain = `line.kind = 'EARNING' and line.original_id is null and line.instalment is null and line.source_agent_id is null
    and line.source_component_id is null and line.origin_period is null`;
  const rows = await rawSql(transaction).unsafe<AgentLines[]>(
    `select agent_id, currency, count(*)::integer as line_count,
            encode(sha256(string_agg(line_hash, ''::bytea order by line_hash)), 'hex') as hash
     from (${hashed(`event.source || '/' || event.external_id`, '')}
           join sales_event event on event.id = line.cause_id
           where ${isPlain}
           union all
           ${hashed(
             `coalesce(event.source || '/' || event.external_id, made.name, paying.code)`,
             `, 'original:' || original.source || '/' || original.external_id, 'instalment:' || line.instalment,
               'source:' || source.code, 'component:' || by.name, 'origin:' || line.origin_period`,
           )}
           left join sales_event event on line.cause_id <> 0 and line.kind not in ('POOL', 'ADJUSTMENT') and event.id = line.cause_id
           left join ${adjustmentCauses} made on line.kind = 'ADJUSTMENT' and made.id = line.cause_id
           left join sales_event original on original.id = line.original_id
           left join agent source on source.id = line.source_agent_id
           left join ${named} by on by.id = line.source_component_id
           where not (${isPlain})) contents
     group by agent_id, currency`,
  );
  return [...rows];
}

/** One hash over all agents' lines. `codes` names agents by id. */
export function hashAgentLines(agentLines: readonly AgentLines[], codes: ReadonlyMap<number, string>): string {
  return hashOf(
    agentLines.map((lines) => [codes.get(lines.agent_id), lines.currency, lines.line_count, lines.hash]).sort(),
  );
}

export type HashedStatement = {
  readonly agent: string | undefined;
  readonly currency: string;
  readonly opening: Decimal | string;
  readonly returned: Decimal | string;
  readonly earned: Decimal | string;
  readonly released: Decimal | string;
  readonly withheld: Decimal | string;
  readonly clawedBack: Decimal | string;
  readonly adjustments: Decimal | string;
  readonly tax: Decimal | string;
  readonly closing: Decimal | string;
  readonly payable: Decimal | string;
};

/** One hash over the amounts of statements, whatever their order and the scale of their amounts. */
export function hashStatements(statements: readonly HashedStatement[]): string {
  const rows = statements.map((row) => [
    row.agent,
    row.currency,
    ...[row.opening, row.earned, row.released, row.withheld, row.clawedBack, row.adjustments, row.tax].map(
      canonicalDecimal,
    ),
    ...[row.closing, row.payable, row.returned].map(canonicalDecimal),
  ]);
  return hashOf(rows.sort());
}

import { rawSql, type Transaction } from '../../src/db/client.ts';
import type { Conflict, ConflictDecision } from '../oracle/historyModel.ts';

// States an oracle's conflicts in a database as its owner, the way detection and decisions write them; triggers do the rest. Nothing is
// left to be looked through afterwards: what is stated here is found by no rule.

type Named = { id: number; agentId: number; period: string; day: string };
type Ids = {
  events: Map<string, Named>;
  agents: Map<string, number>;
  rules: Map<string, { ruleId: number; versionId: number }>;
};
type Statement = Conflict & { caseId: number };

const at = '2030-01-01T00:00:00Z';
const nameOf = ({ rule, event }: Pick<Conflict, 'rule' | 'event'>) => `${rule} ${event}`;

function mapOf<Row, Value>(rows: readonly Row[], entryOf: (row: Row) => [string, Value]): Map<string, Value> {
  return new Map(rows.map(entryOf));
}

function found<Value>(map: ReadonlyMap<string, Value>, key: string): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error(`unknown ${key}`);
  return value;
}

async function idsOf(transaction: Transaction, conflicts: readonly Conflict[]): Promise<Ids> {
  const sql = rawSql(transaction);
  const keys = [...new Set(conflicts.flatMap(({ event, others = [] }) => [event, ...others]))];
  const effects = mapOf(conflicts, ({ rule, effect }) => [rule, effect]);
  for (const [code, effect] of effects) {
    const scope = { events: ['ACTIVATION'] };
    const definition = { kind: 'PRICE_FLOOR', effect, scope, dueDays: 10, appealDays: 5, enabled: true };
    await sql`
      with rule as (insert into conflict_rule (code, name) values (${code}, ${code}) on conflict do nothing returning id)
      insert into conflict_rule_version (rule_id, number, valid_from, definition, published_by, published_at)
      select id, 1, '2026-01-01', ${JSON.stringify(definition)}::text::jsonb, 'one', ${at} from rule`;
  }
  const [events, agents, rules] = [
    await sql<(Named & { key: string })[]>`
      select source || ':' || external_id as key, event.id::integer, agent_id as "agentId", period,
             (occurred_at at time zone (select time_zone from operator))::date::text as day
      from sales_event event where source || ':' || external_id = any(${keys})`,
    await sql<{ code: string; id: number }[]>`select code, id from agent`,
    await sql<{ code: string; ruleId: number; versionId: number }[]>`
      select code, rule.id as "ruleId", version.id as "versionId"
      from conflict_rule rule join conflict_rule_version version on version.rule_id = rule.id`,
  ];
  return {
    events: mapOf(events, ({ key, ...event }) => [key, event]),
    agents: mapOf(agents, ({ code, id }) => [code, id]),
    rules: mapOf(rules, ({ code, ...rule }) => [code, rule]),
  };
}

/** Inserts rows given as JSON, in their order; the columns with their types. */
async function insertRows(
  transaction: Transaction,
  table: string,
  types: Readonly<Record<string, string>>,
  rows: readonly object[],
): Promise<number[]> {
  if (rows.length === 0) return [];
  const columns = Object.keys(types);
  const hasId = ['conflict_case', 'conflict_decision'].includes(table);
  const numbered = rows.map((row, place) => ({ place, ...row }));
  const inserted = await rawSql(transaction).unsafe<{ id: number }[]>(
    `insert into ${table} (${columns.join(', ')})
     select ${columns.map((column) => `row.${column}`).join(', ')}
     from jsonb_to_recordset($1::text::jsonb) as row (place integer, ${columns.map((column) => `${column} ${types[column]}`).join(', ')})
     order by place ${hasId ? 'returning id' : ''}`,
    [JSON.stringify(numbered)],
  );
  return inserted.map(({ id }) => id);
}

async function openCases(transaction: Transaction, ids: Ids, conflicts: readonly Conflict[]): Promise<number[]> {
  const rows = conflicts.map((conflict) => {
    const { id, agentId, period, day } = found(ids.events, conflict.event);
    const { ruleId, versionId } = found(ids.rules, conflict.rule);
    const { effect, others = [] } = conflict;
    return { id, agentId, period, day, ruleId, versionId, effect, others: others.map((key) => found(ids.events, key)) };
  });
  const cases = await insertRows(
    transaction,
    'conflict_case',
    {
      ...{ rule_id: 'integer', kind: 'conflict_kind', effect: 'conflict_effect', period: 'text', occurred_on: 'date' },
      ...{ state: 'conflict_case_state', opened_at: 'timestamptz', due_at: 'timestamptz', appeal_days: 'smallint' },
    },
    rows.map(({ ruleId, effect, period, day }) => ({
      ...{ rule_id: ruleId, kind: 'DUPLICATE', effect, period, occurred_on: day },
      ...{ state: 'OPEN', opened_at: at, due_at: at, appeal_days: 5 },
    })),
  );
  const placed = rows.map((row, place) => ({ ...row, caseId: cases[place] ?? 0 }));
  await insertRows(
    transaction,
    'conflict_party',
    { case_id: 'integer', agent_id: 'integer', side: 'conflict_side', event_id: 'bigint', facts: 'jsonb' },
    placed.flatMap(({ caseId, id, agentId, others }) => [
      { case_id: caseId, agent_id: agentId, side: 'ACCUSED', event_id: id, facts: { tests: [] } },
      ...others.map((other) => ({
        ...{ case_id: caseId, agent_id: other.agentId, side: 'CLAIMANT', event_id: other.id, facts: { tests: [] } },
      })),
    ]),
  );
  await insertRows(
    transaction,
    'conflict_hit',
    {
      ...{
        case_id: 'integer',
        rule_id: 'integer',
        rule_version_id: 'integer',
        event_id: 'bigint',
        agent_id: 'integer',
      },
      ...{ facts: 'jsonb', facts_hash: 'text', found_at: 'timestamptz' },
    },
    placed.map(({ caseId, ruleId, versionId, id, agentId }) => ({
      ...{ case_id: caseId, rule_id: ruleId, rule_version_id: versionId, event_id: id, agent_id: agentId },
      ...{ facts: { findings: [] }, facts_hash: '', found_at: at },
    })),
  );
  return cases;
}

async function decide(transaction: Transaction, ids: Ids, statements: readonly Statement[]): Promise<void> {
  const sql = rawSql(transaction);
  const decided = statements.flatMap(({ decision, caseId }) => (decision ? [{ decision, caseId }] : []));
  if (decided.length === 0) return;
  const numbers = await sql<{ caseId: number; number: number }[]>`
    select case_id as "caseId", count(*)::integer as number from conflict_decision group by case_id`;
  const before = mapOf(numbers, ({ caseId, number }) => [String(caseId), number]);
  const decisions = await insertRows(
    transaction,
    'conflict_decision',
    {
      ...{
        case_id: 'integer',
        number: 'smallint',
        credits: 'conflict_credits',
        kept_event_id: 'bigint',
        reason: 'text',
      },
      ...{ decided_by: 'text', decided_at: 'timestamptz', by_committee: 'boolean', on_appeal: 'boolean' },
    },
    decided.map(({ caseId, decision: { credits, keeps } }) => ({
      ...{ case_id: caseId, number: (before.get(String(caseId)) ?? 0) + 1, credits, reason: 'so it was decided' },
      ...{ kept_event_id: keeps === undefined ? null : found(ids.events, keeps).id },
      ...{ decided_by: 'one', decided_at: at, by_committee: false, on_appeal: false },
    })),
  );
  await addParts(
    transaction,
    ids,
    decided.map(({ decision }, place) => ({ decision, id: decisions[place] ?? 0 })),
  );
  const made = decided.map(({ caseId }, place) => ({ case_id: caseId, decision_id: decisions[place] }));
  await sql`
    update conflict_case settled set state = 'OPEN', closing = null from jsonb_to_recordset(${JSON.stringify(made)}::text::jsonb)
      as made (case_id integer, decision_id integer) where settled.id = made.case_id and settled.state = 'CLOSED'`;
  await sql`
    update conflict_case settled set state = 'RESOLVED', decision_id = made.decision_id, resolved_at = ${at}, appeal_until = ${at}
    from jsonb_to_recordset(${JSON.stringify(made)}::text::jsonb) as made (case_id integer, decision_id integer)
    where settled.id = made.case_id`;
}

async function addParts(
  transaction: Transaction,
  { agents }: Ids,
  decided: readonly { decision: ConflictDecision; id: number }[],
): Promise<void> {
  await insertRows(
    transaction,
    'conflict_decision_share',
    { decision_id: 'integer', agent_id: 'integer', role: 'text', share: 'numeric' },
    decided.flatMap(({ id, decision: { shares = [] } }) =>
      shares.map(({ agent, role, share }) => ({ decision_id: id, agent_id: found(agents, agent), role, share })),
    ),
  );
  await insertRows(
    transaction,
    'conflict_deduction',
    { decision_id: 'integer', agent_id: 'integer', kind: 'deduction_kind', amount: 'numeric', currency: 'text' },
    decided.flatMap(({ id, decision: { deductions = [] } }) =>
      deductions.map(({ agent, amount, currency }) => ({
        ...{ decision_id: id, agent_id: found(agents, agent), kind: 'PENALTY', amount, currency },
      })),
    ),
  );
}

/** Closes undecided cases without facts, and opens those again that have them. */
async function followFacts(transaction: Transaction, statements: readonly Statement[]): Promise<void> {
  const sql = rawSql(transaction);
  const gone = statements.filter(({ isGone }) => isGone).map(({ caseId }) => caseId);
  const open = statements.filter(({ isGone, decision }) => !isGone && !decision).map(({ caseId }) => caseId);
  await sql`update conflict_hit set gone_at = ${at} where case_id = any(${gone}) and gone_at is null`;
  await sql`
    update conflict_case set state = 'CLOSED', closing = 'FACTS_CHANGED', closed_at = ${at}
    where id = any(${gone}) and state = 'OPEN'`;
  await sql`update conflict_hit set gone_at = null where case_id = any(${open}) and gone_at is not null`;
  await sql`
    update conflict_case set state = 'OPEN', decision_id = null, closing = null, closed_at = null
    where id = any(${open}) and state <> 'OPEN'`;
}

/** The first statement of every conflict, then the second …: each round has every conflict once. */
function roundsOf(conflicts: readonly Conflict[]): Conflict[][] {
  const counts = new Map<string, number>();
  const rounds: Conflict[][] = [];
  for (const conflict of conflicts) {
    const round = counts.get(nameOf(conflict)) ?? 0;
    counts.set(nameOf(conflict), round + 1);
    const own = rounds[round] ?? [];
    own.push(conflict);
    rounds[round] = own;
  }
  return rounds;
}

/** What became known of conflicts in a step, once its events have arrived. */
export async function stateConflicts(transaction: Transaction, conflicts: readonly Conflict[]): Promise<void> {
  const sql = rawSql(transaction);
  if (conflicts.length > 0) {
    const ids = await idsOf(transaction, conflicts);
    for (const round of roundsOf(conflicts)) {
      const known = await casesByName(transaction);
      const fresh = round.filter((each) => !known.has(nameOf(each)));
      const opened = await openCases(transaction, ids, fresh);
      for (const [place, each] of fresh.entries()) known.set(nameOf(each), opened[place] ?? 0);
      const statements = round.map((each) => ({ ...each, caseId: found(known, nameOf(each)) }));
      await followFacts(transaction, statements);
      await decide(transaction, ids, statements);
    }
  }
  await followReversals(transaction);
  await sql`delete from conflict_stale`;
  await sql`insert into conflict_scan select id, ${at}::timestamptz from event_import on conflict do nothing`;
}

async function casesByName(transaction: Transaction): Promise<Map<string, number>> {
  const rows = await rawSql(transaction)<{ name: string; id: number }[]>`
    select rule.code || ' ' || event.source || ':' || event.external_id as name, hit.case_id as id
    from conflict_hit hit join conflict_rule rule on rule.id = hit.rule_id join sales_event event on event.id = hit.event_id`;
  return mapOf(rows, ({ name, id }) => [name, id]);
}

/** A reversed event is no conflict any more, unless it was decided. */
async function followReversals(transaction: Transaction): Promise<void> {
  const sql = rawSql(transaction);
  const rows = await sql<{ id: number }[]>`
    select settled.id from conflict_case settled join conflict_hit hit on hit.case_id = settled.id
    join sales_event event on event.id = hit.event_id
    where settled.state = 'OPEN' and exists (select from sales_event reversal where reversal.type = 'REVERSAL'
      and reversal.source = event.source and reversal.original_external_id = event.external_id)`;
  const cases = rows.map(({ id }) => id);
  await sql`update conflict_hit set gone_at = ${at} where case_id = any(${cases})`;
  await sql`
    update conflict_case set state = 'CLOSED', closing = 'FACTS_CHANGED', closed_at = ${at} where id = any(${cases})`;
}

import type { ConflictKind } from '../../src/conflicts/rule.ts';
import { rawSql, type Transaction } from '../../src/db/client.ts';

// Cases as rows, put into the database as its owner: for tests of what is read from cases, whoever made them.

type DecisionRow = {
  readonly credits: 'KEEP' | 'AWARD' | 'SPLIT' | 'VOID';
  /** External id; the event that was found, unless told. */
  readonly kept?: string;
  /** By agent. */
  readonly shares?: Readonly<Record<string, string>>;
  readonly penalties?: Readonly<Record<string, string>>;
  readonly currency?: string;
  readonly decidedAt?: string;
  readonly onAppeal?: boolean;
};

export type CaseRow = {
  readonly rule?: string;
  readonly kind?: ConflictKind;
  readonly effect?: 'FLAG' | 'HOLD' | 'REJECT';
  /** External id of the event that was found. */
  readonly event: string;
  /** Other parties: agents with their events. */
  readonly claimants?: Readonly<Record<string, string>>;
  readonly region?: string;
  readonly openedAt?: string;
  readonly dueAt?: string;
  /** When nobody had settled it in time. */
  readonly escalatedAt?: string;
  /** When facts opened it again. */
  readonly reopenedAt?: string;
  readonly state?: 'OPEN' | 'IN_MEDIATION' | 'RESOLVED' | 'APPEALED' | 'CLOSED';
  readonly closing?: 'FACTS_CHANGED' | 'FINAL' | 'APPEAL_DECIDED';
  readonly isGone?: boolean;
  /** The last one is in force; all of them but the first settle an appeal. */
  readonly decisions?: readonly DecisionRow[];
};

const defaultDecidedAt = '2026-10-11T00:00:00Z';

/** Adds a case with its rule, hit, parties and decisions. @returns its id. */
export async function addCase(transaction: Transaction, row: CaseRow): Promise<number> {
  const sql = rawSql(transaction);
  const { rule = 'R', kind = 'DUPLICATE', effect = 'FLAG', region = null } = row;
  const { openedAt = '2026-10-10T00:00:00Z', dueAt = '2026-10-20T16:00:00Z', state = 'OPEN' } = row;
  await sql`insert into conflict_rule (code, name) values (${rule}, ${rule}) on conflict do nothing`;
  await sql`
    insert into conflict_rule_version (rule_id, number, valid_from, definition, published_by, published_at)
    select id, 1, '2026-01-01', '{}', 'anna', '2026-01-01T00:00:00Z' from conflict_rule where code = ${rule} on conflict do nothing`;
  const [made] = await sql<{ id: number }[]>`
    with event as (select * from sales_event where external_id = ${row.event})
    insert into conflict_case (rule_id, kind, effect, region_id, period, occurred_on, state, opened_at, due_at, appeal_days)
    select rule.id, ${kind}, ${effect}, (select id from region where code = ${region}), event.period,
      (event.occurred_at at time zone 'Asia/Shanghai')::date, 'OPEN', ${openedAt}, ${dueAt}, 10
    from event, conflict_rule rule where rule.code = ${rule} returning id`;
  if (!made) throw new Error(`no event ${row.event}`);
  const { id } = made;
  await sql`
    insert into conflict_hit (case_id, rule_id, rule_version_id, event_id, agent_id, facts, facts_hash, found_at, gone_at)
    select ${id}, rule.id, version.id, event.id, event.agent_id, '{"findings": []}', 'h', ${openedAt}, ${row.isGone ? openedAt : null}
    from conflict_rule rule join conflict_rule_version version on version.rule_id = rule.id, sales_event event
    where rule.code = ${rule} and event.external_id = ${row.event}`;
  await sql`
    insert into conflict_party (case_id, agent_id, side, event_id, facts)
    select ${id}, event.agent_id, 'ACCUSED', event.id, '{"tests": []}' from sales_event event where event.external_id = ${row.event}`;
  for (const [agent, event] of Object.entries(row.claimants ?? {})) {
    await sql`
      insert into conflict_party (case_id, agent_id, side, event_id, facts)
      select ${id}, agent.id, 'CLAIMANT', (select event.id from sales_event event where event.external_id = ${event}), '{"tests": []}'
      from agent where agent.code = ${agent}`;
  }
  for (const [index, decision] of (row.decisions ?? []).entries()) {
    const decisionId = await addDecision(transaction, id, index + 1, row.event, decision);
    await sql`
      update conflict_case set state = 'RESOLVED', decision_id = ${decisionId}, resolved_at = coalesce(resolved_at, ${decision.decidedAt ?? defaultDecidedAt}), appeal_until = '2027-01-01T00:00:00Z' where id = ${id}`;
  }
  for (const [action, at] of [
    ['ESCALATED', row.escalatedAt],
    ['REOPENED', row.reopenedAt],
  ] as const) {
    if (at === undefined) continue;
    await sql`insert into conflict_step (case_id, action, to_state, by, at, for_parties) values (${id}, ${action}, 'OPEN', 'clock', ${at}, false)`;
  }
  await sql`update conflict_case set state = ${state}, closing = ${row.closing ?? null} where id = ${id}`;
  return id;
}

async function addDecision(
  transaction: Transaction,
  caseId: number,
  number: number,
  event: string,
  decision: DecisionRow,
): Promise<number> {
  const sql = rawSql(transaction);
  const { credits, shares = {}, penalties = {}, currency = 'CNY', decidedAt = defaultDecidedAt } = decision;
  const kept = credits === 'AWARD' || credits === 'SPLIT' ? (decision.kept ?? event) : null;
  const [made] = await sql<{ id: number }[]>`
    insert into conflict_decision (case_id, number, credits, kept_event_id, reason, decided_by, decided_at, by_committee, on_appeal)
    values (${caseId}, ${number}, ${credits}, (select id from sales_event where external_id = ${kept}), 'why', ${`judge ${number}`},
      ${decidedAt}, false, ${decision.onAppeal ?? false}) returning id`;
  if (!made) throw new Error('no decision');
  const insert = (table: string, columns: string, values: Readonly<Record<string, string>>, more: string) =>
    Promise.all(
      Object.entries(values).map(([agent, value]) =>
        sql.unsafe(
          `insert into ${table} (decision_id, agent_id, ${columns}) select $1, agent.id, $2::text::numeric, ${more} from agent where agent.code = $3`,
          [made.id, value, agent],
        ),
      ),
    );
  await insert('conflict_decision_share', 'share, role', shares, `'SELLER'`);
  await insert('conflict_deduction', 'amount, kind, currency', penalties, `'PENALTY', '${currency}'`);
  return made.id;
}

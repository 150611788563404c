import type { TransactionSql } from 'postgres';
import type { Databases } from '../../src/db/client.ts';
import {
  caseStatement,
  decisionColumns,
  eventStatement,
  hitStatement,
  partyStatement,
  rowsAt,
  versionStatement,
} from './conflictRows.ts';

// Cases, decisions and shared credits written straight into the tables, to see what the database itself makes of them.
// Agents A1, A2, A3 and A4; September 2026 is approved.

export type Share = readonly [agent: string, share: string, role?: string];
export type DecisionRows = {
  readonly credits: 'KEEP' | 'AWARD' | 'SPLIT' | 'VOID';
  readonly kept?: number;
  readonly shares?: readonly Share[];
  readonly deductions?: readonly (readonly [agent: string, amount: string])[];
  readonly by?: string;
  readonly onAppeal?: boolean;
};
type CaseRows = {
  readonly effect?: 'FLAG' | 'HOLD' | 'REJECT';
  readonly period?: string;
  /** Agents with the event that each claims, or none. */
  readonly claims?: readonly (readonly [agent: string, event?: number])[];
};

export class ConflictBooks {
  readonly databases: Databases;
  readonly ids: Record<string, number> = {};
  private counter = 0;

  constructor(databases: Databases) {
    this.databases = databases;
  }

  get sql() {
    return this.databases.owner.$client;
  }

  async run(statement: string, returned = 'id'): Promise<number> {
    const [row] = await this.sql.unsafe(`${statement} returning ${returned} as id`);
    return Number(row?.id);
  }

  async open(): Promise<void> {
    const { ids } = this;
    await this.sql.unsafe(
      "insert into operator (code, name, time_zone, currency) values ('O', 'o', 'Asia/Shanghai', 'CNY')",
    );
    ids.channel = await this.run("insert into channel_type (code, name) values ('AGENT', 'a')");
    ids.region = await this.run("insert into region (code, name) values ('ALL', 'r')");
    ids.product = await this.run("insert into product (code, name) values ('F', 'f')");
    ids.course = await this.run("insert into course (code, name) values ('K', 'k')");
    for (const code of ['A1', 'A2', 'A3', 'A4'])
      ids[code] = await this.run(
        `insert into agent (code, name, channel_type_id) values ('${code}', 'a', ${ids.channel})`,
      );
    ids.creditRule = await this.run("insert into credit_rule (code, name) values ('S', 's')");
    await this.approve('2026-09');
  }

  async approve(period: string): Promise<number> {
    return this.run(
      `insert into commission_run (period, status, calculated_by, approved_by, started_at) values ('${period}', 'APPROVED', 'x', 'y', ${rowsAt})`,
    );
  }

  async addRuleVersions(): Promise<void> {
    const { ids } = this;
    const version = versionStatement('credit_rule_version', 'rule_id', ids.creditRule, 1, "'2026-01-01'");
    ids.creditVersion = await this.run(version);
  }

  /** An event of an agent; of November, unless another period is given. */
  async event(agent: string, rest: { type?: string; period?: string; subscription?: string } = {}): Promise<number> {
    this.counter += 1;
    return this.run(eventStatement(`E${this.counter}`, this.ids[agent], this.ids.product, rest));
  }

  /** A case of a rule of its own that found an event of an agent. */
  async openCase(event: number, agent: string, rest: CaseRows = {}): Promise<number> {
    this.counter += 1;
    const { effect = 'HOLD', period = '2026-11', claims = [] } = rest;
    const rule = await this.run(`insert into conflict_rule (code, name) values ('R${this.counter}', 'r')`);
    const version = await this.run(versionStatement('conflict_rule_version', 'rule_id', rule, 1, "'2026-01-01'"));
    const id = await this.run(caseStatement(rule, { effect, period, regionId: this.ids.region }));
    await this.run(partyStatement(id, this.ids[agent], 'ACCUSED', event));
    for (const [claimant, claimed] of claims)
      await this.run(partyStatement(id, this.ids[claimant], 'CLAIMANT', claimed));
    await this.run(hitStatement(id, { id: rule, versionId: version }, event, this.ids[agent]), 'case_id');
    return id;
  }

  /** Writes a decision of a case, and puts it into force. */
  decide(caseId: number, decision: DecisionRows): Promise<number> {
    return this.sql.begin((transaction) => this.decideIn(transaction, caseId, decision));
  }

  async decideIn(sql: TransactionSql, caseId: number, decision: DecisionRows): Promise<number> {
    const { credits, kept, shares = [], deductions = [], by = 'judge', onAppeal = false } = decision;
    const rows = shares.map(([agent, share, role = 'SELLER']) => `(${this.ids[agent]}, '${role}', ${share})`);
    const taken = deductions.map(([agent, amount]) => `(${this.ids[agent]}, ${amount})`);
    const [row] = await sql.unsafe(`
      with decision as (insert into conflict_decision (${decisionColumns})
        select ${caseId}, count(*) + 1, '${credits}', ${kept ?? null}, 'r', '${by}', ${rowsAt}, false, ${onAppeal} from conflict_decision where case_id = ${caseId}
        returning id),
      share as (insert into conflict_decision_share (decision_id, agent_id, role, share)
        select decision.id, row.* from decision, (values ${rows.join(', ') || '(null::integer, null::text, null::numeric)'}) row where row.column1 is not null),
      deduction as (insert into conflict_deduction (decision_id, agent_id, kind, amount, currency)
        select decision.id, row.column1, 'PENALTY', row.column2, 'CNY' from decision,
          (values ${taken.join(', ') || '(null::integer, null::numeric)'}) row where row.column1 is not null)
      select id from decision`);
    const id = Number(row?.id);
    await sql.unsafe(`update conflict_case set state = 'RESOLVED', decision_id = ${id}, resolved_at = ${rowsAt},
      appeal_until = '2026-12-01T00:00:00Z' where id = ${caseId}`);
    return id;
  }

  async moveCase(caseId: number, state: string): Promise<void> {
    const rest =
      state === 'OPEN'
        ? ', decision_id = null, closing = null'
        : state === 'CLOSED'
          ? ", closing = case when decision_id is null then 'FACTS_CHANGED' else 'FINAL' end::conflict_closing"
          : '';
    await this.sql.unsafe(`update conflict_case set state = '${state}'${rest} where id = ${caseId}`);
  }

  async addRuleCredits(event: number, shares: readonly Share[]): Promise<void> {
    const rows = shares.map(
      ([agent, share, role = 'SELLER']) =>
        `(${event}, ${this.ids[agent]}, '${role}', ${share}, ${this.ids.creditVersion})`,
    );
    await this.sql.unsafe(
      `insert into rule_credit (event_id, agent_id, role, share, rule_version_id) values ${rows.join(', ')}`,
    );
  }

  /** How an event is credited: what blocks it, because of which case, and to whom by shares; `as it came` where nothing is said. */
  async crediting(event: number): Promise<string> {
    const [row] = await this.sql<{ text: string }[]>`
      select concat_ws(' ', row.block, row.case_id, (select string_agg(agent.code || ' ' || award.role || ' ' || trim_scale(award.share), ', ' order by agent.code, award.role)
        from event_award award join agent on agent.id = award.agent_id where award.event_id = row.event_id)) as text
      from event_crediting row where row.event_id = ${event}`;
    return row?.text ?? 'as it came';
  }

  /** Agents and periods that closed periods have to be calculated again for, and forgets them. */
  async takeCauses(): Promise<string[]> {
    const rows = await this.sql<{ text: string }[]>`
      with taken as (delete from retro_cause where settled_run_id is null returning *)
      select agent.code || ' ' || taken.period || ' ' || taken.reason as text from taken join agent on agent.id = taken.agent_id order by 1`;
    return rows.map(({ text }) => text);
  }

  async adjustments(agent: string): Promise<string[]> {
    const rows = await this.sql<{ text: string }[]>`
      select concat_ws(' ', kind, trim_scale(amount), from_period, case when withdrawn_at is not null then 'withdrawn' end) as text
      from adjustment where agent_id = ${this.ids[agent] ?? 0} order by id`;
    return rows.map(({ text }) => text);
  }
}

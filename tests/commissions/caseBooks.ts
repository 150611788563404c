import type { Databases } from '../../src/db/client.ts';
import type { EventInput } from '../../src/sales/import.ts';
import { asOwner, event } from '../support/books.ts';

// Cases written as their owner: the database itself makes of them what calculations read.

/** An open case about an event, with the events of others. Rules are dated so that no scan finds or closes anything. */
export async function openCase(
  databases: Databases,
  rule: string,
  effect: string,
  externalId: string,
  others: readonly string[] = [],
) {
  await asOwner(databases, async (transaction) => {
    const sql = transaction.execute.bind(transaction);
    await sql(`insert into conflict_rule (code, name) values ('${rule}', 'r') on conflict do nothing`);
    await sql(`insert into conflict_rule_version (rule_id, number, valid_from, definition, published_by, published_at)
      select id, 1, '2099-01-01', '{}', 'x', now() from conflict_rule where code = '${rule}' on conflict do nothing`);
    await sql(`with opened as (
        insert into conflict_case (rule_id, kind, effect, period, occurred_on, state, opened_at, due_at, appeal_days)
        select rule.id, 'DUPLICATE', '${effect}', event.period, event.occurred_at::date, 'OPEN', now(), now(), 5
        from conflict_rule rule, sales_event event where rule.code = '${rule}' and event.external_id = '${externalId}' returning id, rule_id)
      insert into conflict_hit (case_id, rule_id, rule_version_id, event_id, agent_id, facts, facts_hash, found_at)
      select opened.id, opened.rule_id, version.id, event.id, event.agent_id, '{"findings": []}', 'h', now()
      from opened join conflict_rule_version version on version.rule_id = opened.rule_id, sales_event event where event.external_id = '${externalId}'`);
    await sql(`insert into conflict_party (case_id, agent_id, side, event_id, facts)
      select (${caseOf(rule, externalId)}), agent_id, case external_id when '${externalId}' then 'ACCUSED' else 'CLAIMANT' end::conflict_side, id, '{"tests": []}'
      from sales_event where external_id in (${[externalId, ...others].map((id) => `'${id}'`)})`);
  });
}

const caseOf = (rule: string, externalId: string) => `select found.id from conflict_case found
  join conflict_rule rule on rule.id = found.rule_id and rule.code = '${rule}' join conflict_hit hit on hit.case_id = found.id
  join sales_event event on event.id = hit.event_id and event.external_id = '${externalId}'`;

export type Decision = {
  readonly credits: 'KEEP' | 'AWARD' | 'SPLIT' | 'VOID';
  readonly keeps?: string;
  /** `B1 SELLER 0.6` */
  readonly shares?: readonly string[];
  /** `B1 PENALTY 50` */
  readonly deductions?: readonly string[];
};

export async function decide(
  databases: Databases,
  rule: string,
  externalId: string,
  { credits, keeps, shares = [], deductions = [] }: Decision,
) {
  await asOwner(databases, async (transaction) => {
    const sql = transaction.execute.bind(transaction);
    await sql(`insert into conflict_decision (case_id, number, credits, kept_event_id, reason, decided_by, decided_at, by_committee, on_appeal)
      select id, (select count(*) + 1 from conflict_decision where case_id = found.id), '${credits}',
        (select id from sales_event where external_id = '${keeps ?? ''}'), 'both took part', 'anna', now(), false, false
      from (${caseOf(rule, externalId)}) found`);
    const latest = `select max(id) as id from conflict_decision where case_id = (${caseOf(rule, externalId)})`;
    for (const share of shares) {
      const [agent, role, part] = share.split(' ');
      await sql(
        `insert into conflict_decision_share select decision.id, agent.id, '${role}', ${part} from (${latest}) decision, agent where code = '${agent}'`,
      );
    }
    for (const deduction of deductions) {
      const [agent, kind, amount] = deduction.split(' ');
      await sql(`insert into conflict_deduction (decision_id, agent_id, kind, amount, currency)
        select decision.id, agent.id, '${kind}', ${amount}, 'CNY' from (${latest}) decision, agent where code = '${agent}'`);
    }
    await sql(
      `update conflict_case set state = 'RESOLVED', decision_id = (${latest}), resolved_at = now() where id = (${caseOf(rule, externalId)})`,
    );
  });
}

/** The decision is taken back: the case is open again. */
export async function revert(databases: Databases, rule: string, externalId: string) {
  await databases.owner.$client.unsafe(
    `update conflict_case set state = 'OPEN', decision_id = null where id = (${caseOf(rule, externalId)})`,
  );
}
/** What was found is no more: the case is closed. */
export async function release(databases: Databases, rule: string, externalId: string) {
  await databases.owner.$client.unsafe(
    `update conflict_case set state = 'CLOSED', closing = 'FACTS_CHANGED', closed_at = now() where id = (${caseOf(rule, externalId)})`,
  );
}

// Each group has a seller (B1), another agent (B2) and their master (BM), all
// under P: an activation pays 100, half of it at the end of the next month, and a churn takes back all; a bill pays 5 %; from two
// activations in a month on each pays 3 more; the master gets a tenth of what is earned for activations.
const groups = ['B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K'];

export const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
regions: [{ code: ALL, name: All }]
channelTypes: [{ code: AGENT, name: Agent }]
products: [{ code: FIBER, name: Fibre }]
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-01-01
        currency: CNY
        components:
          - code: ACT
            name: Activation
            kind: RATE
            events: [ACTIVATION]
            instalments: [{ percent: 50, month: 0 }, { percent: 50, month: 1 }]
            clawback: { events: [CHURN], method: FULL, months: 12 }
            rules: [{ code: ANY, flat: 100 }]
          - { code: VOL, name: Volume, kind: BRACKET, events: [ACTIVATION], measure: UNITS, method: WHOLE, brackets: [{ from: 2, rate: 3 }] }
          - { code: TEAM, name: Team, kind: OVERRIDE, method: PERCENT_OF_COMMISSION, levels: [{ level: 1, percent: 10 }] }
agents:
${groups
  .flatMap((group) => [
    `  - { code: ${group}M, name: Master, channelType: AGENT, region: ALL, agreements: [{ plan: P, from: 2026-01-01 }] }`,
    ...['1', '2', '3'].map(
      (number) =>
        `  - { code: ${group}${number}, name: Agent, channelType: AGENT, region: ALL, parent: ${group}M, agreements: [{ plan: P, from: 2026-01-01 }] }`,
    ),
  ])
  .join('\n')}
`;

/** An activation of the agent with which the id begins, but for what is given. */
export const on = (date: string, externalId: string, rest: Partial<EventInput> = {}) =>
  event(externalId, {
    source: 'CRM',
    occurredAt: `${date}T10:00:00+08:00`,
    agentCode: externalId.slice(0, 2),
    subscriptionId: `SUB-${externalId}`,
    ...rest,
  });

/** The lines of a run for an agent: component kind cause role amount, then what else tells them apart. */
export async function readLines(databases: Databases, runId: number, agent: string): Promise<string[]> {
  const rows = await databases.owner.$client<{ line: string }[]>`
    select concat_ws(' ', component.code, line.kind, case when line.kind = 'ADJUSTMENT' then null else event.external_id end, line.role,
      line.amount::numeric(20, 2), '#' || line.instalment, 'from ' || source.code, 'in ' || line.origin_period) as line
    from commission_line line join component on component.id = line.component_id join agent on agent.id = line.agent_id
    left join agent source on source.id = line.source_agent_id
    left join sales_event event on event.id = line.cause_id
    where line.run_id = ${runId} and agent.code = ${agent} order by 1`;
  return rows.map(({ line }) => line);
}

/** What a run lists of an agent: event, role, reason. */
export async function readUnpaid(databases: Databases, runId: number, agent: string): Promise<string[]> {
  const rows = await databases.owner.$client<{ text: string }[]>`
    select event.external_id || ' ' || unpaid.role || ' ' || reason as text from unpaid_event unpaid join agent on agent.id = unpaid.agent_id
    join sales_event event on event.id = unpaid.event_id where unpaid.run_id = ${runId} and agent.code = ${agent} order by 1`;
  return rows.map(({ text }) => text);
}

/** What a run holds of an agent: component, event, role, amount. */
export async function readHeld(databases: Databases, runId: number, agent: string): Promise<string[]> {
  const rows = await databases.owner.$client<{ text: string }[]>`
    select concat_ws(' ', component.code, event.external_id, held.role, held.amount::numeric(20, 2), held.currency) as text
    from run_held held join agent on agent.id = held.agent_id join component on component.id = held.component_id
    join sales_event event on event.id = held.event_id where held.run_id = ${runId} and agent.code = ${agent} order by 1`;
  return rows.map(({ text }) => text);
}

import { recordChanges } from '../../audit/audit.ts';
import { rawSql, type Transaction } from '../../db/client.ts';
import type { Actor } from '../../db/transaction.ts';
import { loadOperator } from '../../reference/operator.ts';
import { addSteps, tellParties } from './caseRecords.ts';
import type { CaseState } from './caseStates.ts';

// What the clock does with cases; as the owner, in the caller's transaction. Done twice it does no harm.

type Escalated = {
  readonly id: number;
  readonly code: string;
  readonly state: CaseState;
  readonly level: number;
  readonly before: string | null;
  readonly after: string | null;
};

/**
 * Hands every case whose time is over to the manager of the next region up that has one, else to no one, which leaves it to the
 * administrators; due again after as many days. Once for each time that it was due.
 * @returns how many.
 */
export async function escalateDue(transaction: Transaction, actor: Actor, now: Date): Promise<number> {
  const { timeZone } = await loadOperator(transaction);
  const escalated = await rawSql(transaction)<Escalated[]>`
    with recursive due as materialized (
      select found.id, found.region_id, found.mediator_id, found.mediator_name, found.escalation_level, account.region_id as mediator_region,
        (((found.due_at at time zone ${timeZone})::date + greatest(1, (version.definition ->> 'dueDays')::integer))::timestamp
          at time zone ${timeZone}) as next_due
      from conflict_case found join conflict_hit hit on hit.case_id = found.id
      join conflict_rule_version version on version.id = hit.rule_version_id
      left join user_account account on account.id = found.mediator_id
      where found.state in ('OPEN', 'IN_MEDIATION') and found.due_at <= ${now.toISOString()}
      for update of found
    ), upward as (
      select due.id, region.id as region_id, region.parent_id, 0 as height from due join region on region.id = due.region_id
      union all
      select upward.id, region.id, region.parent_id, upward.height + 1 from upward join region on region.id = upward.parent_id
    ), reached as (
      -- above the mediator's region; above the case's own where the mediator has another; who was with the administrators stays there
      select due.id, case when due.mediator_id is null and due.escalation_level = 0 then -1
        when due.mediator_region is null then null
        else coalesce((select upward.height from upward where upward.id = due.id and upward.region_id = due.mediator_region), 0) end as height
      from due
    ), mediator as (
      select distinct on (upward.id) upward.id, account.id as user_id, account.name
      from reached join upward on upward.id = reached.id and upward.height > reached.height
      join user_account account on account.region_id = upward.region_id and account.role = 'CHANNEL_MANAGER' and not account.disabled
      order by upward.id, upward.height, account.email collate "C"
    )
    update conflict_case found set escalation_level = due.escalation_level + 1, due_at = due.next_due, mediator_id = mediator.user_id,
      mediator_name = mediator.name
    from due left join mediator on mediator.id = due.id where found.id = due.id
    returning found.id, found.code, found.state, found.escalation_level as level, due.mediator_name as before, mediator.name as after`;
  const cases = [...escalated].sort((a, b) => a.id - b.id);
  const toWhom = (after: string | null) => `to ${after ?? 'the administrators'}`;
  await addSteps(
    transaction,
    actor,
    now,
    cases.map(({ id, state, after }) => ({
      caseId: id,
      action: 'ESCALATED',
      from: state,
      to: state,
      reason: toWhom(after),
      forParties: false,
    })),
  );
  await recordChanges(
    transaction,
    actor,
    now,
    cases.map(({ code, level, before, after }) => ({
      action: 'conflict_case.escalated',
      entity: 'conflict_case',
      entityKey: code,
      before: { mediator: before },
      after: { mediator: after, escalationLevel: level },
    })),
  );
  return cases.length;
}

/** Closes decided cases against which nobody appealed in time, and tells their parties. @returns how many. */
export async function closeFinal(transaction: Transaction, actor: Actor, now: Date): Promise<number> {
  const closed = await rawSql(transaction)<{ id: number; code: string; decisionId: number }[]>`
    update conflict_case set state = 'CLOSED', closing = 'FINAL', closed_at = ${now.toISOString()}
    where state = 'RESOLVED' and appeal_until <= ${now.toISOString()}
    returning id, code, decision_id as "decisionId"`;
  const cases = [...closed].sort((a, b) => a.id - b.id);
  await addSteps(
    transaction,
    actor,
    now,
    cases.map(({ id }) => ({ caseId: id, action: 'CLOSED', from: 'RESOLVED', to: 'CLOSED', forParties: true })),
  );
  await tellParties(
    transaction,
    now,
    cases.map(({ id, code, decisionId }) => ({
      caseId: id,
      kind: 'CONFLICT_CLOSED',
      subject: `${code} ${decisionId}`,
      details: { case: code },
    })),
  );
  await recordChanges(
    transaction,
    actor,
    now,
    cases.map(({ code }) => ({
      action: 'conflict_case.closed',
      entity: 'conflict_case',
      entityKey: code,
      before: { state: 'RESOLVED' },
      after: { state: 'CLOSED', closing: 'FINAL' },
    })),
  );
  return cases.length;
}

import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Period } from '../period.ts';

// Which adjustments a run books and what they are for, as SQL that others join to.

/**
 * A subquery of adjustments: id, name and case_code. The name is natural, for files and hashes: rule, event and number of the decision,
 * kind, and REVERSED where it takes another one back: `PRICE/CRM/4711/1/PENALTY`; of a proposal `MANUAL/AP-12`, of a dispute `DISPUTE/DP-3`.
 * As owner, who sees all cases.
 */
export const adjustmentCauses = `(
  select made.id, found.code as case_code, coalesce('MANUAL/' || proposal.code, 'DISPUTE/' || dispute.code,
    concat_ws('/', rule.code, event.source, event.external_id, decision.number, deduction.kind, case made.kind when 'REVERSED' then 'REVERSED' end)) as name
  from adjustment made
  left join adjustment_proposal proposal on proposal.id = made.proposal_id
  left join dispute on dispute.id = made.dispute_id
  left join adjustment original on original.id = made.reverses_id
  left join conflict_deduction deduction on deduction.id = coalesce(original.deduction_id, made.deduction_id)
  left join conflict_decision decision on decision.id = deduction.decision_id
  left join conflict_case found on found.id = decision.case_id
  left join conflict_rule rule on rule.id = found.rule_id
  left join conflict_hit hit on hit.case_id = found.id
  left join sales_event event on event.id = hit.event_id)`;

/** SQL of a condition: a run of the period books the adjustment `made`. */
export const isBookedIn = (period: Period) => `made.withdrawn_at is null and made.from_period <= '${period}'
  and made.from_period > coalesce((select max(period) from commission_run where status in ('APPROVED', 'PAID') and period < '${period}'), '')`;

/** One hash over the adjustments that a run of the period books; null without any. */
export async function hashAdjustments(transaction: Transaction, period: Period): Promise<string | null> {
  const [row] = await rawSql(transaction).unsafe<{ hash: string | null }[]>(
    `select encode(sha256(convert_to(string_agg(entry, ',' order by entry collate "C"), 'UTF8')), 'hex') as hash
     from (select concat_ws('|', agent.code, coalesce(nullif(cause.name, ''), 'A' || made.id), trim_scale(made.amount), made.currency, made.from_period) as entry
           from adjustment made join agent on agent.id = made.agent_id join ${adjustmentCauses} cause on cause.id = made.id
           where ${isBookedIn(period)}) entries`,
  );
  return row?.hash ?? null;
}

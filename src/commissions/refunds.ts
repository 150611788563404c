import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { blockOf } from './blocked.ts';
import { creditParts, reversalOf } from './credits.ts';
import type { Scope } from './scope.ts';

// Credits of a period's REFUNDs: what they take from volumes (docs/commission.md §5).

/**
 * Makes the table of the period's refunds, one row for each credit of what was sold: agent, role and share as the original is
 * credited, plan and whether it counts as on the local date of the sale, figures and instant of the REFUND itself. A REFUND
 * that was reversed, or whose original was, is left out, and where a conflict holds or rejects the original; so are agents outside the scope. Needs the tables of facts and transfers.
 */
export async function makeRefunds(transaction: Transaction, scope: Scope): Promise<void> {
  const { tables, period, timeZone, inputs } = scope;
  const { join, agent, role, share } = creditParts(scope, 'original', inputs.crediting.shared.size > 0);
  const blocked = inputs.crediting.blocked.size > 0 ? `and not exists (${blockOf('original')})` : '';
  const isOn = (fact: string) =>
    `${fact}.valid_from <= sold.on_date and (${fact}.valid_to is null or ${fact}.valid_to > sold.on_date)`;
  await rawSql(transaction).unsafe(
    `create unlogged table ${tables.refunds} as
     select refund.id as event_id, original.id as original_id, ${agent} as agent_id, ${role} as role, ${share} as share,
            (select version.plan_id from plan_version version where version.plan_id = agreed.plan_id and ${isOn('version')}
             and plan_version_in_force(version.id) limit 1) as plan_id,
            agreed.plan_id is not null and exists (select from agent_status status where status.agent_id = ${agent}
              and ${isOn('status')} and status.status = 'ACTIVE') as counts,
            original.type, refund.currency, refund.quantity, refund.amount, refund.occurred_at, original.occurred_at as original_at
     from sales_event refund
     join sales_event original
       on original.source = refund.source and original.external_id = refund.original_external_id
     ${join}
     cross join lateral (select (original.occurred_at at time zone '${timeZone}')::date as on_date) sold
     left join agreement agreed on agreed.agent_id = ${agent} and ${isOn('agreed')}
     where refund.period = '${period}' and refund.type = 'REFUND' and refund.original_external_id is not null
       and not exists (${reversalOf('refund')}) and not exists (${reversalOf('original')})
       ${blocked} and exists (select from ${tables.facts} fact where fact.agent_id = ${agent})`,
  );
  await rawSql(transaction).unsafe(`analyze ${tables.refunds}`);
}

import { sql } from 'drizzle-orm';
import type { Transaction } from '../db/client.ts';
import { byThen, type FileSubject, read } from './partnerFile.ts';

// What the partner file says of an agent's conflicts and of the deals it registered. Each section is one statement; row-level security decides
// what is in it.

export type FileConflict = {
  readonly code: string;
  readonly kind: string;
  readonly rule: string;
  readonly side: 'ACCUSED' | 'CLAIMANT';
  readonly period: string;
  readonly state: string;
  readonly openedAt: string;
  readonly decidedAt: string | null;
  readonly credits: string | null;
  readonly share: string | null;
  readonly deductions: readonly { readonly currency: string; readonly amount: string }[];
};
export type FileRegistration = {
  readonly code: string;
  readonly customerId: string;
  readonly customerName: string;
  readonly opportunity: string | null;
  readonly product: string | null;
  readonly category: string | null;
  readonly state: string;
  readonly registeredAt: string;
  readonly protectedFrom: string | null;
  readonly protectedUntil: string | null;
};

/**
 * The cases that concern it, opened by the end of the day; what was decided later is left out. `share` is its own part of the credits that the
 * decision divides, `deductions` what the decision takes from it.
 */
export function readConflicts(transaction: Transaction, { agentId, on }: FileSubject): Promise<FileConflict[]> {
  const isDecided = sql`found.decision_id is not null and coalesce(${byThen(sql`found.resolved_at`, on)}, false)`;
  const isLater = (instant: 'resolved_at' | 'closed_at') =>
    sql`coalesce(not ${byThen(sql`found.${sql.identifier(instant)}`, on)}, false)`;
  return read(
    transaction,
    sql`select distinct on (found.opened_at, found.id, party.side) found.code, found.kind::text as kind, rule.code as rule, party.side::text as side,
        found.period, found.opened_at as "openedAt",
        case when found.state in ('OPEN', 'IN_MEDIATION') then found.state::text when ${isLater('resolved_at')} then 'OPEN'
          when ${isLater('closed_at')} then case when ${isDecided} then 'RESOLVED' else 'OPEN' end else found.state::text end as state,
        case when ${isDecided} then found.resolved_at end as "decidedAt",
        case when ${isDecided} then coalesce((select decision.credits from conflict_decision decision where decision.id = found.decision_id),
          (select outcome.credits from case_outcomes(found.id) outcome where outcome.in_force))::text end as credits,
        case when ${isDecided} then (select sum(share.share) from conflict_decision_share share
          where share.decision_id = found.decision_id and share.agent_id = party.agent_id) end as share,
        coalesce((select json_agg(json_build_object('currency', taken.currency, 'amount', taken.amount::text) order by taken.currency collate "C")
          from (select currency, sum(amount) as amount from conflict_deduction
            where decision_id = found.decision_id and agent_id = party.agent_id and ${isDecided} group by currency) taken), '[]') as deductions
      from conflict_party party join conflict_case found on found.id = party.case_id join conflict_rule rule on rule.id = found.rule_id
      where party.agent_id = ${agentId} and ${byThen(sql`found.opened_at`, on)}
      order by found.opened_at, found.id, party.side`,
  );
}

/** The deals that it had registered by the end of the day, as they stand today. */
export function readRegistrations(transaction: Transaction, { agentId, on }: FileSubject): Promise<FileRegistration[]> {
  return read(
    transaction,
    sql`select deal.code, deal.customer_id as "customerId", deal.customer_name as "customerName", deal.opportunity, product.code as product,
        category.code as category, deal.state::text as state, deal.registered_at as "registeredAt", deal.protected_from as "protectedFrom",
        deal.protected_until as "protectedUntil"
      from deal_registration deal left join product on product.id = deal.product_id
        left join product_category category on category.id = deal.product_category_id
      where deal.agent_id = ${agentId} and ${byThen(sql`deal.registered_at`, on)} order by deal.registered_at, deal.id`,
  );
}

import { rawSql, type Transaction } from '../db/client.ts';

/** Days on which an agent has a tier, and what made it so. */
export type DatedTierCause = {
  readonly tier: string;
  readonly from: string;
  /** The first day on which it no longer holds; null: it has no end. */
  readonly to: string | null;
  /** The move of an applied evaluation that begins there; null: none. */
  readonly moveId: number | null;
  /** The approved override that holds then; null: none. */
  readonly overrideId: number | null;
  /** Why that was given by hand, and who approved it. */
  readonly reason: string | null;
  readonly approvedBy: string | null;
};

/** The dated tiers of an agent, the latest first, as far as the transaction sees it; none for an agent it does not see. */
export async function tierHistory(transaction: Transaction, agentCode: string): Promise<readonly DatedTierCause[]> {
  return rawSql(transaction)<DatedTierCause[]>`
    select tier.code as tier, fact.valid_from::text as "from", fact.valid_to::text as "to",
      case when held.id is null then (
        select move.id from tier_move move join tier_evaluation evaluation on evaluation.id = move.evaluation_id
        where move.agent_id = agent.id and not move.superseded and evaluation.state = 'APPLIED'
          and evaluation.effective_on = fact.valid_from and move.to_tier_id = fact.tier_id
        order by move.id desc limit 1) end as "moveId",
      held.id as "overrideId", held.reason, held.decided_by as "approvedBy"
    from agent join agent_tier fact on fact.agent_id = agent.id join tier on tier.id = fact.tier_id
    left join tier_override held on held.agent_id = agent.id and held.state = 'APPROVED' and held.tier_id = fact.tier_id
      and daterange(held.valid_from, held.valid_to) @> fact.valid_from
    where agent.code = ${agentCode} and (not row_security_active('agent_tier') or agent.id in (select visible_agents()))
    order by fact.valid_from desc`;
}

import { createHash } from 'node:crypto';
import { canonicalJson } from '../commissions/hashes.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Version } from '../definitions/versions.ts';
import { endDate, lastDate, type Period } from '../period.ts';
import { evaluateTier, type TierMoveKind, type TierOutcome } from './evaluate.ts';
import { loadTierFacts } from './facts.ts';
import type { TierSchemeDefinition } from './scheme.ts';

/** A scheme, and the version of it by which a period is evaluated. */
export type SchemeVersion = {
  readonly id: number;
  readonly code: string;
  readonly version: Version<TierSchemeDefinition>;
};

/** An agent as an evaluation finds it. */
export type Standing = {
  readonly id: number;
  readonly code: string;
  /** null: it has no tier. */
  readonly tier: string | null;
  /** Misses in a row after the evaluation that was applied last. */
  readonly misses: number;
  readonly isOverridden: boolean;
  /** The tier by hand that holds on the first day after the period; null: none. */
  readonly tierByHand: string | null;
};

/** What an evaluation finds for an agent; OVERRIDDEN: `tier` is the one by hand. */
export type AgentMove = TierOutcome & {
  readonly agentId: number;
  readonly agentCode: string;
  readonly fromTier: string | null;
  readonly missesBefore: number;
};

export type EvaluatedAgents = {
  readonly moves: readonly AgentMove[];
  /** By natural keys: the same facts give the same one. */
  readonly movesHash: string;
  readonly counts: Readonly<Partial<Record<TierMoveKind, number>>>;
};

/**
 * Evaluates a scheme for a period by the facts of now, as owner, and writes nothing: agents of its channel types that are ACTIVE or
 * SUSPENDED on the period's last day, by code. Their tier is that of the last day; where an override ended with it, the one that it gave
 * way to. The caller holds the programme's lock, so that all is read in one state.
 */
export async function evaluateAgents(
  transaction: Transaction,
  scheme: SchemeVersion,
  period: Period,
): Promise<EvaluatedAgents> {
  const { definition, number } = scheme.version;
  const standings = await loadStandings(transaction, scheme, period);
  const factsOf = await loadTierFacts(transaction, period, definition);
  const hash = createHash('sha256').update(canonicalJson([scheme.code, number, definition, period]));
  const counts: Partial<Record<TierMoveKind, number>> = {};
  const moves = standings.map(({ id, code, tier, misses, isOverridden, tierByHand }): AgentMove => {
    const found = evaluateTier(definition, { tierNow: tier, misses, isOverridden, ...factsOf(id) });
    const outcome = found.kind === 'OVERRIDDEN' ? { ...found, tier: tierByHand ?? found.tier } : found;
    counts[outcome.kind] = (counts[outcome.kind] ?? 0) + 1;
    const facts = outcome.facts.map((fact) => [fact.tier, fact.list, fact.value, fact.held]);
    hash.update(
      `\n${JSON.stringify([code, outcome.kind, tier, outcome.tier, misses, outcome.missesAfter, isOverridden, facts])}`,
    );
    return { ...outcome, agentId: id, agentCode: code, fromTier: tier, missesBefore: misses };
  });
  return { moves, movesHash: hash.digest('hex'), counts };
}

/** How agents that a scheme grades stand before a period is evaluated, by code: all, or the one that is named. */
export async function loadStandings(
  transaction: Transaction,
  { id, version }: Omit<SchemeVersion, 'code'>,
  period: Period,
  agentId?: number,
): Promise<readonly Standing[]> {
  const sql = rawSql(transaction);
  const { channelTypes } = version.definition;
  const [day, next] = [lastDate(period), endDate(period)];
  return sql<Standing[]>`
    with overridden as (
      select agent_id, bool_or(daterange(valid_from, valid_to) @> ${next}::date) as holds
      from tier_override where state = 'APPROVED' and valid_from <= ${next} and valid_to > ${day} group by agent_id),
    dated as (
      select fact.agent_id, tier.code, daterange(valid_from, valid_to) @> ${day}::date as on_last,
        daterange(valid_from, valid_to) @> ${next}::date as on_next
      from agent_tier fact join tier on tier.id = fact.tier_id
      where daterange(valid_from, valid_to) && daterange(${day}, ${next}, '[]'))
    select agent.id, agent.code, case when overridden.holds then coalesce(last.code, next.code)
        when overridden.agent_id is not null then next.code else last.code end as tier,
      coalesce(move.misses_after, 0)::integer as misses, coalesce(overridden.holds, false) as "isOverridden",
      case when overridden.holds then next.code end as "tierByHand"
    from agent join agent_status state on state.agent_id = agent.id and state.status in ('ACTIVE', 'SUSPENDED')
      and daterange(state.valid_from, state.valid_to) @> ${day}::date
    join channel_type on channel_type.id = agent.channel_type_id
    left join overridden on overridden.agent_id = agent.id
    left join dated last on last.agent_id = agent.id and last.on_last
    left join dated next on next.agent_id = agent.id and next.on_next
    left join tier_move move on move.agent_id = agent.id and not move.superseded and move.evaluation_id = (
      select id from tier_evaluation where scheme_id = ${id} and state = 'APPLIED' and period < ${period}
      order by period desc limit 1)
    where (${channelTypes.length === 0} or channel_type.code = any(${[...channelTypes]}))
      and (${agentId ?? null}::integer is null or agent.id = ${agentId ?? null})
    order by agent.code collate "C"`;
}

import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { programmeLock } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { addNotices } from '../notices/notices.ts';
import type { Period } from '../period.ts';
import { setTierBetween } from './datedTiers.ts';
import { evaluateTier, type TierMoveKind, type TierOutcome } from './evaluate.ts';
import { loadTierFacts } from './facts.ts';
import { looksAtScores } from './looksAtScores.ts';
import type { TierSchemeDefinition } from './scheme.ts';

/** A move of an applied evaluation as it stands. */
type Move = {
  readonly id: number;
  readonly evaluationId: number;
  readonly scheme: string;
  readonly definition: TierSchemeDefinition;
  readonly period: Period;
  readonly effectiveOn: string;
  /** From which day on the next applied evaluation of the scheme counts that did not find a tier by hand; null: there is none. */
  readonly until: string | null;
  readonly revision: number;
  readonly kind: TierMoveKind;
  readonly fromTier: string | null;
  readonly toTier: string;
  readonly missesBefore: number;
  readonly missesAfter: number;
  readonly facts: unknown;
};

/** What the evaluation before came to, and comes to now; the tier is that of the last one that did not find a tier by hand. */
type Earlier = {
  readonly tier: string;
  readonly tierNow: string;
  readonly misses: number;
  readonly missesNow: number;
};

export type RevisedTier = { readonly scheme: string; readonly before: string; readonly after: string };

/**
 * Evaluates an agent again whose score of a period was changed: for that period and those after it, in their order, as far as they are
 * applied and their scheme looks at scores. A move that is another one now gets a revision, and where the tier differs, the days on which
 * the agent has the tier that the evaluation gave it get the new one; tiers by hand and by others stay. Works under the request role.
 * @returns the tier that each evaluation gave, where it differs. @throws UserError FORBIDDEN.
 */
export async function reevaluateAgent(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { agentId, period }: { readonly agentId: number; readonly period: Period },
): Promise<RevisedTier[]> {
  await rawSql(transaction)`select pg_advisory_xact_lock(${programmeLock}::bigint)`;
  const revised: RevisedTier[] = [];
  const earlier = new Map<string, Earlier>();
  for (const move of await loadMoves(transaction, agentId, period)) {
    if (!looksAtScores(move.definition)) continue;
    const before = earlier.get(move.scheme);
    const fromTier = before && before.tier === move.fromTier ? before.tierNow : move.fromTier;
    const misses = before && before.misses === move.missesBefore ? before.missesNow : move.missesBefore;
    const facts = (await loadTierFacts(transaction, move.period, move.definition, [agentId]))(agentId);
    const isOverridden = move.kind === 'OVERRIDDEN';
    const found = evaluateTier(move.definition, { tierNow: fromTier, misses, isOverridden, ...facts });
    const outcome = isOverridden ? { ...found, tier: move.toTier } : found;
    const tiers = isOverridden ? before : { tier: move.toTier, tierNow: outcome.tier };
    if (tiers) earlier.set(move.scheme, { ...tiers, misses: move.missesAfter, missesNow: outcome.missesAfter });
    if (!(await addRevision(transaction, agentId, move, fromTier, misses, outcome))) continue;
    if (outcome.tier !== move.toTier) {
      revised.push({ scheme: move.scheme, before: move.toTier, after: outcome.tier });
      await replaceTier(transaction, agentId, move, outcome.tier);
      await tell(transaction, now, agentId, move, outcome.tier);
    }
    await recordRevision(transaction, actor, now, agentId, move, outcome);
  }
  return revised;
}

async function loadMoves(transaction: Transaction, agentId: number, period: Period): Promise<readonly Move[]> {
  return rawSql(transaction)<Move[]>`
    select move.id, evaluation.id as "evaluationId", scheme.code as scheme, version.definition, evaluation.period,
      evaluation.effective_on::text as "effectiveOn", (select min(later.effective_on)::text
        from tier_evaluation later join tier_move next on next.evaluation_id = later.id
        where later.scheme_id = scheme.id and later.state = 'APPLIED' and later.period > evaluation.period
          and next.agent_id = move.agent_id and not next.superseded and next.kind <> 'OVERRIDDEN') as until,
      move.revision, move.kind, before.code as "fromTier", after.code as "toTier", move.misses_before as "missesBefore",
      move.misses_after as "missesAfter", move.facts
    from tier_move move join tier_evaluation evaluation on evaluation.id = move.evaluation_id and evaluation.state = 'APPLIED'
    join tier_scheme scheme on scheme.id = evaluation.scheme_id
    join tier_scheme_version version on version.id = evaluation.version_id
    left join tier before on before.id = move.from_tier_id join tier after on after.id = move.to_tier_id
    where move.agent_id = ${agentId} and not move.superseded and evaluation.period >= ${period}
    order by evaluation.period, scheme.code collate "C"`;
}

/** @returns whether the move is another one than it was; one with the same outcome by other figures is, too. */
async function addRevision(
  transaction: Transaction,
  agentId: number,
  move: Move,
  fromTier: string | null,
  missesBefore: number,
  { kind, tier, missesAfter, facts }: TierOutcome,
): Promise<boolean> {
  const sql = rawSql(transaction);
  const text = JSON.stringify(facts);
  const [same] = await sql<{ same: boolean }[]>`
    select facts = ${text}::text::jsonb and kind::text = ${kind} and misses_before = ${missesBefore} and misses_after = ${missesAfter}
      and from_tier_id is not distinct from (select id from tier where code = ${fromTier})
      and to_tier_id = (select id from tier where code = ${tier}) as same
    from tier_move where id = ${move.id}`;
  if (same?.same) return false;
  const superseded = await sql`update tier_move set superseded = true where id = ${move.id} returning id`;
  // Row-level security passes over rows that one may not change without a word.
  if (superseded.length === 0) throw new UserError('FORBIDDEN', 'You may not change the tier of this agent.');
  await sql`
    insert into tier_move (evaluation_id, agent_id, revision, kind, from_tier_id, to_tier_id, misses_before, misses_after, facts)
    select ${move.evaluationId}, ${agentId}, ${move.revision + 1}, ${kind}, (select id from tier where code = ${fromTier}), id,
      ${missesBefore}, ${missesAfter}, ${text}::text::jsonb
    from tier where code = ${tier}`;
  return true;
}

/** Days of tiers by hand are left alone, and those on which the agent has another tier than the evaluation gave. */
async function replaceTier(transaction: Transaction, agentId: number, move: Move, tier: string): Promise<void> {
  const sql = rawSql(transaction);
  const { effectiveOn, until, toTier } = move;
  const spans = await sql<{ tierId: number; from: string; to: string | null }[]>`
    select (select id from tier where code = ${tier}) as "tierId", lower(days)::text as "from", upper(days)::text as "to"
    from (select unnest(datemultirange(daterange(fact.valid_from, fact.valid_to) * daterange(${effectiveOn}, ${until}::date))
            - coalesce((select range_agg(daterange(held.valid_from, held.valid_to)) from tier_override held
                where held.agent_id = ${agentId} and held.state = 'APPROVED'), '{}'::datemultirange)) as days
          from agent_tier fact
          where fact.agent_id = ${agentId} and daterange(fact.valid_from, fact.valid_to) && daterange(${effectiveOn}, ${until}::date)
            and fact.tier_id = (select id from tier where code = ${toTier})) free
    order by 2`;
  for (const { tierId, from, to } of spans) await setTierBetween(transaction, { agentId, tierId, from, to });
}

async function tell(
  transaction: Transaction,
  now: Date,
  agentId: number,
  { scheme, period, revision, effectiveOn, toTier }: Move,
  tier: string,
): Promise<void> {
  const subject = `${scheme} ${period} ${revision + 1}`;
  const details = { scheme, period, from: toTier, to: tier, on: effectiveOn };
  await addNotices(transaction, now, [{ agentId, kind: 'TIER_CHANGED', subject, details }]);
}

async function recordRevision(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  agentId: number,
  { scheme, period, kind, toTier, missesAfter }: Move,
  outcome: TierOutcome,
): Promise<void> {
  const [agent] = await rawSql(transaction)<{ code: string }[]>`select code from agent where id = ${agentId}`;
  await recordChanges(transaction, actor, now, [
    {
      action: 'tiers.reevaluated',
      entity: 'tier_evaluation',
      entityKey: `${scheme} ${period} ${agent?.code ?? ''}`,
      before: { kind, tier: toTier, misses: missesAfter },
      after: { kind: outcome.kind, tier: outcome.tier, misses: outcome.missesAfter },
    },
  ]);
}

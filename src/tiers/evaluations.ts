import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { type CopyValue, copyRows } from '../db/copy.ts';
import { programmeLock } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { versionInForce } from '../definitions/versions.ts';
import { UserError } from '../errors.ts';
import { addNotices, type NewNotice } from '../notices/notices.ts';
import { endDate, lastDate, type Period, parsePeriod, periodEnd } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { requirePublishedScores } from '../scorecards/publishedScores.ts';
import { applyMoves } from './applyMoves.ts';
import type { TierMoveKind } from './evaluate.ts';
import { type AgentMove, evaluateAgents, type SchemeVersion } from './evaluateAgents.ts';
import { looksAtScores } from './looksAtScores.ts';
import type { TierSchemeDefinition } from './scheme.ts';

export { reevaluateAgent } from './reevaluate.ts';

// Evaluations of tier schemes (DOMAIN.md §6): a preview, which somebody looks at, then applies or discards. They run as owner; the
// caller has checked that an administrator asks.

export type EvaluationSummary = {
  readonly evaluationId: number;
  readonly scheme: string;
  readonly version: number;
  readonly period: string;
  readonly state: 'PREVIEW' | 'APPLIED';
  /** The first day after the period: from then on the tiers hold. */
  readonly effectiveOn: string;
  readonly agentCount: number;
  readonly counts: Readonly<Partial<Record<TierMoveKind, number>>>;
  readonly movesHash: string;
};

/**
 * Evaluates a scheme for a period that is over, by the facts of now, and keeps every agent's move as a preview; a former preview of the
 * same is discarded. No tier changes.
 * @throws UserError PERIOD_INVALID, NOT_FOUND for a scheme that has no version in force on the period's last day, PERIOD_NOT_OVER,
 * EVALUATION_PERIOD, EVALUATION_ORDER, SCORES_NOT_PUBLISHED.
 */
export async function previewTiers(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { scheme: code, period: text }: { readonly scheme: string; readonly period: string },
): Promise<EvaluationSummary> {
  const sql = rawSql(transaction);
  const period = parsePeriod(text);
  if (!period) throw new UserError('PERIOD_INVALID', `${text} is no period.`, 'period');
  const { timeZone } = await loadOperator(transaction);
  if (now < periodEnd(period, timeZone)) throw new UserError('PERIOD_NOT_OVER', `${period} is not over yet.`, 'period');
  // All that is looked at stays as it is meanwhile: whoever changes figures, tiers or agents holds this lock.
  await sql`select pg_advisory_xact_lock(${programmeLock}::bigint)`;
  const scheme = await loadScheme(transaction, code, period);
  await requireTurn(transaction, scheme, period);
  await sql`
    update tier_evaluation set state = 'DISCARDED', decided_by = ${actor.name}, decided_at = ${now.toISOString()}
    where scheme_id = ${scheme.id} and period = ${period} and state = 'PREVIEW'`;
  const { moves, movesHash, counts } = await evaluateAgents(transaction, scheme, period);
  const effectiveOn = endDate(period);
  const [added] = await sql<{ id: number }[]>`
    insert into tier_evaluation (scheme_id, version_id, period, state, effective_on, created_by, created_at, agent_count, moves_hash)
    values (${scheme.id}, ${scheme.version.id}, ${period}, 'PREVIEW', ${effectiveOn}, ${actor.name}, ${now.toISOString()},
      ${moves.length}, ${movesHash})
    returning id`;
  if (!added) throw new Error('The evaluation was not added');
  await writeMoves(transaction, added.id, moves);
  const { number: version } = scheme.version;
  await recordChanges(transaction, actor, now, [
    {
      action: 'tiers.previewed',
      entity: 'tier_evaluation',
      entityKey: `${code} ${period}`,
      after: { version, agentCount: moves.length, counts, movesHash },
    },
  ]);
  const found = { scheme: code, version, period, effectiveOn, agentCount: moves.length, counts, movesHash };
  return { evaluationId: added.id, state: 'PREVIEW', ...found };
}

/**
 * Applies a preview: every agent whose tier changes has the new one from the first day after the period on, but for days with a tier by
 * hand, and is told, as who missed what keeps its tier is. What was looked at must still be as it was.
 * @throws UserError NOT_FOUND, EVALUATION_STATE, EVALUATION_ORDER, SCORES_NOT_PUBLISHED, EVALUATION_STALE, EVALUATION_LATER_TIER.
 */
export async function applyTiers(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  evaluationId: number,
): Promise<EvaluationSummary> {
  const sql = rawSql(transaction);
  // Tiers are inputs of runs: no change passes an approval that has compared its inputs.
  await sql`select pg_advisory_xact_lock(${programmeLock}::bigint)`;
  const { code, period, movesHash, effectiveOn } = await lockPreview(transaction, evaluationId);
  const scheme = await loadScheme(transaction, code, period);
  await requireTurn(transaction, scheme, period);
  const evaluated = await evaluateAgents(transaction, scheme, period);
  if (evaluated.movesHash !== movesHash) {
    throw new UserError('EVALUATION_STALE', `The evaluation of ${period} by ${code} would find something else now.`);
  }
  const { moves, counts } = evaluated;
  const changed = moves.filter(({ kind, fromTier, tier }) => kind !== 'OVERRIDDEN' && fromTier !== tier);
  await applyMoves(transaction, changed, effectiveOn);
  await addNotices(transaction, now, noticesOf(scheme, period, effectiveOn, moves));
  await sql`
    update tier_evaluation set state = 'APPLIED', decided_by = ${actor.name}, decided_at = ${now.toISOString()}
    where id = ${evaluationId}`;
  const agentCount = moves.length;
  await recordChanges(transaction, actor, now, [
    {
      action: 'tiers.applied',
      entity: 'tier_evaluation',
      entityKey: `${code} ${period}`,
      after: { effectiveOn, agentCount, changedCount: changed.length, counts, movesHash },
    },
  ]);
  const { number: version } = scheme.version;
  return { evaluationId, scheme: code, version, period, state: 'APPLIED', effectiveOn, agentCount, counts, movesHash };
}

/** Discards a preview, which stays to be read. @throws UserError NOT_FOUND, EVALUATION_STATE. */
export async function discardTiers(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  evaluationId: number,
): Promise<void> {
  const { code, period } = await lockPreview(transaction, evaluationId);
  await rawSql(transaction)`
    update tier_evaluation set state = 'DISCARDED', decided_by = ${actor.name}, decided_at = ${now.toISOString()}
    where id = ${evaluationId}`;
  await recordChanges(transaction, actor, now, [
    { action: 'tiers.discarded', entity: 'tier_evaluation', entityKey: `${code} ${period}` },
  ]);
}

async function loadScheme(transaction: Transaction, code: string, period: Period): Promise<SchemeVersion> {
  const found = await transaction.query.tierScheme.findFirst({ columns: { id: true }, where: { code } });
  if (!found) throw new UserError('NOT_FOUND', `There is no tier scheme ${code}.`, 'scheme');
  const version = await versionInForce<TierSchemeDefinition>(transaction, 'tier_scheme', found.id, lastDate(period));
  if (version) return { id: found.id, code, version };
  throw new UserError('NOT_FOUND', `No version of tier scheme ${code} is in force at the end of ${period}.`, 'scheme');
}

/** The period is one that the scheme evaluates, none after it is applied, and its scores, where criteria look at them, stand. */
async function requireTurn(
  transaction: Transaction,
  { id, code, version: { definition } }: SchemeVersion,
  period: Period,
): Promise<void> {
  if (definition.evaluation === 'QUARTERLY' && Number(period.slice(5)) % 3 !== 0) {
    throw new UserError('EVALUATION_PERIOD', `${period} is not the last month of a calendar quarter.`, 'period');
  }
  const [found] = await rawSql(transaction)<{ applied: string | null }[]>`
    select max(period) as applied from tier_evaluation where scheme_id = ${id} and state = 'APPLIED'`;
  if (found?.applied && found.applied >= period) {
    const message = `The evaluation of ${found.applied} by ${code} is applied; ${period} is not after it.`;
    throw new UserError('EVALUATION_ORDER', message, 'period');
  }
  if (looksAtScores(definition)) await requirePublishedScores(transaction, period, code);
}

type Preview = {
  readonly code: string;
  readonly period: Period;
  readonly state: string;
  readonly movesHash: string;
  readonly effectiveOn: string;
};

/** Of two at once, the second sees what the first has made of it. */
async function lockPreview(transaction: Transaction, evaluationId: number): Promise<Preview> {
  const [found] = await rawSql(transaction)<Preview[]>`
    select scheme.code, evaluation.period, evaluation.state, evaluation.moves_hash as "movesHash",
      evaluation.effective_on::text as "effectiveOn"
    from tier_evaluation evaluation join tier_scheme scheme on scheme.id = evaluation.scheme_id
    where evaluation.id = ${evaluationId} for update of evaluation`;
  if (!found) throw new UserError('NOT_FOUND', 'There is no such evaluation.', 'evaluationId');
  if (found.state === 'PREVIEW') return found;
  throw new UserError('EVALUATION_STATE', `The evaluation of ${found.period} by ${found.code} is ${found.state}.`);
}

async function writeMoves(transaction: Transaction, evaluationId: number, moves: readonly AgentMove[]): Promise<void> {
  const ids = await loadTierIds(transaction);
  const target =
    'tier_move (evaluation_id, agent_id, kind, from_tier_id, to_tier_id, misses_before, misses_after, facts)';
  const rows = function* (): Generator<readonly CopyValue[]> {
    for (const { agentId, kind, fromTier, tier, missesBefore, missesAfter, facts } of moves) {
      const [from, to] = [fromTier === null ? null : (ids.get(fromTier) ?? null), ids.get(tier) ?? null];
      yield [evaluationId, agentId, kind, from, to, missesBefore, missesAfter, JSON.stringify(facts)];
    }
  };
  await copyRows(transaction, target, rows());
}

/** Keys of tiers by code. */
async function loadTierIds(transaction: Transaction): Promise<ReadonlyMap<string, number>> {
  const rows = await transaction.query.tier.findMany({ columns: { id: true, code: true } });
  return new Map(rows.map(({ id, code }) => [code, id]));
}

function noticesOf(
  { code, version: { definition } }: SchemeVersion,
  period: Period,
  effectiveOn: string,
  moves: readonly AgentMove[],
): NewNotice[] {
  const subject = `${code} ${period}`;
  const shared = { scheme: code, period };
  return moves.flatMap(({ agentId, kind, fromTier, tier, missesAfter }): NewNotice[] => {
    // Who was given a tier by hand was told when that was approved.
    if (kind === 'OVERRIDDEN') return [];
    if (fromTier !== tier) {
      const details = { ...shared, ...(fromTier === null ? {} : { from: fromTier }), to: tier, on: effectiveOn };
      return [{ agentId, kind: 'TIER_CHANGED', subject, details }];
    }
    if (kind !== 'MISSED') return [];
    const details = { ...shared, tier, misses: String(missesAfter), grace: String(definition.grace) };
    return [{ agentId, kind: 'TIER_MISSED', subject, details }];
  });
}

import { sql } from 'drizzle-orm';
import type { Transaction } from '../db/client.ts';
import { byThen, type FileSubject, read } from './partnerFile.ts';

// What the partner file says of how an agent was judged: scores, tiers, awards. Each section is one statement; row-level security decides
// what is in it.

export type FilePublishedScore = {
  readonly period: string;
  readonly template: string;
  readonly version: number;
  readonly revision: number;
  readonly total: string | null;
  readonly state: string;
  readonly publishedAt: string;
};
export type FileTierMove = {
  readonly scheme: string;
  readonly period: string;
  readonly kind: string;
  readonly fromTier: string | null;
  readonly toTier: string;
  readonly misses: number;
  readonly effectiveOn: string;
  readonly appliedAt: string;
};
export type FileAward = {
  readonly award: string;
  readonly name: string;
  readonly period: string;
  readonly place: number;
  readonly rankedAmong: string;
  readonly prize: unknown;
  readonly grantedAt: string;
};
export type FileAppeal = {
  readonly period: string;
  readonly state: string;
  readonly reason: string;
  readonly filedBy: string;
  readonly filedAt: string;
  readonly decision: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
};
export type FileComment = {
  readonly round: string;
  readonly aspect: string;
  readonly period: string;
  readonly words: string;
};
export type FilePlacement = {
  readonly grid: string;
  readonly period: string;
  readonly loyalty: string;
  readonly contribution: string;
};

/** Its published scores: of each period the revision that stood at the end of the day. */
export function readPublishedScores(
  transaction: Transaction,
  { agentId, on }: FileSubject,
): Promise<FilePublishedScore[]> {
  return read(
    transaction,
    sql`select distinct on (score.period collate "C") score.period, template.code as template, version.number as version, score.revision,
        score.total, round.state::text as state, round.published_at as "publishedAt"
      from score join score_round round on round.period = score.period
        join score_template_version version on version.id = score.template_version_id
        join score_template template on template.id = version.template_id
      where score.agent_id = ${agentId} and round.state in ('PUBLISHED', 'FINAL') and ${byThen(sql`round.published_at`, on)}
        and (score.superseded_at is null or not ${byThen(sql`score.superseded_at`, on)})
      order by score.period collate "C", score.revision`,
  );
}

/** What the evaluations that had been applied found, as they stand today: a revision takes the place of the one before. */
export function readTierMoves(transaction: Transaction, { agentId, on }: FileSubject): Promise<FileTierMove[]> {
  return read(
    transaction,
    sql`select scheme.code as scheme, evaluation.period, move.kind::text as kind, before.code as "fromTier", after.code as "toTier",
        move.misses_after as misses, evaluation.effective_on as "effectiveOn", evaluation.decided_at as "appliedAt"
      from tier_move move join tier_evaluation evaluation on evaluation.id = move.evaluation_id
        join tier_scheme scheme on scheme.id = evaluation.scheme_id
        left join tier before on before.id = move.from_tier_id join tier after on after.id = move.to_tier_id
      where move.agent_id = ${agentId} and not move.superseded and evaluation.state = 'APPLIED'
        and ${byThen(sql`evaluation.decided_at`, on)}
      order by evaluation.effective_on, scheme.code collate "C"`,
  );
}

export function readAwards(transaction: Transaction, { agentId, on }: FileSubject): Promise<FileAward[]> {
  return read(
    transaction,
    sql`select rule.code as award, rule.name, award.period, award.place, award.ranked_among as "rankedAmong", award.prize,
        award.granted_at as "grantedAt"
      from award join award_rule rule on rule.id = award.rule_id
      where award.agent_id = ${agentId} and ${byThen(sql`award.granted_at`, on)}
      order by award.period collate "C", rule.code collate "C"`,
  );
}

/** Its appeals about scores; one that was decided or withdrawn later is still filed on the day. */
export function readAppeals(transaction: Transaction, { agentId, on }: FileSubject): Promise<FileAppeal[]> {
  const settled = sql`coalesce(${byThen(sql`appeal.decided_at`, on)}, false)`;
  return read(
    transaction,
    sql`select score.period, case when ${settled} then appeal.state::text else 'FILED' end as state, appeal.reason,
        appeal.filed_by as "filedBy", appeal.filed_at as "filedAt", case when ${settled} then appeal.decision end as decision,
        case when ${settled} then appeal.decided_by end as "decidedBy", case when ${settled} then appeal.decided_at end as "decidedAt"
      from score_appeal appeal join score on score.id = appeal.score_id
      where appeal.agent_id = ${agentId} and ${byThen(sql`appeal.filed_at`, on)} order by appeal.filed_at, appeal.id`,
  );
}

/** Raters' words that were released to it until today, about months that had begun: when they were released is told of no one. */
export function readReleasedComments(transaction: Transaction, { agentId, on }: FileSubject): Promise<FileComment[]> {
  return read(
    transaction,
    sql`select round_code as round, aspect, period, comment as words from released_comments(${agentId}) where period <= left(${on}, 7)`,
  );
}

/** In which cells of the loyalty grids it was, of months that had begun. */
export function readPlacements(transaction: Transaction, { agentId, on }: FileSubject): Promise<FilePlacement[]> {
  return read(
    transaction,
    sql`select grid.code as grid, placement.period, placement.loyalty, placement.contribution
      from loyalty_placement placement join loyalty_grid grid on grid.id = placement.grid_id
      where placement.agent_id = ${agentId} and placement.period <= left(${on}, 7)
      order by placement.period collate "C", grid.code collate "C"`,
  );
}

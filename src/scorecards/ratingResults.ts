import { sql } from 'drizzle-orm';
import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { PageSlice } from '../db/pages.ts';
import { programmeLock } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { canonicalDecimal, Decimal } from '../money.ts';
import { addNotices } from '../notices/notices.ts';
import { loadRatingRound, type RatingRound, ratingState, requireClosed } from './ratingRounds.ts';
import { metricOfAspect } from './ratingSchema.ts';
import { ratingMeans } from './ratings.ts';
import { ratingRound } from './tables.ts';
import type { RaterGroup } from './template.ts';

// What those who manage agents learn of a rating round. Means and words are given once it has closed: before, they move with each answer.

/** Words of a rater. `key` is the SHA-256 of the words: what is released is named by what it says, not by who said it. */
export type RatingComment = { readonly key: string; readonly words: string; readonly released: boolean };

export type RatingGroupResult = {
  readonly group: RaterGroup;
  readonly invitedCount: number;
  readonly answeredCount: number;
  /** 0..100 as text, six decimals; null until the round has closed, and where nobody answered. */
  readonly mean: string | null;
  /** By text, which tells neither when nor by whom it was said; none until the round has closed. */
  readonly comments: readonly RatingComment[];
};

/** What a round came to for one agent. */
export type RatingResult = { readonly agentCode: string; readonly groups: readonly RatingGroupResult[] };

const decimals = 6;

/**
 * What a round came to, for each invited agent that the transaction sees, by code: all, or those of a page (`slice`), or one.
 * @throws UserError NOT_SET_UP.
 */
export async function ratingResults(
  transaction: Transaction,
  now: Date,
  round: RatingRound,
  wanted: { readonly slice?: PageSlice; readonly agentCode?: string | null | undefined } = {},
): Promise<RatingResult[]> {
  const isClosed = (await ratingState(transaction, now, round)) === 'CLOSED';
  const rows = await loadRows(transaction, round.id, wanted);
  return rows.map(({ agentCode, groups }) => ({
    agentCode,
    groups: groups.map(({ sum, comments, ...group }) => ({
      ...group,
      mean:
        isClosed && sum !== null
          ? canonicalDecimal(new Decimal(sum).div(group.answeredCount).toDecimalPlaces(decimals))
          : null,
      comments: isClosed ? comments : [],
    })),
  }));
}

type ResultRow = {
  readonly agentCode: string;
  readonly groups: readonly (Omit<RatingGroupResult, 'mean'> & { readonly sum: string | null })[];
};

async function loadRows(
  transaction: Transaction,
  roundId: number,
  { slice, agentCode }: Parameters<typeof ratingResults>[3] & object,
): Promise<ResultRow[]> {
  const beyond = slice ? slice.where({ agentCode: sql`agent.code` }) : sql`true`;
  const direction = slice?.orderBy.agentCode === 'desc' ? sql`desc` : sql`asc`;
  const rows = await transaction.execute(sql`
    with rated as (
      select agent.id, agent.code from agent
      where exists (select from rating_invitation invitation where invitation.agent_id = agent.id and invitation.round_id = ${roundId})
        and (${agentCode ?? null}::text is null or agent.code = ${agentCode ?? null}) and ${beyond}
      order by agent.code ${direction}
      ${slice ? sql`limit ${slice.limit}` : sql``}
    ), said as (
      select rated.code, invitation.rater_group, count(*)::integer as invited_count, count(answer.invitation_id)::integer as answered_count,
        sum(answer.points) as sum,
        coalesce(json_agg(json_build_object('key', encode(sha256(convert_to(answer.comment, 'UTF8')), 'hex'), 'words', answer.comment,
          'released', answer.released_at is not null) order by answer.comment collate "C")
          filter (where answer.comment is not null), '[]') as comments
      from rated join rating_invitation invitation on invitation.agent_id = rated.id and invitation.round_id = ${roundId}
        left join rating_answer answer on answer.invitation_id = invitation.id
      group by rated.code, invitation.rater_group
    )
    select code as "agentCode", json_agg(json_build_object('group', rater_group, 'invitedCount', invited_count, 'answeredCount', answered_count,
      'sum', sum::text, 'comments', comments) order by rater_group) as groups
    from said group by code order by code ${direction}`);
  return rows as unknown as ResultRow[];
}

/** Whose words are released: an agent, a group, and the key of the words. */
export type CommentToRelease = {
  readonly roundCode: string;
  readonly agentCode: string;
  readonly group: RaterGroup;
  readonly commentKey: string;
};

/**
 * Lets the rated agent see words of a rater, with a notice; they cannot be taken back. Row-level security decides whose.
 * @returns what became of it. @throws UserError NOT_FOUND, RATING_OPEN, NOT_SET_UP.
 */
export async function releaseRatingComment(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { roundCode, agentCode, group, commentKey }: CommentToRelease,
): Promise<'released' | 'unchanged'> {
  const round = await loadRatingRound(transaction, roundCode);
  await requireClosed(transaction, now, round);
  const found = await rawSql(transaction)<{ id: number; agentId: number; released: boolean }[]>`
    select invitation.id, invitation.agent_id as "agentId", answer.released_at is not null as released
    from rating_invitation invitation join rating_answer answer on answer.invitation_id = invitation.id
    where invitation.round_id = ${round.id} and invitation.rater_group = ${group}::rater_group
      and invitation.agent_id = (select id from agent where code = ${agentCode})
      and encode(sha256(convert_to(answer.comment, 'UTF8')), 'hex') = ${commentKey}
    for update of answer`;
  const [first] = found;
  if (!first) throw new UserError('NOT_FOUND', `There are no such words about ${agentCode}.`, 'commentKey');
  const hidden = found.filter(({ released }) => !released).map(({ id }) => id);
  if (hidden.length === 0) return 'unchanged';
  const released = await rawSql(transaction)`
    update rating_answer set released_by = ${actor.name}, released_at = ${now.toISOString()}
    where invitation_id = any (${hidden}::integer[]) returning invitation_id`;
  if (released.length === 0)
    throw new UserError('FORBIDDEN', 'You may not release words about this agent.', 'agentCode');
  await recordChanges(transaction, actor, now, [
    {
      action: 'rating_round.comment_released',
      entity: 'rating_round',
      entityKey: roundCode,
      after: { agentCode, group, commentKey },
    },
  ]);
  await addNotices(transaction, now, [
    {
      agentId: first.agentId,
      kind: 'RATING_COMMENT_RELEASED',
      subject: `${roundCode} ${commentKey}`,
      details: { round: round.name },
    },
  ]);
  return 'released';
}

/** Words about an agent that it may see: in no order that tells when, nor with a group that tells by whom. */
export type ReleasedComment = {
  readonly roundCode: string;
  readonly aspect: string;
  readonly period: string;
  readonly words: string;
};

/** The released words about an agent, as the request role; none of an agent that it does not see. */
export async function releasedComments(transaction: Transaction, agentCode: string): Promise<ReleasedComment[]> {
  return rawSql(transaction)<ReleasedComment[]>`
    select round_code as "roundCode", aspect, period, comment as words
    from agent cross join released_comments(agent.id) where agent.code = ${agentCode}`;
}

/** How many values were new, took the place of another, were known. */
export type RatingMetricsSaved = {
  readonly createdCount: number;
  readonly changedCount: number;
  readonly unchangedCount: number;
};

/**
 * Saves what a round that has closed came to as the metric RATING_<aspect> of its month (source RATED), for each agent that was rated: the
 * unweighted mean of its groups, six decimals. The same again changes nothing. `transaction` is the owner's; the caller looks at the role.
 * @throws UserError NOT_FOUND, RATING_OPEN, NOT_SET_UP.
 */
export async function saveRatingMetrics(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { period, aspect }: { readonly period: string; readonly aspect: string },
): Promise<RatingMetricsSaved> {
  const [round] = await transaction
    .select()
    .from(ratingRound)
    .where(sql`${ratingRound.period} = ${period} and ${ratingRound.aspect} = ${aspect}`);
  if (!round) throw new UserError('NOT_FOUND', `There is no rating round about ${aspect} in ${period}.`, 'aspect');
  await requireClosed(transaction, now, round);
  const means = [...(await ratingMeans(transaction, period, aspect))];
  const query = rawSql(transaction);
  // Values are inputs of runs, so approvals are held off.
  await query`select pg_advisory_xact_lock(${programmeLock}::bigint)`;
  const [written] = await query<(RatingMetricsSaved & { contentHash: string })[]>`
    with rated as (
      select * from unnest(${means.map(([agentId]) => agentId)}::integer[],
        ${means.map(([, mean]) => canonicalDecimal(mean))}::numeric[]) as row (agent_id, value)
    ), written as (
      insert into metric_value as present (agent_id, metric, period, value, source)
      select agent_id, ${metricOfAspect(aspect)}, ${period}, value, 'RATED' from rated order by agent_id
      on conflict (agent_id, metric, period) do update set value = excluded.value, source = excluded.source
        where present.value <> excluded.value or present.source <> excluded.source
      returning agent_id, value, xmax::text = '0' as created
    )
    select count(*) filter (where created)::integer as "createdCount", count(*) filter (where not created)::integer as "changedCount",
      ((select count(*) from rated) - count(*))::integer as "unchangedCount",
      encode(sha256(convert_to(coalesce(string_agg(concat_ws('|', code, trim_scale(value)), e'\n' order by code collate "C"), ''), 'UTF8')),
        'hex') as "contentHash"
    from written join agent on agent.id = written.agent_id`;
  if (!written) throw new Error('an aggregate gave no row');
  const { contentHash, ...counts } = written;
  if (counts.createdCount + counts.changedCount > 0) {
    const entityKey = `${metricOfAspect(aspect)} ${period}`;
    await recordChanges(transaction, actor, now, [
      { action: 'metrics.saved', entity: 'metric_value', entityKey, after: { ...counts, contentHash } },
    ]);
  }
  return counts;
}

import { createHash, type Hash } from 'node:crypto';
import { recordChanges } from '../audit/audit.ts';
import { canonicalJson } from '../commissions/hashes.ts';
import type { Databases, Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { asUserError } from '../db/constraints.ts';
import { type CopyValue, copyRows } from '../db/copy.ts';
import { programmeLock } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { canonicalDecimal } from '../money.ts';
import { addNotices } from '../notices/notices.ts';
import { firstDate, localDate, type Period, periodEnd } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { groupLine, hashInputs, loadPeerGroups, openInputs, type PeerGroup } from './scoreInputs.ts';
import { lockScores, requireAction, type ScoreRound, scoreLock } from './scoreRounds.ts';
import { scoresOf } from './scoring.ts';

// The scores of a period (DOMAIN.md §5): OPEN → CALCULATED → PUBLISHED → FINAL.

/** Hears what is being done, and how far the calculation is (0 to 100). */
export type OnScored = (step: string, percent: number) => void;

export type ScoreSummary = {
  readonly period: string;
  readonly agentCount: number;
  /** Agents whose score a missing value keeps from being calculated. */
  readonly blockedCount: number;
  /** Agents at work in the period for whom no template is in force. */
  readonly unscoredCount: number;
  readonly inputsHash: string;
  readonly scoresHash: string;
};

/**
 * Calculates the scores of a period for every agent with a day ACTIVE or SUSPENDED in it and a template in force on its last day, as
 * owner, in one transaction that sees one state of the inputs. Replaces scores that are not published; the same inputs give the same
 * hashes. Two at once: one calculates, the other is refused. Metrics are taken as they stand, they are measured on their own.
 * @throws UserError SCORES_BUSY, SCORES_STATE once they are published, TEMPLATE_MISSING where no template is for any agent, INPUT_INVALID for a
 * period that has not begun, NOT_SET_UP.
 */
export async function calculateScores(
  databases: Databases,
  actor: Actor,
  period: Period,
  now: Date,
  onProgress: OnScored = () => {},
): Promise<ScoreSummary> {
  const { owner } = databases;
  return owner.transaction(async (guard) => {
    const { timeZone } = await loadOperator(guard);
    if (firstDate(period) > localDate(now, timeZone)) {
      throw new UserError('INPUT_INVALID', `${period} has not begun.`, 'period');
    }
    const [lock] = await rawSql(guard)<{ locked: boolean }[]>`
      select pg_try_advisory_xact_lock(${scoreLock(period)}) as locked`;
    if (!lock?.locked) throw new UserError('SCORES_BUSY', `The scores of ${period} are being worked on.`, 'period');
    try {
      return await owner.transaction((transaction) => calculate(transaction, actor, period, now, onProgress), {
        isolationLevel: 'repeatable read',
      });
    } catch (error) {
      throw asUserError(error);
    }
  });
}

async function calculate(
  transaction: Transaction,
  actor: Actor,
  period: Period,
  now: Date,
  onProgress: OnScored,
): Promise<ScoreSummary> {
  const sql = rawSql(transaction);
  onProgress('reading agents', 0);
  await sql.unsafe(`set local work_mem = '256MB'`);
  await sql`insert into score_round (period, state) values (${period}, 'OPEN') on conflict do nothing`;
  await requireAction(transaction, 'calculate', period);
  const { groups, unscoredCount } = await loadPeerGroups(transaction, period);
  if (groups.length === 0) {
    throw new UserError('TEMPLATE_MISSING', `No template is in force for any agent at the end of ${period}.`, 'period');
  }
  await sql`delete from score where period = ${period}`;
  const tally = new Tally(period, groups, onProgress);
  const rows = scoreRows(transaction, period, groups, tally);
  // COPY and reading the inputs share a connection, so each group is written for itself.
  for await (const group of rows) {
    await copyRows(
      transaction,
      'score (period, agent_id, template_version_id, channel_type_id, total, blocked_by, detail)',
      group,
    );
  }
  onProgress('writing', 95);
  const { agentCount, blockedCount, inputsHash, scoresHash } = tally.end();
  await sql`
    update score_round set state = 'CALCULATED', calculated_by = ${actor.name}, calculated_at = ${now.toISOString()},
      agent_count = ${agentCount}, blocked_count = ${blockedCount}, inputs_hash = ${inputsHash}, scores_hash = ${scoresHash}
    where period = ${period}`;
  const counts = { agentCount, blockedCount, unscoredCount, inputsHash, scoresHash };
  await recordChanges(transaction, actor, now, [
    { action: 'scores.calculated', entity: 'score_round', entityKey: period, after: counts },
  ]);
  onProgress('calculated', 100);
  return { period, ...counts };
}

/** Counts and hashes what is scored, in the order of template, channel type and agent code: natural keys, never row numbers. */
class Tally {
  readonly #inputs = createHash('sha256');
  readonly #scores = createHash('sha256');
  readonly #expected: number;
  readonly #onProgress: OnScored;
  #agents = 0;
  #blocked = 0;

  constructor(period: Period, groups: readonly PeerGroup[], onProgress: OnScored) {
    addLine(this.#scores, period);
    this.#expected = groups.reduce((count, { agents }) => count + agents.length, 0);
    this.#onProgress = onProgress;
  }

  beginGroup(group: PeerGroup): void {
    const { template, channelType } = group;
    this.addInput(groupLine(group));
    addLine(this.#scores, canonicalJson([template.code, template.number, channelType]));
  }

  addInput(line: string): void {
    addLine(this.#inputs, line);
  }

  addScore(text: string, isBlocked: boolean): void {
    addLine(this.#scores, text);
    this.#agents += 1;
    if (isBlocked) this.#blocked += 1;
    if (this.#agents % 500 === 0) this.#onProgress('scoring', Math.floor(5 + (90 * this.#agents) / this.#expected));
  }

  end() {
    return {
      agentCount: this.#agents,
      blockedCount: this.#blocked,
      inputsHash: this.#inputs.digest('hex'),
      scoresHash: this.#scores.digest('hex'),
    };
  }
}

function addLine(hash: Hash, line: string): void {
  hash.update(`${line}\n`);
}

/** The rows of each group, one after another. */
async function* scoreRows(
  transaction: Transaction,
  period: Period,
  groups: readonly PeerGroup[],
  tally: Tally,
): AsyncGenerator<Iterable<readonly CopyValue[]>> {
  const inputsOf = await openInputs(transaction, period, groups);
  for (const group of groups) {
    tally.beginGroup(group);
    const peers = inputsOf(group, (line) => tally.addInput(line));
    yield rowsOf(period, group, scoresOf(group.template.definition, peers), tally);
  }
}

function* rowsOf(
  period: Period,
  { template, agents }: PeerGroup,
  scores: ReturnType<typeof scoresOf>,
  tally: Tally,
): Generator<readonly CopyValue[]> {
  let place = 0;
  for (const { agentCode, total, blockedBy, detail } of scores) {
    const agent = agents[place];
    if (agent?.code !== agentCode) throw new Error('scores are not in the order of the agents');
    const totalText = total === null ? null : canonicalDecimal(total);
    const blocked = JSON.stringify(blockedBy);
    const detailText = JSON.stringify(detail);
    tally.addScore(`${agentCode}|${totalText ?? ''}|${blocked}|${detailText}`, total === null);
    yield [period, agent.id, template.versionId, agent.channelTypeId, totalText, blocked, detailText];
    place += 1;
  }
}

type PublishOptions = {
  /** For how many days, the day of publishing included, agents may object. */
  readonly appealDays: number;
  /** Whether scores are published although some agents have none for want of a value. */
  readonly allowBlocked?: boolean;
};

/**
 * Publishes the calculated scores of a period that is over, as owner (an administrator's decision): agents see them from now on, each
 * total becomes the metric SCORE of its agent, whatever was imported, and each agent is told. Who has no total has no metric SCORE of the
 * month from then on: a missing score blocks the commission run and is named (§9.10).
 * @returns the first local day on which no appeal can be filed any more.
 * @throws UserError SCORES_STATE, SCORES_STALE where they were calculated before the month was over or of other inputs than there are now,
 * SCORES_BLOCKED, PERIOD_NOT_OVER, INPUT_INVALID, NOT_SET_UP.
 */
export async function publishScores(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  period: Period,
  { appealDays, allowBlocked = false }: PublishOptions,
): Promise<{ readonly agentCount: number; readonly blockedCount: number; readonly appealsUntil: string }> {
  if (!Number.isInteger(appealDays) || appealDays < 0 || appealDays > 366) {
    throw new UserError('INPUT_INVALID', `${appealDays} is no number of days from 0 to 366.`, 'appealDays');
  }
  const { timeZone } = await loadOperator(transaction);
  const end = periodEnd(period, timeZone);
  if (now < end) {
    throw new UserError('PERIOD_NOT_OVER', `${period} is not over yet in ${timeZone}.`, 'period');
  }
  const sql = rawSql(transaction);
  // No change of what runs read passes an approval that has compared its inputs.
  await sql`select pg_advisory_xact_lock(${programmeLock}::bigint)`;
  await lockScores(transaction, period);
  const round = await requireAction(transaction, 'publish', period);
  const { agentCount, blockedCount, scoresHash } = round;
  await refuseStale(transaction, period, end, round);
  if (blockedCount > 0 && !allowBlocked) await refuseBlocked(transaction, period, blockedCount);
  const [published] = await sql<{ appealsUntil: string }[]>`
    update score_round set state = 'PUBLISHED', published_by = ${actor.name}, published_at = ${now.toISOString()},
      appeals_until = ${localDate(now, timeZone)}::date + ${appealDays}::integer
    where period = ${period} returning appeals_until::text as "appealsUntil"`;
  if (!published) throw new Error('The scores were not published');
  const { appealsUntil } = published;
  const removedCount = await writeScoreMetrics(transaction, period);
  await tellScores(transaction, now, period);
  const after = { agentCount, blockedCount, removedCount, scoresHash, appealsUntil };
  await recordChanges(transaction, actor, now, [
    { action: 'scores.published', entity: 'score_round', entityKey: period, after },
  ]);
  return { agentCount, blockedCount, appealsUntil };
}

/** What is published must be what would be calculated now: figures, ratings and templates may have moved since. */
async function refuseStale(transaction: Transaction, period: Period, end: Date, round: ScoreRound): Promise<void> {
  const [calculated] = await rawSql(transaction)<{ isWhole: boolean }[]>`
    select calculated_at >= ${end.toISOString()} as "isWhole" from score_round where period = ${period}`;
  if (!calculated?.isWhole) {
    const message = `The scores of ${period} were calculated before the month was over.`;
    throw new UserError('SCORES_STALE', message, 'period');
  }
  if ((await hashInputs(transaction, period)) === round.inputsHash) return;
  const message = `The figures, targets, ratings, agents or templates of ${period} are not those that its scores were calculated of.`;
  throw new UserError('SCORES_STALE', message, 'period');
}

async function refuseBlocked(transaction: Transaction, period: Period, count: number): Promise<never> {
  const rows = await rawSql(transaction)<{ text: string }[]>`
    select agent.code || ' (' || (select string_agg(item, ', ') from jsonb_array_elements_text(blocked_by) item) || ')' as text
    from score join agent on agent.id = score.agent_id
    where period = ${period} and total is null and superseded_at is null order by agent.code collate "C" limit 20`;
  const named = rows.map(({ text }) => text).join('; ');
  const more = count > rows.length ? ` and ${count - rows.length} more` : '';
  throw new UserError('SCORES_BLOCKED', `${count} agents have no score of ${period}: ${named}${more}.`, 'allowBlocked');
}

/** @returns how many agents without a total had a metric SCORE, which is removed. */
async function writeScoreMetrics(transaction: Transaction, period: Period): Promise<number> {
  const sql = rawSql(transaction);
  await sql`
    insert into metric_value as present (agent_id, metric, period, value, source)
    select agent_id, 'SCORE', period, total, 'SCORED'::metric_source from score
    where period = ${period} and superseded_at is null and total is not null order by agent_id
    on conflict (agent_id, metric, period) do update set value = excluded.value, source = excluded.source
      where present.value <> excluded.value or present.source <> excluded.source`;
  const removed = await sql`
    delete from metric_value where metric = 'SCORE' and period = ${period} and agent_id not in (
      select agent_id from score where period = ${period} and superseded_at is null and total is not null)`;
  return removed.count;
}

/** Who has no score is told so, and what had no value. */
async function tellScores(transaction: Transaction, now: Date, period: Period): Promise<void> {
  const rows = await rawSql(transaction)<{ agentId: number; total: string | null; blockedBy: string | null }[]>`
    select agent_id as "agentId", trim_scale(total)::text as total, case when total is null then (
        select string_agg(item ->> 'name', ', ' order by place)
        from jsonb_array_elements(version.definition -> 'items') with ordinality listed (item, place)
        where blocked_by ? (item ->> 'code')) end as "blockedBy"
    from score join score_template_version version on version.id = score.template_version_id
    where period = ${period} and superseded_at is null order by agent_id`;
  const notices = rows.map(({ agentId, total, blockedBy }) => {
    const details = { period, total: total ?? '', ...(total === null ? { blockedBy: blockedBy ?? '' } : {}) };
    return { agentId, kind: 'SCORE_PUBLISHED', subject: period, details } as const;
  });
  await addNotices(transaction, now, notices);
}

/**
 * Makes the published scores of a period final, as owner (an administrator's decision): nothing moves any more. Once the days for
 * appeals are over, or before that where `early` says so; never while an appeal is open.
 * @throws UserError SCORES_STATE, APPEALS_OPEN, APPEAL_WINDOW_OPEN, NOT_SET_UP.
 */
export async function finaliseScores(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  period: Period,
  { early = false }: { readonly early?: boolean } = {},
): Promise<void> {
  const { timeZone } = await loadOperator(transaction);
  await lockScores(transaction, period);
  const { appealsUntil } = await requireAction(transaction, 'finalise', period);
  const sql = rawSql(transaction);
  const open = await sql<{ code: string }[]>`
    select agent.code from score_appeal appeal join score on score.id = appeal.score_id join agent on agent.id = appeal.agent_id
    where score.period = ${period} and appeal.state = 'FILED' order by agent.code collate "C"`;
  if (open.length > 0) {
    const named = open.slice(0, 20).map(({ code }) => code);
    throw new UserError('APPEALS_OPEN', `Appeals of ${open.length} agents are open: ${named.join(', ')}.`, 'period');
  }
  if (!early && appealsUntil !== null && localDate(now, timeZone) < appealsUntil) {
    throw new UserError('APPEAL_WINDOW_OPEN', `Agents may object until ${appealsUntil}, that day excluded.`, 'early');
  }
  await sql`
    update score_round set state = 'FINAL', finalised_by = ${actor.name}, finalised_at = ${now.toISOString()} where period = ${period}`;
  await recordChanges(transaction, actor, now, [
    { action: 'scores.finalised', entity: 'score_round', entityKey: period, after: { early } },
  ]);
}

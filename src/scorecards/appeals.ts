import { recordChanges } from '../audit/audit.ts';
import { type Database, rawSql, type Transaction } from '../db/client.ts';
import { programmeLock } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError, UserErrors } from '../errors.ts';
import { canonicalDecimal, parseDecimal } from '../money.ts';
import { addNotices } from '../notices/notices.ts';
import { localDate, type Period } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { reevaluateAgent } from '../tiers/evaluations.ts';
import { type Corrections, peerItems, rescore, spreadCorrections } from './appealScores.ts';
import { lockScores, requireAction } from './scoreRounds.ts';
import { type AppealAction, type AppealState, nextAppealState } from './scoreStates.ts';
import type { ScoreDetail, TemplateDefinition } from './template.ts';

// Objections of agents to their published scores (DOMAIN.md §5). They run as the request role: whose rows somebody sees, and may change, is
// decided by the database.

const daysToDecide = 10;

type NewAppeal = {
  readonly period: Period;
  /** The items it objects to (codes of items, bonuses, deductions or vetoes); none: the score as a whole. */
  readonly items: readonly string[];
  readonly reason: string;
};

/**
 * Files the objection of the agent who asks to its score of a period, within the days for it. Due ten days after the local day of filing.
 * @returns the key of the appeal.
 * @throws UserError VALUE_MISSING, VALUE_TOO_LONG, FORBIDDEN for anybody but an agent, NOT_FOUND where it has no score, SCORES_STATE,
 * APPEAL_WINDOW_OVER, INPUT_INVALID for items that the score does not have, APPEAL_EXISTS.
 */
export async function fileAppeal(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { period, items, reason }: NewAppeal,
): Promise<number> {
  const said = requireWords(reason, 'reason');
  const agentId = actor.user?.agentId ?? null;
  if (agentId === null) throw new UserError('FORBIDDEN', 'An agent objects to its own score.');
  const { timeZone } = await loadOperator(transaction);
  const today = localDate(now, timeZone);
  await lockScores(transaction, period);
  const found = await findScore(transaction, agentId, period);
  const { appealsUntil } = await requireAction(transaction, 'appeal', period);
  if (appealsUntil !== null && today >= appealsUntil) {
    throw new UserError(
      'APPEAL_WINDOW_OVER',
      `Appeals were possible until ${appealsUntil}, that day excluded.`,
      'period',
    );
  }
  requireCodes(codesOf(found.detail), items, 'items');
  await refuseSecond(transaction, found.id);
  const [added] = await rawSql(transaction)<{ id: number }[]>`
    insert into score_appeal (score_id, agent_id, state, reason, items, filed_by, filed_at, due_on)
    values (${found.id}, ${agentId}, 'FILED', ${said}, ${JSON.stringify(items)}::text::jsonb, ${actor.name}, ${now.toISOString()},
      ${today}::date + ${daysToDecide}::integer)
    returning id`;
  if (!added) throw new Error('The appeal was not added');
  await recordChanges(transaction, actor, now, [
    {
      action: 'score_appeal.filed',
      entity: 'score',
      entityKey: `${period} ${found.agentCode}`,
      after: { items, total: found.total, revision: found.revision },
      reason: said,
    },
  ]);
  return added.id;
}

/** Takes an appeal back: who filed it, or another account of the agent. @throws UserError NOT_FOUND, APPEAL_STATE, FORBIDDEN. */
export async function withdrawAppeal(transaction: Transaction, actor: Actor, now: Date, id: number): Promise<void> {
  const appeal = await lockAppeal(transaction, id);
  if (actor.user?.agentId !== appeal.agentId) {
    throw new UserError('FORBIDDEN', 'An agent takes back its own appeal.');
  }
  await settle(transaction, actor, now, appeal, 'withdraw', {});
  await recordChanges(transaction, actor, now, [
    { action: 'score_appeal.withdrawn', entity: 'score', entityKey: `${appeal.period} ${appeal.agentCode}` },
  ]);
}

type Decision = {
  readonly id: number;
  readonly accept: boolean;
  /** What the agent is told. */
  readonly decision: string;
  /** Accepting: the values to put in place of others, at least one, by code of item, bonus, deduction or veto; each stands for
   * its metric wherever else the score reads it. */
  readonly corrections?: readonly { readonly code: string; readonly value: string }[];
};

/** What an accepted appeal came to. */
export type Decided = {
  readonly period: string;
  readonly agentCode: string;
  readonly before: string | null;
  readonly after: string | null;
  /** Tiers that were evaluated again, and differ. */
  readonly tiers: readonly { readonly scheme: string; readonly before: string; readonly after: string }[];
};

/**
 * Decides an appeal: a manager of the agent, never who filed it. Accepting scores the agent again with the corrected values, against the
 * values that its peers' published scores were made of; they keep theirs. The former score stays as a revision; the metric SCORE follows (and with
 * it, through RETRO, commission), and so does a tier that was applied already. A corrected value stands for its metric in all that reads it.
 * @param owner reads the peers' values, which whoever decides need not see
 * @throws UserError NOT_FOUND, SAME_PERSON, APPEAL_STATE, SCORES_STATE, VALUE_MISSING, VALUE_TOO_LONG, INPUT_INVALID.
 */
export async function decideAppeal(
  transaction: Transaction,
  owner: Database,
  actor: Actor,
  now: Date,
  { id, accept, decision, corrections: given = [] }: Decision,
): Promise<Decided> {
  const said = requireWords(decision, 'decision');
  const seen = await findAppeal(transaction, id);
  const seenScore = await findScore(transaction, seen.agentId, seen.period);
  readCorrections(seenScore, accept, given);
  // Nobody waits while they are read: what the first revisions of published scores were made of never changes.
  const peers = accept ? await loadPeerValues(owner, seenScore, seen.period) : [];
  // No change of what runs read passes an approval that has compared its inputs.
  await rawSql(transaction)`select pg_advisory_xact_lock(${programmeLock}::bigint)`;
  await lockScores(transaction, seen.period);
  await requireAction(transaction, 'appeal', seen.period);
  const appeal = await lockAppeal(transaction, id);
  const { agentCode, period, agentId } = appeal;
  if (appeal.filedBy.toLowerCase() === actor.name.toLowerCase()) {
    throw new UserError('SAME_PERSON', `${appeal.filedBy} filed this appeal: somebody else decides.`);
  }
  const score = await findScore(transaction, agentId, period);
  const corrections = readCorrections(score, accept, given);
  const revised = accept ? await revise(transaction, now, score, period, corrections, peers) : undefined;
  const kept = Object.fromEntries([...corrections].map(([code, value]) => [code, canonicalDecimal(value)]));
  const outcome = { decision: said, ...(revised ? { corrections: kept, newScoreId: revised.id } : {}) };
  const state = await settle(transaction, actor, now, appeal, accept ? 'accept' : 'reject', outcome);
  const tiers = revised ? await reevaluateAgent(transaction, actor, now, { agentId, period }) : [];
  const before = score.total;
  const after = revised ? revised.total : before;
  const details = { period, decision: state, before: before ?? '', after: after ?? '' };
  const subject = `${period} ${score.revision}`;
  await addNotices(transaction, now, [{ agentId, kind: 'SCORE_APPEAL_DECIDED', subject, details }]);
  await recordChanges(transaction, actor, now, [
    {
      action: accept ? 'score_appeal.accepted' : 'score_appeal.rejected',
      entity: 'score',
      entityKey: `${period} ${agentCode}`,
      before: { total: before },
      after: { total: after, corrections: kept, tiers },
      reason: said,
    },
  ]);
  return { period, agentCode, before, after, tiers };
}

function requireWords(text: string, at: string): string {
  const said = text.trim();
  if (said === '') throw new UserError('VALUE_MISSING', 'Say why.', at);
  if (said.length > 2000) throw new UserError('VALUE_TOO_LONG', `${at} has at most 2,000 characters.`, at);
  return said;
}

type CurrentScore = {
  readonly id: number;
  readonly agentId: number;
  readonly agentCode: string;
  readonly channelTypeId: number;
  readonly revision: number;
  readonly total: string | null;
  readonly detail: ScoreDetail;
  readonly versionId: number;
  readonly definition: TemplateDefinition;
};

async function findScore(transaction: Transaction, agentId: number, period: string): Promise<CurrentScore> {
  const [found] = await rawSql(transaction)<CurrentScore[]>`
    select score.id, score.agent_id as "agentId", agent.code as "agentCode", score.channel_type_id as "channelTypeId", score.revision,
      trim_scale(score.total)::text as total, score.detail, version.id as "versionId", version.definition
    from score join agent on agent.id = score.agent_id join score_template_version version on version.id = score.template_version_id
    where score.agent_id = ${agentId} and score.period = ${period} and score.superseded_at is null`;
  if (!found) throw new UserError('NOT_FOUND', `There is no score of ${period} to object to.`, 'period');
  return found;
}

const codesOf = ({ items, bonuses, deductions, vetoes }: ScoreDetail) =>
  new Set([...items, ...bonuses, ...deductions, ...vetoes].map(({ code }) => code));

function requireCodes(known: ReadonlySet<string>, codes: readonly string[], at: string): void {
  const faults = codes.flatMap((code, index) => {
    if (codes.indexOf(code) !== index) return [new UserError('INPUT_INVALID', `${code} is named twice.`, at)];
    if (known.has(code)) return [];
    return [new UserError('INPUT_INVALID', `The score has no item ${code}, it has ${[...known].join(', ')}.`, at)];
  });
  if (faults.length > 0) throw new UserErrors(faults);
}

async function refuseSecond(transaction: Transaction, scoreId: number): Promise<void> {
  const [other] = await rawSql(transaction)<{ state: AppealState }[]>`
    select state from score_appeal where score_id = ${scoreId} and state <> 'WITHDRAWN' limit 1`;
  if (!other) return;
  throw new UserError('APPEAL_EXISTS', `There is an appeal against this score already: ${other.state}.`, 'period');
}

type Appeal = {
  readonly id: number;
  readonly agentId: number;
  readonly agentCode: string;
  readonly period: Period;
  readonly state: AppealState;
  readonly filedBy: string;
};

async function findAppeal(transaction: Transaction, id: number): Promise<Appeal> {
  const [found] = await rawSql(transaction)<Appeal[]>`
    select appeal.id, appeal.agent_id as "agentId", agent.code as "agentCode", score.period, appeal.state, appeal.filed_by as "filedBy"
    from score_appeal appeal join score on score.id = appeal.score_id join agent on agent.id = appeal.agent_id
    where appeal.id = ${id}`;
  if (!found) throw new UserError('NOT_FOUND', 'There is no such appeal.', 'appealId');
  return found;
}

/** Of several who decide at once one goes on, and the others see what it did. */
async function lockAppeal(transaction: Transaction, id: number): Promise<Appeal> {
  await rawSql(transaction)`select from score_appeal where id = ${id} for update`;
  return findAppeal(transaction, id);
}

async function settle(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { id, state }: Appeal,
  action: AppealAction,
  outcome: { decision?: string; corrections?: Readonly<Record<string, string>>; newScoreId?: number },
): Promise<AppealState> {
  const to = nextAppealState(action, state);
  if (to === undefined) throw new UserError('APPEAL_STATE', `The appeal is ${state}.`, 'appealId');
  const { decision = null, corrections, newScoreId = null } = outcome;
  const values = corrections ? JSON.stringify(corrections) : null;
  await rawSql(transaction)`
    update score_appeal set state = ${to}, decided_by = ${actor.name}, decided_at = ${now.toISOString()}, decision = ${decision},
      corrections = ${values}::text::jsonb, new_score_id = ${newScoreId}
    where id = ${id}`;
  return to;
}

/** @throws UserError INPUT_INVALID: none or too many, no such code, no number, a mean of ratings beyond 0..100, two values for a third. */
function readCorrections(
  { detail, definition }: CurrentScore,
  accept: boolean,
  given: readonly { readonly code: string; readonly value: string }[],
): Corrections {
  if (accept !== given.length > 0) {
    const message = accept
      ? 'An accepted appeal names at least one value to put in place of another.'
      : 'A rejected appeal corrects nothing.';
    throw new UserError('INPUT_INVALID', message, 'corrections');
  }
  requireCodes(
    codesOf(detail),
    given.map(({ code }) => code),
    'corrections',
  );
  const rated = new Set(definition.items.flatMap(({ code, method }) => (method.kind === 'RATED_360' ? [code] : [])));
  const corrections = new Map(
    given.map(({ code, value }) => {
      const decimal = parseDecimal(value);
      if (!decimal) throw new UserError('INPUT_INVALID', `${value} is no decimal number.`, `corrections.${code}`);
      if (rated.has(code) && (decimal.lt(0) || decimal.gt(100))) {
        throw new UserError('INPUT_INVALID', `${code} is rated from 0 to 100, not ${value}.`, `corrections.${code}`);
      }
      return [code, decimal];
    }),
  );
  spreadCorrections(definition, corrections);
  return corrections;
}

type Revised = { readonly id: number; readonly total: string };

/** Of each other peer the values of `peerItems`. */
type PeerValues = readonly (readonly (string | null)[])[];

async function revise(
  transaction: Transaction,
  now: Date,
  score: CurrentScore,
  period: Period,
  corrections: Corrections,
  peers: PeerValues,
): Promise<Revised> {
  const { total, blockedBy, detail } = rescore(score.definition, score.agentCode, score.detail, corrections, peers);
  if (total === null) {
    const message = `There would still be no score: ${blockedBy.join(', ')} have no value. Correct them too, or reject the appeal.`;
    throw new UserError('INPUT_INVALID', message, 'corrections');
  }
  const totalText = canonicalDecimal(total);
  const sql = rawSql(transaction);
  await sql`update score set superseded_at = ${now.toISOString()} where id = ${score.id}`;
  const [added] = await sql<{ id: number }[]>`
    insert into score (period, agent_id, revision, template_version_id, channel_type_id, total, blocked_by, detail)
    values (${period}, ${score.agentId}, ${score.revision + 1}, ${score.versionId}, ${score.channelTypeId}, ${totalText},
      ${JSON.stringify(blockedBy)}::text::jsonb, ${JSON.stringify(detail)}::text::json)
    returning id`;
  if (!added) throw new Error('The score was not added');
  await sql`
    insert into metric_value as present (agent_id, metric, period, value, source)
    values (${score.agentId}, 'SCORE', ${period}, ${totalText}, 'SCORED')
    on conflict (agent_id, metric, period) do update set value = excluded.value, source = excluded.source`;
  return { id: added.id, total: totalText };
}

/** What the published scores of the other peers were made of, for the items that compare peers: an appeal of theirs changes nothing here. */
async function loadPeerValues(
  owner: Database,
  { agentId, channelTypeId, versionId, definition }: CurrentScore,
  period: Period,
): Promise<PeerValues> {
  const items = peerItems(definition);
  if (items.length === 0) return [];
  const rows = await owner.$client<{ values: (string | null)[] }[]>`
    select (select json_agg(item ->> 'input' order by array_position(${items}::text[], item ->> 'code'))
      from json_array_elements(score.detail -> 'items') item where item ->> 'code' = any(${items}::text[])) as values
    from score
    where score.period = ${period} and score.template_version_id = ${versionId} and score.revision = 0
      and score.agent_id <> ${agentId} and score.channel_type_id = ${channelTypeId}`;
  return rows.map(({ values }) => values);
}

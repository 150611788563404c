import { loadMetricWindows } from '../agents/metricWindows.ts';
import { recordChanges } from '../audit/audit.ts';
import type { PoolDefinition } from '../commissions/definitions.ts';
import { hashOf } from '../commissions/hashes.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { programmeLock } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { type Version, versionInForce } from '../definitions/versions.ts';
import { UserError } from '../errors.ts';
import type { Decimal } from '../money.ts';
import { addNotices } from '../notices/notices.ts';
import { lastDate, type Period, parsePeriod, periodEnd } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { requirePublishedScores } from '../scorecards/publishedScores.ts';
import { type AwardCandidate, type Ranked, rankAwards } from './ranking.ts';
import type { AwardPrize, AwardRuleDefinition } from './rule.ts';
import { awardMetric } from './rules.ts';

// Period awards 评优: who wins by a rule, and granting it once.

type Candidate = AwardCandidate & { readonly agentId: number; readonly agentName: string };

/** A winner, as it would be or was granted. */
export type AwardWinner = Ranked<Candidate>;

export type AwardOutcome = {
  readonly rule: string;
  readonly name: string;
  readonly period: Period;
  readonly version: number;
  readonly prize: AwardPrize;
  readonly winners: readonly AwardWinner[];
};

export type AwardQuestion = { readonly rule: string; readonly period: string };

/**
 * Who wins by the version of the rule in force on the period's last day, of the agents the transaction sees; nothing is written.
 * Agents ACTIVE on that day take part, with their region and channel type of that day, where they have a value (and a region, of the
 * wanted level, where they are ranked by region). @throws UserError PERIOD_INVALID, NOT_FOUND, SCORES_NOT_PUBLISHED.
 */
export async function previewAwards(transaction: Transaction, question: AwardQuestion): Promise<AwardOutcome> {
  return (await computeAwards(transaction, question)).outcome;
}

/**
 * Grants the awards of a rule for a period that is over: writes them, tells the winners, and for a pool's prize writes the metric
 * AWARD_<rule> that the pool weighs by, for the winners alone. The same result again changes nothing. Runs as the owner; the caller
 * has checked that an administrator asks.
 * @throws UserError as previewAwards; PERIOD_NOT_OVER; AWARDS_WITHOUT_WINNER; AWARDS_GRANTED where other winners were granted; AWARD_POOL where the pool does
 * not weigh by the award in the period; PERIOD_APPROVED where the pool was shared already.
 */
export async function grantAwards(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  question: AwardQuestion,
): Promise<AwardOutcome> {
  const raw = rawSql(transaction);
  // Figures are inputs of runs: no change passes an approval that has compared its inputs.
  await raw`select pg_advisory_xact_lock(${programmeLock}::bigint)`;
  const { ruleId, version, outcome } = await computeAwards(transaction, question);
  const { rule, period, prize, winners } = outcome;
  await requireOver(transaction, now, period);
  if (winners.length === 0) {
    throw new UserError('AWARDS_WITHOUT_WINNER', `Nobody wins ${rule} by the figures of ${period}.`, 'rule');
  }
  if (await isGranted(transaction, ruleId, outcome)) return outcome;
  if (prize.kind === 'POOL') await writePoolMetric(transaction, prize, outcome);
  const rows = winners.map(({ agentId, group, place, value }) => ({
    agent_id: agentId,
    group,
    place,
    value: kept(value),
  }));
  await raw`
    insert into award (rule_id, version_id, period, agent_id, ranked_among, place, value, prize, granted_by, granted_at)
    select ${ruleId}, ${version.id}, ${period}, agent_id, "group", place, value, ${JSON.stringify(prize)}::text::jsonb, ${actor.name},
      ${now.toISOString()}
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as row(agent_id integer, "group" text, place smallint, value numeric)`;
  await addNotices(transaction, now, noticesOf(outcome));
  const granted = winners.map(({ agentCode, group, place, value }) => [agentCode, group, place, kept(value)]);
  await recordChanges(transaction, actor, now, [
    {
      action: 'awards.granted',
      entity: 'award_rule',
      entityKey: `${rule} ${period}`,
      after: { version: version.number, winnerCount: winners.length, winnersHash: hashOf(granted), prize },
    },
  ]);
  return outcome;
}

/** Compared unrounded, kept with at most ten decimals. */
const kept = (value: Decimal) => value.toDecimalPlaces(10).toFixed();

type Computed = {
  readonly ruleId: number;
  readonly version: Version<AwardRuleDefinition>;
  readonly outcome: AwardOutcome;
};

async function computeAwards(transaction: Transaction, { rule, period: text }: AwardQuestion): Promise<Computed> {
  const period = parsePeriod(text);
  if (!period) throw new UserError('PERIOD_INVALID', `${text} is no period.`, 'period');
  const found = await transaction.query.awardRule.findFirst({ where: { code: rule } });
  if (!found) throw new UserError('NOT_FOUND', `There is no award rule ${rule}.`, 'rule');
  const version = await versionInForce<AwardRuleDefinition>(transaction, 'award_rule', found.id, lastDate(period));
  if (!version) throw new UserError('NOT_FOUND', `No version of award rule ${rule} is in force in ${period}.`, 'rule');
  const { definition } = version;
  if (definition.measure.metric === 'SCORE') await requirePublishedScores(transaction, period, rule);
  const winners = rankAwards(definition, await loadCandidates(transaction, period, definition));
  const { name } = found;
  const outcome = { rule, name, period, version: version.number, prize: definition.prize, winners };
  return { ruleId: found.id, version, outcome };
}

type AgentRow = {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly channelType: string;
  /** Of the wanted level; null: none. */
  readonly region: string | null;
};

async function loadCandidates(
  transaction: Transaction,
  period: Period,
  { measure, channelTypes, per, regionLevel }: AwardRuleDefinition,
): Promise<Candidate[]> {
  const day = lastDate(period);
  const agents = await rawSql(transaction)<AgentRow[]>`
    with recursive levels as (
      select id, code, 1 as level, array[code] as path from region where parent_id is null
      union all
      select region.id, region.code, level + 1, path || region.code from region join levels on levels.id = region.parent_id)
    select agent.id, agent.code, agent.name, channel_type.code as "channelType", levels.path[coalesce(${regionLevel ?? null}::integer, levels.level)] as region
    from agent join channel_type on channel_type.id = agent.channel_type_id
    join agent_status state on state.agent_id = agent.id and state.status = 'ACTIVE' and daterange(state.valid_from, state.valid_to) @> ${day}::date
    left join agent_region placed on placed.agent_id = agent.id and daterange(placed.valid_from, placed.valid_to) @> ${day}::date
    left join levels on levels.id = placed.region_id
    where ${channelTypes.length === 0} or channel_type.code = any(${[...channelTypes]})`;
  const valueOfWindow = await loadMetricWindows(transaction, period, [measure]);
  return agents.flatMap((agent): Candidate[] => {
    const group = groupOf(per, agent);
    const value = valueOfWindow(agent.id, measure);
    if (group === undefined || value === undefined) return [];
    return [{ agentId: agent.id, agentCode: agent.code, agentName: agent.name, group, value }];
  });
}

/** What the group of an agent is called: codes of region and channel type; undefined: it has no such region. */
function groupOf(per: AwardRuleDefinition['per'], { region, channelType }: AgentRow): string | undefined {
  switch (per) {
    case 'ALL':
      return '';
    case 'CHANNEL_TYPE':
      return channelType;
    case 'REGION':
      return region ?? undefined;
    case 'REGION_AND_CHANNEL_TYPE':
      return region === null ? undefined : `${region} ${channelType}`;
  }
}

async function requireOver(transaction: Transaction, now: Date, period: Period): Promise<void> {
  const { timeZone } = await loadOperator(transaction);
  if (now < periodEnd(period, timeZone)) throw new UserError('PERIOD_NOT_OVER', `${period} is not over yet.`, 'period');
}

/** Whether these very awards were granted before. @throws UserError AWARDS_GRANTED where others were. */
async function isGranted(
  transaction: Transaction,
  ruleId: number,
  { rule, period, winners }: AwardOutcome,
): Promise<boolean> {
  const present = await rawSql(transaction)<{ text: string }[]>`
    select concat_ws(' ', agent_id, place, trim_scale(value), ranked_among) as text from award
    where rule_id = ${ruleId} and period = ${period}`;
  if (present.length === 0) return false;
  const now = winners.map(({ agentId, place, value, group }) => [agentId, place, kept(value), group].join(' '));
  const before = present.map(({ text }) => text);
  if (now.sort().join('\n') === before.sort().join('\n')) return true;
  const message = `The awards ${rule} of ${period} were granted to others than win by today's figures.`;
  throw new UserError('AWARDS_GRANTED', message, 'rule');
}

/**
 * The pool weighs by the award in the period, and has not been shared. @throws UserError AWARD_POOL, PERIOD_APPROVED.
 */
async function requirePool(transaction: Transaction, pool: string, rule: string, period: Period): Promise<void> {
  const raw = rawSql(transaction);
  const day = lastDate(period);
  const [found] = await raw<{ definition: PoolDefinition; approved: string | null }[]>`
    select version.definition, latest_approved_period() as approved
    from pool join pool_version version on version.pool_id = pool.id
    where pool.code = ${pool} and daterange(version.valid_from, version.valid_to) @> ${day}::date
    order by version.number desc limit 1`;
  if (!found) throw new UserError('AWARD_POOL', `No version of a pool ${pool} is in force in ${period}.`, pool);
  const metric = awardMetric(rule);
  const { weight, period: length } = found.definition;
  if (!weight.some((factor) => factor.factor === 'METRIC' && factor.metric === metric)) {
    throw new UserError('AWARD_POOL', `The weight of pool ${pool} has no factor METRIC with ${metric}.`, pool);
  }
  if (length === 'QUARTER' && Number(period.slice(5)) % 3 !== 0) {
    const message = `Pool ${pool} is shared by quarter and looks at its last month, which ${period} is not.`;
    throw new UserError('AWARD_POOL', message, pool);
  }
  if (found.approved !== null && period <= found.approved) {
    throw new UserError(
      'PERIOD_APPROVED',
      `${period} is approved: pool ${pool} was shared without these awards.`,
      pool,
    );
  }
}

async function writePoolMetric(
  transaction: Transaction,
  { pool, weights }: Extract<AwardPrize, { kind: 'POOL' }>,
  { rule, period, winners }: AwardOutcome,
): Promise<void> {
  await requirePool(transaction, pool, rule, period);
  const raw = rawSql(transaction);
  const metric = awardMetric(rule);
  // What somebody else wrote under this name would share in the pool.
  await raw`delete from metric_value where metric = ${metric} and period = ${period}`;
  const rows = winners.map(({ agentId, place }) => ({
    agent_id: agentId,
    value: weights[place - 1] ?? weights.at(-1),
  }));
  await raw`
    insert into metric_value (agent_id, metric, period, value, source)
    select agent_id, ${metric}, ${period}, value, 'AWARDED'
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as row(agent_id integer, value numeric)`;
}

function noticesOf({ rule, name, period, prize, winners }: AwardOutcome) {
  return winners.map(({ agentId, place, value, group }) => ({
    agentId,
    kind: 'AWARD_GRANTED' as const,
    subject: `${rule} ${period}`,
    details: {
      award: name,
      period,
      place: String(place),
      value: kept(value),
      ...(group === '' ? {} : { among: group }),
      ...(prize.kind === 'POOL' ? { pool: prize.pool } : { prize: prize.text }),
    },
  }));
}

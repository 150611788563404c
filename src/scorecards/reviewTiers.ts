import type { MetricWindow } from '../agents/metricWindow.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { versionInForce } from '../definitions/versions.ts';
import { UserError } from '../errors.ts';
import { Decimal } from '../money.ts';
import { endDate, lastDate, type Period, periodsBetween, shiftPeriod } from '../period.ts';
import { evaluateTier } from '../tiers/evaluate.ts';
import { loadTierFacts } from '../tiers/facts.ts';
import type { TierCriterion, TierSchemeDefinition } from '../tiers/scheme.ts';
import type { Rescored } from './reviewFigures.ts';

/** An agent with its totals under both weights. */
export type RescoredAgent = Rescored & { readonly agentId: number; readonly channelType: string };

// The tiers that an evaluation of a period gives with the scores as they are, and with those of other weights in their place.

/** The tier (code) that an agent would be in after the period. */
export type TierPair = { readonly tierNow: string | null; readonly tierThen: string | null };

export type ReviewedTiers = {
  readonly scheme: string;
  readonly higherCount: number;
  readonly lowerCount: number;
  readonly sameCount: number;
  /** The lowest tier first. */
  readonly tiers: readonly { readonly tier: string; readonly countNow: number; readonly countThen: number }[];
};

/**
 * Evaluates a scheme for a period twice, with either score in the place of the period's own: criteria on SCORE see it, ratios do not.
 * Agents of channel types that the scheme is not for are left out. Writes nothing.
 * @throws UserError NOT_FOUND for a scheme that has no version in force on the period's last day.
 */
export async function reviewTiers(
  transaction: Transaction,
  scheme: string,
  period: Period,
  agents: readonly RescoredAgent[],
): Promise<{ readonly summary: ReviewedTiers; readonly tierOf: (agentCode: string) => TierPair | undefined }> {
  const { id, definition } = await loadScheme(transaction, scheme, period);
  const { channelTypes } = definition;
  const concerned = agents.filter(({ channelType }) => channelTypes.length === 0 || channelTypes.includes(channelType));
  const ids = concerned.map(({ agentId }) => agentId);
  const factsOf = await loadTierFacts(transaction, period, definition, ids);
  const standings = await loadStandings(transaction, id, period, ids);
  const earlier = await loadEarlierScores(transaction, definition, period, ids);
  const pairs = new Map<string, { readonly tierNow: string; readonly tierThen: string }>();
  for (const { agentId, agentCode, totalNow, totalThen } of concerned) {
    const { monthsOfService, value } = factsOf(agentId);
    const standing = standings.get(agentId) ?? { tierNow: null, misses: 0, isOverridden: false };
    const tierWith = (score: Decimal | null) =>
      evaluateTier(definition, {
        ...standing,
        monthsOfService,
        value: (criterion) =>
          isOnScore(criterion) ? windowOf(criterion, period, earlier.get(agentId) ?? [], score) : value(criterion),
      }).tier;
    pairs.set(agentCode, { tierNow: tierWith(totalNow), tierThen: tierWith(totalThen) });
  }
  return { summary: summaryOf(scheme, definition, [...pairs.values()]), tierOf: (code) => pairs.get(code) };
}

async function loadScheme(transaction: Transaction, code: string, period: Period) {
  const [scheme] = await rawSql(transaction)<{ id: number }[]>`select id from tier_scheme where code = ${code}`;
  const day = lastDate(period);
  const version = scheme && (await versionInForce<TierSchemeDefinition>(transaction, 'tier_scheme', scheme.id, day));
  if (version) return { id: scheme.id, definition: version.definition };
  throw new UserError('NOT_FOUND', `There is no tier scheme ${code} in force on ${day}.`, 'review.scheme');
}

type Standing = { readonly tierNow: string | null; readonly misses: number; readonly isOverridden: boolean };

/** Tiers on the period's last day, misses after the evaluation that was applied last before the period, overrides that hold after it. */
async function loadStandings(
  transaction: Transaction,
  schemeId: number,
  period: Period,
  agentIds: readonly number[],
): Promise<ReadonlyMap<number, Standing>> {
  const effectiveOn = endDate(period);
  const rows = await rawSql(transaction)<(Standing & { readonly agentId: number })[]>`
    with evaluation as (
      select id from tier_evaluation where scheme_id = ${schemeId} and state = 'APPLIED' and period < ${period}
      order by period desc limit 1)
    select wanted.agent_id as "agentId", tier.code as "tierNow", coalesce(move.misses_after, 0)::integer as misses,
      exists (select from tier_override held where held.agent_id = wanted.agent_id and held.state = 'APPROVED'
        and held.valid_from <= ${effectiveOn} and held.valid_to > ${effectiveOn}) as "isOverridden"
    from unnest(${[...agentIds]}::integer[]) as wanted (agent_id)
    left join agent_tier dated on dated.agent_id = wanted.agent_id and dated.valid_from < ${effectiveOn}
      and (dated.valid_to is null or dated.valid_to >= ${effectiveOn})
    left join tier on tier.id = dated.tier_id
    left join tier_move move on move.agent_id = wanted.agent_id and move.evaluation_id = (select id from evaluation) and not move.superseded`;
  return new Map(rows.map(({ agentId, ...standing }) => [agentId, standing]));
}

type DatedScore = { readonly period: Period; readonly value: Decimal };
type ScoreCriterion = Extract<TierCriterion, { readonly kind: 'METRIC' }>;

const isOnScore = (criterion: TierCriterion): criterion is ScoreCriterion =>
  criterion.kind === 'METRIC' && criterion.metric === 'SCORE';

/** Published scores before the period, as far back as any criterion looks; the earliest first. */
async function loadEarlierScores(
  transaction: Transaction,
  { tiers }: TierSchemeDefinition,
  period: Period,
  agentIds: readonly number[],
): Promise<ReadonlyMap<number, DatedScore[]>> {
  const criteria = tiers.flatMap(({ entry, keep }) => [...entry, ...keep]).filter(isOnScore);
  const most = Math.max(1, ...criteria.map(({ months }) => months));
  if (most === 1) return new Map();
  const periods = periodsBetween(shiftPeriod(period, 1 - most), shiftPeriod(period, -1));
  const rows = await rawSql(transaction)<{ agentId: number; period: Period; value: string }[]>`
    select agent_id as "agentId", period, value::text as value from metric_value
    where metric = 'SCORE' and period = any(${periods}) and agent_id = any(${[...agentIds]}) order by period`;
  const scores = new Map<number, DatedScore[]>();
  for (const { agentId, value, ...row } of rows) {
    const own = scores.get(agentId) ?? [];
    own.push({ ...row, value: new Decimal(value) });
    scores.set(agentId, own);
  }
  return scores;
}

/** The window over earlier scores and this one; undefined: there is none of them. */
function windowOf(
  { months, aggregate }: MetricWindow,
  period: Period,
  earlier: readonly DatedScore[],
  score: Decimal | null,
): Decimal | undefined {
  const first = shiftPeriod(period, 1 - months);
  const values = earlier.filter((each) => each.period >= first).map(({ value }) => value);
  if (score) values.push(score);
  const [any] = values;
  if (any === undefined) return undefined;
  const sum = () => values.reduce((all, value) => all.plus(value), new Decimal(0));
  switch (aggregate) {
    case 'SUM':
      return sum();
    case 'AVERAGE':
      return sum().div(values.length);
    case 'MINIMUM':
      return Decimal.min(...values);
    case 'MAXIMUM':
      return Decimal.max(...values);
    case 'LATEST':
      return values.at(-1);
  }
}

function summaryOf(
  scheme: string,
  { tiers }: TierSchemeDefinition,
  pairs: readonly { readonly tierNow: string; readonly tierThen: string }[],
): ReviewedTiers {
  const ranks = new Map(tiers.map(({ tier }, index) => [tier, index]));
  const moves = pairs.map(({ tierNow, tierThen }) => (ranks.get(tierThen) ?? 0) - (ranks.get(tierNow) ?? 0));
  return {
    scheme,
    higherCount: moves.filter((move) => move > 0).length,
    lowerCount: moves.filter((move) => move < 0).length,
    sameCount: moves.filter((move) => move === 0).length,
    tiers: tiers.map(({ tier }) => ({
      tier,
      countNow: pairs.filter(({ tierNow }) => tierNow === tier).length,
      countThen: pairs.filter(({ tierThen }) => tierThen === tier).length,
    })),
  };
}

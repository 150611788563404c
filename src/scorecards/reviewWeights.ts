import { rawSql, type Transaction } from '../db/client.ts';
import { UserError, UserErrors } from '../errors.ts';
import { canonicalDecimal, Decimal } from '../money.ts';
import type { Period } from '../period.ts';
import { biggestMovers, rerank } from './reviewFigures.ts';
import { type RescoredAgent, type ReviewedTiers, reviewTiers, type TierPair } from './reviewTiers.ts';
import { rescoreWithWeights } from './scoring.ts';
import type { ScoreDetail, TemplateDefinition } from './template.ts';

/** Longer lists help nobody: the counts say the rest. */
export const mostMovers = 100;

/** An agent whose place among the agents of the template would be another. */
export type ScoreMover = {
  readonly agentCode: string;
  readonly totalNow: string;
  readonly totalThen: string;
  readonly rankNow: number;
  readonly rankThen: number;
  /** null: no scheme was named, or it is not for this agent. */
  readonly tierNow: string | null;
  readonly tierThen: string | null;
};

/** What the scores of a period would be under other weights. */
export type ReviewedWeights = {
  readonly period: Period;
  /** The weights of all items, in the order of the template: those asked about, else the template's own. */
  readonly weights: readonly { readonly item: string; readonly weightNow: string; readonly weightThen: string }[];
  readonly movedUpCount: number;
  readonly movedDownCount: number;
  readonly unmovedCount: number;
  /** Agents without a score, now or then. */
  readonly unrankedCount: number;
  /** Who moves by most places first. */
  readonly movers: readonly ScoreMover[];
  readonly tiers: ReviewedTiers | null;
};

type WantedWeights = {
  readonly period: Period;
  readonly templateId: number;
  readonly definition: TemplateDefinition;
  readonly weights: readonly { readonly item: string; readonly weight: string }[];
  readonly scheme?: string | undefined;
};

/**
 * Who would be ranked where in a period, and with a scheme be in which tier, had the items weighed otherwise: by the points that the scores
 * keep. Ranks are among all agents of the template that the transaction sees. Writes nothing.
 * @throws UserErrors INPUT_INVALID where an item is unknown or the weights do not total exactly 100; NOT_FOUND for an unknown scheme.
 */
export async function reviewWeights(transaction: Transaction, wanted: WantedWeights): Promise<ReviewedWeights> {
  const { period, scheme } = wanted;
  const weights = checkWeights(wanted);
  const agents = await rescore(transaction, wanted, new Map(weights.map((each) => [each.item, each.weightThen])));
  const ranked = rerank(agents);
  const tiers = scheme === undefined ? null : await reviewTiers(transaction, scheme, period, agents);
  return {
    period,
    weights,
    movedUpCount: ranked.filter(({ rankNow, rankThen }) => rankThen < rankNow).length,
    movedDownCount: ranked.filter(({ rankNow, rankThen }) => rankThen > rankNow).length,
    unmovedCount: ranked.filter(({ rankNow, rankThen }) => rankThen === rankNow).length,
    unrankedCount: agents.length - ranked.length,
    movers: biggestMovers(ranked, mostMovers).map(({ agentCode, totalNow, totalThen, rankNow, rankThen }) => ({
      agentCode,
      totalNow: totalNow.toFixed(2),
      totalThen: totalThen.toFixed(2),
      rankNow,
      rankThen,
      ...(tiers?.tierOf(agentCode) ?? noTiers),
    })),
    tiers: tiers?.summary ?? null,
  };
}

const noTiers: TierPair = { tierNow: null, tierThen: null };

function checkWeights({ definition, weights }: WantedWeights): ReviewedWeights['weights'] {
  const codes = new Set(definition.items.map(({ code }) => code));
  const unknown = weights.flatMap(({ item }, index) =>
    codes.has(item)
      ? []
      : [new UserError('INPUT_INVALID', `The template has no item ${item}.`, `review.weights[${index}].item`)],
  );
  if (unknown.length > 0) throw new UserErrors(unknown);
  const asked = new Map(weights.map(({ item, weight }) => [item, weight]));
  const all = definition.items.map(({ code, weight }) => ({
    item: code,
    weightNow: canonicalDecimal(weight),
    weightThen: canonicalDecimal(asked.get(code) ?? weight),
  }));
  const total = all.reduce((sum, { weightThen }) => sum.plus(weightThen), new Decimal(0));
  if (total.eq(100)) return all;
  const message = `The weights, with those of items that are not named, must total exactly 100; they total ${total.toFixed()}.`;
  throw new UserErrors([new UserError('INPUT_INVALID', message, 'review.weights')]);
}

type ScoreRow = {
  readonly agentId: number;
  readonly agentCode: string;
  readonly channelType: string;
  readonly total: string | null;
  readonly detail: ScoreDetail;
};

/** Read a few at a time: what explains a score is long. */
const scoresAtOnce = 500;

async function rescore(
  transaction: Transaction,
  { period, templateId, definition }: WantedWeights,
  weights: ReadonlyMap<string, string>,
): Promise<RescoredAgent[]> {
  const agents: RescoredAgent[] = [];
  const rows = rawSql(transaction)<ScoreRow[]>`
    select agent.id as "agentId", agent.code as "agentCode", channel.code as "channelType", score.total::text as total, score.detail
    from score join agent on agent.id = score.agent_id join channel_type channel on channel.id = agent.channel_type_id
    where score.period = ${period} and score.superseded_at is null
      and score.template_version_id in (select id from score_template_version where template_id = ${templateId})
    order by agent.code collate "C"`;
  for await (const batch of rows.cursor(scoresAtOnce)) {
    for (const { total, detail, ...agent } of batch) {
      const totalNow = total === null ? null : new Decimal(total);
      agents.push({ ...agent, totalNow, totalThen: rescoreWithWeights(definition, detail, weights) });
    }
  }
  return agents;
}

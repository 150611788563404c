import { rawSql, type Transaction } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { checkInput } from '../input.ts';
import { type Period, periodsBetween, shiftPeriod } from '../period.ts';
import { unitsOf } from './quotients.ts';
import {
  addPair,
  correlationOf,
  noPairs,
  type PairSums,
  pointDecimals,
  type Spread,
  spreadOf,
  tellsApart,
} from './reviewFigures.ts';
import { type ReviewInput, reviewSchema } from './reviewSchema.ts';
import { type ReviewedWeights, reviewWeights } from './reviewWeights.ts';
import type { TemplateDefinition } from './template.ts';

// Whether a template still does its work (DOMAIN.md §5): how its items spread, what later came of agents that scored well in them, and who
// would stand where under other weights. Reads only what scores keep; writes nothing.

/** How the points of an item are spread among agents in a period; those without points are left out. */
export type ItemSpread = Spread & { readonly period: Period };

/** How the points of an item go with a metric of `lagMonths` later, over all agents and periods that have both. */
export type ItemCorrelation = {
  readonly metric: string;
  readonly lagMonths: number;
  readonly pairCount: number;
  /** Pearson's, −1 to 1; null: fewer than three pairs, or one of both is always the same. */
  readonly correlation: string | null;
};

export type ReviewedItem = {
  readonly code: string;
  readonly name: string;
  /** Judged by the last of the periods in which it has points; false where none has. */
  readonly tellsApart: boolean;
  readonly spreads: readonly ItemSpread[];
  readonly correlations: readonly ItemCorrelation[];
};

export type TemplateReview = {
  readonly template: string;
  /** The periods in which agents have scores by the template. */
  readonly periods: readonly Period[];
  readonly items: readonly ReviewedItem[];
  /** null: no other weights were asked about. */
  readonly weights: ReviewedWeights | null;
};

/**
 * Reviews a template over past periods, by the scores that the transaction sees: calculated or published, of whichever version, with what
 * appeals changed. Items are known by their codes. Writes nothing.
 * @throws UserErrors INPUT_INVALID; UserError NOT_FOUND for an unknown template or scheme, REFERENCE_UNKNOWN for a metric without any
 * value, NO_SCORES where nobody has a score by the template in these periods.
 */
export async function reviewTemplate(transaction: Transaction, input: ReviewInput): Promise<TemplateReview> {
  const wanted = checkInput(reviewSchema, input, 'review');
  const { template, from, to, outcomes, weights, scheme } = wanted;
  const templateId = await findTemplate(transaction, template);
  await checkMetrics(transaction, outcomes);
  const versions = await loadVersions(transaction, templateId, periodsBetween(from, to));
  const last = versions.at(-1);
  if (!last) {
    throw new UserError('NO_SCORES', `Nobody has a score by ${template} from ${from} to ${to}.`, 'review.from');
  }
  const { spreads, correlations } = await loadFigures(transaction, versions, outcomes);
  return {
    template,
    periods: [...new Set(versions.map(({ period }) => period))],
    items: itemsOf(versions).map(({ code, name }) => {
      const own = spreads.get(code) ?? [];
      const latest = own.at(-1);
      return {
        code,
        name,
        tellsApart: latest !== undefined && tellsApart(latest),
        spreads: own,
        correlations: correlations.map((of) => of(code)),
      };
    }),
    weights: weights ? await reviewWeights(transaction, { ...last, templateId, weights, scheme }) : null,
  };
}

async function findTemplate(transaction: Transaction, code: string): Promise<number> {
  const [found] = await rawSql(transaction)<{ id: number }[]>`select id from score_template where code = ${code}`;
  if (!found) throw new UserError('NOT_FOUND', `There is no scorecard template ${code}.`, 'review.template');
  return found.id;
}

/** A metric that is neither in the catalogue nor has a value is misspelt. */
async function checkMetrics(transaction: Transaction, outcomes: readonly { readonly metric: string }[]): Promise<void> {
  for (const [index, { metric }] of outcomes.entries()) {
    const [found] = await rawSql(transaction)<{ known: boolean }[]>`
      select ${metric} = 'SCORE' or exists (select from metric_definition where code = ${metric})
        or exists (select from metric_value where metric = ${metric}) as known`;
    if (found?.known) continue;
    throw new UserError('REFERENCE_UNKNOWN', `There is no metric ${metric}.`, `review.outcomes[${index}].metric`);
  }
}

type ScoredVersion = {
  readonly period: Period;
  readonly versionId: number;
  readonly definition: TemplateDefinition;
};

/** By which versions agents were scored, in order of periods and version numbers. */
async function loadVersions(
  transaction: Transaction,
  templateId: number,
  periods: readonly Period[],
): Promise<ScoredVersion[]> {
  const rows = await rawSql(transaction)<ScoredVersion[]>`
    select wanted.period, version.id as "versionId", version.definition
    from score_template_version version, unnest(${[...periods]}::text[]) as wanted (period)
    where version.template_id = ${templateId} and exists (
      select from score where score.period = wanted.period and template_version_id = version.id and superseded_at is null)
    order by wanted.period, version.number`;
  return [...rows];
}

/** The items of the latest version in its order, then those that only earlier ones had. */
function itemsOf(versions: readonly ScoredVersion[]): { readonly code: string; readonly name: string }[] {
  const items = new Map<string, string>();
  for (const { definition } of versions.toReversed()) {
    for (const { code, name } of definition.items) if (!items.has(code)) items.set(code, name);
  }
  return [...items].map(([code, name]) => ({ code, name }));
}

type Outcome = { readonly metric: string; readonly lagMonths: number };

/** Reads the points once, a period and version at a time. */
async function loadFigures(
  transaction: Transaction,
  versions: readonly ScoredVersion[],
  outcomes: readonly Outcome[],
): Promise<{
  readonly spreads: ReadonlyMap<string, ItemSpread[]>;
  readonly correlations: readonly ((code: string) => ItemCorrelation)[];
}> {
  const spreads = new Map<string, ItemSpread[]>();
  const sums = outcomes.map(() => new Map<string, PairSums>());
  for (const period of new Set(versions.map((version) => version.period))) {
    const points = await loadPoints(
      transaction,
      versions.filter((version) => version.period === period),
    );
    for (const [code, { units }] of points) {
      const spread = spreadOf(units);
      if (spread) spreads.set(code, [...(spreads.get(code) ?? []), { period, ...spread }]);
    }
    for (const [index, outcome] of outcomes.entries()) {
      const values = await loadValues(transaction, outcome.metric, shiftPeriod(period, outcome.lagMonths));
      for (const [code, item] of points) addPairs(sums[index], code, item, values);
    }
  }
  const correlations = outcomes.map(({ metric, lagMonths }, index) => (code: string): ItemCorrelation => {
    const found = sums[index]?.get(code) ?? noPairs();
    return { metric, lagMonths, pairCount: found.count, correlation: correlationOf(found) ?? null };
  });
  return { spreads, correlations };
}

/** The points of an item in units of 10^-10, and whose they are. */
type ItemPoints = { readonly agentIds: number[]; readonly units: bigint[] };

const scoresAtOnce = 5000;
/** As many decimals as a metric may have. */
const valueDecimals = 18;

async function loadPoints(
  transaction: Transaction,
  versions: readonly ScoredVersion[],
): Promise<ReadonlyMap<string, ItemPoints>> {
  const points = new Map<string, ItemPoints>();
  for (const { period, versionId, definition } of versions) {
    const columns = definition.items.map(({ code }): ItemPoints => {
      const column = points.get(code) ?? { agentIds: [], units: [] };
      points.set(code, column);
      return column;
    });
    // What explains a score is long: only the points travel, in the order of the items.
    const rows = rawSql(transaction)<{ agentId: number; points: (string | null)[] }[]>`
      select agent_id as "agentId", jsonb_path_query_array(detail::jsonb, '$.items[*].points') as points
      from score where period = ${period} and template_version_id = ${versionId} and superseded_at is null`;
    for await (const batch of rows.cursor(scoresAtOnce)) {
      for (const row of batch) addPoints(columns, row.agentId, row.points);
    }
  }
  return points;
}

function addPoints(columns: readonly ItemPoints[], agentId: number, points: readonly (string | null)[]): void {
  for (const [index, { agentIds, units }] of columns.entries()) {
    const text = points[index];
    if (text == null) continue;
    agentIds.push(agentId);
    units.push(unitsOf(text, pointDecimals));
  }
}

/** The values of a metric by agent, in some unit that is the same for all: correlations do not depend on it. */
async function loadValues(
  transaction: Transaction,
  metric: string,
  period: Period,
): Promise<ReadonlyMap<number, bigint>> {
  const rows = await rawSql(transaction)<{ agentId: number; value: string }[]>`
    select agent_id as "agentId", trim_scale(value)::text as value from metric_value where metric = ${metric} and period = ${period}`;
  return new Map(rows.map(({ agentId, value }) => [agentId, unitsOf(value, valueDecimals)]));
}

function addPairs(
  sums: Map<string, PairSums> | undefined,
  code: string,
  { agentIds, units }: ItemPoints,
  values: ReadonlyMap<number, bigint>,
): void {
  const own = sums?.get(code) ?? noPairs();
  sums?.set(code, own);
  for (const [index, agentId] of agentIds.entries()) {
    const value = values.get(agentId);
    if (value !== undefined) addPair(own, units[index] ?? 0n, value);
  }
}

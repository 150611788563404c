import type { MetricWindow } from '../agents/metricWindow.ts';
import { type FreshValue, loadMetricWindows, loadMonthsOfService, type WindowValue } from '../agents/metricWindows.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { Decimal } from '../money.ts';
import { lastDate, type Period } from '../period.ts';
import type { TierCriterion, TierSchemeDefinition } from './scheme.ts';

/** What an evaluation reads of an agent. */
export type TierFacts = {
  readonly monthsOfService: number;
  /** undefined: it has no value. CERTIFICATION: 1 or 0. */
  readonly value: (criterion: TierCriterion) => Decimal | undefined;
};

/**
 * The facts that a scheme's criteria look at (DOMAIN.md §6), as of the end of a period: for all agents that the transaction sees, or
 * those named. A ratio without a numerator, or whose denominator is 0, has no value. Nothing is rounded.
 * @param fresh figures that stand in the place of stored ones
 */
export async function loadTierFacts(
  transaction: Transaction,
  period: Period,
  { tiers }: TierSchemeDefinition,
  agentIds?: readonly number[],
  fresh: readonly FreshValue[] = [],
): Promise<(agentId: number) => TierFacts> {
  const criteria = tiers.flatMap(({ entry, keep }) => [...entry, ...keep]);
  const windowValue = await loadMetricWindows(transaction, period, criteria.flatMap(windowsOf), agentIds, fresh);
  const months = await loadMonthsOfService(transaction, period, agentIds);
  const courses = criteria.flatMap((criterion) => (criterion.kind === 'CERTIFICATION' ? [criterion.course] : []));
  const certified = await loadCertified(transaction, lastDate(period), courses, agentIds);
  return (agentId) => {
    const monthsOfService = months.get(agentId) ?? 0;
    const value = (criterion: TierCriterion) => {
      switch (criterion.kind) {
        case 'METRIC':
          return windowValue(agentId, criterion);
        case 'RATIO':
          return ratioOf(windowValue, agentId, criterion);
        case 'CERTIFICATION':
          return new Decimal(certified.get(criterion.course)?.has(agentId) ? 1 : 0);
        case 'MONTHS_OF_SERVICE':
          return new Decimal(monthsOfService);
      }
    };
    return { monthsOfService, value };
  };
}

type Ratio = Extract<TierCriterion, { readonly kind: 'RATIO' }>;

const sumOf = (metric: string, months: number): MetricWindow => ({ metric, months, aggregate: 'SUM' });

/** The windows of metrics that a criterion looks at. */
export function windowsOf(criterion: TierCriterion): MetricWindow[] {
  switch (criterion.kind) {
    case 'METRIC':
      return [criterion];
    case 'RATIO':
      return [sumOf(criterion.numerator, criterion.months), sumOf(criterion.denominator, criterion.months)];
    case 'CERTIFICATION':
    case 'MONTHS_OF_SERVICE':
      return [];
  }
}

function ratioOf(windowValue: WindowValue, agentId: number, { numerator, denominator, months }: Ratio) {
  const below = windowValue(agentId, sumOf(denominator, months));
  if (below === undefined || below.isZero()) return undefined;
  return windowValue(agentId, sumOf(numerator, months))?.times(100).div(below);
}

/** Who has passed which course and still holds the certificate on a local day, by course code. */
async function loadCertified(
  transaction: Transaction,
  day: string,
  courses: readonly string[],
  agentIds: readonly number[] | undefined,
): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  if (courses.length === 0) return new Map();
  const sql = rawSql(transaction);
  const rows = await sql<{ code: string; agentIds: number[] }[]>`
    select course.code, array_agg(distinct result.agent_id) as "agentIds"
    from training_result result join course on course.id = result.course_id
    where result.passed and result.agent_id is not null and course.code = any(${[...courses]})
      and daterange(result.taken_on, result.expires_on) @> ${day}::date
      ${agentIds ? sql`and result.agent_id = any(${[...agentIds]})` : sql``}
    group by course.code`;
  return new Map(rows.map(({ code, agentIds: holders }) => [code, new Set(holders)]));
}

import { rawSql, type Transaction } from '../db/client.ts';
import { UserError } from '../errors.ts';

/** A metric that a definition names, and where. */
export type NamedMetric = { readonly metric: string; readonly at: string };

/** The published score, the means of rating rounds, and what awards give: no catalogue lists them. */
const withoutCatalogue = /^(SCORE$|RATING_|AWARD_)/;

/**
 * The faults of a definition of tiers, segments or awards that names metrics (DOMAIN.md §5): one METRIC_UNKNOWN for each that is neither
 * in the catalogue nor SCORE, RATING_…, AWARD_… or SURVEY_ and the code of a survey that is declared.
 */
export async function unknownMetrics(transaction: Transaction, named: readonly NamedMetric[]): Promise<UserError[]> {
  const asked = named.filter(({ metric }) => !withoutCatalogue.test(metric));
  if (asked.length === 0) return [];
  const known = await loadKnownMetrics(transaction);
  return asked
    .filter(({ metric }) => !known.has(metric))
    .map(({ metric, at }) => new UserError('METRIC_UNKNOWN', `The catalogue has no metric ${metric}.`, at));
}

/** The metrics of the catalogue, and the averages of the surveys that are declared: SURVEY_<code>. */
export async function loadKnownMetrics(transaction: Transaction): Promise<ReadonlySet<string>> {
  const rows = await rawSql(transaction)<{ metric: string }[]>`
    select code as metric from metric_definition union all select 'SURVEY_' || code from survey`;
  return new Set(rows.map(({ metric }) => metric));
}

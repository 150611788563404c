import { rawSql, type Transaction } from '../db/client.ts';

/**
 * The metrics that published or final scores of the periods read (items, surveys of rater groups, bonuses, deductions, vetoes of the
 * templates' versions they name), by period: those figures stay, or the catalogue would disagree with the scores (DOMAIN.md §5). Under
 * row-level security: by the scores that the caller may see.
 */
export async function loadSettledMetrics(
  transaction: Transaction,
  periods: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const rows = await rawSql(transaction)<{ period: string; metrics: string[] }[]>`
    with used as (
      select distinct score.period, template_version_id from score join score_round round on round.period = score.period
      where round.state in ('PUBLISHED', 'FINAL') and score.period = any(${[...periods]})
    )
    select period, array_agg(distinct metric) as metrics
    from used join score_template_version version on version.id = template_version_id, lateral (
      select rule ->> 'metric' as metric
      from unnest(array['items', 'bonuses', 'deductions', 'vetoes']) list, jsonb_array_elements(definition -> list) rule
      union all
      select 'SURVEY_' || (rated ->> 'survey')
      from jsonb_array_elements(definition -> 'items') item, jsonb_array_elements(item -> 'method' -> 'groups') rated
    ) named
    where metric is not null
    group by period`;
  return new Map(rows.map(({ period, metrics }) => [period, new Set(metrics)]));
}

import { rawSql, type Transaction } from '../db/client.ts';
import { versionInForce } from '../definitions/versions.ts';
import { lastDate, type Period, previousPeriod } from '../period.ts';
import { looksAtScores } from './looksAtScores.ts';
import type { TierSchemeDefinition } from './scheme.ts';

/**
 * The schemes whose last month, or quarter, is over on a local day and has no evaluation at all, nor any month after it an applied one,
 * and whose scores are published as far as they look at them.
 */
export async function findDueEvaluations(
  transaction: Transaction,
  today: string,
): Promise<{ readonly scheme: string; readonly period: Period }[]> {
  const sql = rawSql(transaction);
  const month = previousPeriod(today.slice(0, 7) as Period);
  const schemes = await sql<{ id: number; code: string }[]>`select id, code from tier_scheme order by code collate "C"`;
  const due: { scheme: string; period: Period }[] = [];
  for (const { id, code } of schemes) {
    const latest = await versionInForce<TierSchemeDefinition>(transaction, 'tier_scheme', id, lastDate(month));
    if (!latest) continue;
    const period = latest.definition.evaluation === 'QUARTERLY' ? lastQuarterEnd(month) : month;
    const version = await versionInForce<TierSchemeDefinition>(transaction, 'tier_scheme', id, lastDate(period));
    if (!version) continue;
    const [found] = await sql<{ evaluated: boolean; published: boolean }[]>`
      select exists (select from tier_evaluation where scheme_id = ${id} and (period = ${period} or (state = 'APPLIED' and period > ${period})))
        as evaluated,
        exists (select from score_round where period = ${period} and state in ('PUBLISHED', 'FINAL')) as published`;
    if (found?.evaluated || (looksAtScores(version.definition) && !found?.published)) continue;
    due.push({ scheme: code, period });
  }
  return due;
}

/** The latest month up to this one that ends a calendar quarter. */
function lastQuarterEnd(month: Period): Period {
  return Number(month.slice(5)) % 3 === 0 ? month : lastQuarterEnd(previousPeriod(month));
}

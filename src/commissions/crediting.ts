import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { UserError } from '../errors.ts';
import type { Period } from '../period.ts';
import { fault } from './checkFault.ts';
import type { CreditingPeriods } from './scope.ts';

// What cases and rules make of events (DOMAIN.md §8), as calculations know it: event_crediting and event_award.

/** In which periods events are credited otherwise than they came. */
export async function loadCreditingPeriods(transaction: Transaction): Promise<CreditingPeriods> {
  const rows = await rawSql(transaction)<{ period: string; shared: boolean; blocked: boolean }[]>`
    select period, bool_or(shared) as shared, bool_or(block is not null) as blocked from event_crediting group by period`;
  const periodsWith = (key: 'shared' | 'blocked') =>
    new Set(rows.filter((row) => row[key]).map(({ period }) => period));
  return { shared: periodsWith('shared'), blocked: periodsWith('blocked') };
}

/** One hash over what is credited otherwise than it came in the periods `from` … `to`; null where nothing is. */
export async function hashCrediting(transaction: Transaction, from: Period, to: Period): Promise<string | null> {
  const [row] = await rawSql(transaction)<{ hash: string | null }[]>`
    select encode(sha256(convert_to(string_agg(entry, ',' order by entry collate "C"), 'UTF8')), 'hex') as hash
    from (
      select concat_ws('|', event.source, event.external_id, crediting.block, rule.code, string_agg(
        concat_ws(':', agent.code, award.role, trim_scale(award.share)), ',' order by agent.code collate "C", award.role collate "C")) as entry
      from event_crediting crediting join sales_event event on event.id = crediting.event_id
      left join conflict_case found on found.id = crediting.case_id left join conflict_rule rule on rule.id = found.rule_id
      left join event_award award on award.event_id = crediting.event_id left join agent on agent.id = award.agent_id
      where crediting.period between ${from} and ${to}
      group by event.source, event.external_id, crediting.block, rule.code) entries`;
  return row?.hash ?? null;
}

/** Faults of the period's events whose awarded shares do not total exactly 1 (DOMAIN.md §10). */
export async function awardsTotalOne(transaction: Transaction, period: Period): Promise<UserError[]> {
  const rows = await rawSql(transaction)<{ source: string; external_id: string; total: string | null }[]>`
    select event.source, event.external_id, sum(award.share) as total
    from event_crediting crediting join sales_event event on event.id = crediting.event_id
    left join event_award award on award.event_id = crediting.event_id
    where crediting.period = ${period} and crediting.shared
    group by event.id, event.source, event.external_id having sum(award.share) is distinct from 1 limit 10`;
  return rows.map((row) =>
    fault(
      'credit shares = 1',
      `Event ${row.source}/${row.external_id}: awarded shares total ${row.total ?? 'nothing'}.`,
    ),
  );
}

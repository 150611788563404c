import { rawSql, type Transaction } from '../db/client.ts';
import { endDate, firstDate, localMidnight, shiftPeriod } from '../period.ts';
import { creditQuery, filterCondition, happenedQuery, type MeasureScope } from './measureCredits.ts';
import type { MetricFormula, Span } from './metricDefinition.ts';

type Followed = Extract<MetricFormula, { kind: 'FOLLOWED' }>;

/**
 * Makes the table of what a FOLLOWED formula counts: agent_id, begun, followed. A subscription counts once for each agent it was credited
 * to, and is followed where any of its beginnings in the span was: by a later event (DOMAIN.md §9.1) before the local day `within` after
 * the day of that beginning, and before the period's end.
 */
export async function writeFollowed(
  transaction: Transaction,
  scope: MeasureScope,
  name: string,
  { cohort, began, followedBy, within }: Followed,
): Promise<void> {
  const { period, timeZone, table } = scope;
  const monthsBack = monthsBackOf(began);
  const credits = creditQuery(scope, {
    monthsBack,
    types: new Set(cohort.events),
    needsRegion: cohort.regions !== undefined,
  });
  const later = happenedQuery(scope, { monthsBack, types: new Set(followedBy), ofAnybody: true });
  const end = localMidnight(endDate(period), timeZone);
  const key = (event: string) =>
    `row(${event}.occurred_at, ${event}.source collate "C", ${event}.external_id collate "C")`;
  const due = `((occurred_at at time zone '${timeZone}')::date + ${intervalOf(within)}) at time zone '${timeZone}'`;
  const start =
    'months' in began
      ? `'${localMidnight(firstDate(shiftPeriod(period, 1 - began.months)), timeZone)}'`
      : `('${endDate(period)}'::timestamp - ${intervalOf(began)}) at time zone '${timeZone}'`;
  await rawSql(transaction).unsafe(
    `create unlogged table ${table(name)} as
     with beginning as (
       select agent_id, subscription_id, occurred_at, source, external_id, least(${due}, '${end}') as until_at
       from (${credits}) credit
       where subscription_id is not null and occurred_at >= ${start} and ${filterCondition(scope, cohort)}
     ), begun as (
       select beginning.agent_id, beginning.subscription_id, bool_or(later.occurred_at is not null) as is_followed
       from beginning left join (${later}) later on later.subscription_id = beginning.subscription_id
         and ${key('later')} > ${key('beginning')} and later.occurred_at < beginning.until_at
       group by beginning.agent_id, beginning.subscription_id
     )
     select agent_id, count(*) as begun, count(*) filter (where is_followed) as followed from begun group by agent_id`,
  );
  await rawSql(transaction).unsafe(`analyze ${table(name)}`);
}

/** How many periods before this one such a span may reach into. */
export const monthsBackOf = (began: Span) => ('months' in began ? began.months - 1 : Math.ceil(began.days / 28) - 1);

const intervalOf = (span: Span) =>
  'months' in span ? `interval '${span.months} months'` : `interval '${span.days} days'`;

import { sql } from 'drizzle-orm';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { type Page, type PageArguments, type PageOrder, readPage } from '../db/pages.ts';
import { Decimal, minorUnitDigits } from '../money.ts';
import { lastDate, type Period, shiftPeriod } from '../period.ts';

// What somebody looks at before approving a run: how it differs from the month before. Figures are what statements say was earned, of all
// agents that the transaction may see.

/** The run that is looked at, and the one of the month before that stands; null: there is none, and everything counts as new. */
export type ReviewedRun = { readonly id: number; readonly period: Period; readonly comparedId: number | null };

export type ReviewBucket = {
  readonly from: string;
  readonly to: string;
  readonly agentCount: number;
  readonly agentCountBefore: number;
};

export type ReviewComponent = {
  readonly planCode: string | null;
  readonly componentCode: string;
  readonly name: string;
  readonly currency: string;
  readonly amount: string;
  readonly amountBefore: string;
  readonly agentCount: number;
};

export type ReviewCurrency = {
  readonly currency: string;
  readonly agentCount: number;
  readonly agentCountBefore: number;
  readonly earned: string;
  readonly earnedBefore: string;
  readonly buckets: readonly ReviewBucket[];
  readonly components: readonly ReviewComponent[];
};

export const changeReasons = ['NEW_AGENT', 'TERMINATED', 'SUSPENDED', 'NO_SALES', 'TIER_CHANGED'] as const;
export type ChangeReason = (typeof changeReasons)[number];

/** An agent whose amount changed. */
export type ReviewOutlier = {
  /** Its place in the list, from 1. */
  readonly position: number;
  readonly agentCode: string;
  readonly agentName: string;
  readonly currency: string;
  readonly amount: string;
  readonly amountBefore: string;
  /** Null where it had nothing before. */
  readonly changePercent: string | null;
  /** How far the change is from the median change, in robust standard deviations. */
  readonly deviation: string;
  readonly lineCount: number;
  readonly reason: ChangeReason | null;
};

/** More robust standard deviations than this from the median are unusual. */
export const unusualDeviation = '3.5';
const bucketCount = 10;

/** The run by its key, with what it is compared with; undefined: there is no calculated run of the key. */
export async function findReviewedRun(transaction: Transaction, runId: number): Promise<ReviewedRun | undefined> {
  const query = rawSql(transaction);
  const [run] = await query<{ id: number; period: Period }[]>`
    select id, period from commission_run where id = ${runId} and calculated_at is not null and not is_cut_over`;
  if (!run) return undefined;
  const [compared] = await query<{ id: number }[]>`
    select id from commission_run where period = ${shiftPeriod(run.period, -1)} and status in ('CALCULATED', 'APPROVED', 'PAID')
      and not is_cut_over`;
  return { ...run, comparedId: compared?.id ?? null };
}

/** The statements of both runs side by side; whoever is missing in one has 0 there. */
const pairs = ({ id, comparedId }: ReviewedRun) => sql`
  select agent_id, currency, coalesce(present.earned, 0) as amount, coalesce(former.earned, 0) as amount_before,
    coalesce(present.line_count, 0) as line_count, present.run_id is not null as is_now, former.run_id is not null as was_before
  from (select * from statement where run_id = ${id}::integer) present
  full join (select * from statement where run_id = ${comparedId}::integer) former using (agent_id, currency)`;

type CurrencyRow = Omit<ReviewCurrency, 'buckets' | 'components'> & { least: string; most: string; common: string };

/** What the run comes to in each currency, next to the month before: in all, by component, and how agents are spread. */
export async function reviewCurrencies(transaction: Transaction, run: ReviewedRun): Promise<ReviewCurrency[]> {
  const rows = (await transaction.execute(sql`
    with pair as (${pairs(run)})
    select currency, (count(*) filter (where is_now))::integer as "agentCount", (count(*) filter (where was_before))::integer as "agentCountBefore",
      sum(amount)::text as earned, sum(amount_before)::text as "earnedBefore", least(min(amount), min(amount_before))::text as least,
      greatest(max(amount), max(amount_before))::text as most,
      greatest(percentile_disc(0.95) within group (order by amount), percentile_disc(0.95) within group (order by amount_before))::text as common
    from pair group by currency order by currency`)) as unknown as CurrencyRow[];
  const components = await loadComponents(transaction, run);
  const found: ReviewCurrency[] = [];
  for (const { least, most, common, ...row } of rows) {
    const buckets = await countBuckets(transaction, run, row.currency, bucketEdges(row.currency, least, common, most));
    found.push({ ...row, buckets, components: components.filter(({ currency }) => currency === row.currency) });
  }
  return found;
}

/**
 * Where the stretches of a distribution begin, and where the last one ends: equally wide up to what 95 of 100 agents earn at most, the last as
 * wide as the rest needs.
 */
export function bucketEdges(currency: string, least: string, common: string, most: string): string[] {
  const digits = minorUnitDigits[currency] ?? 2;
  const whole = new Decimal(10).pow(digits);
  const width = new Decimal(common)
    .minus(least)
    .div(bucketCount - 1)
    .times(whole)
    .ceil()
    .div(whole);
  if (width.isZero()) return [least, most];
  const starts = Array.from({ length: bucketCount }, (_, index) => width.times(index).plus(least)).filter((start) =>
    start.lte(most),
  );
  return [...starts, new Decimal(most)].map((edge) => edge.toFixed());
}

async function countBuckets(
  transaction: Transaction,
  run: ReviewedRun,
  currency: string,
  edges: readonly string[],
): Promise<ReviewBucket[]> {
  const starts = edges.slice(0, -1);
  const counts = (await transaction.execute(sql`
    with pair as (${pairs(run)})
    select place, (count(*) filter (where is_present))::integer as present, (count(*) filter (where not is_present))::integer as former
    from pair cross join lateral (values (amount, is_now, true), (amount_before, was_before, false)) side(value, counts, is_present)
    cross join lateral width_bucket(side.value, ${`{${starts.join(',')}}`}::numeric[]) place
    where currency = ${currency} and side.counts group by place`)) as unknown as {
    place: number;
    present: number;
    former: number;
  }[];
  const byPlace = new Map(counts.map((count) => [count.place, count]));
  return starts.map((from, index) => {
    const count = byPlace.get(index + 1);
    const to = edges[index + 1] ?? from;
    return { from, to, agentCount: count?.present ?? 0, agentCountBefore: count?.former ?? 0 };
  });
}

async function loadComponents(transaction: Transaction, { id, comparedId }: ReviewedRun): Promise<ReviewComponent[]> {
  const rows = await rawSql(transaction)<ReviewComponent[]>`
    with named as (
      select distinct on (member.component_id) member.component_id, member.name
      from plan_component member join plan_version version on version.id = member.version_id
      order by member.component_id, version.valid_from desc, version.number desc),
    total as (
      select component_id, currency, coalesce(sum(amount) filter (where run_id = ${id}), 0) as amount,
        coalesce(sum(amount) filter (where run_id <> ${id}), 0) as amount_before,
        (count(distinct agent_id) filter (where run_id = ${id}))::integer as agents
      from run_agent_total where run_id in (${id}, ${comparedId ?? id}) and kind <> 'TAX' group by component_id, currency)
    select plan.code as "planCode", component.code as "componentCode", coalesce(named.name, pool.name, component.code) as name, total.currency,
      total.amount::text as amount, total.amount_before::text as "amountBefore", total.agents as "agentCount"
    from total join component on component.id = total.component_id left join plan on plan.id = component.plan_id
    left join pool on pool.id = component.pool_id left join named on named.component_id = component.id
    order by plan.code collate "C" nulls last, component.code collate "C", component.id, total.currency`;
  return [...rows];
}

const outlierOrder: PageOrder<ReviewOutlier> = {
  name: 'runReviewOutliers',
  direction: 'asc',
  keys: [{ column: 'position', type: 'integer' }],
};

/**
 * A page of the agents whose amount changed, those first whose change is farthest from the median change of their currency, measured in robust
 * standard deviations (1.4826 × the median of all distances, which counts as one minor unit of the currency at least), so that a few wild ones do not hide one another.
 * @throws UserError INPUT_INVALID for arguments of the page.
 */
export function reviewOutliers(
  transaction: Transaction,
  run: ReviewedRun,
  args: PageArguments,
): Promise<Page<ReviewOutlier>> {
  return readPage(args, outlierOrder, async (slice) => {
    const place = { position: sql`ranked.position` };
    const way = sql.raw(slice.orderBy.position ?? 'asc');
    const rows = await transaction.execute(sql`
      with pair as materialized (${pairs(run)}),
      middle as materialized (
        select currency, percentile_disc(0.5) within group (order by amount - amount_before) as change from pair group by currency),
      spread as materialized (
        select currency, middle.change as median,
          1.4826 * greatest(percentile_disc(0.5) within group (order by abs(amount - amount_before - middle.change)), ${minorUnit}) as scale
        from pair join middle using (currency) group by currency, middle.change),
      distant as (
        select pair.*, amount - amount_before as change, abs(amount - amount_before - median) / scale as deviation
        from pair join spread using (currency) where amount <> amount_before),
      ranked as (
        select distant.*, row_number() over (order by deviation desc, abs(change) desc, agent_id, currency)::integer as position from distant),
      page as materialized (
        select * from ranked where ${slice.where(place)} order by ranked.position ${way} limit ${slice.limit})
      ${shown(run.period)} order by page.position ${way}`);
    return [...rows] as unknown as ReviewOutlier[];
  });
}

/** What is told of the agents of a page: looked up once the page is cut, not for everybody. */
function shown(period: Period) {
  const [day, dayBefore] = [lastDate(period), lastDate(shiftPeriod(period, -1))];
  const tierOn = (date: string) => sql`(
    select tier_id from agent_tier where agent_id = page.agent_id and daterange(valid_from, valid_to) @> ${date}::date)`;
  return sql`
    select page.position, agent.code as "agentCode", agent.name as "agentName", page.currency, page.amount::text as amount,
      page.amount_before::text as "amountBefore", round(100 * page.change / nullif(abs(page.amount_before), 0), 1)::text as "changePercent",
      round(page.deviation, 1)::text as deviation, page.line_count as "lineCount",
      case when not page.was_before then 'NEW_AGENT'
           when not page.is_now or standing.status = 'TERMINATED' then 'TERMINATED'
           when standing.status = 'SUSPENDED' then 'SUSPENDED'
           when page.amount = 0 then 'NO_SALES'
           when ${tierOn(day)} is distinct from ${tierOn(dayBefore)} then 'TIER_CHANGED' end as reason
    from page join agent on agent.id = page.agent_id
    left join lateral (
      select status from agent_status where agent_id = page.agent_id and daterange(valid_from, valid_to) @> ${day}::date) standing on true`;
}

/** SQL of one minor unit of `currency`, as in 0.01. */
const minorUnit = sql.raw(
  `case currency ${Object.entries(minorUnitDigits)
    .map(([currency, digits]) => `when '${currency}' then ${new Decimal(10).pow(-digits).toFixed()}`)
    .join(' ')} else 0.01 end`,
);

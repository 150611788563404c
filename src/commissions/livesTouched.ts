import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { lastDate, type Period, previousPeriod } from '../period.ts';
import { reversalOf } from './credits.ts';
import type { Catalogue, DuePart } from './livesCatalogue.ts';
import { isOfFew, type Scope } from './scope.ts';

// Which events' lines have more to their life than dates: those whose subscription or original something happened to, those of
// terminated agents, and those corrected by RETRO. They are booked one by one (livesReplay.ts), all others at one go (lives.ts).

/** What replays need to know of the closed periods. */
export type Reach = {
  /** Periods of the ledger whose lines can still change, ascending. */
  readonly periods: readonly Period[];
  /** Of those, the ones of which parts fall due by date in the scope's period. */
  readonly duePeriods: readonly Period[];
  /** Whether any of those parts falls due by a condition. */
  readonly hasConditions: boolean;
  /** The period of the opening positions: their lines are of events of earlier periods. */
  readonly cutOver: Period | undefined;
};

export async function loadReach(
  transaction: Transaction,
  scope: Scope,
  dueParts: readonly DuePart[],
  earliest: Period | undefined,
): Promise<Reach> {
  const [cutOver] = await rawSql(transaction)<{ period: Period }[]>`
    select period from commission_run where is_cut_over and status in ('APPROVED', 'PAID')`;
  const closed = scope.ledger.periods.filter((period) => period < scope.period);
  const due = new Set(dueParts.map(({ period }) => period));
  return {
    periods: closed.filter((period) => earliest === undefined || period >= earliest || period === cutOver?.period),
    duePeriods: closed.filter((period) => due.has(period)),
    hasConditions: dueParts.some(({ condition }) => condition !== undefined),
    cutOver: closed.find((period) => period === cutOver?.period),
  };
}

/** Names of the tables that booking lives makes. */
export function lifeTables(scope: Scope) {
  const { of } = scope.tables;
  return {
    rules: of('life_rule'),
    due: of('life_due'),
    concerned: of('life_concerned'),
    amounts: of('life_amount'),
    remainders: of('life_remainder'),
    parts: of('life_part'),
    happened: of('life_happening'),
    touched: of('life_event'),
    lines: of('life_line'),
    overrides: of('life_override'),
    losses: of('life_loss'),
  };
}

/** SQL of a condition that restricts an agent to those of the scope. */
export function agentCondition(scope: Scope, column: string): string {
  if (scope.kind === 'OFFICIAL') return 'true';
  return `${column} = any('{${scope.inputs.histories.map(({ id }) => id).join(',')}}'::integer[])`;
}

export const localDateOf = (scope: Scope, instant: string) => `(${instant} at time zone '${scope.timeZone}')::date`;

const orderOf = (event: string) =>
  `row(${event}.occurred_at, ${event}.source collate "C", ${event}.external_id collate "C")`;

/**
 * Makes the table of touched events: event_id, is_replayed (whether their lines may book something in the scope's period), period,
 * date, amount and, of those replayed, `happenings` as JSON, the last REFUND of the period and Σ refunds before and after it (null
 * where there is none).
 */
export async function writeTouched(
  transaction: Transaction,
  scope: Scope,
  catalogue: Catalogue,
  reach: Reach,
): Promise<void> {
  const sql = rawSql(transaction);
  const tables = lifeTables(scope);
  const bills = billTypes(catalogue);
  const first = reach.duePeriods[0] ?? scope.period;
  const isConcerned = await writeConcerned(transaction, scope);
  await sql.unsafe(
    `create unlogged table ${tables.happened} as
     select event.id, event.type, event.occurred_at, event.source, event.external_id, event.subscription_id,
            event.original_external_id, event.period = '${scope.period}' as is_now
     from sales_event event
     where (event.type in ('CHURN', 'REACTIVATION', 'REFUND') and event.period between '${first}' and '${scope.period}'
         ${bills.length > 0 ? `or event.type in (${bills}) and event.period = '${scope.period}'` : ''})
       and not exists (${reversalOf('event')}) ${isConcerned}`,
  );
  await sql.unsafe(`analyze ${tables.happened}`);
  const sources = [
    ...bySubscription(scope, catalogue, reach),
    byRefund(scope),
    ...byRetro(scope, reach),
    ...byTermination(scope, reach),
    ...byFailedCondition(scope, catalogue, reach),
    ...byCutOver(scope, reach),
  ];
  const isDue = `event.period = any('{${[...reach.duePeriods, scope.period].join(',')}}'::text[])`;
  await sql.unsafe(
    `create unlogged table ${tables.touched} as
     select event.id as event_id, touched.is_now or ${isDue} as is_replayed, event.period,
            ${localDateOf(scope, 'event.occurred_at')}::text as date, event.amount,
            story.happenings, story.last_refund_id, story.refunded_before, story.refunded_after
     from (select event_id, bool_or(is_now) as is_now from (${sources.join(' union all ')}) source group by event_id) touched
     join sales_event event on event.id = touched.event_id
     left join lateral (${storyOf(scope, bills)}) story on touched.is_now or ${isDue}`,
  );
  await sql.unsafe(`create index on ${tables.touched} (event_id); analyze ${tables.touched}`);
}

/**
 * Of a simulation of few agents only what happened to events that have lines of theirs, those of overrides among them.
 * @returns SQL that says so of `event`; empty where all are wanted.
 */
async function writeConcerned(transaction: Transaction, scope: Scope): Promise<string> {
  if (scope.kind !== 'SIMULATION' || !isOfFew(scope)) return '';
  const { concerned } = lifeTables(scope);
  const closed = scope.ledger.periods.filter((period) => period < scope.period);
  const earlier =
    closed.length === 0
      ? ''
      : `union select cause_id from ${scope.ledger.lines(closed)} line where ${agentCondition(scope, 'line.agent_id')}`;
  const sql = rawSql(transaction);
  await sql.unsafe(
    `create unlogged table ${concerned} as
     select source, external_id, subscription_id from sales_event where id in (select cause_id from ${scope.tables.lines} ${earlier})`,
  );
  await sql.unsafe(`analyze ${concerned}`);
  return `and event.id in (
    select happening.id from ${concerned} concerned join sales_event happening on happening.subscription_id = concerned.subscription_id
    union select refund.id from ${concerned} concerned
      join sales_event refund on refund.source = concerned.source and refund.original_external_id = concerned.external_id)`;
}

/** The closed periods that hold lines of events to replay: of overrides on a base any, however old what was refunded. */
export async function touchedPeriods(transaction: Transaction, scope: Scope, { cutOver }: Reach): Promise<Period[]> {
  const rows = await rawSql(transaction).unsafe<{ period: Period }[]>(
    `select distinct period from ${lifeTables(scope).touched} where is_replayed`,
  );
  const found = new Set<Period | undefined>([...rows.map(({ period }) => period), cutOver]);
  return scope.ledger.periods.filter((period) => period < scope.period && found.has(period));
}

/** The types of rows that count bills, quoted, if any part waits for one. */
function billTypes({ kinds }: Catalogue): string {
  const waiting = kinds.filter(({ terms }) => terms.parts.some(({ due }) => 'paidBill' in due));
  return [...new Set(waiting.map(({ terms }) => (terms.onBill ? `'BILL'` : `'PAYMENT'`)))].join(', ');
}

/** Everything that happened to an event up to the period's end, in order (§9.2 to §9.6). */
function storyOf(scope: Scope, bills: string): string {
  const own = `happening.subscription_id = event.subscription_id and ${orderOf('happening')} > ${orderOf('event')}`;
  const billed = `happening.type in (${bills}) and happening.subscription_id = event.subscription_id
    and (${orderOf('happening')} > ${orderOf('event')} or happening.type = 'PAYMENT' and happening.id = event.id)
    and (happening.type = 'BILL' or bill.id is not null)`;
  const ways = [
    `select happening.*, null::bigint as bill_id from sales_event happening
     where happening.type in ('CHURN', 'REACTIVATION') and ${own}`,
    `select happening.*, null::bigint from sales_event happening
     where happening.type = 'REFUND' and happening.source = event.source
       and happening.original_external_id = event.external_id and ${orderOf('happening')} > ${orderOf('event')}`,
    ...(bills.length > 0
      ? [
          `select happening.*, bill.id from sales_event happening
           left join sales_event bill on bill.type = 'BILL' and bill.source = happening.source
             and bill.external_id = happening.original_external_id and not exists (${reversalOf('bill')})
           where ${billed}`,
        ]
      : []),
  ];
  const inOrder = 'order by happening.occurred_at, happening.source collate "C", happening.external_id collate "C"';
  const isRefundNow = `happening.type = 'REFUND' and happening.period = '${scope.period}'`;
  return `select
      json_agg(json_build_array(happening.id::text, happening.type, ${localDateOf(scope, 'happening.occurred_at')}::text,
        happening.amount::text, happening.bill_id::text) ${inOrder}) as happenings,
      (array_agg(happening.id ${inOrder.replaceAll('occurred_at', 'occurred_at desc').replaceAll('"C"', '"C" desc')})
        filter (where ${isRefundNow}))[1] as last_refund_id,
      sum(happening.amount) filter (where happening.type = 'REFUND' and happening.period < '${scope.period}') as refunded_before,
      sum(happening.amount) filter (where happening.type = 'REFUND') as refunded_after
    from (${ways.join(' union all ')}) happening
    where happening.period <= '${scope.period}' and not exists (${reversalOf('happening')})`;
}

function bySubscription(scope: Scope, { eventTypes }: Catalogue, { periods, cutOver }: Reach): string[] {
  if (eventTypes.length === 0) return [];
  const earliest = cutOver === undefined ? (periods[0] ?? scope.period) : '';
  return [
    `select event.id as event_id, happened.is_now
     from ${lifeTables(scope).happened} happened
     join sales_event event on event.subscription_id = happened.subscription_id
     where happened.type <> 'REFUND' and event.type = any('{${eventTypes.join(',')}}'::sales_event_type[])
       and event.occurred_at <= happened.occurred_at and event.period between '${earliest}' and '${scope.period}'`,
  ];
}

function byRefund(scope: Scope): string {
  return `select event.id as event_id, happened.is_now
    from ${lifeTables(scope).happened} happened
    join sales_event event on event.source = happened.source and event.external_id = happened.original_external_id
    where happened.type = 'REFUND' and event.period <= '${scope.period}'`;
}

/** What was corrected since is not what was withheld then. */
function byRetro(scope: Scope, { duePeriods }: Reach): string[] {
  if (duePeriods.length === 0) return [];
  return [
    `select line.cause_id as event_id, false as is_now from ${scope.ledger.lines(duePeriods)} line
     where line.kind = 'RETRO' and line.cause_id > 0 and ${agentCondition(scope, 'line.agent_id')}`,
  ];
}

/**
 * Lines of agents that are TERMINATED at the period's end, and were not before: all of them; of those that were at some earlier end:
 * what falls due now may have been paid then.
 */
function byTermination(scope: Scope, { periods, duePeriods }: Reach): string[] {
  const isTerminated = (date: string) =>
    `terminated.valid_from <= '${date}' and (terminated.valid_to is null or terminated.valid_to > '${date}')`;
  const agents = (condition: string) =>
    `select agent_id from agent_status terminated where status = 'TERMINATED' and ${agentCondition(scope, 'agent_id')} and ${condition}`;
  const now = agents(isTerminated(lastDate(scope.period)));
  const before = agents(isTerminated(lastDate(previousPeriod(scope.period))));
  const own = `select cause_id as event_id, true as is_now from ${scope.tables.lines}
    where kind = 'EARNING' and agent_id in (${now})`;
  const newly =
    periods.length === 0
      ? []
      : [
          `select line.cause_id, true from ${scope.ledger.lines(periods)} line
           where (line.kind = 'WITHHOLDING' or line.kind = 'RETRO' and line.instalment is not null)
             and line.agent_id = any(array(${now} except ${before}))`,
        ];
  const [first] = duePeriods;
  const formerly =
    first === undefined
      ? []
      : [
          `select line.cause_id, false from ${scope.ledger.lines(duePeriods)} line
           where line.kind = 'WITHHOLDING' and line.agent_id = any(array(${agents(
             `terminated.valid_from <= '${lastDate(scope.period)}' and (terminated.valid_to is null or terminated.valid_to > '${first}-01')`,
           )}))`,
        ];
  return [own, ...newly, ...formerly];
}

/** A holdback forfeited by its condition matters to the overrides on its line. */
function byFailedCondition(scope: Scope, { hasOverrides }: Catalogue, { duePeriods, hasConditions }: Reach): string[] {
  if (!hasOverrides || !hasConditions || duePeriods.length === 0) return [];
  return [
    `select line.cause_id, true from ${scope.ledger.lines(duePeriods)} line
     join ${lifeTables(scope).due} due on due.rule_id = line.rule_id and due.instalment = line.instalment and due.period = line.period
     where line.kind = 'WITHHOLDING' and due.metric is not null and not ${metricHolds(scope, 'line.agent_id')}`,
  ];
}

/** SQL: whether the agent's metric of the scope's period passes the test of `due`. */
export function metricHolds(scope: Scope, agent: string): string {
  return `exists (select from metric_value value where value.agent_id = ${agent} and value.metric = due.metric
    and value.period = '${scope.period}' and (due.at_least is null or value.value >= due.at_least)
    and (due.below is null or value.value < due.below))`;
}

/** Opening positions stand in the cut-over's period, whenever their events occurred: each is looked at. */
function byCutOver(scope: Scope, { cutOver }: Reach): string[] {
  if (cutOver === undefined) return [];
  return [
    `select line.cause_id, true from ${scope.ledger.lines([cutOver])} line
     where line.kind in ('EARNING', 'WITHHOLDING') and line.cause_id > 0`,
  ];
}

import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { type CopyValue, copyRows } from '../db/copy.ts';
import { Decimal, minorUnitDigits, type RoundingMode } from '../money.ts';
import { lastDate, type Period } from '../period.ts';
import { bookLife, followedLoss, type Happening, type Life, lostByRefunds } from './engine/life.ts';
import type { Catalogue, LifeKind } from './livesCatalogue.ts';
import { agentCondition, lifeTables, type Reach, touchedPeriods } from './livesTouched.ts';
import { lineColumns, type Scope } from './scope.ts';

// The lives of touched lines, booked one by one: read in batches, booked by the pure rules, written back with COPY.

const batchSize = 5000;
const zero = new Decimal(0);
const one = new Decimal(1);

/** Books what the period brings to each touched line, and notes for overrides what each has lost before and after it. */
export async function replayLives(
  transaction: Transaction,
  scope: Scope,
  catalogue: Catalogue,
  reach: Reach,
): Promise<void> {
  const tables = lifeTables(scope);
  const periods = await touchedPeriods(transaction, scope, reach);
  await writeOverrides(transaction, scope, catalogue, periods);
  await writeLines(transaction, scope, periods);
  await rawSql(transaction).unsafe(
    `create unlogged table ${tables.losses} (component_id integer, cause_id bigint, agent_id integer, role text, whole numeric,
       lost_before numeric, lost_after numeric, last_cause_id bigint, last_cause_number integer)`,
  );
  const facts = await loadFacts(transaction, scope, catalogue);
  for (let from = 0; ; from += batchSize) {
    const batch = await rawSql(transaction).unsafe<LineRow[]>(
      `select line.*, line.cause_id::text as cause_id, touched.date, touched.amount as original_amount, touched.happenings
       from ${tables.lines} line join ${tables.touched} touched on touched.event_id = line.cause_id
       where line.number > ${from} and line.number <= ${from + batchSize} order by line.number`,
    );
    if (batch.length === 0) break;
    const booked = batch.map((line) => ({ line, life: lifeOf(scope, catalogue, facts, line) }));
    await copyRows(
      transaction,
      `${scope.tables.lines} (${lineColumns})`,
      booked.flatMap(({ line, life }) => (line.is_booked && life ? lineRows(scope, line, life) : [])),
    );
    if (catalogue.hasOverrides) await copyRows(transaction, tables.losses, booked.map(lossRow));
  }
}

type LineRow = {
  component_id: number;
  cause_id: string;
  agent_id: number;
  role: string;
  rule_id: number | null;
  amount: string;
  currency: string;
  is_booked: boolean;
  date: string;
  original_amount: string;
  happenings: [id: string, type: string, date: string, amount: string, billId: string | null][] | null;
};

/** Makes the table of touched lines with A': EARNING, CAP and what RETRO corrected of both (§9.1). */
async function writeLines(transaction: Transaction, scope: Scope, periods: readonly Period[]): Promise<void> {
  const { lines, touched, overrides } = lifeTables(scope);
  const columns = 'component_id, cause_id, agent_id, role, rule_id, amount, currency';
  // of few touched events a closed month's lines are found by their causes
  const isTouched = `and cause_id in (select event_id from ${touched} where is_replayed)`;
  const earned = `select ${columns} from ${scope.tables.lines} where kind in ('EARNING', 'CAP') and source_agent_id is null`;
  const earlier =
    periods.length === 0
      ? ''
      : `union all select ${columns} from ${scope.ledger.lines(periods)} line
         where (kind in ('EARNING', 'CAP') or kind = 'RETRO' and instalment is null and original_id is null)
           and source_agent_id is null ${scope.kind === 'OFFICIAL' ? '' : isTouched}`;
  const isBooked = agentCondition(scope, 'line.agent_id');
  await rawSql(transaction).unsafe(
    `create unlogged table ${lines} as
     select row_number() over (order by cause_id) as number, line.*
     from (select line.component_id, line.cause_id, line.agent_id, line.role, max(line.rule_id) as rule_id, sum(line.amount) as amount,
             max(line.currency) as currency, ${isBooked} as is_booked
           from (${earned} ${earlier}) line
           join ${touched} touched on touched.event_id = line.cause_id and touched.is_replayed
           where ${isBooked} or exists (select from ${overrides} following where following.cause_id = line.cause_id)
           group by line.component_id, line.cause_id, line.agent_id, line.role) line`,
  );
  await rawSql(transaction).unsafe(`create index on ${lines} (number); analyze ${lines}`);
}

/** What lives go by besides their events: since when agents are TERMINATED, and metrics that conditions test. */
type ReplayFacts = {
  readonly terminated: ReadonlyMap<number, readonly { from: string; to: string | null }[]>;
  readonly metrics: ReadonlyMap<string, Decimal>;
};

async function loadFacts(transaction: Transaction, scope: Scope, { kinds }: Catalogue): Promise<ReplayFacts> {
  const sql = rawSql(transaction);
  const rows = await sql<{ agent_id: number; from: string; to: string | null }[]>`
    select agent_id, valid_from as from, valid_to as to from agent_status where status = 'TERMINATED'`;
  const terminated = new Map<number, { from: string; to: string | null }[]>();
  for (const row of rows) terminated.set(row.agent_id, [...(terminated.get(row.agent_id) ?? []), row]);
  const names = [...new Set(kinds.flatMap(({ condition }) => (condition ? [condition.metric] : [])))];
  const values =
    names.length === 0
      ? []
      : await sql<{ agent_id: number; metric: string; period: string; value: string }[]>`
          select agent_id, metric, period, value from metric_value
          where metric = any(${names}) and period <= ${scope.period} and length(period) = 7`;
  return {
    terminated,
    metrics: new Map(values.map((row) => [metricKey(row.agent_id, row.metric, row.period), new Decimal(row.value)])),
  };
}

const metricKey = (agentId: number, metric: string, period: string) => `${agentId} ${period} ${metric}`;

/** @returns undefined for a line whose component gives it no life */
function lifeOf(scope: Scope, { kinds, kindByRule }: Catalogue, facts: ReplayFacts, line: LineRow): Life | undefined {
  const kind = kinds[kindByRule.get(line.rule_id ?? 0) ?? -1];
  if (!kind) return undefined;
  const statuses = facts.terminated.get(line.agent_id) ?? [];
  return bookLife({
    terms: kind.terms,
    amount: new Decimal(line.amount),
    date: line.date,
    originalAmount: new Decimal(line.original_amount),
    happenings: (line.happenings ?? []).map(asHappening),
    terminatedAtEndOf: (period) => {
      if (statuses.length === 0) return false;
      const date = lastDate(period);
      return statuses.some(({ from, to }) => from <= date && (to === null || date < to));
    },
    conditionHolds: (period) => conditionHolds(kind, facts, line.agent_id, period),
    until: scope.period,
  });
}

function conditionHolds({ condition }: LifeKind, { metrics }: ReplayFacts, agentId: number, period: Period): boolean {
  if (!condition) return true;
  const value = metrics.get(metricKey(agentId, condition.metric, period));
  if (value === undefined) return false;
  return (
    (condition.atLeast === undefined || value.gte(condition.atLeast)) &&
    (condition.below === undefined || value.lt(condition.below))
  );
}

function asHappening([id, kind, date, amount, billId]: [string, string, string, string, string | null]): Happening {
  if (kind === 'REFUND') return { id, kind, date, amount: new Decimal(amount) };
  if (kind === 'PAYMENT') return { id, kind, date, billId: billId ?? '' };
  if (kind === 'CHURN' || kind === 'REACTIVATION' || kind === 'BILL') return { id, kind, date };
  throw new Error(`${kind} does not touch a line`);
}

function lineRows(scope: Scope, line: LineRow, { withheld, periods }: Life): CopyValue[][] {
  const now = periods.at(-1);
  const row = (
    kind: string,
    causeId: string,
    amount: Decimal,
    originalId: string | null,
    instalment: number | null,
  ) => [
    scope.runId,
    line.component_id,
    kind,
    causeId,
    line.agent_id,
    line.role,
    line.rule_id,
    line.amount,
    1,
    1,
    amount.toFixed(),
    line.currency,
    originalId,
    instalment,
    null,
    null,
    null,
  ];
  const isOwn = periods.length === 1;
  const parts = isOwn
    ? withheld.map(({ instalment, amount }) => row('WITHHOLDING', line.cause_id, amount.negated(), null, instalment))
    : (now?.released ?? []).map(({ instalment, amount }) => row('RELEASE', line.cause_id, amount, null, instalment));
  const clawbacks = (now?.clawbacks ?? []).map(({ causeId, amount }) =>
    row('CLAWBACK', causeId, amount, line.cause_id, null),
  );
  return [...parts, ...clawbacks];
}

function lossRow({ line, life }: { readonly line: LineRow; readonly life: Life | undefined }): CopyValue[] {
  const before = life?.periods.at(-2)?.lost ?? zero;
  const after = life?.periods.at(-1)?.lost ?? zero;
  const causeId = life?.periods.at(-1)?.lastCauseId ?? null;
  const causeNumber = causeId === null ? null : (line.happenings ?? []).findIndex(([id]) => id === causeId);
  const key = [line.component_id, line.cause_id, line.agent_id, line.role];
  return [...key, line.amount, before.toFixed(), after.toFixed(), causeId, causeNumber];
}

/** Makes the table of the scope's and earlier OVERRIDE lines on touched events, net of caps and as RETRO corrected them. */
async function writeOverrides(
  transaction: Transaction,
  scope: Scope,
  { hasOverrides }: Catalogue,
  periods: readonly Period[],
): Promise<void> {
  const { overrides, touched } = lifeTables(scope);
  const key = 'component_id, cause_id, agent_id, role, source_agent_id, source_component_id';
  const own = `select ${key}, amount, currency from ${scope.tables.lines}
    where kind in ('OVERRIDE', 'CAP') and source_agent_id is not null and ${hasOverrides}`;
  const earlier =
    periods.length === 0 || !hasOverrides
      ? ''
      : `union all select ${key}, amount, currency from ${scope.ledger.lines(periods)} line
         where (kind in ('OVERRIDE', 'CAP') or kind = 'RETRO' and original_id is null) and source_agent_id is not null
           and ${agentCondition(scope, 'agent_id')}`;
  await rawSql(transaction).unsafe(
    `create unlogged table ${overrides} as
     select ${key}, sum(line.amount) as amount, max(currency) as currency from (${own} ${earlier}) line
     where exists (select from ${touched} touched where touched.event_id = line.cause_id and touched.is_replayed)
     group by ${key}`,
  );
  await rawSql(transaction).unsafe(`analyze ${overrides}`);
}

type OverrideRow = {
  component_id: number;
  cause_id: string;
  agent_id: number;
  role: string;
  source_agent_id: number;
  source_component_id: number | null;
  amount: string;
  currency: string;
  date: string;
  original_amount: string;
  last_cause_id: string | null;
  last_refund_id: string | null;
  refunded_before: string | null;
  refunded_after: string | null;
  whole: string | null;
  lost_before: string | null;
  lost_after: string | null;
};

/** Books to each OVERRIDE line what it loses with its child line or, where it goes by none, with the credit's lines (§9.8). */
export async function followLosses(transaction: Transaction, scope: Scope, catalogue: Catalogue): Promise<void> {
  if (!catalogue.hasOverrides) return;
  const { overrides, losses, touched } = lifeTables(scope);
  const roundingOn = await loadRoundings(transaction, scope);
  await rawSql(transaction).unsafe(`alter table ${overrides} add number bigint generated always as identity`);
  for (let from = 0; ; from += batchSize) {
    const batch = await rawSql(transaction).unsafe<OverrideRow[]>(
      `select line.*, line.cause_id::text as cause_id, touched.date, touched.amount as original_amount,
              touched.last_refund_id::text as last_refund_id, touched.refunded_before, touched.refunded_after,
              loss.whole, loss.lost_before, loss.lost_after, loss.last_cause_id::text as last_cause_id
       from (select * from ${overrides} where number > ${from} and number <= ${from + batchSize}) line
       join ${touched} touched on touched.event_id = line.cause_id
       left join (
         select cause_id, agent_id, role, coalesce(component_id, 0) as component_id, sum(whole) as whole,
                sum(lost_before) as lost_before, sum(lost_after) as lost_after,
                (array_agg(last_cause_id order by last_cause_number desc nulls last))[1] as last_cause_id
         from ${losses} group by cause_id, agent_id, role, rollup (component_id)
       ) loss on loss.cause_id = line.cause_id and loss.agent_id = line.source_agent_id and loss.role = line.role
         and loss.component_id = coalesce(line.source_component_id, 0)
       order by line.number`,
    );
    if (batch.length === 0) break;
    const rows = batch.flatMap((line) => followRow(scope, line, roundingOn(line.component_id, line.date)));
    await copyRows(transaction, `${scope.tables.lines} (${lineColumns})`, rows);
  }
}

function followRow(scope: Scope, line: OverrideRow, rounding: RoundingMode): CopyValue[][] {
  const own = new Decimal(line.amount);
  const digits = minorUnitDigits[line.currency] ?? 2;
  const [before, after] = lossesOf(line).map(([lost, whole]) => followedLoss(own, lost, whole, digits, rounding));
  const taken = (after ?? zero).minus(before ?? zero);
  if (taken.isZero()) return [];
  return [
    [
      scope.runId,
      line.component_id,
      'CLAWBACK',
      line.last_cause_id ?? (line.whole === null ? line.last_refund_id : null) ?? line.cause_id,
      line.agent_id,
      line.role,
      null,
      line.amount,
      1,
      1,
      taken.negated().toFixed(),
      line.currency,
      line.cause_id,
      null,
      line.source_agent_id,
      line.source_component_id,
      null,
    ],
  ];
}

/** What was lost of the whole, before the period and at its end. A credit without lines of its own loses by refunds alone. */
function lossesOf(line: OverrideRow): [lost: Decimal, whole: Decimal][] {
  if (line.whole !== null || line.source_component_id !== null) {
    const whole = new Decimal(line.whole ?? 0);
    return [line.lost_before, line.lost_after].map((lost) => [new Decimal(lost ?? 0), whole]);
  }
  const original = new Decimal(line.original_amount);
  return [line.refunded_before, line.refunded_after].map((refunded) => [
    refunded === null ? zero : lostByRefunds(one, new Decimal(refunded), original),
    one,
  ]);
}

/** The rounding of the plan version of an OVERRIDE component that was in force on a date; the scope's versions go first. */
async function loadRoundings(
  transaction: Transaction,
  scope: Scope,
): Promise<(componentId: number, date: string) => RoundingMode> {
  const rows = await rawSql(transaction)<
    { component_id: number; rounding: RoundingMode; from: string; to: string | null }[]
  >`
    select component.id as component_id, version.rounding, version.valid_from as from, version.valid_to as to
    from component join plan_version version on version.plan_id = component.plan_id
    where component.kind = 'OVERRIDE' and plan_version_in_force(version.id) order by version.number desc`;
  const ofScope = scope.inputs.versions.flatMap(({ components, rounding, from, to }) =>
    components.map(({ componentId }) => ({ component_id: componentId, rounding, from, to })),
  );
  return (componentId, date) => {
    const isThen = (row: (typeof rows)[number]) =>
      row.component_id === componentId && row.from <= date && (row.to === null || date < row.to);
    const own = date.slice(0, 7) === scope.period ? ofScope.findLast(isThen) : undefined;
    return (own ?? rows.find(isThen))?.rounding ?? 'HALF_UP';
  };
}

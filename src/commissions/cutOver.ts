import type { Readable } from 'node:stream';
import { eq } from 'drizzle-orm';
import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { booksLock, programmeLock } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { type Period, periodEnd } from '../period.ts';
import { loadOperator, type Operator } from '../reference/operator.ts';
import { openCsvFile } from '../sales/file.ts';
import { loadReferences } from '../sales/references.ts';
import { Rejections, type RowError } from '../sales/rejections.ts';
import * as staging from '../sales/staging.ts';
import { eventImport } from '../sales/tables.ts';
import { rejectMisdivided } from './cutOverParts.ts';
import { cutOverSource, loadComponents, openingColumns, type Position, positionChecker } from './cutOverRows.ts';
import { hashAgentLines, hashLines, hashOf } from './hashes.ts';
import { lineColumns, runTables } from './scope.ts';

// Cut-over (DOMAIN.md §10): what stood open before the first period comes in as one synthetic run, with lines, volumes and
// statements like those of any closed period, so that nothing that reads these knows the difference.

/** What an import of opening positions did: all of it, or nothing where a row was rejected. */
export type OpeningResult = {
  readonly runId: number | null;
  readonly rowCount: number;
  readonly eventCount: number;
  readonly lineCount: number;
  readonly statementCount: number;
  readonly rejectedCount: number;
  /** The first 1,000 faults by row. */
  readonly rejections: readonly RowError[];
};

type OpeningOptions = {
  /** The last period before Tributary calculates. */
  readonly period: Period;
  readonly onRejected?: (error: RowError) => void | Promise<void>;
  readonly onProgress?: (rows: number, bytes: number) => void;
};

/**
 * Imports a CSV file of opening positions, as owner, in the caller's transaction: debts and carry-forwards (BALANCE), to-date volumes
 * (VOLUME), live subscriptions with what was paid (SUBSCRIPTION) and what is still to be paid for them (UNPAID), owed draws (DRAW).
 * They become a CALCULATED run that somebody else approves (approveOpening). Faults of rows are in the result.
 * @throws UserError OPENING_EXISTS, OPENING_TOO_LATE, PERIOD_NOT_OVER, FORBIDDEN, NOT_SET_UP; FILE_*, COLUMN_*, ROW_* for the header.
 */
export async function importOpening(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  source: { readonly name: string; readonly stream: Readable },
  options: OpeningOptions,
): Promise<OpeningResult> {
  const rejections = new Rejections(options.onRejected);
  try {
    requireRight(actor);
    const operator = await loadOperator(transaction);
    await lock(transaction);
    await requireFirst(transaction, options.period, operator, now, null);
    const sql = rawSql(transaction);
    await sql`savepoint opening`;
    const rowCount = await stage(transaction, operator, now, source.stream, options, rejections);
    await matchUnpaid(transaction);
    await rejectUnfit(transaction, rejections);
    if (rejections.rowCount === 0) await rejectMisdivided(transaction, options.period, rejections);
    const written =
      rejections.rowCount === 0
        ? await write(transaction, actor, now, source.name, operator, options.period, rejections)
        : undefined;
    const counts = { rowCount, rejectedCount: rejections.rowCount, rejections: rejections.kept };
    if (!written) {
      await sql`rollback to savepoint opening`;
      return { runId: null, eventCount: 0, lineCount: 0, statementCount: 0, ...counts };
    }
    await staging.dropStaging(transaction);
    await sql`drop table opening_staging`;
    return { ...written, ...counts };
  } finally {
    source.stream.destroy();
  }
}

/**
 * Approves the opening positions; from then on the periods up to theirs are closed.
 * @throws UserError SAME_PERSON, RUN_STATE, OPENING_TOO_LATE, FORBIDDEN, NOT_FOUND.
 */
export async function approveOpening(transaction: Transaction, actor: Actor, now: Date, runId: number): Promise<void> {
  requireRight(actor);
  await lock(transaction);
  const sql = rawSql(transaction);
  const [run] = await sql<{ period: Period; status: string; calculated_by: string }[]>`
    select period, status, calculated_by from commission_run where id = ${runId} and is_cut_over for update`;
  if (!run) throw new UserError('NOT_FOUND', `There is no cut-over ${runId}.`);
  if (run.status !== 'CALCULATED') throw new UserError('RUN_STATE', `The cut-over is ${run.status}.`, run.period);
  if (run.calculated_by === actor.name) throw new UserError('SAME_PERSON', `${actor.name} imported it.`, run.period);
  await requireFirst(transaction, run.period, await loadOperator(transaction), now, runId);
  await sql`
    update commission_run set status = 'APPROVED', approved_by = ${actor.name}, approved_at = ${now.toISOString()} where id = ${runId}`;
  await recordChanges(transaction, actor, now, [
    {
      action: 'run.approved',
      entity: 'run',
      entityKey: `${run.period}#${runId}`,
      before: { status: run.status },
      after: { status: 'APPROVED' },
    },
  ]);
}

/** The work runs with the owner's rights, so it looks at the actor's itself. */
function requireRight({ user }: Actor): void {
  if (user && user.role !== 'ADMIN' && user.role !== 'FINANCE') {
    throw new UserError('FORBIDDEN', 'Your role may not bring in opening positions.');
  }
}

/** Neither imports nor approvals nor changes of the programme go on meanwhile; it does not wait for any that do. */
async function lock(transaction: Transaction): Promise<void> {
  const [row] = await rawSql(transaction)<{ locked: boolean }[]>`
    select pg_try_advisory_xact_lock(${booksLock}::bigint) and pg_try_advisory_xact_lock(${programmeLock}::bigint) as locked`;
  if (row?.locked) return;
  throw new UserError('CONFLICTING_CHANGE', 'Something is being imported, approved or applied.');
}

/** @param ownId the cut-over that is approved, if it is there already */
async function requireFirst(
  transaction: Transaction,
  period: Period,
  { timeZone }: Operator,
  now: Date,
  ownId: number | null,
): Promise<void> {
  if (now < periodEnd(period, timeZone)) throw new UserError('PERIOD_NOT_OVER', `${period} is not over.`, period);
  const sql = rawSql(transaction);
  const runs = await sql<{ period: string; is_cut_over: boolean }[]>`
    select period, is_cut_over from commission_run
    where status in ('CALCULATED', 'APPROVED', 'PAID') and id is distinct from ${ownId} order by is_cut_over desc, period limit 1`;
  const [run] = runs;
  if (run?.is_cut_over) throw new UserError('OPENING_EXISTS', `The cut-over of ${run.period} exists.`, run.period);
  if (run) throw new UserError('OPENING_TOO_LATE', `Period ${run.period} is calculated already.`, run.period);
  const [event] = await sql<{ period: string }[]>`
    select period from sales_event where period <= ${period} and source <> ${cutOverSource} order by period limit 1`;
  if (event) throw new UserError('OPENING_TOO_LATE', `Period ${event.period} has sales events.`, event.period);
}

type StagedPosition = Position & { readonly row: number; readonly line: number };

/** Checks every row by itself and stages the good ones. @returns how many rows there were. */
async function stage(
  transaction: Transaction,
  operator: Operator,
  now: Date,
  stream: Readable,
  { period, onProgress }: OpeningOptions,
  rejections: Rejections,
): Promise<number> {
  const references = await loadReferences(transaction);
  const components = await loadComponents(transaction, operator);
  const check = positionChecker({ references, components, operator, period, now });
  const sql = rawSql(transaction);
  await staging.createStaging(transaction);
  await sql`
    create temporary table opening_staging (
      row integer primary key, line integer, kind text, agent_id integer, component_id integer, currency text, digits smallint,
      amount numeric, period text, key text, role text, rule_id integer, parts smallint, instalment smallint, started_on date,
      parent integer
    ) on commit drop`;
  let rowCount = 0;
  for await (const { rows, bytes } of await openCsvFile(stream, openingColumns)) {
    const positions: StagedPosition[] = [];
    const events: staging.StagedValues[] = [];
    for (const { line, values, fault } of rows) {
      rowCount += 1;
      const checked = fault ? { faults: [fault] } : check(values);
      if ('faults' in checked) {
        await rejections.add(rowCount, line, values[1]?.trim() || null, checked.faults);
        continue;
      }
      if (checked.position) positions.push({ row: rowCount, line, ...checked.position });
      if (checked.event) events.push(staging.stagedValues(rowCount, line, checked.event));
    }
    await sql`
      insert into opening_staging
      select * from json_populate_recordset(null::opening_staging, ${JSON.stringify(positions)}::text::json)`;
    await staging.insertIntoStaging(transaction, oneOf(events));
    onProgress?.(rowCount, bytes);
  }
  await sql.unsafe('analyze opening_staging; analyze import_staging');
  return rowCount;
}

async function* oneOf<Value>(value: Value): AsyncGenerator<Value> {
  yield value;
}

/** An UNPAID part becomes one of its subscription's: what it leaves out is the subscription's to say. */
async function matchUnpaid(transaction: Transaction): Promise<void> {
  await rawSql(transaction)`
    update opening_staging unpaid set parent = own.row, agent_id = own.agent_id, component_id = own.component_id, role = own.role,
      rule_id = own.rule_id, parts = own.parts, currency = own.currency, digits = own.digits
    from (
      select part.row as part, min(subscription.row) as parent
      from opening_staging part join opening_staging subscription
        on subscription.kind = 'SUBSCRIPTION' and subscription.key = part.key
        and subscription.agent_id = coalesce(part.agent_id, subscription.agent_id)
        and subscription.component_id = coalesce(part.component_id, subscription.component_id)
        and subscription.role = coalesce(part.role, subscription.role)
      where part.kind = 'UNPAID' group by part.row having count(*) = 1
    ) matched join opening_staging own on own.row = matched.parent
    where unpaid.row = matched.part`;
}

/** Faults that only show among the rows together. */
async function rejectUnfit(transaction: Transaction, rejections: Rejections): Promise<void> {
  type Unfit = {
    row: number;
    line: number;
    key: string | null;
    is_double: boolean;
    is_lost: boolean;
    is_beyond: boolean;
  };
  const rows = await rawSql(transaction)<Unfit[]>`
    select * from (
      select row, line, key, kind = 'UNPAID' and parent is null as is_lost,
        kind = 'UNPAID' and (instalment > parts or scale(trim_scale(amount)) > digits) is true as is_beyond,
        row_number() over (partition by kind, agent_id, component_id, currency, period, key, role, instalment order by row) > 1 as is_double
      from opening_staging
    ) judged where is_lost or is_beyond or is_double order by row`;
  for (const { row, line, key, is_lost, is_beyond } of rows) {
    const fault = is_lost
      ? ({
          code: 'OPENING_UNMATCHED',
          message: 'Not exactly one SUBSCRIPTION row is named.',
          column: 'subscription_id',
        } as const)
      : is_beyond
        ? ({
            code: 'VALUE_INVALID',
            message: 'The component has no such part, or no amount so fine.',
            column: 'instalment',
          } as const)
        : ({ code: 'OPENING_DOUBLED', message: 'An earlier row has the same position.', column: null } as const);
    await rejections.add(row, line, key, [fault]);
  }
}

type Written = Pick<OpeningResult, 'runId' | 'eventCount' | 'lineCount' | 'statementCount'>;

/** @returns undefined where an event is there already with other content: that row is rejected. */
async function write(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  name: string,
  operator: Operator,
  period: Period,
  rejections: Rejections,
): Promise<Written | undefined> {
  const sql = rawSql(transaction);
  const at = now.toISOString();
  const events = await writeEvents(transaction, actor, now, name, operator, rejections);
  if (!events) return undefined;
  const [run] = await sql<{ id: number }[]>`
    insert into commission_run (period, status, calculated_by, started_at, calculated_at, is_cut_over, event_count, unpaid_count, unread_count)
    values (${period}, 'CALCULATED', ${actor.name}, ${at}, ${at}, true, ${events.acceptedCount}, 0, 0) returning id`;
  if (!run) throw new Error('insert returned no row');
  const counts = await writeRun(transaction, run.id);
  await recordChanges(transaction, actor, now, [
    {
      action: 'opening.imported',
      entity: 'run',
      entityKey: `${period}#${run.id}`,
      after: {
        name,
        eventCount: events.acceptedCount,
        eventsHash: events.contentHash,
        ...counts,
      },
    },
  ]);
  const { lineCount, statementCount } = counts;
  return { runId: run.id, eventCount: events.acceptedCount, lineCount, statementCount };
}

/** Brings in the events that subscriptions began with; none of them is late. @returns undefined where a row was rejected. */
async function writeEvents(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  name: string,
  { timeZone }: Operator,
  rejections: Rejections,
): Promise<{ readonly acceptedCount: number; readonly contentHash: string } | undefined> {
  const [staged] = await rawSql(transaction)<{ exist: boolean }[]>`select exists (select from import_staging) as exist`;
  if (!staged?.exist) return { acceptedCount: 0, contentHash: '' };
  const counts = { rowCount: 0, acceptedCount: 0, duplicateCount: 0, rejectedCount: 0, lateCount: 0 };
  const [opened] = await transaction
    .insert(eventImport)
    .values({ name, importedBy: actor.name, importedAt: now.toISOString(), contentHash: '', ...counts })
    .returning({ id: eventImport.id });
  if (!opened) throw new Error('an insert gave no row');
  const { acceptedCount, contentHash } = await staging.insertEvents(transaction, opened.id, timeZone, null);
  await staging.eachChangedRow(transaction, ({ row, line, externalId }) => {
    const message = `Another event has the key ${cutOverSource}/${externalId}.`;
    return rejections.add(row, line, externalId, [{ column: 'external_id', code: 'EVENT_CHANGED', message }]);
  });
  if (rejections.rowCount > 0) return undefined;
  const facts = { rowCount: acceptedCount, acceptedCount, contentHash };
  await transaction.update(eventImport).set(facts).where(eq(eventImport.id, opened.id));
  return { acceptedCount, contentHash };
}

type RunCounts = { readonly lineCount: number; readonly statementCount: number; readonly linesHash: string };

async function writeRun(transaction: Transaction, runId: number): Promise<RunCounts> {
  const sql = rawSql(transaction);
  const tables = runTables(String(runId));
  await writeLines(transaction, runId, tables.lines);
  await sql`
    insert into run_volume (run_id, component_id, agent_id, period, part, volume)
    select ${runId}::integer, component_id, agent_id, period, 0, amount from opening_staging where kind = 'VOLUME'`;
  await sql.unsafe(
    `insert into run_agent_total (run_id, agent_id, component_id, kind, currency, origin_period, line_count, amount)
     select ${runId}, agent_id, component_id, kind, currency, null, count(*), sum(amount) from ${tables.lines}
     group by agent_id, component_id, kind, currency`,
  );
  await sql`
    insert into run_total (run_id, component_id, currency, line_count, amount)
    select run_id, component_id, currency, sum(line_count), sum(amount) from run_agent_total
    where run_id = ${runId} group by run_id, component_id, currency`;
  const agentLines = await hashLines(transaction, tables);
  const { count: statementCount } = await sql`
    insert into statement (run_id, agent_id, currency, opening, earned, withheld, closing, payable, line_count, lines_hash)
    select ${runId}::integer, agent_id, currency, coalesce(balance, 0) - coalesce(earned, 0) + coalesce(withheld, 0), coalesce(earned, 0),
      coalesce(withheld, 0), coalesce(balance, 0), 0, coalesce(hash.line_count, 0), coalesce(hash.hash, ${hashOf([])})
    from (select agent_id, currency, sum(amount) as balance from opening_staging where kind = 'BALANCE' group by agent_id, currency) owed
    full join (
      select agent_id, currency, sum(amount) filter (where kind <> 'WITHHOLDING') as earned,
        -sum(amount) filter (where kind = 'WITHHOLDING') as withheld
      from run_agent_total where run_id = ${runId} group by agent_id, currency
    ) lines using (agent_id, currency)
    left join unnest(${agentLines.map((lines) => lines.agent_id)}::integer[], ${agentLines.map((lines) => lines.currency)}::text[],
      ${agentLines.map((lines) => lines.line_count)}::integer[], ${agentLines.map((lines) => lines.hash)}::text[])
      as hash (agent_id, currency, line_count, hash) using (agent_id, currency)`;
  const agents = await sql<{ id: number; code: string }[]>`select id, code from agent`;
  const linesHash = hashAgentLines(agentLines, new Map(agents.map(({ id, code }) => [id, code])));
  const lineCount = agentLines.reduce((sum, lines) => sum + lines.line_count, 0);
  await sql`update commission_run set line_count = ${lineCount}, lines_hash = ${linesHash} where id = ${runId}`;
  await sql.unsafe(`alter table commission_line attach partition ${tables.lines} for values in (${runId})`);
  return { lineCount, statementCount, linesHash };
}

/**
 * Of a subscription one EARNING line of what was paid and what was not, and a WITHHOLDING line of each part that was not; of an owed
 * draw one DRAW line. The parts of one subscription are rows of the same event, agent, component and role.
 */
async function writeLines(transaction: Transaction, runId: number, lines: string): Promise<void> {
  const sql = rawSql(transaction);
  await sql.unsafe(`create table ${lines} (like commission_line including defaults including constraints including indexes,
    constraint of_run check (run_id = ${runId}))`);
  await sql.unsafe(
    `with earning as (
       select own.*, own.amount + coalesce(unpaid.amount, 0) as whole from opening_staging own
       left join (select parent, sum(amount) as amount from opening_staging where kind = 'UNPAID' group by parent) unpaid
         on unpaid.parent = own.row
       where own.kind = 'SUBSCRIPTION'
     ), position as (
       select 'EARNING' as kind, component_id, key, agent_id, role, rule_id, whole as amount, currency, null::smallint as instalment
       from earning
       union all
       select 'WITHHOLDING', component_id, key, agent_id, role, rule_id, round(-amount, digits), currency, instalment
       from opening_staging where kind = 'UNPAID'
       union all
       select 'DRAW', component_id, null, agent_id, role, null, amount, currency, null from opening_staging where kind = 'DRAW'
     )
     insert into ${lines} (${lineColumns})
     select ${runId}, component_id, position.kind::line_kind, coalesce(event.id, 0), position.agent_id, role, rule_id, position.amount,
       1, 1, position.amount, position.currency, null, instalment, null, null, null
     from position left join sales_event event on event.source = '${cutOverSource}' and event.external_id = position.key
     where position.amount <> 0`,
  );
}

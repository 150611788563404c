import type { Readable } from 'node:stream';
import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { programmeLock } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { canonicalDecimal, parseDecimal } from '../money.ts';
import type { FileColumns } from '../sales/columns.ts';
import { openCsvFile, type SourcePiece, type SourceRow } from '../sales/file.ts';
import { Rejections, type RowError } from '../sales/rejections.ts';
import type { Fault } from '../sales/rows.ts';
import { quote } from '../sales/values.ts';
import { loadSettledMetrics } from '../scorecards/measureSettled.ts';

// Figures of agents for periods: scores, targets and whatever scorecards and conditions name (docs/commission.md §4, §5, §9). What the
// catalogue computes, raters rate and awards write is not imported, nor SCORE once the period is scored, nor what its published scores read.

/** A value as a client of the API gives it: the columns of the file in camel case, all as text. */
export type MetricInput = {
  readonly agentCode: string;
  readonly metric: string;
  readonly period: string;
  readonly value: string;
};

/** What saving did: each row is created, changed, unchanged or rejected. */
export type MetricResult = {
  readonly rowCount: number;
  readonly createdCount: number;
  readonly changedCount: number;
  readonly unchangedCount: number;
  readonly rejectedCount: number;
  /** The first 1,000 faults by row; a row may have several. */
  readonly rejections: readonly RowError[];
};

type ValueSource = 'IMPORTED' | 'SURVEY';

type MetricOptions = {
  /** Whether one rejected row keeps all the others out as well. */
  readonly atomic: boolean;
  /** Where the values come from: IMPORTED unless told. */
  readonly source?: ValueSource;
  readonly onRejected?: (error: RowError) => void | Promise<void>;
  readonly onProgress?: (rows: number, bytes: number) => void;
};

const columnNames = ['agent_code', 'metric', 'period', 'value'];
/** The columns of a file of values. */
export const metricColumns: FileColumns = { names: columnNames, required: columnNames };
const maxBatchSize = 1000;
const metricPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const metricPeriodPattern = /^(?!0000)\d{4}(-(0[1-9]|1[0-2])|-Q[1-4])?$/;

/**
 * Saves up to 1,000 values in the caller's transaction: new ones are added, others changed. Under the request role agents it may
 * not see do not exist. Faults of rows are in the result. @throws UserError BATCH_TOO_LARGE.
 */
export function saveMetricValues(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  values: readonly MetricInput[],
  options: MetricOptions,
): Promise<MetricResult> {
  if (values.length > maxBatchSize) {
    const message = `The batch has ${values.length} values, at most ${maxBatchSize} are allowed.`;
    throw new UserError('BATCH_TOO_LARGE', message);
  }
  const rows = values.map(({ agentCode, metric, period, value }, index): SourceRow => {
    return { line: index + 1, values: [agentCode, metric, period, value], fault: null };
  });
  async function* pieces() {
    yield { rows, bytes: 0 };
  }
  return save(transaction, actor, now, 'API', pieces(), options);
}

/**
 * Saves the values of a CSV file (agent_code, metric, period, value), however large; otherwise as saveMetricValues. The stream is
 * closed in the end. @throws UserError FILE_EMPTY, FILE_ENCODING, and COLUMN_*, ROW_* for a header that cannot be used.
 */
export async function importMetricFile(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  source: { readonly name: string; readonly stream: Readable },
  options: MetricOptions,
): Promise<MetricResult> {
  try {
    const pieces = await openCsvFile(source.stream, metricColumns);
    return await save(transaction, actor, now, source.name, pieces, options);
  } finally {
    source.stream.destroy();
  }
}

async function save(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  name: string,
  pieces: AsyncIterable<SourcePiece>,
  options: MetricOptions,
): Promise<MetricResult> {
  const rejections = new Rejections(options.onRejected);
  const source = options.source ?? 'IMPORTED';
  const rowCount = await stage(transaction, pieces, rejections, options.onProgress);
  await rejectDoubled(transaction, rejections);
  // Values are inputs of runs, so approvals are held off; nor may what is settled change between the check and the write. Not before the
  // last row is there: a file may come slowly.
  await rawSql(transaction)`select pg_advisory_xact_lock(${programmeLock}::bigint)`;
  await rejectClosed(transaction, source, rejections);
  const nothing = { createdCount: 0, changedCount: 0, unchangedCount: 0, contentHash: '' };
  const keptOut = options.atomic && rejections.rowCount > 0;
  const { contentHash, ...written } = keptOut ? nothing : await write(transaction, source);
  await rawSql(transaction)`drop table metric_staging`;
  const counts = { rowCount, ...written, rejectedCount: rejections.rowCount };
  if (written.createdCount + written.changedCount > 0) {
    await recordChanges(transaction, actor, now, [
      { action: 'metrics.saved', entity: 'metric_value', entityKey: name, after: { ...counts, contentHash } },
    ]);
  }
  return { ...counts, rejections: rejections.kept };
}

type StagedValue = {
  readonly row: number;
  readonly line: number;
  readonly agent_id: number;
  readonly metric: string;
  readonly period: string;
  readonly value: string;
};

/** Checks every row by itself and stages the good ones. @returns how many rows there were. */
async function stage(
  transaction: Transaction,
  pieces: AsyncIterable<SourcePiece>,
  rejections: Rejections,
  onProgress: MetricOptions['onProgress'],
): Promise<number> {
  const agents = await loadAgents(transaction);
  const sql = rawSql(transaction);
  await sql`
    create temporary table metric_staging (
      row integer primary key, line integer not null, agent_id integer not null, metric text not null, period text not null,
      value numeric not null
    ) on commit drop`;
  let rowCount = 0;
  for await (const { rows, bytes } of pieces) {
    const good: StagedValue[] = [];
    for (const row of rows) {
      rowCount += 1;
      const checked = checkRow(row, agents);
      if ('faults' in checked) await rejections.add(rowCount, row.line, keyOf(row.values), checked.faults);
      else good.push({ row: rowCount, line: row.line, ...checked });
    }
    await sql`
      insert into metric_staging
      select * from json_populate_recordset(null::metric_staging, ${JSON.stringify(good)}::text::json)`;
    onProgress?.(rowCount, bytes);
  }
  return rowCount;
}

async function loadAgents(transaction: Transaction): Promise<ReadonlyMap<string, number>> {
  const rows = await rawSql(transaction)<{ code: string; id: number }[]>`
    select code, id from agent where not row_security_active('metric_value') or id in (select visible_agents())`;
  return new Map(rows.map(({ code, id }) => [code, id]));
}

const keyOf = (values: readonly string[]) =>
  values.length > 0
    ? values
        .slice(0, 3)
        .map((value) => value.trim())
        .join(' ')
        .slice(0, 400)
    : null;

type Checked = Omit<StagedValue, 'row' | 'line'> | { readonly faults: readonly Fault[] };

function checkRow({ values, fault }: SourceRow, agents: ReadonlyMap<string, number>): Checked {
  if (fault) return { faults: [fault] };
  const [agentCode = '', metric = '', period = '', text = ''] = values.map((value) => value.trim());
  const agentId = agents.get(agentCode);
  const value = parseDecimal(text);
  const faults = columnNames.flatMap((column, index): Fault[] => {
    if ((values[index] ?? '').trim() !== '') return [];
    return [{ column, code: 'VALUE_MISSING', message: `${column} is empty.` }];
  });
  const add = (column: string, code: Fault['code'], message: string) => faults.push({ column, code, message });
  if (agentCode !== '' && agentId === undefined) {
    add('agent_code', 'AGENT_UNKNOWN', `No agent has the code ${quote(agentCode)}.`);
  }
  if (metric !== '' && !metricPattern.test(metric)) {
    add('metric', 'METRIC_INVALID', `${quote(metric)} is no code of a metric.`);
  }
  if (/^(RATING|AWARD)_/.test(metric)) {
    add('metric', 'METRIC_RESERVED', `${metric} belongs to ratings or awards.`);
  }
  if (period !== '' && !metricPeriodPattern.test(period)) {
    add('period', 'METRIC_PERIOD_INVALID', `${quote(period)} is no month, quarter or year.`);
  }
  if (text !== '' && !value) add('value', 'NUMBER_INVALID', `${quote(text)} is no plain decimal number.`);
  if (faults.length > 0 || agentId === undefined || !value) return { faults };
  return { agent_id: agentId, metric, period, value: canonicalDecimal(value) };
}

/** Of several rows with one key the first counts: what the last of them would overwrite was meant as well. */
async function rejectDoubled(transaction: Transaction, rejections: Rejections): Promise<void> {
  const doubled = await rawSql(transaction)<{ row: number; line: number; key: string }[]>`
    with later as (
      select row, row_number() over (partition by agent_id, metric, period order by row) as place from metric_staging
    )
    delete from metric_staging staged using later, agent
    where later.row = staged.row and later.place > 1 and agent.id = staged.agent_id
    returning staged.row, line, concat_ws(' ', agent.code, metric, period) as key`;
  for (const { row, line, key } of doubled) {
    const message = `An earlier row has a value of ${quote(key)}.`;
    await rejections.add(row, line, key, [{ column: null, code: 'METRIC_DOUBLED', message }]);
  }
}

type Closed = {
  readonly row: number;
  readonly line: number;
  readonly key: string;
  readonly metric: string;
  readonly period: string;
  /** Whether it is the catalogue that keeps it out, and not a score. */
  readonly isComputed: boolean;
};

/**
 * What the catalogue computes is not imported, nor SCORE of a period that is scored, nor a metric that published scores of the period
 * read. What says the same as what stands changes nothing and may come again.
 */
async function rejectClosed(transaction: Transaction, source: ValueSource, rejections: Rejections): Promise<void> {
  const sql = rawSql(transaction);
  const periods = await sql<{ period: string }[]>`select distinct period from metric_staging`;
  const settled = await loadSettledMetrics(
    transaction,
    periods.map(({ period }) => period),
  );
  const settledPairs = [...settled].flatMap(([period, metrics]) => [...metrics].map((metric) => ({ period, metric })));
  const closed = await sql<Closed[]>`
    with closed (metric, period, is_computed) as (
      select code, null, true from metric_definition where definition ->> 'source' = 'COMPUTED'
      union all select 'SCORE', period, false from score_round where state <> 'OPEN'
      union all select metric, period, false from json_to_recordset(${JSON.stringify(settledPairs)}::text::json) pair (metric text, period text)
    ), refused as (
      select row, bool_or(is_computed) as is_computed
      from metric_staging staged join closed using (metric)
      where closed.period is null or (closed.period = staged.period and not exists (
        select from metric_value same where same.agent_id = staged.agent_id and same.metric = staged.metric
          and same.period = staged.period and same.value = staged.value and same.source = ${source}::metric_source))
      group by row
    )
    delete from metric_staging staged using refused, agent
    where refused.row = staged.row and agent.id = staged.agent_id
    returning staged.row, line, concat_ws(' ', agent.code, metric, period) as key, metric, period, is_computed as "isComputed"`;
  for (const { row, line, key, metric, period, isComputed } of closed) {
    await rejections.add(row, line, key, [isComputed ? computedFault(metric) : scoredFault(metric, period)]);
  }
}

const computedFault = (metric: string): Fault => {
  return { column: 'metric', code: 'METRIC_COMPUTED', message: `The catalogue computes ${metric}.` };
};

function scoredFault(metric: string, period: string): Fault {
  const message =
    metric === 'SCORE' ? `${period} is scored.` : `The scores of ${period} are published, and they read ${metric}.`;
  return { column: 'period', code: 'METRIC_SCORED', message };
}

type Written = Pick<MetricResult, 'createdCount' | 'changedCount' | 'unchangedCount'> & {
  readonly contentHash: string;
};

/**
 * Writes in the order of the key, so that two who save the same values wait for one another and never in a circle. The
 * hash is over the new values, in the order of agent code, metric and period.
 */
async function write(transaction: Transaction, source: ValueSource): Promise<Written> {
  const sql = rawSql(transaction);
  const [written] = await sql<Written[]>`
    with written as (
      insert into metric_value as present (agent_id, metric, period, value, source)
      select agent_id, metric, period, value, ${source}::metric_source from metric_staging order by agent_id, metric, period
      on conflict (agent_id, metric, period) do update set value = excluded.value, source = excluded.source
        where present.value <> excluded.value or present.source <> excluded.source
      returning agent_id, metric, period, value, xmax::text = '0' as created
    )
    select count(*) filter (where created)::integer as "createdCount",
      count(*) filter (where not created)::integer as "changedCount",
      ((select count(*) from metric_staging) - count(*))::integer as "unchangedCount",
      encode(sha256(coalesce(string_agg(sha256(convert_to(concat_ws('|', code, metric, period, trim_scale(value)), 'UTF8')), ''::bytea
        order by code collate "C", metric collate "C", period collate "C"), ''::bytea)), 'hex') as "contentHash"
    from written join agent on agent.id = written.agent_id`;
  if (!written) throw new Error('an aggregate gave no row');
  return written;
}

import type { Readable } from 'node:stream';
import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { localDate } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { openCsvFile, type SourcePiece, type SourceRow } from '../sales/file.ts';
import { Rejections, type RowError } from '../sales/rejections.ts';
import { quote } from '../sales/values.ts';
import {
  keyOfResult,
  type ResultInput,
  type ResultReferences,
  type ResultRow,
  readResult,
  resultColumns,
  resultValues,
} from './resultRows.ts';

// What agents and applicants came to in courses (DOMAIN.md §4), entered or imported.

/** What saving did: each row is created, changed, unchanged or rejected. */
export type ResultsSaved = {
  readonly rowCount: number;
  readonly createdCount: number;
  readonly changedCount: number;
  readonly unchangedCount: number;
  readonly rejectedCount: number;
  /** The first 1,000 faults by row; a row may have several. */
  readonly rejections: readonly RowError[];
};

type ResultOptions = {
  /** Whether one rejected row keeps all the others out as well. */
  readonly atomic: boolean;
  readonly onRejected?: (error: RowError) => void | Promise<void>;
  readonly onProgress?: (rows: number, bytes: number) => void;
};

const maxBatchSize = 1000;

/**
 * Saves up to 1,000 results in the caller's transaction: new ones are added, others changed; a certificate expires the course's
 * valid months after the day, clamped to the month's end. Under the request role agents and applications it may not see do not
 * exist. Faults of rows are in the result. @throws UserError BATCH_TOO_LARGE, NOT_SET_UP.
 */
export function saveTrainingResults(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  results: readonly ResultInput[],
  options: ResultOptions,
): Promise<ResultsSaved> {
  if (results.length > maxBatchSize) {
    const message = `The batch has ${results.length} results, at most ${maxBatchSize} are allowed.`;
    throw new UserError('BATCH_TOO_LARGE', message);
  }
  const rows = results.map((input, index): SourceRow => {
    return { line: index + 1, values: resultValues(input), fault: null };
  });
  async function* pieces() {
    yield { rows, bytes: 0 };
  }
  return save(transaction, actor, now, 'API', pieces(), options);
}

/**
 * Saves the results of a CSV file (agent_code or application_code, course_code, taken_on, passed, [score]), however large; otherwise
 * as saveTrainingResults. The stream is closed in the end. @throws UserError FILE_EMPTY, FILE_ENCODING, NOT_SET_UP, and COLUMN_*,
 * ROW_* for a header that cannot be used.
 */
export async function importTrainingFile(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  source: { readonly name: string; readonly stream: Readable },
  options: ResultOptions,
): Promise<ResultsSaved> {
  try {
    const pieces = await openCsvFile(source.stream, resultColumns);
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
  options: ResultOptions,
): Promise<ResultsSaved> {
  const rejections = new Rejections(options.onRejected);
  const references = await loadReferences(transaction, now);
  const rowCount = await stage(transaction, pieces, references, rejections, options.onProgress);
  await rejectDoubled(transaction, rejections);
  const nothing = { createdCount: 0, changedCount: 0, unchangedCount: 0, contentHash: '' };
  const keptOut = options.atomic && rejections.rowCount > 0;
  const { contentHash, ...written } = keptOut ? nothing : await write(transaction);
  await rawSql(transaction)`drop table training_staging`;
  const counts = { rowCount, ...written, rejectedCount: rejections.rowCount };
  if (written.createdCount + written.changedCount > 0) {
    await recordChanges(transaction, actor, now, [
      { action: 'training.saved', entity: 'training_result', entityKey: name, after: { ...counts, contentHash } },
    ]);
  }
  return { ...counts, rejections: rejections.kept };
}

async function loadReferences(transaction: Transaction, now: Date): Promise<ResultReferences> {
  const { timeZone } = await loadOperator(transaction);
  const sql = rawSql(transaction);
  const agents = await sql<{ code: string; id: number }[]>`
    select code, id from agent where not row_security_active('training_result') or id in (select visible_agents())`;
  const applications = await sql<{ code: string; id: number; agentId: number | null }[]>`
    select code, id, agent_id as "agentId" from application`;
  const courses = await sql<{ code: string; id: number }[]>`select code, id from course`;
  return {
    agents: new Map(agents.map(({ code, id }) => [code, id])),
    applications: new Map(applications.map(({ code, id, agentId }) => [code, { id, agentId }])),
    courses: new Map(courses.map(({ code, id }) => [code, id])),
    today: localDate(now, timeZone),
  };
}

type StagedResult = ResultRow & { readonly row: number; readonly line: number };

/** Checks every row by itself and stages the good ones. @returns how many rows there were. */
async function stage(
  transaction: Transaction,
  pieces: AsyncIterable<SourcePiece>,
  references: ResultReferences,
  rejections: Rejections,
  onProgress: ResultOptions['onProgress'],
): Promise<number> {
  const sql = rawSql(transaction);
  await sql`
    create temporary table training_staging (
      row integer primary key, line integer not null, agent_id integer, application_id integer, course_id integer not null,
      taken_on date not null, passed boolean not null, score numeric
    ) on commit drop`;
  let rowCount = 0;
  for await (const { rows, bytes } of pieces) {
    const good: StagedResult[] = [];
    for (const row of rows) {
      rowCount += 1;
      const checked = readResult(row, references);
      if ('faults' in checked) await rejections.add(rowCount, row.line, keyOfResult(row.values), checked.faults);
      else good.push({ row: rowCount, line: row.line, ...checked });
    }
    await sql`
      insert into training_staging
      select * from json_populate_recordset(null::training_staging, ${JSON.stringify(good)}::text::json)`;
    onProgress?.(rowCount, bytes);
  }
  return rowCount;
}

/** Of several rows with one key the first counts: what the last of them would overwrite was meant as well. */
async function rejectDoubled(transaction: Transaction, rejections: Rejections): Promise<void> {
  const doubled = await rawSql(transaction)<{ row: number; line: number; key: string }[]>`
    with later as (
      select row, row_number() over (partition by agent_id, application_id, course_id, taken_on order by row) as place
      from training_staging
    )
    delete from training_staging staged using later, course
    where later.row = staged.row and later.place > 1 and course.id = staged.course_id
    returning staged.row, line, concat_ws(' ',
      coalesce((select code from agent where id = staged.agent_id), (select code from application where id = staged.application_id)),
      course.code, taken_on) as key`;
  for (const { row, line, key } of doubled) {
    const message = `An earlier row has a result of ${quote(key)}.`;
    await rejections.add(row, line, key, [{ column: null, code: 'RESULT_DOUBLED', message }]);
  }
}

type Written = Pick<ResultsSaved, 'createdCount' | 'changedCount' | 'unchangedCount'> & {
  readonly contentHash: string;
};

/**
 * Writes in the order of the keys, so that two who save the same results wait for one another and never in a circle. A result that
 * stays as it is keeps its expiry, whatever became of the course. The hash is over the new results by agent or application, course, day.
 */
async function write(transaction: Transaction): Promise<Written> {
  const [written] = await rawSql(transaction)<Written[]>`
    with fresh as (
      select staged.*, case when passed then (taken_on + make_interval(months => course.valid_months))::date end as expires_on
      from training_staging staged join course on course.id = staged.course_id
    ), of_agents as (
      insert into training_result as present (course_id, agent_id, taken_on, passed, score, expires_on)
      select course_id, agent_id, taken_on, passed, score, expires_on from fresh
      where agent_id is not null order by agent_id, course_id, taken_on
      on conflict (agent_id, course_id, taken_on) do update
        set passed = excluded.passed, score = excluded.score, expires_on = excluded.expires_on
        where (present.passed, present.score) is distinct from (excluded.passed, excluded.score)
      returning *, xmax::text = '0' as created
    ), of_applications as (
      insert into training_result as present (course_id, application_id, taken_on, passed, score, expires_on)
      select course_id, application_id, taken_on, passed, score, expires_on from fresh
      where application_id is not null order by application_id, course_id, taken_on
      on conflict (application_id, course_id, taken_on) do update
        set passed = excluded.passed, score = excluded.score, expires_on = excluded.expires_on
        where (present.passed, present.score) is distinct from (excluded.passed, excluded.score)
      returning *, xmax::text = '0' as created
    ), written as (
      select * from of_agents union all select * from of_applications
    ), content as (
      select created, concat_ws('|', agent.code, application.code, course.code, taken_on, passed,
        coalesce(trim_scale(score)::text, '-'), coalesce(expires_on::text, '-')) as text
      from written join course on course.id = written.course_id
        left join agent on agent.id = written.agent_id left join application on application.id = written.application_id
    )
    select count(*) filter (where created)::integer as "createdCount",
      count(*) filter (where not created)::integer as "changedCount",
      ((select count(*) from training_staging) - count(*))::integer as "unchangedCount",
      encode(sha256(coalesce(string_agg(sha256(convert_to(text, 'UTF8')), ''::bytea order by text collate "C"), ''::bytea)), 'hex')
        as "contentHash"
    from content`;
  if (!written) throw new Error('an aggregate gave no row');
  return written;
}

import type { Readable } from 'node:stream';
import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { openCsvFile, type SourcePiece, type SourceRow } from '../sales/file.ts';
import { Rejections, type RowError } from '../sales/rejections.ts';
import { quote } from '../sales/values.ts';
import {
  type ColumnName,
  fieldOfColumn,
  keyOfTarget,
  readTarget,
  type TargetInput,
  type TargetReferences,
  type TargetRow,
  targetColumns,
  targetValues,
} from './targetRows.ts';

// What agents are to reach in a metric, for themselves, their region or their channel type (DOMAIN.md §5), set or imported.

/** What saving did: each row is created, changed, unchanged or rejected. */
export type TargetsSaved = {
  readonly rowCount: number;
  readonly createdCount: number;
  readonly changedCount: number;
  readonly unchangedCount: number;
  readonly rejectedCount: number;
  /** The first 1,000 faults by row; a row may have several. */
  readonly rejections: readonly RowError[];
};

type TargetOptions = {
  /** Whether one rejected row keeps all the others out as well. */
  readonly atomic: boolean;
  readonly onRejected?: (error: RowError) => void | Promise<void>;
  readonly onProgress?: (rows: number, bytes: number) => void;
};

const maxBatchSize = 1000;

/**
 * Saves up to 1,000 targets in the caller's transaction. One of the same metric, scope and first day takes the other's place; a target
 * ends where the next one of its metric and scope begins, at the latest. Under the request role agents it may not see do not exist, and
 * only administrators set targets of regions and channel types. Faults of rows are in the result. @throws UserError BATCH_TOO_LARGE.
 */
export function saveTargets(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  targets: readonly TargetInput[],
  options: TargetOptions,
): Promise<TargetsSaved> {
  if (targets.length > maxBatchSize) {
    const message = `The batch has ${targets.length} targets, at most ${maxBatchSize} are allowed.`;
    throw new UserError('BATCH_TOO_LARGE', message);
  }
  const rows = targets.map((input, index): SourceRow => {
    return { line: index + 1, values: targetValues(input), fault: null };
  });
  async function* pieces() {
    yield { rows, bytes: 0 };
  }
  return save(transaction, actor, now, { name: 'API', nameOf: fieldOfColumn }, pieces(), options);
}

/**
 * Saves the targets of a CSV file (metric, agent_code or region_code or channel_type, value, valid_from, [valid_to]), however large;
 * otherwise as saveTargets. The stream is closed in the end. @throws UserError FILE_EMPTY, FILE_ENCODING, and COLUMN_*, ROW_* for a
 * header that cannot be used.
 */
export async function importTargetFile(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  source: { readonly name: string; readonly stream: Readable },
  options: TargetOptions,
): Promise<TargetsSaved> {
  try {
    const pieces = await openCsvFile(source.stream, targetColumns);
    return await save(transaction, actor, now, { name: source.name, nameOf: (column) => column }, pieces, options);
  } finally {
    source.stream.destroy();
  }
}

async function save(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { name, nameOf }: { readonly name: string; readonly nameOf: ColumnName },
  pieces: AsyncIterable<SourcePiece>,
  options: TargetOptions,
): Promise<TargetsSaved> {
  const rejections = new Rejections(options.onRejected);
  const references = await loadReferences(transaction);
  const rowCount = await stage(transaction, pieces, references, nameOf, rejections, options.onProgress);
  await rejectDoubled(transaction, rejections);
  const nothing = { createdCount: 0, changedCount: 0, unchangedCount: 0, contentHash: '' };
  const keptOut = options.atomic && rejections.rowCount > 0;
  const { contentHash, ...written } = keptOut ? nothing : await write(transaction);
  await rawSql(transaction)`drop table target_staging`;
  const counts = { rowCount, ...written, rejectedCount: rejections.rowCount };
  if (written.createdCount + written.changedCount > 0) {
    await recordChanges(transaction, actor, now, [
      { action: 'targets.saved', entity: 'score_target', entityKey: name, after: { ...counts, contentHash } },
    ]);
  }
  return { ...counts, rejections: rejections.kept };
}

async function loadReferences(transaction: Transaction): Promise<TargetReferences> {
  const sql = rawSql(transaction);
  const idsByCode = async (rows: Promise<readonly { code: string; id: number }[]>) =>
    new Map((await rows).map(({ code, id }) => [code, id]));
  const [right] = await sql<{ maySetForAll: boolean }[]>`
    select not row_security_active('score_target') or claim_role() = 'ADMIN' as "maySetForAll"`;
  const metrics = await sql<{ code: string }[]>`
    select code from metric_definition union all select 'SURVEY_' || code from survey`;
  return {
    metrics: new Set(metrics.map(({ code }) => code)),
    agents: await idsByCode(sql`
      select code, id from agent where not row_security_active('score_target') or id in (select visible_agents())`),
    regions: await idsByCode(sql`select code, id from region`),
    channelTypes: await idsByCode(sql`select code, id from channel_type`),
    maySetForAll: right?.maySetForAll ?? false,
  };
}

type StagedTarget = TargetRow & { readonly row: number; readonly line: number };

/** Checks every row by itself and stages the good ones. @returns how many rows there were. */
async function stage(
  transaction: Transaction,
  pieces: AsyncIterable<SourcePiece>,
  references: TargetReferences,
  nameOf: ColumnName,
  rejections: Rejections,
  onProgress: TargetOptions['onProgress'],
): Promise<number> {
  const sql = rawSql(transaction);
  await sql`
    create temporary table target_staging (
      row integer primary key, line integer not null, metric text not null, agent_id integer, region_id integer,
      channel_type_id integer, value numeric not null, valid_from date not null, valid_to date
    ) on commit drop`;
  let rowCount = 0;
  for await (const { rows, bytes } of pieces) {
    const good: StagedTarget[] = [];
    for (const row of rows) {
      rowCount += 1;
      const checked = readTarget(row, references, nameOf);
      if ('faults' in checked) await rejections.add(rowCount, row.line, keyOfTarget(row.values), checked.faults);
      else good.push({ row: rowCount, line: row.line, ...checked });
    }
    await sql`
      insert into target_staging
      select * from json_populate_recordset(null::target_staging, ${JSON.stringify(good)}::text::json)`;
    onProgress?.(rowCount, bytes);
  }
  return rowCount;
}

/** Of several rows with one key the first counts: what the last of them would overwrite was meant as well. */
async function rejectDoubled(transaction: Transaction, rejections: Rejections): Promise<void> {
  const doubled = await rawSql(transaction)<{ row: number; line: number; key: string }[]>`
    with later as (
      select row, row_number() over (partition by metric, agent_id, region_id, channel_type_id, valid_from order by row) as place
      from target_staging
    )
    delete from target_staging staged using later
    where later.row = staged.row and later.place > 1
    returning staged.row, line, concat_ws(' ', metric, coalesce(
      (select code from agent where id = agent_id), (select code from region where id = region_id),
      (select code from channel_type where id = channel_type_id)), valid_from) as key`;
  for (const { row, line, key } of doubled) {
    const message = `An earlier row is a target of ${quote(key)}.`;
    await rejections.add(row, line, key, [{ column: null, code: 'TARGET_DOUBLED', message }]);
  }
}

type Written = Pick<TargetsSaved, 'createdCount' | 'changedCount' | 'unchangedCount'> & {
  readonly contentHash: string;
};

/**
 * Lays the new targets among those that are there; each ends where the next begins. Another's end that moves is no change of a row. The
 * hash is over what the rows came to, in the order of metric, scope and first day.
 */
async function write(transaction: Transaction): Promise<Written> {
  const sql = rawSql(transaction);
  // Where targets end is decided by all that there are: two who save at once would each not see the other's.
  await sql`select pg_advisory_xact_lock(hashtext('score targets'))`;
  // Equality on one column each: what the index of agents, or a hash of the rest, answers. Arrays of the three are equal where nulls are.
  await sql`analyze target_staging`;
  await sql`
    create temporary table target_present on commit drop as
    select present.*, array[present.agent_id, present.region_id, present.channel_type_id] as scope
    from (select distinct metric, agent_id from target_staging where agent_id is not null) staged
    join score_target present on present.agent_id = staged.agent_id and present.metric = staged.metric
    union all
    select present.*, array[present.agent_id, present.region_id, present.channel_type_id]
    from (select distinct metric, region_id from target_staging where region_id is not null) staged
    join score_target present on present.region_id = staged.region_id and present.metric = staged.metric
    union all
    select present.*, array[present.agent_id, present.region_id, present.channel_type_id]
    from (select distinct metric, channel_type_id from target_staging where channel_type_id is not null) staged
    join score_target present on present.channel_type_id = staged.channel_type_id and present.metric = staged.metric`;
  await sql`analyze target_present`;
  await sql`
    create temporary table target_standing on commit drop as
    with merged as (
      select present.id, staged.row, metric, scope, valid_from, coalesce(staged.value, present.value) as value,
        case when staged.row is null then present.valid_to else staged.valid_to end as valid_to,
        present.value as old_value, present.valid_to as old_to
      from (select *, array[agent_id, region_id, channel_type_id] as scope from target_staging) staged
      full join target_present present using (metric, scope, valid_from)
    ), ended as (
      select *, least(valid_to, lead(valid_from) over (partition by metric, scope order by valid_from)) as ends_on from merged
    )
    select *, scope[1] as agent_id, scope[2] as region_id, scope[3] as channel_type_id from ended
    where row is not null or ends_on is distinct from old_to`;
  await sql`analyze target_standing`;
  // By their ids: under row-level security the planner takes any other way to them for cheap, and looks at every target there is.
  const changes = sql`(value <> old_value or ends_on is distinct from old_to)`;
  await sql`
    update score_target target set value = standing.value, valid_to = ends_on
    from (select * from target_standing where ${changes}) standing
    where standing.id = target.id and target.id = any(array(select id from target_standing where ${changes}))`;
  await sql`
    insert into score_target (metric, agent_id, region_id, channel_type_id, value, valid_from, valid_to)
    select metric, agent_id, region_id, channel_type_id, value, valid_from, ends_on from target_standing
    where id is null order by row`;
  const [written] = await sql<Written[]>`
    select count(*) filter (where id is null)::integer as "createdCount",
      count(*) filter (where changed)::integer as "changedCount",
      count(*) filter (where id is not null and not changed)::integer as "unchangedCount",
      encode(sha256(coalesce(string_agg(sha256(convert_to(concat_ws('|', metric, scope, valid_from, ends_on, trim_scale(value)), 'UTF8')),
        ''::bytea order by metric collate "C", scope collate "C", valid_from) filter (where id is null or changed), ''::bytea)), 'hex')
        as "contentHash"
    from (
      select metric, valid_from, ends_on, value, id, id is not null and ${changes} as changed, coalesce(
        'agent ' || (select code from agent where id = agent_id), 'region ' || (select code from region where id = region_id),
        'channel type ' || (select code from channel_type where id = channel_type_id)) as scope
      from target_standing where row is not null
    ) standing`;
  await sql`drop table target_present, target_standing`;
  if (!written) throw new Error('an aggregate gave no row');
  return written;
}

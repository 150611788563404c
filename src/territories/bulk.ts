import type { Readable } from 'node:stream';
import { recordChanges } from '../audit/audit.ts';
import { hashOf } from '../commissions/hashes.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { copyRows } from '../db/copy.ts';
import type { Actor } from '../db/transaction.ts';
import { openCsvFile, type SourcePiece } from '../sales/file.ts';
import { Rejections, type RowError } from '../sales/rejections.ts';
import type { Fault } from '../sales/rows.ts';
import { type TerritoryReferences, type TerritoryRow, territoryFileColumns, territoryRowChecker } from './bulkRows.ts';
import { type Clash, clashText, type Link, type Right, Rights } from './clashes.ts';

// Without statistics what the commit checks would read all of them for each.
const analyzedFrom = 1000;

/** What an import of territories did: each row is a new right, one that is there already, or rejected. */
export type TerritoryImportResult = {
  readonly rowCount: number;
  readonly createdCount: number;
  readonly unchangedCount: number;
  readonly rejectedCount: number;
  /** The first 1,000 faults by row; a row may have several. */
  readonly rejections: readonly RowError[];
};

type TerritoryImportOptions = {
  /** Whether one rejected row keeps all the others out as well. */
  readonly atomic: boolean;
  readonly onRejected?: (error: RowError) => void | Promise<void>;
  readonly onProgress?: (rows: number, bytes: number) => void;
};

/**
 * Imports a CSV file of territories (agent_code, region_code, exclusive, from, [to]) in the caller's transaction, as the owner. Rows
 * are granted in the file's order: one against which an earlier row or a right that is there already stands is rejected, both
 * named. The very same right again is unchanged. The stream is closed in the end.
 * @throws UserError FILE_EMPTY, FILE_ENCODING, and COLUMN_*, ROW_* for a header that cannot be used. Faults of rows are in the result.
 */
export async function importTerritoryFile(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  source: { readonly name: string; readonly stream: Readable },
  options: TerritoryImportOptions,
): Promise<TerritoryImportResult> {
  try {
    const pieces = await openCsvFile(source.stream, territoryFileColumns);
    // The same lock as the trigger's and as single grants': what is checked here still holds when it is written.
    await rawSql(transaction)`select pg_advisory_xact_lock(hashtext('tributary territories'))`;
    const rejections = new Rejections(options.onRejected);
    const read = await readRows(transaction, pieces, rejections, options.onProgress);
    const keptOut = options.atomic && rejections.rowCount > 0;
    const rows = keptOut ? [] : read.rows;
    await write(transaction, rows);
    const counts = {
      rowCount: read.rowCount,
      createdCount: rows.length,
      unchangedCount: keptOut ? 0 : read.unchangedCount,
      rejectedCount: rejections.rowCount,
    };
    if (rows.length > 0) {
      const after = { ...counts, contentHash: contentHash(rows) };
      await recordChanges(transaction, actor, now, [
        { action: 'territories.imported', entity: 'territory', entityKey: source.name, after },
      ]);
    }
    return { ...counts, rejections: rejections.kept };
  } finally {
    source.stream.destroy();
  }
}

type Read = { readonly rows: TerritoryRow[]; readonly rowCount: number; readonly unchangedCount: number };

async function readRows(
  transaction: Transaction,
  pieces: AsyncIterable<SourcePiece>,
  rejections: Rejections,
  onProgress: TerritoryImportOptions['onProgress'],
): Promise<Read> {
  const check = territoryRowChecker(await loadReferences(transaction));
  const rights = await loadRights(transaction);
  const lineOf = new Map<Right, number>();
  const rows: TerritoryRow[] = [];
  let rowCount = 0;
  let unchangedCount = 0;
  for await (const piece of pieces) {
    for (const source of piece.rows) {
      rowCount += 1;
      const checked = check(rowCount, source);
      if ('faults' in checked) {
        await rejections.add(rowCount, source.line, keyOf(source.values), checked.faults);
        continue;
      }
      const clash = rights.clash(checked);
      if (!clash) {
        rights.add(checked);
        lineOf.set(checked, checked.line);
        rows.push(checked);
      } else if (clash.kind === 'SAME' && !lineOf.has(clash.other)) {
        unchangedCount += 1;
      } else {
        const fault = clashFault(checked, clash, lineOf.get(clash.other));
        await rejections.add(rowCount, source.line, keyOf(source.values), [fault]);
      }
    }
    onProgress?.(rowCount, piece.bytes);
  }
  return { rows, rowCount, unchangedCount };
}

const keyOf = ([agentCode = '', regionCode = '']: readonly string[]) =>
  `${agentCode.trim()} ${regionCode.trim()}`.trim().slice(0, 200) || null;

function clashFault(row: TerritoryRow, clash: Clash, line: number | undefined): Fault {
  const message = clashText(row, clash, line === undefined ? '' : ` (line ${line} of the file)`);
  if (clash.kind === 'EXCLUSIVE') return { column: 'region_code', code: 'TERRITORY_EXCLUSIVE', message };
  return { column: 'from', code: 'DATES_OVERLAP', message };
}

type Coded = { readonly id: number; readonly code: string };

async function loadReferences(transaction: Transaction): Promise<TerritoryReferences> {
  const sql = rawSql(transaction);
  const byCode = (rows: readonly Coded[]) => new Map(rows.map(({ code, id }) => [code, id]));
  return {
    agents: byCode(await sql<Coded[]>`select id, code from agent`),
    regions: byCode(await sql<Coded[]>`select id, code from region`),
  };
}

/** All rights there are, in the trees of regions and of agents. */
async function loadRights(transaction: Transaction): Promise<Rights> {
  const sql = rawSql(transaction);
  const regions = await sql<{ code: string; parent: string | null }[]>`
    select region.code, parent.code as parent from region left join region parent on parent.id = region.parent_id`;
  const links = await sql<(Link & { agent: string })[]>`
    select agent.code as agent, above.code as parent, valid_from::text as "from", valid_to::text as "to"
    from agent_parent link join agent on agent.id = link.agent_id join agent above on above.id = link.parent_id`;
  const agentParents = new Map<string, Link[]>();
  for (const { agent, ...link } of links) {
    const own = agentParents.get(agent);
    if (own) own.push(link);
    else agentParents.set(agent, [link]);
  }
  const regionParents = new Map(regions.map(({ code, parent }) => [code, parent]));
  const rights = new Rights({ regionParents, agentParents });
  const present = await sql<Right[]>`
    select agent.code as agent, region.code as region, exclusive, valid_from::text as "from", valid_to::text as "to"
    from territory join agent on agent.id = territory.agent_id join region on region.id = territory.region_id`;
  for (const right of present) rights.add(right);
  return rights;
}

async function write(transaction: Transaction, rows: readonly TerritoryRow[]): Promise<void> {
  if (rows.length === 0) return;
  // What the trigger would look for row by row was looked for in all rows together.
  await rawSql(transaction)`select set_config('tributary.territories_checked', 'yes', true)`;
  await copyRows(
    transaction,
    'territory (agent_id, region_id, exclusive, valid_from, valid_to)',
    rows.map(({ agentId, regionId, exclusive, from, to }) => [agentId, regionId, exclusive, from, to]),
  );
  if (rows.length > analyzedFrom) await rawSql(transaction)`analyze territory`;
}

/** Over the new rights as the file says them, in its order. */
function contentHash(rows: readonly TerritoryRow[]): string {
  return hashOf(rows.map(({ agent, region, exclusive, from, to }) => [agent, region, exclusive, from, to]));
}

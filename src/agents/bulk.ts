import type { Readable } from 'node:stream';
import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { programmeLock } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { localDate } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { openCsvFile, type SourcePiece } from '../sales/file.ts';
import { Rejections, type RowError } from '../sales/rejections.ts';
import type { Fault } from '../sales/rows.ts';
import { parentFaults } from './bulkParents.ts';
import { type AgentRow, agentFileColumns, agentRowChecker } from './bulkRows.ts';
import * as staging from './bulkStaging.ts';

/** What an import of agents did: each row is a new agent, a changed name, an agent as it was, or rejected. */
export type AgentImportResult = {
  readonly rowCount: number;
  readonly createdCount: number;
  readonly changedCount: number;
  readonly unchangedCount: number;
  readonly rejectedCount: number;
  /** The first 1,000 faults by row; a row may have several. */
  readonly rejections: readonly RowError[];
};

type AgentImportOptions = {
  /** Whether one rejected row keeps all the others out as well. */
  readonly atomic: boolean;
  readonly onRejected?: (error: RowError) => void | Promise<void>;
  readonly onProgress?: (rows: number, bytes: number) => void;
};

/**
 * Imports a CSV file of agents (code, name, channel_type, region, [parent], [tier], [plan], [agreement_code], [agreement_from],
 * [agreement_to], [status_from], [contact_name], [phone], [email]) in the caller's transaction, as the owner. New agents get their
 * dated facts from status_from on (today without it) and are ACTIVE; parents may stand anywhere in the file. Of known agents the
 * name is corrected; a row that differs in more is rejected. The stream is closed in the end.
 * @throws UserError NOT_SET_UP, FILE_EMPTY, FILE_ENCODING, and COLUMN_*, ROW_* for a header that cannot be used. Faults of rows are
 * in the result.
 */
export async function importAgentFile(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  source: { readonly name: string; readonly stream: Readable },
  options: AgentImportOptions,
): Promise<AgentImportResult> {
  try {
    const pieces = await openCsvFile(source.stream, agentFileColumns);
    // An agent's facts are inputs of runs and of the programme: approvals and changes of the programme are held off.
    await rawSql(transaction)`select pg_advisory_xact_lock(${programmeLock}::bigint)`;
    return await importRows(transaction, actor, now, source.name, pieces, options);
  } finally {
    source.stream.destroy();
  }
}

async function importRows(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  name: string,
  pieces: AsyncIterable<SourcePiece>,
  options: AgentImportOptions,
): Promise<AgentImportResult> {
  const rejections = new Rejections(options.onRejected);
  const { timeZone } = await loadOperator(transaction);
  const { rows, rowCount } = await readRows(
    transaction,
    pieces,
    localDate(now, timeZone),
    rejections,
    options.onProgress,
  );
  await staging.stageAgents(transaction, [...rows.values()]);
  await rejectUnfit(transaction, rows, rejections);
  const keptOut = options.atomic && rejections.rowCount > 0;
  const nothing = { createdCount: 0, changedCount: 0, unchangedCount: 0, contentHash: '' };
  const { contentHash, ...written } = keptOut ? nothing : await staging.writeAgents(transaction);
  await staging.dropStaging(transaction);
  const counts = { rowCount, ...written, rejectedCount: rejections.rowCount };
  if (written.createdCount + written.changedCount > 0) {
    await recordChanges(transaction, actor, now, [
      { action: 'agents.imported', entity: 'agent', entityKey: name, after: { ...counts, contentHash } },
    ]);
  }
  return { ...counts, rejections: rejections.kept };
}

type Rows = Map<number, AgentRow>;

/** Checks every row by itself. Of several rows with one code the first counts. @returns the good rows by their numbers. */
async function readRows(
  transaction: Transaction,
  pieces: AsyncIterable<SourcePiece>,
  today: string,
  rejections: Rejections,
  onProgress: AgentImportOptions['onProgress'],
): Promise<{ rows: Rows; rowCount: number }> {
  const check = agentRowChecker(await staging.loadAgentReferences(transaction), today);
  const rows: Rows = new Map();
  const lines = new Map<string, number>();
  let rowCount = 0;
  for await (const piece of pieces) {
    for (const source of piece.rows) {
      rowCount += 1;
      const checked = check(rowCount, source);
      const fault = 'faults' in checked ? undefined : doubledFault(checked, lines);
      if ('faults' in checked) await rejections.add(rowCount, source.line, keyOf(source.values), checked.faults);
      else if (fault) await rejections.add(rowCount, source.line, checked.code, [fault]);
      else rows.set(rowCount, checked);
    }
    onProgress?.(rowCount, piece.bytes);
  }
  return { rows, rowCount };
}

const keyOf = ([code = '']: readonly string[]) => code.trim().slice(0, 100) || null;

function doubledFault({ code, line }: AgentRow, lines: Map<string, number>): Fault | undefined {
  const earlier = lines.get(code);
  if (earlier === undefined) {
    lines.set(code, line);
    return undefined;
  }
  return { column: 'code', code: 'CODE_DUPLICATE', message: `Line ${earlier} has agent ${code} already.` };
}

/** Takes out what does not go together with the database or with other rows; parents last, since they must land themselves. */
async function rejectUnfit(transaction: Transaction, rows: Rows, rejections: Rejections): Promise<void> {
  const reject = async (faults: readonly { readonly row: number; readonly faults: readonly Fault[] }[]) => {
    for (const { row, faults: own } of faults) {
      const agent = rows.get(row);
      if (!agent) throw new Error(`row ${row} was not staged`);
      rows.delete(row);
      await rejections.add(row, agent.line, agent.code, own);
    }
    await staging.unstage(
      transaction,
      faults.map(({ row }) => row),
    );
  };
  await reject((await staging.knownDifferences(transaction)).map(differenceFaults));
  await reject(
    (await staging.doubledAgreements(transaction)).map(({ row, code }) => ({
      row,
      faults: [{ column: 'agreement_code', code: 'CODE_DUPLICATE', message: `There is another agreement ${code}.` }],
    })),
  );
  const known = new Set(await staging.knownRows(transaction));
  const added = [...rows.values()].filter(({ row }) => !known.has(row));
  const faults = parentFaults(
    new Map(added.map((agent) => [agent.code, agent])),
    await staging.loadKnownAgents(transaction),
  );
  await reject(
    added.flatMap(({ row, code }) => {
      const fault = faults.get(code);
      return fault ? [{ row, faults: [fault] }] : [];
    }),
  );
}

function differenceFaults({ row, differing }: staging.StagedDifference) {
  const faults = differing.map(({ column, present }): Fault => {
    const is = present === '' ? 'has none like this' : `has ${present}`;
    return { column, code: 'AGENT_DIFFERS', message: `The agent exists and ${is}; an import changes only its name.` };
  });
  return { row, faults };
}

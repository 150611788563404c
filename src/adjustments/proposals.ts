import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { openCsvFile, type SourcePiece, type SourceRow } from '../sales/file.ts';
import { Rejections, type RowError } from '../sales/rejections.ts';
import {
  documentKey,
  type ProposalInput,
  type ProposalRow,
  proposalColumns,
  proposalValues,
  readProposal,
} from './proposalRows.ts';

// Adjustments and penalties by hand (DOMAIN.md §2): proposed one by one or in bulk, all of a batch or none. Who may, and about which agents, the
// database decides.

export type ProposalsSaved = {
  readonly rowCount: number;
  readonly createdCount: number;
  readonly rejectedCount: number;
  /** Names the batch, to decide about all of it at once. */
  readonly batchHash: string;
  /** The first 1,000 faults by row; a row may have several. */
  readonly rejections: readonly RowError[];
};

type ProposalOptions = {
  readonly onRejected?: (error: RowError) => void | Promise<void>;
  readonly onProgress?: (rows: number, bytes: number) => void;
};

const maxBatchSize = 1000;
const maxFileRows = 100_000;

/**
 * Proposes up to 1,000 adjustments in the caller's transaction, all of them or, where one has a fault, none. The same rows are proposed once.
 * Faults of rows are in the result. @throws UserError INPUT_INVALID where there are none, BATCH_TOO_LARGE, ADJUSTMENTS_KNOWN.
 */
export function proposeAdjustments(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  inputs: readonly ProposalInput[],
  options: ProposalOptions = {},
): Promise<ProposalsSaved> {
  if (inputs.length === 0) throw new UserError('INPUT_INVALID', 'Name at least one adjustment.', 'input');
  if (inputs.length > maxBatchSize) {
    const message = `The batch has ${inputs.length} adjustments, at most ${maxBatchSize} are allowed.`;
    throw new UserError('BATCH_TOO_LARGE', message);
  }
  const rows = inputs.map((input, index): SourceRow => {
    return { line: index + 1, values: proposalValues(input), fault: null };
  });
  async function* pieces() {
    yield { rows, bytes: 0 };
  }
  const batchHash = createHash('sha256').update(JSON.stringify(rows.map(({ values }) => values)));
  return save(transaction, actor, now, 'API', pieces(), () => batchHash.digest('hex'), options);
}

/**
 * Proposes the adjustments of a CSV file (agent, kind, amount, currency, reason, document); otherwise as proposeAdjustments. The same
 * file is taken once. The stream is closed in the end.
 * @throws UserError FILE_EMPTY, FILE_ENCODING, COLUMN_*, ROW_* for a header that cannot be used, BATCH_TOO_LARGE, ADJUSTMENTS_KNOWN.
 */
export async function importAdjustmentFile(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  source: { readonly name: string; readonly stream: Readable },
  options: ProposalOptions = {},
): Promise<ProposalsSaved> {
  const hash = createHash('sha256');
  async function* hashed() {
    for await (const chunk of source.stream as AsyncIterable<Buffer>) {
      hash.update(chunk);
      yield chunk;
    }
  }
  try {
    const pieces = await openCsvFile(Readable.from(hashed()), proposalColumns);
    return await save(transaction, actor, now, source.name, pieces, () => hash.digest('hex'), options);
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
  hashOfAll: () => string,
  options: ProposalOptions,
): Promise<ProposalsSaved> {
  const rejections = new Rejections(options.onRejected);
  const { rowCount, rows } = await readAll(transaction, pieces, rejections, options.onProgress);
  const batchHash = hashOfAll();
  await refuseKnown(transaction, batchHash);
  const isWhole = rejections.rowCount === 0;
  const counts = { rowCount, createdCount: isWhole ? rows.length : 0, rejectedCount: rejections.rowCount };
  if (isWhole && rows.length > 0) {
    await write(transaction, actor, now, rows, batchHash);
    await recordChanges(transaction, actor, now, [
      {
        action: 'adjustments.proposed',
        entity: 'adjustment_proposal',
        entityKey: name,
        after: { ...counts, batchHash },
      },
    ]);
  }
  return { ...counts, batchHash, rejections: rejections.kept };
}

async function readAll(
  transaction: Transaction,
  pieces: AsyncIterable<SourcePiece>,
  rejections: Rejections,
  onProgress: ProposalOptions['onProgress'],
): Promise<{ rowCount: number; rows: ProposalRow[] }> {
  const agents = await loadAgents(transaction);
  const good: ProposalRow[] = [];
  let rowCount = 0;
  for await (const { rows, bytes } of pieces) {
    const documents = await loadDocuments(transaction, rows);
    for (const { line, values, fault } of rows) {
      rowCount += 1;
      const read = fault ? { faults: [fault] } : readProposal(values, { agents, documents });
      if ('faults' in read)
        await rejections.add(rowCount, line, values.slice(0, 3).join(' ').slice(0, 400), read.faults);
      else good.push(read);
    }
    if (rowCount > maxFileRows) {
      const message = `A file has at most ${maxFileRows.toLocaleString('en')} rows. Split it.`;
      throw new UserError('BATCH_TOO_LARGE', message);
    }
    onProgress?.(rowCount, bytes);
  }
  return { rowCount, rows: good };
}

async function loadAgents(transaction: Transaction): Promise<ReadonlyMap<string, number>> {
  const rows = await rawSql(transaction)<{ code: string; id: number }[]>`
    select code, id from agent where not row_security_active('adjustment_proposal') or id in (select visible_agents())`;
  return new Map(rows.map(({ code, id }) => [code, id]));
}

/** Whose the papers for settlement are that rows name: whoever approves sees these, and no others. */
async function loadDocuments(
  transaction: Transaction,
  rows: readonly SourceRow[],
): Promise<ReadonlyMap<number, number>> {
  const keys = rows.flatMap(({ values }) => documentKey((values[5] ?? '').trim()) ?? []);
  if (keys.length === 0) return new Map();
  const found = await rawSql(transaction)<{ id: number; agentId: number }[]>`
    select id, agent_id as "agentId" from document
    where id = any(${keys}::integer[]) and subject = 'SETTLEMENT'`;
  return new Map(found.map(({ id, agentId }) => [id, agentId]));
}

/** Whoever sends the same at the same time waits here, and then sees the other's. */
async function refuseKnown(transaction: Transaction, batchHash: string): Promise<void> {
  const sql = rawSql(transaction);
  await sql`select pg_advisory_xact_lock(hashtext('adjustment batch'), hashtext(${batchHash}))`;
  const [known] = await sql<{ code: string; by: string; state: string }[]>`
    select code, proposed_by as by, state from adjustment_proposal
    where batch_hash = ${batchHash} and state in ('PROPOSED', 'APPROVED') order by id limit 1`;
  if (!known) return;
  throw new UserError(
    'ADJUSTMENTS_KNOWN',
    `${known.by} proposed the same rows: ${known.code} is ${known.state}.`,
    known.code,
  );
}

async function write(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  rows: readonly ProposalRow[],
  batchHash: string,
): Promise<void> {
  await rawSql(transaction)`
    insert into adjustment_proposal (agent_id, kind, amount, currency, reason, document_id, batch_hash, state, proposed_by, proposed_at)
    select "agentId", kind::adjustment_kind, amount, currency, reason, "documentId", ${batchHash}, 'PROPOSED', ${actor.name}, ${now.toISOString()}
    from json_to_recordset(${JSON.stringify(rows)}::text::json)
      as row("agentId" integer, kind text, amount numeric, currency text, reason text, "documentId" integer)`;
}

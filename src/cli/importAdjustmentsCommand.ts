import { importAdjustmentFile, type ProposalsSaved } from '../adjustments/proposals.ts';
import type { Databases } from '../db/client.ts';
import { localActor } from '../db/transaction.ts';
import { answerImport, type ImportOptions, importFile } from './importFile.ts';
import type { Output } from './output.ts';

/** Proposes the adjustments of a file, all of them or none; somebody else approves them. */
export async function importAdjustments(
  databases: Databases,
  output: Output,
  file: string,
  options: ImportOptions,
): Promise<void> {
  const imported = await importFile(databases, output, file, options, (transaction, source, listeners) =>
    importAdjustmentFile(transaction, localActor(options.as), new Date(), source, listeners),
  );
  answerImport(output, imported, describe);
}

function describe({ rowCount, createdCount, rejectedCount, batchHash }: ProposalsSaved): string {
  const counts = `${rowCount} rows: ${createdCount} proposed, ${rejectedCount} rejected.`;
  return createdCount === 0 ? counts : `${counts} Batch ${batchHash}: somebody else approves it.`;
}

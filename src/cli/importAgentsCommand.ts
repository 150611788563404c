import { importAgentFile } from '../agents/bulk.ts';
import type { Databases } from '../db/client.ts';
import { localActor } from '../db/transaction.ts';
import { importTerritoryFile } from '../territories/bulk.ts';
import { answerImport, type ImportOptions, importFile } from './importFile.ts';
import type { Output } from './output.ts';

/** Imports a file of agents, shows how far it is and what became of the rows. */
export async function importAgents(
  databases: Databases,
  output: Output,
  file: string,
  options: ImportOptions,
): Promise<void> {
  const imported = await importFile(databases, output, file, options, (transaction, source, listeners) =>
    importAgentFile(transaction, localActor(options.as), new Date(), source, { atomic: options.atomic, ...listeners }),
  );
  answerImport(output, imported, (result) => {
    const { rowCount, createdCount, changedCount, unchangedCount, rejectedCount } = result;
    return `${rowCount} rows: ${createdCount} new, ${changedCount} renamed, ${unchangedCount} as before, ${rejectedCount} rejected.`;
  });
}

/** Imports a file of territories, shows how far it is and what became of the rows. */
export async function importTerritories(
  databases: Databases,
  output: Output,
  file: string,
  options: ImportOptions,
): Promise<void> {
  const imported = await importFile(databases, output, file, options, (transaction, source, listeners) =>
    importTerritoryFile(transaction, localActor(options.as), new Date(), source, {
      atomic: options.atomic,
      ...listeners,
    }),
  );
  answerImport(output, imported, ({ rowCount, createdCount, unchangedCount, rejectedCount }) => {
    return `${rowCount} rows: ${createdCount} new, ${unchangedCount} as before, ${rejectedCount} rejected.`;
  });
}

import { importPriceFloorFile } from '../conflicts/priceFloors.ts';
import type { Databases } from '../db/client.ts';
import { localActor } from '../db/transaction.ts';
import { answerImport, type ImportOptions, importFile } from './importFile.ts';
import type { Output } from './output.ts';

/** Imports a file of floor prices, shows how far it is and what became of the rows. */
export async function importPriceFloors(
  databases: Databases,
  output: Output,
  file: string,
  options: ImportOptions,
): Promise<void> {
  const imported = await importFile(databases, output, file, options, (transaction, source, listeners) => {
    const saving = { atomic: options.atomic, ...listeners };
    return importPriceFloorFile(transaction, localActor(options.as), new Date(), source, saving);
  });
  answerImport(output, imported, (result) => {
    const { rowCount, createdCount, changedCount, unchangedCount, rejectedCount } = result;
    return `${rowCount} rows: ${createdCount} new, ${changedCount} changed, ${unchangedCount} as before, ${rejectedCount} rejected.`;
  });
}

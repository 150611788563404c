import { writeFile } from 'node:fs/promises';
import { importMatrixFile } from '../conflicts/matrix.ts';
import { matrixCsv } from '../conflicts/matrixCsv.ts';
import type { Databases } from '../db/client.ts';
import { localActor } from '../db/transaction.ts';
import { answerImport, type ImportOptions, importFile } from './importFile.ts';
import type { Output } from './output.ts';

/** Imports a file of cells of the CPC matrix, shows how far it is and what became of the rows. */
export async function importMatrix(
  databases: Databases,
  output: Output,
  file: string,
  options: ImportOptions,
): Promise<void> {
  const imported = await importFile(databases, output, file, options, (transaction, source, listeners) =>
    importMatrixFile(transaction, localActor(options.as), new Date(), source, { atomic: options.atomic, ...listeners }),
  );
  answerImport(output, imported, (result) => {
    const { rowCount, createdCount, changedCount, unchangedCount, rejectedCount } = result;
    return `${rowCount} rows: ${createdCount} new, ${changedCount} changed, ${unchangedCount} as before, ${rejectedCount} rejected.`;
  });
}

/** Writes the whole CPC matrix to a file that can be imported again; what was there is replaced. */
export async function exportMatrix(databases: Databases, output: Output, file: string): Promise<void> {
  const text = await databases.owner.transaction(matrixCsv);
  await writeFile(file, text);
  const cellCount = text.split('\r\n').length - 2;
  output.answer({ file, cellCount }, () => `${cellCount} cells written to ${file}.`);
}

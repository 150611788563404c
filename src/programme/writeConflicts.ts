import type { DatedRowsSaved } from '../conflicts/datedRows.ts';
import { saveMatrixCells } from '../conflicts/matrix.ts';
import { savePriceFloors } from '../conflicts/priceFloors.ts';
import type { Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import type { ConflictDifference } from './conflicts.ts';
import { type Path, throwFaults } from './paths.ts';
import type { Programme } from './schema.ts';

const batchSize = 1000;

/**
 * Writes cells of the CPC matrix and floor prices, by what every other way to change them goes through, audit included.
 * @throws UserErrors what that refuses, at its place in the programme.
 */
export async function writeConflicts(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  programme: Programme,
  { matrix, priceFloors }: ConflictDifference,
): Promise<void> {
  await inPlacedBatches(programme, matrix, (cells) => {
    const inputs = cells.map(({ category, ...cell }) => ({ ...cell, productCategory: category }));
    return saveMatrixCells(transaction, actor, now, inputs, { atomic: true });
  });
  await inPlacedBatches(programme, priceFloors, (floors) => {
    const inputs = floors.map(({ product, category, region, ...floor }) => {
      return { ...floor, productCode: product, productCategory: category, regionCode: region };
    });
    return savePriceFloors(transaction, actor, now, inputs, { atomic: true });
  });
}

async function inPlacedBatches<Entry>(
  programme: Programme,
  entries: readonly { readonly path: Path; readonly entry: Entry }[],
  save: (batch: readonly Entry[]) => Promise<DatedRowsSaved>,
): Promise<void> {
  for (let start = 0; start < entries.length; start += batchSize) {
    const batch = entries.slice(start, start + batchSize);
    const { rejections } = await save(batch.map(({ entry }) => entry));
    throwFaults(
      programme,
      rejections.map(({ row, code, message }) => ({ code, message, path: batch[row - 1]?.path ?? [] })),
    );
  }
}

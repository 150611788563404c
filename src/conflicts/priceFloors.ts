import type { Readable } from 'node:stream';
import type { Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import {
  type DatedRowOptions,
  type DatedRowsSaved,
  endDatedRow,
  fieldOfColumn,
  importDatedFile,
  saveDatedBatch,
} from './datedRows.ts';
import { faultsOf } from './matrix.ts';
import { type PriceFloorInput, priceFloorKind, priceFloorReader, priceFloorValues } from './priceFloorRows.ts';
import { loadIds } from './references.ts';

// Floor prices (DOMAIN.md §8): the lowest price of one unit of a product or category, by region, channel type and dates.

/**
 * Saves up to 1,000 floor prices in the caller's transaction. One of the same product or category, region, channel type, currency and
 * first day takes the other's place; a floor ends where the next one of the same begins, at the latest. For administrators. Faults of
 * rows are in the result. @throws UserError BATCH_TOO_LARGE.
 */
export async function savePriceFloors(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  floors: readonly PriceFloorInput[],
  options: DatedRowOptions,
): Promise<DatedRowsSaved> {
  const kind = { kind: priceFloorKind, read: await loadReader(transaction) };
  return saveDatedBatch(transaction, actor, now, kind, floors.map(priceFloorValues), options);
}

/**
 * Saves the floor prices of a CSV file ([product_code] or [product_category], [region_code], [channel_type], currency, price, valid_from,
 * [valid_to]), however large; otherwise as savePriceFloors. The stream is closed in the end. @throws UserError FILE_EMPTY, FILE_ENCODING,
 * and COLUMN_*, ROW_* for a header that cannot be used.
 */
export async function importPriceFloorFile(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { stream }: { readonly stream: Readable },
  options: DatedRowOptions,
): Promise<DatedRowsSaved> {
  const kind = { kind: priceFloorKind, read: await loadReader(transaction) };
  return importDatedFile(transaction, actor, now, kind, stream, options);
}

/**
 * Ends the floor price that holds on a day: from that day on it is not there any more; one that begins on that very day is removed.
 * @throws UserErrors for codes that are not known; UserError NOT_FOUND where no floor of the combination holds then.
 */
export async function endPriceFloor(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  floor: Omit<PriceFloorInput, 'price' | 'validFrom' | 'validTo'>,
  day: string,
): Promise<void> {
  const read = await loadReader(transaction);
  const values = priceFloorValues({ ...floor, price: '1', validFrom: day });
  const found = read({ line: 1, values, fault: null }, fieldOfColumn);
  if ('faults' in found) throw faultsOf(found.faults);
  await endDatedRow(transaction, actor, now, priceFloorKind, found, day);
}

async function loadReader(transaction: Transaction) {
  return priceFloorReader({
    products: await loadIds(transaction, 'product'),
    categories: await loadIds(transaction, 'product_category'),
    regions: await loadIds(transaction, 'region'),
    channelTypes: await loadIds(transaction, 'channel_type'),
  });
}

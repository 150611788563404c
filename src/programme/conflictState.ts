import { loadMatrix } from '../conflicts/matrix.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { canonicalDecimal } from '../money.ts';
import { type ConflictState, cellKey, type FloorEntry, floorKey } from './conflicts.ts';
import type { Programme } from './schema.ts';

/** Loads the CPC matrix and the floor prices, as far as a programme declares any. */
export async function loadConflicts(transaction: Transaction, programme: Programme): Promise<ConflictState> {
  const cells = programme.matrix.length > 0 ? await loadMatrix(transaction) : [];
  const matrix = cells.map(({ channel_type, product_category, segment, allowed, valid_from, valid_to }) => ({
    channelType: channel_type,
    category: product_category,
    segment,
    allowed,
    validFrom: valid_from,
    validTo: valid_to,
  }));
  const floors = programme.priceFloors.length > 0 ? await loadFloors(transaction) : [];
  return {
    matrix: new Map(matrix.map((entry) => [cellKey(entry), entry])),
    priceFloors: new Map(floors.map((entry) => [floorKey(entry), entry])),
  };
}

async function loadFloors(transaction: Transaction): Promise<FloorEntry[]> {
  const rows = await rawSql(transaction)<FloorEntry[]>`
    select product.code as product, category.code as category, region.code as region, channel.code as "channelType", currency,
      price::text as price, floor.valid_from::text as "validFrom", floor.valid_to::text as "validTo"
    from price_floor floor left join product on product.id = product_id
    left join product_category category on category.id = product_category_id left join region on region.id = region_id
    left join channel_type channel on channel.id = channel_type_id`;
  return rows.map((row) => ({ ...row, price: canonicalDecimal(row.price) }));
}

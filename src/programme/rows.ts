import { rawSql, type Transaction } from '../db/client.ts';
import { UserError } from '../errors.ts';
import type { Compared } from './difference.ts';
import type { Keyed } from './records.ts';

const batchSize = 1000;

/** Surrogate keys by code; a code that is not there is a mistake of this program, not of the user. */
export type Keys = { readonly [Kind in Keyed]: Map<string, number> };

export function keyOf(keys: Keys, kind: Keyed, code: string): number {
  const key = keys[kind].get(code);
  if (key === undefined) throw new Error(`${kind} ${code} has no key`);
  return key;
}

export function keyOrNull(keys: Keys, kind: Keyed, code: string | null): number | null {
  return code === null ? null : keyOf(keys, kind, code);
}

/** Runs `write` for batches of rows; not at all where there are none. */
export async function inBatches<Row>(
  rows: readonly Row[],
  write: (batch: readonly Row[]) => PromiseLike<unknown>,
): Promise<void> {
  for (let start = 0; start < rows.length; start += batchSize) await write(rows.slice(start, start + batchSize));
}

/** Updates each changed row; the statements travel to the server together. */
export async function update<Entry>(
  { changed }: { readonly changed: readonly { readonly after: Entry }[] },
  write: (after: Entry) => PromiseLike<readonly unknown[]>,
): Promise<void> {
  await inBatches(changed, (batch) => Promise.all(batch.map(({ after }) => requireWritten(1, write(after)))));
}

/** Row-level security passes over rows that one may not change without a word: that must not look like success. */
export async function requireWritten(count: number, written: PromiseLike<readonly unknown[]>): Promise<void> {
  if ((await written).length !== count) throw new UserError('FORBIDDEN', 'You may not change this.');
}

const tableNames: { readonly [Kind in Keyed]: string } = {
  regions: 'region',
  channelTypes: 'channel_type',
  productCategories: 'product_category',
  products: 'product',
  segments: 'segment',
  campaigns: 'campaign',
  tiers: 'tier',
  plans: 'plan',
  pools: 'pool',
  agents: 'agent',
  agreements: 'agreement',
};

/** Reads the keys of new rows. INSERT … RETURNING cannot: a policy does not see the row that its own statement makes. */
export async function addKeys(
  transaction: Transaction,
  keys: Keys,
  kind: Keyed,
  { created }: Compared<{ readonly code: string }>,
): Promise<void> {
  if (created.length === 0) return;
  const sql = rawSql(transaction);
  const codes = created.map(({ code }) => code);
  const rows = await sql<{ id: number; code: string }[]>`
    select id, code from ${sql(tableNames[kind])} where code = any(${codes})`;
  for (const { id, code } of rows) keys[kind].set(code, id);
}

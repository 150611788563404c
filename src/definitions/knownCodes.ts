import { rawSql, type Transaction } from '../db/client.ts';
import { UserError, UserErrors } from '../errors.ts';

/** What definitions name by code, and what people call it. */
const tables = {
  channel_type: 'channel type',
  region: 'region',
  product_category: 'product category',
} as const;

/** A code that a definition names, and where. */
export type NamedCode = { readonly table: keyof typeof tables; readonly code: string; readonly at: string };

/** The codes of a list, which is at a place: lists are kept sorted, so positions in them would mislead. */
export function namedCodes(
  table: NamedCode['table'],
  codes: readonly string[] | undefined,
  at: string,
): readonly NamedCode[] {
  return (codes ?? []).map((code) => ({ table, code, at }));
}

/** @throws UserErrors REFERENCE_UNKNOWN, one for each code that is not declared, at its place. */
export async function requireCodes(transaction: Transaction, named: readonly NamedCode[]): Promise<void> {
  if (named.length === 0) return;
  const rows = await rawSql(transaction)<{ key: string }[]>`
    select 'channel_type ' || code as key from channel_type union all select 'region ' || code from region
    union all select 'product_category ' || code from product_category`;
  const known = new Set(rows.map(({ key }) => key));
  const unknown = named.filter(({ table, code }) => !known.has(`${table} ${code}`));
  if (unknown.length === 0) return;
  throw new UserErrors(
    unknown
      .slice(0, 100)
      .map(({ table, code, at }) => new UserError('REFERENCE_UNKNOWN', `There is no ${tables[table]} ${code}.`, at)),
  );
}

import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import type { DefinitionKind } from './versions.ts';

/**
 * Declares that of which versions are published, by its code; gives it another name where it has one already.
 * @returns its key. The caller holds the right to do so.
 */
export async function declareNamed(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  kind: DefinitionKind,
  { code, name }: { readonly code: string; readonly name: string },
): Promise<number> {
  const sql = rawSql(transaction);
  await sql`select pg_advisory_xact_lock(hashtext(${`${kind} ${code}`}))`;
  const [present] = await sql<{ id: number; name: string }[]>`select id, name from ${sql(kind)} where code = ${code}`;
  if (present?.name === name) return present.id;
  const [saved] = present
    ? await sql<{ id: number }[]>`update ${sql(kind)} set name = ${name} where id = ${present.id} returning id`
    : await sql<{ id: number }[]>`insert into ${sql(kind)} (code, name) values (${code}, ${name}) returning id`;
  // Row-level security passes over rows that one may not change without a word.
  if (!saved) throw new UserError('FORBIDDEN', 'You may not change this.');
  await recordChanges(transaction, actor, now, [
    {
      action: present ? `${kind}.renamed` : `${kind}.declared`,
      entity: kind,
      entityKey: code,
      ...(present ? { before: { name: present.name } } : {}),
      after: { name },
    },
  ]);
  return saved.id;
}

/** @throws UserError REFERENCE_UNKNOWN where a channel type that a definition names is not declared. */
export async function requireChannelTypes(transaction: Transaction, codes: readonly string[]): Promise<void> {
  if (codes.length === 0) return;
  const rows = await rawSql(transaction)<
    { code: string }[]
  >`select code from channel_type where code = any(${[...codes]})`;
  const known = new Set(rows.map(({ code }) => code));
  const unknown = codes.find((code) => !known.has(code));
  if (unknown === undefined) return;
  throw new UserError('REFERENCE_UNKNOWN', `There is no channel type ${unknown}.`, 'definition.channelTypes');
}

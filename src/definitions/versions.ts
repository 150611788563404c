import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';

// Definitions with versions: score templates, tier schemes, conflict rules … A version is published once and never changed; it is in
// force from its day on, until a later one is.

/** The table of versions, the column in it that names what they are versions of, and the latter's table. */
const definitionTables = {
  score_template: { versions: 'score_template_version', owner: 'template_id' },
  tier_scheme: { versions: 'tier_scheme_version', owner: 'scheme_id' },
  loyalty_grid: { versions: 'loyalty_grid_version', owner: 'grid_id' },
  award_rule: { versions: 'award_rule_version', owner: 'rule_id' },
  conflict_rule: { versions: 'conflict_rule_version', owner: 'rule_id' },
  credit_rule: { versions: 'credit_rule_version', owner: 'rule_id' },
  registration_policy: { versions: 'registration_policy_version', owner: 'policy_id' },
  settlement_policy: { versions: 'settlement_policy_version', owner: 'policy_id' },
} as const;

export type DefinitionKind = keyof typeof definitionTables;

export type Version<Definition> = {
  readonly id: number;
  readonly number: number;
  /** The local day from which on it is in force. */
  readonly validFrom: string;
  readonly definition: Definition;
};

export type NewVersion<Definition> = {
  readonly kind: DefinitionKind;
  readonly id: number;
  readonly code: string;
  /** The first local day on which it is in force. */
  readonly validFrom: string;
  readonly definition: Definition;
};

/**
 * Publishes a version in the caller's transaction, which has declared what it is a version of. What the latest version says already,
 * from the same day on, is not published again. The caller checks the definition, the right to do so, and periods that are settled.
 * @returns the version that says it, and whether it is new.
 * @throws UserError VERSION_TOO_EARLY where a later-beginning version exists: there would be no telling which one counts.
 */
export async function publishVersion<Definition extends object>(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { kind, id, code, validFrom, definition }: NewVersion<Definition>,
): Promise<{ readonly versionId: number; readonly number: number; readonly published: boolean }> {
  const sql = rawSql(transaction);
  const { versions, owner } = definitionTables[kind];
  await sql`select pg_advisory_xact_lock(hashtext(${`${kind} ${code}`}))`;
  const [latest] = await sql<Version<Definition>[]>`
    select id, number, valid_from::text as "validFrom", definition from ${sql(versions)}
    where ${sql(owner)} = ${id} order by number desc limit 1`;
  if (latest && latest.validFrom === validFrom && sameJson(latest.definition, definition)) {
    return { versionId: latest.id, number: latest.number, published: false };
  }
  if (latest && validFrom < latest.validFrom) {
    const message = `Version ${latest.number} of ${code} begins on ${latest.validFrom}; a new version cannot begin before it.`;
    throw new UserError('VERSION_TOO_EARLY', message, 'validFrom');
  }
  const number = (latest?.number ?? 0) + 1;
  const [added] = await sql<{ id: number }[]>`
    insert into ${sql(versions)} (${sql(owner)}, number, valid_from, definition, published_by, published_at)
    values (${id}, ${number}, ${validFrom}, ${JSON.stringify(definition)}::text::jsonb, ${actor.name}, ${now.toISOString()})
    returning id`;
  if (!added) throw new Error('The version was not added');
  await recordChanges(transaction, actor, now, [
    { action: `${kind}.published`, entity: kind, entityKey: `${code} ${number}`, after: { validFrom, definition } },
  ]);
  return { versionId: added.id, number, published: true };
}

/** The version in force on a local day, or undefined where none has begun. */
export async function versionInForce<Definition>(
  transaction: Transaction,
  kind: DefinitionKind,
  id: number,
  day: string,
): Promise<Version<Definition> | undefined> {
  const sql = rawSql(transaction);
  const { versions, owner } = definitionTables[kind];
  const [found] = await sql<Version<Definition>[]>`
    select id, number, valid_from::text as "validFrom", definition from ${sql(versions)}
    where ${sql(owner)} = ${id} and valid_from <= ${day} order by valid_from desc, number desc limit 1`;
  return found;
}

/** Whether two values are the same JSON: as PostgreSQL keeps it, keys have another order. A key without a value is not there. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((each, index) => sameJson(each, b[index]));
  }
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  const given = (value: object) => Object.entries(value).filter(([, part]) => part !== undefined);
  const other = new Map(given(b));
  return given(a).length === other.size && given(a).every(([key, part]) => sameJson(part, other.get(key)));
}

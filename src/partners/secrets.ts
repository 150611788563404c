import { and, eq, sql } from 'drizzle-orm';
import { recordChanges } from '../audit/audit.ts';
import type { Database, Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { currentKeyId, type EnvelopeKeys, fingerprintOf, rewrap, seal, unseal } from './envelope.ts';
import { maskNumber, normaliseNumber } from './numbers.ts';
import { type SecretKind, secret } from './tables.ts';

// Numbers that tell who an agent or applicant is, or where its money goes: encrypted when saved, masked when read, and revealed only
// with a reason that the audit record keeps (DOMAIN.md §12). No number ever stands in an audit record, an error or a log.

export type { SecretKind } from './tables.ts';

/** Whose number it is. */
export type SecretOwner = { readonly agentId: number } | { readonly applicationId: number };

/** Somebody who has the same number. */
export type SameNumber = {
  readonly subject: 'AGENT' | 'APPLICATION' | 'BLACKLIST';
  /** The code of the agent or application; empty for a blacklisted number without an agent. */
  readonly code: string;
  readonly name: string;
  /** The state of the application, the agent's status today, or BLACKLISTED. */
  readonly state: string | null;
  /** Why it is blacklisted. */
  readonly blacklistedFor: string | null;
};

/** What may be seen of a number. */
export type MaskedNumber = {
  readonly kind: SecretKind;
  readonly masked: string;
  readonly changedBy: string;
  readonly changedAt: string;
};

const ownedBy = (owner: SecretOwner) =>
  'agentId' in owner ? eq(secret.agentId, owner.agentId) : eq(secret.applicationId, owner.applicationId);

/**
 * Saves a number, in the place of an earlier one of the kind, with its audit record (masked). The row-level security of the
 * transaction decides whose. @throws UserError NUMBER_UNFIT, NOT_FOUND, ENVELOPE_KEYS_MISSING.
 */
export async function saveSecret(
  transaction: Transaction,
  keys: EnvelopeKeys,
  actor: Actor,
  now: Date,
  owner: SecretOwner,
  kind: SecretKind,
  plain: string,
): Promise<void> {
  const normal = normaliseNumber(kind, plain);
  const fingerprint = fingerprintOf(keys, kind, normal);
  const masked = maskNumber(normal);
  const entityKey = `${await nameOwner(transaction, owner)} ${kind}`;
  if ('applicationId' in owner) await requireOpen(transaction, owner.applicationId);
  const columns = { masked: secret.masked };
  const [before] = await transaction
    .select(columns)
    .from(secret)
    .where(and(ownedBy(owner), eq(secret.kind, kind)));
  const content = {
    ...seal(keys, fingerprint, plain.trim()),
    fingerprint,
    masked,
    changedBy: actor.name,
    changedAt: now.toISOString(),
  };
  const target = 'agentId' in owner ? [secret.agentId, secret.kind] : [secret.applicationId, secret.kind];
  await transaction
    .insert(secret)
    .values({ ...owner, kind, ...content })
    .onConflictDoUpdate({ target, set: content });
  await recordChanges(transaction, actor, now, [
    { action: 'secret.saved', entity: 'secret', entityKey, before: before ?? null, after: { masked } },
  ]);
}

/** Once an application has ended its numbers stay: by them an applicant is known who comes back too soon. */
async function requireOpen(transaction: Transaction, id: number): Promise<void> {
  const found = await transaction.query.application.findFirst({ columns: { code: true, state: true }, where: { id } });
  if (!found || !['REJECTED', 'WITHDRAWN', 'ACTIVE'].includes(found.state)) return;
  const message = `Application ${found.code} is ${found.state}; its numbers stay as they are.`;
  throw new UserError('APPLICATION_STATE', message, found.code);
}

/** `AGENT A1` or `APPLICATION P7`. @throws UserError NOT_FOUND where there is none that the transaction may see. */
async function nameOwner(transaction: Transaction, owner: SecretOwner): Promise<string> {
  if ('agentId' in owner) {
    const found = await transaction.query.agent.findFirst({ columns: { code: true }, where: { id: owner.agentId } });
    if (found) return `AGENT ${found.code}`;
  } else {
    const where = { id: owner.applicationId };
    const found = await transaction.query.application.findFirst({ columns: { code: true }, where });
    if (found) return `APPLICATION ${found.code}`;
  }
  throw new UserError('NOT_FOUND', 'There is no such agent or application.');
}

/**
 * Who else has a number, across all regions: agents with their status, applications with their state, the blacklist. An applicant whose
 * own number it is, is among them. Under the request role only administrators, managers and auditors are told.
 * @throws UserError NUMBER_UNFIT, ENVELOPE_KEYS_MISSING.
 */
export async function sameNumbers(
  transaction: Transaction,
  keys: EnvelopeKeys,
  kind: SecretKind,
  plain: string,
): Promise<SameNumber[]> {
  const fingerprint = fingerprintOf(keys, kind, normaliseNumber(kind, plain));
  const rows = await rawSql(transaction)<SameNumber[]>`
    select subject, code, name, state, blacklisted_for as "blacklistedFor" from same_numbers(${kind}::secret_kind, ${fingerprint})`;
  return [...rows];
}

/** The numbers of an agent or applicant that the transaction may see, masked, by kind. */
export function maskedNumbers(transaction: Transaction, owner: SecretOwner): Promise<MaskedNumber[]> {
  const { kind, masked, changedBy, changedAt } = secret;
  return transaction
    .select({ kind, masked, changedBy, changedAt })
    .from(secret)
    .where(ownedBy(owner))
    .orderBy(secret.kind);
}

/**
 * Gives an applicant's numbers to the agent that it became. What an agent that is there already has of a kind is refused by the database.
 * The audit record is the activation's.
 */
export async function moveSecrets(transaction: Transaction, applicationId: number, agentId: number): Promise<void> {
  await transaction.update(secret).set({ agentId, applicationId: null }).where(ownedBy({ applicationId }));
}

/**
 * The whole number, which leaves an audit record of who saw it and why. Needs a transaction of the owner's, and checks the actor itself:
 * an administrator, the manager of the agent's or application's region, or finance for the bank account of an agent.
 * @param today the operator's date, by which the rights of managers are judged
 * @throws UserError INPUT_INVALID without a reason, NOT_FOUND, also where the actor may not see it, FORBIDDEN, ENVELOPE_*.
 */
export async function revealSecret(
  transaction: Transaction,
  keys: EnvelopeKeys,
  actor: Actor,
  now: Date,
  today: string,
  asked: { readonly owner: SecretOwner; readonly kind: SecretKind; readonly reason: string },
): Promise<string> {
  const { owner, kind } = asked;
  const reason = asked.reason.trim();
  if (reason === '') throw new UserError('INPUT_INVALID', 'A reason is needed to see a whole number.', 'reason');
  if (!(await mayReveal(transaction, actor, today, owner, kind))) {
    throw new UserError('FORBIDDEN', `Your role may not see the whole ${kind}.`, 'kind');
  }
  const [found] = await transaction
    .select()
    .from(secret)
    .where(and(ownedBy(owner), eq(secret.kind, kind)));
  if (!found) throw new UserError('NOT_FOUND', `No ${kind} is kept there.`, 'kind');
  const entityKey = `${await nameOwner(transaction, owner)} ${kind}`;
  const plain = unseal(keys, found.fingerprint, found);
  const change = { action: 'secret.revealed', entity: 'secret', entityKey, after: { masked: found.masked }, reason };
  await recordChanges(transaction, actor, now, [change]);
  return plain;
}

/** @throws UserError NOT_FOUND for a manager of another region: what one may not see is not there. */
async function mayReveal(
  transaction: Transaction,
  actor: Actor,
  today: string,
  owner: SecretOwner,
  kind: SecretKind,
): Promise<boolean> {
  const { user } = actor;
  if (!user || user.role === 'ADMIN') return true;
  if (user.role === 'FINANCE') return kind === 'BANK_ACCOUNT' && 'agentId' in owner;
  if (user.role !== 'CHANNEL_MANAGER') return false;
  const visible =
    'agentId' in owner
      ? sql`${owner.agentId} in (select visible_agents())`
      : sql`${owner.applicationId} in (select visible_applications())`;
  // The policies' own functions, asked with the manager's claims: there is no second reading of what a region covers.
  await transaction.execute(sql`
    select set_config('tributary.role', ${user.role}, true), set_config('tributary.today', ${today}, true),
           set_config('tributary.region_id', ${String(user.regionId ?? '')}, true)`);
  const [row] = await transaction.execute<{ visible: boolean }>(sql`select ${visible} as visible`);
  if (!row?.visible) throw new UserError('NOT_FOUND', 'There is no such agent or application.');
  return true;
}

/**
 * Wraps the data keys of all numbers with the current envelope key, in batches that each stand by themselves with their audit record: it may
 * be stopped and started again, and numbers are saved and read meanwhile. Afterwards the other keys are no longer needed.
 * @param options.onBatch hears how many are done, of how many. @returns how many were wrapped anew.
 * @throws UserError ENVELOPE_KEYS_MISSING; ENVELOPE_KEY_UNKNOWN before anything is changed.
 */
export async function rotateKeys(
  owner: Database,
  keys: EnvelopeKeys,
  actor: Actor,
  now: Date,
  options: { readonly batchSize?: number; readonly onBatch?: (done: number, total: number) => void } = {},
): Promise<number> {
  const { batchSize = 500, onBatch = () => {} } = options;
  const current = currentKeyId(keys);
  const total = await countOutdated(owner, keys, current);
  for (let done = 0; ; ) {
    const count = await owner.transaction((transaction) =>
      rotateBatch(transaction, keys, actor, now, current, batchSize),
    );
    done += count;
    if (count === 0) return done;
    onBatch(done, Math.max(done, total));
  }
}

/** The tables that hold encrypted numbers. */
const sealedTables = ['secret', 'payee', 'payment'] as const;
type SealedTable = (typeof sealedTables)[number];

async function countOutdated(owner: Database, keys: EnvelopeKeys, current: string): Promise<number> {
  const used = await owner.execute<{ id: string; count: number }>(
    sql.join(
      sealedTables.map(
        (table) => sql`
          select envelope_key_id as id, count(*)::integer as count from ${sql.identifier(table)} where envelope_key_id <> ${current} group by 1`,
      ),
      sql` union all `,
    ),
  );
  for (const { id, count } of used) {
    if (keys.byId.has(id)) continue;
    const message = `${count} numbers are encrypted with the envelope key "${id}", which is not configured.`;
    throw new UserError('ENVELOPE_KEY_UNKNOWN', message, id);
  }
  return used.reduce((sum, { count }) => sum + count, 0);
}

/** The next of what is left, table by table. @returns how many; 0: nothing is left. */
async function rotateBatch(
  transaction: Transaction,
  keys: EnvelopeKeys,
  actor: Actor,
  now: Date,
  current: string,
  batchSize: number,
): Promise<number> {
  for (const table of sealedTables) {
    const count = await rotateRows(transaction, keys, table, current, batchSize);
    if (count === 0) continue;
    const change = { action: 'secrets.rewrapped', entity: table, entityKey: current };
    await recordChanges(transaction, actor, now, [{ ...change, after: { envelopeKeyId: current, count } }]);
    return count;
  }
  return 0;
}

/** Rows are locked in order, and what somebody else saves at the moment is waited for: it may have been saved with an old key. */
async function rotateRows(
  transaction: Transaction,
  keys: EnvelopeKeys,
  table: SealedTable,
  current: string,
  batchSize: number,
): Promise<number> {
  const client = rawSql(transaction);
  const rows = await client<{ id: number; wrappedKey: string; envelopeKeyId: string }[]>`
    select id, wrapped_key as "wrappedKey", envelope_key_id as "envelopeKeyId" from ${client(table)}
    where envelope_key_id <> ${current} order by id limit ${batchSize} for update`;
  if (rows.length === 0) return 0;
  const wrapped = rows.map((row) => ({ id: row.id, wrapped_key: rewrap(keys, row).wrappedKey }));
  await client`
    update ${client(table)} kept set wrapped_key = given.wrapped_key, envelope_key_id = ${current}
    from json_to_recordset(${JSON.stringify(wrapped)}::text::json) as given (id integer, wrapped_key text)
    where kept.id = given.id`;
  return rows.length;
}

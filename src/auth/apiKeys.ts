import { eq } from 'drizzle-orm';
import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { canonicalEmail } from './accounts.ts';
import { apiKey, userAccount } from './tables.ts';
import { hashToken, newToken } from './tokens.ts';

const apiKeyPrefix = 'trb_';

export type NewApiKey = {
  readonly id: number;
  /** Shown this once: only its hash is kept. */
  readonly token: string;
};

/**
 * Creates a key with which a machine acts as the actor, or as the account `email` where a local actor asks for it. Works
 * with the owner's and with the request role's transaction. `expiresAt`: null or missing means never.
 * @throws UserError INPUT_INVALID, NOT_FOUND, FORBIDDEN (a key for somebody else).
 */
export async function createApiKey(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  key: { readonly name: string; readonly expiresAt?: Date | null | undefined; readonly email?: string | undefined },
): Promise<NewApiKey> {
  const name = key.name.trim();
  if (!/^\P{Cc}{1,200}$/u.test(name)) {
    throw new UserError('INPUT_INVALID', 'A key is named in 1 to 200 characters.', 'name');
  }
  if (key.expiresAt && !(key.expiresAt > now)) {
    throw new UserError('INPUT_INVALID', 'A key expires in the future.', 'expiresAt');
  }
  const { userId, email } = await findKeyOwner(transaction, actor, key.email);
  const token = newToken(apiKeyPrefix);
  const expiresAt = key.expiresAt?.toISOString() ?? null;
  const row = { userId, name, tokenHash: hashToken(token), createdAt: now.toISOString(), expiresAt };
  const [created] = await transaction.insert(apiKey).values(row).returning({ id: apiKey.id });
  if (!created) throw new Error('The key was not created');
  await recordChanges(transaction, actor, now, [
    { action: 'api_key.created', entity: 'api_key', entityKey: String(created.id), after: { email, name, expiresAt } },
  ]);
  return { id: created.id, token };
}

async function findKeyOwner(transaction: Transaction, actor: Actor, wanted: string | undefined) {
  const email = wanted === undefined ? actor.name : canonicalEmail(wanted);
  if (actor.user) {
    if (email !== actor.name) throw new UserError('FORBIDDEN', 'A key is created for oneself.', 'email');
    return { userId: actor.user.id, email };
  }
  const [account] = await transaction
    .select({ id: userAccount.id, disabled: userAccount.disabled })
    .from(userAccount)
    .where(eq(userAccount.email, email));
  if (!account || account.disabled) throw new UserError('NOT_FOUND', `There is no account ${email}.`, 'email');
  return { userId: account.id, email };
}

/**
 * Ends a key. Its owner may do it, and with the owner's transaction an administrator or a local actor. Again: no change.
 * @throws UserError NOT_FOUND where the key does not exist or is not the actor's business.
 */
export async function revokeApiKey(transaction: Transaction, actor: Actor, now: Date, id: number): Promise<void> {
  const [key] = await transaction.select().from(apiKey).where(eq(apiKey.id, id)).for('update');
  const mayRevoke = actor.user === null || actor.user.role === 'ADMIN' || key?.userId === actor.user.id;
  if (!key || !mayRevoke) throw new UserError('NOT_FOUND', `There is no key ${id}.`, 'id');
  if (key.revokedAt !== null) return;
  await transaction.update(apiKey).set({ revokedAt: now.toISOString() }).where(eq(apiKey.id, id));
  await recordChanges(transaction, actor, now, [
    { action: 'api_key.revoked', entity: 'api_key', entityKey: String(id), before: { name: key.name } },
  ]);
}

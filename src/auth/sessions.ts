import type { IncomingHttpHeaders } from 'node:http';
import { and, eq, gt, isNull, lte, or } from 'drizzle-orm';
import type { Databases } from '../db/client.ts';
import type { Actor, Role } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { canonicalEmail } from './accounts.ts';
import { isPassword } from './passwords.ts';
import { apiKey, userAccount, userSession } from './tables.ts';
import { hashToken, newToken } from './tokens.ts';

export const sessionCookie = 'tributary_session';

/** Somebody whose session or key was recognised. `expiresAt` (ISO) is that of the session or key; null: never. */
export type SignedIn = { readonly actor: Actor; readonly name: string; readonly expiresAt: string | null };

export type NewSession = {
  /** Goes into the cookie `tributary_session`; only its hash is kept. */
  readonly token: string;
  readonly expiresAt: Date;
  readonly userId: number;
  readonly name: string;
  readonly role: Role;
};

/** What of a request tells who is asking. */
export type Credentials = {
  readonly headers: Pick<IncomingHttpHeaders, 'cookie' | 'authorization'>;
  readonly requestId: string | null;
};

/**
 * Begins a session of `lifetimeHours`. Nobody is known yet, so this reads and writes as the owner.
 * @throws UserError SIGN_IN_FAILED without telling whether the address is unknown, the account disabled or the password
 * wrong, after the same work.
 */
export async function signIn(
  databases: Databases,
  email: string,
  password: string,
  now: Date,
  lifetimeHours = 12,
): Promise<NewSession> {
  const [account] = await databases.owner
    .select()
    .from(userAccount)
    .where(eq(userAccount.email, canonicalEmail(email)));
  const matches = await isPassword(password, account?.passwordHash);
  if (!account || !matches || account.disabled) throw signInFailed();
  const token = newToken();
  const expiresAt = new Date(now.getTime() + lifetimeHours * 3_600_000);
  await databases.owner.transaction(async (transaction) => {
    // Checking the password takes a while: the account may have been disabled, or the password changed, meanwhile.
    const [current] = await transaction
      .select({ disabled: userAccount.disabled, passwordHash: userAccount.passwordHash })
      .from(userAccount)
      .where(eq(userAccount.id, account.id))
      .for('share');
    if (!current || current.disabled || current.passwordHash !== account.passwordHash) throw signInFailed();
    await transaction
      .delete(userSession)
      .where(and(eq(userSession.userId, account.id), lte(userSession.expiresAt, now.toISOString())));
    await transaction.insert(userSession).values({
      tokenHash: hashToken(token),
      userId: account.id,
      createdAt: now.toISOString(),
      expiresAt: expiresAt.toISOString(),
    });
  });
  return { token, expiresAt, userId: account.id, name: account.name, role: account.role };
}

function signInFailed(): UserError {
  return new UserError('SIGN_IN_FAILED', 'The e-mail address or the password is not right.');
}

/** Ends the session of the request's cookie, if it has one. */
export async function signOut(databases: Databases, credentials: Credentials): Promise<void> {
  const token = cookieToken(credentials.headers.cookie);
  if (token) await databases.owner.delete(userSession).where(eq(userSession.tokenHash, hashToken(token)));
}

/** Who is asking, or null: {@link resolveSignedIn} without the particulars. */
export async function resolveActor(databases: Databases, credentials: Credentials, now: Date): Promise<Actor | null> {
  return (await resolveSignedIn(databases, credentials, now))?.actor ?? null;
}

/**
 * Who is asking, by `Authorization: Bearer <api key>` or, without that header, by the session cookie. Null where there is
 * neither, for expired or ended sessions, for expired or revoked keys and for disabled accounts.
 */
export async function resolveSignedIn(
  databases: Databases,
  credentials: Credentials,
  now: Date,
): Promise<SignedIn | null> {
  const { authorization, cookie } = credentials.headers;
  if (authorization !== undefined) {
    const token = /^Bearer +([\w-]{1,200})$/i.exec(authorization.trim())?.[1];
    return token ? findByKey(databases, token, now, credentials.requestId) : null;
  }
  const token = cookieToken(cookie);
  return token ? findBySession(databases, token, now, credentials.requestId) : null;
}

function cookieToken(cookie: string | undefined): string | undefined {
  return new RegExp(`(?:^|;)\\s*${sessionCookie}=([\\w-]{43})\\s*(?:;|$)`).exec(cookie ?? '')?.[1];
}

async function findBySession(databases: Databases, token: string, now: Date, requestId: string | null) {
  const [row] = await databases.owner
    .select({ ...accountColumns, expiresAt: userSession.expiresAt })
    .from(userSession)
    .innerJoin(userAccount, eq(userAccount.id, userSession.userId))
    .where(
      and(
        eq(userSession.tokenHash, hashToken(token)),
        gt(userSession.expiresAt, now.toISOString()),
        eq(userAccount.disabled, false),
      ),
    );
  return row ? signedIn(row, requestId) : null;
}

async function findByKey(databases: Databases, token: string, now: Date, requestId: string | null) {
  const [row] = await databases.owner
    .select({ ...accountColumns, expiresAt: apiKey.expiresAt })
    .from(apiKey)
    .innerJoin(userAccount, eq(userAccount.id, apiKey.userId))
    .where(
      and(
        eq(apiKey.tokenHash, hashToken(token)),
        isNull(apiKey.revokedAt),
        or(isNull(apiKey.expiresAt), gt(apiKey.expiresAt, now.toISOString())),
        eq(userAccount.disabled, false),
      ),
    );
  return row ? signedIn(row, requestId) : null;
}

const accountColumns = {
  id: userAccount.id,
  email: userAccount.email,
  name: userAccount.name,
  role: userAccount.role,
  agentId: userAccount.agentId,
  regionId: userAccount.regionId,
  companyRight: userAccount.companyRight,
};

type AccountRow = Pick<typeof userAccount.$inferSelect, keyof typeof accountColumns> & { expiresAt: string | null };

function signedIn(row: AccountRow, requestId: string | null): SignedIn {
  const { id, email, name, role, agentId, regionId, companyRight, expiresAt } = row;
  return {
    actor: { name: email, user: { id, role, agentId, regionId, companyRight }, requestId },
    name,
    expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
  };
}
